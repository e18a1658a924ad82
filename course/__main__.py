"""The command line: `python -m course --help`."""

import argparse
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
    for command in (derive, run, lint, answers, listing):
        command.add_argument("labs", nargs="*", metavar="LAB", help="name or beginning of it, as 01; by default all")
    options, extra = parser.parse_known_args(arguments)
    if extra and options.command != "start":
        parser.error(f"unknown options: {' '.join(extra)}")
    try:
        if options.command == "start":
            from course.start import start as act

            return act(extra)
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
        names = (
            sorted({name for lab in selected for name in lab.data}) if options.data else [lab.name for lab in selected]
        )
        print(" ".join(names))
        return 0
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
