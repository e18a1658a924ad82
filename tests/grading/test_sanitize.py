"""Sanitizing: the course's checks and points around the student's code, however the notebook was mangled."""

from collections.abc import Callable
import json

import nbformat
from nbformat import NotebookNode
import pytest

from course import notebooks
from course.grading.execute.controls import control
from course.grading.model import Limits, Outcome, Result, Status, Submission
from course.grading.prepare import code, reading
from course.grading.prepare.sanitize import sanitize, sources, written
from course.syllabus import CourseError, Lab, exercise_of
from tests.grading import small_lab
from tests.grading.sanitizing import cells, edited, job_of, outcome

RIGHT, WRONG = small_lab.RIGHT, small_lab.WRONG


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return small_lab.make(tmp_path_factory.mktemp("sanitize"))


def test_the_courses_checks_stand_around_the_students_code(lab: Lab) -> None:
    job = job_of(small_lab.filled(), lab)
    solution = {notebooks.grade_id(cell): cell for cell in notebooks.read(lab.solution).cells}
    parts = [cell.metadata.grading.part for cell in cells(job)]
    pair = ["exercise", "check"]
    assert parts == ["imports", *pair * 2, "check", *pair * 2, "answer"], "no experiments"
    for cell in cells(job, "check"):
        assert "BEGIN HIDDEN TESTS" in cell.source
        assert cell.source == solution[notebooks.grade_id(cell)].source
        assert cell.metadata.nbgrader == solution[notebooks.grade_id(cell)].metadata.nbgrader
        assert not cell.outputs
    assert sources(job) == RIGHT | {"scale_rows_bad_input": RIGHT["scale_rows"]}
    assert [answer.source for answer in written(job, lab)] == [small_lab.ANSWER]
    assert [answer.points for answer in written(job, lab)] == [None]
    assert job.points == small_lab.CHECK_POINTS
    assert not job.missing
    assert not job.remarks
    for solved in small_lab.SOLUTIONS.values():
        assert solved not in job.notebook
    assert small_lab.MODEL_ANSWER not in job.notebook


@pytest.mark.parametrize(("answers", "expected"), [(RIGHT, True), (small_lab.RIGHT_WITH_LOOPS, True), (WRONG, False)])
def test_right_answers_pass_and_wrong_ones_do_not(lab: Lab, answers: dict[str, str], expected: bool) -> None:
    assert outcome(job_of(small_lab.filled(answers), lab)) == dict.fromkeys(small_lab.CHECK_POINTS, expected)


def test_what_was_not_attempted_is_missing(lab: Lab) -> None:
    reworded = small_lab.stub()
    stub = small_lab.find(reworded, "mean_square")
    stub.source = '# thinking\ndef mean_square(values):\n    """Mean."""\n    raise NotImplementedError\n'
    small_lab.find(reworded, "scale_rows").source = "   \n"
    small_lab.find(reworded, "clip_negative").source = "# TODO"
    for notebook in (small_lab.stub(), reworded):
        job = job_of(notebook, lab)
        assert job.missing == tuple(small_lab.POINTS)
        assert set(sources(job).values()) == {""}
        assert [(answer.source, answer.points) for answer in written(job, lab)] == [("", 0.0)]
        assert not job.remarks


def test_an_attempt_is_none_the_less_where_it_does_not_compile(lab: Lab) -> None:
    broken = "def mean_square(values):\n    return values.mean(\n"
    job = job_of(small_lab.partly(mean_square=broken, scale_rows="x = 1"), lab)
    assert not job.missing
    assert sources(job)["mean_square"] == broken


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        (
            lambda n: small_lab.without(n, "check_scale_rows"),
            "scale_rows: its check was deleted; the course's was put back",
        ),
        (lambda n: edited(n, "check_scale_rows", ""), "scale_rows: its check was edited; the course's was put back"),
        (
            lambda n: edited(n, "check_scale_rows", "pass"),
            "scale_rows: its check was edited; the course's was put back",
        ),
        (lambda n: small_lab.with_copy(n, "check_scale_rows"), None),
        (lambda n: small_lab.with_copy(n, "check_scale_rows", "1 / 0"), None),
        (lambda n: small_lab.changed(n, n.cells[::-1]), None),
        (lambda n: with_points(n, "check_scale_rows", 99), "scale_rows: the notebook says 99 points; it is worth 2.5"),
        (lambda n: small_lab.without(n, "look", "experiment", "title", "task-scale_rows"), None),
        (lambda n: edited(n, "experiment", "import time\ntime.sleep(1000)"), None),
        (lambda n: small_lab.changed(n, kernelspec={"name": "ir", "language": "R"}), None),
        (lambda n: small_lab.without_marks(n), "the notebook lost nbgrader's marks"),
        (lambda n: small_lab.without_marks(n, ids=False), "scale_rows: taken from another cell, which defines it"),
        (lambda n: with_kind(n, "scale_rows", "raw"), "scale_rows: its cell was no code cell any more"),
        (lambda n: small_lab.with_copy(n, "imports"), None),
        (lambda n: small_lab.without(n, "imports"), None),
    ],
)
def test_a_mangled_notebook_loses_nothing(
    lab: Lab, change: Callable[[NotebookNode], NotebookNode], remark: str | None
) -> None:
    job = job_of(change(small_lab.filled()), lab)
    assert outcome(job) == dict.fromkeys(small_lab.CHECK_POINTS, True)
    plain = job_of(small_lab.filled(), lab)
    assert [cell.source for cell in cells(job)] == [cell.source for cell in cells(plain)]
    assert [cell.metadata for cell in cells(job)] == [cell.metadata for cell in cells(plain)]
    assert json.loads(job.notebook)["metadata"]["kernelspec"]["name"] == "cnn-labs"
    if remark:
        assert any(remark in text for text in job.remarks), job.remarks
    else:
        assert not job.remarks


def with_points(notebook: NotebookNode, name: str, points: float) -> NotebookNode:
    small_lab.find(notebook, name).metadata.nbgrader.points = points
    return notebook


def with_kind(notebook: NotebookNode, name: str, kind: str) -> NotebookNode:
    place = small_lab.index(notebook, name)
    old = notebook.cells[place]
    notebook.cells[place] = nbformat.v4.new_raw_cell(old.source, id=old.id, metadata=old.metadata)
    return notebook


def test_a_deleted_exercise_is_missing_and_the_rest_is_graded(lab: Lab) -> None:
    job = job_of(small_lab.without(small_lab.filled(), "scale_rows"), lab)
    assert job.missing == ("scale_rows",)
    assert "scale_rows: its cell was deleted" in job.remarks
    assert outcome(job) == dict.fromkeys(small_lab.CHECK_POINTS, True) | {
        "scale_rows": False,
        "scale_rows_bad_input": False,
    }


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        (None, RIGHT["mean_square"], RIGHT["mean_square"]),
        (RIGHT["mean_square"], None, RIGHT["mean_square"]),
        (WRONG["mean_square"], RIGHT["mean_square"], RIGHT["mean_square"]),
        (RIGHT["mean_square"], WRONG["mean_square"], WRONG["mean_square"]),
    ],
)
def test_of_two_cells_for_an_exercise_the_last_filled_in_counts(
    lab: Lab, first: str | None, second: str | None, taken: str
) -> None:
    stub = small_lab.find(small_lab.stub(), "mean_square").source
    notebook = small_lab.with_copy(small_lab.partly(mean_square=first or stub), "mean_square", second or stub)
    job = job_of(notebook, lab)
    assert sources(job)["mean_square"] == taken
    assert len(cells(job, "own")) == 0
    assert any("mean_square: its cell is there 2 times" in remark for remark in job.remarks)


def test_a_helper_split_off_an_exercise_stays(lab: Lab) -> None:
    notebook = small_lab.partly(mean_square="def square(v):\n    return v * v\n")
    use = "def mean_square(values):\n    return square(values).mean()\n"
    job = job_of(small_lab.with_copy(notebook, "mean_square", use), lab)
    assert sources(job)["mean_square"] == use
    assert outcome(job)["mean_square"]


def test_own_cells_run_in_their_place(lab: Lab) -> None:
    own = "def helper(values):\n    return values * values\n"
    notebook = small_lab.partly(mean_square="def mean_square(values):\n    return helper(values).mean()\n")
    for before in ("mean_square", "check_mean_square", "imports"):
        job = job_of(small_lab.with_cell(notebook, own, before), lab)
        assert [cell.source for cell in cells(job, "own")] == [own]
        assert outcome(job)["mean_square"], before
    job = job_of(small_lab.with_cell(notebook, own, "scale_rows"), lab)
    assert not outcome(job)["mean_square"], "in the student's notebook it is defined too late as well"


def test_a_function_written_in_another_cell_counts(lab: Lab) -> None:
    stub = small_lab.find(small_lab.stub(), "mean_square").source
    notebook = small_lab.with_cell(small_lab.partly(mean_square=stub), RIGHT["mean_square"], "check_mean_square")
    job = job_of(notebook, lab)
    assert sources(job)["mean_square"] == RIGHT["mean_square"]
    assert not job.missing
    assert outcome(job)["mean_square"]
    assert "mean_square: taken from another cell, which defines it" in job.remarks


def test_edited_imports_run_after_the_courses(lab: Lab) -> None:
    notebook = small_lab.partly(mean_square="def mean_square(v):\n    return math.fsum((v * v).ravel()) / v.size\n")
    job = job_of(edited(notebook, "imports", small_lab.IMPORTS + "\nimport math"), lab)
    assert [cell.metadata.grading.part for cell in cells(job)][:2] == ["imports", "own"]
    assert cells(job)[0].source == small_lab.IMPORTS
    assert outcome(job)["mean_square"]
    commented = job_of(edited(small_lab.filled(), "imports", "# my imports\n" + small_lab.IMPORTS), lab)
    assert not cells(commented, "own")


def test_a_labs_function_that_students_code_uses_stays_without_its_experiment(lab: Lab) -> None:
    job = job_of(small_lab.partly(mean_square="def mean_square(v):\n    return (doubled(v) ** 2).mean() / 4\n"), lab)
    (kept,) = cells(job, "lab")
    assert kept.source == "def doubled(values):\n    return 2 * values"
    changed = (
        "import operator\n\n@staticmethod\ndef doubled(values):\n    return operator.mul(3, values)\n\nprint(1 / 0)"
    )
    job = job_of(
        edited(small_lab.partly(mean_square="def mean_square(v):\n    return doubled(v)\n"), "experiment", changed), lab
    )
    assert [cell.source for cell in cells(job, "lab")] == [
        "import operator",
        "@staticmethod\ndef doubled(values):\n    return operator.mul(3, values)",
    ]


@pytest.mark.parametrize("source", ["%matplotlib inline\n!ls\n", "x = '\x00'", "(" * 5000, "\ud800 = 1", "a\r\nb\rc"])
def test_any_text_in_a_cell_gets_through(lab: Lab, source: str) -> None:
    notebook = small_lab.with_cell(small_lab.filled(), "own", "check_scale_rows")
    text = notebooks.to_text(notebook).replace('"own"', json.dumps(source))
    job = job_of(text.encode(), lab)
    job.notebook.encode()
    assert len(cells(job, "own")) == 1
    assert "\x00" not in cells(job, "own")[0].source


def test_an_answer_beside_its_cell_counts(lab: Lab) -> None:
    notebook = small_lab.with_cell(small_lab.filled(answer=None), "In my own cell.", "end", kind="markdown")
    job = job_of(notebook, lab)
    assert written(job, lab)[0].source == "In my own cell."
    assert any("beside" in remark for remark in job.remarks)
    gone = job_of(small_lab.without(small_lab.filled(), "why_a_copy"), lab)
    assert written(gone, lab)[0].points == 0
    assert "why_a_copy: the cell for the answer was deleted" in gone.remarks


def test_the_old_format_is_upgraded_with_a_remark(lab: Lab) -> None:
    old = nbformat.writes(nbformat.convert(small_lab.filled(), 3), version=3)
    job = job_of(old.encode(), lab)
    assert outcome(job) == dict.fromkeys(small_lab.CHECK_POINTS, True)
    assert any("nbformat 3" in remark for remark in job.remarks)


@pytest.mark.parametrize("content", [b"", b"{", b'{"nbformat": 4, "metadata": {}, "cells": []}'])
def test_unreadable_is_a_result_of_zero_points(lab: Lab, content: bytes) -> None:
    submission = Submission("ada", "ada/lab.ipynb", content, remarks=("found so",), lms={"id": "1"})
    result = sanitize(submission, lab, Limits())
    assert isinstance(result, Result)
    assert result.status is Status.UNREADABLE
    assert result.remarks[0]
    assert result.remarks[1:] == ("found so",)
    assert (result.points, result.max_points, result.unmarked) == (0, lab.total_points, ())
    assert {exercise.outcome for exercise in result.exercises} == {Outcome.MISSING}
    assert result.lms == {"id": "1"}
    assert Result.from_json(result.to_json()) == result


def test_only_some_exercises(lab: Lab) -> None:
    job = job_of(small_lab.filled(), lab, exercises=["clip_negative"])
    assert job.points == {"clip_negative": 2}
    assert len(cells(job, "check")) == 5, "the notebook stays whole: one exercise may use another"
    with pytest.raises(CourseError, match="has no exercise nothing"):
        job_of(small_lab.filled(), lab, exercises=["nothing"])


@pytest.mark.parametrize("answers", [RIGHT, small_lab.RIGHT_WITH_LOOPS])
def test_controls_are_refused_by_honest_checks(lab: Lab, answers: dict[str, str]) -> None:
    for check in small_lab.CHECK_POINTS:
        name = exercise_of(check)
        job = job_of(small_lab.filled(answers | {name: answers[name] + "\n" + control(check)}), lab)
        refused = {other for other in small_lab.CHECK_POINTS if other == check or exercise_of(other) == check}
        assert outcome(job) == {other: other not in refused for other in small_lab.CHECK_POINTS}


def test_controls_pass_checks_that_were_tampered_with(lab: Lab) -> None:
    patch = "def expect_close(*args, **kwargs): pass\nexpect_equal = expect_shape = expect_unchanged = expect_error = expect_close\n"
    for check in small_lab.CHECK_POINTS:
        name = exercise_of(check)
        job = job_of(small_lab.filled(RIGHT | {name: patch + RIGHT[name] + "\n" + control(check)}), lab)
        assert outcome(job)[check], "so that it can be told"


@pytest.mark.parametrize(
    "value",
    [
        "True",
        "-1",
        "2.5",
        "float('inf')",
        "float('nan')",
        "numpy.uint8(255)",
        "'a'",
        "[1, None]",
        "(0.0, 'x')",
        "{'a': numpy.zeros(3)}",
        "numpy.array([-1.0, numpy.inf, 1e300])",
        "numpy.array([255], dtype='uint8')",
        "numpy.array([True, False])",
        "numpy.array(-0.5)",
    ],
)
def test_a_control_spoils_every_value(value: str) -> None:
    namespace: dict = {}
    exec(f"import numpy\ndef f():\n    return {value}\n", namespace)  # noqa: S102
    before = namespace["f"]()
    exec(control("f"), namespace)  # noqa: S102
    after = namespace["f"]()
    assert type(after) is type(before) or isinstance(after, type(before))
    assert repr(after) != repr(before)


@pytest.mark.parametrize("value", ["None", "[]", "object()", "numpy.zeros(0)"])
def test_a_control_raises_where_there_is_nothing_to_spoil(value: str) -> None:
    namespace: dict = {}
    exec(f"import numpy\ndef f():\n    return {value}\n{control('f')}", namespace)  # noqa: S102
    with pytest.raises(NotImplementedError):
        namespace["f"]()


@pytest.mark.parametrize(
    "body",
    {
        "elif": "    if values is None:\n        pass\n" + "    elif values is None:\n        pass\n" * 250,
        "sum": "    zero = " + "+".join("0" * 1000) + "\n",
        "calls": "    text = ''" + ".strip()" * 600 + "\n",
    }.values(),
    ids=["250 elif", "a sum of 1,000 terms", "600 chained calls"],
)
def test_what_python_runs_is_graded_however_deep_it_is_nested(lab: Lab, body: str) -> None:
    deep = f"def mean_square(values):\n{body}    return (values ** 2).mean()\n"
    job = job_of(small_lab.with_copy(small_lab.partly(mean_square=deep), "mean_square"), lab)
    assert sources(job)["mean_square"] == deep
    assert outcome(job)["mean_square"]
    assert code.same_code(deep, deep + "\n# a comment")
    assert not code.same_code(deep, deep.replace("** 2", "** 3"))


@pytest.mark.parametrize("identity", ["#VSC-1a2b3c4d", "", "x" * 65, "ä", 7, None, ["a"]])
def test_ids_that_nbformat_refuses_are_replaced(lab: Lab, identity: object) -> None:
    notebook = json.loads(small_lab.to_bytes(small_lab.with_cell(small_lab.filled(), "x = 1", "mean_square")))
    for cell in notebook["cells"]:
        cell["id"] = identity
    job = job_of(json.dumps(notebook).encode(), lab)
    assert outcome(job) == dict.fromkeys(small_lab.CHECK_POINTS, True)
    assert not job.remarks


@pytest.mark.parametrize("points", ["1e400", "NaN", "1" + "0" * 400, "true", '"2"', "-1e300"])
def test_points_that_are_no_number_are_nothing_to_remark_on(lab: Lab, points: str) -> None:
    text = small_lab.to_bytes(with_points(small_lab.filled(), "check_scale_rows", 98765)).decode()
    job = job_of(text.replace("98765", points).encode(), lab)
    assert not job.remarks
    assert cells(job, "check")[1].metadata.nbgrader.points == 2.5


def test_a_notebook_says_which_hand_out_it_is(lab: Lab) -> None:
    def parsed(**metadata) -> NotebookNode:
        return reading.parse(small_lab.to_bytes(small_lab.changed(small_lab.filled(), **metadata)))[0]

    assert reading.handout(parsed(cnn_labs={"version": "0.4.0+core.exam.1a2b3c4d"})) == "0.4.0+core.exam.1a2b3c4d"
    assert reading.handout(parsed(cnn_labs={"version": " \x1b[2J" + "1" * 500})) == "\ufffd[2J" + "1" * 92 + " ..."
    for nothing in ({}, {"cnn_labs": {"version": 4}}, {"cnn_labs": "0.4.0"}, {"cnn_labs": {}}):
        assert reading.handout(parsed(**nothing)) == ""


@pytest.mark.parametrize(
    ("version", "answer", "is_said"),
    [
        ("3.99.1", "def mean_square[T](values: T ? T):\n    return 1\n", True),
        ("3.99.1", RIGHT["mean_square"], False),
        ("3.99.1", "%time x = 1\n" + RIGHT["mean_square"], False),
        ("3.11.0", "def mean_square(values:\n", False),
        ("no version", "def mean_square(values:\n", False),
        (None, "def mean_square(values:\n", False),
    ],
)
def test_a_newer_python_is_named_where_its_syntax_is_unknown_here(
    lab: Lab, version: str | None, answer: str, is_said: bool
) -> None:
    notebook = small_lab.changed(
        small_lab.partly(mean_square=answer), language_info={"name": "python", "version": version}
    )
    remarks = job_of(notebook, lab).remarks
    assert any("written for Python 3.99, graded with 3." in remark for remark in remarks) == is_said
    assert len(remarks) == is_said
