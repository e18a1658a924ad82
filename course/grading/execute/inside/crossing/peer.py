"""One side of the border: calls the other's functions, and lets its own be called."""

from collections.abc import Callable, Iterator, Mapping, Sequence
import contextlib
import json
import select
import signal
import socket
import struct
import threading
from typing import Any

import numpy as np
from utils._library import taken_away

from . import errors, networks
from .values import Border, BrokenMessageError, Reader, Writer

MAX_TEXT = 64 * 2**20
MAX_BYTES = 4 * 2**30
_HEAD = struct.Struct(">QQ")


class GoneError(Exception):
    """The other side has ended, or sends nothing that can be understood."""


class StandIn:
    """Stands in for a function that the other side knows by its name."""

    def __init__(self, peer: "Peer", name: str) -> None:
        """Choose the side and the function."""
        self.__name__ = name
        self._peer, self._without, self._refuse = peer, (), None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function: return what it returns, or raise what it raises."""
        call = {"name": self.__name__, "without": list(self._without)}
        return self._peer.call(call, args, kwargs, used=self._refuse)

    @contextlib.contextmanager
    def taken_away(self, names: Sequence[str], refuse: Callable[[str], Exception]) -> Iterator[None]:
        """Let the other side take parts of a library away while it runs the function; `refuse` is told what it called."""
        self._without, self._refuse = tuple(names), refuse
        try:
            yield
        finally:
            self._without, self._refuse = (), None


class Peer:
    """One side of a socket. Whoever waits for an answer is at the other's service meanwhile."""

    def __init__(self, fileno: int, *, judges: bool = False) -> None:
        """Take over one end of a socket.

        Args:
            fileno: the socket's.
            judges: whether this is the check's side: of its objects only those of a notebook's classes can be asked for
                attributes.
        """
        self.socket = socket.socket(fileno=fileno)
        self._judges = judges
        self.border = Border(ask=self._ask, opens_all=not judges)
        self.names: Mapping[str, Any] = {}
        """The functions that the other side may call by name."""
        self.visit = ""
        self.seed: int | None = None
        """What Keras was seeded with since the last call; the other side is seeded likewise before the next."""
        self._raised: list[BaseException] = []
        self._lock = threading.RLock()

    def begin(self, visit: str) -> None:
        """Say that a visit begins, and take no notice of what the other side still says of an earlier one."""
        self.visit = visit
        self.border.missed.clear()

    def end(self) -> None:
        """Let the other side end its service."""
        with contextlib.suppress(OSError):
            self._send({"end": True})

    def serve(self, visit: str, names: Mapping[str, Any]) -> None:
        """Be at the other side's service until it says that this is all.

        Args:
            visit: a word that both sides have been told; what is said in another visit is passed over.
            names: the functions that the other side may call by name.
        """
        self.visit, self.names = visit, names
        try:
            while True:
                message, blobs = self._receive()
                if "end" in message:
                    return
                if "call" in message:
                    self._answer(message, blobs)
        except BaseException:  # whatever ends the service, nobody waits for it in vain
            with contextlib.suppress(OSError):
                self._send({"gone": True})
            raise

    def call(self, what: Any, args: Sequence, kwargs: Mapping, *, used: Callable | None = None) -> Any:
        """Call something of the other side, and bring changed arguments up to date.

        Raises:
            GoneError: if the other side has ended.
        """
        with self._lock:
            writer = Writer(self.border)
            arguments = [writer.value(tuple(args)), writer.value(dict(kwargs))]
            what = dict(what, seed=self.seed)
            self.seed = None
            self._send({"call": what, "arguments": arguments, "heap": writer.heap}, writer.blobs)
            while True:
                message, blobs = self._receive()
                if "call" in message:
                    self._answer(message, blobs)
                elif "answer" in message:
                    return self._take(message, blobs, writer.objects, used)
                elif "gone" in message:
                    raise GoneError("the other side was stopped")

    def _take(self, message: dict, blobs: list[bytes], known: list[Any], used: Callable | None) -> Any:
        """Return what the other side answered, or raise it."""
        with _understood():
            reader = Reader(self.border, message["heap"], blobs, known)
            for place, entry, numbers in message["changed"]:
                reader.change(place, entry, [blobs[number] for number in numbers])
            for name in message["used"] if used else ():
                used(str(name))
            error, answer = message["error"], message["answer"]
            if error is None:
                return reader.value(answer)
            origin = error.get("origin")
            raised = self._raised[origin] if origin is not None else errors.build(error)
            if origin is None:
                raised.origin_there = error["number"]
        raise raised

    def _ask(self, number: int, attribute: str, arguments: Any) -> Any:
        args, kwargs = arguments if arguments is not None else ((), {})
        return self.call({"number": number, "attribute": attribute, "asks": arguments is None}, args, kwargs)

    def _answer(self, message: dict, blobs: list[bytes]) -> None:
        """Do what the other side asks for, and send what came of it."""
        used: list[str] = []
        error = answer = None
        with _understood():
            reader = Reader(self.border, message["heap"], blobs)
            args, kwargs = map(reader.value, message["arguments"])
        before = _snapshots(self.border, reader.objects)
        try:
            answer = self._done(message["call"], args, kwargs, used)
        except BaseException as raised:
            error = self._told(raised)
        try:
            reply, sent = self._reply(answer, reader.objects, before)
        except Exception as raised:  # a student's class may raise anything when it is looked at
            error, (reply, sent) = error or self._told(raised), self._reply(None, [], [])
        self._send(reply | {"error": error, "used": used}, sent)

    def _reply(self, answer: Any, known: list[Any], before: list[Any]) -> tuple[dict[str, Any], list[bytes]]:
        """Return what is to be sent of an answer, and of the arguments that are not as they were before."""
        writer = Writer(self.border, known)
        said, changed = writer.value(answer), []
        for place, (now, then) in enumerate(zip(_snapshots(self.border, known, writer), before)):
            if now != then:
                changed.append([place, now[0], [len(writer.blobs) + i for i in range(len(now[1]))]])
                writer.blobs += now[1]
        return {"answer": said, "changed": changed, "heap": writer.heap}, writer.blobs

    def _done(self, what: dict, args: tuple, kwargs: dict, used: list[str]) -> Any:
        """Return the result of a call, or the attribute that is asked for."""
        if what.get("seed") is not None and not self._judges:  # checks are seeded by nobody else
            import keras  # it was seeded on the other side, so it is there

            keras.utils.set_random_seed(what["seed"])
        if "number" in what:
            return self._opened(what, args, kwargs)
        name = what["name"]
        if name not in self.names:
            raise NameError(f"name {name!r} is not defined", name=name)
        function = self.names[name]
        if not what["without"]:
            return function(*args, **kwargs)

        def refuse(name: str) -> AssertionError:
            used.append(name)
            return AssertionError(f"{name} is taken away")

        with taken_away(what["without"], function, refuse):
            return function(*args, **kwargs)

    def _opened(self, what: dict, args: tuple, kwargs: dict) -> Any:
        """Return the result of a function that was given away, or a public attribute of an object that was."""
        if what["number"] not in self.border.opened or what["attribute"].startswith("_"):
            raise AttributeError(what["attribute"])
        owner = self.border.given[what["number"]]
        return getattr(owner, what["attribute"]) if what["asks"] else owner(*args, **kwargs)

    def _told(self, raised: BaseException) -> dict[str, Any]:
        """Return an error as JSON; one that came from the other side by the number that it has there."""
        origin = getattr(raised, "origin_there", None)
        if origin is None:
            self._raised.append(raised)
            return errors.describe(raised) | {"number": len(self._raised) - 1}
        return {"origin": origin}

    def _send(self, message: dict, blobs: Sequence[bytes] = ()) -> None:
        text = json.dumps(message | {"visit": self.visit, "sizes": [len(blob) for blob in blobs]}).encode()
        with _uninterrupted():
            self.socket.sendall(_HEAD.pack(len(text), sum(map(len, blobs))) + text)
            for blob in blobs:
                self.socket.sendall(blob)

    def _receive(self) -> tuple[dict, list[bytes]]:
        """Return the next message of this visit."""
        message, blobs = self._received()
        while message.get("visit") != self.visit:
            message, blobs = self._received()
        return message, blobs

    def _received(self) -> tuple[dict, list[bytes]]:
        select.select([self.socket], [], [])  # may be interrupted, which the rest is not
        with _uninterrupted():
            length, total = _HEAD.unpack(self._read(_HEAD.size))
            if length > MAX_TEXT or total > MAX_BYTES:
                raise GoneError("the other side sent more than fits")
            text, content = self._read(length), self._read(total)
        with _understood():
            message = dict(json.loads(text))
            sizes = message["sizes"]
            if sum(sizes) != total or min(sizes, default=0) < 0:
                raise BrokenMessageError("sizes")
            blobs, start = [], 0
            for size in sizes:
                blobs.append(content[start : start + size])
                start += size
        return message, blobs

    def _read(self, size: int) -> bytes:
        content = bytearray()
        while len(content) < size:
            piece = self.socket.recv(min(size - len(content), 2**20))
            if not piece:
                raise GoneError("the other side has ended")
            content += piece
        return bytes(content)


def _snapshots(border: Border, objects: Sequence[Any], writer: Writer | None = None) -> list[Any]:
    """Return what is to be said of objects as they are now; of those that cannot change, nothing."""
    writer = writer or Writer(border, list(objects))
    changeable = (list, dict, set, np.ndarray)
    return [
        writer.entry(value) if isinstance(value, changeable) or networks.is_layer(value) else ([], [])
        for value in objects
    ]


@contextlib.contextmanager
def _understood() -> Iterator[None]:
    """Raise `GoneError` where a message makes no sense."""
    try:
        yield
    except (
        BrokenMessageError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise GoneError(f"the other side sent what makes no sense ({type(error).__name__}: {error})") from error


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put off KeyboardInterrupt, so that no message is cut in two."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[Any] = []
    before = signal.signal(signal.SIGINT, lambda *call: came.append(call))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt
