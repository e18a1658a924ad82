"""A lab as text: roles, what follows from them, and the way back from a notebook that was edited in JupyterLab."""

from pathlib import Path
import re

from nbformat.v4 import new_code_cell, new_markdown_cell
import pytest

from course import notebooks, roles, text
from course.derive import student_notebook
from course.syllabus import CourseError, Lab, labs
from tests import small_course
from tests.small_course import SOURCES, cell_named

LABS = [pytest.param(lab, id=lab.name) for lab in labs()]


def save(lab: Lab, notebook) -> None:
    notebooks.write(lab.solution, notebooks.to_text(notebook).encode())


def run_without_executing(lab: Lab) -> None:
    """Make the stored notebook of the text, with the state that `run` leaves."""
    from course import outputs

    notebook = text.notebook_of(lab)
    notebook.metadata[outputs.KEY] = outputs.state_of(notebook, lab)
    save(lab, notebook)


def test_marks_points_tags_and_ids_follow_from_the_roles(tmp_path: Path) -> None:
    notebook = text.notebook_of(small_course.make(tmp_path))
    marks = {name: cell_named(notebook, name).metadata.get("nbgrader", {}) for name in SOURCES}
    assert {name for name, mark in marks.items() if mark} == {"double", "check", "bad_input", "why"}
    ids = ["double", "check_double", "check_double_bad_input", "why"]
    assert [marks[name].grade_id for name in ("double", "check", "bad_input", "why")] == ids
    assert [marks[name].points for name in ("check", "bad_input", "why")] == [3, 1, 1]
    assert marks["check"].locked
    assert marks["bad_input"].locked
    assert notebooks.is_check(cell_named(notebook, "check"))
    assert notebooks.is_written_answer(cell_named(notebook, "why"))
    assert notebooks.is_solution(cell_named(notebook, "double"))
    assert notebooks.tags(cell_named(notebook, "use")) == ["raises-exception"]
    assert cell_named(notebook, "double").id == "exercise-double"
    assert "### Exercise 1: `double` (4 points, objective 1)" in cell_named(notebook, "task").source
    assert "### Exercise 2: `why` (1 point, written, objective 1)" in cell_named(notebook, "ask").source
    facts = "*5 minutes for you; 1 s of computing on two idle cores; 5 points. Data: none to be loaded.*"
    assert facts in cell_named(notebook, "title").source


def test_what_a_students_function_gave_is_folded_and_may_fail(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path, {"use": ' evidence uses="double"'})
    use = cell_named(student_notebook(notebooks.read(lab.solution)), "use")
    assert notebooks.tags(use) == ["raises-exception"]
    assert use.metadata.jupyter.source_hidden is True


def test_an_edit_changes_the_id_of_its_own_cell_alone(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    before = [cell.id for cell in text.notebook_of(lab).cells]
    small_course.save(lab, experiment="four = 3 + 1")
    after = [cell.id for cell in text.notebook_of(lab).cells]
    assert len(set(before)) == len(before)
    assert [old == new for old, new in zip(before, after)].count(False) == 1


def test_the_same_text_twice_gets_two_ids(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path, evidence=SOURCES["experiment"])
    ids = [cell.id for cell in text.notebook_of(lab).cells]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"evidence": " evidense"}, "evidense is no role: plain roles are imports, evidence"),
        ({"use": ' shows="double"'}, "shows is no role"),
        ({"evidence": " evidence imports"}, "do not go together"),
        ({"check": ' evidence check="double"'}, "check and evidence do not go together"),
        ({"guess": " guess"}, "guess is a role of markdown cells, and this is a code cell"),
        ({"title": " [markdown] imports"}, "imports is a role of code cells"),
        ({"use": ' uses="triple"'}, "course/syllabus.toml does not list it for 01_tiny; add `points = { triple = 2 }`"),
        ({"why": ' [markdown] written="double"'}, "add `written = { double = 2 }`"),
        ({"title": " [raw]"}, "a raw cell; labs have code and markdown"),
    ],
)
def test_a_header_that_says_nothing_known_is_named(tmp_path: Path, headers: dict, says: str) -> None:
    with pytest.raises(CourseError, match=re.escape(says)):
        small_course.make(tmp_path, headers)


@pytest.mark.parametrize("lab", LABS)
def test_nothing_is_lost_on_the_way_to_the_notebook_and_back(lab: Lab) -> None:
    """But a blank line or two between cells, which mean nothing."""
    there_and_back, text_now = text.text_of(text.notebook_of(lab), lab.name), lab.text.read_text("utf-8")
    assert [line for line in there_and_back.split("\n") if line] == [line for line in text_now.split("\n") if line]


def test_an_edited_notebook_comes_back_into_the_text(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    lab.text.write_text(text.formatted(lab.text.read_text(), lab.name))
    run_without_executing(lab)
    assert text.take_back(lab) == 0
    edited = notebooks.read(lab.solution)
    cell_named(edited, "predict").source += " Or thrice?"
    cell_named(edited, "experiment").metadata.update(editable=True, slideshow={"slide_type": ""}, tags=[])
    edited.cells.insert(1, new_code_cell("five = 5", metadata={"jupyter": {"source_hidden": False}}))
    save(lab, edited)
    before = lab.text.read_text().splitlines()
    assert text.take_back(lab) == 0
    after = lab.text.read_text().splitlines()
    assert [line for line in after if line not in before] == [
        "five = 5",
        "# **Predict.** What is twice two? Or thrice?",
    ]
    assert [line for line in before if line not in after] == ["# **Predict.** What is twice two?"]
    made = text.notebook_of(lab)
    assert [(c.cell_type, c.source, roles.role_of(c)) for c in made.cells] == [
        (c.cell_type, c.source, roles.role_of(c)) for c in edited.cells
    ]


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (new_markdown_cell("![](attachment:a.png)", attachments={"a.png": {}}), "holds a pasted picture"),
        (new_code_cell("1", metadata={"tags": ["skip"]}), "carries the tag skip"),
        (new_code_cell("1", metadata={"mine": 1}), "no role stands for: mine"),
        (new_code_cell("def broken("), "no Python that can be formatted"),
    ],
)
def test_what_text_cannot_keep_is_an_error_and_not_a_loss(tmp_path: Path, cell, says: str) -> None:
    lab = small_course.make(tmp_path)
    run_without_executing(lab)
    edited = notebooks.read(lab.solution)
    edited.cells.append(cell)
    save(lab, edited)
    before = lab.text.read_text()
    with pytest.raises(CourseError, match=says):
        text.take_back(lab)
    assert lab.text.read_text() == before


def test_edits_on_both_sides_are_not_overwritten(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    run_without_executing(lab)
    newer = lab.text.read_text().replace("twice two", "twice three")
    lab.text.write_text(newer)
    with pytest.raises(CourseError, match=r"01_tiny\.py was edited after 01_tiny\.ipynb was made of it"):
        text.take_back(lab)
    assert lab.text.read_text() == newer
    assert text.take_back(lab, force=True) == 0
    assert "twice two" in lab.text.read_text()


@pytest.mark.parametrize("where", ["source", "cells", "nothing"])
def test_text_and_notebook_that_disagree_are_found(tmp_path: Path, where: str) -> None:
    lab = small_course.make(tmp_path)
    stored = notebooks.read(lab.solution)
    if where == "source":
        cell_named(stored, "guess").source = "edited"
    elif where == "cells":
        del stored.cells[-1]
    save(lab, stored)
    found = text.disagreement(lab)
    assert bool(found) == (where != "nothing")
    line = {"source": "line 20", "cells": "line 79"}
    assert where == "nothing" or f"01_tiny.ipynb is not what 01_tiny.py makes of it, from {line[where]} on" in found


@pytest.mark.parametrize("lab", LABS)
def test_the_stored_notebooks_are_what_their_texts_say(lab: Lab) -> None:
    assert not text.disagreement(lab)
