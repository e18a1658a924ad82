"""What is said of a limit, and by what an error is known to come of one."""

from collections.abc import Iterable
import re

from course.grading.model import Limits

SIGNS = {
    "memory": r"MemoryError|Unable to allocate|Cannot allocate memory|bad_alloc|ResourceExhausted",
    "file size": r"File too large|No space left on device",
    "processes": r"Resource temporarily unavailable|can't start new thread",
}


def message(limit: str, limits: Limits, seconds: float | None = None) -> str:
    """Return what a student is told about a limit: "time", "memory", "processes", "file size" or "output"."""
    match limit:
        case "time":
            spent = limits.cell_seconds if seconds is None else seconds
            return f"Stopped at the time limit, after {spent:.3g} s. Is there a loop that does not end?"
        case "memory":
            return f"Stopped at the memory limit of {_bytes(limits.memory)}. Does it make a far too large array, or one in every step?"
        case "processes":
            return f"Stopped at the limit of {limits.processes} processes and threads. A solution here needs none of its own."
        case "file size":
            return f"Stopped at the file limit of {_bytes(limits.file_size)}. A solution here needs no files."
        case "output":
            return f"Stopped at the output limit: it printed more than ten times {_bytes(limits.output_size)}."
    raise ValueError(f"no limit {limit!r}")


def _bytes(size: int) -> str:
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if size >= unit:
            return f"{size / unit:.4g} {name}"
    return f"{size} bytes"


def limit_in(texts: Iterable[str], limits: Limits) -> str:
    """Return what is to be said where an error, or what was written to stderr, tells of a limit; nothing where none does."""
    for text in texts:
        for limit, sign in SIGNS.items():
            if re.search(sign, text):
                return message(limit, limits)
    return ""
