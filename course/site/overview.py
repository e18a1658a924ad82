"""The course at a glance: its map, of what builds on what, and its summaries in three lengths."""

import html
import re

from nbformat import NotebookNode

from course import frame, notebooks
from course.site import labs as lab_pages
from course.site.markup import html as inline_html
from course.syllabus import Lab

MAP = "<!-- map of the course -->"
"""Where the front page has the map."""
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y = 216, 46, 22, 26
_LETTERS = 26
"""Of a title, as many as fit into a box."""
_MOST = 3
"""Boxes in a row."""
_RANGE = re.compile(r"(\d\d) to (\d\d)")


def builds_on(lab: Lab) -> set[str]:
    """Return the numbers of the labs that a lab builds on, as "02"."""
    text = " ".join(lab.builds_on)
    between = [f"{n:02}" for first, last in _RANGE.findall(text) for n in range(int(first), int(last) + 1)]
    return set(re.findall(r"\d\d", text)) | set(between)


def direct(labs: list[Lab]) -> dict[str, set[str]]:
    """Return for each lab's number what it builds on, without what follows from the others."""
    wanted = {lab.name[:2]: builds_on(lab) for lab in labs}
    reached: dict[str, set[str]] = {}
    for number, below in wanted.items():  # labs stand in order, so what is below is complete
        reached[number] = below.union(*(reached.get(other, set()) for other in below))
    return {
        number: {one for one in below if not any(one in reached.get(other, ()) for other in below)}
        for number, below in wanted.items()
    }


def objectives(notebook: NotebookNode) -> list[str]:
    """Return a lab's objectives, as Markdown."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and f"## {frame.OBJECTIVES}" in cell.source.split("\n"):
            text = cell.source.split(f"## {frame.OBJECTIVES}\n", 1)[1]
            return [" ".join(item.split()) for item in re.findall(r"(?ms)^\d+\. (.+?)(?=^\d+\. |^$|\Z)", text)]
    return []


def course_map(labs: list[Lab]) -> str:
    """Return the map as HTML: a drawing for wide screens, and the same as a list, with objectives."""
    said = (
        "Each lab stands below those that it builds on. The minutes are those of the core, behind the plus those of the "
        "further sections."
    )
    return f'<div class="course-map">\n<p>{said}</p>\n{_drawing(labs)}\n</div>\n{_list(labs)}'


def _rows(labs: list[Lab], edges: dict[str, set[str]]) -> list[list[Lab]]:
    """Return the labs in rows, each below all that it builds on."""
    depth: dict[str, int] = {}
    for lab in labs:
        number = lab.name[:2]
        depth[number] = max((depth[other] + 1 for other in edges[number] if other in depth), default=0)
    rows = [[lab for lab in labs if depth[lab.name[:2]] == row] for row in range(max(depth.values()) + 1)]
    return [row[start : start + _MOST] for row in rows for start in range(0, len(row), _MOST)]


def _drawing(labs: list[Lab]) -> str:
    edges = direct(labs)
    rows = _rows(labs, edges)
    most = max(map(len, rows))
    width = most * _WIDTH + (most - 1) * _GAP_X
    place: dict[str, tuple[float, float]] = {}
    for line, row in enumerate(rows):
        left = (width - len(row) * _WIDTH - (len(row) - 1) * _GAP_X) / 2
        for column, lab in enumerate(row):
            place[lab.name[:2]] = (left + column * (_WIDTH + _GAP_X), line * (_HEIGHT + _GAP_Y))
    height = len(rows) * (_HEIGHT + _GAP_Y) - _GAP_Y
    lines = [_line(place[below], place[number]) for number in place for below in sorted(edges[number])]
    boxes = [_box(lab, *place[lab.name[:2]]) for lab in labs]
    return (
        f'<svg viewBox="-2 -2 {width + 4:g} {height + 4:g}" role="group" aria-label="Map of the course: each lab below those '
        f'that it builds on. The list that follows says the same.">{"".join(lines + boxes)}</svg>'
    )


def _line(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1, x2, y2 = start[0] + _WIDTH / 2, start[1] + _HEIGHT, end[0] + _WIDTH / 2, end[1]
    bend = (y2 - y1) / 2 if y2 - y1 < 2 * _GAP_Y else _GAP_Y
    return f'<path d="M{x1:g} {y1:g} C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}"/>'


def _box(lab: Lab, x: float, y: float) -> str:
    name, _, _ = lab.title.partition(":")
    minutes = f"{lab.minutes} min" + (f" + {lab.further_minutes}" if lab.further_minutes else "")
    short = name if len(name) <= _LETTERS else f"{name[:_LETTERS].rsplit(' ', 1)[0]} …"
    return (
        f'<a href="labs/{lab.name}.html"><rect x="{x:g}" y="{y:g}" width="{_WIDTH}" height="{_HEIGHT}" rx="8"/>'
        f'<text x="{x + 10:g}" y="{y + 20:g}">{lab.name[:2]} {html.escape(short)}</text>'
        f'<text x="{x + 10:g}" y="{y + 37:g}" class="minutes">{minutes}</text></a>'
    )


def _list(labs: list[Lab]) -> str:
    names = {lab.name[:2]: lab.name for lab in labs}
    items = []
    for lab in labs:
        below = ", ".join(f'<a href="labs/{names[n]}.html">{n}</a>' for n in sorted(builds_on(lab)) if n in names)
        goals = "".join(f"<li>{inline_html(goal)}</li>" for goal in objectives(notebooks.read(lab.solution)))
        further = f", {lab.further_minutes} for further sections" if lab.further_minutes else ""
        items.append(
            f'<li><a href="labs/{lab.name}.html">{lab.name[:2]} {html.escape(lab.title)}</a><br>'
            f"{lab.minutes} minutes for the core{further}. Builds on {below or 'nothing'}."
            f"<details><summary>What you will be able to do<span class='visually-hidden'> after lab {lab.name[:2]}</span>"
            f"</summary><ol>{goals}</ol></details></li>"
        )
    return f'<ul class="course-list">{"".join(items)}</ul>'


def summaries_page(labs: list[Lab]) -> str:
    """Return the page with the summaries of all labs, in the length that the reader chooses."""
    parts = [
        "# Summaries",
        "Each lab in one sentence, one paragraph, or its full list. The choice is kept on this device.",
    ]
    parts.append('<div id="lengths"></div>')
    for lab in labs:
        cells = notebooks.read(lab.solution).cells
        text = next(cell.source for cell in cells if f"## {frame.SEEN}" in cell.source.split("\n"))
        parts += [f"## [{lab.name[:2]} {lab.title}](../labs/{lab.name}.md)", lab_pages.lengths(text)]
    return "\n\n".join(parts) + "\n"
