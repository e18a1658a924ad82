"""Deriving: complete, all or nothing, the same bytes every time."""

import base64
from pathlib import Path

from nbformat.v4 import new_output
import pytest

from course import lint, notebooks
from course.derive import derive, student_texts
from course.syllabus import CourseError
from tests import small_course

REMOVED = ("BEGIN SOLUTION", "return 2 * values", "BEGIN HIDDEN", "arange", "Because it is")


def test_student_lab_has_the_exercise_but_neither_solution_nor_hidden_checks(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    assert derive(None, root=tmp_path) == 0
    student = notebooks.read(lab.student)
    text = lab.student.read_text()
    assert not [piece for piece in REMOVED if piece in text]
    sources = {cell.id: cell.source for cell in student.cells}
    assert "raise NotImplementedError" in sources["double"]
    assert '"""Return twice the values."""' in sources["double"]
    assert 'passed("double")' in sources["check"]
    assert [cell.id for cell in student.cells] == [cell.id for cell in notebooks.read(lab.solution).cells]
    check = next(cell for cell in student.cells if cell.id == "check")
    assert check.metadata.nbgrader.points == 2
    assert check.metadata.editable is False


def test_bytes_do_not_change_from_time_to_time(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    assert student_texts([lab], root=tmp_path) == student_texts([lab], root=tmp_path)


def test_check_fails_with_a_diff_where_something_would_change(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    lab = small_course.make(tmp_path)
    derive(None, root=tmp_path)
    capsys.readouterr()
    assert derive(None, check=True, root=tmp_path) == 0
    lab.student.write_text(lab.student.read_text().replace("# Tiny", "# Edited by hand"))
    before = lab.student.read_text()
    assert derive(None, check=True, root=tmp_path) == 1
    out = capsys.readouterr().out
    assert '-    "# Edited by hand"' in out
    assert '+    "# Tiny"' in out
    assert lab.student.read_text() == before, "--check must not write"


def test_check_names_a_student_lab_that_no_lab_of_the_syllabus_makes(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    small_course.make(tmp_path)
    derive(None, root=tmp_path)
    stray = tmp_path / "notebooks" / "02_old" / "02_old.ipynb"
    stray.parent.mkdir()
    stray.write_text("{}")
    assert derive(None, check=True, root=tmp_path) == 1
    assert "02_old" in capsys.readouterr().out


def test_nothing_is_written_where_nbgrader_refuses(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    derive(None, root=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    nested = small_course.SOLUTION.replace("    return", "    ### BEGIN SOLUTION\n    ### END SOLUTION\n    return")
    small_course.save(lab, double=nested)
    before[lab.solution] = lab.solution.read_bytes()
    with pytest.raises(CourseError, match="nested"):
        derive(None, root=tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("change", "metadata", "says"),
    [
        ({}, {"double": {}}, "holds a solution but is not marked"),
        (
            {},
            {"check": small_course.mark("check_double", grade=True, locked=True, points=7)},
            "worth 7 in the lab, 2 in",
        ),
        ({}, {"why": small_course.mark("double", grade=True, solution=True, points=1)}, "each has to be its own"),
        ({}, {"why": small_course.mark("", grade=True, solution=True, points=1)}, "has no grade_id"),
        ({}, {"imports": {}}, "first code cell has to be the imports"),
        ({"title": "![](picture.png)"}, {}, "without alternative text"),
        ({"use": "import matplotlib.pyplot as plt\nplt.show()"}, {}, "without alternative text"),
        ({"use": "x = 1\n" * 31}, {}, "has 31 lines, 30 at most"),
        ({"use": "%timeit 1"}, {}, "not plain Python"),
        ({"check": small_course.CHECK.replace("### END HIDDEN TESTS", "")}, {}, "without END HIDDEN"),
        ({"double": "def double(values):\n    return 2 * values"}, {}, "exercise without BEGIN SOLUTION"),
        ({}, {"check": small_course.mark("check_double", grade=True, points=2)}, "has to be locked"),
    ],
)
def test_lint_finds(tmp_path: Path, change: dict, metadata: dict, says: str) -> None:
    lab = small_course.make(tmp_path, metadata, **change)
    found = lint.solution_problems(lab, notebooks.read(lab.solution))
    assert any(says in problem for problem in found), found
    with pytest.raises(CourseError):
        derive(None, root=tmp_path)
    assert not lab.student.exists()


def test_lint_passes_a_proper_lab(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    assert not lint.solution_problems(lab, notebooks.read(lab.solution))


def test_lint_finds_a_cell_that_lost_its_output(tmp_path: Path) -> None:
    """jupytext drops the outputs of a cell that was edited, and keeps its number."""
    lab = small_course.make(tmp_path)
    notebook = notebooks.read(lab.solution)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("stream", text="shown\n")]
    notebooks.number_cells(notebook)
    assert not lint.stored_output_problems(lab, notebook)
    (cell,) = (cell for cell in notebook.cells if cell.source.startswith("print("))
    cell.outputs = []
    (problem,) = lint.stored_output_problems(lab, notebook)
    assert "stores no output" in problem


def test_lint_finds_a_solution_that_stayed_in_a_student_lab(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    derive(None, root=tmp_path)
    student = notebooks.read(lab.student)
    student.cells[2].source = student.cells[2].source.replace("raise NotImplementedError", "return 2 * values #")
    assert any("still holds the solution" in problem for problem in lint.student_problems(lab, student))
    assert any("still holds BEGIN" in p for p in lint.student_problems(lab, notebooks.read(lab.solution)))


def test_readme_shows_the_stored_picture_of_a_tagged_cell(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    lab = small_course.make(tmp_path, {"use": {"tags": ["readme-picture"]}})
    with pytest.raises(CourseError, match="stores no picture"):
        derive(None, root=tmp_path)
    notebook = notebooks.read(lab.solution)
    png = base64.b64encode(b"\x89PNG\xff").decode()
    alt = {"image/png": {"alt": "a rising line"}}
    notebook.cells[4].outputs = [new_output("display_data", {"image/png": png}, metadata=alt)]
    notebooks.write(lab.solution, notebooks.to_text(notebook).encode())
    assert derive(None, root=tmp_path) == 0
    picture = tmp_path / "docs" / "pictures" / "01_tiny-use.png"
    assert picture.read_bytes() == b"\x89PNG\xff"
    assert "![a rising line](docs/pictures/01_tiny-use.png)" in (tmp_path / "README.md").read_text()
    picture.write_bytes(b"\x89PNG")
    capsys.readouterr()
    assert derive(None, check=True, root=tmp_path) == 1
    assert "another picture" in capsys.readouterr().out


def test_readme_keeps_what_stands_around_the_table(tmp_path: Path) -> None:
    small_course.make(tmp_path)
    derive(None, root=tmp_path)
    readme = (tmp_path / "README.md").read_text()
    assert readme.startswith("# Course\n")
    assert readme.endswith("\nMore.\n")
    assert "| [01 A tiny lab](labs_solutions/01_tiny/01_tiny.ipynb) | 5 min | 1 s |  | 3 |" in readme
    assert "[01 A tiny lab](01_tiny/01_tiny.ipynb)" in (tmp_path / "notebooks" / "START.md").read_text()
