"""What comes of results: a row and a page for everybody, safe to open, and tables that learning platforms read."""

import csv
from datetime import UTC, datetime
from html.parser import HTMLParser
import io
import json
from pathlib import Path
import re

import pytest

from course.grading.model import Exercise, Outcome, Result, Status, WrittenAnswer
from course.grading.record.folder import save
from course.grading.report import tables
from course.grading.report.results import checks, common_messages, distribution, read_results, write_results
from course.syllabus import Lab, exercise_of
from tests.grading import small_lab

NASTY = "</pre><script>alert('x')</script><img src=x onerror=alert(1)>&\"'"
WRONG = "mean_square([1, 2]): expected 2.5, got 2.25. That is the square of the mean."


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return small_lab.make(tmp_path / "course")


def exercises(**changes: Exercise) -> tuple[Exercise, ...]:
    """Return exercises that all passed, but for these."""
    return tuple(
        changes.get(name, Exercise(name, points, points, Outcome.PASSED, "", small_lab.RIGHT[exercise_of(name)]))
        for name, points in small_lab.CHECK_POINTS.items()
    )


def failed(name: str, message: str, outcome: Outcome = Outcome.FAILED, comment: str = "") -> Exercise:
    return Exercise(
        name, small_lab.CHECK_POINTS[name], 0, outcome, message, small_lab.WRONG[exercise_of(name)], comment
    )


def answer(points: float | None = 2, comment: str = "") -> tuple[WrittenAnswer, ...]:
    return (WrittenAnswer("why_a_copy", 2, small_lab.ANSWER, points, comment),)


def result(student: str, parts: tuple[Exercise, ...] | None = None, **changes) -> Result:
    values = {"status": Status.GRADED, "exercises": exercises() if parts is None else parts, "written": answer()}
    return Result(lab="01_small", student=student, name="01_small.ipynb", key="k", **values | changes)


def unreadable(student: str, remark: str = "The file is no notebook") -> Result:
    return result(student, (), status=Status.UNREADABLE, written=(), remarks=(remark,))


def written(folder: Path, lab: Lab, *results: Result) -> Path:
    """Save the results, write what follows from them, and return the lab's folder."""
    for one in results:
        save(folder, one)
    write_results(folder, lab)
    return folder / "results" / lab.name


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


class Page(HTMLParser):
    """A page's elements and visible text, as a browser's parser tells them."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.inside: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.elements.append((tag, dict(attributes)))
        self.inside.append(tag)
        self.text += " " if tag in ("td", "th", "caption") else ""

    def handle_endtag(self, tag: str) -> None:
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.inside:
            self.text += data

    def words(self) -> str:
        return " ".join(self.text.split())

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


def test_grades_has_a_row_for_everybody_whatever_happened(lab: Lab, tmp_path: Path) -> None:
    place = written(
        tmp_path,
        lab,
        result("ada"),
        result("bo", exercises(mean_square=failed("mean_square", WRONG)), written=answer(None), penalty=1.5),
        result("cy", status=Status.HUMAN, remarks=("A cell killed the kernel",)),
        unreadable("dee"),
        result("eve", (), status=Status.GRADED, written=()),
    )
    found = {row["student"]: row for row in rows((place / "grades.csv").read_bytes())}
    assert list(found) == ["ada", "bo", "cy", "dee", "eve"]
    assert found["ada"] | {"name": "", "submitted": ""} == {
        "student": "ada", "name": "", "file": "01_small.ipynb", "submitted": "", "mean_square": "2", "scale_rows": "2.5",
        "scale_rows_bad_input": "0.5",
        "clip_negative": "2", "running_total": "3", "why_a_copy": "2", "penalty": "0", "total": "12", "maximum": "12",
        "status": "graded", "waiting": "", "remarks": "",
    }  # fmt: skip
    assert (found["bo"]["mean_square"], found["bo"]["why_a_copy"]) == ("0", "")
    assert (found["bo"]["total"], found["bo"]["penalty"]) == ("6.5", "1.5")
    assert found["bo"]["waiting"] == "why_a_copy"
    assert (found["cy"]["status"], found["cy"]["remarks"]) == ("needs a human", "A cell killed the kernel")
    assert (found["dee"]["status"], found["dee"]["total"]) == ("unreadable", "0")
    assert found["dee"]["mean_square"] == "", "no points are known, which is not the same as 0 points"


def test_a_damaged_result_is_a_row_and_hides_nobody_else(lab: Lab, tmp_path: Path) -> None:
    place = tmp_path / "results" / lab.name
    place.mkdir(parents=True)
    (place / "bo.json").write_text(result("bo").to_json()[:200])
    (place / "cy.json").write_text(json.dumps({"student": "cy"}))
    written(tmp_path, lab, result("ada"))
    found = {row["student"]: row for row in rows((place / "grades.csv").read_bytes())}
    assert [row["status"] for row in found.values()] == ["graded", "needs a human", "needs a human"]
    assert "delete it and grade this student again" in found["bo"]["remarks"]
    assert (tmp_path / "feedback" / "cy" / "01_small.html").exists()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\n@", "＝"])
def test_no_cell_is_a_formula(lab: Lab, start: str) -> None:
    evil = start + "HYPERLINK(1)"
    one = result("ada", remarks=(evil,), lms={"name": evil, "platform": "moodle", "id": evil})
    for table in (tables.grades, tables.moodle, tables.canvas):
        for row in csv.reader(io.StringIO(table(lab, [one]).decode("utf-8-sig"))):
            assert not [cell for cell in row if cell.strip().startswith(("=", "+", "-", "@", "＝"))], row
            assert not [cell for cell in row if re.search(r"[\t\r\n]", cell)], row


@pytest.mark.parametrize("login", ["ada+cs@uni.edu", "+491701234", "-ada", "@ada", "ada", "ünal_1"])
def test_a_login_reaches_the_platforms_as_it_came(lab: Lab, login: str) -> None:
    one = result("ada_cs_uni.edu", lms={"login": login})
    assert rows(tables.moodle(lab, [one]))[0]["Student"] == login
    assert rows(tables.canvas(lab, [one]))[1]["SIS Login ID"] == login
    assert rows(tables.grades(lab, [one]))[0]["student"] == "ada_cs_uni.edu"


@pytest.mark.parametrize("login", ["=1+1", "+cmd|' /C calc'!A0", "-2+3(1)", "@SUM(1)", "＝1", "+a b"])
def test_what_no_login_is_made_of_is_no_formula_there_either(lab: Lab, login: str) -> None:
    one = result("ada", lms={"login": login})
    assert rows(tables.moodle(lab, [one]))[0]["Student"] == "'" + login
    assert rows(tables.canvas(lab, [one]))[1]["SIS Login ID"] == "'" + login


def test_names_of_all_kinds_survive_the_tables(lab: Lab, tmp_path: Path) -> None:
    names = ['Zoë "Zo" Müller, jr.', "李雷", "O'Brien; x", "a b"]
    place = written(tmp_path, lab, *[result(f"s{i}", lms={"name": name}) for i, name in enumerate(names)])
    assert (place / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbf"), "spreadsheets need it to see UTF-8"
    assert [row["name"] for row in rows((place / "grades.csv").read_bytes())] == names
    assert [row["Full name"] for row in rows((place / "moodle.csv").read_bytes())] == names


def test_text_that_is_no_unicode_is_replaced_and_breaks_nothing(lab: Lab, tmp_path: Path) -> None:
    place = tmp_path / "results" / lab.name
    place.mkdir(parents=True)
    broken = json.loads(result("ada", remarks=("broken \ud800",)).to_json())
    (place / "ada.json").write_text(json.dumps(broken))
    write_results(tmp_path, lab)
    assert "broken ?" in (tmp_path / "feedback" / "ada" / "01_small.html").read_text("utf-8")
    assert "broken ?" in (place / "grades.csv").read_text("utf-8-sig")


def test_moodle_worksheet_has_the_columns_and_identifiers_that_its_importer_looks_for(lab: Lab) -> None:
    from_moodle = result("ada", lms={"platform": "moodle", "id": "4711", "name": "Ada L"}, penalty=0.25)
    from_folder = result("s123")
    ada, other = rows(tables.moodle(lab, [from_moodle, from_folder]))
    assert {"Identifier", "Grade", "Last modified (grade)", "Feedback comments"} <= ada.keys()
    assert next(iter(ada)) != "Feedback comments", "the importer ignores feedback in the first column"
    assert (ada["Identifier"], ada["Grade"], ada["Maximum Grade"]) == ("Participant 4711", "11.75", "12")
    assert "mean_square: 2 of 2" in ada["Feedback comments"]
    assert "late: -0.25" in ada["Feedback comments"]
    assert (other["Identifier"], other["Student"], other["Grade"]) == ("", "s123", "12")


def test_canvas_gradebook_has_the_columns_that_its_importer_looks_for(lab: Lab) -> None:
    from_canvas = result("ada", lms={"platform": "canvas", "id": "99", "name": "lovelaceada"})
    content = tables.canvas(lab, [from_canvas, result("s123")])
    header, points, ada, other = csv.reader(io.StringIO(content.decode()))
    assert header == ["Student", "ID", "SIS Login ID", "Section", "01_small"], "all after Section are assignments"
    assert "Points Possible" in points[0]
    assert points[4] == "12"
    assert ada == ["lovelaceada", "99", "", "", "12"]
    assert other == ["s123", "", "s123", "", "12"]
    assert not content.startswith(b"\xef\xbb\xbf")


def test_platforms_get_settled_grades_only(lab: Lab) -> None:
    class_ = [
        result("settled", remarks=("Two notebooks",), status=Status.REMARKS),
        result("waiting", written=answer(None)),
        result("human", status=Status.HUMAN),
        unreadable("unreadable"),
    ]
    assert [row["Student"] for row in rows(tables.moodle(lab, class_))] == ["settled"]
    assert [row["Student"] for row in rows(tables.canvas(lab, class_))] == ["    Points Possible", "settled"]


@pytest.mark.parametrize("place", ["student", "name", "source", "message", "remark", "answer", "comment", "lms"])
def test_nothing_that_a_student_wrote_is_markup(lab: Lab, tmp_path: Path, place: str) -> None:
    def nasty(where: str, otherwise: str = "") -> str:
        return NASTY if place == where else otherwise

    part = Exercise("mean_square", 2, 0, Outcome.FAILED, nasty("message", WRONG), nasty("source"))
    one = Result(
        lab.name,
        student=nasty("student", "ada").replace("/", "_"),
        name=nasty("name"),
        key="",
        status=Status.HUMAN,
        remarks=(nasty("remark", "Look at this"),),
        exercises=exercises(mean_square=part),
        written=(WrittenAnswer("why_a_copy", 2, nasty("answer"), None, nasty("comment")),),
        lms={"name": nasty("lms")},
    )
    folder = written(tmp_path, lab, one)
    pages = [Page(folder / "report.html"), Page(tmp_path / "feedback" / one.student / "01_small.html")]
    for page in pages:
        assert page.count("script") == page.count("img") == 0
        assert not [attributes for _, attributes in page.elements if "onerror" in attributes]
    assert any("alert('x')" in page.text for page in pages), "it is shown as text"


def test_pages_load_nothing_and_run_nothing(lab: Lab, tmp_path: Path) -> None:
    folder = written(tmp_path, lab, result("ada"), result("bo", exercises(mean_square=failed("mean_square", WRONG))))
    for path in (folder / "report.html", tmp_path / "feedback" / "bo" / "01_small.html"):
        page = Page(path)
        assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.elements}
        assert not re.search(r"https?://|url\(|@import", path.read_text("utf-8"))
        policy = next(a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
        assert policy.startswith("default-src 'none'")


def test_pages_can_be_read_by_a_screen_reader(lab: Lab, tmp_path: Path) -> None:
    folder = written(tmp_path, lab, result("ada"), result("bo", exercises(mean_square=failed("mean_square", WRONG))))
    for path in (folder / "report.html", tmp_path / "feedback" / "bo" / "01_small.html"):
        page = Page(path)
        assert ("html", {"lang": "en"}) in page.elements
        assert page.count("h1") == page.count("main") == page.count("title") == 1
        assert page.count("table") == page.count("caption") == page.count("thead") >= 1
        assert all("scope" in attributes for tag, attributes in page.elements if tag == "th")
        assert all(attributes.get("aria-hidden") for tag, attributes in page.elements if tag == "svg")
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        anchors = {a["href"][1:] for tag, a in page.elements if tag == "a" and a["href"].startswith("#")}
        assert anchors <= set(ids)


def test_feedback_shows_points_code_messages_marks_and_penalty(lab: Lab, tmp_path: Path) -> None:
    parts = exercises(
        mean_square=failed("mean_square", f"\x1b[31m{WRONG}\x1b[0m"),
        clip_negative=Exercise("clip_negative", 2, 0, Outcome.MISSING),
        running_total=failed("running_total", "Stopped after 5 seconds, the limit of a cell", Outcome.LIMIT, "A loop!"),
    )
    when = datetime(2026, 11, 9, 18, 5, tzinfo=UTC)
    one = result("ada", parts, written=answer(1.5, "Who calls it?"), penalty=0.5, submitted_at=when,
                 remarks=("The check of scale_rows was edited",), status=Status.REMARKS)  # fmt: skip
    written(tmp_path, lab, one)
    page = Page(tmp_path / "feedback" / "ada" / "01_small.html")
    words = page.words()
    for piece in (
        "4 of 12 points",
        "mean_square: failed, 0 of 2",
        WRONG,
        "return values.mean() ** 2",
        "scale_rows: passed, 2.5 of 2.5",
        "clip_negative: not attempted, 0 of 2 You have not changed this cell. running_total",
        "running_total: stopped at a limit, 0 of 3 What happened: Stopped after 5 seconds, the limit of a cell Comment: A loop!",
        "why_a_copy: 1.5 of 2 Comment: Who calls it? Your answer: Because whoever called it",
        "Handed in late penalty −0.5",
        "The check of scale_rows was edited",
        "handed in 9 November 2026, 18:05 UTC",
    ):
        assert piece in words, piece
    assert "[31m" not in page.text


def test_feedback_says_what_is_not_final(lab: Lab, tmp_path: Path) -> None:
    written(
        tmp_path,
        lab,
        result("ada", written=answer(None)),
        result("bo", status=Status.HUMAN, remarks=("Look",)),
        unreadable("cy", "01_small.ipynb ends in the middle"),
        result("dee"),
    )
    words = {path.parent.name: Page(path).words() for path in (tmp_path / "feedback").glob("*/01_small.html")}
    assert "10 of 12 points so far One written answer waits to be marked by a human." in words["ada"]
    assert "these points may change" in words["bo"]
    assert "could not be read" in words["cy"]
    assert "01_small.ipynb ends in the middle" in words["cy"]
    assert "of 12 points" not in words["cy"]
    assert not re.search("so far|may change|could not be read", words["dee"])


def test_report_tells_who_needs_a_human_and_which_answers_wait(lab: Lab, tmp_path: Path) -> None:
    tampered = failed("mean_square", "Its check does not refuse a wrong answer any more", Outcome.TAMPERED)
    folder = written(
        tmp_path,
        lab,
        result("ada"),
        result("bo", written=answer(None)),
        result("cy", exercises(mean_square=tampered), status=Status.HUMAN),
        unreadable("dee", "No notebook"),
    )
    words = Page(folder / "report.html").words()
    assert "graded 2 graded with remarks 0 needs a human 1 unreadable 1 All 4" in words
    assert "3 of 4 grades are not settled yet" in words
    assert "cy needs a human 10 mean_square: check tampered with" in words
    assert "dee unreadable – No notebook" in words
    assert "why_a_copy 2 2 2 1 bo" in words  # points, marked, their mean, waiting, whose
    assert "mean_square answer 2 3 2 of 3, 67 % 0 0 0 1 check tampered with 1: Its check does not refuse" in words
    assert "scale_rows bad input 0.5 3 3 of 3, 100 % 0 0 0 – –" in words
    links = [attributes["href"] for tag, attributes in Page(folder / "report.html").elements if tag == "a"]
    assert "../../feedback/cy/01_small.html" in links
    assert all((folder / link).resolve().exists() for link in links)


def test_report_counts_messages_that_differ_in_numbers_only_as_one() -> None:
    got = [5, 7, 7]
    said = [f"mean_square([1, 2]): expected 2.5, got {value}." for value in got] + [WRONG] * 2
    class_ = [result(f"s{i}", exercises(mean_square=failed("mean_square", text))) for i, text in enumerate(said)]
    class_ += [result("ada"), result("bo", exercises(mean_square=Exercise("mean_square", 2, message="stub")))]
    first, second = common_messages(class_, "mean_square")
    assert (first.text, first.students, first.alike) == (said[1], 3, False)
    assert (second.text, second.students, second.alike) == (WRONG, 2, True)
    assert common_messages(class_, "scale_rows") == []


def test_report_tells_of_each_check_what_became_of_it_and_what_it_said_most(lab: Lab, tmp_path: Path) -> None:
    bad = "scale_rows(a row of sum 0): expected an error"
    slow = failed("scale_rows", "Stopped after 60 seconds", Outcome.LIMIT)
    class_ = [
        result("ada"),
        result("bo", exercises(scale_rows=failed("scale_rows", "columns, not rows"))),
        result("cy", exercises(scale_rows=slow, scale_rows_bad_input=failed("scale_rows_bad_input", bad))),
        result(
            "dee",
            exercises(scale_rows=Exercise("scale_rows", 2.5), scale_rows_bad_input=failed("scale_rows_bad_input", bad)),
        ),
    ]
    found = {check.name: check for check in checks(lab, class_)}
    assert list(found) == list(lab.checks)
    assert (found["scale_rows"].attempted, found["scale_rows"].passed, found["scale_rows"].students) == (3, 1, 4)
    assert found["scale_rows_bad_input"].outcomes[Outcome.FAILED] == 2
    words = Page(written(tmp_path, lab, *class_) / "report.html").words()
    assert "scale_rows answer 2.5 3 1 of 4, 25 % 1 1 1 – 1: Stopped after 60 seconds" in words
    assert f"scale_rows bad input 0.5 4 2 of 4, 50 % 2 0 0 – 2: {bad}" in words


def test_report_names_pairs_with_similar_code(lab: Lab, tmp_path: Path) -> None:
    one, renamed = (small_lab.LONG.replace("total", name) for name in ("total", "s"))
    parts = [exercises(mean_square=Exercise("mean_square", 2, 2, Outcome.PASSED, "", code)) for code in (one, renamed)]
    place = written(tmp_path, lab, result("ada", parts[0]), result("bo", parts[1]), result("cy"))
    words = Page(place / "report.html").words()
    assert "Similar code A hint to look, never a verdict" in words
    assert "ada bo 1 mean_square 100 %" in words
    assert (
        "No two answers are that similar." in Page(written(tmp_path / "x", lab, result("ada")) / "report.html").words()
    )


def test_distribution_counts_everybody_once() -> None:
    bins = distribution([0, 1.19, 1.2, 6, 11.9, 12, 12], 12)
    assert [found.students for found in bins] == [2, 1, 0, 0, 0, 1, 0, 0, 0, 3]
    assert (bins[0].label, bins[1].label, bins[-1].label) == ("0 to below 1.2", "1.2 to below 2.4", "10.8 to 12")
    assert sum(found.students for found in distribution([0.1 * n for n in range(21)], 2)) == 21


def test_nobody_and_nothing_executed_make_a_report_too(lab: Lab, tmp_path: Path) -> None:
    assert write_results(tmp_path, lab) == []
    words = Page(tmp_path / "results" / lab.name / "report.html").words()
    assert "No submission has been executed." in words
    assert "Nobody." in words
    assert "No check refused anything." in words


def test_writing_again_changes_nothing_and_a_human_mark_only_what_it_must(lab: Lab, tmp_path: Path) -> None:
    folder = written(tmp_path, lab, result("ada", written=answer(None)), result("bo"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write_results(tmp_path, lab)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    written(tmp_path, lab, result("ada", written=answer(2, "Well said")))
    changed = {path.name for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() != before[path]}
    assert changed == {"ada.json", "grades.csv", "moodle.csv", "canvas.csv", "report.html", "01_small.html"}
    assert "Well said" in (tmp_path / "feedback" / "ada" / "01_small.html").read_text("utf-8")
    bo = tmp_path / "feedback" / "bo" / "01_small.html"
    assert bo.read_bytes() == before[bo]
    assert [one.student for one in read_results(tmp_path, lab)] == ["ada", "bo"]
    assert (folder / "moodle.csv").read_text("utf-8").count("ada") == 2
