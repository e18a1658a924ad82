"""A control group of the kernel's for each sandbox: memory, processes and CPU are counted there, of whatever kind they are.

Three ways, the first that is open: groups made in the file system below this process's own (as root, in a privileged container,
in a subtree that was handed over; version 1 and 2), a scope made by the user's systemd, none. All sandboxes of one worker
share the CPU of one core, each in a group of its own: a worker has one submission at a time.
"""

from collections.abc import Iterator
import contextlib
from dataclasses import dataclass, field
from functools import cache
import os
from pathlib import Path
import secrets
import shutil
import subprocess
import time

import psutil

from course.grading.model import Limits

CONTROLLERS = ("cpu", "memory", "pids")
PREFIX = "course-grading-"
CLEAN_SECONDS = 5
"""For the kernel to clear up after the last process of a group."""
OWN_PROCESSES = 8
"""Of the sandbox itself, which count in its group too."""
PERIOD = 100_000
"""Microseconds in which a group gets as many of one core."""
JOIN = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 125; shift; done; shift; exec "$@"'
"""Puts itself into groups and becomes the command."""
SHOW = 'cd "/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)" && head -n 1 cpu.max memory.max pids.max'
"""Prints the limits that a scope of systemd's has."""


@dataclass
class Group:
    """What holds the processes of one sandbox; without `folders` and `scope` there is no group, and nothing is held.

    Use `command` to start the first process in it, and `remove` when all have ended.
    """

    holds: frozenset[str] = frozenset()
    """The controllers whose limits the kernel keeps: of "cpu", "memory", "pids"."""
    folders: dict[str, Path] = field(default_factory=dict)
    """Controller -> the group's folder; in version 2 it is one and the same."""
    scope: tuple[str, ...] = ()
    """The command of systemd's that makes the group, in place of folders."""
    _out_of_memory: bool = False

    def command(self, command: list[str]) -> list[str]:
        """Return the command that runs another one in the group, in the same process."""
        if self.scope:
            return [*self.scope, *command]
        if not self.folders:
            return command
        files = [str(folder / "cgroup.procs") for folder in dict.fromkeys(self.folders.values())]
        return ["/bin/sh", "-c", JOIN, "sh", *files, "--", *command]

    def ran_out_of_memory(self) -> bool:
        """Tell whether the kernel has killed a process of the group for want of memory."""
        folder = self.folders.get("memory")
        for name in ("memory.events", "memory.oom_control") if folder else ():
            with contextlib.suppress(OSError):
                words = (folder / name).read_text().split()
                self._out_of_memory |= int(words[words.index("oom_kill") + 1]) > 0
        return self._out_of_memory

    def remove(self) -> None:
        """End what is left in the group and remove it; what cannot be removed now, a later run removes."""
        self.ran_out_of_memory()
        until = time.monotonic() + CLEAN_SECONDS
        for folder in dict.fromkeys(self.folders.values()):
            while not _removed(folder) and time.monotonic() < until:
                _kill_all(folder)
                time.sleep(0.01)
            _removed(folder.parent)
        self.folders = {}


def new_group(limits: Limits) -> Group:
    """Make a group for one sandbox, by the first way that is open here; where none is, the group holds nothing."""
    if places := _places():
        remove_left_overs()
        with contextlib.suppress(OSError):
            return Group(frozenset(CONTROLLERS), _made(places, limits))
    if holds := _scopes_hold():
        return Group(holds, scope=_scope(limits))
    return Group()


def held() -> frozenset[str]:
    """Return the controllers whose limits the kernel keeps for sandboxes of this process."""
    group = new_group(Limits())
    group.remove()
    return group.holds


def _made(places: dict[str, Path], limits: Limits) -> dict[str, Path]:
    """Make a group in each hierarchy and return its folders; raise OSError, leaving nothing, where one cannot be made."""
    name, folders = secrets.token_hex(4), {}
    try:
        for controller, place in places.items():
            base = place / f"{PREFIX}{os.getpid()}"
            base.mkdir(exist_ok=True)
            folders[controller] = base / name
            if (base / "cgroup.controllers").exists():
                _write(base, "cgroup.subtree_control", " ".join(f"+{each}" for each in CONTROLLERS))
            folders[controller].mkdir(exist_ok=True)
            _limit(controller, base, folders[controller], limits)
    except OSError:
        Group(folders=folders).remove()
        raise
    return folders


def _limit(controller: str, base: Path, leaf: Path, limits: Limits) -> None:
    """Set what a controller keeps: the CPU of all of a worker's groups together, everything else of each."""
    version_2 = (base / "cgroup.controllers").exists()
    if controller == "cpu" and version_2:
        _write(base, "cpu.max", f"{PERIOD} {PERIOD}")
    elif controller == "cpu":
        _write(base, "cpu.cfs_period_us", PERIOD)
        _write(base, "cpu.cfs_quota_us", PERIOD)
    elif controller == "pids":
        _write(leaf, "pids.max", limits.processes + OWN_PROCESSES)
    elif version_2:
        _write(leaf, "memory.max", limits.memory)
        _write_if_there(leaf, "memory.swap.max", 0)
        _write_if_there(leaf, "memory.oom.group", 1)
    else:
        _write(leaf, "memory.limit_in_bytes", limits.memory)
        _write_if_there(leaf, "memory.swappiness", 0)
        _write_if_there(leaf, "memory.memsw.limit_in_bytes", limits.memory)


def _write(folder: Path, name: str, value: object) -> None:
    (folder / name).write_text(str(value))


def _write_if_there(folder: Path, name: str, value: object) -> None:
    """Set what a kernel without swap, or an older one, does not have."""
    if (folder / name).exists():
        _write(folder, name, value)


def _removed(folder: Path) -> bool:
    """Remove a group without processes and groups in it; tell whether it is gone."""
    with contextlib.suppress(FileNotFoundError):
        try:
            folder.rmdir()
        except OSError:
            return False
    return True


def _kill_all(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for pid in (folder / "cgroup.procs").read_text().split():
            with contextlib.suppress(psutil.Error):
                psutil.Process(int(pid)).kill()


def remove_left_overs() -> None:
    """Remove the empty groups of workers that were killed."""
    for place in dict.fromkeys(_places().values()):
        for base in place.glob(f"{PREFIX}*"):
            if not psutil.pid_exists(int(base.name.removeprefix(PREFIX))):
                for leaf in base.glob("*/"):
                    _removed(leaf)
                _removed(base)


@cache
def _places() -> dict[str, Path]:
    """Return for each controller the folder in which this process may make groups; nothing where one has none."""
    places: dict[str, Path] = {}
    for own, top, controllers in _hierarchies():
        if controllers:
            found = own if os.access(own, os.W_OK) else None
        else:
            controllers, found = frozenset(CONTROLLERS), _delegating(own, top)
        if found:
            places |= dict.fromkeys(controllers & set(CONTROLLERS), found)
    return {name: places[name] for name in CONTROLLERS} if len(places) == len(CONTROLLERS) else {}


def _hierarchies() -> Iterator[tuple[Path, Path, frozenset[str]]]:
    """Yield this process's own group, the topmost group that is seen, and the controllers, which are none in version 2."""
    try:
        owns = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
        mounts = [line.split(" - ", 1) for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    except OSError:
        return
    for place, source in mounts:
        kind, _, options = source.split(" ", 2)
        root, top = place.split()[3:5]
        for _, names, path in owns if kind in ("cgroup", "cgroup2") else ():
            controllers = frozenset(filter(None, names.split(",")))
            if (kind == "cgroup2" and not controllers) or (controllers and controllers <= set(options.split(","))):
                inside = Path(path).relative_to(root) if Path(path).is_relative_to(root) else Path()
                yield Path(top, inside) if Path(top, inside).is_dir() else Path(top), Path(top), controllers


def _delegating(own: Path, top: Path) -> Path | None:
    """Return the nearest group of version 2, from a process's own upwards, that can hand all controllers on."""
    for folder in (own, *own.parents):
        with contextlib.suppress(OSError):
            if set(CONTROLLERS) <= set((folder / "cgroup.controllers").read_text().split()):
                if folder == top and os.geteuid() == 0:
                    _make_room(folder)
                _write(folder, "cgroup.subtree_control", " ".join(f"+{each}" for each in CONTROLLERS))
                return folder
        if folder == top:
            break
    return None


def _make_room(top: Path) -> None:
    """Move the processes of a container's topmost group into one below it: a group that hands on can have none of its own."""
    if not (top / "cgroup.type").exists():  # the machine's own topmost group has no such file, and no such rule
        return
    below = top / "course-container"
    below.mkdir(exist_ok=True)
    for pid in (top / "cgroup.procs").read_text().split():
        with contextlib.suppress(OSError):  # it may have ended
            _write(below, "cgroup.procs", pid)


def _scope(limits: Limits) -> tuple[str, ...]:
    """Return the command that has the user's systemd make a group and then becomes another command, in it."""
    properties = (
        f"MemoryMax={limits.memory}", "MemorySwapMax=0", f"TasksMax={limits.processes + OWN_PROCESSES}", "CPUQuota=100%",
    )  # fmt: skip
    place = f"XDG_RUNTIME_DIR=/run/user/{os.getuid()}"
    run = ("systemd-run", "--user", "--scope", "--quiet", "--collect")
    options = (option for each in properties for option in ("--property", each))
    return ("/usr/bin/env", place, *run, *options, "--", "/usr/bin/env", "-u", "XDG_RUNTIME_DIR", "-u", "INVOCATION_ID")


@cache
def _scopes_hold() -> frozenset[str]:
    """Return the controllers whose limits a scope of the user's systemd keeps; nothing where there is none."""
    if os.geteuid() == 0 or not shutil.which("systemd-run"):
        return frozenset()
    try:
        with open(os.devnull) as inherited:  # as a sandbox has: it has to come through
            number = inherited.fileno()
            command = [*_scope(Limits()), "/bin/sh", "-c", f"test -e /dev/fd/{number} && {SHOW}"]
            shown = subprocess.run(
                command, capture_output=True, text=True, timeout=30, check=False, pass_fds=(number,)
            ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    lines = shown.split("==>")[1:]
    kept = {line.split(".")[0].strip() for line in lines if not line.split("<==")[1].strip().startswith("max")}
    return frozenset(kept & set(CONTROLLERS))
