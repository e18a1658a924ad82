"""Drawings of lab 01: an image cut into a strip, single runs as dots, and three ways to connect two layers."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import beside
from utils.figures.common import COLORS, LINE_STYLES, MARKERS


def flattened(image: np.ndarray, *, row: int, column: int) -> Figure:
    """Draw an image with one 3x3 neighbourhood framed, and below it the flattened image with the same nine pixels marked.

    Args:
        image: shape (height, width) or (height, width, 1).
        row: of the neighbourhood's centre.
        column: of the neighbourhood's centre.
    """
    height, width = image.shape[:2]
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(8, 4.6), height_ratios=[5, 1], layout="constrained")
    top.imshow(image.reshape(height, width))
    top.add_patch(Rectangle((column - 1.5, row - 1.5), 3, 3, fill=False, edgecolor=COLORS[5], linewidth=2))
    top.set(title=f"{height} x {width} pixels: nine neighbours, framed", xlabel="column", ylabel="row")
    bottom.imshow(image.reshape(1, -1), aspect="auto")
    for line in (-1, 0, 1):
        _mark_three(bottom, (row + line) * width + column - 1, shift=55 * line)
    bottom.set(xlabel="position in the flattened image", yticks=[])
    return figure


def _mark_three(axis: Axes, start: int, *, shift: float) -> None:
    """Mark three pixels of a strip; their positions stand above it, moved to the right by so many points."""
    axis.axvspan(start - 0.5, start + 2.5, color=COLORS[5])
    axis.annotate(
        f"{start} to {start + 2}", (start + 1, 1.0), xycoords=("data", "axes fraction"), xytext=(shift, 8),
        textcoords="offset points", ha="center", fontsize=9, arrowprops={"arrowstyle": "-", "linewidth": 0.8},
    )  # fmt: skip


def dots(runs: Mapping[str, Sequence[float]], *, xlabel: str, title: str) -> Figure:
    """Draw every run of an experiment as a dot on its condition's line, a little apart where they agree, with the mean written at the right.

    Args:
        runs: condition -> one value a run.
        xlabel: the x axis with its unit.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(7.5, 0.5 * len(runs) + 1.3), layout="constrained")
    for position, values in enumerate(runs.values()):
        marker = MARKERS[position % len(MARKERS)]
        axis.axhline(position, color="0.85", linewidth=1, linestyle="-", zorder=0)
        heights = position + 0.18 * (np.arange(len(values)) - (len(values) - 1) / 2)  # apart, where values agree
        axis.plot(values, heights, marker, color=COLORS[0], markersize=8, fillstyle="none", linestyle="none")
        beside(axis, f"mean {np.mean(values):.1f}" if len(values) > 1 else f"{values[0]:.1f}, one run", position)
    axis.set_yticks(range(len(runs)), list(runs))
    axis.set_ylim(len(runs) - 0.5, -0.5)
    axis.set(xlabel=xlabel, title=title)
    return figure


def connections(n_units: int = 7) -> Figure:
    """Draw two layers of `n_units` units three times: all connected; neighbours connected; neighbours, sharing weights.

    In the first two every line is a weight of its own. In the third the three line styles are the only three weights.
    """
    figure, axes = plt.subplots(1, 3, figsize=(9, 2.9), layout="constrained")
    positions = range(n_units)
    local = [(source, target) for target in positions for source in positions if abs(source - target) <= 1]
    dense = [(source, target) for target in positions for source in positions]
    panels = (
        (f"dense: {len(dense)} weights", dense, False),
        (f"local: {len(local)} weights", local, False),
        ("local and shared: 3 weights", local, True),
    )
    for axis, (title, pairs, shared) in zip(axes, panels):
        _draw_weights(axis, pairs, shared=shared)
        for y, name in enumerate(("input", "output")):
            axis.scatter(positions, [y] * n_units, s=110, color="white", edgecolor="black", zorder=2)
            axis.text(-0.9, y, name, ha="right", va="center")
        axis.set(title=title, xlim=(-2.6, n_units - 0.5), ylim=(-0.25, 1.25))
        axis.axis("off")
    return figure


def _draw_weights(axis: Axes, pairs: Sequence[tuple[int, int]], *, shared: bool) -> None:
    for source, target in pairs:
        style = {"color": "0.45", "linestyle": "-", "linewidth": 0.9}
        if shared:
            kind = source - target + 1
            style = {"color": COLORS[kind], "linestyle": LINE_STYLES[kind], "linewidth": 2}
        axis.plot([source, target], [0, 1], zorder=1, **style)
