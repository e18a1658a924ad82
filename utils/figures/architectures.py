"""Drawings of lab 08: networks from the side, blocks and their wires, what a layer costs, and what depth does to training."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator
import numpy as np
from utils.figures._parts import look, near, paper
from utils.figures.common import COLORS

_FACE = {"facecolor": "#e4ecf4", "edgecolor": "black"}
Point = tuple[float, float]


def two_bills(names: Sequence[str], parameters: np.ndarray, macs: np.ndarray, *, title: str) -> Figure:
    """Draw each layer's share of a network's parameters and of its multiplications, in percent, as bars side by side.

    Args:
        names: of the layers.
        parameters: of each layer.
        macs: of each layer.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(8.5, 3.6), layout="constrained")
    places = np.arange(len(names))
    for shift, values, color, hatch, name in (
        (-0.2, parameters, COLORS[4], "", "parameters"),
        (0.2, macs, COLORS[5], "///", "multiplications"),
    ):
        shares = 100 * np.asarray(values) / np.sum(values)
        bars = axis.bar(places + shift, shares, 0.38, color=color, hatch=hatch, edgecolor="black", label=name)
        axis.bar_label(bars, [f"{share:.0f}" if share >= 0.95 else f"{share:.1f}" for share in shares], fontsize=8.5)
    axis.set_xticks(places, names)
    axis.set(ylabel="share of the network (%)", title=title)
    axis.margins(y=0.1)
    axis.legend(frameon=False, loc="upper left")
    return figure


def side_view(networks: Mapping[str, Sequence[tuple[int, int, int]]], *, title: str) -> Figure:
    """Draw networks from the side, one below the other: a box for each size of maps, cut into slices, one a layer.

    Args:
        networks: name -> (side of the maps in pixels, channels, layers) of each part, in order; a side of 1 is a dense layer.
        title: what to see.
    """
    figure, axes = plt.subplots(
        len(networks), figsize=(9.5, 2.2 * len(networks) + 0.3), squeeze=False, layout="constrained"
    )
    ends = []
    for axis, (name, parts) in zip(axes[:, 0], networks.items()):
        left = 0.0
        for side, channels, count in parts:
            left = _draw_box(axis, left, side, channels, count)
        ends.append(left)
        axis.axis("off")
        axis.set_title(name, loc="left", fontsize=11)
    for axis in axes[:, 0]:
        axis.set(xlim=(-2, max(ends)), ylim=(-23, 18))
    figure.suptitle(title, fontsize=12)
    return figure


def _draw_box(axis: Axes, left: float, side: int, channels: int, count: int) -> float:
    """Draw the layers of one size; return where the next box begins."""
    height, width = 2 * side**0.5, max(0.35, np.log2(channels) / 14)
    for index in range(count):
        axis.add_patch(Rectangle((left + index * width, -height / 2), width, height, linewidth=0.8, **_FACE))
    right = left + max(count * width, 1.6)
    size = f"{side} x {side}\n{channels} ch." if side > 1 else f"dense\n{channels}"
    middle = left + count * width / 2
    axis.text(middle, -height / 2 - 1, size, ha="center", va="top", fontsize=9)
    axis.text(middle, height / 2 + 0.4, f"{count}", ha="center", va="bottom", fontsize=9)
    return right + 1.7


def boxes(
    parts: Mapping[str, Point], wires: Sequence[tuple[str, str]], *, title: str, bent: Sequence[tuple[str, str]] = ()
) -> Figure:
    """Draw boxes with words, and arrows between them; what comes in is at the bottom.

    Args:
        parts: the words -> (column, row), rows from below. Spaces at the end tell boxes apart that have the same words.
        wires: (from, to) of each arrow.
        title: what to see.
        bent: arrows that lead around what lies between, to the right.
    """
    columns, rows = (max(place[axis] for place in parts.values()) for axis in (0, 1))
    figure, axis = plt.subplots(figsize=(min(9.5, 2.2 * columns + 2.8), 0.85 * rows + 1.2), layout="constrained")
    drawn = {}
    for words, (column, row) in parts.items():
        box = {"boxstyle": "round,pad=0.35", **_FACE}
        drawn[words] = axis.text(column, row, words.strip(), ha="center", va="center", fontsize=10, bbox=box, zorder=3)
    for pair in [*wires, *bent]:
        start, end = (drawn[words].get_bbox_patch() for words in pair)
        ends = {"patchA": start, "patchB": end, "shrinkA": 1, "shrinkB": 2, "linewidth": 1.2}
        bend = {"arrowstyle": "->", "connectionstyle": "arc3,rad=0.55" if pair in bent else "arc3"}
        axis.annotate("", parts[pair[1]], parts[pair[0]], arrowprops=ends | bend)
    axis.set(xlim=(-0.6, columns + 0.6), ylim=(-0.4, rows + 0.4))
    axis.set_title(title, fontsize=12)
    axis.axis("off")
    return figure


def losses(panels: Mapping[str, Mapping[str, Sequence[Sequence[float]]]], *, title: str) -> Figure:
    """Draw training losses over the epochs, a panel for each kind of network, a line for each depth.

    Args:
        panels: kind -> depth in words -> loss after each epoch, a list for each start; the line is their mean, the band
            reaches from the lowest to the highest.
        title: what to see.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(9.5, 3.7), sharey=True, squeeze=False, layout="constrained")
    for axis, (kind, lines) in zip(axes[0], panels.items()):
        for index, (depth, starts) in enumerate(lines.items()):
            starts = np.asarray(starts)
            epochs = np.arange(1, starts.shape[1] + 1)
            axis.plot(epochs, starts.mean(axis=0), **look(index), markersize=5, label=depth)
            axis.fill_between(epochs, starts.min(axis=0), starts.max(axis=0), color=COLORS[index], alpha=0.18)
        axis.set(xlabel="epoch", title=kind, xticks=epochs)
        axis.legend(frameon=False)
    axes[0, 0].set_ylabel("training loss (mean of an epoch)")
    figure.suptitle(title)
    return figure


def by_layer(
    lines: Mapping[str, Sequence[float]],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    places: Sequence[int] | None = None,
    log_y: bool = False,
    level: float | None = None,
) -> Figure:
    """Draw a value for each layer or block, one line a network.

    Args:
        lines: network -> values, the first layer's first.
        xlabel: what is counted.
        ylabel: the value with its unit.
        title: what to see.
        places: the number of each layer or block; from 1 on if None.
        log_y: logarithmic y axis.
        level: a level to compare with, drawn dotted; none if None.
    """
    figure, axis = plt.subplots(figsize=(8.5, 3.6), layout="constrained")
    for index, (name, values) in enumerate(lines.items()):
        axis.plot(places or range(1, len(values) + 1), values, **look(index), markersize=5, label=name)
    if level is not None:
        axis.axhline(level, color="black", linestyle=":", linewidth=1)
    if log_y:
        axis.set_yscale("log")
    axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
    axis.legend(frameon=False)
    return figure


def paths(counts: Sequence[int], gradients: Sequence[float], *, title: str) -> Figure:
    """Draw how many paths there are of each length, and how the gradient is shared out among the lengths, as two panels.

    Args:
        counts: paths of length 0, 1, and so on.
        gradients: share (0 to 1) of each length.
        title: what to see.
    """
    figure, axes = plt.subplots(1, 2, figsize=(9.5, 3.4), layout="constrained")
    lengths = np.arange(len(counts))
    shares = np.asarray(counts, float) / np.sum(np.asarray(counts, float))
    for axis, values, color, name in (
        (axes[0], shares, COLORS[4], "share of the paths"),
        (axes[1], gradients, COLORS[5], "share of the gradient"),
    ):
        axis.bar(lengths, 100 * np.asarray(values), color=color, edgecolor="black", linewidth=0.6)
        axis.set_ylim(0, 118 * max(values))
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        mean = float(np.dot(lengths, values))
        axis.axvline(mean, color="black", linestyle="--", linewidth=1)
        near(axis, f"mean {mean:.1f}", (mean, axis.get_ylim()[1]), (5, -8), fontsize=10, bbox=paper(pad=1))
        axis.set(xlabel="length of the path (blocks that it goes through)", ylabel=f"{name} (%)")
    figure.suptitle(title)
    return figure
