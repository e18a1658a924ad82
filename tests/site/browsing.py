"""Looks at the built site in a browser, as a reader does who has it on a disk: no server, no network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request
import pytest

from course.site.pdf import browser_path

needs_browser = pytest.mark.skipif(
    browser_path() is None, reason="there is no Chromium here; `make browser` says how to get it"
)
"""For test modules: `pytestmark = needs_browser`."""
PATIENCE = 60
"""Seconds for what has to come on a page; the machine may do other work, too."""
OWN = ("file:", "data:", "blob:")
"""Where a page may ask for something."""

OPTIONS = {"preload": False, "resultTypes": ["violations"]}
"""For axe: without a second look at style sheets, which from a disk it may not fetch, and without lists of what is right."""


@contextmanager
def opened(
    browser: Browser, address: str, *, width: int = 800, theme: str = "light", javascript: bool = True
) -> Iterator[Page]:
    """Open a page, and at the end fail with what it did wrong: errors of scripts, requests to others."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=theme,
        java_script_enabled=javascript,
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE * 1000)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("console", lambda line: wrong.append(f"console: {line.text}") if line.type == "error" else None)
    if javascript:  # without, Chromium gives up the scripts that the page names beforehand
        page.on("requestfailed", lambda request: _note_failure(wrong, request))
    page.on("request", lambda request: None if request.url.startswith(OWN) else wrong.append(f"asked: {request.url}"))
    page.goto(address)
    yield page
    context.close()
    assert not wrong, f"{address}: {wrong}"


def _note_failure(wrong: list[str], request: Request) -> None:
    if request.failure != "net::ERR_ABORTED":  # which is what becomes of a request whose page was left
        wrong.append(f"failed: {request.url}: {request.failure}")


def violations(page: Page, *, code: bool = True) -> list[str]:
    """Return what axe-core finds on a page that keeps people out, a line each; none is right.

    Args:
        page: it.
        code: look into blocks of code, too. They are thousands of spans of a dozen kinds: one page says as much as all.
    """
    context = {} if code else {"exclude": [["pre"]]}
    found = Axe().run(page, context=context, options=OPTIONS).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for rule in found
        for node in rule["nodes"][:3]
    ]


def address(site: Path, path: str) -> str:
    """Return where a page of the site is found on the disk; the path may end with ?query or #anchor."""
    name = re.split("[?#]", path)[0]
    return (site / name).as_uri() + path.removeprefix(name)
