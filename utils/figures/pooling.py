"""Lab 03's drawings: pooling windows, pictures made smaller, and what falls between the samples."""

from collections.abc import Callable, Mapping, Sequence

import ipywidgets as widgets
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import bare, explorer, look, slider
from utils.figures.common import COLORS, show

_STRIPED = 55308  # the training image of Fashion-MNIST with the finest stripes: one row bright, one row dark


def two_shirts(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return two photos of one striped shirt, 32 x 32, values 0 to 1; the lab asks what they differ in.

    Args:
        images: Fashion-MNIST's training images in TFDS's order, (n, 28, 28, 1), uint8.
    """
    photo = np.pad(images[_STRIPED, :, :, 0] / np.float32(255), 2)
    return photo, np.roll(photo, 1, axis=0)


def pooled_windows(feature_map: np.ndarray, pooled: Mapping[str, np.ndarray], window: int) -> Figure:
    """Draw a feature map with its windows outlined, and beside it what each way of pooling makes of them.

    Args:
        feature_map: (height, width), a few numbers each way, both multiples of `window`.
        pooled: name -> (height / window, width / window).
        window: side of the square windows, which lie side by side.
    """
    figure, axes = plt.subplots(
        1, 1 + len(pooled), figsize=(2.4 * (1 + len(pooled)), 2.6), width_ratios=[1.5, *[1] * len(pooled)],
        layout="constrained",
    )  # fmt: skip
    low, high = feature_map.min(), feature_map.max()
    _numbers(axes[0], feature_map, low, high)
    axes[0].set_title(f"feature map, windows of {window} x {window}", fontsize=10)
    for row, column in np.ndindex(*feature_map.shape):
        if row % window == column % window == 0:
            corner = (column - 0.5, row - 0.5)
            axes[0].add_patch(Rectangle(corner, window, window, fill=False, edgecolor=COLORS[0], linewidth=3))
    for axis, (name, values) in zip(axes[1:], pooled.items()):
        _numbers(axis, values, low, high)
        axis.set_title(name, fontsize=10)
    return figure


def _numbers(axis: Axes, values: np.ndarray, low: float, high: float) -> None:
    """Draw an array in grey from `low` to `high`, with its values written in."""
    axis.imshow(values, cmap="gray", vmin=low - 0.3 * (high - low), vmax=high)
    _framed(axis)
    for (row, column), value in np.ndenumerate(values):
        color = "white" if value < low + 0.35 * (high - low) else "black"
        axis.text(column, row, f"{value:g}", ha="center", va="center", color=color, fontsize=12)


def _framed(axis: Axes) -> None:
    bare(axis)
    axis.spines[["top", "right"]].set_visible(True)


def ways_and_windows(pictures: Mapping[str, Mapping[int, np.ndarray]], *, suptitle: str) -> Figure:
    """Draw pictures as a table: a row for each way of making them smaller, a column for each window.

    Args:
        pictures: way -> window -> (height, width), values 0 (black) to 1 (white).
        suptitle: what to see.
    """
    rows, columns = len(pictures), len(next(iter(pictures.values())))
    first = next(iter(next(iter(pictures.values())).values()))
    height = 8.6 / columns * first.shape[0] / first.shape[1]
    figure, axes = plt.subplots(
        rows, columns, figsize=(9, rows * (height + 0.08) + 0.7), squeeze=False, layout="constrained"
    )
    for line, (way, by_window) in zip(axes, pictures.items()):
        for axis, picture in zip(line, by_window.values()):
            _picture(axis, picture)
        line[0].set_ylabel(way, fontsize=10)
    for axis, window in zip(axes[0], next(iter(pictures.values()))):
        axis.set_title(f"window {window} x {window}", fontsize=10)
    figure.suptitle(suptitle, fontsize=12)
    return figure


def _picture(axis: Axes, picture: np.ndarray) -> None:
    """Draw a picture of values 0 to 1 in a frame without ticks."""
    axis.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    _framed(axis)


def explore_pooling(
    picture: np.ndarray, ways: Mapping[str, Callable[[np.ndarray, int], np.ndarray]], *, window: int = 4
) -> widgets.Widget:
    """Return a picture beside its smaller self, with a choice of the way and a slider for the window.

    Args:
        picture: (height, width), values 0 to 1.
        ways: name -> function of a picture and a window that returns the smaller picture.
        window: where the slider starts out.
    """

    def draw(way: str, window: int) -> None:
        small = ways[way](picture, window)
        figure, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
        for axis, shown in zip(axes, (picture, small)):
            _picture(axis, shown)
            axis.set_title(f"{shown.shape[0]} x {shown.shape[1]} pixels", fontsize=10)
        show(figure, alt=f"The picture, and beside it {way} over windows of {window} x {window}: {small.shape} pixels.")

    controls = {
        "way": widgets.Dropdown(options=list(ways), description="way", style={"description_width": "6em"}),
        "window": slider("window", window, 1, 12),
    }
    return explorer(draw, controls)


def between_the_samples(periods: Sequence[float], *, step: int = 2, length: int = 24) -> Figure:
    """Draw fine stripes, the samples that a step keeps, and the wave that the kept samples seem to come from.

    Args:
        periods: from one bright stripe to the next, in pixels; one panel each.
        step: every how many pixels a sample is kept.
        length: pixels in a panel.
    """
    figure, axes = plt.subplots(
        len(periods), 1, figsize=(8, 1.75 * len(periods) + 0.5), sharex=True, layout="constrained"
    )
    for axis, period in zip(np.atleast_1d(axes), periods):
        cycles = step / period - np.round(step / period)  # per kept sample, folded to at most half a cycle
        _draw_samples(axis, period, cycles, step, length)
        seems = "no stripes at all" if abs(cycles) < 1e-9 else f"a period of {step / abs(cycles):.3g} pixels"
        axis.set_title(f"period of {period:g} pixels: the kept samples show {seems}", fontsize=11, loc="left")
        axis.set(yticks=[-1, 1], yticklabels=["dark", "bright"], ylim=(-1.25, 1.25))
    np.atleast_1d(axes)[-1].set_xlabel(f"pixel (squares: every {step}nd pixel, the ones that are kept)")
    return figure


def _draw_samples(axis: Axes, period: float, cycles: float, step: int, length: int) -> None:
    """Draw stripes and their samples in grey; what is kept, and the wave of so many cycles a sample through it, in colour."""
    fine, pixels = np.linspace(0, length, 60 * length), np.arange(length + 1)
    kept = pixels[::step]
    axis.plot(fine, np.cos(2 * np.pi * fine / period), color="0.75", linewidth=1.2, linestyle="-")
    axis.plot(pixels, np.cos(2 * np.pi * pixels / period), "o", color="0.6", markersize=4, linestyle="none")
    axis.plot(fine, np.cos(2 * np.pi * cycles * fine / step), color=COLORS[1], linewidth=2, linestyle="--")
    axis.plot(kept, np.cos(2 * np.pi * kept / period), "s", color=COLORS[1], markersize=7, linestyle="none")


def picture_table(
    rows: Mapping[str, Sequence[np.ndarray]], titles: Sequence[str], *, suptitle: str, width: float = 1.9
) -> Figure:
    """Draw rows of pictures under common titles that are large enough to be read.

    Args:
        rows: name, which stands at the left -> (height, width) or (height, width, 1), one for each title, all from black
            at 0 to white at the largest value of all.
        titles: of the columns, with line breaks where they need several lines.
        suptitle: what to see.
        width: of a picture, in inches.
    """
    first = next(iter(rows.values()))[0]
    height = width * first.shape[0] / first.shape[1]
    title = 0.22 * (1 + max(text.count("\n") for text in titles))
    figure, axes = plt.subplots(
        len(rows), len(titles), figsize=(len(titles) * width, len(rows) * (height + 0.08) + title + 0.35),
        squeeze=False, layout="constrained",
    )  # fmt: skip
    white = max(picture.max() for pictures in rows.values() for picture in pictures)
    for axis_row, (name, pictures) in zip(axes, rows.items()):
        for axis, picture in zip(axis_row, pictures):
            _picture(axis, picture / white)
        axis_row[0].set_ylabel(name, fontsize=13, rotation=0, ha="right", va="center")
    for axis, text in zip(axes[0], titles):
        axis.set_title(text, fontsize=11)
    figure.suptitle(suptitle, fontsize=13)
    return figure


def pixel_exact(pictures: Mapping[str, np.ndarray], *, columns: int, side: int, suptitle: str) -> Figure:
    """Draw square pictures so that each of their pixels covers a whole number of the screen's: drawing adds no aliasing.

    Args:
        pictures: title -> (height, height), values 0 to 1; `side` is a multiple of each height.
        columns: pictures in a row.
        side: of a drawn picture, in pixels of the figure.
        suptitle: what to see.

    Raises:
        ValueError: if a picture cannot be drawn at a whole number of pixels.
    """
    gap, title, dpi = 12, 24, plt.rcParams["figure.dpi"]
    rows = -(-len(pictures) // columns)
    width, height = columns * (side + gap) + gap, rows * (side + title + gap) + title
    figure = plt.figure(figsize=(width / dpi, height / dpi))
    for index, (name, picture) in enumerate(pictures.items()):
        if side % len(picture):
            raise ValueError(f"{name}: {len(picture)} pixels cannot be drawn on {side}")
        left = gap + index % columns * (side + gap)
        bottom = height - title - (index // columns + 1) * (side + title + gap) + gap
        axis = figure.add_axes((left / width, bottom / height, side / width, side / height))
        _picture(axis, picture)
        axis.axis("off")
        axis.set_title(name, fontsize=10, pad=4)
    figure.suptitle(suptitle, fontsize=12, y=1 - 4 / height, va="top")
    return figure


def consistency_curves(consistency: Mapping[str, np.ndarray], *, title: str) -> Figure:
    """Draw how often answers stay, over the distance; the band is one standard deviation of the seeds to each side.

    Args:
        consistency: name -> (seeds, distances), fractions; the first distance is 0 pixels, the next 1, and so on. One seed
            gets no band.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(7.5, 4), layout="constrained")
    for index, (name, values) in enumerate(consistency.items()):
        mean, pixels = values.mean(axis=0), np.arange(values.shape[1])
        axis.plot(pixels, mean, markersize=6, label=name, **look(index))
        if len(values) > 1:
            spread, color = values.std(axis=0, ddof=1), COLORS[index % len(COLORS)]
            axis.fill_between(pixels, mean - spread, mean + spread, alpha=0.15, linewidth=0, color=color)
    axis.legend(loc="lower right")  # lines that lie together cannot be labelled one by one
    axis.set(
        xlabel="moved to the right by (pixels)", ylabel="images with the same answer (fraction)", title=title,
        xticks=pixels, ylim=(0.6, 1.03),
    )  # fmt: skip
    return figure
