"""Recording for tests: what a run makes of a submission, without executing it, and a human's marks in formgrader."""

from datetime import UTC, datetime
import hashlib
from pathlib import Path

from nbgrader.api import Gradebook

from course.grading.model import Exercise, Job, Limits, Outcome, Result, Status, Submission
from course.grading.prepare.sanitize import sanitize, sources, written
from course.grading.record.keys import Keys
from course.grading.record.late import LatePolicy
from course.grading.record.record import Recorder
from course.syllabus import Lab, exercise_of
from tests.grading import small_lab

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DUE = LatePolicy(datetime(2026, 3, 1, 12, 30, tzinfo=UTC), points_per_day=1.5)


def key(submission: Submission, lab: Lab, limits: Limits, *, sandboxed: bool = True) -> str:
    return Keys(lab, limits, sandboxed=sandboxed).of(hashlib.sha256(submission.content).hexdigest())


def submitted(student: str = "ada", notebook=None, **changes) -> Submission:
    content = small_lab.to_bytes(notebook or small_lab.filled())
    return Submission(student, f"{student}/01_small.ipynb", content, **{"submitted_at": NOON} | changes)


def graded(submission: Submission, lab: Lab, **outcomes: Outcome) -> tuple[Result, str | None]:
    """Return what a run makes of a submission in which the exercises named here do not pass."""
    job = sanitize(submission, lab, Limits())
    if not isinstance(job, Job):
        return job, None
    code = sources(job)
    exercises = []
    for name, points in job.points.items():
        outcome = Outcome.MISSING if exercise_of(name) in job.missing else outcomes.get(name, Outcome.PASSED)
        passed = outcome in (Outcome.PASSED, Outcome.TAMPERED)
        message = "" if passed else f"{name}: expected 1, got 2"
        exercises.append(Exercise(name, points, points if passed else 0.0, outcome, message, code[name]))
    human = Outcome.TAMPERED in outcomes.values()
    result = Result(
        lab=lab.name,
        student=submission.student,
        name=submission.name,
        key=key(submission, lab, Limits()),
        status=Status.HUMAN if human else Status.GRADED,
        exercises=tuple(exercises),
        written=written(job, lab),
        submitted_at=submission.submitted_at,
        lms=submission.lms,
    )
    return result.with_remarks(*job.remarks), job.notebook


def run(
    folder: Path, lab: Lab, *submissions: Submission, late: LatePolicy | None = None, best: bool = False, **outcomes
) -> list[Result]:
    with Recorder(folder, lab, late, best=best) as recorder:
        return [recorder.record(s, *graded(s, lab, **outcomes)) for s in submissions]


def refresh(
    folder: Path, lab: Lab, student: str = "ada", late: LatePolicy | None = None, *, best: bool = False
) -> Result:
    with Recorder(folder, lab, late, best=best) as recorder:
        return recorder.refresh(recorder.previous(student))


def gradebook(folder: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "cnn-labs")


def mark(folder: Path, cell: str, score: float | None, comment: str = "", student: str = "ada", **values) -> None:
    """Enter a mark as formgrader's handlers do."""
    with gradebook(folder) as book:
        grade = book.find_grade(cell, small_lab.NAME, small_lab.NAME, student)
        grade.manual_score, grade.extra_credit = score, values.get("extra_credit")
        grade.needs_manual_grade = grade.manual_score is None and grade.auto_score is None
        if comment:
            name = cell.removeprefix("check_")
            book.find_comment(name, small_lab.NAME, small_lab.NAME, student).manual_comment = comment
        book.db.commit()


def grades(folder: Path, student: str = "ada") -> dict[str, tuple]:
    with gradebook(folder) as book:
        entry = book.find_submission_notebook(small_lab.NAME, small_lab.NAME, student)
        return {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in entry.grades}
