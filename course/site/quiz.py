"""The questions under "Check yourself" of each lab, read from its text, as forms that answer."""

from dataclasses import dataclass
from html import escape, unescape
import re

from course import frame, notebooks
from course.site import markup, sources
from course.syllabus import CourseError, Lab

LEAST_QUESTIONS = 5
ASSETS = ("revise.css", "quiz.css", "quiz.js")
"""What a page with a quiz loads, see `sources.assets`."""
MIXED_ASSETS = (*ASSETS[:2], "revise.js", "quiz.js", "quiz-mixed.js")
"""What the page with all questions loads."""
LETTERS = "abcdef"
_QUESTION = re.compile(r"^\*\*(\d+)\. ?", re.MULTILINE)
_DETAILS = re.compile(r"(?s)<details>\s*<summary>.*?</summary>(.*?)</details>")
_HEAD = rf"\([{LETTERS}]\)(?:(?:, and |, | and )\([{LETTERS}]\))*"
_RIGHT = re.compile(rf"(?:<b>|\*\*)\(([{LETTERS}])\)(?: is right)?[.,;:]?(?:</b>|\*\*)")
_REASON = re.compile(rf"(?:(?<=[.!?;]\s)|(?<=\.</b>\s)|(?<=\.\*\*\s)|(?<=\.\)\s)|(?<=<br>\s))(?=(?:<b>|\*\*)?{_HEAD})")


@dataclass(frozen=True)
class Option:
    """One answer that is offered."""

    letter: str
    text: str
    """HTML."""
    right: bool
    reason: str
    """HTML: the sentences of the explanation that begin with the option's letter, letter included."""

    @property
    def feedback(self) -> str:
        """HTML: the reason as it is shown while the question is open: of a wrong option, without the others' letters.

        "(a) and (b) take" becomes "(a) and another answer take": with the letters, what is left would be the right one.
        """
        return self.reason if self.right else _without_others(self.reason, self.letter)


@dataclass(frozen=True)
class Question:
    """One question."""

    lab: str
    number: int
    text: str
    """HTML."""
    options: tuple[Option, ...]


def questions(lab: Lab) -> list[Question]:
    """Return the questions that a lab ends with.

    Raises:
        CourseError: if the options, the right one or the reason of one cannot be told; it names lab and question.
    """
    return parse(lab.name, _section(lab))


def parse(name: str, source: str) -> list[Question]:
    """Return the questions of a section's Markdown; see `questions`.

    Args:
        name: the lab's, for messages.
        source: what stands below "## Check yourself".
    """
    starts = list(_QUESTION.finditer(source))
    numbers = [int(match[1]) for match in starts]
    if len(starts) < LEAST_QUESTIONS or numbers != list(range(1, len(starts) + 1)):
        stated = ", ".join(map(str, numbers)) or "none"
        raise CourseError(
            f"{name}, {frame.CHECK}: questions begin with **1. to **{LEAST_QUESTIONS}. or more, in order: {stated}"
        )
    ends = [match.start() for match in starts[1:]] + [len(source)]
    return [_question(name, int(match[1]), source[match.end() : end]) for match, end in zip(starts, ends)]


def _section(lab: Lab) -> str:
    """Return what stands between the heading "Check yourself" and the next one."""
    notebook = notebooks.read(lab.solution)
    number = next((number for number, text in frame.headings(notebook, 2) if text == frame.CHECK), None)
    if number is None:
        raise CourseError(f"{lab.name}: there is no heading `## {frame.CHECK}`")
    _, _, below = notebook.cells[number].source.partition(f"## {frame.CHECK}\n")
    return re.split(r"^## ", below, maxsplit=1, flags=re.MULTILINE)[0]


def _question(name: str, number: int, source: str) -> Question:
    where = f"{name}, {frame.CHECK}, question {number}"
    details = _DETAILS.findall(source)
    if len(details) != 1:
        raise CourseError(f"{where}: expected one explanation, <details><summary>...</summary>...</details>")
    asked, *offered = _split_options(" ".join(source.partition("<details>")[0].split()), where)
    explanation = " ".join(details[0].split())
    letters = LETTERS[: len(offered)]
    right = _right(explanation, letters, where)
    reasons = _reasons(explanation, letters, where)
    options = tuple(
        Option(letter, markup.html(text, raw=True), letter == right, markup.html(reasons[letter], raw=True))
        for letter, text in zip(letters, offered)
    )
    return Question(name, number, markup.html(asked, raw=True), options)


def _split_options(text: str, where: str) -> list[str]:
    """Return the question's text and the options' texts, in order."""
    pieces, rest = [], text
    for letter in LETTERS:
        before, mark, after = rest.partition(f" ({letter}) ")
        if not mark:
            break
        pieces.append(before)
        rest = after
    pieces.append(rest)
    pieces[0] = pieces[0].removeprefix("** ").replace("**", "").strip()
    pieces = [piece.strip() for piece in pieces]
    if len(pieces) < 3 or not all(pieces):
        raise CourseError(f"{where}: expected at least the options (a) and (b), in order and each with its text")
    if stray := re.search(rf"(?:^| )\([{LETTERS}]\)(?= |$)", " ".join(pieces)):
        raise CourseError(f"{where}: option {stray[0].strip()} is out of order or stands twice")
    return pieces


def _right(explanation: str, letters: str, where: str) -> str:
    """Return the right option's letter: the one in bold, or else the one that stands alone before the line break."""
    marked = _RIGHT.findall(explanation)
    if not marked and explanation.count("<br>") == 1:
        first = re.findall(_HEAD, explanation.partition("<br>")[0])
        marked = [first[0][1]] if len(first) == 1 and len(first[0]) == 3 and explanation.startswith(first[0]) else []
    if len(marked) != 1 or marked[0] not in letters:
        raise CourseError(
            f"{where}: one option has to be marked as <b>(c) is right</b>; found {', '.join(marked) or 'none'}"
        )
    return marked[0]


def _reasons(explanation: str, letters: str, where: str) -> dict[str, str]:
    """Return letter -> the sentences that begin with it; a letter within another's sentence shares that sentence."""
    found: dict[str, str] = {}
    pieces = [piece.strip() for piece in _REASON.split(explanation) if piece.strip()]
    for piece in pieces:
        head = re.match(rf"(?:<b>|\*\*)?({_HEAD})", piece)
        if not head:
            raise CourseError(f"{where}: the explanation begins with no option's letter: {piece[:40]}...")
        for letter in re.findall(rf"\(([{LETTERS}])\)", head[1]):
            if letter in found:
                raise CourseError(f"{where}: the explanation begins twice with ({letter})")
            if re.fullmatch(r"\W*", unescape(piece[head.end() :])):
                raise CourseError(f"{where}: the explanation says nothing of ({letter})")
            found[letter] = _tidy(piece)
    for letter in letters:
        shared = [piece for piece in pieces if f"({letter})" in piece]
        if letter not in found and len(shared) == 1:
            found[letter] = _tidy(shared[0])
    if wrong := [letter for letter in letters if letter not in found] + sorted(found.keys() - set(letters)):
        raise CourseError(f"{where}: options and reasons do not fit; see ({'), ('.join(wrong)})")
    return found


def _tidy(piece: str) -> str:
    piece = piece.removesuffix("<br>").strip()
    return piece.removesuffix(";") + "." if piece.endswith(";") else piece


def _without_others(reason: str, letter: str) -> str:
    """Return a reason, as HTML, that names no other option."""
    head = re.match(_HEAD, reason)
    if head and f"({letter})" in head[0]:
        rest = reason[head.end() :]
        others = len(re.findall(r"\(", head[0])) - 1
        plural = others and re.match(r" [a-z]", rest)  # a verb follows, and it needs more than one that does it
        shared = " and another answer" if others == 1 else " and other answers"
        reason = f"({letter}){shared if plural else ''}{rest}"
    others = rf"(?<!\w)\((?!{letter})[{LETTERS}]\)"
    text = re.sub(others, "another answer", reason)
    return text[0].upper() + text[1:]


def quiz_html(lab: Lab) -> str:
    """Return the lab's quiz as HTML, with what loads its style and script.

    Without JavaScript it shows the questions, and the explanations folded.
    """
    return f"{sources.assets(ASSETS)}\n{_quiz(lab)}"


def _quiz(lab: Lab) -> str:
    asked = questions(lab)
    forms = "\n".join(_form(question) for question in asked)
    return (
        f'<div class="quiz" data-lab="{lab.name}" data-title="{escape(lab.title)}">\n'
        f"<noscript><p>Choose before you open the explanation.</p></noscript>\n{forms}\n"
        '<p class="quiz-score" role="status"></p>\n</div>'
    )


def _form(question: Question) -> str:
    key = f"quiz-{question.lab[:2]}-{question.number}"
    options = "\n".join(
        f'<label class="quiz-option"><input type="radio" name="{key}" value="{option.letter}">'
        f"<span>({option.letter}) {option.text}</span></label>"
        for option in question.options
    )
    reasons: dict[str, str] = {}
    for option in question.options:
        reasons[option.reason] = reasons.get(option.reason, "") + option.letter
    listed = "\n".join(f'<li data-letters="{letters}">{reason}</li>' for reason, letters in reasons.items())
    kept_quiet = "".join(
        f'<template data-letters="{option.letter}">{option.feedback}</template>\n'
        for option in question.options
        if option.feedback != option.reason
    )
    right = next(option.letter for option in question.options if option.right)
    # method="dialog" outside a dialog: the form goes nowhere, with JavaScript and without.
    return (
        f'<form class="quiz-question" id="{key}" method="dialog" data-right="{right}" data-lab="{question.lab}">\n'
        f'<fieldset>\n<legend><span class="quiz-number">{question.number}. </span>{question.text}</legend>\n'
        f"{options}\n</fieldset>\n"
        '<p class="quiz-controls" hidden><button type="submit" class="revise-button">Check</button></p>\n'
        '<div class="quiz-verdict" role="status"></div>\n'
        f"{kept_quiet}"
        f'<details class="quiz-explanation"><summary>Explanation</summary>\n<ul>\n{listed}\n</ul></details>\n</form>'
    )


def pages(labs: list[Lab]) -> dict[str, str]:
    """Return the page with the questions of all labs."""
    parts = [
        "# Quiz: questions from all labs\n",
        "Questions of the labs that you choose, in a mixed order: what you meet mixed you have to recognise, and that\n"
        "is what stays. They stand below, too, lab by lab.\n",
        sources.raw(sources.assets(MIXED_ASSETS) + '\n<div id="quiz-mixed" class="quiz-mixed"></div>'),
    ]
    for lab in labs:
        heading = f"## Lab {lab.name[:2]}: [{lab.title}](../labs/{lab.name})\n"
        parts += [
            heading,
            sources.raw(_quiz(lab)),
        ]
    return {"revise/quizzes.md": "\n".join(parts)}
