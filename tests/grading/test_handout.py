"""A class is graded as it was handed out: the notebooks say which variant that was, and the grading folder keeps it."""

from pathlib import Path

import pytest

from course import variants, version
from course.grading import handout
from course.grading.collect import submissions
from course.grading.execute import walls
from course.grading.grade import Options, grade
from course.grading.prepare.preparation import Preparation
from course.syllabus import CourseError, Lab
from tests.grading import small_lab

pytestmark = pytest.mark.skipif(not walls.available(), reason="grading needs bubblewrap")
SECRET = "5f0c2e9ab41d77e3"


def handed_in(folder: Path, *stated: str) -> Path:
    """Write a submission for each version that its notebook states; return the folder."""
    for number, text in enumerate(stated):
        notebook = small_lab.changed(small_lab.filled(), **({"cnn_labs": {"version": text}} if text else {}))
        small_lab.hand_in(folder, f"student{number}", notebook)
    return folder


def found(lab: Lab, folder: Path, to: Path, secret: str = "") -> handout.Handout:
    with submissions.collected(folder, lab) as everybody, Preparation() as preparation:
        return handout.of_class(lab, everybody, preparation, to, secret)


def test_exercises_that_were_solved_are_not_graded(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = variants.Variant(filled=("mean_square",)).version()
    folder = handed_in(tmp_path / "in", *[text] * 3, "")
    assert grade(lab, folder, tmp_path / "to", Options(dry_run=True)) == 0
    said = capsys.readouterr().out
    assert "the whole lab with mean_square solved: 4 submissions" in said
    assert said.count("would be executed: 3 of 3 exercises attempted") == 4
    assert said.count("does not say which hand-out it comes from") == 1
    assert not (tmp_path / "to").exists()


def test_what_a_class_was_handed_stays_whatever_comes_later(lab: Lab, tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "in", variants.Variant(filled=("scale_rows",)).version())
    first = found(lab, folder, tmp_path / "to")
    assert first.lab.points.keys() == small_lab.POINTS.keys() - {"scale_rows"}
    handout.keep(first, tmp_path / "to")
    handed_in(folder, version(), version(), version())
    later = found(lab, folder, tmp_path / "to")
    assert later == first
    assert not later.remark(first.variant.version())
    assert "another hand-out" in later.remark(version())[0]


def test_an_exam_is_graded_with_its_secret_alone(lab: Lab, tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "in", *[variants.Variant(exam=variants.fingerprint(SECRET)).version()] * 2)
    with pytest.raises(CourseError, match="name the secret"):
        found(lab, folder, tmp_path / "to")
    with pytest.raises(CourseError, match="this secret's fingerprint is"):
        found(lab, folder, tmp_path / "to", "another secret of mine")
    exam = found(lab, folder, tmp_path / "to", SECRET)
    assert (exam.secret, exam.variant.exam) == (SECRET, variants.fingerprint(SECRET))
    assert not exam.remark(exam.variant.version())
    assert SECRET not in exam.variant.version()


def test_a_secret_for_a_class_without_an_exam_is_a_mistake(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="was not handed out as an exam"):
        found(lab, handed_in(tmp_path / "in", version(), ""), tmp_path / "to", SECRET)
