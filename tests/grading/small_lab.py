"""A lab without TensorFlow, graded in seconds, and the submissions that come back for it.

`make` writes the course to a temporary folder; `filled` and its relatives return notebooks as students hand them in;
`hand_in` writes one where a class's submissions are collected.
"""

from collections.abc import Mapping
import copy
from functools import cache
from pathlib import Path
import tempfile

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course import notebooks
from course.derive import student_texts
from course.syllabus import Lab, labs

NAME = "01_small"
POINTS = {"mean_square": 2, "scale_rows": 3, "clip_negative": 2, "running_total": 3}
CHECK_POINTS = {
    "mean_square": 2,
    "scale_rows": 2.5,
    "scale_rows_bad_input": 0.5,
    "clip_negative": 2,
    "running_total": 3,
}
"""As they are given, check by check."""
WRITTEN = {"why_a_copy": 2}
SYLLABUS = """
[[lab]]
name = "01_small"
title = "A small lab"
minutes = 10
budget_seconds = 10
seconds = 1
data = []
points = { mean_square = 2, scale_rows = 3, clip_negative = 2, running_total = 3 }
bad_input = { scale_rows = 0.5 }
written = { why_a_copy = 2 }
"""

IMPORTS = """import numpy as np

from utils.checks import expect_close, expect_equal, expect_error, expect_shape, expect_unchanged, run_check"""

SOLUTIONS = {
    "mean_square": '''def mean_square(values):
    """Return the mean of the squares of an array, a number."""
    ### BEGIN SOLUTION
    return np.mean(np.square(values))
    ### END SOLUTION''',
    "scale_rows": '''def scale_rows(matrix):
    """Return the matrix with every row divided by its sum; raise ValueError where a sum is zero."""
    ### BEGIN SOLUTION
    if not matrix.sum(axis=1).all():
        raise ValueError("a row sums to zero")
    return matrix / matrix.sum(axis=1, keepdims=True)
    ### END SOLUTION''',
    "clip_negative": '''def clip_negative(values):
    """Return a copy of the array in which 0 stands for every negative value."""
    ### BEGIN SOLUTION
    result = values.copy()
    result[result < 0] = 0
    return result
    ### END SOLUTION''',
    "running_total": '''def running_total(values):
    """Return the sums of the first, the first two, the first three ... values, with a loop."""
    ### BEGIN SOLUTION
    totals, total = [], 0
    for value in values:
        total += value
        totals.append(total)
    return np.array(totals)
    ### END SOLUTION''',
}
CHECKS = {
    "mean_square": """def _check_mean_square():
    hints = [(2.25, "That is the square of the mean."), (5, "That is the sum: divide by how many there are.")]
    expect_close("mean_square([1, 2])", mean_square(np.array([1.0, 2.0])), 2.5, hints=hints)
    ### BEGIN HIDDEN TESTS
    secret_values = np.array([[3.0, -4.0], [0.0, 1.0]])
    expect_close("mean_square([[3, -4], [0, 1]])", mean_square(secret_values), 6.5)
    ### END HIDDEN TESTS


run_check("mean_square", _check_mean_square)""",
    "scale_rows": """def _check_scale_rows():
    got = scale_rows(np.array([[1.0, 3.0], [2.0, 2.0]]))
    expect_shape("scale_rows([[1, 3], [2, 2]])", got, (2, 2))
    expect_close("scale_rows([[1, 3], [2, 2]])", got, [[0.25, 0.75], [0.5, 0.5]])
    ### BEGIN HIDDEN TESTS
    secret_matrix = np.array([[1.0, 1.0, 2.0], [0.0, 3.0, 1.0]])
    expect_close("scale_rows(matrix)", scale_rows(secret_matrix), [[0.25, 0.25, 0.5], [0.0, 0.75, 0.25]])
    ### END HIDDEN TESTS


run_check("scale_rows", _check_scale_rows)""",
    "clip_negative": """def _check_clip_negative():
    values = np.array([-1.0, 0.0, 2.0])
    expect_close("clip_negative([-1, 0, 2])", clip_negative(values), [0, 0, 2])
    ### BEGIN HIDDEN TESTS
    expect_unchanged("clip_negative([-1, 0, 2])", values, [-1, 0, 2])
    secret_values = np.array([[-3.0, 4.0], [5.0, -6.0]])
    expect_close("clip_negative([[-3, 4], [5, -6]])", clip_negative(secret_values), [[0, 4], [5, 0]])
    expect_unchanged("clip_negative([[-3, 4], [5, -6]])", secret_values, [[-3, 4], [5, -6]])
    ### END HIDDEN TESTS


run_check("clip_negative", _check_clip_negative)""",
    "running_total": """def _check_running_total():
    expect_equal("running_total([1, 2, 3])", running_total(np.array([1, 2, 3])), np.array([1, 3, 6]))
    ### BEGIN HIDDEN TESTS
    expect_equal("running_total([5, -5, 2, 0])", running_total(np.array([5, -5, 2, 0])), np.array([5, 0, 2, 2]))
    ### END HIDDEN TESTS


run_check("running_total", _check_running_total)""",
}
BAD_INPUT = """def _check_scale_rows_bad_input():
    expect_close("scale_rows([[1, 3]])", scale_rows(np.array([[1.0, 3.0]])), [[0.25, 0.75]])
    ### BEGIN HIDDEN TESTS
    secret_zeros = np.array([[1.0, 3.0], [2.0, -2.0]])
    expect_error("scale_rows(a row of sum 0)", lambda: scale_rows(secret_zeros))
    ### END HIDDEN TESTS


run_check("scale_rows, bad input", _check_scale_rows_bad_input)"""
MODEL_ANSWER = "**Model answer.** The caller may still need the array. One point for *caller*, one for *still needs*."

REFUSE = "    if not matrix.sum(axis=1).all():\n        raise ValueError('a row sums to zero')\n"
RIGHT = {
    "mean_square": 'def mean_square(values):\n    """Return the mean of the squares."""\n    return (values**2).mean()\n',
    "scale_rows": f"def scale_rows(matrix):\n{REFUSE}    return matrix / matrix.sum(axis=1, keepdims=True)\n",
    "clip_negative": "def clip_negative(values):\n    return np.maximum(values, 0)\n",
    "running_total": "def running_total(values):\n    totals, total = [], 0\n    for value in values:\n"
    "        total += value\n        totals.append(total)\n    return np.array(totals)\n",
}
"""All right, with NumPy."""
RIGHT_WITH_LOOPS = {
    "mean_square": "def mean_square(values):\n    total = 0.0\n    for value in values.ravel():\n"
    "        total += value * value\n    return total / values.size\n",
    "scale_rows": f"def scale_rows(matrix):\n{REFUSE}    rows = [[value / sum(row) for value in row] for row in matrix.tolist()]\n"
    "    return np.array(rows)\n",
    "clip_negative": "def clip_negative(values):\n    return np.where(values < 0, 0, values)\n",
    "running_total": "def running_total(values):\n    result = np.zeros_like(values)\n    for i in range(len(values)):\n"
    "        result[i] = values[: i + 1].sum()\n    return result\n",
}
"""All right, in another style."""
WRONG = {
    "mean_square": "def mean_square(values):\n    return values.mean() ** 2\n",
    "scale_rows": "def scale_rows(matrix):\n    return matrix / matrix.sum(axis=0)\n",
    "clip_negative": "def clip_negative(values):\n    values[values < 0] = 0\n    return values\n",
    "running_total": "def running_total(values):\n    return [sum(values)] * len(values)\n",
}
"""All wrong: the square of the mean, columns, a changed input (only hidden checks see it), the last sum everywhere."""
LONG = """def mean_square(values):
    flat = [float(value) for row in np.atleast_2d(values) for value in row]
    total, number = 0.0, 0
    while number < len(flat):
        total = total + flat[number] * flat[number]
        number += 1
    if number == 0:
        raise ValueError("there is no mean of nothing")
    for other in range(number):
        assert flat[other] == flat[other], "not a number"
    return total / number
"""
"""Right, and so long that two who wrote it have hardly done so by themselves."""
ANSWER = "Because whoever called it still needs the array as it was."


def mark(grade_id: str, **values) -> dict:
    """Return nbgrader's mark on a cell."""
    flags = {"task": False, "grade": False, "solution": False, "locked": False}
    return {"nbgrader": {"schema_version": 3, "grade_id": grade_id} | flags | values}


def cells() -> list[NotebookNode]:
    """Return the cells of the solution notebook."""
    result = [
        new_markdown_cell("# A small lab", id="title"),
        new_code_cell(IMPORTS, id="imports", metadata={"tags": ["imports"]}),
        new_code_cell('rng = np.random.default_rng(0)\nprint("looked at", rng.random(1000).mean())', id="look"),
    ]
    for name, points in POINTS.items():
        check = mark(f"check_{name}", grade=True, locked=True, points=CHECK_POINTS[name])
        result += [
            new_markdown_cell(f"### Exercise: `{name}` ({points} points)", id=f"task-{name}"),
            new_code_cell(SOLUTIONS[name], id=f"cell-{name}", metadata=mark(name, solution=True)),
            new_code_cell(CHECKS[name], id=f"cell-check-{name}", metadata=check),
        ]
    errors = mark("check_scale_rows_bad_input", grade=True, locked=True, points=0.5)
    place = next(number for number, cell in enumerate(result) if cell.id == "cell-check-scale_rows") + 1
    result.insert(place, new_code_cell(BAD_INPUT, id="cell-check-scale_rows-bad", metadata=errors))
    use = "def doubled(values):\n    return 2 * values\n\n\nprint(mean_square(doubled(rng.random(10_000))))"
    return [
        *result,
        new_code_cell(use, id="experiment", metadata={"tags": ["raises-exception"]}),
        new_markdown_cell(MODEL_ANSWER, id="why", metadata=mark("why_a_copy", grade=True, solution=True, points=2)),
        new_markdown_cell("## Wrap-up", id="end"),
    ]


def make(root: Path) -> Lab:
    """Write the course, with the solution and the student's lab, to `root`."""
    (root / "course").mkdir(parents=True)
    (root / "course" / "syllabus.toml").write_text(SYLLABUS)
    (lab,) = labs(root=root)
    solution = new_notebook(cells=cells())
    notebooks.strip_volatile(solution)
    notebooks.write(lab.solution, notebooks.to_text(solution).encode())
    notebooks.write(lab.student, _student_text().encode())
    return lab


@cache
def _student_text() -> str:
    """Return the student's lab as the course derives it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "course").mkdir()
        (root / "course" / "syllabus.toml").write_text(SYLLABUS)
        (lab,) = labs(root=root)
        notebooks.write(lab.solution, notebooks.to_text(new_notebook(cells=cells())).encode())
        return student_texts([lab])[lab.student]


def stub() -> NotebookNode:
    """Return the student's lab as it was handed out."""
    return nbformat.reads(_student_text(), as_version=4)


def filled(sources: Mapping[str, str] = RIGHT, answer: str | None = ANSWER) -> NotebookNode:
    """Return the student's lab with sources put in: grade_id or cell id -> source; None leaves the answer as it is."""
    notebook = stub()
    for name, source in sources.items():
        find(notebook, name).source = source
    if answer is not None:
        find(notebook, "why_a_copy").source = answer
    return notebook


def partly(**sources: str) -> NotebookNode:
    """Return a right submission but for the functions (or cells, by grade_id) given here."""
    return filled(RIGHT | sources)


def find(notebook: NotebookNode, name: str) -> NotebookNode:
    """Return the cell with this grade_id or id."""
    return notebook.cells[index(notebook, name)]


def index(notebook: NotebookNode, name: str) -> int:
    """Return the place of the cell with this grade_id or id."""
    return next(i for i, cell in enumerate(notebook.cells) if name in (notebooks.grade_id(cell), cell.get("id")))


def without(notebook: NotebookNode, *names: str) -> NotebookNode:
    """Return the notebook without these cells."""
    gone = {id(find(notebook, name)) for name in names}
    return changed(notebook, [cell for cell in notebook.cells if id(cell) not in gone])


def with_copy(notebook: NotebookNode, name: str, source: str | None = None) -> NotebookNode:
    """Return the notebook with a cell copied right below itself, marks and all, as JupyterLab's copy and paste does."""
    place = index(notebook, name)
    twin = copy.deepcopy(notebook.cells[place])
    twin.id = f"{twin.id}-copy"
    twin.source = twin.source if source is None else source
    return changed(notebook, [*notebook.cells[: place + 1], twin, *notebook.cells[place + 1 :]])


def with_cell(notebook: NotebookNode, source: str, before: str, kind: str = "code") -> NotebookNode:
    """Return the notebook with a cell of the student's own put in before the cell `before`."""
    place = index(notebook, before)
    own = new_code_cell(source) if kind == "code" else new_markdown_cell(source)
    return changed(notebook, [*notebook.cells[:place], own, *notebook.cells[place:]])


def without_marks(notebook: NotebookNode, *, ids: bool = True) -> NotebookNode:
    """Return the notebook as some editors save it: cells without metadata and, unless `ids`, with new ids."""
    result = copy.deepcopy(notebook)
    for number, cell in enumerate(result.cells):
        cell.metadata = NotebookNode()
        if not ids:
            cell.id = f"new-{number}"
    return result


def changed(notebook: NotebookNode, cells: list[NotebookNode] | None = None, **metadata) -> NotebookNode:
    """Return the notebook with other cells, or other metadata."""
    result = copy.deepcopy(notebook)
    if cells is not None:
        result.cells = copy.deepcopy(cells)
    result.metadata.update(metadata)
    return result


def to_bytes(notebook: NotebookNode) -> bytes:
    """Return the notebook as a file's bytes."""
    return notebooks.to_text(notebook).encode()


def hand_in(folder: Path, student: str, content: NotebookNode | bytes, name: str = f"{NAME}.ipynb") -> Path:
    """Write a submission to `folder/student/name` and return its path."""
    path = folder / student / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else to_bytes(content))
    return path
