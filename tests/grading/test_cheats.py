"""Code that works on its own check: it gains nothing where the check is elsewhere, and inside one process it meets a human."""

import pytest

from course.grading.execute import walls
from course.grading.model import Outcome
from tests.cases import some_of
from tests.grading import small_lab
from tests.grading.cheats import CHEATS, ON_THE_LINK, ORDINARY
from tests.grading.jobs import by_name, executed
from tests.grading.nasty import EXERCISE

pytestmark = pytest.mark.skipif(not walls.available(), reason="grading needs bubblewrap")
ALL_BUT_BAD_INPUT = small_lab.CHECK_POINTS | {"scale_rows_bad_input": 0}


@pytest.mark.parametrize("name", some_of(CHEATS))
def test_from_outside_a_wrong_answer_is_a_wrong_answer(name: str) -> None:
    execution = executed(small_lab.partly(scale_rows=CHEATS[name]))
    exercises = by_name(execution)
    for part in (EXERCISE, f"{EXERCISE}_bad_input"):
        assert (exercises[part].points, exercises[part].outcome) == (0, Outcome.FAILED), exercises[part].message
        assert "secret_" not in exercises[part].message
    others = [exercise for exercise in exercises.values() if not exercise.name.startswith(EXERCISE)]
    assert {exercise.outcome for exercise in others} == {Outcome.PASSED}, execution
    assert not execution.needs_human, execution.remarks


@pytest.mark.parametrize("name", some_of(ON_THE_LINK))
def test_who_works_on_the_connection_loses_what_comes_through_it(name: str) -> None:
    exercises = by_name(executed(small_lab.partly(scale_rows=ON_THE_LINK[name])))
    assert exercises["mean_square"].outcome is Outcome.PASSED
    for part in (EXERCISE, f"{EXERCISE}_bad_input"):
        assert not exercises[part].points
        assert exercises[part].outcome in (Outcome.FAILED, Outcome.KILLED, Outcome.NOT_RUN)


@pytest.mark.parametrize("name", some_of(CHEATS))
def test_inside_one_process_it_gains_nothing_without_a_human(name: str) -> None:
    execution = executed(small_lab.partly(scale_rows=CHEATS[name]), in_process=(EXERCISE,))
    gained = by_name(execution)[EXERCISE].points
    assert not gained or execution.needs_human, execution


@pytest.mark.parametrize("name", some_of(ORDINARY))
def test_ordinary_style_keeps_its_points_and_asks_no_human(name: str) -> None:
    """Inside one process, where statements run again by themselves; from outside all are run as they stand."""
    execution = executed(small_lab.partly(scale_rows=ORDINARY[name]), in_process=(EXERCISE,))
    expected = small_lab.CHECK_POINTS if "raise ValueError" in ORDINARY[name] else ALL_BUT_BAD_INPUT
    assert {part.name: part.points for part in execution.exercises} == expected, execution
    assert not execution.needs_human, execution.remarks


@pytest.mark.parametrize(
    "name", ["a callable object", "a decorator with arguments", "a helper named like a name of the check"]
)
def test_ordinary_style_crosses(name: str) -> None:
    execution = executed(small_lab.partly(scale_rows=ORDINARY[name]))
    assert {part.name: part.points for part in execution.exercises} == ALL_BUT_BAD_INPUT, execution
    assert not execution.needs_human, execution.remarks


ODD = """class Rows:
    def __init__(self, rows):
        self.rows = rows
    METHODS
def scale_rows(matrix):
    return Rows(matrix / matrix.sum(axis=1, keepdims=True))
"""


def test_what_can_be_had_as_an_array_crosses_as_one() -> None:
    source = ODD.replace("METHODS", "def __array__(self, dtype=None, copy=None):\n        return self.rows")
    execution = executed(small_lab.partly(scale_rows=source))
    assert by_name(execution)[EXERCISE].outcome is Outcome.PASSED
    assert not execution.needs_human


def test_what_cannot_leave_its_process_is_judged_there_and_read_by_a_human() -> None:
    methods = "__len__ = lambda self: len(self.rows)\n    __getitem__ = lambda self, place: self.rows[place]"
    execution = executed(small_lab.partly(scale_rows=ODD.replace("METHODS", methods)))
    assert by_name(execution)[EXERCISE].outcome is Outcome.PASSED
    assert execution.needs_human
    assert "cannot leave its process" in " ".join(execution.remarks)
    refused = executed(small_lab.partly(scale_rows=ODD.replace("METHODS", "pass")))
    assert by_name(refused)[EXERCISE].outcome is Outcome.FAILED
    assert not refused.needs_human, "refused is refused"
