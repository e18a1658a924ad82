"""Executes submissions side by side with dask.distributed: on processes of this machine, or on a cluster that is there.

A submission goes to a worker as text and comes back as text. A worker that dies takes nothing with it: its submission is
executed again by another, twice at most; then it is a human's.
"""

from collections.abc import Callable, Iterable, Iterator
import contextlib
from dataclasses import asdict
import logging
import os
import time
from typing import Any

from tqdm import tqdm

from course.grading import sandbox
from course.grading.execute import execute, from_json
from course.grading.model import Execution, Exercise, GradingError, Job, Outcome

ATTEMPTS = 3
PATIENCE_SECONDS = 120
"""Without a single worker."""
WORKER_MEMORY = 2 * 2**30
"""Of a worker itself; its sandbox is counted for itself."""


def run(
    jobs: Iterable[Job],
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    task: Callable[[dict[str, Any]], dict[str, Any]] = execute,
    progress: bool = True,
) -> Iterator[tuple[Job, Execution]]:
    """Execute jobs and yield each with what came of it, as it is done; every job is yielded once.

    Closing the iterator, or Ctrl-C, cancels what is not done and ends the local workers.

    Args:
        jobs: the submissions.
        workers: local processes, each with one submission at a time; None means one a core.
        scheduler: the address of a running Dask scheduler, such as "tcp://10.0.0.5:8786", in place of local workers. Its
            workers need this course, at the same version, and bubblewrap.
        task: what a worker does with a job, as JSON in and out.
        progress: show a bar with what is done, what needs a human, and the time left.

    Raises:
        GradingError: if there are no workers, or they cannot execute anything.
    """
    waiting = list(jobs)
    if not waiting:
        return
    with _client(min(workers or os.cpu_count() or 1, len(waiting)), scheduler) as client:
        if scheduler:
            _look_over(client, scheduler, waiting)
        yield from _run(client, waiting, task, progress)


@contextlib.contextmanager
def _client(workers: int, scheduler: str | None) -> Iterator[Any]:
    """Give a client of a cluster; a local one begins and ends here."""
    import dask
    from distributed import Client, LocalCluster

    if scheduler:
        try:
            client = Client(scheduler, timeout="10s")
        except (OSError, TimeoutError, ValueError) as error:
            raise GradingError(
                f"there is no Dask scheduler at {scheduler}: {error}\nStart one (`dask scheduler`, and `dask worker ADDRESS` on each "
                "machine), or leave --scheduler out to use this machine."
            ) from error
        with contextlib.closing(client):
            yield client
        return
    # A dead worker is told at once, because it is counted here; no job waits on a worker that is busy with another.
    settings = {"distributed.scheduler.allowed-failures": 0, "distributed.scheduler.worker-saturation": 1.0}
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            memory_limit=WORKER_MEMORY,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def _look_over(client: Any, scheduler: str, jobs: list[Job]) -> None:
    """Raise where the workers of a cluster could not execute a submission."""
    from distributed import TimeoutError as DaskTimeoutError

    try:
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
        problems = client.run(_problem) if any(job.sandboxed for job in jobs) else {}
    except (TimeoutError, DaskTimeoutError) as error:
        raise GradingError(
            f"the scheduler at {scheduler} has no workers: start one by `dask worker {scheduler}`"
        ) from error
    except Exception as error:  # whatever a worker raises while it looks for this module
        raise GradingError(
            f"the workers of {scheduler} cannot import this course ({type(error).__name__}: {error}): install it there, at the same "
            "version, with the same requirements.txt"
        ) from error
    for address, problem in problems.items():
        if problem:
            raise GradingError(f"worker {address}: {problem}")


def _problem() -> str:
    try:
        sandbox.require()
    except GradingError as error:
        return str(error)
    return ""


def _run(client: Any, waiting: list[Job], task: Callable, progress: bool) -> Iterator[tuple[Job, Execution]]:
    from distributed import wait
    from distributed.client import TimeoutError as DaskTimeoutError

    running: dict[Any, Job] = {}
    attempts = dict.fromkeys((job.student for job in waiting), 0)
    human, seen = 0, time.monotonic()
    bar = tqdm(total=len(waiting), desc="grading", unit="submission", disable=not progress, smoothing=0.1)
    try:
        while waiting or running:
            alive = len(client.nthreads())
            seen = time.monotonic() if alive else seen
            if time.monotonic() - seen > PATIENCE_SECONDS:
                raise GradingError(
                    f"no worker is left, and none came in {PATIENCE_SECONDS} s. What was executed is recorded: grade again to go on."
                )
            while waiting and len(running) < alive:
                job = waiting.pop(0)
                attempts[job.student] += 1
                running[client.submit(task, asdict(job), pure=False)] = job
            if not running:
                time.sleep(0.2)
                continue
            try:
                done = wait(list(running), timeout=1, return_when="FIRST_COMPLETED").done
            except (TimeoutError, DaskTimeoutError):
                continue
            for future in done:
                job = running.pop(future)
                execution = _result(future, job, attempts[job.student])
                future.release()
                if execution is None:
                    waiting.append(job)
                    continue
                human += execution.needs_human
                bar.update()
                bar.set_postfix({"need a human": human})
                yield job, execution
    finally:
        bar.close()
        with contextlib.suppress(Exception):  # the cluster may be gone: nothing is left to cancel
            client.cancel(list(running), force=True)


def _result(future: Any, job: Job, attempt: int) -> Execution | None:
    """Return what came of a job; None where it has to be executed again."""
    from distributed import KilledWorker

    error = future.exception()
    if error is None:
        return from_json(Execution, future.result())
    if isinstance(error, GradingError):
        raise error
    if isinstance(error, KilledWorker):
        if attempt < ATTEMPTS:
            return None
        return _given_up(
            job, f"its execution ended the worker process {ATTEMPTS} times: look at the notebook before you run it"
        )
    return _given_up(job, f"its execution failed, which should not happen: {type(error).__name__}: {error}")


def _given_up(job: Job, why: str) -> Execution:
    exercises = tuple(
        Exercise(name, points, outcome=Outcome.NOT_RUN, message="The notebook could not be executed.")
        for name, points in job.points.items()
    )
    return Execution(job.notebook, exercises, (why,), needs_human=True)
