"""The sandbox: what a kernel in it sees, what it may do, and what is left of it."""

import asyncio
from collections.abc import Callable, Iterator
import os
from pathlib import Path
import shutil
import socket
import subprocess
import sys

from utils.data import data_dir
import psutil
import pytest

from course.grading.execute import walls
from course.grading.execute.sandbox import Sandbox
from course.grading.model import GradingError, Limits
from course.syllabus import ROOT

LIMITS = Limits(memory=2**30, processes=64, file_size=2**24)


def ask(expression: str, code: str = "", limits: Limits = LIMITS, **options) -> str:
    """Return the text of an expression in a fresh sandbox, after some code."""

    async def talk() -> str:
        async with Sandbox(limits, **options) as kernel:
            reply = await kernel.client.execute(code, user_expressions={"answer": expression}, reply=True, timeout=600)
            answer = reply["content"]["user_expressions"]["answer"]
            return (
                answer["data"]["text/plain"] if answer["status"] == "ok" else f"{answer['ename']}: {answer['evalue']}"
            )

    return asyncio.run(talk())


def test_the_kernel_sees_utils_and_packages_and_nothing_of_the_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADERS_SECRET", "42")
    (tmp_path / "gradebook.db").write_text("marks")
    code = f"""import os
from pathlib import Path
import utils.checks, numpy
seen = {{
    "utils": utils.checks.__file__,
    "course": [str(p) for p in Path({str(ROOT)!r}).glob("*") if p.name != {Path(sys.prefix).name!r}],
    "solutions": os.path.exists({str(ROOT / "labs_solutions")!r}),
    "gradebook": os.path.exists({str(tmp_path / "gradebook.db")!r}),
    "environment": os.environ.get("GRADERS_SECRET"),
    "others": [p for p in os.listdir("/proc") if p.isdigit() and "ipykernel" not in Path("/proc", p, "cmdline").read_text()],
}}"""
    seen = eval(ask("seen", code))  # noqa: S307 - our own expression
    assert seen == {
        "utils": "/lab/utils/checks.py", "course": [], "solutions": False, "gradebook": False, "environment": None, "others": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "folder", ["/", "/etc", "/usr", "/dev", "/home", "/lab/utils", "/data", sys.prefix, sys.base_prefix]
)
def test_the_system_is_read_only(folder: str) -> None:
    if folder == "/data" and not data_dir().exists():
        pytest.skip("no data set is prepared here")
    code = f"""try:
    open({folder + "/mine"!r}, "w").close()
    said = "written"
except OSError as error:
    said = error.strerror"""
    assert ask("said", code) in ("'Read-only file system'", "'Permission denied'")
    assert not Path(folder, "mine").exists()


def test_home_and_temporary_folder_can_be_written_up_to_a_size() -> None:
    code = """from pathlib import Path
import matplotlib.pyplot, tempfile
tempfile.TemporaryFile().close()
said = {}
for folder in (Path.home(), Path("/tmp"), Path("/dev/shm")):
    try:
        for i in range(5):
            (folder / str(i)).write_bytes(bytes(10 * 2**20))
    except OSError as error:
        said[str(folder)] = error.strerror, i"""
    full = ("No space left on device", 3)
    assert eval(ask("said", code)) == {"/home/student": full, "/tmp": full, "/dev/shm": full}  # noqa: S307


@pytest.mark.parametrize("sandboxed", [True, False])
def test_an_inherited_socket_joins_the_kernel_and_the_worker(sandboxed: bool) -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(600)
    ours.sendall(b"question")
    code = """import os, socket
link = socket.socket(fileno=int(os.environ["COURSE_LINK"]))
link.sendall(b"answer to " + link.recv(100))"""
    with ours:
        asked = ask("link.family == socket.AF_UNIX", code, sandboxed=sandboxed, inherit=theirs.detach())
        assert asked == "True"
        assert ours.recv(100) == b"answer to question"
        assert ours.recv(100) == b"", "no copy of the kernel's end is left open"
    assert ask("'COURSE_LINK' in os.environ", "import os", sandboxed=sandboxed) == "False"


def test_there_is_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        code = f"""import socket
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=5)
    said = "connected"
except OSError as error:
    said = error.strerror"""
        assert ask("said", code) == "'Connection refused'"
        with pytest.raises(TimeoutError):
            server.accept()
    assert ask("[name for _, name in __import__('socket').if_nameindex()]") == "['lo']"


def test_it_is_an_ordinary_user_without_rights() -> None:
    code = """import os, re, resource
rights = re.findall(r"Cap(?:Prm|Eff):\\s*(\\w+)", open("/proc/self/status").read())
alone = re.search(r"NoNewPrivs:\\s*(\\d)", open("/proc/self/status").read()).group(1)
limits = [resource.getrlimit(kind) for kind in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC)]"""
    uid, groups, rights, alone, limits = eval(ask("(os.getuid(), os.getgroups(), rights, alone, limits)", code))  # noqa: S307
    assert uid != 0
    assert os.geteuid() != 0 or groups == []
    assert rights == ["0" * 16] * 2
    assert alone == "1"
    assert limits == [(2**30, 2**30), (2**24, 2**24), (0, 0), (64, 64)]


def test_two_sandboxes_do_not_share_the_limit_on_processes() -> None:
    async def talk() -> list[str]:
        code = "import subprocess\nprocesses = [subprocess.Popen(['sleep', '100']) for _ in range(40)]"
        async with Sandbox(LIMITS) as one, Sandbox(LIMITS) as two:
            return [
                (await kernel.client.execute(code, reply=True, timeout=600))["content"]["status"]
                for kernel in (one, two)
            ]

    assert asyncio.run(talk()) == ["ok", "ok"]


def test_nothing_is_left_of_it() -> None:
    async def talk() -> tuple[list[psutil.Process], list[str], Path]:
        async with Sandbox(LIMITS) as kernel:
            code = "import subprocess\nsubprocess.Popen(['sleep', '1000'], start_new_session=True)"
            await kernel.client.execute(code, reply=True, timeout=600)
            processes = kernel._processes()
            return processes, [process.name() for process in processes], kernel._outer

    processes, names, folder = asyncio.run(talk())
    assert "sleep" in names
    assert not [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    assert not folder.exists()


def test_it_ends_with_the_worker_that_started_it() -> None:
    code = """import asyncio, os, signal
from course.grading.execute.sandbox import Sandbox
from course.grading.model import Limits
async def main():
    async with Sandbox(Limits(memory=2**30)) as kernel:
        print(*[process.pid for process in kernel._processes()], kernel._outer, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    *pids, folder = done.stdout.split()
    shutil.rmtree(folder)
    assert len(pids) >= 2
    for pid in map(int, pids):
        try:
            process = psutil.Process(pid)
            assert process.status() == psutil.STATUS_ZOMBIE or process.wait(timeout=120) is None
        except psutil.NoSuchProcess:
            continue


def test_where_there_is_no_bubblewrap_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    walls._problem.cache_clear()
    try:
        assert not walls.available()
        with pytest.raises(GradingError) as raised:
            walls.require()
        with pytest.raises(GradingError):
            ask("1")
    finally:
        walls._problem.cache_clear()
    for words in ("bubblewrap is not installed", "apt install bubblewrap", "Containerfile", "--unsandboxed"):
        assert words in str(raised.value)
    assert (ROOT / "Containerfile").exists()


@pytest.fixture
def bubblewrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Put a script on the path, first, as the bubblewrap that is found."""
    program = tmp_path / "elsewhere" / "bwrap"

    def installed(script: str) -> None:
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
        walls._problem.cache_clear()

    yield installed
    walls._problem.cache_clear()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "setting up uid map: Permission denied",
            ["AppArmor", "kernel.apparmor_restrict_unprivileged_userns=0", "docs/grading.md (AppArmor)"],
        ),
        ("loopback: Failed RTM_NEWADDR: Operation not permitted", ["AppArmor"]),
        (
            "No permissions to create a new namespace, likely because the kernel does not allow non-privileged user namespaces.",
            ["user.max_user_namespaces", "--privileged"],
        ),
    ],
)
def test_where_bubblewrap_is_kept_from_working_the_error_says_by_what(
    said: str, words: list[str], bubblewrap: Callable[[str], None]
) -> None:
    bubblewrap(f'echo "bwrap: {said}" >&2; exit 1')
    assert not walls.available()
    with pytest.raises(GradingError) as raised:
        walls.require()
    for word in [*words, said, "Containerfile", "--unsandboxed"]:
        assert word in str(raised.value)
    assert "install bubblewrap" not in str(raised.value)
    assert "## AppArmor" in (ROOT / "docs" / "grading.md").read_text("utf-8")


@pytest.mark.skipif(not walls.available(), reason="there is no bubblewrap to be found elsewhere")
def test_the_bubblewrap_that_is_found_is_the_one_that_runs(tmp_path: Path, bubblewrap: Callable[[str], None]) -> None:
    """The sandbox's own path leads to the system's programs alone."""
    bubblewrap(f'echo ran >> {tmp_path / "log"}; exec {shutil.which("bwrap")} "$@"')
    assert walls.available()
    assert ask("6 * 7") == "42"
    assert (tmp_path / "log").read_text().count("ran") >= 2


def test_without_the_sandbox_the_kernel_runs_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADERS_SECRET", "42")
    assert ask("'GRADERS_SECRET' in __import__('os').environ", sandboxed=False) == "False"
    assert ask("__import__('os').getuid()", sandboxed=False) == str(os.getuid())
    assert ask("__import__('utils').__file__", sandboxed=False) == repr(str(ROOT / "utils" / "__init__.py"))


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's sandbox reads what that user reads")
def test_data_that_the_sandbox_could_not_read_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "decoded" / "mnist-3.0.1").mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    with pytest.raises(walls.SandboxError, match=f"chmod -R a\\+rX {tmp_path}"):
        walls.require()
    (tmp_path / "decoded" / "mnist-3.0.1").chmod(0o755)
    walls.require()
