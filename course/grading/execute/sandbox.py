"""A kernel that cannot do harm: walls around it, limits on it, a watcher beside it.

Limits hold twice. The kernel's own (address space, processes, file size) make a Python error, so that a notebook goes on;
the watcher sums up memory and threads of all its processes and ends it where the sum is over.
"""

import asyncio
import contextlib
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

from course.grading.execute.limits import message
from course.grading.execute.usage import folder_size, lives, own_memory
from course.grading.execute.walls import SandboxError, environment, launched, private_uid, require, wrapped
from course.grading.model import Limits

WATCH_SECONDS = 0.1
START_SECONDS = 120
MESSAGE_SIZE = 32 * 2**20
"""The most that the worker takes in at once, besides what a notebook may print."""
MAX_SOCKET_PATH = 90
"""Of the 107 characters that a socket's path may have, less its own name."""


class _Manager(AsyncKernelManager):
    """Starts the kernel by a command of ours, in place of the one that is installed."""

    sandbox: "Sandbox"

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """Return the command; the file with the sockets' names has just been written."""
        return self.sandbox._command(self.connection_file)


class Sandbox:
    """A kernel in a sandbox, from `async with` to its end; `client` talks to it.

    Args:
        limits: what its processes may use together. Time is the caller's business.
        sandboxed: False starts a plain kernel with the same limits, as far as they go, and no walls.
    """

    def __init__(self, limits: Limits, *, sandboxed: bool = True) -> None:
        self.limits = limits
        self.sandboxed = sandboxed
        self.stopped = ""
        """Why the kernel was killed from outside, in plain words; empty where it was not."""
        self.client: AsyncKernelClient
        self.manager: AsyncKernelManager
        self._uid = private_uid() if sandboxed else 0
        self._process: subprocess.Popen | None = None
        self._memory = 0  # when it was looked at last
        self._watcher: asyncio.Task | None = None

    async def __aenter__(self) -> "Sandbox":
        if self.sandboxed:
            require()
        base = tempfile.gettempdir()
        self._outer = Path(tempfile.mkdtemp(prefix="lab-", dir=base if len(base) < MAX_SOCKET_PATH - 20 else "/tmp"))
        try:
            await self._start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def _start(self) -> None:
        self._folder = self._outer / "k"  # what the kernel sees; its messages at start-up stay outside
        self._folder.mkdir(mode=0o700)
        self._context = zmq.asyncio.Context()
        # A longer message is not taken in and ends the connection, which the watcher sees.
        self._context.setsockopt(zmq.MAXMSGSIZE, 10 * self.limits.output_size + MESSAGE_SIZE)
        manager = _Manager(kernel_name="python3", transport="ipc", ip=str(self._folder / "s"))
        manager.connection_file = str(self._folder / "kernel.json")
        manager.sandbox = self
        with (self._outer / "stderr").open("wb") as errors:
            await manager.start_kernel(
                env=environment(self._folder, sandboxed=self.sandboxed),
                cwd="/" if self.sandboxed else str(self._folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        self.manager, self._process = manager, manager.provisioner.process
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
            return launched(self.limits, arguments, 0, 0)
        if self._uid:
            os.chmod(self._outer, 0o755)
            for path in (self._folder, Path(connection_file)):
                os.chown(path, self._uid, self._uid)
        return wrapped(self._folder, self.limits, arguments, self._uid)

    async def __aexit__(self, *_: object) -> None:
        if self._watcher:
            self._watcher.cancel()
        self._kill()
        if hasattr(self, "client"):
            self.client.stop_channels()
        if hasattr(self, "_context"):
            self._context.destroy(linger=0)
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

    def kill(self, why: str) -> None:
        """End the kernel and all its processes.

        Args:
            why: plain words, for the student; the first reason stays.
        """
        if self.alive:
            self.stopped = self.stopped or why
        self._kill()

    @property
    def met_a_limit(self) -> bool:
        """Whether a limit ended the kernel."""
        return bool(self.stopped) or self.how_it_ended().startswith(message("memory", self.limits))

    def how_it_ended(self) -> str:
        """Return in plain words how the kernel ended, by itself or by us."""
        if self.stopped:
            return self.stopped
        status = self._process.poll() if self._process else None
        if status is None:
            return "It runs."
        number = status - 128 if status > 128 else -status
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
            await asyncio.sleep(WATCH_SECONDS)

    def _over_a_limit(self) -> str:
        """Return the limit that the processes are over together, in plain words; nothing where they keep to all."""
        memory, threads, processes = 0, 0, self._processes()
        for process in processes:
            with contextlib.suppress(psutil.Error), process.oneshot():
                memory += process.memory_info().rss
                threads += process.num_threads()
        self._memory = memory
        if memory > self.limits.memory and own_memory(processes) > self.limits.memory:
            return message("memory", self.limits)
        if threads >= self.limits.processes - 1:
            return message("processes", self.limits)
        if self.sandboxed and folder_size(self._folder) > self.limits.file_size:
            return message("file size", self.limits)
        return ""
