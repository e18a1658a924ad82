"""What an instructor has at hand in class: exercises and sessions on slides, steps for whoever speaks, links, the questionnaire."""

from html import unescape
import re
from urllib.parse import parse_qsl

import pytest

from course.address import Address
from course.site import exercises, guide, launch, plans, slides, survey
from course.syllabus import ROOT, CourseError, labs
from tests.site.browsing import needs_browser

LABS = labs()
CONVOLUTION = LABS[1]
ALL = pytest.mark.parametrize("lab", LABS, ids=[lab.name[:2] for lab in LABS])


def heading(slide: str) -> str:
    """Return a slide's heading, without marks."""
    return unescape(re.sub(r"<[^>]+>", "", re.search(r"<h2>(.*?)</h2>", slide)[1]))


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


@ALL
def test_exercises_are_all_that_earn_points_in_their_order(lab) -> None:
    found = exercises.of(lab)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert {one.name: one.points for one in found} == lab.points | lab.written
    assert sum(exercises.points(lab)) == lab.total_points
    assert all(bool(one.summary) != one.written and one.text for one in found)


def test_points_of_the_core_stand_apart() -> None:
    assert exercises.points(CONVOLUTION) == (20, 16)
    page = guide.lab_page(CONVOLUTION, LABS, solutions=False)
    assert "20 points core, 16 further" in page
    assert "exercise 1 <code>conv2d_single</code> 5; exercise 2 <code>output_size</code> 4" in page


@ALL
def test_a_deck_has_a_slide_for_each_exercise_of_the_core_and_ends_with_homework(lab) -> None:
    made = slides.deck_of(lab).slides
    expected = [f"Exercise {one.number}: {one.name}" for one in exercises.of(lab) if one.core]
    assert [title for title in map(heading, made) if title.startswith("Exercise ")] == expected
    assert heading(made[-1]) == "At home, after session 2"
    assert not [slide for slide in made if "Hint 1" in slide.split("<aside")[0]]


@ALL
def test_each_section_of_the_core_has_notes_with_all_steps_of_the_plan_once(lab) -> None:
    made = slides.deck_of(lab).slides
    for number in plans.core_sections(lab):
        (title,) = [slide for slide in made if heading(slide).startswith(f"{number}. ")]
        assert len(text(title.split('<aside class="notes">')[1])) > 30
    notes = text(" ".join(slide.split('<aside class="notes">')[1] for slide in made if "<aside" in slide))
    for number, session in enumerate(plans.read(lab).sessions, start=1):
        for start, block in session.clock():
            assert notes.count(f"Session {number}, {start}, {block.minutes} min") == (block.kind != "break")


def test_session_2_begins_on_a_slide_where_the_plan_goes_forward() -> None:
    titles = [heading(slide) for slide in slides.deck_of(CONVOLUTION).slides]
    place = titles.index("4. Many channels in, many out")
    assert titles[place - 2] == "At home, until session 2"
    assert titles[place - 1].startswith("Session 2: ")
    (to_and_fro,) = [lab for lab in LABS if slides.second_begins(plans.read(lab)) == 0][:1]
    assert not [slide for slide in slides.deck_of(to_and_fro).slides if heading(slide).startswith("Session ")]


def test_the_task_of_an_answer_in_words_keeps_its_questions() -> None:
    def task(words: str, written: bool) -> str:
        return slides.task_of(exercises.Exercise(1, "f", True, 4, written, words, ""))

    long = "First. " + "a " * 500 + "\n\n" + "b " * 500 + "\n\n(1) Why?"
    assert task(long, True).endswith("(1) Why?")
    assert task(long, False).startswith("First.")
    assert task("Write.\n\n<details><summary>Hint 1</summary>\nDo so.\n</details>", False) == "Write."


def test_a_guide_leads_on_and_back() -> None:
    page = guide.lab_page(CONVOLUTION, LABS, solutions=False)
    assert 'href="../index.html"' in page
    assert f'href="{LABS[0].name}.html"' in page
    assert f'href="{LABS[2].name}.html"' in page
    assert "#labs=02" in page
    assert "Plan before" not in guide.lab_page(LABS[0], LABS, solutions=False)
    assert "Plan next" not in guide.lab_page(LABS[-1], LABS, solutions=False)


def test_links_to_play_name_pages_and_settings_that_there_are() -> None:
    script = "".join(path.read_text() for path in sorted((ROOT / "site" / "_static").glob("play*.js")))
    for lab in LABS:
        for _, address, _ in launch.played(lab, ""):
            page, _, setting = address.partition("#")
            assert (ROOT / "site" / page.replace(".html", ".md")).exists()
            for key, value in parse_qsl(setting):
                assert re.search(rf"\bhash\.{key}\b|\b{key}\b", script)
                assert value.isdigit() or re.search(rf"""["']?{value}["']?: \[""", script)


def test_the_index_says_where_the_course_is_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guide, "of_course", lambda root: None)
    assert "whoever gave you this site" in guide.folder_from(LABS)
    monkeypatch.setattr(guide, "of_course", lambda root: Address("https://forge.example/owner/course", "0.4.0"))
    assert "git clone https://forge.example/owner/course" in guide.folder_from(LABS)


def test_the_questionnaire_has_every_question_and_no_key() -> None:
    source = survey.SOURCE.read_text("utf-8")
    page = survey.page(source, "")
    assert len(survey.questions(source)) == 12
    assert page.count(survey.OWN) == 10
    assert page.count("teach-scale") == 2
    assert "The key" not in page
    assert page.count("teach-lines") == 2
    with pytest.raises(CourseError, match="question 3"):
        survey.page(source.replace("- (c) 4,640\n", ""), "")


@needs_browser
def test_the_first_session_stands_on_the_first_screen(open_page) -> None:
    page = open_page("teach/labs/02_convolution.html", width=1280)
    page.set_viewport_size({"width": 1280, "height": 720})
    assert page.get_by_role("heading", name="Session 1:").bounding_box()["y"] < 650
    page.get_by_text("At a glance").click()
    assert page.get_by_text("exercise 1 conv2d_single 5").is_visible()


@needs_browser
def test_the_questionnaire_prints_its_questions_alone(open_page) -> None:
    page = open_page("teach/questionnaire.html", width=800)
    page.emulate_media(media="print")
    assert not page.get_by_text("Print this page").is_visible()
    assert page.get_by_text(survey.OWN).first.is_visible()
    assert not page.get_by_role("navigation", name="Main").first.is_visible()
