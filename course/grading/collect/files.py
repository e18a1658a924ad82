"""What a folder holds, looked at with care: nothing is followed, nothing read that is too large."""

from collections.abc import Iterator
from datetime import UTC, datetime
import os
from pathlib import Path
import stat

from course.grading.prepare.zips import MAX_DEPTH, File, RefusedError, is_hidden, is_litter, limit_of, read_at_most


def folder_files(root: Path) -> Iterator[File]:
    """Yield what lies below a folder, without ever following a symbolic link."""
    pending: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
    while pending:
        folder, parts = pending.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield File(parts or (folder.name,), refused=f"the folder cannot be read ({error.strerror})")
            continue
        for entry in entries:
            here = (*parts, entry.name)
            if is_litter(here) or is_hidden(here):
                continue
            yield _file(entry, here)
            if entry.is_dir(follow_symlinks=False):
                if len(here) < MAX_DEPTH:
                    pending.append((Path(entry.path), here))
                else:
                    yield File(here, refused="it lies too deep in folders")


def _file(entry: os.DirEntry, here: tuple[str, ...]) -> File:
    if entry.is_symlink():
        return File(here, refused="it is a symbolic link, and links are not followed")
    if entry.is_dir(follow_symlinks=False):
        return File(here)
    if entry.is_file(follow_symlinks=False):
        return File(here, lambda: _read_file(entry.path), _modified(entry))
    return File(here, refused="it is no ordinary file")


def _modified(entry: os.DirEntry) -> datetime | None:
    """Return a file's time; None where there is none, or none that a calendar has."""
    try:
        return datetime.fromtimestamp(entry.stat(follow_symlinks=False).st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None


def _read_file(path: str) -> bytes:
    """Return a file's bytes; it is checked once more that it is an ordinary file, and no longer than allowed."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise RefusedError("it is no ordinary file")
            return read_at_most(file, limit_of(path))
    except OSError as error:
        raise RefusedError(f"it cannot be read ({error.strerror})") from None
