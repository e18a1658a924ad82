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

from course.grading.model import Limits
from course.syllabus import ROOT, Lab

_TOOLS = ("ipykernel", "keras", "nbclient", "nbgrader", "numpy", "scikit-image", "scikit-learn", "scipy", "tensorflow")
_ROOMS = ("prepare", "execute")


class Keys:
    """The keys of one run, for one lab and one set of limits: what all submissions share is read once."""

    def __init__(self, lab: Lab, limits: Limits, *, sandboxed: bool = True, exam: str = "") -> None:
        """Read what results depend on besides what was handed in: the lab with its checks and points, limits and tools.

        Args:
            lab: the lab, or the variant of it.
            limits: what a submission may use.
            sandboxed: whether it is executed in the sandbox.
            exam: fingerprint of the secret by which checks draw their numbers.
        """
        parts = [
            lab.name,
            list(lab.checks.items()),
            list(lab.written.items()),
            lab.core_only,
            lab.filled,
            lab.in_process,
            exam,
            asdict(limits),
            sandboxed,
            sys.version,
            [(name, _version(name)) for name in _TOOLS],
        ]
        digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode())
        for path in _files(lab):
            digest.update(f"\n{path.name} ".encode() + hashlib.sha256(path.read_bytes()).digest())
        self._shared = digest.hexdigest()

    def of(self, handed_in: str) -> str:
        """Return the key of what a student handed in, by the digest of it.

        Not in it is what is worked out anew in any case: the penalty for lateness, and marks by humans.
        """
        return f"{handed_in}-{self._shared}"


def is_of(key: str, handed_in: str) -> bool:
    """Tell whether a key is one of what was handed in with this digest, whatever the lab, the limits and the tools."""
    return key.startswith(f"{handed_in}-")


def handed_in(key: str) -> str:
    """Return the digest of what was handed in, of which a key was made."""
    return key.partition("-")[0]


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
        elif isinstance(node, ast.ImportFrom) and not node.level:  # a relative import stays in its room
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    places = [ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in names if name.startswith("course.")]
    return [place for place in places if place.exists()]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
