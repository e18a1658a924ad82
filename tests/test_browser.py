"""What JupyterLab shows of a lab, in a browser: alternative texts, failed checks, what "Run All" reaches, folded cells."""

from collections.abc import Callable, Iterator
from pathlib import Path
import re
import secrets
import shutil
import socket
import subprocess
import time
import urllib.request

from nbclient import NotebookClient
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
import pytest

from course.start import command

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright, which drives the browser, is not installed")
Browser, Page, expect = sync_api.Browser, sync_api.Page, sync_api.expect

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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Serve two copies of the notebook as `make start` serves the labs; give the address of each."""
    labs, own = tmp_path_factory.mktemp("labs"), tmp_path_factory.mktemp("jupyter")
    notebook = _notebook()
    for name in ("stored", "run"):
        nbformat.write(notebook, labs / f"{name}.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex()
    extra = ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    arguments, environment = command(extra, folder=labs)
    # Not the settings and the trusted notebooks of whoever runs this.
    for kind in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
        environment[f"JUPYTER_{kind}"] = str(own / kind)
    with (own / "log").open("w") as log:
        process = subprocess.Popen(arguments, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for_server(process, f"http://127.0.0.1:{port}/api/status?token={token}", own / "log")
        # A workspace each: JupyterLab opens again what was open before, and the kernel's status would be another's.
        yield lambda name: f"http://127.0.0.1:{port}/lab/workspaces/{name}/tree/{name}.ipynb?token={token}"
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
def browser(server: Callable[[str], str]) -> Iterator[Browser]:
    # After the server, which runs a kernel to make its notebook: nbclient has no event loop while Playwright has one.
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=1000 * PATIENCE)
        try:
            yield browser
        finally:
            browser.close()


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(address)
    kernel = page.locator(".jp-StatusBar-Widget").get_by_text(re.compile(r"^Python 3 .*\| Idle$"))
    expect(kernel).to_be_visible()  # while there is no kernel yet, "Run All" asks for one
    return page


@pytest.fixture(scope="module")
def opened(browser: Browser, server: Callable[[str], str]) -> Page:
    """The notebook as it comes: opened, not run."""
    return _open(browser, server("stored"))


@pytest.fixture(scope="module")
def run(browser: Browser, server: Callable[[str], str]) -> Page:
    """The notebook after "Run All"; what it shows may still be on its way."""
    page = _open(browser, server("run"))
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    return page


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
