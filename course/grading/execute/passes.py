"""One kernel and the cells that it runs: what came of each cell, within limits of time and output."""

import asyncio
import contextlib
from dataclasses import dataclass, replace
from enum import Enum
import json
import logging
import secrets
from typing import Any

from nbclient.exceptions import CellExecutionComplete, DeadKernelError
from nbconvert.filters.ansi import strip_ansi
from nbformat import NotebookNode
from nbformat.v4 import new_output

from course.grading.execute import limits
from course.grading.execute.sandbox import Sandbox
from course.kernels import Client

GRACE_SECONDS = 2
"""From the interrupt of a cell to the end of its kernel."""
ANSWER_SECONDS = 30
"""For the grader's own questions to the kernel between cells."""
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


class State(Enum):
    """What became of a cell, and of its kernel."""

    DONE = "ran to its end without an error"
    OVERRAN = "ran to its end without an error, but only after the time limit"
    FAILED = "raised an error"
    STOPPED = "was stopped at a limit, and the kernel lives"
    DIED = "ended the kernel"
    ENDED = "met a limit, and the kernel ended"


@dataclass(frozen=True)
class End:
    """How a cell ended."""

    state: State
    limit: str = ""
    """What is to be said of the limit; only where it met one: OVERRAN, STOPPED, ENDED."""
    kernel: str = ""
    """How the kernel ended; only where it did: DIED, ENDED."""

    @classmethod
    def of(cls, *, completed: bool, limit: str, kernel: str) -> "End":
        """Return the end of a cell of which this is known; a kernel that has ended outweighs all else."""
        if kernel:
            return cls(State.ENDED if limit else State.DIED, limit, kernel)
        if completed:
            return cls(State.OVERRAN if limit else State.DONE, limit)
        return cls(State.STOPPED if limit else State.FAILED, limit)

    @property
    def completed(self) -> bool:
        """Whether the cell ran to its end."""
        return self.state in (State.DONE, State.OVERRAN)


@dataclass(frozen=True)
class Ran:
    """What came of one cell."""

    end: End
    error: str = ""
    """The error's name."""
    text: str = ""
    """The error's own words."""
    traceback: str = ""
    count: int | None = None
    """The cell's execution count."""


class _Client(Client):
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
        """Take a message of the kernel's in; one that makes no sense in its place ends the kernel."""
        try:
            return self._take_in(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            self.kernel.refuse(f"a message ({msg['msg_type']}) that makes no sense")
            return None

    def _take_in(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take a message in; what is beyond the limit of output is dropped, and far beyond ends the kernel."""
        if msg["msg_type"].startswith("comm"):
            return None  # widgets, which no report shows; what they print is a cell's output then
        if msg["msg_type"] in ("status", "execute_input", "clear_output"):
            return super().process_message(msg, cell, cell_index)
        limit, before = self.kernel.limits.output_size, self.printed
        self.printed += len(json.dumps(msg["content"], default=str))
        if self.printed > 10 * limit:
            self.kernel.kill(limits.message("output", self.kernel.limits))
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


class Pass:
    """One kernel and the cells that it runs, within the time of a notebook."""

    def __init__(self, kernel: Sandbox, notebook: NotebookNode, budget: limits.Budget | None = None) -> None:
        """Take over a kernel that runs, and the notebook whose cells it is to run; the notebook's time runs from now at latest.

        Args:
            kernel: that runs.
            notebook: with the cells.
            budget: the notebook's time, shared by all passes of a submission; None gives this one all of it.
        """
        self.kernel, self.notebook = kernel, notebook
        self.client = _Client(notebook, kernel)
        self.budget = budget or limits.Budget(kernel.limits.notebook_seconds)
        self.budget.start()

    async def run(self, cell: NotebookNode, index: int = 0) -> Ran:
        """Run a code cell of the notebook; the kernel is asked to stop at the time limit, and then made to."""
        left = self.budget.left()
        seconds = min(self.kernel.limits.cell_seconds, left)
        if left <= 0:
            self.kernel.kill(self.budget.used_up)
        if not self.kernel.alive:
            ended = self.kernel.how_it_ended()
            return Ran(End.of(completed=False, limit=ended if self.kernel.met_a_limit else "", kernel=ended))
        late = self.budget.used_up if seconds == left else limits.message("time", self.kernel.limits)
        met, ended = await self._run_within(seconds, late, cell, index)
        reply = self.client.reply
        if any(payload.get("source") == "ask_exit" for payload in reply.get("payload", [])):
            with contextlib.suppress(TimeoutError):  # exit() ends the kernel after the cell, not in it
                await asyncio.wait_for(self.kernel.wait_for_end(), GRACE_SECONDS)
            ended = "It called exit()."
        if not self.kernel.alive:
            ended = ended or self.kernel.how_it_ended()
        _join_streams(cell)
        ran = Ran(
            End.of(completed=reply.get("status") == "ok" or not cell.source.strip(), limit=met, kernel=ended),
            error=str(reply.get("ename", "")),
            text=str(reply.get("evalue", "")),
            traceback=strip_ansi("\n".join(map(str, reply.get("traceback", [])))),
            count=cell.get("execution_count"),
        )
        return self._with_limit(ran, cell)

    async def _run_within(self, seconds: float, late: str, cell: NotebookNode, index: int) -> tuple[str, str]:
        """Run a cell; return `late` if it took longer, and how the kernel ended, if it did so in it."""
        self.client.reply = {}
        expired: list[str] = []
        timer = asyncio.create_task(self._stop_after(seconds, late, expired))
        death = asyncio.create_task(self._end_with_the_kernel())
        try:
            await self.client.async_execute_cell(cell, index)
        except DeadKernelError:
            return "".join(expired), self.kernel.how_it_ended()
        finally:
            timer.cancel()
            death.cancel()
        return "".join(expired), ""

    def _with_limit(self, ran: Ran, cell: NotebookNode) -> Ran:
        """Return what came of a cell with the limit that it met, where that shows in how it ended or in what it said."""
        limit, end = ran.end.limit, ran.end
        if end.kernel and self.kernel.met_a_limit:
            limit = end.kernel
        elif not limit and not end.completed:
            streams = (out.text for out in cell.outputs if out.output_type == "stream" and out.name == "stderr")
            limit = limits.limit_in((f"{ran.error}: {ran.text}", *streams), self.kernel.limits)
        return replace(ran, end=End.of(completed=end.completed, limit=limit, kernel=end.kernel))

    async def _stop_after(self, seconds: float, late: str, expired: list[str]) -> None:
        await asyncio.sleep(seconds)
        expired.append(late)
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
        if not ran.end.completed or await self.ask("", "_course_completed") == repr(token):
            return ran
        ended = "" if self.kernel.alive else self.kernel.how_it_ended()
        end = End.of(completed=False, limit=ran.end.limit, kernel=ended)
        return replace(ran, end=end, error="", text="The check did not run to its end.")


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
