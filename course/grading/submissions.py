"""Collecting what a class handed in: folders, or the zip that a learning platform makes of them."""

from collections import defaultdict
from collections.abc import Callable, Iterator
import contextlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
import hashlib
import io
import os
from pathlib import Path
import re
import stat
import unicodedata
import zipfile
import zlib

from nbgrader.utils import parse_utc

from course.grading import reading
from course.grading.model import GradingError, Submission
from course.syllabus import Lab

MAX_NOTEBOOK = 20 * 2**20
"""Bytes of a notebook. One with pictures has one or two million."""
MAX_ZIP = 50 * 2**20
"""Bytes of a zip that a student hands in."""
MAX_FILES = 2000
"""Files of one student."""
MAX_CANDIDATES = 20
"""Notebooks of one student that are looked at, the newest."""
MAX_DEPTH = 8

# Moodle: "Ada Lovelace_1234567_assignsubmission_file_/lab.ipynb", or without folders
# "Ada Lovelace_1234567_assignsubmission_file_lab.ipynb".
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?")
# Canvas: "lovelaceada_LATE_123_4567_lab.ipynb": name, LATE if it is, the user, the file.
_CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<file>.+)")
_NOTEBOOK = (".ipynb", ".ipynb.txt", ".ipynb.json")  # some browsers and mail programs add an ending


@dataclass(frozen=True)
class _File:
    """A file of the collection, or a reason not to look at it."""

    parts: tuple[str, ...]
    read: Callable[[], bytes] | None = None
    """None: a folder, which says only that there is such a student."""
    modified: datetime | None = None
    refused: str = ""

    @property
    def name(self) -> str:
        return reading.clean("/".join(self.parts))

    @property
    def base(self) -> str:
        return self.parts[-1].lower()


class _RefusedError(Exception):
    """A file that is not read; the message says why."""


@dataclass
class _Student:
    """What belongs to one student."""

    files: list[_File] = field(default_factory=list)
    lms: dict[str, str] = field(default_factory=dict)


def collect(path: Path, lab: Lab) -> list[Submission]:
    """Return what every student handed in for the lab, in order of names.

    Every student gets one submission, whatever was handed in: where there is nothing to execute, `unreadable` says why.
    `lms` holds "platform" ("moodle" or "canvas"), "id" and "name" where the names of files tell them; "name" also where a
    student's name had to be changed to be fit for a folder. Times are those that the file system or the zip states, or
    that nbgrader's timestamp.txt beside the notebook holds; a zip's are taken as local time.

    Args:
        path: a folder with a folder for each student, or with the files of an unpacked download; or a zip of such a
            folder, or the zip that Moodle ("Download all submissions") or Canvas ("Download Submissions") makes.
        lab: the lab that the notebooks are to be of.

    Raises:
        GradingError: if there is no such folder or zip, or nothing in it.
    """
    if path.is_dir():
        submissions = _submissions(_folder_files(path), lab)
    elif path.is_file():
        try:
            with zipfile.ZipFile(path) as archive:
                submissions = _submissions(_without_common_folder(list(_zip_files(archive, ())), lab), lab)
        except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
            raise GradingError(
                f"{path} cannot be read as a zip ({error}). Submissions are a folder with a folder for each student, or "
                "a zip as Moodle or Canvas makes it."
            ) from error
    else:
        raise GradingError(f"there is no {path}: submissions are a folder with a folder for each student, or a zip")
    if not submissions:
        raise GradingError(
            f"there are no submissions in {path}. Expected is a folder for each student with a notebook in it, or a "
            "download of Moodle's or Canvas'."
        )
    return submissions


def _folder_files(root: Path) -> Iterator[_File]:
    """Yield what lies below a folder, without ever following a symbolic link."""
    pending: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
    while pending:
        folder, parts = pending.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield _File(parts or (folder.name,), refused=f"the folder cannot be read ({error.strerror})")
            continue
        for entry in entries:
            here = (*parts, entry.name)
            if _is_litter(here):
                continue
            if entry.is_symlink():
                yield _File(here, refused="it is a symbolic link, and links are not followed")
            elif entry.is_dir(follow_symlinks=False):
                yield _File(here)
                if len(here) < MAX_DEPTH:
                    pending.append((Path(entry.path), here))
                else:
                    yield _File(here, refused="it lies too deep in folders")
            elif entry.is_file(follow_symlinks=False):
                modified = datetime.fromtimestamp(entry.stat(follow_symlinks=False).st_mtime, UTC)
                yield _File(here, lambda path=entry.path: _read_file(path), modified)
            else:
                yield _File(here, refused="it is no ordinary file")


def _read_file(path: str) -> bytes:
    """Return a file's bytes; it is checked once more that it is an ordinary file, and no longer than allowed."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _RefusedError("it is no ordinary file")
            return _read_at_most(file, _limit(path))
    except OSError as error:
        raise _RefusedError(f"it cannot be read ({error.strerror})") from None


def _limit(name: str) -> int:
    return MAX_ZIP if name.lower().endswith(".zip") else MAX_NOTEBOOK


def _read_at_most(file: io.BufferedIOBase, limit: int) -> bytes:
    content = file.read(limit + 1)
    if len(content) > limit:
        raise _RefusedError(f"it is larger than {limit // 2**20} MiB")
    return content


def _zip_files(archive: zipfile.ZipFile, prefix: tuple[str, ...]) -> Iterator[_File]:
    """Yield what a zip holds. Nothing is unpacked to disk; a member is read only where it is a notebook or a zip."""
    for info in archive.infolist():
        name = _zip_name(info)
        parts = tuple(part for part in name.split("/") if part not in ("", ".", ".."))
        here = (*prefix, *parts)
        if not parts or _is_litter(parts):
            continue
        if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
            yield _File(here, refused=f"its path in the zip, {reading.clean(name)!r}, leads out of the folder")
        elif stat.S_ISLNK(info.external_attr >> 16):
            yield _File(here, refused="it is a symbolic link, and links are not followed")
        elif name.endswith("/"):
            yield _File(here)
        elif info.flag_bits & 0x1:
            yield _File(here, refused="it is encrypted with a password")
        elif len(parts) > MAX_DEPTH:
            yield _File(here, refused="it lies too deep in folders")
        else:
            yield _File(here, lambda info=info: _read_member(archive, info), _zip_time(info))


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
        raise _RefusedError(f"it cannot be unpacked ({error})") from None


def _is_litter(parts: tuple[str, ...]) -> bool:
    """Tell whether a path is what editors and systems leave behind."""
    return any(part.startswith((".", "__MACOSX")) for part in parts)


def _without_common_folder(files: list[_File], lab: Lab) -> list[_File]:
    """Return the files without the one folder that holds all students, where a zip was made of that folder."""
    inner = [file for file in files if file.read and file.base.endswith((*_NOTEBOOK, ".zip"))]
    tops = {file.parts[0] for file in inner}
    if len(tops) != 1 or any(_MOODLE.fullmatch(top) for top in tops):
        return files
    if any(len(file.parts) < 3 and not (len(file.parts) == 2 and _platform(file.parts[1])) for file in inner):
        return files
    if any(file.parts[1] == lab.name for file in inner):
        return files
    return [
        replace(file, parts=file.parts[1:]) if file.parts[0] in tops and len(file.parts) > 1 else file
        for file in files
        if file.read or file.refused or len(file.parts) > 1
    ]


def _platform(name: str) -> tuple[str, re.Match] | None:
    """Return which learning platform named a file or folder so, and the pieces of the name."""
    for platform, pattern in (("moodle", _MOODLE), ("canvas", _CANVAS)):
        if match := pattern.fullmatch(name):
            return platform, match
    return None


def _owner(file: _File) -> tuple[str, dict[str, str]] | None:
    """Return a file's student, and what the platform tells of them; None for a file that is no student's."""
    first, is_top = file.parts[0], len(file.parts) == 1
    found = _platform(first)
    if found and (found[0] == "moodle" or (is_top and file.read)):
        platform, match = found
        lms = {"platform": platform, "id": match["id"], "name": match["name"]}
        if platform == "canvas" and match["late"]:
            lms["late"] = "yes"
        return f"{match['name']}_{match['id']}", lms
    if not is_top or not (file.read or file.refused):
        return first, {}
    if file.base.endswith((*_NOTEBOOK, ".zip")) or file.refused:
        return re.sub(r"(\.ipynb(\.\w+)?|\.zip)$", "", first, flags=re.IGNORECASE), {}
    return None


def _submissions(files: Iterator[_File] | list[_File], lab: Lab) -> list[Submission]:
    students: dict[str, _Student] = defaultdict(_Student)
    for file in files:
        owner = _owner(file)
        if owner:
            student = students[owner[0]]
            student.lms |= owner[1]
            if file.read or file.refused:
                student.files.append(file)
    result, taken = [], set()
    for raw in sorted(students):
        name, remarks = safe_name(raw), []
        if name.casefold() in taken:
            name = f"{name}~{hashlib.sha256(raw.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"
            remarks.append(f"another student has the same name for a computer; this one is kept apart as {name}")
        taken.add(name.casefold())
        lms = {key: reading.clean(value) for key, value in students[raw].lms.items()}
        if name != raw:
            lms = {"name": reading.clean(raw)} | lms
        result.append(_submission(name, students[raw].files, lms, remarks, lab))
    return result


def safe_name(name: str) -> str:
    """Return a student's name as a folder's: letters of any script, digits, spaces and -_.,@'() stay."""
    name = unicodedata.normalize("NFC", reading.clean(name))
    name = "".join(c if c.isalnum() or c in " -_.,@'()" or unicodedata.combining(c) else "_" for c in name)
    name = name.strip(" ").lstrip(".-").rstrip(" .")
    while len(name.encode()) > 120:
        name = name[:-1]
    return name.rstrip(" .") or "student"


def _submission(student: str, files: list[_File], lms: dict, remarks: list[str], lab: Lab) -> Submission:
    """Return the one notebook of a student that is graded, or why there is none."""
    if lms.get("late"):
        remarks.append("Canvas marks it as late")
    if len(files) > MAX_FILES:
        remarks.append(f"{len(files)} files were handed in; {MAX_FILES} were looked at")
        files = files[:MAX_FILES]
    files, problems = _open_zips(files)
    times = {file.parts[:-1]: file for file in files if file.base == "timestamp.txt" and file.read}
    found = [file for file in files if file.base.endswith(_NOTEBOOK) and file.read]
    problems += [f"{file.name} was not looked at: {file.refused}" for file in files if file.refused]
    newest = sorted(found, key=lambda file: (file.modified or datetime.min.replace(tzinfo=UTC), file.parts))
    candidates: list[tuple[_File, bytes, str]] = []
    for file in newest[-MAX_CANDIDATES:]:
        try:
            content = file.read()
        except _RefusedError as error:
            problems.append(f"{file.name} was not looked at: {error}")
            continue
        candidates.append((file, content, _why_unreadable(content, lab)))
    if not candidates:
        others = [file.name.rpartition("/")[2] for file in files if not file.refused and file not in found]
        if not problems:
            problems = ["nothing was handed in"]
            if others:
                shown = ", ".join(others[:5]) + (", ..." if len(others) > 5 else "")
                problems = [f"no notebook was handed in, but {shown}"]
        name = files[0].name if files else ""
        return Submission(student, name, b"", None, tuple(remarks), "; ".join(problems), lms)
    file, content, reason = _choose(candidates, remarks, lab)
    return Submission(
        student=student,
        name=file.name,
        content=content,
        submitted_at=_stated_time(times.get(file.parts[:-1])) or file.modified,
        remarks=(*remarks, *problems),
        unreadable=reason,
        lms=lms,
    )


def _open_zips(files: list[_File]) -> tuple[list[_File], list[str]]:
    """Return the files with those that students' zips hold; a zip in such a zip stays closed."""
    result, problems = [], []
    for file in files:
        if not (file.base.endswith(".zip") and file.read):
            result.append(file)
            continue
        try:
            archive = zipfile.ZipFile(io.BytesIO(file.read()))
            members = [member for member in _zip_files(archive, file.parts) if member.read or member.refused]
        except (_RefusedError, zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
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


def _why_unreadable(content: bytes, lab: Lab) -> str:
    try:
        notebook, _ = reading.parse(content)
    except reading.UnreadableError as error:
        return str(error)
    return reading.other_lab(notebook, lab)


def _choose(candidates: list[tuple[_File, bytes, str]], remarks: list[str], lab: Lab) -> tuple[_File, bytes, str]:
    """Return the notebook to grade: readable before unreadable; the one named like the lab, else the newest."""
    readable = [candidate for candidate in candidates if not candidate[2]] or candidates
    named = [candidate for candidate in readable if _file_name(candidate[0]).lower() == f"{lab.name}.ipynb".lower()]
    chosen = named[0] if len(named) == 1 else readable[-1]
    if len(candidates) > 1:
        why = "the one named like the lab" if len(named) == 1 else "the newest"
        if len(readable) == 1:
            why = "the only one that is a notebook of the lab"
        others = ", ".join(candidate[0].name for candidate in candidates if candidate is not chosen)
        remarks.append(f"{len(candidates)} notebooks: {chosen[0].name} was taken, {why}; not {others}")
    return chosen


def _file_name(file: _File) -> str:
    """Return a file's name as the student gave it."""
    found = _platform(file.parts[-1]) if len(file.parts) == 1 else None
    return (found[1]["file"] or "") if found else file.parts[-1]


def _stated_time(file: _File | None) -> datetime | None:
    """Return the time in nbgrader's timestamp.txt, which is in UTC."""
    if file is None:
        return None
    try:
        moment = parse_utc(file.read().decode("utf-8").strip())
    except (_RefusedError, UnicodeDecodeError, ValueError, OverflowError):
        return None
    return moment and moment.replace(tzinfo=UTC)
