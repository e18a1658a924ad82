"""A whole class through `grade`: whatever one hands in, everybody gets the row that is theirs, and the others what they earned."""

from collections.abc import Callable
import csv
import functools
import io
import json
import os
from pathlib import Path
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile

import nbformat
import pytest

from course import notebooks, version
from course.grading.execute import schedule, walls
from course.grading.grade import Options, grade
from course.grading.model import GradingError, Limits, Result, Status
from course.syllabus import ROOT, Lab
from tests.grading import nasty, small_lab
from tests.grading.gate import WAIT, Gate
from tests.grading.jobs import HANG_SECONDS, execute_patiently

pytestmark = pytest.mark.skipif(not walls.available(), reason="grading needs bubblewrap")
LIMITS = Limits(cell_seconds=30, notebook_seconds=1000, memory=2**30, processes=64, file_size=2**24, output_size=2**18)
ALL = sum(small_lab.POINTS.values())


def stripped() -> bytes:
    return small_lab.to_bytes(small_lab.without_marks(small_lab.filled(), ids=False))


def with_other_points() -> bytes:
    notebook = small_lab.filled(small_lab.WRONG)
    for cell in notebook.cells:
        if notebooks.is_check(cell):
            cell.metadata.nbgrader.points = 1000
    return small_lab.to_bytes(notebook)


def checks_first() -> bytes:
    notebook = small_lab.filled()
    order = sorted(notebook.cells, key=lambda cell: not notebooks.is_check(cell))
    return small_lab.to_bytes(small_lab.changed(notebook, order))


def other_kernel() -> bytes:
    kernelspec = {"name": "julia-1.9", "display_name": "Julia", "language": "julia"}
    return small_lab.to_bytes(small_lab.changed(small_lab.filled(), kernelspec=kernelspec))


def version_3() -> bytes:
    notebook = nbformat.convert(small_lab.filled(), 3)
    return nbformat.v3.writes_json(notebook).encode()


def emptied_checks() -> bytes:
    notebook = small_lab.filled(small_lab.WRONG)
    for cell in notebook.cells:
        if notebooks.is_check(cell):
            cell.source = ""
    return small_lab.to_bytes(notebook)


def shown_on_stderr() -> bytes:
    noisy = "import sys\nprint('W0000 a log line', file=sys.stderr)\n" + small_lab.RIGHT["scale_rows"]
    return small_lab.to_bytes(small_lab.partly(scale_rows=noisy))


# What is handed in -> the points of the four functions, the status, and words that a remark has to say.
ONE_BY_ONE: dict[str, tuple[Callable[[], bytes], float, Status, str]] = {
    "right": (lambda: small_lab.to_bytes(small_lab.filled()), ALL, Status.GRADED, ""),
    "right with loops": (
        lambda: small_lab.to_bytes(small_lab.filled(small_lab.RIGHT_WITH_LOOPS)),
        ALL,
        Status.GRADED,
        "",
    ),
    "wrong": (lambda: small_lab.to_bytes(small_lab.filled(small_lab.WRONG)), 0, Status.GRADED, ""),
    "untouched": (lambda: small_lab.to_bytes(small_lab.stub()), 0, Status.GRADED, ""),
    "empty file": (lambda: b"", 0, Status.UNREADABLE, "empty"),
    "invalid JSON": (lambda: b'{"cells": [', 0, Status.UNREADABLE, ""),
    "nbformat 3": (version_3, ALL, Status.REMARKS, "3"),
    "wrong kernelspec": (other_kernel, ALL, Status.GRADED, ""),
    "stripped metadata": (stripped, ALL, Status.REMARKS, ""),
    "changed points": (with_other_points, 0, Status.REMARKS, "1000"),
    "reordered cells": (checks_first, ALL, Status.GRADED, ""),
    "emptied checks": (emptied_checks, 0, Status.REMARKS, "check"),
    "stderr": (shown_on_stderr, ALL, Status.GRADED, ""),
    "copied exercise": (
        lambda: small_lab.to_bytes(
            small_lab.with_copy(small_lab.filled(), "scale_rows", small_lab.WRONG["scale_rows"])
        ),
        ALL - 3,
        Status.REMARKS,
        "scale_rows",
    ),
    "copied check": (
        lambda: small_lab.to_bytes(small_lab.with_copy(small_lab.filled(), "check_scale_rows")),
        ALL,
        Status.GRADED,
        "",
    ),
    "deleted check": (
        lambda: small_lab.to_bytes(small_lab.without(small_lab.filled(small_lab.WRONG), "check_scale_rows")),
        0,
        Status.REMARKS,
        "check",
    ),
    "deleted exercise": (
        lambda: small_lab.to_bytes(small_lab.without(small_lab.filled(), "scale_rows")),
        ALL - 3,
        Status.REMARKS,
        "scale_rows",
    ),
    "Ünïcode and späces 学生": (lambda: small_lab.to_bytes(small_lab.filled()), ALL, Status.GRADED, ""),
}
NASTY = {
    name: nasty.CRASHES[name]
    for name in ("endless loop", "loop that swallows KeyboardInterrupt", "os._exit", "sys.exit", "segmentation fault", "syntax error")
} | {
    name: (nasty.FLOODS | nasty.CHEATS)[name]
    for name in (
        "fork bomb",
        "1 GB of output, bit by bit",
        "1 GB file",
        "reading the solutions",
        "writing the gradebook",
        "network",
        "killing everything",
    )
}  # fmt: skip
POINTS_AFTER = small_lab.POINTS["clip_negative"] + small_lab.POINTS["running_total"]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lab, Path, Path]:
    """Grade the class once; return the lab, the folder of submissions and the grading folder."""
    root = tmp_path_factory.mktemp("class")
    lab, handed_in, to = small_lab.make(root / "course"), root / "submissions", root / "grading"
    for name, (content, *_) in ONE_BY_ONE.items():
        small_lab.hand_in(handed_in, name, content())
    for name, case in NASTY.items():
        source = case.source.replace("FOLDER", str(root / "course"))
        small_lab.hand_in(handed_in, name, small_lab.partly(scale_rows=source))
    small_lab.hand_in(handed_in, "renamed", small_lab.filled(), "my lab (final) 2.ipynb")
    small_lab.hand_in(handed_in, "two notebooks", small_lab.filled())
    small_lab.hand_in(handed_in, "two notebooks", small_lab.filled(small_lab.WRONG), "old.ipynb")
    (handed_in / "nothing").mkdir()
    (handed_in / "link").mkdir()
    (handed_in / "link" / f"{small_lab.NAME}.ipynb").symlink_to(lab.solution)
    before = {path: path.read_bytes() for path in handed_in.rglob("*") if path.is_file() and not path.is_symlink()}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(schedule, "run", functools.partial(schedule.run, task=execute_patiently))
        assert grade(lab, handed_in, to, Options(workers=2, limits=LIMITS)) == 0
    assert {path: path.read_bytes() for path in before} == before, "what was handed in is never changed"
    return lab, handed_in, to


def result(lab: Lab, to: Path, student: str) -> Result:
    return Result.from_json((to / "results" / lab.name / f"{student}.json").read_text("utf-8"))


def points(result: Result) -> float:
    return sum(exercise.points for exercise in result.exercises)


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_what_is_handed_in_gets_the_row_it_must(graded, name: str) -> None:
    lab, _, to = graded
    _, expected, status, says = ONE_BY_ONE[name]
    got = result(lab, to, name)
    assert (points(got), got.status) == (expected, status), (got.remarks, got.exercises)
    assert says in " ".join(got.remarks)


@pytest.mark.parametrize("name", NASTY)
def test_an_attack_costs_its_exercise_and_nothing_before_it(graded, name: str) -> None:
    lab, _, to = graded
    got, case = result(lab, to, name), NASTY[name]
    exercises = {exercise.name: exercise for exercise in got.exercises}
    assert exercises["mean_square"].points == small_lab.POINTS["mean_square"]
    assert exercises[nasty.EXERCISE].outcome is case.outcome
    assert exercises[nasty.EXERCISE].points == 0
    after = sum(exercises[name].points for name in ("clip_negative", "running_total"))
    assert after == (POINTS_AFTER if case.goes_on else 0)
    assert case.human == (got.status is Status.HUMAN)


def test_folders_as_students_leave_them(graded) -> None:
    lab, _, to = graded
    assert points(result(lab, to, "renamed")) == ALL
    two = result(lab, to, "two notebooks")
    assert (points(two), two.status) == (ALL, Status.REMARKS), (
        "the one named like the lab is taken, and a remark says so"
    )
    for student in ("nothing", "link"):
        assert result(lab, to, student).status is Status.UNREADABLE
        assert result(lab, to, student).remarks


def test_everybody_has_a_row_a_page_and_a_place_in_the_gradebook(graded) -> None:
    lab, handed_in, to = graded
    students = {path.name for path in handed_in.iterdir()}
    with (to / "results" / lab.name / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(students) == len(ONE_BY_ONE) + len(NASTY) + 4
    pages = {path.parent.name: path.read_text("utf-8") for path in (to / "feedback").glob("*/*.html")}
    assert pages.keys() == students
    assert not [student for student, page in pages.items() if "secret_" in page], "no hidden check's source"
    with sqlite3.connect(to / "gradebook.db") as gradebook:
        (count,) = gradebook.execute("select count(*) from submitted_assignment").fetchone()
    assert count == len(students)


def test_results_say_which_version_of_the_course_graded_them(graded) -> None:
    lab, _, to = graded
    assert result(lab, to, "right").version == version()
    assert f"Graded by cnn-labs {version()}." in (to / "results" / lab.name / "report.html").read_text("utf-8")
    path = to / "results" / lab.name / "right.json"
    older = json.loads(path.read_text("utf-8"))
    del older["version"]
    assert Result.from_json(json.dumps(older)).version == "before 0.2.0"


def test_an_unchanged_class_is_not_executed_again(graded, capsys: pytest.CaptureFixture) -> None:
    lab, handed_in, to = graded
    executed = {path: path.stat().st_mtime_ns for path in (to / "autograded").rglob("*.ipynb")}
    before = (to / "results" / lab.name / "grades.csv").read_bytes()
    assert grade(lab, handed_in, to, Options(workers=2, limits=LIMITS)) == 0
    assert {path: path.stat().st_mtime_ns for path in (to / "autograded").rglob("*.ipynb")} == executed
    assert (to / "results" / lab.name / "grades.csv").read_bytes() == before
    assert list((to / "backups").glob("*.db")), "the gradebook is backed up before each run"
    said = capsys.readouterr().out
    assert "need no execution: unchanged since they were graded" in said
    assert "nothing: unreadable: nothing was handed in" in said, "what stays to be looked at is said again"


def test_one_exercise_of_one_student_again(graded) -> None:
    """The others keep what they had, until all of the new submission is graded."""
    lab, handed_in, to = graded
    small_lab.hand_in(handed_in, "wrong", small_lab.filled())
    one = Options(workers=1, limits=LIMITS, students=("wrong",), exercises=("running_total",))
    assert grade(lab, handed_in, to, one) == 0
    assert points(result(lab, to, "wrong")) == small_lab.POINTS["running_total"]
    assert grade(lab, handed_in, to, Options(workers=1, limits=LIMITS, students=("wrong",))) == 0
    assert points(result(lab, to, "wrong")) == ALL


def test_a_dry_run_changes_nothing(graded, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    lab, handed_in, _ = graded
    assert grade(lab, handed_in, tmp_path / "new", Options(limits=LIMITS, dry_run=True)) == 0
    assert not (tmp_path / "new").exists()
    said = capsys.readouterr().out
    assert all(path.name in said for path in handed_in.iterdir())


def test_a_zip_that_points_out_of_itself(graded, tmp_path: Path) -> None:
    """The entry becomes a row; nothing is written beside the grading folder; the others are graded."""
    lab, *_ = graded
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"Ada_1_assignsubmission_file_/{lab.name}.ipynb", small_lab.to_bytes(small_lab.filled()))
        archive.writestr(
            f"Bo_2_assignsubmission_file_/../../../escaped/{lab.name}.ipynb", small_lab.to_bytes(small_lab.filled())
        )
    (tmp_path / "class.zip").write_bytes(buffer.getvalue())
    assert grade(lab, tmp_path / "class.zip", tmp_path / "to", Options(workers=1, limits=LIMITS)) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["class.zip", "to"]
    results = [
        Result.from_json(path.read_text("utf-8")) for path in (tmp_path / "to" / "results" / lab.name).glob("*.json")
    ]
    assert sorted(result.status for result in results) == [Status.GRADED, Status.UNREADABLE]


def test_mistakes_of_the_instructor_are_named_and_change_nothing(graded, tmp_path: Path) -> None:
    lab, handed_in, _ = graded
    for options, message in [
        (Options(students=("nobody",)), "nothing of nobody"),
        (Options(exercises=("nothing",)), "no exercise nothing"),
    ]:
        with pytest.raises(GradingError, match=message):
            grade(lab, handed_in, tmp_path / "to", options)
    with pytest.raises(GradingError, match="missing"):
        grade(lab, tmp_path / "missing", tmp_path / "to", Options())
    assert not (tmp_path / "to").exists()


def test_interrupted_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Ctrl-C after the first result: it stays, and the second run executes only what is left."""
    lab, handed_in, to = small_lab.make(tmp_path / "course"), tmp_path / "submissions", tmp_path / "to"
    gate = Gate(tmp_path)
    for number in range(4):  # the first is done at once, the others wait
        source = (WAIT if number else "") + small_lab.RIGHT["scale_rows"]
        small_lab.hand_in(handed_in, f"student{number}", small_lab.partly(scale_rows=source))
    program = (
        "import signal, sys\nfrom pathlib import Path\nfrom course.grading.grade import Options, grade\n"
        "from course.grading.model import Limits\nfrom course.syllabus import labs\n"
        "root, handed_in, to = map(Path, sys.argv[1:])\n(lab,) = labs(root=root)\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it\n"
        f"    limits = Limits(cell_seconds={HANG_SECONDS}, notebook_seconds={2 * HANG_SECONDS})\n"
        "    sys.exit(grade(lab, handed_in, to, Options(workers=1, limits=limits)))\n"
    )
    (tmp_path / "run.py").write_text(program)
    command = [sys.executable, str(tmp_path / "run.py"), str(tmp_path / "course"), str(handed_in), str(to)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | gate.environment
    first = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    recorded = to / "results" / lab.name
    until = time.monotonic() + HANG_SECONDS
    while not list(recorded.glob("*.json")) and time.monotonic() < until and first.poll() is None:
        time.sleep(0.1)
    os.killpg(first.pid, signal.SIGINT)  # what Ctrl-C sends: to all processes of the terminal
    said = first.communicate(timeout=HANG_SECONDS)[0].decode()
    done = {path: path.stat().st_mtime_ns for path in (to / "autograded").rglob("*.ipynb")}
    assert [path.parts[-3] for path in done] == ["student0"], said
    assert first.returncode != 0
    gate.open()
    second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=HANG_SECONDS)
    assert second.returncode == 0, second.stderr
    assert {path: path.stat().st_mtime_ns for path in done} == done
    assert {points(result(lab, to, f"student{number}")) for number in range(4)} == {ALL}
