"""The glossary: every term in bold has an entry, and every entry is explained where it says."""

from pathlib import Path

import pytest

from course import glossary, text
from course.syllabus import CourseError, Lab, labs
from tests import small_course
from tests.small_course import SOURCES

ENTRY = """[[term]]
name = "doubling"
definition = "Taking something twice."
lab = 1
forms = ["doubled"]
"""


def made(tmp_path: Path, table: str, prose: str) -> Lab:
    lab = small_course.make(tmp_path, ask=SOURCES["ask"].replace("Why?", prose))
    (tmp_path / "course" / "glossary.toml").write_text(table)
    return lab


@pytest.mark.parametrize(
    ("table", "prose", "says"),
    [
        (ENTRY, "Why **doubling**?", ""),
        (ENTRY, "Why is it **Doubled**, **b)**, **1.** and **In one sentence.**", ""),
        (ENTRY, "**Doubled** twice, `a**b**c`.\n\n```\n**stride**\n```", ""),
        (ENTRY, "Why?", "course/glossary.toml says that 'doubling' is explained here; it is nowhere in bold"),
        (ENTRY, "**Doubling** and **halving**.", "**halving** is in bold"),
        (ENTRY.replace("lab = 1", "lab = 2"), "Why **doubling**?", "says in lab 2"),
    ],
)
def test_terms_in_bold_and_entries_belong_together(tmp_path: Path, table: str, prose: str, says: str) -> None:
    lab = made(tmp_path, table, prose)
    found = glossary.problems(lab, text.read(lab.text))
    assert any(says in problem for problem in found) if says else not found, found


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (ENTRY.replace("definition", "meaning"), "not a table of terms"),
        (
            ENTRY + ENTRY.replace('"doubling"', '"Doubled"').replace('["doubled"]', "[]"),
            "'doubled' stands in the entries",
        ),
        (ENTRY + 'see = ["halving"]\n', "'doubling' refers to halving"),
        (ENTRY.replace("twice.", "twice"), "ends with a full stop"),
    ],
)
def test_a_wrong_table_is_named(tmp_path: Path, table: str, says: str) -> None:
    with pytest.raises(CourseError, match=says):
        glossary.read(made(tmp_path, table, "Why?"))


def test_the_courses_glossary_names_its_labs() -> None:
    numbers = {int(lab.name[:2]) for lab in labs()}
    assert {term.lab for term in glossary.read(labs()[0])} <= numbers
