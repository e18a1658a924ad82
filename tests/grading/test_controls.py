"""Controls on the course's own labs: each lab's checks refuse them, or right answers would count as tampered with."""

import pytest

from course.answers import Attempt, Exercises
from course.grading.execute.controls import control
from course.syllabus import Lab, exercise_of, labs


@pytest.mark.parametrize("lab", [lab for lab in labs() if lab.solution.exists()], ids=lambda lab: lab.name)
def test_every_check_refuses_the_control(lab: Lab) -> None:
    exercises = Exercises(lab)
    accepted = []
    for check in lab.checks:
        name = exercise_of(check)
        spoiled = exercises.cells[name].source + "\n" + control(check)
        if exercises.judge(name, Attempt(False, "control", spoiled), [check]).passed:
            accepted.append(check)
    assert not accepted, f"{lab.name}: the checks of {', '.join(accepted)} accept a spoiled answer"
