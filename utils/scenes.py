"""Scenes for detection and segmentation: cut-out stamps on drawn and photographed backgrounds, with boxes and masks.

The stamps are those of `load("stamps")`, in five classes. They are split before anything is composed, and so are the photos
behind them: what stands in a validation or test scene is in no training scene.
"""

import functools
from typing import NamedTuple

from utils.data import load, stamps_opacity
import numpy as np

CLASSES = {
    "animal": ("mammal", "bird"),
    "fruit or vegetable": ("fruit or vegetable",),
    "flower": ("flower",),
    "vehicle": ("vehicle",),
    "coin": ("coin",),
}
"""Class of a scene's object -> classes of the stamps. Insects and buildings are left out."""

SHARES = {"train": 0.6, "val": 0.2, "test": 0.2}
"""Of each class's stamps."""
MOST_OBJECTS = 10
OPAQUE = 128
"""From this opacity on a pixel belongs to the object."""
MOST_HIDDEN = 0.25
"""Of an object's pixels, behind those that stand before it."""
LEAST_PIXELS = 20
"""Of an object: a thin one can fade away when it is made small."""

_PHOTOS = {
    "train": ("coffee", "grass", "rocket", "brick"),
    "val": ("china", "gravel", "hubble_deep_field"),
    "test": ("china", "gravel", "hubble_deep_field"),
}
_TRIES = 30


class Scenes(NamedTuple):
    """Composed pictures and what is in them."""

    images: np.ndarray
    """uint8 (n, size, size, 3)."""
    boxes: list[np.ndarray]
    """For each image float32 (k, 4): left, top, right, bottom in pixels, around what is visible; right and bottom are the
    first column and row that do not belong to it, so that a width is right - left."""
    labels: list[np.ndarray]
    """For each image int64 (k,): positions in `class_names`."""
    semantic: np.ndarray
    """uint8 (n, size, size): 0 for the background, 1 + the position in `class_names`."""
    instances: np.ndarray
    """uint8 (n, size, size): 0 for the background, 1 + the position in this image's `boxes`."""
    stamps: list[np.ndarray]
    """For each image int64 (k,): which stamp, counted through the training and then the test images of `load("stamps")`."""
    class_names: tuple[str, ...]


def compose(
    count: int,
    split: str = "train",
    *,
    size: int = 128,
    objects: tuple[int, int] = (1, 3),
    background: str = "both",
    seed: int = 0,
) -> Scenes:
    """Return scenes, the same ones for the same arguments.

    Args:
        count: how many, 1 or more.
        split: "train", "val" or "test": whose stamps and photos are used.
        size: height and width in pixels, 32 or more.
        objects: the least and the greatest number of objects in a scene, 1 to 10. Where no room is left for another, a scene
            has fewer, and never none.
        background: "drawn" for smooth random colours, "photo" for parts of photos, "both" for one of them by chance.
        seed: of everything that is left to chance; scenes of another split differ with the same seed.

    Raises:
        ValueError: for arguments outside these.
        utils.data.DataError: if the stamps cannot be had.
    """
    _check(count, split, size, objects, background)
    random = np.random.default_rng([seed, list(SHARES).index(split)])
    scenes = [_scene(random, split, size, objects, background) for _ in range(count)]
    images, instances, stamps = zip(*scenes)
    classes = _stamps().classes
    labels = [classes[numbers] for numbers in stamps]
    semantic = [np.append(-1, label)[mask] + 1 for label, mask in zip(labels, instances)]
    return Scenes(
        images=np.stack(images),
        boxes=[_boxes(mask, len(numbers)) for mask, numbers in zip(instances, stamps)],
        labels=labels,
        semantic=np.stack(semantic).astype(np.uint8),
        instances=np.stack(instances),
        stamps=list(stamps),
        class_names=tuple(CLASSES),
    )


def _check(count: int, split: str, size: int, objects: tuple[int, int], background: str) -> None:
    if count < 1:
        raise ValueError(f"count is how many scenes there are to be, 1 or more, got {count}")
    if split not in SHARES:
        raise ValueError(f"split is one of {', '.join(SHARES)}, got {split!r}")
    if size < 32:
        raise ValueError(f"size is 32 pixels or more, got {size}")
    if len(objects) != 2 or not 1 <= objects[0] <= objects[1] <= MOST_OBJECTS:
        raise ValueError(f"objects are a least and a greatest number, 1 to {MOST_OBJECTS}, got {objects}")
    if background not in ("drawn", "photo", "both"):
        raise ValueError(f'background is "drawn", "photo" or "both", got {background!r}')


class _Stamps(NamedTuple):
    images: np.ndarray
    opacity: np.ndarray
    classes: np.ndarray
    """Position in `CLASSES`, or -1 for a stamp that no scene shows."""
    split: dict[str, np.ndarray]
    """Split -> which stamps."""


@functools.cache
def _stamps() -> _Stamps:
    from sklearn.model_selection import train_test_split

    data = load("stamps")
    position = {name: index for index, names in enumerate(CLASSES.values()) for name in names}
    classes = np.array([position.get(data.class_names[label], -1) for label in np.append(data.y_train, data.y_test)])
    used = np.flatnonzero(classes >= 0)
    train, rest = train_test_split(used, train_size=SHARES["train"], stratify=classes[used], random_state=0)
    val, test = train_test_split(rest, test_size=0.5, stratify=classes[rest], random_state=0)
    return _Stamps(
        images=np.concatenate([data.x_train, data.x_test]),
        opacity=np.concatenate(stamps_opacity()),
        classes=classes,
        split={"train": np.sort(train), "val": np.sort(val), "test": np.sort(test)},
    )


def _scene(
    random: np.random.Generator, split: str, size: int, objects: tuple[int, int], background: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return one image, its instance mask, and which stamps are in it."""
    kind = background if background != "both" else str(random.choice(["drawn", "photo"]))
    image = _drawn(random, size) if kind == "drawn" else _photo(random, split, size)
    instances, stamps, areas = np.zeros((size, size), np.uint8), [], []
    left = int(random.integers(objects[0], objects[1] + 1))
    while left > 0 or not stamps:
        left -= 1
        label = int(random.integers(len(CLASSES)))  # classes are equally frequent, stamps of a class as well
        candidates = _stamps().split[split]
        stamp = int(random.choice(candidates[_stamps().classes[candidates] == label]))
        on_white, opacity = _resized(random, stamp, size)
        mask = opacity >= OPAQUE
        place = _free_place(random, mask, instances, areas) if mask.sum() >= LEAST_PIXELS else None
        if place is None:
            continue
        part = image[place]
        clear = 1 - opacity[..., None] / 255
        image[place] = np.clip(on_white - clear * (255 - part), 0, 255)
        stamps.append(stamp)
        areas.append(mask.sum())
        instances[place][mask] = len(stamps)
    return image.round().astype(np.uint8), instances, np.array(stamps, np.int64)


def _resized(random: np.random.Generator, stamp: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a stamp on white and its opacity, cut to its edges, at a size by chance and mirrored by chance."""
    from PIL import Image

    arrays = _stamps().images[stamp], _stamps().opacity[stamp]
    rows, columns = (np.flatnonzero(arrays[1].max(axis=axis) >= OPAQUE) for axis in (1, 0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    longest = random.uniform(0.28, 0.6) * size
    scale = longest / max(bottom - top, right - left)
    to = max(4, round((right - left) * scale)), max(4, round((bottom - top) * scale))
    step = -1 if random.random() < 0.5 else 1
    cut = [Image.fromarray(array[top:bottom, left:right]).resize(to, Image.Resampling.BILINEAR) for array in arrays]
    on_white, opacity = (np.asarray(picture)[:, ::step].astype(float) for picture in cut)
    return on_white, opacity


def _free_place(
    random: np.random.Generator, mask: np.ndarray, instances: np.ndarray, areas: list[int]
) -> tuple[slice, slice] | None:
    """Return where an object may stand so that those behind it stay visible; None if chance finds no such place."""
    visible = np.bincount(instances.ravel(), minlength=len(areas) + 1)[1:]
    for _ in range(_TRIES):
        top, left = (int(random.integers(instances.shape[axis] - mask.shape[axis] + 1)) for axis in (0, 1))
        place = slice(top, top + mask.shape[0]), slice(left, left + mask.shape[1])
        hidden = np.bincount(instances[place][mask], minlength=len(areas) + 1)[1:]
        if np.all(visible - hidden >= (1 - MOST_HIDDEN) * np.array(areas)):
            return place
    return None


def _boxes(instances: np.ndarray, count: int) -> np.ndarray:
    boxes = np.zeros((count, 4), np.float32)
    for number in range(count):
        rows, columns = np.nonzero(instances == number + 1)
        boxes[number] = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return boxes


def _drawn(random: np.random.Generator, size: int) -> np.ndarray:
    """Return smooth random colours, with some bars across them: floats (size, size, 3), 0 to 255."""
    from PIL import Image

    coarse = random.integers(0, 256, (int(random.integers(2, 6)), int(random.integers(2, 6)), 3)).astype(np.uint8)
    image = np.asarray(Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC)).astype(float)
    rows, columns = np.mgrid[:size, :size] / size
    for _ in range(int(random.integers(0, 4))):
        angle, offset, width = random.uniform(0, np.pi), random.uniform(-0.5, 1), random.uniform(0.02, 0.15)
        across = columns * np.cos(angle) + rows * np.sin(angle) - offset
        image[np.abs(across) < width / 2] = random.integers(0, 256, 3)
    return image


@functools.cache
def _photos(name: str) -> np.ndarray:
    import skimage.color
    import skimage.data
    from sklearn.datasets import load_sample_image

    photo = load_sample_image("china.jpg") if name == "china" else getattr(skimage.data, name)()
    return photo if photo.ndim == 3 else skimage.color.gray2rgb(photo)


def _photo(random: np.random.Generator, split: str, size: int) -> np.ndarray:
    """Return a part of a photo, its colours shifted by chance: floats (size, size, 3), 0 to 255."""
    from PIL import Image

    photo = _photos(str(random.choice(_PHOTOS[split])))
    side = int(random.integers(128, 1 + min(photo.shape[:2])))
    top, left = (int(random.integers(photo.shape[axis] - side + 1)) for axis in (0, 1))
    part = Image.fromarray(photo[top : top + side, left : left + side]).resize((size, size), Image.Resampling.BILINEAR)
    return np.clip(np.asarray(part) * random.uniform(0.6, 1.3, 3), 0, 255)
