"""Seconds of training until a network reads 99% of MNIST's test digits: this course's LeNet beside two textbook recipes.

    python benchmarks/time_to_accuracy.py

Test accuracy is looked at after each epoch; the clock counts training alone, the first step's compilation included. All
runs share one process, and seeds take turns with recipes, so that a busy machine hurts all alike. The table and the plot
go to `benchmarks/results/`.

This is a race and no model selection: the test set decides when the clock stops, so the accuracies here are no estimates of
how good the networks are. Lab 06 gives those.
"""

import argparse
import ast
from collections.abc import Callable
import json
import os
from pathlib import Path
import platform
import sys
import time

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from utils.data import load, split_validation  # noqa: E402
import numpy as np  # noqa: E402

from course import notebooks  # noqa: E402
from course.syllabus import labs  # noqa: E402

TARGET = 0.99
RESULTS = ROOT / "benchmarks" / "results"


def lenet(images: np.ndarray, labels: np.ndarray, seed: int):
    """Return lab 06's LeNet, compiled, its training data and its settings for `fit`; the code is the lab's own."""
    import keras
    from keras import layers

    (lab,) = labs(["06"])
    wanted = {"one_cycle", "modern_lenet"}
    sources = [cell.source for cell in notebooks.read(lab.solution).cells if cell.cell_type == "code"]
    functions = [node for source in sources for node in ast.parse(source).body if getattr(node, "name", None) in wanted]
    assert {function.name for function in functions} == wanted, f"{lab.name} no longer defines {wanted}"
    namespace = {"keras": keras, "layers": layers, "np": np}
    exec(compile(ast.Module(functions, []), str(lab.solution), "exec"), namespace)  # noqa: S102
    x_train, y_train, _, _ = split_validation(images, labels, 5_000)
    labels = keras.utils.to_categorical(y_train)
    return namespace["modern_lenet"](seed, epochs=3), x_train, labels, {"batch_size": 256, "epochs": 3}


def keras_example(images: np.ndarray, labels: np.ndarray, seed: int):
    """Return the recipe of Keras' code example "Simple MNIST convnet" (F. Chollet, 2015), rebuilt from its description."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    first = len(images) * 9 // 10  # the example sets the last tenth aside
    return model, images[:first], labels[:first], {"batch_size": 128, "epochs": 15}


def chollet_book(images: np.ndarray, labels: np.ndarray, seed: int):
    """Return the first convnet of F. Chollet, Deep Learning with Python, chapter 8, rebuilt from its description."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(128, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(256, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, images, labels, {"batch_size": 64, "epochs": 15}


RECIPES: dict[str, Callable] = {
    "LeNet of lab 06": lenet,
    "Keras' example": keras_example,
    "Chollet's book": chollet_book,
}


def race(recipe: Callable, data, seed: int) -> dict:
    """Train until the target is reached or the recipe's epochs are over; return seconds, accuracies and the rest.

    Returns:
        "wall" and "cpu": cumulated seconds of training after each epoch. "accuracy": on the test set, after each epoch.
        "reached": whether the target was. "parameters": of the network.
    """
    import keras

    class Referee(keras.callbacks.Callback):
        """Stops the clock after each epoch, looks at the test accuracy, and starts it again."""

        def __init__(self) -> None:
            super().__init__()
            self.wall, self.cpu, self.accuracy = [], [], []

        def start(self) -> None:
            self.started = time.perf_counter(), time.process_time()

        def on_epoch_end(self, epoch, logs=None) -> None:
            now = time.perf_counter(), time.process_time()
            for times, begin, end in zip((self.wall, self.cpu), self.started, now):
                times.append(end - begin + (times[-1] if times else 0))
            probabilities = self.model.predict(x_test, batch_size=1000, verbose=0)
            self.accuracy.append(float(np.mean(np.argmax(probabilities, axis=1) == data.y_test)))
            self.model.stop_training = self.accuracy[-1] >= TARGET
            self.start()

    x_train, x_test = (images.astype("float32") / 255 for images in (data.x_train, data.x_test))
    model, x_train, y_train, settings = recipe(x_train, data.y_train, seed)
    referee = Referee()
    referee.start()
    model.fit(x_train, y_train, callbacks=[referee], verbose=0, **settings)
    keras.backend.clear_session()
    return {
        "parameters": model.count_params(),
        "wall": referee.wall,
        "cpu": referee.cpu,
        "accuracy": referee.accuracy,
        "reached": referee.accuracy[-1] >= TARGET,
    }


def table(runs: list[dict]) -> str:
    """Return the results as a Markdown table: mean and range over the seeds, and how many times the LeNet's time."""
    lines = [
        "| recipe | parameters | seeds that reached 99% | epochs | seconds of training | times the LeNet's | CPU seconds | times the LeNet's |",
        "|---|---|---|---|---|---|---|---|",
    ]
    fastest = {}
    for recipe in dict.fromkeys(run["recipe"] for run in runs):
        mine = [run for run in runs if run["recipe"] == recipe]
        cells = [recipe, f"{mine[0]['parameters']:,}", f"{sum(run['reached'] for run in mine)} of {len(mine)}"]
        epochs = sorted({len(run["wall"]) for run in mine})
        cells.append(f"{epochs[0]} to {epochs[-1]}" if len(epochs) > 1 else str(epochs[0]))
        for clock in ("wall", "cpu"):
            totals = [run[clock][-1] for run in mine]
            fastest.setdefault(clock, np.mean(totals))
            cells.append(f"{np.mean(totals):.0f} ({min(totals):.0f} to {max(totals):.0f})")
            cells.append(f"{np.mean(totals) / fastest[clock]:.1f}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def plot(runs: list[dict], path: Path) -> None:
    """Write a plot of test accuracy over seconds of training, a line a run."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    styles = dict(zip(RECIPES, (("o", "-"), ("s", "--"), ("^", ":"))))
    colours = dict(zip(RECIPES, ("#0072b2", "#d55e00", "#333333")))
    for run in runs:
        marker, line = styles[run["recipe"]]
        label = run["recipe"] if run["seed"] == 0 else None
        axes.plot(run["wall"], run["accuracy"], marker=marker, ls=line, color=colours[run["recipe"]], label=label)
    axes.axhline(TARGET, color="0.6", lw=1)
    axes.set(xlabel="seconds of training", ylabel="test accuracy", ylim=(0.96, 0.993))
    axes.set_title("MNIST: seconds of training to 99% of the test digits, a line a seed")
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=110)


def main() -> int:
    """Run the race and write its results; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=3, help="runs of each recipe (default: 3)")
    options = parser.parse_args()
    import keras
    import tensorflow as tf

    data, runs = load("mnist"), []
    for seed in range(options.seeds):
        for recipe, build in RECIPES.items():
            runs.append({"recipe": recipe, "seed": seed} | race(build, data, seed))
            last = runs[-1]
            print(
                f"{recipe}, seed {seed}: {last['accuracy'][-1]:.2%} after {len(last['wall'])} epochs, "
                f"{last['wall'][-1]:.0f} s ({last['cpu'][-1]:.0f} s of CPU)",
                flush=True,
            )
    versions = f"TensorFlow {tf.__version__}, Keras {keras.__version__}, Python {platform.python_version()}"
    facts = f"{versions}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}"
    text = f"# Seconds of training to 99% of MNIST's test digits\n\n{table(runs)}\n"
    text += (
        f"Mean and range over {options.seeds} seeds; {facts}. Written by `python benchmarks/time_to_accuracy.py`.\n\n"
    )
    text += "![Test accuracy over seconds of training, a line a run.](time_to_accuracy.png)\n"
    RESULTS.mkdir(exist_ok=True)
    notebooks.write(RESULTS / "time_to_accuracy.md", text.encode())
    notebooks.write(
        RESULTS / "time_to_accuracy.json", (json.dumps({"facts": facts, "runs": runs}, indent=1) + "\n").encode()
    )
    plot(runs, RESULTS / "time_to_accuracy.png")
    print("\n" + text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
