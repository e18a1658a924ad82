"""When a submission need not be executed again: a digest of all that its result depends on."""

from dataclasses import asdict
import hashlib
from importlib import metadata
import json
from pathlib import Path
import sys

from course.grading.model import Limits, Submission
from course.syllabus import ROOT, Lab

_TOOLS = ("ipykernel", "keras", "nbclient", "nbgrader", "numpy", "scikit-image", "scikit-learn", "scipy", "tensorflow")
_NOT_FOR_POINTS = {"grade", "keys", "record", "release", "results", "schedule", "submissions"}
"""The modules of this package that do not decide about points: after a change of them nothing is executed again."""


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
        list(lab.points.items()),
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
    """Return the lab's solution, what it imports, and the code that grades it."""
    utils = lab.root / "utils"
    utils = utils if utils.is_dir() else ROOT / "utils"
    package = [path for path in sorted(Path(__file__).parent.glob("*.py")) if path.stem not in _NOT_FOR_POINTS]
    return [lab.solution, *sorted(utils.rglob("*.py")), *package]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
