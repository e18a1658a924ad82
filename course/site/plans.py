"""Plans of a lab's two sessions in class: `site/plans/NN_topic.toml` read and linted."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
import re
import tomllib
from typing import Any

from course import frame, notebooks
from course.site import markup, sources
from course.syllabus import CourseError, Lab

SESSIONS, MINUTES = 2, 45
"""How many sessions a lab has, and how long one is."""
BREAK_MINUTES, BREAK_AFTER = range(3, 6), range(20, 26)
"""How long a session's break is, and after how many minutes it comes."""
KINDS = {"show": "Show", "try": "Try", "talk": "Talk", "break": "Break"}
ACTIVE = ("try", "talk")
"""What the class does itself: half of a session at least."""
_CORE = re.compile(r"(\d+)\. (\S.*) \((\d+) minutes, core\)")


@dataclass(frozen=True)
class Block:
    """Some minutes of a session; what, say and sticks are inline Markdown."""

    minutes: int
    kind: str
    what: str
    section: int = 0
    """The lab's section that it is about; 0 for a break."""
    say: str = ""
    sticks: str = ""


@dataclass(frozen=True)
class Session:
    """One session."""

    title: str
    blocks: tuple[Block, ...]

    def clock(self) -> list[tuple[str, Block]]:
        """Return the blocks, each with the time from the session's start, as "0:24"."""
        starts = [sum(block.minutes for block in self.blocks[:place]) for place in range(len(self.blocks))]
        return [(f"{start // 60}:{start % 60:02}", block) for start, block in zip(starts, self.blocks)]


@dataclass(frozen=True)
class Plan:
    """A lab's sessions, and what students do at home around them."""

    before: str
    between: str
    after: str
    sessions: tuple[Session, ...]
    before_minutes: int
    between_minutes: int
    after_minutes: int

    @property
    def home_minutes(self) -> int:
        """The minutes at home, before, between and after the sessions."""
        return self.before_minutes + self.between_minutes + self.after_minutes

    @property
    def class_minutes(self) -> int:
        """The minutes in class without breaks."""
        return sum(block.minutes for session in self.sessions for block in session.blocks if block.kind != "break")


def core_sections(lab: Lab) -> dict[int, tuple[str, int]]:
    """Return the core's sections: number -> title and minutes."""
    found = (_CORE.fullmatch(text) for _, text in frame.headings(notebooks.read(lab.solution), 2))
    return {int(match[1]): (match[2], int(match[3])) for match in found if match}


def read(lab: Lab) -> Plan:
    """Return a lab's plan.

    Raises:
        CourseError: if it breaks a rule; it names the file and the place.
    """
    path = sources.file_of(lab, "plans", ".toml")
    where = sources.named(lab, path)
    try:
        table = tomllib.loads(sources.read_text(lab, path))
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{where} is no TOML: {error}") from error
    sessions = _list_of(table, "session", where)
    texts = {name: _typed(table, name, str, where) for name in ("before", "between", "after")}
    minutes = {f"{name}_minutes": _home_minutes(table, name, where) for name in texts}
    _nothing_else(table, {"session", *texts, *minutes}, where)
    for name, text in texts.items():
        _readable(text, f"{where}, {name}")
    known = core_sections(lab)
    found = tuple(_session(one, known, f"{where}, session {n}") for n, one in enumerate(sessions, start=1))
    if len(found) != SESSIONS:
        raise CourseError(f"{where}: {len(found)} sessions, expected {SESSIONS}")
    return Plan(sessions=found, **texts, **minutes)


def _home_minutes(table: Mapping[str, Any], name: str, where: str) -> int:
    """Return how long the homework takes that is named like this: none where there is no text, some where there is."""
    minutes = _typed(table, f"{name}_minutes", int, where)
    if minutes < 0 or bool(minutes) != bool(table[name].strip()):
        raise CourseError(
            f"{where}: {name}_minutes is {minutes}, and {name} is {'not ' if table[name].strip() else ''}empty"
        )
    return minutes


def _session(table: Mapping[str, Any], known: Mapping[int, Any], where: str) -> Session:
    blocks = _list_of(table, "block", where)
    _nothing_else(table, {"title", "block"}, where)
    title = _typed(table, "title", str, where)
    found = tuple(_block(one, known, f"{where}, block {n}") for n, one in enumerate(blocks, start=1))
    session = Session(title, found)
    _check_times(session, where)
    return session


def _block(table: Mapping[str, Any], known: Mapping[int, Any], where: str) -> Block:
    types = {field.name: field.type for field in fields(Block)}
    _nothing_else(table, set(types), where)
    for name in ("minutes", "kind", "what", *table):
        _typed(table, name, types[name], where)
    block = Block(**table)
    if block.kind not in KINDS:
        raise CourseError(f"{where}: kind is {block.kind!r}; there are {', '.join(KINDS)}")
    if block.minutes < 1:
        raise CourseError(f"{where}: {block.minutes} minutes")
    if (block.kind == "break") == ("section" in table):
        raise CourseError(f"{where}: a section belongs to every block but a break")
    if block.section and block.section not in known:
        raise CourseError(f"{where}: section {block.section} is none of the core's {', '.join(map(str, known))}")
    for name in ("what", "say", "sticks"):
        _readable(getattr(block, name), f"{where}, {name}")
    return block


def _check_times(session: Session, where: str) -> None:
    total = sum(block.minutes for block in session.blocks)
    if total != MINUTES:
        raise CourseError(f"{where}: its blocks take {total} minutes, expected {MINUTES}")
    breaks = [place for place, block in enumerate(session.blocks) if block.kind == "break"]
    if len(breaks) != 1:
        raise CourseError(f"{where}: {len(breaks)} breaks, expected one")
    length = session.blocks[breaks[0]].minutes
    before = sum(block.minutes for block in session.blocks[: breaks[0]])
    if length not in BREAK_MINUTES or before not in BREAK_AFTER:
        raise CourseError(
            f"{where}: a break of {length} minutes after {before}; expected {BREAK_MINUTES[0]} to {BREAK_MINUTES[-1]} "
            f"after {BREAK_AFTER[0]} to {BREAK_AFTER[-1]}"
        )
    active = sum(block.minutes for block in session.blocks if block.kind in ACTIVE)
    if 2 * active < total - length:
        raise CourseError(
            f"{where}: {active} of {total - length} minutes are {' or '.join(ACTIVE)}, expected half at least"
        )


def _list_of(table: Mapping[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    entries = table.get(key)
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise CourseError(f"{where}: expected a list of {key}s")
    return entries


def _typed(table: Mapping[str, Any], name: str, wanted: Any, where: str) -> Any:
    if name not in table:
        raise CourseError(f"{where}: {name} is missing")
    if type(table[name]) is not wanted:
        raise CourseError(f"{where}: {name} has to be of type {wanted.__name__}, not {type(table[name]).__name__}")
    return table[name]


def _nothing_else(table: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := [name for name in table if name not in known]:
        raise CourseError(f"{where}: {', '.join(unknown)} is unknown; there are {', '.join(sorted(known))}")


def _readable(text: str, where: str) -> None:
    try:
        markup.html(text)
    except CourseError as error:
        raise CourseError(f"{where}: {error}") from error
