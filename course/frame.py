"""The frame of a lab, on its text: the same headings in every lab, minutes, predictions that stay open, width of lines."""

import ast
from collections.abc import Iterator
import re

from nbformat import NotebookNode

from course import notebooks, roles
from course.syllabus import MOST_CORE_MINUTES, Lab
from course.text import lines_of_cells

MOST_CORE_WORDS = 5000
PROSE_COLUMNS, CODE_COLUMNS, BLOCK_COLUMNS = 120, 100, 92
"""Lines of the text, of code, and of a block of code or numbers in prose, which JupyterLab breaks beside its file list."""
OBJECTIVES, SEEN, CHECK, FURTHER, READ = (
    "Objectives", "What we have seen", "Check yourself", "Further", "Read on",
)  # fmt: skip
SUMMARY = ("In one sentence.", "In one paragraph.", "The full list.", "Key terms.")
"""What begins each part of "What we have seen", in bold: three lengths to choose from, and the terms."""
_SECTION = re.compile(r"(\d+)\. \S.* \((\d+) minutes, (core|further)\)")
_EXERCISE = re.compile(r"Exercise (\d+): `(\w+)` \((?:written, )?objectives? \d.*\)")
PREDICT = re.compile(r"^(?:> ?)?\*\*Predict", re.MULTILINE)
_RESULT = re.compile(r"\bassert\b|\bshow\(|\balt=|title=")


def problems(lab: Lab, notebook: NotebookNode) -> list[str]:
    """Return where a lab's text leaves the frame, a line each.

    Args:
        lab: the lab.
        notebook: its text, as `text.read` returns it.
    """
    lines = lines_of_cells(lab.text)
    found = [f"first heading: expected `# {lab.name[:2]} {lab.title}`"] if not _titled(lab, notebook) else []
    found += _sections(lab, notebook) + _exercises(lab, notebook) + _predictions(notebook, lines)
    found += (
        _helpers(notebook, lines)
        + _facts(notebook)
        + _summary(notebook)
        + _blocks(notebook, lines)
        + _objectives(notebook)
    )
    return [f"{lab.name}: {problem}" for problem in found] + _widths(lab)


def headings(notebook: NotebookNode, level: int) -> Iterator[tuple[int, str]]:
    """Yield (cell number, text) of the headings of a level; what stands in code blocks is none."""
    for number, line, in_block in prose_lines(notebook):
        if not in_block and line.startswith("#" * level + " "):
            yield number, line[level + 1 :].strip()


def prose_lines(notebook: NotebookNode) -> Iterator[tuple[int, str, bool]]:
    """Yield (cell number, line, whether it stands in a code block) of the text cells."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            in_block = False
            for line in cell.source.split("\n"):
                in_block ^= line.startswith("```")
                yield number, line, in_block


def _summary(notebook: NotebookNode) -> list[str]:
    """Return a complaint where the summary is not in its three lengths, each begun by its words."""
    for number, text in headings(notebook, 2):
        if text == SEEN:
            source = notebook.cells[number].source
            places = [source.find(f"\n**{label}**") for label in SUMMARY]
            if -1 in places or places != sorted(places):
                return [
                    f"`## {SEEN}` needs {', '.join(f'**{label}**' for label in SUMMARY)}, each at a line's begin, in order"
                ]
    return []


def _titled(lab: Lab, notebook: NotebookNode) -> bool:
    return [text for _, text in headings(notebook, 1)] == [f"{lab.name[:2]} {lab.title}"]


def _blocks(notebook: NotebookNode, lines: list[int]) -> list[str]:
    return [
        f"line {lines[number]} and below: a line of a block has {len(line)} columns, {BLOCK_COLUMNS} at most: {line[:60]}..."
        for number, line, in_block in prose_lines(notebook)
        if in_block and len(line) > BLOCK_COLUMNS
    ]


def _facts(notebook: NotebookNode) -> list[str]:
    count = sum(line == roles.FACTS for _, line, _ in prose_lines(notebook))
    return [] if count == 1 else [f"the line `{roles.FACTS}` has to stand in the first cell, once; found {count}"]


def _sections(lab: Lab, notebook: NotebookNode) -> list[str]:
    """Return what is wrong with the sections: their order, numbers, minutes and parts."""
    names = [text for _, text in headings(notebook, 2)]
    sections = [match for name in names if (match := _SECTION.fullmatch(name))]
    expected = [OBJECTIVES, *(m[0] for m in sections if m[3] == "core"), SEEN, CHECK]
    further = [match[0] for match in sections if match[3] == "further"]
    expected += [FURTHER, *further, READ] if further else [READ]
    found = []
    if names != expected:
        strange = [name for name in names if name not in expected] or [
            next((name for name, wanted in zip(names, expected) if name != wanted), "(missing)")
        ]
        found.append(
            f"`## {strange[0]}` is not where or what it should be. The order is {OBJECTIVES}; numbered sections as "
            f"`## 1. Title (25 minutes, core)`; {SEEN}; {CHECK}; {FURTHER} and the further sections, if any; {READ}"
        )
    if [int(match[1]) for match in sections] != list(range(1, len(sections) + 1)):
        found.append(f"sections are numbered {', '.join(match[1] for match in sections)}")
    for part, stated in (("core", lab.minutes), ("further", lab.further_minutes)):
        minutes = sum(int(match[2]) for match in sections if match[3] == part)
        if minutes != stated:
            found.append(f"{part} sections take {minutes} minutes, course/syllabus.toml says {stated}")
    if lab.minutes > MOST_CORE_MINUTES:
        found.append(
            f"the core takes {lab.minutes} minutes, {MOST_CORE_MINUTES} at most: move sections to further, or cut"
        )
    if (words := core_words(notebook)) > MOST_CORE_WORDS:
        found.append(f"the core has {words} words to read, {MOST_CORE_WORDS} at most")
    return found


def core_words(notebook: NotebookNode) -> int:
    """Return how many words a student reads in the core: prose, without hints that are folded and code."""
    words = 0
    for cell in notebook.cells:
        if cell.cell_type != "markdown" or roles.role_of(cell).keys() & {"instructor", "written"}:
            continue
        if f"## {SEEN}" in cell.source.split("\n"):
            break
        words += len(re.sub(r"(?s)<details>.*?</details>", "", cell.source).split())
    return words


def _objectives(notebook: NotebookNode) -> list[str]:
    """Return the exercises that name an objective which the lab does not state."""
    start = next((number for number, text in headings(notebook, 2) if text == OBJECTIVES), None)
    if start is None:
        return []
    stated = {match[1] for match in re.finditer(r"^(\d+)\. ", notebook.cells[start].source, re.MULTILINE)}
    found = []
    for _, text in headings(notebook, 3):
        named = re.findall(r"\d+", text.rpartition("objective")[2]) if text.startswith("Exercise") else []
        found += [
            f"`### {text}` names objective {number}, which is not stated" for number in named if number not in stated
        ]
    return found


def _exercises(lab: Lab, notebook: NotebookNode) -> list[str]:
    """Return what is wrong with the headings of exercises: each its own, in order, before its cell."""
    found, names = [], []
    for cell, text in headings(notebook, 3):
        if text.startswith("Exercise"):
            match = _EXERCISE.fullmatch(text)
            names.append((cell, match[2]) if match else (cell, text))
            if not match or int(match[1]) != len(names):
                found.append(
                    f"`### {text}`: expected `### Exercise {len(names)}: `name` (objective 1)`, points are derived"
                )
    wanted = {}
    for number, cell in enumerate(notebook.cells):
        role = roles.role_of(cell)
        wanted |= {role[word]: number for word in ("exercise", "written") if word in role}
    if [name for _, name in names] != list(wanted):
        found.append(f"headings name the exercises {[name for _, name in names]}, cells {list(wanted)}, in this order")
    elif late := [name for number, name in names if number > wanted[name]]:
        found.append(f"the heading of {', '.join(late)} stands after its cell")
    missing = (lab.points.keys() | lab.written.keys()) - wanted.keys()
    return found + [f"{name} is in course/syllabus.toml and has no cell" for name in sorted(missing)]


def _predictions(notebook: NotebookNode, lines: list[int]) -> list[str]:
    """Return the predictions without a place to be written, and those that a cell answers before it has run."""
    found, open_since = [], None
    for number, cell in enumerate(notebook.cells):
        where = f"line {lines[number]} ({notebooks.first_line(cell)})"
        if cell.cell_type == "markdown":
            if PREDICT.search(cell.source):
                open_since = number
                follower = notebook.cells[number + 1] if number + 1 < len(notebook.cells) else cell
                if not roles.is_a(follower, "guess"):
                    found.append(f"{where} asks for a prediction; the next cell has to be its `guess`")
            elif re.search(r"^## ", cell.source, re.MULTILINE):
                open_since = None
        elif roles.is_a(cell, "evidence"):
            open_since = None
        elif open_since is not None and (shown := _shows_a_result(cell)):
            found.append(
                f"{where} shows what the prediction in line {lines[open_since]} is about before it has run (`{shown}`): "
                "figures, alternative texts and asserts belong in an `evidence` cell after the experiment"
            )
            open_since = None
    return found


def _helpers(notebook: NotebookNode, lines: list[int]) -> list[str]:
    """Return the folded cells of helpers that do something beside defining functions: it would be done unseen."""
    found = []
    for number, cell in enumerate(notebook.cells):
        if roles.is_a(cell, "helper"):
            body = ast.parse(roles.without_facts(cell)).body
            if not all(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body):
                found.append(
                    f"line {lines[number]} ({notebooks.first_line(cell)}): a `helper` cell defines functions and nothing else"
                )
    return found


def _shows_a_result(cell: NotebookNode) -> str:
    """Return what a code cell says of its own result; nothing for cells that students write in or are checked by."""
    match = _RESULT.search(cell.source)
    return match[0] if match and not roles.role_of(cell).keys() & {"exercise", "check", "bad_input", "imports"} else ""


def _widths(lab: Lab) -> list[str]:
    found = []
    for number, line in enumerate(lab.text.read_text("utf-8").split("\n"), start=1):
        is_prose = line.startswith("#")
        if line.startswith(("# %%", "# |", "# ![")) or (is_prose and " " not in line[2:]):
            continue  # headers, table rows and pictures cannot be wrapped
        limit = PROSE_COLUMNS if is_prose else CODE_COLUMNS
        if len(line) > limit:
            found.append(f"{lab.text.name}, line {number}: {len(line)} columns, {limit} at most: {line[:60]}...")
    return found
