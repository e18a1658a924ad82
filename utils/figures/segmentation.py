"""Drawings of lab 12: masks with the truth's outline, numbered objects, grids of numbers, points, and the U of a U-Net."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import bare
from utils.figures._seeds import seeds as seeds
from utils.figures.common import COLORS

_BRIGHT = 99
"""Percentile of an image that is drawn as white, so that a few very bright pixels do not darken the rest."""
_TONES = (0.3, 0.65, 1.0, 0.48, 0.82)
"""Of objects, as places in the colormap: few, so that neighbours can be told apart."""


def masks(
    image: np.ndarray,
    guesses: Mapping[str, np.ndarray],
    *,
    truth: np.ndarray,
    title: str,
    image_title: str = "image and truth",
    width: float = 2.0,
) -> Figure:
    """Draw an image and masks side by side, each with the outline of the true mask.

    Args:
        image: (height, width), grey.
        guesses: title -> booleans (height, width); what is True is drawn in grey on black.
        truth: booleans (height, width); its outline is drawn as a bright line.
        title: what to see.
        image_title: what stands over the image.
        width: inches a panel.
    """
    panels = {image_title: image, **guesses}
    tall = width * image.shape[0] / image.shape[1]
    figure, axes = plt.subplots(1, len(panels), figsize=(width * len(panels), tall + 0.7), layout="constrained")
    for number, (axis, (name, panel)) in enumerate(zip(axes, panels.items())):
        top = np.percentile(image, _BRIGHT) if number == 0 else 1.7
        axis.imshow(panel, cmap="gray", vmin=0, vmax=top)
        axis.contour(truth, levels=[0.5], colors=[COLORS[5]], linewidths=0.9)
        axis.set_title(name, fontsize=10)
        bare(axis)
    figure.suptitle(title)
    return figure


def objects(panels: Mapping[str, np.ndarray], *, title: str, width: float = 2.2) -> Figure:
    """Draw numbered objects side by side: each in another tone, with a black rim where it meets another.

    Args:
        panels: title -> integers (height, width), 0 for what belongs to no object; arrays of floats are drawn as images,
            on one grey scale.
        title: what to see.
        width: inches a panel.
    """
    shape = next(iter(panels.values())).shape
    tall = width * shape[0] / shape[1]
    images = [panel for panel in panels.values() if panel.dtype.kind == "f"]
    low, high = np.percentile(images, (100 - _BRIGHT, _BRIGHT)) if images else (0, 1)
    figure, axes = plt.subplots(1, len(panels), figsize=(width * len(panels), tall + 0.9), layout="constrained")
    for axis, (name, panel) in zip(axes, panels.items()):
        if panel.dtype.kind == "f":
            axis.imshow(panel, cmap="gray", vmin=low, vmax=high)
        else:
            axis.imshow(_toned(panel))
        axis.set_title(name, fontsize=10)
        bare(axis)
    figure.suptitle(title)
    return figure


def _toned(numbers: np.ndarray) -> np.ndarray:
    """Return numbered objects as colours, neighbours far apart in tone, rims and what is no object in black."""
    chosen: dict[int, float] = {0: 0.0}
    for number in np.unique(numbers[numbers > 0]).tolist():
        rows, columns = np.nonzero(numbers == number)
        around = numbers[max(0, rows.min() - 6) : rows.max() + 7, max(0, columns.min() - 6) : columns.max() + 7]
        beside = [chosen[other] for other in np.unique(around).tolist() if other != number and chosen.get(other)]
        turned = np.roll(_TONES, number)  # so that objects without neighbours differ, too
        chosen[number] = max(turned, key=lambda tone: min((abs(tone - other) for other in beside), default=0))
    tones = plt.get_cmap("cividis")(np.vectorize(chosen.get, otypes=[float])(numbers))[..., :3]
    rim = np.zeros(numbers.shape, bool)
    rim[:, 1:] |= (numbers[:, 1:] != numbers[:, :-1]) & (numbers[:, 1:] > 0) & (numbers[:, :-1] > 0)
    rim[1:] |= (numbers[1:] != numbers[:-1]) & (numbers[1:] > 0) & (numbers[:-1] > 0)
    return np.where(((numbers == 0) | rim)[..., None], 0, tones)


def numbered(grids: Mapping[str, np.ndarray], *, title: str, number: str = "{:g}", cell: float = 0.42) -> Figure:
    """Draw small grids side by side, each value as a number in its cell, larger values darker, on one scale.

    Args:
        grids: title -> numbers (height, width).
        title: what to see.
        number: how a value is written.
        cell: inches a cell.
    """
    widths, tallest = [grid.shape[1] for grid in grids.values()], max(len(grid) for grid in grids.values())
    size = (cell * (sum(widths) + 1.5 * len(grids)), cell * tallest + 1.0)
    figure, axes = plt.subplots(
        1, len(grids), figsize=size, width_ratios=widths, squeeze=False, layout="constrained"
    )  # fmt: skip
    top = max(1e-9, *(float(np.abs(grid).max()) for grid in grids.values()))
    for axis, (name, grid) in zip(axes[0], grids.items()):
        axis.imshow(np.abs(grid), cmap="Greys", vmin=0, vmax=2.2 * top)
        for (row, column), value in np.ndenumerate(grid):
            axis.text(column, row, number.format(value), ha="center", va="center", fontsize=10)
        axis.add_patch(Rectangle((-0.5, -0.5), grid.shape[1], len(grid), fill=False, edgecolor="black"))
        axis.set_title(name, fontsize=10)
        axis.set(ylim=(tallest - 0.4, -0.6), xlim=(-0.6, grid.shape[1] - 0.4))  # cells of one size in all grids
        axis.axis("off")
    figure.suptitle(title)
    return figure


def u_net(shapes: Sequence[tuple[int, int, int]], *, title: str) -> Figure:
    """Draw a U-Net's blocks as a U, each with the shape of what it gives, and its skips.

    Args:
        shapes: (height, width, channels) of each block's output, from the first to the last; an odd number.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(7.6, 3.3), layout="constrained")
    depth, count = len(shapes) // 2, len(shapes)
    places = [(1.5 * number, -min(number, count - 1 - number)) for number in range(count)]
    for number, ((x, y), shape) in enumerate(zip(places, shapes)):
        axis.add_patch(Rectangle((x - 0.55, y - 0.22), 1.1, 0.44, facecolor="0.92", edgecolor="black"))
        axis.text(x, y, " × ".join(map(str, shape)), ha="center", va="center", fontsize=9)
        if number + 1 < count:
            _arrow(axis, (x, y - 0.22 if number < depth else y + 0.22), places[number + 1], down=number < depth)
    for number in range(depth):
        (x, y), (end, _) = places[number], places[count - 1 - number]
        _line(axis, (x + 0.55, y), (end - 0.55, y), linestyle="--")
        axis.text((x + end) / 2, y + 0.06, "skip", ha="center", va="bottom", fontsize=9)
    x, y = places[0]
    axis.text(x + 0.05, y - 0.72, "pooling  ", ha="right", va="center", fontsize=9)
    axis.text(places[-1][0] - 0.05, y - 0.72, "  transposed\n  convolution", ha="left", va="center", fontsize=9)
    axis.set(xlim=(-1.0, places[-1][0] + 1.2), ylim=(-depth - 0.5, 0.45), title=title)
    axis.axis("off")
    return figure


def _arrow(axis: Axes, start: tuple[float, float], block: tuple[float, float], *, down: bool) -> None:
    end = (block[0] - 0.55, block[1]) if down else (block[0], block[1] - 0.22)
    start = start if down else (start[0] + 0.55, start[1] - 0.22)
    _line(axis, start, end)


def _line(axis: Axes, start: tuple[float, float], end: tuple[float, float], **settings: str) -> None:
    axis.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=11, color="black", **settings))


def classes(rows: Mapping[str, Sequence[np.ndarray]], names: Sequence[str], *, title: str, size: float = 1.5) -> Figure:
    """Draw rows of masks with several classes; each class's name stands beside its patch, a line leads to it.

    Args:
        rows: title -> masks (height, width), integers: 0 for the background, or the class.
        names: of the classes, from 1 on.
        title: what to see.
        size: inches a panel.
    """
    columns = len(next(iter(rows.values())))
    figure, axes = plt.subplots(
        len(rows), columns, figsize=(size * columns + 0.4, size * len(rows) + 0.4), layout="constrained", squeeze=False
    )
    for line, (name, row) in zip(axes, rows.items()):
        line[0].set_ylabel(name, fontsize=10)
        for axis, mask in zip(line, row):
            axis.imshow(mask, cmap="cividis", vmin=0, vmax=len(names), interpolation="nearest")
            _named(axis, mask, names)
            bare(axis)
    figure.suptitle(title)
    return figure


def _named(axis: Axes, mask: np.ndarray, names: Sequence[str]) -> None:
    height, width = mask.shape
    taken = []
    for label in [k for k in np.unique(mask[mask > 0]) if (mask == k).sum() >= mask.size / 100]:
        rows, columns = np.nonzero(mask == label)
        middle = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
        name = names[label - 1].replace("fruit or vegetable", "fruit")
        half = min(2.2 * len(name) + 1, width / 2)
        places = [(y, x) for y in np.arange(5, height - 3, 4) for x in np.linspace(half, width - half, 7)]

        def cost(place: tuple[float, float], half: float = half, rows=rows, columns=columns) -> float:
            y, x = place
            box = mask[max(0, int(y - 5)) : int(y + 6), max(0, int(x - half)) : int(x + half)]
            near = sum(abs(y - v) < 10 and abs(x - u) < half + other for v, u, other in taken)
            return (box > 0).sum() + 500 * near + np.hypot(rows - y, columns - x).min()

        y, x = min(places, key=cost)
        taken.append((y, x, half))
        axis.annotate(
            name, (columns[middle], rows[middle]), xytext=(x, y), ha="center", va="center", fontsize=8, color="white",
            arrowprops={"arrowstyle": "-", "color": "white", "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
