"""The results of a class as files: tables for the instructor and the learning platform, a report, a page for each student.

All follow from the JSON files that grading left; writing them again changes nothing where nothing has changed.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
import re
from statistics import mean, median
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nbconvert.filters.ansi import strip_ansi

from course import notebooks
from course.grading.model import Exercise, Outcome, Result, Status
from course.grading.report import tables
from course.grading.report.similarity import ALIKE, FEWEST_RUNS, alike
from course.syllabus import Lab, exercise_of

PAGES = Path(__file__).resolve().parent / "pages"
MOST_COMMON = 5
"""How many messages of an exercise the report shows."""
MOST_ALIKE = 50
"""How many pairs of students with similar code the report shows."""
BINS = 10
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_VARIES = re.compile(r"0x[0-9a-f]+|[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?|\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Message:
    """What a check said to several students."""

    text: str
    """As one of them read it; the others may have seen other numbers."""
    students: int
    alike: bool
    """Whether all saw the very same text."""


@dataclass(frozen=True)
class Bin:
    """A bar of the distribution of totals."""

    label: str
    students: int


@dataclass(frozen=True)
class Check:
    """A check, and how many students met which fate with it."""

    name: str
    max_points: float
    students: int
    outcomes: Counter[Outcome]

    @property
    def exercise(self) -> str:
        """The function that it judges."""
        return exercise_of(self.name)

    @property
    def attempted(self) -> int:
        """Students who wrote something for it."""
        return self.students - self.outcomes[Outcome.MISSING]

    @property
    def passed(self) -> int:
        """Students who passed it."""
        return self.outcomes[Outcome.PASSED]

    @property
    def others(self) -> list[tuple[Outcome, int]]:
        """Outcomes that have no column of their own in the report, with how often they were seen."""
        shown = (Outcome.PASSED, Outcome.FAILED, Outcome.LIMIT, Outcome.MISSING)
        return [
            (outcome, self.outcomes[outcome]) for outcome in Outcome if outcome not in shown and self.outcomes[outcome]
        ]


def write_results(folder: Path, lab: Lab) -> list[Result]:
    """Write the tables, the report and the students' pages of a lab.

    Args:
        folder: the grading folder. Read: `results/LAB/STUDENT.json`. Written: `grades.csv`, `moodle.csv`, `canvas.csv`,
            `report.html` beside them, and `feedback/STUDENT/LAB.html`.
        lab: the lab.

    Returns:
        The results, by student.
    """
    results = read_results(folder, lab)
    place = folder / "results" / lab.name
    for name, table in {"grades": tables.grades, "moodle": tables.moodle, "canvas": tables.canvas}.items():
        _write(place / f"{name}.csv", table(lab, results))
    for result in results:
        page = folder / "feedback" / result.student / f"{lab.name}.html"
        _write(page, feedback(lab, result).encode(errors="replace"))
    _write(place / "report.html", report(lab, results).encode(errors="replace"))
    return results


def _write(path: Path, content: bytes) -> None:
    """Write a file whole, or leave it with its time where it has this content: then nobody has to hand it out again."""
    if not path.exists() or path.read_bytes() != content:
        notebooks.write(path, content)


def read_results(folder: Path, lab: Lab) -> list[Result]:
    """Return what grading knows of a lab's submissions, by student; a damaged file is a row that needs a human."""
    results = []
    for path in sorted((folder / "results" / lab.name).glob("*.json")):
        try:
            results.append(Result.from_json(path.read_text("utf-8")))
        except (ValueError, OSError) as error:
            remark = f"{path.name} cannot be read ({error}): delete it and grade this student again"
            results.append(Result(lab.name, path.stem, "", "", Status.HUMAN, remarks=(remark,)))
    return sorted(results, key=lambda result: (result.student.casefold(), result.student))


def feedback(lab: Lab, result: Result) -> str:
    """Return a student's page: points, code, what the checks said, written answers with marks and comments."""
    return _render("feedback.html", lab=lab, result=result)


def report(lab: Lab, results: list[Result]) -> str:
    """Return the instructor's page about a class."""
    graded = [result for result in results if result.exercises]
    found = alike(lab, results)
    return _render(
        "report.html",
        lab=lab,
        results=results,
        versions=sorted({result.version for result in results}),
        statuses=Counter(result.status for result in results),
        totals=[result.points for result in graded],
        bins=distribution([result.points for result in graded], lab.total_points),
        checks=checks(lab, graded),
        messages={name: common_messages(results, name) for name in lab.checks},
        human=[result for result in results if result.status in (Status.HUMAN, Status.UNREADABLE)],
        waiting={name: [r.student for r in results if name in r.unmarked] for name in lab.written},
        marked={
            name: [part.points for r in results for part in r.written if part.name == name and part.points is not None]
            for name in lab.written
        },
        unsettled=[result for result in results if not tables.settled(result)],
        by_student={result.student: result for result in results},
        alike=found[:MOST_ALIKE],
        not_listed=len(found[MOST_ALIKE:]),
        ALIKE=ALIKE,
        FEWEST_RUNS=FEWEST_RUNS,
        points_of=_points,
        mean=mean,
        median=median,
        feedback_address=lambda result: f"../../feedback/{quote(result.student)}/{quote(lab.name)}.html",
    )


def checks(lab: Lab, graded: list[Result]) -> list[Check]:
    """Return what became of each check, in the lab's order."""
    parts: dict[str, list[Exercise]] = {name: [] for name in lab.checks}
    for part in (part for result in graded for part in result.exercises if part.name in parts):
        parts[part.name].append(part)
    return [
        Check(name, points, len(parts[name]), Counter(part.outcome for part in parts[name]))
        for name, points in lab.checks.items()
    ]


def distribution(totals: list[float], most: float) -> list[Bin]:
    """Return how many totals lie in each tenth of the points; what is on a border belongs to the upper tenth."""
    counts = Counter(min(int(BINS * total / most + 1e-9), BINS - 1) for total in totals) if most else Counter()
    edges = [tables.number(most * edge / BINS) for edge in range(BINS + 1)]
    labels = [f"{low} to below {high}" for low, high in pairwise(edges[:-1])] + [f"{edges[-2]} to {edges[-1]}"]
    return [Bin(label, counts[place]) for place, label in enumerate(labels)]


def common_messages(results: list[Result], exercise: str) -> list[Message]:
    """Return what an exercise's checks said most often; messages that differ in numbers only are counted as one."""
    groups: dict[str, Counter[str]] = {}
    for result in results:
        for part in result.exercises:
            if (
                part.name == exercise
                and part.message
                and part.outcome not in (Outcome.PASSED, Outcome.MISSING, Outcome.NOT_RUN)
            ):
                text = plain(part.message).strip()
                groups.setdefault(_VARIES.sub(" ", text), Counter())[text] += 1
    ordered = sorted(groups.values(), key=lambda group: (-group.total(), min(group)))
    return [Message(group.most_common(1)[0][0], group.total(), len(group) == 1) for group in ordered[:MOST_COMMON]]


def _points(result: Result) -> dict[str, float | None]:
    """Return part -> points; None for what is not known yet."""
    return {part.name: part.points for part in (*result.exercises, *result.written)}


def plain(text: str) -> str:
    """Return text without terminal colours and control characters."""
    return _CONTROL.sub("", strip_ansi(text))


def _render(name: str, **values: object) -> str:
    return _environment().get_template(name).render(Outcome=Outcome, Status=Status, **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"plain": plain, "number": tables.number}
    return environment
