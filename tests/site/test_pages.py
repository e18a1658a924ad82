"""Every page of the built site: no barrier, no error, no outside request, no dead link, no page wider than the screen."""

from collections.abc import Callable
from html.parser import HTMLParser
import itertools
from pathlib import Path
import unicodedata
from urllib.parse import unquote

from playwright.sync_api import Page
import pytest

from course import notebooks
from course.site import build
from course.syllabus import CourseError, labs
from tests.site.browsing import needs_browser

WIDTHS = (390, 800, 1280)
LARGEST = 1_000_000
"""Bytes of a lab's page before its pictures: with styles, scripts and fonts."""


class Links(HTMLParser):
    """Collects what a page links to or loads, and its anchors."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: list[str] = []
        self.loaded: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        address = given.get("href") if tag in ("a", "link") else given.get("src")
        if address:
            self.targets.append(address)
            if tag == "script" or given.get("rel") == "stylesheet":
                self.loaded.append(address)


def pages_of(site: Path) -> list[Path]:
    """Return the pages that Sphinx made, and no slides, which have tests of their own."""
    return [
        path for path in sorted(site.rglob("*.html")) if path.relative_to(site).parts[0] not in ("slides", "_static")
    ]


def test_every_link_leads_somewhere(site: Path) -> None:
    pages = {path: Links(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}
    assert len(pages) > 60
    dead = []
    for path, links in pages.items():
        for target in links.targets:
            address, _, anchor = target.partition("#")
            if address.startswith(("http:", "https:", "mailto:", "data:")):
                continue
            # An anchor such as #kernel=blur is a widget's setting.
            goal = (path.parent / unquote(address.partition("?")[0])).resolve() if address else path
            if not goal.is_file():
                dead.append(f"{path.relative_to(site)}: {target}")
            elif anchor and "=" not in anchor and goal in pages and unquote(anchor) not in pages[goal].ids:
                dead.append(f"{path.relative_to(site)}: no anchor {target}")
    assert not dead, "\n".join(dead[:30])


def test_nothing_is_loaded_from_elsewhere_and_anchors_are_unique(site: Path) -> None:
    for path in pages_of(site):
        links = Links(path)
        assert not [address for address in links.loaded if "//" in address], path
        assert sorted(links.ids) == sorted(set(links.ids)), path


@pytest.mark.parametrize("lab", [pytest.param(lab, id=lab.name) for lab in labs()])
def test_a_labs_page_weighs_less_than_a_megabyte_before_its_pictures(site: Path, lab) -> None:
    page = site / "labs" / f"{lab.name}.html"
    styles = {(page.parent / address.partition("?")[0]).resolve() for address in Links(page).loaded}
    assert page.stat().st_size + sum(path.stat().st_size for path in styles) < LARGEST


def test_every_lab_has_a_page_and_is_found(site: Path) -> None:
    index = (site / "searchindex.js").read_text("utf-8")
    for lab in labs():
        assert f"labs/{lab.name}" in index
        assert lab.title.split(":")[0] in (site / "labs" / f"{lab.name}.html").read_text("utf-8")


def test_the_public_site_has_no_solutions(site: Path) -> None:
    shown = "".join(path.read_text("utf-8") for path in (site / "labs").glob("*.html"))
    assert "BEGIN SOLUTION" not in shown
    assert "BEGIN HIDDEN" not in shown
    assert "Model answer and rubric" not in shown


def test_a_folder_of_somebody_elses_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(CourseError, match="no site that this command made"):
        build.build(labs(), tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [tmp_path / "thesis.txt"]


@needs_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_keeps_anybody_out(
    site: Path, open_page: Callable[..., Page], axe: Callable[..., list[str]], theme: str
) -> None:
    """In the width of a phone in the dark, of a desk in the light; blocks of code are looked into in one lab."""
    found = {}
    for path in pages_of(site):
        name = path.relative_to(site).as_posix()
        page = open_page(name, theme=theme, width=1280 if theme == "light" else 390)
        if wrong := axe(page, code=name.startswith("labs/02")):
            found[name] = wrong
        page.close()
    assert not found


@needs_browser
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen(site: Path, open_page: Callable[..., Page], width: int) -> None:
    page, wide = open_page("index.html", width=width), []
    for path in pages_of(site):
        page.goto(path.as_uri())
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path.relative_to(site).as_posix())
    assert not wide


@needs_browser
def test_a_prediction_stays_and_the_summary_has_the_length_that_was_chosen(open_page: Callable[..., Page]) -> None:
    page = open_page("labs/02_convolution.html")
    page.get_by_label("Your prediction: about zero over").fill("the sky")
    page.get_by_role("radio", name="one sentence").check()
    page.reload()
    assert page.get_by_label("Your prediction: about zero over").input_value() == "the sky"
    shown = page.locator("[data-length]")
    assert [part.is_visible() for part in shown.all()] == [True, False, False]
    page.get_by_role("radio", name="the full list").focus()
    page.keyboard.press("ArrowUp")
    assert [part.is_visible() for part in shown.all()] == [False, True, False]


@needs_browser
def test_without_scripts_a_lab_can_be_read_whole(open_page: Callable[..., Page]) -> None:
    page = open_page("labs/02_convolution.html", javascript=False)
    assert all(part.is_visible() for part in page.locator("[data-length]").all())
    came_out = page.locator("details.came-out").first
    came_out.locator("summary").click()
    assert came_out.get_by_text("sum of the nine products").first.is_visible()
    assert page.locator("math").count() > 3


@needs_browser
def test_search_finds_a_term(open_page: Callable[..., Page]) -> None:
    page = open_page("search.html?q=saliency")
    page.locator("#search-results a", has_text="10 Seeing inside").first.wait_for()


@needs_browser
def test_the_pdf_has_every_lab_with_a_bookmark(site: Path) -> None:
    from pypdf import PdfReader

    reader = PdfReader(site / "convolutional-networks.pdf")
    assert [mark.title for mark in reader.outline] == [f"{lab.name[:2]} {lab.title}" for lab in labs()]
    starts = [reader.get_destination_page_number(mark) for mark in reader.outline]
    for lab, start in zip(labs(), starts):
        words = "".join(unicodedata.normalize("NFKC", reader.pages[start].extract_text()).split())
        assert "".join(lab.title.split()) in words
    assert all(later > earlier + 5 for earlier, later in itertools.pairwise(starts))
    figures = sum(
        "image/png" in o.get("data", {}) for c in notebooks.read(labs()[0].solution).cells for o in c.get("outputs", [])
    )
    last = starts[1]
    assert sum(len(page.images) for page in reader.pages[:last]) >= figures
