"""The rooms of grading: who may import whom, and which of them a new execution hangs on."""

import ast
from pathlib import Path

import pytest

from course.grading.record.keys import deciding
from course.syllabus import ROOT

ROOMS = ("collect", "prepare", "execute", "record", "report")
GRADING = ROOT / "course" / "grading"


def imported(path: Path) -> set[str]:
    """Return the modules of grading that a module imports, as "prepare.reading"."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name.removeprefix("course.grading.") for name in found if name.startswith("course.grading.")}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_the_model_itself_and_prepare(room: str) -> None:
    others = {*ROOMS, "command", "grade"} - {room, "prepare"}
    for path in (GRADING / room).glob("*.py"):
        assert not {name.split(".")[0] for name in imported(path)} & others, path


def test_there_are_no_other_rooms_and_each_says_what_it_is_for() -> None:
    assert sorted(path.parent.name for path in GRADING.glob("*/__init__.py")) == sorted(ROOMS)
    for room in ("", *ROOMS):
        assert ast.get_docstring(ast.parse((GRADING / room / "__init__.py").read_text("utf-8"))), room


def test_a_class_is_executed_anew_after_a_change_of_what_decides_about_points() -> None:
    named = {path.relative_to(ROOT / "course").as_posix() for path in deciding()}
    for room in ("prepare", "execute"):
        assert {f"grading/{room}/{path.name}" for path in (GRADING / room).glob("*.py")} <= named
    assert {"grading/model.py", "notebooks.py", "spoilers.py", "students.py"} <= named
    assert not [name for name in named if name.startswith(("grading/collect", "grading/record", "grading/report"))]
    assert not {"grading/grade.py", "grading/command.py", "answers.py", "derive.py"} & named
