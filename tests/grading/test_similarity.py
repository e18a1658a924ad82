"""Similar code is found under other names; right answers in different styles are not taken for it."""

import random
import re

import pytest

from course.answers import parse
from course.grading.model import Exercise, Outcome, Result, Status
from course.grading.report.similarity import alike, pairs
from course.students import stub_of
from course.syllabus import Lab, labs
from tests.grading import small_lab

EXERCISES = [pytest.param(lab, name, id=name) for lab in labs() for name in lab.points]


def right(lab: Lab, name: str) -> dict[str, str]:
    """Return the right answers that the course's tests have, by what they do."""
    return {attempt.title: attempt.source for attempt in parse(lab.answers / f"{name}.py")[0] if attempt.right}


def disguised(source: str) -> str:
    """Return a source as a student hides a copy: other names and layout, comments, a docstring."""
    arguments = re.search(r"def \w+\(([^)]*)\)", source)[1]
    own = set(re.findall(r"^ +(\w+) = ", source, re.MULTILINE)) | set(re.findall(r"for (\w+) in", source))
    for number, name in enumerate(sorted(own - set(re.findall(r"\w+", arguments)))):
        source = re.sub(rf"(?<![.\w]){name}\b(?! ?=[^=\n]*[,)])", f"value_{number}", source)
    source = re.sub(r"(def .*:\n)", r'\1    """My own words."""\n    # my own work' + "\n\n", source, count=1)
    return source.replace(", ", ",") + "\n# the end\n"


@pytest.mark.parametrize(("lab", "name"), EXERCISES)
def test_right_answers_in_different_styles_are_not_listed(lab: Lab, name: str) -> None:
    assert not pairs(right(lab, name), ())


def test_a_copy_under_other_names_is_listed_wherever_there_is_enough_code() -> None:
    found = looked_at = 0
    for lab in labs():
        for name in lab.points:
            for source in right(lab, name).values():
                if len(source) > 500:
                    looked_at += 1
                    found += bool(pairs({"ada": source, "bo": disguised(source)}, ()))
    assert looked_at > 50
    assert found >= 0.95 * looked_at


def test_what_everybody_has_says_nothing() -> None:
    """Neither the stub, nor the course's own solution, nor what many wrote."""
    assert pairs({"ada": small_lab.LONG, "bo": small_lab.LONG}, ())
    assert not pairs({"ada": small_lab.LONG, "bo": small_lab.LONG}, [small_lab.LONG])
    assert not pairs({f"student {number}": small_lab.LONG for number in range(11)}, ())
    stub = stub_of(small_lab.SOLUTIONS["mean_square"])
    assert not pairs({"ada": stub, "bo": stub}, ())


def test_short_functions_and_what_is_no_python_are_left_out() -> None:
    short = small_lab.RIGHT["mean_square"]
    assert not pairs({"ada": short, "bo": short}, ())
    assert not pairs({"ada": "def f(:\n  '''", "bo": "def f(:\n  '''", "cy": "\x00", "dee": ""}, ())


def result(student: str, *parts: Exercise) -> Result:
    return Result("01_small", student, "x.ipynb", "k", Status.GRADED, exercises=parts)


def test_pairs_with_most_such_exercises_stand_first(tmp_path) -> None:
    lab = small_lab.make(tmp_path)
    one = Exercise("mean_square", 2, 2, Outcome.PASSED, "", small_lab.LONG)
    other = Exercise("running_total", 3, 3, Outcome.PASSED, "", small_lab.LONG.replace("mean_square", "running_total"))
    listed = alike(lab, [result("cy", one), result("bo", one, other), result("ada", other, one), result("dee")])
    assert [pair.students for pair in listed] == [("ada", "bo"), ("ada", "cy"), ("bo", "cy")]
    assert listed[0].exercises == (("mean_square", 1.0), ("running_total", 1.0))


def test_a_large_class_is_a_matter_of_few_comparisons() -> None:
    """200 answers, of which a few are copies: all pairs are found, and only these."""
    draw = random.Random(0)
    words = ["a + b", "max(a, b)", "a[0] * 2", "b ** 3", "[a for a in b]", "sorted(b)", "a - (b or 1)", "len(b) % 7"]
    lines = [f"    x{line} = {draw.choice(words)} {draw.choice('+-*/')} {draw.choice(words)}" for line in range(5000)]
    sources = {f"s{n:03}": "def f(a, b):\n" + "\n".join(draw.sample(lines, 25)) for n in range(198)}
    sources |= {"copy 1": disguised(sources["s005"]), "copy 2": sources["s100"].replace("x", "long_name")}
    assert {pair for pair, _ in pairs(sources, ())} == {("copy 1", "s005"), ("copy 2", "s100")}
