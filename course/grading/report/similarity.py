"""Code that several students' answers share: a hint to look, never a verdict.

An answer is taken as the runs of K tokens in it (k-grams, as in Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms
for document fingerprinting", SIGMOD 2003). Names of a student's own, comments, docstrings and layout make no difference.
What the hand-out or the course's own solution has, and what many answers have, is left out; two answers are as similar as
the share of the remaining runs that both have (Jaccard's index). Where too little remains, as in short functions, whose
right answers all look alike, nothing is said.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
import io
from itertools import combinations
import keyword
import token
import tokenize

from course import notebooks
from course.grading.model import Result
from course.students import stub_of
from course.syllabus import Lab

K = 6
"""Tokens of a run."""
FEWEST_RUNS = 25
"""With fewer of its own an answer says nothing."""
ALIKE = 0.75
"""The share of runs from which two answers are listed."""
MANY = 10
"""What more answers than this have, and more than a fifth of the class, is common."""

_LAYOUT = {token.NEWLINE, token.INDENT, token.DEDENT, token.ENDMARKER, tokenize.NL, tokenize.COMMENT, tokenize.ENCODING}


@dataclass(frozen=True)
class Alike:
    """Two students, and the exercises in which their code is nearly the same."""

    students: tuple[str, str]
    exercises: tuple[tuple[str, float], ...]
    """Each with the share of runs that both have, the most similar first."""


def alike(lab: Lab, results: Iterable[Result]) -> list[Alike]:
    """Return the pairs of students whose code is nearly the same, those with most such exercises first."""
    known = _known(lab)
    answers: dict[str, dict[str, str]] = {name: {} for name in lab.points}
    for result in results:
        for part in result.exercises:
            if part.name in answers and part.source.strip():
                answers[part.name][result.student] = part.source
    found: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for name, sources in answers.items():
        for pair, share in pairs(sources, known.get(name, ())):
            found.setdefault(pair, []).append((name, share))
    listed = [Alike(pair, tuple(sorted(parts, key=lambda part: -part[1]))) for pair, parts in found.items()]
    return sorted(listed, key=lambda one: (-len(one.exercises), -sum(s for _, s in one.exercises), one.students))


def pairs(sources: dict[str, str], known: Iterable[str]) -> list[tuple[tuple[str, str], float]]:
    """Return the pairs of students whose answers to one exercise are nearly the same, with the share that both have.

    Args:
        sources: student -> answer.
        known: sources that everybody has, or may have: what they hold is left out.
    """
    common = set().union(*(_runs(source) for source in known))
    runs = {student: _runs(source) - common for student, source in sources.items()}
    counts = Counter(run for found in runs.values() for run in found)
    most = max(MANY, len(sources) // 5)
    own = {student: frozenset(run for run in found if counts[run] <= most) for student, found in runs.items()}
    telling = sorted((student, found) for student, found in own.items() if len(found) >= FEWEST_RUNS)
    listed = []
    for (one, mine), (other, theirs) in combinations(telling, 2):
        if min(len(mine), len(theirs)) < ALIKE * max(len(mine), len(theirs)):
            continue
        both = len(mine & theirs)
        share = both / (len(mine) + len(theirs) - both)
        if share >= ALIKE:
            listed.append(((one, other), share))
    return listed


def _known(lab: Lab) -> dict[str, tuple[str, str]]:
    """Return exercise -> the course's own solution, and the stub as it was handed out."""
    cells = notebooks.read(lab.solution).cells
    return {
        name: (cell.source, stub_of(cell.source)) for cell in cells if (name := notebooks.grade_id(cell)) in lab.points
    }


@cache
def _runs(source: str) -> frozenset[tuple[str, ...]]:
    """Return the runs of K tokens of a source."""
    found = _tokens(source)
    return frozenset(tuple(found[place : place + K]) for place in range(len(found) - K + 1))


def _tokens(source: str) -> Sequence[str]:
    """Return a source's tokens, with one name for all names that a student chose; what is no Python ends them."""
    found: list[str] = []
    begins = True
    try:
        for part in tokenize.generate_tokens(io.StringIO(source).readline):
            if part.type in _LAYOUT:
                begins = begins or part.type != tokenize.COMMENT
            elif not (begins and part.type == token.STRING):  # a docstring
                is_own = part.type == token.NAME and not keyword.iskeyword(part.string) and found[-1:] != ["."]
                found.append("name" if is_own else part.string)
                begins = False
    except (tokenize.TokenError, SyntaxError):
        pass
    return found
