#!/usr/bin/env python3
"""Sets up what is missing and opens the labs in JupyterLab: `python3 start.py`, on Windows `py start.py`.

It needs nothing but Python, and stands in two places. In the project, packages go to `.venv`; in a lab that was handed out, to
a folder in `~/.cnn-labs` (or where `CNN_LABS_HOME` says), which all labs of the course share. Data go to
`~/tensorflow_datasets` (or where `TFDS_DATA_DIR` says). What is there already is not made again.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
from pathlib import Path
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from typing import Iterator, NamedTuple  # noqa: UP035 - old Pythons get as far as being told that they are too old

HERE = Path(__file__).resolve().parent
BESIDE = HERE / ("course/jupyter" if (HERE / "course").is_dir() else "jupyter")
if not (BESIDE / "machine.py").exists():
    sys.exit("start.py stands alone here: unpack the whole zip, and call the start.py in the folder that this makes.")
sys.path.insert(0, str(BESIDE))

import machine  # noqa: E402 - found only now
from machine import CALL, NEWEST, OLDEST, WINDOWS, StartError, asked, clean  # noqa: E402
import packages  # noqa: E402

MARKER = "cnn-labs.json"
"""The file by which an environment says that start.py made it."""


class Home(NamedTuple):
    """Where start.py stands: the project, or a lab that was handed out."""

    folder: Path
    environment: Path
    project: bool

    @property
    def python(self) -> Path:
        """Return the environment's Python."""
        return python_in(self.environment)

    @property
    def digest(self) -> str:
        """Return a digest of what the environment is made of."""
        files = ["requirements.txt", "pyproject.toml"] if self.project else ["requirements.txt"]
        return hashlib.sha256(b"".join((self.folder / name).read_bytes() for name in files)).hexdigest()[:12]


def python_in(environment: Path, windows: bool = WINDOWS) -> Path:
    """Return where a virtual environment has its Python."""
    return environment / ("Scripts/python.exe" if windows else "bin/python")


def home_of(folder: Path, variables: dict) -> Home:
    """Return what stands in a folder.

    Raises:
        StartError: if that is neither the project nor a lab, or there is no place for the lab's packages.
    """
    if os.pathsep in str(folder):
        raise StartError(f"There is a {os.pathsep!r} in the path {folder}, which separates paths: rename that folder.")
    if (folder / "pyproject.toml").exists() and (folder / "course").is_dir():
        return Home(folder, folder / ".venv", True)
    if not (folder / "lab.toml").exists() or not (folder / "requirements.txt").exists():
        raise StartError(
            f"{folder} is not whole: unpack the whole zip, and call the start.py in the folder that this makes."
        )
    shared = os.path.expanduser(variables.get("CNN_LABS_HOME") or "~/.cnn-labs")
    if shared.startswith("~"):
        raise StartError("This user has no home folder: set CNN_LABS_HOME to a folder for the packages.")
    digest = hashlib.sha256((folder / "requirements.txt").read_bytes()).hexdigest()[:12]
    name = "python{}.{}-{}".format(*sys.version_info[:2], digest)
    return Home(folder, Path(os.path.abspath(folder / shared)) / name, False)


# --- the environment --------------------------------------------------------------------------------------------------


def facts_of(environment: Path) -> dict | None:
    """Return what start.py wrote down in an environment that it made; None where it did not make it."""
    with contextlib.suppress(OSError, ValueError):
        return json.loads((environment / MARKER).read_text("utf-8"))
    return {} if (environment / ".installed").exists() else None  # what earlier versions left


BEGUN, MADE, COMPLETE = "begun", "made", "complete"


def mark(home: Home, stage: str) -> None:
    """Write down who made an environment, where, how far it is, and of what it is made if it is complete."""
    beside = home.environment / f"{MARKER}.new"
    facts = {"made by": "start.py", "folder": str(home.environment), "stage": stage, "of": home.digest}
    beside.write_text(json.dumps(facts), "utf-8")
    os.replace(beside, home.environment / MARKER)


def state_of(home: Home, *, any_python: bool = False) -> str:
    """Return "ready", "missing", "foreign", "outdated" (or not complete), or in words why it has to be made anew."""
    if not os.path.lexists(home.environment):
        return "missing"
    facts = facts_of(home.environment)
    if facts is None:
        return "foreign"
    if facts.get("stage") in (BEGUN, MADE):
        return "making it was interrupted"
    version = asked([home.python, "-c", "import sys; print('{}.{}'.format(*sys.version_info))"], env=clean(os.environ))
    if not version:
        return "its Python is no longer there"
    if os.path.realpath(facts.get("folder", home.environment)) != os.path.realpath(home.environment):
        return f"it was made in {facts['folder']}"
    this = "{}.{}".format(*sys.version_info[:2])
    if version != this and not any_python and OLDEST <= sys.version_info[:2] <= NEWEST:
        return f"it has Python {version}, and this is {this} (--any-python uses it as it is)"
    return "ready" if (facts.get("stage"), facts.get("of")) == (COMPLETE, home.digest) else "outdated"


def provide(home: Home, pack: Path | None = None, *, any_python: bool = False) -> None:
    """Make the environment complete; what it was before comes back where it has to be made anew and that fails.

    Raises:
        StartError: if it cannot be made or completed; the message says why and what to do.
    """
    state = state_of(home, any_python=any_python)
    if state == "ready":
        return
    if state == "making it was interrupted" and not home.environment.is_symlink():
        shutil.rmtree(home.environment)  # half of it is of no use, and may take the room that the whole needs
        state = "missing"
    problem = machine.obstacle(home.environment, *([0.5] if state == "outdated" else []))
    if problem:
        raise StartError(problem)
    source = f"out of {pack}" if pack else "fetched from the network"
    plan = f"Now, once: packages ({machine.PACKAGES_GB} GB on disk) and data ({machine.DATA_MB} MB for all labs), {source}: {machine.MINUTES} minutes."
    plan = "The packages that are here are completed, or brought up to date." if state == "outdated" else plan
    print(f"{plan} This can be stopped: the next start carries on.", flush=True)
    aside = None if state in ("missing", "outdated") else _set_aside(home.environment, state)
    try:
        if state != "outdated":
            print(f"Step 1 of 3: virtual environment in {home.environment}", flush=True)
            _make(home)
        mark(home, MADE)  # from now on it is neither what it was nor what it will be
        packages.install(home.python, home.folder, pack, editable=home.project)
    except BaseException:
        if aside and state != "foreign":
            failed = Path(f"{aside}.failed")
            if os.path.lexists(home.environment):
                os.replace(home.environment, failed)
            os.replace(aside, home.environment)  # at once: deleting takes long enough for another Ctrl-C
            shutil.rmtree(failed, ignore_errors=True)
        raise
    mark(home, COMPLETE)
    for old in home.environment.parent.glob(f"{home.environment.name}.set-aside-*"):
        if facts_of(old) is not None:  # of a start that was killed, too
            old.unlink() if old.is_symlink() else shutil.rmtree(old, ignore_errors=True)


def _set_aside(environment: Path, state: str) -> Path:
    """Rename an environment that has to be made anew, or that start.py did not make; return its new name."""
    number = 1
    while os.path.lexists(f"{environment}.set-aside-{number}"):
        number += 1
    aside = Path(f"{environment}.set-aside-{number}")
    try:
        os.replace(environment, aside)
    except OSError as error:
        raise StartError(f"{environment} is in use: close JupyterLab and call {CALL} again ({error}).") from error
    if state == "foreign":
        print(f"{environment.name} was not made by start.py: it is kept, as {aside.name}.", flush=True)
    else:
        print(f"{environment.name} is made anew: {state}.", flush=True)
    return aside


def _make(home: Home) -> None:
    """Make an empty virtual environment that says who made it."""
    home.environment.mkdir(parents=True, exist_ok=True)
    mark(home, BEGUN)  # before anything can be interrupted
    done = subprocess.run([sys.executable, "-m", "venv", str(home.environment)], env=clean(os.environ))
    if done.returncode:
        raise StartError(
            f"Step 1 of 3, virtual environment, failed: the reason is above. Mend it and call {CALL} again."
        )


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock, which ends with this process whatever ends it; wait while another start holds it, and say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        said = False
        while not _locked(file):
            if not said:
                os.lseek(file, 0, os.SEEK_SET)
                other = os.read(file, 20).decode("ascii", "replace").strip()
                print(
                    f"Another start (process {other}) is setting up here; this one waits for it. Ctrl-C stops it.",
                    flush=True,
                )
                said = True
            time.sleep(0.5)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, f"{os.getpid():<20}".encode())
        yield
    finally:
        os.close(file)


def _locked(file: int) -> bool:
    """Lock a file; False where another process has locked it. Where files cannot be locked, that is said."""
    try:
        if WINDOWS:
            import msvcrt

            os.lseek(file, 1 << 20, os.SEEK_SET)  # behind the process id, which others may read
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        print("Files cannot be locked here: let nobody else set up in this folder at the same time.", flush=True)
    return True


# --- data, check, start -----------------------------------------------------------------------------------------------


def provide_data(home: Home, pack: Path | None = None) -> None:
    """Fetch what the labs need before they can run without a connection; what a pack holds is taken from it.

    Raises:
        StartError: if something cannot be had.
    """
    settings = {"env": clean(os.environ), "cwd": str(home.folder)}
    python = str(home.python)
    if pack:
        folder = asked([python, "-c", "from utils.data import data_dir; print(data_dir())"], **settings)
        if not folder:
            raise StartError(
                f"Step 3 of 3, data, failed: the packages do not say where data go. Set TFDS_DATA_DIR, or delete "
                f"{home.environment}, and call {CALL} again."
            )
        packages.unpack_data(pack, Path(folder))
    if home.project:
        sets = asked([python, "-m", "course", "list", "--data"], **settings).split()
        steps = [["utils.data", "--quiet", *sets], ["utils.backbones", "--quiet"]]
    else:
        import tomllib

        steps = tomllib.loads((home.folder / "lab.toml").read_text("utf-8"))["prepare"]
    for step in steps:
        if subprocess.run([python, "-m", *step], **settings).returncode:
            raise StartError(
                f"Step 3 of 3, data, failed: the reason is above. Mend it and call {CALL} again: it carries on from here."
            )


def check(home: Home) -> str:
    """Return what works here and what is missing, in ten lines that can be pasted into a question."""
    state = state_of(home, any_python=True)
    usable = state in ("ready", "outdated")
    python = home.python if usable else Path(sys.executable)
    avx = {True: "with AVX", False: "without AVX, which TensorFlow needs", None: "AVX unknown"}[machine.has_avx()]
    problem = (
        machine.unfit() or (state != "ready" and machine.obstacle(home.environment)) or "nothing that is seen from here"
    )
    online = packages.reaches_index(python, packages.variables_for(python, dict(os.environ)))
    there = asked([python, "-m", "pip", "--version"], env=clean(os.environ))
    pip = "pip does not reach its index" if there else "unknown: this Python has no pip (set-up brings its own)"
    lines = {
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "Python": f"{platform.python_version()}, {machine.BITS} bit",
        "processor": f"{os.cpu_count()} cores, {avx}",
        "memory": f"{machine.memory_gib():.1f} GiB; a lab takes up to 3",
        "disk": f"{shutil.disk_usage(machine.existing(home.environment.parent)).free / 1e9:.0f} GB free",
        "packages": f"{state}, in {home.environment}",
        "data": (_data_states(home) if usable else "") or "unknown before the packages are there",
        "connection": "pip reaches its index" if online else pip,
        "sandbox": ("bubblewrap" if shutil.which("bwrap") else "no bubblewrap") + "; needed for grading only",
        "in the way": problem.replace("\n", " "),
    }
    text = "\n".join(f"{name + ':':<12}{value}" for name, value in lines.items())
    private = os.path.expanduser("~")
    for folder in (private, os.path.realpath(private)):
        text = text.replace(folder, "~") if len(folder) > 1 else text
    name = os.path.basename(private)
    return re.sub(rf"(?<=[/\\]){re.escape(name)}(?=[/\\])", "USER", text) if name else text


def _data_states(home: Home) -> str:
    """Return which data sets and weights are there, as the environment's own modules say it."""
    states = []
    for module in ("utils.data", "utils.backbones"):
        listed = asked([home.python, "-m", module, "--list"], env=clean(os.environ), cwd=str(home.folder))
        for name, state in re.findall(r"^  (\w\S*) +(.*)$", listed, re.MULTILINE):
            states.append(f"{name} {'missing' if state.startswith('not ') else 'there'}")
    return ", ".join(states)


def become(home: Home, command: list) -> int:
    """Replace this process by the environment's Python; on Windows, which cannot do that, wait for it."""
    command = [str(home.python), *command]
    os.chdir(home.folder)  # nbgrader_config.py, the settings of Validate, is looked for here
    if not WINDOWS:
        os.execve(command[0], command, clean(os.environ))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the other process as well, and that one ends
    return subprocess.call(command, env=clean(os.environ))


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(
        prog="start.py",
        allow_abbrev=False,
        description="Sets up what is missing and opens the labs in JupyterLab.",
        epilog="All other options are JupyterLab's, such as --port=8899 or --no-browser; with --pack, --systems and --pythons.",
    )
    made.add_argument("--setup-only", action="store_true", help="set up what is missing, and stop there")
    made.add_argument("--packages-only", action="store_true", help="as --setup-only, but no data")
    made.add_argument(
        "--any-python", action="store_true", help="use packages of another Python than this, where there are some"
    )
    made.add_argument("--check", action="store_true", help="say in ten lines what works here, to paste into a question")
    made.add_argument("--from", dest="pack", metavar="FILE", help="set up without a network, from what --pack wrote")
    made.add_argument("--pack", dest="to", metavar="FILE", help="write what a class needs to set up without a network")
    return made


def main(arguments: list) -> int:
    """Set up what is missing, then become JupyterLab; return the exit status where it does not come to that."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # an editor's console may lack it
            stream.reconfigure(errors="replace")  # a folder's name may have letters that this terminal has not
    options, extra = parser().parse_known_args(arguments)
    pack = Path(os.path.abspath(options.pack)) if options.pack else None
    try:
        home = home_of(HERE, dict(os.environ))
        if options.to and not home.project:
            raise StartError("--pack needs the whole course, not one lab of it: call it in the course's folder.")
        if options.check:
            print(check(home))
            return 0
        if state_of(home, any_python=options.any_python) != "ready":
            problem = machine.unfit() or machine.obstacle(home.environment, 0.5)
            if problem:
                raise StartError(problem)
            with alone(home.environment.with_name(f"{home.environment.name}.lock")):
                provide(home, pack, any_python=options.any_python)
        if not options.packages_only:
            provide_data(home, pack)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"Set-up stopped: {error}. Make room, or get the right to use that file or folder; then call {CALL} again.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print(f"\nStopped. {CALL} carries on from here.", file=sys.stderr)
        return 130
    return follow(home, options, extra)


def follow(home: Home, options: argparse.Namespace, extra: list) -> int:
    """Do what was asked for once everything is there; return the exit status."""
    if options.packages_only:
        return 0
    if options.to:
        return become(home, ["-m", "course", "pack", os.path.abspath(options.to), *extra])
    if options.setup_only:
        print(f"Everything is set up. `{CALL}` opens the labs, without a connection as well.")
        return 0
    if home.project:
        return become(home, ["-m", "course", "start", *extra])
    import tomllib

    print("JupyterLab is starting. Its address follows.", flush=True)
    page = tomllib.loads((home.folder / "lab.toml").read_text("utf-8"))["notebook"]
    return become(home, [str(BESIDE / "launch.py"), str(home.folder), page, str(BESIDE), *extra])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
