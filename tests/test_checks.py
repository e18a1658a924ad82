"""The checks' messages: expected, got, and the likely misconception."""

import pickle
import traceback

from utils.checks import expect_close, expect_equal, expect_error, expect_shape, expect_unchanged
import keras
from nbclient import NotebookClient
from nbconvert.filters.ansi import strip_ansi
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
import numpy as np
import pytest

GRID = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    "got",
    [GRID, GRID.astype(np.float32), GRID.astype(int), GRID.tolist(), keras.ops.convert_to_tensor(GRID)],
    ids=["float64", "float32", "int", "list", "tensor"],
)
def test_every_kind_of_right_answer_is_accepted(got) -> None:
    expect_close("f()", got, GRID)


@pytest.mark.parametrize(
    ("got", "says"),
    [
        (None, "expected a value, got None"),
        ("six", "expected numbers, got str"),
        ([[1, 2], [3]], "expected numbers, got list"),
        (GRID[0], r"expected shape \(2, 3\), got shape \(3,\)"),
        (GRID.T, "two axes swapped"),
        (GRID[..., None], "axes of length 1"),
        (GRID[:, :2], "axis 1: 3 expected, 2 came"),
        (np.zeros((2, 3)), "All values are zero"),
        (np.full((2, 3), 7), "All values are the same"),
        (-GRID, "sign"),
        (GRID * np.nan, "NaN"),
        (GRID + 1, r"expected\n\[\[0[^g]+\ngot\n\[\[1"),
        (GRID**2, "That is the square"),
        (7.0, "expected shape .* got shape"),
    ],
)
def test_wrong_answers_are_explained(got, says: str) -> None:
    with pytest.raises(AssertionError, match=says) as caught:
        expect_close("f()", got, GRID, hints=[(GRID**2, "That is the square.")])
    assert "expected" in str(caught.value)
    assert "got" in str(caught.value)


def test_the_first_wrong_value_of_a_large_array_is_named() -> None:
    expected = np.arange(24.0).reshape(4, 6)
    got = expected.copy()
    got[2, 5] = -1
    with pytest.raises(AssertionError, match=r"1 of 24 values are wrong; .* index \(2, 5\): expected 17, got -1"):
        expect_close("f()", got, expected)


def test_axes_swapped_in_a_square_are_noticed() -> None:
    square = np.arange(25.0).reshape(5, 5)
    with pytest.raises(AssertionError, match="axes 0 and 1 swapped"):
        expect_close("f()", square.T, square)


def test_tolerance_is_relative_and_absolute() -> None:
    expect_close("f()", 1000.01, 1000.0, rtol=1e-4)
    with pytest.raises(AssertionError, match=r"expected 1000, got 1000\.2"):
        expect_close("f()", 1000.2, 1000.0, rtol=1e-4)


@pytest.mark.parametrize("got", [15, 15.0, np.int64(15), np.float32(15), keras.ops.convert_to_tensor(15)])
def test_equal_counts_of_any_type(got) -> None:
    expect_equal("f()", got, 15)


@pytest.mark.parametrize(
    ("got", "expected"), [(12, 15), ([15], 15), (None, 15), ("15", 15), (15, "15"), ((1, 2), (2, 1)), (True, False)]
)
def test_unequal(got, expected) -> None:
    with pytest.raises(AssertionError, match="expected"):
        expect_equal("f()", got, expected)


def test_tuples_and_lists_of_the_same_values_are_equal() -> None:
    expect_equal("f()", [1, 2], (1, 2))
    expect_equal("f()", np.array([1, 2]), (1, 2))


def test_hint_of_a_count() -> None:
    with pytest.raises(AssertionError, match=r"expected 15, got 12\. Without the biases"):
        expect_equal("f()", 12, 15, hints=[(12, "Without the biases")])


def test_shape_of_a_symbolic_tensor() -> None:
    tensor = keras.Input((8, 8, 3))
    expect_shape("f()", tensor, (None, 8, 8, 3))
    with pytest.raises(AssertionError, match="no padding"):
        expect_shape("f()", tensor, (None, 6, 6, 3), hints=[((None, 8, 8, 3), "no padding")])


def test_changed_input() -> None:
    array = np.ones(3)
    expect_unchanged("f(x)", array, array.copy())
    with pytest.raises(AssertionError, match="changed input"):
        expect_unchanged("f(x)", array, np.zeros(3))


def test_errors_that_are_asked_for() -> None:
    def refuse(message: str):
        raise ValueError(message)

    expect_error("f(0)", lambda: refuse("stride has to be positive"))
    with pytest.raises(AssertionError, match="expected a ValueError, got 3"):
        expect_error("f(0)", lambda: 3)
    with pytest.raises(AssertionError, match="got one without a message"):
        expect_error("f(0)", lambda: refuse(""))
    with pytest.raises(AssertionError, match="got ZeroDivisionError"):
        expect_error("f(0)", lambda: 1 // 0)
    with pytest.raises(NotImplementedError):
        expect_error("f(0)", lambda: (_ for _ in ()).throw(NotImplementedError("stub")))


FAILURES = {
    "expect_equal('params(4, 3)', 12, 15, hints=[(12, 'Without the biases.')])": (
        "params(4, 3): expected 15, got 12.",
        "Without the biases.",
    ),
    "expect_close('f()', np.ones((2, 2)), np.eye(2))": (
        "f(): expected\n[[1., 0.],\n [0., 1.]]\ngot\n[[1., 1.],\n [1., 1.]]",
        "All values are the same.",
    ),
    "expect_close('f()', 2.0, 1.0)": ("f(): expected 1, got 2.", ""),
    "expect_shape('f()', np.ones((3, 2)), (2, 3))": (
        "f(): expected shape (2, 3), got shape (3, 2).",
        "The same sizes in another order: are two axes swapped?",
    ),
    "expect_unchanged('f(x)', np.ones(2), np.zeros(2))": (
        "f(x): expected the input to stay as it was, got a changed input.",
        "Write into a new array: a caller still needs the old one.",
    ),
    "expect_error('f(0)', lambda: 1 / 0)": (
        "f(0): expected a ValueError, got ZeroDivisionError: division by zero.",
        "Test the arguments first and raise the error yourself.",
    ),
    "expect_close('f()', None, 1)": (
        "f(): expected a value, got None.",
        "Does every path through your function end in return?",
    ),
    "expect_close('f()', 'six', 6)": ("f(): expected numbers, got str: 'six'", ""),
}
"""What fails -> what was expected and what came, and the hint."""


def _errors(*sources: str) -> list[NotebookNode]:
    """Return the outputs of cells of which each raises, after a cell with the imports."""
    imports = "import numpy as np\nfrom utils.checks import *"
    notebook = new_notebook(cells=[new_code_cell(source) for source in (imports, *sources)])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute()
    assert not notebook.cells[0].outputs
    return [output for cell in notebook.cells[1:] for output in cell.outputs]


def test_a_notebook_shows_what_a_failed_check_says_and_no_way_through_the_checks() -> None:
    for output, (said, why) in zip(_errors(*FAILURES), FAILURES.values(), strict=True):
        assert output.output_type == "error"
        assert output.ename == "AssertionError", "the type by which grading knows a failed check"
        assert strip_ansi("\n".join(output.traceback)) == f"AssertionError: {said}" + (f"\n{why}" if why else "")
        assert output.evalue.split() == f"{said} {why}".split()


def test_an_error_of_the_student_in_a_check_keeps_its_traceback() -> None:
    (output,) = _errors("def answer():\n    return 1 / 0\n\nexpect_equal('answer()', answer(), 1)")
    shown = strip_ansi("\n".join(output.traceback))
    assert "return 1 / 0" in shown
    assert "ZeroDivisionError: division by zero" in shown


def test_elsewhere_a_failed_check_is_an_ordinary_assertion_error() -> None:
    with pytest.raises(AssertionError) as caught:
        expect_equal("params(4, 3)", 12, 15, hints=[(12, "Without the biases.")])
    assert caught.type is AssertionError
    text = "".join(traceback.format_exception(caught.value))
    assert "checks.py" in text
    assert text.endswith("AssertionError: params(4, 3): expected 15, got 12. Without the biases.\n")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value), "Dask and pytest-xdist send errors on"
