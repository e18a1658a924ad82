"""The two kernels of a submission: one for the student's code, and one for the checks, which is started when it is needed.

A check runs where the student's code is not: what it calls is a stand-in, which sends arguments over a socket that both
kernels inherit, and takes results back as plain data (`inside/crossing`). So nothing that the student's code does to its own
process reaches a check.
"""

import asyncio
import contextlib
from dataclasses import dataclass, replace
import hashlib
import secrets
import socket
from typing import Self

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from course import notebooks
from course.grading.execute.limits import Budget
from course.grading.execute.passes import SEED, Pass, Ran
from course.grading.execute.sandbox import Sandbox
from course.grading.model import Job
from course.syllabus import exercise_of

MORE_SECONDS = 15
"""That a check may take longer than what it calls, which is stopped first."""


class ChecksError(Exception):
    """A check could not be run, which is not its answer's fault; the message says why."""


@dataclass(frozen=True)
class Judged:
    """What came of a check, and of the student's kernel meanwhile."""

    check: Ran
    answers: Ran
    missed: bool = False
    """Whether something that the function returned could not cross."""


class Kernels:
    """Both kernels, from `async with` to their end."""

    def __init__(self, job: Job, notebook: NotebookNode, budget: Budget) -> None:
        """Choose the job, the notebook that the student's kernel runs, and the time that both have together."""
        self.job, self.notebook, self.budget = job, notebook, budget
        self.student: Pass
        self._checks: Pass | None = None
        self._problem = ""
        """Why the kernel of the checks cannot be used."""
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Start the student's kernel."""
        ours, theirs = socket.socketpair()
        self._link = self._stack.enter_context(ours)
        sandbox = Sandbox(self.job.limits, sandboxed=self.job.sandboxed, inherit=theirs.detach())
        try:
            self.student = Pass(await self._stack.enter_async_context(sandbox), self.notebook, self.budget)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """End both kernels."""
        await self._stack.aclose()

    @property
    def alive(self) -> bool:
        """Whether both run, as far as they have been started."""
        return self.student.kernel.alive and (self._checks is None or self._checks.kernel.alive)

    async def judge(self, check: str, index: int) -> Judged:
        """Let a check judge the student's function.

        Args:
            check: its name, one of the job's.
            index: the place of its cell in the notebook; the cell gets the outputs of both kernels.

        Raises:
            ChecksError: if the kernel of the checks cannot be had.
        """
        cell, checks = self.notebook.cells[index], await self._checking()
        visit = secrets.token_hex(8)
        await self.student.ask(SEED)
        names = self.job.functions[exercise_of(check)]
        await draw_by_secret(checks, self.job, check)
        begin = f"import crossing\ncrossing.begin({visit!r}, {names!r}, globals())"
        if await checks.ask(begin, "True") != "True" and checks.kernel.alive:
            raise ChecksError("the kernel of the checks does not answer")
        serving = new_code_cell(f'__import__("crossing").serve({visit!r}, globals())', metadata=cell.metadata)
        serves = asyncio.create_task(self.student.run(serving, index))
        judged = await checks.check(cell)
        missed = await checks.ask("", "crossing.end(globals())")
        answers = await serves
        self.notebook.cells[index] = cell  # nbclient has put what it ran there
        printed = [output for output in serving.outputs if output.output_type != "error"]
        cell.outputs = printed + cell.outputs
        return Judged(judged, answers, missed not in ("[]", ""))

    async def _checking(self) -> Pass:
        """Return the checks' kernel with the lab's imports; start it where there is none yet."""
        if self._checks is None:
            limits = replace(self.job.limits, cell_seconds=self.job.limits.cell_seconds + MORE_SECONDS)
            sandbox = Sandbox(limits, sandboxed=self.job.sandboxed, inherit=self._link.detach())
            kernel = await self._stack.enter_async_context(sandbox)
            self._checks = Pass(kernel, new_notebook(cells=[new_code_cell()]), self.budget)
            ran = await self._checks.run(new_code_cell(imports_of(self.notebook)))
            if not ran.end.completed and kernel.alive and self.budget.left():
                why = ran.end.limit or f"{ran.error}: {ran.text}"
                self._problem = f"the lab's imports fail in the kernel of the checks: {why}"
        if self._problem:
            raise ChecksError(self._problem)
        return self._checks


def imports_of(notebook: NotebookNode) -> str:
    """Return the source of the lab's imports cell."""
    return next((cell.source for cell in notebook.cells if "imports" in notebooks.tags(cell)), "")


async def draw_by_secret(run: Pass, job: Job, check: str) -> None:
    """Let a check that a kernel runs next draw its numbers by the job's secret; without one, the published ones."""
    await run.ask(f"import utils.checks\nutils.checks.set_secret({secret_of(job, check)!r})")


def secret_of(job: Job, check: str) -> str:
    """Return what a check draws its numbers by besides the course's seed: its own, so that it tells nothing of the others'."""
    return hashlib.sha256(f"{job.secret} {job.lab} {check}".encode()).hexdigest() if job.secret else ""
