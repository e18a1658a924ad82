"""Makes a lab's solution of its text: executed from the top, outputs stored in a form that does not change from run to run."""

from dataclasses import dataclass, field
from pathlib import Path
import time

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.filters.ansi import strip_ansi
from nbformat import NotebookNode
from tqdm import tqdm

from course import lint, notebooks, outputs, text
from course.kernels import Client
from course.syllabus import CourseError, Lab

CELL_TIMEOUT = 600


@dataclass
class Timing:
    """Seconds of a lab's run."""

    total: float = 0.0
    cells: list[tuple[float, int, str]] = field(default_factory=list)
    """(seconds, cell number, first line)"""


class _Progress:
    """Notes how long each cell takes, and moves a progress bar on."""

    def __init__(self, bar: tqdm) -> None:
        self.bar, self.timing, self.started = bar, Timing(), {}

    def begin(self, cell: NotebookNode, cell_index: int) -> None:
        """Note that a cell begins."""
        self.started[cell_index] = time.perf_counter()
        self.bar.set_postfix_str(notebooks.first_line(cell)[:40])

    def end(self, cell: NotebookNode, cell_index: int, **_: object) -> None:
        """Note that a cell has ended."""
        seconds = time.perf_counter() - self.started[cell_index]
        self.timing.cells.append((seconds, cell_index, notebooks.first_line(cell)))
        self.bar.update()


def execute(
    notebook: NotebookNode, folder: Path, label: str, *, as_a_student: bool = False, cell_timeout: int = CELL_TIMEOUT
) -> Timing:
    """Execute a notebook in place, in a fresh kernel of the course's in this Python, with a progress bar.

    Args:
        notebook: what to execute; gets the outputs.
        folder: the kernel's working folder.
        label: what the progress bar says.
        as_a_student: as "Run All" in JupyterLab: go on after a cell tagged `raises-exception` that raises. By default no
            cell may raise.
        cell_timeout: seconds after which a cell has failed.

    Returns:
        Seconds in all and of each cell.

    Raises:
        CourseError: if a cell raises that must not, takes too long, or kills the kernel.
    """
    count = sum(cell.cell_type == "code" for cell in notebook.cells)
    with tqdm(total=count, desc=label, unit="cell", ncols=110, dynamic_ncols=False) as bar:
        progress = _Progress(bar)
        client = Client(
            notebook,
            timeout=cell_timeout,
            record_timing=False,
            force_raise_errors=not as_a_student,
            resources={"metadata": {"path": str(folder)}},
            on_cell_execute=progress.begin,
            on_cell_executed=progress.end,
        )
        start = time.perf_counter()
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise CourseError(_why_it_ended(error, notebook, label, max(progress.started, default=0))) from None
        progress.timing.total = time.perf_counter() - start
    return progress.timing


def _why_it_ended(error: Exception, notebook: NotebookNode, label: str, number: int) -> str:
    where = f"{label}, cell {number} ({notebooks.first_line(notebook.cells[number])})"
    match error:
        case CellExecutionError():
            return f"{where} raises {error.ename}: {error.evalue}\n{strip_ansi(error.traceback)}"
        case CellTimeoutError():
            return f"{where} took too long: {str(error).splitlines()[0]}"
    return f"{where}: the kernel died (out of memory?)"


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


def run(selected: list[Lab], *, again: bool = False, check: bool = False) -> int:
    """Make the solutions of their texts, and execute those whose outputs are not their own any more.

    Print what was done, seconds per lab and the slowest cells. A lab that fails is not written, and the others still run.

    Args:
        selected: the labs.
        again: execute in any case.
        check: execute nothing and write nothing; say what would be executed.

    Returns:
        The exit status: 1 if a lab raised, wrote to stderr, or is too large; with `check`, if a lab has to be executed.
    """
    failed = []
    for lab in selected:
        try:
            notebook = text.notebook_of(lab)
            stored = notebooks.read(lab.solution) if lab.solution.exists() else None
            if stored and not again and outputs.has_edits(stored, notebook):
                raise CourseError(
                    f"{lab.solution.name} was edited by hand since it was made of its text. `python -m course text {lab.name}` takes "
                    f"the edit into the text; `python -m course run --again {lab.name}` makes the notebook anew without it."
                )
            why = "asked for" if again else outputs.why_execute(notebook, stored, lab)
            if check:
                print(f"{lab.name}: {'to be executed: ' + why if why else 'its outputs are its own'}")
                failed += [why] if why else []
                continue
            _make(lab, notebook, stored, why)
        except CourseError as error:
            failed.append(str(error))
            print(f"FAILED, not stored: {error}\n")
    return 1 if failed else 0


def _make(lab: Lab, notebook: NotebookNode, stored: NotebookNode | None, why: str) -> None:
    """Write a lab's solution, executed where `why` says that it has to be."""
    timing = None
    if problems := lint.solution_problems(lab, notebook, text.lines_of_cells(lab.text)):
        raise CourseError("\n".join(problems))
    if why:
        print(f"{lab.name}: executed, because {why}" if why != "asked for" else f"{lab.name}: executed")
        timing = execute(notebook, lab.solution.parent, lab.name)
        normalise(notebook)
    else:
        outputs.keep(notebook, stored)
    notebook.metadata[outputs.KEY] = outputs.state_of(notebook, lab)
    if problems := lint.stored_output_problems(lab, notebook):
        raise CourseError("\n".join(problems))
    content = notebooks.to_text(notebook).encode()
    size = f"{len(content) // 1024} of {lint.MAX_BYTES // 1024} KiB"
    if not lab.solution.exists() or lab.solution.read_bytes() != content:
        notebooks.write(lab.solution, content)
    if timing is None:
        print(f"{lab.name}: nothing to execute, {size}")
        return
    over = "" if timing.total <= lab.budget_seconds else "   over its budget: is the machine busy?"
    print(f"{lab.name}: {timing.total:.0f} s of {lab.budget_seconds} s, {size}{over}")
    for seconds, number, line in sorted(timing.cells, reverse=True)[:5]:
        print(f"    {seconds:6.1f} s  cell {number}: {line}")
