"""What pages for revision share: a lab's sections, the authors' files beside it, links to sections and scripts."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from html import escape
from pathlib import Path
import re
import tomllib
from typing import Any, TypeVar

from nbformat import NotebookNode

from course import frame, notebooks
from course.syllabus import CourseError, Lab

Entry = TypeVar("Entry")
_NUMBERED = re.compile(r"(\d+)\. (\S.*?)(?: \(\d+ minutes, (?:core|further)\))?")


def sections(lab: Lab, notebook: NotebookNode | None = None) -> dict[int, str]:
    """Return a lab's numbered sections: number -> title."""
    notebook = notebook or notebooks.read(lab.solution)
    found = (_NUMBERED.fullmatch(text) for _, text in frame.headings(notebook, 2))
    return {int(match[1]): match[2] for match in found if match}


def file_of(lab: Lab, folder: str, suffix: str) -> Path:
    """Return where an author's file of a lab lies, such as site/cards/02_convolution.toml."""
    return lab.root / "site" / folder / f"{lab.name}{suffix}"


def named(lab: Lab, path: Path) -> str:
    """Return a file's name for messages, from the course's folder on."""
    return path.relative_to(lab.root).as_posix()


def read_text(lab: Lab, path: Path) -> str:
    """Return an author's file; raise `CourseError` where it cannot be read."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8"
        raise CourseError(f"{named(lab, path)} cannot be read: {reason}") from error


def read_table(lab: Lab, path: Path, key: str, kind: type[Entry]) -> list[Entry]:
    """Return the entries `[[key]]` of a TOML file as dataclasses.

    Raises:
        CourseError: if the file is no such table, or an entry lacks a field, has one too many or one of a wrong type.
    """
    try:
        table = tomllib.loads(read_text(lab, path))
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{named(lab, path)} is no TOML: {error}") from error
    entries = table.get(key)
    if set(table) != {key} or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CourseError(
            f"{named(lab, path)}: expected [[{key}]] and nothing else, found {', '.join(table) or 'nothing'}"
        )
    return [_entry(entry, kind, f"{named(lab, path)}, {key} {number}") for number, entry in enumerate(entries, start=1)]


def _entry(entry: Mapping[str, Any], kind: type[Entry], where: str) -> Entry:
    wanted = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    if unknown := [name for name in entry if name not in wanted]:
        raise CourseError(f"{where}: {', '.join(unknown)} is unknown; there are {', '.join(wanted)}")
    if missing := [name for name, field in wanted.items() if field.default is MISSING and name not in entry]:
        raise CourseError(f"{where}: {', '.join(missing)} is missing")
    for name, value in entry.items():
        if type(value) is not wanted[name].type:
            raise CourseError(
                f"{where}: {name} has to be of type {wanted[name].type.__name__}, not {type(value).__name__}"
            )
        if isinstance(value, str) and not value.strip():
            raise CourseError(f"{where}: {name} is empty")
    return kind(**entry)


def section_link(lab: Lab, number: int, title: str, up: str = "../") -> str:
    """Return a link to a lab's section, as HTML."""
    text = f"Lab {lab.name[:2]}, section {number}: {title}"
    return f'<a href="{up}labs/{lab.name}.html#section-{number}">{title_html(text)}</a>'


def title_html(text: str) -> str:
    """Return a heading's text as HTML, with its `code`."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def assets(names: Iterable[str], up: str = "../") -> str:
    """Return the HTML that loads styles and scripts of `site/_static`."""
    return "\n".join(
        f'<link rel="stylesheet" href="{up}_static/{name}">'
        if name.endswith(".css")
        else f'<script defer src="{up}_static/{name}"></script>'
        for name in names
    )


def raw(html: str) -> str:
    """Return HTML as a block of MyST Markdown."""
    fence = "`" * max(4, 1 + max((len(run) for run in re.findall("`+", html)), default=0))
    return f"{fence}{{raw}} html\n{html.strip()}\n{fence}\n"
