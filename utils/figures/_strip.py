"""A strip of pixels in one dimension, and the windows of a convolution on it."""

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from utils.figures.common import COLORS


def draw_windows(axis: Axes, size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    """Draw a strip of pixels and one row a window below it; return how many windows fit.

    Args:
        axis: the panel.
        size: pixels of the strip.
        kernel_size: pixels that a window reads.
        stride: from one window's start to the next.
        padding: places on each side of the strip.
        dilation: from one pixel that a window reads to the next.
    """
    span = (kernel_size - 1) * dilation + 1
    starts = range(0, size + 2 * padding - span + 1, stride)
    _draw_strip(axis, size, padding)
    for row, start in enumerate(starts, start=1):
        axis.add_patch(Rectangle((start, -row), span, 0.75, fill=False, edgecolor=COLORS[0], linewidth=1))
        for tap in range(kernel_size):
            axis.add_patch(Rectangle((start + tap * dilation, -row), 1, 0.75, facecolor=COLORS[0], edgecolor="white"))
    axis.set_xlim(-0.2, size + 2 * padding + 0.2)
    axis.set_ylim(-max(len(starts), 1) - 0.1, 1.1)
    axis.axis("off")
    fit = f"{len(starts)} window" + ("" if len(starts) == 1 else "s")
    what = fit if starts else "the window is wider than the strip: none"
    settings = f"size {size}, kernel {kernel_size}, stride {stride}, padding {padding}, dilation {dilation}"
    axis.set_title(f"{settings}:\n{what}", fontsize=10)
    return len(starts)


def _draw_strip(axis: Axes, size: int, padding: int) -> None:
    for position in range(size + 2 * padding):
        is_pixel = padding <= position < padding + size
        axis.add_patch(
            Rectangle((position, 0), 1, 1, facecolor="#b8b8b8" if is_pixel else "white", edgecolor="black",
                      hatch="" if is_pixel else "///", linewidth=0.8)
        )  # fmt: skip
