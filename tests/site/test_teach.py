"""What instructors get: plans, the guide, schedules, slides, links that open a lab, and hand-outs in the site."""

from dataclasses import replace
import html
from html.parser import HTMLParser
import io
from pathlib import Path
import re
import zipfile

import pytest

from course import notebooks, roles
from course.address import Address
from course.site import guide, launch, overview, plans, schedule, slides
from course.syllabus import CourseError, Lab, labs
from tests import small_course
from tests.cases import some_of
from tests.site.browsing import needs_browser

LABS = labs()
ALL = pytest.mark.parametrize("lab", LABS, ids=[lab.name[:2] for lab in LABS])
GITHUB = Address("https://github.com/owner/cnn-labs", "0.4.0")
ELSEWHERE = Address("https://forge.example/group/team/cnn-labs", "0.4.0")
SESSION = """
[[session]]
title = "Twice"
[[session.block]]
minutes = 10
kind = "show"
section = 1
what = "Show `double`."
[[session.block]]
minutes = 12
kind = "try"
section = 1
what = "Write it."
say = "What is $2 \\\\cdot 3$?"
[[session.block]]
minutes = 4
kind = "break"
what = "Break."
[[session.block]]
minutes = 19
kind = "talk"
section = 1
what = "Compare."
"""
HOME = 'before = ""\nbetween = "Write."\nafter = "Rest."\nbefore_minutes = 0\nbetween_minutes = 30\nafter_minutes = 5\n'
GOOD = HOME + SESSION * 2


@pytest.fixture
def tiny(tmp_path: Path) -> Lab:
    return small_course.make(tmp_path)


def write_plan(lab: Lab, text: str) -> None:
    path = lab.root / "site" / "plans" / f"{lab.name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_plan_is_read_with_its_clock(tiny: Lab) -> None:
    write_plan(tiny, GOOD)
    plan = plans.read(tiny)
    assert plan.class_minutes == 2 * 41
    assert plan.home_minutes == 35
    assert [start for start, _ in plan.sessions[1].clock()] == ["0:00", "0:10", "0:22", "0:26"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("minutes = 19", "minutes = 20", "session 1: its blocks take 46 minutes"),
        ('kind = "try"', 'kind = "lecture"', "session 1, block 2: kind is 'lecture'"),
        ('kind = "try"', 'kind = "show"', "19 of 41 minutes are try or talk"),
        ("minutes = 12", "minutes = 6", "its blocks take 39 minutes"),
        ('kind = "break"', 'kind = "show"\nsection = 1', "0 breaks"),
        ("section = 1", "section = 7", "section 7 is none of the core's 1"),
        ("section = 1\n", "", "a section belongs to every block but a break"),
        ('what = "Write it."', "", "what is missing"),
        ("minutes = 10", 'minutes = "10"', "minutes has to be of type int"),
        ('say = "', 'shout = "', "shout is unknown"),
        ("after = ", "later = ", "after is missing"),
        ("between_minutes = 30\n", "", "between_minutes is missing"),
        ("between_minutes = 30", "between_minutes = 0", "between_minutes is 0, and between is not empty"),
        ("before_minutes = 0", "before_minutes = 5", "before_minutes is 5, and before is empty"),
        ("after_minutes = 5", "after_minutes = -5", "after_minutes is -5"),
        (SESSION + SESSION, SESSION, "1 sessions, expected 2"),
        ("[[session]]", "[[session", "is no TOML"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_refused_by_name_and_place(tiny: Lab, old: str, new: str, says: str) -> None:
    assert old in GOOD
    write_plan(tiny, GOOD.replace(old, new, 1))
    with pytest.raises(CourseError, match=re.escape(says)) as error:
        plans.read(tiny)
    assert "site/plans/01_tiny.toml" in str(error.value)


@pytest.mark.parametrize(("first", "second", "pause"), [(7, 12, 4), (10, 16, 4), (10, 12, 6), (10, 12, 2)])
def test_a_break_is_neither_early_nor_late_nor_long(tiny: Lab, first: int, second: int, pause: int) -> None:
    rest = 45 - first - second - pause
    text = GOOD.replace("minutes = 10", f"minutes = {first}").replace("minutes = 12", f"minutes = {second}")
    write_plan(tiny, text.replace("minutes = 4", f"minutes = {pause}").replace("minutes = 19", f"minutes = {rest}"))
    with pytest.raises(CourseError, match=f"a break of {pause} minutes after {first + second}"):
        plans.read(tiny)


def words(text: str) -> str:
    """Return a text without marks, links and line ends, for comparison."""
    return re.sub(r"\W+", " ", html.unescape(re.sub(r"</?[a-z][^>]*>", "", text)))


@ALL
def test_a_guide_has_each_note_once_under_its_section(lab: Lab) -> None:
    notebook = notebooks.read(lab.solution)
    notes = [cell.source.removeprefix(guide.LABEL) for cell in notebook.cells if roles.is_a(cell, "instructor")]
    assert notes
    public, page = (words(guide.lab_page(lab, LABS, solutions=solutions)) for solutions in (False, True))
    for note in notes:
        assert page.count(words(note)) == 1
        assert public.count(words(note)) == (note not in guide.withheld(notebook))
    page = guide.lab_page(lab, LABS, solutions=True)
    for number in {int(found) for found in re.findall(r"^### Section (\d+)", page, re.MULTILINE)}:
        assert f"labs/{lab.name}.html#section-{number}" in page


@ALL
def test_a_guide_keeps_rubrics_for_instructors(lab: Lab) -> None:
    public, private = (guide.lab_page(lab, LABS, solutions=solutions) for solutions in (False, True))
    answers = [cell.source for cell in notebooks.read(lab.solution).cells if roles.is_a(cell, "written")]
    for answer in answers:
        assert answer in private
        assert words(answer) not in words(public)
    for name in lab.written:
        assert name in public


def test_a_note_with_a_line_of_a_solution_is_for_instructors_only(tmp_path: Path) -> None:
    note = "**For instructors.** The whole of it: `if values.size == 0:` and an error."
    lab = small_course.make(tmp_path, note=note)
    write_plan(lab, GOOD)
    public, private = (guide.lab_page(lab, [lab], solutions=solutions) for solutions in (False, True))
    assert "values.size == 0" in private
    assert "values.size == 0" not in public
    assert "(1 of this lab)" in public


def test_a_note_on_a_graded_answer_in_words_is_for_instructors_only() -> None:
    (lab,) = [lab for lab in LABS if lab.name.startswith("07")]
    notebook = notebooks.read(lab.solution)
    private = guide.withheld(notebook)
    assert [heading for heading, note in guide.instructor_notes(notebook) if note in private] == [
        heading for heading, _ in guide.instructor_notes(notebook) if heading.startswith("7. ")
    ]
    deck = words(slides.decks([lab])[f"slides/{lab.name}.html"].decode())
    shown = [note for _, note in guide.instructor_notes(notebook) if words(note) in deck]
    assert shown
    assert not private & set(shown)


def test_schedules_have_each_lab_once_in_order() -> None:
    for a_week in (1, 2):
        rows = schedule.weeks(LABS, a_week).split("\n")[2:]
        assert [re.search(r"labs/(\w+)\.md", row)[1] for row in rows] == [lab.name for lab in LABS]
        assert [int(row.split("|")[1]) for row in rows] == [place // a_week + 1 for place in range(len(LABS))]
        assert all(f"| {plans.read(lab).home_minutes} min |" in row for lab, row in zip(LABS, rows))
    total = schedule.minutes(LABS).split("**all**")[1].replace("\u00a0", " ")
    assert (
        f"| {sum(plans.read(lab).home_minutes for lab in LABS):,} min | {sum(lab.minutes for lab in LABS):,} min |"
        in total
    )


def test_what_remains_when_labs_are_left_out_stands_on_its_own() -> None:
    remaining = list(LABS)
    for lab in schedule.left_out(LABS):
        remaining.remove(lab)
        numbers = {one.name[:2] for one in remaining}
        assert all(overview.builds_on(one) <= numbers for one in remaining)
    assert LABS[-1] in remaining
    assert len(remaining) < len(LABS)


class Slides(HTMLParser):
    """Takes down the pictures and headings of a deck."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: dict[str, str] = {}
        self.count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "img":
            assert found["src"] not in self.pictures
            self.pictures[found["src"]] = found["alt"]
        self.count += tag == "section"


@ALL
def test_slides_have_each_figure_of_the_core_once_with_its_words(lab: Lab) -> None:
    made = slides.decks([lab])
    deck = Slides()
    deck.feed(made[f"slides/{lab.name}.html"].decode())
    expected, core = [], True
    for cell in notebooks.read(lab.solution).cells:
        if cell.cell_type == "markdown" and "## Further" in cell.source.split("\n"):
            core = False
        for output in cell.get("outputs", []):
            if core and "image/png" in output.get("data", {}):
                expected.append(" ".join(output.metadata["image/png"]["alt"].split()))
    assert list(deck.pictures.values()) == expected
    assert {f"slides/{name}" for name in deck.pictures} == {path for path in made if path.endswith(".png")}
    assert deck.count > len(expected) + len(plans.core_sections(lab))


@ALL
def test_slides_hold_no_code_of_a_solution(lab: Lab) -> None:
    notebook = notebooks.read(lab.solution)
    deck = html.unescape(re.sub(r"</?[a-z][^>]*>", "", slides.decks([lab])[f"slides/{lab.name}.html"].decode()))
    prose = " ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown" and not roles.role_of(cell))
    for told in set(re.findall(r"`([^`\n]+)`", prose)):  # to students, in the lab's own text
        deck = deck.replace(told, "")
    assert not guide.tells_solution(deck, notebook)


@pytest.mark.parametrize(
    ("text", "line", "credit"),
    [
        ("It falls by 0.5 points here. More follows.", "It falls by 0.5 points here.", ""),
        (
            "(The cat is by Ann Other, CC0.) The maps can be read: edges. Then.",
            "The maps can be read: edges.",
            "(The cat",
        ),
        (
            "(Only the last layer is new, since classes differ.)\n\nSecond paragraph is about it. No.",
            "Second paragraph",
            "",
        ),
        ("(c). What was expected of it came true. And more.", "(c). What was expected of it came true.", ""),
        ("### Exercise 1: `f` (objective 1)\n\nWrite.", "", ""),
        ("**Predict.** What comes?", "", ""),
        ("Three (one. Two. Three) are enough for it. So.", "Three (one. Two. Three) are enough for it.", ""),
    ],
)
def test_the_line_below_a_figure_is_the_first_sentence_about_it(text: str, line: str, credit: str) -> None:
    said, whose = slides.statement(text)
    assert said.startswith(line)
    assert bool(said) == bool(line)
    assert whose.startswith(credit)
    assert bool(whose) == bool(credit)


def test_a_prediction_brings_the_numbers_that_it_speaks_about() -> None:
    source = (
        "## 2. T (5 minutes, core)\n\nFirst.\n\nKernels:\n\n```\n1 0\n```\n\n**Predict.** Which?\n\nThe cell does it."
    )
    assert slides.prediction_of(source) == ("Kernels:\n\n```\n1 0\n```", "Which?")
    assert slides.prediction_of("> **Predict.** How far\n> is it?") == ("", "How far\nis it?")


@ALL
def test_links_open_the_lab_where_the_course_is_published(lab: Lab) -> None:
    assert launch.links(lab, None) == []
    found = {name: address for name, address, _ in launch.links(lab, GITHUB)}
    path = f"notebooks/{lab.name}/{lab.name}.ipynb"
    assert found["Colab"] == f"https://colab.research.google.com/github/owner/cnn-labs/blob/v0.4.0/{path}"
    assert found["Binder"].startswith("https://mybinder.org/v2/gh/owner/cnn-labs/v0.4.0")
    assert "git-pull?repo=https%3A%2F%2Fgithub.com%2Fowner%2Fcnn-labs&branch=v0.4.0" in found["JupyterHub"]
    assert found["JupyterHub"].endswith(f"urlpath=lab%2Ftree%2Fcnn-labs%2F{path.replace('/', '%2F')}")
    assert "Colab" not in {name for name, *_ in launch.links(lab, ELSEWHERE)}


def test_a_labs_head_offers_the_zip_always_and_other_places_once_published(tiny: Lab) -> None:
    head = launch.head(tiny)
    assert 'href="../downloads/01_tiny.zip"' in head
    assert "\n\n" not in head
    assert "https://" not in head
    lines = ("[project]", 'version = "0.4.0"', "[tool.cnn-labs]", f'repository = "{GITHUB.repository}"')
    (tiny.root / "pyproject.toml").write_text("\n".join(lines))
    head = launch.head(tiny)
    assert "mybinder.org" in head
    assert launch.HUB not in head
    assert launch.HUB in launch.page([tiny])


def test_handouts_are_what_release_writes(capsys: pytest.CaptureFixture) -> None:
    [(path, content)] = launch.handouts(LABS[:1]).items()
    assert path == f"downloads/{LABS[0].name}.zip"
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert f"{LABS[0].name}/{LABS[0].name}.ipynb" in names
    assert not [name for name in names if "solution" in name]
    assert capsys.readouterr().out == ""


def test_a_figure_without_words_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = notebooks.read(LABS[1].solution)
    output = next(o for cell in notebook.cells for o in cell.get("outputs", []) if "image/png" in o.get("data", {}))
    output.metadata["image/png"]["alt"] = " "
    monkeypatch.setattr(notebooks, "read", lambda path: notebook)
    with pytest.raises(CourseError, match="no alternative text"):
        slides.deck_of(replace(LABS[1]))


@needs_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_deck_goes_on_by_keyboard(open_page, axe, theme: str) -> None:
    page = open_page("slides/02_convolution.html", width=1280, theme=theme)
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    assert page.locator("html").get_attribute("data-theme") == theme
    for place in range(1, 8):
        page.keyboard.press("Space")
        page.wait_for_function(f"Reveal.getState().indexh === {place}")
    assert page.locator("section.present h2").inner_text() == "2. What nine numbers can see"
    assert axe(page) == []
    page.keyboard.press("d")
    assert page.locator("html").get_attribute("data-theme") != theme
    assert page.locator("#slides-theme").text_content() == f"Change to {theme}"
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("Reveal.getState().indexh === 6")
    assert axe(page) == []


@needs_browser
@pytest.mark.parametrize("name", some_of([lab.name for lab in LABS]))
def test_no_slide_is_higher_than_the_screen(open_page, name: str) -> None:
    page = open_page(f"slides/{name}.html", width=1280)
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    heights = page.evaluate(
        "Reveal.getSlides().map((slide, place) => { Reveal.slide(place); return slide.scrollHeight; })"
    )
    assert len(heights) > 10
    assert max(heights) <= 720


@needs_browser
def test_a_deck_shows_the_notes_in_the_speakers_window(open_page) -> None:
    page = open_page("slides/02_convolution.html", width=1280)
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.evaluate("Reveal.slide(3)")
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    opened.value.get_by_text("Put one window on the board").wait_for()
    opened.value.get_by_text("Session 1, 0:02").wait_for()


@needs_browser
@pytest.mark.parametrize("javascript", [True, False])
def test_on_a_phone_or_without_scripts_a_deck_is_a_page_to_read(open_page, axe, javascript: bool) -> None:
    page = open_page("slides/02_convolution.html", width=390, javascript=javascript)
    last = page.get_by_role("heading", name="In one sentence")
    assert last.is_visible()
    assert page.locator("section.figure-slide img").first.is_visible()
    box = last.bounding_box()
    assert box["y"] > 3000
    if javascript:
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@needs_browser
@pytest.mark.parametrize(
    "name", ["index", "labs/02_convolution", "survey", "questionnaire", "grading", "open", "handouts"]
)
def test_pages_for_instructors_are_for_everybody(open_page, axe, name: str) -> None:
    page = open_page(f"teach/{name}.html", width=390, theme="dark")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
