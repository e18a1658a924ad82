"""What the lab's own cells define and a student's code uses: taken over without the experiments around it.

Functions, classes and imports are taken for all of a student's code; assignments (constants, arrays) for what the answers
use alone, since they compute something, and never where that trains a network.
"""

import ast
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from course.grading.prepare import code

TRAINING = frozenset({"fit", "fit_generator", "train_on_batch", "apply_gradients", "minimize"})
"""What code calls that trains a network."""


@dataclass(frozen=True, eq=False)
class Definition:
    """A statement that defines something, and the cell that it is in."""

    number: int
    source: str
    statement: ast.stmt

    @property
    def is_assignment(self) -> bool:
        """Whether it computes something, rather than defining what can be computed."""
        return not isinstance(self.statement, code.DEFINITIONS)

    @cached_property
    def text(self) -> str:
        """The statement's lines."""
        return code.segment(self.source, self.statement)

    @cached_property
    def needed(self) -> set[str]:
        """The names that it looks up; an assignment that adds to something needs that, too."""
        return code.needed(self.text) | set(code.bound(self.statement) if self.is_assignment else ())


Defined = dict[str, list[Definition]]


def defined(cells: Iterable[tuple[int, list[str]]], leave_out: Collection[str]) -> Defined:
    """Return what cells define, by name, in order.

    Args:
        cells: number and sources of each: the course's, and the student's versions, which count for the names that they define.
        leave_out: names that are not looked for.
    """
    result: Defined = {}
    for number, sources in cells:
        here: Defined = {}
        for source in sources:
            here |= _by_name(Definition(number, source, statement) for statement in code.statements(source))
        for name, found in here.items():
            if name not in leave_out:
                result.setdefault(name, []).extend(found)
    return result


def _by_name(definitions: Iterable[Definition]) -> Defined:
    result: Defined = {}
    for found in definitions:
        for name in code.bound(found.statement):
            result.setdefault(name, []).append(found)
    return result


def taken(lab: Defined, answers: list[str], own: list[str]) -> tuple[list[Definition], list[str]]:
    """Return what is taken over, in order, and the names that are not, because computing them trains a network.

    Args:
        lab: what the lab's cells define.
        answers: the student's cells for the exercises.
        own: the cells that the student added.
    """
    found = _functions(lab, set().union(*map(code.used, (*answers, *own))))
    students = _by_name(
        Definition(0, source, statement) for source in (*answers, *own) for statement in code.statements(source)
    )
    costly, seen = [], set()
    waiting = set().union(*map(code.needed, answers))
    while waiting:
        name = waiting.pop()
        seen.add(name)
        definitions = students.get(name) or lab.get(name, [])
        if name not in students and any(one.is_assignment for one in definitions) and _trains(name, lab):
            costly.append(name)
            continue
        if name not in students:
            found |= {id(one): one for one in definitions}
        waiting |= set().union(*(one.needed for one in definitions)) - seen
    return sorted(found.values(), key=lambda one: (one.number, one.statement.lineno)), sorted(costly)


def _functions(lab: Defined, wanted: set[str]) -> dict[int, Definition]:
    """Return the functions, classes and imports of these names, and those that they use; of each name the last."""
    last = {name: [one for one in found if not one.is_assignment][-1:] for name, found in lab.items()}
    result: dict[int, Definition] = {}
    while new := [one for name in wanted for one in last.get(name, ()) if id(one) not in result]:
        for one in new:
            result[id(one)] = one
            wanted |= code.names(one.statement)
    return result


def _trains(name: str, lab: Defined) -> bool:
    """Tell whether computing a name trains a network: by itself, or by what it calls or uses of the lab's."""
    seen, waiting = set(), {name}
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for one in lab.get(name, ()):
            if TRAINING & code.called(one.statement):
                return True
            waiting |= (one.needed & lab.keys()) - seen
    return False
