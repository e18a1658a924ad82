"""Drawings of lab 10: heat maps beside their images, with the outlines of what lies there, and points with class digits."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
import matplotlib.pyplot as plt
import numpy as np
from utils.figures._parts import bare
from utils.figures.common import COLORS


def heat_rows(
    images: Sequence[np.ndarray],
    rows: Sequence[Mapping[str, np.ndarray]],
    *,
    title: str,
    outlines: Sequence[Sequence[np.ndarray]] = (),
    names: Sequence[str] = (),
    diverging: bool = False,
) -> Figure:
    """Draw each image and, right of it, its heat maps, each from its lowest value (dark) to its highest (bright).

    Args:
        images: (height, width) or (height, width, 3) each.
        rows: for each image its maps by their titles, of any size; they are stretched over the image's extent.
        title: what to see.
        outlines: for each image up to two masks (height, width); the first is drawn as a full line, the second dashed.
        names: what stands over each image.
        diverging: whether maps have values of both signs: zero is then grey.
    """
    columns = 1 + max(len(maps) for maps in rows)
    figure, axes = plt.subplots(
        len(images), columns, figsize=(1.75 * columns, 1.95 * len(images) + 0.4), squeeze=False, layout="constrained"
    )
    for number, (line, image, maps) in enumerate(zip(axes, images, rows)):
        for axis in line:
            axis.axis("off")
        line[0].imshow(image, cmap="gray")
        line[0].set_title(names[number] if names else "image", fontsize=10)
        height, width = np.shape(image)[:2]
        for axis, (label, heat) in zip(line[1:], maps.items()):
            limits = {"vmin": -np.abs(heat).max(), "vmax": np.abs(heat).max()} if diverging else {}
            extent = (-0.5, width - 0.5, height - 0.5, -0.5)
            axis.imshow(heat, cmap="gray" if diverging else "viridis", extent=extent, interpolation="nearest", **limits)
            axis.set_title(label, fontsize=10)
            for mask, style in zip(outlines[number] if len(outlines) else (), ("-", "--")):
                axis.contour(mask, levels=[0.5], colors=["white"], linestyles=[style], linewidths=1.4)
    figure.suptitle(title)
    return figure


def digit_clouds(clouds: Mapping[str, np.ndarray], labels: np.ndarray, *, title: str) -> Figure:
    """Draw points in two dimensions, each as the digit of its class, one panel each cloud.

    Args:
        clouds: title -> (n, 2).
        labels: (n,), integers from 0 to 9.
        title: what to see.
    """
    figure, axes = plt.subplots(1, len(clouds), figsize=(4.4 * len(clouds), 4.3), layout="constrained", squeeze=False)
    for axis, (name, points) in zip(axes[0], clouds.items()):
        _digits(axis, points, labels)
        axis.set(title=name, xlabel="first coordinate", ylabel="second coordinate")
        bare(axis)
    figure.suptitle(title)
    return figure


def _digits(axis: Axes, points: np.ndarray, labels: np.ndarray) -> None:
    for label in np.unique(labels):
        chosen = points[labels == label]
        color = COLORS[label % len(COLORS)]
        axis.scatter(chosen[:, 0], chosen[:, 1], marker=f"${label}$", s=28, color=color, linewidths=0.3)
