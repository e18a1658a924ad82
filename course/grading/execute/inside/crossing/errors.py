"""Errors that cross: kind and message, and where in the student's code they were raised."""

import builtins
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
    kinds = [str(kind) for kind in said["kinds"]]
    own = [kind for kind in kinds if _is_error(kind)] or ["Exception"]
    base = getattr(builtins, own[0])
    kind = base if own[0] == kinds[0] else type(kinds[0], (base,), {"__str__": lambda self: said["text"]})
    error = _made(kind, said)
    if isinstance(error, NameError):
        error.name = said["name"]
    error.students_line, error.on_purpose = str(said["line"]), bool(said["on_purpose"])
    return error


def _is_error(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _made(kind: type[BaseException], said: dict[str, Any]) -> BaseException:
    for arguments in (said["args"], [said["text"]]):
        try:
            error = kind(*arguments)
        except Exception:  # UnicodeDecodeError and the like want arguments of their own
            continue
        if str(error) == said["text"]:
            return error
    return type(kind.__name__, (Exception,), {"__str__": lambda self: said["text"]})(said["text"])
