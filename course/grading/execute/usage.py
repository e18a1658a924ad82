"""What processes and folders take up."""

from collections.abc import Iterable
import contextlib
import os
from pathlib import Path

import psutil


def lives(process: psutil.Process) -> bool:
    """Tell whether a process still runs."""
    with contextlib.suppress(psutil.Error):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def own_memory(processes: list[psutil.Process], folders: Iterable[str] = ()) -> int:
    """Return the bytes of memory that processes use, with shared pages counted once.

    Args:
        processes: that share their memory.
        folders: what is in memory, as the processes see it; what is in there counts, deleted but open files too.
    """
    mapped, kept = 0, _shared(processes, folders)
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            sizes = _sizes(process.pid)
            total += sizes.get("Pss", 0) or process.memory_info().rss
            mapped += sizes.get("Pss_Shmem", 0)
    return total - mapped + max(mapped, kept)  # what is in a file and mapped too counts once


def quick_memory(processes: list[psutil.Process], folders: Iterable[str] = ()) -> int:
    """Return at least as much as `own_memory` does, in a small part of the time: shared pages count again and again."""
    total = _shared(processes, folders)
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def _sizes(pid: int) -> dict[str, int]:
    """Return what the kernel says of a process's memory in bytes, by its names; nothing where it says nothing."""
    with contextlib.suppress(OSError, ValueError):
        lines = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
        return {name.rstrip(":"): int(size) * 1024 for name, size, *_ in lines}
    return {}


def _shared(processes: list[psutil.Process], folders: Iterable[str]) -> int:
    """Return the bytes of memory that no process has to have mapped: files in memory, with a name or without one."""
    return _in_folders(processes, folders) + _without_names(processes)


def _in_folders(processes: list[psutil.Process], folders: Iterable[str]) -> int:
    sizes = {}
    for process in processes:
        for folder in folders:
            with contextlib.suppress(OSError):
                path = f"/proc/{process.pid}/root{folder}"
                found = os.statvfs(path)
                sizes[os.stat(path).st_dev] = (found.f_blocks - found.f_bfree) * found.f_frsize
    return sum(sizes.values())


def _without_names(processes: list[psutil.Process]) -> int:
    """Return the bytes in files of `memfd_create` that the processes have open."""
    sizes = {}
    for process in processes:
        folder = f"/proc/{process.pid}/fd"
        with contextlib.suppress(OSError):
            for number in os.listdir(folder):
                with contextlib.suppress(OSError):
                    if os.readlink(f"{folder}/{number}").startswith("/memfd:"):
                        found = os.stat(f"{folder}/{number}")
                        sizes[found.st_dev, found.st_ino] = found.st_blocks * 512
    return sum(sizes.values())


def folder_size(folder: Path) -> int:
    """Return the bytes on disk below a folder, and 4096 for each name in it."""
    total = 0
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(root, name)).st_blocks * 512 + 4096
    return total
