"""Slides: a reveal.js deck a lab, made of its core as it was executed: predictions as questions, figures, a last sentence."""

import base64
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbformat import NotebookNode

from course import frame, notebooks, roles
from course.site import exercises, guide, markup, plans
from course.site import labs as lab_pages
from course.syllabus import CourseError, Lab

FOLDER = "slides"
REVEAL = {
    "LICENSE": "LICENSE",
    "reset.css": "dist/reset.css",
    "reveal.css": "dist/reveal.css",
    "reveal.js": "dist/reveal.js",
    "notes.js": "plugin/notes/notes.js",
}
"""Of reveal.js, what a deck needs: name in the site -> name in the package."""
MOST_CONTEXT = 700
"""Letters of what stands before a prediction that come on its slide."""
DENSE, CLOSE = 520, 900
"""Letters of a slide from which on they are set smaller, and smaller still."""
MOST_TASK = 1100
"""Letters of what an exercise asks that come on its slide."""
_EXERCISE = re.compile(r"^### Exercise \d+: `(\w+)`", re.MULTILINE)
_SECTION = re.compile(r"^## (\d+)\. (.+) \((\d+ minutes), (core|further)\)$", re.MULTILINE)
_END_OF_SENTENCE = re.compile(r"[.!?][)\"]?\s+(?=[A-Z0-9`*$\"(])")
_REMARK = re.compile(r"\((?:[^()]|\([^()]*\)){20,}\)\s+")
"""Brackets at the beginning of a text, such as who took the pictures."""
_LICENCE = re.compile(r"\b(CC BY|CC0|GPL|GFDL|[Pp]ublic domain)\b")
_LEAST_SENTENCE = 30
"""Letters of a sentence below which the next one comes with it."""
_NO_PROSE = re.compile(r"[#>|<\-]|```|\*\*Predict|\d+\. ")


@dataclass
class Deck:
    """A deck in the making."""

    lab: Lab
    slides: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """Path in the site -> figure."""
    title: str = ""
    """Of the section."""
    steps: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    """Number of the session, section -> the plan's steps about it, for whoever speaks."""
    second: int = 0
    """The section that session 2 begins with; 0 where the two sessions go to and fro between sections."""


def decks(labs: list[Lab]) -> dict[str, bytes]:
    """Return the decks with their figures and reveal.js: path in the built site -> content.

    Raises:
        CourseError: if a lab was never executed, or a figure has no alternative text.
    """
    made = reveal() if labs else {}
    for lab in labs:
        deck = deck_of(lab)
        made |= deck.files
        made[f"{FOLDER}/{lab.name}.html"] = _page(deck).encode()
    return made


def reveal() -> dict[str, bytes]:
    """Return reveal.js, with its licence, from the package sphinx-revealjs."""
    import sphinx_revealjs

    base = Path(sphinx_revealjs.__file__).parent / "_static" / "revealjs"
    try:
        return {f"{FOLDER}/reveal/{name}": (base / path).read_bytes() for name, path in REVEAL.items()}
    except OSError as error:
        raise CourseError(
            f"sphinx-revealjs has no {error.filename}: another version than requirements-site.txt?"
        ) from error


def deck_of(lab: Lab) -> Deck:
    """Return a lab's deck: a slide a section, prediction and figure of the core, in the lab's order."""
    notebook, plan = notebooks.read(lab.solution), plans.read(lab)
    cells, private = notebook.cells, guide.withheld(notebook)
    tasks = {one.name: one for one in exercises.of(lab, notebook)}
    deck = Deck(lab, title=lab.title.partition(":")[0], steps=_steps(plan), second=second_begins(plan))
    count, in_core, last = 0, True, ""
    deck.slides.append(_title(lab, cells))
    for place, cell in enumerate(cells):
        pictures = [output for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
        if cell.cell_type == "markdown" and not roles.role_of(cell):
            if section := _SECTION.search(cell.source):
                in_core, deck.title = section[4] == "core", section[2]
                if in_core:
                    deck.slides += _section(deck, section, _notes(cells, place, private), plan)
            elif re.search(r"^## ", cell.source, re.MULTILINE):
                in_core = in_core and place < 3
            if in_core:
                deck.slides += _asked(deck, cell.source, tasks)
            if f"## {frame.SEEN}" in cell.source.split("\n"):
                last = lab_pages.summaries(cell.source)["sentence"]
        for number, picture in enumerate(pictures, start=1):
            if in_core:
                line, credit = _line(cells, place) if number == len(pictures) else ("", "")
                deck.slides.append(_figure(deck, picture, count + number, line, credit))
        count += len(pictures)
    deck.slides.append(_slide("In one sentence", f'<p class="sentence">{markup.html(last)}</p>', "section-title"))
    return _with_homework(deck, "At home, after session 2", plan.after)


def second_begins(plan: plans.Plan) -> int:
    """Return the first section that session 2 has for itself; 0 where session 2 goes back behind one of session 1's."""
    first, second = ({block.section for block in one.blocks if block.section} for one in plan.sessions)
    return min(second - first, default=0) if min(second) >= max(first) else 0


def _steps(plan: plans.Plan) -> dict[tuple[int, int], list[str]]:
    """Return (session, section) -> the plan's steps about it, in order: clock, what, say, sticks; as HTML."""
    found: dict[tuple[int, int], list[str]] = {}
    for number, session in enumerate(plan.sessions, start=1):
        for start, block in session.clock():
            step = (
                f"<strong>Session {number}, {start}</strong>, {block.minutes} min, {plans.KINDS[block.kind].lower()}: "
            )
            step += markup.html(block.what)
            step += f" <strong>Say:</strong> {markup.html(block.say)}" if block.say else ""
            step += f" <strong>Where it sticks:</strong> {markup.html(block.sticks)}" if block.sticks else ""
            found.setdefault((number, block.section), []).append(f"<p>{step}</p>")
    return found


def _with_homework(deck: Deck, title: str, text: str) -> Deck:
    """Return a deck with a slide of what is for home, where anything is."""
    if text:
        deck.slides.append(_slide(title, f"<p>{markup.html(text)}</p>", f"home-slide{_density(text)}"))
    return deck


def _density(text: str) -> str:
    """Return the class of a slide with a text of this length."""
    return " close" if len(text) > CLOSE else " dense" if len(text) > DENSE else ""


def _asked(deck: Deck, source: str, tasks: dict[str, exercises.Exercise]) -> list[str]:
    """Return the slides of a cell's prediction and of its exercises, in the order in which they stand there."""
    found = [(match.start(), _task(tasks[match[1]])) for match in _EXERCISE.finditer(source)]
    if prediction := frame.PREDICT.search(source):
        found.append((prediction.start(), _prediction(deck, source)))
    return [slide for _, slide in sorted(found)]


def _task(task: exercises.Exercise) -> str:
    """Return the slide that stands on the projector while the class writes."""
    said = task_of(task)
    first = f'<p class="asked">{markup.html(task.summary)}</p>\n' if task.summary else ""
    body = f'{first}<div class="task">{_blocks(said)}</div>'
    return _slide(f"Exercise {task.number}: `{task.name}`", body, f"exercise-slide{_density(task.summary + said)}")


def task_of(task: exercises.Exercise) -> str:
    """Return what the lab says under an exercise's heading, as far as a slide has room for it.

    Of a function its beginning; of an answer in words its end, where the questions stand.
    """
    parts = _parts(re.sub(r"(?s)<details>.*", "", task.text))
    parts = parts[::-1] if task.written else parts
    taken = parts[:1]
    for part in parts[1:]:
        if sum(map(len, taken)) + len(part) > MOST_TASK:
            break
        taken.append(part)
    return "\n\n".join(taken[::-1] if task.written else taken)


def _slide(title: str, body: str, kind: str, notes: str = "") -> str:
    aside = f'<aside class="notes">{notes}</aside>' if notes else ""
    return f'<section class="{kind}">\n<h2>{markup.html(title)}</h2>\n{body}\n{aside}</section>'


def _title(lab: Lab, cells: list[NotebookNode]) -> str:
    keys = (
        "Space or → goes on, ← back. S opens the notes for speakers, Esc the overview, D changes between light and dark, "
        "? lists all keys."
    )
    body = (
        f"<p>Convolutional networks, hands on. The core of the lab: {lab.minutes} minutes.</p>\n"
        f'<p class="muted keys">{keys}</p>'
    )
    return _slide(f"{lab.name[:2]} {lab.title}", body, "title-slide")


def _section(deck: Deck, match: re.Match, notes: str, plan: plans.Plan) -> list[str]:
    """Return a section's title, and before it what ends one session and begins the next, if they meet here."""
    number, before = int(match[1]), []
    again = [
        step
        for (session, section), one in deck.steps.items()
        if session == 2 and 0 < section < deck.second
        for step in one
    ]
    if number == deck.second:
        _with_homework(deck, "At home, until session 2", plan.between)
        before = [_slide(f"Session 2: {plan.sessions[1].title}", "", "section-title session-title", "\n".join(again))]
    elif number == 1 and deck.second:
        before = [_slide(f"Session 1: {plan.sessions[0].title}", "", "section-title session-title")]
    steps = [step for session in (1, 2) for step in deck.steps.get((session, number), []) if step not in again]
    steps = "\n".join(steps or ["<p>Not in the plan of the two sessions: for home.</p>"])
    return [*before, _slide(f"{match[1]}. {match[2]}", "", "section-title", f"{steps}\n{notes}")]


def _notes(cells: list[NotebookNode], place: int, private: set[str]) -> str:
    """Return the notes for instructors of the section that begins in a cell."""
    found = []
    for cell in cells[place + 1 :]:
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.MULTILINE):
            break
        note = cell.source.removeprefix(guide.LABEL)
        if roles.is_a(cell, "instructor") and note not in private:
            found.append(_blocks(note))
    return "\n".join(found)


def _prediction(deck: Deck, source: str) -> str:
    """Return the slide of a prediction: the question, and what it speaks about."""
    context, question = prediction_of(source)
    dense = " dense" if len(context) + len(question) > DENSE else ""
    shown = f'<div class="context">{_blocks(context)}</div>\n' if context else ""
    body = f'{shown}<div class="question">{_blocks(question)}</div>'
    return _slide(f"Predict: {deck.title}", body, f"prediction-slide{dense}")


def prediction_of(source: str) -> tuple[str, str]:
    """Return what stands just before a prediction and belongs to it, and the question itself, both as Markdown.

    Args:
        source: the cell.
    """
    place = frame.PREDICT.search(source).start()
    before = [block for block in _parts(source[:place]) if not block.startswith(("#", "<"))]
    after = _parts(re.sub(r"(?m)^> ?", "", source[place:]))
    question = [re.sub(r"^\*\*Predict\.\*\*\s*", "", after[0])]
    question += [block for block in after[1:2] if block.startswith("```")]
    blocks = [number for number, block in enumerate(before) if block.startswith("```")]
    context = before[max(0, blocks[0] - 1) :] if blocks else before[-1:]
    while len("\n\n".join(context)) > MOST_CONTEXT:
        context = context[1:]
    return "\n\n".join(context), "\n\n".join(question)


def _parts(text: str) -> list[str]:
    """Return a text's paragraphs, lists and blocks of code, each whole."""
    found = re.findall(r"```.*?```|(?:(?!```)[^\n]+\n?)+", text, re.DOTALL)
    return [part.strip() for part in found if part.strip()]


def _figure(deck: Deck, output: NotebookNode, number: int, line: str, credit: str) -> str:
    alt = " ".join(output.metadata.get("image/png", {}).get("alt", "").split())
    if not alt:
        raise CourseError(f"{deck.lab.solution}: a figure has no alternative text; `show` needs `alt`")
    name = f"{deck.lab.name[:2]}-{number}.png"
    deck.files[f"{FOLDER}/figures/{name}"] = base64.b64decode(output.data["image/png"])
    caption = f'<span class="number">Figure {int(deck.lab.name[:2])}.{number}</span> {markup.html(line or first_sentence(alt))}'
    credits = f'\n<p class="credit">{markup.html(credit)}</p>' if credit else ""
    body = f'<figure><img src="figures/{name}" alt="{escape(alt)}"><figcaption>{caption}</figcaption></figure>{credits}'
    return _slide(deck.title, body, "figure-slide")


def _line(cells: list[NotebookNode], place: int) -> tuple[str, str]:
    """Return what the text below a figure says of it first, and whose pictures it shows; empty where it says nothing."""
    for cell in cells[place + 1 :]:
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])):
            break
        if cell.cell_type == "markdown" and not roles.role_of(cell):
            line, credit = statement(cell.source)
            return line, credit or _credit_above(cells, place)
    return "", _credit_above(cells, place)


def statement(text: str) -> tuple[str, str]:
    """Return a text's first sentence, and the remark in brackets before it if it names a licence.

    Args:
        text: Markdown; one that begins with a heading, a table, a list or code says nothing.
    """
    text, credit = " ".join(_parts(text)[0].split()) + "\n\n" + "\n\n".join(_parts(text)[1:]), ""
    if remark := _REMARK.match(text):
        credit = remark[0].strip() if _LICENCE.search(remark[0]) else ""
        text = text[remark.end() :]
    first = (_parts(text) or [""])[0]
    return ("" if not first or _NO_PROSE.match(first) else first_sentence(first)), credit


def _credit_above(cells: list[NotebookNode], place: int) -> str:
    """Return the sentences of the text above a figure that name a licence."""
    for cell in reversed(cells[:place]):
        if cell.cell_type == "markdown" and not roles.role_of(cell):
            text = _REMARK.sub("", f"{cell.source}\n", count=1) if cell.source.startswith("(") else cell.source
            return " ".join(sentence for sentence in sentences(text) if _LICENCE.search(sentence))
        if cell.cell_type == "markdown" or any("image/png" in output.get("data", {}) for output in cell.outputs):
            break
    return ""


def sentences(text: str) -> list[str]:
    """Return a text's sentences; a bracket is never cut through."""
    text = " ".join(text.split())
    ends = [
        m.end() for m in _END_OF_SENTENCE.finditer(text) if text.count("(", 0, m.end()) == text.count(")", 0, m.end())
    ]
    return [text[start:end].strip() for start, end in zip([0, *ends], [*ends, len(text)])]


def first_sentence(text: str) -> str:
    """Return a text's first sentence; with the next one where it is only a word or two."""
    first, *others = sentences(text)
    return f"{first} {others[0]}" if len(first) < _LEAST_SENTENCE and others else first


def _blocks(text: str) -> str:
    """Return Markdown as HTML, its mathematics as MathML."""
    return _markdown().render(text)


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").use(dollarmath_plugin, allow_space=False)

    def formula(_renderer: object, tokens: list[Token], index: int, *_: object) -> str:
        return markup.mathml(tokens[index].content)

    for kind in ("math_inline", "math_block"):
        markdown.add_render_rule(kind, formula)
    return markdown


def _page(deck: Deck) -> str:
    title = f"{deck.lab.name[:2]} {deck.lab.title}: slides"
    slides = "\n".join(deck.slides)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="stylesheet" href="reveal/reset.css">
<link rel="stylesheet" href="reveal/reveal.css">
<link rel="stylesheet" href="../_static/slides.css">
<script defer src="reveal/reveal.js"></script>
<script defer src="reveal/notes.js"></script>
<script defer src="../_static/slides.js"></script>
</head>
<body>
<header class="slides-tools">
<h1>{escape(title)}</h1>
<a href="../labs/{deck.lab.name}.html">The lab</a>
<a href="../teach/labs/{deck.lab.name}.html">Its plan for a class</a>
<button type="button" id="slides-theme">Change to dark</button>
</header>
<main>
<div class="reveal">
<div class="slides">
{slides}
</div>
</div>
</main>
</body>
</html>
"""
