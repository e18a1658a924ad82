"""MTCNN: its weights file cannot run anything, and its networks find a face that is there, upright."""

import io
from pathlib import Path
import pickle

import numpy as np
import pytest
from utils import backbones
from utils.sources import SourceError, mtcnn


def _file(networks: object) -> bytes:
    """Return a NumPy file that holds one object, as the published one does: a pickle of Python 2's time."""
    file, array = io.BytesIO(), np.array(networks, dtype=object)
    np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
    pickled = pickle.dumps(array, protocol=2).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    return file.getvalue() + pickled


NETWORKS = {name: [np.ones((2, 3), np.float32), np.zeros(3, np.float32)] for name in ("pnet", "rnet", "onet")}


class _Runs:
    """Would run a line of Python when it is unpickled."""

    def __init__(self, line: str) -> None:
        self.line = line

    def __reduce__(self):
        return eval, (self.line,)


def test_a_crafted_file_is_refused_before_it_does_anything(tmp_path: Path) -> None:
    trace = tmp_path / "it_ran"
    crafted = _file(NETWORKS | {"onet": _Runs(f"open({str(trace)!r}, 'w')")})
    with pytest.raises(SourceError, match="only arrays are read"):
        mtcnn.read_arrays(crafted)
    assert not trace.exists()
    np.load(io.BytesIO(crafted), allow_pickle=True)
    assert trace.exists(), "the crafted file does no harm to anybody: the test shows nothing"


def test_encodings_other_than_latin1_are_not_looked_up() -> None:
    header = _file(NETWORKS)[: _file(NETWORKS).index(pickle.PROTO)]
    call = pickle.GLOBAL + b"_codecs\nencode\n" + pickle.dumps(("text", "zip"), protocol=2)[2:-1] + pickle.REDUCE + b"."
    with pytest.raises(SourceError, match="latin1"):
        mtcnn.read_arrays(header + pickle.PROTO + b"\x02" + call)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a NumPy file at all",
        _file({"pnet": NETWORKS["pnet"]}),
        _file([1, 2]),
        _file(NETWORKS | {"pnet": [np.zeros(3)]}),
        _file(NETWORKS)[:-20],
    ],
)
def test_what_holds_no_such_arrays_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError, match="the weights"):
        mtcnn.read_arrays(content)


def test_the_three_networks_agree_on_an_upright_face() -> None:
    import skimage.data
    import tensorflow as tf

    photo = (skimage.data.astronaut().astype(np.float32) - 127.5) / 128
    propose, sort_out, refine = backbones.face_detector()
    assert [network.count_params() for network in (propose, sort_out, refine)] == [6_632, 100_178, 389_040]
    small = tf.image.resize(photo[None], (52, 52), method="area")
    faces, corrections = (np.asarray(part)[0] for part in propose(small))
    assert faces.shape[:2] == corrections.shape[:2] == (21, 21)
    row, column = np.unravel_index(faces[..., 1].argmax(), (21, 21))
    assert faces[row, column, 1] > 0.95
    assert 30 <= row * 20 <= 110, "a window's upper edge, in pixels of the photo"
    assert 120 <= column * 20 <= 220

    def crop(side: int, turned: bool = False):
        box = photo[60:190, 170:280][None, ::-1] if turned else photo[60:190, 170:280][None]
        return tf.image.resize(box, (side, side), method="area")

    assert np.asarray(sort_out(crop(24))[0])[0, 1] > 0.9
    probabilities, _, points = (np.asarray(part)[0] for part in refine(crop(48)))
    assert probabilities[1] > 0.95
    assert np.asarray(refine(crop(48, turned=True))[0])[0, 1] < 0.9
    (left_eye, right_eye, nose, *mouth), heights = points[:5], points[5:]
    assert left_eye < nose < right_eye
    assert heights[:2].max() < heights[2] < heights[3:].min()
    assert mouth[0] < mouth[1]
