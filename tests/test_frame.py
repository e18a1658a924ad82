"""The frame that all labs keep, and the skeleton that is inside it."""

from pathlib import Path
import re

import pytest

from course import frame, lint, text
from course.derive import derive
from course.new import new
from course.syllabus import CourseError, labs
from tests import small_course
from tests.small_course import SOURCES


def test_a_proper_lab_is_inside_the_frame(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    assert not frame.problems(lab, text.read(lab.text))


FURTHER = "\n\n## Further\n\n## 2. More (7 minutes, further)\n\n## Read on"


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("title", "# 01 A tiny lab", "# A tiny lab", "expected `# 01 A tiny lab`"),
        ("title", "<!-- facts -->", "", "has to stand in the first cell, once; found 0"),
        ("title", "## Objectives", "## What you will learn", "`## What you will learn` is not where"),
        ("predict", "core)", "optional)", "`## 1. Twice (5 minutes, optional)` is not where"),
        ("predict", "5 minutes", "6 minutes", "core sections take 6 minutes, course/syllabus.toml says 5"),
        ("predict", "## 1.", "## 2.", "sections are numbered 2"),
        ("ask", "Why?", "Why?\n" + "Because of all that was said above.\n" * 800, "words to read, 5000 at most"),
        ("ask", "Why?", "<details><summary>Hint</summary>\n\n" + "Think of it.\n" * 2000 + "</details>", ""),
        ("end", "## What we have seen", "## Summary", "`## Summary` is not where"),
        ("end", "\n\n## Read on", FURTHER, "further sections take 7 minutes, course/syllabus.toml says 0"),
        ("end", "## Check yourself", "## 2. Late (0 minutes, core)\n\n## Check yourself", "is not where or what"),
        ("task", "Exercise 1", "Exercise 2", "expected `### Exercise 1: `name` (objective 1)`"),
        ("task", "objective 1", "objectives 1 and 3", "names objective 3, which is not stated"),
        ("task", " (objective 1)", "", "expected `### Exercise 1: `name` (objective 1)`"),
        ("task", "`double`", "`triple`", "headings name the exercises ['triple', 'why'], cells ['double', 'why']"),
        ("ask", "### Exercise 2: `why` (written, objective 1)", "", "headings name the exercises ['double']"),
        ("guess", "*Your prediction:*", "", ""),
        ("experiment", "print(four)", "print(four)  # " + "x" * 100, "columns, 100 at most"),
        ("ask", "Why?", "Why, " * 30, "columns, 120 at most"),
        ("ask", "Why?", f"Why?\n\n```\n{'1' * 94}\n```", "a line of a block has 94 columns, 92 at most"),
        ("ask", "Why?", "Why?\n\n```\n# No heading\n```", ""),
        ("end", "**In one sentence.**", "In short:", "each at a line's begin, in order"),
        ("end", "**The full list.**", "In short: **The full list.**", "each at a line's begin, in order"),
    ],
)
def test_what_leaves_the_frame_is_named(tmp_path: Path, name: str, old: str, new: str, says: str) -> None:
    lab = small_course.make(tmp_path, **{name: SOURCES[name].replace(old, new)})
    found = frame.problems(lab, text.read(lab.text))
    assert any(says in problem for problem in found) if says else not found, found


def test_an_exercise_without_a_heading_of_its_own_before_it_is_named(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path, task="Write it.", ask=SOURCES["task"] + "\n\n" + SOURCES["ask"])
    assert any("the heading of double stands after its cell" in p for p in frame.problems(lab, text.read(lab.text)))


@pytest.mark.parametrize(
    ("headers", "changes", "says"),
    [
        ({"guess": small_course.MARKDOWN}, {}, "asks for a prediction; the next cell has to be its `guess`"),
        ({"evidence": ""}, {}, "shows what the prediction in line 15 is about before it has run (`assert`)"),
        ({}, {"experiment": "show(figure, alt='It is four')"}, "before it has run (`show(`)"),
        ({}, {"experiment": "figure = bars({}, title='It is four')"}, "before it has run (`title=`)"),
        ({}, {"predict": "## 1. Twice (5 minutes, core)\n\n> **Predict.** Twice two?"}, ""),
        ({"use": ""}, {"use": "assert four == 4"}, ""),
    ],
)
def test_predictions_have_a_place_and_stay_open(tmp_path: Path, headers: dict, changes: dict, says: str) -> None:
    lab = small_course.make(tmp_path, headers, **changes)
    found = frame.problems(lab, text.read(lab.text))
    assert any(says in problem for problem in found) if says else not found, found


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def twice(number):\n    return 2 * number", ""),
        ("class Twice:\n    pass\n\n\ndef twice(number):\n    return 2 * number", ""),
        ("def twice(number):\n    return 2 * number\n\n\nassert twice(2) == 4", "defines functions and nothing else"),
        ("four = 2 * 2", "defines functions and nothing else"),
    ],
)
def test_a_helper_does_nothing_unseen(tmp_path: Path, source: str, says: str) -> None:
    lab = small_course.make(tmp_path, {"experiment": " helper"}, experiment=source)
    found = frame.problems(lab, text.read(lab.text))
    assert any(says in problem for problem in found) if says else not found, found


def test_the_skeleton_passes_every_rule(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    from course.trial import report

    small_course.make(tmp_path)
    assert new("08", "rows", "What a mean is worth", root=tmp_path) == 0
    assert [lab.name for lab in labs(root=tmp_path)] == ["01_tiny", "08_rows"]
    (lab,) = labs(["08"], root=tmp_path)
    assert not lint.problems(lab)
    assert derive(["08"], root=tmp_path) == 0
    assert not lint.problems(lab)
    capsys.readouterr()
    assert report([lab]) == 0, capsys.readouterr().out
    written = lab.text.read_text("utf-8")
    assert text.formatted(written, lab.name) == written == text.text_of(text.notebook_of(lab), lab.name)


def test_labs_are_put_in_order(tmp_path: Path) -> None:
    small_course.make(tmp_path)
    new("08", "late", root=tmp_path)
    new("03", "early", root=tmp_path)
    assert [(lab.name, lab.title) for lab in labs(root=tmp_path)][1:] == [("03_early", "Early"), ("08_late", "Late")]


@pytest.mark.parametrize(
    ("number", "topic", "says"),
    [("8", "rows", "no lab name"), ("08", "Rows of", "no lab name"), ("01", "rows", "there is a lab 01_tiny")],
)
def test_a_name_that_is_none_or_taken_changes_nothing(tmp_path: Path, number: str, topic: str, says: str) -> None:
    small_course.make(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(CourseError, match=re.escape(says)):
        new(number, topic, root=tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
