"""The command line of grading: what was asked for is what is done, and what makes no sense is said."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

import pytest

from course.grading import command, grade
from course.grading.model import GradingError, Limits
from course.syllabus import CourseError


def asked_for(monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple:
    """Return the lab's name, both folders and the options that `grade` is called with."""
    called = []
    monkeypatch.setattr(
        grade, "grade", lambda lab, path, to, options: called.append((lab.name, path, to, options)) or 0
    )
    parser = argparse.ArgumentParser()
    command.add_arguments(parser.add_subparsers())
    assert command.run(parser.parse_args(["grade", "01", "--submissions", "in", *words])) == 0
    return called[0]


def test_what_is_not_named_is_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    name, path, to, options = asked_for(monkeypatch)
    assert (name, path, to) == ("01_ann_limitations", Path("in"), Path("grading"))
    assert options == grade.Options()


def test_limits_are_named_in_their_units(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "--cell-seconds 1.5 --notebook-seconds 20 --memory-gib 0.5 --processes 7 --file-mib 3 --output-mib 0.25"
    *_, options = asked_for(monkeypatch, *words.split())
    assert options.limits == Limits(1.5, 20, 2**29, 7, 3 * 2**20, 2**18)


def test_lateness_is_a_policy_kept_or_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    *_, options = asked_for(
        monkeypatch, "--due", "2027-01-31T23:59Z", "--late-points-per-day", "2", "--grace-minutes", "5"
    )
    assert options.late.due == datetime(2027, 1, 31, 23, 59, tzinfo=UTC)
    assert (options.late.points_per_day, options.late.grace_minutes, options.late.most_percent) == (2, 5, 100)
    *_, options = asked_for(monkeypatch, "--due", "never")
    assert (options.late, options.on_time) == (None, True)


def test_the_last_submission_counts_unless_the_best_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for words, best in (((), False), (("--resubmissions", "last"), False), (("--resubmissions", "best"), True)):
        *_, options = asked_for(monkeypatch, *words)
        assert options.best is best


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--memory-gib 0", "memory: has to be above 0"),
        ("--cell-seconds -1 --file-mib 0", "cell_seconds, file_size: has to be above 0"),
        ("--workers 0", "workers: has to be above 0"),
        ("--due tomorrow", "--due 'tomorrow' is no time"),
        ("--late-percent-per-day 10", "needs --due"),
    ],
)
def test_what_makes_no_sense_is_said(monkeypatch: pytest.MonkeyPatch, words: str, says: str) -> None:
    with pytest.raises(GradingError, match=says):
        asked_for(monkeypatch, *words.split())


def test_one_lab_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser.add_subparsers())
    with pytest.raises(CourseError, match="0 fits 01_ann_limitations and 02_convolution: grade one lab at a time"):
        command.run(parser.parse_args(["grade", "0", "--submissions", "in"]))


def test_an_interrupt_is_no_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(grade, "grade", interrupt)
    parser = argparse.ArgumentParser()
    command.add_arguments(parser.add_subparsers())
    assert command.run(parser.parse_args(["grade", "01", "--submissions", "in"])) == 130
    assert "the same command goes on from there" in capsys.readouterr().err
