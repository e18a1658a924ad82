"""Reading a notebook of unknown make: what can be read is read, what cannot is explained."""

from functools import cache
import json
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course import notebooks
from course.grading.prepare.code import defines
from course.syllabus import CourseError, Lab, labs

KINDS = ("code", "markdown", "raw")


class UnreadableError(ValueError):
    """There is no notebook to be had from a file; the message says why, for instructor and student."""


def parse(content: bytes) -> tuple[NotebookNode, tuple[str, ...]]:
    """Return the notebook that a file's bytes hold, in nbformat 4, and remarks.

    It is as valid as it needs to be for grading: every cell has a kind, an id, a text and metadata. Outputs, attachments
    and whatever else the file holds are left behind, and so are cells that are none.

    Raises:
        UnreadableError: if the bytes are no notebook.
    """
    remarks = []
    if not content.strip():
        raise UnreadableError("the file is empty")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError("the file is not a notebook: it is not text in UTF-8") from None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableError("the file is not a notebook: it is not JSON, or only a part of it arrived") from None
    version = found.get("nbformat") if isinstance(found, dict) else None
    if version != 4:
        found = _upgraded(text)
        remarks.append(f"the notebook is in the old format nbformat {version}; it was upgraded to 4")
    cells = found.get("cells")
    if not isinstance(cells, list):
        raise UnreadableError("the file is JSON but not a notebook: it has no list of cells")
    notebook = nbformat.v4.new_notebook(cells=[_bare(cell, number) for number, cell in enumerate(cells) if _is(cell)])
    if len(notebook.cells) < len(cells):
        remarks.append(f"{len(cells) - len(notebook.cells)} damaged cells of the notebook were left out")
    return notebook, tuple(remarks)


def _upgraded(text: str) -> NotebookNode:
    try:
        return nbformat.convert(nbformat.reader.reads(text), 4)
    except (
        nbformat.ValidationError,
        RecursionError,
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        IndexError,
    ) as error:
        reason = clean((str(error).splitlines() or [type(error).__name__])[0][:200])
        raise UnreadableError(f"the file is JSON but not a notebook that can be read: {reason}") from None


def _is(cell: object) -> bool:
    return (
        isinstance(cell, dict)
        and cell.get("cell_type") in KINDS
        and isinstance(cell.get("metadata", {}), dict)
        and _source(cell) is not None
    )


def _source(cell: dict) -> str | None:
    """Return a cell's text, which in files is a list of lines; None where it is neither text nor lines."""
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return source if isinstance(source, str) else None


def _bare(cell: dict, number: int) -> NotebookNode:
    """Return the cell with what grading looks at, and nothing else."""
    create = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    metadata = cell.get("metadata", {})
    mark, tags = metadata.get("nbgrader"), metadata.get("tags")
    kept: dict = {}
    if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str):
        kept["nbgrader"] = {"grade_id": mark["grade_id"]}
        if isinstance(mark.get("points"), int | float):
            kept["nbgrader"]["points"] = mark["points"]
    if isinstance(tags, list):
        kept["tags"] = [tag for tag in tags if isinstance(tag, str)]
    identity = cell.get("id")
    return create[cell["cell_type"]](
        clean(_source(cell)), metadata=kept, id=identity if isinstance(identity, str) else f"cell-{number}"
    )


def clean(text: str) -> str:
    """Return text that can be written as UTF-8 and compiled: without lone surrogates, NUL and carriage returns."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def other_lab(notebook: NotebookNode, lab: Lab) -> str:
    """Return why the notebook is none of this lab; empty where it holds at least one of the lab's cells or functions."""
    counts = {}
    for other in labs(root=lab.root):
        known = _known_cells(other.solution)
        counts[other.name] = sum(notebooks.grade_id(cell) in known or cell.id in known for cell in notebook.cells)
    best = max(counts, key=lambda name: counts[name])
    if counts[best] > counts[lab.name]:
        return f"this is a notebook of the lab {best}, not of {lab.name}"
    if counts[lab.name] or any(defines(cell.source, name) for cell in notebook.cells for name in lab.points):
        return ""
    return f"this is no notebook of the lab {lab.name}: it holds none of its cells and none of its functions"


@cache
def _known_cells(solution: Path) -> frozenset[str]:
    """Return the grade_ids of a lab, and the ids of its code cells; none where the lab cannot be read."""
    try:
        cells = notebooks.read(solution).cells
    except CourseError:
        return frozenset()
    ids = {cell.id for cell in cells if cell.cell_type == "code"}
    return frozenset(ids | {notebooks.grade_id(cell) for cell in cells} - {None})
