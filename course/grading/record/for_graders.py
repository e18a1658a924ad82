"""An executed notebook as a human reads it in formgrader."""

import re

import nbformat
from nbformat import NotebookNode

from course import notebooks


def for_graders(notebook: str, model_answers: dict[str, str]) -> str:
    """Return an executed notebook as formgrader may show it: with model answers, without what could run in a browser.

    formgrader shows HTML as it is, in the instructor's own session. So of outputs only text and pictures stay, and HTML in
    written answers is shown as text.
    """
    result = nbformat.reads(notebook, as_version=4)
    cells: list[NotebookNode] = []
    for cell in result.cells:
        if cell.cell_type == "code":
            outputs = [_harmless(output) for output in cell.outputs]
            cell.outputs = [output for output in outputs if output.get("data", True)]
        else:
            cell.source = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", cell.source)
        cells.append(cell)
        name = notebooks.grade_id(cell)
        if name in model_answers:
            text = f"**For graders, not of the submission: the model answer**\n\n{model_answers[name]}"
            cells.append(nbformat.v4.new_markdown_cell(text, id=f"model-{cell.id}"[:64]))
    result.cells = cells
    return notebooks.to_text(result)


def _harmless(output: NotebookNode) -> NotebookNode:
    if "data" in output:
        output.data = nbformat.from_dict({kind: value for kind, value in output.data.items() if _may_stay(kind, value)})
        output.metadata = NotebookNode()
    return output


def _may_stay(kind: str, value: object) -> bool:
    if kind in ("image/png", "image/jpeg"):
        return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9+/=\s]*", value) is not None
    return kind == "text/plain"
