"""What a cell of a lab is, in a word, and all that follows from it: marks, points, tags, ids.

A role stands in the cell's header in the lab's text: `# %% exercise="conv2d"`, `# %% evidence`, `# %% [markdown] guess`.
"""

from collections.abc import Mapping
import hashlib
import re

from nbformat import NotebookNode

from course import address, imports_cell
from course.syllabus import CourseError, Lab, bad_input_check

NAMED = {
    "exercise": "the function that students write, with its solution",
    "check": "the checks of that function, visible and hidden",
    "bad_input": "its checks on bad input, which give points of their own",
    "written": "an answer in words: model answer and rubric",
    "uses": "shows a student's function off (or several: a, b), and may fail before it is written",
}
"""Roles that name the exercise that they belong to."""
PLAIN = {
    "imports": "the lab's imports, the first code cell",
    "evidence": "what an experiment gave: figure, alternative text, asserts; folded in the student's lab",
    "helper": "functions that an experiment needs and that teach nothing new; folded in the student's lab",
    "guess": "where a prediction is written down; not graded",
    "instructor": "a note for instructors; not in the student's lab",
    "readme": "the README shows the picture of this cell",
    "exact": "the output has to be equal at every run (shapes, counts, exact arithmetic)",
}
TOGETHER = {"readme", "exact", "evidence"}
"""Roles that may stand beside each other and beside `uses`; the others stand alone."""
FOLDED = {"evidence", "helper"}
"""Roles of cells that are folded in the student's lab until they are opened."""
TAGS = {"imports": "imports", "uses": "raises-exception", "exact": "nbval-check-output", "readme": "readme-picture"}

Role = Mapping[str, str]
"""Role word -> the exercise's name, or nothing for a plain word."""


def role_of(cell: NotebookNode) -> Role:
    """Return a cell's role; empty for the lab's own text and code."""
    return cell.metadata.get("role", {})


def is_a(cell: NotebookNode, word: str) -> bool:
    """Tell whether a cell has a role."""
    return word in role_of(cell)


def parse(header: Mapping[str, str | None], cell_type: str) -> Role:
    """Return the role that a cell's header states.

    Args:
        header: the header's words (under "title") and its `name="value"` pairs, as jupytext reads them.
        cell_type: "code" or "markdown".

    Raises:
        CourseError: if a word is no role, or roles do not go together.
    """
    header = dict(header)
    words = (header.pop("title", None) or "").split() + [key for key, value in header.items() if value is None]
    pairs = {key: value for key, value in header.items() if value is not None}
    if unknown := [*(word for word in words if word not in PLAIN), *(key for key in pairs if key not in NAMED)]:
        raise CourseError(
            f"{', '.join(unknown)} is no role: plain roles are {', '.join(PLAIN)}; {', '.join(NAMED)} name an exercise, "
            'as in exercise="conv2d"'
        )
    role = pairs | dict.fromkeys(words, "")
    if len(role) > 1 and role.keys() - TOGETHER - {"uses"}:
        raise CourseError(f"{' and '.join(sorted(role))} do not go together in one cell")
    if wrong := [word for word in role if (word in _ONLY_MARKDOWN) != (cell_type == "markdown")]:
        kind = "markdown" if wrong[0] in _ONLY_MARKDOWN else "code"
        raise CourseError(f"{wrong[0]} is a role of {kind} cells, and this is a {cell_type} cell")
    return role


_ONLY_MARKDOWN = {"written", "guess", "instructor"}


def header_of(role: Role) -> dict[str, str]:
    """Return what `parse` reads: the header's words under "title", and its pairs."""
    words = " ".join(word for word, name in role.items() if not name)
    return ({"title": words} if words else {}) | {word: name for word, name in role.items() if name}


def metadata(role: Role, lab: Lab) -> dict:
    """Return the metadata that a cell of the solution gets from its role: nbgrader's marks with points, and tags.

    Raises:
        CourseError: if the exercise that it names is not in the syllabus.
    """
    result: dict = {"role": dict(role)} if role else {}
    tags = [TAGS[word] for word in role if word in TAGS]
    if tags:
        result["tags"] = tags
    for word, name in role.items():
        table = {"written": lab.written, "bad_input": lab.bad_input}.get(word, lab.points)
        if word in NAMED and (unknown := set(name.split(", ")) - table.keys()):
            kind = word if word in ("written", "bad_input") else "points"
            raise CourseError(
                f'{word}="{name}": course/syllabus.toml does not list it for {lab.name}; add `{kind} = {{ {min(unknown)} = 2 }}`'
            )
        if word in ("check", "bad_input"):
            result["nbgrader"] = _check_mark(name if word == "check" else bad_input_check(name), lab)
        elif word in ("exercise", "written"):
            mark = {"schema_version": 3, "task": False, "locked": False, "solution": True, "grade_id": name}
            is_written = word == "written"
            result["nbgrader"] = mark | {"grade": is_written} | ({"points": table[name]} if is_written else {})
    return result


def _check_mark(check: str, lab: Lab) -> dict:
    mark = {"schema_version": 3, "task": False, "locked": True, "grade": True, "solution": False}
    return mark | {"grade_id": f"check_{check}", "points": lab.checks[check]}


_WITH_IDS = ("imports", "exercise", "check", "bad_input", "written")


def give_ids(notebook: NotebookNode) -> None:
    """Give every cell an id that only its own role or text decides."""
    taken: set[str] = set()
    for cell in notebook.cells:
        word = next((word for word in _WITH_IDS if is_a(cell, word)), "")
        base = f"{word}-{role_of(cell)[word]}".rstrip("-") if word else _digest(cell)
        identity, copies = base, 1
        while identity in taken:
            copies += 1
            identity = f"{base}-{copies}"
        taken.add(identity)
        cell.id = identity


def _digest(cell: NotebookNode) -> str:
    return hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]


SHOWN = "# What came out: run this cell. How it is drawn and tested is folded in here."
TESTED = "# Tests what the text below states of the numbers above; it prints nothing where that holds."
HELPER = "# Helpers of what follows: run this cell. Their code is folded in here."
"""First lines of folded cells. JupyterLab shows the first line of a folded cell, so it must not tell the result."""
FACTS = "<!-- facts -->"
SOLVED = "solved here, no points, "
"""In the heading of an exercise that a hand-out solves."""
_EXERCISE = re.compile(r"^(### Exercise \d+: `(\w+)`) \((?:(\d+(?:\.\d+)?) points?, )?(.+)\)$", re.MULTILINE)


def with_facts(cell: NotebookNode, lab: Lab) -> str:
    """Return a cell's source with what is derived.

    That is points in exercise headings, the line of facts, and what folded cells and that of imports begin with.
    """
    if is_a(cell, "imports"):
        return imports_cell.first_lines(address.of_course(lab.root)) + cell.source
    if cell.cell_type == "code":
        return f"{_first_line(cell)}\n{cell.source}" if role_of(cell).keys() & FOLDED else cell.source

    def heading(match: re.Match) -> str:
        points = (lab.points | lab.written).get(match[2])
        stated = "" if points is None else f"{points:g} point{'' if points == 1 else 's'}, "
        stated = SOLVED if match[2] in lab.filled else stated
        return f"{match[1]} ({stated}{match[4]})"

    source = _EXERCISE.sub(heading, cell.source)
    return "\n".join(f"{FACTS}{facts(lab)}" if line == FACTS else line for line in source.split("\n"))


def _first_line(cell: NotebookNode) -> str:
    if is_a(cell, "helper"):
        return HELPER
    return SHOWN if re.search(r"\b(show|print)\(", cell.source) else TESTED


def without_facts(cell: NotebookNode) -> str:
    """Return a cell's source as its author wrote it, before `with_facts`."""
    if cell.cell_type == "code":
        source = imports_cell.without(cell.source)
        for line in (SHOWN, TESTED, HELPER):
            source = source.removeprefix(f"{line}\n")
        return source
    source = _EXERCISE.sub(lambda match: f"{match[1]} ({match[4]})", cell.source)
    return re.sub(rf"^{re.escape(FACTS)}.*$", FACTS, source, flags=re.MULTILINE)


def facts(lab: Lab) -> str:
    """Return the line that says what a lab takes: minutes, seconds, points, data, and what it builds on."""
    from utils.data import DATA_SETS

    further = f", and {lab.further_minutes} for what is marked further" if lab.further_minutes else ""
    data = "; ".join(DATA_SETS[name].title for name in lab.data) or "none to be loaded"
    builds_on = f" Builds on {' and '.join(lab.builds_on)}." if lab.builds_on else ""
    seconds = f"{'at most ' if lab.core_only else ''}{lab.seconds} s of computing on two idle cores"
    core = " This is the core: sections that the text calls further are not in it." if lab.core_only else ""
    return f"*{lab.minutes} minutes for you{further}; {seconds}; {lab.total_points:g} points. Data: {data}.{builds_on}{core}*"
