"""Drawings of lab 11: boxes on pictures, cells, precision and recall, and how detectors are put together."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import bare, paper
from utils.figures._seeds import seeds as seeds
from utils.figures.common import COLORS

STAGE_WIDTH = 1.9
"""Of a stage in the drawing of the detectors, in units of its axis."""
SMALL = 0.1
"""Of a picture's height: a lower box has its word below it."""


def box(axis: Axes, corners: Sequence[float], text: str = "", *, style: str = "-", below: bool = False) -> None:
    """Draw a box in white on black, so that it is seen on any background, with a word at its edge.

    Args:
        axis: where.
        corners: left, top, right, bottom, in pixels.
        text: what is written at its upper left corner, inside; below a box that is small.
        style: of the line.
        below: whether the text stands at the lower left corner.
    """
    left, top, right, bottom = (float(value) - 0.5 for value in corners)
    for color, width in (("black", 3.2), ("white", 1.6)):
        axis.add_patch(
            Rectangle((left, top), right - left, bottom - top, fill=False, edgecolor=color, lw=width, ls=style)
        )
    if text:
        place, align = (bottom, "bottom") if below else (top, "top")
        if bottom - top < SMALL * abs(np.subtract(*axis.get_ylim())):
            place, align = bottom, "top"  # below it: inside, the word would hide what the box is around
        axis.text(left, place, text, va=align, fontsize=8, bbox=paper(pad=0.8, alpha=0.85))


def picture_with_boxes(
    images: Sequence[np.ndarray],
    boxes: Sequence[np.ndarray],
    texts: Sequence[Sequence[str]],
    *,
    title: str,
    names: Sequence[str] = (),
    dashed: Sequence[np.ndarray] = (),
    columns: int = 4,
    size: float = 2.3,
) -> Figure:
    """Draw pictures with their boxes.

    Args:
        images: (height, width, 3) each.
        boxes: for each picture (k, 4): left, top, right, bottom, drawn as full lines.
        texts: for each picture a word for each box.
        title: what to see.
        names: what stands over each picture.
        dashed: for each picture more boxes (k, 4), as dashed lines without a word.
        columns: pictures in a row.
        size: inches a picture.
    """
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(columns * size, rows * (size + 0.3) + 0.35), squeeze=False, layout="constrained"
    )
    for axis in axes.flat:
        axis.axis("off")
    for number, (axis, image) in enumerate(zip(axes.flat, images)):
        axis.imshow(image)
        for corners in dashed[number] if len(dashed) else ():
            box(axis, corners, style="--")
        for place, (corners, text) in enumerate(zip(boxes[number], texts[number])):
            box(axis, corners, text, below=place % 2 == 1)
        if len(names):
            axis.set_title(names[number], fontsize=10)
    figure.suptitle(title)
    return figure


def pairs_of_boxes(pairs: Sequence[tuple[Sequence[float], Sequence[float]]], names: Sequence[str]) -> Figure:
    """Draw pairs of boxes, a panel each: the first box full, the second dashed, what they share shaded.

    Args:
        pairs: two boxes each: left, top, right, bottom.
        names: what stands over each panel.
    """
    figure, axes = plt.subplots(1, len(pairs), figsize=(2.1 * len(pairs), 2.3), layout="constrained", squeeze=False)
    for axis, (first, second), name in zip(axes[0], pairs, names):
        low, high = np.maximum(first[:2], second[:2]), np.minimum(first[2:], second[2:])
        if (high > low).all():
            axis.add_patch(Rectangle(low, *(high - low), color="0.75"))
        for (left, top, right, bottom), style, color in ((first, "-", COLORS[0]), (second, "--", COLORS[1])):
            axis.add_patch(Rectangle((left, top), right - left, bottom - top, fill=False, ls=style, lw=2, ec=color))
        axis.set(xlim=(-12, 172), ylim=(172, -12), aspect="equal")
        axis.set_title(name, fontsize=10)
        axis.axis("off")
    return figure


def cells_and_centres(image: np.ndarray, boxes: np.ndarray, *, stride: int, title: str) -> Figure:
    """Draw a picture with its grid of cells, its boxes and their centres; the cells that hold a centre are marked.

    The axes count in cells, with the numbers at the cells' edges: the whole part of a place names its cell.

    Args:
        image: (height, width, 3).
        boxes: (k, 4): left, top, right, bottom, in pixels.
        stride: a cell's side in pixels.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(4.1, 3.9), layout="constrained")
    axis.imshow(image)
    for place in range(0, image.shape[0] + 1, stride):
        axis.axhline(place - 0.5, color="white", lw=0.7, alpha=0.8)
        axis.axvline(place - 0.5, color="white", lw=0.7, alpha=0.8)
    for corners in boxes:
        x, y = (corners[0] + corners[2]) / 2, (corners[1] + corners[3]) / 2
        left, top = x // stride * stride - 0.5, y // stride * stride - 0.5
        axis.add_patch(Rectangle((left, top), stride, stride, fc="white", alpha=0.55))
        box(axis, corners)
        axis.plot(x - 0.5, y - 0.5, "o", color="black", mec="white", ms=7)
    edges = np.arange(0, image.shape[0] + 1, stride)
    axis.set_xticks(edges - 0.5, range(len(edges)))
    axis.set_yticks(edges - 0.5, range(len(edges)))
    axis.set(xlabel="x in cells (whole part: column)", ylabel="y in cells (whole part: row)", title=title)
    return figure


def window_and_map(image: np.ndarray, values: np.ndarray, *, window: int, stride: int, title: str) -> Figure:
    """Draw a picture with the window that got the highest value, and the map of all windows' values beside it.

    Args:
        image: (height, width, 3), 0 to 1.
        values: (rows, columns), 0 to 1.
        window: a window's side in pixels.
        stride: between windows, in pixels.
        title: what to see.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.6, 3.7), layout="constrained")
    row, column = np.unravel_index(values.argmax(), values.shape)
    left.imshow(image)
    box(left, (column * stride, row * stride, column * stride + window, row * stride + window))
    left.set_title(f"{image.shape[0]} x {image.shape[1]} pixels, the best window", fontsize=10)
    bare(left)
    drawn = right.imshow(values, cmap="viridis", vmin=0, vmax=1)
    right.set(xlabel="column of windows", ylabel="row of windows")
    right.set_title(f"{values.shape[0]} x {values.shape[1]} windows", fontsize=10)
    figure.colorbar(drawn, ax=right, label="probability of a face")
    figure.suptitle(title)
    return figure


def precision_recall(
    lines: Mapping[str, tuple[np.ndarray, np.ndarray]], *, title: str, envelope: Mapping[str, np.ndarray]
) -> Figure:
    """Draw precision over recall, one panel each, with the best precision at that recall or above.

    Args:
        lines: name -> (recall, precision), from the highest score down.
        title: what to see.
        envelope: name -> the precision at 101 recalls from 0 to 1.
    """
    figure, axes = plt.subplots(
        1, len(lines), figsize=(3.9 * len(lines), 3.5), layout="constrained", squeeze=False, sharey=True
    )
    for axis, (name, (recall, precision)) in zip(axes[0], lines.items()):
        axis.fill_between(np.linspace(0, 1, 101), envelope[name], color="0.85", step="pre")
        axis.plot(recall, precision, color=COLORS[0], ls="-", lw=1.6, label="after each box")
        axis.step(
            np.linspace(0, 1, 101),
            envelope[name],
            color=COLORS[1],
            ls="--",
            where="pre",
            label="best at this recall\nor any higher one",
        )
        axis.set(xlabel="recall (share of the objects)", xlim=(0, 1.01), ylim=(0, 1.05))
        axis.set_title(f"{name}: AP {envelope[name].mean():.2f}", fontsize=11)
    axes[0, 0].legend(loc="lower left", fontsize=9)
    axes[0, 0].set_ylabel("precision (share of the boxes)")
    figure.suptitle(title)
    return figure


_FAMILY = {
    "R-CNN (2014)": ["picture", "about 2,000\nproposals", "*a network for\neach proposal", "class (SVM)\nand box"],
    "Fast R-CNN (2015)": [
        "picture",
        "*one network;\nproposals apart",
        "*cut from its map\nby RoI pooling",
        "*class and box,\none loss",
    ],
    "Faster R-CNN (2015)": ["picture", "one network", "*proposes itself,\n9 anchors a place", "class and box"],
    "YOLO, SSD (2016)": ["picture", "one network", "*class and box of\nall cells at once"],
}
"""Name -> the stages in their order; a star marks what was new."""


def family() -> Figure:
    """Draw what happens to a picture in four kinds of detectors, a row each; what was new has a thick edge."""
    figure, axis = plt.subplots(figsize=(9.4, 4.2), layout="constrained")
    for row, (name, stages) in enumerate(_FAMILY.items()):
        axis.text(-0.2, -row, name, ha="right", va="center", fontsize=11)
        for place, text in enumerate(stages):
            left = place * (STAGE_WIDTH + 0.5)
            if place:
                axis.annotate("", (left, -row), (left - 0.5, -row), arrowprops={"arrowstyle": "->"})
            edge = {"ec": COLORS[1], "lw": 2.6} if text.startswith("*") else {"ec": "0.4", "lw": 1}
            axis.add_patch(
                FancyBboxPatch((left, -row - 0.34), STAGE_WIDTH, 0.68, boxstyle="round,pad=0.02", fc="0.96", **edge)
            )
            axis.text(left + STAGE_WIDTH / 2, -row, text.strip("*"), ha="center", va="center", fontsize=9.5)
    axis.set(xlim=(-2.4, 9.4), ylim=(-3.6, 0.6), title="What each step took over (thick edge: new)")
    axis.axis("off")
    return figure
