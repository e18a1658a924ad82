"""The tool that tries answers notices checks that are too weak, too strict, or silent."""

from pathlib import Path

import pytest

from course.answers import Exercises, Verdict, count_problems, parse
from course.syllabus import CourseError
from tests import small_course

GOOD = """# %% right: twice
def double(values):
    return values * 2
# %% right: a sum
def double(values):
    return values + values
"""
WRONG = "".join(
    f"# %% wrong: {title}\n# says: {says}\ndef double(values):\n    return {expression}\n"
    for title, says, expression in [
        ("squares", "square", "values**2"),
        ("adds two", "expected", "values + 2"),
        ("negative", "sign", "-2 * values"),
        ("halves", "got", "values / 2"),
        ("transposed", "swapped|order", "2 * values.T if values.ndim == 2 else 2 * values"),
    ]
)


def verdicts(tmp_path: Path, answers: str, **changes) -> dict[str, Verdict]:
    lab = small_course.make(tmp_path, **changes)
    lab.answers.mkdir(parents=True)
    (lab.answers / "double.py").write_text(answers)
    exercises = Exercises(lab)
    tried = [exercises.judge("double", attempt) for attempt in exercises.attempts("double")]
    return {verdict.attempt.title: verdict for verdict in tried if verdict}


def test_good_checks_have_no_problems(tmp_path: Path) -> None:
    found = verdicts(tmp_path, GOOD + WRONG)
    assert not [verdict.problem for verdict in found.values() if verdict.problem]
    assert {"stub", "None", "zeros", "constant", "wrong shape", "swapped axes", "changed input"} <= found.keys()
    assert {"in float32", "in float64", "as a tensor", "the reference solution"} <= found.keys()


def test_a_wrong_answer_that_survives_is_named(tmp_path: Path) -> None:
    weak = small_course.CHECK.split("### BEGIN")[0]
    found = verdicts(tmp_path, GOOD + WRONG, check=weak)
    assert found["transposed"].problem == "is wrong but passes"
    assert found["changed input"].problem == "is wrong but passes"
    assert not found["squares"].problem


def test_a_check_that_refuses_a_right_answer_is_named(tmp_path: Path) -> None:
    strict = (
        small_course.CHECK + "\nassert type(double(np.ones(2))) is np.ndarray, 'expected an array, got another type'"
    )
    found = verdicts(tmp_path, GOOD + WRONG, check=strict)
    assert "is right but fails" in found["as a tensor"].problem
    assert not found["in float32"].problem


def test_a_message_that_does_not_help_is_named(tmp_path: Path) -> None:
    silent = "assert np.allclose(double(np.array([1.0, 2.0])), [2, 4])\n" + small_course.CHECK
    found = verdicts(tmp_path, GOOD + WRONG, check=silent)
    assert "does not name expected and got" in found["squares"].problem
    other = verdicts(tmp_path / "other", GOOD + WRONG.replace("says: square", "says: cube"))
    assert "does not say 'cube'" in other["squares"].problem


def test_an_answer_sees_the_imports_and_nothing_else(tmp_path: Path) -> None:
    leaning = small_course.CHECK.replace("passed(", "helper = double_of_earlier_cell\npassed(")
    found = verdicts(tmp_path, GOOD + WRONG, check=leaning)
    assert "double_of_earlier_cell" in found["twice"].problem


def test_too_few_answers_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "few.py"
    path.write_text("# %% right: one\nx = 1\n# %% wrong: two\ny = 2\n")
    assert count_problems(parse(path)[0]) == [
        "has 1 right answers, two styles at least",
        "has 1 wrong answers, five at least",
    ]


def test_a_header_with_a_typing_error_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "typo.py"
    path.write_text("# %% rihgt: one\nx = 1\n")
    with pytest.raises(CourseError, match="line 1"):
        parse(path)
