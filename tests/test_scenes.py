"""Scenes: what their boxes and masks say is what the pictures show, and no stamp of a test scene is in a training scene."""

from utils.data import load, stamps_opacity
import numpy as np
import pytest
from utils import scenes


@pytest.fixture(scope="module")
def many() -> scenes.Scenes:
    """Crowded scenes, so that objects stand before others."""
    return scenes.compose(120, "test", size=96, objects=(1, 6), seed=3)


def test_the_same_arguments_give_the_same_scenes_and_others_give_others() -> None:
    first, again = scenes.compose(4, seed=1), scenes.compose(4, seed=1)
    for one, other in zip(first[:-1], again[:-1]):
        for a, b in zip(one, other):
            np.testing.assert_array_equal(a, b)
    assert not (scenes.compose(4, seed=2).images == first.images).all()
    assert not (scenes.compose(4, "val", seed=1).images == first.images).all()


def test_shapes_and_types(many: scenes.Scenes) -> None:
    assert many.images.shape == (120, 96, 96, 3)
    assert many.semantic.shape == many.instances.shape == (120, 96, 96)
    assert {array.dtype.name for array in (many.images, many.semantic, many.instances)} == {"uint8"}
    for boxes, labels, stamps in zip(many.boxes, many.labels, many.stamps):
        assert boxes.shape == (len(labels), 4)
        assert (boxes.dtype, labels.dtype, stamps.dtype) == (np.float32, np.int64, np.int64)
        assert 1 <= len(labels) == len(stamps) <= 6
    assert max(map(len, many.labels)) > 3


def test_a_box_is_tight_around_the_pixels_of_its_object(many: scenes.Scenes) -> None:
    for boxes, mask in zip(many.boxes, many.instances):
        assert set(np.unique(mask)) - {0} == set(range(1, len(boxes) + 1))
        for number, (left, top, right, bottom) in enumerate(boxes.astype(int), start=1):
            inside = mask[top:bottom, left:right] == number
            assert inside.sum() == (mask == number).sum()
            assert all(edge.any() for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))


def test_the_semantic_mask_gives_each_object_its_class(many: scenes.Scenes) -> None:
    for labels, instances, semantic in zip(many.labels, many.instances, many.semantic):
        assert not semantic[instances == 0].any()
        for number, label in enumerate(labels, start=1):
            assert set(semantic[instances == number]) == {label + 1}


def test_labels_are_those_of_the_stamps(many: scenes.Scenes) -> None:
    data = load("stamps")
    named = [data.class_names[label] for label in np.append(data.y_train, data.y_test)]
    for labels, stamps in zip(many.labels, many.stamps):
        for label, stamp in zip(labels, stamps):
            assert named[stamp] in scenes.CLASSES[many.class_names[label]]


def test_no_stamp_and_no_photo_is_in_two_splits() -> None:
    shown = {split: set(np.concatenate(scenes.compose(60, split, size=32).stamps)) for split in scenes.SHARES}
    assert all(len(stamps) > 20 for stamps in shown.values())
    assert not shown["train"] & (shown["val"] | shown["test"])
    assert not shown["val"] & shown["test"]
    assert not set(scenes._PHOTOS["train"]) & {*scenes._PHOTOS["val"], *scenes._PHOTOS["test"]}


@pytest.mark.parametrize("grey", [0.0, 90.0, 255.0])
def test_an_object_stands_on_its_background_as_its_opacity_says(monkeypatch: pytest.MonkeyPatch, grey: float) -> None:
    """Away from the object nothing changes; on it nothing of the background is left; on white the stamp is as it was."""
    monkeypatch.setattr(scenes, "_drawn", lambda random, size: np.full((size, size, 3), grey))
    monkeypatch.setattr(scenes, "_resized", lambda random, stamp, size: (x[stamp].astype(float), alpha[stamp]))
    data, alpha = load("stamps"), np.concatenate(stamps_opacity()).astype(float)
    x = np.concatenate([data.x_train, data.x_test])
    scene = scenes.compose(1, size=160, objects=(1, 1), background="drawn")
    (stamp,) = scene.stamps[0]
    image, opacity = scene.images[0], alpha[stamp]
    beside = np.abs(image[opacity == 0] - grey)
    assert np.mean(beside > 2) < 0.02, "more than the ringing of a picture made small"
    np.testing.assert_array_equal(image[opacity == 255], x[stamp][opacity == 255])
    if grey == 255:
        np.testing.assert_array_equal(image, x[stamp])


def test_most_of_every_object_stays_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    areas = []
    place = scenes._free_place

    def noted(random, mask, instances, before):
        found = place(random, mask, instances, before)
        areas.append((len(before), mask.sum(), found is not None))
        return found

    monkeypatch.setattr(scenes, "_free_place", noted)
    scene = scenes.compose(60, size=64, objects=(5, 5), seed=5)
    whole = [area for _, area, placed in areas if placed]
    visible = np.concatenate([np.bincount(mask.ravel())[1:] for mask in scene.instances])
    share = visible / whole
    assert share.min() >= 1 - scenes.MOST_HIDDEN
    assert share.min() < 1, "no object stands before another: the test shows nothing"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"count": 0}, "1 or more"),
        ({"split": "validation"}, "train, val, test"),
        ({"size": 16}, "32 pixels"),
        ({"objects": (0, 3)}, "1 to 10"),
        ({"objects": (3, 2)}, "1 to 10"),
        ({"objects": (1, 11)}, "1 to 10"),
        ({"background": "white"}, "drawn"),
    ],
)
def test_other_arguments_are_refused(arguments: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        scenes.compose(**{"count": 1} | arguments)
