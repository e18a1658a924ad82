"""The weights of the face detector MTCNN: three networks' arrays in a wheel, turned into a row of numbers for each.

They lie in a NumPy file that is a pickle. A pickle may name any function to be called; here four names are known, those that
arrays are made of.
"""

from collections.abc import Mapping, Sequence
import io
import pickle
from typing import Any
import zipfile

import numpy as np
from utils.sources import SourceError, verify
from utils.sources.pypi import Wheel

_FILE = "mtcnn/data/mtcnn_weights.npy"
_FILE_SHA256 = "9e04e975abf93c7173e956df4b496d6da269e08b9e87f2daec963ee1176576b0"


def _latin1(text: str, encoding: str) -> bytes:
    """Stand for `_codecs.encode`, with which a pickle of Python 2's time writes an array's bytes."""
    if type(text) is not str or encoding != "latin1":
        raise SourceError(f"the weights are written in {encoding!r}, not in latin1")
    return text.encode("latin1")


class _Unpickler(pickle.Unpickler):
    """Reads lists and dictionaries of arrays, and nothing that would run anything else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("_codecs", "encode"):
            return _latin1
        if (module, name) == ("numpy.core.multiarray", "_reconstruct"):
            return np._core.multiarray._reconstruct
        if module == "numpy" and name in ("ndarray", "dtype"):
            return getattr(np, name)
        raise SourceError(f"the weights name {module}.{name}: only arrays are read")


def read_arrays(content: bytes) -> Mapping[str, Sequence[np.ndarray]]:
    """Return the arrays in a NumPy file that holds one dictionary: network -> its arrays.

    Raises:
        SourceError: if it is no such file, or names anything but arrays.
    """
    file = io.BytesIO(content)
    try:
        np.lib.format.read_magic(file)
        np.lib.format.read_array_header_1_0(file)
        networks = _Unpickler(file, encoding="latin1").load().item()
        arrays = {name: [np.asarray(array) for array in networks[name]] for name in ("pnet", "rnet", "onet")}
    except (ValueError, EOFError, pickle.UnpicklingError, AttributeError, TypeError, KeyError) as error:
        raise SourceError(f"the weights cannot be read: {error}") from error
    if any(array.dtype != np.float32 for network in arrays.values() for array in network):
        raise SourceError("the weights hold something other than float32")
    return arrays


def _upright(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Return a network's weights in one row, for pictures that stand upright: the published ones are for transposed ones."""
    row, channels = [], 0
    for array in arrays:
        if array.ndim == 4:
            array, channels = array.transpose(1, 0, 2, 3), array.shape[3]
        elif array.ndim == 2 and array.shape[0] > 256:  # behind the last map: its places are turned, too
            side = int(np.sqrt(array.shape[0] // channels))
            array = array.reshape(side, side, channels, -1).transpose(1, 0, 2, 3)
        row.append(array.ravel())
    return np.concatenate(row)


def _weights(wheel: zipfile.ZipFile) -> dict[str, np.ndarray]:
    networks = read_arrays(verify(wheel.read(_FILE), _FILE_SHA256, "mtcnn_weights.npy"))
    return {name: _upright(arrays) for name, arrays in networks.items()}


WEIGHTS = Wheel(
    title="MTCNN, three networks that find faces",
    licence="MIT",
    source="Zhang, Zhang, Li and Qiao (2016), MTCNN; weights converted by D. Sandberg and I. de Paz Centeno (2019)",
    package="mtcnn",
    version="0.1.1",
    wheel_sha256="fd69d2f4dd10647dd7481a53b9586e805f35a17c61ac78ba472a7f53766eb86e",
    wheel_bytes=2_260_416,
    arrays=_weights,
    sha256={
        "pnet": "0ad873af3bbb1d98b3de8f9acb37f21844b6c351bb67c528ba2ae65a33707a41",
        "rnet": "f7395866ec06a5dc9fa5511c6376b08e94235ed5af0a1b435a55be4626de3f1f",
        "onet": "d982554ad3019f58c019cbdafba0c72d119cab35388ec56b603af687e8a5802f",
    },
    describe=lambda arrays: f"{sum(row.size for row in arrays.values()):,} weights in three networks",
)
