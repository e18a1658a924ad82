"""The labs as `syllabus.toml` states them: names, titles, minutes, data, points."""

from dataclasses import dataclass, field
from pathlib import Path
import re
import tomllib

ROOT = Path(__file__).resolve().parent.parent
MOST_CORE_MINUTES = 100
MOST_FOR_BAD_INPUT = 1 / 4
"""Of an exercise's points: who has the idea and forgot to refuse a wrong argument keeps the rest."""
_BAD_INPUT = "_bad_input"


class CourseError(Exception):
    """Something an author has to mend; the message says what, where and how."""


@dataclass(frozen=True)
class Lab:
    """One lab."""

    name: str
    """Number and topic, as "01_ann_limitations"; the name of its folders and notebooks."""
    title: str
    minutes: int
    """A student's time for the core."""
    budget_seconds: int
    """The most that a run may compute on two idle cores."""
    seconds: int
    """Measured."""
    data: tuple[str, ...]
    """Names for `utils.data.load`."""
    points: dict[str, float]
    """Graded function -> points."""
    written: dict[str, float]
    """Written answer -> points."""
    bad_input: dict[str, float] = field(default_factory=dict)
    """Graded function -> those of its points that it gets for refusing bad input, by a check of their own."""
    further_minutes: int = 0
    """A student's time for the sections after the core."""
    builds_on: tuple[str, ...] = ()
    """What a student should have done before, as "lab 02"."""
    in_process: tuple[str, ...] = ()
    """Graded functions whose checks share a process with them in grading: what they take or give cannot leave it."""
    core_only: bool = False
    """Whether further sections are left out: of a variant that is handed out, see `course.variants`."""
    filled: tuple[str, ...] = ()
    """Exercises that are solved for students, without points: of a variant."""
    root: Path = ROOT

    @property
    def text(self) -> Path:
        """The one source: the lab with its solutions, as text."""
        return self.solution.with_suffix(".py")

    @property
    def solution(self) -> Path:
        """The lab with its solutions, executed."""
        return self.root / "labs_solutions" / self.name / f"{self.name}.ipynb"

    @property
    def student(self) -> Path:
        """The derived student lab."""
        return self.root / "notebooks" / self.name / f"{self.name}.ipynb"

    @property
    def answers(self) -> Path:
        """The folder with right and wrong answers to each exercise."""
        return self.root / "tests" / "answers" / self.name

    @property
    def checks(self) -> dict[str, float]:
        """Check -> points, in the order of the lab: each exercise's, and behind it the one of bad input if it has one."""
        result = {}
        for name, points in self.points.items():
            result[name] = points - self.bad_input.get(name, 0)
            if name in self.bad_input:
                result[name + _BAD_INPUT] = self.bad_input[name]
        return result

    @property
    def total_points(self) -> float:
        """All points of the lab."""
        return sum(self.points.values()) + sum(self.written.values())


def exercise_of(check: str) -> str:
    """Return the exercise that a check of `Lab.checks` belongs to."""
    return check.removesuffix(_BAD_INPUT)


def bad_input_check(exercise: str) -> str:
    """Return the name of the check that gives an exercise's points for refusing bad input."""
    return exercise + _BAD_INPUT


def _lab(entry: dict, root: Path) -> Lab:
    lists = {name: tuple(entry.get(name, ())) for name in ("data", "builds_on", "in_process")}
    lab = Lab(**entry | lists | {"root": root})
    for name, points in lab.bad_input.items():
        if name not in lab.points:
            raise CourseError(f"course/syllabus.toml, {lab.name}: bad_input names {name}, which is no exercise")
        if not 0 < points <= lab.points[name] * MOST_FOR_BAD_INPUT:
            raise CourseError(
                f"course/syllabus.toml, {lab.name}: bad_input gives {points:g} of the {lab.points[name]:g} points of {name}; "
                f"{lab.points[name] * MOST_FOR_BAD_INPUT:g} at most, a quarter"
            )
    return lab


def labs(selection: list[str] | None = None, *, root: Path = ROOT) -> list[Lab]:
    """Return the labs in order, or those selected.

    Args:
        selection: names, or beginnings of names such as "01"; none or empty means all.
        root: the course's folder.

    Raises:
        CourseError: if the table is wrong, or a selection fits no lab.
    """
    path = root / "course" / "syllabus.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))["lab"]
        found = [_lab(entry, root) for entry in table]
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"{path} is not a table of labs: {error}") from error
    for lab in found:
        if not re.fullmatch(r"\d\d_[a-z0-9_]+", lab.name):
            raise CourseError(f"{path}: {lab.name!r} is no lab name, such as 01_ann_limitations")
    names = [lab.name for lab in found]
    if names != sorted(set(names)):
        raise CourseError(f"{path}: labs have to be in order, each once; found {', '.join(names)}")
    for wanted in selection or []:
        if not any(name.startswith(wanted) for name in names):
            raise CourseError(f"no lab {wanted!r}; there are {', '.join(names)}")
    return [lab for lab in found if not selection or any(lab.name.startswith(wanted) for wanted in selection)]
