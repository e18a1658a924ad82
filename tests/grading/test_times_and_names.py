"""Collecting: nothing that a student can choose says when a submission was made, and a name arrives as it came."""

from datetime import UTC, datetime, timedelta
import io
import os
from pathlib import Path
import tempfile
import zipfile

import pytest

from course.grading.collect import submissions
from course.grading.collect.submissions import collected
from course.grading.model import GradingError
from course.syllabus import Lab
from tests.grading import small_lab
from tests.grading.collecting import NOTEBOOK, SAVED, by_student, collect, make_zip, saved


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "submissions"
    path.mkdir()
    return path


def test_nbgraders_timestamp_is_used(folder: Path, lab: Lab, right: bytes) -> None:
    """nbgrader's exchange keeps the time at which the notebook was saved; it was handed in later."""
    path = saved(small_lab.hand_in(folder, "ada", right, f"{small_lab.NAME}/{NOTEBOOK}"))
    path.with_name("timestamp.txt").write_text("2026-02-03 15:58:23.948203 UTC\n")
    (ada,) = collect(folder, lab)
    assert ada.submitted_at == datetime(2026, 2, 3, 15, 58, 23, 948203, tzinfo=UTC)
    path.with_name("timestamp.txt").write_text("yesterday, I think")
    (ada,) = collect(folder, lab)
    assert ada.submitted_at == SAVED


@pytest.mark.parametrize("inner", ["", f"{small_lab.NAME}/", "deeper/"])
def test_no_timestamp_of_a_students_makes_a_submission_earlier(
    folder: Path, tmp_path: Path, lab: Lab, right: bytes, inner: str
) -> None:
    stamp = b"2020-01-01 00:00:00 UTC"
    saved(small_lab.hand_in(folder, "ada", right, f"{inner}{NOTEBOOK}"))
    small_lab.hand_in(folder, "ada", stamp, f"{inner}timestamp.txt")
    (ada,) = collect(folder, lab)
    assert ada.submitted_at == SAVED
    moodle = "Ada Lovelace_1_assignsubmission_file_"
    members = {
        zipfile.ZipInfo(f"{moodle}/{inner}{name}", (2026, 2, 3, 12, 0, 0)): content
        for name, content in ((NOTEBOOK, right), ("timestamp.txt", stamp))
    }
    (ada,) = collect(make_zip(tmp_path / "moodle.zip", members), lab)
    assert ada.submitted_at == datetime(2026, 2, 3, 12).astimezone()


@pytest.mark.parametrize("year", [1990, 2026, 2100])
def test_a_students_zip_has_the_time_at_which_it_came(
    folder: Path, tmp_path: Path, lab: Lab, right: bytes, year: int
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"{small_lab.NAME}/{NOTEBOOK}", (year, 1, 1, 0, 0, 0)), right)
        archive.writestr(f"{small_lab.NAME}/timestamp.txt", "2020-01-01 00:00:00 UTC")
    saved(small_lab.hand_in(folder, "ada", buffer.getvalue(), "work.zip"))
    (ada,) = collect(folder, lab)
    assert ada.submitted_at == SAVED
    for name in ("Ada_1_assignsubmission_file_/work.zip", "ada_1_2_work.zip"):
        platform = {zipfile.ZipInfo(name, (2026, 2, 3, 12, 0, 0)): buffer.getvalue()}
        (ada,) = collect(make_zip(tmp_path / "platform.zip", platform), lab)
        assert ada.submitted_at == datetime(2026, 2, 3, 12).astimezone()
        assert ada.content == right


def test_a_time_that_no_calendar_has_is_none(lab: Lab, right: bytes) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:  # other file systems have no such times
        path = small_lab.hand_in(Path(folder), "ada", right)
        os.utime(path, (2**40, 2**40))
        (ada,) = collect(Path(folder), lab)
    assert ada.submitted_at is None
    assert not ada.unreadable


@pytest.mark.parametrize("is_zipped", [False, True])
def test_every_folder_is_a_row_also_one_that_begins_with_a_dot(
    folder: Path, tmp_path: Path, lab: Lab, right: bytes, is_zipped: bool
) -> None:
    for student in (".ada", "bob"):
        small_lab.hand_in(folder, student, right)
        for litter in (".ipynb_checkpoints", ".git", "__MACOSX", ".hidden"):
            small_lab.hand_in(folder, student, b"{", f"{litter}/x.ipynb")
    for litter in (".git", ".ipynb_checkpoints", "__MACOSX"):
        small_lab.hand_in(folder, litter, b"{")
    (folder / ".DS_Store").write_bytes(b"")
    (folder / "._bob.ipynb").write_bytes(b"")
    path = folder
    if is_zipped:
        files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
        path = make_zip(
            tmp_path / "class.zip", {f"class/{file.relative_to(folder)}": file.read_bytes() for file in files}
        )
    found = by_student(path, lab)
    assert {name: submission.lms["login"] for name, submission in found.items()} == {"ada": ".ada", "bob": "bob"}
    assert [submission.unreadable for submission in found.values()] == ["", ""]
    assert found["ada"].remarks == ("the name begins with a dot, which hides a folder: is this a student?",)
    assert not found["bob"].remarks


@pytest.mark.parametrize("name", ["ada+cs@uni.edu", "Ünal, Ø. (they)", "a%b&c#d", "李 小龍", "O'Brien"])
def test_a_name_reaches_the_tables_as_it_came(folder: Path, tmp_path: Path, lab: Lab, right: bytes, name: str) -> None:
    small_lab.hand_in(folder, name, right)
    (folder / f"{name}.2.ipynb").write_bytes(right)
    found = collect(folder, lab)
    assert [submission.lms["login"] for submission in found] == [name, f"{name}.2"]
    (one,) = collect(make_zip(tmp_path / "class.zip", {f"{name}/{NOTEBOOK}": right}), lab)
    assert one.lms["login"] == name


def test_names_do_nothing_to_a_terminal_or_a_page(folder: Path, lab: Lab, right: bytes) -> None:
    evil = "\x1b]0;x\x07\u202e\u2066\u2028\x9b"
    small_lab.hand_in(folder, f"ada{evil}", right, f"{evil}.ipynb")
    small_lab.hand_in(folder, f"ada{evil}", b"", f"{evil}.zip")
    small_lab.hand_in(folder, f"bob{evil}", b"", f"{evil}.pdf")
    for submission in collect(folder, lab):
        said = [
            submission.student,
            submission.name,
            submission.unreadable,
            *submission.remarks,
            *submission.lms.values(),
        ]
        assert all(text.isprintable() for text in said), said


def test_digests_depend_on_what_was_handed_in_and_on_nothing_else(
    folder: Path, lab: Lab, right: bytes, other: bytes
) -> None:
    def digest() -> str:
        with collected(folder, lab) as (ada,):
            return ada.read().digest

    path = saved(small_lab.hand_in(folder, "ada", right))
    first = digest()
    saved(path, datetime(2026, 5, 1, tzinfo=UTC))
    assert digest() == first, "a download of the same files has other times"
    path.write_bytes(other)
    changed = digest()
    saved(small_lab.hand_in(folder, "ada", right, "a.ipynb"), datetime(2020, 1, 1, tzinfo=UTC))
    older = digest()
    saved(folder / "ada" / "a.ipynb", datetime(2030, 1, 1, tzinfo=UTC))
    assert len({first, changed, older, digest()}) == 4, "which one is the newest counts"


def test_more_than_a_student_may_hand_in_is_left_out(
    folder: Path, lab: Lab, right: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "MAX_BYTES", 2 * len(right))
    for number in range(4):
        saved(small_lab.hand_in(folder, "ada", right, f"{number}.ipynb"), SAVED + timedelta(days=number))
    (ada,) = collect(folder, lab)
    assert (ada.name, ada.content) == ("ada/3.ipynb", right)
    assert sum("together" in remark for remark in ada.remarks) == 2


def test_a_class_zip_with_a_name_in_no_encoding_is_an_error_with_a_way_out(
    tmp_path: Path, lab: Lab, right: bytes
) -> None:
    path = make_zip(tmp_path / "class.zip", {"ü/x.ipynb": right})
    path.write_bytes(path.read_bytes().replace("ü".encode(), b"\xff\xfe"))
    with pytest.raises(GradingError, match="Unpack it"):
        collect(path, lab)
