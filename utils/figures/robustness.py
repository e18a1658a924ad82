"""Drawings of lab 13: digits with a network's answers, one mark a seed, and two networks beside each other."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import bare, look
from utils.figures._seeds import seeds as seeds


def digits_with_answers(
    rows: Mapping[str, Sequence[np.ndarray]], answers: Mapping[str, Sequence[int]], *, title: str
) -> Figure:
    """Draw rows of digits with a network's answer below each.

    Args:
        rows: name -> images (height, width, 1), from 0 (black) to 1 (white), equally many in each row.
        answers: name -> the answer to each image of the row.
        title: what to see.
    """
    count = len(next(iter(rows.values())))
    figure, axes = plt.subplots(
        len(rows), count, figsize=(1.2 * count + 1, 1.5 * len(rows) + 0.3), squeeze=False, layout="constrained"
    )
    for line, (name, images) in zip(axes, rows.items()):
        for axis, image, answer in zip(line, images, answers[name]):
            axis.imshow(np.squeeze(image), cmap="gray", vmin=0, vmax=1)
            axis.set_xlabel(f"{answer}", fontsize=12, labelpad=2)
            bare(axis)
        line[0].set_ylabel(name, fontsize=10)
    figure.suptitle(title)
    return figure


def paired(values: Mapping[str, Mapping[str, float]], *, xlabel: str, title: str) -> Figure:
    """Draw a row for each kind of image, with a mark for each network, one below the other.

    Args:
        values: network -> kind -> share from 0 to 1; the kinds are the same for each.
        xlabel: the x axis; shares are drawn as percent.
        title: what to see.
    """
    kinds = list(next(iter(values.values())))
    figure, axis = plt.subplots(figsize=(7.5, 0.42 * len(kinds) + 1.5), layout="constrained")

    def shift(index: int) -> float:  # one mark above the other, so that none hides another
        return 0.34 * (index - (len(values) - 1) / 2)

    for row, kind in enumerate(kinds):
        ends = [100 * shares[kind] for shares in values.values()]
        places = [row + shift(index) for index in range(len(ends))]
        axis.plot(ends, places, color="0.75", linestyle="-", linewidth=2, zorder=1)
    for index, (name, shares) in enumerate(values.items()):
        style = look(index) | {"linestyle": "none"}
        places = [row + shift(index) for row in range(len(kinds))]
        axis.plot([100 * shares[kind] for kind in kinds], places, label=name, markersize=7, **style)
    axis.set(yticks=range(len(kinds)), yticklabels=kinds, xlabel=xlabel, title=title, xlim=(0, 103))
    axis.invert_yaxis()
    axis.legend(loc="upper left", frameon=False)
    return figure
