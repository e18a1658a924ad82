"""Long lists of cases of one kind, each of which takes seconds: `make test` tries some of them, `make thorough` all."""

from collections.abc import Iterable

import pytest


def some_of(cases: Iterable[str], one_in: int = 4) -> list:
    """Return cases for `pytest.mark.parametrize`: the first of each `one_in`, and the others marked `thorough`.

    The first is always the same one, so that a failure comes back.
    """
    return [
        pytest.param(case, marks=() if number % one_in == 0 else pytest.mark.thorough)
        for number, case in enumerate(cases)
    ]
