"""Executes one submission on a worker: no gradebook and no solutions in reach, JSON in and JSON out.

Twice. The first pass runs the notebook from the top in one kernel and tells which checks pass. The second pass, in a fresh
kernel, is for those only. It has the student's definitions and nothing else that they wrote, so that a patch made by a
statement (of NumPy, of `utils.checks`, of IPython's input) is not there; and after each check that passes it lets the same
check, in the same kernel, judge a wrong answer, which it has to refuse: the job's control, which is the student's function
with its results spoiled.

What remains possible: the function and the check share a process. A function that, while it is being checked, puts its own
code in the place of the check's helpers, tells the wrong answers of the second pass from its own, and puts everything back
will pass. It has to be written against this file; names that such code needs (`_getframe`, `__globals__`, `gc`, ...) send a
submission to a human. Hidden checks can be read by the code that they check, and smuggled into an error message.
"""

import asyncio
from collections.abc import Iterable
import contextlib
from dataclasses import asdict, dataclass
import json
import logging
import re
import secrets
import time
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course import notebooks
from course.grading import sandbox
from course.grading.definitions import definitions, unusual_names
from course.grading.model import Execution, Exercise, Job, Limits, Outcome
from course.grading.sandbox import Sandbox

GRACE_SECONDS = 2
"""From the interrupt of a cell to the end of its kernel."""
ANSWER_SECONDS = 30
"""For the grader's own questions to the kernel between cells."""
MESSAGE_LENGTH = 2000
_QUIET = logging.Logger("nbclient", logging.CRITICAL)
"""A kernel that ends is nothing to log: it is what submissions do, and it stands in the result."""

SEED = """
def _course_seed():
    import random, sys
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(0)
_course_seed()
del _course_seed
"""


def execute(job: dict[str, Any]) -> dict[str, Any]:
    """Execute a submission in a sandbox and say what became of each exercise.

    Args:
        job: a `model.Job` as JSON.

    Returns:
        A `model.Execution` as JSON. Whatever the submission does is told in it, not raised.

    Raises:
        SandboxError: if the sandbox itself does not work here.
    """
    execution = asyncio.run(_execute(from_json(Job, job)))
    return json.loads(json.dumps(asdict(execution)))


def from_json(kind: type[Job] | type[Execution], values: dict[str, Any]) -> Any:
    """Return the job or the execution that went through JSON."""
    if kind is Job:
        lists = {name: tuple(values.get(name, ())) for name in ("missing", "remarks")}
        return Job(**values | lists | {"limits": Limits(**values["limits"])})
    exercises = tuple(
        Exercise(**exercise | {"outcome": Outcome(exercise["outcome"])}) for exercise in values["exercises"]
    )
    return Execution(**values | {"exercises": exercises, "remarks": tuple(values["remarks"])})


@dataclass
class Ran:
    """What came of one cell."""

    ok: bool = False
    """It ran to its end without an error."""
    error: str = ""
    """The error's name."""
    text: str = ""
    """The error's own words."""
    traceback: str = ""
    limit: str = ""
    """What is to be said of the limit that it met."""
    died: str = ""
    """How the kernel ended in it."""
    count: int | None = None
    """The cell's execution count."""


class _Client(NotebookClient):
    """nbclient's, with a limit on what is kept of the outputs."""

    def __init__(self, notebook: NotebookNode, kernel: Sandbox) -> None:
        super().__init__(notebook, timeout=None, allow_errors=True, record_timing=False, on_cell_executed=self._keep)
        self.log = _QUIET
        self.kernel, self.kc, self.km = kernel, kernel.client, kernel.manager
        self.reply: dict[str, Any] = {}
        self.printed = 0

    def _keep(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any] | None) -> None:
        self.reply = (execute_reply or {}).get("content", {})

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take a message of the kernel's in; what is beyond the limit of output is dropped, and far beyond ends the kernel."""
        if msg["msg_type"] in ("status", "execute_input", "clear_output"):
            return super().process_message(msg, cell, cell_index)
        limit, before = self.kernel.limits.output_size, self.printed
        self.printed += len(json.dumps(msg["content"], default=str))
        if self.printed > 10 * limit:
            self.kernel.kill(sandbox.message("output", self.kernel.limits))
        if self.printed <= limit:
            return super().process_message(msg, cell, cell_index)
        if before <= limit:
            kept = str(msg["content"].get("text", ""))[: limit - before] if msg["msg_type"] == "stream" else ""
            note = f"\n[The output limit of {limit} bytes is reached: what follows is not kept.]\n"
            cell.outputs.append(new_output("stream", name="stdout", text=kept + note))
        if msg["msg_type"] == "error":  # what stopped a cell is always told
            cell.outputs.append(
                new_output("error", ename=msg["content"]["ename"], evalue=msg["content"]["evalue"][:500])
            )
        return None


class _Pass:
    """One kernel and the cells that it runs, within the time of a notebook."""

    def __init__(self, kernel: Sandbox, notebook: NotebookNode) -> None:
        self.kernel, self.notebook = kernel, notebook
        self.client = _Client(notebook, kernel)
        self.ends = time.monotonic() + kernel.limits.notebook_seconds

    async def run(self, cell: NotebookNode, index: int = 0) -> Ran:
        """Run a code cell of the notebook; the kernel is asked to stop at the time limit, and then made to."""
        left = self.ends - time.monotonic()
        seconds = min(self.kernel.limits.cell_seconds, left)
        if left <= 0:
            self.kernel.kill(self._out_of_time())
        if not self.kernel.alive:
            return Ran(died=self.kernel.how_it_ended())
        ran, self.client.reply = Ran(), {}
        late = self._out_of_time() if seconds == left else sandbox.message("time", self.kernel.limits)
        timer = asyncio.create_task(self._stop_after(seconds, late, ran))
        death = asyncio.create_task(self._end_with_the_kernel())
        try:
            await self.client.async_execute_cell(cell, index)
        except DeadKernelError:
            ran.died = self.kernel.how_it_ended()
        finally:
            timer.cancel()
            death.cancel()
        reply = self.client.reply
        if any(payload.get("source") == "ask_exit" for payload in reply.get("payload", [])):
            with contextlib.suppress(TimeoutError):  # exit() ends the kernel after the cell, not in it
                await asyncio.wait_for(self.kernel.wait_for_end(), GRACE_SECONDS)
            ran.died = "It called exit()."
        if not self.kernel.alive:
            ran.died = ran.died or self.kernel.how_it_ended()
        ran.ok = (not ran.died and reply.get("status") == "ok") or not cell.source.strip()
        ran.error, ran.text = str(reply.get("ename", "")), str(reply.get("evalue", ""))
        ran.traceback = _plain("\n".join(map(str, reply.get("traceback", []))))
        ran.count = cell.get("execution_count")
        _join_streams(cell)
        ran.limit = (
            ran.died
            if ran.died and self.kernel.met_a_limit
            else ran.limit or (_limit_met(cell, ran, self.kernel.limits) if not ran.ok else "")
        )
        return ran

    def _out_of_time(self) -> str:
        return f"The notebook's time, {self.kernel.limits.notebook_seconds:.3g} s in all, is used up."

    async def _stop_after(self, seconds: float, late: str, ran: Ran) -> None:
        await asyncio.sleep(seconds)
        ran.limit = late
        self.kernel.interrupt()
        await asyncio.sleep(GRACE_SECONDS)
        self.kernel.kill(late)

    async def _end_with_the_kernel(self) -> None:
        await self.kernel.wait_for_end()
        if self.client.task_poll_for_reply is not None:
            self.client.task_poll_for_reply.cancel()

    async def ask(self, code: str, question: str = "") -> str:
        """Run the grader's own code, without outputs, and return the text of an expression, or nothing."""
        if not self.kernel.alive:
            return ""
        expressions = {"answer": question} if question else {}
        asking = asyncio.ensure_future(
            self.kernel.client.execute(
                code, silent=True, store_history=False, user_expressions=expressions, reply=True, timeout=ANSWER_SECONDS
            )
        )
        death = asyncio.create_task(self.kernel.wait_for_end())
        done, waiting = await asyncio.wait((asking, death), return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        if asking not in done:
            return ""
        try:
            content = asking.result()["content"]
        except (TimeoutError, RuntimeError):
            self.kernel.kill(f"The kernel did not answer for {ANSWER_SECONDS} s.")
            return ""
        answer = content.get("user_expressions", {}).get("answer", {})
        return str(answer.get("data", {}).get("text/plain", ""))

    async def check(self, cell: NotebookNode, index: int = 0) -> Ran:
        """Run a check; it is passed only if its last line was reached, too."""
        source, token = cell.source, secrets.token_hex(8)
        await self.ask(f"{SEED}\n_course_completed = None")
        cell.source = f"{source}\n_course_completed = {token!r}"
        try:
            ran = await self.run(cell, index)
        finally:
            cell.source = source
        if ran.ok and await self.ask("", "_course_completed") != repr(token):
            ran.ok, ran.error, ran.text = False, "", "The check did not run to its end."
            if not self.kernel.alive:
                ran.died = self.kernel.how_it_ended()
        return ran


async def _execute(job: Job) -> Execution:
    started = time.monotonic()
    notebook = nbformat.reads(job.notebook, as_version=4)
    notebook.metadata.pop("widgets", None)
    graded = _Graded(job, notebook)
    async with Sandbox(job.limits, sandboxed=job.sandboxed) as kernel:
        await graded.first_pass(_Pass(kernel, notebook))
    graded.look_for_unusual_names()
    while graded.unconfirmed:
        async with Sandbox(job.limits, sandboxed=job.sandboxed) as kernel:
            await graded.second_pass(_Pass(kernel, new_notebook(cells=[new_code_cell()])))
    return graded.execution(time.monotonic() - started)


class _Graded:
    """What is known of a submission's exercises, from pass to pass."""

    def __init__(self, job: Job, notebook: NotebookNode) -> None:
        self.job, self.notebook = job, notebook
        self.outcomes: dict[str, tuple[Outcome, str]] = dict.fromkeys(
            job.points, (Outcome.MISSING, "There is no cell for this exercise.")
        )
        self.cells = {notebooks.grade_id(cell): cell for cell in notebook.cells if cell.cell_type == "code"}
        self.unconfirmed: list[str] = []
        """Exercises that have passed once."""
        self.remarks: list[str] = []
        self.needs_human = False

    def exercise_of(self, cell: NotebookNode) -> tuple[str, bool]:
        """Return the exercise that a cell belongs to, or nothing, and whether the cell is its check."""
        name = notebooks.grade_id(cell) or ""
        if notebooks.is_check(cell) and name.removeprefix("check_") in self.job.points:
            return name.removeprefix("check_"), True
        return (name, False) if name in self.job.points else ("", False)

    async def first_pass(self, run: _Pass) -> None:
        """Run the notebook from the top."""
        answers: dict[str, Ran] = {}
        dead = ""
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code":
                continue
            name, is_check = self.exercise_of(cell)
            where = name or f"the cell “{notebooks.first_line(cell)}”"
            if dead:
                cell.outputs, cell.execution_count = [], None
                if is_check and (self.outcomes[name][0] is Outcome.MISSING):
                    self.outcomes[name] = Outcome.NOT_RUN, f"Not run: {dead} had stopped the kernel."
                continue
            ran = await (run.check(cell, index) if is_check else run.run(cell, index))
            if is_check and name not in self.job.missing:
                self.outcomes[name] = self._judge(name, answers.get(name), ran)
            elif name:
                answers[name] = ran
            if ran.died:
                dead = where
                _tell(cell, ran.died)
                if name:
                    self.outcomes[name] = Outcome.LIMIT if ran.limit else Outcome.KILLED, _killed(ran)
            if ran.died or (ran.limit and not is_check):
                self.remarks.append(f"{where}: {ran.died or ran.limit}")
        self.unconfirmed = [name for name, (outcome, _) in self.outcomes.items() if outcome is Outcome.PASSED]
        self.remarks += [
            f"{name}: {message}"
            for name, (outcome, message) in self.outcomes.items()
            if outcome is Outcome.LIMIT and f"{name}: {message}" not in self.remarks
        ]
        if dead and any(outcome is Outcome.NOT_RUN for outcome, _ in self.outcomes.values()):
            missed = [name for name, (outcome, _) in self.outcomes.items() if outcome is Outcome.NOT_RUN]
            self.remarks.append(f"not run, because {dead} had stopped the kernel: {', '.join(missed)}")

    def _judge(self, name: str, answer: Ran | None, check: Ran) -> tuple[Outcome, str]:
        """Return what became of an exercise whose check has run; `answer` is what came of the student's cell."""
        source = self.cells[name].source if name in self.cells else ""
        if check.ok and not check.limit:
            return Outcome.PASSED, ""
        if not source.strip():
            return Outcome.MISSING, "There is nothing in the exercise's cell."
        if check.error == "NotImplementedError" and "raise NotImplementedError" in source:
            return Outcome.MISSING, "The function is still to be written."
        if answer and not answer.ok and (answer.limit or check.error == "NameError" or _is_syntax_error(answer)):
            if answer.limit:
                return Outcome.LIMIT, answer.limit
            return Outcome.ERROR, f"The exercise's cell cannot be run. {_said(answer, answer)}"
        if check.limit:
            return Outcome.LIMIT, check.limit
        return Outcome.FAILED, _said(check, answer)

    def look_for_unusual_names(self) -> None:
        """Send what a human should read to a human: code that could work on its own check."""
        for cell in self.notebook.cells if self.unconfirmed else []:
            if cell.cell_type != "code" or notebooks.is_check(cell) or "imports" in notebooks.tags(cell):
                continue
            if found := unusual_names(cell.source):
                self.needs_human = True
                where = self.exercise_of(cell)[0] or f"the cell “{notebooks.first_line(cell)}”"
                self.remarks.append(
                    f"{where} uses {', '.join(found)}, which no solution needs: read it before the points count"
                )

    async def second_pass(self, run: _Pass) -> None:
        """Check what has passed once more, with definitions only, and the checks themselves by wrong answers.

        It ends early after an exercise that gets no points after all, because its kernel is not to be trusted with the
        others; `unconfirmed` tells what is left.
        """
        imports = next((cell.source for cell in self.notebook.cells if "imports" in notebooks.tags(cell)), "")

        async def do(source: str) -> Ran:
            return await run.run(new_code_cell(source))

        await do(imports)
        for cell in self.notebook.cells:
            if cell.cell_type != "code" or "imports" in notebooks.tags(cell):
                continue
            name, is_check = self.exercise_of(cell)
            if not notebooks.is_check(cell):
                statements = definitions(cell.source)
                if statements and not (await do("\n".join(statements))).ok:
                    for statement in statements:
                        await do(statement)
            elif is_check and name in self.unconfirmed:
                await do(imports)  # nothing that a student defined stands in for what the lab imports
                verdict = await self._check_again(run, name, cell.source)
                self.unconfirmed.remove(name)
                if verdict:
                    self.outcomes[name] = verdict
                    self.needs_human = True
                    self.remarks.append(f"{name}: {verdict[1].splitlines()[0].rstrip(':')}")
                    return

    async def _check_again(self, run: _Pass, name: str, check: str) -> tuple[Outcome, str] | None:
        """Return why a passed exercise gets no points after all; None where it does."""
        ran = await run.check(new_code_cell(check))
        if not ran.ok or ran.limit:
            if ran.limit:
                return Outcome.LIMIT, ran.limit
            return Outcome.FAILED, (
                "The check passes only together with the rest of the notebook. With the imports and the definitions (functions, "
                f"classes, constants) alone it does not:\n{ran.died or _said(ran, None)}"
            )
        await run.ask(f"_course_answer = {name}")  # the student's, to be put back
        await run.ask(self.job.controls[name])
        wrong = await run.check(new_code_cell(check))
        await run.ask(f"{name} = _course_answer")
        if wrong.ok:
            return (
                Outcome.TAMPERED,
                "The check passes, but then it accepts a wrong answer, too: something has changed the check.",
            )
        if wrong.died or wrong.limit:  # that is the wrong answer's doing, so the points stay
            self.needs_human = True
            self.remarks.append(
                f"{name}: passed; its check could not be tried on a wrong answer: {wrong.died or wrong.limit}"
            )
        return None

    def execution(self, seconds: float) -> Execution:
        """Return what the worker gives back."""
        exercises = tuple(
            Exercise(
                name=name,
                max_points=points,
                points=points if self.outcomes[name][0] is Outcome.PASSED else 0.0,
                outcome=self.outcomes[name][0],
                message=self._without_hidden(name),
            )
            for name, points in self.job.points.items()
        )
        text = notebooks.to_text(self.notebook)
        return Execution(text, exercises, tuple(dict.fromkeys(self.remarks)), self.needs_human, round(seconds, 1))

    def _without_hidden(self, name: str) -> str:
        """Return an exercise's message, shortened, without lines of any hidden check."""
        text = self.outcomes[name][1]
        for cell in self.notebook.cells:
            if notebooks.is_check(cell):
                visible = set(notebooks.without_hidden(cell.source).splitlines())
                for line in cell.source.splitlines():
                    if line not in visible and len(line.strip()) > 12:
                        text = text.replace(line.strip(), "[hidden]")
        return text if len(text) <= MESSAGE_LENGTH else text[:MESSAGE_LENGTH] + " ..."


def _said(ran: Ran, answer: Ran | None) -> str:
    """Return what an error says to a student: a check's own words, or the error and the line of their cell that raised it."""
    if not ran.error or (ran.error == "AssertionError" and ran.text):
        return ran.text
    if ran.error == "AssertionError":
        return "The check refuses the answer."
    if ran.error == "SystemExit":
        return "SystemExit: it left by sys.exit, so that the check did not run to its end."
    text = re.sub(r"\([^()]*\.py, line (\d+)\)$", r"(line \1)", ran.text)  # IPython's made-up file names
    words = f"{ran.error}: {text}" if text else ran.error
    if answer is not None and answer.count is not None:
        lines = re.findall(rf"Cell In\[{answer.count}\], line (\d+)", ran.traceback)
        if lines and f"line {lines[-1]}" not in words:
            words += f" (line {lines[-1]} of the exercise's cell)"
    return words


def _killed(ran: Ran) -> str:
    return ran.limit or f"The cell has killed the kernel. {ran.died}"


def _is_syntax_error(ran: Ran) -> bool:
    return ran.error in ("SyntaxError", "IndentationError", "TabError")


def _limit_met(cell: NotebookNode, ran: Ran, limits: Limits) -> str:
    """Return what is to be said where an error, or what a cell wrote to stderr, tells of a limit."""
    streams = (output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stderr")
    return _limit_in((f"{ran.error}: {ran.text}", *streams), limits)


def _limit_in(texts: Iterable[str], limits: Limits) -> str:
    signs = {
        "memory": r"MemoryError|Unable to allocate|Cannot allocate memory|bad_alloc|ResourceExhausted",
        "file size": r"File too large|No space left on device",
        "processes": r"Resource temporarily unavailable|can't start new thread",
    }
    for text in texts:
        for limit, sign in signs.items():
            if re.search(sign, text):
                return sandbox.message(limit, limits)
    return ""


def _join_streams(cell: NotebookNode) -> None:
    """Put the pieces of a stream together that came one after the other."""
    pieces: list[list[NotebookNode]] = []
    for output in cell.outputs:
        if pieces and output.output_type == "stream" and pieces[-1][0].get("name") == output.name:
            pieces[-1].append(output)
        else:
            pieces.append([output])
    for first, *more in pieces:
        if more:
            first.text = "".join(output.text for output in (first, *more))
    cell.outputs = [first for first, *_ in pieces]


def _tell(cell: NotebookNode, why: str) -> None:
    """Write into a cell's outputs how its kernel ended."""
    with contextlib.suppress(AttributeError):
        cell.outputs.append(new_output("error", ename="KernelDied", evalue=why, traceback=[f"KernelDied: {why}"]))


def _plain(text: str) -> str:
    """Return text without the colour codes of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
