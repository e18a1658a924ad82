"""Parts that the drawings of several labs have in common."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from utils.figures.common import COLORS, LINE_STYLES, MARKERS


def look(index: int) -> dict[str, Any]:
    """Return the colour, line style and marker of the line number `index`, as `plot` takes them."""
    styles = {"color": COLORS, "linestyle": LINE_STYLES, "marker": MARKERS}
    return {name: values[index % len(values)] for name, values in styles.items()}


def bare(axis: Axes) -> None:
    """Take the ticks away; the frame stays."""
    axis.set(xticks=[], yticks=[])


def beside(axis: Axes, text: str, y: float, *, x: float = 1.01, **settings: Any) -> Annotation:
    """Write right of the panel, at the height of the value `y`; `x` counts in widths of the panel."""
    settings = {"va": "center", "fontsize": 10} | settings
    return axis.annotate(text, (x, y), xycoords=("axes fraction", "data"), **settings)


def near(axis: Axes, text: str, point: tuple[float, float], offset: tuple[float, float], **settings: Any) -> Annotation:
    """Write at a point, moved by an offset in points (1/72 inch)."""
    return axis.annotate(text, point, xytext=offset, textcoords="offset points", **settings)


def paper(**settings: Any) -> dict[str, Any]:
    """Return a white box without an edge, to write on over something drawn, as `bbox` takes it."""
    return {"facecolor": "white", "edgecolor": "none"} | settings


def slider(name: str, value: int, low: int, high: int) -> widgets.IntSlider:
    """Return a slider that redraws once, when it is let go or an arrow key is released."""
    return widgets.IntSlider(
        value=value, min=low, max=high, description=name, continuous_update=False,
        style={"description_width": "6em"}, layout={"width": "24em"},
    )  # fmt: skip


def explorer(draw: Callable[..., None], controls: Mapping[str, widgets.Widget]) -> widgets.Widget:
    """Return controls above a drawing; `draw` takes the value of each by its name and shows a figure."""
    return widgets.VBox([*controls.values(), widgets.interactive_output(draw, controls)])
