"""Drawings of lab 14: pictures source by source, the log of a plan, and scores of groups with their intervals."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import beside, look, near
from utils.figures._seeds import seeds


def strips(rows: Mapping[str, Sequence[np.ndarray]], *, title: str) -> Figure:
    """Draw small pictures in rows, each row with its name at the left; of grey ones bright is a large value.

    Args:
        rows: name -> pictures, (height, width) or uint8 (height, width, 3), all of one size; shorter rows end earlier.
        title: what to see.
    """
    longest = max(len(pictures) for pictures in rows.values())
    framed = []
    for pictures in rows.values():
        missing = [np.zeros_like(pictures[0])] * (longest - len(pictures))
        framed.append(np.hstack([_framed(picture) for picture in [*pictures, *missing]]))
    field, height = np.vstack(framed), len(framed[0])
    figure, axis = plt.subplots(figsize=(6.4, 0.56 * len(rows) + 0.5), layout="constrained")
    axis.imshow(field, cmap="gray", interpolation="nearest")
    axis.set(xticks=[], yticks=(np.arange(len(rows)) + 0.5) * height - 0.5, yticklabels=list(rows), title=title)
    axis.tick_params(length=0)
    return figure


def _framed(picture: np.ndarray) -> np.ndarray:
    """Return a picture with a black rim of two pixels, so that neighbours do not touch."""
    picture = np.asarray(picture)
    return np.pad(picture, [(2, 2), (2, 2)] + [(0, 0)] * (picture.ndim - 2))


def plan_log(log: Sequence[Mapping], *, title: str, lines: Mapping[str, float] | None = None) -> Figure:
    """Draw each run of a plan as a point, a row for each setting, with a bar at each setting's mean.

    Args:
        log: a row for each run, with "setting" and "val", a share from 0 to 1; settings keep their order.
        title: what to see.
        lines: label -> share: what is marked by a vertical line over all settings.
    """
    settings = list(dict.fromkeys(row["setting"] for row in log))
    scores = {setting: [100 * row["val"] for row in log if row["setting"] == setting] for setting in settings}
    label = "right in validation (%), a point for each run; at the right: mean ± standard deviation"
    figure = seeds(scores, xlabel=label, title=title, label="{mean:.1f} ± {std:.1f}")
    (axis,) = figure.axes
    for label, share in (lines or {}).items():
        axis.axvline(100 * share, color="0.4", linestyle="--", linewidth=1)
        near(axis, label, (100 * share, -0.55), (-3, 0), ha="right", va="center", fontsize=9)
    axis.set_ylim(len(settings) - 0.5, -0.7)
    return figure


def group_scores(panels: Mapping[str, Sequence[tuple]], *, title: str, bar: float | None = None) -> Figure:
    """Draw the share of right answers in each group with its interval, a panel for each way to group.

    Args:
        panels: what the groups are -> rows (group, count, share, low, high), shares from 0 to 1.
        title: what to see.
        bar: a share that is marked by a vertical line.
    """
    tallest = max(len(rows) for rows in panels.values())
    size = (4.3 * len(panels), 0.32 * tallest + 1.4)
    figure, axes = plt.subplots(1, len(panels), figsize=size, sharex=True, squeeze=False, layout="constrained")
    for number, (axis, (name, rows)) in enumerate(zip(axes[0], panels.items())):
        style = look(number) | {"linestyle": "none"}
        for place, (_, count, share, low, high) in enumerate(rows):
            # By rounding, a share of 1 may lie beyond its interval's end.
            reach = [[max(0, 100 * (share - low))], [max(0, 100 * (high - share))]]
            axis.errorbar([100 * share], [place], xerr=reach, capsize=3, **style)
            beside(axis, f"n = {count}", place, fontsize=9)
        if bar is not None:
            axis.axvline(100 * bar, color="0.4", linestyle="--", linewidth=1)
        axis.set(yticks=range(len(rows)), yticklabels=[str(row[0]) for row in rows], ylabel=name)
        axis.set(ylim=(len(rows) - 0.5, -0.5), xlabel="right (%), with 95% interval")
    figure.suptitle(title)
    return figure
