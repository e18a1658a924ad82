"""The command `answers`: all answers tried, those published and, with other numbers, those of an exam."""

import itertools
import time

from course.answers import Attempt, Exercises, Verdict, draws
from course.memory import Memory
from course.students import without_hidden
from course.syllabus import CourseError, Lab

MEMORY = "knows the published checks by heart"
"""Title of the wrong answer that exercises get whose checks draw their numbers."""


SEEDS, SEEDS_WITH_KERAS = 20, 1
"""With how many secrets `make test` tries an answer to an exercise; one that uses Keras with one, each with another."""


def secrets(count: int) -> list[str]:
    """Return the secrets that answers are tried with, besides the course's own numbers: "1", "2", and so on."""
    return [str(number) for number in range(1, count + 1)]


def report(selected: list[Lab], *, exercises: list[str] | None = None, seeds: int = 0) -> int:
    """Try all answers of the labs; print killed and surviving ones per exercise; return the exit status.

    Args:
        selected: the labs.
        exercises: those to try; none means all.
        seeds: with how many other secrets, besides, exercises are tried whose checks draw their numbers.

    Raises:
        CourseError: if an exercise is in none of the labs.
    """
    known = {name for lab in selected for name in lab.points}
    if unknown := [name for name in exercises or [] if name not in known]:
        raise CourseError(f"no exercise {', '.join(unknown)} in {', '.join(lab.name for lab in selected)}")
    failed = 0
    for lab in selected:
        of_lab = Exercises(lab)
        start = time.perf_counter()
        print(
            f"{lab.name}\n{'':2}{'exercise':28} {'right':>7} {'killed':>7} {'survive':>8} {'by visible':>11} {'seconds':>8}"
        )
        for name in lab.points:
            if not exercises or name in exercises:
                failed += _report_exercise(of_lab, name, seeds)
        print(f"  {time.perf_counter() - start:.1f} s in all\n")
    print("every right answer passes, every wrong one fails" if not failed else f"{failed} problems")
    return 1 if failed else 0


def _report_exercise(exercises: Exercises, name: str, seeds: int) -> int:
    """Try all answers to an exercise, print a row and the problems, and return how many these are."""
    attempts = exercises.attempts(name)
    verdicts = [verdict for attempt in attempts if (verdict := exercises.judge(name, attempt))]
    wrong = [verdict for verdict in verdicts if not verdict.attempt.right]
    right = [verdict for verdict in verdicts if verdict.attempt.right]
    killed = sum(not verdict.passed for verdict in wrong)
    visible = sum(verdict.visible_message is not None for verdict in wrong)
    print(
        f"{'':2}{name:28} {sum(v.passed for v in right):>3}/{len(right):<3} {killed:>3}/{len(wrong):<3} "
        f"{len(wrong) - killed:>8} {visible:>11} {sum(v.seconds for v in verdicts):>8.1f}"
    )
    problems = exercises.problems(name, attempts, verdicts) + (_report_seeds(exercises, name, verdicts, seeds))
    for problem in problems:
        print(f"{'':6}{problem}")
    return len(problems)


def _report_seeds(exercises: Exercises, name: str, verdicts: list[Verdict], seeds: int) -> list[str]:
    """Try the answers with other secrets, print how many of these came out otherwise, and return what did."""
    if not seeds:
        return []
    if not exercises.draws(name):
        print(f"{'':6}no check draws its numbers: an exam has the published ones")
        return []
    start = time.perf_counter()
    found = misjudged(exercises, name, verdicts, secrets(seeds))
    failed = {secret for of_answer in found.values() for secret in of_answer}
    print(f"{'':6}{len(failed)} of {seeds} secrets failed ({time.perf_counter() - start:.1f} s)")
    return [
        f"{title!r} {next(iter(of_answer.values()))} (secret {', '.join(of_answer)})"
        for title, of_answer in found.items()
    ]


def misjudged(
    exercises: Exercises,
    name: str,
    verdicts: list[Verdict],
    tried: list[str],
    *,
    each: int | None = None,
    memory: Attempt | None = None,
) -> dict[str, dict[str, str]]:
    """Try the answers to an exercise with other numbers; return title -> secret -> what came out wrong.

    A wrong answer that the visible part refuses is not tried again, unless that part draws numbers too.

    Args:
        exercises: of the lab.
        name: the exercise.
        verdicts: on its answers, with the course's own numbers.
        tried: the secrets.
        each: with how many of these an answer is tried, the next one with those that follow; by default with all.
        memory: what `memory_of` returns, where that is there already.
    """
    visible_draws = any(draws(without_hidden(check)) for check in exercises.checks(name))
    again = [v.attempt for v in verdicts if v.attempt.right or v.visible_message is None or visible_draws]
    turn = itertools.cycle(tried)
    found: dict[str, dict[str, str]] = {}
    for attempt in [*again, memory or memory_of(exercises, name)]:
        for secret in itertools.islice(turn, each or len(tried)):
            if problem := exercises.judge_with(secret, name, attempt):
                found.setdefault(attempt.title, {})[secret] = problem
    return found


def misjudged_in_tests(
    exercises: Exercises, name: str, verdicts: list[Verdict], memory: Attempt
) -> dict[str, dict[str, str]]:
    """Return what `misjudged` does, as `make test` tries it: all secrets with all answers, or less where that takes minutes.

    Of an exercise with Keras it is the reference solution and what the visible part lets pass, with one secret each: `answers
    --seeds 20` and `make thorough` try the rest.
    """
    if not exercises.uses_keras(name):
        return misjudged(exercises, name, verdicts, secrets(SEEDS), memory=memory)
    first, *others = verdicts
    kept = [first, *(verdict for verdict in others if not verdict.attempt.right)]
    return misjudged(exercises, name, kept, secrets(SEEDS), each=SEEDS_WITH_KERAS, memory=memory)


def memory_of(exercises: Exercises, name: str) -> Attempt:
    """Return the wrong answer that has learnt an exercise's published checks by heart."""
    memory, reference = Memory(), exercises.cells[name].source
    exercises.judge(name, Attempt(True, "the reference solution", reference, spoiler=memory.learning))
    return Attempt(False, MEMORY, reference, spoiler=memory.reciting)
