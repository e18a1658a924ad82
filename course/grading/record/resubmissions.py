"""Which of a student's submissions counts: the last one or, where an instructor chose so, the best one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from course.grading.model import Attempt, Result, Status
from course.grading.record.gradebook import by_name
from course.grading.record.humans import RESUBMITTED, for_human
from course.grading.record.keys import handed_in

if TYPE_CHECKING:
    from nbgrader.api import SubmittedNotebook

Penalty = Callable[[datetime | None, float], float]
"""From the time of a submission and its points to what lateness takes off."""


def attempt(new: Result, counting: Result, entry: "SubmittedNotebook") -> Attempt:
    """Return what is known of a new submission's points while another one counts, without the penalty for lateness.

    What a human has marked keeps its mark where the student's text is the same. What a human has yet to look at is worth
    nothing before, and a new answer in words, which nobody has marked, as much as the one that counts.

    Args:
        new: the result of the run.
        counting: the result that is stored.
        entry: the student's, in the gradebook.
    """
    if new.status is Status.UNREADABLE:
        return Attempt(new.key, None, new.submitted_at)
    known = {part.name: part for part in (*counting.exercises, *counting.written)}
    grades, waiting = by_name(entry.grades), for_human(new)
    points = 0.0
    for part in new.exercises:
        before = known.get(part.name)
        is_marked = grades[f"check_{part.name}"].manual_score is not None
        if is_marked and before is not None and before.source == part.source:
            points += before.points
        elif part.name not in waiting:
            points += part.points
    for answer in new.written:
        before = known.get(answer.name)
        points += answer.points if answer.points is not None else (before and before.points) or 0.0
    return Attempt(new.key, points, new.submitted_at)


def is_better(other: Attempt, counting: Result, penalty: Penalty) -> bool:
    """Tell whether another submission takes the place of the one that counts: it has at least as many points."""
    return other.points is not None and _points(other, penalty) >= _points(_as_attempt(counting), penalty)


def with_attempt(counting: Result, other: Attempt) -> Result:
    """Return the result that counts, which knows of a submission that does not."""
    others = [known for known in counting.others if handed_in(known.key) != handed_in(other.key)]
    return replace(counting, others=(*others, other))


def is_resubmission(new: Result, counting: Result) -> bool:
    """Tell whether a result is of another submission than the one that counts, and that one could be read."""
    return counting.status is not Status.UNREADABLE and handed_in(new.key) != handed_in(counting.key)


def remarks(counting: Result, penalty: Penalty) -> tuple[str, ...]:
    """Return what is to be said of submissions that do not count."""
    mine = _as_attempt(counting)
    return tuple(
        f"{RESUBMITTED}the submission {_when(mine)} with {_points(mine, penalty):g} points counts; the one {_when(other)} "
        + ("cannot be read" if other.points is None else f"has {_points(other, penalty):g}")
        for other in counting.others
    )


def _as_attempt(counting: Result) -> Attempt:
    points = sum(part.points or 0.0 for part in (*counting.exercises, *counting.written))
    return Attempt(counting.key, points, counting.submitted_at)


def _points(one: Attempt, penalty: Penalty) -> float:
    points = one.points or 0.0
    return round(points - penalty(one.submitted_at, points), 4)


def _when(one: Attempt) -> str:
    return f"of {one.submitted_at:%Y-%m-%d %H:%M %Z}".strip() if one.submitted_at else "of unknown time"
