"""What is known of a submission's exercises, from pass to pass: which checks passed, and which of these count."""

from collections.abc import Iterable

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from course import notebooks
from course.grading.execute.controls import control
from course.grading.execute.definitions import definitions, unusual_names
from course.grading.execute.passes import Pass, Ran, State
from course.grading.execute.words import for_students, is_syntax_error, killed, said
from course.grading.model import Execution, Exercise, Job, Outcome
from course.syllabus import exercise_of


class Graded:
    """The exercises of one submission; `unconfirmed` are those that have passed once."""

    def __init__(self, job: Job, notebook: NotebookNode) -> None:
        """Begin with nothing known.

        Args:
            job: what to grade.
            notebook: the job's; the first pass puts outputs into it.
        """
        self.job, self.notebook = job, notebook
        self.outcomes: dict[str, tuple[Outcome, str]] = dict.fromkeys(
            job.points, (Outcome.MISSING, "The function is still to be written.")
        )
        """What became of each, with the message."""
        self.cells = {notebooks.grade_id(cell): cell for cell in notebook.cells if cell.cell_type == "code"}
        self.unconfirmed: list[str] = []
        self.remarks: list[str] = []
        self.needs_human = False

    def exercise_of(self, cell: NotebookNode) -> tuple[str, bool]:
        """Return the check that a cell is, or the exercise, or nothing, and whether the cell is a check."""
        name = notebooks.grade_id(cell) or ""
        if notebooks.is_check(cell) and name.removeprefix("check_") in self.job.points:
            return name.removeprefix("check_"), True
        return (name, False) if name in self.job.points else ("", False)

    def _where(self, cell: NotebookNode) -> str:
        return self.exercise_of(cell)[0] or f"the cell “{notebooks.first_line(cell)}”"

    async def first_pass(self, run: Pass) -> None:
        """Run the notebook from the top."""
        answers: dict[str, Ran] = {}
        dead = ""
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code":
                continue
            name, is_check = self.exercise_of(cell)
            if dead:
                self._leave_out(cell, dead)
                continue
            ran = await (run.check(cell, index) if is_check else run.run(cell, index))
            if is_check and exercise_of(name) not in self.job.missing:
                self.outcomes[name] = self._judge(name, answers.get(exercise_of(name)), ran)
            elif name:
                answers[name] = ran
            if ran.end.kernel:
                dead = self._where(cell)
                self._tell_of_the_end(cell, ran)
            elif ran.end.limit and not is_check:
                self.remarks.append(f"{self._where(cell)}: {ran.end.limit}")
        self.unconfirmed = self._with(Outcome.PASSED)
        self._remark_on_limits()
        if dead and (missed := self._with(Outcome.NOT_RUN)):
            self.remarks.append(f"not run, because {dead} had stopped the kernel: {', '.join(missed)}")

    def _leave_out(self, cell: NotebookNode, dead: str) -> None:
        """Note that a cell was not run, because another one had stopped the kernel."""
        cell.outputs, cell.execution_count = [], None
        name, is_check = self.exercise_of(cell)
        if is_check and self.outcomes[name][0] is Outcome.MISSING:
            self.outcomes[name] = Outcome.NOT_RUN, f"Not run: {dead} had stopped the kernel."

    def _tell_of_the_end(self, cell: NotebookNode, ran: Ran) -> None:
        """Note, in the cell's outputs too, that the kernel ended in it."""
        why = ran.end.kernel
        cell.outputs.append(new_output("error", ename="KernelDied", evalue=why, traceback=[f"KernelDied: {why}"]))
        if name := self.exercise_of(cell)[0]:
            self.outcomes[name] = Outcome.LIMIT if ran.end.state is State.ENDED else Outcome.KILLED, killed(ran)
        self.remarks.append(f"{self._where(cell)}: {why}")

    def _with(self, wanted: Outcome) -> list[str]:
        return [name for name, (outcome, _) in self.outcomes.items() if outcome is wanted]

    def _remark_on_limits(self) -> None:
        said_of_limits = [f"{name}: {self.outcomes[name][1]}" for name in self._with(Outcome.LIMIT)]
        self.remarks += [remark for remark in said_of_limits if remark not in self.remarks]

    def _judge(self, name: str, answer: Ran | None, check: Ran) -> tuple[Outcome, str]:
        """Return what became of an exercise whose check has run; `answer` is what came of the student's cell."""
        exercise = self.cells.get(exercise_of(name))
        source = exercise.source if exercise else ""
        if check.end.state is State.DONE:
            return Outcome.PASSED, ""
        if not source.strip():
            return Outcome.MISSING, "There is nothing in the exercise's cell."
        if check.error == "NotImplementedError" and "raise NotImplementedError" in source:
            return Outcome.MISSING, "The function is still to be written."
        if answer and not answer.end.completed:
            if answer.end.limit:
                return Outcome.LIMIT, answer.end.limit
            if check.error == "NameError" or is_syntax_error(answer):
                return Outcome.ERROR, f"The exercise's cell cannot be run. {said(answer, answer)}"
        if check.end.limit:
            return Outcome.LIMIT, check.end.limit
        return Outcome.FAILED, said(check, answer)

    def look_for_unusual_names(self) -> None:
        """Send what a human should read to a human: code that could work on its own check."""
        for cell in self._students_cells() if self.unconfirmed else ():
            if found := unusual_names(cell.source):
                self.needs_human = True
                self.remarks.append(
                    f"{self._where(cell)} uses {', '.join(found)}, which no solution needs: read it before the points count"
                )

    def _students_cells(self) -> Iterable[NotebookNode]:
        for cell in self.notebook.cells:
            if cell.cell_type == "code" and not notebooks.is_check(cell) and "imports" not in notebooks.tags(cell):
                yield cell

    async def second_pass(self, run: Pass) -> None:
        """Check what has passed once more, with definitions only, and the checks themselves by wrong answers.

        It ends early after an exercise that gets no points after all, because its kernel is not to be trusted with the
        others; `unconfirmed` tells what is left.
        """
        imports = next((cell.source for cell in self.notebook.cells if "imports" in notebooks.tags(cell)), "")
        await run.run(new_code_cell(imports))
        for cell in self.notebook.cells:
            if cell.cell_type != "code" or "imports" in notebooks.tags(cell):
                continue
            name, is_check = self.exercise_of(cell)
            if not notebooks.is_check(cell):
                await _define(run, cell.source)
            elif is_check and name in self.unconfirmed:
                await run.run(new_code_cell(imports))  # nothing of a student's stands in for what the lab imports
                verdict = await self._check_again(run, name, cell.source)
                self.unconfirmed.remove(name)
                if verdict:
                    self.outcomes[name] = verdict
                    self.needs_human = True
                    self.remarks.append(f"{name}: {verdict[1].splitlines()[0].rstrip(':')}")
                    return

    async def _check_again(self, run: Pass, name: str, check: str) -> tuple[Outcome, str] | None:
        """Return why a passed exercise gets no points after all; None where it does."""
        ran = await run.check(new_code_cell(check))
        if ran.end.limit:
            return Outcome.LIMIT, ran.end.limit
        if not ran.end.completed:
            return Outcome.FAILED, (
                "The check passes only together with the rest of the notebook. With the imports and the definitions (functions, "
                f"classes, constants) alone it does not:\n{ran.end.kernel or said(ran, None)}"
            )
        wrong = await _check_wrong_answer(run, name, check)
        if wrong.end.completed:
            return (
                Outcome.TAMPERED,
                "The check passes, but then it accepts a wrong answer, too: something has changed the check.",
            )
        if hindered := wrong.end.kernel or wrong.end.limit:  # the wrong answer's doing, so the points stay
            self.needs_human = True
            self.remarks.append(f"{name}: passed; its check could not be tried on a wrong answer: {hindered}")
        return None

    def execution(self, notebook: str, seconds: float) -> Execution:
        """Return what the worker gives back.

        Args:
            notebook: the executed notebook as JSON text.
            seconds: of both passes.
        """
        exercises = tuple(
            Exercise(
                name=name,
                max_points=points,
                points=points if self.outcomes[name][0] is Outcome.PASSED else 0.0,
                outcome=self.outcomes[name][0],
                message=for_students(self.outcomes[name][1], self.notebook),
            )
            for name, points in self.job.points.items()
        )
        return Execution(notebook, exercises, tuple(dict.fromkeys(self.remarks)), self.needs_human, round(seconds, 1))


async def _define(run: Pass, source: str) -> None:
    """Run what a cell defines: all at once or, where that fails, each statement by itself."""
    statements = definitions(source)
    if statements and not (await run.run(new_code_cell("\n".join(statements)))).end.completed:
        for statement in statements:
            await run.run(new_code_cell(statement))


async def _check_wrong_answer(run: Pass, name: str, check: str) -> Ran:
    """Let a check judge the student's answer, spoiled; then put the answer back."""
    function = exercise_of(name)
    await run.ask(f"_course_answer = {function}")
    await run.ask(control(name))
    wrong = await run.check(new_code_cell(check))
    await run.ask(f"{function} = _course_answer")
    return wrong
