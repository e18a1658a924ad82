"""What humans have to look at, and what they entered: it outlives every run."""

from dataclasses import replace
from typing import TYPE_CHECKING

from course.grading.model import Exercise, Outcome, Result, Status, WrittenAnswer
from course.grading.prepare.reading import clean
from course.grading.record.gradebook import by_name, comment_of, mark
from course.syllabus import exercise_of

if TYPE_CHECKING:
    from nbgrader.api import Grade, SubmittedNotebook

LATE, LOOK, CHANGED = "Late: ", "A human has looked at it.", "Changed after a human marked it: "
RESUBMITTED = "Resubmission: "
"""How the remarks begin that recording makes, anew in each run."""


def enter(result: Result, earlier: Result | None, entry: "SubmittedNotebook") -> None:
    """Enter a run's points into the gradebook; leave humans' marks and comments as they are.

    Args:
        result: of this run.
        earlier: of the run before.
        entry: the student's, in the gradebook.
    """
    grades, comments = by_name(entry.grades), by_name(entry.comments)
    known = {part.name: part for part in (*earlier.exercises, *earlier.written)} if earlier else {}
    waiting = for_human(result)
    for exercise in result.exercises:
        grade = grades[f"check_{exercise.name}"]
        if grade.auto_score is None or exercise != known.get(exercise.name):  # else its points may be a human's
            grade.auto_score = exercise.points
        _ask(grade, exercise, exercise.name in waiting, known.get(exercise.name))
        comments[exercise_of(exercise.name)].auto_comment = _said(result, exercise_of(exercise.name))
    for answer in result.written:
        grade, is_open = grades[answer.name], not answer.source
        grade.auto_score = 0.0 if is_open else None
        _ask(grade, answer, not is_open, known.get(answer.name))
        comments[answer.name].auto_comment = "No response." if is_open else None


def _said(result: Result, exercise: str) -> str | None:
    """Return what the checks of an exercise said, for the one comment that its cell has."""
    parts = [part for part in result.exercises if exercise_of(part.name) == exercise]
    if all(part.outcome is Outcome.MISSING for part in parts):
        return "No response."
    return "\n".join(dict.fromkeys(clean(part.message) for part in parts if part.message)) or None


def for_human(result: Result) -> set[str]:
    """Return the exercises that a human has to look at: those tampered with, else those that did not pass, else all."""
    tampered = {exercise.name for exercise in result.exercises if exercise.outcome is Outcome.TAMPERED}
    if tampered or result.status is not Status.HUMAN:
        return tampered
    failed = {exercise.name for exercise in result.exercises if exercise.outcome is not Outcome.PASSED}
    return failed or {exercise.name for exercise in result.exercises}


def _ask(
    grade: "Grade", part: Exercise | WrittenAnswer, is_asked: bool, earlier: Exercise | WrittenAnswer | None
) -> None:
    """Ask a human for a mark; where there is one, ask again only if what was marked has changed since."""
    if grade.manual_score is not None:
        is_asked = grade.needs_manual_grade or (earlier is not None and earlier.source != part.source)
    grade.needs_manual_grade = is_asked


def with_humans(result: Result, entry: "SubmittedNotebook") -> Result:
    """Return a result with the marks and comments that humans entered, and the status that follows; without penalty."""
    grades, comments = by_name(entry.grades), by_name(entry.comments)
    exercises = tuple(
        replace(
            part,
            points=mark(grades[f"check_{part.name}"]) or 0.0,
            comment=comment_of(comments[part.name]) if part.name in comments else "",
        )
        for part in result.exercises
    )
    written = tuple(
        replace(part, points=mark(grades[part.name]), comment=comment_of(comments[part.name]))
        for part in result.written
    )
    remarks = [text for text in result.remarks if not text.startswith((LATE, LOOK, CHANGED, RESUBMITTED))]
    asked = any(grades[f"check_{part.name}"].needs_manual_grade for part in exercises)
    status, seen = _status(result, asked)
    remarks += [LOOK] if seen else []
    names = [(part.name, f"check_{part.name}") for part in exercises] + [(part.name, part.name) for part in written]
    remarks += [f"{CHANGED}{name}" for name, grade_id in names if _is_to_be_marked_again(grades[grade_id])]
    return replace(result, exercises=exercises, written=written, remarks=tuple(remarks), status=status, penalty=0)


def _status(result: Result, asked: bool) -> tuple[Status, bool]:
    """Return the status, and whether a human has looked at what needed one.

    Args:
        result: as it was executed, or as it was stored.
        asked: whether a human is asked for the points of an exercise.
    """
    if asked and result.status is not Status.UNREADABLE:
        return Status.HUMAN, False
    if result.status is Status.HUMAN:
        return Status.REMARKS, True
    return result.status, any(text.startswith(LOOK) for text in result.remarks)


def _is_to_be_marked_again(grade: "Grade") -> bool:
    return grade.manual_score is not None and grade.needs_manual_grade
