"""The benchmark races what it says, and the README quotes what it measured."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from course.syllabus import ROOT

RESULTS = ROOT / "benchmarks" / "results"


def _benchmark():
    spec = importlib.util.spec_from_file_location("time_to_accuracy", ROOT / "benchmarks" / "time_to_accuracy.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("recipe", "parameters", "batch_size"),
    [("LeNet of lab 06", 61_706, 256), ("Keras' example", 34_826, 128), ("Chollet's book", 372_234, 64)],
)
def test_a_recipe_is_the_one_described(recipe: str, parameters: int, batch_size: int) -> None:
    """The parameters are those that the sources print, so a layer that is not theirs shows."""
    images, labels = np.zeros((60_000, 28, 28, 1), np.float32), np.arange(60_000) % 10
    model, x_train, y_train, settings = _benchmark().RECIPES[recipe](images, labels, seed=0)
    assert model.count_params() == parameters
    assert settings["batch_size"] == batch_size
    assert len(x_train) == len(y_train) > 50_000
    assert model.optimizer is not None


def test_the_clock_stops_when_the_target_is_reached_and_counts_training_alone() -> None:
    """A net that knows everything after its first epoch is stopped there; each epoch adds to the time."""
    import keras

    benchmark = _benchmark()
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, size=600)
    images = np.where(labels[:, None, None, None] == 1, 255, 0) * np.ones((600, 2, 2, 1))

    class Set:
        x_train, y_train, x_test, y_test = images, labels, images, labels

    def recipe(x, y, seed, rate=0.1):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")])
        model.compile(keras.optimizers.SGD(rate), "sparse_categorical_crossentropy")
        return model, x, y, {"epochs": 3, "batch_size": 10}

    quick = benchmark.race(recipe, Set, seed=0)
    assert quick["reached"]
    assert len(quick["wall"]) == len(quick["accuracy"]) == 1
    never = benchmark.race(lambda x, y, seed: recipe(x, 1 - y, seed, rate=0.0), Set, seed=0)
    assert not never["reached"]
    assert len(never["wall"]) == 3
    assert never["wall"] == sorted(never["wall"])


def test_stored_table_and_readme_follow_from_the_stored_runs() -> None:
    stored = json.loads((RESULTS / "time_to_accuracy.json").read_text("utf-8"))
    table = _benchmark().table(stored["runs"])
    assert table in (RESULTS / "time_to_accuracy.md").read_text("utf-8")
    assert table in Path(ROOT / "README.md").read_text("utf-8")
    assert {run["seed"] for run in stored["runs"]} == {0, 1, 2}
