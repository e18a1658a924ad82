"""The course's terms, in `glossary.toml`: what each means, and the lab that explains it."""

from dataclasses import dataclass
import re
import tomllib

from nbformat import NotebookNode

from course import frame, roles
from course.syllabus import CourseError, Lab

_BOLD = re.compile(r"(?<!\*)\*\*(?!\*)(.+?)\*\*")
_CODE = re.compile(r"`[^`]*`")


@dataclass(frozen=True)
class Term:
    """One entry."""

    name: str
    definition: str
    """A sentence or two."""
    lab: int
    """The number of the lab where it is explained, in bold."""
    forms: tuple[str, ...] = ()
    """How else it is written: the plural, a short form."""
    see: tuple[str, ...] = ()
    """Names of other entries."""

    @property
    def spellings(self) -> set[str]:
        """The name and the forms, in lower case."""
        return {text.lower() for text in (self.name, *self.forms)}


def read(lab: Lab) -> list[Term]:
    """Return the entries of the course that a lab belongs to; none where it has no glossary.

    Raises:
        CourseError: if the file is no table of terms, or two entries share a spelling, or one refers to none.
    """
    path = lab.root / "course" / "glossary.toml"
    if not path.exists():
        return []
    try:
        table = tomllib.loads(path.read_text("utf-8")).get("term", [])
        terms = [Term(**entry | {key: tuple(entry.get(key, ())) for key in ("forms", "see")}) for entry in table]
    except (TypeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"{path} is not a table of terms (name, definition, lab, forms, see): {error}") from error
    owner: dict[str, str] = {}
    for term in terms:
        for spelling in sorted(term.spellings):
            if spelling in owner:
                raise CourseError(f"{path}: {spelling!r} stands in the entries {owner[spelling]!r} and {term.name!r}")
            owner[spelling] = term.name
    names = {term.name for term in terms}
    for term in terms:
        if lost := [name for name in term.see if name not in names]:
            raise CourseError(f"{path}: {term.name!r} refers to {', '.join(lost)}, which has no entry")
        if not term.definition.endswith("."):
            raise CourseError(f"{path}: {term.name!r}: a definition is a sentence and ends with a full stop")
    return terms


def problems(lab: Lab, notebook: NotebookNode) -> list[str]:
    """Return the terms that a lab sets in bold and the glossary lacks, and those that it should explain and does not."""
    terms, number = read(lab), int(lab.name[:2])
    bold = bold_terms(notebook)
    known = {spelling: term for term in terms for spelling in term.spellings}
    found = []
    for term in sorted(bold - known.keys()):
        found.append(
            f"**{term}** is in bold, as a term where it is explained, and course/glossary.toml has no entry for it"
        )
    for spelling in sorted(bold & known.keys()):
        if known[spelling].lab > number:
            found.append(f"**{spelling}** is explained here, course/glossary.toml says in lab {known[spelling].lab}")
    for term in terms:
        if term.lab == number and not term.spellings & bold:
            found.append(f"course/glossary.toml says that {term.name!r} is explained here; it is nowhere in bold")
    return [f"{lab.name}: {problem}" for problem in found]


def bold_terms(notebook: NotebookNode) -> set[str]:
    """Return what is set in bold, in lower case, but for labels, which end with a mark or stand in brackets: **(c)**."""
    found = set()
    for number, line, in_block in frame.prose_lines(notebook):
        if in_block or roles.role_of(notebook.cells[number]).keys() & {"instructor", "written"}:
            continue
        found |= {" ".join(text.lower().split()) for text in _BOLD.findall(_CODE.sub("", line))}
    return {text for text in found if text and text[-1] not in ".:?!)" and not text.isdigit()}
