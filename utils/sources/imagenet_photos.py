"""Labelled photos of ImageNet's classes, from a wheel that has some among its examples."""

from pathlib import Path
import zipfile

import numpy as np
from utils.sources.pypi import Wheel


def _photos(wheel: zipfile.ZipFile) -> dict[str, np.ndarray]:
    """Return the JPEG files as they are, one after the other (decoders differ in the last bit, files do not), and labels."""
    names = sorted(name for name in wheel.namelist() if name.startswith("foolbox/data/imagenet_"))
    files = [np.frombuffer(wheel.read(name), np.uint8) for name in names]
    lengths, labels = [len(file) for file in files], [int(Path(name).stem.rpartition("_")[2]) for name in names]
    return {"files": np.concatenate(files), "lengths": np.array(lengths, "<i8"), "labels": np.array(labels, "<i8")}


PHOTOS = Wheel(
    title="20 labelled photos of ImageNet's classes",
    licence="MIT (the package, not the photos)",
    source="Rauber, Brendel and Bethge (2017), Foolbox",
    package="foolbox",
    version="3.3.4",
    wheel_sha256="11049d515d38e765e206a73ace9cc648b81a0d6d1da9ad9057e149ee117989cb",
    wheel_bytes=1_677_112,
    arrays=_photos,
    sha256={
        "files": "d625818dacf79cc40ced71ff12f1d4955c3d2655ae4b047b3c93b1819cb8f3fe",
        "lengths": "86f6d22960504cccce15383d628b3e41fe5aad0091ef3280c73289eb9323bcc6",
        "labels": "0b527f04b5462385a34869e4a932cd4005c5d1f023a2e05cc8d6577d05b9f321",
    },
    describe=lambda arrays: f"{len(arrays['labels'])} photos, {arrays['files'].nbytes / 1e6:.1f} MB",
)
