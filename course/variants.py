"""Variants of a hand-out: the core alone, exercises that are solved already, an exam with numbers of its own.

A hand-out's version says which variant it is, in its local part: `0.4.0+core`, `0.4.0+fill.conv2d`, `0.4.0+core.exam.a1b2c3d4`.
The notebook carries it, so that grading knows what was handed out.
"""

from collections import Counter
from collections.abc import Sequence
import copy
from dataclasses import dataclass, replace
import hashlib
import re

from nbformat import NotebookNode

from course import frame, notebooks, roles, version
from course.students import without_hidden
from course.syllabus import CourseError, Lab, exercise_of

SHORTEST_SECRET, SAFE_SECRET = 8, 16
"""Characters: fewer are refused, and fewer could be guessed from the fingerprint."""
METADATA = "cnn_labs"
"""Where a notebook's metadata hold its version."""
FILLED = "filled"
"""Tag of the cell of an exercise that the hand-out solves."""


@dataclass(frozen=True)
class Variant:
    """What a hand-out is made of; without arguments the whole lab, nothing solved, the published numbers."""

    core: bool = False
    """Without further sections."""
    filled: tuple[str, ...] = ()
    """Exercises that are solved, in the lab's order."""
    exam: str = ""
    """Fingerprint of the secret that hidden checks draw their numbers with; empty where these are the published ones."""

    @classmethod
    def of(cls, lab: Lab, text: str) -> "Variant":
        """Return the variant that a hand-out's version states; the plain one where it states none that there is."""
        words = re.split(r"[._-]", text.partition("+")[2].lower())
        core, words = words[0] == "core", words[1:] if words[0] == "core" else words
        exam = words[-1] if words[-2:-1] == ["exam"] and re.fullmatch("[0-9a-f]{8}", words[-1]) else ""
        words = words[:-2] if exam else words
        filled = _named(words[1:], list(lab.points)) if words[:1] == ["fill"] else ()
        understood = not words or words == [""] or filled
        return cls(core, filled, exam) if understood else cls()

    def version(self) -> str:
        """Return the version of the hand-out: the course's, and the variant as its local part."""
        words = ["core"] if self.core else []
        words += ["fill", *(name.lower().replace("_", ".") for name in self.filled)] if self.filled else []
        words += ["exam", self.exam] if self.exam else []
        return "+".join(filter(None, (version(), ".".join(words))))

    def __str__(self) -> str:
        """Return the variant in words, for messages."""
        words = ["the core"] if self.core else ["the whole lab"]
        words += [f"with {', '.join(self.filled)} solved"] if self.filled else []
        words += [f"for the exam {self.exam}"] if self.exam else []
        return " ".join(words)


def _named(words: list[str], names: list[str]) -> tuple[str, ...]:
    """Return the exercises whose names these words make up, put together in the lab's order; none where they do not."""
    if not words or not names:
        return ()
    first = names[0].lower().split("_")
    if words[: len(first)] == first:
        rest = _named(words[len(first) :], names[1:])
        if rest or len(first) == len(words):
            return (names[0], *rest)
    return _named(words, names[1:])


def fingerprint(secret: str) -> str:
    """Return eight hexadecimal digits that tell a secret from others and do not give it away.

    They begin with a letter, so that no tool takes them for a number. Each try at guessing the secret costs 32 MiB of memory.

    Raises:
        CourseError: if the secret is so short that it could be found by trying.
    """
    if len(secret) < SHORTEST_SECRET:
        raise CourseError(
            f"--exam: a secret of {len(secret)} characters can be guessed; {SHORTEST_SECRET} are needed, {SAFE_SECRET} and more "
            "are safe. This makes one: python -c 'import secrets; print(secrets.token_hex(8))'"
        )
    digest = hashlib.scrypt(secret.encode(), salt=b"cnn-labs exam", n=2**15, r=8, p=1, maxmem=2**26)
    return "abcdef"[digest[0] % 6] + digest.hex()[2:9]


def lab_of(lab: Lab, variant: Variant) -> Lab:
    """Return the lab with the exercises, points and minutes of a variant; `solution_of` returns its cells.

    Raises:
        CourseError: if an exercise to be filled is not in it.
    """
    if unknown := [name for name in variant.filled if name not in lab.points]:
        raise CourseError(f"{lab.name} has no exercise {', '.join(unknown)}; it has {', '.join(lab.points)}")
    further = _exercises(_further(notebooks.read(lab.solution), lab)) if variant.core else set()
    if gone := [name for name in variant.filled if name in further]:
        raise CourseError(f"{lab.name}: {', '.join(gone)} belongs to a further section, which --core leaves out")
    left = lambda table, out: {name: points for name, points in table.items() if name not in out}  # noqa: E731
    return replace(
        lab,
        points=left(lab.points, further | set(variant.filled)),
        bad_input=left(lab.bad_input, further | set(variant.filled)),
        written=left(lab.written, further),
        further_minutes=0 if variant.core else lab.further_minutes,
        core_only=variant.core,
        filled=variant.filled,
    )


def solution_of(lab: Lab) -> NotebookNode:
    """Return the lab's solution notebook; of a variant, with its cells only.

    Raises:
        CourseError: if there is none, or it is not valid.
    """
    notebook = notebooks.read(lab.solution)
    if not lab.core_only and not lab.filled:
        return notebook
    out = _further(notebook, lab) if lab.core_only else []
    gone, left_out = _exercises(out), {id(cell) for cell in out}
    result = copy.copy(notebook)
    result.cells = [
        _cell_of(cell, lab)
        for cell in notebook.cells
        if id(cell) not in left_out and not gone.intersection(roles.role_of(cell).get("uses", "").split(", "))
    ]
    return result


def _further(notebook: NotebookNode, lab: Lab) -> list[NotebookNode]:
    """Return the cells of the further sections, and of the heading above them."""
    begins = {text: number for number, text in frame.headings(notebook, 2) if text in (frame.FURTHER, frame.READ)}
    if frame.FURTHER not in begins:
        return []
    for text, number in begins.items():
        if not notebook.cells[number].source.startswith(f"## {text}"):
            raise CourseError(
                f"{lab.name}: `## {text}` has to begin a cell, so that the core can be told from what follows"
            )
    return notebook.cells[begins[frame.FURTHER] : begins.get(frame.READ)]


def _exercises(cells: list[NotebookNode]) -> set[str]:
    """Return the exercises and written answers that have a cell among these."""
    return {notebooks.grade_id(cell) for cell in cells if notebooks.is_solution(cell)}


def _cell_of(cell: NotebookNode, lab: Lab) -> NotebookNode:
    """Return a cell as a variant has it: an exercise that is filled becomes a plain cell, with its solution."""
    result, name = copy.deepcopy(cell), notebooks.grade_id(cell) or ""
    if cell.cell_type == "markdown":
        result.source = roles.with_facts(NotebookNode(cell, source=roles.without_facts(cell)), lab)
    elif name in lab.filled:
        marks = (notebooks.BEGIN_SOLUTION, notebooks.END_SOLUTION)
        result.source = "\n".join(line for line in cell.source.split("\n") if not any(mark in line for mark in marks))
        result.metadata = NotebookNode(tags=[*notebooks.tags(cell), FILLED])
    elif exercise_of(name.removeprefix("check_")) in lab.filled:
        result.source = without_hidden(cell.source)
        result.metadata = NotebookNode()
    return result


def chosen(stated: Sequence[str], lab: Lab, secret: str = "") -> tuple[Variant, list[str]]:
    """Return the variant that a class was handed, and a remark on each submission; an empty one where there is nothing to say.

    It is the one that nearly all submissions state. Who states another one, or none, is graded like the class.

    Args:
        stated: the version that each submission's notebook states; empty where it states none.
        lab: the whole lab.
        secret: what hidden checks draw their numbers with; empty for the published ones.

    Raises:
        CourseError: if several variants are common, the variant is an exam's and there is no secret, or the secret is not the
            one of the hand-out.
    """
    counts = Counter(Variant.of(lab, text) for text in stated if text).most_common()
    if len(counts) > 1 and (counts[1][1] == counts[0][1] or counts[1][1] > max(1, len(stated) // 10)):
        listed = "; ".join(f"{variant}: {count}" for variant, count in counts)
        raise CourseError(
            f"{lab.name}: the submissions come from several hand-outs ({listed}), which have exercises and points of their own. "
            "Grade each group by itself: --students NAME..., and a folder of its own, --to"
        )
    exam = fingerprint(secret) if secret else ""
    variant = counts[0][0] if counts else Variant(exam=exam)
    if variant.exam != exam:
        raise CourseError(f"{lab.name} {_misfit(variant, exam)}")
    return variant, [remark(text, lab, variant) for text in stated]


def _misfit(variant: Variant, exam: str) -> str:
    """Return why a hand-out and an exam's secret do not belong together, and what to do."""
    if not variant.exam:
        return "was not handed out as an exam: grade it without --exam, or find out which hand-out the class got"
    if not exam:
        return f"was handed out as an exam ({variant.exam}): name the secret that it was released with, --exam SECRET"
    return (
        f"was handed out for the exam {variant.exam}, and this secret's fingerprint is {exam}: name the secret that it was "
        "released with, --exam SECRET"
    )


def remark(text: str, lab: Lab, of_class: Variant) -> str:
    """Return what is to be said of a submission that states another hand-out than its class had; nothing otherwise.

    Args:
        text: the version that the notebook states; empty where it states none.
        lab: the whole lab.
        of_class: what the class was handed.
    """
    variant = Variant.of(lab, text)
    if variant == of_class:
        return ""
    says = f"comes from another hand-out ({variant})" if text else "does not say which hand-out it comes from"
    return f"the notebook {says}; it is graded like the class ({of_class})"
