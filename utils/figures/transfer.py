"""Drawings of lab 07: what a network answers, which parts of it learn, and what that costs."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import bare, look, near, paper
from utils.figures.common import COLORS, LINE_STYLES, curves, image_grid


def answers(
    images: Sequence[np.ndarray],
    truths: Sequence[str],
    names: Sequence[Sequence[str]],
    values: np.ndarray,
    *,
    title: str,
) -> Figure:
    """Draw pictures, and right of each its most probable classes as bars; the true class is hatched and marked with >.

    Args:
        images: (height, width, 3) each, uint8.
        truths: the true class of each picture.
        names: the most probable classes of each, the most probable first.
        values: (n, classes drawn), their probabilities.
        title: what to see.
    """
    columns = 2
    rows = -(-len(images) // columns)
    figure, axes = plt.subplots(
        rows, 2 * columns, figsize=(9.6, 1.75 * rows + 0.4), width_ratios=[1, 1.25] * columns, layout="constrained",
        squeeze=False,
    )  # fmt: skip
    for axis in axes.flat[2 * len(images) :]:
        axis.axis("off")
    for index, image in enumerate(images):
        picture, chart = axes.flat[2 * index], axes.flat[2 * index + 1]
        picture.imshow(image)
        picture.axis("off")
        picture.set_title(truths[index], fontsize=10)
        _draw_answer(chart, truths[index], names[index], values[index])
    figure.suptitle(title)
    return figure


def _draw_answer(axis: Axes, truth: str, names: Sequence[str], values: np.ndarray) -> None:
    bars = axis.barh(range(len(names)), values, color=COLORS[4], height=0.9)
    for position, (bar, name, value) in enumerate(zip(bars, names, values)):
        if name == truth:
            bar.set(hatch="//", edgecolor="black")
            box = paper(alpha=0.75, pad=0.8)
            axis.text(0.02, position, f"> {name} {value:.2f}", va="center", fontsize=9, bbox=box)
        else:
            axis.text(0.02, position, f"{name} {value:.2f}", va="center", fontsize=9)
    axis.invert_yaxis()
    axis.set_xlim(0, 1)
    bare(axis)


def strategies(rows: Mapping[str, str], parts: Sequence[str], *, title: str) -> Figure:
    """Draw a network as a row of boxes for each way to train it: parts with a pattern learn, plain ones stay as they are.

    Args:
        rows: the strategy -> one letter a part, "r" (starts at random, learns), "l" (starts from ImageNet, learns), "p"
            (starts from the probe, learns) or "f" (from ImageNet, frozen).
        parts: what the boxes are, from the picture to the answer.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(9, 0.85 * len(rows) + 0.6), layout="constrained")
    for row, (name, letters) in enumerate(rows.items()):
        axis.text(-0.15, row, name, ha="right", va="center", fontsize=11)
        for column, letter in enumerate(letters):
            _draw_part(axis, row, column, *_PARTS[letter])
    for column, part in enumerate(parts):
        axis.text(column + 0.46, -0.55, part, ha="center", va="bottom", fontsize=10)
    axis.set(xlim=(-1.9, len(parts)), ylim=(len(rows) - 0.55, -0.95))
    axis.axis("off")
    axis.set_title(title)
    return figure


_PARTS = {
    "r": ("white", "xx", "random,\nlearns"),
    "l": (COLORS[4], "//", "ImageNet,\nlearns"),
    "p": (COLORS[5], "..", "probe,\nlearns"),
    "f": ("0.85", "", "ImageNet,\nfrozen"),
}


def _draw_part(axis: Axes, row: int, column: int, color: str, hatch: str, text: str) -> None:
    axis.barh(row, 0.92, left=column, height=0.72, color=color, hatch=hatch, edgecolor="0.45", linewidth=1)
    axis.text(column + 0.46, row, text, ha="center", va="center", fontsize=9, bbox=paper(pad=1.5))


def label_budget(scores: Mapping[float, Sequence[float]], scratch: float, *, title: str) -> Figure:
    """Draw the accuracy of a probe over the labels a class, with a band of one standard deviation.

    Args:
        scores: labels a class -> accuracies (0 to 1), one a split; the last for all labels, on average so many a class.
        scratch: the accuracy of the network from scratch with all labels, drawn as a level line without markers.
        title: what to see.
    """
    budgets = list(scores)
    figure = curves(
        {"frozen": (budgets, [100 * np.mean(values) for values in scores.values()])},
        xlabel="labels a class (logarithmic); all: not balanced",
        ylabel="accuracy (%), mean of the splits",
        spread={"frozen": [100 * np.std(values, ddof=1) for values in scores.values()]},
        log_x=True,
        title=title,
    )
    axis = figure.axes[0]
    axis.axhline(100 * scratch, color=COLORS[1], linestyle=LINE_STYLES[1])
    axis.annotate(
        "from scratch,\nall labels", (1.01, 100 * scratch), xycoords=axis.get_yaxis_transform(), color=COLORS[1],
        va="center", fontsize=10, annotation_clip=False,
    )  # fmt: skip
    axis.set_xticks(budgets, [f"{budget:.0f}" for budget in budgets[:-1]] + [f"all\n(about {budgets[-1]:.0f})"])
    axis.minorticks_off()
    return figure


def cost_and_accuracy(points: Mapping[str, tuple[float, float, float, float]], *, title: str) -> Figure:
    """Draw strategies by what they cost and what they reach: accuracy over trainable parameters and over seconds.

    Args:
        points: strategy -> (trainable parameters, seconds, mean accuracy, its standard deviation), accuracies 0 to 1.
        title: what to see.
    """
    figure, axes = plt.subplots(1, 2, figsize=(9.4, 3.5), sharey=True, layout="constrained")
    labels = ["trainable parameters (logarithmic)", "seconds of the processor"]
    for column, (axis, label) in enumerate(zip(axes, labels)):
        for index, (name, values) in enumerate(points.items()):
            point, spread = (values[column], 100 * values[2]), 100 * values[3]
            axis.errorbar(*point, yerr=spread, markersize=9, capsize=3, **look(index) | {"linestyle": "none"})
            # above and below by turns, so that labels of neighbours do not meet
            near(axis, name, point, (9, 7 if index % 2 == 0 else -16), color=COLORS[index])
        axis.set_xlabel(label)
        axis.margins(y=0.25)
    low, high = (choose(values[0] for values in points.values()) for choose in (min, max))
    axes[0].set_xscale("log")
    axes[0].set_xlim(low * (low / high) ** 0.15, high * (high / low) ** 0.65)  # room for the labels at the right
    axes[1].set_xlim(0, 1.6 * max(values[1] for values in points.values()))
    axes[0].set_ylabel("accuracy (%)")
    figure.suptitle(title)
    return figure


def titled_photos(photos: Sequence[np.ndarray], titles: Sequence[str], *, title: str) -> Figure:
    """Draw photos in rows of seven under titles of up to two lines, with room between the rows.

    Args:
        photos: (height, width, 3) each.
        titles: one for each photo.
        title: what to see.
    """
    figure = image_grid(photos, titles, columns=7, size=1.35, suptitle=title)
    figure.set_figheight(figure.get_figheight() + 0.5)
    figure.get_layout_engine().set(h_pad=0.12)
    return figure
