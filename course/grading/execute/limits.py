"""What is said of a limit, by what an error is known to come of one, and the time that is left."""

from collections.abc import Iterable
import re
import time

from course.grading.execute import cgroups
from course.grading.model import Limits

SIGNS = {
    "memory": r"MemoryError|Unable to allocate|Cannot allocate memory|bad_alloc|ResourceExhausted",
    "file size": r"File too large|No space left on device",
    "processes": r"Resource temporarily unavailable|can't start new thread",
}


class Budget:
    """The time of a notebook, for all kernels and passes of one submission together."""

    def __init__(self, seconds: float) -> None:
        """Begin with all of it; it runs from the first `start`."""
        self.seconds = seconds
        self._ends: float | None = None

    def start(self) -> None:
        """Let the time run; a second start changes nothing."""
        if self._ends is None:
            self._ends = time.monotonic() + self.seconds

    def left(self) -> float:
        """Return the seconds that are left, never below 0; all of them before the start."""
        return self.seconds if self._ends is None else max(0.0, self._ends - time.monotonic())

    @property
    def used_up(self) -> str:
        """What a student is told who has no time left."""
        return f"The notebook's time, {self.seconds:.3g} s in all, is used up."


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


def limits_that_hold() -> str:
    """Return one sentence that says how the limits are kept on this machine; it tries out which way is open."""
    holds = cgroups.held()
    if holds == frozenset(cgroups.CONTROLLERS):
        return (
            "Limits: by control groups; each submission has one core, and all of its memory and processes are counted."
        )
    if holds:
        return (
            f"Limits: {' and '.join(sorted(holds))} by control groups; for the rest each submission keeps to one core, and its "
            "processes are counted ten times a second (docs/grading.md, Limits)."
        )
    return (
        "Limits: there are no control groups for this account, so each submission keeps to one core, and its memory and "
        "processes are counted ten times a second; docs/grading.md, Limits, says how to have more."
    )
