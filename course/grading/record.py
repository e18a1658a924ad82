"""Recording results, in the main process, one at a time: files, nbgrader's gradebook, and last the result itself.

The grading folder is an nbgrader course directory: formgrader opens on it in a JupyterLab that is started there. What a
human enters, marks and comments, stays, whatever is recorded again, and comes back into the results.
"""

from collections.abc import Iterator
import contextlib
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
import logging
import os
from pathlib import Path
import re
import sqlite3
import sysconfig
from typing import TYPE_CHECKING
import warnings

import nbformat
from nbformat import NotebookNode

from course import notebooks
from course.grading.handed_out import students_version
from course.grading.keys import key
from course.grading.late import LatePolicy
from course.grading.model import Answer, Exercise, GradingError, Outcome, Result, Status, Submission
from course.grading.reading import clean
from course.syllabus import ROOT, Lab

if TYPE_CHECKING:
    from nbgrader.api import Comment, Grade, Gradebook, SubmittedNotebook

__all__ = ["BACKUPS", "LatePolicy", "Recorder", "backup", "key", "previous"]

BACKUPS = 20
"""How many backups of the gradebook are kept."""
_LATE, _LOOK, _CHANGED = "Late: ", "A human has looked at it.", "Changed after a human marked it: "
_CONFIG = '''"""Settings of formgrader and nbgrader for this folder, which `python -m course grade` made."""

from nbgrader.preprocessors import NbGraderPreprocessor


class NotHere(NbGraderPreprocessor):
    """Refuses what nbgrader would do without a sandbox, or what would show hidden checks to students."""

    def preprocess(self, nb, resources):
        raise RuntimeError("Submissions of this folder are graded, and feedback is written, by `python -m course grade`.")


c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "{course_id}"
c.Autograde.sanitize_preprocessors = [NotHere]
c.GenerateFeedback.preprocessors = [NotHere]
'''


def previous(folder: Path, lab: Lab, student: str) -> Result | None:
    """Return the result that an earlier run left; None where there is none, or one of an older form."""
    try:
        return Result.from_json(_result_path(folder, lab.name, student).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def backup(folder: Path) -> Path | None:
    """Copy the gradebook to `backups/`, where the last ones are kept; return the copy, or None without a gradebook."""
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


def _result_path(folder: Path, lab: str, student: str) -> Path:
    return folder / "results" / lab / f"{student}.json"


def _notebook_path(folder: Path, stage: str, lab: str, student: str) -> Path:
    return folder / stage / student / lab / f"{lab}.ipynb"


class Recorder:
    """Records the results of one lab; a context manager, because it holds the gradebook open."""

    def __init__(self, folder: Path, lab: Lab, late: LatePolicy | None = None) -> None:
        """Choose the grading folder, which is made where there is none, the lab, and what lateness costs."""
        self.folder, self.lab, self.late = folder, lab, late
        self._gradebook: Gradebook

    def __enter__(self) -> "Recorder":
        """Open the gradebook and bring the lab's cells and points into it.

        Raises:
            GradingError: if the gradebook cannot be opened, or knows the lab with other exercises.
        """
        from nbgrader.api import Gradebook
        from sqlalchemy.exc import SQLAlchemyError

        self.folder.mkdir(parents=True, exist_ok=True)
        self._url = f"sqlite:///{(self.folder / 'gradebook.db').resolve()}"
        course_id = _course_id()
        config = self.folder / "nbgrader_config.py"
        if not config.exists():
            notebooks.write(config, _CONFIG.replace("{course_id}", course_id).encode())
        try:
            with _own_programs():
                self._gradebook = Gradebook(self._url, course_id)
            self._prepare()
        except SQLAlchemyError as error:
            raise _gradebook_error(self.folder, error) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Close the gradebook."""
        self._gradebook.close()

    def _prepare(self) -> None:
        """Bring the assignment into the gradebook, by nbgrader's own preprocessors, and its source into the folder."""
        from nbgrader.preprocessors import ComputeChecksums, SaveCells

        due = self.late and self.late.due
        self._gradebook.update_or_create_assignment(self.lab.name, duedate=due)
        solution = notebooks.read(self.lab.solution)
        notebook = students_version(solution, hidden_tests=True)
        points = {f"check_{name}": value for name, value in self.lab.points.items()} | self.lab.written
        for cell in notebook.cells:
            if notebooks.grade_id(cell) in points:
                cell.metadata.nbgrader["points"] = points[notebooks.grade_id(cell)]
        resources = {"nbgrader": {"notebook": self.lab.name, "assignment": self.lab.name, "db_url": self._url}}
        try:
            for kind in (ComputeChecksums, SaveCells):
                kind().preprocess(notebook, resources)
        except RuntimeError as error:
            raise GradingError(
                f"{self.folder} has grades for {self.lab.name} with other exercises than the lab has now. Grade into "
                "another folder (--to), or go back to the version of the lab that was handed out."
            ) from error
        self._gradebook.db.expire_all()
        self._model_answers = {
            notebooks.grade_id(cell): cell.source for cell in solution.cells if notebooks.is_written_answer(cell)
        }
        source = self.folder / "source" / self.lab.name / f"{self.lab.name}.ipynb"
        _write_if_changed(source, self.lab.solution.read_bytes())

    def previous(self, student: str) -> Result | None:
        """Return the result of an earlier run if all of it is still there: notebook, gradebook entry and JSON."""
        result = previous(self.folder, self.lab, student)
        if result is None or self._submitted_notebook(student) is None:
            return None
        has_notebook = _notebook_path(self.folder, "autograded", self.lab.name, student).exists()
        return result if has_notebook or result.status is Status.UNREADABLE else None

    def record(self, submission: Submission, result: Result, notebook: str | None) -> Result:
        """Record what became of a submission.

        The result's JSON is written last: where recording is interrupted, the submission counts as not graded.

        Args:
            submission: what was handed in.
            result: what came of it, with the points of this run.
            notebook: the executed notebook as JSON text; None where nothing was executed.

        Returns:
            The result as it is stored, with humans' marks and comments and the penalty for lateness.

        Raises:
            GradingError: if the gradebook or the folder cannot be written.
        """
        from sqlalchemy.exc import SAWarning, SQLAlchemyError

        earlier = previous(self.folder, self.lab, result.student)
        try:
            self._write_files(submission, notebook)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)  # nbgrader's add_submission causes some, to no effect
                entry = self._enter(result, earlier)
            stored = self._with_humans(result, entry)
            self._gradebook.db.commit()
        except SQLAlchemyError as error:
            self._gradebook.db.rollback()
            raise _gradebook_error(self.folder, error) from error
        except OSError as error:
            raise GradingError(f"{error.filename} cannot be written: {error.strerror}") from error
        stored.save(_result_path(self.folder, self.lab.name, result.student))
        return stored

    def refresh(self, result: Result) -> Result:
        """Take over what humans entered since, and the due date, into a result that need not be executed again."""
        from sqlalchemy.exc import SQLAlchemyError

        try:
            entry = self._submitted_notebook(result.student)
            if entry is None:
                raise GradingError(f"the gradebook has no entry for {result.student}: grade again with --again")
            stored = self._with_humans(result, entry)
            self._gradebook.db.commit()
        except SQLAlchemyError as error:
            self._gradebook.db.rollback()
            raise _gradebook_error(self.folder, error) from error
        if stored != previous(self.folder, self.lab, result.student):
            stored.save(_result_path(self.folder, self.lab.name, result.student))
        return stored

    def _submitted_notebook(self, student: str) -> "SubmittedNotebook | None":
        from nbgrader.api import MissingEntry

        with contextlib.suppress(MissingEntry):
            return self._gradebook.find_submission_notebook(self.lab.name, self.lab.name, student)
        return None

    def _write_files(self, submission: Submission, notebook: str | None) -> None:
        original = _notebook_path(self.folder, "submitted", self.lab.name, submission.student)
        if submission.content:
            _write_if_changed(original, submission.content)
        else:
            original.unlink(missing_ok=True)
        if submission.submitted_at:
            moment = submission.submitted_at.astimezone(UTC)
            _write_if_changed(original.with_name("timestamp.txt"), f"{moment:%Y-%m-%d %H:%M:%S.%f} UTC".encode())
        executed = _notebook_path(self.folder, "autograded", self.lab.name, submission.student)
        if notebook is None:
            executed.unlink(missing_ok=True)
        else:
            _write_if_changed(executed, _for_graders(notebook, self._model_answers).encode("utf-8", "replace"))

    def _enter(self, result: Result, earlier: Result | None) -> "SubmittedNotebook":
        """Enter this run's points into the gradebook; leave humans' marks and comments as they are."""
        lms = {"lms_user_id": result.lms["id"]} if result.lms.get("id") else {}
        self._gradebook.update_or_create_student(result.student, **lms)
        self._gradebook.update_or_create_submission(self.lab.name, result.student, timestamp=result.submitted_at)
        entry = self._submitted_notebook(result.student)
        grades, comments = _by_name(entry.grades), _by_name(entry.comments)
        known = {part.name: part for part in (*earlier.exercises, *earlier.written)} if earlier else {}
        for_human = _for_human(result)
        for exercise in result.exercises:
            grade = grades[f"check_{exercise.name}"]
            if grade.auto_score is None or exercise != known.get(exercise.name):  # else its points may be a human's
                grade.auto_score = exercise.points
            self._ask(grade, exercise, exercise.name in for_human, known.get(exercise.name))
            comments[exercise.name].auto_comment = (
                "No response." if exercise.outcome is Outcome.MISSING else clean(exercise.message) or None
            )
        for answer in result.written:
            grade, is_open = grades[answer.name], not answer.source
            grade.auto_score = 0.0 if is_open else None
            self._ask(grade, answer, not is_open, known.get(answer.name))
            comments[answer.name].auto_comment = "No response." if is_open else None
        return entry

    @staticmethod
    def _ask(grade: "Grade", part: Exercise | Answer, is_asked: bool, earlier: Exercise | Answer | None) -> None:
        """Ask a human for a mark; where there is one, ask again only if what was marked has changed since."""
        if grade.manual_score is not None:
            is_asked = grade.needs_manual_grade or (earlier is not None and earlier.source != part.source)
        grade.needs_manual_grade = is_asked

    def _with_humans(self, result: Result, entry: "SubmittedNotebook") -> Result:
        """Return the result with what humans entered and the penalty; enter the penalty into the gradebook."""
        grades, comments = _by_name(entry.grades), _by_name(entry.comments)
        exercises = tuple(
            replace(
                exercise, points=_score(grades[f"check_{exercise.name}"]), comment=_comment(comments[exercise.name])
            )
            for exercise in result.exercises
        )
        written = tuple(
            replace(answer, points=_mark(grades[answer.name]), comment=_comment(comments[answer.name]))
            for answer in result.written
        )
        remarks = [text for text in result.remarks if not text.startswith((_LATE, _LOOK, _CHANGED))]
        status = result.status
        asked = [part.name for part in exercises if grades[f"check_{part.name}"].needs_manual_grade]
        if asked and status is not Status.UNREADABLE:
            status = Status.HUMAN
        elif status is Status.HUMAN or any(text.startswith(_LOOK) for text in result.remarks):
            status = Status.REMARKS if status is Status.HUMAN else status
            remarks.append(_LOOK)
        for part, grade_id in [(part, f"check_{part.name}") for part in exercises] + [
            (part, part.name) for part in written
        ]:
            if grades[grade_id].manual_score is not None and grades[grade_id].needs_manual_grade:
                remarks.append(f"{_CHANGED}{part.name}")
        result = replace(result, exercises=exercises, written=written, remarks=tuple(remarks), status=status, penalty=0)
        penalty, said = self._penalty(result, entry)
        entry.late_submission_penalty = penalty or None
        if status is Status.REMARKS and not remarks and not said:
            result = replace(result, status=Status.GRADED)  # what was remarked does not hold any more
        return replace(result, penalty=penalty).with_remarks(*said)

    def _penalty(self, result: Result, entry: "SubmittedNotebook") -> tuple[float, tuple[str, ...]]:
        if self.late is None or result.status is Status.UNREADABLE:
            return 0.0, ()
        if result.submitted_at is None:
            return 0.0, (f"{_LATE}nobody knows when it was handed in, so nothing was taken off",)
        days = self.late.days_late(result.submitted_at, entry.assignment.extension)
        if not days:
            return 0.0, ()
        penalty = min(self.late.penalty(days, self.lab.total_points), result.points)
        when = f"{days} day{'s' if days > 1 else ''} begun after {self.late.due:%Y-%m-%d %H:%M %Z}"
        return penalty, (f"{_LATE}{when}, {penalty:g} points taken off",)


def _by_name(entries: "list[Grade] | list[Comment]") -> dict:
    return {entry.name: entry for entry in entries}


def _for_human(result: Result) -> set[str]:
    """Return the exercises that a human has to look at: those tampered with, else those that did not pass, else all."""
    tampered = {exercise.name for exercise in result.exercises if exercise.outcome is Outcome.TAMPERED}
    if tampered or result.status is not Status.HUMAN:
        return tampered
    failed = {exercise.name for exercise in result.exercises if exercise.outcome is not Outcome.PASSED}
    return failed or {exercise.name for exercise in result.exercises}


def _mark(grade: "Grade") -> float | None:
    """Return a grade's points as nbgrader counts them; None while neither a human nor the grading has given any."""
    score = grade.auto_score if grade.manual_score is None else grade.manual_score
    return None if score is None else score + (grade.extra_credit or 0.0)


def _score(grade: "Grade") -> float:
    return _mark(grade) or 0.0


def _comment(comment: "Comment") -> str:
    return comment.manual_comment or ""


def _for_graders(notebook: str, model_answers: dict[str, str]) -> str:
    """Return an executed notebook as formgrader may show it: with model answers, without what could run in a browser.

    formgrader shows HTML as it is, in the instructor's own session. So of outputs only text and pictures stay, and HTML in
    written answers is shown as text.
    """
    result = nbformat.reads(notebook, as_version=4)
    cells: list[NotebookNode] = []
    for cell in result.cells:
        if cell.cell_type == "code":
            outputs = [_harmless(output) for output in cell.outputs]
            cell.outputs = [output for output in outputs if output.get("data", True)]
        else:
            cell.source = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", cell.source)
        cells.append(cell)
        name = notebooks.grade_id(cell)
        if name in model_answers:
            text = f"**For graders, not of the submission: the model answer**\n\n{model_answers[name]}"
            cells.append(nbformat.v4.new_markdown_cell(text, id=f"model-{cell.id}"[:64]))
    result.cells = cells
    return notebooks.to_text(result)


def _harmless(output: NotebookNode) -> NotebookNode:
    if "data" in output:
        output.data = nbformat.from_dict({kind: value for kind, value in output.data.items() if _may_stay(kind, value)})
        output.metadata = NotebookNode()
    return output


def _may_stay(kind: str, value: object) -> bool:
    if kind in ("image/png", "image/jpeg"):
        return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9+/=\s]*", value) is not None
    return kind == "text/plain"


def _course_id() -> str:
    from traitlets.config import PyFileConfigLoader

    return PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config().CourseDirectory.course_id


@contextlib.contextmanager
def _own_programs() -> Iterator[None]:
    """Let programs of this Python's environment be found: nbgrader calls `alembic` where it makes a gradebook."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join((sysconfig.get_path("scripts"), before))
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _write_if_changed(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        notebooks.write(path, content)


def _gradebook_error(folder: Path, error: Exception) -> GradingError:
    logging.getLogger(__name__).debug("gradebook", exc_info=error)
    said = str(getattr(error, "orig", None) or error).splitlines()[0]
    return GradingError(
        f"the gradebook {folder / 'gradebook.db'} cannot be used: {said}. Close formgrader if it is saving, and grade "
        f"again: what was recorded stays. Copies of the gradebook are in {folder / 'backups'}."
    )
