"""A kernel that cannot do harm: bubblewrap around it, limits on it, a watcher beside it.

What the kernel sees: the system's programs and this Python with its packages, the course's `utils` and the data sets, all
read-only; an empty home and temporary folder in memory, of limited size; the sockets that it is spoken to through. No
network, no other processes, and nothing of the course folder, the gradebook or other submissions.

Started as root, the kernel runs under a user number of its own that nothing else has: limits do not bind root. Started by
an ordinary user, bubblewrap's user namespace does that.

Limits hold twice. The kernel's own (address space, processes, file size) make a Python error, so that a notebook goes on;
the watcher sums up memory and threads of all its processes and ends it where the sum is over.
"""

import asyncio
from collections.abc import Iterator
import contextlib
from functools import cache
import os
from pathlib import Path
import platform
import pwd
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from utils.data import data_dir
from jupyter_client import AsyncKernelClient, AsyncKernelManager
import psutil
import zmq
import zmq.asyncio

from course.grading.model import GradingError, Limits
from course.syllabus import ROOT

HOME, LAB, DATA = "/home/student", "/lab", "/data"
THREADS = "2"
"""Of each pool of threads: the same on every machine, so that results are, and few enough for the limit on processes."""
WATCH_SECONDS = 0.1
START_SECONDS = 120
MESSAGE_SIZE = 32 * 2**20
"""The most that the worker takes in at once, besides what a notebook may print."""
SYSTEM_FOLDERS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
ETC = (
    "alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf", "timezone",
)  # fmt: skip
UIDS = range(20_000, 60_000)
MAX_SOCKET_PATH = 90
"""Of the 107 characters that a socket's path may have, less its own name."""

LAUNCHER = """
import os, resource, sys
uid, address_space, processes, file_size = map(int, sys.argv[1:5])
def limit(kind, value):
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):
        if sys.platform == "linux":
            raise
limit(resource.RLIMIT_CORE, 0)
limit(resource.RLIMIT_AS, address_space)
limit(resource.RLIMIT_FSIZE, file_size)
if processes:
    limit(resource.RLIMIT_NPROC, processes)
if uid:
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
os.execv(sys.executable, [sys.executable, *sys.argv[5:]])
"""
"""Runs in the sandbox: sets the limits, gives up root, and becomes the kernel."""


class SandboxError(GradingError):
    """The sandbox itself does not work; no submission is to blame."""


def available() -> bool:
    """Tell whether submissions can be executed in a sandbox on this machine."""
    return not _problem()


def require() -> None:
    """Raise `SandboxError`, which says what to do, where there is no sandbox."""
    closed = [
        path
        for path in data_dir().glob("*/*")
        if os.geteuid() == 0 and path.is_dir() and not path.stat().st_mode & 0o004
    ]
    if closed:
        raise SandboxError(
            f"the data in {closed[0]} can be read by its owner only, and the sandbox reads as somebody else: "
            f"chmod -R a+rX {data_dir()}"
        )
    if problem := _problem():
        raise SandboxError(
            f"there is no sandbox to execute submissions in: {problem}\n"
            "Linux: install bubblewrap 0.7 or newer (Debian, Ubuntu: sudo apt install bubblewrap; Fedora: sudo dnf install "
            "bubblewrap).\nmacOS, Windows: grade in a container; docs/grading.md says how, with the Containerfile.\n"
            "Or add --unsandboxed: then every submission can read and change whatever you can."
        )


@cache
def _problem() -> str:
    """Return why there is no sandbox; nothing where there is."""
    if sys.platform != "linux":
        return f"bubblewrap is for Linux, this is {platform.system()}."
    if not shutil.which("bwrap"):
        return "bubblewrap is not installed."
    with tempfile.TemporaryDirectory() as folder:
        command = _wrapped(Path(folder), Limits(), ["-c", "import zmq"], _private_uid())
        try:
            done = subprocess.run(
                command,
                env=_environment(Path(folder), sandboxed=True),
                capture_output=True,
                text=True,
                timeout=60,
                cwd="/",
            )
        except subprocess.TimeoutExpired:
            return "bubblewrap does not answer."
    if not done.returncode:
        return ""
    return f"bubblewrap cannot start Python: {(done.stderr.strip().splitlines() or ['it does not say why'])[-1]}."


def _private_uid() -> int:
    """Return a user number that nothing else has, if this process can give itself one; otherwise 0."""
    if os.geteuid() != 0:
        return 0
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/uid_map").read_text().splitlines():
            first, _, count = map(int, line.split())
            if first <= UIDS[0] and first + count > UIDS[-1]:
                taken = {entry.pw_uid for entry in pwd.getpwall()}
                return random.SystemRandom().choice([uid for uid in UIDS if uid not in taken])
    return 0


def _process_limit(limits: Limits, uid: int) -> int:
    """Return the kernel's own limit on processes, or 0 where that would count what is not the kernel's.

    Before Linux 5.14 it counts all processes of the user who grades; the watcher is alone then.
    """
    version = tuple(int(number) for number in re.findall(r"\d+", platform.release())[:2])
    return limits.processes if uid or version >= (5, 14) else 0


def _python_folders() -> Iterator[Path]:
    """Yield the folders that this Python is made of, by each name that it is called."""
    executable, seen = Path(sys.executable), []
    folders = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix), Path(sys.base_exec_prefix)]
    while executable.is_symlink():
        executable = executable.parent / os.readlink(executable)
        folders.append(Path(os.path.normpath(executable)).parent.parent)
    folders.append(executable.resolve().parent.parent)
    for folder in folders:
        if folder not in seen and folder not in (Path("/"), Path("/usr")) and not str(folder).startswith("/usr/"):
            seen.append(folder)
            yield folder


def _wrapped(folder: Path, limits: Limits, arguments: list[str], uid: int) -> list[str]:
    """Return the command that runs this Python with `arguments` in the sandbox.

    Args:
        folder: the one folder of the machine that the kernel may write to: its sockets.
        limits: what it may use.
        arguments: Python's.
        uid: the user number to run under; 0: in a user namespace.
    """
    size = ["--size", str(2 * limits.file_size)]
    command = ["bwrap", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox"]
    command += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    command += (
        ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if uid else ["--unshare-user", *_no_more_namespaces()]
    )
    command += ["--unsetenv", "JPY_PARENT_PID", "--ro-bind", "/usr", "/usr"]
    for name in SYSTEM_FOLDERS:
        if os.path.islink(name):
            command += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            command += ["--ro-bind", name, name]
    for name in ETC:
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    command += [
        "--ro-bind-try",
        "/sys/devices/system/cpu",
        "/sys/devices/system/cpu",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
    ]
    command += [*size, "--perms", "1777", "--tmpfs", "/dev/shm", *size, "--perms", "1777", "--tmpfs", "/tmp"]
    command += [*_parents(Path(HOME)), *size, "--perms", "0777", "--tmpfs", HOME]
    for place in _python_folders():
        command += [*_parents(place), "--ro-bind", str(place), str(place)]
    command += [*_parents(Path(LAB) / "utils"), "--ro-bind", str(ROOT / "utils"), f"{LAB}/utils"]
    command += ["--ro-bind-try", str(data_dir()), DATA, *_parents(folder), "--bind", str(folder), str(folder)]
    command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]
    return command + _launched(limits, arguments, uid, _process_limit(limits, uid))


@cache
def _no_more_namespaces() -> list[str]:
    """Return the option that forbids user namespaces inside, where bubblewrap (0.8) has it."""
    options = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False)
    return ["--disable-userns"] if "--disable-userns" in options.stdout + options.stderr else []


def _parents(path: Path) -> list[str]:
    """Return the arguments that make a place's parents, which bubblewrap by itself would close to all but root."""
    parents = list(path.parents)[-2::-1]
    return [argument for parent in parents for argument in ("--perms", "0755", "--dir", str(parent))]


def _launched(limits: Limits, arguments: list[str], uid: int, processes: int) -> list[str]:
    numbers = [str(number) for number in (uid, limits.memory, processes, limits.file_size)]
    return [sys.executable, "-I", "-S", "-c", LAUNCHER, *numbers, *arguments]


def _environment(folder: Path, *, sandboxed: bool) -> dict[str, str]:
    """Return the kernel's whole environment: nothing of the grader's own is in it."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": HOME if sandboxed else str(folder),
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "PYTHONPATH": LAB if sandboxed else str(ROOT),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "TFDS_DATA_DIR": DATA if sandboxed else str(data_dir()),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        **dict.fromkeys(
            ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), THREADS
        ),
    }


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
        self._uid = _private_uid() if sandboxed else 0
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
                env=_environment(self._folder, sandboxed=self.sandboxed),
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
            return _launched(self.limits, arguments, 0, 0)
        if self._uid:
            os.chmod(self._outer, 0o755)
            for path in (self._folder, Path(connection_file)):
                os.chown(path, self._uid, self._uid)
        return _wrapped(self._folder, self.limits, arguments, self._uid)

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
        while any(_lives(process) for process in processes) and time.monotonic() < until:
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
        if memory > self.limits.memory and _own_memory(processes) > self.limits.memory:
            return message("memory", self.limits)
        if threads >= self.limits.processes - 1:
            return message("processes", self.limits)
        if self.sandboxed and _folder_size(self._folder) > self.limits.file_size:
            return message("file size", self.limits)
        return ""


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


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


def _own_memory(processes: list[psutil.Process]) -> int:
    """Return the bytes of memory that processes use, with shared pages counted once."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            try:
                total += process.memory_full_info().pss
            except (psutil.AccessDenied, AttributeError):
                total += process.memory_info().rss
    return total


def _folder_size(folder: Path) -> int:
    """Return the bytes on disk below a folder, and 4096 for each name in it."""
    total = 0
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(root, name)).st_blocks * 512 + 4096
    return total
