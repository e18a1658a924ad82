"""Executes submissions side by side with dask.distributed: on processes of this machine, or on a cluster that is there.

A submission goes to a worker as text and comes back as text. A worker that dies takes nothing with it: its submission is
executed again by another, twice at most; then it is a human's.
"""

from collections.abc import Callable, Iterable, Iterator
import contextlib
from dataclasses import asdict
import logging
import os
import signal
import time
from typing import Any

from tqdm import tqdm

from course.grading.execute import cores, interrupts, walls
from course.grading.execute.execute import execute
from course.grading.execute.sandbox import remove_left_overs
from course.grading.model import Execution, Exercise, GradingError, Job, Outcome

ATTEMPTS = 3
PATIENCE_SECONDS = 120
"""Without a single worker."""
CONNECT_SECONDS = 60
"""For a scheduler that is just being started."""
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
        workers: local processes, each with one submission at a time, at most one a core; None means so many.
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
    cluster = _client(min(workers_for(workers), len(waiting)), scheduler)
    with interrupts.held_back() as held, cluster as client:
        held.look()
        if scheduler:
            _look_over(client, scheduler, waiting)
        yield from _run(client, waiting, task, progress, held)


def workers_for(wanted: int | None) -> int:
    """Return how many local workers there will be: no more than cores, so that each submission has one and its time means the same.

    Args:
        wanted: as many as an instructor asks for; None means as many as can be.
    """
    return min(wanted or cores.usable(), cores.usable())


def _client(workers: int, scheduler: str | None) -> contextlib.AbstractContextManager[Any]:
    """Return a client of a cluster, to be used by `with`; a local cluster begins and ends there."""
    return _remote(scheduler) if scheduler else _local(workers)


def _remote(scheduler: str) -> contextlib.AbstractContextManager[Any]:
    from distributed import Client

    try:
        return contextlib.closing(Client(scheduler, timeout=CONNECT_SECONDS))
    except (OSError, TimeoutError, ValueError) as error:
        raise GradingError(
            f"there is no Dask scheduler at {scheduler}: {error}\nStart one (`dask scheduler`, and `dask worker ADDRESS` on each "
            "machine), or leave --scheduler out to use this machine."
        ) from error


@contextlib.contextmanager
def _local(workers: int) -> Iterator[Any]:
    import dask
    from distributed import Client, LocalCluster

    # A dead worker is told at once, because it is counted here; no job waits on a worker that is busy with another.
    settings = {"distributed.scheduler.allowed-failures": 0, "distributed.scheduler.worker-saturation": 1.0}
    # The cluster's own silence ends with it, and a connection to a worker that was killed may be missed after that.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        with dask.config.set(settings), contextlib.ExitStack() as stack:
            with interrupts.blocked():  # workers get none: a Ctrl-C at the terminal is for this process alone
                cluster = LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
                    memory_limit=WORKER_MEMORY,
                    silence_logs=logging.CRITICAL,
                )
                stack.enter_context(cluster)
                client = stack.enter_context(Client(cluster))
            try:
                yield client
            except BaseException:
                _kill_workers(cluster)
                raise
    finally:
        remove_left_overs()


def _kill_workers(cluster: Any) -> None:
    """End the workers at once, with what they execute: nobody waits for it any more."""
    for nanny in cluster.workers.values():
        nanny.auto_restart = False
        if nanny.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(nanny.pid, signal.SIGKILL)


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
        walls.require()
    except GradingError as error:
        return str(error)
    return ""


def _run(
    client: Any, jobs: list[Job], task: Callable, progress: bool, held: interrupts.Held
) -> Iterator[tuple[Job, Execution]]:
    queue, human = _Queue(client, jobs, task), 0
    bar = tqdm(total=len(jobs), desc="grading", unit="submission", disable=not progress, smoothing=0.1)
    try:
        while queue.waiting or queue.running:
            held.look()
            queue.hand_out()
            for job, execution in queue.come_back():
                human += execution.needs_human
                bar.update()
                bar.set_postfix({"need a human": human})
                yield job, execution
                held.look()  # not while it is recorded, which is now
    finally:
        bar.close()
        queue.cancel()


class _Queue:
    """Jobs on their way to the workers and back."""

    def __init__(self, client: Any, jobs: list[Job], task: Callable) -> None:
        self.client, self.task = client, task
        self.waiting = list(jobs)
        self.running: dict[Any, Job] = {}
        self.attempts = dict.fromkeys((job.student for job in jobs), 0)
        self._seen = time.monotonic()
        """When there was a worker, last."""

    def hand_out(self) -> None:
        """Give every worker that is free a job; raise where there has been no worker for too long."""
        alive = len(self.client.nthreads())
        self._seen = time.monotonic() if alive else self._seen
        if time.monotonic() - self._seen > PATIENCE_SECONDS:
            raise GradingError(
                f"no worker is left, and none came in {PATIENCE_SECONDS} s. What was executed is recorded: grade again to go on."
            )
        while self.waiting and len(self.running) < alive:
            job = self.waiting.pop(0)
            self.attempts[job.student] += 1
            self.running[self.client.submit(self.task, asdict(job), pure=False)] = job

    def come_back(self) -> Iterator[tuple[Job, Execution]]:
        """Yield what comes back within a second; what has ended its worker waits once more."""
        for future in self._done():
            job = self.running.pop(future)
            execution = _result(future, job, self.attempts[job.student])
            future.release()
            if execution is None:
                self.waiting.append(job)
            else:
                yield job, execution

    def _done(self) -> Iterable[Any]:
        from distributed import wait
        from distributed.client import TimeoutError as DaskTimeoutError

        if not self.running:
            time.sleep(0.2)
            return ()
        try:
            return wait(list(self.running), timeout=1, return_when="FIRST_COMPLETED").done
        except (TimeoutError, DaskTimeoutError):
            return ()

    def cancel(self) -> None:
        """Take back what is not done."""
        with contextlib.suppress(Exception):  # the cluster may be gone: nothing is left to cancel
            self.client.cancel(list(self.running), force=True)


def _result(future: Any, job: Job, attempt: int) -> Execution | None:
    """Return what came of a job; None where it has to be executed again."""
    from distributed import KilledWorker

    error = future.exception()
    if error is None:
        return Execution.from_values(future.result())
    if isinstance(error, GradingError):
        raise error
    if isinstance(error, KilledWorker):
        if attempt < ATTEMPTS:
            return None
        return _given_up(
            job, f"its execution ended the worker process {ATTEMPTS} times: look at the notebook before you run it"
        )
    return _given_up(
        job,
        f"its execution broke off ({type(error).__name__}: {error}): look at the notebook, and grade it again with --again; "
        "where it breaks off again, report it as a mistake in the grader",
    )


def _given_up(job: Job, why: str) -> Execution:
    exercises = tuple(
        Exercise(name, points, outcome=Outcome.NOT_RUN, message="The notebook could not be executed.")
        for name, points in job.points.items()
    )
    return Execution(job.notebook, exercises, (why,), needs_human=True)
