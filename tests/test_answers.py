"""Every right answer passes the checks of its exercise; every wrong one fails, with a message that helps."""

from functools import cache

import pytest

from course.answers import Exercises, count_problems
from course.syllabus import labs

EXERCISES = [(lab.name, name) for lab in labs() for name in lab.points]


@cache
def exercises(lab_name: str) -> Exercises:
    (lab,) = labs([lab_name])
    return Exercises(lab)


@pytest.mark.parametrize(("lab_name", "name"), EXERCISES, ids=[f"{lab}:{name}" for lab, name in EXERCISES])
def test_checks_tell_right_from_wrong(lab_name: str, name: str) -> None:
    of_lab = exercises(lab_name)
    answers = of_lab.answers(name)
    outcomes = [outcome for answer in answers if (outcome := of_lab.try_answer(name, answer))]
    problems = [f"{outcome.answer.title!r} {outcome.problem}" for outcome in outcomes if outcome.problem]
    assert not problems + count_problems(answers), "\n".join(problems + count_problems(answers))
    killed = [outcome for outcome in outcomes if not outcome.answer.right and not outcome.passed]
    assert len(killed) >= 5 + len({"stub", "None"}), (
        "an exercise needs five plausible mistakes besides the automatic ones"
    )
