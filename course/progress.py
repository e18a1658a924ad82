"""The start page of a student's own: the labs, and what of them is solved on this machine."""

import importlib.util
from pathlib import Path
from types import ModuleType

from course import pages
from course.syllabus import ROOT, labs


def _kept_by_checks() -> ModuleType:
    """Return `utils._progress`, without `utils`: that pins settings in the environment, which JupyterLab would inherit."""
    spec = importlib.util.spec_from_file_location("_progress", ROOT / "utils" / "_progress.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_progress = _kept_by_checks()
VARIABLE: str = _progress.VARIABLE
"""Names the environment variable by which checks know the folder of the notebooks."""
OURS = "<!-- Written anew at each start of the course. Notes of your own belong into another file. -->"
"""The first line of the page."""


def write_page(folder: Path) -> str:
    """Write the start page with what is solved into the folder of the notebooks; return the name of the page to open.

    What stands there under the same name and is not the course's is set aside first. Where the folder cannot be written to,
    the page without what is solved is the one to open.
    """
    page = folder / _progress.PAGE
    listed = labs(root=folder.parent)
    text = pages.start_page(listed, solved={lab.name: _progress.cell(lab.name, lab.checks) for lab in listed})
    try:
        if page.exists() and not page.read_bytes().startswith(OURS.encode()):
            names = (page.with_stem(f"{page.stem}-yours{number}") for number in ("", *range(2, 1000)))
            page.replace(next(name for name in names if not name.exists()))
        _progress.write(page, _progress.with_solved(f"{OURS}\n\n{text}", folder))
    except OSError:
        return pages.START
    return page.name
