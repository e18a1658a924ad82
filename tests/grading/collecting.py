"""Collecting in one process, as the tests of it do."""

from datetime import UTC, datetime
import io
import os
from pathlib import Path
import zipfile

from course.grading.collect.submissions import collected
from course.grading.model import Submission
from course.grading.prepare.choosing import choose
from course.syllabus import Lab
from tests.grading import small_lab

NOTEBOOK = f"{small_lab.NAME}.ipynb"
SAVED = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)


def saved(path: Path, moment: datetime = SAVED) -> Path:
    """Give a file a time, and return its path."""
    os.utime(path, (moment.timestamp(),) * 2)
    return path


def collect(path: Path, lab: Lab) -> list[Submission]:
    with collected(path, lab) as found:
        return [choose(one.read(), lab) for one in found]


def by_student(path: Path, lab: Lab) -> dict[str, Submission]:
    found = collect(path, lab)
    assert len({submission.student.casefold() for submission in found}) == len(found)
    return {submission.student: submission for submission in found}


def make_zip(path: Path, members: dict[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()
