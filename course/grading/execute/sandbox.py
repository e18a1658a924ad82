"""A kernel that cannot do harm: walls around it, limits on it, a watcher beside it.

Limits hold more than once. The kernel's own (address space, processes, file size) make a Python error, so that a notebook goes
on; a control group, where there can be one, holds memory, processes and CPU of all together; the watcher sums up memory and
threads of all processes, says which limit they are over, and ends them.
"""

import asyncio
import contextlib
from dataclasses import replace
import os
from pathlib import Path
import shutil
import signal
import subprocess
import tempfile
import time

from jupyter_client import AsyncKernelClient, AsyncKernelManager
import psutil
import zmq
import zmq.asyncio

from course.grading.execute import cgroups, cores, syscalls
from course.grading.execute.limits import message
from course.grading.execute.messages import CheckedSession
from course.grading.execute.usage import folder_size, lives, own_memory, quick_memory
from course.grading.execute.walls import (
    IN_MEMORY,
    SandboxError,
    environment,
    launched,
    private_uid,
    require,
    wrapped,
)
from course.grading.model import Limits
from course.kernels import Manager

WATCH_SECONDS = 0.1
START_SECONDS = 120
MESSAGE_SIZE = 32 * 2**20
"""The most that the worker takes in at once, besides what a notebook may print."""
LINK = "COURSE_LINK"
"""The environment's name for the number of the inherited file descriptor."""
PREFIX = "lab-"
"""Of a sandbox's folder; the worker's process number follows."""
FEW_PROCESSES = 128
"""The most, threads counted, where no control group keeps them to their share of the CPU."""
MAX_SOCKET_PATH = 90
"""Of the 107 characters that a socket's path may have, less its own name."""


class _Manager(Manager):
    """Starts the kernel by a command of its own, whatever kernel a notebook names."""

    sandbox: "Sandbox"

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """Return the command; the file with the sockets' names has just been written."""
        return self.sandbox._command(self.connection_file)


def _base() -> Path:
    """Return the folder for sandboxes' own; its name has to be short."""
    base = tempfile.gettempdir()
    return Path(base if len(base) < MAX_SOCKET_PATH - 30 else "/tmp")


def remove_left_overs() -> None:
    """Remove what workers of this user have left that were killed: their sandboxes' folders and control groups."""
    cgroups.remove_left_overs()
    for folder in _base().glob(f"{PREFIX}*-*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        with contextlib.suppress(OSError):
            if pid.isdigit() and not psutil.pid_exists(int(pid)) and folder.lstat().st_uid == os.getuid():
                shutil.rmtree(folder, ignore_errors=True)


class Sandbox:
    """A kernel in a sandbox, from `async with` to its end; `client` talks to it.

    Args:
        limits: what its processes may use together. Time is the caller's business.
        sandboxed: False starts a plain kernel with the same limits, as far as they go, and no walls.
        inherit: a file descriptor, as one end of a `socket.socketpair()` after `detach()`, that the kernel's process gets
            under the same number, told in its environment as `COURSE_LINK`. It is taken over: closed here after the start.
    """

    def __init__(self, limits: Limits, *, sandboxed: bool = True, inherit: int | None = None) -> None:
        self.limits = limits
        self.sandboxed = sandboxed
        self._inherit = inherit
        self.stopped = ""
        """Why the kernel was killed from outside, in plain words; empty where it was not."""
        self._stopped_at_a_limit = False
        self.client: AsyncKernelClient
        self.manager: AsyncKernelManager
        self._uid = private_uid() if sandboxed else 0
        self._process: subprocess.Popen | None = None
        self._group = cgroups.Group()
        self._core: int | None = None
        self._filter: int | None = None  # where bubblewrap reads what the kernel is to refuse
        self._memory = 0  # when it was looked at last
        self._watcher: asyncio.Task | None = None

    async def __aenter__(self) -> "Sandbox":
        try:
            if self.sandboxed:
                require()
            self._outer = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_base()))
            self._confine()
            await self._start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    def _confine(self) -> None:
        """Make the control group that the kernel will start in, or settle for what holds without one."""
        self._group = cgroups.new_group(self.limits)
        if "cpu" not in self._group.holds:
            self._core = cores.own_core()
        if "memory" not in self._group.holds and self.sandboxed:
            self._filter = syscalls.opened(syscalls.filter_without_sysv())
        if "pids" not in self._group.holds:
            self.limits = replace(self.limits, processes=min(self.limits.processes, FEW_PROCESSES))

    async def _start(self) -> None:
        self._folder = self._outer / "k"  # what the kernel sees; its messages at start-up stay outside
        self._folder.mkdir(mode=0o700)
        self._context = zmq.asyncio.Context()
        # A longer message is not taken in and ends the connection, which the watcher sees.
        self._context.setsockopt(zmq.MAXMSGSIZE, 10 * self.limits.output_size + MESSAGE_SIZE)
        # With a context of its own the manager would end that one when it is collected as garbage, and may wait for ever then.
        manager = _Manager(transport="ipc", ip=str(self._folder / "s"), context=self._context)
        manager.connection_file = str(self._folder / "kernel.json")
        manager.sandbox = self
        manager.session = CheckedSession.of(self.refuse, 20 * self.limits.output_size + MESSAGE_SIZE, parent=manager)
        surroundings = environment(self._folder, sandboxed=self.sandboxed)
        if self._inherit is not None:
            surroundings[LINK] = str(self._inherit)
        with (self._outer / "stderr").open("wb") as errors:
            await manager.start_kernel(
                env=surroundings,
                pass_fds=[number for number in (self._inherit, self._filter) if number is not None],
                cwd="/" if self.sandboxed else str(self._folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        self.manager, self._process = manager, manager.provisioner.process
        self._close_inherited()
        self.client = manager.client(context=self._context)
        self.client.start_channels(stdin=False, hb=False)
        self.client.allow_stdin = False
        try:
            await self.client.wait_for_ready(timeout=START_SECONDS)
        except RuntimeError as error:
            said = (self._outer / "stderr").read_text(errors="replace").strip()[-1000:]
            raise SandboxError(f"the kernel did not start in the sandbox: {said or error}") from error
        self._disconnects = self.client.iopub_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self._watcher = asyncio.create_task(self._watch())

    def _command(self, connection_file: str) -> list[str]:
        arguments = ["-m", "ipykernel_launcher", "-f", connection_file, "--HistoryManager.enabled=False"]
        if not self.sandboxed:
            return self._group.command(launched(self.limits, arguments, 0, 0, self._core))
        if self._uid:
            os.chmod(self._outer, 0o755)
            for path in (self._folder, Path(connection_file)):
                os.chown(path, self._uid, self._uid)
        command = wrapped(self._folder, self.limits, arguments, self._uid, self._core, self._filter)
        return self._group.command(command)

    def _close_inherited(self) -> None:
        """Close the worker's copies of what the kernel inherits, so that a link's end is seen when the kernel ends."""
        for number in (self._inherit, self._filter):
            if number is not None:
                os.close(number)
        self._inherit = self._filter = None

    async def __aexit__(self, *_: object) -> None:
        self._close_inherited()
        if self._watcher:
            self._watcher.cancel()
        self._kill()
        if hasattr(self, "client"):
            self.client.stop_channels()
        if hasattr(self, "_context"):
            self._context.destroy(linger=0)
        self._group.remove()
        if hasattr(self, "_outer"):
            shutil.rmtree(self._outer, ignore_errors=True)

    @property
    def alive(self) -> bool:
        """Whether the kernel runs."""
        return self._process is not None and self._process.poll() is None

    async def wait_for_end(self) -> None:
        """Return when the kernel has ended."""
        while self.alive:
            await asyncio.sleep(WATCH_SECONDS)

    def interrupt(self) -> None:
        """Ask the kernel to raise KeyboardInterrupt in the running cell."""
        self.client.control_channel.send(self.client.session.msg("interrupt_request", content={}))

    def kill(self, why: str, *, at_a_limit: bool = True) -> None:
        """End the kernel and all its processes.

        Args:
            why: plain words, for the student; the first reason stays.
            at_a_limit: whether it is a limit that it met.
        """
        if self.alive and not self.stopped:
            self.stopped, self._stopped_at_a_limit = why, at_a_limit
        self._kill()

    def refuse(self, why: str) -> None:
        """End the kernel because of a message of its own; no `why` means that there were too many."""
        if why:
            self.kill(f"It was stopped because it sent what no kernel sends: {why}.", at_a_limit=False)
        else:
            self.kill(message("output", self.limits))

    @property
    def met_a_limit(self) -> bool:
        """Whether a limit ended the kernel."""
        if self.stopped:
            return self._stopped_at_a_limit
        return self.how_it_ended().startswith(message("memory", self.limits))

    def how_it_ended(self) -> str:
        """Return in plain words how the kernel ended, by itself or by us."""
        if self.stopped:
            return self.stopped
        status = self._process.poll() if self._process else None
        if status is None:
            return "It runs."
        number = status - 128 if status > 128 else -status
        if self._group.ran_out_of_memory() or (number == signal.SIGKILL and self._group.scope):
            return message("memory", self.limits)
        if status == 0 or number <= 0:
            return f"It ended its own process (exit status {status})."
        with contextlib.suppress(ValueError):
            if self._memory > self.limits.memory / 2:  # C code seldom lives through a failed allocation
                return f"{message('memory', self.limits)} (It crashed: {signal.Signals(number).name}.)"
            return f"It crashed ({signal.Signals(number).name}: {signal.strsignal(number)})."
        return f"It ended its own process (exit status {status})."

    def _processes(self) -> list[psutil.Process]:
        """Return what runs in the sandbox; bubblewrap's own process is not counted."""
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self._process.pid)
            return process.children(recursive=True) + ([] if self.sandboxed else [process])
        return []

    def _kill(self) -> None:
        if self._process is None:
            return
        processes = self._processes()
        # The first process of the namespace takes all others with it.
        for process in [] if self.sandboxed else processes:
            with contextlib.suppress(psutil.Error):
                process.kill()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        until = time.monotonic() + 5
        while any(lives(process) for process in processes) and time.monotonic() < until:
            time.sleep(0.01)

    async def _watch(self) -> None:
        while self.alive:
            if why := self._over_a_limit():
                self.kill(why)
            elif await self._disconnects.poll(timeout=0):
                await asyncio.sleep(1)  # it may be that the kernel ends by itself
                self.kill(message("output", self.limits))
            if self._core is not None:
                cores.keep_to(self._core, self._processes())
            await asyncio.sleep(WATCH_SECONDS)

    def _over_a_limit(self) -> str:
        """Return the limit that the processes are over together, in plain words; nothing where they keep to all."""
        threads, processes, folders = 0, self._processes(), IN_MEMORY if self.sandboxed else ()
        for process in processes:
            with contextlib.suppress(psutil.Error):
                threads += process.num_threads()
        self._memory = quick_memory(processes, folders)
        if self._memory > self.limits.memory and own_memory(processes, folders) > self.limits.memory:
            return message("memory", self.limits)
        if self._group.ran_out_of_memory():
            return message("memory", self.limits)
        if threads >= self.limits.processes - 1:
            return message("processes", self.limits)
        if self.sandboxed and folder_size(self._folder) > self.limits.file_size:
            return message("file size", self.limits)
        return ""
