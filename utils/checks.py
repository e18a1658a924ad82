"""Checks for exercises: each says what was expected, what came, and, where it can tell, why.

All raise `AssertionError`, accept NumPy arrays, tensors, lists and plain numbers of any precision, and take `hints`:
pairs of a known wrong result and the misconception that leads to it. In a notebook a failed check shows its message and
nothing else: where in this file it was raised helps nobody.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np

Hints = Iterable[tuple[Any, str]]

RED, DEFAULT = "\x1b[31m", "\x1b[39m"


def _failure(said: str, why: str = "") -> AssertionError:
    """Return the error of a failed check.

    Args:
        said: the call, what was expected and what came.
        why: the hint, if there is one. A notebook shows it in a line of its own.
    """
    error = AssertionError(f"{said} {why}".rstrip())
    lines = [f"{RED}AssertionError{DEFAULT}: {said}".rstrip(), *([why] if why else [])]
    # IPython asks the error itself for its traceback. A subclass with such a method would have another type, and grading
    # and the answers tool tell a failed check from other errors by this one.
    error._render_traceback_ = partial(list, lines)
    return error


def _as_array(call: str, got: Any) -> np.ndarray:
    """Return `got` as a numeric array, or fail with a message that says what it is instead."""
    if got is None:
        why = "Does every path through your function end in return?"
        raise _failure(f"{call}: expected a value, got None.", why)
    try:
        array = np.asarray(got)
        if array.dtype == object or array.dtype.kind not in "biuf":
            raise TypeError
    except (TypeError, ValueError):
        raise _failure(f"{call}: expected numbers, got {type(got).__name__}: {_short(got)}") from None
    return array


def _short(value: Any) -> str:
    """Return `value` as text: whole if it is small, its beginning otherwise."""
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return _short(value.item())
        if value.size > 16:
            return f"an array of shape {value.shape} that begins {np.array2string(value.ravel()[:6], precision=4)[:-1]} ...]"
        text = np.array2string(value, precision=4, separator=", ")
        return "\n" + text if value.ndim > 1 else text
    text = repr(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _matching_hint(got: np.ndarray, hints: Hints, rtol: float, atol: float) -> str:
    for wrong, explanation in hints:
        wrong = np.asarray(wrong)
        if wrong.shape == got.shape and np.allclose(got, wrong, rtol=rtol, atol=atol):
            return explanation
    return ""


def _shape_hint(got: tuple[int, ...], expected: tuple[int, ...]) -> str:
    if tuple(n for n in got if n != 1) == tuple(n for n in expected if n != 1):
        return "The sizes agree but for axes of length 1: check keepdims, slices like [0:1], and added axes."
    if sorted(got) == sorted(expected):
        return "The same sizes in another order: are two axes swapped?"
    if len(got) != len(expected):
        return f"Expected {len(expected)} axes, got {len(got)}."
    differing = [f"axis {axis}: {e} expected, {g} came" for axis, (g, e) in enumerate(zip(got, expected)) if g != e]
    return "They differ in " + "; ".join(differing) + "."


def _value_hint(got: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> str:
    close = lambda a, b: a.shape == b.shape and np.allclose(a, b, rtol=rtol, atol=atol)  # noqa: E731
    if np.isnan(got).any() and not np.isnan(expected).any():
        return "Some values are NaN: is there a division by zero, or inf - inf?"
    if got.ndim and not got.any():
        return "All values are zero: is the result ever written?"
    if got.size > 1 and np.ptp(got) == 0:
        return "All values are the same."
    if close(got, -expected):
        return "The sign is the wrong way round."
    if got.ndim >= 2 and got.shape == expected.shape:
        for first in range(got.ndim):
            for second in range(first + 1, got.ndim):
                if close(np.swapaxes(got, first, second), expected):
                    return f"Right values with axes {first} and {second} swapped."
    return ""


def expect_shape(call: str, got: Any, expected: Sequence[int], *, hints: Hints = ()) -> None:
    """Fail unless `got` (an array or a tensor) has the shape `expected`. `hints` hold wrong shapes."""
    if got is None:
        _as_array(call, got)
    shape = tuple(got.shape) if hasattr(got, "shape") else np.shape(got)
    if shape != tuple(expected):
        why = next((text for wrong, text in hints if tuple(wrong) == shape), "") or _shape_hint(shape, tuple(expected))
        raise _failure(f"{call}: expected shape {tuple(expected)}, got shape {shape}.", why)


def expect_equal(call: str, got: Any, expected: Any, *, hints: Hints = ()) -> None:
    """Fail unless `got` equals `expected` exactly; numbers compare by value, so 15 and 15.0 are equal.

    Strings, tuples, dictionaries and the like compare with ==.
    """
    if isinstance(expected, str | dict | tuple | list | set | bool):
        if isinstance(expected, tuple | list) and isinstance(got, tuple | list | np.ndarray):
            same = list(np.asarray(got, dtype=object).ravel()) == list(np.asarray(expected, dtype=object).ravel())
            same = same and np.shape(np.asarray(got, dtype=object)) == np.shape(np.asarray(expected, dtype=object))
        else:
            same = type(got) in (type(expected), np.bool_) and bool(got == expected)
        if not same:
            why = next((text for wrong, text in hints if type(wrong) is type(got) and wrong == got), "")
            raise _failure(f"{call}: expected {expected!r}, got {_short(got)}.", why)
        return
    expect_close(call, got, expected, rtol=0, atol=0, hints=hints)


def expect_close(
    call: str, got: Any, expected: Any, *, rtol: float = 1e-5, atol: float = 1e-6, hints: Hints = ()
) -> None:
    """Fail unless `got` has the shape of `expected` and |got - expected| <= atol + rtol * |expected| everywhere.

    Args:
        call: the call that was made, as the student would write it: "dense_param_count(4, 3)".
        got: what the student's function returned.
        expected: the right result, an array of any shape or a number.
        rtol: relative tolerance.
        atol: absolute tolerance.
        hints: pairs (wrong result, explanation); the explanation is added where `got` is that wrong result.
    """
    got, expected = _as_array(call, got), np.asarray(expected)
    explanation = _matching_hint(got, hints, rtol=max(rtol, 1e-6), atol=max(atol, 1e-9))
    if got.shape != expected.shape:
        explanation = explanation or _shape_hint(got.shape, expected.shape)
        wanted = f"a single number, {_short(expected)}" if expected.ndim == 0 else f"shape {expected.shape}"
        raise _failure(f"{call}: expected {wanted}, got shape {got.shape}.", explanation)
    if np.allclose(got, expected, rtol=rtol, atol=atol):
        return
    explanation = explanation or _value_hint(got, expected, rtol, atol)
    if expected.size <= 16:
        message = f"{call}: expected {_short(expected)}, got {_short(got)}."
        if expected.ndim > 1:
            message = f"{call}: expected{_short(expected)}\ngot{_short(got)}\n"
    else:
        wrong = ~np.isclose(got, expected, rtol=rtol, atol=atol)
        where = tuple(int(i) for i in np.argwhere(wrong)[0])
        message = (
            f"{call}: {wrong.sum()} of {wrong.size} values are wrong; the first is at index {where}: "
            f"expected {_short(expected[where])}, got {_short(got[where])}."
        )
    raise _failure(message, explanation)


def expect_unchanged(call: str, now: Any, before: Any) -> None:
    """Fail where the array that a function was given, `now`, differs from the copy taken `before` the call."""
    if not np.array_equal(np.asarray(now), np.asarray(before)):
        why = "Write into a new array: a caller still needs the old one."
        raise _failure(f"{call}: expected the input to stay as it was, got a changed input.", why)


def expect_error(call: str, function: Callable[[], Any], error: type[Exception] = ValueError) -> None:
    """Fail unless calling `function` (without arguments) raises `error` with a message."""
    try:
        got = function()
    except NotImplementedError:
        raise
    except error as raised:
        if not str(raised).strip():
            said = f"{call}: expected a {error.__name__} that says what is wrong, got one without a message."
            raise _failure(said) from None
        return
    except Exception as raised:
        said = f"{call}: expected a {error.__name__}, got {type(raised).__name__}: {raised}."
        raise _failure(said, "Test the arguments first and raise the error yourself.") from None
    raise _failure(f"{call}: expected a {error.__name__}, got {_short(got)}.", "Such a call can only be a mistake.")


def passed(exercise: str) -> None:
    """Print that the visible checks of an exercise have passed."""
    print(f"{exercise}: all visible checks pass.")
