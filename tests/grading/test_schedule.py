"""Workers: side by side, and nothing lost when one dies."""

import contextlib
from dataclasses import asdict, replace
import os
from pathlib import Path
import threading
import time
from typing import Any

import psutil
import pytest

from course.grading.execute import schedule
from course.grading.execute.execute import execute
from course.grading.model import Execution, GradingError, Job
from tests.grading import nasty, small_lab
from tests.grading.gate import WAIT, Gate
from tests.grading.jobs import HANG_SECONDS, job

PLAIN = Job(lab="01_small", student="", notebook="{}", points={"f": 2.0})


def plain_jobs(*students: str, notebook: str = "{}") -> list[Job]:
    return [replace(PLAIN, student=student, notebook=notebook) for student in students]


def note_and_answer(values: dict[str, Any]) -> dict[str, Any]:
    """Stand in for an execution: the notebook is a folder, in which each attempt leaves a file."""
    folder, student = Path(values["notebook"]), values["student"]
    (folder / f"{student}-{os.getpid()}").touch()
    if student == "kills every worker":
        os._exit(1)
    if student == "kills one worker" and len(list(folder.glob(f"{student}-*"))) == 1:
        os._exit(1)
    if student == "breaks":
        raise RuntimeError("the grader has a mistake")
    if student == "has no sandbox":
        raise GradingError("there is no sandbox here")
    if student == "is slow":
        time.sleep(HANG_SECONDS)
    return asdict(Execution(f"done by {os.getpid()}", ()))


def test_submissions_are_executed_by_several_workers_each_once(tmp_path: Path) -> None:
    jobs = plain_jobs(*"abcdefgh", notebook=str(tmp_path))
    done = list(schedule.run(jobs, workers=2, task=together, progress=False))
    assert sorted(job.student for job, _ in done) == list("abcdefgh")
    assert len({execution.notebook for _, execution in done}) == 2
    assert len(list(tmp_path.iterdir())) == 8


def together(values: dict[str, Any]) -> dict[str, Any]:
    """Stand in for an execution that ends only when two workers have begun one."""
    folder, until = Path(values["notebook"]), time.monotonic() + HANG_SECONDS
    done = note_and_answer(values)
    while len({path.name.partition("-")[2] for path in folder.iterdir()}) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    return done


def test_a_worker_that_dies_loses_nothing(tmp_path: Path) -> None:
    students = ("a", "kills every worker", "b", "kills one worker", "c", "breaks", "d")
    done = {
        job.student: execution
        for job, execution in schedule.run(
            plain_jobs(*students, notebook=str(tmp_path)), workers=2, task=note_and_answer, progress=False
        )
    }
    assert set(done) == set(students)
    attempts = {student: len(list(tmp_path.glob(f"{student}-*"))) for student in students}
    assert attempts == dict.fromkeys(students, 1) | {"kills every worker": 3, "kills one worker": 2}
    given_up = done["kills every worker"]
    assert given_up.needs_human
    assert "ended the worker process 3 times" in given_up.remarks[0]
    assert [(exercise.name, exercise.points) for exercise in given_up.exercises] == [("f", 0)]
    assert "RuntimeError: the grader has a mistake" in done["breaks"].remarks[0]
    assert done["breaks"].needs_human
    assert not any(done[student].needs_human for student in ("a", "b", "c", "d", "kills one worker"))


def test_a_worker_killed_in_the_middle_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The submissions wait for a file, which they get when a worker has been killed over one of them."""
    gate = Gate(tmp_path)
    monkeypatch.setenv("TFDS_DATA_DIR", gate.environment["TFDS_DATA_DIR"])
    limits = replace(nasty.LIMITS, cell_seconds=HANG_SECONDS)
    notebook = small_lab.partly(scale_rows=WAIT + small_lab.RIGHT["scale_rows"])
    jobs = [job(notebook, student=student, limits=limits) for student in ("ada", "bob")]
    before = set(psutil.Process().children(recursive=True))
    killed = []

    def kill_the_first_that_works() -> None:
        until = time.monotonic() + HANG_SECONDS
        while time.monotonic() < until:
            for process in set(psutil.Process().children(recursive=True)) - before:
                with contextlib.suppress(psutil.Error, AttributeError):
                    if process.name() == "bwrap" and process.parent().name() != "bwrap":
                        worker = process.parent()
                        worker.kill()
                        worker.wait()
                        killed.append(worker.pid)
                        gate.open()
                        return
            time.sleep(0.05)

    killer = threading.Thread(target=kill_the_first_that_works)
    killer.start()
    done = list(schedule.run(jobs, workers=2, progress=False))
    killer.join()
    assert killed
    assert killed[0] != os.getpid()
    assert sorted(job.student for job, _ in done) == ["ada", "bob"]
    assert [sum(exercise.points for exercise in execution.exercises) for _, execution in done] == [10, 10]


def test_what_makes_every_execution_impossible_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(GradingError, match="there is no sandbox here"):
        list(
            schedule.run(
                plain_jobs("has no sandbox", notebook=str(tmp_path)), workers=1, task=note_and_answer, progress=False
            )
        )


def test_closing_it_leaves_no_worker(tmp_path: Path) -> None:
    before = set(psutil.Process().children(recursive=True))
    running = schedule.run(
        plain_jobs("a", "is slow", "b", notebook=str(tmp_path)), workers=1, task=note_and_answer, progress=False
    )
    assert next(running)[0].student == "a"
    running.close()
    until = time.monotonic() + HANG_SECONDS / 10
    while (left := workers_since(before)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left


def workers_since(before: set[psutil.Process]) -> list[psutil.Process]:
    found = []
    for process in set(psutil.Process().children(recursive=True)) - before:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if "worker" in " ".join(process.cmdline()).lower() or process.name() == "bwrap":
                found.append(process)
    return found


def test_an_existing_cluster_does_it_too(tmp_path: Path) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster:
        jobs = plain_jobs("a", "b", notebook=str(tmp_path))
        done = list(schedule.run(jobs, scheduler=cluster.scheduler_address, task=note_and_answer, progress=False))
        assert sorted(job.student for job, _ in done) == ["a", "b"]
        assert len(cluster.scheduler_info["workers"]) == 1, "a cluster of others is left as it is"


def test_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "CONNECT_SECONDS", 1)
    with pytest.raises(GradingError, match=r"no Dask scheduler at tcp://127\.0\.0\.1:1"):
        list(schedule.run(plain_jobs("a"), scheduler="tcp://127.0.0.1:1", progress=False))


def test_nothing_to_do_starts_nothing() -> None:
    assert list(schedule.run([], workers=2)) == []


def test_the_default_task_takes_and_gives_what_a_job_is() -> None:
    made = job(small_lab.filled(small_lab.WRONG))
    ((back, execution),) = schedule.run([made], workers=1, progress=False)
    assert back == made
    assert replace(execution, notebook="", seconds=0) == replace(
        Execution.from_values(execute(asdict(made))), notebook="", seconds=0
    )
