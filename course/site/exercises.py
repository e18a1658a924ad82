"""A lab's exercises in its order: number, name, whether the core has it, points, and what it asks."""

import ast
from dataclasses import dataclass
import re

from nbformat import NotebookNode

from course import notebooks, roles
from course.syllabus import Lab

_HEADING = re.compile(r"^## .*|^### Exercise (\d+): `(\w+)`.*", re.MULTILINE)


@dataclass(frozen=True)
class Exercise:
    """One exercise."""

    number: int
    name: str
    core: bool
    points: float
    written: bool
    text: str
    """What the lab says under its heading, as Markdown."""
    summary: str
    """The first line of the function's description; empty for an answer in words."""


def of(lab: Lab, notebook: NotebookNode | None = None) -> list[Exercise]:
    """Return a lab's exercises, in its order."""
    notebook = notebook or notebooks.read(lab.solution)
    core, found = True, []
    said = {
        roles.role_of(cell)["exercise"]: summary(cell.source) for cell in notebook.cells if roles.is_a(cell, "exercise")
    }
    for cell in notebook.cells:
        if cell.cell_type != "markdown" or roles.role_of(cell):
            continue
        for heading, text in _parts(cell.source):
            if heading[1] is None:
                core = core and heading[0] != "## Further"
                continue
            name = heading[2]
            points = lab.points.get(name, lab.written.get(name, 0))
            found.append(Exercise(int(heading[1]), name, core, points, name in lab.written, text, said.get(name, "")))
    return found


def _parts(source: str) -> list[tuple[re.Match, str]]:
    """Return a cell's headings of sections and exercises, each with the text up to the next heading of any kind."""
    return [
        (match, re.split(r"(?m)^##", source[match.end() :], maxsplit=1)[0].strip())
        for match in _HEADING.finditer(source)
    ]


def summary(source: str) -> str:
    """Return the first line of the description of what a cell defines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and (text := ast.get_docstring(node)):
            return " ".join(text.split("\n\n")[0].split())
    return ""


def points(lab: Lab) -> tuple[float, float]:
    """Return the points of the core and those of the further sections."""
    everything = of(lab)
    return tuple(sum(one.points for one in everything if one.core is core) for core in (True, False))
