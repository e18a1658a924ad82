"""Ctrl-C: grading ends with one sentence, whenever it comes and however often, and what was graded is recorded."""

import json
import os
from pathlib import Path
import signal
import subprocess
import sys
import time

import psutil
import pytest

from course.grading.execute import interrupts
from course.grading.model import Result
from course.syllabus import ROOT
from tests.grading import small_lab
from tests.grading.gate import WAIT, Gate
from tests.grading.jobs import HANG_SECONDS

PROGRAM = f"""import argparse, signal, sys
from pathlib import Path
from course import syllabus
from course.grading import command

root, handed_in, to = map(Path, sys.argv[1:])
command.labs = lambda names: syllabus.labs(names, root=root)
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    parser = argparse.ArgumentParser()
    command.add_arguments(parser.add_subparsers())
    limits = ["--cell-seconds", "{HANG_SECONDS}", "--notebook-seconds", "{2 * HANG_SECONDS}"]
    paths = ["--submissions", str(handed_in), "--to", str(to)]
    sys.exit(command.run(parser.parse_args(["grade", "01", "--workers", "2", *limits, *paths])))
"""
TOGETHER = "Limits: "
"""What grading prints before it starts its workers."""


class Run:
    """A run of `grade` on three students, the first of whom is done at once; the others wait."""

    def __init__(self, folder: Path) -> None:
        lab, handed_in, gate = small_lab.make(folder / "course"), folder / "submissions", Gate(folder)
        for number in range(3):
            source = (WAIT if number else "") + small_lab.RIGHT["scale_rows"]
            small_lab.hand_in(handed_in, f"student{number}", small_lab.partly(scale_rows=source))
        (folder / "run.py").write_text(PROGRAM)
        (folder / "t").mkdir(mode=0o755)
        self.said, self.kept = folder / "said.txt", folder / "t"
        self.recorded = folder / "to" / "results" / lab.name
        command = [sys.executable, str(folder / "run.py"), str(folder / "course"), str(handed_in), str(folder / "to")]
        environment = (
            os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "TMPDIR": str(self.kept)} | gate.environment
        )
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(command, env=environment, stdout=said, stderr=said, start_new_session=True)
        self.all: set[psutil.Process] = set()

    def wait_until(self, condition) -> None:
        """Wait for something that has to come; raise where the run ends before it."""
        until = time.monotonic() + HANG_SECONDS
        while not condition():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < until, self.said.read_text()
            time.sleep(0.05)

    def interrupt(self) -> None:
        """Do what Ctrl-C does: signal all processes of the terminal."""
        self.all |= set(psutil.Process(self.process.pid).children(recursive=True))
        os.killpg(self.process.pid, signal.SIGINT)

    def assert_ended_in_order(self) -> None:
        """Assert that it said one sentence, ended as programs do that were interrupted, and left nothing running."""
        assert self.process.wait(timeout=HANG_SECONDS) == 130, self.said.read_text()
        said = self.said.read_text()
        assert said.count("Interrupted") == 1, said
        assert "Traceback" not in said
        assert "Error" not in said
        left = psutil.wait_procs(self.all, timeout=HANG_SECONDS / 10)[1]
        assert not [process for process in left if process.status() != psutil.STATUS_ZOMBIE]
        assert not list(self.kept.glob("lab-*")), "a sandbox's folder is left"


@pytest.mark.parametrize("often", [False, True])
def test_interrupted_in_the_middle(tmp_path: Path, often: bool) -> None:
    run = Run(tmp_path)
    run.wait_until(lambda: list(run.recorded.glob("*.json")))
    run.interrupt()
    while often and run.process.poll() is None:
        os.killpg(run.process.pid, signal.SIGINT)
        time.sleep(0.05)
    run.assert_ended_in_order()
    (kept,) = run.recorded.glob("*.json")
    assert Result.from_json(kept.read_text("utf-8")).student == "student0"


def test_interrupted_while_the_workers_start(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.wait_until(lambda: TOGETHER in run.said.read_text())
    run.interrupt()
    run.assert_ended_in_order()
    assert not list(run.recorded.glob("*.json"))


def test_after_the_first_they_are_ignored_and_a_held_one_waits() -> None:
    seen = []

    def record() -> None:
        with interrupts.once(), interrupts.held_back() as held:
            held.look()
            for _ in range(3):
                os.kill(os.getpid(), signal.SIGINT)
            seen.append("recorded")
            held.look()
            seen.append("went on")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            record()
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == ["recorded"]


def test_what_is_started_in_a_block_gets_none() -> None:
    code = "import json, signal; print(json.dumps([int(s) for s in signal.pthread_sigmask(signal.SIG_BLOCK, [])]))"
    with interrupts.blocked():
        inside = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    outside = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert signal.SIGINT in json.loads(inside)
    assert signal.SIGINT not in json.loads(outside)
