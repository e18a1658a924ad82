"""The instructor's guide: a page a lab, and the course in weeks."""

from html import escape
import re

from nbformat import NotebookNode

from course import notebooks, roles
from course import pages as course_pages
from course.address import of_course
from course.site import exercises, launch, markup, plans, prose, schedule, sources, survey
from course.syllabus import Lab

FOLDER = "teach/labs"
UP = "../../"
"""From a page of the guide to the site."""
ASSETS = ("teach.css",)
LABEL = "**For instructors.** "
_MEMORY = re.compile(r"(\d+\.\d+)(?: GiB)? \((\d\d)\)")
_SOLUTION = re.compile(rf"### {notebooks.BEGIN_SOLUTION}\n(.*?)### {notebooks.END_SOLUTION}", re.DOTALL)
_LEAST_CODE = 16
"""Letters, without spaces, from which on a line of a solution gives something away."""
_INDEX = """# For instructors

{style}
The labs make a course for a class: each has a core of at most 100 minutes, two sessions of 45 minutes in class, and homework that a machine
grades. Each lab's guide says minute by minute what to show, what to let the class try, and where it sticks.

**How it is meant.** Everybody writes down a prediction before an experiment runs. Collect the predictions, ask for reasons from each
camp, then run the cell: a wrong prediction that stands on paper is what the explanation has to answer. Exercises that most can write on their own are
for home; class time goes to predictions, discussion, and the exercises where people stick. You show little: at least half of each
session the class works or talks.

**What you need in class.** A machine for each pair, set up before the first session ([ways to open a lab](open.md)); a board; and, for each lab, its
guide and its slides, which open from the guide (S shows the notes for speakers in a window of its own; `?print-pdf` behind the address gives pages
for paper). Go through the lab once yourself: the minutes are for students who read, and your class has its own pace.

**What you say at the beginning.** The labs and their published solutions are open to everybody ([what stays private, and
how](private.md)). A short [survey](survey.md) before the first and after the last session shows what the class has gained. What they hand in is graded by
machine, but for answers in words ([how](grading.md)).

## What you need besides this site, and where you get it

**The course's folder**, its repository. {folder} This site holds what students need (each lab's [hand-out](handouts.md)) and what you show; the folder
holds the solutions, the model answers, the hidden checks and the programs. Four things need it, each started from within it:

| for | command |
|---|---|
| setting it up, once | `make setup`, then `. .venv/bin/activate` |
| [grading](grading.md) what a class hands in | `python -m course grade 02 --submissions downloads/02.zip` |
| model answers and rubrics, in a site of your own | `make site ARGS="--solutions --to build/instructors"` |
| an [exam](private.md), with checks that draw other numbers | `python -m course release 02 --exam SECRET --to handouts/exam` |
| a room with a slow line: all packages and data in one file | `python3 start.py --pack class.zip` |

The commands are for Linux and macOS; grading needs Linux, or a container. `start.py` runs on Windows, too.

## The minutes of each lab

In class are the two sessions without their breaks. At home is what the lab's plan gives as homework before, between and after them, summary and quiz
included. Core and further are what the lab itself takes for somebody who goes through it alone: less than class and home together,
since a class talks. Computing is what a run takes on two idle cores. Further sections are for choice, and so are their points.

{minutes}

## {slow} weeks, a lab a week

Two sessions a week. Students hand in the notebook; the machine grades the exercises in one go, and you read the answers in words, with a
model answer and rubric beside each. Both fit into the week after.

{one}

## {fast} weeks, two labs a week

Four sessions a week.

{two}

## Fewer weeks

What a lab builds on decides what can go. The last lab, the project, stays in this table, and all that it needs.

{fewer}
"""
_ALONE = "---\norphan: true\n---\n\n"
"""Of pages that the index links to: the theme's lists that unfold have buttons without a name."""
_STYLE = sources.raw(sources.assets(ASSETS))


def pages(labs: list[Lab], *, solutions: bool = False) -> dict[str, str]:
    """Return the guide: a page a lab, and `teach/index.md`.

    Args:
        labs: those that it is about.
        solutions: for instructors: with rubrics, model answers, and notes that hold a solution's code.
    """
    made = {f"{FOLDER}/{lab.name}.md": lab_page(lab, labs, solutions=solutions) for lab in labs}
    made["teach/handouts.md"] = f"{_ALONE}{launch.page(labs)}\n{_STYLE}"
    made["teach/questionnaire.md"] = f"{_ALONE}{survey.page(survey.SOURCE.read_text('utf-8'), _STYLE)}"
    made["teach/index.md"] = _INDEX.format(
        style=_STYLE,
        folder=folder_from(labs),
        minutes=_scrolling(schedule.minutes(labs), "Minutes of each lab"),
        slow=len(labs),
        fast=(len(labs) + 1) // 2,
        one=_scrolling(schedule.weeks(labs, 1), "Schedule with one lab a week"),
        two=_scrolling(schedule.weeks(labs, 2), "Schedule with two labs a week"),
        fewer=_scrolling(schedule.fewer(labs), "Labs to leave out"),
    )
    return made


def folder_from(labs: list[Lab]) -> str:
    """Say where the course's folder is had from."""
    address = of_course(labs[0].root) if labs else None
    if address is None:
        return "You get it from whoever gave you this site."
    return f"`git clone {address.repository}` brings it; this site is of its version `{address.tag}`."


def _scrolling(table: str, label: str) -> str:
    """Return a table in a box of its own, which scrolls where it is wider than the page."""
    return f'<div class="teach-scroll" tabindex="0" role="region" aria-label="{label}">\n\n{table}\n\n</div>'


def lab_page(lab: Lab, labs: list[Lab], *, solutions: bool) -> str:
    """Return a lab's guide, as Markdown."""
    plan = plans.read(lab)
    notebook = notebooks.read(lab.solution)
    parts = [
        f"# Teaching lab {lab.name[:2]}: {lab.title}",
        sources.raw(sources.assets(ASSETS, UP) + _neighbours(lab, labs)),
        _glance(lab, notebook, plan),
        f"**Before session 1, at home.** {plan.before}" if plan.before else "",
        _timetable(lab, 1, plan.sessions[0]),
        f"**Between the sessions, at home.** {plan.between}" if plan.between else "",
        _timetable(lab, 2, plan.sessions[1]),
        f"**After session 2, at home.** {plan.after}" if plan.after else "",
        _notes(lab, labs, notebook, solutions=solutions),
        _written(lab, notebook, solutions=solutions),
    ]
    return _ALONE + "\n\n".join(part for part in parts if part) + "\n"


def _neighbours(lab: Lab, labs: list[Lab]) -> str:
    """Return the links to the guide's first page and to the plans of the labs before and after."""
    place = labs.index(lab)
    links = ['<a href="../index.html">For instructors</a>']
    for what, others in (("before", labs[place - 1 : place] if place else []), ("next", labs[place + 1 : place + 2])):
        links += [f'<a href="{other.name}.html">Plan {what}: lab {other.name[:2]}</a>' for other in others]
    return f'<nav class="teach-nav" aria-label="Other plans">{" ".join(links)}</nav>'


def _glance(lab: Lab, notebook: NotebookNode, plan: plans.Plan) -> str:
    """Return the lab's facts, a line of them open and the others folded, and where its other pages are."""
    from utils.data import DATA_SETS

    data = "; ".join(DATA_SETS[name].title for name in lab.data) or "none"
    line = (
        f"{plan.class_minutes} minutes in class, {plan.home_minutes} at home; {schedule.points(lab)}; "
        f"builds on {' and '.join(lab.builds_on) or 'nothing'}."
    )
    rows = {"Student's time, alone": course_pages.minutes(lab)}
    for part, core in (("core", True), ("further", False)):
        tasks = [one for one in exercises.of(lab, notebook) if one.core is core]
        if tasks:
            rows[f"Points, {part}"] = "; ".join(f"exercise {one.number} `{one.name}` {one.points:g}" for one in tasks)
    rows |= {"Computing": f"{lab.seconds} s on two idle cores", "Memory": memory(lab), "Data": data}
    shown = "\n".join(f"<dt>{name}</dt><dd>{markup.html(text)}</dd>" for name, text in rows.items())
    return sources.raw(
        f'<div class="teach-facts">\n<p>{markup.html(line)}</p>\n<details><summary>At a glance: points of each exercise, time, memory, data'
        f'</summary>\n<dl class="teach-glance">\n{shown}\n</dl>\n</details>\n{launch.list_html(lab, UP, plan=False)}\n</div>'
    )


def memory(lab: Lab) -> str:
    """Return the most that a run of the lab takes, as docs/scale.md states it."""
    path = lab.root / "docs" / "scale.md"
    measured = {match[2]: match[1] for match in _MEMORY.finditer(path.read_text("utf-8"))} if path.exists() else {}
    if lab.name[:2] in measured:
        return f"{measured[lab.name[:2]]} GiB at most, run from the top"
    return "not measured alone; no lab takes more than 3 GiB"


def _timetable(lab: Lab, number: int, session: plans.Session) -> str:
    titles = sources.sections(lab)
    rows = "\n".join(_row(lab, titles, start, block) for start, block in session.clock())
    table = (
        f'<table class="teach-plan">\n<thead><tr><th scope="col">Clock</th><th scope="col">Minutes</th>'
        f'<th scope="col">How</th><th scope="col">What</th></tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>'
    )
    return f"## Session {number}: {session.title}\n\n{sources.raw(table)}"


def _row(lab: Lab, titles: dict[int, str], start: str, block: plans.Block) -> str:
    texts = [f"<p>{markup.html(block.what)}</p>"]
    if block.section:
        link = sources.section_link(lab, block.section, titles[block.section], UP)
        texts.insert(0, f'<p class="teach-section">{link}</p>')
    if block.say:
        texts.append(f'<p class="teach-say"><strong>Say:</strong> {markup.html(block.say)}</p>')
    if block.sticks:
        texts.append(f'<p class="teach-sticks"><strong>Where it sticks:</strong> {markup.html(block.sticks)}</p>')
    return (
        f'<tr class="teach-{block.kind}"><th scope="row">{start}</th><td>{block.minutes} min</td>'
        f"<td>{plans.KINDS[block.kind]}</td><td>{''.join(texts)}</td></tr>"
    )


def instructor_notes(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Return the lab's notes for instructors, in order: heading of the section that each stands in, text."""
    found, heading = [], ""
    for cell in notebook.cells:
        if roles.is_a(cell, "instructor"):
            found.append((heading, cell.source.removeprefix(LABEL)))
        elif cell.cell_type == "markdown" and (titles := re.findall(r"^## (.+)$", cell.source, re.MULTILINE)):
            heading = titles[-1]
    return found


def tells_solution(note: str, notebook: NotebookNode) -> bool:
    """Tell whether a note holds a line of code of a solution, which the public guide must not show."""
    bare = _bare(note)
    cells = [cell.source for cell in notebook.cells if roles.is_a(cell, "exercise")]
    lines = [line for cell in cells for part in _SOLUTION.findall(cell) or [cell] for line in part.splitlines()]
    return any(len(_bare(line)) >= _LEAST_CODE and _bare(line) in bare for line in lines)


def withheld(notebook: NotebookNode) -> set[str]:
    """Return the notes that are for instructors only: with code of a solution, or on a section with a graded answer in words."""
    in_words, heading = set(), ""
    for cell in notebook.cells:
        titles = re.findall(r"^## (.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else []
        heading = titles[-1] if titles else heading
        if roles.is_a(cell, "written"):
            in_words.add(heading)
    notes = instructor_notes(notebook)
    return {note for place, note in notes if place in in_words or tells_solution(note, notebook)}


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _notes(lab: Lab, labs: list[Lab], notebook: NotebookNode, *, solutions: bool) -> str:
    parts = [
        "## Notes from the lab",
        "They stand in the lab's source beside what they are about; students do not get them.",
    ]
    sections, shown = sources.sections(lab, notebook), ""
    private = set() if solutions else withheld(notebook)
    for heading, note in instructor_notes(notebook):
        if note in private:
            continue
        if heading != shown:
            parts.append(_heading(lab, heading, sections))
            shown = heading
        parts.append(_linked(lab, labs, sections, note))
    if private:
        parts.append(
            f"Notes that speak about a graded answer in words, or show a solution's code, are not in the public site ({len(private)} of "
            "this lab): `python -m course site --solutions` builds one that has them."
        )
    return "\n\n".join(parts)


def _heading(lab: Lab, heading: str, sections: dict[int, str]) -> str:
    match = re.fullmatch(r"(\d+)\. .+ \((\d+ minutes, \w+)\)", heading)
    if match is None:
        return f"### {heading}"
    number = int(match[1])
    link = f'<a href="{UP}labs/{lab.name}.html#section-{number}">section {number} of the lab</a>'
    return f"### Section {number}: {sections[number]}\n\n{match[2]}: {link}"


def _linked(lab: Lab, labs: list[Lab], sections: dict[int, str], text: str) -> str:
    """Return a note with links to labs and sections, from where the guide stands."""
    linked = prose.linked(text, labs, set(sections), {})
    return re.sub(r'<a href="(#section-|\d\d_)', lambda link: f'<a href="{_target(lab, link[1])}', linked)


def _target(lab: Lab, beginning: str) -> str:
    return f"{UP}labs/{lab.name}.html{beginning}" if beginning.startswith("#") else f"{UP}labs/{beginning}"


def _written(lab: Lab, notebook: NotebookNode, *, solutions: bool) -> str:
    answers = {roles.role_of(cell)["written"]: cell.source for cell in notebook.cells if roles.is_a(cell, "written")}
    if not answers:
        return ""
    parts = ["## Answers in words"]
    if not solutions:
        names = " and ".join(f"`{escape(name, quote=False)}`" for name in answers)
        parts.append(
            f"Model answer and rubric of {names} are not in the public site: formgrader shows them beside each answer, and "
            "`python -m course site --solutions` builds a site that has them."
        )
        return "\n\n".join(parts)
    for name, text in answers.items():
        parts += [f"### {name} ({lab.written.get(name, 0):g} points)", text]
    return "\n\n".join(parts)
