"""Rules that every lab keeps, checked on its text, its stored outputs and what students get."""

import ast
from collections.abc import Iterator
import re

from nbformat import NotebookNode

from course import frame, glossary, notebooks, roles, text
from course.students import without_hidden
from course.syllabus import Lab, exercise_of

MAX_LINES, MAX_CHECK_LINES = 30, 40
"""Of a cell; of a check's visible and of its hidden part."""
MAX_BYTES = 900 * 1024
"""Each picture is stored twice: as itself, and as HTML with its alternative text."""
_PAIRS = (
    (notebooks.BEGIN_SOLUTION, notebooks.END_SOLUTION),
    (notebooks.BEGIN_HIDDEN, notebooks.END_HIDDEN),
)


def problems(lab: Lab) -> list[str]:
    """Return what is wrong with a lab, a line each; an empty list where nothing is."""
    written = text.read(lab.text)
    found = frame.problems(lab, written) + glossary.problems(lab, written)
    found += solution_problems(lab, text.notebook_of(lab), text.lines_of_cells(lab.text))
    if not lab.solution.exists():
        return [*found, f"{lab.name} was never executed: `python -m course run {lab.name}`"]
    notebook = notebooks.read(lab.solution)
    found += stored_output_problems(lab, notebook)
    if where := text.disagreement(lab):
        found.append(where)
    if lab.student.exists():
        found += student_problems(lab, notebook, notebooks.read(lab.student))
    return found


def solution_problems(lab: Lab, notebook: NotebookNode, lines: list[int] | None = None) -> list[str]:
    """Return what is wrong with the cells of a lab's solution; `lines` are where they begin in its text."""
    found = []
    for number, cell in enumerate(notebook.cells):
        place = f"line {lines[number]}" if lines else f"cell {number}"
        where = f"{lab.name}, {place} ({notebooks.first_line(cell)})"
        found += [
            f"{where}: {what}" for what in (*_of_marks(cell), *_of_length(cell), *_of_pictures(cell), *_of_code(cell))
        ]
    found += [f"{lab.name}, {notebooks.grade_id(cell)} {what}" for cell in notebook.cells for what in _of_checks(cell)]
    return found + [f"{lab.name}: {what}" for what in (*_of_exercises(lab, notebook), *_of_structure(notebook))]


def _of_marks(cell: NotebookNode) -> Iterator[str]:
    has_solution = notebooks.BEGIN_SOLUTION in cell.source
    is_exercise = cell.cell_type == "code" and notebooks.is_solution(cell)
    if has_solution and not is_exercise:
        yield 'holds a solution, but its role is not exercise="name"'
    if is_exercise and not has_solution:
        yield "is an exercise without BEGIN SOLUTION and END SOLUTION"
    if notebooks.BEGIN_HIDDEN in cell.source and not notebooks.is_check(cell):
        yield 'holds hidden checks, but its role is not check="name"'
    for begin, end in _PAIRS:
        if cell.source.count(begin) != cell.source.count(end):
            yield f"has {begin} without {end}, or the other way round"


def _of_length(cell: NotebookNode) -> Iterator[str]:
    source = roles.without_facts(cell)
    if cell.cell_type != "code" or source.count(notebooks.BEGIN_HIDDEN) != source.count(notebooks.END_HIDDEN):
        return
    visible = len((without_hidden(source) if notebooks.BEGIN_HIDDEN in source else source).splitlines())
    hidden = len(source.splitlines()) - visible
    most = MAX_CHECK_LINES if notebooks.is_check(cell) else MAX_LINES
    for lines, what in ((visible, "lines"), (hidden, "lines of hidden checks")):
        if lines > most:
            yield f"has {lines} {what}, {most} at most"


def _of_checks(cell: NotebookNode) -> Iterator[str]:
    """Yield what a check defines that could take the place of something of a student's."""
    if not notebooks.is_check(cell) or any(_of_code(cell)):
        return
    statements = ast.parse(cell.source).body
    calls = [statement.value for statement in statements if isinstance(statement, ast.Expr)]
    runs = [ast.unparse(call) for call in calls if ast.unparse(call).startswith("run_check(")]
    functions = [statement.name for statement in statements if isinstance(statement, ast.FunctionDef)]
    if len(runs) != 1 or len(runs) + len(functions) != len(statements):
        yield 'has to be functions and one call of `run_check("name", _check_name)`, so that no name of it meets a student\'s'
    if "expect_error(" in cell.source and exercise_of(notebooks.grade_id(cell)) == notebooks.grade_id(cell):
        yield 'tests bad input, which has a check and points of its own: bad_input="name"'
    if strange := [name for name in functions if not name.startswith("_check_")]:
        yield f"defines {', '.join(strange)}: names of a check begin with _check_"


def _of_pictures(cell: NotebookNode) -> Iterator[str]:
    if cell.cell_type == "markdown":
        images = re.findall(r"!\[([^\]]*)\]\(", cell.source)
        tags = re.findall(r"<img\b[^>]*>", cell.source)
        images += [(re.search(r'alt="([^"]*)"', tag) or [None, ""])[1] for tag in tags]
        if any(not text.strip() for text in images):
            yield "has an image without alternative text"
    elif "plt.show(" in cell.source:
        yield 'shows a figure without alternative text: use `show(figure, alt="...")`'


def _of_code(cell: NotebookNode) -> Iterator[str]:
    if cell.cell_type == "code":
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield f"is not plain Python (no magics, so that it runs anywhere): {error.msg}, line {error.lineno}"


def _of_exercises(lab: Lab, notebook: NotebookNode) -> Iterator[str]:
    """Yield where the cells and the syllabus do not have the same exercises, checks and written answers, each once."""
    found = [name for cell in notebook.cells if (name := notebooks.grade_id(cell)) is not None]
    expected = [*lab.points, *(f"check_{name}" for name in lab.checks), *lab.written]
    for name in sorted({*found, *expected}):
        if found.count(name) != expected.count(name):
            yield (
                f"{name or '(no name)'} has {found.count(name)} cells in the lab and is listed {expected.count(name)} times in "
                "course/syllabus.toml"
            )


def _of_structure(notebook: NotebookNode) -> Iterator[str]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not code or "imports" not in notebooks.tags(code[0]):
        yield "the first code cell has to be the imports, with the role `imports`"
    if sum("imports" in notebooks.tags(cell) for cell in code) > 1:
        yield "more than one cell has the role `imports`"
    if len({cell.get("id") for cell in notebook.cells}) != len(notebook.cells):
        yield "two cells have the same id"


def stored_output_problems(lab: Lab, notebook: NotebookNode) -> list[str]:
    """Return what is wrong with the outputs that a solution stores."""
    found = []
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    if counts != list(range(1, len(counts) + 1)):
        found.append("its outputs are not those of one run from the top")
    for number, cell in enumerate(notebook.cells):
        where = f"cell {number} ({notebooks.first_line(cell)})"
        found += [f"{where} {what}" for what in _of_outputs(cell)]
    if found:
        found[-1] += f": `python -m course run --again {lab.name}`"
    size = len(notebooks.to_text(notebook).encode())
    if size > MAX_BYTES:
        found.append(f"{size // 1024} KiB, {MAX_BYTES // 1024} KiB at most. The largest outputs: {_largest(notebook)}")
    return [f"{lab.name}: {problem}" for problem in found]


def _largest(notebook: NotebookNode) -> str:
    """Return the three cells whose outputs take most, with their sizes."""
    sizes = [(len(str(cell.get("outputs", ""))), number) for number, cell in enumerate(notebook.cells)]
    return ", ".join(f"cell {number} {size // 1024} KiB" for size, number in sorted(sizes, reverse=True)[:3])


def _of_outputs(cell: NotebookNode) -> Iterator[str]:
    outputs = cell.get("outputs", [])
    if cell.cell_type == "code" and not outputs and re.search(r"^(print|show|passed)\(", cell.source, re.MULTILINE):
        yield "shows something, but stores no output"
    for output in outputs:
        for kind in ("image/png", "image/jpeg", "image/svg+xml"):
            if kind in output.get("data", {}) and not output.metadata.get(kind, {}).get("alt", "").strip():
                yield 'has a picture without alternative text: use `show(figure, alt="...")`'
        if output.output_type == "error":
            yield f"stores an error, {output.ename}"
        if output.output_type == "stream" and (output.name == "stderr" or "WARNING:tensorflow" in output.text):
            yield f"shows a warning or writes to stderr: {output.text.strip().splitlines()[:1]}"


def student_problems(lab: Lab, solution: NotebookNode, notebook: NotebookNode) -> list[str]:
    """Return what a student lab holds that students must not get."""
    found = []
    solutions = _solution_texts(solution)
    notes = {cell.source for cell in solution.cells if roles.is_a(cell, "instructor")}
    for number, cell in enumerate(notebook.cells):
        where = f"{lab.name}, student's cell {number} ({notebooks.first_line(cell)})"
        found += [f"{where}: still holds {mark}" for pair in _PAIRS for mark in pair if mark in cell.source]
        if cell.get("outputs"):
            found.append(f"{where}: holds outputs")
        own = solutions.get(notebooks.grade_id(cell))
        if own and own in cell.source:
            found.append(f"{where}: still holds the solution")
        if cell.source in notes:
            found.append(f"{where}: is a note for instructors")
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
