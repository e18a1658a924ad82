"""A course of one tiny lab in a temporary folder, to try the course's tools on."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course.syllabus import Lab, labs

SYLLABUS = """
[[lab]]
name = "01_tiny"
title = "A tiny lab"
minutes = 5
budget_seconds = 10
seconds = 1
data = []
points = { double = 2 }
written = { why = 1 }
"""
SOLUTION = '''def double(values):
    """Return twice the values."""
    ### BEGIN SOLUTION
    return 2 * values
    ### END SOLUTION'''
CHECK = """expect_close("double([1, 2])", double(np.array([1.0, 2.0])), [2.0, 4.0], hints=[([1.0, 4.0], "That is the square.")])
passed("double")
### BEGIN HIDDEN TESTS
values = np.arange(6.0).reshape(2, 3)
expect_close("double(values)", double(values), np.arange(6.0).reshape(2, 3) * 2)
expect_unchanged("double(values)", values, np.arange(6.0).reshape(2, 3))
### END HIDDEN TESTS"""


def mark(grade_id: str, **values) -> dict:
    base = {
        "schema_version": 3,
        "task": False,
        "grade": False,
        "solution": False,
        "locked": False,
        "grade_id": grade_id,
    }
    return {"nbgrader": base | values}


def cells() -> list:
    imports = "import numpy as np\\n\\nfrom utils.checks import expect_close, expect_unchanged, passed".replace(
        "\\n", "\n"
    )
    return [
        new_markdown_cell("# Tiny", id="title"),
        new_code_cell(imports, id="imports", metadata={"tags": ["imports"]}),
        new_code_cell(SOLUTION, id="double", metadata=mark("double", solution=True)),
        new_code_cell(CHECK, id="check", metadata=mark("check_double", grade=True, locked=True, points=2)),
        new_code_cell("print(double(np.ones(2)))", id="use", metadata={"tags": ["raises-exception"]}),
        new_markdown_cell("Because it is.", id="why", metadata=mark("why", grade=True, solution=True, points=1)),
    ]


def make(root: Path, replace: dict | None = None, **changes) -> Lab:
    """Write the course to `root`; `changes` are cell id -> new source, `replace` cell id -> new metadata."""
    (root / "course").mkdir(parents=True)
    (root / "course" / "syllabus.toml").write_text(SYLLABUS)
    begin, end = "<!-- labs: written by `python -m course derive` -->", "<!-- end of labs -->"
    (root / "README.md").write_text(f"# Course\n\n{begin}\n{end}\n\nMore.\n")
    (root / "notebooks").mkdir()
    (lab,) = labs(root=root)
    save(lab, replace, **changes)
    return lab


def save(lab: Lab, replace: dict | None = None, **changes) -> None:
    notebook = new_notebook(cells=cells(), metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    for cell in notebook.cells:
        cell.source = changes.get(cell.id, cell.source)
        cell.metadata = nbformat.from_dict((replace or {}).get(cell.id, cell.metadata))
    lab.solution.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, lab.solution)
