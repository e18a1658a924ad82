"""Functions of a library taken away for the time of a call, wherever they are known by their name."""

from collections.abc import Callable, Iterable, Iterator
import contextlib
from functools import cache
import pydoc
import sys
from types import ModuleType
from typing import Any


@contextlib.contextmanager
def taken_away(names: Iterable[str], function: Callable, refuse: Callable[[str], Exception]) -> Iterator[None]:
    """Let each of the functions or classes raise what `refuse` returns for its name.

    They are replaced in every loaded module that has them under their own name, and among the names that `function` sees,
    whatever they are called there.

    Args:
        names: such as "keras.ops.softmax"; "scipy.ndimage.*" stands for all that the module offers.
        function: whose names are looked through.
        refuse: gets the name and returns what to raise.

    A function of another process, as in grading, takes them away itself, by a method `taken_away`.

    Raises:
        ImportError: if there is no such name.
    """
    names = list(names)
    if not names:
        yield
        return
    if hasattr(function, "taken_away"):
        with function.taken_away(names, refuse):
            yield
        return
    places: list[tuple[dict, str, Any]] = []
    try:
        libraries = {name: _located(name) for name in _spelled_out(names)}
        for name, place, key in list(_where(libraries, function)):
            places.append((place, key, place[key]))
            place[key] = _refusing(name, refuse)
        yield
    finally:
        for place, key, library in reversed(places):
            place[key] = library


def _refusing(name: str, refuse: Callable[[str], Exception]) -> Callable:
    def raise_it(*_: Any, **__: Any) -> None:
        raise refuse(name)

    return raise_it


def _spelled_out(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name.endswith(".*"):
            module = _located(name[:-2])
            public = getattr(module, "__all__", None) or [key for key in vars(module) if not key.startswith("_")]
            yield from (f"{name[:-1]}{key}" for key in public if callable(getattr(module, key)))
        else:
            yield name


@cache
def _located(name: str) -> Any:
    found = pydoc.locate(name)
    if found is None:
        raise ImportError(f"there is no {name}")
    return found


def _where(libraries: dict[str, Any], function: Callable) -> Iterator[tuple[str, dict, str]]:
    """Yield which of these stand in which namespace, and under which name."""
    wanted: dict[str, list[str]] = {}
    for name in libraries:
        wanted.setdefault(name.rpartition(".")[2], []).append(name)
    for module in list(sys.modules.values()):
        namespace = vars(module) if isinstance(module, ModuleType) else {}
        for key in wanted.keys() & namespace.keys():
            yield from [(name, namespace, key) for name in wanted[key] if namespace[key] is libraries[name]][:1]
    seen, by_identity = getattr(function, "__globals__", {}), {id(library): name for name, library in libraries.items()}
    yield from [(by_identity[id(value)], seen, key) for key, value in seen.items() if id(value) in by_identity]
