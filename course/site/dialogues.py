"""The conversations: `site/dialogues/NN_topic.md` read and linted, and their pages, which a browser can read aloud."""

from dataclasses import dataclass
from html import escape
import re

import yaml

from course.site import markup, sources
from course.syllabus import CourseError, Lab

SPEAKERS = ("Student", "Teacher")
LEAST_WORDS, MOST_WORDS = 600, 1000
ASSETS = ("revise.css", "dialogue.css", "dialogue.js")
_SPEECH = re.compile(r"\*\*(\w+)\.\*\*\s+(.+)", re.DOTALL)
_STAGE = re.compile(r"\*(?!\*)([^*]+)\*")


@dataclass(frozen=True)
class Line:
    """What one says, or what happens."""

    speaker: str
    """Empty: a stage direction."""
    text: str
    """Inline Markdown."""


@dataclass(frozen=True)
class Dialogue:
    """A lab's scene."""

    title: str
    misconceptions: tuple[str, ...]
    sections: tuple[int, ...]
    lines: tuple[Line, ...]


def read(lab: Lab) -> Dialogue:
    """Return a lab's dialogue.

    Raises:
        CourseError: if it breaks a rule; it names the file and the place.
    """
    path = sources.file_of(lab, "dialogues", ".md")
    where = sources.named(lab, path)
    match = re.fullmatch(r"---\n(.*?)\n---\n(.*)", sources.read_text(lab, path), re.DOTALL)
    if not match:
        raise CourseError(f"{where}: front matter has to stand above, between two lines ---")
    misconceptions, sections = _facts(match[1], lab, where)
    title, _, body = match[2].strip().partition("\n")
    blocks = [block.strip() for block in re.split(r"\n\s*\n", body.strip())]
    if not re.fullmatch(r"# \S.*", title):
        raise CourseError(f"{where}: the scene begins with its title, as `# A title`; found {title[:40]!r}")
    lines = tuple(_line(block, where) for block in blocks)
    if missing := [name for name in SPEAKERS if name not in {line.speaker for line in lines}]:
        raise CourseError(f"{where}: {missing[0]} says nothing")
    count = sum(len(line.text.split()) for line in lines)
    if not LEAST_WORDS <= count <= MOST_WORDS:
        raise CourseError(f"{where}: {count} words; a scene has {LEAST_WORDS} to {MOST_WORDS}")
    return Dialogue(title[2:], misconceptions, sections, lines)


def _facts(text: str, lab: Lab, where: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the misconceptions and sections that the front matter states."""
    try:
        facts = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CourseError(f"{where}: the front matter is no YAML: {error}") from error
    if not isinstance(facts, dict) or set(facts) != {"misconceptions", "sections"}:
        raise CourseError(f"{where}: the front matter has `misconceptions` and `sections`, and nothing else")
    for name, kind in (("misconceptions", str), ("sections", int)):
        values = facts[name]
        if not isinstance(values, list) or not values or not all(type(value) is kind for value in values):
            raise CourseError(f"{where}: {name} has to be a list of {kind.__name__}, at least one")
    known = sources.sections(lab)
    if lost := [number for number in facts["sections"] if number not in known]:
        raise CourseError(f"{where}: {lab.name} has no section {', '.join(map(str, lost))}")
    return tuple(facts["misconceptions"]), tuple(facts["sections"])


def _line(block: str, where: str) -> Line:
    if speech := _SPEECH.fullmatch(block):
        line = Line(speech[1], speech[2])
        if line.speaker not in SPEAKERS:
            raise CourseError(f"{where}: {line.speaker} speaks; speakers are {' and '.join(SPEAKERS)}")
    elif stage := _STAGE.fullmatch(block):
        line = Line("", stage[1])
    else:
        raise CourseError(
            f"{where}: neither **Student.** ..., **Teacher.** ... nor *a stage direction*: {block[:50]!r}"
        )
    try:
        markup.html(line.text)
    except CourseError as error:
        raise CourseError(f"{where}: {error}") from error
    return line


def pages(labs: list[Lab]) -> dict[str, str]:
    """Return a page for each lab's dialogue, and their index."""
    found = [(lab, read(lab)) for lab in labs]
    return {"dialogues/index.md": _index(found)} | {
        f"dialogues/{lab.name}.md": _page(lab, scene) for lab, scene in found
    }


def _index(dialogues: list[tuple[Lab, Dialogue]]) -> str:
    entries = "\n".join(
        f"- [{dialogue.title}]({lab.name}): lab {lab.name[:2]}, {lab.title}" for lab, dialogue in dialogues
    )
    names = "\n".join(lab.name for lab, _ in dialogues)
    return f"""# Dialogues

A student and a teacher sit over what a lab has shown. An idea that sounds right is followed until it breaks, and
sometimes it is the teacher's. Read them, or let your browser read them aloud. Scenes and people are invented; the
numbers are the labs'.

{entries}

```{{toctree}}
:hidden:

{names}
```
"""


def _page(lab: Lab, dialogue: Dialogue) -> str:
    titles = sources.sections(lab)
    links = "\n".join(f"<li>{sources.section_link(lab, number, titles[number])}</li>" for number in dialogue.sections)
    met = "\n".join(f"<li>{markup.html(text)}</li>" for text in dialogue.misconceptions)
    scene = "\n".join(_line_html(line) for line in dialogue.lines)
    body = f"""{sources.assets(ASSETS)}
<div id="dialogue-controls" class="revise-box revise-controls" hidden></div>
<p id="dialogue-none" class="revise-muted" hidden>This browser has no voice of its own to read the scene aloud.</p>
<div class="scene" id="scene">
{scene}
</div>
<details class="revise-box"><summary>Mistakes that this scene takes apart</summary>
<p>Each is wrong or half right: the scene shows why.</p>
<ul>
{met}
</ul></details>
<p>Where it comes from:</p>
<ul>
{links}
</ul>"""
    return f"# {dialogue.title}\n\n{sources.raw(body)}"


def _line_html(line: Line) -> str:
    say = f' data-say="{escape(markup.words(line.text))}"' if markup.needs_words(line.text) else ""
    text = markup.html(line.text)
    if not line.speaker:
        return f'<p class="line stage"{say}><em class="line-text">{text}</em></p>'
    return (
        f'<p class="line" data-speaker="{line.speaker}"{say}><span class="speaker">{line.speaker}</span> '
        f'<span class="line-text">{text}</span></p>'
    )
