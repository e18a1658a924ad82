"""Tux Paint's stamps: which pictures belong to which class, and how one becomes an image."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from utils import _arrays
from utils.sources import SourceError, verify

if TYPE_CHECKING:
    from PIL import Image

IMAGE_SIZE = 160
# Class name -> folders below `stamps/`, read with all their subfolders.
FOLDERS = {
    "mammal": ("animals/mammals", "animals/marsupials"),
    "bird": ("animals/birds",),
    "insect": ("animals/insects",),
    "fruit or vegetable": ("food/fruit", "food/vegetables"),
    "flower": ("plants/flowers",),
    "building": ("town/houses", "town/monuments"),
    "vehicle": ("vehicles",),
    "coin": ("symbols/money",),
}
# Of the lines "relative path, space, sha256 of what `as_image` gives", sorted. Not of the files, which differ from source to
# source: Debian takes the dates out of them.
_SHA256 = "f465d822b701de132b48d41566183effebbcc12bfbf0635af3926d2f94b2f518"


def pictures(root: Path) -> dict[str, list[Path]]:
    """Return the pictures of each class, verified as a whole.

    Args:
        root: the folder `stamps` of Tux Paint's, with its subfolders.

    Returns:
        Class name -> paths of PNG files, sorted; mirrored and flipped copies are left out.

    Raises:
        SourceError: if a picture is missing, added or altered.
    """
    classes, lines = {}, []
    for label, places in FOLDERS.items():
        found = [path for place in places for path in (root / place).rglob("*.png")]
        found.sort(key=lambda path: path.relative_to(root).parts)  # paths themselves sort otherwise on Windows
        classes[label] = [path for path in found if not path.stem.endswith(("_mirror", "_flip", "_mirror_flip"))]
        for path in classes[label]:
            lines.append(f"{path.relative_to(root).as_posix()} {_arrays.digest(_readable(path))}\n")
    verify("".join(sorted(lines)).encode(), _SHA256, f"the set of {len(lines)} stamp pictures")
    return classes


def _readable(path: Path) -> np.ndarray:
    try:
        return as_image(path)
    except (OSError, ValueError, TypeError) as error:  # what Pillow raises for a damaged file, and for an empty picture
        raise SourceError(f"the stamp {path.name} is no picture: {error}") from error


def as_image(path: Path) -> np.ndarray:
    """Return a stamp as (160, 160, 3) uint8: cropped to its opaque part, centred on a white square, scaled down."""
    from PIL import Image

    picture = _cropped(path)
    square = Image.new("RGBA", (max(picture.size),) * 2, "white")
    square.alpha_composite(picture, _corner(picture))
    return np.asarray(square.convert("RGB").resize((IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.LANCZOS))


def opacity(path: Path) -> np.ndarray:
    """Return how opaque each pixel of `as_image` is: (160, 160) uint8, 0 where there is nothing but the white square."""
    from PIL import Image

    picture = _cropped(path)
    square = Image.new("L", (max(picture.size),) * 2, 0)
    square.paste(picture.getchannel("A"), _corner(picture))
    return np.asarray(square.resize((IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.LANCZOS))


def _cropped(path: Path) -> "Image.Image":
    from PIL import Image

    with Image.open(path) as opened:
        picture = opened.convert("RGBA")
    return picture.crop(picture.getchannel("A").getbbox())


def _corner(picture: "Image.Image") -> tuple[int, int]:
    """Return where a picture's upper left corner lies when it is centred on a square."""
    side = max(picture.size)
    return (side - picture.width) // 2, (side - picture.height) // 2
