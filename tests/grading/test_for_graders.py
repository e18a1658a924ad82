"""What formgrader shows of a submission, as nbconvert's own Markdown renderer makes it: text, formulas, pictures."""

import base64
from html.parser import HTMLParser
from pathlib import Path
import re

from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import markdown2html_mistune
import nbformat
from nbgrader.server_extensions.formgrader import handlers
import pytest
from traitlets.config import Config, PyFileConfigLoader

from course.grading.record.for_graders import as_typed, for_graders
from course.grading.record.settings import write_settings

PAGE = "data:text/html;base64," + base64.b64encode(b"<script>alert(1)</script>").decode()
HOSTILE = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](  javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    f"[x]({PAGE})",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[1]\n\n[1]: <javascript:alert(1)> 'title'",
    "[x](https://evil.example/ 'title\" onclick=\"alert(1)')",
    "[x](//evil.example/a)",
    "<javascript:alert(1)>",
    "<https://evil.example/?a>",
    "<someone@evil.example>",
    "https://evil.example/bare",
    "www.evil.example",
    "![x](https://evil.example/p.png)",
    "![x](//evil.example/p.png)",
    "![x][p]\n\n[p]: https://evil.example/p.png",
    "[![x](https://evil.example/p.png)](javascript:alert(1))",
    "![x](attachment:p.png)",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)",
    "![\" onerror=\"alert(1)](https://evil.example/p.png)",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<IMG\nSRC=https://evil.example/p.png>",
    "<svg/onload=alert(1)>",
    "<svg><style>@import 'https://evil.example/a.css'</style></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<form action=https://evil.example><button>Full credit</button></form>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<!-- hidden --><link rel=stylesheet href=https://evil.example/a.css>",
    "</div></div><div style='position:fixed;inset:0;background:url(https://evil.example/p.png)'>",
    "<div><!--",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<textarea><script>alert(1)</script>",
    "```mermaid\ngraph TD; A-->B; click A href \"javascript:alert(1)\"\n```",
    "```<img src=x onerror=alert(1)>\nx\n```",
    "`<img src=x onerror=alert(1)>`",
    "~~~\n</pre><script>alert(1)</script>\n~~~",
    "$$</script><script>alert(1)</script>$$",
    "$a<img src=x onerror=alert(1)>$",
    "\\begin{x}<script>alert(1)</script>\\end{x}",
    "| a |\n|---|\n| <img src=x onerror=alert(1)> [x](javascript:alert(1)) |",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\n\n\n    code\n\n# heading <script>alert(1)</script>\n\n> quote\n\n- list",
    "* " * 3000 + "[x](javascript:alert(1))",
    "[" * 3000 + "x" + "](javascript:alert(1))" * 3000,
    "\u202e<script>alert(1)</script>\u2028[x](javascript:alert(1))\u0085<img src=x onerror=alert(1)>",
    "\ufeff<script>alert(1)</script>",
    "\x0b<script>alert(1)</script>\x0c<img src=x onerror=alert(1)>",
]  # fmt: skip
SPEAKING = ("href", "src", "srcset", "action", "formaction", "data", "poster", "background", "cite", "xlink:href")


class Shown(HTMLParser):
    """The elements and the text that a browser makes of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("markdown", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_answer_is_text(markdown: str) -> None:
    shown = Shown(markdown2html_mistune(as_typed(markdown)))
    assert shown.elements == [("div", {"style": "white-space: pre-wrap"})]
    assert shown.text.strip() == re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", markdown).strip()


def test_they_would_do_harm_as_they_are() -> None:
    """The answers above are hostile: nbconvert makes an element of nearly each that runs or speaks to the outside."""
    harmful = 0
    for markdown in HOSTILE[:30]:
        if (
            "attachment:" in markdown
        ):  # nbconvert stops at one that is not there: the instructor would see no page at all
            continue
        elements = Shown(markdown2html_mistune(markdown)).elements
        harmful += any(
            tag in ("script", "iframe", "img", "svg", "style") or set(attributes) & {*SPEAKING, "onerror"}
            for tag, attributes in elements
        )
    assert harmful >= 20


@pytest.mark.parametrize(
    "text", ["a < b and $x_1 < y$", "- one\n- two\n\n  three", "`x[0]` is **not** &amp;", "李雷: é"]
)
def test_an_honest_answer_reads_as_it_was_typed(text: str) -> None:
    assert Shown(markdown2html_mistune(as_typed(text))).text.strip() == text


def executed(*outputs: nbformat.NotebookNode, answer: str = "") -> str:
    code = nbformat.v4.new_code_cell("1", id="code", outputs=list(outputs))
    notebook = nbformat.v4.new_notebook(cells=[code, nbformat.v4.new_markdown_cell(answer, id="answer")])
    return nbformat.writes(notebook)


def page(folder: Path, notebook: str) -> str:
    """Return what formgrader serves of a notebook in a grading folder, with the settings of that folder."""
    write_settings(folder, "cnn-labs")
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    config.merge(PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config())
    named = ("assignment_id", "notebook_id", "submission_id", "student", "last_name", "first_name", "notebook_path")
    resources = dict.fromkeys(named, "x") | {"index": 0, "total": 1, "base_url": "/base"}
    html, _ = HTMLExporter(config=config).from_notebook_node(nbformat.reads(notebook, as_version=4), resources)
    return html


def test_formgraders_page_loads_nothing_from_outside_and_runs_only_its_own(tmp_path: Path) -> None:
    answer = "\n\n".join(HOSTILE)
    html = page(tmp_path, for_graders(executed(answer=answer), {}))
    shown = Shown(html)
    addresses = [value for _, found in shown.elements for name, value in found.items() if name in SPEAKING and value]
    assert any(
        address.endswith("Safe") and "static/jupyter_server_mathjax/MathJax.js" in address for address in addresses
    )
    assert not [address for address in addresses if re.match(r"\s*([a-z]+:|//)", address, re.IGNORECASE)]
    without_answer = Shown(page(tmp_path, for_graders(executed(answer=""), {}))).elements
    assert sorted(map(str, shown.elements)) == sorted(
        map(str, [*without_answer, ("div", {"style": "white-space: pre-wrap"})])
    )
    policy = [found["content"] for _, found in shown.elements if found.get("http-equiv") == "Content-Security-Policy"]
    assert policy[0].startswith("default-src 'self' ")
    assert shown.text.count("alert(1)") >= 30, "the instructor reads what was tried"


def test_outputs_are_text_and_pictures(tmp_path: Path) -> None:
    evil = "<script>alert(2)</script><img src=https://evil.example>"
    output = nbformat.v4.new_output
    stream = output("stream", name="stdout", text=f"\x1b[31m{evil}\x1b[0m\x1b]8;;https://evil.example\x07x")
    stream.name = '"><script>alert(2)</script>'
    stored = for_graders(
        executed(
            stream,
            output("display_data", {"text/html": evil, "text/plain": f"\x1b[1m{evil}", "image/png": '"><script>'}),
            output("execute_result", {"text/plain": f"\x1b[38;5;1m{evil}\x1b[0m"}, execution_count=1),
            output("error", ename=evil, evalue=evil, traceback=[f"\x1b[0;31m{evil}\x1b[0m"]),
            output("display_data", {"application/javascript": "alert(2)", "image/svg+xml": evil, "text/latex": evil}),
            output("display_data", {"image/png": "iVBORw0K"}, metadata={"image/png": {"width": evil}}),
            answer="",
        ),
        {},
    )
    kept = nbformat.reads(stored, as_version=4).cells[0].outputs
    assert [found.output_type for found in kept] == [
        "stream",
        "display_data",
        "execute_result",
        "error",
        "display_data",
    ]
    assert [list(found.data) for found in kept if "data" in found] == [["text/plain"], ["text/plain"], ["image/png"]]
    shown = Shown(page(tmp_path, stored))
    assert not [found for _, found in shown.elements if "evil.example" in str(found)]
    assert ("img", "data:image/png;base64,iVBORw0K") in {(tag, found.get("src")) for tag, found in shown.elements}
    assert shown.text.count(evil) == 4


def test_attachments_and_widgets_are_left_out() -> None:
    notebook = nbformat.reads(executed(answer="![x](attachment:p.png)"), as_version=4)
    notebook.cells[1].attachments = {"p.png": {"image/svg+xml": "PHN2Zy8+"}}
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    stored = nbformat.reads(for_graders(nbformat.writes(notebook), {}), as_version=4)
    assert "attachments" not in stored.cells[1]
    assert "widgets" not in stored.metadata


def test_settings_that_a_human_changed_stay(tmp_path: Path) -> None:
    write_settings(tmp_path, "cnn-labs")
    config = tmp_path / "nbgrader_config.py"
    config.write_text("# mine\n")
    write_settings(tmp_path, "cnn-labs")
    assert config.read_text() == "# mine\n"
