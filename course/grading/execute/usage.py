"""What processes and folders take up."""

import contextlib
import os
from pathlib import Path

import psutil


def lives(process: psutil.Process) -> bool:
    """Tell whether a process still runs."""
    with contextlib.suppress(psutil.Error):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def own_memory(processes: list[psutil.Process]) -> int:
    """Return the bytes of memory that processes use, with shared pages counted once."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            try:
                total += process.memory_full_info().pss
            except (psutil.AccessDenied, AttributeError):
                total += process.memory_info().rss
    return total


def folder_size(folder: Path) -> int:
    """Return the bytes on disk below a folder, and 4096 for each name in it."""
    total = 0
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(root, name)).st_blocks * 512 + 4096
    return total
