"""The flashcards: what authors may write, when a card comes again, a session in the browser, and the deck for Anki."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
import json
from pathlib import Path
import sqlite3
import zipfile

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
import pytest

from course.site import anki, cards
from course.syllabus import CourseError, Lab, labs
from tests.site import browsing, small_lab
from tests.site.browsing import OPTIONS, needs_browser

CARD = """[[card]]
id = "02-{name}"
kind = "question"
front = "What is $x^2$?"
back = "A `square`."
why = "It is."
section = 1

"""
NAMES = [f"card-{number}" for number in range(12)]
DAY = 24 * 60 * 60 * 1000


def table(names: list[str] = NAMES) -> str:
    return "".join(CARD.format(name=name) for name in names)


def small(tmp_path: Path, content: str) -> Lab:
    lab = small_lab.make(tmp_path)
    small_lab.put(lab, "cards", ".toml", content)
    return lab


def test_every_lab_has_its_cards_and_no_id_stands_twice() -> None:
    ids = [card.id for lab in labs() for card in cards.read(lab)]
    assert len(ids) == len(set(ids)) >= 14 * cards.LEAST_CARDS


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("02-card-0", "03-card-0", "an id is 02-words"),
        ("02-card-0", "02-Card", "an id is 02-words"),
        ("02-card-0", "02-card-1", "02-card-1 stands twice"),
        ('"question"', '"riddle"', "02-card-0: kind is 'riddle'"),
        ('"It is."', f'"{"x" * 401}"', "why has 401 characters, 400 at most"),
        ("section = 1", "section = 3", "no section 3; there are 1, 2"),
        ("section = 1", "section = true", "of type int"),
        ("section = 1", "sections = 1", "card 1: sections is unknown"),
        ("$x^2$", r"$\\frac{1$", "02-card-0: front: the formula"),
        ("A `square`.", "", "back is empty"),
    ],
)
def test_a_wrong_card_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert len(cards.read(small(tmp_path, table()))) == 12
    assert old in table()
    with pytest.raises(CourseError, match=f"site/cards/02_small.toml.*{says}"):
        cards.read(small(tmp_path, table().replace(old, new, 1)))


def test_too_few_cards_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="11 cards, 12 at least"):
        cards.read(small(tmp_path, table(NAMES[1:])))


def opened(package: bytes, tmp_path: Path) -> sqlite3.Connection:
    with zipfile.ZipFile(BytesIO(package)) as archive:
        assert json.loads(archive.read("media")) == {}
        archive.extract("collection.anki2", tmp_path)
    return sqlite3.connect(tmp_path / "collection.anki2")


def test_the_deck_has_every_card_in_its_labs_subdeck(tmp_path: Path) -> None:
    base = opened(anki.package(labs()), tmp_path)
    count = sum(len(cards.read(lab)) for lab in labs())
    assert base.execute("SELECT count(*) FROM notes").fetchone() == (count,)
    assert base.execute("SELECT count(*), count(DISTINCT did) FROM cards").fetchone() == (count, len(labs()))
    [decks] = base.execute("SELECT decks FROM col").fetchone()
    assert json.loads(decks)[str(anki.DECK_ID + 2)]["name"].endswith(f"::02 {labs(['02'])[0].title}")
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_same_cards_give_the_same_bytes(tmp_path: Path) -> None:
    lab = small(tmp_path, table())
    assert anki.package([lab]) == anki.package([lab])


def test_a_changed_text_keeps_the_cards_identity(tmp_path: Path) -> None:
    query = "SELECT guid, flds FROM notes ORDER BY guid"
    before = opened(anki.package([small(tmp_path, table())]), tmp_path).execute(query).fetchall()
    changed = anki.package([small(tmp_path, table().replace("What is", "Say what is", 1))])
    after = opened(changed, tmp_path).execute(query).fetchall()
    assert [guid for guid, _ in before] == [guid for guid, _ in after]
    assert sum(old != new for old, new in zip(before, after)) == 1
    assert any(r"\(x^2\)" in fields and "<code>square</code>" in fields for _, fields in after)


def test_anki_takes_a_later_version_over(tmp_path: Path) -> None:
    lab = small(tmp_path, table())
    [[old]] = opened(anki.package([lab]), tmp_path).execute("SELECT DISTINCT mod FROM notes").fetchall()
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.10.0"\n')
    [[new]] = opened(anki.package([lab]), tmp_path).execute("SELECT DISTINCT mod FROM notes").fetchall()
    assert new > old
    with pytest.raises(CourseError, match="version"):
        anki.package([replace(lab, root=tmp_path / "nowhere")])


def answer(page: Page, card: dict | None, grade: int, now: float) -> dict:
    return page.evaluate("([card, grade, now]) => cnnLabs.schedule.schedule(card, grade, now)", [card, grade, now])


@needs_browser
def test_intervals_grow_with_what_is_known(open_page: Callable[..., Page]) -> None:
    page = open_page("revise/cards.html")
    first = [answer(page, None, grade, 0) for grade in (1, 2, 3, 4)]
    assert [state["due"] for state in first] == [10 * 60 * 1000, DAY, 3 * DAY, 7 * DAY]
    card = first[2]
    for days in (8, 20, 50, 125, 313, 365, 365):  # 3 days, times 2.5 each time, never more than a year
        card = answer(page, card, 3, card["due"])
        assert card["due"] - card["last"] == days * DAY
    lapsed = answer(page, card, 1, card["due"])
    assert (lapsed["days"], lapsed["lapses"], lapsed["due"] - lapsed["last"]) == (0, 1, 10 * 60 * 1000)
    assert lapsed["ease"] < card["ease"]
    assert answer(page, lapsed, 1, lapsed["due"])["lapses"] == 1, "missed again before it was known: no new lapse"


@needs_browser
def test_a_better_grade_never_comes_sooner(open_page: Callable[..., Page]) -> None:
    page = open_page("revise/cards.html")
    for days in (1, 3, 40, 300):
        for late in (0, 20):
            for ease in (1.3, 2.5, 3):
                card = {"ease": ease, "days": days, "streak": 2, "lapses": 0, "due": 0, "last": -days * DAY}
                found = [answer(page, card, grade, late * DAY) for grade in (1, 2, 3, 4)]
                due = [state["due"] - state["last"] for state in found]
                assert due == sorted(due)
                assert days + 1 <= due[1] / DAY <= 365
                assert all(1.3 <= state["ease"] <= 3 for state in found)
    planned, late = (
        answer(page, card, 3, day * DAY)["days"] for card in [card | {"days": 10, "ease": 2}] for day in (0, 20)
    )
    assert (planned, late) == (20, 40), "who knows it after a longer time gets half of that time counted"
    with pytest.raises(Exception, match="grade has to be"):
        answer(page, None, 5, 0)


def start(page: Page, new: str = "5") -> None:
    page.get_by_role("button", name="None").click()
    if not page.locator("#cards-session input[value='02']").is_visible():
        page.locator("#cards-session form summary").click()
    page.locator("#cards-session input[value='02']").check()
    page.get_by_label("New cards at most").select_option(new)
    page.get_by_role("button", name="Start").click()


def kept(page: Page) -> dict:
    return page.evaluate("JSON.parse(localStorage.getItem('cnn-labs:cards')).cards")


@needs_browser
def test_a_session_by_keyboard_is_kept(open_page: Callable[..., Page]) -> None:
    page = open_page("revise/cards.html", width=390)
    start(page)
    card, status = page.locator(".flashcard"), page.locator(".cards-status")
    expect(card).to_contain_text("5 to go")
    expect(card.locator(".card-back")).to_be_hidden()
    page.keyboard.press("3")
    expect(card).to_contain_text("5 to go")
    page.keyboard.press("Space")
    expect(card.locator(".card-back")).to_be_visible()
    expect(card.get_by_role("button", name="3 Good")).to_contain_text("3 days")
    found = Axe().run(page, context="#cards-session", options=OPTIONS).response["violations"]
    assert [rule["id"] for rule in found] == []
    front = card.locator(".card-front").inner_text()
    page.keyboard.press("1")
    for grade in "2344":
        expect(card.locator(".card-front")).not_to_have_text(front)
        page.keyboard.press("Space")
        page.keyboard.press(grade)
    expect(card.locator(".card-front")).to_have_text(front)
    expect(card).to_contain_text("1 to go")
    page.keyboard.press("Space")
    page.keyboard.press("3")
    expect(card).to_be_hidden()
    count = len(cards.read(labs(["02"])[0]))
    expect(status).to_contain_text("Done: 6 answers, 1 card missed. The first card comes back in 1 day.")
    expect(status).to_contain_text(f"{count - 5} new cards are left.")
    before = kept(page)
    assert sorted(state["days"] for state in before.values()) == [1, 3, 3, 7, 7]
    page.reload()
    assert kept(page) == before
    expect(page.locator("#cards-session form summary")).to_have_text(f"1 lab: 0 cards due, {count - 5} new")


@needs_browser
def test_due_cards_come_first(open_page: Callable[..., Page]) -> None:
    page = open_page("revise/cards.html")
    known = {"ease": 2.5, "days": 3, "streak": 1, "lapses": 0, "last": 0}
    found = page.evaluate(
        "([ids, known, now, most]) => cnnLabs.schedule.queue(ids, known, now, most)",
        [list("abcdef"), {"c": known | {"due": 9}, "e": known | {"due": 5}, "b": known | {"due": 11}}, 10, 2],
    )
    assert found == ["e", "c", "a", "d"]


@needs_browser
def test_new_cards_come_in_turn_from_the_labs(open_page: Callable[..., Page]) -> None:
    page = open_page("revise/cards.html")
    ids = ["01-a", "01-b", "01-c", "02-a", "03-a", "03-b"]
    found = page.evaluate("([ids, most]) => cnnLabs.schedule.queue(ids, {}, 0, most)", [ids, 5])
    assert found == ["01-a", "02-a", "03-a", "01-b", "03-b"]


@needs_browser
def test_an_interval_is_said_in_fitting_units(open_page: Callable[..., Page]) -> None:
    page = open_page("revise/cards.html")
    minute = 60 * 1000
    times = [1, minute, 10 * minute, 120 * minute, DAY - 1, DAY, 3 * DAY, 90 * DAY]
    found = [page.evaluate("time => cnnLabs.schedule.interval(time)", time) for time in times]
    assert found == ["1 minute", "1 minute", "10 minutes", "2 hours", "1 day", "1 day", "3 days", "3 months"]


@needs_browser
def test_on_a_phone_the_grades_are_in_sight(site: Path, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(browsing.address(site, "revise/cards.html"))
    session = page.locator("#cards-session")
    expect(session.locator("fieldset")).to_be_hidden()
    session.get_by_role("button", name="Start").tap()
    expect(session.locator("form.revise-controls")).to_be_hidden()
    fronts = set()
    for _ in range(10):
        turn = session.get_by_role("button", name="Turn")
        assert turn.inner_text() == "Turn", "no key where there is no keyboard"
        fronts.add(session.locator(".card-source a").inner_text()[:6])
        turn.click()
        grades = session.locator(".card-grade")
        expect(grades.first).to_contain_text("Again")
        assert "1" not in grades.first.locator("strong").inner_text()
        boxes = [grade.bounding_box() for grade in grades.all()]
        assert all(box["y"] > 0 and box["y"] + box["height"] <= 844 for box in boxes)
        grades.nth(3).click()
    assert len(fronts) == 10, "ten cards of ten labs"
    session.get_by_role("button", name="Ten more").tap()
    expect(session.locator(".flashcard")).to_contain_text("10 to go")
    session.get_by_role("button", name="Stop here").tap()
    expect(session.locator(".flashcard")).to_be_hidden()
    expect(session.get_by_role("button", name="Start")).to_be_visible()
    context.close()


@needs_browser
def test_progress_goes_out_comes_in_and_is_forgotten_after_a_question(
    open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page("revise/cards.html")
    start(page)
    for _ in range(3):
        page.keyboard.press("Space")
        page.keyboard.press("3")
    before = kept(page)
    page.get_by_text("Your progress", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    page.get_by_role("button", name="Forget everything").click()
    page.get_by_role("button", name="Keep it").click()
    assert kept(page) == before
    page.get_by_role("button", name="Forget everything").click()
    page.get_by_role("button", name="Forget it").click()
    assert kept(page) == {}
    content = json.loads(file.read_text())
    any_state = next(iter(before.values()))
    content["cards"] |= {"99-nowhere": any_state, "02-broken": any_state | {"ease": None}}
    file.write_text(json.dumps(content))
    page.get_by_label("Import a file").set_input_files(file)
    status = page.locator(".cards-status")
    expect(status).to_have_text("Imported 3 cards. 2 left out: no such card here, or not readable.")
    assert kept(page) == before
    file.write_text('{"kind": "something"}')
    page.get_by_label("Import a file").set_input_files(file)
    expect(status).to_contain_text("Nothing imported. This is no file of these flashcards")
    assert kept(page) == before


@needs_browser
def test_a_browser_that_keeps_nothing_is_told_of(open_page: Callable[..., Page]) -> None:
    page = open_page("revise/cards.html")
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    start(page)
    page.keyboard.press("Space")
    page.keyboard.press("3")
    expect(page.locator(".cards-status")).to_contain_text("keeps nothing")
    expect(page.locator(".flashcard")).to_contain_text("4 to go")


@needs_browser
def test_without_javascript_all_cards_are_a_list(open_page: Callable[..., Page]) -> None:
    page = open_page("revise/cards.html", javascript=False)
    items = page.locator(".card-item")
    assert items.count() == sum(len(cards.read(lab)) for lab in labs())
    items.first.locator("summary").click()
    expect(items.first.locator(".card-back")).to_be_visible()
    expect(items.first.get_by_role("link")).to_contain_text("Lab 01, section")
