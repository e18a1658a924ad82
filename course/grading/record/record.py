"""Recording results, in the main process, one at a time: files, nbgrader's gradebook, and last the result itself.

The grading folder is an nbgrader course directory: formgrader opens on it in a JupyterLab that is started there. What a
human enters, marks and comments, stays, whatever is recorded again, and comes back into the results.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
import warnings

from course import notebooks
from course.grading.model import GradingError, Result, Status, Submission
from course.grading.record.folder import notebook_path, previous, save, write_if_changed, writing_told
from course.grading.record.for_graders import for_graders
from course.grading.record.gradebook import (
    add_lab,
    entries_of,
    entry_of,
    errors_told,
    open_gradebook,
    students_with_entry,
    transaction,
)
from course.grading.record.humans import LATE, enter, with_humans
from course.grading.record.late import LatePolicy
from course.grading.record.resubmissions import attempt, is_better, is_resubmission, with_attempt
from course.grading.record.resubmissions import remarks as resubmitted
from course.syllabus import Lab

if TYPE_CHECKING:
    from nbgrader.api import Gradebook, SubmittedNotebook


class Recorder:
    """Records the results of one lab; a context manager, because it holds the gradebook open."""

    def __init__(self, folder: Path, lab: Lab, late: LatePolicy | None = None, *, best: bool = False) -> None:
        """Choose the grading folder, which is made where there is none, and what holds.

        Args:
            folder: the grading folder.
            lab: the lab.
            late: what lateness costs.
            best: of several submissions of a student, the best counts; otherwise the last.
        """
        self.folder, self.lab, self.late, self.best = folder, lab, late, best
        self._gradebook: Gradebook

    def __enter__(self) -> "Recorder":
        """Open the gradebook and bring the lab's cells and points into it, and its source into the folder.

        Raises:
            GradingError: if the gradebook cannot be opened, or knows the lab with other exercises.
        """
        self._gradebook = open_gradebook(self.folder)
        with errors_told(self.folder):
            solution = add_lab(self._gradebook, self.folder, self.lab, self.late and self.late.due)
            self._known = students_with_entry(self._gradebook, self.lab.name)
        self._model_answers = {
            notebooks.grade_id(cell): cell.source for cell in solution.cells if notebooks.is_written_answer(cell)
        }
        source = self.folder / "source" / self.lab.name / f"{self.lab.name}.ipynb"
        write_if_changed(source, notebooks.to_text(solution).encode())
        return self

    def __exit__(self, *_: object) -> None:
        """Close the gradebook."""
        self._gradebook.close()

    def previous(self, student: str) -> Result | None:
        """Return the result of an earlier run if all of it is still there: notebook, gradebook entry and JSON."""
        result = previous(self.folder, self.lab, student)
        if result is None or student not in self._known:
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
        earlier = previous(self.folder, self.lab, result.student)
        with writing_told(self.folder):
            with transaction(self._gradebook, self.folder):
                stored = self._stored_in_place_of(result, earlier)
                if stored is None:
                    self._write_files(submission, notebook)
                    stored = self._with_humans(result, self._enter(result, earlier))
            save(self.folder, stored)
        self._known.add(result.student)
        return stored

    def refresh(self, result: Result) -> Result:
        """As `refresh_all`, for one student."""
        return self.refresh_all([result])[0]

    def refresh_all(self, results: Sequence[Result]) -> list[Result]:
        """Take over what humans entered since, and the due date, into results that need not be executed again.

        Raises:
            GradingError: if the gradebook or the folder cannot be used, or has no entry for a student.
        """
        with writing_told(self.folder):
            with transaction(self._gradebook, self.folder):
                entries = entries_of(self._gradebook, self.lab.name) if results else {}
                if missing := {result.student for result in results} - entries.keys():
                    raise GradingError(
                        f"the gradebook has no entry for {', '.join(sorted(missing))}: grade again with --again"
                    )
                refreshed = [self._with_humans(result, entries[result.student]) for result in results]
            for stored in refreshed:
                if stored != previous(self.folder, self.lab, stored.student):
                    save(self.folder, stored)
        return refreshed

    def is_done(self, result: Result, key: str) -> bool:
        """Tell whether what has a key is executed already: it counts, or it is known to be worse than what counts."""
        if result.key == key:
            return True
        others = [other for other in result.others if other.key == key]
        if not self.best or not others:
            return False
        entry = entry_of(self._gradebook, self.lab.name, result.student)
        if entry is None:
            return False
        return not is_better(others[0], with_humans(result, entry), partial(self._cost, entry=entry))

    def submission(self, result: Result) -> Submission:
        """Return the submission that counts, of which a result was made, from the folder."""
        path = notebook_path(self.folder, "submitted", self.lab.name, result.student)
        return Submission(
            student=result.student,
            name=result.name,
            content=path.read_bytes() if path.exists() else b"",
            submitted_at=result.submitted_at,
            lms=result.lms,
            version=result.handout,
        )

    def _stored_in_place_of(self, result: Result, earlier: Result | None) -> Result | None:
        """Return the earlier result where it counts more than a new one; None where the new one counts."""
        entry = entry_of(self._gradebook, self.lab.name, result.student)
        if not self.best or earlier is None or entry is None or not is_resubmission(result, earlier):
            return None
        earlier = self._with_humans(earlier, entry)  # what they entered since
        other = attempt(result, earlier, entry)
        if is_better(other, earlier, partial(self._cost, entry=entry)):
            return None
        return self._with_humans(with_attempt(earlier, other), entry)

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
        from sqlalchemy.exc import SAWarning

        lms = {"lms_user_id": result.lms["id"]} if result.lms.get("id") else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's add_submission causes some, to no effect
            self._gradebook.update_or_create_student(result.student, **lms)
            self._gradebook.update_or_create_submission(self.lab.name, result.student, timestamp=result.submitted_at)
        entry = entry_of(self._gradebook, self.lab.name, result.student)
        enter(result, earlier, entry)
        return entry

    def _with_humans(self, result: Result, entry: "SubmittedNotebook") -> Result:
        """Return the result with what humans entered and the penalty; enter the penalty into the gradebook."""
        result = with_humans(result, entry)
        penalty, said = self._penalty(result, entry)
        said += resubmitted(result, partial(self._cost, entry=entry)) if self.best else ()
        entry.late_submission_penalty = penalty or None
        if result.status is Status.REMARKS and not result.remarks and not said:
            result = replace(result, status=Status.GRADED)  # what was remarked does not hold any more
        return replace(result, penalty=penalty).with_remarks(*said)

    def _penalty(self, result: Result, entry: "SubmittedNotebook") -> tuple[float, tuple[str, ...]]:
        if self.late is None or result.status is Status.UNREADABLE:
            return 0.0, ()
        if result.submitted_at is None:
            return 0.0, (f"{LATE}nobody knows when it was handed in, so nothing was taken off",)
        days = self._days_late(result.submitted_at, entry)
        if not days:
            return 0.0, ()
        penalty = self._cost(result.submitted_at, result.points, entry=entry)
        when = f"{days} day{'s' if days > 1 else ''} begun after {self.late.due:%Y-%m-%d %H:%M %Z}"
        return penalty, (f"{LATE}{when}, {penalty:g} points taken off",)

    def _days_late(self, submitted_at: datetime, entry: "SubmittedNotebook") -> int:
        return self.late.days_late(submitted_at, entry.assignment.extension)

    def _cost(self, submitted_at: datetime | None, points: float, *, entry: "SubmittedNotebook") -> float:
        """Return what lateness takes off so many points."""
        if self.late is None or submitted_at is None:
            return 0.0
        return min(self.late.penalty(self._days_late(submitted_at, entry), self.lab.total_points), points)
