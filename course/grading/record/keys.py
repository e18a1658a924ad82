"""When a submission need not be executed again: a digest of all that its result depends on.

A class is executed anew after a change of what decides about points: the lab, `utils`, the limits, the tools, and the rooms
`prepare` and `execute` with whatever of the course they import.
"""

import ast
from dataclasses import asdict
from functools import cache
import hashlib
from importlib import metadata
import json
from pathlib import Path
import sys

from course.grading.model import Limits, Submission
from course.syllabus import ROOT, Lab

_TOOLS = ("ipykernel", "keras", "nbclient", "nbgrader", "numpy", "scikit-image", "scikit-learn", "scipy", "tensorflow")
_ROOMS = ("prepare", "execute")


def key(submission: Submission, lab: Lab, limits: Limits, *, sandboxed: bool = True) -> str:
    """Return the digest of a submission, the lab with its checks and points, the limits and the tools.

    Not in it is what is worked out anew in any case: the penalty for lateness, and marks by humans.
    """
    digest = hashlib.sha256()
    parts = [
        submission.student,
        submission.name,
        hashlib.sha256(submission.content).hexdigest(),
        list(submission.remarks),
        submission.unreadable,
        lab.name,
        list(lab.checks.items()),
        list(lab.written.items()),
        asdict(limits),
        sandboxed,
        sys.version,
        [(name, _version(name)) for name in _TOOLS],
    ]
    digest.update(json.dumps(parts, sort_keys=True).encode())
    for path in _files(lab):
        digest.update(f"\n{path.name} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(lab: Lab) -> list[Path]:
    """Return the lab's solution, what it imports, and the code that decides about points."""
    utils = lab.root / "utils"
    utils = utils if utils.is_dir() else ROOT / "utils"
    return [lab.solution, *sorted(utils.rglob("*.py")), *deciding()]


@cache
def deciding() -> list[Path]:
    """Return the modules of the rooms that decide about points, and of the course what these import, and so on."""
    waiting = [path for room in _ROOMS for path in (ROOT / "course" / "grading" / room).rglob("*.py")]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path)
    return sorted(found)


def _imported(path: Path) -> list[Path]:
    """Return the modules of the course that a module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    places = [ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in names if name.startswith("course.")]
    return [place for place in places if place.exists()]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
