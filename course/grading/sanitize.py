"""From what a student handed in to what is executed: the course's notebook with the student's cells put in."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
import json
import re

import nbformat
from nbformat import NotebookNode

from course import notebooks
from course.grading import reading
from course.grading.controls import control
from course.grading.handed_out import Course, course_of
from course.grading.keys import key
from course.grading.model import Answer, Exercise, Job, Limits, Result, Status, Submission
from course.syllabus import CourseError, Lab


def sanitize(
    submission: Submission,
    lab: Lab,
    limits: Limits,
    *,
    exercises: Sequence[str] | None = None,
    sandboxed: bool = True,
) -> Job | Result:
    """Return what a worker is to execute, or the result of a submission in which there is nothing to execute.

    The notebook is the course's: its imports, its checks with the hidden parts, its points and grade ids, in its order.
    Of the student's it takes the exercise cells, the written answers, and the code cells that the student added. Cells
    are found by their grade_id, their id, their text, or the function that they define, whichever is left of them.
    Not taken are the lab's experiments: no check needs what they compute, and they take minutes. A function that they
    define stays where a student's code uses it.

    `metadata.grading.part` says what each code cell of the notebook is: "imports", "exercise", "check", "own" or "lab".

    Args:
        submission: what was handed in.
        lab: the lab.
        limits: what the submission may use.
        exercises: the functions to grade; by default all.
        sandboxed: whether the worker is to execute it in the sandbox.

    Raises:
        CourseError: if an exercise is asked for that the lab does not have.
    """
    unknown = set(exercises or ()) - set(lab.points)
    if unknown:
        raise CourseError(
            f"{lab.name} has no exercise {', '.join(sorted(unknown))}; its exercises are {', '.join(lab.points)}"
        )
    reason = submission.unreadable
    if not reason:
        try:
            notebook, remarks = reading.parse(submission.content)
            reason = reading.other_lab(notebook, lab)
        except reading.UnreadableError as error:
            reason = str(error)
    if reason:
        return _unreadable(submission, lab, reason, key(submission, lab, limits, sandboxed=sandboxed))
    merge = _Merge(lab, course_of(lab), notebook)
    text = nbformat.writes(merge.notebook())
    graded = [name for name in lab.points if exercises is None or name in exercises]
    return Job(
        lab=lab.name,
        student=submission.student,
        notebook=text,
        points={name: lab.points[name] for name in graded},
        controls={name: control(name) for name in graded},
        limits=limits,
        sandboxed=sandboxed,
        missing=tuple(name for name in graded if name in merge.missing),
        remarks=tuple(dict.fromkeys((*submission.remarks, *remarks, *merge.remarks))),
    )


def _unreadable(submission: Submission, lab: Lab, reason: str, digest: str) -> Result:
    return Result(
        lab=lab.name,
        student=submission.student,
        name=submission.name,
        key=digest,
        status=Status.UNREADABLE,
        remarks=(reason, *submission.remarks),
        exercises=tuple(Exercise(name, points) for name, points in lab.points.items()),
        written=tuple(Answer(name, points, points=0.0) for name, points in lab.written.items()),
        submitted_at=submission.submitted_at,
        lms=submission.lms,
    )


def sources(job: Job) -> dict[str, str]:
    """Return function -> the student's cell; empty for a function that was not attempted."""
    cells = _cells_of(job, "exercise")
    return {name: "" if name in job.missing else cells[name] for name in job.points}


def written(job: Job, lab: Lab) -> tuple[Answer, ...]:
    """Return the written answers; one that was left open has 0 points, the others wait for a human."""
    cells = _cells_of(job, "answer")
    stubs = {notebooks.grade_id(stub): stub.source for _, _, stub in course_of(lab)}
    answers = []
    for name, points in lab.written.items():
        is_open = not cells[name].strip() or _same_text(cells[name], stubs[name])
        answers.append(Answer(name, points, "" if is_open else cells[name], 0.0 if is_open else None))
    return tuple(answers)


def _cells_of(job: Job, part: str) -> dict[str, str]:
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in json.loads(job.notebook)["cells"]
        if cell["metadata"]["grading"]["part"] == part
    }


@dataclass
class _Found:
    """A cell of the student's, and the cell of the course's that it is, by number; None for one of the student's own."""

    cell: NotebookNode
    number: int | None
    used: bool = False


@dataclass
class _Merge:
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
        imports = next(number for number, cell, _ in self.course if "imports" in notebooks.tags(cell))
        placed: list[tuple[float, NotebookNode]] = []
        for number, cell, stub in self.course:
            name = notebooks.grade_id(cell)
            if number == imports:
                placed.append((number, _as(cell, "imports", cell.source)))
                edited = [own for own in self._at(number) if not _same_code(own.source, stub.source)]
                placed += [(number + 0.1, _own(own.source)) for own in edited if own.source.strip()]
            elif name in self.lab.points:
                placed.append((number, _as(cell, "exercise", self._exercise(number, name, stub))))
            elif notebooks.is_check(cell):
                self._remark_on_check(number, name.removeprefix("check_"), stub)
                placed.append((number, _as(cell, "check", cell.source, points=self._points(number, name))))
            elif name in self.lab.written:
                source = self._answer(number, name, stub)
                placed.append((number, _as(cell, "answer", source, points=self.lab.written[name])))
        placed += [(max(place, imports + 0.2), cell) for place, cell in self._own_cells()]
        placed += self._definitions([cell for _, cell in placed if cell.metadata.grading.part in ("exercise", "own")])
        placed.sort(key=lambda pair: pair[0])
        notebook = nbformat.v4.new_notebook(cells=[cell for _, cell in placed])
        for number, cell in enumerate(notebook.cells):
            cell.id = cell.id if cell.metadata.grading.part not in ("own", "lab") else f"own-{number}"
        notebooks.strip_volatile(notebook)
        return notebook

    def _find(self) -> list[_Found]:
        """Return the student's cells, each with the course's cell that it is."""
        by_grade_id = {notebooks.grade_id(cell): number for number, cell, _ in self.course}
        by_id = {cell.id: number for number, cell, _ in self.course}
        by_text = {_plain(stub.source): number for number, _, stub in self.course if stub.source.strip()}
        imports = [number for number, cell, _ in self.course if "imports" in notebooks.tags(cell)]
        found = []
        for cell in self.student.cells:
            number = by_grade_id.get(notebooks.grade_id(cell)) if notebooks.grade_id(cell) else None
            if number is None and cell.id in by_id:
                number = by_id[cell.id]
            if number is None:
                number = by_text.get(_plain(cell.source))
            if number is None and "imports" in notebooks.tags(cell):
                number = imports[0]
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
        tried = [found for found in versions if not _is_stub(found.cell.source, stub.source, name)]
        if not tried:
            elsewhere = [
                found
                for found in self.found
                if found.number is None
                and found.cell.cell_type == "code"
                and reading.defines(found.cell.source, name)
                and not _is_stub(found.cell.source, stub.source, name)
            ]
            if elsewhere:
                elsewhere[-1].used = True
                self.remarks.append(f"{name}: taken from another cell, which defines it")
                return elsewhere[-1].cell.source
            self.missing.add(name)
            if not versions:
                self.remarks.append(f"{name}: its cell was deleted")
            return stub.source
        defining = [found for found in tried if reading.defines(found.cell.source, name)]
        chosen = (defining or tried)[-1]
        for found in tried:  # what was split off holds helpers; another version of the function is left out
            if found is not chosen and found not in defining:
                found.number, found.used = None, False
        if len(versions) > 1:
            which = "the one that is filled in" if len(tried) == 1 else "the last one that is filled in"
            self.remarks.append(f"{name}: its cell is there {len(versions)} times; {which} was taken")
        return chosen.cell.source

    def _remark_on_check(self, number: int, name: str, stub: NotebookNode) -> None:
        versions = self._at(number)
        if not versions:
            self.remarks.append(f"{name}: its check was deleted; the course's was put back")
        elif not any(_same_text(version.source, stub.source) for version in versions):
            self.remarks.append(f"{name}: its check was edited; the course's was put back")

    def _points(self, number: int, grade_id: str) -> float:
        points = self.lab.points[grade_id.removeprefix("check_")]
        claimed = [version.metadata.get("nbgrader", {}).get("points", points) for version in self._at(number)]
        if any(claim != points for claim in claimed):
            name = grade_id.removeprefix("check_")
            self.remarks.append(f"{name}: the notebook says {claimed[0]} points; it is worth {points}")
        return points

    def _answer(self, number: int, name: str, stub: NotebookNode) -> str:
        """Return a written answer; what was written into a cell of its own at that place counts."""
        is_open = lambda text: not text.strip() or _same_text(text, stub.source)  # noqa: E731
        versions = self._at(number)
        answers = [version.source for version in versions if not is_open(version.source)]
        if len(answers) > 1:
            self.remarks.append(f"{name}: the answer is there {len(versions)} times; the last one was taken")
        if answers:
            return answers[-1]
        beside, before = [], -1
        for found in self.found:
            if found.number is not None:
                before = found.number
            elif found.cell.cell_type == "markdown" and before in (number - 1, number) and found.cell.source.strip():
                beside.append(found.cell.source)
        if beside:
            self.remarks.append(f"{name}: taken from a cell beside the one for the answer")
        elif not versions:
            self.remarks.append(f"{name}: the cell for the answer was deleted")
        return "\n\n".join(beside) or stub.source

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
        if found.cell.cell_type != "code" or found.used or not source.strip():
            return False
        return not any(
            reading.defines(source, name) and _is_stub(source, stub.source, name)
            for _, _, stub in self.course
            if (name := notebooks.grade_id(stub)) in self.lab.points
        )

    def _definitions(self, cells: Iterable[NotebookNode]) -> list[tuple[float, NotebookNode]]:
        """Return what the lab's other cells define and the student's code uses: functions, classes, imports.

        Where the student edited such a cell, it is the student's version.
        """
        defined: dict[str, tuple[int, str, ast.stmt]] = {}
        for number, cell, _ in self.course:
            if cell.cell_type == "code" and not notebooks.grade_id(cell) and "imports" not in notebooks.tags(cell):
                for source in [cell.source, *(version.source for version in self._at(number))]:
                    for statement in _statements(source):
                        for name in set(_bound(statement)) - self.lab.points.keys():
                            defined[name] = (number, source, statement)
        wanted = set().union(*(_used(cell.source) for cell in cells))
        taken: dict[int, tuple[int, str, ast.stmt]] = {}
        while new := {name for name in wanted if name in defined and id(defined[name][2]) not in taken}:
            for name in new:
                taken[id(defined[name][2])] = defined[name]
                wanted |= _names(defined[name][2])
        ordered = sorted(taken.values(), key=lambda entry: (entry[0], entry[2].lineno))
        return [(number, _own(_segment(source, node), part="lab")) for number, source, node in ordered]


def _as(cell: NotebookNode, part: str, source: str, *, points: float | None = None) -> NotebookNode:
    """Return a cell of the course's with a source put in: its id, its marks, no outputs."""
    mark = dict(cell.metadata.get("nbgrader", {}))
    if points is not None:
        mark["points"] = points
    metadata = {"grading": {"part": part}} | ({"nbgrader": mark} if mark else {})
    if notebooks.tags(cell):
        metadata["tags"] = list(notebooks.tags(cell))
    create = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
    return create(source, id=cell.id, metadata=nbformat.from_dict(metadata))


def _own(source: str, part: str = "own") -> NotebookNode:
    return nbformat.v4.new_code_cell(source, metadata=nbformat.from_dict({"grading": {"part": part}}))


def _plain(source: str) -> str:
    """Return text without blank lines and spaces at the ends of lines."""
    return "\n".join(line.rstrip() for line in source.split("\n") if line.strip())


def _same_text(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _tree(source: str) -> ast.Module | None:
    """Return the syntax tree, or None for what is no plain Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _same_code(one: str, other: str) -> bool:
    """Tell whether two cells are the same but for comments, spaces and line breaks."""
    trees = _tree(one), _tree(other)
    return _same_text(one, other) or (None not in trees and ast.dump(trees[0]) == ast.dump(trees[1]))


def _is_stub(source: str, stub: str, name: str) -> bool:
    """Tell whether nothing was written: an empty cell, the stub, or a function that only raises NotImplementedError."""
    if _same_code(source, stub):
        return True
    tree = _tree(source)
    if tree is None:
        return False
    if not tree.body:
        return True
    (node, *others) = tree.body
    if others or not isinstance(node, ast.FunctionDef) or node.name != name:
        return False
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in _names(body[0])


def _statements(source: str) -> list[ast.stmt]:
    """Return the functions, classes and imports at the top level of a cell."""
    tree = _tree(source)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return [node for node in tree.body if isinstance(node, kinds)] if tree else []


def _bound(node: ast.stmt) -> list[str]:
    """Return the names that a function, a class or an import defines."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    return [node.name]


def _names(tree: ast.AST) -> set[str]:
    """Return the names that code uses."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _used(source: str) -> set[str]:
    """Return the names that a cell uses; every word of it where it is no plain Python."""
    tree = _tree(source)
    return _names(tree) if tree else set(re.findall(r"\w+", source))


def _segment(source: str, node: ast.stmt) -> str:
    """Return a statement's lines, decorators included."""
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    return "\n".join(source.split("\n")[first - 1 : node.end_lineno])
