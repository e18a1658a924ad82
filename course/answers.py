"""Right and wrong answers against the checks: every right one has to pass, every wrong one has to fail.

An answer file is `tests/answers/LAB/FUNCTION.py`, written in cells; CONTRIBUTING.md describes it. What every exercise
has to reject and to accept is made from the reference solution by `course.spoilers`.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
import contextlib
from dataclasses import dataclass
from functools import cache
import io
import linecache
from pathlib import Path
import re
import sys
import time
import traceback
from typing import Any

from nbformat import NotebookNode

from course import notebooks, text
from course.spoilers import MUTANTS, STYLES, Spoiler
from course.students import stub_of, without_hidden
from course.syllabus import CourseError, Lab, bad_input_check

_HEADER = re.compile(r"^# %% (right|wrong|not wrong|not right): (.+)$")


@dataclass(frozen=True)
class Attempt:
    """One way to solve an exercise, or to fail."""

    right: bool
    title: str
    source: str
    says: str = ""
    """Pattern that the failing check's message has to contain."""
    automatic: bool = False
    spoiler: Spoiler | None = None
    """What stands in for the function that `source` defines."""
    thorough: bool = False
    """Whether `make thorough` alone tries it: one of many that train a network."""


@dataclass(frozen=True)
class Clause:
    """A row of an answer file's table: what the docstring says, which check tests it, and which answers show that."""

    text: str
    tested_by: str
    answers: tuple[str, ...]
    """Titles: of wrong answers that break the clause, or of right ones that use what it allows."""


@dataclass(frozen=True)
class Verdict:
    """What the checks said to an attempt."""

    attempt: Attempt
    passed: bool
    visible_message: str | None
    """What the visible part said; None if it passed."""
    message: str
    """What the whole check said."""
    has_idea: bool
    """Whether it passed, but for the check of bad input."""
    seconds: float
    problem: str
    """Why the verdict is not what it should be; empty if it is."""


@dataclass(frozen=True)
class _Ran:
    """What came of an attempt and a check."""

    applies: bool
    """Whether the spoiler found anything to change."""
    message: str | None = None
    """Of what was raised; None if nothing."""
    kind: type | None = None
    check: int = 0
    """Number of the check that raised it."""


def clauses(path: Path) -> list[Clause]:
    """Return the rows of the table that an answer file begins with.

    Raises:
        CourseError: if there is no such file, or a row has not three columns.
    """
    lines = _lines(path)
    table = [
        line[1:].strip() for line in lines[: next((i for i, line in enumerate(lines) if line.startswith("# %%")), None)]
    ]
    found = []
    for row in [line for line in table if line.startswith("|")][2:]:
        columns = [column.strip() for column in row.strip("|").split(" | ")]
        if len(columns) != 3 or not all(columns):
            raise CourseError(f"{path}: expected `| clause | tested by | answers |`, got {row!r}")
        found.append(Clause(columns[0], columns[1], tuple(title.strip() for title in columns[2].split(";"))))
    return found


def parse(path: Path) -> tuple[list[Attempt], set[str]]:
    """Return the attempts of a file, and the titles of automatic ones that it excludes.

    Raises:
        CourseError: if there is no such file, or a cell has no proper header.
    """
    attempts, excluded = [], set()
    for kind, title, lines in _cells(path):
        if kind.startswith("not "):
            excluded.add(title)
            continue
        says = next((line.removeprefix("# says:").strip() for line in lines if line.startswith("# says:")), "")
        source, thorough = "\n".join(lines).strip() + "\n", "# thorough" in lines
        attempts.append(Attempt(kind == "right", title, source, says, thorough=thorough))
    return attempts, excluded


def _cells(path: Path) -> list[tuple[str, str, list[str]]]:
    """Return kind, title and lines of each cell of an answer file."""
    cells = []
    for number, line in enumerate(_lines(path), start=1):
        if line.startswith("# %%"):
            header = _HEADER.match(line)
            if not header:
                raise CourseError(
                    f"{path}, line {number}: expected `# %% right: TITLE` or `# %% wrong: TITLE`, got {line!r}"
                )
            cells.append((header[1], header[2].strip(), []))
        elif cells:
            cells[-1][2].append(line)
    return cells


def _lines(path: Path) -> list[str]:
    if not path.exists():
        raise CourseError(f"there are no answers {path}: CONTRIBUTING.md says what belongs there")
    return path.read_text("utf-8").splitlines()


class Exercises:
    """A lab's exercises, each with its checks, and the lab's imports as the only other names."""

    def __init__(self, lab: Lab) -> None:
        """Read the lab; its imports run at the first attempt."""
        self.lab = lab
        self.notebook = text.notebook_of(lab)
        self.cells: dict[str, NotebookNode] = {
            notebooks.grade_id(cell): cell for cell in self.notebook.cells if notebooks.grade_id(cell)
        }
        self._imports: dict | None = None
        self._without_floats: set[str] = set()
        """Exercises whose results hold no floats, so that no style of STYLES applies."""

    def attempts(self, name: str) -> list[Attempt]:
        """Return the written and the automatic attempts at an exercise, the reference solution first."""
        written, excluded = parse(self.lab.answers / f"{name}.py")
        unknown = excluded - MUTANTS.keys() - STYLES.keys() - {"stub"}
        if unknown:
            raise CourseError(
                f"{self.lab.answers / name}.py excludes {', '.join(unknown)}, which is not made automatically"
            )
        reference = self.cells[name].source
        made = [Attempt(False, "stub", stub_of(reference), automatic=True)]
        for spoilers, right in ((STYLES, True), (MUTANTS, False)):
            made += [
                Attempt(right, title, reference, automatic=True, spoiler=spoiler) for title, spoiler in spoilers.items()
            ]
        return [
            Attempt(True, "the reference solution", reference, automatic=True),
            *written,
            *(attempt for attempt in made if attempt.title not in excluded),
        ]

    def checks(self, name: str) -> list[str]:
        """Return the sources of an exercise's checks: its own, and the one of bad input if it has one."""
        wanted = (f"check_{name}", f"check_{bad_input_check(name)}")
        return [self.cells[grade_id].source for grade_id in wanted if grade_id in self.cells]

    def draws(self, name: str) -> bool:
        """Tell whether one of an exercise's checks draws its numbers, by `utils.checks.rng`."""
        return any(draws(check) for check in self.checks(name))

    def uses_keras(self, name: str) -> bool:
        """Tell whether an exercise or its checks call Keras or TensorFlow, which takes tens of times as long as NumPy."""
        called = [name for source in (self.cells[name].source, *self.checks(name)) for name in _called_names(source)]
        return any(re.match(r"(keras|layers|ops|tf|tensorflow)\.|backbone$", name) for name in called)

    def judge(self, name: str, attempt: Attempt, checks: list[str] | None = None) -> Verdict | None:
        """Run an attempt against the exercise's checks, or those named; None where an automatic one does not apply."""
        sources = [self.cells[f"check_{check}"].source for check in checks] if checks else self.checks(name)
        in_a_style = attempt.automatic and attempt.title in STYLES
        if in_a_style and name in self._without_floats:
            return None
        start = time.perf_counter()
        visible, whole = self._visible_and_whole(name, attempt, sources)
        seconds = time.perf_counter() - start
        if attempt.automatic and not whole.applies:
            if in_a_style:
                self._without_floats.add(name)
            return None
        problem = _misjudged(attempt, whole) or _unhelpful(attempt, visible, whole)
        has_idea = whole.message is None or whole.check > 0
        return Verdict(attempt, whole.message is None, visible.message, whole.message or "", has_idea, seconds, problem)

    def _visible_and_whole(self, name: str, attempt: Attempt, sources: list[str]) -> tuple[_Ran, _Ran]:
        """Return what comes of an attempt in the visible parts of checks, and in the whole ones; run once where once says both.

        The hidden part of a check stands at its end: what the visible part of the first refuses, the whole refuses with the
        same words, and what the whole accepts, the visible part does.
        """
        if attempt.right:
            whole = self._run(name, attempt, sources)
            if whole.message is None:
                return whole, whole
        visible = self._run(name, attempt, [without_hidden(source) for source in sources])
        if visible.message is not None and visible.check == 0:
            return visible, visible
        if not visible.applies and self.uses_keras(name):
            return visible, visible  # the hidden part would take seconds, and asks for the same kinds
        return visible, self._run(name, attempt, sources)

    def judge_with(self, secret: str, name: str, attempt: Attempt) -> str:
        """Return how an attempt is misjudged where the exercise's checks draw a secret's numbers; nothing where it is not.

        What a function may not call does not depend on numbers and takes long to watch, so that is done only where a wrong
        answer passes otherwise. Messages are made for the course's own numbers and play no part.
        """
        with _numbers_of(secret):
            ran = self._run(name, attempt, self.checks(name), expect_by_hand=_called)
            if ran.message is None and not attempt.right:
                ran = self._run(name, attempt, self.checks(name))
        return "" if attempt.automatic and not ran.applies else _misjudged(attempt, ran)

    def problems(self, name: str, attempts: list[Attempt], verdicts: list[Verdict]) -> list[str]:
        """Return what is wrong with an exercise's answers and with the verdicts on them, a line each."""
        found = [f"{verdict.attempt.title!r} {verdict.problem}" for verdict in verdicts if verdict.problem]
        found += count_problems(attempts) + clause_problems(clauses(self.lab.answers / f"{name}.py"), attempts)
        return found + (_split_problems(verdicts) if name in self.lab.bad_input else [])

    def _run(self, name: str, attempt: Attempt, checks: list[str], **names: Any) -> _Ran:
        """Run an attempt and checks where there are the lab's imports, and these names in place of some of them."""
        namespace, stand_in, number = self._imported() | names, None, 0
        if "keras" in sys.modules:
            # Networks that checks build begin alike in every run, as they do where work is graded.
            sys.modules["keras"].utils.set_random_seed(0)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                _execute(attempt.source, "<answer>", namespace)
                if attempt.spoiler:
                    namespace[name] = stand_in = attempt.spoiler(namespace[name])
                for number, check in enumerate(checks):
                    _execute(check, f"<check {number}>", namespace)
            except Exception as error:  # an answer may raise anything
                return _Ran(_applies(stand_in), f"{type(error).__name__}: {error}", type(error), number)
        return _Ran(_applies(stand_in))

    def _imported(self) -> dict:
        if self._imports is None:
            folder = str(self.lab.root)
            if folder not in sys.path:
                sys.path.insert(0, folder)
            namespace: dict = {"__name__": "__main__"}
            try:
                exec(notebooks.imports_cell(self.notebook, self.lab.solution).source, namespace)  # noqa: S102
            except Exception as error:
                raise CourseError(f"{self.lab.name}: its imports fail: {traceback.format_exc(limit=-1)}") from error
            self._imports = namespace
        return self._imports


def _execute(source: str, name: str, namespace: dict) -> None:
    """Run source that can be read back, as a notebook's can: checks quote the call that raised an error."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), namespace)  # noqa: S102


def _applies(stand_in: Callable | None) -> bool:
    return stand_in is None or bool(stand_in.changed)


def _misjudged(attempt: Attempt, whole: _Ran) -> str:
    """Return that a right answer fails or a wrong one passes; nothing where neither is so."""
    if attempt.right:
        return "" if whole.message is None else f"is right but fails: {whole.message}"
    return "is wrong but passes" if whole.message is None else ""


def _unhelpful(attempt: Attempt, visible: _Ran, whole: _Ran) -> str:
    """Return what is wrong with the message that a wrong answer gets; nothing where it helps."""
    if attempt.right:
        return ""
    if visible.kind is AssertionError and not all(word in visible.message.lower() for word in ("expected", "got")):
        return f"fails with a message that does not name expected and got: {visible.message}"
    said = f"{visible.message or ''}\n{whole.message}"
    if attempt.says and not re.search(attempt.says, said, re.IGNORECASE):
        return f"fails with a message that does not say {attempt.says!r}: {whole.message}"
    if whole.kind is AssertionError and len(whole.message) <= len("AssertionError: "):
        return "fails without a message"
    return ""


def _called(call: str, function: Callable, arguments: Sequence[Any], *library: str) -> Any:
    """Stand in for `expect_by_hand`: return what a function returns, whatever it calls."""
    return function(*arguments)


@cache
def _called_names(source: str) -> tuple[str, ...]:
    """Return what source calls, as it is written there: "rng", "keras.ops.conv"."""
    return tuple(ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def draws(check: str) -> bool:
    """Tell whether the source of a check calls `rng`."""
    return any(name.rpartition(".")[2] == "rng" for name in _called_names(check))


@contextlib.contextmanager
def _numbers_of(secret: str) -> Iterator[None]:
    """Let checks draw a secret's numbers for the time of a block, and the course's own behind it."""
    from utils.checks import set_secret

    set_secret(secret)
    try:
        yield
    finally:
        set_secret("")


def clause_problems(table: list[Clause], attempts: list[Attempt]) -> list[str]:
    """Return what is missing in the table of clauses, or names answers that there are not."""
    if not table:
        return ["has no table of clauses at the beginning of its answers: CONTRIBUTING.md shows one"]
    titles = {attempt.title for attempt in attempts}
    named = {title for clause in table for title in clause.answers}
    found = [
        f"clause {clause.text!r} names the answer {title!r}, which is not there"
        for clause in table
        for title in clause.answers
        if title not in titles
    ]
    return found + [
        f"wrong answer {attempt.title!r} breaks no clause of the table"
        for attempt in attempts
        if not (attempt.right or attempt.automatic or attempt.title in named)
    ]


def _split_problems(verdicts: list[Verdict]) -> list[str]:
    """Return what is wrong with the check of bad input of an exercise that has one."""
    if any(not v.attempt.right and not v.passed and v.has_idea for v in verdicts):
        return []
    return ["has no wrong answer that the check of bad input alone refuses"]


def count_problems(attempts: list[Attempt]) -> list[str]:
    """Return what is missing in a set of attempts: two right styles, five plausible mistakes."""
    written = [attempt for attempt in attempts if not attempt.automatic]
    right, wrong = (sum(attempt.right is side for attempt in written) for side in (True, False))
    found = []
    if right < 2:
        found.append(f"has {right} right answers, two styles at least")
    if wrong < 5:
        found.append(f"has {wrong} wrong answers, five at least")
    if len({attempt.title for attempt in attempts}) < len(attempts):
        found.append("has two answers with the same title")
    return found
