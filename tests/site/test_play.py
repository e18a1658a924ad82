"""The widgets of play/: their arithmetic against Keras, and what they show to hands, eyes and ears."""

from collections.abc import Callable
from pathlib import Path
import re

import keras
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from playwright.sync_api import Browser, Page, expect
import pytest
import tensorflow as tf

from tests.site.browsing import address, needs_browser

pytestmark = needs_browser

CONVOLUTION, POOLING, FIELD = ("play/convolution.html", "play/pooling.html", "play/receptive_field.html")
PAGES = (CONVOLUTION, POOLING, FIELD)
CONV2D = """(cases) => cases.map(({channels, slices, settings, same}) => {
  const { conv } = window.cnnLabs;
  const sides = [[channels[0].length, slices[0].length], [channels[0][0].length, slices[0][0].length]];
  const pads = sides.map(([size, kernel]) => conv.samePadding(size, kernel, settings.stride, settings.dilation));
  const [[top, bottom], [left, right]] = pads;
  return conv.conv2d(channels, slices, same ? { ...settings, top, bottom, left, right } : settings);
})"""
UNREAD = "(cases) => cases.map((case_) => window.cnnLabs.conv.unread(...case_))"
STRIPS = """(cases) => cases.map(({values, window, stride}) => {
  const { pool } = globalThis.cnnLabs;
  const blurred = pool.every(pool.blur(values), stride);
  return [pool.max(values, window, stride), pool.average(values, window, stride), blurred];
})"""
STACKS = """(stacks) => stacks.map((layers) => {
  const { field } = window.cnnLabs;
  return [field.walk(layers).map((step) => step.field), field.reads(layers)[0], field.sizes(layers, 301, "valid")];
})"""
NONSENSE = {
    CONVOLUTION: "pic=x&cells=99&kernel=constructor&weights=1,2_3&stride=0&padding=7&dilation=-1&at=a,b&slices=1",
    POOLING: "pattern=?&window=9&shift=99&stride=",
    FIELD: "layers=0.1.1&size=1e9&layer=77&preset=toString&padding=none",
}
CHANGED = {CONVOLUTION: "kernel=blur", POOLING: "shift=3", FIELD: "layers=5.1.1"}
PRESETS = """() => Object.values(window.cnnLabs.fieldWidget.PRESETS).map((preset) =>
  window.cnnLabs.field.walk(preset[1]).map((step) => step.field))"""


def _ready(open_page: Callable[..., Page], path: str) -> Page:
    """Open a page and wait for its widget."""
    page = open_page(path)
    page.locator("[data-ready]").wait_for()
    return page


def _with_holes(kernel: np.ndarray, dilation: int) -> np.ndarray:
    """Return a kernel as wide as its window: Keras refuses a stride and a dilation above 1 together."""
    wide = np.zeros([dilation * (side - 1) + 1 for side in kernel.shape[:2]] + list(kernel.shape[2:]), "float32")
    wide[::dilation, ::dilation] = kernel
    return wide


def _conv_cases(random: np.random.Generator, count: int) -> list[dict]:
    """Draw pictures, kernels and settings, some of which do not fit."""
    cases = []
    for number in range(count):
        height, width, rows, columns, stride, dilation = random.integers(1, [10, 10, 6, 6, 4, 4]).tolist()
        channels = 1 + 2 * (number % 2)
        sides = dict(zip(("top", "bottom", "left", "right"), random.integers(0, 3, size=4).tolist()))
        cases.append(
            {
                "channels": random.normal(size=(channels, height, width)).tolist(),
                "slices": random.normal(size=(channels, rows, columns)).tolist(),
                "settings": {"stride": stride, "dilation": dilation, **sides},
                "same": number % 4 == 3,
            }
        )
    return cases


def _expected_map(case: dict) -> np.ndarray | None:
    """Return what Keras makes of a case, or None where no window fits."""
    settings = case["settings"]
    picture = np.moveaxis(np.array(case["channels"], "float32"), 0, -1)[None]
    kernel = _with_holes(np.moveaxis(np.array(case["slices"], "float32"), 0, -1)[..., None], settings["dilation"])
    if not case["same"]:
        rows, columns = ((settings[a], settings[b]) for a, b in (("top", "bottom"), ("left", "right")))
        picture = np.pad(picture, [(0, 0), rows, columns, (0, 0)])
        if np.any(np.array(kernel.shape[:2]) > picture.shape[1:3]):
            return None
    padding = "same" if case["same"] else "valid"
    return np.asarray(keras.ops.conv(picture, kernel, settings["stride"], padding))[0, ..., 0]


def test_convolution_is_that_of_keras(open_page: Callable[..., Page]):
    cases = _conv_cases(np.random.default_rng(1), 64)
    expected = [_expected_map(case) for case in cases]
    fitting = sum(values is not None for values in expected)
    assert 40 <= fitting < len(cases)
    for case, got, values in zip(cases, _ready(open_page, CONVOLUTION).evaluate(CONV2D, cases), expected):
        if values is None:
            assert got["values"] == []
            assert 0 in (got["rows"], got["columns"])
        else:
            assert (got["rows"], got["columns"]) == values.shape
            np.testing.assert_allclose(got["values"], values, rtol=1e-3, atol=1e-4, err_msg=str(case["settings"]))


def test_pixels_that_no_window_reads(open_page: Callable[..., Page]):
    random = np.random.default_rng(2)
    cases, expected = [], []
    for _ in range(60):
        size, kernel, stride, dilation = random.integers(1, [12, 6, 5, 4]).tolist()
        before, behind = random.integers(0, 3, size=2).tolist()
        strip = np.pad(np.arange(size), (before, behind), constant_values=-1)
        span = dilation * (kernel - 1) + 1
        fits = span <= len(strip)
        read = sliding_window_view(strip, span)[::stride, ::dilation].ravel().tolist() if fits else []
        cases.append([size, kernel, stride, [before, behind], dilation])
        expected.append(sorted(set(range(size)) - set(read)))
    assert _ready(open_page, CONVOLUTION).evaluate(UNREAD, cases) == expected


def test_pooling_is_that_of_keras(open_page: Callable[..., Page]):
    random, cases, expected = np.random.default_rng(3), [], []
    for _ in range(30):
        size, window, stride = random.integers([5, 1, 1], [20, 5, 5]).tolist()
        values = random.normal(size=size)
        line = values[None, :, None].astype("float32")
        blurred = keras.ops.conv(line, np.array([1, 2, 1], "float32")[:, None, None] / 4, stride)
        results = [keras.ops.max_pool(line, window, stride), keras.ops.average_pool(line, window, stride), blurred]
        cases.append({"values": values.tolist(), "window": window, "stride": stride})
        expected.append([np.asarray(result)[0, :, 0] for result in results])
    for got, wanted in zip(_ready(open_page, POOLING).evaluate(STRIPS, cases), expected):
        for values, right in zip(got, wanted):
            np.testing.assert_allclose(values, right, rtol=1e-4, atol=1e-5)


def _pixels_with_gradient(layers: list[dict[str, int]], size: int = 301) -> tuple[list[int], list[int]]:
    """Return the pixels of a strip that the first output changes with, and the sizes of all maps."""
    strip, sizes = tf.ones((1, size, 1, 1)), []
    with tf.GradientTape() as tape:
        tape.watch(strip)
        maps = strip
        for layer in layers:
            kernel = _with_holes(np.ones((layer["kernel"], 1, 1, 1), "float32"), layer["dilation"])
            maps = keras.ops.conv(maps, kernel, (layer["stride"], layer["stride"]))
            sizes.append(maps.shape[1])
        first = maps[0, 0, 0, 0]
    return np.flatnonzero(tape.gradient(first, strip).numpy()).tolist(), sizes


def test_receptive_field_is_that_of_a_gradient(open_page: Callable[..., Page]):
    random, names = np.random.default_rng(4), ("kernel", "stride", "dilation")
    stacks = [
        [dict(zip(names, random.integers(1, [5, 3, 4]).tolist())) for _ in range(random.integers(1, 5))]
        for _ in range(12)
    ]
    for layers, (fields, reads, sizes) in zip(stacks, _ready(open_page, FIELD).evaluate(STACKS, stacks)):
        pixels, expected_sizes = _pixels_with_gradient(layers)
        assert reads == pixels, layers
        assert fields[-1] == pixels[-1] + 1, layers
        assert sizes == expected_sizes, layers


def test_presets_have_the_fields_of_the_page(open_page: Callable[..., Page]):
    page = _ready(open_page, FIELD)
    lines = page.locator("article table tbody tr", has=page.locator("td:nth-child(2):last-child")).all_inner_texts()
    written = [[int(number) for number in line.split("\t")[-1].split(",")] for line in lines]
    drawn = page.evaluate(PRESETS)
    assert len(written) == 6
    assert sorted(written) == sorted(drawn)


def test_counts_of_the_pooling_page(open_page: Callable[..., Page]):
    page = _ready(open_page, POOLING)
    lines = page.locator("article table tbody tr").filter(has_not_text="of 8").all_inner_texts()
    written = [[int(word) for word in line.split("\t")[1:]] for line in lines]
    counts = []
    for shift in range(1, 4):
        page.get_by_label("Shift to the right").fill(str(shift))
        texts = page.locator(".play-way > p").all_inner_texts()
        counts.append([int(re.match(r"(\d) of 8", text)[1]) for text in texts])
    assert written == [list(row) for row in zip(*counts)]


def _reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is within an element."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.closest(selector) !== null", selector):
            return
    pytest.fail(f"Tab does not lead to {selector}")


def test_convolution_by_keyboard(open_page: Callable[..., Page]):
    page = open_page(CONVOLUTION)
    status, picture = page.locator(".play-status"), page.locator(".play-overview svg").first
    expect(status).to_contain_text("row 2, column 2: 4")
    page.get_by_label("Kernel", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(status).to_contain_text("row 2, column 2: 0")  # Sobel y, on an upright edge
    page.keyboard.press("ArrowUp")
    page.get_by_label("Channels").focus()
    _reach(page, ".play-map")
    before = picture.get_attribute("aria-label")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(status).to_contain_text("row 1, column 3: 4")
    expect(page.locator(".play-map button:focus")).to_have_attribute("aria-label", "row 1, column 3: 4")
    assert "rows 1, 2 and 3, columns 3, 4 and 5" in picture.get_attribute("aria-label") != before
    page.keyboard.press("End")
    expect(status).to_contain_text("row 1, column 5: 0")
    page.keyboard.press("ArrowRight")  # there is no further place
    expect(status).to_contain_text("row 1, column 5: 0")
    assert "at=1,5" in page.url


def test_weights_and_pixels_can_be_changed(open_page: Callable[..., Page]):
    page = open_page(CONVOLUTION)
    page.get_by_text("Kernel: weights, size").press("Enter")
    page.get_by_label("weight in row 1, column 2", exact=True).fill("5")
    expect(page.locator(".play-status")).to_contain_text("row 2, column 2: 7")
    expect(page.get_by_label("Kernel", exact=True)).to_have_value("own")
    page.get_by_label("Kernel's width").select_option("5")
    expect(page.locator(".play-status")).to_contain_text("Feature map of 6 by 4")
    page.get_by_text("Picture: pixels").press("Enter")
    page.get_by_label("pixel in row 0, column 0", exact=True).fill("0.5")
    page.wait_for_url(lambda url: "cells=5000" in url)
    setting = page.url.partition("#")[2]
    again = open_page(f"{CONVOLUTION}#{setting}")
    assert again.locator(".play-status").inner_text() == page.locator(".play-status").inner_text()
    page.get_by_role("button", name="Start again").press("Enter")
    expect(page.locator(".play-status")).to_contain_text("Feature map of 6 by 6. Output at row 2, column 2: 4.")


def test_the_sum_is_written_out_and_follows_the_mouse(open_page: Callable[..., Page]):
    page = open_page(CONVOLUTION + "#pic=edge&kernel=sobel-x&stride=2&padding=1&dilation=1&at=0,0")
    expect(page.locator(".play-status")).to_contain_text("5 of its 9 places on zeros of the padding")
    page.get_by_role("button", name="row 1, column 2").hover()
    lines = page.locator(".play-lines").first
    expect(lines).to_contain_text("row 1 of the window: 0 × (−2) + 1 × 0 + 1 × 2 = 2")
    expect(lines).to_contain_text("together: 1 + 2 + 1 = 4")
    sizes = page.locator(".play-lines").last
    expect(sizes).to_contain_text(
        "⌊7/2⌋ + 1 = ⌊3.5⌋ + 1 = 4 windows; the floor drops 0.5 of a step, 1 pixel at the end"
    )
    # What the floor drops is a zero of the padding.
    expect(page.locator(".play-unread-text")).to_contain_text("Every pixel")
    page.get_by_label("Padding").select_option("0")
    expect(page.locator(".play-unread-text")).to_contain_text("row 7 and column 7, 15 of 64 pixels")
    expect(page.locator(".play-overview .unread")).to_have_count(15)


def test_three_channels_add_up_to_one_map(open_page: Callable[..., Page]):
    page = open_page(CONVOLUTION + "#pic=t&kernel=blur&colours=white&slices=1,-1,0&at=1,1")
    expect(page.locator(".play-overview svg")).to_have_count(6)
    values = page.locator(".play-map button").all_inner_texts()
    assert set(values) == {"0"}
    page.get_by_label("Channels").select_option("red-green")
    expect(page.locator(".play-lines").first).to_contain_text("all slices: 0.556 + (−0.444) + 0 = 0.111")


def test_a_window_that_does_not_fit_is_said_so(open_page: Callable[..., Page]):
    page = open_page(CONVOLUTION + "#dilation=3&weights=" + "_".join(["1,1,1,1,1"] * 5))
    expect(page.locator(".play-status")).to_contain_text("does not fit")
    expect(page.locator(".play-map")).to_have_count(0)
    page.get_by_label("Dilation", exact=True).select_option("1")
    expect(page.locator(".play-map tr")).to_have_count(4)
    page.evaluate("location.hash = 'weights=1,1,1,1&dilation=3&pic=dot'")  # too wide, not too high
    expect(page.locator(".play-map")).to_have_count(0)
    expect(page.locator(".play-lines").last).to_contain_text("10 is more than 8: the window does not fit")


def test_pooling_by_keyboard(open_page: Callable[..., Page]):
    page = open_page(POOLING)
    status, ways = page.locator(".play-status"), page.locator(".play-way > p")
    page.get_by_label("Stride", exact=True).focus()
    _reach(page, "input[type=range]")
    page.keyboard.press("ArrowRight")
    expect(status).to_contain_text("Shift 1, window 2, stride 2. Values that changed: max pooling 0 of 8")
    expect(ways.nth(0)).to_contain_text("stayed as it was")
    page.keyboard.press("ArrowRight")
    expect(ways).to_contain_text(["moved by 1 place, as the strip did"] * 4)
    moved = page.locator(".play-strips svg").last
    expect(moved).to_have_attribute("aria-label", "strip moved by 2: 0 0 0 0 0 0 1 0 0 0 0 0 0 0 0 0")
    page.get_by_label("Pattern").select_option("stripes")
    page.get_by_label("Shift to the right").press("ArrowLeft")
    means = page.locator(".play-counts tbody td:last-child")
    expect(means).to_have_text(["1 → 1", "0.5 → 0.5", "0 → 1", "0.5 → 0.5"])
    assert "pattern=stripes" in page.url
    page.get_by_role("button", name="Start again").press("Enter")
    expect(status).to_contain_text("Shift 0, window 2, stride 2")


def test_receptive_field_by_keyboard(open_page: Callable[..., Page]):
    page = open_page(FIELD)
    status, drawing = page.locator(".play-status"), page.locator(".play-pyramid")
    expect(status).to_contain_text("can depend on 7 input pixels")
    page.get_by_label("Padding, for the size").focus()
    _reach(page, ".play-layers input")
    page.keyboard.press("Tab")
    page.keyboard.type("2")  # the field is selected: layer 1, stride
    expect(status).to_contain_text("can depend on 11 input pixels")
    expect(drawing).to_have_attribute("aria-label", re.compile("11 input pixels"))
    page.get_by_role("button", name="Add a layer").press("Enter")
    expect(status).to_contain_text("One output of layer 4 can depend on 15")
    page.get_by_role("slider").press("ArrowLeft")
    expect(status).to_contain_text("One output of layer 3 can depend on 11")
    page.get_by_role("button", name="Remove layer 1").press("Enter")
    expect(page.locator(".play-layers tbody tr")).to_have_count(3)
    expect(page.get_by_role("button", name="Remove layer 1")).to_be_focused()
    for _ in range(5):
        page.get_by_role("button", name="Add a layer").click()
    expect(page.get_by_role("button", name="Add a layer")).to_be_disabled()


def test_holes_and_windows_that_do_not_fit_in_a_stack(open_page: Callable[..., Page]):
    page = open_page(FIELD + "#layers=3.1.2_3.1.4_3.1.8&size=28")
    expect(page.locator(".play-status")).to_contain_text("29 × 29 in the plane. It reads 15")
    expect(page.locator(".play-pixel")).to_have_count(15)
    expect(page.locator(".play-layers tbody tr td:nth-child(7)")).to_have_text(["24", "16", "does not fit"])
    page.evaluate("location.hash = 'layers=11.4.16_11.4.16_11.4.16_11.4.16_11.4.16_11.4.16_11.4.16_11.4.16'")
    expect(page.locator(".play-status")).to_contain_text("the drawing shows the outline only")


@pytest.mark.parametrize("path", PAGES)
def test_what_the_address_may_hold(open_page: Callable[..., Page], path: str):
    page = _ready(open_page, path + "#try-this")
    status = page.locator(".play-status")
    at_start = status.inner_text()
    page.evaluate("(hash) => { location.hash = hash; }", CHANGED[path])
    expect(status).not_to_have_text(at_start)
    changed = status.inner_text()
    page.evaluate("location.hash = 'try-this'")  # leads to a heading and leaves the widget as it is
    page.wait_for_timeout(100)
    assert status.inner_text() == changed
    assert page.evaluate("(nonsense) => { location.hash = nonsense; return location.hash; }", NONSENSE[path])
    expect(status).to_contain_text("Not understood in the address: ")
    said, _, words = status.inner_text().partition("; the usual setting stands instead. ")
    assert words == at_start
    assert all(setting.rstrip("=") in said for setting in NONSENSE[path].split("&"))
    page.get_by_role("button", name="Start again").click()
    expect(status).to_have_text(at_start)


@pytest.mark.parametrize("path", PAGES)
def test_without_javascript_there_is_text(site: Path, browser: Browser, path: str):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address(site, path))
        expect(page.locator("[data-play]")).to_contain_text("needs JavaScript")
        expect(page.locator("article table").first).to_be_visible()


@pytest.mark.parametrize(("path", "theme"), list(zip(PAGES, ["dark", "light", "dark"])))
def test_on_a_phone(open_page: Callable[..., Page], axe: Callable[[Page], list[str]], path: str, theme: str):
    page = open_page(path, width=390, theme=theme)
    expect(page.locator("[data-ready]")).to_have_count(1)
    assert axe(page) == []
    for details in page.locator("article details").all():
        details.evaluate("(node) => { node.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
