"""Figures: alternative text arrives in the notebook; labels do not lie on one another."""

import base64
from pathlib import Path

import matplotlib

matplotlib.use("agg")
from utils.figures import bars, curves, image_grid, show
import matplotlib.pyplot as plt
from nbformat.v4 import new_code_cell, new_notebook
import numpy as np
import pytest

from course.run import execute


def test_alternative_text_is_stored_with_the_picture(tmp_path: Path) -> None:
    code = "from utils.figures import curves, show\nfigure = curves({'a': ([1, 2], [3, 4])}, xlabel='x', ylabel='y', title='t')\n"
    notebook = new_notebook(cells=[new_code_cell(code + "show(figure, alt='a line that rises from three to four')")])
    execute(notebook, tmp_path, "figure")
    (output,) = notebook.cells[0].outputs
    assert output.metadata["image/png"]["alt"] == "a line that rises from three to four"
    assert output.data["text/plain"] == "a line that rises from three to four", "for readers without pictures"
    assert base64.b64decode(output.data["image/png"]).startswith(b"\x89PNG")


@pytest.mark.parametrize("alt", ["", "plot", "a figure"])
def test_alternative_text_has_to_say_something(alt: str) -> None:
    figure = plt.figure()
    with pytest.raises(ValueError, match="what the figure shows"):
        show(figure, alt=alt)
    plt.close(figure)


def test_labels_at_line_ends_stand_apart_even_where_the_lines_meet() -> None:
    lines = {f"line {i}": ([0, 1, 2], [0, i, 1 + 1e-3 * i]) for i in range(5)}
    figure = curves(lines, xlabel="x", ylabel="y", title="t")
    heights = sorted(text.get_window_extent().y0 for text in figure.axes[0].texts)
    assert len(heights) == 5
    assert min(np.diff(heights)) >= 10
    plt.close(figure)


def test_labels_stand_at_the_height_of_their_lines() -> None:
    figure = curves(
        {"low": ([0, 1], [0, 1]), "high": ([0, 1], [0, 80])}, xlabel="x", ylabel="y", title="t", ylim=(0, 100)
    )
    (axis,) = figure.axes
    for text, value in zip(axis.texts, (1, 80)):
        height = axis.transData.inverted().transform((0, axis.transAxes.transform((0, text.xy[1]))[1]))[1]
        assert abs(height - value) < 1
    plt.close(figure)


def test_image_grid_takes_grey_and_colour_with_or_without_a_channel_axis() -> None:
    images = [np.zeros((4, 5)), np.zeros((4, 5, 1)), np.zeros((4, 5, 3))]
    figure = image_grid(images, ["a", "b", "c"], columns=2)
    shown = [axis.images[0].get_array().shape for axis in figure.axes if axis.images]
    assert shown == [(4, 5), (4, 5), (4, 5, 3)]
    plt.close(figure)


def test_bars_write_value_and_spread() -> None:
    figure = bars({"max": 0.9, "average": 0.85}, xlabel="accuracy", title="t", spread={"max": 0.01}, number="{:.2f}")
    assert [text.get_text() for text in figure.axes[0].texts] == ["0.90 ± 0.01", "0.85"]
    plt.close(figure)
