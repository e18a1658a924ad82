"""Files as they are found, and what a zip holds: nothing is followed, nothing unpacked, nothing read that is too large."""

from collections.abc import Callable, Iterator
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
import io
import lzma
import re
import stat
import struct
import zipfile
import zlib

from course.grading.prepare.text import clean, shown

MAX_NOTEBOOK = 20 * 2**20
"""Bytes of a notebook. One with pictures has one or two million."""
MAX_ZIP = 50 * 2**20
"""Bytes of a zip that a student hands in."""
MAX_FILES = 2000
"""Files of one student."""
MAX_DEPTH = 8
NOTEBOOK = (".ipynb", ".ipynb.txt", ".ipynb.json")  # some browsers and mail programs add an ending
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
)
"""What `zipfile` raises for a damaged, encrypted or strange zip."""
LITTER = ("__MACOSX", ".ipynb_checkpoints", ".git", ".DS_Store", ".Trash", ".Trashes", ".Spotlight-V100", ".fseventsd")
"""What programs and systems leave behind."""


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
        return shown("/".join(self.parts), 200)

    @property
    def base(self) -> str:
        """The last part, in small letters."""
        return self.parts[-1].lower()


class RefusedError(Exception):
    """A file that is not read; the message says why."""


def zip_files(archive: zipfile.ZipFile, prefix: tuple[str, ...]) -> Iterator[File]:
    """Yield what a zip holds. Nothing is unpacked to disk; a member is read only where it is a notebook or a zip."""
    for info in archive.infolist():
        name = _zip_name(info)
        parts = tuple(part for part in name.split("/") if part not in ("", ".", ".."))
        here = (*prefix, *parts)
        if not parts or is_litter(parts):
            continue
        if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
            yield File(here, refused=f"its path in the zip, {shown(name, 200)!r}, leads out of the folder")
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
    return clean(name.replace("\\", "/"))


def _zip_time(info: zipfile.ZipInfo) -> datetime | None:
    try:
        moment = datetime(*info.date_time)
        return None if moment.year <= 1980 else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as file:
            return read_at_most(file, limit_of(info.filename))
    except MemoryError:  # LZMA takes as much as the data say, and damaged data say anything
        raise RefusedError("it cannot be unpacked (it asks for more memory than there is)") from None
    except DAMAGED as error:
        raise RefusedError(f"it cannot be unpacked ({shown(str(error), 200)})") from None


def limit_of(name: str) -> int:
    """Return the most bytes that a file of this name may have."""
    return MAX_ZIP if name.lower().endswith(".zip") else MAX_NOTEBOOK


def read_at_most(file: io.BufferedIOBase, limit: int) -> bytes:
    """Return a file's bytes; raise `RefusedError` where there are more than allowed."""
    content = file.read(limit + 1)
    if len(content) > limit:
        raise RefusedError(f"it is larger than {limit // 2**20} MiB")
    return content


def is_litter(parts: tuple[str, ...]) -> bool:
    """Tell whether a path is what systems and programs leave behind."""
    return any(part in LITTER or part.startswith("._") for part in parts)


def is_hidden(parts: tuple[str, ...]) -> bool:
    """Tell whether a path is hidden inside a student's folder; the folder itself may begin with a dot."""
    return any(part.startswith(".") for part in parts[1:])


def opened(content: bytes, parts: tuple[str, ...]) -> tuple[list[File], list[str]]:
    """Return the files that a student's zip holds, and what was left out; a zip in such a zip stays closed.

    Args:
        content: the zip's bytes.
        parts: its path.
    """
    name = shown("/".join(parts), 200)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = [
            file for file in zip_files(archive, parts) if (file.read or file.refused) and not is_hidden(file.parts)
        ]
    except DAMAGED as error:
        return [], [f"{name} was not looked at: {shown(str(error), 200)}"]
    problems = []
    if len(members) > MAX_FILES:
        problems.append(f"{name} holds {len(members)} files; {MAX_FILES} were looked at")
    inner = [member.name for member in members[:MAX_FILES] if member.base.endswith(".zip")]
    problems += [f"{zipped} was not looked at: it is a zip in a zip" for zipped in inner]
    return [member for member in members[:MAX_FILES] if not member.base.endswith(".zip")], problems
