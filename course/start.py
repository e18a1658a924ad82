"""Starts JupyterLab: on the student labs, set up for students, or on a lab's text, for its author."""

import os
from pathlib import Path
import signal
import subprocess
import sys

from course.syllabus import ROOT, CourseError, Lab

CONFIG = Path(__file__).resolve().parent / "jupyter"


def command(
    extra: list[str], *, folder: Path = ROOT / "notebooks", page: str = "START.md", config: Path = CONFIG
) -> tuple[list[str], dict[str, str]]:
    """Return the command that starts JupyterLab, and the environment it needs.

    Args:
        extra: further arguments for JupyterLab, such as `--port=8899` or `--no-browser`.
        folder: what JupyterLab shows.
        page: what it opens, a path below the folder.
        config: where it finds labconfig: no pop-up about news, no Create Assignment side bar, Markdown shown as a page.
    """
    return [sys.executable, str(CONFIG / "launch.py"), str(folder), page, str(config), *extra], dict(os.environ)


def start(extra: list[str]) -> None:
    """Replace this process by JupyterLab on the student labs; Ctrl-C ends it."""
    from course import progress

    folder = ROOT / "notebooks"
    if not (folder / "START.md").exists():
        raise CourseError("there are no student labs in notebooks/: run `python -m course derive`")
    arguments, environment = command(extra, folder=folder, page=progress.write_page(folder))
    _become(arguments, environment | {progress.VARIABLE: str(folder)})


def edit(lab: Lab, extra: list[str]) -> None:
    """Replace this process by JupyterLab with a lab's text open as a notebook, which is saved as text."""
    if not lab.text.exists():
        raise CourseError(f"there is no {lab.text}: `python -m course new` writes the skeleton of a lab")
    folder = lab.root / "labs_solutions"
    page = lab.text.relative_to(folder).as_posix()
    _become(*command(extra, folder=folder, page=page, config=CONFIG.with_name("jupyter_author")))


def _become(arguments: list[str], environment: dict[str, str]) -> None:
    print("JupyterLab is starting. Its address follows.", flush=True)
    if os.name == "posix":
        os.execve(arguments[0], arguments, environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Windows cannot replace a process; Ctrl-C reaches JupyterLab as well
    sys.exit(subprocess.call(arguments, env=environment))
