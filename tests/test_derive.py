"""Deriving: complete, all or nothing, the same bytes every time."""

import base64
from pathlib import Path

from nbformat.v4 import new_output
import pytest

from course import lint, notebooks
from course.derive import derive, student_notebook, student_texts
from course.roles import HELPER, SHOWN, TESTED, is_a, without_facts
from course.syllabus import CourseError
from tests import small_course
from tests.small_course import cell_named

REMOVED = ("BEGIN SOLUTION", "return 2 * values", "BEGIN HIDDEN", "arange", "Because it is", "For instructors")


def test_student_lab_has_the_exercise_but_neither_solution_nor_hidden_checks_nor_notes(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    assert derive(None, root=tmp_path) == 0
    student = notebooks.read(lab.student)
    text = lab.student.read_text()
    assert not [piece for piece in REMOVED if piece in text]
    double = cell_named(student, "double").source
    assert "raise NotImplementedError" in double
    assert '"""Return twice the values; raise' in double
    check = cell_named(student, "check")
    assert 'run_check("double", _check_double)' in check.source
    assert check.metadata.nbgrader.points == 3
    assert check.metadata.editable is False
    solution = notebooks.read(lab.solution)
    assert [cell.id for cell in student.cells] == [
        c.id for c in solution.cells if c.id != cell_named(solution, "note").id
    ]


def test_run_all_goes_past_what_is_to_be_solved_and_evidence_is_folded(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    derive(None, root=tmp_path)
    student = notebooks.read(lab.student)
    tags = {name: notebooks.tags(cell_named(student, name)) for name in ("check", "use", "experiment", "double")}
    assert tags == {"check": ["raises-exception"], "use": ["raises-exception"], "experiment": [], "double": []}
    folded = [cell.source for cell in student.cells if cell.metadata.get("jupyter") == {"source_hidden": True}]
    assert folded == [f"{TESTED}\n{small_course.SOURCES['evidence']}"], (
        "of a folded cell JupyterLab shows the first line"
    )
    assert "role" not in lab.student.read_text()


def test_the_line_that_a_folded_cell_shows_says_whether_something_is_to_be_seen(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path, evidence="assert four == 4\nprint('as it should be')")
    (folded,) = (cell for cell in student_notebook(notebooks.read(lab.solution)).cells if "jupyter" in cell.metadata)
    assert folded.source.split("\n")[0] == SHOWN


def test_a_folded_helper_says_that_it_is_one(tmp_path: Path) -> None:
    source = "def twice(number):\n    return 2 * number"
    lab = small_course.make(tmp_path, {"experiment": " helper"}, experiment=source)
    solution = notebooks.read(lab.solution)
    shown = [c.source for c in student_notebook(solution).cells if c.metadata.get("jupyter") == {"source_hidden": True}]
    assert shown[0] == f"{HELPER}\n{source}"
    assert [without_facts(cell) for cell in solution.cells if is_a(cell, "helper")] == [source]


def test_bytes_do_not_change_from_time_to_time(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    assert student_texts([lab]) == student_texts([lab])


def test_check_fails_with_a_diff_where_something_would_change(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    lab = small_course.make(tmp_path)
    derive(None, root=tmp_path)
    capsys.readouterr()
    assert derive(None, check=True, root=tmp_path) == 0
    lab.student.write_text(lab.student.read_text().replace("# 01 A tiny lab", "# Edited by hand"))
    before = lab.student.read_text()
    assert derive(None, check=True, root=tmp_path) == 1
    out = capsys.readouterr().out
    assert '-    "# Edited by hand' in out
    assert '+    "# 01 A tiny lab' in out
    assert lab.student.read_text() == before, "--check must not write"


def test_check_names_what_no_lab_of_the_syllabus_makes(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    small_course.make(tmp_path)
    derive(None, root=tmp_path)
    strays = [tmp_path / "notebooks" / "02_old" / "02_old.ipynb", tmp_path / "docs" / "pictures" / "02_old.png"]
    for stray in strays:
        stray.parent.mkdir(parents=True)
        stray.write_text("{}")
    assert derive(None, check=True, root=tmp_path) == 1
    out = capsys.readouterr().out
    assert all(f"{stray.relative_to(tmp_path)} follows from no lab" in out for stray in strays)


def test_nothing_is_written_where_nbgrader_refuses(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    derive(None, root=tmp_path)
    nested = small_course.SOLUTION.replace("    return", "    ### BEGIN SOLUTION\n    ### END SOLUTION\n    return")
    small_course.save(lab, double=nested)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(CourseError, match="nested"):
        derive(None, root=tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("change", "headers", "says"),
    [
        ({}, {"double": ""}, "holds a solution, but its role is not"),
        ({}, {"check": ""}, "holds hidden checks, but its role is not"),
        ({}, {"use": ' exercise="double"'}, "double has 2 cells in the lab and is listed 1 times"),
        ({}, {"why": small_course.MARKDOWN}, "why has 0 cells in the lab"),
        ({}, {"imports": ""}, "first code cell has to be the imports"),
        ({}, {"experiment": " imports"}, "more than one cell has the role"),
        ({"predict": "![](picture.png)"}, {}, "without alternative text"),
        ({"use": "import matplotlib.pyplot as plt\nplt.show()"}, {}, "without alternative text"),
        ({"use": "x = 1\n" * 31}, {}, "has 31 lines, 30 at most"),
        ({"use": "def broken("}, {}, "not plain Python"),
        ({"check": "double(1)\n" + small_course.CHECK}, {}, "check_double has to be functions and one call of"),
        (
            {"check": small_course.CHECK.replace("_check_double", "values")},
            {},
            "defines values: names of a check begin",
        ),
        (
            {"check": small_course.BAD_INPUT.replace("_bad_input", "")},
            {},
            "tests bad input, which has a check and points",
        ),
        ({"bad_input": "def _check_it():\n    pass"}, {}, "check_double_bad_input has to be functions and one call of"),
        ({"bad_input": small_course.BAD_INPUT.replace("    e", "    x = 1\n" * 40 + "    e", 1)}, {}, "40 at most"),
        ({"check": small_course.CHECK.replace("### END HIDDEN TESTS", "")}, {}, "without END HIDDEN"),
        ({"double": "def double(values):\n    return 2 * values"}, {}, "exercise without BEGIN SOLUTION"),
    ],
)
def test_lint_finds(tmp_path: Path, change: dict, headers: dict, says: str) -> None:
    lab = small_course.make(tmp_path, headers, **change)
    found = lint.solution_problems(lab, notebooks.read(lab.solution))
    assert any(says in problem for problem in found), found
    with pytest.raises(CourseError):
        derive(None, root=tmp_path)
    assert not lab.student.exists()


def test_lint_passes_a_proper_lab(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    assert not lint.solution_problems(lab, notebooks.read(lab.solution))


def test_lint_finds_a_cell_that_lost_its_output(tmp_path: Path) -> None:
    """Where somebody has edited the stored notebook by other means."""
    lab = small_course.make(tmp_path)
    notebook = notebooks.read(lab.solution)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("stream", text="shown\n")]
    notebooks.number_cells(notebook)
    assert not lint.stored_output_problems(lab, notebook)
    cell_named(notebook, "use").outputs = []
    (problem,) = lint.stored_output_problems(lab, notebook)
    assert "stores no output" in problem


def test_lint_finds_a_stored_picture_without_alternative_text(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    notebook = notebooks.read(lab.solution)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("display_data", {"image/png": "iVBORw0KGgo="})]
    notebooks.number_cells(notebook)
    found = lint.stored_output_problems(lab, notebook)
    assert len(found) == 7
    assert all("has a picture without alternative text" in problem for problem in found)


def test_lint_finds_what_stayed_in_a_student_lab(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    derive(None, root=tmp_path)
    solution, student = notebooks.read(lab.solution), notebooks.read(lab.student)
    cell = cell_named(student, "double")
    cell.source = cell_named(solution, "double").source.replace("### ", "# ")
    assert any("still holds the solution" in problem for problem in lint.student_problems(lab, solution, student))
    found = lint.student_problems(lab, solution, solution)
    assert any("still holds BEGIN" in problem for problem in found)
    assert any("is a note for instructors" in problem for problem in found)


def test_readme_shows_the_stored_picture_of_a_readme_cell(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    lab = small_course.make(tmp_path, {"evidence": " evidence readme"})
    with pytest.raises(CourseError, match="stores no picture"):
        derive(None, root=tmp_path)
    notebook = notebooks.read(lab.solution)
    png = base64.b64encode(b"\x89PNG\xff").decode()
    alt = {"image/png": {"alt": "a rising line"}}
    cell_named(notebook, "evidence").outputs = [new_output("display_data", {"image/png": png}, metadata=alt)]
    notebooks.write(lab.solution, notebooks.to_text(notebook).encode())
    assert derive(None, root=tmp_path) == 0
    picture = tmp_path / "docs" / "pictures" / "01_tiny.png"
    assert picture.read_bytes() == b"\x89PNG\xff"
    assert "![a rising line](docs/pictures/01_tiny.png)" in (tmp_path / "README.md").read_text()
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
    assert "| [01 A tiny lab](labs_solutions/01_tiny/01_tiny.ipynb) | 5 min | 1 s |  | 5 |" in readme
    assert "[01 A tiny lab](01_tiny/01_tiny.ipynb)" in (tmp_path / "notebooks" / "START.md").read_text()
