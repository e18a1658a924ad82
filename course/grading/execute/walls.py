"""The walls around a kernel: bubblewrap's command line, the environment, and whether there can be any.

Within them are the system's programs and this Python with its packages, the course's `utils` and the data sets, all
read-only; an empty home and temporary folder in memory, of limited size; the sockets that the kernel is spoken to through.
No network, no other processes, and nothing of the course folder, the gradebook or other submissions.

Started as root, the kernel runs under a user number of its own that nothing else has: limits do not bind root. Started by
an ordinary user, bubblewrap's user namespace does that.
"""

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
import subprocess
import sys
import tempfile

from utils.data import data_dir

from course.grading.execute.cores import NICE
from course.grading.model import GradingError, Limits
from course.syllabus import ROOT

INSIDE = Path(__file__).resolve().parent / "inside"
HOME, LAB, DATA = "/home/student", "/lab", "/data"
THREADS = "2"
"""Of each pool of threads: the same on every machine, so that results are, and few enough for the limit on processes."""
SYSTEM_FOLDERS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
ETC = (
    "alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf", "timezone",
)  # fmt: skip
IN_MEMORY = ("/dev/shm", "/tmp", HOME)
"""The folders that can be written to."""
UIDS = range(20_000, 60_000)
LAUNCHER = """
import os, resource, signal, sys
uid, address_space, processes, file_size, core, nice = map(int, sys.argv[1:7])
def limit(kind, value):
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):
        if sys.platform == "linux":
            raise
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
limit(resource.RLIMIT_CORE, 0)
limit(resource.RLIMIT_AS, address_space)
limit(resource.RLIMIT_FSIZE, file_size)
if processes:
    limit(resource.RLIMIT_NPROC, processes)
if core >= 0:
    os.sched_setaffinity(0, {core})
    os.nice(nice)
if uid:
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
os.execv(sys.executable, [sys.executable, *sys.argv[7:]])
"""
"""Runs in the sandbox: sets the limits, gives up root, and becomes the kernel."""
TO_INSTALL = (
    "Linux: install bubblewrap 0.7 or newer (Debian, Ubuntu: sudo apt install bubblewrap; Fedora: sudo dnf install "
    "bubblewrap)."
)
REFUSED = {
    r"uid map: Permission denied|RTM_NEWADDR: Operation not permitted": (
        "AppArmor, as Ubuntu sets it up, keeps bubblewrap from making user namespaces",
        "Linux: allow bubblewrap to make them by a profile of AppArmor's, which docs/grading.md (AppArmor) shows. Or allow it "
        "to every program until the machine starts again: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    r"[Nn]ew namespace": (
        "this machine lets ordinary users make no user namespaces",
        "Linux: an administrator can allow them: sudo sysctl -w user.max_user_namespaces=10000, on older systems "
        "kernel.unprivileged_userns_clone=1. A container has to be started with --privileged.",
    ),
}
"""A sign in what bubblewrap says -> what it comes of, and what to do about it."""


class SandboxError(GradingError):
    """The sandbox itself does not work; no submission is to blame."""


def available() -> bool:
    """Tell whether submissions can be executed in a sandbox on this machine."""
    return not _problem()


def require() -> None:
    """Raise `SandboxError`, which says what to do, where there is no sandbox."""
    if closed := _closed_data():
        raise SandboxError(
            f"the data in {closed[0]} can be read by its owner only, and the sandbox reads as somebody else: "
            f"chmod -R a+rX {data_dir()}"
        )
    if problem := _problem():
        raise SandboxError(
            f"there is no sandbox to execute submissions in: {problem}\n"
            "macOS, Windows: grade in a container; docs/grading.md says how, with the Containerfile.\n"
            "Or add --unsandboxed: then every submission can read and change whatever you can."
        )


def _closed_data() -> list[Path]:
    """Return the data sets that the sandbox could not read; an ordinary user's reads what that user reads."""
    if os.geteuid() != 0:
        return []
    return [path for path in data_dir().glob("*/*") if path.is_dir() and not path.stat().st_mode & 0o004]


@cache
def _problem() -> str:
    """Return why there is no sandbox and what to do on Linux; nothing where there is one."""
    if sys.platform != "linux":
        return f"bubblewrap is for Linux, this is {platform.system()}."
    if not shutil.which("bwrap"):
        return f"bubblewrap is not installed.\n{TO_INSTALL}"
    with tempfile.TemporaryDirectory() as folder:
        command = wrapped(Path(folder), Limits(), ["-c", "import zmq"], private_uid())
        try:
            done = subprocess.run(
                command,
                env=environment(Path(folder), sandboxed=True),
                capture_output=True,
                text=True,
                timeout=60,
                cwd="/",
            )
        except subprocess.TimeoutExpired:
            return f"{_bubblewrap()} does not answer."
    if not done.returncode:
        return ""
    said = (done.stderr.strip().splitlines() or ["it does not say why"])[-1]
    for sign, (cause, way_out) in REFUSED.items():
        if re.search(sign, said):
            return f"{cause} ({said}).\n{way_out}"
    return f"bubblewrap cannot start Python: {said}.\n{TO_INSTALL}"


def _bubblewrap() -> str:
    """Return bubblewrap's path: the sandbox has a PATH of its own, in which it need not be."""
    return os.path.abspath(shutil.which("bwrap") or "bwrap")


def private_uid() -> int:
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


def wrapped(
    folder: Path,
    limits: Limits,
    arguments: list[str],
    uid: int,
    core: int | None = None,
    refused: int | None = None,
) -> list[str]:
    """Return the command that runs this Python with `arguments` in the sandbox.

    Args:
        folder: the one folder of the machine that the kernel may write to: its sockets.
        limits: what it may use.
        arguments: Python's.
        uid: the user number to run under; 0: in a user namespace.
        core: to keep to, where no control group gives it its share of the CPU.
        refused: a file descriptor that bubblewrap reads from what the kernel is to refuse.
    """
    size = ["--size", str(2 * limits.file_size)]
    command = [_bubblewrap(), "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox"]
    command += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    command += (
        ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if uid else ["--unshare-user", *_no_more_namespaces()]
    )
    command += ["--seccomp", str(refused)] if refused is not None else []
    command += ["--unsetenv", "JPY_PARENT_PID", *_system()]
    for place in IN_MEMORY:
        command += [*_parents(Path(place)), *size, "--perms", "1777", "--tmpfs", place]
    for place in _python_folders():
        command += [*_parents(place), "--ro-bind", str(place), str(place)]
    command += [*_parents(Path(LAB) / "utils"), "--ro-bind", str(ROOT / "utils"), f"{LAB}/utils"]
    command += ["--ro-bind", str(INSIDE / "crossing"), f"{LAB}/crossing"]
    command += ["--ro-bind-try", str(data_dir()), DATA, *_parents(folder), "--bind", str(folder), str(folder)]
    command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]
    return command + launched(limits, arguments, uid, _process_limit(limits, uid), core)


def _system() -> list[str]:
    """Return the arguments that show the system's programs and devices, read-only."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in SYSTEM_FOLDERS:
        if os.path.islink(name):
            arguments += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            arguments += ["--ro-bind", name, name]
    for name in ETC:
        arguments += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    processors = "/sys/devices/system/cpu"
    return [*arguments, "--ro-bind-try", processors, processors, "--proc", "/proc", "--dev", "/dev"]


@cache
def _no_more_namespaces() -> list[str]:
    """Return the option that forbids user namespaces inside, where bubblewrap (0.8) has it."""
    options = subprocess.run([_bubblewrap(), "--help"], capture_output=True, text=True, check=False)
    return ["--disable-userns"] if "--disable-userns" in options.stdout + options.stderr else []


def _parents(path: Path) -> list[str]:
    """Return the arguments that make a place's parents, which bubblewrap by itself would close to all but root."""
    parents = list(path.parents)[-2::-1]
    return [argument for parent in parents for argument in ("--perms", "0755", "--dir", str(parent))]


def launched(limits: Limits, arguments: list[str], uid: int, processes: int, core: int | None) -> list[str]:
    """Return the command that sets limits and runs this Python with `arguments`; 0 for no such user or limit.

    With a core, it keeps to it, and is as little in the way there as can be.
    """
    numbers = (uid, limits.memory, processes, limits.file_size, -1 if core is None else core, NICE)
    return [sys.executable, "-I", "-S", "-c", LAUNCHER, *map(str, numbers), *arguments]


def environment(folder: Path, *, sandboxed: bool) -> dict[str, str]:
    """Return the kernel's whole environment: nothing of the grader's own is in it."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": HOME if sandboxed else str(folder),
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "PYTHONPATH": LAB if sandboxed else os.pathsep.join((str(ROOT), str(INSIDE))),
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
