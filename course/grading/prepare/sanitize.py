"""From what a student handed in to what is executed, and what is to be known of it besides."""

import ast
from collections.abc import Sequence
import json

import nbformat
from nbformat import NotebookNode

from course import notebooks
from course.grading.model import Exercise, Job, Limits, Result, Status, Submission, WrittenAnswer
from course.grading.prepare import code, reading
from course.grading.prepare.handed_out import course_of
from course.grading.prepare.merge import Merge
from course.syllabus import CourseError, Lab, exercise_of


def sanitize(
    submission: Submission,
    lab: Lab,
    limits: Limits,
    *,
    exercises: Sequence[str] | None = None,
    sandboxed: bool = True,
) -> Job | Result:
    """Return what a worker is to execute, or the result, without a key, of a submission with nothing to execute.

    The notebook is the one that `Merge` makes. `metadata.grading.part` says what each code cell of it is: "imports",
    "exercise", "check", "own" or "lab".

    Args:
        submission: what was handed in.
        lab: the lab.
        limits: what the submission may use.
        exercises: the functions to grade; by default all.
        sandboxed: whether the worker is to execute it in the sandbox.

    Raises:
        CourseError: if an exercise is asked for that the lab does not have.
    """
    _require_known(exercises or (), lab)
    try:
        notebook, remarks = _read(submission, lab)
    except reading.UnreadableError as error:
        return unreadable(submission, lab, str(error))
    merge = Merge(lab, course_of(lab), notebook)
    text = nbformat.v4.writes(merge.notebook())
    graded = [name for name in lab.checks if exercises is None or exercise_of(name) in exercises]
    return Job(
        lab=lab.name,
        student=submission.student,
        notebook=text,
        points={name: lab.checks[name] for name in graded},
        limits=limits,
        sandboxed=sandboxed,
        functions=functions(lab),
        in_process=tuple(name for name in lab.in_process if name in graded),
        missing=tuple(name for name in lab.points if name in graded and name in merge.missing),
        remarks=tuple(dict.fromkeys((*submission.remarks, *remarks, *merge.remarks))),
    )


def _require_known(exercises: Sequence[str], lab: Lab) -> None:
    if unknown := set(exercises) - set(lab.points):
        raise CourseError(
            f"{lab.name} has no exercise {', '.join(sorted(unknown))}; its exercises are {', '.join(lab.points)}"
        )


def functions(lab: Lab) -> dict[str, list[str]]:
    """Return exercise -> the functions that its cell defines in the course's solution: what its checks call."""
    cells = {notebooks.grade_id(cell): cell.source for _, cell, _ in course_of(lab)}
    return {
        name: [node.name for node in code.statements(cells[name]) if isinstance(node, ast.FunctionDef)]
        for name in lab.points
    }


def _read(submission: Submission, lab: Lab) -> tuple[NotebookNode, tuple[str, ...]]:
    """Return the notebook and what is to be said of it; raise `UnreadableError` where there is none of this lab."""
    if submission.unreadable:
        raise reading.UnreadableError(submission.unreadable)
    notebook, remarks = reading.parse(submission.content)
    if reason := reading.other_lab(notebook, lab):
        raise reading.UnreadableError(reason)
    return notebook, remarks


def unreadable(submission: Submission, lab: Lab, reason: str) -> Result:
    """Return the result, without a key, of a submission in which there is nothing to execute.

    Args:
        submission: what was handed in.
        lab: the lab.
        reason: why.
    """
    return Result(
        lab=lab.name,
        student=submission.student,
        name=submission.name,
        key="",
        status=Status.UNREADABLE,
        remarks=(reason, *submission.remarks),
        exercises=tuple(Exercise(name, points) for name, points in lab.checks.items()),
        written=tuple(WrittenAnswer(name, points, points=0.0) for name, points in lab.written.items()),
        submitted_at=submission.submitted_at,
        lms=submission.lms,
        handout=submission.version,
    )


def sources(job: Job) -> dict[str, str]:
    """Return check -> the student's cell that it judges; empty for a function that was not attempted."""
    cells = _cells_of(job, "exercise")
    return {name: "" if exercise_of(name) in job.missing else cells[exercise_of(name)] for name in job.points}


def written(job: Job, lab: Lab) -> tuple[WrittenAnswer, ...]:
    """Return the written answers; one that was left open has 0 points, the others wait for a human."""
    cells = _cells_of(job, "answer")
    stubs = {notebooks.grade_id(stub): stub.source for _, _, stub in course_of(lab)}
    answers = []
    for name, points in lab.written.items():
        is_open = not cells[name].strip() or code.same_text(cells[name], stubs[name])
        answers.append(WrittenAnswer(name, points, "" if is_open else cells[name], 0.0 if is_open else None))
    return tuple(answers)


def _cells_of(job: Job, part: str) -> dict[str, str]:
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in json.loads(job.notebook)["cells"]
        if cell["metadata"]["grading"]["part"] == part
    }
