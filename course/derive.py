"""Student labs from solutions, by nbgrader's own preprocessors: no solutions, no hidden checks, no notes, no outputs."""

from collections.abc import Collection, Iterator
import copy
import difflib
from pathlib import Path

from nbformat import NotebookNode

from course import lint, notebooks, pages, roles, variants
from course.syllabus import ROOT, CourseError, Lab, labs


def student_texts(selected: list[Lab]) -> dict[Path, str]:
    """Return the student labs that follow from the solutions, as path -> text of the file; nothing is written.

    Raises:
        CourseError: if a lab breaks a rule that deriving depends on, or nbgrader refuses it.
    """
    return {path: notebooks.to_text(notebook) for path, notebook in student_labs(selected).items()}


def student_labs(selected: list[Lab]) -> dict[Path, NotebookNode]:
    """Return what `student_texts` does, as notebooks: of a variant of a lab that is fit, with its cells and points."""
    derived = {}
    for lab in selected:
        solution = variants.solution_of(lab)
        is_whole = not (lab.core_only or lab.filled)
        if is_whole and (problems := lint.solution_problems(lab, solution)):
            raise CourseError("\n".join(problems))
        try:
            notebook = student_notebook(solution)
        except Exception as error:  # nbgrader raises its own kinds, RuntimeError and ValidationError
            raise CourseError(f"{lab.solution}: nbgrader cannot derive it: {error}") from error
        if problems := lint.student_problems(lab, solution, notebook):
            raise CourseError("\n".join(problems))
        derived[lab.student] = notebook
    return derived


def student_notebook(solution: NotebookNode) -> NotebookNode:
    """Return a solution as students get it.

    Notes for instructors are left out, evidence and helpers are folded, and checks may fail, so that "Run All" goes past exercises that
    are still to be solved.
    """
    result = copy.deepcopy(solution)
    result.cells = [cell for cell in result.cells if not roles.is_a(cell, "instructor")]
    for preprocessor in _preprocessors():
        result, _ = preprocessor.preprocess(result, {})
    for cell in result.cells:
        if notebooks.is_check(cell):
            cell.metadata["tags"] = [*notebooks.tags(cell), "raises-exception"]
        if roles.role_of(cell).keys() & roles.FOLDED:
            cell.metadata["jupyter"] = {"source_hidden": True}
        cell.metadata.pop("role", None)
    notebooks.strip_volatile(result)
    return result


def _preprocessors() -> Iterator:
    """Yield what nbgrader's generate_assignment does to a notebook, in its order.

    What it does twice is done the second time only: the first is for SaveCells, which needs a gradebook.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import SaveCells

    config = notebooks.nbgrader_config()
    kinds = GenerateAssignment.class_traits()["preprocessors"].default()
    for kind in reversed(dict.fromkeys(reversed(kinds))):
        if kind is not SaveCells:
            yield kind(config=config)


def derive(selection: list[str] | None, *, check: bool = False, to: Path | None = None, root: Path = ROOT) -> int:
    """Write the student labs, the start page and the README's table; all of them or, on an error, none.

    Args:
        selection: labs, by name or beginning of it; none means all.
        check: write nothing; print a diff and return 1 where a file is not what would be derived.
        to: a folder to write the student labs to, in place of `notebooks/`, and nothing else.
        root: the course's folder.

    Returns:
        The exit status.

    Raises:
        CourseError: if a lab is not fit to be derived.
    """
    selected = labs(selection, root=root)
    texts = student_texts(selected)
    if to is not None:
        for path, text in texts.items():
            notebooks.write(to / path.parent.name / path.name, text.encode())
        print(f"{len(texts)} student labs written to {to}")
        return 0
    derived = {path: text.encode() for path, text in texts.items()} | pages.files(labs(root=root), root=root)
    changed = {path: new for path, new in derived.items() if not path.exists() or path.read_bytes() != new}
    strays = _strays(derived.keys(), root)
    if check:
        return _report(changed, strays, root)
    for path, new in changed.items():
        notebooks.write(path, new)
        print(f"written: {path.relative_to(root)}")
    print(f"{len(derived)} derived files, {len(changed)} changed")
    return 0


def _strays(derived: Collection[Path], root: Path) -> list[Path]:
    """Return what lies where derived files do and follows from no lab."""
    known = {lab.student for lab in labs(root=root)} | set(derived)
    found = [*(root / "notebooks").glob("*/*.ipynb"), *(root / "docs" / "pictures").glob("*.png")]
    return sorted(set(found) - known)


def _report(changed: dict[Path, bytes], strays: list[Path], root: Path) -> int:
    """Print how derived files differ from what they should be; return the exit status."""
    for path, new in changed.items():
        print(_difference(path, new, str(path.relative_to(root))))
    for path in strays:
        print(f"{path.relative_to(root)} follows from no lab of course/syllabus.toml: delete it, or add the lab")
    if changed or strays:
        print(
            "\nDerived files are out of step with labs_solutions/. Run `python -m course derive` and commit the result."
        )
    return 1 if changed or strays else 0


def _difference(path: Path, new: bytes, name: str) -> str:
    """Return the first lines of a diff between a file and what it should be."""
    old = path.read_bytes() if path.exists() else b""
    try:
        lines = old.decode().splitlines(), new.decode().splitlines()
    except UnicodeDecodeError:
        return f"{name} is another picture than the one that the lab stores"
    return "\n".join(list(difflib.unified_diff(*lines, name, "derived anew", lineterm="", n=1))[:60])
