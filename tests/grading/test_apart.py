"""A process apart: whatever happens in a call is that call's failure, in plain words, and the next one goes on."""

from collections.abc import Iterator
import os
import signal
import sys

import pytest

from course.grading.prepare.apart import Apart, ApartError
from course.syllabus import CourseError

MEMORY = 2**30


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart(seconds=5, memory=MEMORY) as made:
        yield made


def add(one: int, other: int) -> int:
    return one + other


def number() -> int:
    return os.getpid()


def compute_for_ever() -> None:
    while True:
        pass


def take_memory() -> int:
    return len([bytes(2**24) for _ in range(1000)])


def take_memory_once(path: str) -> str:
    """Return where there is a file; else make it, and take more memory than there is."""
    if os.path.exists(path):
        return "there"
    with open(path, "w"):
        return str(take_memory())


def end(how: str) -> None:
    if how == "exit":
        os._exit(3)
    signal.raise_signal(getattr(signal, how))


def go_deep(depth: int) -> int:
    return 0 if not depth else 1 + go_deep(depth - 1)


def fail(kind: str) -> None:
    raise {"system": SystemError, "broken": UnicodeDecodeError, "course": CourseError, "name": UnboundLocalError}[kind](
        *(("utf-8", b"\xff", 0, 1, "\x1b[2J") if kind == "broken" else ("the \u202ereason",))
    )


def return_no_json() -> object:
    return object()


def test_what_is_returned_comes_back(apart: Apart) -> None:
    assert apart.call(add, 1, 2) == 3
    assert apart.call(number) == apart.call(number) != os.getpid(), "one process for many calls"


@pytest.mark.parametrize(
    ("function", "arguments", "says"),
    [
        (compute_for_ever, (), "more than 5 s"),
        (take_memory, (), "more than 1 GiB of memory"),
        (end, ("exit",), "fall over (exit status 3)"),
        (end, ("SIGSEGV",), "fall over (exit status -11)"),
        (go_deep, (10**6,), "nested too deeply"),
        (fail, ("system",), "cannot be read (SystemError: the \ufffdreason)"),
        (fail, ("broken",), "cannot be read (UnicodeDecodeError"),
        (fail, ("name",), "cannot be read (UnboundLocalError"),
        (return_no_json, (), "cannot be read (TypeError"),
    ],
)
def test_whatever_happens_is_this_calls_failure(apart: Apart, function, arguments: tuple, says: str) -> None:
    with pytest.raises(ApartError) as failed:
        apart.call(function, *arguments)
    assert says in str(failed.value)
    assert str(failed.value).isprintable()
    assert apart.call(add, 1, 2) == 3


def test_a_mistake_of_the_courses_is_no_submissions(apart: Apart) -> None:
    with pytest.raises(CourseError, match="reason"):
        apart.call(fail, "course")


def test_calls_may_be_nested_deeper_than_python_lets_a_notebook(apart: Apart) -> None:
    depth = 5 * sys.getrecursionlimit()
    assert apart.call(go_deep, depth) == depth


def test_memory_that_others_left_taken_is_nobodys_failure(apart: Apart, tmp_path) -> None:
    apart.call(number)
    assert apart.call(take_memory_once, str(tmp_path / "there")) == "there"


def test_an_interrupt_is_for_the_process_that_asks(apart: Apart) -> None:
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    process = apart.call(number)
    os.kill(process, signal.SIGINT)
    assert apart.call(number) == process


def test_the_process_ends_with_the_context() -> None:
    with Apart() as made:
        process = made.call(number)
        os.kill(process, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
