"""Drawings of lab 04: activations, gradients on their way back, paths of optimisers, curves of trainings."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import bare, beside, look, near
from utils.figures.common import COLORS, LINE_STYLES

Curve = tuple[np.ndarray, np.ndarray]


def activations(x: np.ndarray, values: Mapping[str, Curve], *, columns: int = 3) -> Figure:
    """Draw activation functions, each in a panel of its own with its slope.

    Args:
        x: the inputs, (n,).
        values: name -> (outputs, slopes), both (n,).
        columns: panels in a row.
    """
    rows = -(-len(values) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(8.4, 2.3 * rows), sharex=True, sharey=True, layout="constrained", squeeze=False
    )
    for axis, (name, (output, slope)) in zip(axes.flat, values.items()):
        _activation(axis, x, output, slope)
        axis.set_title(name, fontsize=11)
    first = axes[0, 0]
    first.annotate("output", (2.2, 1.08), color=COLORS[0], fontsize=10, ha="center")
    first.annotate("slope", (-2.6, 0.3), color=COLORS[1], fontsize=10, ha="center")
    for axis in axes[-1]:
        axis.set_xlabel("input")
    figure.suptitle("Solid: what a unit passes forward. Dashed: the factor it passes back", fontsize=12)
    return figure


def _activation(axis: Axes, x: np.ndarray, output: np.ndarray, slope: np.ndarray) -> None:
    axis.axhline(0, color="0.8", linewidth=0.8)
    axis.axvline(0, color="0.8", linewidth=0.8)
    axis.plot(x, output, color=COLORS[0], linestyle="-", linewidth=2)
    axis.plot(x, slope, color=COLORS[1], linestyle="--", linewidth=2)
    axis.set_ylim(-1.3, 2.2)


def by_layer(panels: Mapping[str, Mapping[str, Sequence[float]]], *, ylabel: str, title: str) -> Figure:
    """Draw one positive number a layer on a logarithmic axis, a line a network, a panel a moment.

    Args:
        panels: title of the panel -> label of the line -> one number for each layer, from the input on.
        ylabel: what the numbers are.
        title: what to see.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(9, 3.9), sharey=True, squeeze=False, layout="constrained")
    for axis, (panel, lines) in zip(axes[0], panels.items()):
        for index, (label, values) in enumerate(lines.items()):
            layers = np.arange(1, len(values) + 1)
            axis.plot(layers, values, label=label, markersize=5, **look(index))
        axis.set(xlabel="layer (1 is next to the input)", title=panel, xticks=layers, yscale="log")
    axes[0, 0].set_ylabel(ylabel)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside right center", frameon=False, handlelength=3)
    figure.suptitle(title)
    return figure


def neuron_graph(values: Mapping[str, float], gradients: Mapping[str, float]) -> Figure:
    """Draw one neuron with its loss as a graph: values forward above the arrows, gradients backward below.

    Args:
        values: "x", "w", "b", "t" (inputs and target), "p" (product), "z" (sum), "a" (output), "loss".
        gradients: of the loss with respect to each of these, without "t".
    """
    figure, axis = plt.subplots(figsize=(8.6, 3.2), layout="constrained")
    for node in _NODES.values():
        _draw_node(axis, node)
    for name in _INPUTS:
        _draw_input(axis, name, values[name], gradients.get(name))
    for name, following in pairwise([*_NODES, None]):
        start = _NODES[name].x + _NODES[name].reach
        end = _NODES[following].x - _NODES[following].reach if following else start + 1.5
        axis.annotate("", (end, 1.5), (start, 1.5), arrowprops={"arrowstyle": "->"})
        _write(axis, ((start + end) / 2, 1.68), f"{name} = {values[name]:g}", va="bottom")
        _write(axis, ((start + end) / 2, 1.32), f"{gradients[name]:+g}", va="top", **_BACKWARD)
    axis.set(xlim=(-0.7, 10.8), ylim=(-0.3, 2.7))
    axis.axis("off")
    axis.set_title("Above the arrows: values, left to right. Bold, below: dloss/d(value), right to left", fontsize=12)
    return figure


class _Node(NamedTuple):
    """An operation in the graph of one neuron."""

    x: float
    y: float
    text: str

    @property
    def reach(self) -> float:
        """Where arrows begin and end, from the middle."""
        return 0.36 if len(self.text) == 1 else 0.64


_NODES = {
    "p": _Node(2.0, 1.5, "×"),
    "z": _Node(3.9, 1.5, "+"),
    "a": _Node(6.0, 1.5, "sigmoid"),
    "loss": _Node(8.4, 1.5, "(a − t)²"),
}
_INPUTS = {"x": (0.4, 2.3, "p"), "w": (0.4, 0.7, "p"), "b": (3.0, 0.25, "z"), "t": (7.3, 0.25, "loss")}
_BACKWARD = {"color": COLORS[1], "fontweight": "bold"}


def _draw_node(axis: Axes, node: _Node) -> None:
    width = 0.62 if len(node.text) == 1 else 1.15
    corner = (node.x - width / 2, node.y - 0.28)
    axis.add_patch(FancyBboxPatch(corner, width, 0.56, boxstyle="round,pad=0.04", facecolor="0.94", edgecolor="0.2"))
    axis.text(node.x, node.y, node.text, ha="center", va="center", fontsize=12)


def _draw_input(axis: Axes, name: str, value: float, gradient: float | None) -> None:
    """Draw an input with its arrow; x and w stand left of theirs, b and t below."""
    x, y, target = _INPUTS[name]
    node, left = _NODES[target], name in "xw"
    end = (node.x - node.reach, node.y - 0.2 * np.sign(node.y - y))
    axis.annotate("", end, (x + 0.1, y) if left else (x, y + 0.16), arrowprops={"arrowstyle": "->"})
    side = "right" if left else "center"
    _write(axis, (x, y), f"{name} = {value:g}", ha=side)
    if gradient is not None:
        _write(axis, (x, y - 0.28), f"{gradient:+g}", ha=side, **_BACKWARD)


def _write(axis: Axes, point: tuple[float, float], text: str, **settings: Any) -> None:
    axis.text(*point, text, **{"ha": "center", "va": "center", "fontsize": 11} | settings)


def maps_and_gradients(maps: Mapping[str, np.ndarray], gradients: Mapping[str, np.ndarray]) -> Figure:
    """Draw what each layer passed forward in the upper row, and what came back to it in the lower.

    Args:
        maps: name -> (height, width), from the input on.
        gradients: the same names -> (height, width), the gradient of the loss with respect to each.
    """
    figure, axes = plt.subplots(2, len(maps), figsize=(2.1 * len(maps), 4.7), layout="constrained")
    for column, name in enumerate(maps):
        _forward(axes[0, column], name, maps[name])
        _backward(axes[1, column], gradients[name])
    for axis in axes.flat:
        bare(axis)
    axes[0, 0].set_ylabel("forward: values")
    axes[1, 0].set_ylabel("backward: size of the gradient\n(white: 0)")
    figure.suptitle("A gradient comes back only where the maximum was, and only where ReLU let something through")
    return figure


def _forward(axis: Axes, name: str, feature_map: np.ndarray) -> None:
    axis.imshow(feature_map, cmap="gray")
    axis.set_title(f"{name}\n{feature_map.shape[0]} × {feature_map.shape[1]}", fontsize=10)


def _backward(axis: Axes, gradient: np.ndarray) -> None:
    axis.imshow(np.abs(gradient), cmap="gray_r", vmin=0)
    axis.set_title(f"{np.count_nonzero(gradient) / gradient.size:.0%} not zero", fontsize=10)


def descents(surfaces: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]], paths: Mapping[str, Mapping]) -> Figure:
    """Draw the paths of optimisers over contour maps of surfaces: a row a surface, a column an optimiser.

    Args:
        surfaces: name -> (x, y, height), each a grid of shape (rows, columns).
        paths: name of the surface -> name of the optimiser -> (points (n, 2), caption).
    """
    rows, columns = len(surfaces), len(next(iter(paths.values())))
    figure, axes = plt.subplots(
        rows, columns, figsize=(2.75 * columns, 3.3 * rows), squeeze=False, layout="constrained"
    )
    for line, (name, surface) in zip(axes, surfaces.items()):
        for axis, (optimiser, (points, caption)) in zip(line, paths[name].items()):
            _surface(axis, *surface)
            _path(axis, points)
            axis.set_title(f"{optimiser}\n{caption}", fontsize=9.5)
        line[0].set_ylabel(f"{name}\nsecond weight")
    for axis in axes[-1]:
        axis.set_xlabel("first weight")
    figure.suptitle(
        "From the square to the star: 40 steps, each with the best of ten learning rates; a dot every fourth step"
    )
    return figure


def _surface(axis: Axes, x: np.ndarray, y: np.ndarray, height: np.ndarray) -> None:
    levels = np.quantile(height, np.linspace(0, 0.97, 11) ** 2)
    axis.contour(x, y, height, levels=np.unique(levels), cmap="gray", linewidths=0.7, alpha=0.7)
    axis.set(xlim=(x.min(), x.max()), ylim=(y.min(), y.max()))
    axis.tick_params(labelsize=8)


def _path(axis: Axes, points: np.ndarray) -> None:
    axis.plot(*points.T, color=COLORS[0], linestyle="-", marker="o", markersize=4, markevery=4, linewidth=1.2)
    axis.plot(*points[0], color="black", marker="s", markersize=7)
    axis.plot(*points[-1], color=COLORS[1], marker="*", markersize=14, markeredgecolor="black")


def range_test(rates: np.ndarray, losses: np.ndarray, smooth: np.ndarray, marks: Mapping[str, float]) -> Figure:
    """Draw a learning-rate range test: the loss at each step against the rate of that step, with rates marked.

    Args:
        rates: (n,), growing.
        losses: (n,), one a step.
        smooth: (n,), the same, smoothed.
        marks: label -> a rate, drawn as a vertical line.
    """
    figure, axis = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
    axis.plot(rates, losses, color="0.7", linestyle="-", linewidth=1)
    axis.plot(rates, smooth, color=COLORS[0], linestyle="-", linewidth=2.2)
    top = min(float(np.nanmax(smooth)), 2 * float(losses[0])) * 1.12
    for index, (label, rate) in enumerate(marks.items()):
        axis.axvline(rate, color=COLORS[1], linestyle=LINE_STYLES[index + 1])
        side = "right" if index % 2 else "left"
        axis.text(rate, 0.97 * top, f" {label}: {rate:.2g} ", color=COLORS[1], va="top", ha=side, fontsize=10)
    axis.set(
        xscale="log", xlabel="learning rate of the step (logarithmic)", ylabel="loss on the step's batch", ylim=(0, top),
        title="Grey: each batch. Solid: smoothed. Flat, then falling, then out of control",
    )  # fmt: skip
    return figure


def charts(
    patients: Mapping[str, Mapping[str, Sequence[float]]], *, chance_loss: float, title: str, ceiling: float = 9.0
) -> Figure:
    """Draw training and validation loss of several trainings, a panel each, with the final accuracies written above.

    Args:
        patients: name -> {"steps", "loss", "val_loss", "accuracy", "val_accuracy"}, each (n,).
        chance_loss: the loss of a network that gives every class the same probability; drawn as a dotted line.
        title: what to see.
        ceiling: losses above it are cut off, and the panel says so.
    """
    columns = min(2, len(patients))
    rows = -(-len(patients) // columns)
    size = (4.3 * columns, 3.2 * rows) if columns > 1 else (6.5, 3.6)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    for axis, (name, record) in zip(axes.flat, patients.items()):
        axis.axhline(chance_loss, color="0.4", linestyle=":", linewidth=1.2)
        _losses(axis, record, ceiling)
        final, val_final = record["accuracy"][-1], record["val_accuracy"][-1]
        axis.set_title(f"{name}\naccuracy at the end: training {final:.0%}, validation {val_final:.0%}", fontsize=10)
        axis.set(xlabel="steps", ylabel="loss")
    figure.suptitle(f"{title}\nsolid, circles: training; dashed, squares: validation; dotted: guessing", fontsize=12)
    return figure


def _losses(axis: Axes, record: Mapping[str, Sequence[float]], ceiling: float) -> None:
    axis.plot(record["steps"], record["loss"], color=COLORS[0], linestyle="-", marker="o", markersize=3.5)
    axis.plot(record["steps"], record["val_loss"], color=COLORS[1], linestyle="--", marker="s", markersize=3.5)
    highest = max(*record["loss"], *record["val_loss"])
    axis.set_ylim(0, min(1.06 * highest, ceiling))
    if highest > ceiling:
        axis.text(0.97, 0.92, f"up to {highest:.0f}, cut off", transform=axis.transAxes, fontsize=10, ha="right")


def starts(runs: Mapping[str, Sequence[float]], *, xlabel: str, title: str) -> Figure:
    """Draw each run as a circle on its line, with mean and standard deviation written at the right.

    Args:
        runs: label -> one number for each run.
        xlabel: the x axis with its unit.
        title: what to see.
    """
    figure, axis = plt.subplots(figsize=(7.5, 0.42 * len(runs) + 1.3), layout="constrained")
    for row, values in enumerate(runs.values()):
        axis.axhline(row, color="0.88", linestyle="-", linewidth=1, zorder=0)
        circles = {"color": COLORS[0], "linestyle": "", "marker": "o", "markersize": 9, "fillstyle": "none"}
        axis.plot(values, [row] * len(values), **circles)
        axis.plot(np.mean(values), row, color=COLORS[1], linestyle="", marker="|", markersize=17, markeredgewidth=2.5)
        beside(axis, f"{np.mean(values):.3f} ± {np.std(values):.3f}", row, annotation_clip=False)
    axis.annotate("mean ± standard\ndeviation", (1.01, 1), xycoords="axes fraction", va="bottom", fontsize=9)
    axis.set_yticks(range(len(runs)), list(runs))
    axis.set(xlabel=f"{xlabel} (circles: single starts, bar: their mean)", title=title, ylim=(len(runs) - 0.5, -0.5))
    return figure


def search_map(rates: Sequence[float], batch_sizes: Sequence[int], scores: Sequence[float]) -> Figure:
    """Draw the trials of a search over learning rate and batch size, each with its score written beside it.

    Args:
        rates: the learning rate of each trial.
        batch_sizes: the batch size of each.
        scores: validation accuracy of each, 0 to 1.
    """
    figure, axis = plt.subplots(figsize=(7.5, 3.4), layout="constrained")
    sizes = sorted(set(batch_sizes))
    rows = [sizes.index(size) for size in batch_sizes]
    axis.scatter(rates, rows, c=scores, s=160, cmap="viridis", edgecolors="black", vmin=0.1, vmax=0.9)
    for position, index in enumerate(np.lexsort((rates, rows))):  # above and below by turns: neighbours may be close
        offset, text = (0, 11 if position % 2 else -20), f"{scores[index]:.0%}"
        near(axis, text, (rates[index], rows[index]), offset, ha="center", fontsize=10)
    best = int(np.argmax(scores))
    axis.scatter([rates[best]], [rows[best]], s=420, facecolors="none", edgecolors=COLORS[1], linewidths=2.5)
    axis.set_yticks(range(len(sizes)), [str(size) for size in sizes])
    axis.set(
        xscale="log", xlabel="learning rate (logarithmic)", ylabel="batch size", ylim=(-0.6, len(sizes) - 0.4),
        title="Each dot is one training; its number is the validation accuracy; the best is ringed",
    )  # fmt: skip
    return figure
