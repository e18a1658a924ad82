"""Drawings of lab 05: curves of a network that memorises, maps with holes, units before and after BatchNorm, remedies."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import bare, beside, look
from utils.figures.common import COLORS, MARKERS

History = Mapping[str, Sequence[float]]


def learning_curves(history: History, *, title: str, mark: int | None = None) -> Figure:
    """Draw loss and accuracy after each epoch, of the training images and of the validation images.

    Args:
        history: what `fit` records: loss, val_loss, accuracy (0 to 1) and val_accuracy, one number an epoch.
        title: what to see.
        mark: the epoch, counted from 1, with the lowest validation loss, to mark by a dot and an upright line; None for
            no mark.
    """
    figure, axes = plt.subplots(1, 2, figsize=(8.6, 3.4), layout="constrained")
    for axis, name, unit, factor in zip(axes, ("loss", "accuracy"), ("cross-entropy", "accuracy in %"), (1, 100)):
        validation = factor * np.asarray(history[f"val_{name}"], float)
        _line(axis, factor * np.asarray(history[name], float), "training", color=COLORS[0], linestyle="-")
        _line(axis, validation, "validation", color=COLORS[1], linestyle="--")
        if mark is not None:
            axis.axvline(mark, color="0.4", linestyle=":", linewidth=1.2)
            axis.plot(mark, validation[mark - 1], MARKERS[0], color=COLORS[1], markersize=7)
        axis.set(xlabel="epoch", ylabel=unit)
        axis.margins(y=0.12)
    if mark is not None:
        axes[0].annotate(
            f"lowest in epoch {mark}", (mark, history["val_loss"][mark - 1]), xytext=(0.3, 0.92), fontsize=10,
            textcoords="axes fraction", color=COLORS[1], arrowprops={"arrowstyle": "->", "color": COLORS[1]},
        )  # fmt: skip
    figure.suptitle(title)
    return figure


def _line(axis: Axes, values: np.ndarray, label: str, *, color: str, linestyle: str) -> None:
    """Draw one number an epoch, with the label right of its end."""
    axis.plot(np.arange(1, len(values) + 1), values, color=color, linestyle=linestyle, linewidth=2)
    beside(axis, label, values[-1], x=1.02, color=color)


def ticks_at(figure: Figure, values: Sequence[float]) -> Figure:
    """Put the x axis' ticks where the measured values are, and return the figure."""
    axis = figure.axes[0]
    axis.set_xticks(values, [f"{value:g}" for value in values])
    axis.minorticks_off()
    return figure


def maps_with_holes(rows: Mapping[str, Sequence[np.ndarray]], *, title: str) -> Figure:
    """Draw feature maps, a row each treatment, with what is exactly zero crossed out.

    Args:
        rows: label -> maps of shape (height, width); in all rows the same number.
        title: what to see.
    """
    columns = max(len(maps) for maps in rows.values())
    figure, axes = plt.subplots(
        len(rows), columns, figsize=(1.25 * columns + 1.2, 1.35 * len(rows) + 0.4), squeeze=False, layout="constrained"
    )
    cmap = plt.get_cmap("gray").with_extremes(bad="white")
    for line, (label, maps) in zip(axes, rows.items()):
        low, top = float(np.min(maps)), float(np.max(maps))
        for axis, feature_map in zip(line, np.asarray(maps)):
            axis.imshow(np.ma.masked_equal(feature_map, 0), cmap=cmap, vmin=low, vmax=top)
            down, right = np.nonzero(feature_map == 0)
            axis.plot(right, down, "x", color=COLORS[1], markersize=4, markeredgewidth=1)
            bare(axis)
        line[0].set_ylabel(label, rotation=0, ha="right", va="center")
    figure.suptitle(title)
    return figure


def units(panels: Mapping[str, np.ndarray], *, title: str, xlabel: str) -> Figure:
    """Draw how the values of a few units are spread over a batch, a panel each stage, a strip each unit.

    Args:
        panels: label -> values of shape (batch, units).
        title: what to see.
        xlabel: what the values are.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(8.6, 2.8), sharey=True, layout="constrained")
    random = np.random.default_rng(0)
    for axis, (label, values) in zip(np.atleast_1d(axes), panels.items()):
        for unit, row in enumerate(values.T):
            height = unit + random.uniform(-0.25, 0.25, size=len(row))
            axis.plot(row, height, markersize=3, alpha=0.45, **look(unit) | {"linestyle": "none"})
            axis.plot([row.mean()] * 2, [unit - 0.4, unit + 0.4], color="black", linestyle="-", linewidth=2)
        axis.axvline(0, color="0.7", linewidth=0.8, linestyle="-", zorder=0)
        axis.set(title=label, xlabel=xlabel)
        axis.set_yticks(range(values.shape[1]), [f"unit {unit + 1}" for unit in range(values.shape[1])])
    figure.suptitle(title)
    return figure


def changed_images(columns: Mapping[str, Sequence[np.ndarray]], *, title: str) -> Figure:
    """Draw images and what becomes of them: a column each change with its letter and name above, a row each image.

    Args:
        columns: name of the change -> images (height, width) or (height, width, 1), values 0 to 1.
        title: what to see.
    """
    rows = max(len(images) for images in columns.values())
    figure, axes = plt.subplots(
        rows, len(columns), figsize=(1.12 * len(columns), 1.14 * rows + 0.8), squeeze=False, layout="constrained"
    )
    for line, (name, images) in zip(axes.T, columns.items()):
        for axis, image in zip(line, images):
            axis.imshow(np.asarray(image).reshape(np.shape(image)[:2]), cmap="gray", vmin=0, vmax=1)
            bare(axis)
        line[0].set_title(name, fontsize=10)
    figure.suptitle(title)
    return figure


def remedies(train: Mapping[str, Sequence[float]], validation: Mapping[str, Sequence[float]], *, title: str) -> Figure:
    """Draw each remedy's runs below each other, dots for validation and hollow squares for training.

    A line shows the gap between the two means.

    Args:
        train: remedy -> training accuracy of each run, in percent.
        validation: remedy -> validation accuracy of each run, in percent; the mean is written beside the dots.
        title: what to see.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 0.46 * len(train) + 1.4), sharey=True, layout="constrained")
    for row, name in enumerate(train):
        _draw_runs(left, right, row, np.asarray(train[name], float), np.asarray(validation[name], float))
    first = next(iter(validation))
    right.axvline(np.mean(validation[first]), color="0.4", linestyle=":", linewidth=1.3)
    left.set_yticks(range(len(train)), list(train))
    left.set_ylim(len(train) - 0.5, -0.5)
    left.set(xlabel="accuracy in %", title="dots validation, squares training", xlim=(None, 101))
    right.set(xlabel="accuracy in %", title="validation alone; dotted: the mean of the first row")
    left.title.set_fontsize(10)
    right.title.set_fontsize(10)
    figure.suptitle(title)
    return figure


def _draw_runs(left: Axes, right: Axes, row: int, inside: np.ndarray, outside: np.ndarray) -> None:
    """Draw the runs of one remedy: training (inside) and validation (outside) at the left, validation alone at the right."""
    apart = row + 0.16 * (np.arange(len(inside)) - (len(inside) - 1) / 2)  # equal runs stay visible beside each other
    left.plot([outside.mean(), inside.mean()], [row, row], color="0.75", linestyle="-", linewidth=2, zorder=0)
    left.plot(inside, apart, MARKERS[1], color=COLORS[1], fillstyle="none", markersize=6)
    right.axhline(row, color="0.88", linewidth=1, linestyle="-", zorder=0)
    for axis in (left, right):
        axis.plot(outside, apart, MARKERS[0], color=COLORS[0], markersize=5)
    beside(right, f"{outside.mean():.1f}", row)
