"""Collecting what a class handed in: folders, or the zip that a learning platform makes of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
import hashlib
from pathlib import Path
import zipfile

from nbgrader.utils import parse_utc

from course.grading.collect.files import MAX_FILES, File, RefusedError, folder_files, with_opened_zips, zip_files
from course.grading.collect.names import NOTEBOOK, given_name, owner, safe_name, without_common_folder
from course.grading.model import GradingError, Submission
from course.grading.prepare import reading
from course.syllabus import Lab

MAX_CANDIDATES = 20
"""Notebooks of one student that are looked at, the newest."""


@dataclass
class _Student:
    """What belongs to one student."""

    files: list[File] = field(default_factory=list)
    lms: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Candidate:
    """A notebook that may be the one to grade."""

    file: File
    content: bytes
    unreadable: str
    """Why it cannot be graded; empty where it can."""


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
        submissions = _submissions(folder_files(path), lab)
    elif path.is_file():
        try:
            with zipfile.ZipFile(path) as archive:
                submissions = _submissions(without_common_folder(list(zip_files(archive, ())), lab), lab)
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


def _submissions(files: Iterable[File], lab: Lab) -> list[Submission]:
    students = _by_student(files)
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


def _by_student(files: Iterable[File]) -> dict[str, _Student]:
    students: dict[str, _Student] = defaultdict(_Student)
    for file in files:
        found = owner(file)
        if found:
            student = students[found[0]]
            student.lms |= found[1]
            if file.read or file.refused:
                student.files.append(file)
    return students


def _submission(student: str, files: list[File], lms: dict, remarks: list[str], lab: Lab) -> Submission:
    """Return the one notebook of a student that is graded, or why there is none."""
    if lms.get("late"):
        remarks.append("Canvas marks it as late")
    if len(files) > MAX_FILES:
        remarks.append(f"{len(files)} files were handed in; {MAX_FILES} were looked at")
        files = files[:MAX_FILES]
    files, problems = with_opened_zips(files)
    found = [file for file in files if file.base.endswith(NOTEBOOK) and file.read]
    problems += [f"{file.name} was not looked at: {file.refused}" for file in files if file.refused]
    candidates = _candidates(found, problems, lab)
    if not candidates:
        name, why = files[0].name if files else "", "; ".join(problems or [_nothing(files, found)])
        return Submission(student, name, b"", None, tuple(remarks), why, lms)
    times = {file.parts[:-1]: file for file in files if file.base == "timestamp.txt" and file.read}
    chosen = _choose(candidates, remarks, lab)
    return Submission(
        student=student,
        name=chosen.file.name,
        content=chosen.content,
        submitted_at=_stated_time(times.get(chosen.file.parts[:-1])) or chosen.file.modified,
        remarks=(*remarks, *problems),
        unreadable=chosen.unreadable,
        lms=lms,
    )


def _candidates(found: list[File], problems: list[str], lab: Lab) -> list[_Candidate]:
    """Return the newest notebooks of a student, the newest last; what cannot be read becomes a problem."""
    newest = sorted(found, key=lambda file: (file.modified or datetime.min.replace(tzinfo=UTC), file.parts))
    candidates = []
    for file in newest[-MAX_CANDIDATES:]:
        try:
            content = file.read()
        except RefusedError as error:
            problems.append(f"{file.name} was not looked at: {error}")
            continue
        candidates.append(_Candidate(file, content, _why_unreadable(content, lab)))
    return candidates


def _nothing(files: list[File], found: list[File]) -> str:
    """Return what is said of a student who handed in no notebook."""
    others = [file.name.rpartition("/")[2] for file in files if not file.refused and file not in found]
    if not others:
        return "nothing was handed in"
    return f"no notebook was handed in, but {', '.join(others[:5]) + (', ...' if len(others) > 5 else '')}"


def _why_unreadable(content: bytes, lab: Lab) -> str:
    try:
        notebook, _ = reading.parse(content)
    except reading.UnreadableError as error:
        return str(error)
    return reading.other_lab(notebook, lab)


def _choose(candidates: list[_Candidate], remarks: list[str], lab: Lab) -> _Candidate:
    """Return the notebook to grade: readable before unreadable; the one named like the lab, else the newest."""
    readable = [candidate for candidate in candidates if not candidate.unreadable] or candidates
    named = [candidate for candidate in readable if given_name(candidate.file).lower() == f"{lab.name}.ipynb".lower()]
    chosen = named[0] if len(named) == 1 else readable[-1]
    if len(candidates) > 1:
        why = "the one named like the lab" if len(named) == 1 else "the newest"
        if len(readable) == 1:
            why = "the only one that is a notebook of the lab"
        others = ", ".join(candidate.file.name for candidate in candidates if candidate is not chosen)
        remarks.append(f"{len(candidates)} notebooks: {chosen.file.name} was taken, {why}; not {others}")
    return chosen


def _stated_time(file: File | None) -> datetime | None:
    """Return the time in nbgrader's timestamp.txt, which is in UTC."""
    if file is None:
        return None
    try:
        moment = parse_utc(file.read().decode("utf-8").strip())
    except (RefusedError, UnicodeDecodeError, ValueError, OverflowError):
        return None
    return moment and moment.replace(tzinfo=UTC)
