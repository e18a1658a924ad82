"""What a student has solved: kept beside the notebooks for the start page, never sent.

A check that passes leaves an empty file, `NN_topic/.solved/CHECK`; one that fails takes it away. With a file for each, kernels
that run at the same time have nothing to share, and none can be half-written. Only JupyterLab as the course starts it says
where the labs are, by `VARIABLE`: in grading, tests and anywhere else nothing is kept.
"""

from collections.abc import Iterable
import contextlib
import os
from pathlib import Path
import re
import tempfile

VARIABLE = "CNN_LABS_PROGRESS"
"""Names the environment variable that holds the folder of the notebooks, absolute."""
PAGE = "MY_LABS.md"
FOLDER = ".solved"
_BAD_INPUT = "_bad_input"
_CELL = re.compile(r"(<!-- solved in (\d\d_[a-z0-9_]+): ([\w ]*) -->)[^|\n]*")
_ATTEMPTS = 50


def record(exercise: str, *, passed: bool) -> None:
    """Keep what came of a check, and bring the start page up to date.

    Nothing is done where `VARIABLE` is not set, or where the working directory is none of the labs' folders. What cannot be
    written, as in a folder that is read-only, is left: a student's check never fails for it.

    Args:
        exercise: as `run_check` names it: "conv2d", or "conv2d, bad input".
        passed: whether all of its visible checks passed.
    """
    if not (named := os.environ.get(VARIABLE)):
        return
    with contextlib.suppress(OSError, ValueError):
        labs, lab = Path(named).resolve(), Path.cwd().resolve()
        if lab.parent != labs or not re.fullmatch(r"\d\d_[a-z0-9_]+", lab.name):
            return
        folder = lab / FOLDER
        if folder.exists() and not folder.is_dir():
            folder.replace(folder.with_name(f"{FOLDER}.set_aside"))
        mark = folder / re.sub(r"\W+", "_", exercise)
        if passed:
            folder.mkdir(exist_ok=True)
            mark.touch()
        else:
            mark.unlink(missing_ok=True)
        _refresh(labs)


def cell(lab: str, checks: Iterable[str]) -> str:
    """Return what the start page says of a lab while nothing is solved, with the mark by which `with_solved` finds it.

    Args:
        lab: its name, "02_convolution".
        checks: the names of its checks: "conv2d", "conv2d_bad_input".
    """
    return f"<!-- solved in {lab}: {' '.join(checks)} -->"


def with_solved(page: str, labs: Path) -> str:
    """Return the start page with what is solved in each of the labs below a folder."""

    def solved(match: re.Match) -> str:
        checks = match[3].split()
        passed = [name for name in checks if (labs / match[2] / FOLDER / name).exists()]
        names = [
            f"{name.removesuffix(_BAD_INPUT)} (bad input)" if name.endswith(_BAD_INPUT) else name for name in passed
        ]
        listed = f": {', '.join(names)}" if 0 < len(passed) < len(checks) else ""
        return f"{match[1]}{len(passed)} of {len(checks)}{listed} "

    return _CELL.sub(solved, page)


def write(path: Path, text: str) -> None:
    """Write a page whole or not at all."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _refresh(labs: Path) -> None:
    """Bring the page up to date, where there is one.

    Another kernel may write it at the same time, and know less: whoever writes looks again afterwards.
    """
    page = labs / PAGE
    for _ in range(_ATTEMPTS):
        before = page.read_text("utf-8")
        after = with_solved(before, labs)
        if after == before:
            return
        write(page, after)
