"""One's own photos as arrays: one folder a class, `load_folder("my_photos")`."""

from collections import Counter
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from PIL import Image, ImageOps

Image.init()
_SUFFIXES = {suffix for suffix, kind in Image.registered_extensions().items() if kind in Image.OPEN}


class Photos(NamedTuple):
    """Photos in memory, and what could not be read."""

    images: np.ndarray
    """uint8, (n, size, size, 3)."""
    labels: np.ndarray
    """int64, (n,): positions in `class_names`."""
    class_names: tuple[str, ...]
    """The folders' names, sorted."""
    files: tuple[Path, ...]
    """Where each image came from."""
    skipped: tuple[tuple[Path, str], ...]
    """Files that are no readable pictures, each with the reason."""

    def summary(self) -> str:
        """Return how many photos each class has and what was skipped, a line each."""
        counts = Counter(self.labels.tolist())
        lines = [f"{len(self.images)} photos, {len(self.class_names)} classes, {len(self.skipped)} files skipped"]
        lines += [f"  {name}: {counts[label]}" for label, name in enumerate(self.class_names)]
        return "\n".join(
            lines + [f"  skipped {path.parent.name}/{path.name}: {reason}" for path, reason in self.skipped]
        )


def load_folder(folder: str | Path, *, size: int = 160, fit: Literal["crop", "pad"] = "crop") -> Photos:
    """Read the pictures in a folder that has one folder for each class.

    Every picture comes out upright (a camera's note on how it was held is followed), in colour (grey becomes three equal
    channels), on white where it is transparent, and square. Files that cannot be read are skipped and named in the result;
    hidden files are passed over.

    Args:
        folder: holds the classes' folders, such as `cat` and `dog`; what lies deeper in these counts too.
        size: height and width of the result in pixels, at least 1.
        fit: "crop" keeps the middle square, "pad" keeps everything and fills up with white.

    Returns:
        Images, labels, class names, files, and what was skipped, in the order of the sorted paths.

    Raises:
        FileNotFoundError: if there is no such folder.
        ValueError: if it holds no class folders, a class has no readable picture, or an argument is out of range.
    """
    folder = Path(folder).expanduser()
    if size < 1 or fit not in ("crop", "pad"):
        raise ValueError(f'size is at least 1 and fit "crop" or "pad", got {size} and {fit!r}')
    classes = _class_folders(folder)
    images, labels, files = [], [], []
    skipped = [(path, "lies in no class's folder") for path in _files(folder, deeper=False)]
    for label, directory in enumerate(classes):
        for path in _files(directory, deeper=True):
            try:
                images.append(_read(path, size, fit))
            except Exception as error:  # Pillow raises many kinds for a damaged file
                skipped.append((path, _reason(path, error)))
            else:
                labels.append(label)
                files.append(path)
        if label not in labels:
            raise ValueError(f"the class folder {directory} holds no readable picture; remove it, or fill it")
    names = tuple(directory.name for directory in classes)
    return Photos(np.stack(images), np.array(labels, dtype=np.int64), names, tuple(files), tuple(skipped))


def _class_folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    classes = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not classes:
        raise ValueError(f"{folder} holds no folders: put the photos of each class into a folder with the class's name")
    return classes


def _files(folder: Path, *, deeper: bool) -> list[Path]:
    found = folder.rglob("*") if deeper else folder.iterdir()
    hidden = lambda path: any(part.startswith(".") for part in path.relative_to(folder).parts)  # noqa: E731
    return sorted(path for path in found if path.is_file() and not hidden(path))


def _read(path: Path, size: int, fit: str) -> np.ndarray:
    """Return one picture as uint8 (size, size, 3)."""
    with Image.open(path) as opened:
        picture = _on_white(_eight_bits(ImageOps.exif_transpose(opened))).convert("RGB")
    if fit == "pad":
        return np.asarray(ImageOps.pad(picture, (size, size), Image.Resampling.LANCZOS, color="white"))
    return np.asarray(ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS))


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Scale 16-bit grey down; Pillow would cut it off at 255."""
    if not (picture.mode.startswith("I") or picture.mode == "F"):
        return picture
    values = np.asarray(picture, np.float32)
    scale = 65535 if values.max() > 255 else 255
    return Image.fromarray((values.clip(0, scale) * (255 / scale)).round().astype(np.uint8))


def _on_white(picture: Image.Image) -> Image.Image:
    """Put a picture with transparent parts on white."""
    if picture.mode not in ("RGBA", "LA", "PA", "La", "RGBa") and "transparency" not in picture.info:
        return picture
    picture = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)


def _reason(path: Path, error: Exception) -> str:
    if path.suffix.lower() not in _SUFFIXES:
        return "no picture by its name"
    if path.stat().st_size == 0:
        return "the file is empty"
    if isinstance(error, Image.UnidentifiedImageError):
        return "not a picture that can be read, whatever its name says"
    return " ".join(str(error).split())[:120] or type(error).__name__
