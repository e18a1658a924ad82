"""A course of one tiny lab in a temporary folder, to try the course's tools on."""

from pathlib import Path

from course import notebooks, text
from course.roles import without_facts
from course.syllabus import Lab, labs

SYLLABUS = """
[[lab]]
name = "01_tiny"
title = "A tiny lab"
minutes = 5
budget_seconds = 10
seconds = 1
data = []
points = { double = 4 }
bad_input = { double = 1 }
written = { why = 1 }
"""
SOLUTION = '''def double(values):
    """Return twice the values; raise ValueError where there are none."""
    ### BEGIN SOLUTION
    if values.size == 0:
        raise ValueError("there are no values")
    return 2 * values
    ### END SOLUTION'''
CHECK = """def _check_double():
    hints = [([1.0, 4.0], "That is the square.")]
    expect_close("double([1, 2])", double(np.array([1.0, 2.0])), [2.0, 4.0], hints=hints)
    ### BEGIN HIDDEN TESTS
    values = np.arange(6.0).reshape(2, 3)
    expect_close("double(values)", double(values), np.arange(6.0).reshape(2, 3) * 2)
    expect_unchanged("double(values)", values, np.arange(6.0).reshape(2, 3))
    ### END HIDDEN TESTS


run_check("double", _check_double)"""
BAD_INPUT = """def _check_double_bad_input():
    expect_close("double([3])", double(np.array([3.0])), [6.0])
    expect_error("double([])", lambda: double(np.zeros(0)))


run_check("double, bad input", _check_double_bad_input)"""
MARKDOWN = " [markdown]"
HEADERS = {
    "title": MARKDOWN,
    "imports": " imports",
    "predict": MARKDOWN,
    "guess": MARKDOWN + " guess",
    "experiment": "",
    "evidence": " evidence",
    "note": MARKDOWN + " instructor",
    "task": MARKDOWN,
    "double": ' exercise="double"',
    "check": ' check="double"',
    "bad_input": ' bad_input="double"',
    "use": ' uses="double"',
    "ask": MARKDOWN,
    "why": MARKDOWN + ' written="why"',
    "end": MARKDOWN,
}
SOURCES = {
    "title": "# 01 A tiny lab\n\n<!-- facts -->\n\n## Objectives\n\n1. double numbers.",
    "imports": "import numpy as np\n\nfrom utils.checks import expect_close, expect_error, expect_unchanged, run_check",
    "predict": "## 1. Twice (5 minutes, core)\n\n**Predict.** What is twice two?",
    "guess": "*Your prediction:*",
    "experiment": "four = 2 * 2\nprint(four)",
    "evidence": "assert four == 4",
    "note": "**For instructors.** Ask for twice three.",
    "task": "### Exercise 1: `double` (objective 1)\n\nWrite it.",
    "double": SOLUTION,
    "check": CHECK,
    "bad_input": BAD_INPUT,
    "use": "print(double(np.ones(2)))",
    "ask": "### Exercise 2: `why` (written, objective 1)\n\nWhy?",
    "why": "Because it is.",
    "end": "## What we have seen\n\n**In one sentence.** Twice.\n\n**In one paragraph.** Twice two.\n\n"
    "**The full list.**\n\n- Twice two is four.\n\n**Key terms.** Twice.\n\n## Check yourself\n\nIs it?\n\n## Read on\n\n- Nothing.",
}


def make(root: Path, headers: dict[str, str] | None = None, **changes: str) -> Lab:
    """Write the course to `root`; `changes` are cell -> new source, `headers` cell -> what follows `# %%`."""
    (root / "course").mkdir(parents=True)
    (root / "course" / "syllabus.toml").write_text(SYLLABUS)
    begin, end = "<!-- labs: written by `python -m course derive` -->", "<!-- end of labs -->"
    (root / "README.md").write_text(f"# Course\n\n{begin}\n{end}\n\nMore.\n")
    (root / "notebooks").mkdir()
    (lab,) = labs(root=root)
    save(lab, headers, **changes)
    return lab


def save(lab: Lab, headers: dict[str, str] | None = None, **changes: str) -> None:
    """Write the lab's text, and the notebook that follows from it, never executed."""
    lines = []
    for name, source in (SOURCES | changes).items():
        header = (HEADERS | (headers or {}))[name]
        if MARKDOWN in header:
            source = "\n".join(f"# {line}".rstrip() for line in source.split("\n"))
        lines.append(f"# %%{header}\n{source}\n")
    lab.text.parent.mkdir(parents=True, exist_ok=True)
    lab.text.write_text("\n".join(lines))
    notebooks.write(lab.solution, notebooks.to_text(text.notebook_of(lab)).encode())


def cell_named(notebook, name: str):
    """Return the cell of the tiny lab that was made of a source."""
    beginning = SOURCES[name].split("\n")[0][:18]  # what follows in an exercise's heading is derived
    return next(cell for cell in notebook.cells if without_facts(cell).startswith(beginning))
