"""The command line: `python -m course --help`."""

import argparse
from datetime import datetime
import os
from pathlib import Path
import sys

from course.syllabus import CourseError, labs


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    parser = argparse.ArgumentParser(prog="python -m course", description="Tools for authors and instructors.")
    commands = parser.add_subparsers(dest="command", required=True)
    derive = commands.add_parser("derive", help="write the student labs, the start page and the README's table")
    derive.add_argument(
        "--check", action="store_true", help="write nothing; fail with a diff where something would change"
    )
    derive.add_argument(
        "--to", type=Path, metavar="DIR", help="write the student labs to another folder, and nothing else"
    )
    run = commands.add_parser("run", help="execute solutions from the top and store their outputs")
    lint = commands.add_parser("lint", help="check the rules that every lab keeps")
    answers = commands.add_parser("answers", help="try right and wrong answers against the checks")
    listing = commands.add_parser("list", help="name the labs, or what they need")
    listing.add_argument("--data", action="store_true", help="name the data sets that the labs load")
    commands.add_parser("start", help="start JupyterLab on the student labs; further options are JupyterLab's")
    release = commands.add_parser("release", help="write a zip for students of each lab")
    release.add_argument("--to", type=Path, metavar="DIR", required=True, help="the folder for the zips")
    _add_grade(commands)
    for command in (derive, run, lint, answers, listing, release):
        command.add_argument("labs", nargs="*", metavar="LAB", help="name or beginning of it, as 01; by default all")
    options, extra = parser.parse_known_args(arguments)
    if extra and options.command != "start":
        parser.error(f"unknown options: {' '.join(extra)}")
    try:
        if options.command == "start":
            from course.start import start as act

            return act(extra)
        if options.command == "grade":
            try:
                return _grade(options)
            except KeyboardInterrupt:
                print("Interrupted. What was graded is recorded; the same command goes on from there.", file=sys.stderr)
                return 130
        selected = labs(options.labs)
        if options.command == "derive":
            from course.derive import derive as act

            return act(options.labs, check=options.check, to=options.to)
        if options.command == "run":
            from course.run import run as act

            return act(selected)
        if options.command == "lint":
            from course.lint import problems

            found = [problem for lab in selected for problem in problems(lab)]
            print("\n".join(found) or f"{len(selected)} labs, no problems")
            return 1 if found else 0
        if options.command == "answers":
            from course.answers import report as act

            return act(selected)
        if options.command == "release":
            from course.release import release as act

            return act(selected, options.to)
        names = (
            sorted({name for lab in selected for name in lab.data}) if options.data else [lab.name for lab in selected]
        )
        print(" ".join(names))
        return 0
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1


def _add_grade(commands: argparse._SubParsersAction) -> None:
    grade = commands.add_parser("grade", help="grade a class: from submissions to gradebook, tables and feedback")
    grade.add_argument("lab", metavar="LAB", help="name or beginning of it, as 01")
    grade.add_argument(
        "--submissions",
        type=Path,
        metavar="PATH",
        required=True,
        help="a folder with a folder for each student, or the zip that Moodle or Canvas gives",
    )
    grade.add_argument(
        "--to", type=Path, metavar="DIR", default=Path("grading"), help="the grading folder (default: grading)"
    )
    where = grade.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, metavar="N", help="submissions at a time (default: one a core)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler's address, as tcp://10.0.0.5:8786")
    which = grade.add_argument_group("what is graded")
    which.add_argument("--students", nargs="+", metavar="NAME", default=[], help="only these")
    which.add_argument(
        "--exercises", nargs="+", metavar="NAME", default=[], help="only these functions; the others keep their points"
    )
    which.add_argument("--again", action="store_true", help="execute also what has not changed since it was graded")
    which.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")
    late = grade.add_argument_group("lateness")
    late.add_argument(
        "--due", metavar="TIME", help="as 2027-01-31T23:59+01:00; later runs keep it and what it costs; `never` ends it"
    )
    late.add_argument(
        "--late-points-per-day", type=float, metavar="P", default=0.0, help="taken off for each day begun"
    )
    late.add_argument(
        "--late-percent-per-day", type=float, metavar="P", default=0.0, help="of the lab's points, likewise"
    )
    late.add_argument("--late-most-percent", type=float, metavar="P", default=100.0, help="never more than this share")
    late.add_argument("--grace-minutes", type=float, metavar="M", default=0.0, help="after the due time at no cost")
    limits = grade.add_argument_group("limits of a submission")
    limits.add_argument("--cell-seconds", type=float, metavar="S", help="for each cell")
    limits.add_argument("--notebook-seconds", type=float, metavar="S", help="for all of it")
    limits.add_argument("--memory-gib", type=float, metavar="G")
    limits.add_argument("--processes", type=int, metavar="N", help="threads count: TensorFlow needs dozens")
    limits.add_argument("--file-mib", type=float, metavar="M", help="the largest file it may write")
    limits.add_argument("--output-mib", type=float, metavar="M", help="what it may print")
    limits.add_argument(
        "--unsandboxed",
        action="store_true",
        help="run students' code with all that this account may do: only for code that you trust",
    )


def _grade(options: argparse.Namespace) -> int:
    from course.grading.grade import Options, grade
    from course.grading.model import GradingError, Limits
    from course.grading.record import LatePolicy

    (lab, *others) = labs([options.lab])
    if others:
        raise CourseError(f"{options.lab} fits {lab.name} and {others[0].name}: grade one lab at a time")
    sizes = {
        "cell_seconds": options.cell_seconds,
        "notebook_seconds": options.notebook_seconds,
        "memory": options.memory_gib and int(options.memory_gib * 2**30),
        "processes": options.processes,
        "file_size": options.file_mib and int(options.file_mib * 2**20),
        "output_size": options.output_mib and int(options.output_mib * 2**20),
    }
    chosen = {name: value for name, value in sizes.items() if value is not None}
    wrong = [name for name, value in chosen.items() if value <= 0]
    if wrong or (options.workers is not None and options.workers < 1):
        raise GradingError(f"{', '.join(wrong) or 'workers'}: has to be above 0")
    late = None
    if options.due and options.due != "never":
        try:
            due = datetime.fromisoformat(options.due).astimezone()
        except ValueError:
            raise GradingError(f"--due {options.due!r} is no time: write it as 2027-01-31T23:59+01:00") from None
        late = LatePolicy(
            due,
            points_per_day=options.late_points_per_day,
            percent_per_day=options.late_percent_per_day,
            most_percent=options.late_most_percent,
            grace_minutes=options.grace_minutes,
        )
    elif options.late_points_per_day or options.late_percent_per_day:
        raise GradingError("a penalty for lateness needs --due, the time from which it counts")
    return grade(
        lab,
        options.submissions,
        options.to,
        Options(
            workers=options.workers,
            scheduler=options.scheduler,
            limits=Limits(**chosen),
            late=late,
            on_time=options.due == "never",
            students=tuple(options.students),
            exercises=tuple(options.exercises),
            again=options.again,
            dry_run=options.dry_run,
            sandboxed=not options.unsandboxed,
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
