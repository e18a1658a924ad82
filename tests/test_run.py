"""Executing labs: what is stored, and what is refused."""

import difflib
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output
import pytest

from course import notebooks, text
from course.run import execute, final_text, normalise, run
from course.syllabus import CourseError
from tests import small_course
from tests.small_course import cell_named

MOMENT = "import time\n\nfour = 4\nprint(time.time_ns())"
"""An experiment whose output tells when it ran."""


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain \nlines\n", "plain \nlines\n"),
        ("\r 10%|=  |\r100%|===|\r           \r", ""),
        ("\rtraining: 1/2\rtraining: 2/2\rdone         \nnext", "done\nnext"),
        ("abcdef\rXY", "XYcdef"),
    ],
)
def test_final_text_is_what_a_terminal_shows(written: str, shown: str) -> None:
    assert final_text(written) == shown


def test_normalised_outputs_do_not_depend_on_how_they_came() -> None:
    widget = new_output("display_data", {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "slider"})
    cell = new_code_cell(
        "x",
        id="x",
        execution_count=17,
        metadata={"execution": {"iopub.status.busy": "now"}, "tags": ["keep"]},
        outputs=[
            new_output("stream", name="stdout", text="one\r"),
            new_output("stream", name="stdout", text="two\n"),
            widget,
            new_output("stream", name="stdout", text="\r   \r"),
            new_output("execute_result", {"text/plain": "3"}, execution_count=17),
        ],
    )
    notebook = new_notebook(cells=[cell], metadata={"language_info": {"name": "python", "version": "3.11.7"}})
    normalise(notebook)
    assert [output.output_type for output in cell.outputs] == ["stream", "execute_result"]
    assert cell.outputs[0].text.strip() == "two"
    assert cell.execution_count == cell.outputs[1].execution_count == 1
    assert cell.metadata == {"tags": ["keep"]}
    assert "version" not in notebook.metadata.language_info
    assert notebook.metadata.kernelspec.name == "cnn-labs", "without it JupyterLab asks for a kernel"


def test_run_makes_the_notebook_of_the_text(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    lab.solution.unlink()
    assert run([lab]) == 0
    made = notebooks.read(lab.solution)
    assert not text.disagreement(lab)
    assert [c.execution_count for c in made.cells if c.cell_type == "code"] == [1, 2, 3, 4, 5, 6, 7]
    assert cell_named(made, "use").outputs[0].text == "[2. 2.]\n"
    stored = lab.solution.read_text()
    assert run([lab], again=True) == 0
    assert lab.solution.read_text() == stored, "a second run stores the same bytes"


def test_prose_is_taken_over_without_executing_anything(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """And a one-word change is a line of the text and a few of the notebook."""
    lab = small_course.make(tmp_path, experiment=MOMENT)
    assert run([lab]) == 0
    before, said = lab.solution.read_text().splitlines(), lab.text.read_text()
    lab.text.write_text(said.replace("twice two?", "twice three?").replace("Ask for", "Beg for"))
    assert run([lab], check=True) == 0
    assert run([lab]) == 0
    after = lab.solution.read_text().splitlines()
    assert "nothing to execute" in capsys.readouterr().out
    assert any("twice three?" in line for line in after)
    changed = [line for line in difflib.ndiff(before, after) if line.startswith(("- ", "+ "))]
    assert len(changed) == 2 * (2 + 2 + 1), "of two cells text and id, and the digest of the text"


def cell_of_the_moment(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return next(cell for cell in notebook.cells if cell.source == MOMENT)


@pytest.mark.parametrize("what", ["code", "utils", "pins", "counts", "again"])
def test_run_executes_where_outputs_are_not_their_own_any_more(tmp_path: Path, what: str) -> None:
    lab = small_course.make(tmp_path, experiment=MOMENT)
    (tmp_path / "utils").mkdir()
    (tmp_path / "utils" / "checks.py").write_text("from utils import deeper\n")
    (tmp_path / "utils" / "deeper.py").write_text("x = 1\n")
    (tmp_path / "requirements.txt").write_text("numpy==2\n")
    assert run([lab]) == 0
    before = notebooks.read(lab.solution)
    edited = notebooks.read(lab.solution)
    match what:
        case "code":
            lab.text.write_text(lab.text.read_text().replace("four == 4", "four == 2 + 2"))
        case "utils":
            (tmp_path / "utils" / "deeper.py").write_text("x = 2\n")
        case "pins":
            (tmp_path / "requirements.txt").write_text("numpy==3\n")
        case "counts":
            cell_named(edited, "evidence").execution_count = 17
    notebooks.write(lab.solution, notebooks.to_text(edited).encode())
    assert run([lab], check=True) == (what != "again")
    assert run([lab], again=what == "again") == 0
    assert cell_named(notebooks.read(lab.solution), "predict") == cell_named(before, "predict")
    times = [cell_of_the_moment(notebook).outputs[0].text for notebook in (before, notebooks.read(lab.solution))]
    assert times[0] != times[1]
    assert run([lab], check=True) == 0


def test_outputs_stay_their_own_with_another_tool(tmp_path: Path) -> None:
    """Another ruff or pytest changes nothing that a lab shows."""
    lab = small_course.make(tmp_path)
    (tmp_path / "requirements.txt").write_text("numpy==2\nruff==1\n")
    assert run([lab]) == 0
    (tmp_path / "requirements.txt").write_text("numpy==2\npycocotools==2\nruff==2\n")
    assert run([lab], check=True) == 0


def test_an_edit_in_the_notebook_is_not_thrown_away(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    lab = small_course.make(tmp_path)
    assert run([lab]) == 0
    edited = notebooks.read(lab.solution)
    cell_named(edited, "predict").source += " Or thrice?"
    notebooks.write(lab.solution, notebooks.to_text(edited).encode())
    before = lab.solution.read_bytes()
    for check in (True, False):
        assert run([lab], check=check) == 1
        assert "01_tiny.ipynb was edited by hand since it was made of its text" in capsys.readouterr().out
    assert lab.solution.read_bytes() == before
    assert text.take_back(lab) == 0
    assert run([lab]) == 0
    assert cell_named(notebooks.read(lab.solution), "predict").source.endswith(" Or thrice?")
    assert not text.disagreement(lab)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys\nprint('a warning', file=sys.stderr)", "writes to stderr"),
        ("import os\nprint(os.urandom(500_000).hex())", "900 KiB at most. The largest outputs: cell 11 "),
        ("def broken(", "not plain Python"),
        ("import os\nos._exit(3)", "the kernel died"),
    ],
)
def test_run_refuses_and_stores_nothing(tmp_path: Path, capsys: pytest.CaptureFixture, source: str, says: str) -> None:
    lab = small_course.make(tmp_path, use=source)
    before = lab.solution.read_bytes()
    assert run([lab]) == 1
    assert says in capsys.readouterr().out
    assert lab.solution.read_bytes() == before


def test_a_cell_that_takes_too_long_is_named(tmp_path: Path) -> None:
    notebook = new_notebook(cells=[new_code_cell("import time\ntime.sleep(60)", id="slow")])
    with pytest.raises(CourseError, match=r"slow, cell 0 \(import time\) took too long"):
        execute(notebook, tmp_path, "slow", cell_timeout=1)


def test_a_broken_notebook_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text('{"cells": [')
    with pytest.raises(CourseError, match=r"broken\.ipynb is not a valid notebook"):
        notebooks.read(path)
    path.write_text(nbformat.writes(new_notebook()).replace('"cells": []', '"cells": 3'))
    with pytest.raises(CourseError, match="not a valid notebook"):
        notebooks.read(path)
