"""Drawings of lab 06: layers, the connection table, a confusion matrix, reliability, the gallery of errors, preparations."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import look
from utils.figures.common import COLORS, image_grid


def architecture(stages: Sequence[tuple[str, int, int, str]], *, title: str) -> Figure:
    """Draw a network from left to right: maps as stacked squares to scale, vectors as bars.

    Args:
        stages: (name, side of a map in pixels, number of maps, the step that leads to it), from the input on. A side of 1
            is drawn as a bar whose height stands for the number of units.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(9.5, 3.4), layout="constrained")
    left, previous = 0.0, None
    for name, side, maps, step in stages:
        width, size = _draw_maps(axis, left, side, maps) if side > 1 else _draw_vector(axis, left, maps)
        axis.text(left + width / 2, 41, name, ha="center", fontsize=11, fontweight="bold")
        axis.text(left + width / 2, 37, size, ha="center", fontsize=9)
        if previous is not None:
            arrow = {"arrowstyle": "->", "linewidth": 1}
            axis.annotate("", (left - 0.5, _MIDDLE), (previous + 0.5, _MIDDLE), arrowprops=arrow)
            axis.text((left + previous) / 2, -6, step, ha="center", va="top", fontsize=8.5)
        previous = left + width
        left += width + (14 if side > 1 and maps < 16 else 19)
    axis.set(xlim=(-2, left - 14), ylim=(-15, 45), title=title)
    axis.set_aspect("equal")
    axis.axis("off")
    return figure


_MIDDLE = 18.0
_FACE = {"facecolor": "#e4ecf4", "edgecolor": "black"}


def _draw_maps(axis: plt.Axes, left: float, side: int, maps: int) -> tuple[float, str]:
    """Draw maps as stacked squares; return their width together, and their size in words."""
    shift = min(1.3, 12 / maps)
    for index in reversed(range(maps)):
        corner = (left + index * shift, _MIDDLE - side / 2 + index * shift - shift * (maps - 1) / 2)
        axis.add_patch(Rectangle(corner, side, side, linewidth=0.7, **_FACE))
    return side + shift * (maps - 1), f"{maps} x {side} x {side}" if maps > 1 else f"{side} x {side}"


def _draw_vector(axis: plt.Axes, left: float, units: int) -> tuple[float, str]:
    """Draw a bar whose height stands for the number of units; return its width, and the number in words."""
    width, height = 2.5, 4 + units / 4
    axis.add_patch(Rectangle((left, _MIDDLE - height / 2), width, height, **_FACE))
    return width, f"{units}"


def connection_table(table: np.ndarray, *, title: str) -> Figure:
    """Draw which input map feeds which output map, a cross for each connection.

    Args:
        table: (input maps, output maps), true where there is a connection.
        title: what to see.
    """
    rows, columns = table.shape
    figure, axis = plt.subplots(figsize=(0.45 * columns + 1.5, 0.4 * rows + 1.1), layout="constrained")
    axis.imshow(np.where(table, 0.75, 1.0), cmap="gray", vmin=0, vmax=1, aspect="auto")
    for row, column in np.argwhere(table):
        axis.text(column, row, "X", ha="center", va="center", fontsize=10)
    axis.set_xticks(range(columns))
    axis.set_yticks(range(rows))
    axis.set_xticks(np.arange(columns + 1) - 0.5, minor=True)
    axis.set_yticks(np.arange(rows + 1) - 0.5, minor=True)
    axis.grid(which="minor", color="black", linewidth=0.5)
    axis.tick_params(which="both", length=0)
    axis.set(xlabel="map of C3", ylabel="map of S2", title=title)
    return figure


def confusion(matrix: np.ndarray, names: Sequence[str], *, title: str) -> Figure:
    """Draw a confusion matrix: counts written in, off-diagonal cells shaded by their count.

    Args:
        matrix: (classes, classes) counts, a row for each true class.
        names: of the classes.
        title: what to see.
    """
    classes = len(names)
    errors = matrix * (1 - np.eye(classes, dtype=matrix.dtype))
    figure, axis = plt.subplots(figsize=(7.2, 5.4), layout="constrained")
    axis.imshow(errors, cmap="Greys", vmin=0, vmax=max(1, errors.max()) * 1.7)
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            style = {"fontsize": 9 if count < 1000 else 8, "fontweight": "bold" if row == column else "normal"}
            axis.text(column, row, str(count), ha="center", va="center", **style)
    long = max(len(name) for name in names) > 3
    axis.set_xticks(range(classes), names, rotation=45 if long else 0, ha="right" if long else "center")
    axis.set_yticks(range(classes), names)
    axis.tick_params(length=0)
    axis.set(xlabel="predicted", ylabel="true", title=title)
    return figure


def reliability(lines: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]], *, title: str) -> Figure:
    """Draw accuracy against confidence, with the diagonal on which the two agree.

    Args:
        lines: label -> (mean confidence, accuracy, number of images) of each group.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(6.6, 4.4), layout="constrained")
    axis.plot([0.45, 1], [0.45, 1], color="grey", linewidth=1, linestyle=":")
    axis.text(0.6, 0.615, "says what is true", color="grey", fontsize=9, rotation=45, transform_rotates_text=True)
    for index, (label, (confidence, accuracy, count)) in enumerate(lines.items()):
        error = np.sqrt(accuracy * (1 - accuracy) / count)
        *first, last = (f"{n:,}" for n in count)
        counts = f"{label}, from the left: {', '.join(first)} and {last}"
        axis.errorbar(confidence, accuracy, yerr=error, label=counts, markersize=5, capsize=2, **look(index))
    axis.set(xlabel="mean confidence of the group", ylabel="share that is right", title=title, xlim=(0.45, 1.02))
    axis.legend(frameon=False, loc="lower right", fontsize=9)
    return figure


def gallery(images: np.ndarray, captions: Sequence[str], *, framed: int, title: str, columns: int = 12) -> Figure:
    """Draw images in numbered rows, a frame around the first ones.

    Args:
        images: (n, height, width, 1).
        captions: one for each image.
        framed: how many of the first images get a frame.
        title: what to see.
        columns: images in a row.
    """
    figure = image_grid(images, captions, columns=columns, size=0.76, suptitle=title)
    for index, axis in enumerate(figure.axes):
        if index % columns == 0:
            place = {"transform": axis.transAxes, "ha": "right", "va": "center"}
            axis.text(-0.12, 0.5, str(index // columns + 1), fontweight="bold", **place)
        if index < framed:
            _frame(axis, images[index].shape, COLORS[1], 3)
    return figure


def preparations(images: Sequence[np.ndarray], names: Sequence[str], *, title: str, at: float = 14) -> Figure:
    """Draw prepared images, black is 0 and white 1, each framed and with a cross where the centre of mass should lie.

    Args:
        images: (height, width) or (height, width, 1) each.
        names: one for each image.
        title: what to see.
        at: row and column of the cross.
    """
    figure = image_grid(images, names, columns=4, size=1.8, vmin=0, vmax=1, suptitle=title)
    for axis, image in zip(figure.axes, images):
        _frame(axis, image.shape, "grey", 1)
        axis.plot(at, at, marker="+", markersize=11, markeredgewidth=3.5, color="white")
        axis.plot(at, at, marker="+", markersize=10, markeredgewidth=1.5, color=COLORS[1])
    return figure


def steps(images: Sequence[np.ndarray], captions: Sequence[str], *, title: str) -> Figure:
    """Draw images of different sizes in a row, all equally high, black is 0 and white 1.

    Args:
        images: (height, width) each.
        captions: one for each image.
        title: what to see.
    """
    shares = [min(2.0, image.shape[1] / image.shape[0]) for image in images]
    shares = [max(0.75, share) for share in shares]  # room for the caption of a narrow image
    figure, axes = plt.subplots(
        1, len(images), figsize=(1.9 * sum(shares) + 0.5, 2.7), width_ratios=shares, layout="constrained"
    )
    for axis, image, caption in zip(axes, images, captions):
        axis.imshow(image, vmin=0, vmax=1)
        axis.set_title(caption, fontsize=9)
        axis.axis("off")
    figure.suptitle(title)
    return figure


def _frame(axis: plt.Axes, shape: Sequence[int], color: str, width: float) -> None:
    """Draw a frame around an image, although its axes are off."""
    corner = (-0.5, -0.5)
    axis.add_patch(
        Rectangle(corner, shape[1], shape[0], fill=False, edgecolor=color, linewidth=width, clip_on=False, zorder=3)
    )
