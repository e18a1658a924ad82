"""What checks say: values as text, and hints that the values themselves give."""

import ast
from collections.abc import Callable
import dis
import linecache
from pathlib import Path
import traceback
from types import TracebackType
from typing import Any

import numpy as np

DIGITS = (4, 6, 9, 12, 17)
MOST_SHOWN = 16
"""Values of an array that a message shows in full."""


def plain(value: Any) -> Any:
    """Return `value` with Python's numbers in place of NumPy's, also inside tuples, lists, sets and dictionaries."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if type(value) in (tuple, list, set):
        return type(value)(plain(item) for item in value)
    return value


def short(value: Any, digits: int = DIGITS[0]) -> str:
    """Return `value` as text: whole if it is small, its beginning otherwise."""
    value = plain(value)
    if isinstance(value, float):
        return f"{value:.{digits + 2}g}"
    if not isinstance(value, np.ndarray):
        text = " ".join(repr(value).split())
        return text if len(text) <= 120 else text[:117] + "..."
    if value.ndim == 0:
        return short(value.item(), digits)
    if value.size > MOST_SHOWN:
        begins = np.array2string(value.ravel()[:6], precision=digits)[:-1]
        return f"an array of shape {value.shape} that begins {begins} ...]"
    text = np.array2string(value, precision=digits, separator=", ")
    return "\n" + text if value.ndim > 1 else text


def pair(expected: Any, got: Any) -> tuple[str, str]:
    """Return two values as text, with as many digits as it takes to tell them apart."""
    for digits in DIGITS:
        texts = short(expected, digits), short(got, digits)
        if texts[0] != texts[1]:
            break
    return texts


def shape_hint(got: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """Return in which way two shapes differ."""
    if tuple(n for n in got if n != 1) == tuple(n for n in expected if n != 1):
        return "The sizes agree but for axes of length 1: check keepdims, slices like [0:1], and added axes."
    if len(got) == len(expected) and sorted(map(str, got)) == sorted(map(str, expected)):
        return "The same sizes in another order: are two axes swapped?"
    if len(got) != len(expected):
        return f"Expected {len(expected)} axes, got {len(got)}."
    differing = [f"axis {axis}: {e} expected, {g} came" for axis, (g, e) in enumerate(zip(got, expected)) if g != e]
    return "They differ in " + "; ".join(differing) + "."


def value_hint(got: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> str:
    """Return what the wrong values have in common; nothing where nothing strikes."""
    close = lambda a, b: a.shape == b.shape and np.allclose(a, b, rtol=rtol, atol=atol)  # noqa: E731
    if np.isnan(got).any() and not np.isnan(expected).any():
        return "Some values are NaN: is there a division by zero, or inf - inf?"
    if got.dtype.kind in "iub" and expected.dtype.kind == "f" and close(got, np.trunc(expected)):
        return "The fractions are cut off: is the result of an integer type?"
    got, expected = (array.astype(int) if array.dtype.kind == "b" else array for array in (got, expected))
    if got.ndim and not got.any():
        return "All values are zero: is the result ever written, or does something cut it off (a maximum with 0, an integer type)?"
    if got.size > 1 and np.ptp(got) == 0:
        return "All values are the same."
    if close(got, -expected):
        return "The sign is the wrong way round."
    return _swapped_hint(got, expected, close)


def _swapped_hint(got: np.ndarray, expected: np.ndarray, close: Callable[[Any, Any], bool]) -> str:
    if got.ndim >= 2 and got.shape == expected.shape:
        for first in range(got.ndim):
            for second in range(first + 1, got.ndim):
                if close(np.swapaxes(got, first, second), expected):
                    return f"Right values with axes {first} and {second} swapped."
    return ""


def matching_hint(got: np.ndarray, hints: Any, rtol: float, atol: float) -> str:
    """Return the explanations of those wrong results that `got` is: two mistakes can lead to one number."""
    found = []
    for wrong, explanation in hints:
        wrong = np.asarray(wrong)
        if wrong.shape == got.shape and np.allclose(got, wrong, rtol=rtol, atol=atol):
            found.append(explanation)
    return " Or: ".join(dict.fromkeys(found))


def frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    """Return where an error came by, the place where it was raised last."""
    return list(traceback.extract_tb(trace))


def expression(frame: traceback.FrameSummary) -> str:
    """Return the source of what a frame was working out, in one line."""
    lines = [linecache.getline(frame.filename, number) for number in range(frame.lineno, (frame.end_lineno or 0) + 1)]
    if not any(lines) or frame.colno is None:
        return ""
    # columns count bytes
    lines[-1] = lines[-1].encode()[: frame.end_colno].decode(errors="ignore")
    lines[0] = lines[0].encode()[frame.colno :].decode(errors="ignore")
    text = " ".join(" ".join(lines).split())
    return text if len(text) <= 120 else text[:117] + "..."


def is_call_of(function: str, source: str) -> bool:
    """Tell whether source is a call of a function, and nothing around it."""
    try:
        node = ast.parse(source, mode="eval").body
    except SyntaxError:
        return False
    return isinstance(node, ast.Call) and ast.unparse(node.func) == function


def students_line(came_by: list[traceback.FrameSummary], error: BaseException | None = None) -> str:
    """Return where in a notebook's own code an error was raised; nothing where it came by none.

    An error of another process, as in grading, knows that itself, by an attribute `students_line`.
    """
    if isinstance(known := getattr(error, "students_line", None), str):
        return known
    own = [frame for frame in came_by if not Path(frame.filename).exists() and frame.line]
    if not own:
        return ""
    name = next(
        (frame.name for frame in reversed(own) if not frame.name.startswith("<")), "the exercise"
    )  # no <listcomp>
    return f"It was raised in line {own[-1].lineno} of the cell of {name}: `{own[-1].line.strip()}`. "


def is_raised_on_purpose(error: BaseException) -> bool:
    """Tell whether an error comes from a `raise` in a notebook's own code, and not from inside a library.

    An error of another process knows that itself, by an attribute `on_purpose`.
    """
    if isinstance(known := getattr(error, "on_purpose", None), bool):
        return known
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None or Path(trace.tb_frame.f_code.co_filename).exists():
        return False
    at = {instruction.offset: instruction.opname for instruction in dis.get_instructions(trace.tb_frame.f_code)}
    return at.get(trace.tb_lasti) == "RAISE_VARARGS"
