"""The course as one PDF: its labs' pages, printed by a browser, with bookmarks."""

from io import BytesIO
from pathlib import Path
import shutil
import sys

from course.syllabus import Lab

NAME = "convolutional-networks.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
_NUMBERS = '<div style="font-size:8px;width:100%;text-align:center"><span class="pageNumber"></span></div>'
_PAPER = {
    "format": "A4",
    "margin": {"top": "18mm", "bottom": "18mm", "left": "16mm", "right": "16mm"},
    "display_header_footer": True,
    "header_template": "<span></span>",
    "footer_template": _NUMBERS,
}


def browser_path() -> str | None:
    """Return a browser of this machine that can print; None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def print_course(labs: list[Lab], site: Path) -> None:
    """Print the labs' pages of a built site into one file in it; without a browser say so, and leave it out."""
    program = browser_path()
    if program is None:
        print("There is no Chromium here (`make browser` says how to get one): the site has no PDF.", file=sys.stderr)
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        page = browser.new_page()
        printed = []
        for lab in labs:
            page.goto((site / "labs" / f"{lab.name}.html").as_uri())
            page.evaluate("window.cnnLabs.openForPrint()")
            printed.append(page.pdf(**_PAPER))
        browser.close()
    (site / NAME).write_bytes(joined([f"{lab.name[:2]} {lab.title}" for lab in labs], printed))


def joined(titles: list[str], parts: list[bytes]) -> bytes:
    """Return PDFs as one, with a bookmark at each one's first page."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    for title, part in zip(titles, parts, strict=True):
        writer.append(BytesIO(part), outline_item=title, import_outline=False)
    writer.compress_identical_objects()
    writer.add_metadata({"/Title": "Convolutional networks, hands on"})
    result = BytesIO()
    writer.write(result)
    return result.getvalue()
