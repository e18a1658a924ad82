"""A disk that takes no more: one sentence, nothing half-written, and the same command goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
import errno
from pathlib import Path
import resource

import nbformat
import pytest

from course.grading.model import GradingError
from course.grading.record.folder import backup, previous, writing_told
from course.grading.report.results import write_results
from course.syllabus import Lab
from tests.grading.recording import refresh, run, submitted


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let no file grow beyond a size: what then comes of a write is what comes of it on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def a_run(folder: Path, lab: Lab) -> None:
    with writing_told(folder):
        backup(folder)
        run(folder, lab, submitted("ada", submitted_at=None))
        write_results(folder, lab)


@pytest.mark.parametrize("size", [0, 100, 1000, 3000, 6000, 20_000, 100_000])
def test_a_full_disk_is_one_sentence_and_leaves_nothing_half_written(folder: Path, lab: Lab, size: int) -> None:
    run(folder, lab, submitted("bo"))
    before = previous(folder, lab, "bo")
    with files_of_at_most(size), pytest.raises(GradingError) as error:
        a_run(folder, lab)
    assert "\n" not in str(error.value)
    for path in folder.rglob("*"):
        assert not path.name.endswith(".partial")
        assert path.is_dir() or not path.name.startswith("."), path
        if path.suffix == ".ipynb":
            nbformat.read(path, as_version=4)
    assert previous(folder, lab, "bo") == before
    assert refresh(folder, lab, "bo") == before
    (stored,) = run(folder, lab, submitted("ada", submitted_at=None))
    assert stored == previous(folder, lab, "ada")
    assert len(write_results(folder, lab)) == 2


def test_only_what_keeps_files_from_being_written_is_told_so(tmp_path: Path) -> None:
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
        with pytest.raises(GradingError, match="cannot be written"), writing_told(tmp_path):
            raise OSError(number, "what the system says", "a file")
    with pytest.raises(ConnectionResetError), writing_told(tmp_path):
        raise ConnectionResetError(errno.ECONNRESET, "another matter")
