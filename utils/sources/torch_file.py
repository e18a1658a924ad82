"""Reads a PyTorch weights file of the legacy format (before PyTorch 1.6) without PyTorch, and without running what is in it.

Such a file is a row of pickles (a magic number, the protocol, facts on the machine, the dictionary of tensors, the list of
storages) and then the storages' bare values. A pickle may name any function of any module to be called. Here only three
kinds of names are known, and none of them reaches a function that does anything but build a dictionary or note numbers.
"""

from collections import OrderedDict
import io
import math
import pickle
import struct
from typing import Any, NamedTuple

import numpy as np

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_STORAGES = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
}


class WeightsFileError(Exception):
    """The file is not a weights file of the legacy format, or holds something other than tensors."""


class _Storage(NamedTuple):
    """A row of numbers that tensors are views of; its values follow after the pickles."""

    dtype: str
    key: str
    length: int


class _Tensor(NamedTuple):
    """A tensor as the pickle describes it: where in its storage each value stands."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Rebuild:
    """Stands for `torch._utils._rebuild_tensor_v2`: notes what it is given. No attribute of it can be set."""

    __slots__ = ()

    def __call__(self, storage: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> _Tensor:
        """Return the description of a tensor, its numbers checked; what follows the strides is for training only."""
        if not (isinstance(storage, _Storage) and isinstance(shape, tuple) and isinstance(strides, tuple)):
            raise WeightsFileError("a tensor is described by something other than a storage, a shape and strides")
        numbers = (offset, *shape, *strides)
        if len(shape) != len(strides) or not all(type(number) is int and number >= 0 for number in numbers):
            raise WeightsFileError(f"no tensor has shape {shape} and strides {strides} from {offset}")
        return _Tensor(storage, offset, shape, strides)


class _TensorsOnly(pickle.Unpickler):
    """An unpickler that knows dictionaries, storages and the function that makes tensors of them, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what a name in the file stands for; raise `WeightsFileError` for every name that is not needed."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Rebuild()
        if module == "torch" and name in _STORAGES:
            return _STORAGES[name]
        raise WeightsFileError(f"the file asks for {module}.{name}; only tensors and dictionaries are read")

    def persistent_load(self, pid: Any) -> _Storage:
        """Return the storage that the file refers to."""
        match pid:
            case ("storage", str(dtype), str(key), str(), int(length), None) if dtype in _STORAGES.values():
                return _Storage(dtype, key, length)
        raise WeightsFileError("the file refers to something that is no storage")


def read_state_dict(content: bytes) -> dict[str, np.ndarray]:
    """Return the tensors of a PyTorch file of the legacy format: name -> array.

    Args:
        content: the file, as `torch.save(model.state_dict(), ..., _use_new_zipfile_serialization=False)` writes it.

    Raises:
        WeightsFileError: if it is no such file, is cut short, or names anything but tensors and dictionaries.
    """
    file = io.BytesIO(content)
    try:
        magic, protocol, machine, tensors, keys = (_TensorsOnly(file).load() for _ in range(5))
        if (magic, protocol) != (_MAGIC, _PROTOCOL) or not machine["little_endian"]:
            raise WeightsFileError("not a PyTorch file of the legacy format, protocol 1001, little endian")
        wanted = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
        values = {key: _read_storage(file, wanted[key]) for key in keys}
        return {name: _as_array(name, tensor, values[tensor.storage.key]) for name, tensor in tensors.items()}
    except WeightsFileError:
        raise
    except Exception as error:  # a damaged pickle can raise nearly anything
        raise WeightsFileError(f"not a readable weights file: {type(error).__name__}: {error}") from error


def _read_storage(file: io.BytesIO, storage: _Storage) -> np.ndarray:
    (length,) = struct.unpack("<q", file.read(8))
    if length != storage.length:
        raise WeightsFileError(f"storage {storage.key} has {length} values, {storage.length} are announced")
    size = length * np.dtype(storage.dtype).itemsize
    content = file.read(size)
    if len(content) != size:
        raise WeightsFileError(f"the file ends within storage {storage.key}")
    return np.frombuffer(content, storage.dtype)


def _as_array(name: str, tensor: _Tensor, values: np.ndarray) -> np.ndarray:
    """Return a tensor as an array of its own, after a look at whether it lies inside its storage."""
    if math.prod(tensor.shape) > len(values):
        raise WeightsFileError(f"{name} of shape {tensor.shape} is larger than its storage")
    last = tensor.offset + sum((size - 1) * stride for size, stride in zip(tensor.shape, tensor.strides))
    if math.prod(tensor.shape) and last >= len(values):
        raise WeightsFileError(f"{name} reaches beyond its storage")
    strides = [stride * values.itemsize for stride in tensor.strides]
    view = np.lib.stride_tricks.as_strided(values[tensor.offset :], tensor.shape, strides, writeable=False)
    return view.copy()
