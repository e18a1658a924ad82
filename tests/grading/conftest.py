"""The small lab, and grading folders for it, for the tests of grading."""

import importlib.util
from pathlib import Path
import shutil

import pytest

from course.syllabus import Lab
from tests.grading import small_lab

# Grading limits what submissions use by modules that Windows has not; there it is done in a container (docs/grading.md).
collect_ignore_glob = [] if importlib.util.find_spec("resource") else ["test_*.py"]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return small_lab.make(tmp_path / "course")


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grading folder with a gradebook without submissions: nbgrader takes seconds to make one."""
    from course.grading.record.record import Recorder

    root = tmp_path_factory.mktemp("empty")
    with Recorder(root / "grading", small_lab.make(root / "course")):
        return root / "grading"


@pytest.fixture
def folder(tmp_path: Path, empty: Path) -> Path:
    return Path(shutil.copytree(empty, tmp_path / "grading"))


@pytest.fixture(scope="session")
def right() -> bytes:
    """A submission with right answers."""
    return small_lab.to_bytes(small_lab.filled())


@pytest.fixture(scope="session")
def other() -> bytes:
    """A submission with wrong answers."""
    return small_lab.to_bytes(small_lab.filled(small_lab.WRONG))
