"""Starts JupyterLab on the student labs, set up for students."""

import os
from pathlib import Path
import sys
import webbrowser

from course.syllabus import ROOT, CourseError

CONFIG = Path(__file__).resolve().parent / "jupyter"


def command(extra: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the command that starts JupyterLab, and the environment it needs.

    Args:
        extra: further arguments for JupyterLab, such as `--port=8899` or `--no-browser`.
    """
    environment = os.environ | {
        # Where JupyterLab finds course/jupyter/labconfig: no pop-up about news, no Create Assignment side bar, Markdown shown as a page.
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, [str(CONFIG), os.environ.get("JUPYTER_CONFIG_PATH")])),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    arguments = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT / 'notebooks'}"]
    arguments += ["--LabApp.default_url=/lab/tree/START.md", "--ServerApp.log_level=WARN"]
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


def start(extra: list[str]) -> int:
    """Replace this process by JupyterLab, which prints its address; Ctrl-C ends it."""
    if not (ROOT / "notebooks" / "START.md").exists():
        raise CourseError("there are no student labs in notebooks/: run `python -m course derive`")
    arguments, environment = command(extra)
    print("JupyterLab is starting. Its address follows; Ctrl-C, twice, ends it.", flush=True)
    os.execve(arguments[0], arguments, environment)
