"""An executed notebook as a human reads it in formgrader."""

import re

import nbformat
from nbformat import NotebookNode

from course import notebooks

_PICTURES = ("image/png", "image/jpeg")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MARKUP = re.compile(r"[!-/:-@\[-`{-~\n\t]")
"""All ASCII that is no letter, digit or space: of these Markdown and HTML make more than text."""


def for_graders(notebook: str, model_answers: dict[str, str]) -> str:
    """Return an executed notebook as formgrader may show it: with model answers, without what could run in a browser.

    formgrader makes HTML of Markdown and of outputs as they are, in the instructor's own session. So a student's Markdown
    is shown as the text that was typed, with its formulas, and of outputs only text and pictures stay.
    """
    result = nbformat.reads(notebook, as_version=4)
    cells: list[NotebookNode] = []
    for cell in result.cells:
        if cell.cell_type == "code":
            cell.outputs = [harmless for output in cell.outputs if (harmless := _harmless(output))]
        else:
            cell.source = as_typed(cell.source)
            cell.pop("attachments", None)
        cells.append(cell)
        name = notebooks.grade_id(cell)
        if name in model_answers:
            text = f"**For graders, not of the submission: the model answer**\n\n{model_answers[name]}"
            cells.append(nbformat.v4.new_markdown_cell(text, id=f"model-{cell.id}"[:64]))
    result.cells = cells
    result.metadata.pop("widgets", None)
    return notebooks.to_text(result)


def as_typed(markdown: str) -> str:
    """Return Markdown that shows another Markdown as it was typed: no link, picture or HTML in it becomes one.

    Every character that could mean something stands as a number, which no Markdown reads and each browser shows. Nothing of
    it is parsed here, so nothing can be smuggled past a parser. MathJax finds formulas in what the browser shows.
    """
    if not markdown.strip():
        return ""
    text = _MARKUP.sub(lambda found: f"&#{ord(found[0])};", _CONTROL.sub("", markdown))
    return f'<div style="white-space: pre-wrap">{text}</div>'


def _harmless(output: NotebookNode) -> NotebookNode | None:
    """Return an output with nothing but text and pictures; None where nothing of it is left."""
    kind = output.get("output_type")
    if kind == "stream":
        return nbformat.v4.new_output(kind, name="stderr" if output.name == "stderr" else "stdout", text=output.text)
    if kind == "error":
        return nbformat.v4.new_output(kind, ename=output.ename, evalue=output.evalue, traceback=output.traceback)
    data = {name: value for name, value in output.get("data", {}).items() if _may_stay(name, value)}
    if not data:
        return None
    count = {"execution_count": output.get("execution_count")} if kind == "execute_result" else {}
    return nbformat.v4.new_output("execute_result" if count else "display_data", data, **count)


def _may_stay(kind: str, value: object) -> bool:
    if kind in _PICTURES:
        return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9+/=\s]*", value) is not None
    return kind == "text/plain"
