"""Submissions that crash, hang or flood: each gets its outcome, and the exercises around it get theirs."""

import pytest

from tests.cases import some_of
from tests.grading import small_lab
from tests.grading.jobs import assert_comes_out, executed
from tests.grading.nasty import CRASHES, FLOODS


@pytest.mark.parametrize("name", some_of([*CRASHES, *FLOODS], one_in=3))
def test_a_nasty_cell_harms_itself_alone(name: str) -> None:
    nasty = (CRASHES | FLOODS)[name]
    assert_comes_out(nasty, executed(small_lab.partly(scale_rows=nasty.source), limits=nasty.limits))
