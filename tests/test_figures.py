"""Figures: alternative text arrives in the notebook; labels do not lie on one another."""

import base64
import io

import matplotlib

matplotlib.use("agg")
from utils.figures import bars, common, curves, image_grid, show
from bs4 import BeautifulSoup
import matplotlib.pyplot as plt
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
import numpy as np
from PIL import Image
import pytest
from utils.figures._seeds import seeds
from utils.figures.efficiency import students

from course.run import execute

ALT = """a line that rises from "three" to four & isn't <level>"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    code = "from utils.figures import curves, show\nfigure = curves({'a': ([1, 2], [3, 4])}, xlabel='x', ylabel='y', title='t')\n"
    notebook = new_notebook(cells=[new_code_cell(f"{code}show(figure, alt={ALT!r})")])
    execute(notebook, tmp_path_factory.mktemp("figure"), "figure")
    return notebook


def test_alternative_text_is_stored_with_the_picture(shown: NotebookNode) -> None:
    (output,) = shown.cells[0].outputs
    assert output.metadata["image/png"]["alt"] == ALT
    assert output.data["text/plain"] == ALT, "for readers without pictures"
    assert base64.b64decode(output.data["image/png"]).startswith(b"\x89PNG")
    (image,) = BeautifulSoup(output.data["text/html"], "html.parser").find_all()
    assert image.name == "img"
    assert image["alt"] == ALT
    assert image["src"] == "data:image/png;base64," + output.data["image/png"].replace("\n", "")


def test_a_page_made_of_a_notebook_says_the_alternative_text_once(shown: NotebookNode) -> None:
    page, _ = HTMLExporter().from_notebook_node(shown)
    outputs = BeautifulSoup(page, "html.parser").select(".jp-OutputArea-output")
    assert [image["alt"] for output in outputs for image in output.find_all("img")] == [ALT]
    assert not any(output.get_text(strip=True) for output in outputs)


def _stored(drawn: np.ndarray) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(common._small_png(Image.fromarray(drawn)))).convert("RGB"), int)


def test_a_plot_keeps_its_rare_colours_in_the_palette() -> None:
    rising = np.linspace(0, 255, 512).astype(np.uint8)[None, :, None].repeat(400, 0).repeat(3, 2)
    for index, color in enumerate(common.COLORS):
        rising[5 * index, 20:40] = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    assert np.abs(_stored(rising) - rising).max() <= 8


def test_the_smooth_sky_of_a_photograph_does_not_turn_into_bands() -> None:
    random = np.random.default_rng(0)
    height, width = 200, 300
    sky = np.linspace([185, 210, 235], [225, 228, 232], height // 2)[:, None].repeat(width, 1)
    trees = random.uniform([0, 30, 0], [140, 160, 90], (height - height // 2, width, 3))
    photograph = np.concatenate([sky, trees]).round().astype(np.uint8)
    assert np.abs(_stored(photograph) - photograph)[: height // 2].max() <= 4


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


def test_seeds_show_every_run_and_the_mean_and_what_is_marked_later() -> None:
    runs = {"plain": [60.0, 62.0, 67.0], "with teacher": [71.0, 73.0, 78.0]}
    figure = seeds(runs, xlabel="accuracy (%)", title="t", label="{mean:.1f} ± {std:.1f}")
    (axis,) = figure.axes
    assert [line.get_xdata().tolist() for line in axis.lines[::2]] == list(runs.values())
    assert [line.get_xdata().tolist() for line in axis.lines[1::2]] == [[63, 63], [74, 74]]
    assert [text.get_text() for text in axis.texts] == ["63.0 ± 3.6", "74.0 ± 3.6"]
    (marked,) = students({"plain": [0.6, 0.62]}, 0.9, title="t").axes
    assert marked.get_xlim()[1] > 90


def test_bars_write_value_and_spread() -> None:
    figure = bars({"max": 0.9, "average": 0.85}, xlabel="accuracy", title="t", spread={"max": 0.01}, number="{:.2f}")
    assert [text.get_text() for text in figure.axes[0].texts] == ["0.90 ± 0.01", "0.85"]
    plt.close(figure)
