"""The figures that every lab uses."""

import base64
from collections.abc import Mapping, Sequence
import html
import io

from IPython.display import display
from matplotlib.figure import Figure
import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator
import numpy as np
from PIL import Image

# Okabe and Ito (2008), "Color Universal Design": colour-blind readers can tell them apart. Line styles and markers
# differ too, so that no meaning is carried by colour alone.
COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"]
LINE_STYLES = ["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1))]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]

STYLE = {
    "figure.dpi": 80,
    "savefig.dpi": 80,
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "image.cmap": "gray",
    "axes.prop_cycle": plt.cycler(color=COLORS, linestyle=LINE_STYLES),
}
plt.rcParams.update(STYLE)

PLOT_COLORS = 4096
"""A picture with more colours than this has photographs in it: a plot has a thousand, from the blurred edges of lines."""


def show(figure: Figure, alt: str) -> None:
    """Display a figure with alternative text and close it.

    The picture goes out twice: as `image/png`, for what takes pictures from a notebook, and in `text/html`, because
    JupyterLab shows that in preference and drops the alternative text of the other.

    Args:
        figure: the figure.
        alt: what the figure shows, for readers who cannot see it: the finding, not only the kind of plot.

    Raises:
        ValueError: if `alt` is too short to say anything.
    """
    if len(alt.split()) < 4:
        raise ValueError(f"alternative text has to say what the figure shows, got {alt!r}")
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", bbox_inches="tight")
    picture = _small_png(Image.open(drawn).convert("RGB"))
    source = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    page = f'<img alt="{html.escape(alt)}" src="{source}" style="max-width: 100%">'
    data = {"text/html": page, "image/png": picture, "text/plain": alt}
    display(data, metadata={"image/png": {"alt": alt}}, raw=True)
    plt.close(figure)


def _small_png(picture: Image.Image) -> bytes:
    """Return a picture as PNG with a palette, which looks the same and takes a third of the room in the notebook.

    A plot has few colours: the palette comes near to every one of them. A photograph has thousands, most of them in its
    smooth parts, which would turn into bands if rare colours had as much of the palette.
    """
    photograph = picture.getcolors(PLOT_COLORS) is None
    colors, method = (192, Image.Quantize.MEDIANCUT) if photograph else (128, Image.Quantize.MAXCOVERAGE)
    stored = io.BytesIO()
    picture.quantize(colors, method, kmeans=1, dither=Image.Dither.NONE).save(stored, "PNG", optimize=True)
    return stored.getvalue()


def image_grid(
    images: Sequence[np.ndarray],
    titles: Sequence[str] = (),
    *,
    columns: int = 8,
    suptitle: str = "",
    cmap: str = "gray",
    vmin: float | None = None,
    vmax: float | None = None,
    size: float = 1.4,
) -> Figure:
    """Draw images side by side.

    Args:
        images: arrays of shape (height, width), (height, width, 1) or (height, width, 3).
        titles: one for each image, or none.
        columns: images in a row.
        suptitle: what to see in the figure.
        cmap: colormap of grey images.
        vmin: the value drawn as the colormap's lower end; by default each image's own minimum.
        vmax: the value drawn as the upper end.
        size: inches an image.
    """
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(columns * size, rows * (size + (0.3 if titles else 0)) + 0.3), squeeze=False,
        layout="constrained",
    )  # fmt: skip
    for axis in axes.flat:
        axis.axis("off")
    for index, image in enumerate(images):
        axis = axes.flat[index]
        image = np.asarray(image)
        if image.ndim == 3 and image.shape[-1] == 1:
            image = image[..., 0]
        axis.imshow(image, cmap=cmap, vmin=vmin, vmax=vmax)
        if len(titles):
            axis.set_title(titles[index], fontsize=9)
    figure.suptitle(suptitle)
    return figure


def curves(
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    spread: Mapping[str, Sequence[float]] | None = None,
    log_x: bool = False,
    log_y: bool = False,
    ylim: tuple[float, float] | None = None,
    figsize: tuple[float, float] = (7.5, 3.8),
) -> Figure:
    """Draw labelled lines; each has its own colour, line style and marker, and its label stands at its end.

    Args:
        lines: label -> (x values, y values).
        xlabel: the x axis with its unit.
        ylabel: the y axis with its unit.
        title: what to see.
        spread: label -> half the width of a band around the line (a standard deviation).
        log_x: logarithmic x axis.
        log_y: logarithmic y axis.
        ylim: ends of the y axis; by default they follow from the lines.
        figsize: width and height in inches.
    """
    figure, axis = plt.subplots(figsize=figsize, layout="constrained")
    ends = []
    for index, (label, (x, y)) in enumerate(lines.items()):
        x, y = np.asarray(x, float), np.asarray(y, float)
        color = _plot(axis, index, label, x, y)
        if spread and label in spread:
            half = np.asarray(spread[label], float)
            axis.fill_between(x, y - half, y + half, color=color, alpha=0.18, linewidth=0)
        ends.append((x[-1], y[-1], label, color))
    axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if all(float(value).is_integer() for x, _ in lines.values() for value in x):
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    if log_x:
        axis.set_xscale("log")
    if log_y:
        axis.set_yscale("log")
    if ylim:
        axis.set_ylim(ylim)
    _label_ends(axis, ends)
    return figure


def _plot(axis: plt.Axes, index: int, label: str, x: np.ndarray, y: np.ndarray) -> str:
    """Draw the line number `index` in its own colour, style and marker; return the colour."""
    color = COLORS[index % len(COLORS)]
    axis.plot(
        x, y, label=label, color=color, linestyle=LINE_STYLES[index % len(LINE_STYLES)],
        marker=MARKERS[index % len(MARKERS)] if len(x) <= 25 else None, markersize=5,
    )  # fmt: skip
    return color


def _label_ends(axis: plt.Axes, ends: list[tuple[float, float, str, str]]) -> None:
    """Write each label beside its line's end, moved apart where they would overlap."""
    axis.figure.canvas.draw()
    to_pixels, height = axis.transData.transform, 15 * axis.figure.dpi / 80
    placed: list[float] = []
    for x, y, label, color in sorted(ends, key=lambda end: end[1]):
        _, pixel = to_pixels((x, y))
        if placed and pixel < placed[-1] + height:
            pixel = placed[-1] + height
        placed.append(pixel)
        low, high = axis.get_window_extent().y0, axis.get_window_extent().height
        axis.annotate(
            label, (1.01, (pixel - low) / high), xycoords="axes fraction", color=color, va="center", fontsize=10,
            annotation_clip=False,
        )  # fmt: skip


def bars(
    values: Mapping[str, float],
    *,
    xlabel: str,
    title: str,
    spread: Mapping[str, float] | None = None,
    number: str = "{:.3g}",
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw horizontal bars with their values written at the end.

    Args:
        values: label -> length of the bar.
        xlabel: the x axis with its unit.
        title: what to see.
        spread: label -> half the length of an error bar (a standard deviation).
        number: how a value is written.
        figsize: width and height in inches.
    """
    figure, axis = plt.subplots(figsize=figsize or (7.5, 0.42 * len(values) + 1.2), layout="constrained")
    labels = list(values)
    errors = [spread.get(label, 0) for label in labels] if spread else None
    axis.barh(labels, list(values.values()), xerr=errors, color=COLORS[0], height=0.6, error_kw={"capsize": 3})
    for position, label in enumerate(labels):
        text = number.format(values[label]) + (
            f" ± {number.format(spread[label])}" if spread and label in spread else ""
        )
        reach = values[label] + (spread.get(label, 0) if spread else 0)
        axis.annotate(text, (reach, position), xytext=(4, 0), textcoords="offset points", va="center", fontsize=10)
    axis.invert_yaxis()
    axis.margins(x=0.18)
    axis.set(xlabel=xlabel, title=title)
    return figure
