"""Reading a notebook of unknown make: what can be read is read, what cannot is explained."""

from functools import cache
import json
import math
from pathlib import Path
import re
import sys

import nbformat
from nbformat import NotebookNode

from course import notebooks
from course.grading.prepare.code import defines
from course.grading.prepare.text import clean, shown
from course.syllabus import CourseError, Lab, labs

KINDS = ("code", "markdown", "raw")
MAX_CELLS = 2000
"""Cells of a notebook. A lab has a hundred."""
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""What nbformat takes as a cell's id."""


class UnreadableError(ValueError):
    """There is no notebook to be had from a file; the message says why, for instructor and student."""


def parse(content: bytes) -> tuple[NotebookNode, tuple[str, ...]]:
    """Return the notebook that a file's bytes hold, in nbformat 4, and remarks.

    It is as valid as it needs to be for grading: every cell has a kind, an id, a text and metadata. Outputs, attachments
    and whatever else the file holds are left behind, and so are cells that are none.

    Raises:
        UnreadableError: if the bytes are no notebook.
    """
    remarks: list[str] = []
    if not content.strip():
        raise UnreadableError("the file is empty")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError("the file is not a notebook: it is not text in UTF-8") from None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):  # also a number of more digits than Python reads
        raise UnreadableError("the file is not a notebook: it is not JSON, or only a part of it arrived") from None
    found, said = _version_4(found, text)
    remarks += said
    cells = found["cells"]
    if len(cells) > MAX_CELLS:
        raise UnreadableError(
            f"the notebook has {len(cells)} cells, and {MAX_CELLS} at most are looked at: delete those that are not needed"
        )
    kept = [_bare(cell, number) for number, cell in enumerate(cells) if _is(cell)]
    if len(kept) < len(cells):
        remarks.append(f"{len(cells) - len(kept)} damaged cells of the notebook were left out")
    notebook = nbformat.from_dict(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": _metadata(found.get("metadata")), "cells": kept}
    )
    return notebook, tuple(remarks)


def _version_4(found: object, text: str) -> tuple[dict, list[str]]:
    """Return what a notebook's JSON holds, upgraded to nbformat 4, and remarks; it has a list of cells."""
    if not isinstance(found, dict):
        raise UnreadableError("the file is JSON but not a notebook: it holds no cells")
    version, remarks = found.get("nbformat"), []
    if type(version) is not int and isinstance(found.get("cells"), list):
        remarks.append("the notebook does not say its format; it was read as nbformat 4")
    elif version != 4:
        if type(version) is not int or not 1 <= version <= 3:
            stated = "states no nbformat" if version is None else f"says nbformat {shown(str(version), 20)}"
            raise UnreadableError(f"the file is JSON but not a notebook that can be read: it {stated}")
        found = _upgraded(text)
        remarks.append(f"the notebook is in the old format nbformat {version}; it was upgraded to 4")
    if not isinstance(found.get("cells"), list):
        raise UnreadableError("the file is JSON but not a notebook: it has no list of cells")
    return found, remarks


def _upgraded(text: str) -> NotebookNode:
    try:
        return nbformat.convert(nbformat.reader.reads(text), 4)
    except Exception as error:  # nbformat's old converters trust what they read: they raise anything
        reason = shown((str(error).splitlines() or [""])[0] or type(error).__name__, 200)
        raise UnreadableError(f"the file is JSON but not a notebook that can be read: {reason}") from None


def _metadata(metadata: object) -> dict:
    """Return what a notebook says of the hand-out and of the Python that ran it, as text; what else it says is left behind."""
    metadata = metadata if isinstance(metadata, dict) else {}
    kept: dict = {}
    for group, name in (("cnn_labs", "version"), ("language_info", "version")):
        values = metadata.get(group)
        if isinstance(values, dict) and isinstance(values.get(name), str):
            kept[group] = {name: shown(values[name].strip(), 100)}
    return kept


def handout(notebook: NotebookNode) -> str:
    """Return the version of the hand-out that a notebook states; empty where it states none."""
    return notebook.metadata.get("cnn_labs", {}).get("version", "")


def newer_python(notebook: NotebookNode) -> str:
    """Return the Python that a notebook states, as "3.13", where it is newer than this one; else nothing."""
    stated = re.match(r"(\d{1,3})\.(\d{1,3})", notebook.metadata.get("language_info", {}).get("version", ""))
    if stated is None or (int(stated[1]), int(stated[2])) <= sys.version_info[:2]:
        return ""
    return stated[0]


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


def _bare(cell: dict, number: int) -> dict:
    """Return the cell with what grading looks at, and nothing else."""
    metadata = cell.get("metadata", {})
    mark, tags = metadata.get("nbgrader"), metadata.get("tags")
    kept: dict = {}
    if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str):
        kept["nbgrader"] = {"grade_id": mark["grade_id"]}
        if _is_number(mark.get("points")):
            kept["nbgrader"]["points"] = mark["points"]
    if isinstance(tags, list):
        kept["tags"] = [tag for tag in tags if isinstance(tag, str)]
    identity = cell.get("id")
    if not (isinstance(identity, str) and _ID.fullmatch(identity)):
        identity = f"cell-{number}"
    return new_cell(cell["cell_type"], clean(_source(cell)), identity, kept)


def _is_number(value: object) -> bool:
    """Tell whether a value is a number that can be compared and shown."""
    return type(value) in (int, float) and abs(value) < 1e9 and math.isfinite(value)


def new_cell(kind: str, source: str, identity: str, metadata: dict | None = None) -> NotebookNode:
    """Return a cell as nbformat makes one, without its validation, which takes a millisecond or two a cell."""
    cell = {"cell_type": kind, "id": identity, "metadata": metadata or {}, "source": source}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return nbformat.from_dict(cell)


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
