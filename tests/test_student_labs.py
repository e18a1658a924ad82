"""Every student lab runs from top to bottom with nothing solved: "Run All" stops nowhere but at exercises."""

import pytest

from course import notebooks
from course.run import execute
from course.syllabus import Lab, labs


@pytest.mark.parametrize(
    "lab", [pytest.param(lab, id=lab.name, marks=pytest.mark.xdist_group(f"student {lab.name}")) for lab in labs()]
)
def test_only_exercises_raise_and_only_not_implemented(lab: Lab) -> None:
    notebook = notebooks.read(lab.student)
    execute(notebook, lab.student.parent, f"student's {lab.name}", allow_errors=True, cell_timeout=300)
    unexpected, unsolved = [], set()
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            where = f"cell {number} ({notebooks.first_line(cell)})"
            if output.output_type == "error":
                if output.ename != "NotImplementedError" or not notebooks.may_raise_not_implemented(cell):
                    unexpected.append(f"{where}: {output.ename}: {output.evalue}")
                unsolved.add(notebooks.grade_id(cell))
            if output.output_type == "stream" and output.name == "stderr":
                unexpected.append(f"{where} writes to stderr: {output.text[:200]}")
    assert not unexpected, "\n".join(unexpected)
    assert unsolved >= {f"check_{name}" for name in lab.points}, "an unsolved exercise passes its visible checks"
