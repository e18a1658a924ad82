"""The network that the page "A photo of your own" runs in the browser: lab 07's probe on EfficientNet-Lite0.

The recipe is lab 07's solution, taken from its cells as `lenet` takes lab 06's. BatchNorm is folded into kernels and
biases, and kernels are rounded to 8 bits, each output channel on its own scale, so that there is little to be loaded.
"""

import base64
from dataclasses import asdict, dataclass
import hashlib
import io
import json
import math
import sys
from typing import TYPE_CHECKING

import numpy as np
from utils import _efficientnet
from utils._store import Arrays

from course.site import lenet, networks
from course.syllabus import CourseError, Lab, labs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import keras
    from sklearn.linear_model import LogisticRegression

RECIPE = (
    *("stamps", "x_stamps", "y_stamps", "stamp_backbone", "features"),
    *("halves", "probe", "splits", "stamp_probes", "stamp_probe"),
)
"""What lab 07 does to get its probes, by the names that its statements bind, in this order.

The last one is fitted to all stamps, for photos of one's own: the page has it. Those before it, each fitted to a half,
measure on the other half what rounding costs.
"""
SIZE = 160
STAMP = 259  # a drawn castle by Nicu Buculei, in the public domain
SHOWN = ("stem_conv", "block3b_dwconv", "block5c_dwconv", "top_conv")
"""Layers whose maps the page draws."""
MOST_BYTES = 5_000_000
_FORM = 2  # another number where other arrays are kept: those of before are then made anew
_LARGEST = 127
_NOTICE = (
    "EfficientNet-Lite0, M. Tan and Q. V. Le 2019, R. Liu 2020, converted by ML Illustrated 2020: Apache License 2.0, "
    "https://www.apache.org/licenses/LICENSE-2.0. Changed: BatchNorm is folded in, kernels are rounded to 8 bits."
)
_PICTURES = ("a cat", "a cup of coffee", "a stamp: a drawn castle")


@dataclass(frozen=True)
class Layer:
    """A convolution of the network, with the BatchNorm and the ReLU6 that belong to it."""

    name: str
    """In Keras."""
    stage: str
    """"stem", "block1" to "block7", "top"."""
    kind: str
    """"full", "depthwise" or "pointwise"."""
    kernel: int
    stride: int
    inputs: int
    outputs: int
    active: bool
    """Whether ReLU6 follows."""
    first: bool
    """Whether what comes in is what the shortcut around the block adds."""
    add: bool
    """Whether what came into the block is added."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the kernel's shape as it is kept: a row an output channel, but depthwise a place of the window."""
        window = (self.kernel, self.kernel)
        return (*window, self.outputs) if self.kind == "depthwise" else (self.outputs, *window, self.inputs)

    def multiplications(self, side: int) -> int:
        """Return how many multiplications give maps of so many rows and columns."""
        return side * side * math.prod(self.shape)


@dataclass(frozen=True)
class Stage:
    """A part of the network, as the page's table has it."""

    name: str
    convolutions: int
    side: int
    maps: int
    weights: int
    multiplications: int


def plan() -> "Iterator[Layer]":
    """Yield the backbone's convolutions, first to last."""
    yield Layer("stem_conv", "stem", "full", 3, 2, 3, 32, True, False, False)
    maps = 32
    for block in _efficientnet.blocks():
        stage, wide = block.name[:-1], maps * block.expansion
        widened = block.expansion != 1
        if widened:
            yield Layer(f"{block.name}_expand_conv", stage, "pointwise", 1, 1, maps, wide, True, True, False)
        size, stride = block.kernel_size, block.stride
        yield Layer(f"{block.name}_dwconv", stage, "depthwise", size, stride, wide, wide, True, not widened, False)
        add = stride == 1 and maps == block.filters
        yield Layer(f"{block.name}_project_conv", stage, "pointwise", 1, 1, wide, block.filters, False, False, add)
        maps = block.filters
    yield Layer("top_conv", "top", "pointwise", 1, 1, maps, 1280, True, False, False)


def stages(size: int = SIZE) -> list[Stage]:
    """Return the parts of the network, with the last maps of each, for a picture of a size."""
    found: dict[str, Stage] = {}
    side = size
    for layer in plan():
        side = -(-side // layer.stride)
        before = found.get(layer.stage, Stage(layer.stage, 0, 0, 0, 0, 0))
        found[layer.stage] = Stage(
            layer.stage,
            before.convolutions + 1,
            side,
            layer.outputs,
            before.weights + math.prod(layer.shape) + layer.outputs,
            before.multiplications + layer.multiplications(side),
        )
    return list(found.values())


def weights_script(lab: Lab | None = None) -> bytes:
    """Return `photo-weights.js`, which gives the page its network and its example pictures.

    The network is made once, in about a minute, and kept in the data folder; later calls only read it.

    Args:
        lab: lab 07; by default the course's.

    Raises:
        CourseError: if the lab has no such recipe, or the network can be neither read nor made and written.
    """
    return script(kept(lab))


def kept(lab: Lab | None = None, make: "Callable[[Lab], Arrays] | None" = None) -> Arrays:
    """Return the arrays of the network, from the data folder where they are there and whole.

    Args:
        lab: lab 07; by default the course's.
        make: what makes the network; by default `train`.
    """
    lab = lab or labs(["07"])[0]
    network = networks.Network(
        title="EfficientNet-Lite0 in 8 bits with lab 07's probe",
        version=digest(lab),
        licence="Apache-2.0 for the backbone; example pictures CC0 and in the public domain",
        source=f"made by the recipe of {lab.name}, section 3",
        sha256={},
    )
    return networks.load("photo", network, lab, make or train)


def digest(lab: Lab) -> str:
    """Return the name of a recipe: it changes with any of its statements, with the data and with the backbone."""
    from utils.backbones import SOURCES
    from utils.data import DATA_SETS

    data = [sorted(DATA_SETS["stamps"].sha256.items()), sorted(SOURCES["efficientnet_lite0"].sha256.items())]
    text = json.dumps([_FORM, STAMP, lenet.statements(lab, RECIPE), *data])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def train(lab: Lab) -> Arrays:
    """Fit the lab's probes, round the backbone to 8 bits, and measure both on stamps that a probe has not seen.

    Raises:
        CourseError: if the stamps, the backbone or the lab's packages cannot be had, or pictures have another size.
    """
    from utils.backbones import BackboneError
    from utils.data import DataError

    print("Making the network of lab 07 for the site (about a minute, once).", file=sys.stderr)
    try:
        done = lenet.namespace(lab, RECIPE)
        pictures = _pictures(done["x_stamps"])
    except (DataError, BackboneError, ImportError) as error:
        raise CourseError(f"the network of {lab.name} cannot be made for the site: {error}") from error
    if done["x_stamps"].shape[1:] != (SIZE, SIZE, 3):
        raise CourseError(f"{lab.solution}: the stamps are not {SIZE} x {SIZE}, which course/site/photo.py counts on")
    arrays = rounded(done["stamp_backbone"]) | {"pictures": pictures}
    arrays |= {"head_kernel": _kernel(done["stamp_probe"]), "head_bias": _bias(done["stamp_probe"])}
    return arrays | _compared(arrays, done)


def _compared(arrays: Arrays, done: dict) -> Arrays:
    """Return the answers of the probes of the lab's splits on their unseen halves, a split a row."""
    from utils.backbones import preprocess_input

    features = in_keras(arrays).predict(preprocess_input(done["x_stamps"]), verbose=0)
    unseen, probes = [test for _, test in done["splits"]], done["stamp_probes"]
    kernels, biases = [_kernel(probe) for probe in probes], [_bias(probe) for probe in probes]
    full = [probe.predict(done["features"][test]) for probe, test in zip(probes, unseen, strict=True)]
    small = [
        probabilities(features[test], kernel, bias).argmax(axis=-1)
        for test, kernel, bias in zip(unseen, kernels, biases, strict=True)
    ]
    answers = {"unseen": unseen, "truths": done["y_stamps"][np.array(unseen)], "in_full": full, "in_8_bits": small}
    answers = {name: np.array(values, dtype="int64") for name, values in answers.items()}
    return answers | {"split_kernels": np.array(kernels), "split_biases": np.array(biases)}


def _kernel(probe: "LogisticRegression") -> np.ndarray:
    return probe.coef_.astype("float32")


def _bias(probe: "LogisticRegression") -> np.ndarray:
    return probe.intercept_.astype("float32")


def _pictures(stamps: np.ndarray) -> np.ndarray:
    """Return the example pictures: two photos that come with scikit-image, the middle square of each, and a stamp."""
    from PIL import Image, ImageOps
    from skimage import data

    photos = [Image.fromarray(photo) for photo in (data.cat(), data.coffee())]
    return np.stack([*(np.asarray(ImageOps.fit(photo, (SIZE, SIZE))) for photo in photos), stamps[STAMP]])


def rounded(backbone: "keras.Model") -> Arrays:
    """Return a backbone's folded weights, those of all layers of `plan` in a row: kernels in 8 bits, scales, biases."""
    rows: dict[str, list[np.ndarray]] = {"kernels": [], "scales": [], "biases": []}
    for layer in plan():
        kernel, bias = folded(backbone, layer)
        axes = (0, 1) if layer.kind == "depthwise" else (1, 2, 3)
        scale = (np.abs(kernel).max(axis=axes, keepdims=True) / _LARGEST).astype("float32")
        scale[scale == 0] = 1
        rows["kernels"].append(np.rint(kernel / scale).astype("int8").ravel())
        rows["scales"].append(scale.ravel())
        rows["biases"].append(bias.astype("float32"))
    return {name: np.concatenate(parts) for name, parts in rows.items()}


def folded(backbone: "keras.Model", layer: Layer) -> tuple[np.ndarray, np.ndarray]:
    """Return a convolution's kernel, in the order that is kept, and its bias, with BatchNorm's numbers in them."""
    (kernel,) = (one.astype("float64") for one in backbone.get_layer(layer.name).get_weights())
    normalised = backbone.get_layer(_normalisation(layer))
    gamma, beta, mean, variance = (one.astype("float64") for one in normalised.get_weights())
    factor = gamma / np.sqrt(variance + normalised.epsilon)
    if layer.kind == "depthwise":
        return kernel[..., 0] * factor, beta - mean * factor
    return np.moveaxis(kernel * factor, -1, 0), beta - mean * factor


def _normalisation(layer: Layer) -> str:
    """Return the name of the BatchNorm after a convolution."""
    return layer.name.removesuffix("dwconv").removesuffix("conv") + "bn"


def split(arrays: Arrays) -> "Iterator[tuple[Layer, np.ndarray, np.ndarray]]":
    """Yield each layer, its kernel as numbers again, and its bias."""
    at = channel = 0
    for layer in plan():
        count, channels = math.prod(layer.shape), slice(channel, channel + layer.outputs)
        scale = arrays["scales"][channels]
        kernel = arrays["kernels"][at : at + count].reshape(layer.shape).astype("float32")
        kernel *= scale if layer.kind == "depthwise" else scale[:, None, None, None]
        yield layer, kernel, arrays["biases"][channels]
        at, channel = at + count, channel + layer.outputs


def in_keras(arrays: Arrays) -> "keras.Model":
    """Return the backbone in Keras with the kernels that 8 bits stand for; its BatchNorm only adds the bias."""
    from utils.backbones import backbone

    model = backbone("efficientnet_lite0", input_shape=(SIZE, SIZE, 3), pooling="avg", weights=None)
    for layer, kernel, bias in split(arrays):
        kernel = kernel[..., None] if layer.kind == "depthwise" else np.moveaxis(kernel, 0, -1)
        model.get_layer(layer.name).set_weights([kernel])
        adding, ones = model.get_layer(_normalisation(layer)), np.ones_like(bias)
        adding.set_weights([ones, bias, 0 * ones, ones - adding.epsilon])
    return model


def probabilities(features: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Return a probe's probabilities for rows of features."""
    logits = features.astype("float64") @ kernel.T + bias
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def measured(arrays: Arrays) -> dict[str, int]:
    """Return how many answers on unseen stamps there are, and how many are right in full, in 8 bits, and the same."""
    full, small, truths = arrays["in_full"], arrays["in_8_bits"], arrays["truths"]
    return {
        "count": truths.size,
        "right": int(np.sum(full == truths)),
        "rightRounded": int(np.sum(small == truths)),
        "same": int(np.sum(full == small)),
    }


def script(arrays: Arrays) -> bytes:
    """Return a script that assigns the network and the examples to `window.cnnLabs.photoWeights`.

    Raises:
        CourseError: if it would be too large for a page.
    """
    from utils.data import DATA_SETS

    network = {
        "size": SIZE,
        "classes": list(DATA_SETS["stamps"].class_names),
        "measured": measured(arrays),
        "shown": SHOWN,
        "layers": [asdict(layer) for layer in plan()],
        "head": {name: _text(arrays[f"head_{name}"].astype("<f4")) for name in ("kernel", "bias")},
        "examples": [
            {"name": name, "png": base64.b64encode(_png(picture)).decode()}
            for name, picture in zip(_PICTURES, arrays["pictures"], strict=True)
        ],
        "kernels": _text(arrays["kernels"]),
        "scales": _text(arrays["scales"].astype("<f4")),
        "biases": _text(arrays["biases"].astype("<f4")),
    }
    start = f"/* {_NOTICE} */\nwindow.cnnLabs = window.cnnLabs || {{}};\nwindow.cnnLabs.photoWeights = "
    text = start + json.dumps(network) + ";\n"
    if len(text) > MOST_BYTES:
        raise CourseError(f"photo-weights.js would have {len(text):,} bytes; {MOST_BYTES:,} at most")
    return text.encode()


def _text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


def _png(picture: np.ndarray) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(picture).save(file, "png", optimize=True)
    return file.getvalue()
