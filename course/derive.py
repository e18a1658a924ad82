"""Student labs from solutions, by nbgrader's own converter: no solutions, no hidden checks, no outputs."""

import difflib
import logging
from pathlib import Path
import tempfile

from course import lint, notebooks, pages
from course.syllabus import ROOT, CourseError, Lab, labs


def student_texts(selected: list[Lab], *, root: Path = ROOT) -> dict[Path, str]:
    """Return the student labs that follow from the solutions, as path -> text of the file.

    Nothing is written to the course's folders: nbgrader's converter, which deletes its target where it fails, works in a
    temporary one.

    Raises:
        CourseError: if a lab breaks a rule that deriving depends on, or nbgrader refuses it.
    """
    texts = {}
    for lab in selected:
        problems = lint.solution_problems(lab, notebooks.read(lab.solution))
        if problems:
            raise CourseError("\n".join(problems))
    with tempfile.TemporaryDirectory() as folder:
        for lab in selected:
            _convert(lab, Path(folder), root)
            notebook = notebooks.read(Path(folder) / lab.name / lab.solution.name)
            notebooks.strip_volatile(notebook)
            problems = lint.student_problems(lab, notebook)
            if problems:
                raise CourseError("\n".join(problems))
            texts[lab.student] = notebooks.to_text(notebook)
    return texts


def _convert(lab: Lab, folder: Path, root: Path) -> None:
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.release_directory = str(folder)
    config.CourseDirectory.assignment_id = lab.name
    config.GenerateAssignment.no_database = True
    messages: list[str] = []
    log = logging.Logger("derive")
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: messages.append(record.getMessage())
    log.addHandler(handler)
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    converter.preprocessors = [
        kind for kind in converter.preprocessors if kind is not SaveCells
    ]  # it needs a gradebook
    converter.log = log
    try:
        converter.start()
    except Exception as error:  # nbgrader raises its own kinds, RuntimeError and ValidationError
        said = " / ".join(dict.fromkeys(messages)) or str(error)
        raise CourseError(f"{lab.solution}: nbgrader cannot derive it: {said}") from error


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
    texts = student_texts(selected, root=root)
    if to is not None:
        for path, text in texts.items():
            notebooks.write(to / path.parent.name / path.name, text.encode())
        print(f"{len(texts)} student labs written to {to}")
        return 0
    derived = {path: text.encode() for path, text in texts.items()} | pages.files(labs(root=root), root=root)
    changed = {path: new for path, new in derived.items() if not path.exists() or path.read_bytes() != new}
    strays = [
        path
        for path in sorted((root / "notebooks").glob("*/*.ipynb"))
        if path not in {lab.student for lab in labs(root=root)}
    ]
    if check:
        for path, new in changed.items():
            print(_difference(path, new, str(path.relative_to(root))))
        for path in strays:
            print(
                f"{path.relative_to(root)} is no lab of the syllabus: delete it, or add the lab to course/syllabus.toml"
            )
        if changed or strays:
            print(
                "\nDerived files are out of step with labs_solutions/. Run `python -m course derive` and commit the result."
            )
        return 1 if changed or strays else 0
    for path, new in changed.items():
        notebooks.write(path, new)
        print(f"written: {path.relative_to(root)}")
    print(f"{len(derived)} derived files, {len(changed)} changed")
    return 0


def _difference(path: Path, new: bytes, name: str) -> str:
    """Return the first lines of a diff between a file and what it should be."""
    old = path.read_bytes() if path.exists() else b""
    try:
        lines = old.decode().splitlines(), new.decode().splitlines()
    except UnicodeDecodeError:
        return f"{name} is another picture than the one that the lab stores"
    return "\n".join(list(difflib.unified_diff(*lines, name, "derived anew", lineterm="", n=1))[:60])
