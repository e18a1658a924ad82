"""Lab 11's average precision, the student's function and the lab's own cells, is that of pycocotools."""

import ast
import contextlib
import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
import pytest

LAB = Path(__file__).parent.parent / "labs_solutions" / "11_detection" / "11_detection.py"
CLASSES, IMAGES = 5, 40


@pytest.fixture(scope="module")
def lab() -> SimpleNamespace:
    """The functions of the lab that count, run from its text."""
    wanted = {"average_precision", "overlaps_of", "matched", "precisions_at", "mean_ap"}
    tree = ast.parse(LAB.read_text("utf-8"))
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in wanted]
    assert len(tree.body) == len(wanted)
    names = {"np": np}
    exec(compile(tree, str(LAB), "exec"), names)  # noqa: S102 - the course's own text
    return SimpleNamespace(**names)


@pytest.fixture(scope="module")
def scenes() -> tuple[list, SimpleNamespace]:
    """Boxes that were found (boxes, scores, labels), and true ones: close by, far off, doubled, missed, of another class."""
    random, found, part = np.random.default_rng(8), [], SimpleNamespace(boxes=[], labels=[])
    for _ in range(IMAGES):
        corner, size = random.uniform(0, 80, (4, 2)), random.uniform(15, 45, (4, 2))
        true, labels = np.concatenate([corner, corner + size], axis=1), random.integers(0, CLASSES, 4)
        near = np.repeat(true, 2, axis=0) + random.normal(0, 4, (8, 4))
        names = np.where(random.random(8) < 0.8, np.repeat(labels, 2), random.integers(0, CLASSES, 8))
        kept = random.random(8) < 0.7
        found.append((near[kept], random.random(int(kept.sum())), names[kept]))
        part.boxes.append(true)
        part.labels.append(labels)
    return found, part


@pytest.fixture(scope="module")
def reference(scenes: tuple) -> np.ndarray:
    """Average precision by pycocotools, (10 IoUs from 0.5 to 0.95, classes)."""
    found, part = scenes
    truth, annotations, rows = COCO(), [], []
    for image, (boxes, labels) in enumerate(zip(part.boxes, part.labels), start=1):
        for box, label in zip(boxes, labels):
            sizes = {"bbox": [*box[:2], *(box[2:] - box[:2])], "area": float((box[2:] - box[:2]).prod())}
            kind = {"image_id": image, "category_id": int(label) + 1, "iscrowd": 0, "id": len(annotations) + 1}
            annotations.append(sizes | kind)
    for image, (boxes, scores, labels) in enumerate(found, start=1):
        for box, score, label in zip(boxes, scores, labels):
            where = {"image_id": image, "category_id": int(label) + 1, "score": float(score)}
            rows.append(where | {"bbox": [*box[:2], *(box[2:] - box[:2])]})
    truth.dataset = {
        "images": [{"id": image + 1} for image in range(IMAGES)],
        "annotations": annotations,
        "categories": [{"id": label + 1, "name": str(label)} for label in range(CLASSES)],
    }
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
        judged = COCOeval(truth, truth.loadRes(rows), "bbox")
        judged.evaluate()
        judged.accumulate()
    return judged.eval["precision"][:, :, :, 0, -1].mean(axis=1)


def test_the_reference_tells_good_boxes_from_bad_ones(reference: np.ndarray) -> None:
    assert reference.shape == (10, CLASSES)
    assert 0.2 < reference[0].mean() < 0.9
    assert reference[0].mean() > reference[5].mean() + 0.1


def test_average_precision_is_cocos(lab: SimpleNamespace, scenes: tuple, reference: np.ndarray) -> None:
    for row, needed in enumerate(np.linspace(0.5, 0.95, 10)):
        for label in range(CLASSES):
            scores, correct, n_objects = lab.matched(*scenes, label, needed)
            mixed = np.random.default_rng(row).permutation(len(scores))
            ours = lab.average_precision(scores[mixed], correct[mixed], n_objects)
            assert abs(ours - reference[row, label]) < 1e-6
            assert abs(lab.precisions_at(correct, n_objects)[2].mean() - reference[row, label]) < 1e-6


def test_map_is_cocos(lab: SimpleNamespace, scenes: tuple, reference: np.ndarray) -> None:
    assert abs(lab.mean_ap(*scenes) - reference[0].mean()) < 1e-6
    assert abs(lab.mean_ap(*scenes, needed=0.75) - reference[5].mean()) < 1e-6
