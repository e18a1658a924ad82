"""What a folder or a zip holds, looked at with care: nothing is followed, nothing unpacked, nothing read that is too large."""

from collections.abc import Callable, Iterator
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
import io
import os
from pathlib import Path
import re
import stat
import zipfile
import zlib

from course.grading.prepare import reading

MAX_NOTEBOOK = 20 * 2**20
"""Bytes of a notebook. One with pictures has one or two million."""
MAX_ZIP = 50 * 2**20
"""Bytes of a zip that a student hands in."""
MAX_FILES = 2000
"""Files of one student."""
MAX_DEPTH = 8


@dataclass(frozen=True)
class File:
    """A file of the collection, or a reason not to look at it."""

    parts: tuple[str, ...]
    read: Callable[[], bytes] | None = None
    """None: a folder, which says only that there is such a student."""
    modified: datetime | None = None
    refused: str = ""

    @property
    def name(self) -> str:
        """The path, fit to be shown."""
        return reading.clean("/".join(self.parts))

    @property
    def base(self) -> str:
        """The last part, in small letters."""
        return self.parts[-1].lower()


class RefusedError(Exception):
    """A file that is not read; the message says why."""


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
            if _is_litter(here):
                continue
            if entry.is_symlink():
                yield File(here, refused="it is a symbolic link, and links are not followed")
            elif entry.is_dir(follow_symlinks=False):
                yield File(here)
                if len(here) < MAX_DEPTH:
                    pending.append((Path(entry.path), here))
                else:
                    yield File(here, refused="it lies too deep in folders")
            elif entry.is_file(follow_symlinks=False):
                modified = datetime.fromtimestamp(entry.stat(follow_symlinks=False).st_mtime, UTC)
                yield File(here, lambda path=entry.path: _read_file(path), modified)
            else:
                yield File(here, refused="it is no ordinary file")


def _read_file(path: str) -> bytes:
    """Return a file's bytes; it is checked once more that it is an ordinary file, and no longer than allowed."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise RefusedError("it is no ordinary file")
            return _read_at_most(file, _limit(path))
    except OSError as error:
        raise RefusedError(f"it cannot be read ({error.strerror})") from None


def _limit(name: str) -> int:
    return MAX_ZIP if name.lower().endswith(".zip") else MAX_NOTEBOOK


def _read_at_most(file: io.BufferedIOBase, limit: int) -> bytes:
    content = file.read(limit + 1)
    if len(content) > limit:
        raise RefusedError(f"it is larger than {limit // 2**20} MiB")
    return content


def zip_files(archive: zipfile.ZipFile, prefix: tuple[str, ...]) -> Iterator[File]:
    """Yield what a zip holds. Nothing is unpacked to disk; a member is read only where it is a notebook or a zip."""
    for info in archive.infolist():
        name = _zip_name(info)
        parts = tuple(part for part in name.split("/") if part not in ("", ".", ".."))
        here = (*prefix, *parts)
        if not parts or _is_litter(parts):
            continue
        if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
            yield File(here, refused=f"its path in the zip, {reading.clean(name)!r}, leads out of the folder")
        elif stat.S_ISLNK(info.external_attr >> 16):
            yield File(here, refused="it is a symbolic link, and links are not followed")
        elif name.endswith("/"):
            yield File(here)
        elif info.flag_bits & 0x1:
            yield File(here, refused="it is encrypted with a password")
        elif len(parts) > MAX_DEPTH:
            yield File(here, refused="it lies too deep in folders")
        else:
            yield File(here, lambda info=info: _read_member(archive, info), _zip_time(info))


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; where the zip does not say that it is UTF-8 but it reads as such, it is."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _zip_time(info: zipfile.ZipInfo) -> datetime | None:
    try:
        moment = datetime(*info.date_time)
        return None if moment.year <= 1980 else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as file:
            return _read_at_most(file, _limit(info.filename))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise RefusedError(f"it cannot be unpacked ({error})") from None


def _is_litter(parts: tuple[str, ...]) -> bool:
    """Tell whether a path is what editors and systems leave behind."""
    return any(part.startswith((".", "__MACOSX")) for part in parts)


def with_opened_zips(files: list[File]) -> tuple[list[File], list[str]]:
    """Return the files with those that students' zips hold; a zip in such a zip stays closed."""
    result, problems = [], []
    for file in files:
        if not (file.base.endswith(".zip") and file.read):
            result.append(file)
            continue
        try:
            archive = zipfile.ZipFile(io.BytesIO(file.read()))
            members = [member for member in zip_files(archive, file.parts) if member.read or member.refused]
        except (RefusedError, zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            problems.append(f"{file.name} was not looked at: {error}")
            continue
        if len(members) > MAX_FILES:
            problems.append(f"{file.name} holds {len(members)} files; {MAX_FILES} were looked at")
        for member in members[:MAX_FILES]:
            if member.base.endswith(".zip"):
                problems.append(f"{member.name} was not looked at: it is a zip in a zip")
            else:
                result.append(member)
    return result, problems
