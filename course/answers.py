"""Right and wrong answers against the checks: every right one has to pass, every wrong one has to fail.

An answer file is `tests/answers/LAB/FUNCTION.py`, written in cells; CONTRIBUTING.md describes it. What every exercise
has to reject (`MUTANTS`) and to accept (`STYLES`) is made here from the reference solution.
"""

import contextlib
from dataclasses import dataclass
import io
from pathlib import Path
import re
import sys
import time
import traceback

from nbformat import NotebookNode

from course import notebooks
from course.syllabus import CourseError, Lab

_HEADER = re.compile(r"^# %% (right|wrong|not wrong|not right): (.+)$")

# What is added to the reference solution `{name}` to make it wrong. `_changed` tells whether that made any difference.
_WRAPPER = """
import numpy as _np

_reference, _changed = {name}, []

def _each(change, value):
    if isinstance(value, tuple | list):
        return type(value)(_each(change, item) for item in value)
    return change(value)

def _is_number(value):
    return isinstance(value, bool | int | float | _np.number)

def _is_array(value):
    return hasattr(value, "shape") and hasattr(value, "dtype") and not hasattr(value, "layers") and len(value.shape) > 0

def _mark(value):
    _changed.append(True)
    return value

def {name}(*args, **kwargs):
{body}
"""
_MUTANTS = {
    "None": "    return _mark(None)",
    "zeros": """    zero = lambda v: _np.zeros(v.shape, _np.asarray(v).dtype) if _is_array(v) else 0 if _is_number(v) else None
    return _mark(_each(zero, _reference(*args, **kwargs)))""",
    "constant": """    same = lambda v: _np.full(v.shape, 3, _np.asarray(v).dtype) if _is_array(v) else 42 if _is_number(v) else 42
    return _mark(_each(same, _reference(*args, **kwargs)))""",
    "wrong shape": """    longer = lambda v: _np.asarray(v)[..., None] if _is_array(v) else _np.array([v, v]) if _is_number(v) else [v]
    return _mark(_each(longer, _reference(*args, **kwargs)))""",
    "swapped axes": """    def swap(v):
        if _is_array(v) and len(v.shape) > 1:
            first = 1 if len(v.shape) > 2 else 0
            return _mark(_np.swapaxes(_np.asarray(v), first, first + 1))
        return v
    return _each(swap, _reference(*args, **kwargs))""",
    "changed input": """    result = _reference(*args, **kwargs)
    result = _each(lambda v: _np.array(v) if _is_array(v) else v, result)
    for argument in args:
        if isinstance(argument, _np.ndarray) and argument.size:
            argument += _np.ones((), argument.dtype)
            _mark(argument)
    return result""",
}
_FLOATS = """    def convert(v):
        return _mark({conversion}) if _is_array(v) and _np.asarray(v).dtype.kind == "f" else v
    return _each(convert, _reference(*args, **kwargs))"""
_STYLES = {
    "in float32": _FLOATS.format(conversion="_np.asarray(v, _np.float32)"),
    "in float64": _FLOATS.format(conversion="_np.asarray(v, _np.float64)"),
    "as a tensor": "    import keras as _keras\n" + _FLOATS.format(conversion="_keras.ops.convert_to_tensor(v)"),
}


@dataclass(frozen=True)
class Answer:
    """One answer to an exercise."""

    right: bool
    title: str
    source: str
    says: str = ""
    """Pattern that the failing check's message has to contain."""
    automatic: bool = False


@dataclass(frozen=True)
class Outcome:
    """What the checks said to an answer."""

    answer: Answer
    passed: bool
    visible_message: str | None
    """What the visible part said; None if it passed."""
    message: str
    """What the whole check said."""
    seconds: float
    problem: str
    """Why the outcome is not what it should be; empty if it is."""


def parse(path: Path) -> tuple[list[Answer], set[str]]:
    """Return the answers of a file, and the titles of automatic ones that it excludes.

    Raises:
        CourseError: if there is no such file, or a cell has no proper header.
    """
    if not path.exists():
        raise CourseError(f"there are no answers {path}: CONTRIBUTING.md says what belongs there")
    answers, excluded, cells = [], set(), []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.startswith("# %%"):
            header = _HEADER.match(line)
            if not header:
                raise CourseError(
                    f"{path}, line {number}: expected `# %% right: TITLE` or `# %% wrong: TITLE`, got {line!r}"
                )
            cells.append((header[1], header[2].strip(), []))
        elif cells:
            cells[-1][2].append(line)
    for kind, title, lines in cells:
        if kind.startswith("not "):
            excluded.add(title)
            continue
        says = next((line.removeprefix("# says:").strip() for line in lines if line.startswith("# says:")), "")
        answers.append(Answer(kind == "right", title, "\n".join(lines).strip() + "\n", says))
    return answers, excluded


class Exercises:
    """A lab's exercises, each with its checks, and the lab's imports as the only other names."""

    def __init__(self, lab: Lab) -> None:
        """Read the lab; its imports run at the first answer."""
        self.lab = lab
        self.notebook = notebooks.read(lab.solution)
        self.cells: dict[str, NotebookNode] = {
            notebooks.grade_id(cell): cell for cell in self.notebook.cells if notebooks.grade_id(cell)
        }
        self._imports: dict | None = None

    def answers(self, name: str) -> list[Answer]:
        """Return the written and the automatic answers to an exercise, the reference solution first."""
        written, excluded = parse(self.lab.answers / f"{name}.py")
        unknown = excluded - _MUTANTS.keys() - _STYLES.keys() - {"stub"}
        if unknown:
            raise CourseError(
                f"{self.lab.answers / name}.py excludes {', '.join(unknown)}, which is not made automatically"
            )
        reference = self.cells[name].source
        result = [Answer(True, "the reference solution", reference, automatic=True), *written]
        stub = _stub(reference)
        if "stub" not in excluded:
            result.append(Answer(False, "stub", stub, automatic=True))
        for table, right in ((_STYLES, True), (_MUTANTS, False)):
            for title, body in table.items():
                if title not in excluded:
                    source = reference + _WRAPPER.format(name=name, body=body)
                    result.append(Answer(right, title, source, automatic=True))
        return result

    def try_answer(self, name: str, answer: Answer) -> Outcome | None:
        """Run an answer against the exercise's checks; None where an automatic answer does not apply."""
        check = self.cells[f"check_{name}"].source
        start = time.perf_counter()
        visible = self._run(answer.source, notebooks.without_hidden(check))
        applies, message, kind = self._run(answer.source, check)
        seconds = time.perf_counter() - start
        if answer.automatic and not applies:
            return None
        passed = message is None
        return Outcome(
            answer, passed, visible[1], message or "", seconds, _problem(answer, passed, visible[1:], message, kind)
        )

    def _run(self, answer: str, check: str) -> tuple[bool, str | None, type | None]:
        """Return whether an automatic change applied, the message of what was raised (None if nothing), and its kind."""
        namespace = dict(self._imported())
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                exec(compile(answer, "<answer>", "exec"), namespace)  # noqa: S102
                exec(compile(check, "<check>", "exec"), namespace)  # noqa: S102
            except Exception as error:  # an answer may raise anything
                return bool(namespace.get("_changed", True)), f"{type(error).__name__}: {error}", type(error)
        return bool(namespace.get("_changed", True)), None, None

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


def _stub(source: str) -> str:
    """Return a solution's source as students get it."""
    lines, inside = [], False
    for line in source.splitlines():
        if notebooks.BEGIN_SOLUTION in line:
            inside = True
            lines.append(line[: len(line) - len(line.lstrip())] + "raise NotImplementedError")
        elif notebooks.END_SOLUTION in line:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines) + "\n"


def _problem(
    answer: Answer, passed: bool, visible: tuple[str | None, type | None], message: str | None, kind: type | None
) -> str:
    if answer.right:
        return "" if passed else f"is right but fails: {message}"
    if passed:
        return "is wrong but passes"
    visible_message, visible_kind = visible
    if visible_kind is AssertionError and not all(word in visible_message.lower() for word in ("expected", "got")):
        return f"fails with a message that does not name expected and got: {visible_message}"
    said = f"{visible_message or ''}\n{message}"
    if answer.says and not re.search(answer.says, said, re.IGNORECASE):
        return f"fails with a message that does not say {answer.says!r}: {message}"
    if kind is AssertionError and len(message) <= len("AssertionError: "):
        return "fails without a message"
    return ""


def count_problems(answers: list[Answer]) -> list[str]:
    """Return what is missing in a set of answers: two right styles, five plausible mistakes."""
    written = [answer for answer in answers if not answer.automatic]
    right, wrong = (sum(answer.right is side for answer in written) for side in (True, False))
    found = []
    if right < 2:
        found.append(f"has {right} right answers, two styles at least")
    if wrong < 5:
        found.append(f"has {wrong} wrong answers, five at least")
    if len({answer.title for answer in answers}) < len(answers):
        found.append("has two answers with the same title")
    return found


def report(selected: list[Lab]) -> int:
    """Try all answers of the labs; print killed and surviving ones per exercise; return the exit status."""
    failed = 0
    for lab in selected:
        exercises = Exercises(lab)
        start = time.perf_counter()
        print(
            f"{lab.name}\n{'':2}{'exercise':28} {'right':>7} {'killed':>7} {'survive':>8} {'by visible':>11} {'seconds':>8}"
        )
        for name in lab.points:
            answers = exercises.answers(name)
            outcomes = [outcome for answer in answers if (outcome := exercises.try_answer(name, answer))]
            wrong = [outcome for outcome in outcomes if not outcome.answer.right]
            right = [outcome for outcome in outcomes if outcome.answer.right]
            killed = [outcome for outcome in wrong if not outcome.passed]
            visible = [outcome for outcome in wrong if outcome.visible_message is not None]
            print(
                f"{'':2}{name:28} {sum(o.passed for o in right):>3}/{len(right):<3} {len(killed):>3}/{len(wrong):<3} "
                f"{len(wrong) - len(killed):>8} {len(visible):>11} {sum(o.seconds for o in outcomes):>8.1f}"
            )
            problems = [f"{o.answer.title!r} {o.problem}" for o in outcomes if o.problem] + count_problems(answers)
            for problem in problems:
                print(f"{'':6}{problem}")
            failed += len(problems)
        print(f"  {time.perf_counter() - start:.1f} s in all\n")
    print("every right answer passes, every wrong one fails" if not failed else f"{failed} problems")
    return 1 if failed else 0
