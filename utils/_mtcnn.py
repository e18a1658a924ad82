"""MTCNN's three networks as Keras models: Zhang, Zhang, Li and Qiao (2016), *Joint face detection and alignment*."""

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

# A convolution is its filters and its kernel's size, a pooling its window (the stride is 2) and its padding.
_PARTS = {
    "pnet": (None, [(10, 3), ("pool", 2, "same"), (16, 3), (32, 3)], None),
    "rnet": (24, [(28, 3), ("pool", 3, "same"), (48, 3), ("pool", 3, "valid"), (64, 2)], 128),
    "onet": (
        48,
        [(32, 3), ("pool", 3, "same"), (64, 3), ("pool", 3, "valid"), (64, 3), ("pool", 2, "same"), (128, 2)],
        256,
    ),
}


def build(name: str) -> "keras.Model":
    """Return a network with random weights.

    Args:
        name: "pnet", "rnet" or "onet".

    Returns:
        A model from images to a list: probabilities (no face, face) and the four corrections of a box; for "onet" the ten
        coordinates of five points as well.
    """
    import keras
    from keras import layers

    side, parts, units = _PARTS[name]
    inputs = x = keras.Input((side, side, 3), name="images")
    for part in parts:
        if part[0] == "pool":
            x = layers.MaxPooling2D(part[1], strides=2, padding=part[2])(x)
        else:
            x = layers.PReLU(shared_axes=[1, 2])(layers.Conv2D(*part)(x))
    if units is None:
        heads = [layers.Conv2D(2, 1, name="faces")(x), layers.Conv2D(4, 1, name="corrections")(x)]
    else:
        x = layers.PReLU()(layers.Dense(units)(layers.Flatten()(x)))
        heads = [layers.Dense(2, name="faces")(x), layers.Dense(4, name="corrections")(x)]
        if name == "onet":
            heads.append(layers.Dense(10, name="points")(x))
    return keras.Model(inputs, [layers.Softmax()(heads[0]), *heads[1:]], name=name)


def set_weights(model: "keras.Model", row: np.ndarray) -> None:
    """Fill a model with all its weights in one row, float32, in the order of its layers."""
    values, position = [], 0
    for variable in model.weights:
        size = math.prod(variable.shape)
        values.append(row[position : position + size].reshape(variable.shape))
        position += size
    model.set_weights(values)
