"""Rules that every lab keeps, checked on its text and stored outputs."""

import ast
import re

from nbformat import NotebookNode

from course import notebooks
from course.syllabus import Lab

MAX_LINES = 30
MAX_BYTES = 600 * 1024


def problems(lab: Lab) -> list[str]:
    """Return what is wrong with a lab, a line each; an empty list where nothing is."""
    notebook = notebooks.read(lab.solution)
    found = solution_problems(lab, notebook) + stored_output_problems(lab, notebook)
    if lab.student.exists():
        found += student_problems(lab, notebooks.read(lab.student))
    return found


def solution_problems(lab: Lab, notebook: NotebookNode) -> list[str]:
    """Return what is wrong with the text and the marks of a lab's solution."""
    found = []
    say = lambda number, cell, text: found.append(f"{lab.name}, cell {number} ({notebooks.first_line(cell)}): {text}")  # noqa: E731
    ids: dict[str, int] = {}
    points: dict[str, float] = {}
    for number, cell in enumerate(notebook.cells):
        grade_id = notebooks.grade_id(cell)
        mark = cell.metadata.get("nbgrader", {})
        has_solution = notebooks.BEGIN_SOLUTION in cell.source
        if has_solution and not notebooks.is_solution(cell):
            say(number, cell, "holds a solution but is not marked as a solution cell of nbgrader's")
        if notebooks.BEGIN_HIDDEN in cell.source and not notebooks.is_check(cell):
            say(number, cell, "holds hidden checks but is not marked as a check (grade: true, solution: false)")
        for begin, end in (
            (notebooks.BEGIN_SOLUTION, notebooks.END_SOLUTION),
            (notebooks.BEGIN_HIDDEN, notebooks.END_HIDDEN),
        ):
            if cell.source.count(begin) != cell.source.count(end):
                say(number, cell, f"has {begin} without {end}, or the other way round")
        if mark and not grade_id:
            say(number, cell, "is marked for nbgrader but has no grade_id")
        if grade_id:
            if grade_id in ids:
                say(number, cell, f"has the grade_id {grade_id} of cell {ids[grade_id]}: each has to be its own")
            ids[grade_id] = number
            if mark.get("schema_version") != 3 or mark.get("task"):
                say(number, cell, "needs nbgrader's schema_version 3 and task: false")
            if mark.get("grade"):
                points[grade_id] = mark.get("points", 0)
            if notebooks.is_check(cell) and not mark.get("locked"):
                say(number, cell, "is a check and has to be locked")
            if cell.cell_type == "code" and notebooks.is_solution(cell) and not has_solution:
                say(number, cell, "is an exercise without BEGIN SOLUTION and END SOLUTION")
        _lint_length(number, cell, say)
        _lint_alternative_text(number, cell, say)
        if cell.cell_type == "code":
            _lint_code(number, cell, say)
    found += _points_problems(lab, notebook, points)
    found += [f"{lab.name}: {text}" for text in _structure_problems(notebook)]
    return found


def _lint_length(number: int, cell: NotebookNode, say) -> None:
    if cell.cell_type != "code":
        return
    visible = len(notebooks.without_hidden(cell.source).splitlines())
    hidden = len(cell.source.splitlines()) - visible
    for lines, what in ((visible, "lines"), (hidden, "lines of hidden checks")):
        if lines > MAX_LINES:
            say(number, cell, f"has {lines} {what}, {MAX_LINES} at most")


def _lint_alternative_text(number: int, cell: NotebookNode, say) -> None:
    if cell.cell_type == "markdown":
        images = re.findall(r"!\[([^\]]*)\]\(", cell.source)
        tags = re.findall(r"<img\b[^>]*>", cell.source)
        images += [(re.search(r'alt="([^"]*)"', tag) or [None, ""])[1] for tag in tags]
        if any(not text.strip() for text in images):
            say(number, cell, "has an image without alternative text")
    elif "plt.show(" in cell.source:
        say(number, cell, 'shows a figure without alternative text: use `show(figure, alt="...")`')
    for output in cell.get("outputs", []):
        for kind in ("image/png", "image/jpeg", "image/svg+xml"):
            if kind in output.get("data", {}) and not output.metadata.get(kind, {}).get("alt", "").strip():
                say(number, cell, 'has a picture without alternative text: use `show(figure, alt="...")`')


def _lint_code(number: int, cell: NotebookNode, say) -> None:
    try:
        ast.parse(cell.source)
    except SyntaxError as error:
        say(
            number, cell, f"is not plain Python (no magics, so that it runs anywhere): {error.msg}, line {error.lineno}"
        )


def _points_problems(lab: Lab, notebook: NotebookNode, points: dict[str, float]) -> list[str]:
    expected = {f"check_{name}": value for name, value in lab.points.items()} | lab.written
    found = []
    for grade_id in sorted(expected.keys() | points.keys()):
        if expected.get(grade_id) != points.get(grade_id):
            found.append(
                f"{lab.name}: {grade_id} is worth {points.get(grade_id, 'nothing: there is no such cell')} in the lab, "
                f"{expected.get(grade_id, 'nothing: it is not listed')} in course/syllabus.toml"
            )
    exercises = {notebooks.grade_id(c) for c in notebook.cells if c.cell_type == "code" and notebooks.is_solution(c)}
    for name in sorted(exercises ^ set(lab.points)):
        found.append(f"{lab.name}: the exercise {name} is in the lab or in course/syllabus.toml, but not in both")
    return found


def _structure_problems(notebook: NotebookNode) -> list[str]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not code or "imports" not in notebooks.tags(code[0]):
        return ["the first code cell has to be the imports, with the tag `imports`"]
    if sum("imports" in notebooks.tags(cell) for cell in code) > 1:
        return ["more than one cell carries the tag `imports`"]
    if len({cell.get("id") for cell in notebook.cells}) != len(notebook.cells):
        return ["two cells have the same id"]
    return []


def stored_output_problems(lab: Lab, notebook: NotebookNode) -> list[str]:
    """Return what is wrong with the outputs that a solution stores."""
    found = []
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    if counts != list(range(1, len(counts) + 1)):
        found.append(
            f"{lab.name}: its outputs are not those of one run from the top: `python -m course run {lab.name}`"
        )
    for number, cell in enumerate(notebook.cells):
        if (
            cell.cell_type == "code"
            and not cell.outputs
            and re.search(r"^(print|show|passed)\(", cell.source, re.MULTILINE)
        ):
            found.append(
                f"{lab.name}, cell {number} ({notebooks.first_line(cell)}): shows something, but stores no output: "
                f"`python -m course run {lab.name}`"
            )
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                found.append(
                    f"{lab.name}, cell {number} ({notebooks.first_line(cell)}): stores an error, {output.ename}"
                )
            if output.output_type == "stream" and (output.name == "stderr" or "WARNING:tensorflow" in output.text):
                text = output.text.strip().splitlines()[:1]
                found.append(
                    f"{lab.name}, cell {number} ({notebooks.first_line(cell)}): shows a warning or writes to stderr: {text}"
                )
    size = len(notebooks.to_text(notebook).encode())
    if size > MAX_BYTES:
        found.append(f"{lab.name}: {size // 1024} KiB, {MAX_BYTES // 1024} KiB at most; smaller or fewer pictures")
    return found


def student_problems(lab: Lab, notebook: NotebookNode) -> list[str]:
    """Return what a student lab holds that students must not get."""
    found = []
    solutions = _solution_texts(notebooks.read(lab.solution))
    for number, cell in enumerate(notebook.cells):
        where = f"{lab.name}, student's cell {number} ({notebooks.first_line(cell)})"
        for mark in (notebooks.BEGIN_SOLUTION, notebooks.END_SOLUTION, notebooks.BEGIN_HIDDEN, notebooks.END_HIDDEN):
            if mark in cell.source:
                found.append(f"{where}: still holds {mark}")
        if cell.get("outputs"):
            found.append(f"{where}: holds outputs")
        own = solutions.get(notebooks.grade_id(cell))
        if own and own in cell.source:
            found.append(f"{where}: still holds the solution")
    return found


def _solution_texts(notebook: NotebookNode) -> dict[str, str]:
    """Return grade_id -> what stands between BEGIN and END SOLUTION, or the whole written answer."""
    result = {}
    for cell in notebook.cells:
        if notebooks.is_written_answer(cell):
            result[notebooks.grade_id(cell)] = cell.source.strip()
        elif notebooks.BEGIN_SOLUTION in cell.source and notebooks.is_solution(cell):
            body = cell.source.split(notebooks.BEGIN_SOLUTION, 1)[1].split(notebooks.END_SOLUTION, 1)[0]
            result[notebooks.grade_id(cell)] = body.strip("\n# ")
    return result
