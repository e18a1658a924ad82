"""What an exam draws: numbers of its own for nearly every exercise, in hidden parts only.

That right answers pass with all of them and wrong ones fail is tried beside each exercise's answers, see `conftest.py`.
"""

import pytest

from course.answers import Exercises, draws
from course.students import without_hidden
from course.syllabus import labs

LABS = [Exercises(lab) for lab in labs()]
EVERY = [(exercises, name) for exercises in LABS for name in exercises.lab.points]


def test_every_exercise_draws_but_those_that_only_train() -> None:
    """A network that is trained within a budget has no numbers that could be others."""
    published = {name for exercises, name in EVERY if not exercises.draws(name)}
    assert published == {"regularise_within_budget"}
    assert all(exercises.uses_keras(name) for exercises, name in EVERY if name in published)


@pytest.mark.parametrize("exercises", LABS, ids=lambda exercises: exercises.lab.name)
def test_what_students_see_is_the_same_for_all(exercises: Exercises) -> None:
    """A visible part that draws would show a student other numbers than the exam."""
    visible = {name: [without_hidden(check) for check in exercises.checks(name)] for name in exercises.lab.points}
    assert not [name for name, checks in visible.items() if any(map(draws, checks))]


def test_an_exams_numbers_are_others_and_the_course_s_own_come_back() -> None:
    from utils.checks import rng, set_secret

    own = rng().random(3).tolist()
    try:
        set_secret("a secret")
        assert rng().random(3).tolist() != own
        assert rng().random(3).tolist() == rng().random(3).tolist(), "the same in every check and every run"
    finally:
        set_secret("")
    assert rng().random(3).tolist() == own
