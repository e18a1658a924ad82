"""The tool that tries answers notices checks that are too weak, too strict, or silent."""

from pathlib import Path
import re

import pytest

from course.answers import Exercises, Verdict, clauses, count_problems, parse
from course.syllabus import CourseError
from tests import small_course

REFUSE = "    if values.size == 0:\n        raise ValueError('no values')\n"
TABLE = """# | clause of the docstring | tested by | answers |
# |---|---|---|
# | twice | visible | squares; adds two; negative; halves |
# | (rows, columns) | hidden | transposed |
# | ValueError | bad input | refuses nothing |
"""
GOOD = f"""{TABLE}# %% right: twice
def double(values):
{REFUSE}    return values * 2
# %% right: a sum
def double(values):
{REFUSE}    return values + values
# %% wrong: refuses nothing
# says: ValueError
def double(values):
    return values * 2
"""
WRONG = "".join(
    f"# %% wrong: {title}\n# says: {says}\ndef double(values):\n{REFUSE}    return {expression}\n"
    for title, says, expression in [
        ("squares", "square", "values**2"),
        ("adds two", "expected", "values + 2"),
        ("negative", "sign", "-2 * values"),
        ("halves", "got", "values / 2"),
        ("transposed", "swapped|order", "2 * values.T if values.ndim == 2 else 2 * values"),
    ]
)


def verdicts(tmp_path: Path, answers: str, **changes) -> dict[str, Verdict]:
    return tried(tmp_path, answers, **changes)[0]


def tried(tmp_path: Path, answers: str, **changes) -> tuple[dict[str, Verdict], list[str]]:
    lab = small_course.make(tmp_path, **changes)
    lab.answers.mkdir(parents=True)
    (lab.answers / "double.py").write_text(answers)
    exercises = Exercises(lab)
    attempts = exercises.attempts("double")
    found = [verdict for attempt in attempts if (verdict := exercises.judge("double", attempt))]
    return {verdict.attempt.title: verdict for verdict in found}, exercises.problems("double", attempts, found)


def test_an_answer_says_that_it_is_tried_thoroughly_alone(tmp_path: Path) -> None:
    path = tmp_path / "double.py"
    path.write_text(GOOD.replace("# %% right: a sum\n", "# %% right: a sum\n# thorough\n"))
    attempts, _ = parse(path)
    assert {attempt.title for attempt in attempts if attempt.thorough} == {"a sum"}


def test_good_checks_have_no_problems(tmp_path: Path) -> None:
    found, problems = tried(tmp_path, GOOD + WRONG)
    assert not problems
    assert {"stub", "None", "zeros", "constant", "wrong shape", "swapped axes", "changed input"} <= found.keys()
    assert {"in float32", "in float64", "as a tensor", "the reference solution"} <= found.keys()


def test_a_wrong_answer_that_survives_is_named(tmp_path: Path) -> None:
    weak = re.sub(r"(?s) *### BEGIN.*END HIDDEN TESTS\n", "", small_course.CHECK)
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
    leaning = small_course.CHECK.replace("run_check(", "helper = double_of_earlier_cell\nrun_check(")
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


def test_points_for_bad_input_are_told_apart(tmp_path: Path) -> None:
    found, problems = tried(tmp_path, GOOD + WRONG)
    assert found["refuses nothing"].has_idea
    assert not found["refuses nothing"].passed
    assert not found["squares"].has_idea
    assert not problems
    lenient = small_course.BAD_INPUT.replace("expect_error(", "print(")
    _, problems = tried(tmp_path / "lenient", GOOD + WRONG, bad_input=lenient)
    assert "has no wrong answer that the check of bad input alone refuses" in problems


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (TABLE, "", "has no table of clauses"),
        ("; halves", "", "wrong answer 'halves' breaks no clause"),
        ("transposed |", "mirrored |", "names the answer 'mirrored', which is not there"),
        ("transposed |", "transposed; changed input; a sum |", ""),
    ],
)
def test_the_table_of_clauses_and_the_answers_belong_together(tmp_path: Path, old: str, new: str, says: str) -> None:
    _, problems = tried(tmp_path, GOOD.replace(old, new, 1) + WRONG)
    assert any(says in problem for problem in problems) if says else not problems, problems


def test_a_row_of_two_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "double.py"
    path.write_text(TABLE.replace("| visible ", ""))
    with pytest.raises(CourseError, match=r"expected .* clause . tested by . answers"):
        clauses(path)
