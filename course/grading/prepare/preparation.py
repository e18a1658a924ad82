"""A class's submissions prepared in a process apart: the way from what was handed in to a job, whatever was handed in."""

import base64
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from course.grading.model import HandedIn, Job, Limits, Result, Submission
from course.grading.prepare.apart import MEMORY, SECONDS, Apart, ApartError
from course.grading.prepare.choosing import choose
from course.grading.prepare.sanitize import sanitize, unreadable
from course.grading.prepare.text import shown
from course.grading.prepare.zips import NOTEBOOK
from course.syllabus import Lab


class Preparation:
    """Chooses and sanitizes submissions; a context manager.

    What a student handed in is looked into by another process, with limits: what goes wrong there is that submission's row,
    "unreadable", with the reason.
    """

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        """Choose what one submission may take of time and memory."""
        self._apart = Apart(seconds, memory)

    def __enter__(self) -> "Preparation":
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the other process."""
        self._apart.__exit__()

    def choose(self, handed_in: HandedIn, lab: Lab) -> Submission:
        """Return the one notebook of a student that is graded, or why there is none."""
        try:
            return _to_submission(self._apart.call(_choose, handed_in, lab))
        except ApartError as error:
            notebooks = [file for file in handed_in.files if file.content and file.given.lower().endswith(NOTEBOOK)]
            first = (notebooks or handed_in.files or [None])[0]
            return Submission(
                student=handed_in.student,
                name=shown("/".join(first.parts), 200) if first else "",
                content=(first.content if notebooks else b"") or b"",
                submitted_at=first.modified if first else None,
                remarks=handed_in.remarks,
                unreadable=str(error),
                lms=handed_in.lms,
            )

    def sanitize(
        self,
        submission: Submission,
        lab: Lab,
        limits: Limits,
        *,
        exercises: Sequence[str] | None = None,
        sandboxed: bool = True,
    ) -> Job | Result:
        """Return what a worker is to execute, or the result, without a key, of a submission with nothing to execute.

        Raises:
            CourseError: if an exercise is asked for that the lab does not have.
        """
        if submission.unreadable:
            return unreadable(submission, lab, submission.unreadable)
        try:
            kind, values = self._apart.call(_sanitize, submission, lab, limits, exercises, sandboxed)
        except ApartError as error:
            return unreadable(submission, lab, str(error))
        if kind == "result":
            return Result.from_json(values)
        job = Job.from_values(values)
        return replace(job, remarks=tuple(shown(remark) for remark in job.remarks))


def _choose(handed_in: HandedIn, lab: Lab) -> dict[str, Any]:
    values = asdict(choose(handed_in, lab))
    moment = values["submitted_at"]
    return values | {
        "content": base64.b64encode(values["content"]).decode(),
        "submitted_at": moment and moment.isoformat(),
    }


def _to_submission(values: dict[str, Any]) -> Submission:
    moment = values["submitted_at"]
    return Submission(
        **values
        | {
            "content": base64.b64decode(values["content"]),
            "submitted_at": moment and datetime.fromisoformat(moment),
            "remarks": tuple(shown(remark) for remark in values["remarks"]),
            "unreadable": shown(values["unreadable"]),
            "name": shown(values["name"]),
        }
    )


def _sanitize(
    submission: Submission, lab: Lab, limits: Limits, exercises: Sequence[str] | None, sandboxed: bool
) -> tuple[str, Any]:
    made = sanitize(submission, lab, limits, exercises=exercises, sandboxed=sandboxed)
    return ("result", made.to_json()) if isinstance(made, Result) else ("job", asdict(made))
