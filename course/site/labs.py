"""A lab's page: what its notebook says and shows, as Markdown for Sphinx. Without solutions, or with them for instructors."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import html
import re

from nbformat import NotebookNode

from course import frame, notebooks, roles, students
from course.site.markup import html as inline_html
from course.site.prose import linked
from course.syllabus import CourseError, Lab

FOLDER = "labs"
"""Where the pages stand, and beside them their figures."""
_TAGS = re.compile(r"<[^>]+>")
_SECTION = re.compile(r"^## (\d+)\. ", re.MULTILINE)
_LENGTHS = dict(zip(("sentence", "paragraph", "list"), frame.SUMMARY))
"""How a page names the lengths of a summary -> the words that begin each in the lab."""


@dataclass
class Page:
    """A page in the making."""

    lab: Lab
    labs: list[Lab]
    terms: Mapping[str, str]
    """Spelling in lower case -> anchor in the glossary."""
    solutions: bool
    sections: set[int] = field(default_factory=set)
    """The numbers of the lab's sections."""
    blocks: list[str] = field(default_factory=list)
    """Markdown, in order."""
    files: dict[str, bytes] = field(default_factory=dict)
    """Name -> picture, in the folder `figures` beside the page."""
    predicted: list[str] | None = None
    """What came out since a prediction, which is folded until the reader opens it; None where nothing was asked."""
    guesses: int = 0

    def unfold(self) -> None:
        """Put what came out since the prediction into the page."""
        if self.predicted:
            inside = "\n\n".join(self.predicted)
            self.blocks.append(folded("What came out", inside, kind="came-out"))
        self.predicted = None if self.predicted is None else []


def folded(summary: str, inside: str, *, kind: str) -> str:
    """Return Markdown that is folded until it is opened."""
    return f'<details class="{kind}"><summary>{summary}</summary>\n\n{inside}\n\n</details>'


def fenced(text: str, language: str) -> str:
    """Return text as a block of code."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def page(
    lab: Lab, labs: list[Lab], terms: Mapping[str, str], *, head: str = "", quiz: str = "", solutions: bool = False
) -> Page:
    """Return a lab's page.

    Args:
        lab: the lab, as it was executed last.
        labs: all that have a page.
        terms: spelling in lower case -> anchor in the glossary.
        head: Markdown that follows the line of facts: what else there is of the lab.
        quiz: HTML in the place of the questions of "Check yourself"; without it they stay as they are in the lab.
        solutions: with solutions, all checks and the notes for instructors.

    Raises:
        CourseError: if the lab was never executed, or a figure has no alternative text.
    """
    notebook = notebooks.read(lab.solution)
    result = Page(lab, labs, terms, solutions)
    result.sections = {int(number) for cell in notebook.cells for number in _SECTION.findall(_prose(cell))}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for text in _parts(cell.source):
                _add_text(result, roles.role_of(cell), text, head, quiz)
        else:
            _add_code(result, cell)
    result.unfold()
    return result


def _prose(cell: NotebookNode) -> str:
    return cell.source if cell.cell_type == "markdown" else ""


def _parts(source: str) -> list[str]:
    """Return a cell's text in parts, each of which begins with a heading of the second level."""
    return [part for part in re.split(r"(?m)^(?=## )", source) if part.strip()]


def _add_text(page: Page, role: roles.Role, text: str, head: str, quiz: str) -> None:
    page.unfold()
    if "guess" in role:
        page.guesses += 1
        page.predicted = []
        page.blocks.append(_prediction(page, text))
        return
    page.predicted = None
    title = text.split("\n", 1)[0]
    if "instructor" in role or "written" in role:
        if page.solutions:
            title = "For instructors" if "instructor" in role else "Model answer and rubric"
            text = text.removeprefix("**For instructors.** ")
            page.blocks.append(f":::{{admonition}} {title}\n:class: note\n{text}\n:::")
    elif title == f"## {frame.SEEN}":
        text = linked(text, page.labs, page.sections, page.terms)
        page.blocks.append(f"{title}\n\n{lengths(text)}\n\n{summaries(text)['']}")
    elif title == f"## {frame.CHECK}" and quiz:
        page.blocks.append(f"{title}\n\n```{{raw}} html\n{quiz}\n```")
    else:
        text = re.sub(rf"(?m)^{re.escape(roles.FACTS)}(.*)$", lambda facts: f"{facts[1]}\n\n{head}", text)
        page.blocks.append(linked(text, page.labs, page.sections, page.terms))


def _prediction(page: Page, source: str) -> str:
    """Return a place where a prediction is written down; it stays with the reader."""
    name = f"prediction-{page.guesses}"
    label = inline_html(source.strip().strip("*"))
    return (
        f'<div class="prediction"><label for="{name}">{label}</label>'
        f'<textarea id="{name}" rows="2" data-keep="{page.lab.name}:{name}"></textarea></div>'
    )


def _add_code(page: Page, cell: NotebookNode) -> None:
    role = roles.role_of(cell)
    source = roles.without_facts(cell).rstrip()
    if role.keys() & {"check", "bad_input"}:
        if page.solutions:
            page.blocks.append(folded("The checks, hidden ones included", fenced(source, "python"), kind="checks"))
        return
    if "imports" in role:
        page.blocks.append(folded("Imports", fenced(source, "python"), kind="imports"))
        return
    if "helper" in role:
        page.blocks.append(folded("Helpers of what follows", fenced(source, "python"), kind="helper"))
        return
    if "exercise" in role:
        page.predicted = None
        shown = source if page.solutions else students.stub_of(cell.source)
        page.blocks.append(fenced(shown, "python"))
        return
    if "evidence" not in role:
        page.unfold()
        page.blocks.append(fenced(source, "python"))
    elif page.solutions:
        page.blocks.append(folded("How it is drawn and tested", fenced(source, "python"), kind="evidence"))
    shown = list(_outputs(page, cell))
    if page.predicted is None:
        page.blocks += shown
    else:
        page.predicted += shown


def _outputs(page: Page, cell: NotebookNode) -> Iterator[str]:
    for output in cell.outputs:
        if output.output_type == "stream":
            yield fenced(output.text, "text")
        elif output.output_type == "error":
            yield fenced(f"{output.ename}: {output.evalue}", "text")
        elif "image/png" in output.data:
            yield _figure(page, output)
        else:
            plain = html.unescape(_TAGS.sub("", output.data["text/html"])) if "text/html" in output.data else ""
            yield fenced(plain or output.data["text/plain"], "text")


def _figure(page: Page, output: NotebookNode) -> str:
    alt = " ".join(output.metadata.get("image/png", {}).get("alt", "").split())
    if not alt:
        raise CourseError(f"{page.lab.solution}: a figure has no alternative text; `show` needs `alt`")
    number = len(page.files) + 1
    name = f"{page.lab.name[:2]}-{number}.png"
    page.files[name] = base64.b64decode(output.data["image/png"])
    options = [f":alt: {alt}", f":name: figure-{page.lab.name[:2]}-{number}", ":loading: lazy"]
    caption = f"Figure {int(page.lab.name[:2])}.{number}"
    return "\n".join([f"```{{figure}} figures/{name}", *options, "", caption, "```"])


def summaries(text: str) -> dict[str, str]:
    """Return a lab's summary in its three lengths, and what stands behind them under "".

    Args:
        text: the cell of "What we have seen".
    """
    places = [text.index(f"**{label}**") for label in frame.SUMMARY]
    *parts, behind = (text[start:end].strip() for start, end in zip(places, [*places[1:], len(text)]))
    return {name: part.removeprefix(f"**{_LENGTHS[name]}**").strip() for name, part in zip(_LENGTHS, parts)} | {
        "": behind
    }


def lengths(text: str) -> str:
    """Return the three lengths of a lab's summary, in marks by which the page offers a choice; without scripts all stand there."""
    parts = summaries(text)
    shown = []
    for name, label in _LENGTHS.items():
        behind = "\n\n" if name == "list" else " "
        shown.append(f'<div data-length="{name}">\n\n**{label}**{behind}{parts[name]}\n\n</div>')
    return "<div data-lengths>\n\n" + "\n\n".join(shown) + "\n\n</div>"
