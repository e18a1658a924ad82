"""Of all that a student handed in, the one notebook that is graded."""

from dataclasses import dataclass
from datetime import UTC, datetime

from nbgrader.utils import parse_utc

from course.grading.model import HandedFile, HandedIn, Submission
from course.grading.prepare import reading
from course.grading.prepare.text import shown
from course.grading.prepare.zips import NOTEBOOK, RefusedError, opened
from course.syllabus import Lab

MAX_CANDIDATES = 20
"""Notebooks of one student that are looked at, the newest."""
MAX_PROBLEMS = 10
"""Files that were not looked at and are named."""
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Candidate:
    """A notebook that may be the one to grade."""

    name: str
    """Its path, fit to be shown."""
    given: str
    """Its name as the student gave it."""
    content: bytes
    arrived: datetime | None
    """The time of the file, or of the zip that it came in: a zip's own times are the student's to choose."""
    folder: tuple[str, ...]
    """That it lies in, outside of any zip; empty in a zip."""
    unreadable: str
    """Why it cannot be graded; empty where it can."""
    version: str
    """Of the hand-out, as it states."""


def choose(handed_in: HandedIn, lab: Lab) -> Submission:
    """Return the one notebook of a student that is graded, or why there is none.

    Args:
        handed_in: all that the student handed in.
        lab: the lab that the notebook is to be of.
    """
    remarks, problems, others = list(handed_in.remarks), [], []
    candidates = _candidates(handed_in, lab, problems, others)
    if len(problems) > MAX_PROBLEMS:
        problems[MAX_PROBLEMS:] = [f"{len(problems) - MAX_PROBLEMS} more files were not looked at"]
    if not candidates:
        name = shown("/".join(handed_in.files[0].parts), 200) if handed_in.files else ""
        why = "; ".join(problems or [_nothing(others)])
        return Submission(handed_in.student, name, b"", None, tuple(remarks), why, handed_in.lms)
    chosen = _choose(candidates, remarks, lab)
    return Submission(
        student=handed_in.student,
        name=chosen.name,
        content=chosen.content,
        submitted_at=_time(chosen, handed_in, lab),
        remarks=(*remarks, *problems),
        unreadable=chosen.unreadable,
        lms=handed_in.lms,
        version=chosen.version,
    )


def _candidates(handed_in: HandedIn, lab: Lab, problems: list[str], others: list[str]) -> list[_Candidate]:
    """Return the newest notebooks, the newest last; what cannot be read becomes a problem, what is none one of the others."""
    found = []
    for file in handed_in.files:
        name = shown("/".join(file.parts), 200)
        if file.refused:
            problems.append(f"{name} was not looked at: {file.refused}")
        elif file.content is None:
            others.append(file.parts[-1])
        elif file.parts[-1].lower().endswith(NOTEBOOK):
            found.append((file.modified, file.parts, file, lambda file=file: file.content))
        elif file.parts[-1].lower().endswith(".zip"):
            members, said = opened(file.content, file.parts)
            problems += said + [
                f"{member.name} was not looked at: {member.refused}" for member in members if member.refused
            ]
            for member in members:
                if member.read and member.base.endswith(NOTEBOOK):
                    found.append((member.modified, member.parts, file, member.read))
                elif member.read:
                    others.append(member.parts[-1])
    found.sort(key=lambda entry: (entry[0] or NEVER, entry[1]))
    candidates = []
    for _, parts, file, read in found[-MAX_CANDIDATES:]:
        try:
            candidates.append(_candidate(parts, file, read(), lab))
        except RefusedError as error:
            problems.append(f"{shown('/'.join(parts), 200)} was not looked at: {error}")
    return candidates


def _candidate(parts: tuple[str, ...], file: HandedFile, content: bytes, lab: Lab) -> _Candidate:
    """Return a notebook with what is to be said of it.

    Args:
        parts: its path.
        file: in which it was handed in: itself, or a zip.
        content: its bytes.
        lab: the lab.
    """
    version = ""
    try:
        notebook, _ = reading.parse(content)
        version, unreadable = reading.handout(notebook), reading.other_lab(notebook, lab)
    except reading.UnreadableError as error:
        unreadable = str(error)
    is_zipped = parts != file.parts
    given, folder = (parts[-1], ()) if is_zipped else (file.given, file.parts[:-1])
    return _Candidate(shown("/".join(parts), 200), given, content, file.modified, folder, unreadable, version)


def _nothing(others: list[str]) -> str:
    """Return what is said of a student who handed in no notebook."""
    if not others:
        return "nothing was handed in"
    named = ", ".join(shown(name, 100) for name in others[:5])
    return f"no notebook was handed in, but {named}{', ...' if len(others) > 5 else ''}"


def _choose(candidates: list[_Candidate], remarks: list[str], lab: Lab) -> _Candidate:
    """Return the notebook to grade: readable before unreadable; the one named like the lab, else the newest."""
    readable = [candidate for candidate in candidates if not candidate.unreadable] or candidates
    named = [candidate for candidate in readable if candidate.given.lower() == f"{lab.name}.ipynb".lower()]
    chosen = named[0] if len(named) == 1 else readable[-1]
    if len(candidates) > 1:
        why = "the one named like the lab" if len(named) == 1 else "the newest"
        if len(readable) == 1:
            why = "the only one that is a notebook of the lab"
        others = ", ".join(candidate.name for candidate in candidates if candidate is not chosen)
        remarks.append(f"{len(candidates)} notebooks: {chosen.name} was taken, {why}; not {others}")
    return chosen


def _time(chosen: _Candidate, handed_in: HandedIn, lab: Lab) -> datetime | None:
    """Return when a notebook was handed in: the file's time or, where it is later, the one in nbgrader's timestamp.txt.

    nbgrader's exchange keeps the time at which a notebook was saved, which comes before the one at which it was handed
    in. A student could have written the timestamp.txt: so it never makes a submission earlier.
    """
    if chosen.arrived is None:
        return None
    stated = [
        _stated(file.content)
        for file in handed_in.files
        if file.content is not None
        and file.parts[1:] == (lab.name, "timestamp.txt")
        and file.parts[:-1] == chosen.folder
    ]
    return max([chosen.arrived, *filter(None, stated)])


def _stated(content: bytes) -> datetime | None:
    """Return the time in nbgrader's timestamp.txt, which is in UTC."""
    try:
        moment = parse_utc(content[:100].decode("utf-8").strip())
    except (ValueError, OverflowError):
        return None
    return moment and moment.replace(tzinfo=UTC)
