"""The student's cells put into the course's notebook.

The notebook is the course's: its imports, its checks with the hidden parts, its points and grade ids, in its order. Of the
student's it takes the exercise cells, the written answers, and the code cells that the student added. Cells are found by
their grade_id, their id, their text, or the function that they define, whichever is left of them. Not taken are the lab's
experiments: no check needs what they compute, and they take minutes. A function that they define stays where a student's
code uses it, and so does a constant or an array that an answer uses.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
import sys

import nbformat
from nbformat import NotebookNode

from course import notebooks
from course.grading.prepare import code, lab_names
from course.grading.prepare.handed_out import Course
from course.grading.prepare.reading import new_cell, newer_python
from course.syllabus import Lab
from course.variants import FILLED


@dataclass
class _Found:
    """A cell of the student's, and the cell of the course's that it is, by number; None for one of the student's own."""

    cell: NotebookNode
    number: int | None
    used: bool = False


@dataclass
class Merge:
    """The student's cells put into the course's notebook."""

    lab: Lab
    course: Course
    student: NotebookNode
    remarks: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    found: list[_Found] = field(default_factory=list)

    def notebook(self) -> NotebookNode:
        """Return the notebook to execute; fill `remarks` and `missing`."""
        self.found = self._find()
        imports = self._imports()
        placed = [pair for entry in self.course for pair in self._placed(*entry)]
        placed += [(max(place, imports + 0.2), cell) for place, cell in self._own_cells()]
        placed += self._definitions(cell for _, cell in placed)
        placed.sort(key=lambda pair: pair[0])
        self._remark_on_python(cell for _, cell in placed)
        notebook = nbformat.from_dict(
            {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell for _, cell in placed]}
        )
        for number, cell in enumerate(notebook.cells):
            cell.id = cell.id if cell.metadata.grading.part not in ("own", "lab") else f"own-{number}"
        notebooks.strip_volatile(notebook)
        return notebook

    def _imports(self) -> int:
        return next(number for number, cell, _ in self.course if "imports" in notebooks.tags(cell))

    def _placed(self, number: int, cell: NotebookNode, stub: NotebookNode) -> Iterator[tuple[float, NotebookNode]]:
        """Yield what becomes of a cell of the course's, with its place: nothing of an experiment."""
        name = notebooks.grade_id(cell)
        if number == self._imports():
            yield number, _as(cell, "imports", cell.source)
            for own in self._at(number):
                if own.source.strip() and not code.same_code(own.source, stub.source):
                    yield from ((number + 0.1, _own(piece)) for piece in self._changed_imports(own.source, cell.source))
        elif FILLED in notebooks.tags(cell):
            yield number, _own(cell.source, part="lab")
        elif name in self.lab.points:
            yield number, _as(cell, "exercise", self._exercise(number, name, stub))
        elif notebooks.is_check(cell):
            self._remark_on_check(number, name.removeprefix("check_"), stub)
            yield number, _as(cell, "check", cell.source, points=self._points(number, name))
        elif name in self.lab.written:
            yield number, _as(cell, "answer", self._answer(number, name, stub), points=self.lab.written[name])

    def _changed_imports(self, source: str, course: str) -> list[str]:
        """Return a student's imports a statement each, so that one that fails takes no other with it, without the course's."""
        there = {code.squeezed(piece) for piece in code.pieces(course)}
        return [piece for piece in code.pieces(source) if piece.strip() and code.squeezed(piece) not in there]

    def _find(self) -> list[_Found]:
        """Return the student's cells, each with the course's cell that it is."""
        by_grade_id = {notebooks.grade_id(cell): number for number, cell, _ in self.course}
        by_id = {cell.id: number for number, cell, _ in self.course}
        by_text = {code.squeezed(stub.source): number for number, _, stub in self.course if stub.source.strip()}
        found = []
        for cell in self.student.cells:
            number = by_grade_id.get(notebooks.grade_id(cell)) if notebooks.grade_id(cell) else None
            if number is None and cell.id in by_id:
                number = by_id[cell.id]
            if number is None:
                number = by_text.get(code.squeezed(cell.source))
            if number is None and "imports" in notebooks.tags(cell):
                number = self._imports()
            found.append(_Found(cell, number))
        if not any(notebooks.grade_id(cell) for cell in self.student.cells):
            self.remarks.append("the notebook lost nbgrader's marks; its cells were found by their ids and their text")
        return found

    def _at(self, number: int) -> list[NotebookNode]:
        """Return the student's versions of a cell of the course's."""
        return [found.cell for found in self.found if found.number == number]

    def _exercise(self, number: int, name: str, stub: NotebookNode) -> str:
        """Return the source of an exercise; the stub where the student left it or has no such cell."""
        versions = [found for found in self.found if found.number == number]
        if any(found.cell.cell_type != "code" for found in versions):
            self.remarks.append(f"{name}: its cell was no code cell any more; it was taken for one")
        tried = [found for found in versions if not code.is_stub(found.cell.source, stub.source, name)]
        if not tried:
            return self._from_elsewhere(name, stub, was_deleted=not versions)
        defining = [found for found in tried if code.defines(found.cell.source, name)]
        chosen = (defining or tried)[-1]
        for found in tried:  # what was split off holds helpers; another version of the function is left out
            if found is not chosen and found not in defining:
                found.number, found.used = None, False
        if len(versions) > 1:
            which = "the one that is filled in" if len(tried) == 1 else "the last one that is filled in"
            self.remarks.append(f"{name}: its cell is there {len(versions)} times; {which} was taken")
        return chosen.cell.source

    def _from_elsewhere(self, name: str, stub: NotebookNode, *, was_deleted: bool) -> str:
        """Return an exercise that was written into a cell of the student's own; the stub where there is none."""
        elsewhere = [
            found
            for found in self.found
            if found.number is None
            and found.cell.cell_type == "code"
            and code.defines(found.cell.source, name)
            and not code.is_stub(found.cell.source, stub.source, name)
        ]
        if elsewhere:
            elsewhere[-1].used = True
            self.remarks.append(f"{name}: taken from another cell, which defines it")
            return elsewhere[-1].cell.source
        self.missing.add(name)
        if was_deleted:
            self.remarks.append(f"{name}: its cell was deleted")
        return stub.source

    def _remark_on_python(self, cells: Iterable[NotebookNode]) -> None:
        """Say it where a student's cell is no Python here and the notebook was written for a newer one."""
        newer = newer_python(self.student)
        if newer and any(
            code.parse(cell.source) is None and code.parse(cell.source, ipython=True) is None
            for cell in cells
            if cell.metadata.grading.part in ("exercise", "own")
        ):
            here = ".".join(map(str, sys.version_info[:2]))
            self.remarks.append(f"written for Python {newer}, graded with {here}, to which some of it is no Python")

    def _remark_on_check(self, number: int, name: str, stub: NotebookNode) -> None:
        versions = self._at(number)
        if not versions:
            self.remarks.append(f"{name}: its check was deleted; the course's was put back")
        elif not any(code.same_text(version.source, stub.source) for version in versions):
            self.remarks.append(f"{name}: its check was edited; the course's was put back")

    def _points(self, number: int, grade_id: str) -> float:
        points = self.lab.checks[grade_id.removeprefix("check_")]
        claimed = [version.metadata.get("nbgrader", {}).get("points", points) for version in self._at(number)]
        if any(claim != points for claim in claimed):
            name = grade_id.removeprefix("check_")
            self.remarks.append(f"{name}: the notebook says {claimed[0]} points; it is worth {points}")
        return points

    def _answer(self, number: int, name: str, stub: NotebookNode) -> str:
        """Return a written answer; what was written into a cell of its own at that place counts."""
        is_open = lambda text: not text.strip() or code.same_text(text, stub.source)  # noqa: E731
        versions = self._at(number)
        answers = [version.source for version in versions if not is_open(version.source)]
        if len(answers) > 1:
            self.remarks.append(f"{name}: the answer is there {len(versions)} times; the last one was taken")
        if answers:
            return answers[-1]
        beside = self._text_beside(number)
        if beside:
            self.remarks.append(f"{name}: taken from a cell beside the one for the answer")
        elif not versions:
            self.remarks.append(f"{name}: the cell for the answer was deleted")
        return "\n\n".join(beside) or stub.source

    def _text_beside(self, number: int) -> list[str]:
        """Return the student's own texts right before and behind the place of a cell of the course's."""
        beside, before = [], -1
        for found in self.found:
            if found.number is not None:
                before = found.number
            elif found.cell.cell_type == "markdown" and before in (number - 1, number) and found.cell.source.strip():
                beside.append(found.cell.source)
        return beside

    def _own_cells(self) -> list[tuple[float, NotebookNode]]:
        """Return the code cells that the student added, each before what follows it in the student's notebook."""
        result, following = [], float(len(self.course.cells))
        for found in reversed(self.found):
            if found.number is not None:
                following = min(following, found.number)
            elif self._is_own(found):
                result.append((following - 0.5, _own(found.cell.source)))
        return result[::-1]

    def _is_own(self, found: _Found) -> bool:
        source = found.cell.source
        if found.cell.cell_type != "code" or found.used or not source.strip() or found.cell.id in self.course.left_out:
            return False
        return not any(
            code.defines(source, name) and code.is_stub(source, stub.source, name)
            for _, _, stub in self.course
            if (name := notebooks.grade_id(stub)) in self.lab.points
        )

    def _definitions(self, cells: Iterable[NotebookNode]) -> list[tuple[float, NotebookNode]]:
        """Return what of the lab's other cells the student's code uses."""
        by_part: dict[str, list[str]] = {"exercise": [], "own": []}
        for cell in cells:
            if cell.metadata.grading.part in by_part:
                by_part[cell.metadata.grading.part].append(cell.source)
        defined = lab_names.defined(self._labs_cells(), leave_out=self.lab.points.keys())
        taken, costly = lab_names.taken(defined, by_part["exercise"], by_part["own"])
        if costly:
            self.remarks.append(
                f"answers use {', '.join(costly)}, which the lab computes by training: in grading, nothing is trained"
            )
        return [(found.number, _own(found.text, part="lab")) for found in taken]

    def _labs_cells(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the number of each of the lab's other cells, and its sources: the course's, and the student's versions."""
        for number, cell, _ in self.course:
            is_placed = notebooks.grade_id(cell) or {"imports", FILLED}.intersection(notebooks.tags(cell))
            if cell.cell_type == "code" and not is_placed:
                yield number, [cell.source, *(version.source for version in self._at(number))]


def _as(cell: NotebookNode, part: str, source: str, *, points: float | None = None) -> NotebookNode:
    """Return a cell of the course's with a source put in: its id, its marks, no outputs."""
    mark = dict(cell.metadata.get("nbgrader", {}))
    if points is not None:
        mark["points"] = points
    metadata = {"grading": {"part": part}} | ({"nbgrader": mark} if mark else {})
    if notebooks.tags(cell):
        metadata["tags"] = list(notebooks.tags(cell))
    return new_cell(cell.cell_type, source, cell.id, metadata)


def _own(source: str, part: str = "own") -> NotebookNode:
    return new_cell("code", source, part, {"grading": {"part": part}})
