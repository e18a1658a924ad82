"""EfficientNet-Lite0 as a Keras model: EfficientNet-B0 without squeeze-and-excite, and ReLU6 for swish.

Tan and Le (2019), EfficientNet; Liu (2020), EfficientNet-Lite. Layers are named, so that weights find their place.
"""

from collections.abc import Iterator
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import keras


class Block(NamedTuple):
    """One inverted residual block: "block1a", then "block2a", "block2b", ..."""

    name: str
    kernel_size: int
    stride: int
    expansion: int
    filters: int


# How often a block is repeated, its kernel's size, the first one's stride, its expansion, its filters.
_STAGES = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
           (1, 3, 1, 6, 320)]  # fmt: skip
_CONVOLUTION = {"padding": "same", "use_bias": False}


def blocks() -> Iterator[Block]:
    """Yield the blocks, first to last."""
    for stage, (repeats, kernel_size, stride, expansion, filters) in enumerate(_STAGES, start=1):
        for repeat in range(repeats):
            name = f"block{stage}{'abcd'[repeat]}"
            yield Block(name, kernel_size, stride if repeat == 0 else 1, expansion, filters)


def layers() -> Iterator[tuple[str, str]]:
    """Yield the layers with weights, first to last: the name in Keras, the name in the published PyTorch file."""
    yield from [("stem_conv", "_conv_stem"), ("stem_bn", "_bn0")]
    for index, block in enumerate(blocks()):
        if block.expansion != 1:
            yield f"{block.name}_expand_conv", f"_blocks.{index}._expand_conv"
            yield f"{block.name}_expand_bn", f"_blocks.{index}._bn0"
        yield f"{block.name}_dwconv", f"_blocks.{index}._depthwise_conv"
        yield f"{block.name}_bn", f"_blocks.{index}._bn1"
        yield f"{block.name}_project_conv", f"_blocks.{index}._project_conv"
        yield f"{block.name}_project_bn", f"_blocks.{index}._bn2"
    yield from [("top_conv", "_conv_head"), ("top_bn", "_bn1"), ("predictions", "_fc")]


def build(input_shape: tuple[int, int, int], include_top: bool, pooling: str | None) -> "keras.Model":
    """Return the network with random weights; the arguments are those of `utils.backbones.backbone`."""
    import keras

    inputs = keras.Input(input_shape, name="images")
    x = _convolution(inputs, 32, 3, "stem_", strides=2)
    for block in blocks():
        x = _block(x, block)
    x = _convolution(x, 1280, 1, "top_")
    if include_top or pooling == "avg":
        x = keras.layers.GlobalAveragePooling2D(name="avg_pool")(x)
    if include_top:
        x = keras.layers.Dropout(0.2, name="top_dropout")(x)
        x = keras.layers.Dense(1000, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, x, name="efficientnet_lite0")


def _convolution(x, filters: int, kernel_size: int, name: str, *, strides: int = 1, active: bool = True):
    import keras

    x = keras.layers.Conv2D(filters, kernel_size, strides=strides, name=f"{name}conv", **_CONVOLUTION)(x)
    return _normalised(x, name, active=active)


def _normalised(x, name: str, *, active: bool = True):
    import keras

    x = keras.layers.BatchNormalization(epsilon=1e-3, momentum=0.99, name=f"{name}bn")(x)
    return keras.layers.ReLU(6.0, name=f"{name}activation")(x) if active else x


def _block(x, block: Block):
    """Widen, filter each channel by itself, narrow, and add what came in where the shapes agree."""
    import keras

    before, name = x, block.name
    if block.expansion != 1:
        x = _convolution(x, x.shape[-1] * block.expansion, 1, f"{name}_expand_")
    x = keras.layers.DepthwiseConv2D(block.kernel_size, strides=block.stride, name=f"{name}_dwconv", **_CONVOLUTION)(x)
    x = _normalised(x, f"{name}_")
    x = _convolution(x, block.filters, 1, f"{name}_project_", active=False)
    if block.stride == 1 and before.shape[-1] == block.filters:
        x = keras.layers.Add(name=f"{name}_add")([x, before])
    return x


def set_weights(model: "keras.Model", row: np.ndarray) -> None:
    """Fill a model with all weights in one row, float32, in the order of `layers`.

    The last layer is left out where the model has none.
    """
    names, position = {layer.name for layer in model.layers}, 0
    for name, _ in layers():
        if name in names:
            layer, values = model.get_layer(name), []
            for variable in layer.weights:
                values.append(row[position : position + math.prod(variable.shape)].reshape(variable.shape))
                position += values[-1].size
            layer.set_weights(values)
