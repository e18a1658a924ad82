"""Functions called across the border of two processes: what crosses is the same on the other side, and nothing else crosses."""

from collections import deque, namedtuple
from collections.abc import Callable, Iterator
import json
import os
from pathlib import Path
import secrets
import socket
import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pytest

from course import notebooks
from course.answers import Attempt, Exercises
from course.grading.execute import walls
from course.grading.prepare.sanitize import functions
from course.syllabus import ROOT, Lab, labs

sys.path.append(str(walls.INSIDE))
import crossing
from crossing import here
from crossing.peer import GoneError, Peer, StandIn


@pytest.fixture
def stand_in() -> Iterator[Callable[[Callable], StandIn]]:
    """Return what makes a stand-in of a function, which another thread serves."""
    ours, theirs = socket.socketpair()
    judge, student, visits = Peer(ours.detach(), judges=True), Peer(theirs.detach()), []

    def end() -> None:
        judge.end()
        for thread in visits[-1:]:
            thread.join(60)

    def make(function: Callable) -> StandIn:
        if visits:
            end()
        visit = secrets.token_hex(4)
        judge.begin(visit)
        visits.append(threading.Thread(target=student.serve, args=(visit, {"function": function}), daemon=True))
        visits[-1].start()
        return StandIn(judge, "function")

    yield make
    end()
    judge.socket.close()
    student.socket.close()


Pair = namedtuple("Pair", "first second")
VALUES = [
    *(None, True, 0, -(2**80), 1.5, float("inf"), -0.0, 1 + 2j, "ä\ud800", b"\x00\xff", ..., range(1, 9, 3), slice(None, 3)),
    [1, [2, (3, {"a": {4, 5}})], frozenset({6})],
    {(1, 2): "x", 3: None},
    np.arange(6, dtype="int16").reshape(2, 3),
    np.array([True, False]),
    np.array(["a", "bc"]),
    np.zeros((0, 3)),
    np.array(2.5),
    np.asfortranarray(np.arange(12.0).reshape(3, 4))[::2],
    np.float32(0.1),
    np.uint8(255),
]  # fmt: skip


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray | np.generic):
        return (
            type(one) is type(other)
            and one.dtype == other.dtype
            and one.shape == other.shape
            and bool((one == other).all())
        )
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__} {value!r:.20}")
def test_plain_values_go_there_and_back(stand_in, value: Any) -> None:
    seen = []
    function = stand_in(lambda given, *, named: seen.append((given, named)) or given)
    assert same(function(value, named=value), value)
    assert same(seen[0][0], value)
    assert same(seen[0][1], value)


def test_what_is_the_same_on_one_side_is_the_same_on_the_other(stand_in) -> None:
    array, things = np.arange(4.0), []
    things.append(things)
    function = stand_in(lambda one, two, loop: (one is two, loop[0] is loop, one, [one], loop))
    same_there, loops, back, (again,), loop = function(array, array, things)
    assert same_there
    assert loops
    assert back is array
    assert again is array
    assert loop is things


def test_a_view_of_an_argument_is_a_view_of_what_was_given(stand_in) -> None:
    array = np.arange(12.0).reshape(3, 4)
    view = stand_in(lambda given: given[1:, ::2].T)(array)
    assert np.shares_memory(view, array)
    np.testing.assert_array_equal(view, array[1:, ::2].T)
    view[0, 0] = 100
    assert array[1, 0] == 100
    assert not np.shares_memory(stand_in(lambda given: given.copy())(array), array)


def test_arguments_that_were_changed_are_changed_here(stand_in) -> None:
    array, numbers, table = np.zeros((2, 2)), [1, 2, 3], {"a": 1}

    def spoil(array: np.ndarray, numbers: list, table: dict) -> None:
        array[0] += 1
        numbers.append(array)
        table.clear()

    stand_in(spoil)(array, numbers, table)
    np.testing.assert_array_equal(array, [[1, 1], [0, 0]])
    assert numbers[3] is array
    assert not table


def test_functions_and_objects_of_a_notebook_are_called_back(stand_in) -> None:
    class Network:
        calls = 0
        __module__ = "__main__"
        _secret = 3

        def predict(self, images: np.ndarray) -> np.ndarray:
            self.calls += 1
            return images + self.calls

    network = Network()

    def function(network: Any, move: Callable) -> tuple:
        first = network.predict(move(np.zeros(2), by=1))
        with pytest.raises(AttributeError):
            _ = network._secret
        return first, network.calls

    first, calls = stand_in(function)(network, lambda images, by: images + by)
    np.testing.assert_array_equal(first, [2, 2])
    assert calls == network.calls == 1


def test_objects_of_the_checks_other_modules_stay_closed(stand_in) -> None:
    crossed = stand_in(lambda path: hasattr(path, "parent"))(Path("/"))
    assert not crossed, "a path would lead the student's code around in the process of the checks"


@pytest.mark.parametrize(
    ("error", "caught", "text"),
    [
        (ValueError("no"), ValueError, "no"),
        (KeyError("k"), KeyError, "'k'"),
        (NotImplementedError("later"), NotImplementedError, "later"),
        (UnicodeDecodeError("utf-8", b"x", 0, 1, "bad"), ValueError, "bad"),
        (np.exceptions.AxisError("axis"), ValueError, "axis"),
        (SystemExit(3), SystemExit, "3"),
        (type("Odd", (Exception,), {"__str__": lambda self: 1 / 0})(), Exception, ""),
    ],
)
def test_errors_cross_as_kind_and_message(stand_in, error: BaseException, caught: type, text: str) -> None:
    def function() -> None:
        raise error

    with pytest.raises(caught) as raised:
        stand_in(function)()
    assert type(raised.value).__name__ == type(error).__name__ or caught is ValueError
    assert text in str(raised.value)


def test_an_error_of_a_callback_comes_back_as_it_was(stand_in) -> None:
    class OwnError(Exception):
        pass

    def callback() -> None:
        raise error

    error = OwnError()
    with pytest.raises(OwnError) as raised:
        stand_in(lambda call: call())(callback)
    assert raised.value is error


def test_a_function_that_is_not_there_is_a_name_error(stand_in) -> None:
    function = stand_in(len)
    function.__name__ = "missing"
    with pytest.raises(NameError) as raised:
        function()
    assert raised.value.name == "missing"


def test_what_has_no_plain_form_arrives_as_something_named_alike(stand_in) -> None:
    got = stand_in(lambda: (number for number in range(3)))()
    assert type(got).__name__ == "generator"
    assert stand_in(lambda: deque([1, 2]))() == [1, 2]
    assert type(stand_in(lambda: Pair(1, 2))()) is tuple


def test_what_raises_an_error_when_it_is_looked_at_is_an_error_at_once(stand_in) -> None:
    class Shy(dict):
        def items(self) -> None:
            raise LookupError("do not look")

    with pytest.raises(LookupError, match="do not look"):
        stand_in(Shy)()


def test_the_students_side_does_not_seed_the_checks(stand_in) -> None:
    function = stand_in(lambda callback: callback())
    function._peer.seed = 3
    drawn = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("keras.utils.set_random_seed", drawn.append)
        function(lambda: drawn.append("called"))
        assert drawn == [3, "called"], "the student's side is seeded"
        with pytest.raises(NameError):
            function._peer._done({"seed": 4, "name": "function"}, (), {}, [])
        assert drawn == [3, "called"]


@pytest.mark.parametrize(
    "message",
    [
        {"answer": ["at", 5]},
        {"answer": ["number", "|O", "00"]},
        {"answer": ["tuple", 3]},
        {"answer": 1, "heap": [[["array", "<f8", [10**12]], [0]]]},
        {"answer": 1, "heap": [[["view", 0, -8, "<f8", [9], [8]], []]]},
        {"answer": 1, "heap": [[["yours", 10**9], []]]},
        {"answer": 1, "changed": [[7, ["list", []], []]]},
        {"answer": 1, "heap": 3},
        {"nothing": 1},
    ],
    ids=str,
)
def test_nonsense_is_an_error_and_nothing_worse(message: dict) -> None:
    ours, theirs = socket.socketpair()
    judge = Peer(ours.detach(), judges=True)
    judge.begin("visit")
    whole = {"error": None, "changed": [], "used": [], "heap": [], "visit": "visit", "sizes": []} | message
    text = json.dumps(whole).encode()
    theirs.sendall(len(text).to_bytes(8) + (0).to_bytes(8) + text)
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(GoneError):
        StandIn(judge, "function")(np.zeros(2))
    judge.socket.close()
    theirs.close()


STUDENT = """
import json, sys
import crossing
imported = {}
for line in sys.stdin:
    visit, imports, source = json.loads(line)
    if imports not in imported:
        imported[imports] = {"__name__": "__main__"}
        exec(imports, imported[imports])
    names = dict(imported[imports])
    try:
        exec(compile(source, "<answer>", "exec"), names)
    except Exception as error:
        print(error, file=sys.stderr)
    crossing.serve(visit, names)
"""


@pytest.fixture(scope="module")
def student() -> Iterator[subprocess.Popen]:
    """Start a process for students' functions; this one is that of the checks."""
    import keras

    seeding = keras.utils.set_random_seed
    ours, theirs = socket.socketpair()
    paths = os.pathsep.join((str(ROOT), str(walls.INSIDE)))
    environment = os.environ | {"PYTHONPATH": paths, "TF_CPP_MIN_LOG_LEVEL": "3", here.LINK: str(theirs.fileno())}
    process = subprocess.Popen(
        [sys.executable, "-c", STUDENT], stdin=subprocess.PIPE, text=True, env=environment, pass_fds=[theirs.fileno()]
    )
    theirs.close()
    os.environ[here.LINK] = str(ours.detach())
    yield process
    del os.environ[here.LINK]
    keras.utils.set_random_seed = seeding
    process.stdin.close()
    process.wait()


@pytest.mark.parametrize("lab", [lab for lab in labs() if lab.text.exists()], ids=lambda lab: lab.name)
def test_right_answers_pass_from_outside(lab: Lab, student: subprocess.Popen) -> None:
    """Of exercises that build networks, the reference; those that train one for long are left to the labs' own tests."""
    import keras

    exercises = Exercises(lab)
    imports = notebooks.imports_cell(exercises.notebook, lab.solution).source
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(imports, namespace)  # noqa: S102
    refused, called = [], functions(lab)
    for name in [name for name in lab.points if name not in lab.in_process]:
        checks = exercises.checks(name)
        if any("load(" in check for check in checks):
            continue  # on a whole data set
        for answer in _right_answers(exercises, name):
            visit = secrets.token_hex(4)
            student.stdin.write(json.dumps([visit, imports, answer.source]) + "\n")
            student.stdin.flush()
            names = dict(namespace)
            crossing.begin(visit, called[name], names)
            keras.utils.set_random_seed(0)
            try:
                for check in checks:
                    exec(check, names)  # noqa: S102
            except Exception as error:
                refused.append(f"{name}, {answer.title}: {type(error).__name__}: {error}")
            missed = crossing.end(names)
            if missed and answer.automatic:
                refused.append(f"{name}: {missed} cannot cross: is it to be marked in_process?")
            elif missed:  # judged inside, and read by a human
                refused = [line for line in refused if not line.startswith(f"{name}, {answer.title}:")]
    assert not refused, "\n".join(refused)


def _right_answers(exercises: Exercises, name: str) -> list[Attempt]:
    right = [attempt for attempt in exercises.attempts(name) if attempt.right and attempt.spoiler is None]
    return right[:1] if exercises.uses_keras(name) else right
