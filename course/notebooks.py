"""Reading and writing notebooks, and what the marks on their cells mean."""

from functools import cache
import json
import os
from pathlib import Path
import tempfile

import nbformat
from nbformat import NotebookNode

from course.roles import without_facts
from course.syllabus import ROOT, CourseError

KERNEL = "cnn-labs"
"""The name of the kernel that labs run in: of a folder in `KERNELS`."""
KERNELS = Path(__file__).resolve().parent / "jupyter" / "kernels"
BEGIN_HIDDEN, END_HIDDEN = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
BEGIN_SOLUTION, END_SOLUTION = "BEGIN SOLUTION", "END SOLUTION"


def read(path: Path) -> NotebookNode:
    """Return the notebook; raise `CourseError` where there is none or it is not valid."""
    try:
        notebook = nbformat.reader.reads(path.read_text("utf-8"))  # nbformat.read would validate twice, and only log
        if notebook.get("nbformat") != 4:
            notebook = nbformat.convert(notebook, 4)
        nbformat.validate(notebook)
    except FileNotFoundError:
        raise CourseError(f"there is no {path}") from None
    except (
        nbformat.ValidationError,
        nbformat.reader.NotJSONError,
        AttributeError,
        KeyError,
        TypeError,
        OSError,
    ) as error:
        raise CourseError(f"{path} is not a valid notebook: {str(error).splitlines()[0]}") from error
    return notebook


@cache
def nbgrader_config():
    """Return the course's settings for nbgrader."""
    from traitlets.config import PyFileConfigLoader

    return PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()


def to_text(notebook: NotebookNode) -> str:
    """Return the notebook as the bytes of its file would read: the same notebook gives the same text."""
    return nbformat.v4.writes(notebook) + "\n"


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def tags(cell: NotebookNode) -> list[str]:
    """Return the cell's tags."""
    return cell.metadata.get("tags", [])


def grade_id(cell: NotebookNode) -> str | None:
    """Return the cell's nbgrader id, if it is a cell of nbgrader's."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _flag(cell: NotebookNode, name: str) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get(name))


def is_solution(cell: NotebookNode) -> bool:
    """Tell whether students write in the cell."""
    return _flag(cell, "solution")


def is_check(cell: NotebookNode) -> bool:
    """Tell whether the cell checks an exercise."""
    return cell.cell_type == "code" and _flag(cell, "grade") and not _flag(cell, "solution")


def is_written_answer(cell: NotebookNode) -> bool:
    """Tell whether the cell is an answer in words, graded by hand."""
    return cell.cell_type == "markdown" and _flag(cell, "grade") and _flag(cell, "solution")


def imports_cell(notebook: NotebookNode, path: Path) -> NotebookNode:
    """Return the lab's one cell of imports."""
    found = [cell for cell in notebook.cells if "imports" in tags(cell)]
    if len(found) != 1:
        raise CourseError(f"{path}: one cell has to carry the tag `imports`, found {len(found)}")
    return found[0]


def first_line(cell: NotebookNode) -> str:
    """Return the cell's first line that says something, to name the cell in messages."""
    lines = [line.strip() for line in without_facts(cell).splitlines() if line.strip()]
    return (lines or ["(empty)"])[0][:70]


def number_cells(notebook: NotebookNode) -> None:
    """Give the code cells the execution counts of one run from the top."""
    count = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = count


@cache
def _kernelspec() -> dict[str, str]:
    """Return how a notebook names the labs' kernel."""
    spec = json.loads((KERNELS / KERNEL / "kernel.json").read_text("utf-8"))
    return {"display_name": spec["display_name"], "language": spec["language"], "name": KERNEL}


def strip_volatile(notebook: NotebookNode) -> None:
    """Remove metadata that changes from run to run or machine to machine."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": _kernelspec(),
            "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
        }
    )
    for cell in notebook.cells:
        for key in ("execution", "collapsed", "scrolled", "ExecuteTime", "lines_to_next_cell"):
            cell.metadata.pop(key, None)
