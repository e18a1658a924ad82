"""Training shows one bar and leaves nothing behind; TensorFlow starts without a word."""

import subprocess
import sys

from utils.training import ProgressBar
import keras
import numpy as np
import pytest

from course.run import final_text


def test_the_bar_counts_epochs_on_stdout_and_disappears(capsys: pytest.CaptureFixture) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer="sgd")
    model.fit(np.ones((8, 2)), np.ones(8), epochs=3, verbose=0, callbacks=[ProgressBar("line")])
    out, err = capsys.readouterr()
    assert "line" in out
    assert "3/3" in out or "2/3" in out
    assert err == ""
    assert final_text(out).strip() == "", "a stored notebook shows no leftovers"


def test_tensorflow_starts_silently_after_utils_and_its_errors_are_shown() -> None:
    code = (
        "import utils, importlib.util as u; u.find_spec('tensorflow'); import keras; print(float(keras.ops.ones(2)[0]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1.0"
    assert done.stderr == ""
    failing = "import os, utils\nfrom utils.quiet import native_stderr_held_back as held\n"
    failing += "with held():\n    os.write(2, b'last words')\n    raise RuntimeError"
    done = subprocess.run([sys.executable, "-c", failing], capture_output=True, text=True)
    assert "last words" in done.stderr


def test_the_numbers_of_many_outputs_leave_room_for_the_bar(capsys: pytest.CaptureFixture) -> None:
    inputs = keras.Input((2,))
    model = keras.Model(inputs, [keras.layers.Dense(1, name=f"output{n}")(inputs) for n in range(4)])
    model.compile(loss=["mse"] * 4, optimizer="sgd")
    model.fit(np.ones((8, 2)), [np.ones(8)] * 4, epochs=2, verbose=0, callbacks=[ProgressBar("many")])
    drawn = capsys.readouterr().out
    assert " loss=" in drawn
    assert "output" not in drawn
    assert "|=" in drawn, "the bar itself"
