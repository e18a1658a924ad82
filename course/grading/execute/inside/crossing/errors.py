"""Errors that cross: kind and message, and where in the student's code they were raised."""

import builtins
import contextlib
from typing import Any

from utils import _explain

MOST = 10_000
"""Characters of a message."""


def describe(error: BaseException) -> dict[str, Any]:
    """Return an error as JSON: its kinds, its words, the student's line, whether their code raised it on purpose."""
    try:
        text = str(error)[:MOST]
    except Exception:  # an error of the student's may raise one itself
        text = ""
    plain = all(isinstance(part, str | int | float | bool | None) for part in error.args)
    came_by = _explain.frames(error.__traceback__)
    return {
        "kinds": [kind.__name__ for kind in type(error).__mro__],
        "text": text,
        "args": [part[:MOST] if isinstance(part, str) else part for part in error.args] if plain else [text],
        "name": error.name if isinstance(error, NameError) and isinstance(error.name, str) else "",
        "line": _explain.students_line(came_by),
        "on_purpose": _explain.is_raised_on_purpose(error),
    }


def build(said: dict[str, Any]) -> BaseException:
    """Return the error that `describe` described: of the same kind if it is Python's own, else of one named alike."""
    said = said | {"text": str(said["text"])}
    kinds = [str(kind) for kind in said["kinds"]]
    bases = [getattr(builtins, kind) for kind in kinds if _is_error(kind)] + [Exception]
    made = (_made(kinds[0], base, said) for base in bases)
    error = next(filter(None, made), None) or Exception(said["text"])
    if isinstance(error, NameError):
        error.name = said["name"]
    error.students_line, error.on_purpose = str(said["line"]), bool(said["on_purpose"])
    return error


def _is_error(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _made(name: str, base: type[BaseException], said: dict[str, Any]) -> BaseException | None:
    """Return an error of this name and kind; None where that wants arguments of its own, as UnicodeDecodeError does."""
    kind = base if base.__name__ == name else type(name, (base,), {"__str__": lambda self: said["text"]})
    for arguments in (said["args"], [said["text"]]):
        with contextlib.suppress(Exception):
            error = kind(*arguments)
            if str(error) == said["text"]:
                return error
    return None
