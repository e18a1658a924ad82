"""The page "A digit by hand": its network is lab 06's, its preparation too, and it can be used by mouse and by keyboard."""

from collections.abc import Callable
from dataclasses import replace
import json
from pathlib import Path
import re
import shutil

from utils.data import load
import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Page, expect
import pytest

from course.site import lenet
from course.syllabus import CourseError, Lab, labs
from tests.site.browsing import needs_browser

PAGE = "play/digit.html"
LAYERS = ("C1", "S2", "C3", "S4", "C5", "F6", "output")
CLOSE = 1e-4


@pytest.fixture(scope="module")
def lab() -> Lab:
    return labs(["06"])[0]


@pytest.fixture(scope="module")
def arrays(lab: Lab) -> dict[str, np.ndarray]:
    return lenet.kept(lab)


@pytest.fixture(scope="module")
def in_keras(lab: Lab, arrays: dict[str, np.ndarray]):
    model = lenet.namespace(lab, ("one_cycle", "modern_lenet"))["modern_lenet"](seed=0)
    for name in lenet.LAYERS:
        model.get_layer(name).set_weights([arrays[f"{name}_kernel"], arrays[f"{name}_bias"]])
    return model


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    opened = open_page(PAGE, width=1280)
    expect(part(opened, "answer")).to_contain_text("MNIST calls it a 4.")
    return opened


def part(page: Page, name: str):
    return page.locator(f'[data-digit="{name}"]')


def test_a_kept_network_is_read_and_not_trained_again(lab, arrays):
    def never(lab: Lab):
        raise AssertionError("trained again")

    assert lenet.kept(lab, never).keys() == arrays.keys()
    assert lenet.weights_script(lab) == lenet.script(arrays)


def test_a_broken_file_is_noticed_and_made_again_and_never_used(lab, arrays, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    made = []

    def make(lab: Lab) -> dict[str, np.ndarray]:
        made.append(lab.name)
        return dict(arrays)

    lenet.kept(lab, make)
    (file,) = tmp_path.rglob("F6_kernel.npy")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    again = lenet.kept(lab, make)
    assert made == [lab.name, lab.name]
    assert "broken" in capsys.readouterr().err
    assert np.array_equal(again["F6_kernel"], arrays["F6_kernel"])
    file.unlink()
    lenet.kept(lab, make)
    lenet.kept(lab, make)
    assert len(made) == 3


def changed(lab: Lab, folder: Path, old: str, new: str) -> Lab:
    """Return a copy of the lab whose solution says something else."""
    copy = replace(lab, root=folder)
    copy.solution.parent.mkdir(parents=True)
    shutil.copy(lab.solution, copy.solution)
    notebook = json.loads(copy.solution.read_text("utf-8"))
    count = 0
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        count += old in source
        cell["source"] = source.replace(old, new)
    assert count, f"{old} is not in the lab"
    copy.solution.write_text(json.dumps(notebook), "utf-8")
    return copy


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("one_cycle(12e-3, steps), beta_2=0.98", "one_cycle(11e-3, steps), beta_2=0.98", False),
        ("modern_lenet(seed=0)", "modern_lenet(seed=1)", False),
        ("mnist.y_train, 5000", "mnist.y_train, 6000", False),
        ("np.geomspace(0.2, 5, 81)", "np.geomspace(0.2, 5, 41)", False),
        ("one_cycle(14e-3, steps)", "one_cycle(13e-3, steps)", True),  # of the network of 1998
        ("## 8. Inside", "## 8. Within", True),
    ],
)
def test_another_recipe_has_another_name(lab, tmp_path, old, new, same):
    assert (lenet.digest(changed(lab, tmp_path, old, new)) == lenet.digest(lab)) == same


def test_a_lab_without_the_recipe_is_refused(lab, tmp_path):
    with pytest.raises(CourseError, match="no statement binds modern_lenet"):
        lenet.digest(changed(lab, tmp_path, "modern_lenet", "todays_lenet"))


def test_the_script_is_small_enough(arrays):
    assert len(lenet.script(arrays)) <= 300_000
    too_large = arrays | {"C5_kernel": np.ones((500, 200), "float32")}
    with pytest.raises(CourseError, match="at most"):
        lenet.script(too_large)


def test_the_page_states_the_errors_that_the_network_makes(arrays, in_keras):
    test = load("mnist")
    read = in_keras.predict(test.x_test.astype("float32") / 255, batch_size=1000, verbose=0).argmax(axis=-1)
    assert arrays["test_count"] == len(read)
    assert arrays["test_errors"] == np.sum(read != test.y_test)
    for example, label in zip(arrays["examples"], arrays["example_labels"], strict=True):
        assert any(np.array_equal(example, digit) for digit in test.x_test[test.y_test == label][..., 0])


@needs_browser
def test_javascript_and_keras_agree_in_every_layer(page, arrays, in_keras):
    import keras

    random = np.random.default_rng(0)
    digits = load("mnist").x_test[200:220, ..., 0] / 255
    pictures = np.concatenate([digits, random.random((4, 28, 28)), np.zeros((1, 28, 28))]).astype("float32")
    both = keras.Model(in_keras.inputs[0], [in_keras.get_layer(name).output for name in LAYERS])
    expected = [np.asarray(one) for one in both(pictures[..., None])]
    got = page.evaluate(
        """([pictures, layers, temperature]) => {
          const { net } = cnnLabs.digit;
          const weights = net.weightsOf(cnnLabs.lenet);
          return pictures.map((picture) => {
            const values = net.forward(weights, picture);
            const soft = [1, temperature].map((T) => net.softmax(values.output, T));
            return [...layers.map((name) => Array.from(values[name])), ...soft];
          });
        }""",
        [pictures.reshape(-1, 784).tolist(), LAYERS, float(arrays["temperature"])],
    )
    soft = [keras.ops.softmax(expected[-1] / T).numpy() for T in (1, float(arrays["temperature"]))]
    for name, values, column in zip((*LAYERS, "probabilities", "scaled"), [*expected, *soft], zip(*got), strict=True):
        difference = np.abs(values.reshape(len(pictures), -1) - np.array(column)).max()
        assert difference < CLOSE, f"{name} differs by {difference:.1e}"


@needs_browser
def test_one_neurons_arithmetic_gives_what_the_layer_has(page):
    worst = page.evaluate(
        """() => {
          const { net } = cnnLabs.digit;
          const weights = net.weightsOf(cnnLabs.lenet);
          const values = net.forward(weights, net.pictureOf(cnnLabs.lenet.examples[8]));
          const got = { conv: [], pool: [], dense: [] };
          for (const layer of net.PLAN) {
            const below = values[layer.from];
            for (let at = 0; at < values[layer.name].length; at += layer.kind === "dense" ? 1 : 7) {
              const map = at % layer.maps;
              const [row, column] = [Math.floor(at / layer.maps / layer.size), Math.floor(at / layer.maps) % layer.size];
              let value = 0;
              if (layer.kind === "conv") {
                const { kernel, bias } = weights[layer.name];
                value = bias[map];
                for (let k = 0; k < net.shapeOf(layer.from).maps; k += 1) {
                  value += net.slice(layer, below, kernel, row, column, map, k).sum;
                }
                value = Math.max(0, value);
              } else if (layer.kind === "pool") {
                value = Math.max(...net.poolWindow(layer, below, row, column, map));
              } else {
                value = net.denseUnit(layer, below, weights[layer.name], map).sum + weights[layer.name].bias[map];
                value = layer.relu ? Math.max(0, value) : value;
              }
              got[layer.kind].push(Math.abs(value - values[layer.name][at]));
            }
          }
          return Object.values(got).map((differences) => [differences.length, Math.max(...differences)]);
        }"""
    )
    assert [count for count, _ in worst] == [672 + 229, 168 + 58, 214]
    assert max(difference for _, difference in worst) < 1e-9


def drawings() -> list[np.ndarray]:
    """Return pictures of ink of many sizes and shapes."""
    random, result = np.random.default_rng(1), []
    for width, height, pen in [(280, 280, 22), (61, 203, 5), (140, 33, 3), (50, 50, 4), (28, 28, 2), (9, 12, 1)]:
        for _ in range(1 if height == 280 else 3):
            picture = Image.new("L", (width, height))
            points = [(int(random.integers(0, width)), int(random.integers(0, height))) for _ in range(4)]
            ImageDraw.Draw(picture).line(points, fill=255, width=pen)
            result.append(np.asarray(picture.filter(ImageFilter.GaussianBlur(pen / 12)), dtype="float64") / 255)
    dot = np.zeros((90, 60))
    dot[70, 7] = 1
    return [*result, dot, np.ones((5, 40)), np.eye(20)]


@needs_browser
def test_a_drawing_is_prepared_as_in_the_lab(page, lab):
    theirs = lenet.namespace(lab, lenet.PREPARATION)
    cases = [ink for ink in drawings() if ink.max() > 0.2]
    assert len(cases) > 15
    got = page.evaluate(
        """(drawings) => drawings.map(({ height, width, values }) => {
          const { cut, scaled, placed } = cnnLabs.digit.prepare.prepare({ height, width, values });
          return [cut, scaled, placed].map((one) => ({ shape: [one.height, one.width], values: Array.from(one.values) }));
        })""",
        [{"height": ink.shape[0], "width": ink.shape[1], "values": ink.ravel().tolist()} for ink in cases],
    )
    for ink, steps in zip(cases, got, strict=True):
        cut = theirs["cut_out"](ink)
        scaled = theirs["scale"](cut)
        for expected, step in zip([cut, scaled, theirs["place"](scaled)], steps, strict=True):
            assert tuple(step["shape"]) == expected.shape
            assert np.abs(np.array(step["values"]).reshape(expected.shape) - expected).max() < 1e-5


@needs_browser
def test_nothing_is_cut_out_of_an_empty_picture(page, lab):
    empty = "cnnLabs.digit.prepare.prepare({ height: 9, width: 9, values: new Float64Array(81).fill(0.2) })"
    assert page.evaluate(empty) is None
    with pytest.raises(ValueError, match="no ink"):
        lenet.namespace(lab, lenet.PREPARATION)["cut_out"](np.full((9, 9), 0.2))


def drag(page: Page, *points: tuple[int, int]) -> None:
    """Draw a line through points, given as the pad's 280 pixels."""
    box = part(page, "pad").bounding_box()
    for number, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x, box["y"] + y, steps=4)
        if not number:
            page.mouse.down()
    page.mouse.up()


@needs_browser
def test_a_digit_drawn_with_the_mouse_is_read_and_can_be_taken_back(page):
    part(page, "pad").scroll_into_view_if_needed()
    drag(page, (80, 60), (200, 60), (120, 230))
    expect(part(page, "answer")).to_have_text(re.compile(r"^Read as a 7, \d"))
    expect(part(page, "spoken")).to_have_text(re.compile(r"^Read as a 7, \d"))
    expect(part(page, "scaled-size")).to_have_text("20 x 15")
    shares = part(page, "probabilities").locator("td.digit-number").all_inner_texts()
    assert len(shares) == 10
    assert sum(float(share.rstrip("%")) for share in shares) == pytest.approx(100, abs=0.6)
    page.get_by_label("Eraser").check()
    drag(page, (80, 60), (200, 60), (120, 230))
    expect(part(page, "answer")).to_contain_text("Nothing is drawn.")
    page.get_by_role("button", name="Undo").click()
    expect(part(page, "answer")).to_contain_text("Read as a 7")
    page.get_by_role("button", name="Undo").click()
    expect(part(page, "answer")).to_contain_text("MNIST calls it a 4.")
    page.get_by_role("button", name="Undo").click()
    expect(part(page, "said")).to_have_text("There is nothing to undo.")
    page.get_by_role("button", name="Clear").click()
    expect(part(page, "answer")).to_contain_text("Nothing is drawn. An empty picture, all zeros, is answered")
    expect(part(page, "cut-figure")).to_be_hidden()
    expect(part(page, "steps-text")).to_contain_text("There is no ink to cut out")


@needs_browser
def test_a_digit_is_drawn_with_the_keyboard_alone(page):
    pad = part(page, "pad")
    pad.focus()
    for key in ["Shift+ArrowUp"] * 3 + ["Space"] + ["ArrowDown"] * 18:
        page.keyboard.press(key)
    expect(part(page, "said")).to_have_text("Row 23, column 14 of 28, pen down.")
    page.keyboard.press("Escape")
    expect(part(page, "said")).to_have_text("The pen is up.")
    expect(part(page, "answer")).to_have_text(re.compile(r"^Read as a 1, \d"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(part(page, "answer")).to_have_text(re.compile(r"^Read as a 1, \d"))
    page.keyboard.press("u")
    expect(part(page, "answer")).to_contain_text("MNIST calls it a 4.")
    page.keyboard.press("Delete")
    expect(part(page, "answer")).to_contain_text("Nothing is drawn.")
    page.keyboard.press("Tab")
    expect(pad).not_to_be_focused()


@needs_browser
def test_examples_go_to_the_network_as_they_are(page, arrays, in_keras):
    page.get_by_role("button", name="Example: an 8").click()
    expect(part(page, "answer")).to_contain_text("MNIST calls it an 8. Read as an 8")
    expect(part(page, "steps-text")).to_contain_text("prepared already")
    logits = np.asarray(in_keras(arrays["examples"][10:, ..., None].astype("float32") / 255))[0]
    right, wrong = int(arrays["example_labels"][10]), int(logits.argmax())
    assert right != wrong
    page.get_by_role("button", name="that it misreads").click()
    expect(part(page, "answer")).to_contain_text(re.compile(rf"calls it an? {right}\. Read as an? {wrong},"))
    before = part(page, "answer").inner_text()
    page.get_by_label("Divide the logits by the temperature").check()
    expect(part(page, "answer")).not_to_have_text(before)
    expect(part(page, "answer")).to_contain_text(re.compile(rf"Read as an? {wrong},"))


@needs_browser
def test_dots_are_read_and_what_is_wrong_with_them_is_said(page):
    page.get_by_text("as in lab 06", exact=False).and_(page.locator("summary")).click()
    page.get_by_role("button", name="Read it").click()
    expect(part(page, "answer")).to_contain_text("Read as a 3,")
    for text, problem in [
        ("##\n#", "the same length; yours have 2, 1"),
        ("  ", "Nothing is written"),
        ("#" * 101, "At most"),
    ]:
        part(page, "dots").fill(text)
        page.get_by_role("button", name="Read it").click()
        expect(part(page, "dots-problem")).to_contain_text(problem)
        expect(part(page, "dots")).to_have_attribute("aria-invalid", "true")
    part(page, "dots").fill("...\n...")
    page.get_by_role("button", name="Read it").click()
    expect(part(page, "dots-problem")).to_be_empty()
    expect(part(page, "answer")).to_contain_text("Nothing is drawn.")


@needs_browser
def test_from_the_overview_to_one_map_and_one_neuron_by_keyboard(page, arrays, in_keras):
    page.get_by_role("button", name="C3, map 5").focus()
    page.keyboard.press("Enter")
    expect(part(page, "title")).to_have_text("C3, map 5: 5 x 5 convolution and ReLU")
    expect(part(page, "title")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(part(page, "title")).to_contain_text("C3, map 6")
    expect(page.get_by_role("button", name="C3, map 6")).to_have_attribute("aria-pressed", "true")
    for key in ("Tab", "Home", "ArrowRight", "ArrowRight", "Tab", "End", "ArrowLeft"):
        page.keyboard.press(key)
    import keras

    picture = arrays["examples"][4][None, ..., None].astype("float32") / 255
    maps = np.asarray(keras.Model(in_keras.inputs[0], in_keras.get_layer("C3").output)(picture))[0]
    expect(part(page, "sum")).to_have_text(re.compile(rf"^Row 2, column 8: {maps[2, 8, 6]:.3f}\. .*All 6 slices"))
    assert part(page, "tables").locator("table").count() == 4
    expect(part(page, "own")).to_have_attribute("aria-label", re.compile("the neuron is row 2, column 8"))
    expect(part(page, "below")).to_have_attribute(
        "aria-label", re.compile("the window is rows 2 to 6, columns 8 to 12")
    )
    part(page, "own").click(position={"x": 3, "y": 3})
    expect(part(page, "sum")).to_contain_text("Row 0, column 0:")
    part(page, "back").click()
    expect(page.get_by_role("button", name="C3, map 6")).to_be_focused()
    page.get_by_role("button", name="output: look at them").click()
    expect(part(page, "title")).to_have_text("output, unit 4: reads all of F6")
    expect(part(page, "sum")).to_contain_text("This is the logit")
    expect(part(page, "row")).to_be_hidden()


@needs_browser
def test_texts_follow_the_drawing(page):
    first = page.get_by_role("button", name="C1, map 0")
    before = first.get_attribute("aria-label")
    page.get_by_role("button", name="Example: a 1").click()
    expect(first).not_to_have_attribute("aria-label", before)
    expect(part(page, "sum")).to_have_attribute("aria-live", "off")


@needs_browser
def test_without_javascript_the_page_says_what_there_is_to_know(open_page):
    page = open_page(PAGE, javascript=False)
    expect(part(page, "missing")).to_be_visible()
    expect(part(page, "page")).to_be_hidden()
    for text in ("none of these", "centre of mass is in the middle", "48,120"):
        expect(page.get_by_text(text).first).to_be_visible()


@needs_browser
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_it_fits_and_axe_finds_nothing(open_page, axe, width, theme):
    page = open_page(PAGE, width=width, theme=theme)
    expect(part(page, "answer")).to_contain_text("Read as a 4")
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []
