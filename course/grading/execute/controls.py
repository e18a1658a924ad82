"""Controls: what replaces a student's function to see whether its check still refuses a wrong answer."""

import inspect

from course import spoilers
from course.syllabus import exercise_of

# By way of `builtins`, because a student may have another `exec`; where it fails, the check passes and that is told.
_CONTROL = """
import builtins as _course_builtins, types as _course_types
_course_spoilers = _course_types.ModuleType("_course_spoilers")
_course_builtins.exec({source!r}, _course_spoilers.__dict__)
{name} = _course_spoilers.{spoiler}({name})
del _course_builtins, _course_types, _course_spoilers
"""


def control(check: str) -> str:
    """Return Python source that replaces the function of a check, which has to exist, by a wrong answer.

    The wrong answer is the student's own, spoiled by `course.spoilers.control` or, for a check of bad input, by
    `course.spoilers.obliging`.
    """
    name = exercise_of(check)
    spoiler = spoilers.control if check == name else spoilers.obliging
    return _CONTROL.format(source=inspect.getsource(spoilers), name=name, spoiler=spoiler.__name__).lstrip()
