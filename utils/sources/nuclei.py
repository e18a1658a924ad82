"""A fluorescence image of cell nuclei, each outlined by hand, from a wheel that has one among its examples."""

import io
from pathlib import Path
import zipfile

import numpy as np
from utils.sources import SourceError, pypi
from utils.sources.dataset import DataSet, Source

_REQUIREMENT = "stardist==0.9.1"
_SHA256, _SIZE = "1f2caf3a071c1ead1b0cbbf9614ff2c82967be1bd22764f097871fb9bbd2718f", 3_051_625
# The wheel differs from system to system, the picture in it does not: this one, whatever runs here.
_PLATFORM = ("--platform=manylinux2014_x86_64", "--implementation=cp", "--python-version=3.11", "--abi=cp311")
_FIRST_TEST_COLUMN = 352


def _arrays(scratch: Path) -> dict[str, np.ndarray]:
    """Return image and nuclei, left part and right part."""
    import tifffile

    wheel = pypi.fetch_wheel(_REQUIREMENT, _SHA256, _SIZE, scratch, options=_PLATFORM)
    with zipfile.ZipFile(wheel) as archive:
        image, nuclei = (
            tifffile.imread(io.BytesIO(archive.read(f"stardist/data/images/{name}2d.tif"))) for name in ("img", "mask")
        )
    if image.shape != (512, 512) or image.max() > 255:
        raise SourceError(f"the image is another one: {image.shape}, values up to {image.max()}")
    arrays = {}
    for split, columns in (("train", np.s_[:_FIRST_TEST_COLUMN]), ("test", np.s_[_FIRST_TEST_COLUMN:])):
        arrays[f"x_{split}"] = image[None, :, columns, None].astype(np.uint8)
        _, numbers = np.unique(nuclei[:, columns], return_inverse=True)  # 0 is the least: it stays the background
        arrays[f"y_{split}"] = numbers.reshape(1, 512, -1).astype(np.int64)
    return arrays


DATA_SET = DataSet(
    title="Nuclei, a fluorescence image outlined by hand",
    version="1.0.0",
    class_names=("background", "nucleus"),
    source="Caicedo and others (2019), Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl",
    licence="CC0 (BBBC038)",
    sources=(Source(title=f"PyPI, the wheel {_REQUIREMENT}", size=_SIZE, arrays=_arrays),),
    sha256={
        "x_train": "acee8ef2c4da9695f04b5ec45d94fcfbffe208ffac45e6fc0bb802b825c5e09e",
        "y_train": "359546548095802c4564b87867359fc16b8533da6e9f9f1a7d23141de4a23929",
        "x_test": "e0e95ef31846abb0dc3a3f6e2865589dbd301ba97fffac4e58f02be502b24c8b",
        "y_test": "71ab86544263f275b357b6a2e6bad7d27b4155695ec545f58ea6174ea8e66fa5",
    },
)
