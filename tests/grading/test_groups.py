"""What a submission may take from the machine: one core, its memory of whatever kind, its processes; with control groups and without."""

import asyncio
from dataclasses import replace
import errno
import os
from pathlib import Path
import platform
import subprocess
import sys
import time

from nbformat.v4 import new_code_cell, new_notebook
import psutil
import pytest

from course.grading.execute import cgroups, cores, limits, syscalls, usage
from course.grading.execute.passes import Pass, Ran, State
from course.grading.execute.sandbox import FEW_PROCESSES, Sandbox
from course.grading.model import Limits
from tests.grading.test_sandbox import ask

LIMITS = Limits(cell_seconds=300, notebook_seconds=1000, memory=2**30, processes=64, file_size=2**26)
WAYS = ["as it is here", "without groups"]
MEMFDS = """import os, time
kept = []
for _ in range(200):
    kept.append(os.memfd_create("hidden"))
    os.write(kept[-1], bytes(2**24))
time.sleep(300)
"""
FILES = """import os, time
kept = []
for folder in ("/dev/shm", "/tmp", os.path.expanduser("~")):
    for name in "ab":
        kept.append(open(f"{folder}/{name}", "wb", buffering=0))
        REMOVED
        for _ in range(180):
            kept[-1].write(bytes(2**20))
time.sleep(300)
"""
HIDDEN = {
    "without a name": MEMFDS,
    "in files": FILES.replace("REMOVED", ""),
    "in deleted files": FILES.replace("REMOVED", "os.remove(kept[-1].name)"),
}
"""More than a GiB of memory, none of it any process's own."""


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let sandboxes hold by what is here, or as on a machine whose account can make no groups."""
    if request.param == "without groups":
        monkeypatch.setattr(cgroups, "_places", dict)
        monkeypatch.setattr(cgroups, "_scopes_hold", frozenset)
    return request.param


def ran(source: str, bounds: Limits) -> Ran:
    """Return what comes of a cell."""

    async def run() -> Ran:
        async with Sandbox(bounds) as kernel:
            return await Pass(kernel, new_notebook(cells=[new_code_cell()])).run(new_code_cell(source))

    return asyncio.run(run())


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("name", HIDDEN)
def test_memory_counts_in_whatever_it_is_hidden(name: str) -> None:
    bounds = replace(LIMITS, file_size=200 * 2**20)
    found = ran(HIDDEN[name], bounds)
    assert found.end.state is State.ENDED, found
    assert found.end.limit.startswith(limits.message("memory", bounds))


def test_what_holds_is_said_in_one_sentence(way: str) -> None:
    said = limits.limits_that_hold()
    assert said.count("\n") == 0
    assert said.endswith(".")
    if way == "without groups":
        assert "no control groups" in said
        assert "docs/grading.md" in said
    elif cgroups.held() == frozenset(cgroups.CONTROLLERS):
        assert "by control groups" in said


def test_without_groups_it_keeps_to_one_core_whatever_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroups, "_places", dict)
    monkeypatch.setattr(cgroups, "_scopes_hold", frozenset)

    async def talk() -> tuple[set[int], int, str, int]:
        async with Sandbox(replace(LIMITS, processes=1000)) as kernel:
            code = (
                "import os, threading\nhalt = threading.Event()\nthreads = [threading.Thread(target=halt.wait) for _ in range(5)]\n"
                "[thread.start() for thread in threads]\n"
                f"[os.sched_setaffinity(thread.native_id, range({os.cpu_count()})) for thread in threads]\nhalt.set()\n"
                f"os.sched_setaffinity(0, range({os.cpu_count()}))\nnice = os.nice(0)"
            )
            reply = await kernel.client.execute(code, reply=True, timeout=600, user_expressions={"nice": "nice"})
            until = time.monotonic() + 600
            while True:
                found = {
                    core
                    for process in kernel._processes()
                    for thread in process.threads()
                    for core in os.sched_getaffinity(thread.id)
                }
                if len(found) == 1 or time.monotonic() > until:
                    break
                await asyncio.sleep(0.05)
            return found, kernel.limits.processes, reply["content"]["user_expressions"]["nice"]["data"]["text/plain"]

    found, processes, nice = asyncio.run(talk())
    assert found == {cores.own_core()}
    assert processes == FEW_PROCESSES
    assert int(nice) >= cores.NICE


def test_without_groups_there_is_no_shared_memory_that_nobody_could_count(monkeypatch: pytest.MonkeyPatch) -> None:
    if platform.machine() not in syscalls.NUMBERS:
        pytest.skip("no filter for this processor")
    code = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nmade = libc.shmget(0, 2**20, 0o1600)"
    seen = "(made, ctypes.get_errno())"
    if "memory" in cgroups.held():
        assert eval(ask(seen, code))[0] >= 0  # noqa: S307 - our own expression
    monkeypatch.setattr(cgroups, "_places", dict)
    monkeypatch.setattr(cgroups, "_scopes_hold", frozenset)
    assert eval(ask(seen, code)) == (-1, errno.EPERM)  # noqa: S307 - our own expression


def test_two_workers_have_two_cores() -> None:
    if cores.usable() < 2:
        pytest.skip("there is one core only")
    code = "from course.grading.execute.cores import own_core\nprint(own_core(), own_core(), flush=True)\ninput()"
    processes = [
        subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        said = [process.stdout.readline().split() for process in processes]
    finally:
        for process in processes:
            process.communicate("\n")
    assert [first for first, _ in said] == [second for _, second in said]
    if not cores.own_core.cache_info().currsize or cores.usable() > 2:  # this process may hold one itself
        assert said[0] != said[1]


needs_groups = pytest.mark.skipif(not cgroups._places(), reason="this account can make no control groups")


@needs_groups
def test_a_sandbox_stands_in_a_group_with_its_limits_and_leaves_none() -> None:
    async def talk() -> tuple[dict[str, Path], dict[str, str], list[bool]]:
        code = "import subprocess\nchild = subprocess.Popen(['sleep', '1000'], start_new_session=True)"
        async with Sandbox(LIMITS) as kernel:
            await kernel.client.execute(code, reply=True, timeout=600)
            folders = kernel._group.folders
            values = {
                path.name: path.read_text().strip()
                for folder in folders.values()
                for path in (*folder.glob("*"), *folder.parent.glob("cpu.*"))
                if path.name in ("cpu.max", "cpu.cfs_quota_us", "memory.max", "memory.limit_in_bytes", "pids.max")
            }
            inside = {int(pid) for pid in (folders["memory"] / "cgroup.procs").read_text().split()}
            return folders, values, [process.pid in inside for process in kernel._processes()]

    folders, values, inside = asyncio.run(talk())
    assert all(inside)
    assert len(inside) >= 3
    assert values.get("cpu.max", "100000 100000") == "100000 100000"
    assert values.get("cpu.cfs_quota_us") in (None, "100000", "-1")
    assert values.get("memory.max") or values["memory.limit_in_bytes"] == str(2**30)
    assert values["pids.max"] == str(64 + cgroups.OWN_PROCESSES)
    assert not any(folder.exists() or folder.parent.exists() for folder in folders.values())


@needs_groups
def test_two_hundred_loops_have_one_core_together() -> None:
    async def talk() -> tuple[int, bool]:
        code = "import os\nfor _ in range(200):\n    if os.fork() == 0:\n        os.nice(19)\n        while True: pass"
        async with Sandbox(replace(LIMITS, processes=256)) as kernel:
            run = Pass(kernel, new_notebook(cells=[new_code_cell()]))
            found = await run.run(new_code_cell(code))
            assert found.end.state is State.DONE, found
            processes = kernel._processes()
            inside = {int(pid) for pid in (kernel._group.folders["cpu"] / "cgroup.procs").read_text().split()}
            return len(processes), all(process.pid in inside for process in processes)

    count, inside = asyncio.run(talk())
    assert count > 200
    assert inside


@needs_groups
def test_groups_of_dead_workers_are_removed() -> None:
    code = (
        "import os\nfrom course.grading.execute.cgroups import new_group\nfrom course.grading.model import Limits\n"
        "print(*new_group(Limits()).folders.values())"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    folders = [Path(path) for path in said.split()]
    assert folders
    assert all(folder.exists() for folder in folders)
    cgroups.remove_left_overs()
    assert not any(folder.parent.exists() for folder in folders)


def test_what_is_mapped_and_kept_counts_once() -> None:
    code = (
        "import mmap, os\nkept = os.memfd_create('kept')\nos.write(kept, bytes(2**26))\nmapped = mmap.mmap(kept, 2**26)\n"
        "for i in range(0, 2**26, 4096): mapped[i]\nprint(flush=True)\ninput()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        own = usage.own_memory([psutil.Process(child.pid)])
        quick = usage.quick_memory([psutil.Process(child.pid)])
        child.communicate(b"\n")
    assert 2**26 < own < 2**27
    assert quick >= own


def test_the_time_of_a_notebook_is_one_for_all_its_passes() -> None:
    async def run() -> list[Ran]:
        budget = limits.Budget(3)
        cell, found = new_code_cell("import time\ntime.sleep(1000)"), []
        for _ in range(2):
            async with Sandbox(LIMITS) as kernel:
                one = Pass(kernel, new_notebook(cells=[cell]), budget)
                found += [await one.run(cell), await one.run(new_code_cell("1"))]
        return found

    for found in asyncio.run(run())[1:]:
        assert found.end.state is State.ENDED
        assert found.end.limit == found.end.kernel == "The notebook's time, 3 s in all, is used up."


def test_a_budget_runs_from_its_first_start() -> None:
    budget = limits.Budget(1000)
    assert budget.left() == 1000
    budget.start()
    left = budget.left()
    budget.start()
    assert 0 < budget.left() <= left < 1000
    assert limits.Budget(0).left() == 0
