"""Controls: what replaces a student's function to see whether its check still refuses a wrong answer."""

import inspect

from course import spoilers

# By way of `builtins`, because a student may have another `exec`; where it fails, the check passes and that is told.
_CONTROL = """
import builtins as _course_builtins, types as _course_types
_course_spoilers = _course_types.ModuleType("_course_spoilers")
_course_builtins.exec({source!r}, _course_spoilers.__dict__)
{name} = _course_spoilers.control({name})
del _course_builtins, _course_types, _course_spoilers
"""


def control(name: str) -> str:
    """Return Python source that replaces the function `name`, which has to exist, by a wrong answer.

    The wrong answer is the student's own, spoiled by `course.spoilers.control`; the function itself stays at hand as
    `name._original`.
    """
    return _CONTROL.format(source=inspect.getsource(spoilers), name=name).lstrip()
