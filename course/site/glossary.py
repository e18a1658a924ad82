"""The glossary's page: every term of `course/glossary.toml`, with the place where a lab explains it."""

from html import escape
from itertools import groupby
import re

from nbformat import NotebookNode

from course import frame, glossary, notebooks, roles
from course.glossary import Term
from course.site import markup, sources
from course.syllabus import Lab

ASSETS = ("revise.css", "glossary.js")
_BOLD = re.compile(r"(?<!\*)\*\*(?!\*)(.+?)\*\*")
_CODE = re.compile(r"`[^`]*`")


def anchor(name: str) -> str:
    """Return a term's anchor on the page: "feature map" -> "term-feature-map"."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def anchors(labs: list[Lab]) -> dict[str, str]:
    """Return spelling in lower case -> the anchor of its term, for links."""
    return {spelling: anchor(term.name) for term in glossary.read(labs[0]) for spelling in sorted(term.spellings)}


def first_places(notebook: NotebookNode) -> dict[str, str]:
    """Return spelling in lower case -> the heading below which it stands in bold first.

    A numbered section goes before other headings.
    """
    headings = dict(frame.headings(notebook, 2))
    heading, numbered, others = "", {}, {}
    for number, line, in_block in frame.prose_lines(notebook):
        if in_block or roles.role_of(notebook.cells[number]).keys() & {"instructor", "written"}:
            continue
        if line.startswith("## ") and number in headings:
            heading = line[3:].strip()
        for text in _BOLD.findall(_CODE.sub("", line)):
            places = numbered if re.match(r"\d+\. ", heading) else others
            places.setdefault(" ".join(text.lower().split()), heading)
    return others | numbered


def pages(labs: list[Lab]) -> dict[str, str]:
    """Return the glossary's page."""
    terms = sorted(glossary.read(labs[0]), key=lambda term: (_letter(term), term.name.lower()))
    by_number = {int(lab.name[:2]): lab for lab in labs}
    texts = {number: notebooks.read(lab.solution) for number, lab in by_number.items()}
    places = {number: first_places(text) for number, text in texts.items()}
    titles = {number: sources.sections(by_number[number], text) for number, text in texts.items()}
    intro = (
        f"{sources.assets(ASSETS)}\n"
        '<div id="glossary-filter" class="revise-box revise-controls" hidden>'
        '<label for="glossary-words">Find a term: </label>'
        '<input type="search" id="glossary-words" autocomplete="off" spellcheck="false">\n'
        f'<p class="revise-muted" role="status" id="glossary-count">{len(terms)} terms</p>\n'
        '<p id="glossary-none" hidden>The glossary has no such term. '
        '<a href="../search.html">Search all pages</a> instead.</p></div>'
    )
    parts = [
        "# Glossary\n",
        f"The course's {len(terms)} terms, each with the lab that explains it.\n",
        sources.raw(intro),
    ]
    for letter, group in groupby(terms, key=_letter):
        entries = "\n".join(_entry(term, _place(term, by_number, places, titles)) for term in group)
        parts += [f"## {letter}\n", sources.raw(f'<dl class="glossary-list">\n{entries}\n</dl>')]
    return {"revise/glossary.md": "\n".join(parts)}


def _letter(term: Term) -> str:
    first = term.name[0].upper()
    return first if first.isascii() and first.isalpha() else "0–9"


def _entry(term: Term, place: str) -> str:
    details = [place]
    if term.forms:
        details.append(f"Also: {', '.join(markup.html(form) for form in term.forms)}")
    if term.see:
        links = (f'<a href="#{anchor(name)}">{markup.html(name)}</a>' for name in term.see)
        details.append(f"See also: {', '.join(links)}")
    words = escape(" ".join((term.name, *term.forms)).lower())
    return (
        f'<div class="glossary-entry" data-words="{words}"><dt id="{anchor(term.name)}">{markup.html(term.name)}</dt>\n'
        f'<dd>{markup.html(term.definition)}</dd>\n<dd class="revise-muted">{". ".join(details)}.</dd></div>'
    )


def _place(
    term: Term, labs: dict[int, Lab], places: dict[int, dict[str, str]], titles: dict[int, dict[int, str]]
) -> str:
    """Return where a term is explained, as a link to the section; by lab's number: labs, `first_places`, sections."""
    if term.lab not in labs:
        return f"Lab {term.lab:02}"
    lab, known = labs[term.lab], places[term.lab]
    found = [known[spelling] for spelling in sorted(term.spellings) if spelling in known]
    numbered = sorted(int(match[1]) for heading in found if (match := re.match(r"(\d+)\. ", heading)))
    if numbered:
        return sources.section_link(lab, numbered[0], titles[term.lab][numbered[0]])
    below = f", {sources.title_html(found[0])}" if found and found[0] else ""
    return f'<a href="../labs/{lab.name}.html">Lab {lab.name[:2]}: {sources.title_html(lab.title)}</a>{below}'
