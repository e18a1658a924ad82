"""Numbers of several runs that differ in their seeds: a point a run, a line at the mean."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import beside, look


def seeds(
    values: Mapping[str, Sequence[float]],
    *,
    xlabel: str,
    title: str,
    label: str = "mean {mean:.2f}",
    xlim: tuple | None = None,
) -> Figure:
    """Draw a row for each name: a point a run, a line at their mean, and the mean in words at the right.

    Args:
        values: name -> a number for each run.
        xlabel: the x axis with its unit.
        title: what to see.
        xlim: the ends of the x axis; by default those of the numbers.
        label: what stands at the right; `{mean}` and `{std}` (of a sample, so of two runs or more) are filled in.
    """
    figure, axis = plt.subplots(figsize=(7.5, 0.5 * len(values) + 1.2), layout="constrained")
    for row, runs in enumerate(values.values()):
        runs = np.asarray(runs, dtype=float)
        style = look(row)
        axis.plot(runs, np.full(len(runs), row), style["marker"], color=style["color"], alpha=0.7, linestyle="none")
        axis.plot([runs.mean()] * 2, [row - 0.3, row + 0.3], "-", color="black", linewidth=2)
        std = runs.std(ddof=1) if len(runs) > 1 else np.nan
        beside(axis, label.format(mean=runs.mean(), std=std), row)
    axis.set(yticks=range(len(values)), yticklabels=list(values), ylim=(len(values) - 0.5, -0.5))
    axis.set(xlabel=xlabel, title=title)
    axis.margins(x=0.08)
    if xlim:
        axis.set_xlim(xlim)
    return figure
