"""A lab's text as the site's: links to labs, sections and terms, where the notebook only names them."""

from collections.abc import Mapping
from functools import partial
import re

from course.syllabus import Lab

_KEPT = re.compile(
    r"(```.*?```|~~~.*?~~~|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$|<a\b.*?</a>|<summary>.*?</summary>|<[^>]+>|!?\[[^\]]*\]\([^)]*\)|^#.*?$)",
    re.S | re.M,
)
"""What is no prose: code, formulas, tags, links, headings. Nothing in it becomes a link."""
_LABS = re.compile(r"\b([Ll]abs?) (\d\d)\b((?:(?:, | and | to | or )\d\d\b)*)")
_NUMBER = re.compile(r"\b\d\d\b")
_SECTION = re.compile(r"\b([Ss]ections?) (\d{1,2})\b((?:(?:, | and | to | or )\d{1,2}\b)*)(?! of lab)")
_TERM = re.compile(r"(?<!\*)\*\*(?!\*)([^*]+?)\*\*(?!\*)")


def linked(text: str, labs: list[Lab], sections: set[int], terms: Mapping[str, str]) -> str:
    """Return a lab's Markdown with links.

    Args:
        text: Markdown of one cell.
        labs: those that have a page; "lab 02" becomes a link to it.
        sections: numbers of the lab's own sections; "section 3" becomes a link to it.
        terms: spelling in lower case -> anchor in the glossary; "**kernel**" becomes a link to it.
    """
    names = {lab.name[:2]: lab.name for lab in labs}
    parts = _KEPT.split(text)
    for place in range(0, len(parts), 2):
        part = _TERM.sub(partial(_term, terms), parts[place])
        part = _LABS.sub(partial(_labs, names), part)
        parts[place] = _SECTION.sub(partial(_sections, sections), part)
    return "".join(parts)


def _labs(names: Mapping[str, str], match: re.Match) -> str:
    link = lambda number, words: (  # noqa: E731
        f'<a href="{names[number]}.html">{words}</a>' if number in names else words
    )
    rest = _NUMBER.sub(lambda other: link(other[0], other[0]), match[3])
    return link(match[2], f"{match[1]} {match[2]}") + rest


def _sections(known: set[int], match: re.Match) -> str:
    link = lambda number, words: (  # noqa: E731
        f'<a href="#section-{number}">{words}</a>' if int(number) in known else words
    )
    rest = re.sub(r"\d+", lambda other: link(other[0], other[0]), match[3])
    return link(match[2], f"{match[1]} {match[2]}") + rest


def _term(terms: Mapping[str, str], match: re.Match) -> str:
    anchor = terms.get(" ".join(match[1].lower().split()))
    return f'<a class="term" href="../revise/glossary.html#{anchor}">{match[0]}</a>' if anchor else match[0]
