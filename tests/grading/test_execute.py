"""Executing a submission: who gets points, who does not, and what they are told."""

from dataclasses import asdict, replace
import json
from types import SimpleNamespace

import nbformat
from nbformat import NotebookNode
import pytest

from course import notebooks
from course.grading.execute import limits
from course.grading.execute.execute import execute
from course.grading.execute.kernels import secret_of
from course.grading.execute.passes import Pass, Ran
from course.grading.model import Execution, Limits, Outcome
from tests.cases import some_of
from tests.grading import small_lab
from tests.grading.jobs import assert_comes_out, by_name, executed, job
from tests.grading.nasty import CHEATS, LIMITS

PATIENT = replace(LIMITS, cell_seconds=300)
"""For what ends by itself, however busy the machine is."""


@pytest.mark.parametrize("name", some_of(CHEATS))
def test_a_cheat_gains_nothing(name: str) -> None:
    nasty = CHEATS[name]
    assert_comes_out(nasty, executed(small_lab.partly(scale_rows=nasty.source), limits=nasty.limits))


@pytest.mark.parametrize("sources", [small_lab.RIGHT, small_lab.RIGHT_WITH_LOOPS])
def test_right_answers_get_all_points_whatever_they_write_to_stderr(sources: dict[str, str]) -> None:
    noisy = sources | {"mean_square": "import sys\nprint('a warning', file=sys.stderr)\n" + sources["mean_square"]}
    execution = executed(small_lab.filled(noisy))
    assert {name: exercise.points for name, exercise in by_name(execution).items()} == small_lab.CHECK_POINTS
    assert not execution.needs_human
    assert not execution.remarks
    assert "a warning" in execution.notebook


def test_wrong_answers_are_told_why() -> None:
    exercises = by_name(executed(small_lab.filled(small_lab.WRONG)))
    assert {exercise.outcome for exercise in exercises.values()} == {Outcome.FAILED}
    assert not any(exercise.points for exercise in exercises.values())
    assert exercises["mean_square"].message.endswith("That is the square of the mean.")
    assert "changed input" in exercises["clip_negative"].message


def test_who_forgets_to_refuse_bad_input_keeps_the_points_for_the_idea() -> None:
    source = "def scale_rows(matrix):\n    return matrix / matrix.sum(axis=1, keepdims=True)\n"
    exercises = by_name(executed(small_lab.partly(scale_rows=source)))
    assert (exercises["scale_rows"].outcome, exercises["scale_rows"].points) == (Outcome.PASSED, 2.5)
    refused = exercises["scale_rows_bad_input"]
    assert (refused.outcome, refused.points) == (Outcome.FAILED, 0)
    assert "expected a ValueError" in refused.message


def test_what_is_not_attempted_is_missing_and_not_wrong() -> None:
    sources = small_lab.RIGHT | {
        "scale_rows": "",
        "clip_negative": small_lab.find(small_lab.stub(), "clip_negative").source,
    }
    exercises = by_name(executed(small_lab.filled(sources)))
    assert [exercise.outcome for exercise in exercises.values()] == [
        Outcome.PASSED, Outcome.MISSING, Outcome.MISSING, Outcome.MISSING, Outcome.PASSED,
    ]  # fmt: skip


def test_an_error_names_the_line_of_the_students_cell() -> None:
    source = "def scale_rows(matrix):\n    total = matrix.sum()\n    return matrix / totl\n"
    exercise = by_name(executed(small_lab.partly(scale_rows=source)))["scale_rows"]
    assert exercise.outcome is Outcome.FAILED
    assert "expected a result, got NameError: name 'totl' is not defined." in exercise.message
    assert "It was raised in line 3 of the cell of scale_rows: `return matrix / totl`." in exercise.message


def test_helpers_constants_magics_and_own_cells_count() -> None:
    notebook = small_lab.partly(
        scale_rows="%matplotlib inline\nEPSILON = 1e-12\nshare = lambda row: row / (sum(row) + EPSILON)\n"
        f"def scale_rows(matrix):\n{small_lab.REFUSE}    return np.array([share(row) for row in matrix])\n",
        clip_negative="%%time\ndef clip_negative(values, *, low=np.float64(0)):\n    return limited(values, low)\n",
    )
    own = small_lab.with_cell(
        notebook,
        "import math\ndef limited(values, low):\n    return np.maximum(values, low)\n1 / 0",
        before="clip_negative",
    )
    execution = executed(own, limits=PATIENT)
    assert sum(exercise.points for exercise in execution.exercises) == sum(small_lab.POINTS.values()), execution
    assert not execution.needs_human


def test_a_value_that_a_statement_makes_counts() -> None:
    source = "import os\ntotal = [os.getpid() and 1.0]\n" + small_lab.RIGHT["scale_rows"].replace(
        "matrix /", "total[0] * matrix /"
    )
    execution = executed(small_lab.partly(scale_rows=source))
    assert by_name(execution)["scale_rows"].points == 2.5
    assert not execution.needs_human


def test_seeds_are_set_before_every_check() -> None:
    source = "def running_total(values):\n    raise ValueError(f'drew {np.random.random()}')\n"
    drawn = [by_name(executed(small_lab.partly(running_total=source, scale_rows=noise)))["running_total"].message
             for noise in (small_lab.RIGHT["scale_rows"], "np.random.random(7)\n" + small_lab.RIGHT["scale_rows"])]  # fmt: skip
    assert drawn[0] == drawn[1]
    assert "ValueError: drew 0.5488135" in drawn[0], "numpy.random.seed(0)"


def test_the_notebooks_time_is_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock of our own, which goes on in `scale_rows`: 1 s is left there, and nothing behind it."""
    now, run = [0.0], Pass.run

    async def timed(self: Pass, cell: NotebookNode, *args: object, **more: object) -> Ran:
        is_endless = notebooks.grade_id(cell) == "scale_rows"
        now[0] = max(now[0], 400 * is_endless)
        ran = await run(self, cell, *args, **more)
        now[0] = max(now[0], 500 * is_endless)
        return ran

    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(Pass, "run", timed)
    endless = "import time\ntime.sleep(1000)\n" + small_lab.RIGHT["scale_rows"]
    execution = executed(
        small_lab.partly(scale_rows=endless), limits=replace(LIMITS, cell_seconds=200, notebook_seconds=401)
    )
    exercises = by_name(execution)
    assert exercises["mean_square"].outcome is Outcome.PASSED
    assert not exercises["scale_rows"].points
    assert "notebook's time, 401 s in all" in exercises["scale_rows"].message
    assert not {exercises[name].outcome for name in ("clip_negative", "running_total")} - {
        Outcome.NOT_RUN,
        Outcome.LIMIT,
    }
    assert "scale_rows: The notebook's time, 401 s in all, is used up." in execution.remarks


def test_long_output_is_cut_off_and_costs_nothing() -> None:
    execution = executed(small_lab.partly(scale_rows="print('x' * 1_000_000)\n" + small_lab.RIGHT["scale_rows"]))
    assert sum(exercise.points for exercise in execution.exercises) == 10
    assert "output limit" in execution.notebook
    assert len(execution.notebook) < 500_000


def test_messages_hold_no_line_of_a_hidden_check() -> None:
    source = "def running_total(values):\n    raise ValueError(In[-1] + ' '.join(In))\n"
    execution = executed(small_lab.partly(running_total=source))
    message = by_name(execution)["running_total"].message
    assert "def scale_rows" in message, "it shows what it could get hold of"
    assert "secret_" not in message


def test_in_and_out_are_plain_json_and_the_notebook_is_the_jobs() -> None:
    made = job(small_lab.filled(), limits=PATIENT)
    values = execute(json.loads(json.dumps(asdict(made))))
    assert json.loads(json.dumps(values)) == values
    before, after = (nbformat.reads(text, as_version=4) for text in (made.notebook, values["notebook"]))
    assert [(cell.id, cell.source) for cell in after.cells] == [(cell.id, cell.source) for cell in before.cells]
    nbformat.validate(after)


def test_without_a_sandbox_limits_of_time_and_memory_hold() -> None:
    notebook = small_lab.partly(
        scale_rows="def scale_rows(matrix):\n    while True:\n        pass\n",
        clip_negative="def clip_negative(values):\n    return np.ones((10**6, 10**6))\n",
    )
    exercises = by_name(executed(notebook, sandboxed=False, limits=Limits(cell_seconds=3, memory=2**31)))
    assert [exercise.outcome for exercise in exercises.values()] == [
        Outcome.PASSED, Outcome.LIMIT, Outcome.LIMIT, Outcome.LIMIT, Outcome.PASSED,
    ]  # fmt: skip


def test_own_cells_that_end_the_kernel_are_for_a_human() -> None:
    """What the student solved behind them was never looked at."""
    for source in ("quit()", "import os\nos._exit(0)"):
        execution = executed(small_lab.with_cell(small_lab.filled(), source, before="scale_rows"))
        outcomes = {exercise.outcome for exercise in execution.exercises[1:]}
        assert execution.exercises[0].outcome is Outcome.PASSED
        assert outcomes == {Outcome.NOT_RUN}
        assert execution.needs_human, execution.remarks


def test_checks_draw_an_exams_numbers_by_the_secret() -> None:
    """Each by one of its own, which the student's code, in another process, does not see."""
    source = "import utils.checks\n" + "def running_total(values):\n    raise ValueError(utils.checks.rng().random())\n"
    drawn = [by_name(Execution.from_values(execute(asdict(replace(job(small_lab.partly(running_total=source), limits=PATIENT), secret=secret)))))
             ["running_total"].message for secret in ("", "a long secret")]  # fmt: skip
    assert drawn[0] == drawn[1]
    inside = [
        by_name(Execution.from_values(execute(asdict(replace(made, secret=secret)))))["running_total"].message
        for made in [job(small_lab.partly(running_total=source), limits=PATIENT, in_process=("running_total",))]
        for secret in ("", "a long secret")
    ]
    assert inside[0] == drawn[0]
    assert inside[1] != inside[0], "a check that shares a process draws by the secret, too"
    assert secret_of(job(small_lab.filled()), "running_total") == ""
    exam = replace(job(small_lab.filled()), secret="a long secret")
    assert len({secret_of(exam, check) for check in exam.points}) == len(exam.points)
