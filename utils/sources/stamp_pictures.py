"""Tux Paint's stamps: which pictures belong to which class, where they come from, and how one becomes an image."""

import hashlib
from pathlib import Path

import numpy as np
from utils.sources import debian, verify

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
# Of the lines "relative path, space, sha256 of the file", sorted.
_SHA256 = "5de701e18a2dca99f2aaa30012923c9246c0fe1f062fb413717fbb8934aa9885"


def pictures(scratch: Path) -> dict[str, list[Path]]:
    """Return the pictures of each class from a Debian package, verified as a whole.

    Args:
        scratch: an empty folder.

    Returns:
        Class name -> paths of PNG files, sorted; mirrored and flipped copies are left out.

    Raises:
        SourceError: if the package cannot be had, or a picture is missing, added or altered.
    """
    root = debian.fetch_debian("tuxpaint-stamps-default", 160_880_444, scratch) / "usr/share/tuxpaint/stamps"
    classes, lines = {}, []
    for label, places in FOLDERS.items():
        found = sorted(path for place in places for path in (root / place).rglob("*.png"))
        classes[label] = [path for path in found if not path.stem.endswith(("_mirror", "_flip", "_mirror_flip"))]
        for path in classes[label]:
            lines.append(f"{path.relative_to(root).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n")
    verify("".join(sorted(lines)).encode(), _SHA256, f"the set of {len(lines)} stamp pictures")
    return classes


def as_image(path: Path) -> np.ndarray:
    """Return a stamp as (160, 160, 3) uint8: cropped to its opaque part, centred on a white square, scaled down."""
    from PIL import Image

    with Image.open(path) as opened:
        picture = opened.convert("RGBA")
    picture = picture.crop(picture.getchannel("A").getbbox())
    side = max(picture.size)
    square = Image.new("RGBA", (side, side), "white")
    square.alpha_composite(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return np.asarray(square.convert("RGB").resize((IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.LANCZOS))
