"""The grading folder: what lies where, and the backups of its gradebook."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
import errno
from pathlib import Path
import sqlite3

from course import notebooks
from course.grading.model import GradingError, Result
from course.syllabus import Lab

BACKUPS = 20
"""How many backups of the gradebook are kept."""
_TABLES = {"assignment", "student", "submitted_assignment", "grade", "comment"}
"""Some that every gradebook of nbgrader's has."""
_NOT_WRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}


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
        GradingError: if it is none of nbgrader's or cannot be copied; nothing has changed then.
    """
    gradebook = folder / "gradebook.db"
    if not gradebook.exists():
        return None
    require_gradebook(folder)
    target = folder / "backups" / f"gradebook-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.db"
    target.parent.mkdir(exist_ok=True)
    partial = target.with_suffix(".partial")
    try:
        with closing(sqlite3.connect(gradebook)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
        partial.replace(target)
    except sqlite3.Error as error:
        raise GradingError(
            f"{gradebook} cannot be backed up ({error}), so nothing was changed. Make room on the disk if it is full, and "
            f"grade again. Earlier copies are in {target.parent}."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    for old in sorted(target.parent.glob("gradebook-*.db"))[:-BACKUPS]:
        old.unlink()
    return target


def require_gradebook(folder: Path) -> None:
    """Look whether the gradebook, where there is one, is a whole gradebook of nbgrader's; nothing is changed.

    Raises:
        GradingError: if it is not: an empty file, another program's, a damaged one.
    """
    gradebook = folder / "gradebook.db"
    if not gradebook.exists():
        return
    try:
        wrong = _wrong_with(gradebook)
    except sqlite3.OperationalError as error:
        raise GradingError(
            f"{gradebook} cannot be read: {error}. Close formgrader if it is saving, and grade again"
        ) from error
    except sqlite3.DatabaseError as error:
        wrong = str(error)
    if not wrong:
        return
    newest = max((folder / "backups").glob("gradebook-*.db"), default=None)
    way_out = (
        f"copy its newest backup over it ({newest})"
        if newest
        else "there is no backup of it: move it away to begin with a new one, without the marks that humans entered"
    )
    raise GradingError(f"{gradebook} is no gradebook ({wrong}), so nothing was changed: {way_out}, and grade again")


def _wrong_with(gradebook: Path) -> str:
    """Return what is wrong with a file that should be a gradebook; empty where nothing is."""
    if not gradebook.stat().st_size:
        return "the file is empty"
    with closing(sqlite3.connect(f"{gradebook.resolve().as_uri()}?mode=rw", uri=True)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        if missing := _TABLES - tables:
            return f"it has no table {', '.join(sorted(missing))}"
        ((said,),) = database.execute("PRAGMA quick_check(1)")
    return "" if said == "ok" else said


@contextmanager
def writing_told(folder: Path) -> Iterator[None]:
    """Raise what keeps files from being written, a full disk above all, as `GradingError`, which says what to do.

    Raises:
        GradingError: if a file cannot be written. Files are written whole or not at all, so what was recorded stays.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _NOT_WRITTEN:
            raise
        raise GradingError(
            f"{error.filename or folder} cannot be written: {error.strerror}. What was recorded before stays: make room, or see "
            "to the rights, and give the same command again; it goes on from there"
        ) from error


def write_if_changed(path: Path, content: bytes) -> None:
    """Write a file whole, or leave it with its time where it has this content."""
    if not path.exists() or path.read_bytes() != content:
        notebooks.write(path, content)
