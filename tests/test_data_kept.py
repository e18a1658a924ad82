"""Data: what the course did not make is there afterwards, byte for byte, whatever comes between; and odd folders.

The user's own TFDS folder is a real one, small. What goes wrong is brought about for real where a test can do that.
"""

from collections.abc import Callable
import dataclasses
import errno
import os
from pathlib import Path
import shutil
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from utils import _arrays, _store, backbones, data
from utils.sources import SourceError, builders, mnist

from tests.test_data import small_idx, small_set

ROOT = Path(__file__).parent.parent
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions, and always a home folder")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two TFDS folders with a valid MNIST of 40 + 20 images: "theirs", and "published" with other images."""
    folders = {}
    for name, files in (
        ("theirs", small_idx()),
        ("published", small_idx() | {"train-images": mnist.idx_bytes(np.full((40, 28, 28), 7, np.uint8))}),
    ):
        folders[name] = tmp_path_factory.mktemp(name)
        builders.prepare_idx("mnist", files, folders[name], tmp_path_factory.mktemp("files"))
    return folders


@pytest.fixture
def sources(prepared: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list:
    """A registry that delivers what is published, or raises what is put into this list; the data folder is `tmp_path`."""
    failures: list[BaseException] = []

    def prepare(folder: Path, scratch: Path) -> None:
        shutil.copytree(prepared["published"], folder, dirs_exist_ok=True)
        if failures:
            raise failures.pop()

    sha256 = {"x_train": _arrays.digest(np.full((40, 28, 28, 1), 7, np.uint8))}
    monkeypatch.setitem(data.DATA_SETS, "mnist", dataclasses.replace(small_set(prepare), sha256=sha256))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    return failures


@pytest.fixture
def place(prepared: dict[str, Path], sources: list, tmp_path: Path) -> Path:
    """The user's own MNIST in the data folder, which is not the published one, with a file that TFDS knows nothing of."""
    folder = tmp_path / "mnist" / "3.0.1"
    shutil.copytree(prepared["theirs"] / "mnist" / "3.0.1", folder)
    (folder / "notes of my own.txt").write_text("mine", encoding="utf-8")
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, and what it holds."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _tensorflow_error(name: str, message: str) -> Exception:
    import tensorflow as tf

    return getattr(tf.errors, name)(None, None, message)


# --- what cannot be read here and now is not touched -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (lambda: ImportError("libcudart.so.12"), "packages"),
        (lambda: MemoryError("unable to allocate 47 MB"), "Memory is short"),
        (lambda: _tensorflow_error("ResourceExhaustedError", "OOM when allocating"), "Memory is short"),
        (lambda: PermissionError(errno.EACCES, "Permission denied"), "whoever owns the folder"),
        (lambda: _tensorflow_error("PermissionDeniedError", "Permission denied"), "whoever owns the folder"),
        (lambda: OSError(errno.EIO, "Input/output error"), "disk"),
        (lambda: _tensorflow_error("UnknownError", "nobody knows"), "give .* another name"),
        (lambda: RuntimeError("nobody knows"), "give .* another name"),
    ],
)
def test_an_error_that_says_nothing_about_the_files_changes_nothing(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Callable[[], Exception], said: str
) -> None:
    def decode(*_):
        raise error()

    before = content(place)
    monkeypatch.setattr(builders, "decode", decode)
    with pytest.raises(data.DataError, match=rf"(?s)Nothing was changed.*{said}") as caught:
        data.load("mnist")
    assert str(place) in str(caught.value)
    assert content(place) == before
    assert [path.name for path in place.parent.iterdir()] == ["3.0.1"]


def test_without_tensorflow_nothing_is_changed_and_nothing_fetched(place: Path, tmp_path: Path) -> None:
    before = content(place)
    code = """
        import sys
        sys.modules["tensorflow"] = None  # as if it were not installed
        from utils import data
        sys.exit(data.main(["mnist"]))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "could not be loaded: ModuleNotFoundError" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Preparing" not in done.stderr
    assert content(place) == before


def test_an_interrupt_while_reading(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_):
        raise KeyboardInterrupt

    before = content(place)
    monkeypatch.setattr(builders, "decode", interrupted)
    with pytest.raises(KeyboardInterrupt):
        data.load("mnist")
    assert content(place) == before


@pytest.mark.parametrize(
    "error",
    [
        lambda: KeyboardInterrupt(),
        lambda: OSError(errno.ENOSPC, "No space left on device"),
        lambda: _tensorflow_error("ResourceExhaustedError", "train.tfrecord; No space left on device"),
        lambda: MemoryError("unable to allocate"),
        lambda: ImportError("sklearn"),
        lambda: SourceError("no connection"),
        lambda: RuntimeError("nobody knows"),
    ],
)
def test_a_failure_while_ours_is_prepared_leaves_theirs_in_its_place(
    place: Path, sources: list, tmp_path: Path, error: Callable[[], BaseException]
) -> None:
    before = content(place)
    sources.append(error())
    with pytest.raises((data.DataError, KeyboardInterrupt)) as caught:
        data.load("mnist")
    assert isinstance(caught.value, KeyboardInterrupt) == isinstance(error(), KeyboardInterrupt)
    assert content(place) == before
    assert [path.name for path in place.parent.iterdir()] == ["3.0.1"]
    assert [path.name for path in (tmp_path / "decoded").iterdir()] == ["mnist.lock"], "nothing half-written"


# --- what is read and is not the published data is set aside ---------------------------------------------------------


def test_a_smaller_preparation_is_set_aside_once_ours_is_here(place: Path, capsys) -> None:
    before = content(place)
    assert (data.load("mnist").x_train == 7).all()
    aside = place.with_name("3.0.1.set-aside-1")
    assert content(aside) == before
    said = [line for line in capsys.readouterr().err.splitlines() if "set-aside" in line]
    assert len(said) == 1
    assert str(place) in said[0]
    assert str(aside) in said[0]

    import tensorflow_datasets as tfds

    plain = tfds.load("mnist", split="train", data_dir=place.parents[1], download=False)
    assert next(iter(plain))["image"].numpy().max() == 7, "TFDS reads ours, and does not mind the other"


def _truncate(folder: Path) -> None:
    path = next(folder.glob("*train.tfrecord*"))
    path.write_bytes(path.read_bytes()[:-7])


def _change_a_bit(folder: Path) -> None:
    path = next(folder.glob("*train.tfrecord*"))
    old = path.read_bytes()
    path.write_bytes(old[:100] + bytes([old[100] ^ 1]) + old[101:])


def _only_notes(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix != ".txt":
            path.unlink()


DAMAGES = {
    "truncated": _truncate,
    "a bit changed": _change_a_bit,
    "records emptied": lambda folder: next(folder.glob("*train.tfrecord*")).write_bytes(b""),
    "records lost": lambda folder: next(folder.glob("*test.tfrecord*")).unlink(),
    "facts lost": lambda folder: (folder / "dataset_info.json").unlink(),
    "facts cut": lambda folder: (folder / "dataset_info.json").write_text('{"name": "mni', encoding="utf-8"),
    "features cut": lambda folder: (folder / "features.json").write_text('{"type": "te', encoding="utf-8"),
    "not a data set": _only_notes,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_set_aside(place: Path, damage: str) -> None:
    DAMAGES[damage](place)
    before = content(place)
    place.with_name("3.0.1.set-aside-1").mkdir()
    assert (data.load("mnist").x_train == 7).all()
    assert content(place.with_name("3.0.1.set-aside-2")) == before, "the next free name"
    assert not any(place.with_name("3.0.1.set-aside-1").iterdir())


@POSIX
def test_a_file_or_a_link_in_the_way_is_set_aside(sources: list, prepared: dict[str, Path], tmp_path: Path) -> None:
    place = tmp_path / "mnist" / "3.0.1"
    place.parent.mkdir()
    place.write_text("mine", encoding="utf-8")
    data.load("mnist")
    assert place.with_name("3.0.1.set-aside-1").read_text(encoding="utf-8") == "mine"

    shutil.rmtree(place)
    shutil.rmtree(tmp_path / "decoded")
    elsewhere = prepared["theirs"] / "mnist" / "3.0.1"
    before = content(elsewhere)
    place.symlink_to(elsewhere)
    assert (data.load("mnist").x_train == 7).all()
    assert place.with_name("3.0.1.set-aside-2").readlink() == elsewhere
    assert content(elsewhere) == before


def test_where_theirs_cannot_be_set_aside_it_stays_and_the_lab_runs(place: Path, monkeypatch, capsys) -> None:
    def refuse(path: Path) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    before = content(place)
    monkeypatch.setattr(_arrays, "set_aside", refuse)
    assert (data.load("mnist").x_train == 7).all()
    assert content(place) == before
    assert "could not be kept" in capsys.readouterr().err
    assert (data.load("mnist").x_train == 7).all(), "from the decoded arrays"


def test_the_published_data_are_read_and_stay_where_they_are(
    prepared: dict[str, Path], sources: list, tmp_path
) -> None:
    shutil.copytree(prepared["published"] / "mnist", tmp_path / "mnist")
    before = content(tmp_path / "mnist")
    sources.append(SourceError("nothing is to be fetched"))
    assert (data.load("mnist").x_train == 7).all()
    assert content(tmp_path / "mnist") == before


# --- the decoded arrays and the weights: only what the course wrote is replaced --------------------------------------


@pytest.mark.parametrize("store", [data._STORE, backbones._STORE])
@pytest.mark.parametrize("theirs", ["notes.txt", "features.npy"])
def test_only_what_the_course_wrote_is_replaced(store: _store.Store, theirs: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    folder = store.where(next(iter(store.entries)))
    _arrays.write(folder, {"x": np.zeros(3)}, {})
    _arrays.write(folder, {"x": np.ones(3)}, {})
    assert [path.name for path in folder.parent.iterdir()] == [folder.name], "ours is replaced"
    (folder / theirs).write_text("mine", encoding="utf-8")
    before = content(folder)
    _arrays.write(folder, {"x": np.zeros(3)}, {})
    assert content(folder.with_name(f"{folder.name}.set-aside-1")) == before
    assert not _arrays.read(folder).arrays["x"].any()


def test_arrays_that_cannot_be_read_are_not_taken_for_broken(sources: list, tmp_path: Path, capsys) -> None:
    """A folder in a file's place cannot be read, as a file on a failing disk."""
    data.load("mnist")
    manifest = tmp_path / "decoded" / "mnist-3.0.1" / "manifest.json"
    manifest.unlink()
    manifest.mkdir()
    before = content(tmp_path)
    with pytest.raises(data.DataError, match=r"could not be read from .* Nothing was changed"):
        data.load("mnist")
    assert data.main([]) == 1
    assert "could not be read from" in capsys.readouterr().err
    assert content(tmp_path) == before


# --- where the data are ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["data", "./data", "somewhere/../data"])
def test_a_relative_folder_is_one_folder_for_all_notebooks(monkeypatch, tmp_path: Path, named: str) -> None:
    monkeypatch.setenv("TFDS_DATA_DIR", named)
    monkeypatch.chdir(tmp_path)
    assert data.data_dir().is_absolute()
    assert Path(os.path.normpath(data.data_dir())) == ROOT / "data"


@pytest.mark.parametrize(
    ("named", "below"), [("~/elsewhere", "elsewhere"), (None, "tensorflow_datasets"), ("", "tensorflow_datasets")]
)
def test_a_home_folder_is_meant_by_its_sign(monkeypatch, tmp_path: Path, named: str | None, below: str) -> None:
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.delenv("TFDS_DATA_DIR", raising=False)
    if named is not None:
        monkeypatch.setenv("TFDS_DATA_DIR", named)
    assert data.data_dir() == tmp_path / below


@POSIX
def test_an_account_without_a_home_folder_is_told(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    import pwd

    def unknown(uid: int):
        raise KeyError(uid)

    monkeypatch.delenv("HOME")
    monkeypatch.delenv("TFDS_DATA_DIR", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)  # as in a container that runs under any number
    with pytest.raises(data.DataError, match=r"no home folder.* Set TFDS_DATA_DIR"):
        data.load("mnist")
    for main in (data.main, backbones.main):
        assert main(["--list"]) == 1
        assert "Set TFDS_DATA_DIR" in capsys.readouterr().err


# --- folders that are not this user's --------------------------------------------------------------------------------


def _as_an_ordinary_user(code: str, folder: Path) -> subprocess.CompletedProcess:
    """Run code to which permissions apply: root's go without the right to pass over them."""
    command = [sys.executable, "-c", textwrap.dedent(code)]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root without setpriv (util-linux) passes over permissions")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    environment = os.environ | {"TFDS_DATA_DIR": str(folder)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


PUBLISHED = """
    import dataclasses, sys
    import numpy as np
    from tests.test_data import small_set
    from utils import _arrays, data
    sha256 = {"x_train": _arrays.digest(np.full((40, 28, 28, 1), 7, np.uint8))}
    data.DATA_SETS["mnist"] = dataclasses.replace(small_set(None), sha256=sha256)
"""


@POSIX
def test_a_read_only_folder_serves_what_is_prepared(prepared: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    shutil.copytree(prepared["published"], folder)
    before = content(folder)
    folder.chmod(0o555)
    try:
        done = _as_an_ordinary_user(PUBLISHED + "    sys.exit(data.main(['mnist']))", folder)
    finally:
        folder.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert "train (40, 28, 28, 1)" in done.stdout
    assert "could not be kept" in done.stderr
    assert content(folder) == before


@POSIX
@pytest.mark.parametrize(("mode", "said"), [(0o555, "could not be written"), (0o000, "could not be read")])
def test_a_folder_that_is_closed_to_this_user_is_named(tmp_path: Path, mode: int, said: str) -> None:
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)
    folder.chmod(mode)
    try:
        done = _as_an_ordinary_user("import sys; from utils import data; sys.exit(data.main(['mnist']))", folder)
    finally:
        folder.chmod(0o755)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert said in done.stderr
    assert "TFDS_DATA_DIR" in done.stderr
    assert not list(folder.iterdir())


@POSIX
@pytest.mark.parametrize("closed", ["mnist", "mnist/3.0.1", "mnist/3.0.1/dataset_info.json"])
def test_a_prepared_folder_that_is_closed_to_this_user_is_left_alone(place: Path, tmp_path: Path, closed: str) -> None:
    before = content(place)
    path = tmp_path / closed
    mode = path.stat().st_mode
    path.chmod(0)
    try:
        done = _as_an_ordinary_user(PUBLISHED + "    sys.exit(data.main(['mnist']))", tmp_path)
    finally:
        path.chmod(mode)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "could not be read: PermissionError" in done.stderr
    assert content(place) == before
