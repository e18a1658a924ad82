"""Jobs made of the small lab, as the grader makes them."""

from dataclasses import asdict, replace
from pathlib import Path
import tempfile
from typing import Any
from unittest import mock

from nbformat import NotebookNode

from course import notebooks
from course.grading.execute import passes
from course.grading.execute.execute import execute
from course.grading.execute.passes import Pass
from course.grading.model import Execution, Exercise, Job, Limits, Outcome, Submission
from course.grading.prepare.sanitize import sanitize
from course.syllabus import exercise_of
from tests.grading import small_lab
from tests.grading.nasty import EXERCISE, LIMITS, Nasty

HANG_SECONDS = 600
"""The end of a test that hangs."""


def job(
    notebook: NotebookNode,
    *,
    limits: Limits = LIMITS,
    student: str = "ada",
    sandboxed: bool = True,
    in_process: tuple[str, ...] = (),
) -> Job:
    """Return the job that a submission becomes; `in_process` are exercises that the syllabus would mark so."""
    with tempfile.TemporaryDirectory() as folder:
        lab = replace(small_lab.make(Path(folder)), in_process=in_process)
        submission = Submission(student, "01_small.ipynb", small_lab.to_bytes(notebook))
        made = sanitize(submission, lab, limits, sandboxed=sandboxed)
    assert isinstance(made, Job), made
    return made


def executed(notebook: NotebookNode, **options) -> Execution:
    """Return what comes of a submission."""
    return Execution.from_values(execute_patiently(asdict(job(notebook, **options))))


def execute_patiently(values: dict[str, Any]) -> dict[str, Any]:
    """Execute a job as `execute` does, with the limit of time on the cells of `EXERCISE` alone.

    These end at once or never. How long the others take, imports above all, and how long a kernel takes to answer to an
    interrupt, depends on how busy the machine is.
    """
    run_within = Pass._run_within

    async def patient(self: Pass, seconds: float, late: str, cell: NotebookNode, index: int) -> tuple[str, str]:
        is_tried = exercise_of((notebooks.grade_id(cell) or "").removeprefix("check_")) == EXERCISE
        return await run_within(self, seconds if is_tried else HANG_SECONDS, late, cell, index)

    with mock.patch.object(Pass, "_run_within", patient), mock.patch.object(passes, "GRACE_SECONDS", 10):
        return execute(values)


def by_name(execution: Execution) -> dict[str, Exercise]:
    """Return the exercises by name."""
    return {exercise.name: exercise for exercise in execution.exercises}


def assert_comes_out(nasty: Nasty, execution: Execution) -> None:
    """Assert that a submission, right but for one nasty cell, gets what it must and what came before keeps its points."""
    exercises = by_name(execution)
    found = exercises[EXERCISE]
    assert found.outcome is nasty.outcome, found.message
    said = found.message if nasty.outcome is not Outcome.PASSED else "\n".join(execution.remarks)
    assert nasty.says in said
    assert found.points == (2.5 if nasty.outcome is Outcome.PASSED else 0)
    assert (exercises["mean_square"].outcome, exercises["mean_square"].points) == (Outcome.PASSED, 2)
    after = {exercises[name].outcome for name in ("clip_negative", "running_total")}
    assert after == {Outcome.PASSED if nasty.goes_on else Outcome.NOT_RUN}
    assert execution.needs_human == nasty.human, execution.remarks
    if nasty.outcome in (Outcome.LIMIT, Outcome.KILLED, Outcome.TAMPERED) or nasty.human:
        assert any(remark.startswith(EXERCISE) for remark in execution.remarks)
    if not nasty.goes_on:
        assert any("clip_negative, running_total" in remark for remark in execution.remarks)
    assert small_lab.NAME not in found.message or nasty.outcome is Outcome.ERROR
