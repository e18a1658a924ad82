"""What students get: a zip a lab, with the lab, what it imports, and what starts it; no solutions, no hidden checks."""

from collections.abc import Sequence
import io
from pathlib import Path
import re
import stat
import sys
import zipfile

from course import notebooks, pages
from course.answers import draws
from course.derive import student_labs
from course.jupyter import machine
from course.syllabus import ROOT, CourseError, Lab, exercise_of
from course.variants import METADATA, SAFE_SECRET, Variant, fingerprint, lab_of, solution_of

HANDOUT = Path(__file__).resolve().parent / "handout"
LICENCES = ("DATA_LICENCES.md", "LICENSE", "LICENSE-TEXT.md")
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""The oldest that a zip can state."""


def release(
    selected: list[Lab], to: Path, *, core: bool = False, fill: Sequence[str] = (), secret: str = "", root: Path = ROOT
) -> int:
    """Write a zip for each lab, `NN_topic.zip`, which unpacks into a folder `NN_topic`.

    The same course gives the same bytes, on any machine. The student's lab is derived anew from the solution, whatever
    `notebooks/` holds.

    Args:
        selected: the labs to hand out.
        to: the folder to write to; made where there is none.
        core: leave further sections out.
        fill: exercises to hand out solved, without points.
        secret: of an exam, whose hidden checks draw other numbers with it; only its fingerprint is handed out.
        root: the course's folder, for `utils`, the pins and the licences.

    Returns:
        The exit status.

    Raises:
        CourseError: if a lab is not fit to be handed out, a file is missing, an exercise to fill is in no lab, or the secret is
            too short. Nothing is written then.
    """
    student_labs(selected)  # whatever is left out of them, the labs have to be fit
    handed_out = _variants(selected, core, fill, secret)
    archives = {}
    for lab, variant in handed_out:
        (notebook,) = student_labs([lab]).values()
        notebook.metadata[METADATA] = {"version": variant.version()}
        archives[to / f"{lab.name}.zip"] = _zip(
            lab.name, contents(lab, notebooks.to_text(notebook), variant, root=root)
        )
    for (path, content), (lab, variant) in zip(archives.items(), handed_out):
        notebooks.write(path, content)
        print(f"written: {path}" + (f", version {variant.version()}" if variant != Variant() else ""))
        if variant.exam and (published := _published(lab)):
            print(
                f"  checked with published numbers also in an exam, since their checks draw none: {', '.join(published)}"
            )
    if secret and len(secret) < SAFE_SECRET:
        print(
            f"The secret is short: with {SAFE_SECRET} characters and more nobody finds it by trying.", file=sys.stderr
        )
    return 0


def _published(lab: Lab) -> list[str]:
    """Return the exercises whose checks draw no numbers."""
    checks = {notebooks.grade_id(cell): cell.source for cell in solution_of(lab).cells if notebooks.is_check(cell)}
    drawing = {exercise_of(name) for name in lab.checks if draws(checks[f"check_{name}"])}
    return [name for name in lab.points if name not in drawing]


def _variants(selected: list[Lab], core: bool, fill: Sequence[str], secret: str) -> list[tuple[Lab, Variant]]:
    """Return the labs as they are handed out, each with its variant."""
    known = [name for lab in selected for name in lab.points]
    if unknown := [name for name in fill if name not in known]:
        raise CourseError(f"--fill: there is no exercise {', '.join(unknown)}; there are {', '.join(known)}")
    exam = fingerprint(secret) if secret else ""
    found = []
    for lab in selected:
        variant = Variant(core, tuple(name for name in lab.points if name in fill), exam)
        found.append((lab_of(lab, variant), variant))
    return found


def contents(lab: Lab, notebook: str, variant: Variant = Variant(), *, root: Path = ROOT) -> dict[str, bytes]:  # noqa: B008
    """Return path -> content of the files that a student gets.

    Args:
        lab: the lab.
        notebook: the student's lab, as text.
        variant: which of the lab's it is.
        root: the course's folder.

    Raises:
        CourseError: if a file is missing.
    """
    modules = sorted(path for path in (root / "utils").rglob("*.py") if "__pycache__" not in path.parts)
    paths = {path.relative_to(root).as_posix(): path for path in modules}
    paths |= {name: root / name for name in ("requirements.txt", *LICENCES)}
    paths |= {"start.py": ROOT / "start.py", "nbgrader_config.py": HANDOUT / "nbgrader_config.py"}
    settings = HANDOUT.parent / "jupyter"  # and what start.py needs beside it
    beside = [*settings.rglob("*.json"), *settings.glob("*.py")]
    paths |= {f"jupyter/{path.relative_to(settings).as_posix()}": path for path in sorted(beside)}
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
    files["lab.toml"] = _settings(lab, variant, steps).encode()
    files["README.md"] = _readme(lab, variant, steps).encode()
    return files


def _preparation(lab: Lab, notebook: str) -> list[list[str]]:
    """Return the modules, with arguments, that fetch what the lab needs before it can run without a connection."""
    steps = [["utils.data", "--quiet", *lab.data]] if lab.data else []
    if re.search(r"\b(from utils\.backbones import|from utils import backbones|import utils\.backbones)\b", notebook):
        steps.append(["utils.backbones", "--quiet"])
    return steps


def _settings(lab: Lab, variant: Variant, steps: list[list[str]]) -> str:
    """Return what start.py reads: names that need no quoting, so that TOML's strings are as simple as they look."""
    lines = ", ".join("[" + ", ".join(f'"{word}"' for word in step) + "]" for step in steps)
    return (
        f'# The course that this lab came from.\nversion = "{variant.version()}"\n'
        f'# What start.py opens, and what it runs before: modules and their arguments.\nnotebook = "{lab.name}.ipynb"\n'
        f"prepare = [{lines}]\n"
    )


def _readme(lab: Lab, variant: Variant, steps: list[list[str]]) -> str:
    from utils.data import DATA_SETS
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    fetched = [DATA_SETS[name].title for name in lab.data]
    fetched += ["the weights of a trained network"] if any(step[0] == "utils.backbones" for step in steps) else []
    names = {"oldest": machine.OLDEST, "newest": machine.NEWEST}
    templates = Environment(
        loader=FileSystemLoader(HANDOUT), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    return templates.get_template("README.md.j2").render(
        lab=lab,
        minutes=pages.minutes(lab),
        version=variant.version(),
        variant=variant,
        how=pages.how_a_lab_works(core_only=variant.core),
        data="data (" + "; ".join(fetched) + ")" if fetched else "no data",
        machine=machine,
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
