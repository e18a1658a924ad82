"""Checks for exercises: each says what was expected, what came, and, where it can tell, why.

All raise `AssertionError`, accept NumPy arrays, tensors, lists and plain numbers of any precision, and take `hints`:
pairs of a known wrong result and the misconception that leads to it. In a notebook a failed check shows its message and
nothing else: where in this file it was raised helps nobody.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
import hashlib
from typing import Any

import numpy as np
from utils import _explain, _progress
from utils._explain import pair, short
from utils._library import taken_away

Hints = Iterable[tuple[Any, str]]

RED, DEFAULT = "\x1b[31m", "\x1b[39m"
_COURSE = "cnn-labs"
_secret = ""


def set_secret(secret: str) -> None:
    """Let `rng` draw other numbers than the published ones; an empty secret brings these back."""
    global _secret
    _secret = secret


def rng() -> np.random.Generator:
    """Return a new generator for the numbers of a check, at its beginning.

    It is seeded by the course, so that every run checks with the same numbers, or by an instructor's secret besides.
    """
    digest = hashlib.sha256(f"{_COURSE} {_secret}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8]))


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


def run_check(exercise: str, check: Callable[[], None]) -> None:
    """Run an exercise's check, a function without arguments, and print that it passed.

    What came of it is kept for the start page, where `utils._progress` says.

    A check's calls are valid unless `expect_error` makes them: what one of them raises is told as a failed check that names
    the call, what was raised, and the line of the student's.

    Raises:
        AssertionError: if the check fails, or one of its calls raises an error.
        NotImplementedError: if the exercise is still to be written.
        NameError: if there is no such function, because its cell was not run.
    """
    try:
        check()
    except NotImplementedError:
        _progress.record(exercise, passed=False)
        raise
    except Exception as raised:
        if isinstance(raised, NameError) and raised.name == exercise.split(",")[0]:
            raise  # there is no such function: its cell was not run, or could not be
        _progress.record(exercise, passed=False)
        if (failure := _of_a_valid_call(exercise, check, raised)) is raised:
            raise
        raise failure from None
    _progress.record(exercise, passed=True)
    print(f"{exercise}: all visible checks pass.")


def _of_a_valid_call(exercise: str, check: Callable[[], None], raised: Exception) -> Exception:
    """Return the failure that tells of an error in a check, or the error itself where it is a failed check already."""
    came_by = _explain.frames(raised.__traceback__)
    in_check = [place for place, frame in enumerate(came_by) if frame.filename == check.__code__.co_filename]
    own_files = {check.__code__.co_filename, __file__}
    if isinstance(raised, AssertionError) and came_by[-1].filename in own_files:
        return raised
    what = (_explain.expression(came_by[in_check[-1]]) if in_check else "") or exercise
    behind = came_by[in_check[-1] + 1 :] if in_check else came_by
    if _explain.students_line(behind, raised) or _explain.is_call_of(exercise.split(",")[0], what):
        return _raised(what, raised, behind)
    said = f"{exercise}: expected a result that allows `{what}`, got {_named(raised)}."
    return _failure(said, "Is what your function returns of the kind that the docstring says?")


def _named(error: Exception) -> str:
    text = str(error).strip().rstrip(".")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _raised(call: str, error: Exception, came_by: list) -> AssertionError:
    why = f"{_explain.students_line(came_by, error)}The call is valid: it must not raise an error."
    return _failure(f"{call}: expected a result, got {_named(error)}.", why)


def expect_by_hand(call: str, function: Callable, arguments: Sequence[Any], *library: str) -> Any:
    """Call a function with parts of a library taken away; return its result, or fail where it calls one of them.

    Args:
        call: as the student would write it: "softmax(scores)".
        function: the student's.
        arguments: of the call.
        library: what the exercise rules out, as "keras.ops.softmax", or "scipy.ndimage.*" for all of a module.
    """
    called = []

    def refuse(name: str) -> AssertionError:
        called.append(name)
        why = "The exercise is to write it out: its docstring says what may not be used."
        return _failure(f"{call}: expected a function written by hand, got a call of {name}.", why)

    with taken_away(library, function, refuse):
        try:
            result = function(*arguments)
        except NotImplementedError:
            raise
        except Exception as error:
            if not called:
                raise _raised(call, error, _explain.frames(error.__traceback__)[1:]) from None
    if called:  # whether what it raised came out or was caught on the way
        raise refuse(called[0])
    return result


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
        raise _failure(f"{call}: expected numbers, got {type(got).__name__}: {short(got)}") from None
    return array


def expect_shape(call: str, got: Any, expected: Sequence[int], *, hints: Hints = ()) -> None:
    """Fail unless `got` (an array or a tensor) has the shape `expected`. `hints` hold wrong shapes."""
    if got is None:
        _as_array(call, got)
    shape = tuple(got.shape) if hasattr(got, "shape") else np.shape(got)
    if shape != tuple(expected):
        why = " Or: ".join(text for wrong, text in hints if tuple(wrong) == shape)
        why = why or _explain.shape_hint(shape, tuple(expected))
        raise _failure(f"{call}: expected shape {_explain.plain(tuple(expected))}, got shape {shape}.", why)


def expect_equal(call: str, got: Any, expected: Any, *, hints: Hints = ()) -> None:
    """Fail unless `got` equals `expected` exactly; numbers compare by value, so 15 and 15.0 are equal.

    Strings, tuples, dictionaries and the like compare with ==.
    """
    if isinstance(expected, str | dict | tuple | list | set | bool):
        if isinstance(expected, tuple | list) and isinstance(got, tuple | list | np.ndarray):
            same = list(np.asarray(got, dtype=object).ravel()) == list(np.asarray(expected, dtype=object).ravel())
            same = same and np.shape(np.asarray(got, dtype=object)) == np.shape(np.asarray(expected, dtype=object))
        else:
            plain = _explain.plain(got), _explain.plain(expected)
            same = type(plain[0]) is type(plain[1]) and plain[0] == plain[1]
        if not same:
            why = " Or: ".join(text for wrong, text in hints if type(wrong) is type(got) and wrong == got)
            raise _failure(f"{call}: expected {short(expected)}, got {short(got)}.", why)
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
        hints: pairs (wrong result, explanation); the explanation is added where `got` is that wrong result, and all of
            them where several are.
    """
    got, expected = _as_array(call, got), np.asarray(expected)
    explanation = _explain.matching_hint(got, hints, rtol=max(rtol, 1e-6), atol=max(atol, 1e-9))
    if got.shape != expected.shape:
        explanation = explanation or _explain.shape_hint(got.shape, expected.shape)
        wanted = f"a single number, {short(expected)}" if expected.ndim == 0 else f"shape {expected.shape}"
        raise _failure(f"{call}: expected {wanted}, got shape {got.shape}.", explanation)
    if np.allclose(got, expected, rtol=rtol, atol=atol):
        return
    explanation = explanation or _explain.value_hint(got, expected, rtol, atol)
    wrong = ~np.isclose(got, expected, rtol=rtol, atol=atol)
    raise _failure(_of_values(call, got, expected, wrong), explanation)


def _of_values(call: str, got: np.ndarray, expected: np.ndarray, wrong: np.ndarray) -> str:
    """Return what the message about wrong values says: all of them or, of many, the first."""
    if expected.size <= _explain.MOST_SHOWN:
        wanted, came = pair(expected, got)
        if expected.ndim > 1:
            return f"{call}: expected{wanted}\ngot{came}\n"
        return f"{call}: expected {wanted}, got {came}."
    where = tuple(int(i) for i in np.argwhere(wrong)[0])
    wanted, came = pair(expected[where], got[where])
    return (
        f"{call}: {wrong.sum()} of {wrong.size} values are wrong; the first is at index {where}: "
        f"expected {wanted}, got {came}."
    )


def expect_unchanged(call: str, now: Any, before: Any) -> None:
    """Fail where the array that a function was given, `now`, differs from the copy taken `before` the call.

    It comes before what is said of the result: a changed input spoils what a check expects.
    """
    if not np.array_equal(np.asarray(now), np.asarray(before)):
        why = "Write into a new array: a caller still needs the old one."
        raise _failure(f"{call}: expected the input to stay as it was, got a changed input.", why)


def expect_new(call: str, got: Any, given: np.ndarray) -> None:
    """Fail where a result is the array that the function was given, or a view into it."""
    if isinstance(got, np.ndarray) and np.shares_memory(got, given):
        why = "Whoever writes into the result would change the input as well: return a copy."
        raise _failure(f"{call}: expected a new array, got the memory of the input.", why)


def expect_error(
    call: str,
    function: Callable[[], Any],
    error: type[Exception] = ValueError,
    *,
    says: str | Sequence[str] = (),
    own: bool = False,
    hint: str = "",
) -> None:
    """Fail unless calling `function` (without arguments) raises `error` with a message.

    Args:
        call: as the student would write it.
        function: makes the call.
        error: the kind that has to be raised.
        says: what its message has to contain, in any case: a word or several.
        own: whether the student's code has to raise it, so that one from inside NumPy does not count.
        hint: why the call is a mistake, or how to find that out.
    """
    try:
        got = function()
    except NotImplementedError:
        raise
    except error as raised:
        _judge_message(call, raised, [says] if isinstance(says, str) else says, own, hint)
        return
    except Exception as raised:
        said = f"{call}: expected a {error.__name__}, got {_named(raised)}."
        raise _failure(said, f"{hint} Test the arguments first and raise the error yourself.".strip()) from None
    raise _failure(
        f"{call}: expected a {error.__name__}, got {short(got)}.", hint or "Such a call can only be a mistake."
    )


def _judge_message(call: str, raised: Exception, says: Sequence[str], own: bool, hint: str) -> None:
    kind, text = type(raised).__name__, str(raised).strip()
    if not text:
        raise _failure(f"{call}: expected a {kind} that says what is wrong, got one without a message.") from None
    if own and not _explain.is_raised_on_purpose(raised):
        said = f"{call}: expected a {kind} of your own, got one from inside a library: {text}."
        raise _failure(said, f"{hint} Test the arguments first and raise the error yourself.".strip()) from None
    if missing := [word for word in says if word.lower() not in text.lower()]:
        said = f"{call}: expected a {kind} whose message names {' and '.join(missing)}, got {text!r}."
        raise _failure(said, "Who reads the message should see what to change.") from None
