"""Networks and layers of Keras as configuration and weights: nothing is built that is not Keras's own, and no code crosses."""

from collections.abc import Iterator
import sys
from typing import Any

import numpy as np

_CODE = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "function", "__lambda__"}
"""What holds code, or reads it from a file."""


class CannotCrossError(Exception):
    """A network that is more than configuration and weights; the message says why."""


def is_layer(value: Any) -> bool:
    """Tell whether a value is a layer or network of Keras."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Layer)


def describe(layer: Any) -> tuple[Any, list[bytes]]:
    """Return a layer as JSON, and the bytes of its weights.

    Raises:
        CannotCrossError: if it has classes or functions that are not Keras's, or cannot be put into words.
    """
    keras = sys.modules["keras"]
    try:
        config = keras.saving.serialize_keras_object(layer)
        compiled = layer.get_compile_config() if getattr(layer, "compiled", False) else None
        compiled = keras.saving.serialize_keras_object(compiled)
    except Exception as error:  # whatever a class of the student's raises in get_config
        raise CannotCrossError(f"its configuration cannot be had ({type(error).__name__})") from error
    _only_of_keras((config, compiled))
    arrays = [np.asarray(variable) for variable in layer.weights]
    shapes = [[array.dtype.str, list(array.shape)] for array in arrays]
    trainable = [[bool(one.trainable) for one in several] for several in (layer._flatten_layers(), layer.weights)]
    description = {"config": config, "compiled": compiled, "weights": shapes, "trainable": trainable}
    return description, [array.tobytes() for array in arrays]


def build(description: Any, blobs: list[bytes]) -> Any:
    """Return the layer that `describe` described.

    Raises:
        CannotCrossError: if it names what is not Keras's, or does not fit its weights.
    """
    keras = sys.modules["keras"]
    _only_of_keras((description["config"], description["compiled"]))
    try:
        layer = keras.saving.deserialize_keras_object(description["config"], safe_mode=True)
    except Exception as error:  # Keras raises many kinds for a configuration that makes no sense
        raise CannotCrossError(f"its configuration makes no layer ({type(error).__name__})") from error
    update(layer, description, blobs)
    return layer


def update(layer: Any, description: Any, blobs: list[bytes]) -> None:
    """Bring a layer to the weights, the flags and the compilation that `describe` described.

    Raises:
        CannotCrossError: if it is built otherwise.
    """
    parts, variables = list(layer._flatten_layers()), layer.weights
    if len(parts) != len(description["trainable"][0]):
        raise CannotCrossError("its layers were changed")
    if [list(variable.shape) for variable in variables] != [shape for _, shape in description["weights"]]:
        raise CannotCrossError("its weights have other shapes")
    for several, flags in zip((parts, variables), description["trainable"]):
        for one, flag in zip(several, flags):  # a network comes before its layers, whose flags it sets
            if one.trainable != flag:
                one.trainable = flag
    for variable, (kind, shape), blob in zip(variables, description["weights"], blobs):
        variable.assign(np.frombuffer(blob, np.dtype(kind)).reshape(shape))
    compiled = description["compiled"]
    if compiled is not None and compiled != _compiled(layer):
        _only_of_keras(compiled)
        layer.compile_from_config(compiled)


def _compiled(layer: Any) -> Any:
    if not getattr(layer, "compiled", False):
        return None
    return sys.modules["keras"].saving.serialize_keras_object(layer.get_compile_config())


def place_in(layer: Any, network: Any) -> int | None:
    """Return the place of a layer among those of a network; None where it is none of them."""
    return next((place for place, part in enumerate(network._flatten_layers()) if part is layer), None)


def at(network: Any, place: int) -> Any:
    """Return the layer at a place of a network."""
    return list(network._flatten_layers())[place]


def _only_of_keras(config: Any) -> None:
    """Raise `CannotCrossError` where a configuration names a class or function that is not Keras's own."""
    for part in _dictionaries(config):
        name, module, registered = (part.get(key) for key in ("class_name", "module", "registered_name"))
        where = "keras" if module is None and str(name).startswith("__") else str(module).split(".")[0]
        is_ours = where == "keras" and registered in (None, name)
        if name is not None and (name in _CODE or not is_ours):
            raise CannotCrossError(f"it has a {name}, which is not of Keras alone")


def _dictionaries(config: Any) -> Iterator[dict]:
    """Yield the dictionaries in a configuration, from the outside in."""
    pending = [config]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            yield part
            pending += part.values()
        elif isinstance(part, list | tuple):
            pending += part
