"""Collecting what a class handed in: folders, or the zip that a learning platform makes of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
import hashlib
from pathlib import Path
import zipfile

from course.grading.collect.files import folder_files
from course.grading.collect.names import given_name, owner, safe_name, without_common_folder
from course.grading.model import GradingError, HandedFile, HandedIn
from course.grading.prepare.text import shown
from course.grading.prepare.zips import DAMAGED, MAX_FILES, NOTEBOOK, File, RefusedError, is_hidden, zip_files
from course.syllabus import Lab

MAX_CANDIDATES = 20
"""Notebooks of one student that are looked at, the newest; and zips."""
MAX_BYTES = 100 * 2**20
"""Of all files of one student that are read."""


@dataclass
class Collected:
    """A student, and the files that are theirs; nothing of them is read yet."""

    student: str
    """Fit to be a folder's name."""
    files: list[File] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    lms: dict[str, str] = field(default_factory=dict)
    stated: str = ""
    """Folder's name in which nbgrader's timestamp.txt counts; empty where it counts nowhere."""

    def read(self) -> HandedIn:
        """Return what was handed in, read: notebooks, zips and nbgrader's timestamp.txt, each and all within bounds."""
        remarks = list(self.remarks)
        if len(self.files) > MAX_FILES:
            remarks.append(f"{len(self.files)} files were handed in; {MAX_FILES} were looked at")
        files, left = {}, MAX_BYTES
        for file in self._wanted():
            handed = _read(file, left)
            files[id(file)] = handed
            left -= len(handed.content or b"")
        every = (files.get(id(file)) or _unread(file) for file in self.files[:MAX_FILES])
        return HandedIn(self.student, tuple(every), tuple(remarks), dict(self.lms))

    def _wanted(self) -> list[File]:
        """Return the files to read, the newest first."""
        age = lambda file: (file.modified or datetime.min.replace(tzinfo=UTC), file.parts)  # noqa: E731
        files = sorted((file for file in self.files[:MAX_FILES] if file.read), key=age, reverse=True)
        notebooks = [file for file in files if file.base.endswith(NOTEBOOK)]
        zips = [file for file in files if file.base.endswith(".zip")]
        times = [file for file in files if self.stated and file.parts[1:] == (self.stated, "timestamp.txt")]
        return [*times, *notebooks[:MAX_CANDIDATES], *zips[:MAX_CANDIDATES]]


def _unread(file: File, refused: str = "") -> HandedFile:
    return HandedFile(file.parts, given_name(file), None, file.modified, refused or file.refused)


def _read(file: File, left: int) -> HandedFile:
    """Return a file with its bytes, or with the reason why it was not read."""
    try:
        content = file.read()
    except RefusedError as error:
        return _unread(file, str(error))
    if len(content) > left:
        return _unread(file, f"this student's files have more than {MAX_BYTES // 2**20} MiB together")
    return HandedFile(file.parts, given_name(file), content, file.modified)


@contextlib.contextmanager
def collected(path: Path, lab: Lab) -> Iterator[list[Collected]]:
    """Give every student of a class, in order of names; their files can be read while the context lasts.

    Only names of folders and a zip's table of contents are looked at here. `lms` holds "platform" ("moodle" or "canvas"),
    "id" and "name" where the names of files tell them, else "login", the name of the student's folder or file as it came.
    Times are those that the file system or the zip states for what lies directly in it; a zip's are taken as local time.

    Args:
        path: a folder with a folder for each student, or with the files of an unpacked download; or a zip of such a
            folder, or the zip that Moodle ("Download all submissions") or Canvas ("Download Submissions") makes.
        lab: the lab that the notebooks are to be of.

    Raises:
        GradingError: if there is no such folder or zip, or nothing in it.
    """
    if path.is_dir():
        yield _somebody(_students(folder_files(path), stated=lab.name), path)
    elif path.is_file():
        with _opened(path) as files:
            inner = without_common_folder(files, lab)
            yield _somebody(_students(file for file in inner if not is_hidden(file.parts)), path)
    else:
        raise GradingError(f"there is no {path}: submissions are a folder with a folder for each student, or a zip")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[list[File]]:
    try:
        archive = zipfile.ZipFile(path)
        files = list(zip_files(archive, ()))
    except UnicodeDecodeError as error:
        raise GradingError(
            f"{path} holds a name that is not in the encoding that it states ({error}). Unpack it, and name the folder in "
            "place of the zip."
        ) from error
    except DAMAGED as error:
        raise GradingError(
            f"{path} cannot be read as a zip ({error}). Submissions are a folder with a folder for each student, or "
            "a zip as Moodle or Canvas makes it."
        ) from error
    with archive:
        yield files


def _somebody(students: list[Collected], path: Path) -> list[Collected]:
    if not students:
        raise GradingError(
            f"there are no submissions in {path}. Expected is a folder for each student with a notebook in it, or a "
            "download of Moodle's or Canvas'."
        )
    return students


def _students(files: Iterable[File], stated: str = "") -> list[Collected]:
    """Return the students whose files these are, each under a name of their own."""
    by_name = _by_name(files)
    result, taken = [], set()
    for raw in sorted(by_name):
        student = by_name[raw]
        student.student = safe_name(raw)
        if raw.startswith("."):
            student.remarks.append("the name begins with a dot, which hides a folder: is this a student?")
        if student.student.casefold() in taken:
            student.student += f"~{hashlib.sha256(raw.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"
            student.remarks.append(
                f"another student has the same name for a computer; this one is kept apart as {student.student}"
            )
        taken.add(student.student.casefold())
        if student.lms.get("late"):
            student.remarks.append("Canvas marks it as late")
        if "platform" not in student.lms:
            student.stated = stated
            if student.student != raw:
                student.lms["name"] = raw
        student.lms = {key: shown(value, 200) for key, value in student.lms.items()}
        result.append(student)
    return result


def _by_name(files: Iterable[File]) -> dict[str, Collected]:
    """Return each student's files by the student's name as it came."""
    students: dict[str, Collected] = defaultdict(lambda: Collected(""))
    for file in files:
        found = owner(file)
        if found:
            student = students[found[0]]
            student.lms |= found[1]
            if file.read or file.refused:
                student.files.append(file)
    return students
