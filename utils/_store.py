"""Named arrays that are made once and kept: read where they are right, made where they are not, one process at a time.

`utils.data` and `utils.backbones` each have a `Store`; only what differs between the two stands there. The arrays lie in
`TFDS_DATA_DIR` (by default `~/tensorflow_datasets`), a folder each, as `_arrays` writes them.
"""

from abc import ABC, abstractmethod
import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import sys
from tempfile import TemporaryDirectory

import numpy as np
from utils import _arrays

Arrays = dict[str, np.ndarray]


def data_dir() -> Path:
    """Return TFDS's folder: `TFDS_DATA_DIR`, or `~/tensorflow_datasets`. It is always absolute.

    A relative `TFDS_DATA_DIR` is taken relative to the folder that holds `utils`, so that all notebooks have one.

    Raises:
        RuntimeError: if it begins with `~` and this account has no home folder.
    """
    named = os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    try:
        return Path(__file__).resolve().parents[1] / Path(named).expanduser()
    except RuntimeError:
        raise RuntimeError(
            f"there is no place for data: this account has no home folder, which {named} begins with. "
            "Set TFDS_DATA_DIR to the path of a folder."
        ) from None


def advice(error: BaseException) -> str | None:
    """Return what to do about an error that the machine is to blame for, and no file; None for every other error."""
    kind = type(error).__name__  # TensorFlow's own errors by name: it is not imported for that
    if "No space left" in str(error):
        return "Make room on the disk, and try again."
    if isinstance(error, ImportError):
        return "Set the course's packages up again, and start a new kernel."
    if isinstance(error, MemoryError) or kind == "ResourceExhaustedError":
        return "Memory is short: close other kernels and programs, and try again."
    if isinstance(error, PermissionError) or kind == "PermissionDeniedError":
        return "Ask whoever owns the folder for the right to use it, or set TFDS_DATA_DIR to another folder."
    if isinstance(error, OSError):
        return "See whether the disk is in order, or set TFDS_DATA_DIR to another folder."
    return None


def what(error: BaseException) -> str:
    """Return an error's kind and what it says, on one line."""
    return f"{type(error).__name__}: {one_line(error)}"


def one_line(error: object, limit: int = 200) -> str:
    """Return what an error says on one line of at most `limit` characters."""
    text = " ".join(str(error).split())
    return text if len(text) <= limit else text[: limit - 3] + "..."


@dataclass(frozen=True, kw_only=True)
class Entry(ABC):
    """What a store keeps under a name, and what that must be."""

    title: str
    version: str
    """A part of the folder's name, so that another version is another folder."""
    licence: str
    source: str
    """Who made it, when, and its name there."""
    sha256: Mapping[str, str]
    """Of the arrays, so that they are the same whichever way they came."""

    @abstractmethod
    def facts(self) -> dict[str, object]:
        """Return what is written beside the arrays."""

    @abstractmethod
    def download_size(self) -> int:
        """Return how many bytes are fetched, about."""

    @abstractmethod
    def summary(self, arrays: Arrays) -> str:
        """Return in a few words what the arrays hold."""


@dataclass(kw_only=True)
class Store:
    """Arrays that are kept under names, and the command line that makes and lists them."""

    entries: Mapping[str, Entry]
    make: Callable[[str], Arrays]
    """Returns the arrays of a name, verified, from wherever they can be had; raises `error` where they cannot."""
    error: type[Exception]
    folder: str
    """Below the data folder; what messages call the place. Empty for the data folder itself."""
    shelf: str
    """Below `folder`, where the arrays lie. Empty for `folder` itself."""
    command: str
    """What a user types: "python -m utils.data"."""
    heading: str
    kind: str
    """What an entry is: "data set"."""
    verbs: tuple[str, str]
    """What making is called: "prepare", "prepared"."""
    broken: str
    """What is said of {name} where its arrays are not what was written."""
    room: str
    """How much is plenty: "2 GB"."""
    at_hand: Callable[[str], Arrays | None] = lambda name: None
    """Returns a name's arrays if they can be had without writing anything, None if not."""
    expected: Callable[[str], bool] = lambda name: True
    """Tells whether a set-up fails where a name cannot be had: one that few labs need must not stop the others."""

    def place(self) -> Path:
        """Return the folder that messages name; raise `error` where there is none."""
        try:
            return data_dir() / self.folder
        except RuntimeError as error:
            raise self.error(str(error)) from error

    def where(self, name: str) -> Path:
        """Return the folder of a name's arrays."""
        return self.place() / self.shelf / f"{name}-{self.entries[name].version}"

    def load(self, name: str) -> Arrays:
        """Return a name's arrays, made and kept first where that has not been done.

        Raises:
            error: if they cannot be had, or neither be written nor be had without.
        """
        arrays = self.read(name)
        return self._made(name) if arrays is None else arrays

    def read(self, name: str) -> Arrays | None:
        """Return the arrays that are kept, or None if there are none to be trusted; raise `error` if they are unreadable."""
        folder = self.where(name)
        try:
            kept = _arrays.read(folder)
        except FileNotFoundError:
            return None
        except _arrays.BrokenCacheError as error:
            print(f"{self.broken.format(name=name)} ({error}).", file=sys.stderr)
            return None
        except (OSError, MemoryError) as error:
            raise self.error(
                f"{name} could not be read from {folder}: {what(error)}. Nothing was changed. {advice(error)}"
            ) from error
        # A checksum of its own does not make other arrays the right ones.
        right = all(kept.sha256.get(key) == sha256 for key, sha256 in self.entries[name].sha256.items())
        return kept.arrays if right else None

    def _made(self, name: str) -> Arrays:
        from filelock import FileLock

        folder = self.where(name)
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(folder.parent / f"{name}.lock"):
                arrays = self.read(name)  # another process may have been faster
                if arrays is None:
                    _arrays.remove_leftovers(folder)
                    arrays = self.make(name)
                    _arrays.write(folder, arrays, self.entries[name].facts())
        except OSError as error:
            return self._not_kept(name, error)
        return arrays

    def _not_kept(self, name: str, error: OSError) -> Arrays:
        """Return arrays that could not be written, as in a folder that a school shares, or raise `error`."""
        arrays = self.at_hand(name)
        if arrays is None:
            raise self.error(
                f"{name} could not be written to {self.place()}: {error}. Nothing half-written was kept. Make room "
                f"({self.room} are plenty), get the right to write there, or set TFDS_DATA_DIR to another folder, and try again."
            ) from error
        print(
            f"{name} is there, but its arrays could not be kept: {error}. Each load takes some seconds.",
            file=sys.stderr,
        )
        return arrays

    @contextmanager
    def scratch(self, name: str) -> Iterator[Path]:
        """Lend an empty folder beside a name's arrays; what a killed process leaves of it, the next removes."""
        folder = self.where(name)
        with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True) as path:
            os.chmod(path, 0o755)  # as for the arrays
            yield Path(path)

    def _state(self, name: str) -> str | None:
        """Return what is kept of a name, in words; None if nothing is."""
        arrays = self.read(name)
        return None if arrays is None else self.entries[name].summary(arrays)

    def main(self, arguments: list[str] | None, description: str | None) -> int:
        """Make what is asked for and is not there, print a table of what is there, and return the exit status."""
        options = self._options(arguments, description)
        names = options.names or list(self.entries)
        try:
            states = {name: self._state(name) for name in names}
        except self.error as error:
            print(error, file=sys.stderr)
            return 1
        to_make = [name for name in names if states[name] is None and not options.list]
        if to_make:
            self._print_sizes(to_make)
        failures = {}
        for name in to_make:
            try:
                states[name] = self.entries[name].summary(self.load(name))
            except self.error as error:
                failures[name] = f"\n{error}"
        if to_make or not options.quiet:
            self._print_table([(name, states[name]) for name in names])
        for text in failures.values():
            print(text, file=sys.stderr)
        return int(any(self.expected(name) for name in failures))

    def _options(self, arguments: list[str] | None, description: str | None) -> argparse.Namespace:
        known, verb = ", ".join(self.entries), self.verbs[0]
        parser = argparse.ArgumentParser(prog=self.command, description=description)
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {known}; by default all")
        parser.add_argument("--list", action="store_true", help=f"only show what is there, {verb} nothing")
        parser.add_argument("--quiet", action="store_true", help="say nothing where everything is there already")
        options = parser.parse_args(arguments)
        unknown = [name for name in options.names if name not in self.entries]
        if unknown:
            parser.error(f"no {self.kind} {', '.join(unknown)}; there are {known}")
        return options

    def _print_sizes(self, names: list[str]) -> None:
        sizes = {name: self.entries[name].download_size() / 1e6 for name in names}
        listed = ", ".join(f"{name} {size:.0f} MB" for name, size in sizes.items())
        print(
            f"To be fetched, where it is not here in another form: {sum(sizes.values()):.0f} MB ({listed}).",
            file=sys.stderr,
        )

    def _print_table(self, states: list[tuple[str, str | None]]) -> None:
        print(f"{self.heading} in {self.place()}")
        width = max(14, *map(len, self.entries))
        for name, state in states:
            entry = self.entries[name]
            print(f"  {name:{width}} {state or f'not {self.verbs[1]}'}")
            print(f"{'':{width + 3}}{entry.title}; {entry.licence}; {entry.source}")
