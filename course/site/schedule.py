"""The course in weeks: schedules, minutes, and which labs to leave out, all from the syllabus and from what builds on what."""

from collections.abc import Sequence

from course.site import exercises, overview, plans
from course.syllabus import Lab


def needed_by(labs: list[Lab]) -> dict[str, list[str]]:
    """Return for each lab's number those of the labs that build on it, themselves or through others."""
    below: dict[str, set[str]] = {}
    for lab in labs:  # labs stand in order, so what is below is complete
        direct = overview.builds_on(lab)
        below[lab.name[:2]] = direct.union(*(below.get(number, set()) for number in direct))
    return {number: [other for other in below if number in below[other]] for number in below}


def left_out(labs: list[Lab]) -> list[Lab]:
    """Return the labs that can be left out, in this order, so that what remains always stands on its own.

    The last lab, the project, stays, and so does all that it builds on.
    """
    if not labs:
        return []
    above, remaining, found = needed_by(labs), list(labs), []
    while True:
        numbers = {lab.name[:2] for lab in remaining}
        free = [lab for lab in remaining if lab is not labs[-1] and not numbers & set(above[lab.name[:2]])]
        if not free:
            return found
        found.append(free[-1])
        remaining.remove(free[-1])


def weeks(labs: list[Lab], a_week: int) -> str:
    """Return the schedule as a table in Markdown, a row a lab.

    Args:
        labs: the labs, in order.
        a_week: how many of them a week has.
    """
    last = (len(labs) + a_week - 1) // a_week
    rows = [
        "| week | lab | sessions of 45 minutes | at home | hand in | grade |",
        "|---|---|---|---|---|---|",
    ]
    for place, lab in enumerate(labs):
        week, plan = place // a_week + 1, plans.read(lab)
        titles = "; ".join(session.title for session in plan.sessions)
        until = f"start of week {week + 1}" if week < last else "a week after the last session"
        grading = f"in week {week + 1}" if week < last else "when all have handed in"
        words = len(lab.written)
        written = f" {words} answer{'s' if words > 1 else ''} in words" if words else ""
        rows.append(
            f"| {week} | [{lab.name[:2]} {_short(lab)}](labs/{lab.name}.md) | {titles} | "
            f"{plan.home_minutes} min | {until}; {points(lab)} | {grading};{written or ' no answer in words'} |"
        )
    return "\n".join(rows)


def points(lab: Lab) -> str:
    """Return a lab's points in words, as "20 points core, 16 further"."""
    core, further = exercises.points(lab)
    return f"{core:g} points core, {further:g} further" if further else f"{core:g} points"


def minutes(labs: list[Lab]) -> str:
    """Return the table of minutes and points, with sums."""
    rows = [
        "| lab | in class | at home | core | further | computing | points, core + further |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    total = [0.0] * 7
    for lab in labs:
        plan = plans.read(lab)
        numbers = (
            plan.class_minutes, plan.home_minutes, lab.minutes, lab.further_minutes, lab.seconds, *exercises.points(lab),
        )  # fmt: skip
        total = [sum(pair) for pair in zip(total, numbers)]
        rows.append(f"| [{lab.name[:2]} {_short(lab)}](labs/{lab.name}.md) | {_cells(numbers)} |")
    return "\n".join([*rows, f"| **all** | {_cells(total)} |"])


def fewer(labs: list[Lab]) -> str:
    """Return which labs to leave out where the weeks are fewer, as a table; a row for each number of labs that remains."""
    out = [lab.name[:2] for lab in left_out(labs)]
    above = needed_by(labs)
    rows = ["| labs | weeks at one a week | weeks at two a week | leave out |", "|--:|--:|--:|---|"]
    for gone in range(len(out) + 1):
        left = len(labs) - gone
        rows.append(f"| {left} | {left} | {(left + 1) // 2} | {', '.join(sorted(out[:gone])) or 'none'} |")
    rows += ["", "| lab | labs that need it |", "|---|---|"]
    rows += [f"| {lab.name[:2]} {_short(lab)} | {', '.join(above[lab.name[:2]]) or 'none'} |" for lab in labs]
    return "\n".join(rows)


def _cells(numbers: Sequence[float]) -> str:
    """Return a row's numbers; the last two, points of the core and of the further sections, share a cell."""
    kinds = ("min", "min", "min", "min", "s")
    cells = [f"{number:,g}\u00a0{kind}" for number, kind in zip(numbers, kinds)]
    return " | ".join([*cells, f"{numbers[5]:g}\u00a0+\u00a0{numbers[6]:g}"])


def _short(lab: Lab) -> str:
    return lab.title.partition(":")[0]
