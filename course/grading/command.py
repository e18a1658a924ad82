"""`python -m course grade`: what can be chosen, and the choices made of it."""

import argparse
from dataclasses import fields
from datetime import datetime
from pathlib import Path
import sys

from course.grading.execute import interrupts
from course.grading.model import GradingError, Limits
from course.grading.record.late import LatePolicy
from course.syllabus import CourseError, labs


def add_arguments(commands: argparse._SubParsersAction) -> argparse.ArgumentParser:
    """Add the command `grade` with its options, and return its parser."""
    command = commands.add_parser("grade", help="grade a class: from submissions to gradebook, tables and feedback")
    command.add_argument("lab", metavar="LAB", help="name or beginning of it, as 01")
    command.add_argument(
        "--submissions",
        type=Path,
        metavar="PATH",
        required=True,
        help="a folder with a folder for each student, or the zip that Moodle or Canvas gives",
    )
    command.add_argument(
        "--to", type=Path, metavar="DIR", default=Path("grading"), help="the grading folder (default: grading)"
    )
    where = command.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, metavar="N", help="submissions at a time (default: one a core)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler's address, as tcp://10.0.0.5:8786")
    _add_selection(command.add_argument_group("what is graded"))
    _add_lateness(command.add_argument_group("lateness"))
    _add_limits(command.add_argument_group("limits of a submission"))
    return command


def _add_selection(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--students", nargs="+", metavar="NAME", default=[], help="only these")
    group.add_argument(
        "--exercises", nargs="+", metavar="NAME", default=[], help="only these functions; the others keep their points"
    )
    group.add_argument(
        "--resubmissions",
        choices=("last", "best"),
        default="last",
        help="which of a student's submissions counts: the last, or the best after the penalty for lateness",
    )
    group.add_argument(
        "--exam",
        metavar="SECRET",
        default="",
        help="the secret of an exam: what `release --exam` was given; name it in every run",
    )
    group.add_argument("--again", action="store_true", help="execute also what has not changed since it was graded")
    group.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")


def _add_lateness(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--due", metavar="TIME", help="as 2027-01-31T23:59+01:00; later runs keep it and what it costs; `never` ends it"
    )
    group.add_argument(
        "--late-points-per-day", type=float, metavar="P", default=0.0, help="taken off for each day begun"
    )
    group.add_argument(
        "--late-percent-per-day", type=float, metavar="P", default=0.0, help="of the lab's points, likewise"
    )
    group.add_argument("--late-most-percent", type=float, metavar="P", default=100.0, help="never more than this share")
    group.add_argument("--grace-minutes", type=float, metavar="M", default=0.0, help="after the due time at no cost")


def _add_limits(group: argparse._ArgumentGroup) -> None:
    for limit in fields(Limits):
        unit = limit.metadata["unit"]
        group.add_argument(
            limit.metadata["option"], dest=limit.name, type=unit.kind, metavar=unit.metavar, help=limit.metadata["help"]
        )
    group.add_argument(
        "--unsandboxed",
        action="store_true",
        help="run students' code with all that this account may do: only for code that you trust",
    )


def limits_table() -> str:
    """Return the limits, their defaults and their options as a table in Markdown: the guide's."""
    rows = (
        f"| {limit.metadata['what']} | {limit.metadata['unit'].text(limit.default)} | `{limit.metadata['option']}` |"
        for limit in fields(Limits)
    )
    return "\n".join(["| what | default | option |", "|---|---|---|", *rows]) + "\n"


def run(options: argparse.Namespace) -> int:
    """Grade a class as it was asked for; return the exit status.

    Raises:
        CourseError: if no lab, or more than one, has the name.
        GradingError: if an option makes no sense, or grading as a whole cannot go on.
    """
    try:
        with interrupts.once():
            return _grade(options)
    except KeyboardInterrupt:
        print("Interrupted. What was graded is recorded; the same command goes on from there.", file=sys.stderr)
        return 130


def _grade(options: argparse.Namespace) -> int:
    from course.grading.grade import Options, grade  # half of all packages, which no other command needs

    (lab, *others) = labs([options.lab])
    if others:
        raise CourseError(f"{options.lab} fits {lab.name} and {others[0].name}: grade one lab at a time")
    chosen = Options(
        workers=options.workers,
        scheduler=options.scheduler,
        limits=_limits(options),
        late=_late(options),
        on_time=options.due == "never",
        students=tuple(options.students),
        exercises=tuple(options.exercises),
        again=options.again,
        dry_run=options.dry_run,
        best=options.resubmissions == "best",
        exam=options.exam,
        sandboxed=not options.unsandboxed,
    )
    return grade(lab, options.submissions, options.to, chosen)


def _limits(options: argparse.Namespace) -> Limits:
    """Return the limits that were named, and the others as they are; the number of workers is looked at too."""
    named = {limit.name: (limit.metadata["unit"], getattr(options, limit.name)) for limit in fields(Limits)}
    chosen = {name: unit.of(amount) for name, (unit, amount) in named.items() if amount is not None}
    wrong = [name for name, value in chosen.items() if value <= 0]
    if wrong or (options.workers is not None and options.workers < 1):
        raise GradingError(f"{', '.join(wrong) or 'workers'}: has to be above 0")
    return Limits(**chosen)


def _late(options: argparse.Namespace) -> LatePolicy | None:
    """Return the policy for lateness that was named; None where none was."""
    if not options.due or options.due == "never":
        if options.late_points_per_day or options.late_percent_per_day:
            raise GradingError("a penalty for lateness needs --due, the time from which it counts")
        return None
    try:
        due = datetime.fromisoformat(options.due).astimezone()
    except ValueError:
        raise GradingError(f"--due {options.due!r} is no time: write it as 2027-01-31T23:59+01:00") from None
    return LatePolicy(
        due,
        points_per_day=options.late_points_per_day,
        percent_per_day=options.late_percent_per_day,
        most_percent=options.late_most_percent,
        grace_minutes=options.grace_minutes,
    )
