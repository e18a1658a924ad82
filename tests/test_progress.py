"""What a student has solved: kept where it belongs and nowhere else, never in the way of a check."""

from collections.abc import Iterator
import contextlib
import os
from pathlib import Path
import re
import subprocess
import sys
import tempfile

from utils.checks import expect_equal, run_check
import pytest

from course import progress
from course.derive import derive
from course.syllabus import ROOT, labs
from tests import small_course

NOBODY = 65534
NONE, ONE, BOTH = "0 of 2 |", "1 of 2: double |", "2 of 2 |"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notebooks of a small course, served; a check's working directory is the lab's."""
    small_course.make(tmp_path)
    derive(None, root=tmp_path)
    folder = tmp_path / "notebooks"
    assert progress.write_page(folder) == "MY_LABS.md"
    monkeypatch.setenv(progress.VARIABLE, str(folder))
    monkeypatch.chdir(folder / "01_tiny")
    return folder


def shown(folder: Path) -> str:
    """Return what the page says of the lab, to the end of its row."""
    (row,) = [line for line in (folder / "MY_LABS.md").read_text("utf-8").splitlines() if "01_tiny.ipynb" in line]
    assert row.startswith("| [01 A tiny lab](01_tiny/01_tiny.ipynb) | 5 min | 1 s | 5 | <!-- ")
    return row.split(" -->")[1]


def passing() -> None:
    expect_equal("double(2)", 4, 4)


def failing() -> None:
    expect_equal("double(2)", 5, 4)


def unwritten() -> None:
    raise NotImplementedError


def of_a_cell_that_was_not_run() -> None:
    double  # noqa: B018, F821


def test_the_last_run_of_a_check_counts(folder: Path) -> None:
    assert shown(folder) == NONE
    run_check("double", passing)
    assert shown(folder) == ONE
    run_check("double, bad input", passing)
    assert shown(folder) == BOTH
    with pytest.raises(AssertionError):
        run_check("double, bad input", failing)
    assert shown(folder) == ONE
    with pytest.raises(NameError):
        run_check("double", of_a_cell_that_was_not_run)
    assert shown(folder) == ONE
    with pytest.raises(NotImplementedError):
        run_check("double", unwritten)
    assert shown(folder) == NONE


def test_the_next_start_and_deriving_keep_it(folder: Path) -> None:
    run_check("double", passing)
    assert derive(None, root=folder.parent) == 0
    assert derive(None, check=True, root=folder.parent) == 0
    assert progress.write_page(folder) == "MY_LABS.md"
    assert shown(folder) == ONE
    assert "solved" not in (folder / "START.md").read_text("utf-8")


@pytest.mark.parametrize("condition", ["not served", "the folder of the labs", "below a lab", "no lab", "other labs"])
def test_nothing_is_kept_elsewhere(condition: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = {"the folder of the labs": "", "below a lab": "01_tiny/mine", "no lab": "mine"}
    for place in places.values():
        (folder / place).mkdir(exist_ok=True)
    if condition == "not served":
        monkeypatch.delenv(progress.VARIABLE)
    elif condition == "other labs":
        monkeypatch.chdir(folder.with_name("labs_solutions") / "01_tiny")
    else:
        monkeypatch.chdir(folder / places[condition])
    before = sorted(folder.parent.rglob("*"))
    run_check("double", passing)
    assert sorted(folder.parent.rglob("*")) == before
    assert shown(folder) == NONE


def test_what_is_not_the_courses_is_set_aside(folder: Path) -> None:
    (folder / "01_tiny" / ".solved").write_text("mine")
    run_check("double", passing)
    assert shown(folder) == ONE
    assert (folder / "01_tiny" / ".solved.set_aside").read_text() == "mine"
    (folder / "01_tiny" / ".solved" / "another exercise").touch()
    (folder / "MY_LABS.md").write_bytes(b"my notes \xff")
    run_check("double, bad input", passing)
    assert (folder / "MY_LABS.md").read_bytes() == b"my notes \xff"
    assert progress.write_page(folder) == "MY_LABS.md"
    assert shown(folder) == BOTH
    assert (folder / "MY_LABS-yours.md").read_bytes() == b"my notes \xff"


def test_without_a_page_a_pass_is_kept_for_the_next(folder: Path) -> None:
    (folder / "MY_LABS.md").unlink()
    run_check("double", passing)
    assert not (folder / "MY_LABS.md").exists()
    progress.write_page(folder)
    assert shown(folder) == ONE


@contextlib.contextmanager
def unable_to_write(*folders: Path) -> Iterator[None]:
    """Be an ordinary user, as whom these folders are read-only."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    for folder in folders:
        folder.chmod(0o555)
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        for folder in folders:
            folder.chmod(0o755)


def test_a_folder_that_is_read_only_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as name:  # where everybody may look, unlike in `tmp_path`
        root = Path(name)
        root.chmod(0o755)
        small_course.make(root)
        lab = root / "notebooks" / "01_tiny"
        lab.mkdir()
        monkeypatch.setenv(progress.VARIABLE, str(lab.parent))
        monkeypatch.chdir(lab)
        with unable_to_write(lab, lab.parent):
            assert progress.write_page(lab.parent) == "START.md"
            run_check("double", passing)
        assert not list(lab.iterdir())
        assert list(lab.parent.iterdir()) == [lab]
        monkeypatch.chdir("/")


def test_kernels_that_run_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each passes its checks as fast as it can; the page holds all of them."""
    checks, names = [f"function_{number}" for number in range(8)], [f"0{number}_tiny" for number in range(1, 5)]
    points = ", ".join(f"{check} = 1" for check in checks)
    syllabus = small_course.SYLLABUS.replace("{ double = 4 }", f"{{ {points} }}").replace(
        "bad_input = { double = 1 }", ""
    )
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "syllabus.toml").write_text("".join(syllabus.replace("01_tiny", name) for name in names))
    folder = tmp_path / "notebooks"
    folder.mkdir()
    progress.write_page(folder)
    code = "import sys; from utils._progress import record\nfor check in sys.argv[1:]: record(check, passed=True)"
    kernels = []
    for name in names:
        (folder / name).mkdir()
        environment = os.environ | {progress.VARIABLE: str(folder), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", code, *checks]
        kernels.append(subprocess.Popen(command, cwd=folder / name, env=environment))
    assert [kernel.wait(300) for kernel in kernels] == [0] * len(names)
    assert (folder / "MY_LABS.md").read_text("utf-8").count("8 of 8 |") == len(names)
    assert {path.name for path in folder.iterdir()} == {*names, "MY_LABS.md"}


def test_the_page_knows_every_check_of_every_lab_by_the_name_that_it_runs_under() -> None:
    for lab in labs():
        named = re.findall(r'run_check\("([^"]+)"', lab.text.read_text("utf-8"))
        assert sorted(re.sub(r"\W+", "_", name) for name in named) == sorted(lab.checks)


def test_what_is_kept_is_not_committed() -> None:
    kept = [f"notebooks/{name}" for name in ("MY_LABS.md", "MY_LABS-yours.md", f"{labs()[0].name}/.solved/double")]
    ignored = subprocess.run(["git", "check-ignore", *kept], cwd=ROOT, capture_output=True, text=True, check=False)
    if ignored.returncode == 128:
        pytest.skip("this is no checkout of git's")
    assert ignored.stdout.split() == kept
