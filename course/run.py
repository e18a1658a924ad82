"""Executes solutions from the top and stores their outputs in a form that does not change from run to run."""

from dataclasses import dataclass, field
from pathlib import Path
import re
import time

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from tqdm import tqdm

from course import lint, notebooks
from course.syllabus import CourseError, Lab

CELL_TIMEOUT = 600


@dataclass
class Timing:
    """Seconds of a lab's run."""

    total: float = 0.0
    cells: list[tuple[float, int, str]] = field(default_factory=list)
    """(seconds, cell number, first line)"""


def execute(
    notebook: NotebookNode, folder: Path, label: str, *, allow_errors: bool = False, cell_timeout: int = CELL_TIMEOUT
) -> Timing:
    """Execute a notebook in place, in a fresh kernel of this Python, with a progress bar.

    Args:
        notebook: what to execute; gets the outputs.
        folder: the kernel's working folder.
        label: what the progress bar says.
        allow_errors: go on after a cell that raises.
        cell_timeout: seconds after which a cell has failed.

    Returns:
        Seconds in all and of each cell.

    Raises:
        CourseError: if a cell raises (unless allowed), takes too long, or kills the kernel.
    """
    timing, started = Timing(), {}
    count = sum(cell.cell_type == "code" for cell in notebook.cells)
    with tqdm(total=count, desc=label, unit="cell", ncols=110, dynamic_ncols=False) as bar:

        def begin(cell: NotebookNode, cell_index: int) -> None:
            started[cell_index] = time.perf_counter()
            bar.set_postfix_str(notebooks.first_line(cell)[:40])

        def end(cell: NotebookNode, cell_index: int, **_) -> None:
            seconds = time.perf_counter() - started[cell_index]
            timing.cells.append((seconds, cell_index, notebooks.first_line(cell)))
            bar.update()

        client = NotebookClient(
            notebook,
            timeout=cell_timeout,
            kernel_name="python3",
            allow_errors=allow_errors,
            record_timing=False,
            force_raise_errors=not allow_errors,
            resources={"metadata": {"path": str(folder)}},
            on_cell_execute=begin,
            on_cell_executed=end,
        )
        start = time.perf_counter()
        try:
            client.execute()
        except CellExecutionError as error:
            where = max(started)
            cell = notebook.cells[where]
            raise CourseError(
                f"{label}, cell {where} ({notebooks.first_line(cell)}) raises {error.ename}: {error.evalue}\n"
                f"{_plain(error.traceback)}"
            ) from None
        except CellTimeoutError:
            raise CourseError(f"{label}, cell {max(started)} took more than {cell_timeout} s") from None
        except DeadKernelError:
            raise CourseError(f"{label}, cell {max(started)}: the kernel died (out of memory?)") from None
        timing.total = time.perf_counter() - start
    return timing


def _plain(text: str) -> str:
    """Return text without the colour codes of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def normalise(notebook: NotebookNode) -> None:
    """Bring a freshly executed notebook into the form that is stored.

    Ids and source stay; execution counts run 1 to n; volatile metadata goes; the pieces of a stream are joined and what
    a carriage return has overwritten is dropped; views of widgets go, because without a kernel they show nothing.
    """
    notebooks.strip_volatile(notebook)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        kept: list[NotebookNode] = []
        for output in cell.outputs:
            if "application/vnd.jupyter.widget-view+json" in output.get("data", {}):
                continue
            if output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
                kept[-1].text += output.text
            else:
                kept.append(output)
        for output in kept:
            if output.output_type == "stream":
                output.text = final_text(output.text)
        cell.outputs = [output for output in kept if output.output_type != "stream" or output.text.strip()]
    notebooks.number_cells(notebook)


def final_text(text: str) -> str:
    """Return what a terminal shows in the end, where a carriage return goes back to overwrite the line."""
    lines = []
    for line in text.split("\n"):
        shown = ""
        for part in line.split("\r"):
            shown = part + shown[len(part) :]
        lines.append(shown.rstrip() if "\r" in line else line)
    return "\n".join(lines)


def run(selected: list[Lab]) -> int:
    """Execute labs and store their outputs; print seconds per lab and the slowest cells.

    A lab that fails is not written, and the others still run.

    Returns:
        The exit status: 1 if a lab raised, wrote to stderr, or is too large.
    """
    failed, report = [], []
    for lab in selected:
        notebook = notebooks.read(lab.solution)
        try:
            timing = execute(notebook, lab.solution.parent, lab.name)
        except CourseError as error:
            failed.append(str(error))
            continue
        normalise(notebook)
        problems = lint.stored_output_problems(lab, notebook)
        if problems:
            failed += problems
            continue
        content = notebooks.to_text(notebook).encode()
        notebooks.write(lab.solution, content)
        over = "" if timing.total <= lab.budget_seconds else "   over its budget: is the machine busy?"
        report.append(f"{lab.name}: {timing.total:.0f} s of {lab.budget_seconds} s, {len(content) // 1024} KiB{over}")
        for seconds, number, line in sorted(timing.cells, reverse=True)[:5]:
            report.append(f"    {seconds:6.1f} s  cell {number}: {line}")
    print("\n".join(report))
    for text in failed:
        print(f"\nFAILED, not stored: {text}")
    return 1 if failed else 0
