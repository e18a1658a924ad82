"""Measures what kernels of the labs take: memory alone and beside others, and the cores that a training uses.

    python benchmarks/kernels.py --labs 02 06 --kernels 3

Of each lab so many kernels are started one after the other. Each runs the lab's imports, loads a data set, and trains a small
network for one epoch. Printed is, in MiB, the memory of the last kernel after each step: RSS counts what kernels share for each
of them, PSS shares it out, so that the sum of all PSS is what the machine needs. Needs Linux and the labs' data.
"""

import argparse
from pathlib import Path
import sys
import time

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from course import notebooks, text  # noqa: E402
from course.kernels import Manager  # noqa: E402
from course.syllabus import Lab, labs  # noqa: E402

LOAD = (
    "from utils.data import load\nimport keras\ndata = load('mnist')\nx = data.x_train[..., :1].astype('float32') / 255"
)
TRAIN = """model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(16, 3, activation="relu"),
    keras.layers.MaxPooling2D(), keras.layers.Flatten(), keras.layers.Dense(10)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), steps_per_execution=32)
model.fit(x, data.y_train, batch_size=128, epochs=1, verbose=0)"""
STEPS = ("imports", "data", "training")
MIB = 2**20
TIMEOUT = 300


def steps(lab: Lab) -> dict[str, str]:
    """Return the code of each step."""
    imports = notebooks.imports_cell(text.notebook_of(lab), lab.text).source
    return dict(zip(STEPS, (imports, LOAD, TRAIN)))


class Kernel:
    """A kernel of the course's, as JupyterLab starts it."""

    def __init__(self) -> None:
        """Start it, and wait until it answers."""
        import asyncio

        self.loop = asyncio.new_event_loop()
        self.manager = Manager()
        self.wait(self.manager.start_kernel(cwd=str(ROOT)))
        self.client = self.manager.client()
        self.client.start_channels()
        self.wait(self.client.wait_for_ready(timeout=TIMEOUT))
        self.process = psutil.Process(self.manager.provisioner.pid)

    def wait(self, something):
        """Return what comes of a coroutine."""
        return self.loop.run_until_complete(something)

    def run(self, code: str) -> tuple[float, float]:
        """Run code; return the seconds by the clock and by the processors."""
        clock, cpu = time.perf_counter(), sum(self.process.cpu_times()[:2])
        reply = self.wait(self.client.execute_interactive(code, timeout=TIMEOUT, output_hook=lambda message: None))
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{reply['content']['ename']}: {reply['content']['evalue']}")
        return time.perf_counter() - clock, sum(self.process.cpu_times()[:2]) - cpu

    def memory(self) -> tuple[float, float]:
        """Return RSS and PSS in MiB."""
        memory = self.process.memory_full_info()
        return memory.rss / MIB, memory.pss / MIB

    def end(self) -> None:
        """End it."""
        self.client.stop_channels()
        self.wait(self.manager.shutdown_kernel(now=True))


def measure(lab: Lab, count: int) -> None:
    """Start kernels of a lab one after the other, and print a row for each step of each."""
    kernels = []
    try:
        for number in range(1, count + 1):
            kernels.append(Kernel())
            rss, pss = kernels[-1].memory()
            print(f"| {lab.name[:2]} | {number} | started | {rss:.0f} | {pss:.0f} | | |", flush=True)
            for step, code in steps(lab).items():
                seconds, cpu = kernels[-1].run(code)
                rss, pss = kernels[-1].memory()
                print(
                    f"| {lab.name[:2]} | {number} | {step} | {rss:.0f} | {pss:.0f} | {seconds:.1f} | {cpu:.1f} |",
                    flush=True,
                )
        total = sum(kernel.memory()[1] for kernel in kernels)
        print(f"| {lab.name[:2]} | all {count} | sum of PSS | | {total:.0f} | | |", flush=True)
        time.sleep(5)
        idle = sum(sum(kernel.process.cpu_times()[:2]) for kernel in kernels)
        time.sleep(20)
        idle = (sum(sum(kernel.process.cpu_times()[:2]) for kernel in kernels) - idle) / 20 / count
        print(f"| {lab.name[:2]} | each | idle: share of a core | | | | {idle:.3f} |", flush=True)
    finally:
        for kernel in kernels:
            kernel.end()


def main() -> None:
    """Measure the labs asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--labs", nargs="+", default=["02", "06"])
    parser.add_argument("--kernels", type=int, default=3)
    options = parser.parse_args()
    print("| lab | kernel | after | RSS, MiB | PSS, MiB | seconds | CPU seconds |\n|---|---|---|---|---|---|---|")
    for lab in labs(options.labs):
        measure(lab, options.kernels)


if __name__ == "__main__":
    main()
