"""The command line: `python -m course --help`."""

import argparse
from collections.abc import Callable
import os
from pathlib import Path
import sys

from course import version
from course.grading import command as grading
from course.site import command as site
from course.syllabus import CourseError, Lab, labs


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # jsonschema builds a grammar of web addresses where this package is there; that takes a second, and notebooks need none.
    sys.modules.setdefault("rfc3987_syntax", None)
    parser = _parser()
    options, extra = parser.parse_known_args(arguments)
    if extra and options.command not in ("start", "edit"):
        parser.error(f"unknown options: {' '.join(extra)}")
    options.extra = extra
    try:
        return options.act(options) or 0
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m course", description="Tools for authors and instructors.")
    parser.add_argument("--version", action="version", version=f"cnn-labs {version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, act: Callable[[argparse.Namespace], int | None], summary: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary)
        added.set_defaults(act=act)
        return added

    _add_for_authors(command)
    for name, act, summary in (
        ("lint", _lint, "check the rules that every lab keeps"),
        ("answers", _answers, "try right and wrong answers against the checks"),
        ("list", _list, "name the labs, or what they need"),
        ("release", _release, "write a zip for students of each lab"),
    ):
        added = command(name, act, summary)
        if name == "list":
            added.add_argument("--data", action="store_true", help="name the data sets that the labs load")
        if name == "release":
            _add_for_release(added)
        if name == "answers":
            added.add_argument("--exercises", nargs="+", metavar="NAME", help="try these only")
            added.add_argument(
                "--seeds", type=int, default=0, metavar="N", help="try with N other draws of numbers, too"
            )
        _add_labs(added)
    _add_for_pack(command("pack", _pack, "write one file that sets up without a network: packages, data, weights"))
    site.add_arguments(command("site", site.run, "build the course's site, or show it"))
    command("start", _start, "start JupyterLab on the student labs; further options are JupyterLab's")
    grading.add_arguments(commands).set_defaults(act=grading.run)
    return parser


def _add_for_authors(command: Callable[..., argparse.ArgumentParser]) -> None:
    new = command("new", _new, "write the skeleton of a lab")
    new.add_argument("number", metavar="NN", help="two digits, as 08")
    new.add_argument("topic", help="lower case with underscores, as architectures")
    new.add_argument("--title", help="by default made of the topic")
    edit = command("edit", _edit, "open a lab's text as a notebook in JupyterLab; further options are JupyterLab's")
    edit.add_argument("lab", metavar="LAB", help="name or beginning of it, as 01")
    text = command("text", _text, "take a lab's notebook that was edited in JupyterLab back into its text")
    text.add_argument("--force", action="store_true", help="also where the text was edited too; its edits are lost")
    run = command("run", _run, "make solutions of their texts, executed where that is due")
    run.add_argument("--again", action="store_true", help="execute also what has not changed")
    run.add_argument("--check", action="store_true", help="say what would be executed, and change nothing")
    derive = command("derive", _derive, "write the student labs, the start page and the README's table")
    derive.add_argument(
        "--check", action="store_true", help="write nothing; fail with a diff where something would change"
    )
    derive.add_argument(
        "--to", type=Path, metavar="DIR", help="write the student labs to another folder, and nothing else"
    )
    for added in (text, run, derive):
        _add_labs(added)


def _add_for_release(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=Path, metavar="DIR", required=True, help="the folder for the zips")
    parser.add_argument("--core", action="store_true", help="without further sections")
    parser.add_argument(
        "--fill", nargs="+", default=(), metavar="NAME", help="hand these exercises out solved, without points"
    )
    parser.add_argument(
        "--exam",
        default="",
        metavar="SECRET",
        help="hidden checks draw other numbers than the published ones, by this secret",
    )


def _add_for_pack(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a zip; `start.py --from FILE` sets up from it")
    parser.add_argument(
        "--systems", nargs="+", default=(), metavar="NAME", help="linux, linux-arm, macos, windows; by default this one"
    )
    parser.add_argument("--pythons", nargs="+", default=(), metavar="VERSION", help="as 3.12; by default this one")


def _add_labs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("labs", nargs="*", metavar="LAB", help="name or beginning of it, as 01; by default all")


def _one_lab(wanted: str) -> Lab:
    lab, *others = labs([wanted])
    if others:
        raise CourseError(f"{wanted} fits {lab.name} and {others[0].name}: one lab at a time")
    return lab


def _new(options: argparse.Namespace) -> int:
    from course.new import new

    return new(options.number, options.topic, options.title)


def _edit(options: argparse.Namespace) -> None:
    from course.start import edit

    edit(_one_lab(options.lab), options.extra)


def _text(options: argparse.Namespace) -> int:
    from course.text import take_back

    return max(take_back(lab, force=options.force) for lab in labs(options.labs))


def _run(options: argparse.Namespace) -> int:
    from course.run import run

    return run(labs(options.labs), again=options.again, check=options.check)


def _derive(options: argparse.Namespace) -> int:
    from course.derive import derive

    return derive(options.labs, check=options.check, to=options.to)


def _lint(options: argparse.Namespace) -> int:
    from course.lint import problems

    selected = labs(options.labs)
    found = [problem for lab in selected for problem in problems(lab)]
    print("\n".join(found) or f"{len(selected)} labs, no problems")
    return 1 if found else 0


def _answers(options: argparse.Namespace) -> int:
    from course.trial import report

    return report(labs(options.labs), exercises=options.exercises, seeds=options.seeds)


def _list(options: argparse.Namespace) -> None:
    selected = labs(options.labs)
    names = sorted({name for lab in selected for name in lab.data}) if options.data else [lab.name for lab in selected]
    print(" ".join(names))


def _release(options: argparse.Namespace) -> int:
    from course.release import release

    choices = {"core": options.core, "fill": options.fill, "secret": options.exam}
    return release(labs(options.labs), options.to, **choices)


def _pack(options: argparse.Namespace) -> int:
    from course.pack import pack

    return pack(options.file, systems=options.systems, pythons=options.pythons)


def _start(options: argparse.Namespace) -> None:
    from course.start import start

    start(options.extra)


if __name__ == "__main__":
    sys.exit(main())
