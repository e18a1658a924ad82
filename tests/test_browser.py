"""What JupyterLab shows, in a browser: a lab's alternative texts, failed checks, what "Run All" reaches, folded cells; what
belongs to students and what does not; what is solved; kernels that end with their tabs."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

from nbclient import NotebookClient
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
import pytest

from course import notebooks, progress
from course.start import command
from course.syllabus import ROOT, labs

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright, which drives the browser, is not installed")
Browser, Locator, Page, expect = sync_api.Browser, sync_api.Locator, sync_api.Page, sync_api.expect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; `make browser` says how to get it")

PATIENCE = 300
"""Seconds to wait for what has to come. A machine that does other work at the same time may need minutes."""
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

STORED = "a line as it was drawn when the lab was written"
DRAWN = """a line as the student's own "Run All" has drawn it"""
FIGURE = """from utils.figures import curves, show

show(curves({{"a": ([1, 2], [3, 4])}}, xlabel="x", ylabel="y", title="t"), alt={alt!r})"""
FAILED = """from utils.checks import expect_equal

expect_equal("params(4, 3)", 12, 15, hints=[(12, "Without the biases.")])"""
FOLDED = """# Folded: this line is shown, what follows is not.
print("the", "result")"""
LAB, SOLVED = "02_convolution", ("output_size", "conv_param_count", "receptive_field")
"""A lab of the course, and exercises of it that take no time to check."""


def _notebook() -> NotebookNode:
    """Return a small lab: a figure with a stored output, a check that fails, a cell after it, a folded cell."""
    cells = [
        new_code_cell(FIGURE.format(alt=STORED)),
        new_code_cell(FAILED, metadata={"tags": ["raises-exception"]}),
        new_code_cell("print('beyond', 'the check')"),
        new_code_cell(FOLDED, metadata={"jupyter": {"source_hidden": True}}),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = new_notebook(cells=cells[:1], metadata=kernel)
    NotebookClient(notebook, kernel_name="python3").execute()
    notebook.cells = cells
    cells[0].source = FIGURE.format(alt=DRAWN)
    return notebook


def _solved_in_part() -> NotebookNode:
    """Return a lab of the course with three exercises solved: its imports, and these exercises with their checks."""
    (lab,) = labs([LAB])
    references = {notebooks.grade_id(cell): cell.source for cell in notebooks.read(lab.solution).cells}
    notebook = notebooks.read(lab.student)
    kept = [*SOLVED, *(f"check_{name}" for name in SOLVED)]
    notebook.cells = [c for c in notebook.cells if "imports" in notebooks.tags(c) or notebooks.grade_id(c) in kept]
    for cell in notebook.cells:
        if notebooks.grade_id(cell) in SOLVED:
            cell.source = references[notebooks.grade_id(cell)]
    return notebook


def _served(root: Path) -> Path:
    """Write what is served below a folder; return the folder of the notebooks."""
    folder, notebook = root / "notebooks", _notebook()
    notebooks.write(root / "course" / "syllabus.toml", (ROOT / "course" / "syllabus.toml").read_bytes())
    notebooks.write(folder / LAB / f"{LAB}.ipynb", notebooks.to_text(_solved_in_part()).encode())
    for name in ("stored", "run"):
        nbformat.write(notebook, folder / f"{name}.ipynb")
    return folder


class Server:
    """JupyterLab as `make start` starts it."""

    def __init__(self, port: int, token: str) -> None:
        self._base, self._token = f"http://127.0.0.1:{port}", token

    def page(self, path: str) -> str:
        """Return the address of a file, in a workspace of its own.

        JupyterLab opens again what was open before, and the kernel's status would be another's.
        """
        return f"{self._base}/lab/workspaces/{Path(path).stem}/tree/{path}?token={self._token}"

    def address(self, path: str) -> str:
        return f"{self._base}/{path}?token={self._token}"

    def has_kernel(self, notebook: str) -> bool:
        with urllib.request.urlopen(self.address("api/sessions")) as answer:
            return notebook in [session["path"] for session in json.load(answer)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a lab of the course, two copies of the small notebook, and the start page."""
    folder, own = _served(tmp_path_factory.mktemp("course")), tmp_path_factory.mktemp("jupyter")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = Server(port, token := secrets.token_hex())
    extra = ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    arguments, environment = command(extra, folder=folder, page=progress.write_page(folder))
    environment[progress.VARIABLE] = str(folder)
    # Not the settings and the trusted notebooks of whoever runs this.
    for kind in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
        environment[f"JUPYTER_{kind}"] = str(own / kind)
    with (own / "log").open("w") as log:
        process = subprocess.Popen(arguments, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for_server(process, served.address("api/status"), own / "log")
        yield served
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for_server(process: subprocess.Popen, status: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(status).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab does not answer:\n{log.read_text()}")


@pytest.fixture(scope="module")
def browser(server: Server) -> Iterator[Browser]:
    # After the server, which runs a kernel to make its notebook: nbclient has no event loop while Playwright has one.
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=1000 * PATIENCE)
        try:
            yield browser
        finally:
            browser.close()


def _visit(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(address)
    return page


def _wait_for_kernel(page: Page) -> None:
    kernel = page.locator(".jp-StatusBar-Widget").get_by_text(
        re.compile(r"^(Python 3|Convolutional networks).* \| Idle$")
    )
    expect(kernel).to_be_visible()  # while there is no kernel yet, "Run All" asks for one


def _run_all(page: Page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


@pytest.fixture(scope="module")
def opened(browser: Browser, server: Server) -> Page:
    """The notebook as it comes: opened, not run."""
    page = _visit(browser, server.page("stored.ipynb"))
    _wait_for_kernel(page)
    return page


@pytest.fixture(scope="module")
def run(browser: Browser, server: Server) -> Page:
    """The notebook after "Run All"; what it shows may still be on its way."""
    page = _visit(browser, server.page("run.ipynb"))
    _wait_for_kernel(page)
    _run_all(page)
    return page


@pytest.fixture(scope="module")
def start(browser: Browser, server: Server) -> Page:
    """The start page; beside it, in another tab, a lab of which three exercises have been solved and run."""
    page = _visit(browser, server.page("MY_LABS.md"))
    expect(_row(page)).to_have_text(re.compile("0 of 12$"))
    page.get_by_role("link", name=re.compile(f"^{LAB[:2]} ")).click()
    _wait_for_kernel(page)
    _run_all(page)
    expect(page.locator(".jp-OutputArea-output", has_text="all visible checks pass.")).to_have_count(len(SOLVED))
    return page


def _row(page: Page) -> Locator:
    """Return the last cell of the lab's row, on the start page."""
    return page.get_by_role("row", name=re.compile(f"^{LAB[:2]} ")).get_by_role("cell").last


def _close(page: Page, title: str) -> None:
    page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text=title).locator(".lm-TabBar-tabCloseIcon").click()


def _expect_one_picture(page: Page, alt: str) -> None:
    picture = page.get_by_role("img", name=alt, exact=True)
    expect(picture).to_be_visible()
    expect(page.locator(".jp-OutputArea-output img")).to_have_count(1)
    picture.evaluate("image => image.decode()")  # raises where the picture is broken


def test_a_stored_picture_has_its_alternative_text_in_a_notebook_that_is_not_trusted(opened: Page) -> None:
    expect(opened.get_by_title("Notebook not trusted")).to_be_visible()
    _expect_one_picture(opened, STORED)


def test_a_picture_that_the_student_draws_has_its_alternative_text(run: Page) -> None:
    _expect_one_picture(run, DRAWN)


def test_a_failed_check_shows_its_message_alone(run: Page) -> None:
    output = run.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output")
    expect(output).to_be_visible()
    assert output.inner_text().splitlines() == [
        "AssertionError: params(4, 3): expected 15, got 12.",
        "Without the biases.",
    ]


def test_run_all_goes_past_a_tagged_cell_that_fails(run: Page) -> None:
    expect(run.locator(".jp-CodeCell").nth(2).locator(".jp-OutputArea-output")).to_have_text("beyond the check")


@pytest.mark.parametrize("state", ["opened", "run"])
def test_a_folded_cell_shows_its_first_line_and_its_output(state: str, request: pytest.FixtureRequest) -> None:
    cell = request.getfixturevalue(state).locator(".jp-CodeCell").nth(3)
    expect(cell).to_be_visible()
    if state == "run":
        expect(cell.locator(".jp-OutputArea-output")).to_have_text("the result")
    first, rest = FOLDED.splitlines()
    expect(cell.get_by_text(first)).to_be_visible()
    expect(cell.locator(".jp-InputArea-editor")).to_be_hidden()
    assert rest not in cell.inner_text()


def test_students_can_validate_and_are_not_offered_what_is_for_instructors(opened: Page) -> None:
    expect(opened.get_by_role("button", name="Validate", exact=True)).to_be_visible()
    menus = opened.locator(".lm-MenuBar-item")
    assert menus.all_inner_texts() == ["File", "Edit", "View", "Run", "Kernel", "Tabs", "Settings", "Help"]
    opened.keyboard.press("Control+Shift+C")
    palette = opened.locator(".lm-CommandPalette")
    for name, found in (("Run All Cells", 1), ("Assignment List", 0), ("Formgrader", 0), ("Create assignment", 0)):
        palette.locator("input").fill(name)
        expect(palette.get_by_text(name, exact=True)).to_have_count(found)
    opened.keyboard.press("Escape")


def test_the_server_validates_and_has_no_pages_for_instructors(server: Server) -> None:
    urllib.request.urlopen(server.address("nbgrader_version") + "&version=0").close()
    for page in ("assignments", "formgrader"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(server.address(page)).close()


def test_the_start_page_shows_what_is_solved_when_it_is_opened_again(start: Page) -> None:
    _close(start, "MY_LABS.md")
    start.locator(".jp-DirListing-item", has_text="MY_LABS.md").dblclick()
    expect(_row(start)).to_have_text(f"3 of 12: {', '.join(SOLVED)}")


def test_a_kernel_ends_with_its_tab(start: Page, server: Server) -> None:
    notebook = f"{LAB}/{LAB}.ipynb"
    assert server.has_kernel(notebook)
    start.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text=LAB).click()
    start.get_by_role("menuitem", name="File", exact=True).click()
    start.locator('.lm-Menu-item[data-command="docmanager:save"]').click()
    expect(start.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)  # JupyterLab would ask whether to save
    _close(start, LAB)
    end = time.monotonic() + PATIENCE
    while server.has_kernel(notebook) and time.monotonic() < end:
        time.sleep(0.2)
    assert not server.has_kernel(notebook)
