"""Writes the skeleton of a lab: its text, answers to its example exercise, its entry in the syllabus."""

from pathlib import Path
import re
import tomllib

from course import notebooks
from course.run import run
from course.syllabus import ROOT, CourseError, labs

SKELETON = Path(__file__).resolve().parent / "skeleton"


def new(number: str, topic: str, title: str | None = None, *, root: Path = ROOT) -> int:
    """Write a lab that passes lint, execute it, and say what is next; return the exit status.

    Args:
        number: two digits, as "08".
        topic: lower case with underscores, as "architectures".
        title: by default made of the topic.
        root: the course's folder.

    Raises:
        CourseError: if the name is none, or something of that name is there. Nothing is written then.
    """
    name = f"{number}_{topic}"
    if not re.fullmatch(r"\d\d_[a-z0-9_]+", name):
        raise CourseError(
            f"{name!r} is no lab name: write `new 08 architectures`, two digits and a topic in lower case"
        )
    title = (title or topic.replace("_", " ").capitalize()).replace('"', "'")
    if taken := [lab.name for lab in labs(root=root) if lab.name.startswith(number)]:
        raise CourseError(f"there is a lab {taken[0]}: choose another number")
    syllabus = root / "course" / "syllabus.toml"
    files = {
        root / "labs_solutions" / name / f"{name}.py": _filled("lab", number=number, title=title),
        root / "tests" / "answers" / name / "mean_of_rows.py": _filled("answers"),
        syllabus: _with_entry(syllabus.read_text("utf-8"), name, _filled("syllabus", name=name, title=title)),
    }
    if there := [path for path in files if path != syllabus and path.exists()]:
        raise CourseError(f"{there[0]} is there already: move it away first")
    for path, text in files.items():
        notebooks.write(path, text.encode())
        print(f"written: {path.relative_to(root)}")
    status = run(labs([name], root=root))
    print(
        f"Next: write it (`python -m course edit {number}`, or any editor); then `ruff format labs_solutions`, `run {number}`, "
        f"`derive`, `lint {number}`, `answers {number}`."
    )
    return status


def _filled(part: str, **values: str) -> str:
    text = (SKELETON / f"{part}.txt").read_text("utf-8")
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text


def _with_entry(syllabus: str, name: str, entry: str) -> str:
    """Return the syllabus with an entry put in where its number belongs."""
    parts = re.split(r"(?m)^(?=\[\[lab\]\]$)", syllabus)
    later = [part for part in parts[1:] if tomllib.loads(part)["lab"][0]["name"] > name]
    before = "".join(part for part in parts if part not in later)
    return before.rstrip("\n") + "\n" + entry + "".join("\n" + part.rstrip("\n") + "\n" for part in later)
