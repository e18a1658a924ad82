"""What start.py can see of a machine before the long step: what keeps it from running the course, and what to do about that.

Python's standard library only, and readable by old Pythons, which are told that they are too old. Hand-outs carry this file.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
from pathlib import Path
import platform
import re
import shutil
import subprocess
import sys
import sysconfig

OLDEST, NEWEST = (3, 11), (3, 13)
PACKAGES_GB, DATA_MB, MINUTES = 3.1, 230, "1 to 10"
"""What the packages take on the disk, what the data of all labs are when they are fetched, and how long both take."""
ROOM_GB = 4.5
"""What has to be free for the packages and what installing them needs on the way."""
DEEPEST = 190
"""Characters of the longest path in the packages: Windows stops at 260, unless told otherwise."""
BITS = sys.maxsize.bit_length() + 1
WINDOWS = os.name == "nt"
CALL = (
    "py -{}.{} start.py".format(*sys.version_info)
    if WINDOWS
    else f"{os.path.basename(sys.executable) or 'python3'} start.py"
)
PYTHON_DROPS = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONUSERBASE",
    "VIRTUAL_ENV",
    "__PYVENV_LAUNCHER__",
    "PYTHONSAFEPATH",
)


class StartError(Exception):
    """Set-up cannot go on; the message says why and what to do."""


def unfit(
    system: str = platform.system(),
    machine: str = platform.machine(),
    version: tuple = sys.version_info[:2],
    bits: int = BITS,
    made_for: str = sysconfig.get_config_var("SOABI") or "",
) -> str:
    """Return why the course cannot run with a Python on a system; empty if it can.

    Args:
        system: "Linux", "Darwin" or "Windows".
        machine: its processor, as `platform.machine` names it.
        version: of Python, as (3, 11).
        bits: of Python.
        made_for: what Python names its extensions by, as "cpython-311-x86_64-linux-gnu".
    """
    newest = ".".join(map(str, NEWEST))
    if not OLDEST <= version <= NEWEST:
        found, oldest = (".".join(map(str, numbers)) for numbers in (version, OLDEST))
        named = f"py -{newest} start.py" if system == "Windows" else f"python{newest} start.py"
        return f"This is Python {found}; {oldest} to {newest} is needed. Install one and call it by name: {named}"
    if bits < 64:
        return f"This Python is a 32-bit one, and TensorFlow has none for it. Install Python {newest} for 64 bit."
    if made_for.startswith("pypy") or re.match(r"(cpython-|cp)\d+t", made_for):
        return f"This Python ({made_for}) is one that packages are not made for. Install Python {newest} as python.org has it."
    if system == "Darwin" and machine != "arm64":
        return (
            "This is a Mac with an Intel processor, or a Python made for one (on Apple silicon, install python.org's universal\n"
            "one). TensorFlow, which the labs use, is no longer made for Intel Macs. Use another machine."
        )
    if system == "Windows" and machine.upper() not in ("AMD64", "X86_64"):
        return (
            f"This Python is for Windows on {machine}, and TensorFlow is not made for it. Install Python {newest} for 64-bit\n"
            "Intel processors (x86-64), which Windows 11 can run, though nobody has tried the course so; or use another machine."
        )
    if "musl" in made_for:
        return "This Linux uses musl (Alpine), and TensorFlow is made for glibc. Use Debian, Ubuntu or Fedora, or their container."
    if system not in ("Linux", "Darwin", "Windows") or (system == "Linux" and machine not in ("x86_64", "aarch64")):
        return f"TensorFlow, which the labs use, is not made for {system} on {machine}. Use another machine."
    return ""


def has_avx(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool | None:
    """Tell whether the processor has the instructions that TensorFlow is made with; None where that cannot be seen."""
    with contextlib.suppress(OSError):
        flags = re.search(r"^flags\s*:(.*)$", cpuinfo.read_text("utf-8", "replace"), re.MULTILINE)
        return "avx" in flags[1].split() if flags else None
    return None


def existing(folder: Path) -> Path:
    """Return the folder, or the nearest above it that is there."""
    return next((path for path in (folder, *folder.parents) if os.path.exists(path)), folder)


def obstacle(environment: Path, room: float = ROOM_GB) -> str:
    """Return why an environment cannot be made here, or not completed; empty if it can, as far as can be seen.

    Args:
        environment: its folder.
        room: gigabytes that it needs.
    """
    near = existing(environment.parent)
    if not WINDOWS and os.pathsep in str(environment):
        return (
            f"There is a colon in the path {environment}, which virtual environments cannot have: rename that folder."
        )
    if not os.access(near, os.W_OK | os.X_OK):
        move = (
            "move the course to a folder of yours"
            if environment.name == ".venv"
            else "set CNN_LABS_HOME to a folder of yours"
        )
        return f"This user cannot write to {near}: {move}."
    free = shutil.disk_usage(near).free / 1e9
    if free < room:
        return f"{near} has {free:.1f} GB free; the packages need {room} while they are installed. Make room, then call again."
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        name = "python{}.{}-venv".format(*sys.version_info[:2])
        return f"This Python cannot make virtual environments. On Debian and Ubuntu: sudo apt install {name}. Then call again."
    if platform.machine() in ("x86_64", "AMD64") and has_avx() is False:
        return "This processor has no AVX, which TensorFlow is made with. Use a machine whose processor has it."
    if WINDOWS and len(str(environment)) + DEEPEST > 259 and not long_paths():
        return (
            f"{environment} is a long path, and Windows stops at 260 characters: move this folder to a short one, such as\n"
            r"C:\labs, or let an administrator switch long paths on (LongPathsEnabled)."
        )
    return ""


def long_paths() -> bool:
    """Tell whether this Windows takes paths of more than 260 characters."""
    import winreg

    try:
        key = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem")
        return winreg.QueryValueEx(key, "LongPathsEnabled")[0] == 1
    except OSError:
        return False


def memory_gib() -> float:
    """Return the machine's memory."""
    if not WINDOWS:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    import ctypes

    kilobytes = ctypes.c_ulonglong()
    ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))
    return kilobytes.value / 2**20


def asked(command: list, **settings) -> str:
    """Return what a command prints; empty where it fails, or is not there."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        words = [str(word) for word in command]
        settings["env"] = {**settings.get("env", os.environ), "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, **settings)
        return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""
    return ""


def clean(variables: dict) -> dict:
    """Return the environment's variables without those that lead a Python to other packages."""
    return {name: value for name, value in variables.items() if name not in PYTHON_DROPS}
