"""Text by strangers, made fit to be written, compiled and shown."""

import unicodedata

_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Invisible characters that turn the direction of writing: what follows them reads as something else."""


def clean(text: str) -> str:
    """Return text that can be written as UTF-8 and compiled: without lone surrogates, NUL and carriage returns."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def shown(text: str, most: int = 1000) -> str:
    """Return text on one line that does nothing to a terminal or a page that shows it.

    Args:
        text: a name or a sentence with something of a stranger's in it.
        most: characters that are kept.
    """
    if len(text) > most:
        text = f"{text[: most - 4]} ..."
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _DIRECTIONS:
        return "\ufffd"
    return character
