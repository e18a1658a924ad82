"""Pages that follow from the labs: the start page of JupyterLab, and the README's table and pictures."""

import base64
from collections.abc import Mapping
from pathlib import Path

from course import notebooks
from course.address import Address, of_course
from course.syllabus import CourseError, Lab

START = "START.md"
"""The start page's name, in the folder of the student labs."""
BEGIN, END = "<!-- labs: written by `python -m course derive` -->", "<!-- end of labs -->"
_HOW_A_LAB_WORKS = """## How a lab works

1. **Predict** before you run: commit to an answer, then let the experiment tell you.
2. **Write** the functions that are missing. A cell with `raise NotImplementedError` is an exercise: replace that line.
3. **Check** yourself: the cell below each exercise tells you what was expected, what your function gave, and often why.
   A failed check costs nothing: mend the function, run its cell again, then the check again.
   Some exercises have a second check, on bad input, with points of its own: an error that you raise has to say what is wrong.
4. **Hints** are folded under each exercise, from a nudge to nearly the answer.
{further}
   The minutes are those of the sections; summary and quiz take up to 10 more.
   What came out of an experiment is drawn and tested in cells that are folded, so that nothing gives your prediction away.

The checks that you see are not all there are: those that grade your lab use other numbers and other shapes, so write
the function for any input that its description allows.

**Validate** in the notebook's toolbar saves the lab and runs all of it from a fresh start, as grading does, every training
included, and then tells which visible checks fail. Use it once, before you hand in. It takes the seconds of computing that
the lab's first lines state, on two idle cores, and longer on a slower or busier machine; meanwhile the button says
*Validating...*.

Close a lab's tab when you stop working on it: this ends its Python, which holds 1 to 2 GB of memory. What you wrote is saved;
when you come back, run the cells again.
"""
_COLUMNS = ("lab", "your time", "computing", "points")
_SOLVED = """
*Solved* counts the visible checks, not answers in words. The last run of a check counts: one that fails later is taken off
again. It is kept on this machine alone, beside the labs, and never sent. An open page stays as it is: close this one and open
`MY_LABS.md` again, in the list of files, to see what is new.
"""
_FURTHER = "5. **Core and further**: sections marked *further* come after the core and stand on their own. Do them another day, or not."
_CORE_ONLY = "5. **Core**: what you have is a lab's core. Sections that its text calls *further* are not in it."


def files(labs: list[Lab], *, root: Path) -> dict[Path, bytes]:
    """Return path -> content of the start page, of the README with its table brought up to date, and of its pictures."""
    readme = root / "README.md"
    text = readme.read_text("utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise CourseError(f"{readme} needs the lines `{BEGIN}` and `{END}`, each once, around its table of labs")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    shown = pictures(labs)
    lines = "".join(f"\n![{alt}](docs/pictures/{name}.png)\n" for name, (alt, _) in shown.items())
    result = {root / "docs" / "pictures" / f"{name}.png": content for name, (_, content) in shown.items()}
    result[readme] = f"{before}{BEGIN}\n{readme_table(labs, of_course(root))}{lines}{END}{after}".encode()
    result[root / "notebooks" / START] = start_page(labs).encode()
    return result


def pictures(labs: list[Lab]) -> dict[str, tuple[str, bytes]]:
    """Return name -> (alternative text, PNG) of the stored pictures of cells that carry the tag `readme-picture`."""
    found = {}
    for lab in labs:
        if '"readme-picture"' not in lab.solution.read_text("utf-8"):
            continue
        cells = [cell for cell in notebooks.read(lab.solution).cells if "readme-picture" in notebooks.tags(cell)]
        for number, cell in enumerate(cells, start=1):
            shown = [output for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
            if not shown:
                raise CourseError(f"{lab.name}: the cell with the role readme stores no picture: run the lab first")
            name = lab.name if number == 1 else f"{lab.name}-{number}"
            found[name] = (shown[0].metadata["image/png"]["alt"], base64.b64decode(shown[0].data["image/png"]))
    return found


def readme_table(labs: list[Lab], address: Address | None = None) -> str:
    """Return the README's table of labs, with links that open a lab without a set-up where the course is published."""
    titles = ["lab", "your time", "computing on two idle cores", "data", "points"] + (["open it at"] if address else [])
    rows = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    rows += [
        f"| [{lab.name[:2]} {lab.title}](labs_solutions/{lab.name}/{lab.name}.ipynb) | {minutes(lab)} | "
        f"{lab.seconds} s | {', '.join(lab.data)} | {lab.total_points:g} |{_links(lab, address)}"
        for lab in labs
    ]
    return "\n".join(rows) + "\n"


def _links(lab: Lab, address: Address | None) -> str:
    """Return the table's cell of links; nothing where the course is not published."""
    if address is None:
        return ""
    places = {"Colab": address.colab(lab), "Binder": address.binder(lab)}
    return f" {', '.join(f'[{name}]({link})' for name, link in places.items() if link)} |"


def minutes(lab: Lab) -> str:
    """Return a student's time for a lab: the core, and what comes after it."""
    return f"{lab.minutes} min" + (f" + {lab.further_minutes} further" if lab.further_minutes else "")


def how_a_lab_works(*, core_only: bool = False) -> str:
    """Return how to go through a lab; of one without further sections, where `core_only`."""
    return _HOW_A_LAB_WORKS.format(further=_CORE_ONLY if core_only else _FURTHER)


def start_page(labs: list[Lab], *, solved: Mapping[str, str] | None = None) -> str:
    """Return the page that JupyterLab opens on.

    Args:
        labs: those that it lists.
        solved: lab -> what is said of it in one more column; see `course.progress`.
    """
    heads = [*_COLUMNS, *(["solved"] if solved else [])]
    rows = [heads, ["---"] * len(heads)]
    for lab in labs:
        link = f"[{lab.name[:2]} {lab.title}]({lab.name}/{lab.name}.ipynb)"
        rows.append(
            [link, minutes(lab), f"{lab.seconds} s", f"{lab.total_points:g}", *([solved[lab.name]] if solved else [])]
        )
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"""# Convolutional networks, hands on

Open a lab, and work through it from the top. Run a cell with Shift+Enter.

{table}
{_SOLVED if solved else ""}
{how_a_lab_works()}
Everything runs on your own machine, without a GPU or the internet. A lab that you have broken comes back with
`git checkout -- notebooks/` in the course's folder (this discards your work in all labs; copy what you want to keep), or, where you
have it without git, by taking the lab's file from the archive again.
"""
