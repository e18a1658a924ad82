"""Starts JupyterLab: on the student labs, set up for students, or on a lab's text, for its author."""

import os
from pathlib import Path
import sys
import webbrowser

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
        config: where it finds labconfig.
    """
    environment = os.environ | {
        # Where JupyterLab finds labconfig: no pop-up about news, no Create Assignment side bar, Markdown shown as a page.
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, [str(config), os.environ.get("JUPYTER_CONFIG_PATH")])),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    arguments = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    arguments += [f"--LabApp.default_url=/lab/tree/{page}", "--ServerApp.log_level=WARN"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")  # containers: JupyterLab refuses to run as root without it
    if not _has_browser():
        arguments.append("--no-browser")
    return arguments + extra, environment


def _has_browser() -> bool:
    try:
        return webbrowser.get().name not in ("www-browser", "links", "elinks", "lynx", "w3m")
    except webbrowser.Error:
        return False


def start(extra: list[str]) -> None:
    """Replace this process by JupyterLab on the student labs; Ctrl-C ends it."""
    if not (ROOT / "notebooks" / "START.md").exists():
        raise CourseError("there are no student labs in notebooks/: run `python -m course derive`")
    _become(*command(extra))


def edit(lab: Lab, extra: list[str]) -> None:
    """Replace this process by JupyterLab with a lab's text open as a notebook, which is saved as text."""
    if not lab.text.exists():
        raise CourseError(f"there is no {lab.text}: `python -m course new` writes the skeleton of a lab")
    folder = lab.root / "labs_solutions"
    page = lab.text.relative_to(folder).as_posix()
    _become(*command(extra, folder=folder, page=page, config=CONFIG.with_name("jupyter_author")))


def _become(arguments: list[str], environment: dict[str, str]) -> None:
    print("JupyterLab is starting. Its address follows; Ctrl-C, twice, ends it.", flush=True)
    os.execve(arguments[0], arguments, environment)
