"""The core that the sandboxes of one worker keep to where no control group gives them their share of the CPU."""

import contextlib
from functools import cache
import os
from pathlib import Path
import stat
import tempfile

from filelock import FileLock, Timeout
import psutil

NICE = 10
"""Of what runs in a sandbox, so that the worker beside it is never kept waiting."""
_held: list[FileLock] = []
"""Held to the end of the process, which gives it back however it ends."""


@cache
def own_core() -> int | None:
    """Return the core of this worker, which no other worker of this user has while there are cores enough.

    None where a process cannot be bound to a core, as on macOS.
    """
    if not hasattr(os, "sched_getaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))
    folder = Path(tempfile.gettempdir()) / f"course-cores-{os.getuid()}"
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        for core in cores if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() else ():
            lock = FileLock(folder / f"{core}.lock")
            with contextlib.suppress(Timeout):
                lock.acquire(timeout=0)
                _held.append(lock)
                return core
    return cores[os.getpid() % len(cores)]


def usable() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def keep_to(core: int, processes: list[psutil.Process]) -> None:
    """Bind processes, with all threads, to a core again: each can undo it for itself."""
    for process in processes:
        with contextlib.suppress(OSError):  # it may have ended
            for thread in os.listdir(f"/proc/{process.pid}/task"):
                if os.sched_getaffinity(int(thread)) != {core}:
                    os.sched_setaffinity(int(thread), {core})
