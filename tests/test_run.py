"""Executing labs: what is stored, and what is refused."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output
import pytest

from course import notebooks
from course.run import execute, final_text, normalise, run
from course.syllabus import CourseError
from tests import small_course


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
    assert notebook.metadata.kernelspec.name == "python3", "without it JupyterLab asks for a kernel"


def test_run_stores_outputs_and_leaves_ids_and_sources(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    before = notebooks.read(lab.solution)
    assert run([lab]) == 0
    after = notebooks.read(lab.solution)
    assert [(c.id, c.source) for c in after.cells] == [(c.id, c.source) for c in before.cells]
    assert [c.execution_count for c in after.cells if c.cell_type == "code"] == [1, 2, 3, 4]
    assert after.cells[4].outputs[0].text == "[2. 2.]\n"
    text = lab.solution.read_text()
    assert run([lab]) == 0
    assert lab.solution.read_text() == text, "a second run stores the same bytes"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys\nprint('a warning', file=sys.stderr)", "writes to stderr"),
        ("import os\nprint(os.urandom(500_000).hex())", "600 KiB at most"),
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
    with pytest.raises(CourseError, match="cell 0 took more than 1 s"):
        execute(notebook, tmp_path, "slow", cell_timeout=1)


def test_a_broken_notebook_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text('{"cells": [')
    with pytest.raises(CourseError, match=r"broken\.ipynb is not a valid notebook"):
        notebooks.read(path)
    path.write_text(nbformat.writes(new_notebook()).replace('"cells": []', '"cells": 3'))
    with pytest.raises(CourseError, match="not a valid notebook"):
        notebooks.read(path)
