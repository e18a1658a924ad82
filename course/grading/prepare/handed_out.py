"""A lab as its course has it, and as students got it: what submissions are compared with and put into."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from course.students import students_version
from course.syllabus import Lab
from course.variants import solution_of


@dataclass(frozen=True)
class Course:
    """A lab's cells, in order."""

    cells: list[NotebookNode]
    """With solutions and hidden checks."""
    stubs: list[NotebookNode]
    """The same cells as students got them."""
    left_out: frozenset[str] = frozenset()
    """Ids of those cells of the lab that a variant has not."""

    def __iter__(self) -> Iterator[tuple[int, NotebookNode, NotebookNode]]:
        """Yield the number of each cell, the cell, and the cell as students got it."""
        return ((number, *pair) for number, pair in enumerate(zip(self.cells, self.stubs)))


def course_of(lab: Lab) -> Course:
    """Return the lab's cells, of a variant its own; what is returned is shared and must not be changed."""
    made_of = (lab.solution, lab.solution.stat().st_mtime_ns, lab.core_only, lab.filled)
    if made_of not in _courses:
        notebook = solution_of(lab)
        whole = {cell.id for cell in solution_of(replace(lab, core_only=False, filled=())).cells}
        left_out = frozenset(whole - {cell.id for cell in notebook.cells})
        _courses[made_of] = Course(notebook.cells, students_version(notebook).cells, left_out)
    return _courses[made_of]


_courses: dict[tuple, Course] = {}
