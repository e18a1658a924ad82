"""A process of its own for what a stranger's file could make slow, large or fall over: called like a function."""

from collections.abc import Callable, Iterator
import contextlib
import gc
import json
import multiprocessing
from multiprocessing.connection import Connection
import resource
import signal
import sys
import threading
from typing import Any

from course.grading.prepare.text import shown
from course.syllabus import CourseError

SECONDS = 10
"""Of computing for one call."""
PATIENCE = 30
"""So many times as long a call may take by the clock, where the machine is busy."""
MEMORY = 2 * 2**30
"""Of address space."""
STACK = 256 * 2**20
"""Bytes for nested calls, in a thread of their own: what Python itself can run can then be looked at, too."""
DEEPEST = 15_000
"""Nested calls; each takes up to 16 KiB of the stack in Python's own parser and compiler."""


class ApartError(Exception):
    """A call came to nothing; the message says why, for instructor and student."""


class Apart:
    """Calls functions in another process, one at a time; a context manager.

    The process has limits of time and memory, and is replaced when it met one or fell over. What comes back is plain data,
    as JSON. Whatever happens there is this call's failure, and leaves the calls before and after it alone.
    """

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        """Choose the limits of a call; the process begins with the first one."""
        self.seconds, self.memory = seconds, memory
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None
        self._is_fresh = True

    def __enter__(self) -> "Apart":
        """Begin; nothing is started yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._end()

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a function returns, plain data, by a call in the other process.

        Args:
            function: at the top of a module, so that the other process can import it.
            arguments: of the function.

        Raises:
            ApartError: if it raised anything, or met a limit.
            CourseError: if it raised one.
        """
        was_fresh = self._is_fresh
        try:
            return self._call(function, arguments)
        except MemoryError:
            if not was_fresh:  # what others left in memory is not this call's fault
                return self.call(function, *arguments)
            raise ApartError(f"reading it takes more than {self.memory / 2**30:.2g} GiB of memory") from None

    def _call(self, function: Callable[..., Any], arguments: tuple) -> Any:
        if self._process is None:
            self._begin()
        self._is_fresh = False
        watch = threading.Timer(PATIENCE * self.seconds, self._process.kill)
        watch.start()
        try:
            self._connection.send((function, arguments))
            answer = json.loads(self._connection.recv_bytes())
        except (EOFError, OSError):
            raise ApartError(self._how_it_ended()) from None
        finally:
            watch.cancel()
        if answer["failed"] == "MemoryError":
            self._end()
            raise MemoryError
        if answer["failed"] == "CourseError":
            raise CourseError(answer["said"])
        if answer["failed"]:
            said = shown(f"{answer['failed']}: {answer['said']}", 200)
            raise ApartError(
                "it is nested too deeply" if answer["failed"] == "RecursionError" else f"it cannot be read ({said})"
            )
        return answer["value"]

    def _begin(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self.seconds, self.memory), daemon=True)
        with _interrupts_ignored():
            self._process.start()
        theirs.close()
        self._is_fresh = True
        try:
            self._connection.recv_bytes()
        except EOFError:
            raise CourseError(
                "the process that reads submissions could not be started: is there memory left?"
            ) from None

    def _how_it_ended(self) -> str:
        self._process.join()
        code = self._process.exitcode
        self._end()
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return f"reading it takes more than {self.seconds:g} s"
        return f"it made the process that read it fall over (exit status {code})"

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._connection.close()
        self._process, self._connection, self._is_fresh = None, None, True


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C, as a process that is started meanwhile does from its beginning: it is for the one that asks."""
    if threading.current_thread() is not threading.main_thread():  # which alone may choose
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(connection: Connection, seconds: float, memory: int) -> None:
    """Answer calls until there are no more, in a thread with a large stack."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_AS, memory)
    sys.setrecursionlimit(DEEPEST)
    threading.stack_size(STACK)
    thread = threading.Thread(target=_answer_all, args=(connection, seconds))
    thread.start()
    thread.join()


def _answer_all(connection: Connection, seconds: float) -> None:
    connection.send_bytes(b"ready")
    while True:
        try:
            function, arguments = connection.recv()
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 1)
        connection.send_bytes(_answer(function, arguments))


def _limit(what: int, most: int) -> None:
    """Set a limit of this process, within the one that its user may set."""
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _answer(function: Callable[..., Any], arguments: tuple) -> bytes:
    gc.disable()  # it looks at all that was made again and again: a notebook of many cells takes seconds by that alone
    try:
        return json.dumps({"failed": "", "value": function(*arguments)}).encode()
    except CourseError as error:
        failed, said = "CourseError", str(error)
    except Exception as error:  # whatever a stranger's file makes a parser raise is told of that file
        failed, said = type(error).__name__, str(error)[:1000]
    finally:
        gc.enable()
    return json.dumps({"failed": failed, "said": said}).encode()
