"""Recording results, in the main process, one at a time: files, nbgrader's gradebook, and last the result itself.

The grading folder is an nbgrader course directory: formgrader opens on it in a JupyterLab that is started there. What a
human enters, marks and comments, stays, whatever is recorded again, and comes back into the results.
"""

from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING
import warnings

from course import notebooks
from course.grading.model import GradingError, Result, Status, Submission
from course.grading.record.folder import notebook_path, previous, save, write_if_changed
from course.grading.record.for_graders import for_graders
from course.grading.record.gradebook import add_lab, entry_of, errors_told, open_gradebook, transaction
from course.grading.record.humans import LATE, enter, with_humans
from course.grading.record.late import LatePolicy
from course.syllabus import Lab

if TYPE_CHECKING:
    from nbgrader.api import Gradebook, SubmittedNotebook


class Recorder:
    """Records the results of one lab; a context manager, because it holds the gradebook open."""

    def __init__(self, folder: Path, lab: Lab, late: LatePolicy | None = None) -> None:
        """Choose the grading folder, which is made where there is none, the lab, and what lateness costs."""
        self.folder, self.lab, self.late = folder, lab, late
        self._gradebook: Gradebook

    def __enter__(self) -> "Recorder":
        """Open the gradebook and bring the lab's cells and points into it, and its source into the folder.

        Raises:
            GradingError: if the gradebook cannot be opened, or knows the lab with other exercises.
        """
        self._gradebook = open_gradebook(self.folder)
        with errors_told(self.folder):
            solution = add_lab(self._gradebook, self.folder, self.lab, self.late and self.late.due)
        self._model_answers = {
            notebooks.grade_id(cell): cell.source for cell in solution.cells if notebooks.is_written_answer(cell)
        }
        source = self.folder / "source" / self.lab.name / f"{self.lab.name}.ipynb"
        write_if_changed(source, self.lab.solution.read_bytes())
        return self

    def __exit__(self, *_: object) -> None:
        """Close the gradebook."""
        self._gradebook.close()

    def previous(self, student: str) -> Result | None:
        """Return the result of an earlier run if all of it is still there: notebook, gradebook entry and JSON."""
        result = previous(self.folder, self.lab, student)
        if result is None or entry_of(self._gradebook, self.lab.name, student) is None:
            return None
        has_notebook = notebook_path(self.folder, "autograded", self.lab.name, student).exists()
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
        from sqlalchemy.exc import SAWarning

        earlier = previous(self.folder, self.lab, result.student)
        try:
            with transaction(self._gradebook, self.folder):
                self._write_files(submission, notebook)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", SAWarning)  # nbgrader's add_submission causes some, to no effect
                    entry = self._enter(result, earlier)
                stored = self._with_humans(result, entry)
        except OSError as error:
            raise GradingError(f"{error.filename} cannot be written: {error.strerror}") from error
        save(self.folder, stored)
        return stored

    def refresh(self, result: Result) -> Result:
        """Take over what humans entered since, and the due date, into a result that need not be executed again.

        Raises:
            GradingError: if the gradebook cannot be used, or has no entry for the student.
        """
        with transaction(self._gradebook, self.folder):
            entry = entry_of(self._gradebook, self.lab.name, result.student)
            if entry is None:
                raise GradingError(f"the gradebook has no entry for {result.student}: grade again with --again")
            stored = self._with_humans(result, entry)
        if stored != previous(self.folder, self.lab, result.student):
            save(self.folder, stored)
        return stored

    def _write_files(self, submission: Submission, notebook: str | None) -> None:
        original = notebook_path(self.folder, "submitted", self.lab.name, submission.student)
        if submission.content:
            write_if_changed(original, submission.content)
        else:
            original.unlink(missing_ok=True)
        if submission.submitted_at:
            moment = submission.submitted_at.astimezone(UTC)
            write_if_changed(original.with_name("timestamp.txt"), f"{moment:%Y-%m-%d %H:%M:%S.%f} UTC".encode())
        executed = notebook_path(self.folder, "autograded", self.lab.name, submission.student)
        if notebook is None:
            executed.unlink(missing_ok=True)
        else:
            write_if_changed(executed, for_graders(notebook, self._model_answers).encode("utf-8", "replace"))

    def _enter(self, result: Result, earlier: Result | None) -> "SubmittedNotebook":
        """Enter this run's points into the gradebook, and return the student's entry."""
        lms = {"lms_user_id": result.lms["id"]} if result.lms.get("id") else {}
        self._gradebook.update_or_create_student(result.student, **lms)
        self._gradebook.update_or_create_submission(self.lab.name, result.student, timestamp=result.submitted_at)
        entry = entry_of(self._gradebook, self.lab.name, result.student)
        enter(result, earlier, entry)
        return entry

    def _with_humans(self, result: Result, entry: "SubmittedNotebook") -> Result:
        """Return the result with what humans entered and the penalty; enter the penalty into the gradebook."""
        result = with_humans(result, entry)
        penalty, said = self._penalty(result, entry)
        entry.late_submission_penalty = penalty or None
        if result.status is Status.REMARKS and not result.remarks and not said:
            result = replace(result, status=Status.GRADED)  # what was remarked does not hold any more
        return replace(result, penalty=penalty).with_remarks(*said)

    def _penalty(self, result: Result, entry: "SubmittedNotebook") -> tuple[float, tuple[str, ...]]:
        if self.late is None or result.status is Status.UNREADABLE:
            return 0.0, ()
        if result.submitted_at is None:
            return 0.0, (f"{LATE}nobody knows when it was handed in, so nothing was taken off",)
        days = self.late.days_late(result.submitted_at, entry.assignment.extension)
        if not days:
            return 0.0, ()
        penalty = min(self.late.penalty(days, self.lab.total_points), result.points)
        when = f"{days} day{'s' if days > 1 else ''} begun after {self.late.due:%Y-%m-%d %H:%M %Z}"
        return penalty, (f"{LATE}{when}, {penalty:g} points taken off",)
