"""`python -m course site`: build the site, and show it."""

import argparse
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
import importlib.util
from pathlib import Path
import sys

from course.syllabus import CourseError, labs

NEEDED = ("sphinx", "myst_parser", "sphinx_book_theme", "genanki", "pypdf", "latex2mathml", "sphinx_revealjs")


def add_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Add what the command takes."""
    parser.add_argument(
        "--to", type=Path, metavar="DIR", help="the folder that it is written to; by default build/site"
    )
    parser.add_argument(
        "--solutions", action="store_true", help="for instructors: with solutions, checks and notes in the labs"
    )
    parser.add_argument("--no-pdf", action="store_true", help="without the course as one PDF, which takes a browser")
    parser.add_argument("--serve", action="store_true", help="show what is built there, and build nothing")
    parser.add_argument("--port", type=int, default=8000, help="for --serve; 0 takes a free one")
    return parser


def run(options: argparse.Namespace) -> int:
    """Build the site, or show the one that is there."""
    from course.site import build

    to = (options.to or build.TO).resolve()
    if options.serve:
        return serve(to, options.port)
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise CourseError(
            f"the site needs packages that are not installed ({', '.join(missing)}): `make site` installs them, or "
            f"{sys.executable} -m pip install --require-hashes -r requirements-site.txt"
        )
    failed = build.build(labs(), to, solutions=options.solutions, pdf=not options.no_pdf)
    print(f"The site is in {to}: open {to / 'index.html'}, or call `make site-serve`.")
    return failed


def serve(folder: Path, port: int) -> int:
    """Show a folder to this machine's browsers until Ctrl-C."""
    if not (folder / "index.html").exists():
        raise CourseError(f"there is no site in {folder}: `make site` builds it")
    handler = partial(_Quiet, directory=str(folder))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise CourseError(f"port {port} cannot be had ({error.strerror}): name another, as --port 8001") from error
    with server:
        print(f"http://127.0.0.1:{server.server_port}/  (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""
