"""What a student is told of a cell that failed, in the cell's or the check's own words."""

import re

from nbformat import NotebookNode

from course import notebooks
from course.grading.execute.passes import Ran
from course.students import without_hidden

MESSAGE_LENGTH = 2000


def said(ran: Ran, answer: Ran | None) -> str:
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


def killed(ran: Ran) -> str:
    """Return what is said of a cell in which the kernel ended."""
    return ran.end.limit or f"The cell has killed the kernel. {ran.end.kernel}"


def is_syntax_error(ran: Ran) -> bool:
    """Tell whether nothing of the cell ran, because it is no Python."""
    return ran.error in ("SyntaxError", "IndentationError", "TabError")


def for_students(text: str, notebook: NotebookNode) -> str:
    """Return a message, shortened, without lines of any hidden check of the notebook."""
    for cell in notebook.cells if text else []:
        if notebooks.is_check(cell):
            visible = set(without_hidden(cell.source).splitlines())
            for line in cell.source.splitlines():
                if line not in visible and len(line.strip()) > 12:
                    text = text.replace(line.strip(), "[hidden]")
    return text if len(text) <= MESSAGE_LENGTH else text[:MESSAGE_LENGTH] + " ..."
