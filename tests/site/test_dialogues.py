"""The dialogues, memory aids and the glossary: what authors may write, and the pages of it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
import pytest

from course import glossary as terms
from course.site import aids, dialogues, glossary, markup
from course.syllabus import CourseError, Lab, labs
from tests.site import small_lab
from tests.site.browsing import needs_browser

SCENE = """---
misconceptions:
  - "A kernel is large."
sections: [1, 2]
---
# A scene
*A table.*

**Student.** I see 3 x 3 numbers, and
*nine* of them.

**Teacher.** {words}

*They look.*
"""
AID = '[[aid]]\nname = "{name}"\nkind = "{kind}"\ntext = "A."\nlimps = "B."\nsection = 1\n'
AIDS = AID.format(name="one", kind="memory") + "".join(
    AID.format(name=name, kind="analogy") for name in ("two", "three")
)


def scene(words: int = 600) -> str:
    return SCENE.format(words=" ".join(["word"] * words))


@pytest.mark.parametrize("lab", labs(), ids=lambda lab: lab.name[:2])
def test_every_lab_has_its_dialogue_and_aids(lab: Lab) -> None:
    assert {line.speaker for line in dialogues.read(lab).lines} <= {"Student", "Teacher", ""}
    assert len(aids.read(lab)) >= aids.FEWEST


def test_a_scene_is_taken_apart(tmp_path: Path) -> None:
    lab = small_lab.make(tmp_path)
    small_lab.put(lab, "dialogues", ".md", scene())
    found = dialogues.read(lab)
    assert (found.title, found.sections, found.misconceptions) == ("A scene", (1, 2), ("A kernel is large.",))
    assert [line.speaker for line in found.lines] == ["", "Student", "Teacher", ""]
    page = dialogues.pages([lab])["dialogues/02_small.md"]
    assert 'data-say="I see 3 by 3 numbers, and nine of them."' in page
    assert (
        '<a href="../labs/02_small.html#section-2">Lab 02, section 2: Second steps with <code>code</code></a>' in page
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("---\nmis", "mis", "front matter has to stand above"),
        ("sections: [1, 2]", "sections: [1, 3]", "no section 3"),
        ("sections: [1, 2]", "sections: []", "sections has to be a list of int"),
        ("sections: [1, 2]", "sections: [1, 2]\nmood: calm", "and nothing else"),
        ("sections: [1, 2]", "sections: [1", "no YAML"),
        ("# A scene\n", "", "begins with its title"),
        ("**Student.**", "**Clerk.**", "Clerk speaks"),
        ("**Student.**", "**Teacher.**", "Student says nothing"),
        ("**Student.** I", "I", "neither"),
        ("I see", r"I see $\frac{1$ and", "formula"),
    ],
)
def test_a_wrong_scene_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    lab = small_lab.make(tmp_path)
    assert old in scene()
    small_lab.put(lab, "dialogues", ".md", scene().replace(old, new, 1))
    with pytest.raises(CourseError, match=f"site/dialogues/02_small.md.*{says}"):
        dialogues.read(lab)


@pytest.mark.parametrize("words", [500, 1001])
def test_a_scene_has_its_length(tmp_path: Path, words: int) -> None:
    lab = small_lab.make(tmp_path)
    small_lab.put(lab, "dialogues", ".md", scene(words))
    with pytest.raises(CourseError, match="words; a scene has 600 to 1000"):
        dialogues.read(lab)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('kind = "memory"', 'kind = "analogy"', "0 of kind memory"),
        ('kind = "memory"', 'kind = "joke"', "one: kind is 'joke'"),
        ("section = 1", "section = 7", "no section 7"),
        ('limps = "B."\n', "", "aid 1: limps is missing"),
        ('limps = "B."', 'limps = " "', "limps is empty"),
        ("section = 1", 'section = "1"', "of type int"),
        ('"three"', '"two"', "same name"),
        ("[[aid]]", "[[aids]]", "expected"),
        ('text = "A."', 'text = "A.', "no TOML"),
    ],
)
def test_wrong_aids_are_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    lab = small_lab.make(tmp_path)
    small_lab.put(lab, "aids", ".toml", AIDS)
    assert len(aids.read(lab)) == 3
    small_lab.put(lab, "aids", ".toml", AIDS.replace(old, new, 1))
    with pytest.raises(CourseError, match=f"site/aids/02_small.toml.*{says}"):
        aids.read(lab)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**28 x 28** is *much*", "28 by 28 is much"),
        (r"$\frac{a}{b} \le n^2$", "a over b at most n squared"),
        (r"$2 - x_i \cdot 10^{-3}$", "2 minus x i times 10 to the power of minus 3"),
        ("`training=True` and 3e-07", "training equals True and 3 times ten to the power of minus 7"),
        ("a well-known edge, 1/2 and 3 / 4", "a well-known edge, 1/2 and 3 over 4"),
    ],
)
def test_formulas_and_code_are_read_as_words(text: str, said: str) -> None:
    assert markup.words(text) == said


def test_html_in_an_authors_line_is_shown_and_not_obeyed() -> None:
    assert markup.html("a <script> & $x<y$") == f"a &lt;script&gt; &amp; {markup.mathml('x<y')}"
    assert markup.html("$x<y$", anki=True) == r"\(x&lt;y\)"


def test_a_term_is_placed_where_a_numbered_section_explains_it(tmp_path: Path) -> None:
    from course import notebooks

    places = glossary.first_places(notebooks.read(small_lab.make(tmp_path).solution))
    assert places["kernel"].startswith("1. First")
    assert places["window"] == "What we have seen"


def test_every_term_stands_on_the_page_once_with_its_section() -> None:
    page = glossary.pages(labs())["revise/glossary.md"]
    for term in terms.read(labs()[0]):
        assert page.count(f'<dt id="{glossary.anchor(term.name)}">') == 1
        _, _, entry = page.partition(f'<dt id="{glossary.anchor(term.name)}">')
        assert f"../labs/{labs([f'{term.lab:02}'])[0].name}.html#section-" in entry.partition("</div>")[0]
    assert set(glossary.anchors(labs()).values()) == {glossary.anchor(term.name) for term in terms.read(labs()[0])}


@needs_browser
def test_the_filter_counts_and_a_link_shows_what_it_hid(
    open_page: Callable[..., Page], axe: Callable[[Page], list[str]]
) -> None:
    page = open_page("revise/glossary.html", width=390)
    count, entries = page.locator("#glossary-count"), page.locator(".glossary-entry")
    total = entries.count()
    expect(count).to_have_text(f"{total} terms")
    page.get_by_label("Find a term").fill("feature map")
    shown = page.locator(".glossary-entry:visible")
    expect(page.locator("#term-feature-map")).to_be_visible()
    expect(page.locator("#term-learning-rate")).to_be_hidden()
    expect(count).to_have_text(f"{shown.count()} of {total} terms")
    assert axe(page) == []
    page.evaluate("location.hash = '#term-learning-rate'")
    expect(page.locator("#term-learning-rate")).to_be_in_viewport()
    expect(count).to_have_text(f"{total} terms")


SPEECH = """
(() => {
  const heard = (window.heard = []);
  const voice = (name, own, lang) => ({ name, lang, localService: own, default: name === "one" });
  let voices = VOICES;
  let listener = null;
  const speech = {
    getVoices: () => voices,
    addEventListener: (name, action) => { listener = action; },
    speak: (utterance) => { speech.now = utterance; heard.push(utterance); },
    cancel: () => { const old = speech.now; speech.now = null; if (old) old.onend(); },
    end: () => { const old = speech.now; speech.now = null; old.onend(); },
    arrive: (found) => { voices = found; listener(); },
  };
  Object.defineProperty(window, "speechSynthesis", { value: speech });
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  window.voice = voice;
})();
"""
"""Stands in for the browser's voices, of which one without a screen has none; `end`: what is being said ends."""
TWO = """[
  voice("drei", true, "de-DE"), voice("far", false, "en-US"), voice("one", true, "en-GB"), voice("two", true, "en-US"),
]"""


def with_voices(page: Page, voices: str) -> None:
    page.context.add_init_script(SPEECH.replace("VOICES", voices))
    page.reload()


@needs_browser
def test_a_scene_is_read_marked_paused_and_stopped(
    open_page: Callable[..., Page], axe: Callable[[Page], list[str]]
) -> None:
    page = open_page("dialogues/02_convolution.html", width=390)
    with_voices(page, TWO)
    lines, current = page.locator("#scene .line"), page.locator("#scene [aria-current]")
    page.get_by_role("button", name="Read aloud").click()
    expect(current).to_have_count(1)
    first = page.evaluate("heard[0].text")
    assert first in page.evaluate("document.querySelector('#scene .line').textContent")
    while page.evaluate("document.querySelector('#scene .line').hasAttribute('aria-current')"):
        page.evaluate("speechSynthesis.end()")
    expect(current).to_have_count(1)
    expect(lines.nth(1)).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Pause").click()
    said, where = page.evaluate("[heard.length, heard.at(-1).text]")
    expect(lines.nth(1)).to_have_attribute("aria-current", "true")
    assert page.evaluate("speechSynthesis.now") is None
    page.get_by_role("button", name="Go on").click()
    assert page.evaluate("[heard.length, heard.at(-1).text]") == [said + 1, where]
    page.get_by_role("button", name="On a paragraph").click()
    expect(lines.nth(2)).to_have_attribute("aria-current", "true")
    assert axe(page) == []
    page.get_by_role("button", name="Stop").click()
    expect(current).to_have_count(0)
    expect(page.get_by_role("button", name="Read aloud")).to_be_visible()


@needs_browser
def test_speakers_have_voices_and_a_click_starts_there(open_page: Callable[..., Page]) -> None:
    page = open_page("dialogues/02_convolution.html")
    with_voices(page, TWO)
    for speaker, voice in (("Student", "two"), ("Teacher", "one")):
        line = page.locator(f"#scene [data-speaker={speaker}]").nth(3)
        line.click()
        expect(line).to_have_attribute("aria-current", "true")
        expect(line).to_be_in_viewport()
        assert page.evaluate("heard.at(-1).voice.name") == voice
    page.get_by_label("Speed").fill("1.4")
    page.get_by_label("Speed").dispatch_event("change")
    assert page.evaluate("heard.at(-1).rate") == 1.4
    page.reload()
    expect(page.get_by_text("1.4 times")).to_be_visible()


@needs_browser
def test_one_voice_that_comes_late_speaks_in_two_pitches(open_page: Callable[..., Page]) -> None:
    page = open_page("dialogues/02_convolution.html")
    with_voices(page, '[voice("far", false, "en-US")]')
    expect(page.get_by_text("no voice of its own")).to_be_visible()
    expect(page.locator("#dialogue-controls")).to_be_hidden()
    page.evaluate("speechSynthesis.arrive([voice('one', true, 'en-GB')])")
    expect(page.get_by_text("no voice of its own")).to_be_hidden()
    pitches = set()
    for speaker in ("Student", "Teacher"):
        page.locator(f"#scene [data-speaker={speaker}]").first.click()
        pitches.add(page.evaluate("heard.at(-1).pitch"))
    assert len(pitches) == 2


@needs_browser
def test_what_the_glossary_lacks_can_be_searched_for(open_page: Callable[..., Page]) -> None:
    page = open_page("revise/glossary.html", width=390)
    link = page.get_by_role("link", name="Search all pages")
    expect(link).to_be_hidden()
    page.get_by_label("Find a term").fill("zebra & gnu")
    link.click()
    expect(page.locator("main input[name=q]").first).to_have_value("zebra & gnu")


@needs_browser
def test_without_javascript_the_scene_is_text(open_page: Callable[..., Page]) -> None:
    page = open_page("dialogues/02_convolution.html", javascript=False)
    expect(page.locator("#scene [data-speaker=Student]").first).to_be_visible()
    expect(page.locator("#dialogue-controls")).to_be_hidden()
    mistakes = page.locator("details", has_text="Mistakes that this scene takes apart")
    mistakes.locator("summary").click()
    expect(mistakes).to_contain_text("Each is wrong or half right")


@needs_browser
def test_sentences_keep_their_numbers(open_page: Callable[..., Page]) -> None:
    page = open_page("dialogues/02_convolution.html")
    found = page.evaluate("cnnLabs.dialogue.sentences('It is 0.25. Is it? Yes... \u201cNo!\u201d Then stop')")
    assert found == ["It is 0.25.", "Is it?", "Yes...", "\u201cNo!\u201d", "Then stop"]
