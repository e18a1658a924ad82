"""A lab as text: `NN_topic.py`, in jupytext's percent format, the one place where it is written.

`notebook_of` makes the solution's notebook of it, without outputs; `text_of` goes the other way, for a lab that was edited in
JupyterLab.
"""

from itertools import zip_longest
from pathlib import Path
import re
import subprocess
import sys

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course import notebooks, outputs, roles
from course.syllabus import ROOT, CourseError, Lab

FORMAT = "py:percent"
_FILTERS = {"notebook_metadata_filter": "-all", "cell_metadata_filter": ",".join(("title", *roles.NAMED, "-all"))}
_OF_THE_EDITOR = {
    "role",
    "nbgrader",
    "editable",
    "deletable",
    "slideshow",
    "collapsed",
    "scrolled",
    "jupyter",
    "trusted",
}
"""Metadata of cells that follow from the role, or say how an editor shows the cell."""


def read(path: Path) -> NotebookNode:
    """Return a lab's text as a notebook whose cells carry their roles, and nothing else.

    Raises:
        CourseError: if there is no such file, or a header states what is no role.
    """
    import jupytext

    try:
        parsed = jupytext.reads(path.read_text("utf-8"), fmt=FORMAT)
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from error
    cells = []
    for number, cell in enumerate(parsed.cells):
        header = {key: value for key, value in cell.metadata.items() if key != "lines_to_next_cell"}
        try:
            role = roles.parse(header, cell.cell_type)
        except CourseError as error:
            line = lines_of_cells(path)[number]
            raise CourseError(f"{path}, line {line} ({notebooks.first_line(cell)}): {error}") from None
        create = {"code": new_code_cell, "markdown": new_markdown_cell}.get(cell.cell_type)
        if create is None:
            raise CourseError(
                f"{path}, line {lines_of_cells(path)[number]}: a {cell.cell_type} cell; labs have code and markdown"
            )
        cells.append(create(cell.source, metadata={"role": dict(role)} if role else {}))
    return new_notebook(cells=cells)


def lines_of_cells(path: Path) -> list[int]:
    """Return the line of a lab's text at which each cell begins, counted from 1."""
    lines = path.read_text("utf-8").split("\n")
    return [number for number, line in enumerate(lines, start=1) if line.startswith("# %%")]


def notebook_of(lab: Lab) -> NotebookNode:
    """Return the solution's notebook as the text has it: marks, points and ids derived, no outputs.

    Raises:
        CourseError: if the text cannot be read, or names an exercise that the syllabus does not.
    """
    notebook = read(lab.text)
    for number, cell in enumerate(notebook.cells):
        try:
            cell.metadata.update(roles.metadata(roles.role_of(cell), lab))
        except CourseError as error:
            line = lines_of_cells(lab.text)[number]
            raise CourseError(f"{lab.text}, line {line} ({notebooks.first_line(cell)}): {error}") from None
        cell.source = roles.with_facts(cell, lab)
    roles.give_ids(notebook)
    notebooks.strip_volatile(notebook)
    return notebook


def text_of(notebook: NotebookNode, name: str) -> str:
    """Return the text of a lab's notebook; what text cannot keep is an error, not a loss.

    Args:
        notebook: a solution, as `notebook_of` made it and somebody may have edited it.
        name: of the lab, for messages.

    Raises:
        CourseError: if a cell holds what text has no place for: an attachment, a tag or other metadata without a role.
    """
    import jupytext

    cells, lost = [], []
    for number, cell in enumerate(notebook.cells):
        role = roles.role_of(cell)
        lost += [f"{name}, cell {number} ({notebooks.first_line(cell)}): {what}" for what in _without_a_place(cell)]
        create = new_markdown_cell if cell.cell_type == "markdown" else new_code_cell
        cells.append(create(roles.without_facts(cell), metadata=roles.header_of(role)))
    if lost:
        raise CourseError("\n".join(lost))
    written = jupytext.writes(new_notebook(cells=cells, metadata={"jupytext": _FILTERS}), fmt=FORMAT)
    one_blank_line = re.sub(
        r"\n{3,}(?=# %%)", "\n\n", written
    )  # after a function ruff adds the second one that it wants
    return formatted(one_blank_line, name)


def formatted(text: str, name: str) -> str:
    """Return a lab's text as ruff formats it; `name` is the lab's, for messages."""
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", f"labs_solutions/{name}/{name}.py", "-"]
    done = subprocess.run(command, input=text, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CourseError(f"{name}: its code is no Python that can be formatted: {done.stderr.strip()}")
    return done.stdout


def _without_a_place(cell: NotebookNode) -> list[str]:
    """Return what a cell holds that a lab's text cannot."""
    found = []
    if cell.get("attachments"):
        found.append("holds a pasted picture; put it into a file or draw it by code")
    if cell.cell_type not in ("code", "markdown"):
        found.append(f"is a {cell.cell_type} cell; labs have code and markdown")
    known = {tag for word in roles.role_of(cell) for tag in [roles.TAGS.get(word)]}
    if tags := [tag for tag in notebooks.tags(cell) if tag not in known]:
        found.append(f"carries the tag {', '.join(tags)}; what a cell is, its role says, in the text")
    if others := cell.metadata.keys() - _OF_THE_EDITOR - {"tags"}:
        found.append(f"carries metadata that no role stands for: {', '.join(sorted(others))}")
    return found


def take_back(lab: Lab, *, force: bool = False) -> int:
    """Write a lab's text anew from its notebook, which somebody has edited in JupyterLab; return the exit status.

    Args:
        lab: the lab.
        force: also where the text has been edited as well since the notebook was made of it; those edits are lost.

    Raises:
        CourseError: if the notebook holds what text cannot, or both were edited. Nothing is written then.
    """
    edited = notebooks.read(lab.solution)
    if lab.text.exists() and not force:
        made_of = edited.metadata.get(outputs.KEY, {}).get("text")
        if made_of != outputs.text_digest(notebook_of(lab)):
            raise CourseError(
                f"{lab.text.name} was edited after {lab.solution.name} was made of it: taking the notebook back would undo "
                f"that. Make the notebook anew (`python -m course run {lab.name}`), or let it win by --force."
            )
    new = text_of(edited, lab.name)
    if lab.text.exists() and lab.text.read_text("utf-8") == new:
        print(f"{lab.name}: the text says already what the notebook says")
        return 0
    notebooks.write(lab.text, new.encode())
    print(f"written: {lab.text}. Next: `python -m course run {lab.name}`")
    return 0


def disagreement(lab: Lab) -> str:
    """Return where the stored notebook is not what the text makes of it, outputs apart; empty where they agree."""
    made, stored = notebook_of(lab), notebooks.read(lab.solution)
    pairs = zip_longest(made.cells, stored.cells, fillvalue={})
    differing = [number for number, pair in enumerate(pairs) if _authored(pair[0]) != _authored(pair[1])]
    if not differing:
        return ""
    line = [*lines_of_cells(lab.text), "last"][differing[0]]
    return (
        f"{lab.solution.name} is not what {lab.text.name} makes of it, from line {line} on: `python -m course run {lab.name}`, "
        f"or, if the notebook was edited by hand, `python -m course text {lab.name}` before that"
    )


def _authored(cell: dict) -> list:
    return [cell.get(key) for key in ("cell_type", "id", "source", "metadata")]
