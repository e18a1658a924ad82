"""What students get: a zip a lab, with the lab, what it imports, and what starts it; no solutions, no hidden checks."""

import io
from pathlib import Path
import re
import stat
import zipfile

from course import notebooks, pages, version
from course.derive import student_texts
from course.handout.start import NEWEST, OLDEST
from course.syllabus import ROOT, CourseError, Lab

HANDOUT = Path(__file__).resolve().parent / "handout"
LICENCES = ("DATA_LICENCES.md", "LICENSE", "LICENSE-TEXT.md")
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""The oldest that a zip can state."""


def release(selected: list[Lab], to: Path, *, root: Path = ROOT) -> int:
    """Write a zip for each lab, `NN_topic.zip`, which unpacks into a folder `NN_topic`.

    The same course gives the same bytes, on any machine. The student's lab is derived anew from the solution, whatever
    `notebooks/` holds.

    Args:
        selected: the labs to hand out.
        to: the folder to write to; made where there is none.
        root: the course's folder, for `utils`, the pins and the licences.

    Returns:
        The exit status.

    Raises:
        CourseError: if a lab is not fit to be handed out, or a file is missing. Nothing is written then.
    """
    texts = student_texts(selected)
    archives = {
        to / f"{lab.name}.zip": _zip(lab.name, contents(lab, texts[lab.student], root=root)) for lab in selected
    }
    for path, content in archives.items():
        notebooks.write(path, content)
        print(f"written: {path}")
    return 0


def contents(lab: Lab, notebook: str, *, root: Path = ROOT) -> dict[str, bytes]:
    """Return path -> content of the files that a student gets.

    Args:
        lab: the lab.
        notebook: the student's lab, as text.
        root: the course's folder.

    Raises:
        CourseError: if a file is missing.
    """
    modules = sorted(path for path in (root / "utils").rglob("*.py") if "__pycache__" not in path.parts)
    paths = {path.relative_to(root).as_posix(): path for path in modules}
    paths |= {name: root / name for name in ("requirements.txt", *LICENCES)}
    paths |= {name: HANDOUT / name for name in ("start.py", "nbgrader_config.py")}
    settings = HANDOUT.parent / "jupyter"
    paths |= {f"jupyter/{path.relative_to(settings).as_posix()}": path for path in sorted(settings.rglob("*.json"))}
    try:
        files = {name: path.read_bytes() for name, path in paths.items()}
    except OSError as error:
        raise CourseError(
            f"{lab.name} cannot be handed out: {error.filename} cannot be read: {error.strerror}"
        ) from error
    if not modules:
        raise CourseError(f"{lab.name} cannot be handed out: there is no utils in {root}, which labs import")
    steps = _preparation(lab, notebook)
    files[f"{lab.name}.ipynb"] = notebook.encode()
    files["lab.toml"] = _settings(lab, steps).encode()
    files["README.md"] = _readme(lab, steps).encode()
    return files


def _preparation(lab: Lab, notebook: str) -> list[list[str]]:
    """Return the modules, with arguments, that fetch what the lab needs before it can run without a connection."""
    steps = [["utils.data", "--quiet", *lab.data]] if lab.data else []
    if re.search(r"\b(from utils\.backbones import|from utils import backbones|import utils\.backbones)\b", notebook):
        steps.append(["utils.backbones", "--quiet"])
    return steps


def _settings(lab: Lab, steps: list[list[str]]) -> str:
    """Return what start.py reads: names that need no quoting, so that TOML's strings are as simple as they look."""
    lines = ", ".join("[" + ", ".join(f'"{word}"' for word in step) + "]" for step in steps)
    return (
        f'# The course that this lab came from.\nversion = "{version()}"\n'
        f'# What start.py opens, and what it runs before: modules and their arguments.\nnotebook = "{lab.name}.ipynb"\n'
        f"prepare = [{lines}]\n"
    )


def _readme(lab: Lab, steps: list[list[str]]) -> str:
    from utils.data import DATA_SETS
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    fetched = [DATA_SETS[name].title for name in lab.data]
    fetched += ["the weights of a trained network"] if any(step[0] == "utils.backbones" for step in steps) else []
    names = {"oldest": OLDEST, "newest": NEWEST}
    templates = Environment(
        loader=FileSystemLoader(HANDOUT), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    return templates.get_template("README.md.j2").render(
        lab=lab,
        minutes=pages.minutes(lab),
        version=version(),
        how=pages.HOW_A_LAB_WORKS,
        data="data (" + "; ".join(fetched) + ")" if fetched else "no data",
        **{name: ".".join(map(str, version)) for name, version in names.items()},
    )


def _zip(folder: str, files: dict[str, bytes]) -> bytes:
    """Return a zip of the files in one folder: sorted, with fixed times and permissions, uncompressed.

    Compressed bytes depend on the version of zlib; what a student gets is small enough without.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", FIXED_TIME)
            entry.create_system = 3  # Unix: the permissions below count
            entry.external_attr = (stat.S_IFREG | (0o755 if name == "start.py" else 0o644)) << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()
