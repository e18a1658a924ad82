"""Variants, as they come back: what is executed is the variant's, whatever is in the notebook."""

from pathlib import Path

import nbformat
import pytest

from course import notebooks
from course.derive import student_labs
from course.grading.prepare.handed_out import course_of
from course.syllabus import Lab, labs
from course.variants import Variant, lab_of
from tests.grading import small_lab
from tests.grading.test_sanitize import cells, job_of, outcome

FILLED = Variant(filled=("scale_rows",))
USES = "def clip_negative(values):\n    scale_rows(np.ones((2, 2)))\n    return np.maximum(values, 0)\n"


def handed_out(lab: Lab) -> nbformat.NotebookNode:
    (notebook,) = student_labs([lab]).values()
    return notebook


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return lab_of(small_lab.make(tmp_path_factory.mktemp("variant")), FILLED)


def test_what_is_filled_is_the_courses_code_and_earns_nothing(lab: Lab) -> None:
    notebook = handed_out(lab)
    small_lab.find(notebook, "clip_negative").source = USES
    job = job_of(notebook, lab)
    assert list(job.points) == ["mean_square", "clip_negative", "running_total"]
    assert [cell.source for cell in cells(job, "lab")] == [small_lab.find(notebook, "cell-scale_rows").source]
    assert "SOLUTION" not in job.notebook
    assert outcome(job)["clip_negative"]


@pytest.mark.parametrize("source", ["def scale_rows(matrix):\n    return 1 / 0", "", "x ="])
def test_what_is_filled_stays_the_courses_whatever_a_student_makes_of_it(lab: Lab, source: str) -> None:
    notebook = handed_out(lab)
    small_lab.find(notebook, "clip_negative").source = USES
    small_lab.find(notebook, "cell-scale_rows").source = source
    assert outcome(job_of(notebook, lab))["clip_negative"]
    assert outcome(job_of(small_lab.without(notebook, "cell-scale_rows"), lab))["clip_negative"]


def test_the_whole_labs_notebook_is_graded_like_the_class(lab: Lab) -> None:
    job = job_of(small_lab.filled(small_lab.RIGHT | {"scale_rows": small_lab.WRONG["scale_rows"]}), lab)
    assert outcome(job) == {"mean_square": True, "clip_negative": True, "running_total": True}
    assert not [cell for cell in cells(job, "own") if "_check_" in cell.source]


def test_both_variants_of_one_lab_are_kept_apart(lab: Lab) -> None:
    (whole,) = labs(root=lab.root)
    whole = lab_of(lab, Variant())
    assert len(course_of(whole).cells) == len(course_of(lab).cells)
    assert course_of(lab) is course_of(lab)
    ids = [cell.id for cell in course_of(lab).cells if notebooks.is_solution(cell)]
    assert "cell-scale_rows" not in ids


def test_sections_that_the_core_leaves_out_are_not_executed(tmp_path: Path) -> None:
    """Who hands in the whole lab's notebook hands in its further experiments, too: these are nobody's own cells."""
    whole = small_lab.make(tmp_path)
    solution = notebooks.read(whole.solution)
    place = small_lab.index(solution, "task-running_total")
    solution.cells.insert(place, nbformat.v4.new_markdown_cell("## Further", id="further"))
    solution.cells.append(nbformat.v4.new_code_cell("raise SystemExit('a long experiment')", id="long"))
    notebooks.write(whole.solution, notebooks.to_text(solution).encode())
    core = lab_of(whole, Variant(core=True))
    assert list(core.points) == ["mean_square", "scale_rows", "clip_negative"]
    assert not core.written
    assert course_of(core).left_out >= {"long", "cell-running_total", "cell-check-running_total", "experiment"}
    notebook = handed_out(whole)
    for name, source in small_lab.RIGHT.items():
        small_lab.find(notebook, name).source = source
    job = job_of(notebook, core)
    assert list(job.points) == ["mean_square", "scale_rows", "scale_rows_bad_input", "clip_negative"]
    assert not cells(job, "own")
    assert all(outcome(job).values())
