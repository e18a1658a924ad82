"""Values as plain data: JSON, and bytes beside it for what arrays hold.

A message has a heap. What has an identity (lists, dictionaries, sets, arrays, networks, functions, objects) lies there once and
is referred to by its place, so that what is the same on one side is the same on the other. The first places are taken by what
both sides know already: the arguments of the call that is answered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
import math
import sys
from typing import Any

import numpy as np

from . import networks

MAX_DEPTH = 100
"""Of tuples in tuples."""
_KINDS = "biufcSUmM"
"""Of arrays that are plain bytes."""
Entry = tuple[Any, list[bytes]]
"""What a message says of an object: JSON, and the bytes that belong to it."""


class BrokenMessageError(Exception):
    """The other side sent what no other side sends."""


@dataclass
class Border:
    """What one side knows of the other: what it has given, what it was given, and what could not cross."""

    ask: Callable[[int, str, Any], Any] = lambda *_: None
    """Calls an object of the other side, or asks for an attribute: number, attribute or "", arguments."""
    given: list[Any] = field(default_factory=list)
    """Objects that stay here, by the number that the other side knows them by."""
    taken: dict[int, Any] = field(default_factory=dict)
    """Stand-ins for the other side's objects, by their number there."""
    owners: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    """Variable by its id -> the variable, which stays alive, and the network that it crossed with."""
    missed: list[str] = field(default_factory=list)
    """What could not cross, in words."""
    opens_all: bool = True
    """Whether the other side may ask for attributes of any object, or of those alone whose class a notebook defines."""
    opened: set[int] = field(default_factory=set)
    """Numbers of the functions and objects that the other side may call."""

    def number(self, value: Any) -> int:
        """Return the number by which the other side knows an object of this side."""
        for number, known in enumerate(self.given):
            if known is value:
                return number
        self.given.append(value)
        return len(self.given) - 1

    def number_there(self, value: Any) -> int | None:
        """Return the other side's number of what stands in for one of its objects; None for any other value."""
        return next((number for number, stand_in in self.taken.items() if stand_in is value), None)

    def shares_variables(self, network: Any) -> bool:
        """Tell whether a network has variables of another one that crossed; its own are noted."""
        shares = False
        for variable in network.variables:
            _, owner = self.owners.setdefault(id(variable), (variable, network))
            shares = shares or owner is not network
        return shares


class Writer:
    """Writes values; `heap` and `blobs` are what has to be sent with them."""

    def __init__(self, border: Border, known: list[Any] | None = None) -> None:
        """Begin with the objects that both sides know."""
        self.border = border
        self.objects = list(known or ())
        self.heap: list[Any] = []
        self.blobs: list[bytes] = []
        self._first = len(self.objects)
        self._places = {id(value): place for place, value in enumerate(self.objects)}

    def value(self, value: Any, depth: int = 0) -> Any:
        """Return what stands for a value in JSON."""
        if depth > MAX_DEPTH:
            return ["cannot", "tuple", "it is nested too deeply"]
        if value is None or type(value) in (bool, str):
            return value
        if type(value) is float:
            return value if math.isfinite(value) else ["float", repr(value)]
        if isinstance(value, int) and not isinstance(value, np.generic):
            return int(value) if abs(value) < 2**53 else ["int", hex(value)]
        if isinstance(value, np.generic) and value.dtype.kind in _KINDS:
            return ["number", value.dtype.str, value.tobytes().hex()]
        for kind, name in ((complex, "complex"), (str, "str"), (float, "float"), (bytes, "bytes")):
            if isinstance(value, kind):
                return [name, {"bytes": bytes.hex, "str": str.__str__}.get(name, kind.__repr__)(value)]
        return self._inner(value, depth)

    def _inner(self, value: Any, depth: int) -> Any:
        if isinstance(value, tuple):
            return ["tuple", [self.value(item, depth + 1) for item in value]]
        if isinstance(value, frozenset):
            return ["frozenset", [self.value(item, depth + 1) for item in value]]
        if isinstance(value, range | slice):
            return [type(value).__name__, [self.value(getattr(value, n), depth + 1) for n in ("start", "stop", "step")]]
        if value is Ellipsis:
            return ["ellipsis"]
        return ["at", self._place(value)]

    def _place(self, value: Any) -> int:
        """Return an object's place in the heap, where it is laid the first time."""
        if id(value) not in self._places:
            place = self._places[id(value)] = len(self.objects)
            self.objects.append(value)
            self.heap.append(None)
            entry, blobs = self.entry(value)
            self.heap[place - self._first] = [entry, [len(self.blobs) + i for i in range(len(blobs))]]
            self.blobs += blobs
        return self._places[id(value)]

    def entry(self, value: Any) -> Entry:
        """Return what is to be said of an object."""
        if isinstance(value, list):
            return ["list", [self.value(item) for item in value]], []
        if isinstance(value, set):
            return ["set", [self.value(item) for item in value]], []
        if isinstance(value, dict):
            return ["dict", [[self.value(key), self.value(item)] for key, item in value.items()]], []
        if networks.is_layer(value):
            return self._network(value)
        if isinstance(value, np.ndarray):
            return self._array(value)
        if (number := self.border.number_there(value)) is not None:
            return ["yours", number], []
        if (array := _tensor_as_array(value)) is not None:
            return ["tensor", array.dtype.str, list(array.shape)], [array.tobytes()]
        if isinstance(value, Sequence):  # a deque, an array of Python's own
            return ["list", [self.value(item) for item in value]], []
        return self._to_be_asked(value)

    def _to_be_asked(self, value: Any) -> Entry:
        """Return what is to be said of a function, which is called back, or of an object of an unknown kind."""
        is_function = callable(value) and hasattr(value, "__name__")
        kind = "function" if is_function and not getattr(value, "__dict__", None) else "object"
        name = value.__name__ if is_function else type(value).__name__
        if not (is_function or self.border.opens_all or type(value).__module__ == "__main__"):
            return ["cannot", name, "an object of an unknown kind"], []
        number = self.border.number(value)
        self.border.opened.add(number)
        return [kind, number, name if isinstance(name, str) else ""], []

    def _array(self, array: np.ndarray) -> Entry:
        if array.dtype.kind not in _KINDS:
            return ["cannot", "ndarray", f"an array of type {array.dtype}"], []
        before = self.objects[: self._places.get(id(array), len(self.objects))]
        for place, other in enumerate(before):
            if isinstance(other, np.ndarray) and array.size and _is_within(array, other):
                offset = array.__array_interface__["data"][0] - other.__array_interface__["data"][0]
                return ["view", place, offset, array.dtype.str, list(array.shape), list(array.strides)], []
        content = np.ascontiguousarray(array).tobytes()
        return ["array", array.dtype.str, list(array.shape), bool(array.flags.writeable)], [content]

    def _network(self, layer: Any) -> Entry:
        for place, other in enumerate(self.objects):
            if (
                other is not layer
                and networks.is_layer(other)
                and (path := networks.place_in(layer, other)) is not None
            ):
                return ["layer of", place, path], []
        there = self.border.number_there(layer)
        number = ["yours", there] if there is not None else ["mine", self.border.number(layer)]
        if self.border.shares_variables(layer):
            return ["cannot", type(layer).__name__, "a network that shares weights with another one"], []
        try:
            description, blobs = networks.describe(layer)
        except networks.CannotCrossError as error:
            return ["cannot", type(layer).__name__, str(error)], []
        return ["network", number, description], blobs


def _is_within(array: np.ndarray, other: np.ndarray) -> bool:
    """Tell whether an array is a view into another one, which lies in one piece."""
    if not (other.flags.c_contiguous and np.may_share_memory(array, other)):
        return False
    (low, high), (first, last) = np.lib.array_utils.byte_bounds(array), np.lib.array_utils.byte_bounds(other)
    return first <= low and high <= last and np.shares_memory(array, other)


def _tensor_as_array(value: Any) -> np.ndarray | None:
    """Return what a tensor or the like holds; None for what is none."""
    if isinstance(value, type) or not hasattr(value, "__array__"):
        return None
    try:
        array = np.asarray(value)
    except Exception:  # symbolic tensors hold nothing, and a student's class may raise anything
        return None
    return array if array.dtype.kind in _KINDS else None


class Reader:
    """Reads values of a message."""

    def __init__(self, border: Border, heap: list[Any], blobs: list[bytes], known: list[Any] | None = None) -> None:
        """Take the objects of a message's heap in.

        Raises:
            BrokenMessageError: if the message is not as `Writer` writes it.
        """
        self.border, self.blobs = border, blobs
        self.objects = list(known or ())
        first = len(self.objects)
        entries = [(entry, [blobs[number] for number in numbers]) for entry, numbers in heap]
        self.objects += [None] * len(entries)
        for late in (False, True):  # what is made of other objects comes after these
            for place, entry in enumerate(entries, start=first):
                if (entry[0][0] in ("view", "layer of")) is late:
                    self.objects[place] = self._made(*entry)
        for place, (entry, _) in enumerate(entries, start=first):
            self._fill(self.objects[place], entry)

    def value(self, said: Any) -> Any:
        """Return the value that stands in JSON."""
        if not isinstance(said, list):
            return said
        match said:
            case ["at", place]:
                return self.objects[place]
            case ["tuple", items]:
                return tuple(self.value(item) for item in items)
            case ["frozenset", items]:
                return frozenset(self.value(item) for item in items)
            case ["int", digits]:
                return int(digits, 16)
            case ["number", kind, content]:
                return np.frombuffer(bytes.fromhex(content), _plain(kind))[0]
            case ["float" | "complex" as name, text]:
                return {"float": float, "complex": complex}[name](text)
            case ["str", text]:
                return str(text)
            case ["bytes", text]:
                return bytes.fromhex(text)
            case ["range" | "slice" as name, ends]:
                return {"range": range, "slice": slice}[name](*map(self.value, ends))
            case ["ellipsis"]:
                return ...
            case ["cannot", name, why]:
                return self._missed(name, why)
        raise BrokenMessageError(f"no value: {str(said)[:100]}")

    def _made(self, entry: Any, blobs: list[bytes]) -> Any:
        """Return an object of the heap; what containers hold comes later."""
        match entry:
            case ["list" | "set" | "dict" as name, _]:
                return {"list": list, "set": set, "dict": dict}[name]()
            case ["array", kind, shape, writeable]:
                array = np.frombuffer(bytearray(blobs[0]), _plain(kind)).reshape(shape)
                array.flags.writeable = bool(writeable)
                return array
            case ["view", place, offset, kind, shape, strides]:
                base = self.objects[place]
                return np.ndarray(tuple(shape), _plain(kind), base, offset, tuple(strides))
            case ["tensor", kind, shape]:
                array = np.frombuffer(blobs[0], _plain(kind)).reshape(shape)
                return sys.modules["keras"].ops.convert_to_tensor(array) if "keras" in sys.modules else array
            case ["yours", number]:
                return self.border.given[number]
            case ["function" | "object" as kind, number, name]:
                if kind == "object" and not self.border.opens_all:
                    self.border.missed.append(f"{name}: an object of an unknown kind")
                return self.border.taken.setdefault(number, _stand_in(kind, number, name, self.border))
            case ["network", number, description]:
                return self._network(number, description, blobs)
            case ["layer of", place, path]:
                return networks.at(self.objects[place], path)
            case ["cannot", name, why]:
                return self._missed(name, why)
        raise BrokenMessageError(f"no object: {str(entry)[:100]}")

    def _network(self, number: list, description: Any, blobs: list[bytes]) -> Any:
        whose, number = number
        known = self.border.given[number] if whose == "yours" else self.border.taken.get(number)
        if known is not None:
            self._update(known, description, blobs)
            return known
        try:
            network = networks.build(description, blobs)
        except networks.CannotCrossError as error:
            return self._missed("Model", str(error))
        self.border.taken[number] = network
        self.border.shares_variables(network)
        return network

    def _update(self, known: Any, description: Any, blobs: list[bytes]) -> None:
        try:
            networks.update(known, description, blobs)
        except networks.CannotCrossError as error:
            self._missed(type(known).__name__, str(error))

    def _missed(self, name: str, why: str) -> Any:
        self.border.missed.append(f"{name}: {why}")
        return type(str(name), (), {"__doc__": f"What could not cross: {why}"})()

    def _fill(self, made: Any, entry: Any) -> None:
        match entry:
            case ["list", items]:
                made[:] = map(self.value, items)
            case ["set", items]:
                made.clear()
                made.update(map(self.value, items))
            case ["dict", pairs]:
                made.clear()
                made.update((self.value(key), self.value(item)) for key, item in pairs)

    def change(self, place: int, entry: Any, blobs: list[bytes]) -> None:
        """Bring an object that both sides know to what the other side made of it."""
        known = self.objects[place]
        match entry:
            case ["list" | "set" | "dict", _]:
                self._fill(known, entry)
            case ["array", *_]:
                known[...] = self._made(entry, blobs)
            case ["network", _, description]:
                self._update(known, description, blobs)
            case ["cannot", name, why]:
                self._missed(name, why)


def _plain(kind: Any) -> np.dtype:
    """Return the type of array that is named, if it is one of plain bytes."""
    found = np.dtype(str(kind))
    if found.kind not in _KINDS:
        raise BrokenMessageError(f"no plain type: {str(kind)[:30]}")
    return found


class _Object:
    """Stands in for an object of the other side, which is asked for its public attributes."""

    def __getattr__(self, name: str) -> Any:
        border, number = object.__getattribute__(self, "_there")
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return border.ask(number, name, None)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        border, number = object.__getattribute__(self, "_there")
        return border.ask(number, "", (args, kwargs))


def _stand_in(kind: str, number: int, name: str, border: Border) -> Any:
    if kind == "object":
        stand_in = type(str(name) or "object", (_Object,), {})()
        stand_in._there = border, number
        return stand_in

    def function(*args: Any, **kwargs: Any) -> Any:
        return border.ask(number, "", (args, kwargs))

    function.__name__ = str(name) or "function"
    return function
