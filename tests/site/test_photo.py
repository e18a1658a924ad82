"""The page "A photo of your own": its network is lab 07's, rounded to 8 bits, and browser and Keras agree."""

from collections.abc import Callable
from dataclasses import replace
import io
import json
import re
import shutil

from utils.backbones import backbone, preprocess_input
from utils.data import load
from utils.photos import load_folder
import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect
import pytest

from course.site import photo
from course.syllabus import ROOT, CourseError, Lab, labs
from tests.site.browsing import needs_browser

PAGE = "play/photo.html"
SOURCE = ROOT / "site" / "play" / "photo.md"
STAMPS = 32


@pytest.fixture(scope="module")
def lab() -> Lab:
    return labs(["07"])[0]


@pytest.fixture(scope="module")
def arrays(lab: Lab) -> dict[str, np.ndarray]:
    return photo.kept(lab)


@pytest.fixture(scope="module")
def in_keras(arrays: dict[str, np.ndarray]):
    return photo.in_keras(arrays)


@pytest.fixture(scope="module")
def stamps() -> tuple[np.ndarray, np.ndarray]:
    data = load("stamps")
    return np.concatenate([data.x_train, data.x_test]), np.concatenate([data.y_train, data.y_test])


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Open the page, and load the network."""
    opened = open_page(PAGE, width=1280)
    loaded(opened)
    return opened


def loaded(page: Page) -> None:
    page.get_by_role("button", name="Load the network").click()
    expect(part(page, "said")).to_have_text("The network is loaded. Choose a picture.")


def part(page: Page, name: str):
    return page.locator(f'[data-photo="{name}"]')


def example(page: Page, name: str) -> None:
    """Choose an example, and wait for the answer."""
    page.get_by_role("button", name=name).click()
    answered(page, name)


def answered(page: Page, name: str) -> None:
    expect(part(page, "input-text")).to_contain_text(f"{name}, ")
    expect(part(page, "answer")).to_contain_text("The answer is")


def shown(page: Page) -> list[float]:
    return page.evaluate("cnnLabs.photo.page.probabilities")


def test_a_kept_network_is_read_and_not_made_again(lab, arrays):
    def never(lab: Lab):
        raise AssertionError("made again")

    assert photo.kept(lab, never).keys() == arrays.keys()
    assert photo.weights_script(lab) == photo.script(arrays)


def test_a_broken_file_is_noticed_and_made_again_and_never_used(lab, arrays, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    made = []

    def make(lab: Lab) -> dict[str, np.ndarray]:
        made.append(lab.name)
        return dict(arrays)

    photo.kept(lab, make)
    (file,) = tmp_path.rglob("kernels.npy")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    again = photo.kept(lab, make)
    assert len(made) == 2
    assert "broken" in capsys.readouterr().err
    assert np.array_equal(again["kernels"], arrays["kernels"])
    photo.kept(lab, make)
    assert len(made) == 2


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("def probe(features, labels, C=0.1)", "def probe(features, labels, C=0.2)", False),
        ("test_size=0.5", "test_size=0.4", False),
        ('pooling="avg")', 'pooling="avg", weights=None)', False),
        ("small_cnn(64, 3, (16, 32, 64), 8)", "small_cnn(64, 3, (16, 32, 65), 8)", True),  # of the rival from scratch
    ],
)
def test_another_recipe_has_another_name(lab, tmp_path, old, new, same):
    copy = replace(lab, root=tmp_path)
    copy.solution.parent.mkdir(parents=True)
    shutil.copy(lab.solution, copy.solution)
    notebook = json.loads(copy.solution.read_text("utf-8"))
    sources = ["".join(cell["source"]) for cell in notebook["cells"]]
    assert any(old in source for source in sources)
    for cell, source in zip(notebook["cells"], sources, strict=True):
        cell["source"] = source.replace(old, new)
    copy.solution.write_text(json.dumps(notebook), "utf-8")
    assert (photo.digest(copy) == photo.digest(lab)) == same


def test_the_script_is_small_enough(arrays):
    assert len(photo.script(arrays)) <= 5_000_000
    with pytest.raises(CourseError, match="at most"):
        photo.script(arrays | {"pictures": np.random.default_rng(0).integers(0, 256, (3, 300, 300, 3), dtype="uint8")})


def test_folding_changes_nothing_but_by_rounding(arrays):
    in_full = backbone("efficientnet_lite0", input_shape=(photo.SIZE, photo.SIZE, 3), pooling="avg")
    for layer, kernel, bias in photo.split(arrays):
        exact, exact_bias = photo.folded(in_full, layer)
        axes = (0, 1) if layer.kind == "depthwise" else (1, 2, 3)
        step = np.abs(exact).max(axis=axes, keepdims=True) / 127
        assert np.all(np.abs(kernel - exact) <= 0.501 * step), layer.name
        assert np.allclose(bias, exact_bias, rtol=1e-5, atol=1e-6), layer.name


def test_rounded_to_8_bits_the_network_gives_the_answers_that_are_kept(arrays, in_keras, stamps):
    pictures, labels = stamps
    unseen = arrays["unseen"][0]
    few = np.linspace(0, len(unseen) - 1, STAMPS).astype(int)
    features = in_keras.predict(preprocess_input(pictures[unseen[few]]), verbose=0)
    answers = photo.probabilities(features, arrays["split_kernels"][0], arrays["split_biases"][0]).argmax(axis=-1)
    assert np.array_equal(answers, arrays["in_8_bits"][0][few])
    assert np.mean(answers == arrays["in_full"][0][few]) >= 0.95
    assert np.array_equal(arrays["truths"], labels[arrays["unseen"]])


def test_the_page_states_what_was_measured(arrays):
    text = " ".join(SOURCE.read_text("utf-8").split())
    found = photo.measured(arrays)
    assert found["same"] / found["count"] >= 0.95
    for one in (
        f"full weights they are right {found['right']} times",
        f"rounded weights {found['rightRounded']} times",
        f"{found['same']} of the {found['count']} answers",
        f"The {len(arrays['kernels']):,} weights of the kernels",
        f"Load the network ({len(photo.script(arrays)) / 1e6:.1f} MB)",
    ):
        assert one in text


def test_the_page_has_the_stages_that_the_network_has(in_keras):
    text = SOURCE.read_text("utf-8")
    weights = multiplications = 0
    for stage in photo.stages():
        name, shape = re.sub(r"(\d)", r" \1", stage.name), f"{stage.side} x {stage.side} x {stage.maps}"
        assert f"| {name} | {stage.convolutions} | {shape} | {stage.weights:,} | {stage.multiplications:,} |\n" in text
        weights, multiplications = weights + stage.weights, multiplications + stage.multiplications
    convolutions = [layer for layer in in_keras.layers if "conv" in layer.name]
    assert weights == sum(layer.count_params() + layer.output.shape[-1] for layer in convolutions)
    windows = [np.prod(layer.kernel.shape[:-2]) * layer.kernel.shape[-2] for layer in convolutions]
    maps = [1 if "dwconv" in layer.name else layer.filters for layer in convolutions]
    places = [layer.output.shape[1] ** 2 for layer in convolutions]
    assert multiplications == sum(np.array(windows) * maps * places)
    assert f"{multiplications / 1e6:.0f} million multiplications" in text


@needs_browser
def test_javascript_and_keras_agree(page, arrays, in_keras):
    random = np.random.default_rng(0).integers(0, 256, (photo.SIZE, photo.SIZE, 3), dtype="uint8")
    pictures = np.stack([arrays["pictures"][0], random])
    got = page.evaluate(
        """(pictures) => {
          const { net } = cnnLabs.photo;
          const network = net.unpack(cnnLabs.photoWeights);
          return pictures.map((pixels) => {
            const { features, probabilities, maps } = net.forward(network, Uint8Array.from(pixels));
            return [Array.from(features), probabilities, maps.map(({ side, maps }) => [side, maps])];
          });
        }""",
        pictures.reshape(2, -1).tolist(),
    )
    features = in_keras.predict(preprocess_input(pictures), verbose=0)
    probabilities = photo.probabilities(features, arrays["head_kernel"], arrays["head_bias"])
    for row, (own, share, maps) in enumerate(got):
        assert np.abs(np.array(own) - features[row]).max() < 1e-3 * np.abs(features[row]).max()
        assert np.abs(np.array(share) - probabilities[row]).max() < 1e-4
        assert maps == [[80, 32], [20, 240], [10, 672], [5, 1280]]


@needs_browser
def test_an_example_is_answered_as_in_keras_by_keyboard_alone(open_page, arrays, in_keras):
    page = open_page(PAGE, width=1280)
    button = page.get_by_role("button", name="Load the network")
    button.focus()
    page.keyboard.press("Enter")
    first = page.get_by_role("button", name="a cat")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    answered(page, "a cat")
    assert page.evaluate("Boolean(cnnLabs.photo.page.runner.worker)")
    features = in_keras.predict(preprocess_input(arrays["pictures"][:1]), verbose=0)
    expected = photo.probabilities(features, arrays["head_kernel"], arrays["head_bias"])[0]
    assert np.abs(np.array(shown(page)) - expected).max() < 1e-4
    names = load("stamps").class_names
    best = expected.argmax()
    expect(part(page, "answer")).to_contain_text(f"The answer is {names[best]}, {100 * expected[best]:.1f}%")
    cells = part(page, "probabilities").locator("td.digit-number").all_inner_texts()
    assert cells == [f"{100 * share:.1f}%" for share in expected]
    assert part(page, "maps").get_by_role("img").count() == 4 * 8
    before = part(page, "maps").get_by_role("img").first.get_attribute("aria-label")
    assert re.match(r"stem, map \d+: largest value [\d.]+ at row \d+, column \d+; above 0 at \d+ of 6400", before)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    answered(page, "a cup of coffee")
    said = re.search(r"cup of coffee above: (vehicle), with\s+([\d.]+%)", SOURCE.read_text("utf-8"))
    expect(part(page, "answer")).to_contain_text(f"The answer is {said[1]}, {said[2]};")
    expect(part(page, "maps").get_by_role("img").first).not_to_have_attribute("aria-label", before)


def sideways() -> bytes:
    """Return a photo as a camera writes it that was held sideways: three bright bands, top to bottom, and a note."""
    upright = np.zeros((300, 400, 3), dtype="uint8")
    for band, colour in enumerate([(220, 40, 30), (40, 200, 60), (30, 60, 220)]):
        upright[100 * band : 100 * (band + 1)] = colour
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    Image.fromarray(np.rot90(upright).copy()).save(file, "jpeg", exif=exif, quality=95)
    return file.getvalue()


def given(page: Page, name: str, content: bytes, kind: str = "image/jpeg") -> None:
    part(page, "file").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def pixels(page: Page) -> np.ndarray:
    values = page.evaluate(
        """Array.from(cnnLabs.photo.picture.pixelsOf(document.querySelector('[data-photo="input"]')))"""
    )
    return np.array(values, dtype=float).reshape(photo.SIZE, photo.SIZE, 3)


@needs_browser
def test_a_photo_of_ones_own_is_prepared_as_in_the_lab(page, tmp_path):
    (tmp_path / "bands").mkdir()
    (tmp_path / "bands" / "held.jpg").write_bytes(sideways())
    given(page, "held.jpg", sideways())
    answered(page, "held.jpg")
    expect(part(page, "input-text")).to_contain_text("400 x 300 pixels; the square in its middle, at 160 x 160")
    for fit, label in [("crop", "Cut out the middle"), ("pad", "Keep all of it, on white")]:
        page.get_by_label(label).check()
        answered(page, "held.jpg")
        expected = load_folder(tmp_path, size=photo.SIZE, fit=fit).images[0]
        assert np.abs(pixels(page) - expected).mean() < 3, fit
    assert sum(shown(page)) == pytest.approx(1)


@needs_browser
def test_what_is_transparent_is_white_and_what_is_no_picture_is_said(page):
    file = io.BytesIO()
    Image.new("RGBA", (50, 50)).save(file, "png")
    given(page, "clear.png", file.getvalue(), "image/png")
    answered(page, "clear.png")
    assert pixels(page).min() == 255
    given(page, "notes.txt", b"no picture", "text/plain")
    expect(part(page, "problem")).to_contain_text("notes.txt is not a picture that this browser can read")
    example(page, "a cat")
    expect(part(page, "problem")).to_be_empty()


@needs_browser
def test_without_a_worker_the_page_computes_in_slices(open_page):
    page = open_page(PAGE)
    page.evaluate("() => { window.Worker = class { constructor() { throw new Error('not here'); } }; }")
    loaded(page)
    page.get_by_role("button", name="a cup of coffee").click()
    example(page, "a cat")  # the first one is given up
    expect(part(page, "said")).to_contain_text("in the page itself, in slices")
    alone = shown(page)
    page.evaluate(
        """() => {
          const { net, page } = cnnLabs.photo;
          const { pixels } = page.runner;
          page.probabilities = net.forward(net.unpack(cnnLabs.photoWeights), pixels).probabilities;
        }"""
    )
    assert shown(page) == alone


@needs_browser
def test_a_missing_file_is_said_and_can_be_tried_again(site, browser, tmp_path):
    (tmp_path / "play").mkdir()
    shutil.copy(site / PAGE, tmp_path / PAGE)
    shutil.copytree(site / "_static", tmp_path / "_static", ignore=shutil.ignore_patterns("photo-weights.js"))
    page = browser.new_page()
    page.goto((tmp_path / PAGE).as_uri())
    page.get_by_role("button", name="Load the network").click()
    expect(part(page, "problem")).to_contain_text("photo-weights.js cannot be read")
    shutil.copy(site / "_static" / "photo-weights.js", tmp_path / "_static")
    loaded(page)
    expect(part(page, "problem")).to_be_empty()
    page.close()


@needs_browser
@pytest.mark.parametrize("worker", [True, False])
def test_a_network_that_is_not_whole_is_said(open_page, worker):
    page = open_page(PAGE)
    page.evaluate(
        """(worker) => {
          let stored;
          const set = (value) => { stored = { ...value, kernels: value.kernels.slice(0, 4000) }; };
          Object.defineProperty(cnnLabs, "photoWeights", { get: () => stored, set });
          if (!worker) delete window.Worker;
        }""",
        worker,
    )
    loaded(page)
    page.get_by_role("button", name="a cat").click()
    expect(part(page, "problem")).to_have_text("The network stopped: The network's file is not whole.")
    expect(part(page, "answer")).to_be_empty()


@needs_browser
def test_without_javascript_the_page_says_what_there_is_to_know(open_page):
    page = open_page(PAGE, javascript=False)
    expect(part(page, "missing")).to_be_visible()
    expect(part(page, "page")).to_be_hidden()
    for text in ("none of these", "(x − 127) / 128", "43,881,600"):
        expect(page.get_by_text(text).first).to_be_visible()


@needs_browser
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_it_fits_and_axe_finds_nothing(open_page, axe, width, theme):
    page = open_page(PAGE, width=width, theme=theme)
    assert page.evaluate("window.cnnLabs.photoWeights === undefined")  # only a press loads it
    assert axe(page) == []
    loaded(page)
    example(page, "a cup of coffee")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []
