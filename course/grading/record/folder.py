"""The grading folder: what lies where, and the backups of its gradebook."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
import sqlite3

from course import notebooks
from course.grading.model import GradingError, Result
from course.syllabus import Lab

BACKUPS = 20
"""How many backups of the gradebook are kept."""


def previous(folder: Path, lab: Lab, student: str) -> Result | None:
    """Return the result that an earlier run left; None where there is none, or one of an older form."""
    try:
        return Result.from_json(result_path(folder, lab.name, student).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def save(folder: Path, result: Result) -> None:
    """Write a result, whole or not at all."""
    notebooks.write(result_path(folder, result.lab, result.student), result.to_json().encode("utf-8", "replace"))


def result_path(folder: Path, lab: str, student: str) -> Path:
    """Return where a result lies."""
    return folder / "results" / lab / f"{student}.json"


def notebook_path(folder: Path, stage: str, lab: str, student: str) -> Path:
    """Return where a student's notebook lies: as "submitted", or as it was executed, "autograded"."""
    return folder / stage / student / lab / f"{lab}.ipynb"


def backup(folder: Path) -> Path | None:
    """Copy the gradebook to `backups/`, where the last ones are kept; return the copy, or None without a gradebook.

    Raises:
        GradingError: if it cannot be copied; nothing has changed then.
    """
    gradebook = folder / "gradebook.db"
    if not gradebook.exists():
        return None
    target = folder / "backups" / f"gradebook-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.db"
    target.parent.mkdir(exist_ok=True)
    partial = target.with_suffix(".partial")
    try:
        with closing(sqlite3.connect(gradebook)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
        partial.replace(target)
    except sqlite3.Error as error:
        partial.unlink(missing_ok=True)
        raise GradingError(
            f"{gradebook} cannot be backed up ({error}), so nothing was changed. Is it a gradebook of nbgrader's, and is "
            f"there room on the disk? Earlier copies are in {target.parent}."
        ) from error
    for old in sorted(target.parent.glob("gradebook-*.db"))[:-BACKUPS]:
        old.unlink()
    return target


def write_if_changed(path: Path, content: bytes) -> None:
    """Write a file whole, or leave it with its time where it has this content."""
    if not path.exists() or path.read_bytes() != content:
        notebooks.write(path, content)
