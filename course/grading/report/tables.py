"""A class's results as tables (CSV): one for the instructor, and the ones that Moodle and Canvas import."""

from collections.abc import Iterable
import csv
import io
import re

from course.grading.model import Result, Status
from course.syllabus import Lab

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
_LOGIN = re.compile(r"[\w.@+-]+")
"""Of such characters alone no formula is made that calls or fetches anything, whatever it begins with."""


def grades(lab: Lab, results: Iterable[Result]) -> bytes:
    """Return a row for each submission, whatever became of it.

    Points are empty where there are none yet: a written answer that waits for a human, a submission that cannot be read.
    The file starts with a byte order mark, by which spreadsheet programs know UTF-8; read it with `encoding="utf-8-sig"`.
    """
    header = ["student", "name", "file", "submitted", *lab.checks, *lab.written, "penalty", "total", "maximum"]
    header += ["status", "waiting", "remarks"]
    rows = []
    for result in results:
        points = {part.name: part.points for part in (*result.exercises, *result.written)}
        row = [result.student, result.lms.get("name", ""), result.name, result.submitted_at or ""]
        row += [number(points.get(name)) for name in (*lab.checks, *lab.written)]
        row += [number(result.penalty), number(result.points), number(lab.total_points)]
        rows.append([*row, result.status, ", ".join(result.unmarked), "; ".join(result.remarks)])
    return b"\xef\xbb\xbf" + _csv([header, *rows])


def moodle(lab: Lab, results: Iterable[Result]) -> bytes:
    """Return a grading worksheet for Moodle, with the grades that are settled.

    "Upload grading worksheet" of an assignment reads the columns Identifier, Grade, Last modified (grade) and, where that
    kind of feedback is switched on, Feedback comments; it finds them by their (English) names, skips rows whose Identifier
    it does not know, and ignores other columns (moodle/moodle on GitHub: mod/assign/feedback/offline/importgradeslib.php and
    locallib.php). Identifier is "Participant " and the number that the download of submissions has in its names
    (mod/assign/gradingtable.php, col_recordid; mod/assign/locallib.php, download_submissions). A grade above the
    assignment's maximum is skipped. For submissions that did not come from Moodle there is the column Student, to be mapped
    to a user field in the course's Grades > Import > CSV file (docs.moodle.org, "Grade import"): it holds the name that came.
    """
    header = [
        "Identifier",
        "Full name",
        "Student",
        "Grade",
        "Maximum Grade",
        "Last modified (grade)",
        "Feedback comments",
    ]
    rows = [
        [
            f"Participant {result.lms['id']}" if _came_from(result, "moodle") else "",
            result.lms.get("name") or result.student,
            _login(result),
            number(result.points),
            number(lab.total_points),
            "",
            _comment(result),
        ]
        for result in results
        if settled(result)
    ]
    return _csv([header, *rows], "Student")


def canvas(lab: Lab, results: Iterable[Result]) -> bytes:
    """Return a gradebook file for Canvas, with the grades that are settled.

    Canvas' importer wants Student first, ID second, Section last of what describes a student, and takes every column after
    that for an assignment, which it finds by its name; a row whose Student is "Points Possible" tells the maximum. A student
    is found by ID, else by SIS Login ID, else by name. An empty grade deletes the one that Canvas has, so a grade that is
    not settled has no row (instructure/canvas-lms on GitHub: lib/gradebook_importer.rb).
    """
    header = ["Student", "ID", "SIS Login ID", "Section", lab.name]
    rows = [
        [
            result.lms.get("name") or result.student,
            result.lms["id"] if _came_from(result, "canvas") else "",
            "" if _came_from(result, "canvas") else _login(result),
            "",
            number(result.points),
        ]
        for result in results
        if settled(result)
    ]
    return _csv([header, ["    Points Possible", "", "", "", number(lab.total_points)], *rows], "SIS Login ID")


def settled(result: Result) -> bool:
    """Tell whether nothing about a grade waits for a human."""
    return result.status in (Status.GRADED, Status.REMARKS) and not result.unmarked


def number(points: float | None) -> str:
    """Return points as text: "3", "2.5", and nothing for None."""
    return "" if points is None else f"{round(points, 2):g}"


def _came_from(result: Result, platform: str) -> bool:
    return result.lms.get("platform") == platform and bool(result.lms.get("id"))


def _login(result: Result) -> str:
    """Return how a student is called where the submissions came from, before that became a folder's name."""
    return result.lms.get("login") or result.student


def _comment(result: Result) -> str:
    """Return points per part, in words; nothing that a student wrote, since Moodle takes it for HTML."""
    parts = [
        f"{part.name}: {number(part.points)} of {number(part.max_points)}"
        for part in (*result.exercises, *result.written)
    ]
    late = [f"late: -{number(result.penalty)}"] if result.penalty else []
    return ", ".join(parts + late)


def _csv(rows: Iterable[Iterable[object]], id_column: str = "") -> bytes:
    """Return rows, the first one the header, as a file that no spreadsheet takes for formulas.

    By what stands in `id_column` a platform finds a student, so a login stays as it came there, also one that begins with a sign,
    as +ada does: with an apostrophe before it, it would match nobody.
    """
    header, *others = [[str(value) for value in row] for row in rows]
    ids = header.index(id_column) if id_column else None
    table = [header] + [
        [text if column == ids and _LOGIN.fullmatch(text) else _harmless(text) for column, text in enumerate(row)]
        for row in others
    ]
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(table)
    return buffer.getvalue().encode(errors="replace")


def _harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, on one line: `=HYPERLINK(...)` as a student's name is text."""
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    return "'" + text if _FORMULA.match(text) else text
