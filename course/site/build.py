"""Builds the site: pages, Sphinx, what Sphinx does not make; then the new folder takes the place of the old one."""

from collections.abc import Iterator
import json
import os
from pathlib import Path
import re
import shutil
import tempfile

from course.site import pdf as pdfs
from course.syllabus import ROOT, CourseError, Lab

SITE = ROOT / "site"
"""What authors write of the site."""
TO = ROOT / "build" / "site"
CARDS = "revise/cnn-labs.apkg"
"""Where the site has the flashcards for Anki."""
DOWNLOADS = "<!-- downloads -->"
"""Where the front page has links to files."""
MARKER = ".cnn-labs-site"
"""A file by which a folder says that it is a site, which the next build may replace."""
_SCRIPT = r"<(?:script|link)[^>]*[/\"](?:{})\.js[^>]*>(?:</script>)?\s*"
_ICONS = re.compile(_SCRIPT.format("fontawesome"))
_UNNEEDED = re.compile(_SCRIPT.format("fontawesome|searchtools|language_data|searchindex"))
_NOT_PAGES = ("aids", "cards", "dialogues", "plans", "slides")


def build(labs: list[Lab], to: Path = TO, *, solutions: bool = False, pdf: bool = True) -> int:
    """Build the site; return the exit status.

    Args:
        labs: those that it shows.
        to: the folder, which is replaced whole, once all of it is made.
        solutions: for instructors: with solutions, all checks and notes in the labs' pages.
        pdf: print the course as one file, too, where there is a browser for it.

    Raises:
        CourseError: if something of the labs or of `site/` is wrong, Sphinx finds a fault, or the folder holds something else.
    """
    refuse_foreign(to)
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=to.parent) as scratch:
        source, made = Path(scratch) / "source", Path(scratch) / "site"
        _write_source(labs, source, solutions=solutions, pdf=pdf and pdfs.browser_path() is not None)
        _sphinx(source, made)
        for path, content in _beside(labs).items():
            _write(made / path, content)
        if pdf:
            pdfs.print_course(labs, made)
        _list_files(made)
        _write(made / MARKER, b"")
        _write(made / ".nojekyll", b"")
        _replace(made, to)
    return 0


def refuse_foreign(to: Path) -> None:
    """Raise a CourseError where a folder is there that is no site of ours: it would be lost."""
    if to.exists() and not (to / MARKER).exists() and (not to.is_dir() or any(to.iterdir())):
        raise CourseError(
            f"{to} is there, and is no site that this command made: name another folder, or move that one away"
        )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _write_source(labs: list[Lab], source: Path, *, solutions: bool, pdf: bool) -> None:
    """Write Sphinx's source: `site/` as it is, and the pages that follow from the labs."""
    shutil.copytree(SITE, source, ignore=shutil.ignore_patterns(*_NOT_PAGES, "__pycache__"))
    for path, content in pages(labs, solutions=solutions):
        if (source / path).exists():
            raise CourseError(f"site/{path} is written by hand and made by the build, too: one of the two has to go")
        _write(source / path, content)
    _fill_index(labs, source / "index.md", pdf=pdf)


def _fill_index(labs: list[Lab], index: Path, *, pdf: bool) -> None:
    """Put the map and the downloads into the front page, in the place of its marks."""
    from course.site import overview

    text = index.read_text("utf-8")
    files = {"The course as one PDF": pdfs.NAME} if pdf else {}
    files["The flashcards for Anki"] = CARDS
    links = ", ".join(f'<a href="{path}" download>{words[0].lower()}{words[1:]}</a>' for words, path in files.items())
    made = {overview.MAP: f"```{{raw}} html\n{overview.course_map(labs)}\n```", DOWNLOADS: f"To take along: {links}."}
    for mark, content in made.items():
        if text.count(mark) != 1:
            raise CourseError(f"site/index.md needs the line {mark} once")
        text = text.replace(mark, content)
    index.write_text(text, "utf-8")


def _list_files(made: Path) -> None:
    """Write the list of what a reader needs without a connection: all but what is there to be downloaded."""
    paths = [
        path for path in sorted(made.rglob("*")) if path.is_file() and path.suffix not in (".pdf", ".zip", ".apkg")
    ]
    names = [path.relative_to(made).as_posix() for path in paths]
    facts = {"files": names, "bytes": sum((made / name).stat().st_size for name in names)}
    script = f"window.cnnLabs = window.cnnLabs || {{}};\nwindow.cnnLabs.site = {json.dumps(facts)};\n"
    _write(made / "_static" / "offline-files.js", script.encode())


def pages(labs: list[Lab], *, solutions: bool) -> Iterator[tuple[str, bytes]]:
    """Give each page that follows from the labs and from what is written of them: path in Sphinx's source, content."""
    from course.site import aids, cards, dialogues, glossary, guide, overview, quiz

    terms = glossary.anchors(labs)
    for lab in labs:
        yield from _lab_page(lab, labs, terms, solutions=solutions)
    made = {"revise/summaries.md": overview.summaries_page(labs)}
    for module in (quiz, cards, dialogues, aids, glossary):
        made |= module.pages(labs)
    made |= guide.pages(labs, solutions=solutions)
    for path, text in made.items():
        yield path, text.encode()


def _lab_page(lab: Lab, labs: list[Lab], terms: dict[str, str], *, solutions: bool) -> Iterator[tuple[str, bytes]]:
    from course.site import labs as lab_pages
    from course.site import launch, quiz

    made = lab_pages.page(lab, labs, terms, head=launch.head(lab), quiz=quiz.quiz_html(lab), solutions=solutions)
    yield f"{lab_pages.FOLDER}/{lab.name}.md", ("\n\n".join(made.blocks) + "\n").encode()
    for name, content in made.files.items():
        yield f"{lab_pages.FOLDER}/figures/{name}", content


def _beside(labs: list[Lab]) -> dict[str, bytes]:
    """Return what stands in the site and is no page of Sphinx's: path -> content."""
    from course.site import anki, launch, lenet, photo, slides

    made = {CARDS: anki.package(labs), "_static/digit-weights.js": lenet.weights_script()}
    made["_static/photo-weights.js"] = photo.weights_script()
    made["LICENSE.txt"] = (ROOT / "LICENSE").read_bytes()  # of the network, too, that a page holds in changed form
    return made | slides.decks(labs) | launch.handouts(labs)


def _sphinx(source: Path, to: Path) -> None:
    """Let Sphinx make pages of a source; it says on the terminal what is wrong with them.

    Raises:
        CourseError: if it warned.
    """
    from sphinx.cmd.build import main

    failed = main(["-b", "html", "-q", "-W", "--keep-going", "-j", str(os.cpu_count() or 1), str(source), str(to)])
    if failed:
        raise CourseError("the site stays as it was: Sphinx says above what is wrong")
    shutil.rmtree(to / ".doctrees", ignore_errors=True)
    for name in (".buildinfo", "objects.inv", "_sources"):
        shutil.rmtree(to / name, ignore_errors=True) if (to / name).is_dir() else (to / name).unlink(missing_ok=True)
    _lighten(to)


def _lighten(to: Path) -> None:
    """Take off what the theme has every page load and no page needs.

    That is a script of 1,500 icons, 1.6 MB (`course.css` draws those that pages use), and the index of all words, but for the search's page.
    """
    for path in {*(to / "_static").rglob("*.map"), *(to / "_static").rglob("fontawesome.js*")}:
        path.unlink()
    for page in to.rglob("*.html"):
        unneeded = _ICONS if page.name == "search.html" else _UNNEEDED
        page.write_text(unneeded.sub("", page.read_text("utf-8")), "utf-8")


def _replace(made: Path, to: Path) -> None:
    """Put a finished folder in the place of the old one."""
    if to.exists():
        os.replace(to, made.with_name("old"))  # in the scratch folder, which is removed
    os.replace(made, to)
    to.chmod(0o755)
