"""Spoilers: what makes a wrong answer of a right one, or the same answer in another style.

A spoiler takes a function and returns one that stands in for it and hands out its results changed. What it returns has
`changed`, a list with an entry for each change: an empty one tells that the spoiler does not apply to this function, because
nothing that it could change came by.

Grading ships the source of this module into the sandbox, where there is no `course`: it imports NumPy, and nothing else that
is not loaded there already.
"""

from collections.abc import Callable, Iterator
import contextlib
import sys
from typing import Any

import numpy as np

Spoiler = Callable[[Callable], Callable]


def control(function: Callable) -> Callable:
    """Return a stand-in whose results are all off, which every check has to refuse.

    What it returns has the right kind and shape, so it comes as far as a check's comparisons, which is where a check that was
    tampered with lets it pass. What the function did to a network that it was given, such as training it, is undone.

    Raises:
        NotImplementedError: when it is called, where there is nothing to spoil (None, an object of an unknown kind). That
            never passes a check, and finds nothing either.
    """

    def wrong(*args: Any, **kwargs: Any) -> Any:
        wrong.changed.clear()
        with _training_undone((*args, *kwargs.values()), wrong.changed):
            result = _off(function(*args, **kwargs), wrong.changed)
        if not wrong.changed:
            raise NotImplementedError("there is nothing to spoil in this result")
        return result

    return stand_in(wrong)


def obliging(function: Callable) -> Callable:
    """Return a stand-in that refuses nothing: where the function raises an error, it returns None."""

    def wrong(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception:
            wrong.changed.append(True)
            return None

    return stand_in(wrong)


def nothing(function: Callable) -> Callable:
    """Return a stand-in that returns None and does nothing."""

    def wrong(*args: Any, **kwargs: Any) -> None:
        wrong.changed.append(True)

    return stand_in(wrong)


def changed_input(function: Callable) -> Callable:
    """Return a stand-in that returns what is right and adds 1 to the arrays that it was given."""

    def wrong(*args: Any, **kwargs: Any) -> Any:
        result = _each(lambda value: np.array(value) if _is_array(value) else value, function(*args, **kwargs))
        for argument in args:
            if isinstance(argument, np.ndarray) and argument.size:
                argument += np.ones((), argument.dtype)
                wrong.changed.append(True)
        return result

    return stand_in(wrong)


def _every(change: Callable[[Any], Any]) -> Spoiler:
    """Return the spoiler that changes all of a result; it applies to every one."""

    def spoiler(function: Callable) -> Callable:
        def wrong(*args: Any, **kwargs: Any) -> Any:
            result = _each(change, function(*args, **kwargs))
            wrong.changed.append(True)
            return result

        return stand_in(wrong)

    return spoiler


def _where(applies: Callable[[Any], bool], change: Callable[[Any], Any]) -> Spoiler:
    """Return the spoiler that changes those values of a result that it applies to."""

    def spoiler(function: Callable) -> Callable:
        def other(*args: Any, **kwargs: Any) -> Any:
            return _each(lambda value: changed(value) if applies(value) else value, function(*args, **kwargs))

        def changed(value: Any) -> Any:
            result = change(value)
            other.changed.append(True)
            return result

        return stand_in(other)

    return spoiler


def stand_in(wrapper: Callable) -> Callable:
    """Return what stands in for a function, with a list for its changes."""
    wrapper.changed = []
    return wrapper


def _each(change: Callable[[Any], Any], value: Any) -> Any:
    """Return a result with each of its values changed: those of a tuple or a list, or itself."""
    if isinstance(value, tuple | list):
        items = (_each(change, item) for item in value)
        return value._make(items) if hasattr(value, "_make") else type(value)(items)
    return change(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, bool | int | float | np.number)


def _is_array(value: Any) -> bool:
    """Tell whether a value is an array or a tensor, of one axis at least; a network is none."""
    return hasattr(value, "shape") and hasattr(value, "dtype") and not hasattr(value, "layers") and len(value.shape) > 0


def _is_matrix(value: Any) -> bool:
    return _is_array(value) and len(value.shape) > 1


def _is_of_floats(value: Any) -> bool:
    return _is_array(value) and np.asarray(value).dtype.kind == "f"


def _zeros(value: Any) -> Any:
    if _is_array(value):
        return np.zeros(value.shape, np.asarray(value).dtype)
    return 0 if _is_number(value) else None


def _constant(value: Any) -> Any:
    return np.full(value.shape, 3, np.asarray(value).dtype) if _is_array(value) else 42


def _one_axis_more(value: Any) -> Any:
    if _is_array(value):
        return np.asarray(value)[..., None]
    return np.array([value, value]) if _is_number(value) else [value]


def _swapped_axes(value: Any) -> np.ndarray:
    first = 1 if len(value.shape) > 2 else 0
    return np.swapaxes(np.asarray(value), first, first + 1)


def _tensor(value: Any) -> Any:
    import keras  # may be loaded here: no control comes by

    return keras.ops.convert_to_tensor(value)


def _off(value: Any, changed: list[bool]) -> Any:
    """Return a result in which every value that can be is another one, of the same kind and shape."""
    if isinstance(value, dict):
        return {key: _off(item, changed) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return _each(lambda item: _off(item, changed), value)
    for spoil in (_scalar_off, _network_off, _array_off):
        spoiled = spoil(value)
        if spoiled is not None:
            changed.append(True)
            return spoiled
    return value


def _scalar_off(value: Any) -> Any:
    """Return another number, truth value or text; None for what is none of these."""
    if isinstance(value, bool | np.bool_):
        return not value
    if isinstance(value, str):
        return value + "?"
    if isinstance(value, np.integer):
        return ~value
    if isinstance(value, int | float | np.number):
        return value + 1 + abs(value) if np.isfinite(value) else 0.0
    return None


def _network_off(value: Any) -> Any:
    """Return the network with another one behind it; None for what is no network."""
    if not _is_network(value):
        return None
    keras = sys.modules["keras"]
    return keras.Sequential([value, keras.layers.Flatten(), keras.layers.Dense(7)])


def _array_off(value: Any) -> Any:
    """Return an array or tensor of other numbers, alike in shape and type; None for what is none, or an empty one."""
    if not (hasattr(value, "shape") and hasattr(value, "dtype")):
        return None
    array = np.asarray(value)
    if array.size == 0 or array.dtype.kind not in "biufc":
        return None
    if array.dtype.kind in "biu":
        array = ~array  # of whole numbers, -n - 1: far off, whatever the size, and it cannot overflow
    else:
        array = np.where(np.isfinite(array), array + 1 + abs(array), 0).astype(array.dtype)
    keras = sys.modules.get("keras")
    is_tensor = keras is not None and not isinstance(value, np.ndarray | np.generic)
    return keras.ops.convert_to_tensor(array) if is_tensor else array


def _is_network(value: Any) -> bool:
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


@contextlib.contextmanager
def _training_undone(values: tuple, changed: list[bool]) -> Iterator[None]:
    """Give the networks among some values the weights back that they have at the beginning."""
    networks = [value for value in values if _is_network(value)]
    before = [network.get_weights() for network in networks]
    yield
    for network, weights in zip(networks, before):
        if len(network.weights) == len(weights):
            network.set_weights(weights)
            changed.append(True)


MUTANTS: dict[str, Spoiler] = {
    "None": nothing,
    "zeros": _every(_zeros),
    "constant": _every(_constant),
    "wrong shape": _every(_one_axis_more),
    "swapped axes": _where(_is_matrix, _swapped_axes),
    "changed input": changed_input,
}
"""What every check has to refuse, where it applies."""
STYLES: dict[str, Spoiler] = {
    "in float32": _where(_is_of_floats, lambda value: np.asarray(value, np.float32)),
    "in float64": _where(_is_of_floats, lambda value: np.asarray(value, np.float64)),
    "as a tensor": _where(_is_of_floats, _tensor),
}
"""What every check has to accept, where it applies."""
