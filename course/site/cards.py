"""Flashcards: `site/cards/NN_topic.toml` read and linted, and the page on which they are learnt."""

from dataclasses import dataclass
from html import escape
import re

from course.site import markup, sources
from course.syllabus import CourseError, Lab

LEAST_CARDS = 12
LIMITS = {"front": 300, "back": 300, "why": 400}
"""The most characters of a field."""
KINDS = {"question": "Question", "find_the_error": "Find the error"}
ASSETS = ("revise.css", "cards.css", "revise.js", "cards-schedule.js", "cards.js")


@dataclass(frozen=True)
class Card:
    """One flashcard; front, back and why are inline Markdown."""

    id: str
    kind: str
    front: str
    back: str
    why: str
    section: int

    @property
    def finds_error(self) -> bool:
        """Whether the front shows something wrong."""
        return self.kind == "find_the_error"


def read(lab: Lab) -> list[Card]:
    """Return a lab's cards.

    Raises:
        CourseError: if one breaks a rule; it names the file and the card.
    """
    path = sources.file_of(lab, "cards", ".toml")
    cards = sources.read_table(lab, path, "card", Card)
    where, sections = sources.named(lab, path), sources.sections(lab)
    for card in cards:
        _check(card, lab, sections, f"{where}, {card.id}")
    if twice := {card.id for card in cards if sum(other.id == card.id for other in cards) > 1}:
        raise CourseError(f"{where}: {', '.join(sorted(twice))} stands twice")
    if len(cards) < LEAST_CARDS:
        raise CourseError(f"{where}: {len(cards)} cards, {LEAST_CARDS} at least")
    return cards


def _check(card: Card, lab: Lab, sections: dict[int, str], where: str) -> None:
    if not re.fullmatch(rf"{lab.name[:2]}(?:-[a-z0-9]+)+", card.id):
        raise CourseError(f"{where}: an id is {lab.name[:2]}-words-with-dashes, in small letters")
    if card.kind not in KINDS:
        raise CourseError(f"{where}: kind is {card.kind!r}; there are {', '.join(KINDS)}")
    for name, most in LIMITS.items():
        text = getattr(card, name)
        if len(text) > most:
            raise CourseError(f"{where}: {name} has {len(text)} characters, {most} at most")
        try:
            markup.html(text)
        except CourseError as error:
            raise CourseError(f"{where}: {name}: {error}") from error
    if card.section not in sections:
        raise CourseError(
            f"{where}: {lab.name} has no section {card.section}; there are {', '.join(map(str, sections))}"
        )


def pages(labs: list[Lab]) -> dict[str, str]:
    """Return the page with all cards: a list by lab, of which the script makes a session."""
    lists, count = [], 0
    for lab in labs:
        cards = read(lab)
        count += len(cards)
        titles = sources.sections(lab)
        items = "\n".join(_item(card, lab, titles[card.section]) for card in cards)
        lists.append(
            f'<section class="cards-lab" data-lab="{lab.name[:2]}" data-title="{escape(lab.title)}">\n'
            f'<h3>Lab <a href="../labs/{lab.name}.html">{lab.name[:2]} {sources.title_html(lab.title)}</a></h3>\n'
            f"{items}\n</section>"
        )
    body = (
        f"{sources.assets(ASSETS)}\n<noscript><p>With JavaScript this page asks the cards and plans when each comes "
        'again. Without it, here are all of them.</p></noscript>\n<div id="cards-session"></div>'
    )
    text = f"""# Flashcards

{count} cards, a fact or a mistake on each. Answer aloud or on paper before you turn one: what you fetch from memory
stays, what you only read again does not. A card that you know comes back after days, then weeks; one that you missed
comes back in ten minutes.

{sources.raw(body)}
Do you use Anki? <a href="cnn-labs.apkg" download>The same cards as an Anki deck</a>, a subdeck for each lab.

## All cards

{sources.raw('<div class="cards-list">' + chr(10) + chr(10).join(lists) + chr(10) + "</div>")}"""
    return {"revise/cards.md": text}


def _item(card: Card, lab: Lab, title: str) -> str:
    label = '<span class="card-label">Find the error.</span> ' if card.finds_error else ""
    return (
        f'<details class="card-item" id="card-{card.id}" data-id="{card.id}" data-lab="{lab.name[:2]}">\n'
        f'<summary>{label}<span class="card-front">{markup.html(card.front)}</span></summary>\n'
        f'<p class="card-back">{markup.html(card.back)}</p>\n<p class="card-why">{markup.html(card.why)}</p>\n'
        f'<p class="card-source">{sources.section_link(lab, card.section, title)}</p>\n</details>'
    )
