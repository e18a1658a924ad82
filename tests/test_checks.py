"""The checks' messages: expected, got, and the likely misconception."""

import pickle
import traceback

from utils.checks import (
    expect_by_hand,
    expect_close,
    expect_equal,
    expect_error,
    expect_new,
    expect_shape,
    expect_unchanged,
    run_check,
)
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


@pytest.mark.parametrize(
    ("got", "says"),
    [
        ([True, True, True], "All values are the same"),
        ([False] * 3, "All values are zero"),
        ([False, True, True], "got"),
    ],
)
def test_wrong_truth_values_are_explained(got: list[bool], says: str) -> None:
    with pytest.raises(AssertionError, match=says):
        expect_close("mask(values)", np.array(got), np.array([True, False, True]))


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


HALF = "def half(value):\n    return 1 / value\n"
CHECKED = {
    "expect_equal('half(0)', half(0), 1)": (
        "half(0): expected a result, got ZeroDivisionError: division by zero.",
        "It was raised in line 2 of the cell of half: `return 1 / value`. The call is valid: it must not raise an error.",
    ),
    "expect_equal('half(1)', half(\n        1,\n        2,\n    ), 1)": (
        "half( 1, 2, ): expected a result, got TypeError: half() takes 1 positional argument but 2 were given.",
        "The call is valid: it must not raise an error.",
    ),
    "half(1).shape": (
        "half: expected a result that allows `half(1).shape`, got AttributeError: 'float' object has no attribute 'shape'.",
        "Is what your function returns of the kind that the docstring says?",
    ),
    "expect_equal('half(1)', half(1), 2)": ("half(1): expected 2, got 1.", ""),
    "expect_by_hand('half(0)', half, [0], 'math.sqrt')": (
        "half(0): expected a result, got ZeroDivisionError: division by zero.",
        "It was raised in line 2 of the cell of half: `return 1 / value`. The call is valid: it must not raise an error.",
    ),
}


def test_a_valid_call_that_raises_is_named_with_the_students_line() -> None:
    checks = [f"def _check():\n    {source}\n\n\nrun_check('half', _check)" for source in CHECKED]
    for output, (said, why) in zip(_errors(HALF, *checks), CHECKED.values(), strict=True):
        if said.startswith("half: ") and why:
            said = said.replace("half: ", "half: ", 1)
            assert output.evalue.startswith("half"), output.evalue
        assert output.ename == "AssertionError"
        assert strip_ansi("\n".join(output.traceback)) == f"AssertionError: {said}" + (f"\n{why}" if why else "")


def test_a_check_that_passes_says_so_and_a_stub_stays_a_stub(capsys: pytest.CaptureFixture) -> None:
    run_check("half, bad input", lambda: None)
    assert capsys.readouterr().out == "half, bad input: all visible checks pass.\n"

    def stub():
        raise NotImplementedError("write this function")

    with pytest.raises(NotImplementedError, match="write this"):
        run_check("half", stub)
    with pytest.raises(NameError, match="'third' is not defined"):
        run_check("third", lambda: third(1))  # noqa: F821


def by_function(scores):
    return keras.ops.softmax(scores)


def by_layer(scores):
    return keras.layers.Softmax()(scores)


def by_other_name(scores):
    return renamed(scores)


def by_import(scores):
    from keras.activations import softmax

    return softmax(scores)


def in_secret(scores):
    try:
        return keras.ops.softmax(scores)
    except Exception:
        return keras.ops.exp(scores)


renamed = keras.ops.softmax
SOFTMAX = ("keras.ops.softmax", "keras.activations.softmax", "tensorflow.nn.softmax")


@pytest.mark.parametrize("function", [by_function, by_layer, by_other_name, by_import, in_secret])
def test_what_is_to_be_written_by_hand_is_not_called(function) -> None:
    with pytest.raises(
        AssertionError, match=r"softmax\(x\): expected a function written by hand, got a call of .*softmax"
    ):
        expect_by_hand("softmax(x)", function, [np.zeros((1, 2))], *SOFTMAX)
    expect_close("softmax(x)", keras.ops.softmax(np.zeros((1, 2))), [[0.5, 0.5]])
    assert renamed is keras.ops.softmax, "all is put back"


def test_what_is_written_by_hand_gives_its_result() -> None:
    by_hand = lambda x: keras.ops.exp(x) / keras.ops.sum(keras.ops.exp(x), axis=1, keepdims=True)  # noqa: E731
    expect_close("softmax(x)", expect_by_hand("softmax(x)", by_hand, [np.zeros((1, 2))], *SOFTMAX), [[0.5, 0.5]])
    with pytest.raises(ImportError, match=r"there is no keras\.ops\.softest"):
        expect_by_hand("softmax(x)", by_hand, [np.zeros((1, 2))], "keras.ops.softest")


def test_all_of_a_module_is_taken_away() -> None:
    from scipy import ndimage

    with pytest.raises(AssertionError, match=r"got a call of scipy\.ndimage\.shift"):
        expect_by_hand("shift(x)", lambda x: ndimage.shift(x, 1), [np.zeros(3)], "scipy.ndimage.*")
    assert ndimage.shift(np.ones(3), 0).sum() == 3


def test_a_result_that_is_the_input_is_no_new_array() -> None:
    array = np.ones(3)
    expect_new("f(x)", array.copy(), array)
    expect_new("f(x)", keras.ops.convert_to_tensor(array), array)
    for got in (array, array[1:]):
        with pytest.raises(AssertionError, match="expected a new array"):
            expect_new("f(x)", got, array)


def test_numbers_are_plain_and_have_as_many_digits_as_differ() -> None:
    with pytest.raises(AssertionError, match=r"f\(\): expected 10, got 9\."):
        expect_equal("f()", np.int64(9), np.int64(10))
    with pytest.raises(AssertionError, match=r"expected \{'a': \(1, 10\)\}, got \{'a': 9\.5\}"):
        expect_equal("f()", {"a": np.float64(9.5)}, {"a": (1, np.int64(10))})
    with pytest.raises(AssertionError, match=r"expected \[0\.25, 0\.75\], got \[0\.250002, 0\.749998\]"):
        expect_close("f()", np.array([0.250002, 0.749998]), np.array([0.25, 0.75]), rtol=1e-7, atol=0)
    with pytest.raises(AssertionError, match=r"expected 0\.1, got 0\.1000000001"):
        expect_close("f()", 0.1000000001, 0.1, rtol=1e-12, atol=0)


def test_two_mistakes_that_lead_to_one_number_are_both_named() -> None:
    with pytest.raises(AssertionError, match=r"got 12\. No biases\. Or: Channels swapped\."):
        expect_equal("f()", 12, 15, hints=[(12, "No biases."), (12, "Channels swapped."), (13, "Another.")])


def test_an_error_has_to_say_what_is_asked_and_to_be_ones_own() -> None:
    source = "def own(stride):\n    if stride < 1:\n        raise ValueError(f'stride is {stride}')\n"
    exec(compile(source, "<answer>", "exec"), notebook := {})  # noqa: S102
    own = notebook["own"]
    expect_error("f(0)", lambda: own(0), says=("STRIDE", "0"), own=True)
    with pytest.raises(AssertionError, match=r"whose message names pool_size, got 'stride is 0'"):
        expect_error("f(0)", lambda: own(0), says=("stride", "pool_size"))
    with pytest.raises(
        AssertionError, match=r"expected a ValueError of your own, got one from inside a library: cannot reshape"
    ):
        expect_error("f(0)", lambda: np.zeros(3).reshape(2), own=True)
    with pytest.raises(AssertionError, match=r"got 3\. It would never move\."):
        expect_error("f(0)", lambda: 3, hint="It would never move.")


def test_elsewhere_a_failed_check_is_an_ordinary_assertion_error() -> None:
    with pytest.raises(AssertionError) as caught:
        expect_equal("params(4, 3)", 12, 15, hints=[(12, "Without the biases.")])
    assert caught.type is AssertionError
    text = "".join(traceback.format_exception(caught.value))
    assert "checks.py" in text
    assert text.endswith("AssertionError: params(4, 3): expected 15, got 12. Without the biases.\n")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value), "Dask and pytest-xdist send errors on"
