"""One's own photos: every kind that a camera or a drawing program writes is read, and what cannot be read is named."""

from pathlib import Path
import shutil

import numpy as np
from PIL import Image
import pytest
from utils import photos

RED, GREEN = (220, 30, 20), (20, 160, 40)


def _halves(width: int = 60, height: int = 40) -> Image.Image:
    """Return a picture whose left half is red and whose right half is green."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(GREEN, (width // 2, 0, width, height))
    return picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        _halves().save(tmp_path / name / "photo.png")
    return tmp_path


def _only(folder: Path, name: str, **settings) -> np.ndarray:
    """Return the image of one file, which was put into the folder `cat`."""
    loaded = photos.load_folder(folder, size=32, **settings)
    return loaded.images[[path.name for path in loaded.files].index(name)]


def _near(pixel: np.ndarray, color: tuple[int, int, int], tolerance: int = 12) -> bool:
    return bool(np.abs(pixel.astype(int) - color).max() <= tolerance)


def test_labels_follow_the_sorted_folders(folder: Path) -> None:
    _halves().save(folder / "dog" / "another.jpg", quality=95)
    loaded = photos.load_folder(folder, size=32)
    assert loaded.images.shape == (3, 32, 32, 3)
    assert loaded.images.dtype == np.uint8
    assert loaded.labels.tolist() == [0, 1, 1]
    assert loaded.labels.dtype == np.int64
    assert loaded.class_names == ("cat", "dog")
    assert [path.name for path in loaded.files] == ["photo.png", "another.jpg", "photo.png"]
    assert loaded.skipped == ()


def test_jpeg_and_capital_suffixes(folder: Path) -> None:
    _halves().save(folder / "cat" / "IMG_1.JPG", format="JPEG", quality=95)
    image = _only(folder, "IMG_1.JPG")
    assert _near(image[16, 2], RED)
    assert _near(image[16, -3], GREEN)


@pytest.mark.parametrize("mode", ["L", "1", "I;16"])
def test_grey_becomes_three_equal_channels(folder: Path, mode: str) -> None:
    values = np.full((40, 40), 255, np.uint8)
    values[:, :20] = 0
    if mode == "I;16":
        picture = Image.fromarray(values.astype(np.uint16) * 257)
    else:
        picture = Image.fromarray(values).convert(mode)
    picture.save(folder / "cat" / "grey.png")
    image = _only(folder, "grey.png")
    np.testing.assert_array_equal(image[..., 0], image[..., 1])
    np.testing.assert_array_equal(image[..., 0], image[..., 2])
    assert image[16, 2, 0] < 12
    assert image[16, -3, 0] > 243


def test_16_bit_grey_keeps_its_middle_tones(folder: Path) -> None:
    Image.fromarray(np.full((8, 8), 128 * 257, np.uint16)).save(folder / "cat" / "deep.png")
    assert _near(_only(folder, "deep.png")[4, 4], (128, 128, 128), 1)


@pytest.mark.parametrize("kind", ["RGBA", "LA", "palette"])
def test_transparent_becomes_white(folder: Path, kind: str) -> None:
    if kind == "palette":
        picture = Image.new("P", (40, 40), 1)
        picture.putpalette([0, 0, 0, *RED])
        picture.paste(0, (0, 0, 20, 40))
        picture.save(folder / "cat" / "cut.png", transparency=0)
    else:
        picture = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
        picture.paste((*RED, 255), (20, 0, 40, 40))
        picture.convert(kind).save(folder / "cat" / "cut.png")
    image = _only(folder, "cut.png")
    assert _near(image[16, 2], (255, 255, 255))
    assert image[16, -3].mean() < 150


@pytest.mark.parametrize(("orientation", "red_at"), [(3, (16, -3)), (6, (2, 16)), (8, (-3, 16)), (2, (16, -3))])
def test_cameras_note_on_rotation_is_followed(folder: Path, orientation: int, red_at: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    _halves(40, 40).save(folder / "cat" / "turned.jpg", exif=exif, quality=95)
    assert _near(_only(folder, "turned.jpg")[red_at], RED, 20)


def test_cmyk_is_read(folder: Path) -> None:
    _halves().convert("CMYK").save(folder / "cat" / "print.jpg", quality=95)
    assert _near(_only(folder, "print.jpg")[16, 2], RED, 40)


def test_crop_and_pad(folder: Path) -> None:
    _halves(90, 30).save(folder / "cat" / "wide.png")
    assert _near(_only(folder, "wide.png")[0, 0], RED)
    padded = _only(folder, "wide.png", fit="pad")
    assert _near(padded[0, 16], (255, 255, 255))
    assert _near(padded[16, 1], RED)
    assert _near(padded[16, -2], GREEN)


def test_what_cannot_be_read_is_skipped_named_and_counted(folder: Path) -> None:
    whole = folder / "dog" / "photo.png"
    (folder / "cat" / "cut_short.png").write_bytes(whole.read_bytes()[:60])
    (folder / "cat" / "empty.jpg").write_bytes(b"")
    (folder / "cat" / "notes.txt").write_text("a cat")
    (folder / "dog" / "page.jpg").write_text("<html>")
    shutil.copy(whole, folder / "astray.png")
    (folder / "cat" / ".DS_Store").write_bytes(b"hidden")
    (folder / ".cache").mkdir()
    loaded = photos.load_folder(folder)
    assert len(loaded.images) == 2
    reasons = {path.name: reason for path, reason in loaded.skipped}
    assert reasons.keys() == {"cut_short.png", "empty.jpg", "notes.txt", "page.jpg", "astray.png"}
    assert "empty" in reasons["empty.jpg"]
    assert "no picture" in reasons["notes.txt"]
    summary = loaded.summary()
    assert "2 photos, 2 classes, 5 files skipped" in summary
    assert "dog/page.jpg" in summary


def test_mistakes_are_named(folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        photos.load_folder(folder / "nowhere")
    with pytest.raises(ValueError, match="class's name"):
        photos.load_folder(folder / "cat")
    (folder / "empty").mkdir()
    with pytest.raises(ValueError, match="no readable picture"):
        photos.load_folder(folder)
    with pytest.raises(ValueError, match="fit"):
        photos.load_folder(folder, fit="stretch")
