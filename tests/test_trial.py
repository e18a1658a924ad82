"""Answers tried with other numbers than the published ones: what is drawn must neither save a wrong one nor fail a right one."""

from pathlib import Path

import pytest

from course.answers import Exercises
from course.memory import Memory
from course.syllabus import CourseError
from course.trial import MEMORY, memory_of, misjudged, report, secrets
from tests import small_course
from tests.test_answers_tool import GOOD, WRONG

DRAWN = """    values = rng().integers(1, 10**6, (2, 3)) / 1.0
    before = values.copy()
    got = double(values)
    expect_unchanged("double(values)", values, before)
    expect_close("double(values)", got, before * 2)
"""
TOO_FEW = DRAWN.replace("rng().integers(1, 10**6, (2, 3)) / 1.0", "np.arange(6.0).reshape(2, 3) + rng().integers(2)")
FIXED = small_course.CHECK.split("HIDDEN TESTS\n")[1].split("    ### END")[0]
assert FIXED in small_course.CHECK


def course(tmp_path: Path, hidden: str) -> Exercises:
    lab = small_course.make(
        tmp_path,
        check=small_course.CHECK.replace(FIXED, hidden),
        imports=small_course.SOURCES["imports"].replace("import expect_close", "import rng, expect_close"),
    )
    lab.answers.mkdir(parents=True)
    (lab.answers / "double.py").write_text(GOOD + WRONG)
    return Exercises(lab)


def tried(exercises: Exercises) -> dict[str, dict[str, str]]:
    verdicts = [verdict for a in exercises.attempts("double") if (verdict := exercises.judge("double", a))]
    assert not exercises.problems("double", exercises.attempts("double"), verdicts)
    return misjudged(exercises, "double", verdicts, secrets(6))


def test_a_check_whose_draws_are_good_has_no_problems(tmp_path: Path) -> None:
    exercises = course(tmp_path, DRAWN)
    assert exercises.draws("double")
    assert not tried(exercises)


def test_a_check_that_draws_nothing_is_passed_by_heart(tmp_path: Path) -> None:
    exercises = course(tmp_path, FIXED)
    assert not exercises.draws("double")
    assert tried(exercises) == {MEMORY: dict.fromkeys(secrets(6), "is wrong but passes")}


def test_the_memory_passes_with_the_published_numbers_and_with_no_others(tmp_path: Path) -> None:
    exercises = course(tmp_path, DRAWN)
    memory = memory_of(exercises, "double")
    assert exercises.judge("double", memory).passed
    assert not any(exercises.judge_with(secret, "double", memory) for secret in secrets(6))
    assert exercises.judge("double", memory).passed, "the course's own numbers are back"


def test_draws_from_too_few_are_found(tmp_path: Path) -> None:
    """Where some secrets draw what the course draws, who knows that by heart passes with these."""
    found = tried(course(tmp_path, TOO_FEW))
    assert set(found) == {MEMORY}
    assert 0 < len(found[MEMORY]) < 6


def test_a_right_answer_that_fails_by_chance_is_found_with_its_secrets(tmp_path: Path) -> None:
    drawn = DRAWN + "    assert rng().integers(2) == FIRST, 'expected, got'\n"
    for first in "01":  # which of the two the course draws does not matter
        exercises = course(tmp_path / first, drawn.replace("FIRST", first))
        if exercises.judge("double", exercises.attempts("double")[0]).passed:
            found = tried(exercises)
    assert 0 < len(found["the reference solution"]) < 6
    assert "is right but fails: AssertionError: expected, got" in found["twice"].values()


def test_a_wrong_answer_that_passes_by_chance_is_found(tmp_path: Path) -> None:
    """A single row is its own transpose when both lengths happen to be one."""
    lengths = "    rows = rng().integers(1, 3)\n    values = np.ones((1, 1)) if rows == ROWS else np.arange(6.0).reshape(2, 3)\n"
    check = lengths + DRAWN.split("\n", 1)[1]
    for rows in "12":
        exercises = course(tmp_path / rows, check.replace("ROWS", rows))
        verdicts = [v for a in exercises.attempts("double") if (v := exercises.judge("double", a))]
        if all(not v.problem for v in verdicts):
            found = misjudged(exercises, "double", verdicts, secrets(6))
    assert "is wrong but passes" in found["transposed"].values()


def test_where_it_takes_long_answers_take_turns_with_the_secrets(tmp_path: Path) -> None:
    exercises = course(tmp_path, DRAWN)
    tried_with: dict[str, list[str]] = {}
    judge_with = exercises.judge_with
    exercises.judge_with = lambda secret, name, attempt: (
        tried_with.setdefault(attempt.title, []).append(secret) or judge_with(secret, name, attempt)
    )
    verdicts = [verdict for a in exercises.attempts("double") if (verdict := exercises.judge("double", a))]
    assert not misjudged(exercises, "double", verdicts, secrets(5), each=2)
    assert list(tried_with.values())[:3] == [["1", "2"], ["3", "4"], ["5", "1"]]
    assert MEMORY in tried_with
    assert "squares" not in tried_with, "the visible part refuses it"


def test_the_report_names_answers_and_secrets(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    exercises = course(tmp_path / "fixed", FIXED)
    assert report([exercises.lab], seeds=2) == 0
    assert "no check draws its numbers" in capsys.readouterr().out
    exercises = course(tmp_path / "few", TOO_FEW)
    assert report([exercises.lab], exercises=["double"], seeds=6) == 1
    said = capsys.readouterr().out
    assert f"{MEMORY!r} is wrong but passes (secret " in said
    assert " of 6 secrets failed" in said


def test_an_exercise_that_is_in_no_lab_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no exercise halve in 01_tiny"):
        report([course(tmp_path, DRAWN).lab], exercises=["halve"])


def test_a_memory_tells_networks_and_functions_apart_but_not_by_the_names_that_keras_counts() -> None:
    import keras
    import numpy as np

    def network(units: int) -> keras.Model:
        return keras.Sequential([keras.Input((2,)), keras.layers.Dense(units, kernel_initializer="ones")])

    def scaled(by: float):
        return lambda values: values * by

    memory = Memory()
    learner = memory.learning(lambda *arguments: 1.0)
    recite = memory.reciting(lambda *arguments: 1.0)
    learner(network(3), scaled(2.0))
    assert recite(network(3), scaled(2.0)) == 1.0
    assert recite(network(4), scaled(2.0)) != 1.0
    assert recite(network(3), scaled(3.0)) != 1.0
    other = network(3)
    other.set_weights([np.zeros((2, 3)), np.zeros(3)])
    assert recite(other, scaled(2.0)) != 1.0


def test_a_memory_is_wrong_where_errors_are_right_and_where_nothing_is_returned() -> None:
    memory, seen = Memory(), []

    def refuse(values: list) -> None:
        raise ValueError("no")

    assert memory.reciting(refuse)([1]) is None
    memory.learning(seen.append)([1])
    memory.reciting(seen.append)([1])
    memory.reciting(seen.append)([2])
    assert seen == [[1], [1]]
