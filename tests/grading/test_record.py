"""Recording: nothing lost, humans' marks kept, and a folder on which nbgrader's formgrader opens."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
import json
from pathlib import Path
import shutil
import sqlite3
import subprocess
import sys

from nbconvert.exporters import HTMLExporter
import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader import handlers
import pytest
from traitlets.config import Config, PyFileConfigLoader

from course import notebooks
from course.grading.model import GradingError, Limits, Outcome, Result, Status, Submission
from course.grading.record.folder import BACKUPS, backup, previous
from course.grading.record.late import LatePolicy
from course.grading.record.record import Recorder
from course.grading.report.tables import settled
from course.syllabus import Lab, labs
from tests.grading import small_lab
from tests.grading.recording import DUE, NOON, gradebook, graded, grades, key, mark, refresh, run, submitted


def test_everything_of_a_submission_is_kept(folder: Path, lab: Lab) -> None:
    submission = submitted(lms={"platform": "moodle", "id": "7", "name": "Ada"})
    (stored,) = run(folder, lab, submission, mean_square=Outcome.FAILED)
    assert stored.points == 8
    assert stored.unmarked == ("why_a_copy",)
    assert previous(folder, lab, "ada") == stored
    assert (folder / "submitted/ada/01_small/01_small.ipynb").read_bytes() == submission.content
    assert grades(folder) == {
        "check_mean_square": (0, False),
        "check_scale_rows": (2.5, False),
        "check_scale_rows_bad_input": (0.5, False),
        "check_clip_negative": (2, False),
        "check_running_total": (3, False),
        "why_a_copy": (None, True),
    }
    with gradebook(folder) as book:
        comment = book.find_comment("mean_square", small_lab.NAME, small_lab.NAME, "ada")
        assert comment.comment == "mean_square: expected 1, got 2"
        assert book.find_student("ada").lms_user_id == "7"
        assert book.find_submission(small_lab.NAME, "ada").timestamp == NOON.replace(tzinfo=None)
        assert book.find_assignment(small_lab.NAME).max_score == lab.total_points


def test_what_the_check_of_bad_input_said_stands_in_the_comment_on_the_exercise(folder: Path, lab: Lab) -> None:
    (stored,) = run(folder, lab, submitted(), scale_rows_bad_input=Outcome.FAILED)
    assert stored.points == 9.5
    with gradebook(folder) as book:
        comment = book.find_comment("scale_rows", small_lab.NAME, small_lab.NAME, "ada")
        assert comment.comment == "scale_rows_bad_input: expected 1, got 2"


def test_an_open_answer_waits_for_nobody(folder: Path, lab: Lab) -> None:
    (stored,) = run(folder, lab, submitted(notebook=small_lab.filled(answer=None)))
    assert not stored.unmarked
    assert grades(folder)["why_a_copy"] == (0, False)


def test_a_humans_marks_come_back_and_survive_another_run(folder: Path, lab: Lab) -> None:
    run(folder, lab, submitted())
    mark(folder, "why_a_copy", 1.5, "Whose array?", extra_credit=0.25)
    mark(folder, "check_mean_square", 1, "Half: right for vectors")
    for stored in (refresh(folder, lab), *run(folder, lab, submitted())):
        assert stored == previous(folder, lab, "ada")
        assert stored.written[0].points == 1.75
        assert stored.written[0].comment == "Whose array?"
        assert stored.exercises[0].points == 1
        assert stored.exercises[0].comment == "Half: right for vectors"
        assert stored.points == 1 + 8 + 1.75
    assert grades(folder)["check_mean_square"] == (2, False)
    mark(folder, "check_mean_square", None)
    assert refresh(folder, lab).exercises[0].points == 2


def test_a_mark_stays_but_is_asked_for_again_where_the_answer_changed(folder: Path, lab: Lab) -> None:
    run(folder, lab, submitted())
    mark(folder, "why_a_copy", 2)
    other = submitted(notebook=small_lab.filled(answer="Something else."))
    for stored in (*run(folder, lab, other), *run(folder, lab, other), refresh(folder, lab)):
        assert stored.written[0].points == 2
        assert "Changed after a human marked it: why_a_copy" in stored.remarks
        assert grades(folder)["why_a_copy"] == (None, True)
    mark(folder, "why_a_copy", 0.5)
    (stored,) = run(folder, lab, other)
    assert stored.written[0].points == 0.5
    assert not stored.remarks


def test_what_needs_a_human_is_settled_by_a_mark(folder: Path, lab: Lab) -> None:
    (stored,) = run(folder, lab, submitted(), scale_rows=Outcome.TAMPERED)
    assert stored.status is Status.HUMAN
    assert stored.points == 10, "points stand while a human looks"
    assert grades(folder)["check_scale_rows"] == (2.5, True), "formgrader shows them, and asks"
    assert not settled(stored), "and no platform hears of them"
    assert refresh(folder, lab).status is Status.HUMAN
    mark(folder, "check_scale_rows", 0)
    stored = refresh(folder, lab)
    assert stored.status is Status.REMARKS
    assert "A human has looked at it." in stored.remarks
    (stored,) = run(folder, lab, submitted(), scale_rows=Outcome.TAMPERED)
    assert stored.status is Status.REMARKS, "the human need not look twice at the same"
    assert stored.points == 7.5


def test_lateness_costs_points_and_an_extension_gives_them_back(folder: Path, lab: Lab) -> None:
    (stored,) = run(folder, lab, submitted(), late=DUE)
    assert stored.penalty == 1.5
    assert stored.points == 8.5
    assert stored.status is Status.REMARKS
    with gradebook(folder) as book:
        entry = book.find_submission_notebook(small_lab.NAME, small_lab.NAME, "ada")
        assert entry.late_submission_penalty == 1.5
        assert book.find_submission(small_lab.NAME, "ada").total_seconds_late == 23.5 * 3600
    (dict_,) = gradebook(folder).submission_dicts(small_lab.NAME)
    assert dict_["score"] == 10, "nbgrader takes the penalty off where it exports"
    with gradebook(folder) as book:
        book.grant_extension(small_lab.NAME, "ada", days=1)
    stored = refresh(folder, lab, late=DUE)
    assert (stored.penalty, stored.points, stored.status) == (0, 10, Status.GRADED)


def test_no_more_is_taken_off_than_there_is(folder: Path, lab: Lab) -> None:
    nothing = small_lab.stub()
    small_lab.find(nothing, "mean_square").source = small_lab.RIGHT["mean_square"]
    (stored,) = run(folder, lab, submitted(notebook=nothing), late=replace(DUE, points_per_day=7))
    assert (stored.points, stored.penalty) == (0, 2)


@pytest.mark.parametrize(
    ("hours", "values", "cost"),
    [
        (0, {"points_per_day": 2}, 0),
        (0.5, {"points_per_day": 2, "grace_minutes": 30}, 0),
        (0.6, {"points_per_day": 2, "grace_minutes": 30}, 2),
        (24, {"points_per_day": 2}, 2),
        (24.1, {"points_per_day": 2}, 4),
        (30, {"percent_per_day": 10}, 4),
        (240, {"percent_per_day": 10, "most_percent": 25}, 5),
        (24, {"percent_per_day": 10, "points_per_day": 1}, 3),
    ],
)
def test_late_policy(hours: float, values: dict, cost: float) -> None:
    policy = LatePolicy(NOON, **values)
    handed_in = (NOON + timedelta(hours=hours)).astimezone(timezone(timedelta(hours=-7)))
    assert policy.penalty(policy.days_late(handed_in), max_points=20) == cost


def test_a_due_date_needs_a_time_zone() -> None:
    with pytest.raises(GradingError, match="no time zone"):
        LatePolicy(datetime(2026, 3, 1))


def test_unreadable_gets_a_row_and_no_notebook(folder: Path, lab: Lab) -> None:
    submission = Submission("bob", "bob/x.ipynb", b"{", NOON)
    run(folder, lab, submitted("bob"))
    mark(folder, "why_a_copy", 1, student="bob")
    (stored,) = run(folder, lab, submission, late=DUE)
    assert stored.status is Status.UNREADABLE
    assert stored.remarks[0] == "the file is not a notebook: it is not JSON, or only a part of it arrived"
    assert stored.points == 1, "the human's mark stays, and is asked for again"
    assert "Changed after a human marked it: why_a_copy" in stored.remarks
    assert stored.penalty == 0
    assert (folder / "submitted/bob/01_small/01_small.ipynb").read_bytes() == b"{"
    assert not (folder / "autograded/bob/01_small/01_small.ipynb").exists()
    assert grades(folder, "bob")["check_mean_square"] == (0, False)
    with Recorder(folder, lab) as recorder:
        assert recorder.previous("bob") == stored


def test_previous_only_where_all_of_it_is_there(folder: Path, empty: Path, lab: Lab) -> None:
    def known() -> Result | None:
        with Recorder(folder, lab) as recorder:
            return recorder.previous("ada")

    assert known() is None
    run(folder, lab, submitted())
    assert known() is not None
    (folder / "autograded/ada/01_small/01_small.ipynb").unlink()
    assert known() is None
    run(folder, lab, submitted())
    shutil.copy(empty / "gradebook.db", folder / "gradebook.db")
    assert known() is None
    run(folder, lab, submitted())
    (folder / "results/01_small/ada.json").write_text('{"lab": "01_small"}')
    assert known() is None


def test_an_interrupted_record_counts_as_not_graded(folder: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Recorder, "_with_humans", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(folder, lab, submitted())
    monkeypatch.undo()
    assert previous(folder, lab, "ada") is None
    (stored,) = run(folder, lab, submitted())
    assert previous(folder, lab, "ada") == stored


def test_key_depends_on_what_decides_about_points(lab: Lab) -> None:
    submission, limits = submitted(), Limits()
    same = key(replace(submission, submitted_at=None, lms={"id": "1"}), lab, Limits())
    assert key(submission, lab, limits) == same
    others = {
        key(submitted(notebook=small_lab.stub()), lab, limits),
        key(submission, lab, replace(limits, cell_seconds=1)),
        key(submission, replace(lab, points=lab.points | {"mean_square": 5}), limits),
        key(submission, lab, limits, sandboxed=False),
    }
    lab.solution.write_text(lab.solution.read_text().replace("6.5", "6.25"))
    others.add(key(submission, lab, limits))
    assert len(others - {same}) == 5


def test_backups_are_gradebooks_and_do_not_pile_up(folder: Path, lab: Lab) -> None:
    assert backup(folder.parent) is None
    run(folder, lab, submitted())
    for _ in range(BACKUPS + 2):
        newest = backup(folder)
    kept = sorted((folder / "backups").iterdir())
    assert len(kept) == BACKUPS
    assert kept[-1] == newest
    with Gradebook(f"sqlite:///{newest}", "cnn-labs") as book:
        assert book.find_submission(small_lab.NAME, "ada").score == 10


def test_a_broken_gradebook_is_named_and_left_alone(folder: Path, lab: Lab) -> None:
    (folder / "gradebook.db").write_bytes(b"no database, but long enough to be read as one" * 100)
    for act in (lambda: backup(folder), lambda: run(folder, lab, submitted())):
        with pytest.raises(GradingError, match=r"is no gradebook .* move it away"):
            act()
    assert not (folder / "backups").exists()


@pytest.mark.parametrize("content", [b"", b"x" * 5000, b"SQLite format 3\0", "another", "damaged"])
def test_what_is_no_gradebook_is_never_taken_for_one(folder: Path, lab: Lab, content: bytes | str) -> None:
    run(folder, lab, submitted())
    mark(folder, "why_a_copy", 1.5)
    newest, book = backup(folder), folder / "gradebook.db"
    if content == "another":
        book.unlink()
        with closing(sqlite3.connect(book)) as other:
            other.execute("CREATE TABLE grades (points)")
    elif content == "damaged":
        book.write_bytes(book.read_bytes()[:20_000] + b"\xff" * 30_000)
    else:
        book.write_bytes(content)
    before = book.read_bytes()
    for act in (lambda: backup(folder), lambda: refresh(folder, lab)):
        with pytest.raises(GradingError, match=rf"is no gradebook .* copy its newest backup over it .*{newest.name}"):
            act()
    assert book.read_bytes() == before
    assert sorted((folder / "backups").iterdir()) == [newest]
    shutil.copy(newest, book)
    assert refresh(folder, lab).written[0].points == 1.5


def test_a_transaction_that_was_cut_off_is_no_damage(folder: Path, lab: Lab) -> None:
    """What SQLite left of it is rolled back, as it should be, when the gradebook is opened."""
    run(folder, lab, submitted())
    code = (
        "import os, sqlite3, sys; book = sqlite3.connect(sys.argv[1]); book.execute('PRAGMA cache_size = 1');"
        "book.execute('UPDATE grade SET auto_score = 0'); book.execute('UPDATE comment SET auto_comment = hex(zeroblob(9999))');"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, folder / "gradebook.db"], check=True)
    assert (folder / "gradebook.db-journal").stat().st_size
    assert backup(folder).exists()
    assert refresh(folder, lab).points == 10


def test_a_locked_gradebook_is_an_error_with_a_way_out(folder: Path, lab: Lab) -> None:
    run(folder, lab, submitted())
    before = previous(folder, lab, "ada")
    with Recorder(folder, lab) as recorder:
        other = sqlite3.connect(folder / "gradebook.db")
        other.execute("BEGIN EXCLUSIVE")
        try:
            with pytest.raises(GradingError, match="Close formgrader"):
                recorder.record(submitted(), *graded(submitted(), lab, mean_square=Outcome.FAILED))
        finally:
            other.close()
    assert previous(folder, lab, "ada") == before


def test_other_exercises_than_those_graded_are_refused(folder: Path, lab: Lab) -> None:
    run(folder, lab, submitted())
    notebook = notebooks.read(lab.solution)
    for name in ("running_total", "check_running_total"):
        notebook = small_lab.without(notebook, name)
    notebooks.write(lab.solution, notebooks.to_text(notebook).encode())
    points = {name: value for name, value in lab.points.items() if name != "running_total"}
    with pytest.raises(GradingError, match="another folder"):
        run(folder, replace(lab, points=points), submitted())


def test_points_of_the_course_reach_the_gradebook_also_when_they_change(folder: Path, lab: Lab) -> None:
    run(folder, lab, submitted())
    dearer = replace(lab, points=lab.points | {"mean_square": 6})
    run(folder, dearer, submitted())
    with gradebook(folder) as book:
        assert book.find_submission(small_lab.NAME, "ada").max_score == lab.total_points + 4
        assert book.find_submission(small_lab.NAME, "ada").score == 14


def course_directory(folder: Path) -> tuple[Config, CourseDirectory]:
    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    config.CourseDirectory.root = str(folder)
    return config, CourseDirectory(config=config)


def test_formgraders_views_find_what_was_recorded(folder: Path, lab: Lab) -> None:
    name = "Zoë O'Neil_12"
    run(folder, lab, submitted("ada"), submitted(name), mean_square=Outcome.FAILED)
    run(folder, lab, Submission("bob", "bob/x.ipynb", b"{", NOON))
    config, directory = course_directory(folder)
    api = NbGraderAPI(coursedir=directory, config=config)
    (assignment,) = api.get_assignments()
    assert assignment["status"] == "draft"
    assert assignment["num_submissions"] == 3
    assert assignment["max_score"] == lab.total_points
    views = {view["student"]: view for view in api.get_submissions(small_lab.NAME)}
    assert views[name]["autograded"]
    assert views[name]["score"] == 8
    assert views[name]["needs_manual_grade"]
    assert views["ada"]["timestamp"] == NOON.replace(tzinfo=None).isoformat()
    shown = api.get_notebook_submissions(small_lab.NAME, small_lab.NAME)
    assert {view["student"] for view in shown} == {"ada", name}
    assert {view["failed_tests"] for view in shown} == {True}
    assert {view["id"]: view["score"] for view in api.get_students()} == {"ada": 8, name: 8, "bob": 0}
    indices = api.get_notebook_submission_indices(small_lab.NAME, small_lab.NAME)
    assert sorted(indices.values()) == [0, 1]


def test_formgraders_page_has_the_model_answer_and_nothing_that_runs(folder: Path, lab: Lab) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    submission = submitted(notebook=small_lab.filled(answer=f"if a<b or a < c: {evil}"))
    result, text = graded(submission, lab)
    executed = nbformat.reads(text, as_version=4)
    code = next(cell for cell in executed.cells if cell.cell_type == "code")
    code.outputs = [
        nbformat.v4.new_output("display_data", {"text/html": evil, "text/plain": evil, "image/png": '"><script>'}),
        nbformat.v4.new_output("display_data", {"application/javascript": "alert(3)", "image/svg+xml": evil}),
        nbformat.v4.new_output("display_data", {"image/png": "iVBORw0K"}, metadata={"image/png": {"width": evil}}),
        nbformat.v4.new_output("stream", name="stdout", text=evil),
    ]
    with Recorder(folder, lab) as recorder:
        recorder.record(submission, result, nbformat.writes(executed))
    path = folder / "autograded/ada/01_small/01_small.ipynb"
    stored = notebooks.read(path)
    assert small_lab.MODEL_ANSWER in stored.cells[small_lab.index(stored, "why_a_copy") + 1].source
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    resources = dict.fromkeys(
        ("assignment_id", "notebook_id", "submission_id", "student", "last_name", "first_name", "notebook_path"), "x"
    )
    resources |= {"index": 0, "total": 1, "base_url": ""}
    html, _ = HTMLExporter(config=config).from_filename(str(path), resources=resources)
    assert "alert(3)" not in html
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)" in html, "the instructor can still read it"
    assert "iVBORw0K" in html
    assert "Model answer" in html


def test_nbgraders_own_grading_and_feedback_refuse_here(folder: Path, lab: Lab) -> None:
    run(folder, lab, submitted())
    config, directory = course_directory(folder)
    api = NbGraderAPI(coursedir=directory, config=config)
    mark(folder, "why_a_copy", 2)
    for act in (api.generate_feedback, api.autograde):
        said = act(small_lab.NAME, "ada", force=True)
        assert not said["success"]
        assert "python -m course grade" in json.dumps(said)
    assert not list(folder.rglob("*.html"))
    (stored,) = run(folder, lab, submitted())
    assert stored.points == 12, "what the button took away comes back"


def test_several_labs_share_a_folder(folder: Path, lab: Lab) -> None:
    run(folder, lab, submitted())
    (real,) = labs(["01"])
    with Recorder(folder, real):
        pass
    with gradebook(folder) as book:
        assert book.find_assignment(real.name).max_score == real.total_points
        assert book.find_submission(small_lab.NAME, "ada").score == 10
