"""Drawings of lab 02: windows and their arithmetic, kernels over their feature maps, receptive fields, and two explorers."""

from collections.abc import Mapping, Sequence

import ipywidgets as widgets
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import explorer, near
from utils.figures._strip import draw_windows
from utils.figures.common import COLORS, LINE_STYLES, show

BOX = {"fill": False, "edgecolor": COLORS[1], "linewidth": 2.5}
CASING = [withStroke(linewidth=4.5, foreground="white")]  # round a line on a photo, dark or bright
FEW_GREYS = plt.get_cmap("gray", 21)  # look like 256 at this size and take a third of the room; odd, for a grey at 0


def _window_sums(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return the sum of products of every window, (height, width) minus the kernel's size plus 1."""
    return np.tensordot(np.lib.stride_tricks.sliding_window_view(image, kernel.shape), kernel, axes=2)


def _numbers(
    axis: Axes,
    array: np.ndarray,
    title: str = "",
    digits: int = 2,
    low: float | None = None,
    high: float | None = None,
) -> None:
    """Draw a small array as cells with their values written in, shaded from black (`low`) to white (`high`).

    By default 0 is mid-grey, the values below it are darker, and those above it lighter.
    """
    array = np.atleast_2d(array)
    reach = float(np.abs(array).max()) or 1.0
    low, high = -reach if low is None else low, reach if high is None else high
    axis.imshow(array, cmap="gray", vmin=low, vmax=high)
    for (row, column), value in np.ndenumerate(array):
        text = f"{value:.{digits}f}".replace("-", "−")
        color = "white" if (value - low) / (high - low) < 0.48 else "black"
        axis.text(column, row, text, ha="center", va="center", fontsize=10, color=color)
    _cells(axis, *array.shape)
    axis.set_title(title, fontsize=11)


def _cells(axis: Axes, rows: int, columns: int) -> None:
    """Draw lines between the cells of a small array, and round it."""
    axis.set_xticks(np.arange(columns + 1) - 0.5, [])
    axis.set_yticks(np.arange(rows + 1) - 0.5, [])
    axis.grid(color="black", linewidth=0.8)
    axis.tick_params(length=0)
    axis.spines[:].set(visible=True, linewidth=0.8)


def _sign(axis: Axes, sign: str, points: float, size: int) -> None:
    """Write a sign left of a panel, so many points away."""
    axis.annotate(sign, (0, 0.5), xycoords="axes fraction", xytext=(-points, 0), textcoords="offset points",
                  ha="center", va="center", fontsize=size)  # fmt: skip


def number_grids(
    arrays: Sequence[np.ndarray], titles: Sequence[str], signs: Sequence[str], *, suptitle: str, digits: int = 0
) -> Figure:
    """Draw small arrays side by side with their values written in and a sign between neighbours; mid-grey is 0 in all.

    Args:
        arrays: each (rows, columns) or (columns,).
        titles: one an array.
        signs: what stands between two neighbours ("×", "=", "+", or ""), one fewer than arrays.
        suptitle: what to see.
        digits: decimals of the values.
    """
    widths = [np.atleast_2d(array).shape[1] for array in arrays]
    figure, axes = plt.subplots(
        1, len(arrays), figsize=(min(0.62 * sum(widths) + 0.55 * len(arrays), 11), 2.5), width_ratios=widths
    )
    reach = max(float(np.abs(array).max()) for array in arrays)
    for axis, array, title in zip(np.atleast_1d(axes), arrays, titles):
        _numbers(axis, array, title, digits, -reach, reach)
    for axis, sign in zip(np.atleast_1d(axes)[1:], signs):
        _sign(axis, sign, 14, 15)
    figure.subplots_adjust(top=0.74 if any("\n" in title for title in titles) else 0.82, bottom=0.02)
    figure.suptitle(suptitle, fontsize=12, y=1.04)
    return figure


def window_arithmetic(image: np.ndarray, kernel: np.ndarray, row: int, column: int) -> Figure:
    """Draw one window's products and their sum, with the window marked in the image and the sum in the feature map.

    Args:
        image: (height, width).
        kernel: (rows, columns), no larger than the image.
        row: of the window's upper left pixel.
        column: of the window's upper left pixel.

    Raises:
        ValueError: if the window does not lie inside the image.
    """
    feature_map = _window_sums(image, kernel)
    if not (0 <= row < feature_map.shape[0] and 0 <= column < feature_map.shape[1]):
        raise ValueError(f"the window at ({row}, {column}) does not lie inside the image of shape {image.shape}")
    figure = plt.figure(figsize=(9.5, 6))
    top, bottom = figure.subfigures(2, 1, height_ratios=[1.35, 1])
    _draw_window_and_sum(top.subplots(1, 2), image, feature_map, kernel.shape, row, column)
    patch = image[row : row + kernel.shape[0], column : column + kernel.shape[1]]
    cells = bottom.subplots(1, 4, width_ratios=[3, 3, 3, 1.2])
    _draw_products(cells, patch, kernel, feature_map[row, column], np.abs(feature_map).max())
    top.subplots_adjust(bottom=0.2, top=0.9, left=0.06, right=0.98)
    bottom.subplots_adjust(top=0.86, bottom=0.05)
    return figure


def _draw_window_and_sum(
    axes: Sequence[Axes], image: np.ndarray, feature_map: np.ndarray, size: tuple[int, int], row: int, column: int
) -> None:
    """Draw the image with a window of `size` (rows, columns) marked, and the feature map with its sum marked."""
    corner, reach = (column - 0.5, row - 0.5), np.abs(feature_map).max()
    axes[0].imshow(image, vmin=0, vmax=1)
    axes[0].add_patch(Rectangle(corner, size[1], size[0], **BOX))
    axes[0].set_title("image {} x {}: the window at row {}, column {}".format(*image.shape, row, column))
    axes[1].imshow(feature_map, vmin=-reach, vmax=reach)
    axes[1].add_patch(Rectangle(corner, 1, 1, **BOX))
    axes[1].set_title("feature map {} x {}: grey is 0".format(*feature_map.shape))
    for axis in axes:
        axis.set(xlabel="column (pixels)", ylabel="row (pixels)")


def _draw_products(axes: Sequence[Axes], patch: np.ndarray, kernel: np.ndarray, total: float, reach: float) -> None:
    _numbers(axes[0], patch, "pixels: black is 0", low=0, high=1)
    _numbers(axes[1], kernel, "kernel: grey is 0")
    _numbers(axes[2], patch * kernel, "products: grey is 0")
    _numbers(axes[3], np.array([[total]]), "sum, as in\nthe map", low=-reach, high=reach)
    for axis, sign in zip(axes[1:], "×=→"):
        _sign(axis, sign, 22, 16)


def explore_window(image: np.ndarray, kernels: Mapping[str, np.ndarray], row: int, column: int) -> widgets.Widget:
    """Return `window_arithmetic` with a choice of kernel and a field each for the window's row and column.

    Args:
        image: (height, width).
        kernels: name -> (rows, columns).
        row: where the window starts out.
        column: where the window starts out.
    """
    smallest = np.min([_window_sums(image, kernel).shape for kernel in kernels.values()], axis=0)

    def draw(name: str, row: int, column: int) -> None:
        total = _window_sums(image, kernels[name])[row, column]
        alt = f"The window at row {row}, column {column} under the kernel {name}: the products' sum is {total:.2f}."
        show(window_arithmetic(image, kernels[name], row, column), alt=alt)

    controls = {
        "name": widgets.Dropdown(options=list(kernels), description="kernel"),
        "row": _whole_number("row", row, 0, int(smallest[0]) - 1),
        "column": _whole_number("column", column, 0, int(smallest[1]) - 1),
    }
    return explorer(draw, controls)


def _whole_number(name: str, value: int, low: int, high: int) -> widgets.BoundedIntText:
    """Return a field for a number, which the arrow keys change. (A slider's handle has no name for a screen reader.)"""
    return widgets.BoundedIntText(
        value=value, min=low, max=high, description=f"{name}, {low} to {high}", style={"description_width": "9em"},
        layout={"width": "16em"},
    )  # fmt: skip


def window_positions(settings: Sequence[tuple[int, int, int, int, int]], *, columns: int = 2) -> Figure:
    """Draw where the windows of a 1-D strip of pixels lie, for several settings.

    Args:
        settings: (size, kernel size, stride, padding on each side, dilation), one a panel.
        columns: panels in a row.
    """
    rows = -(-len(settings) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(4.2 * columns, 2.3 * rows), squeeze=False, layout="constrained")
    for axis in axes.flat[len(settings) :]:
        axis.axis("off")
    for axis, setting in zip(axes.flat, settings):
        draw_windows(axis, *setting)
    figure.suptitle("Grey: pixels. Hatched: padding. Below, one row a window: dark where it reads.", fontsize=11)
    return figure


def explore_positions() -> widgets.Widget:
    """Return `window_positions` for one setting, with a field for each of its five numbers."""

    def draw(size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
        figure, axis = plt.subplots(figsize=(7.5, 3.6), layout="constrained")
        count = draw_windows(axis, size, kernel, stride, padding, dilation)
        show(figure, alt=f"{count} windows fit on a strip of {size} pixels with {padding} of padding on each side.")

    controls = {
        "size": _whole_number("size", 8, 1, 16),
        "kernel": _whole_number("kernel", 3, 1, 7),
        "stride": _whole_number("stride", 2, 1, 4),
        "padding": _whole_number("padding", 1, 0, 4),
        "dilation": _whole_number("dilation", 1, 1, 4),
    }
    return explorer(draw, controls)


def kernels_and_maps(kernels: Mapping[str, np.ndarray], maps: Mapping[str, np.ndarray], *, suptitle: str) -> Figure:
    """Draw each kernel, its values written in, above its feature map.

    Args:
        kernels: name -> (rows, columns); a kernel whose values sum to 0 has its map drawn with 0 as mid-grey.
        maps: name -> (height, width), pixel values around 0 to 1.
        suptitle: what to see.
    """
    figure, axes = plt.subplots(
        2, len(kernels), figsize=(1.75 * len(kernels), 3.4), height_ratios=[1.35, 1], layout="constrained"
    )
    for (above, below), (name, kernel) in zip(axes.T, kernels.items()):
        whole = np.allclose(kernel, np.round(kernel))
        _numbers(above, kernel, name, digits=0 if whole else 2)
        signed = abs(kernel.sum()) < 1e-6
        reach = np.percentile(np.abs(maps[name]), 99.5)
        below.imshow(maps[name], cmap=FEW_GREYS, vmin=-reach if signed else 0, vmax=reach if signed else 1)
        below.set_title("grey is 0" if signed else "black is 0", fontsize=9)
        below.axis("off")
    figure.suptitle(suptitle, fontsize=12)
    return figure


def times(seconds: Mapping[str, float], *, title: str) -> Figure:
    """Draw times as bars on a logarithmic axis, each with its value.

    Args:
        seconds: label -> seconds.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(8, 0.5 * len(seconds) + 1.3), layout="constrained")
    axis.barh(list(seconds), list(seconds.values()), color=COLORS[0], height=0.6)
    for position, value in enumerate(seconds.values()):
        text = f"{value:.2f} s" if value >= 0.1 else f"{value * 1e3:.1f} ms"
        near(axis, text, (value, position), (4, 0), va="center", fontsize=10)
    axis.invert_yaxis()
    axis.set_xscale("log")
    axis.set_xlim(min(seconds.values()) / 3, max(seconds.values()) * 4)
    axis.set(xlabel="processor seconds for one batch (each grid line is ten times the one before)", title=title)
    axis.grid(axis="x", color="#cccccc", linewidth=0.8)
    axis.set_axisbelow(True)
    return figure


def named_regions(
    photo: np.ndarray, feature_map: np.ndarray, regions: Mapping[str, tuple[slice, slice]], *, reach: float, title: str
) -> Figure:
    """Draw a photo beside its feature map, with the same named boxes on both.

    Args:
        photo: (height, width, 3).
        feature_map: (about height, about width).
        regions: name -> (rows, columns).
        reach: the map's value drawn as white; minus this is black and 0 mid-grey.
        title: of the feature map.
    """
    figure, axes = plt.subplots(1, 2, figsize=(5.2, 2.1), layout="constrained")
    axes[0].imshow(photo)
    axes[1].imshow(feature_map, cmap=FEW_GREYS, vmin=-reach, vmax=reach)
    for axis, heading in zip(axes, ("photo", title)):
        for name, region in regions.items():
            _draw_region(axis, name, *region)
        axis.set_title(heading, pad=10)
        axis.axis("off")
    return figure


def _draw_region(axis: Axes, name: str, rows: slice, columns: slice) -> None:
    corner, size = (columns.start, rows.start), (columns.stop - columns.start, rows.stop - rows.start)
    axis.add_patch(Rectangle(corner, *size, fill=False, edgecolor="black", linewidth=1.5, path_effects=CASING))
    near(axis, name, corner, (0, 4), fontsize=10, path_effects=[withStroke(linewidth=3, foreground="white")])


def moved_pieces(pictures: Sequence[np.ndarray], titles: Sequence[str]) -> Figure:
    """Draw small pictures side by side, each pixel as a square; the last has a frame, so that it can be told from the page.

    Args:
        pictures: each (height, width), from its own darkest value to its brightest.
        titles: one a picture.
    """
    figure, axes = plt.subplots(1, len(pictures), figsize=(1.7 * len(pictures), 1.95), layout="constrained")
    for axis, picture, title in zip(axes, pictures, titles):
        axis.imshow(picture, cmap=FEW_GREYS, interpolation="nearest")
        axis.set_title(title, fontsize=9)
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(visible=axis is axes[-1], linewidth=1)
    return figure


def receptive_fields(image: np.ndarray, fields: Mapping[str, int], center: tuple[int, int], *, title: str) -> Figure:
    """Draw squares of growing size around one pixel of an image.

    Args:
        image: (height, width).
        fields: label -> side of the square in pixels, an odd number, growing; four at most.
        center: row and column of the pixel.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(4.1, 4.1), layout="constrained")
    axis.imshow(image, cmap=plt.get_cmap("gray", 9), vmin=0, vmax=1, interpolation="nearest")
    row, column = center
    colors = [COLORS[1], COLORS[0], COLORS[2], COLORS[6]]
    starts = [(-0.36, 0.22), (0.28, 0.3), (-0.22, -0.3), (0, 0)]  # where a label stands, in images from the pixel
    for (label, side), color, line_style, start in zip(fields.items(), colors, LINE_STYLES, starts):
        style = {"edgecolor": color, "linewidth": 2.2, "linestyle": line_style, "path_effects": CASING}
        axis.add_patch(Rectangle((column - side / 2, row - side / 2), side, side, fill=False, **style))
        across, down = np.sign(start) * side / 2
        at = (column + start[0] * image.shape[1], row + start[1] * image.shape[0])
        box = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": color}
        if start == (0, 0):  # the largest square bears its label on its upper side
            at, across, down = (column, row - side / 2), 0, -side / 2
        axis.annotate(
            f"{label}: {side} x {side}", (column + across, row + down), at, ha="center", va="center", fontsize=10,
            bbox=box, arrowprops={"arrowstyle": "->", "linewidth": 1.6, "path_effects": CASING} if start != (0, 0) else None,
        )  # fmt: skip
    axis.set(xlabel="column (pixels)", ylabel="row (pixels)", title=title)
    return figure


def effective_field(sensitivity: np.ndarray, *, theoretical: int, inner: int, title: str) -> Figure:
    """Draw how strongly an output depends on each pixel, as a map and along the middle row.

    Args:
        sensitivity: (side, side), not negative, the output's own position in the middle.
        theoretical: side of the receptive field by the formula, in pixels, drawn as a dashed square.
        inner: side of the square that holds most of the sensitivity, drawn as a solid square.
        title: what to see.
    """
    relative = sensitivity / sensitivity.max()
    middle = len(relative) // 2
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3.6), width_ratios=[1, 1.2], layout="constrained")
    picture = left.imshow(relative, cmap="gray_r")
    for side, line_style, color in ((theoretical, "--", "black"), (inner, "-", COLORS[1])):
        corner = (middle - side / 2, middle - side / 2)
        left.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=color, linestyle=line_style, linewidth=2))
        edges = [middle - side / 2, middle + side / 2]
        right.vlines(edges, 0, 1, color=color, linestyle=line_style)
        edge, label_at, what = (edges[1], 28, "by the formula") if side == theoretical else (edges[0], -4, "most of it")
        right.annotate(
            f"{side} px,\n{what}", (edge, 0.6), (label_at, 0.8), color=color, va="center", fontsize=9,
            arrowprops={"arrowstyle": "-", "color": color},
        )  # fmt: skip
    right.set_xlim(-5, len(relative) + 5)
    right.plot(relative[middle], color=COLORS[0], marker="o", markersize=4, linestyle="-")
    left.set(xlabel="column (pixels)", ylabel="row (pixels)", title="gradient size at each pixel")
    right.set(xlabel="column (pixels)", ylabel="relative gradient size", title="along the middle row", ylim=(0, 1.05))
    figure.colorbar(picture, ax=left, shrink=0.8, label="relative to the largest")
    figure.suptitle(title, fontsize=12)
    return figure


def matrix(weights: np.ndarray, *, xlabel: str, ylabel: str, title: str) -> Figure:
    """Draw a matrix of weights with 0 as white and the other values as greys, so that its pattern shows.

    Args:
        weights: (rows, columns).
        xlabel: what a column is.
        ylabel: what a row is.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(8.5, 4.4), layout="constrained")
    distinct = np.unique(weights[weights != 0])
    shades = np.where(weights == 0, 0, 0.25 + 0.75 * np.searchsorted(distinct, weights) / max(len(distinct) - 1, 1))
    axis.imshow(shades, cmap="gray_r", vmin=0, vmax=1)
    axis.set_xticks(np.arange(weights.shape[1] + 1) - 0.5, [], minor=True)
    axis.set_yticks(np.arange(weights.shape[0] + 1) - 0.5, [], minor=True)
    axis.grid(which="minor", color="#dddddd", linewidth=0.5)
    axis.tick_params(which="minor", length=0)
    axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
    return figure


def learning_a_kernel(losses: np.ndarray, distances: np.ndarray, *, title: str) -> Figure:
    """Draw the relative loss and the relative squared distance to the sought kernel on one logarithmic axis.

    Args:
        losses: after 0, 1, 2, ... steps, relative to the first.
        distances: likewise.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
    for values, line_style, color, label in (
        (distances, "--", COLORS[1], "squared distance to Sobel x"),
        (losses, "-", COLORS[0], "mean squared error"),
    ):
        axis.plot(values, color=color, linestyle=line_style, linewidth=2)
        at = len(values) // 2
        near(axis, label, (at, values[at]), (4, 8), color=color)
    axis.axvline(30, color="#888888", linewidth=1, linestyle=":")
    near(axis, "step 30", (30, 1), (4, -4), va="top", color="#555555")
    axis.set(xlabel="steps of gradient descent", ylabel="share of the first value", yscale="log", title=title)
    return figure
