"""Collecting: a row for everybody, whatever was handed in, and nothing read that is not theirs."""

from datetime import UTC, datetime
import os
from pathlib import Path
import stat
import unicodedata
import zipfile

import nbformat
import pytest

from course.grading.collect.names import safe_name
from course.grading.model import GradingError
from course.grading.prepare import zips
from course.syllabus import Lab
from tests.grading import small_lab
from tests.grading.collecting import NOTEBOOK, by_student, collect, make_zip, zipped


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "submissions"
    path.mkdir()
    return path


def test_a_folder_for_each_student(folder: Path, lab: Lab, right: bytes) -> None:
    path = small_lab.hand_in(folder, "ada", right, "my notebook (1).ipynb")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    small_lab.hand_in(folder, "Łukasz Żółć", right, f"{small_lab.NAME}/{NOTEBOOK}")
    (folder / "notes.txt").write_text("no student's")
    (folder / ".DS_Store").write_bytes(b"")
    found = by_student(folder, lab)
    assert list(found) == ["ada", "Łukasz Żółć"]
    assert found["ada"].content == right
    assert found["ada"].name == "ada/my notebook (1).ipynb"
    assert found["ada"].submitted_at == datetime.fromtimestamp(1_700_000_000, UTC)
    assert not any(s.unreadable or s.remarks for s in found.values())
    assert [s.lms for s in found.values()] == [{"login": "ada"}, {"login": "Łukasz Żółć"}]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "nothing was handed in"),
        ({"answers.pdf": b"%PDF"}, "no notebook was handed in, but answers.pdf"),
        ({NOTEBOOK: b""}, "the file is empty"),
        ({NOTEBOOK: b'{"cells": ['}, "not JSON"),
        ({NOTEBOOK: b"\xff\xfe\x00"}, "not text in UTF-8"),
        ({NOTEBOOK: b"[1, 2]"}, "not a notebook"),
        ({NOTEBOOK: b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 3}'}, "not a notebook"),
        ({NOTEBOOK: b'{"nbformat": 4, "cells": []}'}, "none of its cells"),
        ({NOTEBOOK: b'{"nbformat": 99, "cells": []}'}, "not a notebook"),
        ({NOTEBOOK: b"[" * 100_000}, "not a notebook"),
        ({NOTEBOOK: b'{"nbformat": 3}'}, "not a notebook"),
        ({NOTEBOOK: b'{"nbformat": 4, "cells": [1, {"cell_type": "code"}, {}]}'}, "none of its cells"),
        ({"a.zip": b"PK no zip"}, "File is not a zip file"),
        ({"a.zip": zipped({"deep.zip": zipped({NOTEBOOK: b""})})}, "a zip in a zip"),
        ({"a.zip": zipped({"../../x.ipynb": b"{}"})}, "leads out of the folder"),
        ({"a.zip": zipped({})}, "nothing was handed in"),
    ],
)
def test_what_cannot_be_graded_gets_a_row_with_the_reason(
    folder: Path, lab: Lab, right: bytes, files: dict[str, bytes], says: str
) -> None:
    (folder / "eve").mkdir()
    for name, content in files.items():
        (folder / "eve" / name).write_bytes(content)
    small_lab.hand_in(folder, "ada", right)
    found = by_student(folder, lab)
    assert says in found["eve"].unreadable
    assert not found["ada"].unreadable


def test_a_notebook_of_another_lab_is_told(tmp_path: Path, folder: Path, lab: Lab, right: bytes) -> None:
    second = small_lab.SYLLABUS.replace("01_small", "02_other").replace("mean_square", "cube").replace("why_a", "how_a")
    (lab.root / "course" / "syllabus.toml").write_text(small_lab.SYLLABUS + second)
    text = lab.solution.read_text().replace('"mean_square"', '"cube"').replace('"id": "', '"id": "x')
    for name in ("scale_rows", "clip_negative", "running_total", "why_a_copy"):
        text = text.replace(f'"grade_id": "{name}"', f'"grade_id": "other_{name}"')
        text = text.replace(f'"grade_id": "check_{name}"', f'"grade_id": "check_other_{name}"')
    path = lab.root / "labs_solutions" / "02_other" / "02_other.ipynb"
    path.parent.mkdir()
    path.write_text(text)
    small_lab.hand_in(folder, "ada", right)
    small_lab.hand_in(folder, "eve", text.encode())
    found = by_student(folder, lab)
    assert not found["ada"].unreadable
    assert found["eve"].unreadable == "this is a notebook of the lab 02_other, not of 01_small"


def test_the_old_format_is_readable(folder: Path, lab: Lab) -> None:
    old = nbformat.writes(nbformat.convert(small_lab.filled(), 3), version=3)
    small_lab.hand_in(folder, "ada", old.encode())
    assert not by_student(folder, lab)["ada"].unreadable


@pytest.mark.parametrize(
    ("files", "taken", "why"),
    [
        ({"a.ipynb": 10, NOTEBOOK: 5}, NOTEBOOK, "named like the lab"),
        ({"a.ipynb": 10, "b.ipynb": 20, "c.ipynb": 15}, "b.ipynb", "the newest"),
        ({f"old/{NOTEBOOK}": 10, f"new/{NOTEBOOK}": 20}, f"new/{NOTEBOOK}", "the newest"),
    ],
)
def test_of_several_notebooks_one_is_taken(
    folder: Path, lab: Lab, right: bytes, files: dict[str, int], taken: str, why: str
) -> None:
    for name, moment in files.items():
        os.utime(small_lab.hand_in(folder, "ada", right, name), (1_700_000_000 + moment,) * 2)
    (submission,) = collect(folder, lab)
    assert submission.name == f"ada/{taken}"
    (remark,) = submission.remarks
    assert f"{len(files)} notebooks" in remark
    assert why in remark


def test_a_readable_notebook_goes_before_one_that_is_not(folder: Path, lab: Lab, right: bytes) -> None:
    small_lab.hand_in(folder, "ada", b"{", NOTEBOOK)
    small_lab.hand_in(folder, "ada", right, "copy.ipynb")
    (submission,) = collect(folder, lab)
    assert submission.name == "ada/copy.ipynb"
    assert not submission.unreadable


def test_links_and_special_files_are_never_followed(tmp_path: Path, folder: Path, lab: Lab, right: bytes) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / NOTEBOOK).write_bytes(right)
    (folder / "eve").mkdir()
    (folder / "eve" / NOTEBOOK).symlink_to(secret / NOTEBOOK)
    (folder / "mallory").symlink_to(secret)
    (folder / "trent").mkdir()
    os.mkfifo(folder / "trent" / NOTEBOOK)
    small_lab.hand_in(folder, "ada", right)
    (folder / "ada" / "more").symlink_to("/")
    found = by_student(folder, lab)
    assert "symbolic link" in found["eve"].unreadable
    assert "symbolic link" in found["mallory"].unreadable
    assert "no ordinary file" in found["trent"].unreadable
    assert found["eve"].content == found["mallory"].content == b""
    assert found["ada"].content == right
    assert any("symbolic link" in remark for remark in found["ada"].remarks)


def test_moodles_download(tmp_path: Path, lab: Lab, right: bytes, other: bytes) -> None:
    path = make_zip(
        tmp_path / "moodle.zip",
        {
            "Ada Lovelace_1234567_assignsubmission_file_/lab.ipynb": right,
            "Zoë Ångström_1234568_assignsubmission_file/x.ipynb": right,
            "Ada Lovelace_1234569_assignsubmission_file_lab.ipynb": other,
            "Bob_1234570_assignsubmission_onlinetext_onlinetext.html": b"<p>Here</p>",
        },
    )
    found = by_student(path, lab)
    assert list(found) == ["Ada Lovelace_1234567", "Ada Lovelace_1234569", "Bob_1234570", "Zoë Ångström_1234568"]
    assert found["Ada Lovelace_1234567"].content == right
    assert found["Ada Lovelace_1234569"].content == other
    assert found["Zoë Ångström_1234568"].lms == {"platform": "moodle", "id": "1234568", "name": "Zoë Ångström"}
    assert "onlinetext" in found["Bob_1234570"].unreadable


def test_canvas_download_as_zip_and_unpacked(tmp_path: Path, folder: Path, lab: Lab, right: bytes) -> None:
    members = {
        f"lovelaceada_77_4567_{NOTEBOOK}": right,
        "lovelaceada_77_4568_old.ipynb": right,
        "hopper_LATE_78_4569_01_small-1.ipynb": right,
        "void_79_4570_report.docx": b"PK",
    }
    for name, content in members.items():
        (folder / name).write_bytes(content)
    for path in (make_zip(tmp_path / "canvas.zip", members), folder):
        found = by_student(path, lab)
        assert list(found) == ["hopper_78", "lovelaceada_77", "void_79"]
        assert found["lovelaceada_77"].name == f"lovelaceada_77_4567_{NOTEBOOK}"
        assert found["hopper_78"].lms == {"platform": "canvas", "id": "78", "name": "hopper", "late": "yes"}
        assert found["hopper_78"].remarks == ("Canvas marks it as late",)
        assert "no notebook" in found["void_79"].unreadable


@pytest.mark.parametrize("top", ["", "class/", "class\\"])
def test_folders_in_a_zip(tmp_path: Path, lab: Lab, right: bytes, top: str) -> None:
    members = {f"{top}ada/{NOTEBOOK}": right, f"{top}bob/{NOTEBOOK}": right, f"{top}eve/a.pdf": b"", f"{top}cy/": b""}
    members |= {f"__MACOSX/{top}ada/._{NOTEBOOK}": b"", f"{top}notes.txt": b""}
    found = by_student(make_zip(tmp_path / "class.zip", members), lab)
    assert list(found) == ["ada", "bob", "cy", "eve"]
    assert found["ada"].content == right


def test_a_zip_of_one_student_in_nbgraders_layout(tmp_path: Path, lab: Lab, right: bytes) -> None:
    path = make_zip(tmp_path / "one.zip", {f"ada/{small_lab.NAME}/{NOTEBOOK}": right})
    assert list(by_student(path, lab)) == ["ada"]


def test_paths_out_of_a_zip_are_refused_and_get_a_row(tmp_path: Path, lab: Lab, right: bytes) -> None:
    link = zipfile.ZipInfo("linus/lab.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    names = ["../evil.ipynb", "/abs/lab.ipynb", "C:/windows/lab.ipynb", "bob/../../root/lab.ipynb"]
    members = dict.fromkeys(names, right) | {link: b"/etc/passwd", f"ada/{NOTEBOOK}": right}
    before = set(tmp_path.rglob("*"))
    path = make_zip(tmp_path / "nasty.zip", members)
    found = by_student(path, lab)
    assert set(tmp_path.rglob("*")) - before == {path}
    assert not found["ada"].unreadable
    for name in ("evil", "abs", "bob", "linus"):
        assert found[name].unreadable, name
        assert found[name].content == b""
    assert "leads out of the folder" in found["evil"].unreadable
    assert "symbolic link" in found["linus"].unreadable


def test_a_refused_path_does_not_take_a_students_place(tmp_path: Path, lab: Lab, right: bytes) -> None:
    path = make_zip(tmp_path / "class.zip", {f"ada/{NOTEBOOK}": right, "../ada/lab.ipynb": b"{}"})
    (ada,) = collect(path, lab)
    assert ada.content == right
    assert any("leads out" in remark for remark in ada.remarks)


def test_bombs_are_not_unpacked(
    tmp_path: Path, lab: Lab, right: bytes, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(zips, "MAX_NOTEBOOK", 2**20)
    bomb = b" " * (4 * 2**20)
    inner = zipped({"bomb.ipynb": bomb})
    small_lab.hand_in(folder, "plain", bomb)
    small_lab.hand_in(folder, "nested", inner, "a.zip")
    small_lab.hand_in(folder, "both", inner, "a.zip")
    small_lab.hand_in(folder, "both", right)
    found = by_student(folder, lab)
    assert "larger than 1 MiB" in found["plain"].unreadable
    assert "larger than 1 MiB" in found["nested"].unreadable
    assert found["both"].content == right
    zipped_class = make_zip(tmp_path / "class.zip", {"eve/bomb.ipynb": bomb, f"ada/{NOTEBOOK}": right})
    found = by_student(zipped_class, lab)
    assert "larger than 1 MiB" in found["eve"].unreadable
    assert not found["ada"].unreadable


def test_a_damaged_member_costs_only_its_student(tmp_path: Path, lab: Lab, right: bytes) -> None:
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"eve/{NOTEBOOK}", right.replace(b"A small lab", b"DAMAGE HERE"))
        archive.writestr(f"ada/{NOTEBOOK}", right)
    path.write_bytes(path.read_bytes().replace(b"DAMAGE HERE", b"damage here"))
    found = by_student(path, lab)
    assert "cannot be unpacked" in found["eve"].unreadable
    assert found["ada"].content == right


def test_a_students_zip_is_opened_one_level(folder: Path, lab: Lab, right: bytes) -> None:
    small_lab.hand_in(
        folder, "ada", zipped({f"hand-in/{NOTEBOOK}": right, "hand-in/.ipynb_checkpoints/x.ipynb": b""}), "a.zip"
    )
    (ada,) = collect(folder, lab)
    assert ada.content == right
    assert ada.name == f"ada/a.zip/hand-in/{NOTEBOOK}"


def test_names_that_a_computer_confuses_are_kept_apart(
    folder: Path, tmp_path: Path, lab: Lab, right: bytes, other: bytes
) -> None:
    composed, decomposed = (unicodedata.normalize(form, "José") for form in ("NFC", "NFD"))
    path = make_zip(
        tmp_path / "class.zip",
        {f"{composed}/x.ipynb": right, f"{decomposed}/x.ipynb": other, "Ada/x.ipynb": right, "ada/x.ipynb": other},
    )
    found = by_student(path, lab)
    assert len(found) == 4
    assert {s.content for name, s in found.items() if name.startswith("José")} == {right, other}
    assert {s.content for name, s in found.items() if name.lower().startswith("ada")} == {right, other}
    assert sum(any("kept apart" in remark for remark in s.remarks) for s in found.values()) == 2
    assert by_student(path, lab) == found


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("李 小龍", "李 小龍"),
        ("../..", "_"),
        (".hidden", "hidden"),
        ("ada+cs@uni.edu", "ada+cs@uni.edu"),
        ("\x1b[2Jada", "__2Jada"),
        ("\u202eada", "_ada"),
        ("<script>", "_script_"),
        ("a*b?[c]{d}", "a_b__c__d_"),
        ("-rf", "rf"),
        ("...", "student"),
        ("x\udcff", "x_"),
        ("ü" * 300, "ü" * 60),
        ("a" * 10**6, "a" * 120),
    ],
)
def test_safe_names(raw: str, safe: str) -> None:
    assert safe_name(raw) == safe


def test_zip_times_are_local_and_missing_ones_are_none(tmp_path: Path, lab: Lab, right: bytes) -> None:
    members = {}
    for student, moment in (("ada", (2026, 2, 3, 15, 58, 22)), ("bob", (1980, 1, 1, 0, 0, 0))):
        members[zipfile.ZipInfo(f"{student}/{NOTEBOOK}", moment)] = right
    found = by_student(make_zip(tmp_path / "class.zip", members), lab)
    assert found["ada"].submitted_at == datetime(2026, 2, 3, 15, 58, 22).astimezone()
    assert found["bob"].submitted_at is None


@pytest.mark.parametrize("kind", ["missing", "empty", "not a zip", "empty zip"])
def test_a_collection_that_is_none_is_an_error(tmp_path: Path, lab: Lab, kind: str) -> None:
    path = tmp_path / "there"
    if kind == "empty":
        path.mkdir()
    elif kind == "not a zip":
        path.write_bytes(b"x")
    elif kind == "empty zip":
        make_zip(path, {})
    with pytest.raises(GradingError, match=r"there"):
        collect(path, lab)
