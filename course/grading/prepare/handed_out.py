"""A lab as its course has it, and as students got it: what submissions are compared with and put into."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from course import notebooks
from course.students import students_version
from course.syllabus import Lab


@dataclass(frozen=True)
class Course:
    """A lab's cells, in order."""

    cells: list[NotebookNode]
    """With solutions and hidden checks."""
    stubs: list[NotebookNode]
    """The same cells as students got them."""

    def __iter__(self) -> Iterator[tuple[int, NotebookNode, NotebookNode]]:
        """Yield the number of each cell, the cell, and the cell as students got it."""
        return ((number, *pair) for number, pair in enumerate(zip(self.cells, self.stubs)))


def course_of(lab: Lab) -> Course:
    """Return the lab's cells; what is returned is shared and must not be changed."""
    return _course(lab.solution, lab.solution.stat().st_mtime_ns)


@cache
def _course(solution: Path, _changed: int) -> Course:
    notebook = notebooks.read(solution)
    return Course(notebook.cells, students_version(notebook).cells)
