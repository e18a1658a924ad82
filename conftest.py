"""What `make test` does with notebooks and answers: solutions are nbval's, student labs are run with nothing solved, and each
exercise's answers are tried on its checks.

Each of these files is a file of tests, so that `pytest --dist=loadfile` runs a notebook in one process, in order, and shares out
notebooks and exercises.
"""

from collections.abc import Iterator
from functools import cache, cached_property
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from course.answers import Attempt, Verdict

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.pop("CNN_LABS_PROGRESS", None)  # in a terminal of JupyterLab's: tests leave a student's progress alone
STUDENT_LABS = Path(__file__).parent / "notebooks"
ANSWERS = Path(__file__).parent / "tests" / "answers"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let no cell of a solution raise.

    A cell tagged `raises-exception` may raise in a student's lab, before the exercise is solved. In the solution it has
    to run, and nbval would pass it either way.
    """
    for item in items:
        if hasattr(item, "cell") and hasattr(item, "options"):
            item.options["check_exception"] = False


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector):
    """Collect a student lab as one test, in place of nbval's test for each cell; and an exercise's answers as one test."""
    collectors = yield
    if file_path.suffix == ".py" and file_path.is_relative_to(ANSWERS):
        return [Answers.from_parent(parent, path=file_path)]
    if file_path.suffix == ".ipynb" and file_path.is_relative_to(STUDENT_LABS):
        return [StudentLab.from_parent(parent, path=file_path)]
    return collectors


class StudentLab(pytest.File):
    """A student lab as students get it."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the one test that runs it."""
        yield RunAll.from_parent(self, name="run all")


class RunAll(pytest.Item):
    """ "Run All" in JupyterLab reaches the end, and every exercise is still to be solved."""

    def runtest(self) -> None:
        """Execute the lab as JupyterLab does; fail where it stops, for any error but an unsolved exercise's, for a check that passes."""
        from course import notebooks
        from course.run import execute

        notebook = notebooks.read(self.path)
        execute(notebook, self.path.parent, f"student's {self.path.stem}", as_a_student=True)
        unexpected, unsolved = [], set()
        for number, cell in enumerate(notebook.cells):
            where = f"cell {number} ({notebooks.first_line(cell)})"
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    unsolved.add(notebooks.grade_id(cell))
                    if output.ename != "NotImplementedError":
                        unexpected.append(f"{where} raises {output.ename}: {output.evalue}")
                if output.output_type == "stream" and output.name == "stderr":
                    unexpected.append(f"{where} writes to stderr: {output.text[:200]}")
            if notebooks.is_check(cell) and notebooks.grade_id(cell) not in unsolved:
                unexpected.append(f"{where} passes although its exercise is not solved")
        assert not unexpected, "\n".join(unexpected)

    def repr_failure(self, excinfo: pytest.ExceptionInfo) -> str:
        """Return what went wrong, without a traceback through this file."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return how the test is named in reports."""
        return self.path, None, f"student lab {self.path.stem}"


class Answers(pytest.File):
    """Right and wrong answers to an exercise, as CONTRIBUTING.md describes them."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the tests that try them: with the course's own numbers, and with those of exams."""
        yield TryAnswers.from_parent(self, name="answers")
        yield TryOtherNumbers.from_parent(self, name="other numbers")
        for every in (
            TryAnswers.from_parent(self, name="answers, every one"),
            TryOtherNumbers.from_parent(self, name="other numbers, each with all"),
        ):
            every.add_marker("thorough")
            yield every

    @cached_property
    def attempts(self) -> list:
        """Return the answers, written and automatic."""
        return _exercises(self.path.parent.name).attempts(self.path.stem)

    def verdicts(self, item: pytest.Item) -> "list[Verdict]":
        """Return what the checks say to the answers, with the course's own numbers: to all, for a test marked `thorough`."""
        every = item.get_closest_marker("thorough") is not None
        return [
            verdict for answer in self.attempts if (every or not answer.thorough) and (verdict := self._judged(answer))
        ]

    def _judged(self, answer: "Attempt") -> "Verdict | None":
        if answer.title not in self._known:
            self._known[answer.title] = _exercises(self.path.parent.name).judge(self.path.stem, answer)
        return self._known[answer.title]

    @cached_property
    def _known(self) -> dict:
        return {}


class TryAnswers(pytest.Item):
    """Every right answer passes the checks of its exercise; every wrong one fails, with a message that helps."""

    def runtest(self) -> None:
        """Try each answer; fail with a line for each that came out otherwise."""
        outcomes = self.parent.verdicts(self)
        problems = _exercises(self.path.parent.name).problems(self.path.stem, self.parent.attempts, outcomes)
        assert not problems, "\n".join(problems)
        refused = [outcome for outcome in outcomes if not outcome.attempt.right and not outcome.passed]
        assert len(refused) >= 5 + len({"stub", "None"}), "an exercise needs five mistakes besides the automatic ones"

    def repr_failure(self, excinfo: pytest.ExceptionInfo) -> str:
        """Return what went wrong, without a traceback through this file."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return how the test is named in reports."""
        return self.path, None, f"{self.name} for {self.path.parent.name}: {self.path.stem}"


class TryOtherNumbers(pytest.Item):
    """Whatever numbers an exam draws, right answers pass and wrong ones fail, and so does who knows the published checks by heart."""

    def runtest(self) -> None:
        """Try the answers with other secrets; fail with a line for each that came out otherwise."""
        from course import trial

        of_lab, name = _exercises(self.path.parent.name), self.path.stem
        if not of_lab.draws(name):
            pytest.skip("no check draws its numbers: an exam has the published ones")
        memory = trial.memory_of(of_lab, name)
        learnt = of_lab.judge(name, memory)
        assert learnt.passed, f"the published checks cannot be known by heart: {learnt.message}"
        verdicts = self.parent.verdicts(self)
        if self.get_closest_marker("thorough"):
            found = trial.misjudged(of_lab, name, verdicts, trial.secrets(trial.SEEDS), memory=memory)
        else:
            found = trial.misjudged_in_tests(of_lab, name, verdicts, memory)
        assert not found, "\n".join(f"{title!r} {outcomes}" for title, outcomes in found.items())

    def repr_failure(self, excinfo: pytest.ExceptionInfo) -> str:
        """Return what went wrong, without a traceback through this file."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return how the test is named in reports."""
        return self.path, None, f"{self.name} for {self.path.parent.name}: {self.path.stem}"


@cache
def _exercises(lab_name: str):
    from course.answers import Exercises
    from course.syllabus import labs

    (lab,) = labs([lab_name])
    return Exercises(lab)
