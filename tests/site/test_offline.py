"""A published site that is kept on a device opens without a connection; `--serve` shows it."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
import re
import subprocess
import sys

from playwright.sync_api import Browser, Page, expect
import pytest

from course.syllabus import ROOT
from tests.site.browsing import PATIENCE, needs_browser

pytestmark = needs_browser


@pytest.fixture
def served(site: Path) -> Iterator[tuple[subprocess.Popen, str]]:
    """Serve the site as `make site-serve` does, on a free port."""
    command = [sys.executable, "-m", "course", "site", "--serve", "--port", "0", "--to", str(site)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    yield server, re.match(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())[0]
    with suppress(ProcessLookupError):
        server.kill()
    server.wait()


def test_what_was_kept_opens_when_the_server_is_gone(browser: Browser, served: tuple[subprocess.Popen, str]) -> None:
    server, address = served
    context = browser.new_context()
    context.set_default_timeout(1000 * PATIENCE)
    page = context.new_page()
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.reload()  # from now on the worker answers
    page.get_by_role("button", name=re.compile("Keep this site on your device")).click()
    expect(page.get_by_text("All pages now open without a connection")).to_be_visible()
    server.terminate()
    server.wait()
    _shows(page, f"{address}labs/06_lenet.html", "06 LeNet: LeNet-5, then and now")
    _shows(page, f"{address}play/digit.html", "A digit by hand")
    assert page.evaluate("Boolean(window.cnnLabs.lenet)")
    context.close()


def _shows(page: Page, address: str, title: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_from_a_disk_nothing_is_offered_that_a_disk_does_not_need(open_page) -> None:
    page = open_page("index.html")
    assert page.locator("#offline button").count() == 0
