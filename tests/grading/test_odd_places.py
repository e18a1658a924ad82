"""Grading where a path or the locale is not what programs like, and where the gradebook cannot be made."""

from contextlib import closing
import os
from pathlib import Path
import sqlite3
import subprocess
import sys
import sysconfig

import nbgrader
from nbgrader.api import get_alembic_version
import pytest

from course.grading.execute import walls
from course.grading.model import GradingError
from course.grading.record.gradebook import open_gradebook
from course.syllabus import ROOT
from tests.grading import small_lab
from tests.grading.jobs import HANG_SECONDS
from tests.grading.test_disk import files_of_at_most

ODD = "Übung ?a=b# 100%d {x}"
GRADE = """import sys
from pathlib import Path
from course.grading.grade import Options, grade
from course.syllabus import labs

if __name__ == "__main__":
    root = Path(sys.argv[1])
    sys.exit(grade(*labs(root=root), root / "submissions", root / "grading", Options(workers=1)))
"""


@pytest.mark.skipif(not walls.available(), reason="grading needs bubblewrap")
def test_a_class_is_graded_in_a_folder_of_any_name_without_a_locale(tmp_path: Path) -> None:
    root = tmp_path / ODD
    small_lab.make(root)
    small_lab.hand_in(root / "submissions", "ada", small_lab.filled())
    (tmp_path / "run.py").write_text(GRADE)
    packages = root / "packages"
    packages.mkdir()
    (packages / "nbgrader").symlink_to(Path(nbgrader.__file__).parent)  # as where the course's folder is the odd one
    paths = os.pathsep.join((str(packages), str(ROOT)))
    environment = os.environ | {"PYTHONPATH": paths, "LC_ALL": "C", "LANG": "C"}
    command = [sys.executable, str(tmp_path / "run.py"), str(root)]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=HANG_SECONDS)
    assert done.returncode == 0, done.stderr.decode()
    with closing(open_gradebook(root / "grading")) as book:
        assert book.find_submission(small_lab.NAME, "ada").score == 10


def test_a_new_gradebook_says_of_its_tables_what_nbgrader_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By this, `nbgrader db upgrade` knows what a later version has to change."""
    open_gradebook(tmp_path).close()
    monkeypatch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
    with closing(sqlite3.connect(tmp_path / "gradebook.db")) as book:
        assert book.execute("SELECT version_num FROM alembic_version").fetchall() == [(get_alembic_version(),)]


@pytest.mark.parametrize("size", [0, 1000, 20_000, 60_000])
def test_no_half_gradebook_stays(tmp_path: Path, size: int) -> None:
    open_gradebook(tmp_path).close()  # with formgrader's settings, which are written before
    (tmp_path / "gradebook.db").unlink()
    with files_of_at_most(size), pytest.raises(GradingError, match="cannot be used"):
        open_gradebook(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".formgrader", "nbgrader_config.py"]
    open_gradebook(tmp_path).close()
