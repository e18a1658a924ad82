"""The survey's questions alone, on a page to print, made from the page that explains the survey."""

import re

from course.site import markup, sources
from course.syllabus import ROOT, CourseError

SOURCE = ROOT / "site" / "teach" / "survey.md"
OWN = "I do not know yet"
"""The choice that each question with choices has besides its own."""
SCALE = range(5)
"""Answers to a question without choices: from 0, not at all, to 4, surely."""
CONCEPTS = 10
_QUESTION = re.compile(r"(?m)^\*\*(\d+)\.\*\* ")
_CHOICE = re.compile(r"(?m)^- (\([a-d]\)) (.+)$")
_OPEN = re.compile(r"\*([^*]+\?)\*")
_BOX = '<span aria-hidden="true">☐</span>'


def questions(text: str) -> list[tuple[str, list[str]]]:
    """Return the survey's questions, each with its choices; one on confidence has none.

    Raises:
        CourseError: if a question that should have four choices has not.
    """
    part = text.split("## The questions", 1)[-1].split("\nAfter the course", 1)[0]
    found = []
    for number, body in zip(*[iter(_QUESTION.split(part)[1:])] * 2):
        choices = [f"{letter} {choice}" for letter, choice in _CHOICE.findall(body)]
        if len(choices) != (4 if int(number) <= CONCEPTS else 0) or int(number) != len(found) + 1:
            raise CourseError(f"site/teach/survey.md, question {number}: {len(choices)} choices, or not in its turn")
        found.append((" ".join(_CHOICE.sub("", body).split()), choices))
    return found


def page(text: str, head: str) -> str:
    """Return the questionnaire, as Markdown.

    Args:
        text: the page on the survey.
        head: what loads its style.
    """
    asked = "\n".join(_question(*one) for one in questions(text))
    afterwards = _OPEN.findall(" ".join(text.split("\nAfter the course", 1)[1].split("<details>", 1)[0].split()))
    more = "\n".join(f'<p>{markup.html(one)}</p>\n<p class="teach-lines"></p>' for one in afterwards)
    body = f"""<p class="no-print"><a href="survey.html">What it is for, and how to use it</a>. Print this page: it has three pages.</p>
<p class="teach-code">Your code: <span></span> {_BOX} before the course {_BOX} after the course</p>
<p>The code: the second letter of your birthplace, the day of your mother's birthday, the last letter of the street where you grew up. Tick one box
for each question. This is not graded; if you do not know, say so.</p>
<ol class="teach-paper">
{asked}
</ol>
<h2>After the course only</h2>
{more}"""
    return f"# Questionnaire\n\n{head}\n\n{sources.raw(body)}"


def _question(text: str, choices: list[str]) -> str:
    offered = [*choices, OWN] if choices else list(map(str, SCALE))
    kind = "teach-choices" if choices else "teach-scale"
    shown = "".join(f"<li>{_BOX} {markup.html(choice)}</li>" for choice in offered)
    return f'<li><p>{markup.html(text)}</p><ul class="{kind}">{shown}</ul></li>'
