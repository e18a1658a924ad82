"""nbgrader's gradebook: opened, with the lab in it, and read and written as formgrader does."""

from collections.abc import Iterator
import contextlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from course import notebooks
from course.grading.model import GradingError
from course.grading.record.folder import require_gradebook
from course.grading.record.settings import write_settings
from course.students import students_version
from course.syllabus import Lab
from course.variants import solution_of

if TYPE_CHECKING:
    from datetime import datetime

    from nbgrader.api import Comment, Grade, Gradebook, SubmittedNotebook
    from sqlalchemy import URL


def open_gradebook(folder: Path) -> "Gradebook":
    """Return the grading folder's gradebook; made, with formgrader's settings, where there is none.

    Raises:
        GradingError: if it is none of nbgrader's, or cannot be opened.
    """
    from nbgrader.api import Gradebook

    folder.mkdir(parents=True, exist_ok=True)
    require_gradebook(folder)
    course_id = _course_id()
    write_settings(folder, course_id)
    with errors_told(folder):
        if not (folder / "gradebook.db").exists():
            _make_gradebook(folder)
        return Gradebook(_address(folder), course_id)


def add_lab(gradebook: "Gradebook", folder: Path, lab: Lab, due: "datetime | None") -> NotebookNode:
    """Bring a lab's cells and points into the gradebook, by nbgrader's own preprocessors; return its solution.

    Raises:
        GradingError: if the gradebook knows the lab with other exercises.
    """
    from nbgrader.preprocessors import ComputeChecksums, SaveCells

    gradebook.update_or_create_assignment(lab.name, duedate=due)
    solution = solution_of(lab)
    notebook = students_version(solution, hidden_tests=True)
    points = {f"check_{name}": value for name, value in lab.checks.items()} | lab.written
    for cell in notebook.cells:
        if notebooks.grade_id(cell) in points:
            cell.metadata.nbgrader["points"] = points[notebooks.grade_id(cell)]
    resources = {"nbgrader": {"notebook": lab.name, "assignment": lab.name, "db_url": _address(folder)}}
    try:
        for kind in (ComputeChecksums, SaveCells):
            kind().preprocess(notebook, resources)
    except RuntimeError as error:
        raise GradingError(
            f"{folder} has grades for {lab.name} with other exercises than the lab has now. Grade into "
            "another folder (--to), or go back to the version of the lab that was handed out."
        ) from error
    gradebook.db.expire_all()
    return solution


def entry_of(gradebook: "Gradebook", lab: str, student: str) -> "SubmittedNotebook | None":
    """Return a student's entry; None where there is none."""
    from nbgrader.api import MissingEntry

    with contextlib.suppress(MissingEntry):
        return gradebook.find_submission_notebook(lab, lab, student)
    return None


def students_with_entry(gradebook: "Gradebook", lab: str) -> set[str]:
    """Return the students who have an entry for a lab."""
    from nbgrader.api import Assignment, SubmittedAssignment

    query = gradebook.db.query(SubmittedAssignment.student_id).join(Assignment).filter(Assignment.name == lab)
    return {student for (student,) in query}


def entries_of(gradebook: "Gradebook", lab: str) -> "dict[str, SubmittedNotebook]":
    """Return all entries of a lab by student, with their grades and comments: a few queries, however large the class."""
    from nbgrader.api import Comment, Grade, Notebook, SubmittedNotebook
    from sqlalchemy.orm import joinedload, selectinload

    query = (
        gradebook.db.query(SubmittedNotebook)
        .join(Notebook)
        .filter(Notebook.name == lab)
        .options(
            joinedload(SubmittedNotebook.assignment),
            selectinload(SubmittedNotebook.grades).joinedload(Grade.cell),
            selectinload(SubmittedNotebook.comments).joinedload(Comment.cell),
        )
    )
    return {entry.assignment.student_id: entry for entry in query}


@contextlib.contextmanager
def transaction(gradebook: "Gradebook", folder: Path) -> Iterator[None]:
    """Commit what is entered meanwhile or, where the gradebook cannot be used, nothing of it.

    Raises:
        GradingError: if the gradebook cannot be used.
    """
    from sqlalchemy.exc import SQLAlchemyError

    with errors_told(folder):
        try:
            yield
            gradebook.db.commit()
        except SQLAlchemyError:
            gradebook.db.rollback()
            raise


@contextlib.contextmanager
def errors_told(folder: Path) -> Iterator[None]:
    """Raise the database's errors as `GradingError`, which says what to do."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        logging.getLogger(__name__).debug("gradebook", exc_info=error)
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise GradingError(
            f"the gradebook {folder / 'gradebook.db'} cannot be used: {said}. Close formgrader if it is saving, and grade "
            f"again: what was recorded stays. Copies of the gradebook are in {folder / 'backups'}."
        ) from error


def by_name(entries: "list[Grade] | list[Comment]") -> dict:
    """Return grades or comments by the name of their cell."""
    return {entry.name: entry for entry in entries}


def mark(grade: "Grade") -> float | None:
    """Return a grade's points as nbgrader counts them; None while neither a human nor the grading has given any."""
    score = grade.auto_score if grade.manual_score is None else grade.manual_score
    return None if score is None else score + (grade.extra_credit or 0.0)


def comment_of(comment: "Comment") -> str:
    """Return a human's comment."""
    return comment.manual_comment or ""


def _address(folder: Path) -> "URL":
    """Return the gradebook's address; what stands in a path and means something in an address is taken as it is."""
    return _address_of(folder / "gradebook.db")


def _address_of(database: Path) -> "URL":
    from sqlalchemy import URL

    return URL.create("sqlite", database=str(database.resolve()))


def _course_id() -> str:
    return notebooks.nbgrader_config().CourseDirectory.course_id


def _make_gradebook(folder: Path) -> None:
    """Make an empty gradebook, whole or not at all.

    nbgrader would do this by a program and a settings file, in which `%` in a path means something else and other letters than
    ASCII need a locale that has them, and would leave half a gradebook where that fails.
    """
    from alembic.script import ScriptDirectory
    from nbgrader.api import Base
    from nbgrader.dbutil import ALEMBIC_DIR
    from sqlalchemy import create_engine, text

    version = ScriptDirectory(ALEMBIC_DIR).get_current_head()
    partial = folder / f".gradebook-{os.getpid()}.partial"
    partial.unlink(missing_ok=True)  # of a run that was killed, and had this number
    try:
        engine = create_engine(_address_of(partial))
        Base.metadata.create_all(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
        engine.dispose()
        partial.replace(folder / "gradebook.db")
    finally:
        partial.unlink(missing_ok=True)
