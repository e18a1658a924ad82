"""The labs' questions: read from their text without a guess, and answered on the page."""

from collections.abc import Callable
import re

from playwright.sync_api import Page, expect
import pytest

from course.site import quiz
from course.syllabus import CourseError, Lab, labs
from tests.site.browsing import needs_browser

ONE = """**{number}. Which?** (a) this (b) that
(c) `other`

<details><summary>Explanation</summary>
(a) is small. <b>(b) is right</b>: it is large. (c) is
neither.
</details>

"""


def section(first: str = ONE.format(number=1), count: int = 5) -> str:
    return first + "".join(ONE.format(number=number) for number in range(2, count + 1))


@pytest.mark.parametrize("lab", labs(), ids=lambda lab: lab.name[:2])
def test_every_question_of_the_course_is_understood(lab: Lab) -> None:
    found = quiz.questions(lab)
    assert len(found) >= 5
    for question in found:
        assert [option.letter for option in question.options] == list("abcdef"[: len(question.options)])
        assert sum(option.right for option in question.options) == 1
        assert re.search(r"\w", question.text)
        assert "<details>" not in question.text
        for option in question.options:
            assert f"({option.letter})" in option.reason
            others = re.findall(r"<b>\((\w)\) is right", option.reason)
            assert set(others) <= {option.letter}, "the reason of a wrong option must not run on into the right one's"
            named = set(re.findall(r"(?<!\w)\(([a-f])\)", re.sub(r"(?s)<math.*?</math>", "", option.feedback)))
            assert option.right or named == {option.letter}, (
                "a wrong option's feedback must not leave only the right one"
            )


@pytest.mark.parametrize(
    ("explanation", "feedback"),
    [
        ("(a) and (c): small. <b>(b) is right.</b>", {"a": "(a): small.", "c": "(c): small."}),
        (
            "(a) and (c) are small. <b>(b) is right.</b>",
            {"a": "(a) and another answer are small.", "c": "(c) and another answer are small."},
        ),
        ("(a), (c) 3 is small. <b>(b) is right.</b>", {"a": "(a) 3 is small.", "c": "(c) 3 is small."}),
        (
            "(a) is, (c) may be. <b>(b) is right.</b>",
            {"a": "(a) is, another answer may be.", "c": "Another answer is, (c) may be."},
        ),
        ("(a) as $f(b)$. (c) `f(a)`. <b>(b) is right.</b>", {"c": "(c) <code>f(a)</code>."}),
    ],
)
def test_feedback_names_no_other_option(explanation: str, feedback: dict[str, str]) -> None:
    text = ONE.format(number=1)
    begin, end = text.index("(a) is small"), text.index("\n</details>")
    [first, *_] = quiz.parse("02", section(text[:begin] + explanation + text[end:]))
    shown = {option.letter: option.feedback for option in first.options}
    assert shown | feedback == shown
    assert shown["b"] == "<b>(b) is right.</b>"


def test_a_question_is_taken_apart() -> None:
    [first, *_] = quiz.parse("02", section())
    assert first.text == "Which?"
    assert [(option.text, option.right, option.reason) for option in first.options] == [
        ("this", False, "(a) is small."),
        ("that", True, "<b>(b) is right</b>: it is large."),
        ("<code>other</code>", False, "(c) is neither."),
    ]


@pytest.mark.parametrize(
    ("explanation", "right", "reasons"),
    [
        ("**(c)**. Large. (a) Small. (b) Odd.", "c", ["(a) Small.", "(b) Odd.", "<strong>(c)</strong>. Large."]),
        ("(b) Large; so.<br>\n(a) Small; (c) odd.", "b", ["(a) Small.", "(b) Large; so.", "(c) odd."]),
        ("(a), (c) Small. <b>(b) is right.</b>", "b", ["(a), (c) Small.", "<b>(b) is right.</b>", "(a), (c) Small."]),
        (
            "(a) is, (c) may be. <b>(b) is right.</b>",
            "b",
            ["(a) is, (c) may be.", "<b>(b) is right.</b>", "(a) is, (c) may be."],
        ),
        ("<b>(a) is right.</b> (b) As (a). (Or not.) (c) $x^2$.", "a", None),
    ],
)
def test_forms_of_explanations(explanation: str, right: str, reasons: list[str] | None) -> None:
    text = ONE.format(number=1)
    begin, end = text.index("(a) is small"), text.index("\n</details>")
    [first, *_] = quiz.parse("02", section(text[:begin] + explanation + text[end:]))
    assert [option.letter for option in first.options if option.right] == [right]
    if reasons:
        assert [option.reason for option in first.options] == reasons
    else:
        assert first.options[1].reason == "(b) As (a). (Or not.)"
        assert first.options[2].reason.startswith("(c) <math")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("<b>(b) is right</b>", "(b) is right", "one option has to be marked"),
        ("(c) is\nneither.", "<b>(c) is right.</b>", "found b, c"),
        ("<b>(b) is right</b>", "<b>(d) is right</b>", "found d"),
        ("(a) is small. ", "", r"do not fit; see \(a\)"),
        ("(c) is\nneither.", "(c) is neither. (d) is new.", r"do not fit; see \(d\)"),
        ("(c) is\nneither.", "(c)", r"nothing of \(c\)"),
        ("(c) is\nneither.", "(c) is neither. (a) is small.", r"begins twice with \(a\)"),
        ("(a) is small. ", "It depends. (a) is small. ", "begins with no option's letter"),
        ("(a) this (b) that", "(a) this", "at least the options"),
        ("(b) that", "(b) that (d) so", "out of order"),
        ("(b) that", "(b)", "out of order|each with its text"),
        ("<details><summary>Explanation</summary>", "", "expected one explanation"),
    ],
)
def test_what_cannot_be_told_is_refused(old: str, new: str, says: str) -> None:
    text = ONE.format(number=1)
    assert old in text
    with pytest.raises(CourseError, match=f"02_x, Check yourself, question 1: .*(?:{says})"):
        quiz.parse("02_x", section(text.replace(old, new, 1)))


@pytest.mark.parametrize("source", [section(count=4), section(ONE.format(number=2)), ""])
def test_questions_are_five_and_in_order(source: str) -> None:
    with pytest.raises(CourseError, match="02_x, Check yourself: questions begin"):
        quiz.parse("02_x", source)


@needs_browser
def test_a_question_is_answered_by_keyboard(open_page: Callable[..., Page], axe: Callable[[Page], list[str]]) -> None:
    page = open_page("labs/02_convolution.html")
    question = page.locator(".quiz-question").first
    expect(question.locator("details")).to_be_hidden()
    question.locator("input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    verdict = question.get_by_role("status")
    expect(verdict).to_contain_text("Not yet")
    expect(verdict).to_contain_text("forgets that each kernel has a slice")
    expect(question.locator("details")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(verdict).to_be_empty()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(verdict).to_contain_text("Right")
    expect(verdict).to_contain_text("(c) is right")
    expect(question.locator("li", has_text="(c) is right")).to_be_hidden()
    expect(question.locator("li", has_text="(d) multiplies")).to_be_visible()
    assert axe(page) == []


@needs_browser
def test_the_score_comes_at_the_end(open_page: Callable[..., Page]) -> None:
    page = open_page("labs/02_convolution.html", width=390)
    questions = page.locator(".quiz-question")
    questions.first.get_by_role("button", name="Check").click()
    expect(questions.first.get_by_role("status")).to_have_text("Choose an answer first.")
    for number in range(questions.count()):
        question = questions.nth(number)
        right = question.get_attribute("data-right")
        if number == 0:
            question.locator(f"input:not([value={right}])").first.check()
            question.get_by_role("button", name="Check").click()
        expect(page.locator(".quiz-score")).to_be_empty()
        question.locator(f"input[value={right}]").check()
        question.get_by_role("button", name="Check").click()
    expect(page.locator(".quiz-score")).to_have_text("All 5 answered; 4 of 5 at the first try.")


@needs_browser
def test_without_javascript_the_explanation_is_folded(open_page: Callable[..., Page]) -> None:
    page = open_page("labs/02_convolution.html", javascript=False)
    question = page.locator(".quiz-question").first
    expect(question.get_by_role("button", name="Check")).to_be_hidden()
    question.locator("summary").click()
    expect(question.locator("li", has_text="(c) is right")).to_be_visible()
    expect(page.locator("noscript p", has_text="Choose before")).to_be_visible()


@needs_browser
def test_a_shared_reason_stands_under_the_chosen_letter(open_page: Callable[..., Page]) -> None:
    page = open_page("labs/03_pooling.html")
    expect(page.locator(".quiz p:visible", has_text="Choose before")).to_have_count(0)
    question = page.locator("#quiz-03-2")
    for letter in "abd":
        question.locator(f"input[value={letter}]").check()
        question.get_by_role("button", name="Check").click()
        expect(question.locator(".quiz-reason")).to_contain_text(f"({letter}): the bright value is the largest")
    question.locator("input[value=c]").check()
    question.get_by_role("button", name="Check").click()
    expect(question.locator("li", has_text="(a), (b) and (d): the bright value")).to_be_visible()


def answer(page: Page, *, wrong_first: bool = False) -> None:
    question = page.locator("#quiz-now")
    right = question.get_attribute("data-right")
    if wrong_first:
        question.locator(f"input:not([value={right}])").first.check()
        question.get_by_role("button", name="Check").click()
    question.locator(f"input[value={right}]").check()
    question.get_by_role("button", name="Check").click()


@needs_browser
def test_questions_of_chosen_labs_come_mixed(open_page: Callable[..., Page], axe: Callable[[Page], list[str]]) -> None:
    page = open_page("revise/quizzes.html", width=390, theme="dark")
    mixed = page.locator("#quiz-mixed")
    mixed.get_by_role("button", name="None").click()
    mixed.get_by_role("button", name="Mix and start").click()
    expect(mixed).to_contain_text("Choose at least one lab.")
    mixed.locator("summary").click()
    for number in ("03", "04"):
        mixed.locator(f"input[value='{number}']").check()
    expect(mixed.locator("summary")).to_have_text("2 labs: 10 questions")
    mixed.get_by_role("button", name="Mix and start").click()
    expect(mixed.locator("form.revise-controls")).to_be_hidden()
    asked = set()
    for number in range(1, 11):
        expect(mixed).to_contain_text(f"Question {number} of 10")
        asked.add(mixed.locator("#quiz-now legend").inner_text())
        expect(mixed.locator(".quiz-next")).to_be_hidden()
        answer(page, wrong_first=number == 3)
        follow = mixed.get_by_role("button", name="Next question" if number < 10 else "See the score")
        others = mixed.locator("#quiz-now details")
        assert follow.bounding_box()["y"] < others.bounding_box()["y"], "it stands before the other answers"
        follow.click()
    assert len(asked) == 10
    expect(mixed).to_contain_text("The end: 9 of 10 at the first try.")
    expect(page.locator("#quiz-now")).to_have_count(0)
    expect(mixed.get_by_role("button", name="Go on with")).to_be_hidden()
    assert axe(page) == []
    mixed.get_by_role("button", name="Those I missed, again").click()
    expect(mixed).to_contain_text("Question 1 of 1")


@needs_browser
def test_a_quiz_that_was_left_goes_on_where_it_was(open_page: Callable[..., Page]) -> None:
    page = open_page("revise/quizzes.html#labs=02")
    mixed = page.locator("#quiz-mixed")
    expect(mixed.locator("summary")).to_have_text("1 lab: 5 questions")
    mixed.get_by_role("button", name="Mix and start").click()
    for number in range(3):
        answer(page, wrong_first=number == 0)
        if number < 2:
            mixed.get_by_role("button", name="Next question").click()
    page.reload()
    mixed.get_by_role("button", name="Go on with question 4 of 5").click()
    answer(page)
    mixed.get_by_role("button", name="Next question").click()
    mixed.get_by_role("button", name="Stop here").click()
    mixed.get_by_role("button", name="Go on with question 5 of 5").click()
    answer(page)
    mixed.get_by_role("button", name="See the score").click()
    expect(mixed).to_contain_text("The end: 4 of 5 at the first try.")
    for kept in ("[]", "no JSON", '{"queue": ["quiz-99-1", "quiz-02-1"], "at": 1, "missed": []}'):
        page.evaluate("text => localStorage.setItem('cnn-labs:quiz', text)", kept)
        page.reload()
        expect(mixed.get_by_role("button", name="Mix and start")).to_be_visible()
        expect(mixed.get_by_role("button", name="Go on with")).to_be_hidden()


@needs_browser
def test_a_quiz_goes_on_in_a_browser_that_keeps_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page("revise/quizzes.html#labs=02")
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    mixed = page.locator("#quiz-mixed")
    mixed.get_by_role("button", name="Mix and start").click()
    answer(page)
    mixed.get_by_role("button", name="Next question").click()
    expect(mixed).to_contain_text("Question 2 of 5")
    mixed.get_by_role("button", name="Stop here").click()
    expect(mixed.get_by_role("status")).to_contain_text("does not keep your place")
