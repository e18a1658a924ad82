"""A lab of a few lines, for tests of what authors write beside a lab."""

from pathlib import Path

from nbformat.v4 import new_markdown_cell, new_notebook

from course import notebooks
from course.syllabus import Lab

TEXT = """# 02 Small

## 1. First steps (10 minutes, core)

A **kernel** is small.

## 2. Second steps with `code` (10 minutes, core)

## What we have seen

A **kernel** is small, and a **window** is as large.
"""


def make(root: Path, text: str = TEXT) -> Lab:
    """Write a lab 02 with sections 1 and 2 below a folder."""
    lab = Lab("02_small", "Small", 20, 1, 1, (), {}, {}, root=root)
    notebook = new_notebook(cells=[new_markdown_cell(text)])
    notebook.cells[0].id = "only"
    notebooks.write(lab.solution, notebooks.to_text(notebook).encode())
    (root / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    return lab


def put(lab: Lab, folder: str, suffix: str, content: str) -> None:
    """Write an author's file of the lab."""
    notebooks.write(lab.root / "site" / folder / f"{lab.name}{suffix}", content.encode())
