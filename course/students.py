"""What students get of a solution: no solutions, no hidden checks. By nbgrader's preprocessors, as when a lab is derived."""

import copy
from functools import cache
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from course import notebooks
from course.syllabus import CourseError


@cache
def stub_of(source: str) -> str:
    """Return an exercise as students get it: what raises NotImplementedError in the place of each solution.

    Args:
        source: the exercise's cell with its solution; one without marks around a solution is replaced as a whole.

    Raises:
        CourseError: if a solution begins and does not end.
    """
    return _cleared(source, _clear_solutions(), solution=True)


@cache
def without_hidden(source: str) -> str:
    """Return a check as students see it: its visible part.

    Args:
        source: the check's cell.

    Raises:
        CourseError: if a hidden part begins and does not end.
    """
    return _cleared(source, _clear_hidden_tests(), grade=True)


def students_version(notebook: NotebookNode, *, hidden_tests: bool = False) -> NotebookNode:
    """Return a copy of a solution notebook without solutions.

    Args:
        notebook: the lab with its solutions.
        hidden_tests: keep the hidden parts of its checks.

    Raises:
        CourseError: if a solution or a hidden part begins and does not end, or stands in a cell that is not marked for it.
    """
    result = copy.deepcopy(notebook)
    for preprocessor in (_clear_solutions(),) if hidden_tests else (_clear_solutions(), _clear_hidden_tests()):
        _preprocess(result, preprocessor)
    return result


def _cleared(source: str, preprocessor: Any, **mark: bool) -> str:
    notebook = new_notebook(cells=[new_code_cell(source, metadata={"nbgrader": mark})])
    _preprocess(notebook, preprocessor)
    return notebook.cells[0].source


def _preprocess(notebook: NotebookNode, preprocessor: Any) -> None:
    try:
        preprocessor.preprocess(notebook, {})
    except RuntimeError as error:
        raise CourseError(f"nbgrader cannot make a student's cell of a solution's: {error}") from error


@cache
def _clear_solutions() -> Any:
    from nbgrader.preprocessors import ClearSolutions

    return ClearSolutions(config=notebooks.nbgrader_config())


@cache
def _clear_hidden_tests() -> Any:
    from nbgrader.preprocessors import ClearHiddenTests

    return ClearHiddenTests(config=notebooks.nbgrader_config())
