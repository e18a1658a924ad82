"""The flashcards as a deck for Anki: the same bytes at every build, and a history that a changed text does not end."""

from functools import cache
from io import BytesIO
import itertools
import sqlite3
import tomllib
from typing import TYPE_CHECKING
import zipfile

from course.site import cards, markup, sources
from course.syllabus import CourseError, Lab

if TYPE_CHECKING:
    import genanki

MODEL_ID, DECK_ID = 1_764_201_377, 1_764_202_900
"""Never change: Anki knows the course's cards by them. A lab's subdeck is DECK_ID plus the lab's number."""
_START = 1_764_201_600
_ZIP_DATE = (2025, 11, 27, 0, 0, 0)
_FIELDS = ("Front", "Back", "Why", "Source", "Label", "Id")
_STYLE = (
    ".card { font-family: sans-serif; font-size: 20px; line-height: 1.45; text-align: left; }\n"
    ".card { max-width: 36em; margin: auto; }\n"
    ".label { font-weight: bold; }\n.back { font-weight: bold; }\n.source { font-size: 15px; opacity: 0.85; }"
)
_QUESTION = '{{#Label}}<p class="label">{{Label}}</p>{{/Label}}\n<div>{{Front}}</div>'
_ANSWER = (
    '{{FrontSide}}\n<hr id="answer">\n<p class="back">{{Back}}</p>\n<p>{{Why}}</p>\n<p class="source">{{Source}}</p>'
)


def package(labs: list[Lab]) -> bytes:
    """Return the .apkg with a subdeck for each lab.

    Raises:
        CourseError: if a lab's cards cannot be read.
    """
    import genanki

    timestamp = _timestamp(labs)
    connection = sqlite3.connect(":memory:")
    decks = [_deck(lab) for lab in labs]
    genanki.Package(decks).write_to_db(connection.cursor(), timestamp, itertools.count(timestamp * 1000))
    connection.commit()
    content = connection.serialize()
    connection.close()
    result = BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for name, data in (("collection.anki2", content), ("media", b"{}")):
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return result.getvalue()


def _timestamp(labs: list[Lab]) -> int:
    """Return when the cards were changed last, as Anki takes it: it takes over a changed text only where this grows.

    It is counted from the course's version, so that a build of the same version gives the same bytes.
    """
    path = labs[0].root / "pyproject.toml"
    try:
        version = tomllib.loads(path.read_text("utf-8"))["project"]["version"]
        major, minor, patch = (int(part) for part in version.split("."))
    except (OSError, KeyError, ValueError) as error:
        raise CourseError(
            f"{path}: the deck's date is made of the version, as 1.2.3; it cannot be read: {error}"
        ) from error
    return _START + 60 * ((major * 1000 + minor) * 1000 + patch)


@cache
def _model() -> "genanki.Model":
    import genanki

    return genanki.Model(
        MODEL_ID,
        "cnn-labs card",
        fields=[{"name": name} for name in _FIELDS],
        templates=[{"name": "Card", "qfmt": _QUESTION, "afmt": _ANSWER}],
        css=_STYLE,
    )


def _deck(lab: Lab) -> "genanki.Deck":
    import genanki

    number, titles = lab.name[:2], sources.sections(lab)
    deck = genanki.Deck(DECK_ID + int(number), f"Convolutional networks, hands on::{number} {lab.title}")
    for card in cards.read(lab):
        source = f"Lab {number}, section {card.section}: {sources.title_html(titles[card.section])}"
        texts = [markup.html(text, anki=True) for text in (card.front, card.back, card.why)]
        label = f"{cards.KINDS[card.kind]}." if card.finds_error else ""
        tags = ["cnn-labs", f"lab-{number}", card.kind.replace("_", "-")]
        fields = [*texts, source, label, card.id]
        deck.add_note(genanki.Note(_model(), fields, guid=genanki.guid_for("cnn-labs", card.id), tags=tags))
    return deck
