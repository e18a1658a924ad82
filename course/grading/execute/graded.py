"""What is known of a submission's exercises: which checks passed, and which of these count."""

from collections.abc import Iterable
import secrets

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from course import notebooks
from course.grading.execute.controls import control
from course.grading.execute.kernels import ChecksError, Judged, Kernels, draw_by_secret, imports_of
from course.grading.execute.passes import Pass, Ran, State
from course.grading.execute.statements import kept, unusual_names
from course.grading.execute.words import for_students, is_syntax_error, killed, said
from course.grading.model import Execution, Exercise, Job, Outcome
from course.syllabus import exercise_of

UNTOUCHED = "You have not changed this cell."


class Graded:
    """The exercises of one submission; `unconfirmed` are those that have passed in the student's own process."""

    def __init__(self, job: Job, notebook: NotebookNode) -> None:
        """Begin with nothing known.

        Args:
            job: what to grade.
            notebook: the job's; the first pass puts outputs into it.
        """
        self.job, self.notebook = job, notebook
        self.outcomes: dict[str, tuple[Outcome, str]] = dict.fromkeys(job.points, (Outcome.MISSING, UNTOUCHED))
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

    async def first_pass(self, kernels: Kernels) -> None:
        """Run the notebook from the top: the student's cells in their kernel, the checks in another."""
        answers: dict[str, Ran] = {}
        dead: NotebookNode | None = None
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code":
                continue
            name, is_check = self.exercise_of(cell)
            if dead:
                self._leave_out(cell, self._where(dead))
            elif not notebooks.is_check(cell):
                ran = await kernels.student.run(cell, index)
                if name:
                    answers[name] = ran
                if self._ended(cell, ran):
                    dead = cell
            elif is_check and exercise_of(name) not in self.job.missing:
                try:
                    judged = await self._look_at(kernels, name, cell, index)
                except ChecksError as error:
                    self.outcomes[name] = Outcome.NOT_RUN, f"Not run: {error}."
                    self._ask_human(f"{name}: its check could not be run: {error}")
                    continue
                self.outcomes[name] = self._judge(name, answers.get(exercise_of(name)), judged)
                if self._ended(cell, judged.answers):
                    dead = cell
                elif not kernels.alive:
                    dead = cell
                    self._ask_human(f"{name}: the kernel of the checks ended: {judged.check.end.kernel}")
        self._remark_on_limits()
        if dead:
            self._tell_what_was_missed(dead)

    async def _look_at(self, kernels: Kernels, name: str, cell: NotebookNode, index: int) -> Judged:
        """Let a check judge an exercise, in the student's process where what it takes or gives cannot leave that."""
        if exercise_of(name) not in self.job.in_process:
            judged = await kernels.judge(name, index)
            if not judged.missed or judged.check.end.state is State.DONE or not kernels.alive:
                return judged
        await draw_by_secret(kernels.student, self.job, name)
        ran = await kernels.student.check(cell, index)
        if ran.end.state is State.DONE:
            self.unconfirmed.append(name)
            if exercise_of(name) not in self.job.in_process:
                self._ask_human(f"{name}: passed, but what the function returns cannot leave its process: read it")
        return Judged(ran, ran)

    def _ask_human(self, remark: str) -> None:
        self.needs_human = True
        self.remarks.append(remark)

    def _leave_out(self, cell: NotebookNode, dead: str) -> None:
        """Note that a cell was not run, because another one had stopped the kernel."""
        cell.outputs, cell.execution_count = [], None
        name, is_check = self.exercise_of(cell)
        if is_check and exercise_of(name) not in self.job.missing and self.outcomes[name][0] is Outcome.MISSING:
            self.outcomes[name] = Outcome.NOT_RUN, f"Not run: {dead} had stopped the kernel."

    def _ended(self, cell: NotebookNode, ran: Ran) -> bool:
        """Note it, in the cell's outputs too, if the kernel ended in a cell, or if it met a limit; tell whether it ended."""
        name, is_check = self.exercise_of(cell)
        if not ran.end.kernel:
            if ran.end.limit and not is_check:
                self.remarks.append(f"{self._where(cell)}: {ran.end.limit}")
            return False
        why = ran.end.kernel
        cell.outputs.append(new_output("error", ename="KernelDied", evalue=why, traceback=[f"KernelDied: {why}"]))
        for part in (name, *(check for check in self.job.points if exercise_of(check) == name and not is_check)):
            if part:
                self.outcomes[part] = Outcome.LIMIT if ran.end.state is State.ENDED else Outcome.KILLED, killed(ran)
        self.remarks.append(f"{self._where(cell)}: {why}")
        return True

    def _tell_what_was_missed(self, dead: NotebookNode) -> None:
        if missed := self._with(Outcome.NOT_RUN):
            self.remarks.append(f"not run, because {self._where(dead)} had stopped the kernel: {', '.join(missed)}")
            self.needs_human = self.needs_human or not self.exercise_of(dead)[0]

    def _with(self, wanted: Outcome) -> list[str]:
        return [name for name, (outcome, _) in self.outcomes.items() if outcome is wanted]

    def _remark_on_limits(self) -> None:
        said_of_limits = [f"{name}: {self.outcomes[name][1]}" for name in self._with(Outcome.LIMIT)]
        self.remarks += [remark for remark in said_of_limits if remark not in self.remarks]

    def _judge(self, name: str, answer: Ran | None, judged: Judged) -> tuple[Outcome, str]:
        """Return what became of an exercise whose check has run; `answer` is what came of the student's cell."""
        exercise, check = self.cells.get(exercise_of(name)), judged.check
        source = exercise.source if exercise else ""
        if judged.answers.end.limit:
            return Outcome.LIMIT, judged.answers.end.limit
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
        return Outcome.FAILED, check.end.kernel or said(check, answer)

    def look_for_unusual_names(self) -> None:
        """Send to a human what could work on its own check, where this has run in the student's process."""
        for cell in self._students_cells() if self.unconfirmed else ():
            if found := unusual_names(cell.source):
                self._ask_human(
                    f"{self._where(cell)} uses {', '.join(found)}, which no solution needs: read it before the points count"
                )

    def _students_cells(self) -> Iterable[NotebookNode]:
        for cell in self.notebook.cells:
            if cell.cell_type == "code" and not notebooks.is_check(cell) and "imports" not in notebooks.tags(cell):
                yield cell

    async def second_pass(self, run: Pass) -> None:
        """Check once more what has passed in the student's process, and the checks themselves by wrong answers.

        The kernel has the student's statements but those that could work on a check. It ends early after an exercise that
        gets no points after all, because its kernel is not to be trusted with the others; `unconfirmed` tells what is left.
        """
        imports = imports_of(self.notebook)
        ran = await run.run(new_code_cell(imports))
        if not ran.end.completed:
            why = ran.end.kernel or ran.end.limit or said(ran, None)
            self._ask_human(f"{', '.join(self.unconfirmed)}: passed, but could not be checked again: {why}")
            self.unconfirmed.clear()
            return
        for cell in self.notebook.cells:
            if cell.cell_type != "code" or "imports" in notebooks.tags(cell):
                continue
            name, is_check = self.exercise_of(cell)
            if not notebooks.is_check(cell):
                await _again(run, cell.source)
            elif is_check and name in self.unconfirmed:
                await run.run(new_code_cell(imports))  # nothing of a student's stands in for what the lab imports
                self.unconfirmed.remove(name)
                if not await self._check_again(run, name, cell.source):
                    return

    async def _check_again(self, run: Pass, name: str, check: str) -> bool:
        """Check an exercise again, and its check by a wrong answer; tell whether the kernel can be trusted with others."""
        await draw_by_secret(run, self.job, name)
        ran = await run.check(new_code_cell(check))
        if ran.end.limit:
            self.outcomes[name] = Outcome.LIMIT, ran.end.limit
            self._ask_human(f"{name}: {ran.end.limit}")
            return False
        if not ran.end.completed:  # the points stand while a human looks
            why = ran.end.kernel or said(ran, None)
            self._ask_human(
                f"{name}: passes only together with statements that could work on a check; without them: {why}"
            )
            return False
        wrong = await _check_wrong_answer(run, name, check)
        if wrong.end.completed:
            why = "The check passes, but then it accepts a wrong answer, too: something has changed the check."
            self.outcomes[name] = Outcome.TAMPERED, why
            self._ask_human(f"{name}: {why}")
            return False
        hindered = wrong.end.kernel or wrong.end.limit or ("nothing to spoil" in wrong.text and wrong.text)
        if hindered:  # the wrong answer's doing, so the points stay
            self._ask_human(f"{name}: passed; its check could not be tried on a wrong answer: {hindered}")
        return True

    def execution(self, notebook: str, seconds: float) -> Execution:
        """Return what the worker gives back; points stand while a human looks.

        Args:
            notebook: the executed notebook as JSON text.
            seconds: of both passes.
        """
        exercises = tuple(
            Exercise(
                name=name,
                max_points=points,
                points=points if self.outcomes[name][0] in (Outcome.PASSED, Outcome.TAMPERED) else 0.0,
                outcome=self.outcomes[name][0],
                message=for_students(self.outcomes[name][1], self.notebook),
            )
            for name, points in self.job.points.items()
        )
        return Execution(notebook, exercises, tuple(dict.fromkeys(self.remarks)), self.needs_human, round(seconds, 1))


async def _again(run: Pass, source: str) -> None:
    """Run the statements of a cell again: all at once or, where that fails, each by itself."""
    statements = kept(source)
    if statements and not (await run.run(new_code_cell("\n".join(statements)))).end.completed:
        for statement in statements:
            await run.run(new_code_cell(statement))


async def _check_wrong_answer(run: Pass, name: str, check: str) -> Ran:
    """Let a check judge the student's answer, spoiled; then put the answer back."""
    function, aside = exercise_of(name), f"_{secrets.token_hex(8)}"
    await run.ask(f"{aside} = {function}")
    await run.ask(control(name))
    wrong = await run.check(new_code_cell(check))
    await run.ask(f"{function} = {aside}")
    return wrong
