"""Drawings of lab 09: what a smaller network costs and keeps."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
import matplotlib.pyplot as plt
from matplotlib.ticker import LogLocator
import numpy as np
from utils.figures._parts import beside, look, near
from utils.figures._seeds import seeds
from utils.figures.common import COLORS, MARKERS


def shares(rows: Mapping[str, Sequence[float]]) -> Figure:
    """Draw two bars a row: which share of the multiplications a separable pair has, and which share of the time.

    Args:
        rows: label -> (share of the multiplications, share of the time), 1 for the full convolution.
    """
    limit = max(130, 150 * max(value for values in rows.values() for value in values))
    figure, axis = plt.subplots(figsize=(7.5, 0.8 * len(rows) + 1.3), layout="constrained")
    labels = []
    for row, values in enumerate(rows.values()):
        for part, value in enumerate(values):
            place = row + 0.36 * (part - 0.5)
            axis.barh(place, 100 * value, 0.34, color=COLORS[3 * part + 1], hatch=("", "//")[part], edgecolor="black")
            text = f"{100 * value:.0f}% of the {('multiplications', 'time')[part]}"
            labels.append(near(axis, text, (100 * value, place), (4, 0), va="center", fontsize=10))
    axis.axvline(100, color="0.3", linestyle="--")
    axis.set_yticks(range(len(rows)), list(rows))
    axis.invert_yaxis()
    axis.set_xlim(0, limit)
    axis.set(
        xlabel="percent of the full convolution, which is the dashed line",
        title="The pair's share of the products and of the time, measured here",
    )
    figure.canvas.draw()  # only now is it known how wide the labels are
    for label in labels:
        box = label.get_window_extent().transformed(axis.transData.inverted())
        if box.x0 < 102 and box.x1 > 99:  # not across the dashed line
            label.xy = max(label.xy[0], 100), label.xy[1]
    return figure


def pruned(shares: Sequence[float], accuracies: Mapping[str, Sequence[float]], *, title: str) -> Figure:
    """Draw the accuracy over the share of weights that are zero, a line for each way to prune; its label stands beside it.

    Args:
        shares: of the weights, 0 to 1.
        accuracies: way -> an accuracy for each share, 0 to 1; two ways.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
    lines = {way: 100 * np.asarray(values) for way, values in accuracies.items()}
    x, (one, other) = 100 * np.asarray(shares), lines.values()
    widest = int(np.argmax(np.abs(one - other)))  # there the labels are put, on the outer sides
    for row, (way, y) in enumerate(lines.items()):
        axis.plot(x, y, **look(row), markersize=5)
        above = y[widest] == max(one[widest], other[widest])
        sides = {"ha": "left", "va": "bottom"} if above else {"ha": "right", "va": "top"}
        near(axis, way, (x[widest], y[widest]), (8, 4) if above else (-8, -4), color=COLORS[row], fontsize=10, **sides)
    axis.set(xlabel="weights set to zero (%)", ylabel="validation accuracy (%)", title=title)
    return figure


def by_bits(
    bits: Sequence[int], accuracies: Mapping[str, Sequence[float]], errors: Mapping[str, Sequence[float]], *, title: str
) -> Figure:
    """Draw the accuracy and the rounding error over the bits a weight has, a line for each way to choose the scale.

    Args:
        bits: a weight has, largest first.
        accuracies: way -> an accuracy for each number of bits, 0 to 1; the lines may lie on each other.
        errors: way -> the root of the mean square rounding error, as a share of the weights' spread; these lines do not,
            so their labels stand there, and the hollow marks tell which line is which on the left.
        title: what to see.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.8), layout="constrained")
    for row, way in enumerate(accuracies):
        style = look(row) | {"markersize": 10 - 5 * row, "markerfacecolor": ("none", None)[row % 2]}
        left.plot(bits, 100 * np.asarray(accuracies[way]), **style)
        right.plot(bits, 100 * np.asarray(errors[way]), **style)
        above = errors[way][0] == max(values[0] for values in errors.values())
        beside(right, way, 100 * errors[way][0], color=COLORS[row], va="bottom" if above else "top")
    right.set_yscale("log")
    right.yaxis.set_major_formatter("{x:g}")
    left.set(xlabel="bits a weight", ylabel="validation accuracy (%)", xticks=range(min(bits), max(bits) + 1))
    right.set(xlabel="bits a weight", xticks=range(min(bits), max(bits) + 1))
    right.set(ylabel="rounding error (% of spread)")
    figure.suptitle(title)
    return figure


def trade_offs(
    accuracies: Mapping[str, float], sizes: Mapping[str, float], times: Mapping[str, float], *, title: str
) -> Figure:
    """Draw the accuracy of networks over the size of their files and over their times.

    Args:
        accuracies: name -> accuracy, 0 to 1.
        sizes: name -> kilobytes.
        times: name -> milliseconds.
        title: what to see.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 4.4), sharey=True, layout="constrained")
    names = list(accuracies)
    _scatter(left, names, [sizes[name] for name in names], accuracies)
    _scatter(right, names, [1000 * times[name] for name in names], accuracies)
    left.set(xlabel="file (kB, logarithmic)", ylabel="validation accuracy (%)")
    right.set(xlabel="one image (microseconds, logarithmic), this machine")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False, fontsize=10)
    figure.suptitle(title)
    return figure


def _scatter(axis: Axes, names: Sequence[str], x: Sequence[float], accuracies: Mapping[str, float]) -> None:
    """Draw a mark a network: colour and shape tell the network, a hollow one is its int8 version."""
    kinds = list(dict.fromkeys(name.removesuffix(", int8") for name in names))
    for name, value in zip(names, x):
        kind = kinds.index(name.removesuffix(", int8"))
        axis.plot(
            value, 100 * accuracies[name], MARKERS[kind], color=COLORS[kind], label=name, markersize=10,
            markerfacecolor="none" if name.endswith("int8") else None, markeredgewidth=2, linestyle="none",
        )  # fmt: skip
    axis.set_xscale("log")
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.xaxis.set_major_formatter("{x:g}")
    axis.minorticks_off()
    low, high = min(x), max(x)
    axis.set_xlim(low / 1.4, high * 1.4)
    axis.grid(alpha=0.3)


def students(groups: Mapping[str, Sequence[float]], teacher: float, *, title: str) -> Figure:
    """Draw the accuracies of students, a point each, beside their teacher's.

    Args:
        groups: how they were taught -> accuracies, 0 to 1.
        teacher: the accuracy of the teacher.
        title: what to see.
    """
    scores = {name: 100 * np.asarray(values) for name, values in groups.items()}
    label = "validation accuracy (%), a mark for each start"
    figure = seeds(scores, xlabel=label, title=title, label="mean {mean:.1f}")
    (axis,) = figure.axes
    axis.axvline(100 * teacher, color="0.3", linestyle="--")
    near(axis, "teacher", (100 * teacher, -0.5), (-3, -3), ha="right", va="top", fontsize=10)
    return figure
