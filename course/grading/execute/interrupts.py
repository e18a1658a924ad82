"""Ctrl-C: the first one ends a run in order, those after it change nothing, and none falls into the middle of a record."""

from collections.abc import Iterator
import contextlib
import signal
import threading
from typing import Any


class _Once:
    """Raises KeyboardInterrupt at the first Ctrl-C and ignores it from then on."""

    def __init__(self) -> None:
        self.came = False

    def __call__(self, *_: Any) -> None:
        """Take a signal."""
        self.came = True
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt


class Held:
    """Keeps a Ctrl-C until it is looked for."""

    def __init__(self) -> None:
        self.came = False

    def __call__(self, *_: Any) -> None:
        """Take a signal."""
        self.came = True

    def look(self) -> None:
        """Raise KeyboardInterrupt if there was a Ctrl-C."""
        if self.came:
            raise KeyboardInterrupt


@contextlib.contextmanager
def once() -> Iterator[None]:
    """Let the first Ctrl-C within raise KeyboardInterrupt; after it they are ignored to the end of the process."""
    handler = _Once()
    with _handled_by(handler):
        yield


@contextlib.contextmanager
def held_back() -> Iterator[Held]:
    """Keep each Ctrl-C within from raising anything; `look` raises where that does no harm."""
    handler = Held()
    with _handled_by(handler):
        yield handler


@contextlib.contextmanager
def blocked() -> Iterator[None]:
    """Keep each Ctrl-C for the end of the block, and for ever from the threads and processes that are started within."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _handled_by(handler: "_Once | Held") -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # the others get no signals
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        if isinstance(handler, _Once):
            signal.signal(signal.SIGINT, signal.SIG_IGN if handler.came else before)
        else:
            _give_back(before, came=handler.came)


def _give_back(before: Any, *, came: bool) -> None:
    """Set the handler that was there before; one that waits for the first Ctrl-C has had it."""
    if came and isinstance(before, _Once):
        before.came = True
        before = signal.SIG_IGN
    signal.signal(signal.SIGINT, before)
