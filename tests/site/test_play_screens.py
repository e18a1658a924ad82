"""The pages of play/ on their screens: where an address leads, what fits, what is folded, how a setting is passed on."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect
import pytest

from tests.site.browsing import address, needs_browser

pytestmark = needs_browser

CONVOLUTION, POOLING, FIELD = ("play/convolution.html", "play/pooling.html", "play/receptive_field.html")
PAGES = (CONVOLUTION, POOLING, FIELD)
DIGIT = "play/digit.html"
CHANGED = {CONVOLUTION: "kernel=blur", POOLING: "shift=3", FIELD: "layers=5.1.1"}
IN_VIEW = """() => {
  const { top, bottom } = document.querySelector("[data-play]").getBoundingClientRect();
  return top > 0 && top < 200 && bottom > 400;
}"""


def _ready(open_page: Callable[..., Page], path: str) -> Page:
    """Open a page and wait for its widget."""
    page = open_page(path)
    page.locator("[data-ready]").wait_for()
    return page


def _part(page: Page, name: str) -> Locator:
    """Return a part of the page "A digit by hand"."""
    return page.locator(f'[data-digit="{name}"]')


@pytest.mark.parametrize("path", PAGES)
def test_settings_in_the_address_lead_to_the_widget(open_page: Callable[..., Page], path: str):
    page = _ready(open_page, path)
    assert page.evaluate("scrollY") == 0
    assert not page.locator("#pst-back-to-top").is_visible()
    link = page.locator('article a[href^="#"][href*="="]').first
    for _ in range(2):  # the second time the address stays the same
        link.scroll_into_view_if_needed()
        assert not page.evaluate(IN_VIEW)
        link.click()
        page.wait_for_function(IN_VIEW)
    assert page.evaluate("document.activeElement.closest('[data-play]') !== null")
    again = open_page(path + "#" + CHANGED[path])
    again.wait_for_function(IN_VIEW)


@pytest.mark.parametrize("path", PAGES)
def test_the_link_to_a_setting_is_copied_or_selected(open_page: Callable[..., Page], path: str):
    page = _ready(open_page, path)
    page.evaluate("(hash) => { location.hash = hash; }", CHANGED[path])
    status, button = page.locator(".play-status"), page.get_by_role("button", name="Copy link to this setting")
    page.wait_for_function(IN_VIEW)
    words = status.inner_text()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.press("Enter")
    expect(status).to_contain_text("is copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(page.url.partition("#")[0] + "#")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    button.press("Enter")
    expect(status).to_contain_text("does not let the page copy")
    assert page.evaluate("getSelection().toString() || document.activeElement.value") == link
    again = open_page(path + "#" + link.partition("#")[2])
    expect(again.locator(".play-status")).to_have_text(words)


def test_formulas_that_exercises_ask_for_are_folded(open_page: Callable[..., Page]):
    for path, words in ((CONVOLUTION, "⌊5/1⌋ + 1"), (FIELD, "× (3 − 1) ×")):
        page = _ready(open_page, path)
        assert not page.locator("article .play-lines", has_text=words).last.is_visible()
        assert not any(formula.is_visible() for formula in page.locator("article .math, article math").all())
        for summary in page.locator("summary", has_text="asks for)").all():
            summary.press("Enter")
        expect(page.locator("article .play-lines", has_text=words).last).to_be_visible()


def test_the_explorer_fits_on_a_small_laptop(open_page: Callable[..., Page]):
    page = open_page(CONVOLUTION + "#pic=t", width=1280)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.reload()
    page.wait_for_function(IN_VIEW)
    boxes = [page.locator(part).bounding_box() for part in (".play-controls", ".play-overview", ".play-chain")]
    assert boxes[0]["y"] > 0
    assert boxes[2]["y"] + boxes[2]["height"] <= 720
    sizes = page.locator(".play-grid text, .play-map button").evaluate_all(
        "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 12


def test_on_a_phone_picture_and_map_are_near_the_settings(site: Path, browser: Browser):
    size = {"width": 390, "height": 844}
    with browser.new_context(viewport=size, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto(address(site, CONVOLUTION) + "#pic=t&padding=1")
        page.wait_for_function(IN_VIEW)
        assert page.locator(".play-map").bounding_box()["y"] < 844 - 4 * 32
        sides = [button.bounding_box() for button in page.locator(".play-map button").all()]
        assert min(min(box["width"], box["height"]) for box in sides) >= 32
        more = page.locator("summary", has_text="More (padding 1, dilation 1, channels 1)")
        assert not page.get_by_label("Dilation", exact=True).is_visible()
        more.tap()
        page.get_by_label("Padding").select_option("2")
        expect(page.locator("summary", has_text="More (padding 2")).to_be_visible()
        page.get_by_label("Kernel's height").evaluate("(node) => { node.closest('details').open = true; }")
        for side in ("height", "width"):
            page.get_by_label(f"Kernel's {side}").select_option("1")
        expect(page.locator(".play-map tr")).to_have_count(12)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_a_phone_the_answer_is_seen_while_drawing(open_page: Callable[..., Page]):
    page = open_page(DIGIT, width=390)
    page.set_viewport_size({"width": 390, "height": 844})
    assert not page.locator("#pst-back-to-top").is_visible()
    pad, answer, tools = (
        _part(page, "pad").bounding_box(),
        _part(page, "answer").bounding_box(),
        _part(page, "clear").bounding_box(),
    )
    assert pad["y"] + pad["height"] <= answer["y"]
    assert answer["y"] + answer["height"] <= min(844, tools["y"])


def test_from_a_map_back_up_to_the_maps(open_page: Callable[..., Page]):
    page = open_page(DIGIT, width=390)
    page.get_by_role("button", name="C3, map 5").click()
    expect(_part(page, "title")).to_be_focused()
    expect(_part(page, "back-up")).to_be_in_viewport()
    page.keyboard.press("Shift+Tab")
    expect(_part(page, "back-up")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="C3, map 5")).to_be_focused()
    expect(page.get_by_role("button", name="C3, map 5")).to_be_in_viewport()
