"""The built site, once for all tests of a run, and a browser that opens its pages."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from filelock import FileLock
from playwright.sync_api import Browser, Page, expect, sync_playwright
import pytest

from course.site.build import build
from course.site.pdf import ARGUMENTS, browser_path
from course.syllabus import labs
from tests.site import browsing


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Build the site as readers get it; with several workers the first one does."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "cnn-labs-site"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            build(labs(), folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start a browser, for a module: while it runs, so does an event loop, in which no other test could start its own."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=browsing.PATIENCE * 1000)
        started = playwright.chromium.launch(executable_path=browser_path(), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def open_page(site: Path, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page of the site; what pages did wrong fails the test at its end."""
    with ExitStack() as stack:
        yield lambda path, **options: stack.enter_context(
            browsing.opened(browser, browsing.address(site, path), **options)
        )


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Give the function that returns what axe-core finds on a page."""
    return browsing.violations
