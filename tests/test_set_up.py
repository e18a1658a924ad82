"""start.py sets up what is missing, says what is in the way before the long step, and deletes nothing that it did not make."""

import ast
from collections.abc import Iterator
import contextlib
import hashlib
import importlib.util
import json
import os
from pathlib import Path
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from types import ModuleType
import zipfile

from packaging.specifiers import SpecifierSet
import pytest

from course.pins import note, versions
from course.syllabus import ROOT

BESIDE = ("launch.py", "machine.py", "packages.py")
BUILD = "from setuptools import build_meta; build_meta.build_wheel({!r})"
THIS = "{}.{}".format(*sys.version_info)


@pytest.fixture(scope="module")
def start() -> ModuleType:
    spec = importlib.util.spec_from_file_location("start_of_the_course", ROOT / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel of one module, `small`."""
    folder = tmp_path_factory.mktemp("source")
    (folder / "small.py").write_text("NUMBER = 7\n")
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
        '[project]\nname = "small"\nversion = "1.0"\n[tool.setuptools]\npy-modules = ["small"]\n'
    )
    shelf = tmp_path_factory.mktemp("shelf")
    subprocess.run([sys.executable, "-c", BUILD.format(str(shelf))], cwd=folder, check=True, capture_output=True)
    return next(shelf.glob("small-1.0-*.whl"))


@pytest.fixture
def handout(tmp_path: Path) -> Path:
    """Return the folder of a lab that needs no packages and no data."""
    folder = tmp_path / "a läb's [folder]"
    (folder / "jupyter").mkdir(parents=True)
    shutil.copy(ROOT / "start.py", folder)
    for name in BESIDE:
        shutil.copy(ROOT / "course" / "jupyter" / name, folder / "jupyter")
    shutil.copytree(ROOT / "course" / "jupyter" / "kernels", folder / "jupyter" / "kernels")
    (folder / "lab.toml").write_text('notebook = "lab.ipynb"\nprepare = []\n')
    (folder / "requirements.txt").write_text("# nothing\n")
    return folder


def pin(folder: Path, wheel: Path, sha256: str = "") -> None:
    sha256 = sha256 or hashlib.sha256(wheel.read_bytes()).hexdigest()
    (folder / "requirements.txt").write_text(f"small==1.0 \\\n    --hash=sha256:{sha256}\n")


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"CNN_LABS_HOME": str(folder.parent / "home"), "PIP_NO_INDEX": "1"} | variables
    command = [sys.executable, str(folder / "start.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def environments(folder: Path) -> list[Path]:
    return sorted(path for path in (folder.parent / "home").iterdir() if path.is_dir())


# --- what is said before the long step --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"version": (3, 9)}, "This is Python 3.9; 3.11 to 3.13 is needed.* python3.13 start.py"),
        ({"version": (3, 14)}, "This is Python 3.14; 3.11 to 3.13 is needed"),
        ({"system": "Windows", "machine": "AMD64", "version": (3, 14)}, "py -3.13 start.py"),
        ({"bits": 32}, "32-bit"),
        ({"system": "Darwin", "machine": "x86_64"}, "(?s)Intel.*no longer made for Intel Macs.*another machine"),
        ({"system": "Windows", "machine": "ARM64"}, "Windows on ARM64"),
        ({"made_for": "cpython-312-x86_64-linux-musl"}, "musl"),
        ({"made_for": "pypy311-pp73"}, "pypy311.* as python.org has it"),
        ({"made_for": "cpython-313t-x86_64-linux-gnu"}, "cpython-313t.* as python.org has it"),
        ({"machine": "riscv64"}, "Linux on riscv64"),
        ({"system": "FreeBSD", "machine": "amd64"}, "FreeBSD"),
        ({}, "^$"),
        ({"machine": "aarch64"}, "^$"),
        ({"system": "Darwin", "machine": "arm64"}, "^$"),
        ({"system": "Windows", "machine": "AMD64"}, "^$"),
    ],
)
def test_a_machine_that_cannot_run_the_labs_is_told_why(start: ModuleType, facts: dict, said: str) -> None:
    fit = {"system": "Linux", "machine": "x86_64", "version": (3, 12), "bits": 64, "made_for": ""}
    assert re.search(said, start.machine.unfit(**fit | facts))


def test_python_of_the_environment_and_versions_of_the_project(start: ModuleType) -> None:
    assert start.python_in(Path("x"), windows=True) == Path("x/Scripts/python.exe")
    assert start.python_in(Path("x"), windows=False) == Path("x/bin/python")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    fits = [(3, minor) for minor in range(8, 30) if f"3.{minor}" in SpecifierSet(project["requires-python"])]
    assert (fits[0], fits[-1]) == (start.OLDEST, start.NEWEST)


def test_readme_states_the_sizes_that_start_states(start: ModuleType) -> None:
    text = " ".join((ROOT / "README.md").read_text("utf-8").split())
    for stated in (
        f"{start.machine.PACKAGES_GB} GB",
        f"{start.machine.DATA_MB} MB",
        f"{start.machine.MINUTES} minutes",
    ):
        assert stated in text


@pytest.mark.parametrize("path", ["start.py", "course/jupyter/machine.py", "course/jupyter/packages.py"])
def test_an_old_python_can_read_start_and_say_that_it_is_too_old(path: str) -> None:
    ast.parse((ROOT / path).read_text("utf-8"), feature_version=(3, 8))


def test_start_stays_small_enough_to_be_read() -> None:
    assert len((ROOT / "start.py").read_text("utf-8").splitlines()) <= 400


@pytest.mark.skipif(os.name != "posix", reason="Windows has no colon in names")
def test_a_colon_in_the_path_is_said_before_anything_is_made(start: ModuleType, tmp_path: Path) -> None:
    assert "colon" in start.machine.obstacle(tmp_path / "9:00" / ".venv")


def test_a_full_disk_is_said_before_anything_is_made(start: ModuleType, tmp_path: Path) -> None:
    said = start.machine.obstacle(tmp_path / ".venv", room=10**9)
    assert "GB free" in said
    assert str(tmp_path) in said


@pytest.mark.parametrize(("flags", "avx"), [("fpu sse2", False), ("fpu avx avx2", True)])
def test_a_processor_is_asked_for_avx(start: ModuleType, tmp_path: Path, flags: str, avx: bool) -> None:
    (tmp_path / "cpuinfo").write_text(f"processor : 0\nflags\t\t: {flags}\n")
    assert start.machine.has_avx(tmp_path / "cpuinfo") is avx
    assert start.machine.has_avx(tmp_path / "nothing") is None


def test_start_alone_says_that_the_zip_has_to_be_unpacked(tmp_path: Path) -> None:
    shutil.copy(ROOT / "start.py", tmp_path)
    done = run(tmp_path)
    assert done.returncode == 1
    assert "unpack the whole zip" in done.stderr


def test_where_packages_of_a_handout_go(start: ModuleType, handout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(handout.parent))
    monkeypatch.setenv("USERPROFILE", str(handout.parent))
    for given, expected in [("", handout.parent / ".cnn-labs"), ("~/x", handout.parent / "x"), ("y", handout / "y")]:
        assert start.home_of(handout, {"CNN_LABS_HOME": given}).environment.parent == expected


# --- what is noticed of an environment --------------------------------------------------------------------------------


@pytest.fixture
def home(start: ModuleType, handout: Path):
    """Return a home whose environment is complete."""
    if os.name != "posix":
        pytest.skip("only there another folder's Python can be linked to")
    made = start.home_of(handout, {"CNN_LABS_HOME": str(handout.parent / "home")})
    made.python.parent.mkdir(parents=True)
    made.python.symlink_to(sys.executable)
    start.mark(made, start.COMPLETE)
    return made


def test_a_complete_environment_is_ready(start: ModuleType, home) -> None:
    assert start.state_of(home) == "ready"


def test_changed_requirements_are_noticed(start: ModuleType, home) -> None:
    (home.folder / "requirements.txt").write_text("# something\n")
    assert start.state_of(home) == "outdated"


def test_an_interrupted_installation_is_noticed(start: ModuleType, home) -> None:
    for stage in (start.BEGUN, start.MADE):
        start.mark(home, stage)
        assert start.state_of(home) == "making it was interrupted"


def test_what_an_interrupted_installation_left_is_made_anew(handout: Path, wheel: Path, start: ModuleType) -> None:
    """Installers write down that a package is there before all its files are."""
    pin(handout, wheel)
    assert run(handout, "--packages-only", PIP_FIND_LINKS=str(wheel.parent)).returncode == 0
    [environment] = environments(handout)
    [module] = environment.glob("**/site-packages/small.py")
    module.unlink()
    facts = json.loads((environment / start.MARKER).read_text())
    (environment / start.MARKER).write_text(json.dumps(facts | {"stage": start.MADE}))
    assert run(handout, "--packages-only", PIP_FIND_LINKS=str(wheel.parent)).returncode == 0
    assert module.exists()


@pytest.mark.skipif(os.name == "nt", reason="no file's name has a colon there")
def test_a_colon_in_the_path_of_a_handout_is_said(start: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(start.StartError, match=r"WS 25:26.*rename"):
        start.home_of(tmp_path / "WS 25:26", {})


def test_a_python_that_is_gone_is_noticed(start: ModuleType, home) -> None:
    home.python.unlink()
    home.python.symlink_to("/nowhere/python")
    assert start.state_of(home) == "its Python is no longer there"


def test_a_copied_environment_is_noticed(start: ModuleType, home) -> None:
    copy = home.environment.with_name("copy")
    shutil.copytree(home.environment, copy, symlinks=True)
    assert start.state_of(home._replace(environment=copy)) == f"it was made in {home.environment}"


def test_another_python_is_noticed_unless_any_will_do(start: ModuleType, home) -> None:
    home.python.unlink()
    home.python.write_text("#!/bin/sh\necho 3.99\n")
    home.python.chmod(0o755)
    assert start.state_of(home) == f"it has Python 3.99, and this is {THIS} (--any-python uses it as it is)"
    assert start.state_of(home, any_python=True) == "ready"


def test_what_start_did_not_make_is_foreign_and_what_earlier_versions_made_is_not(start: ModuleType, home) -> None:
    (home.environment / start.MARKER).unlink()
    assert start.state_of(home) == "foreign"
    (home.environment / ".installed").touch()
    assert start.state_of(home) == "outdated"


def test_a_foreign_environment_is_kept_under_another_name(start: ModuleType, home) -> None:
    (home.environment / start.MARKER).unlink()
    (home.environment / "mine").write_text("my work")
    done = run(home.folder, "--packages-only")
    assert done.returncode == 0, done.stderr
    aside = home.environment.with_name(f"{home.environment.name}.set-aside-1")
    assert f"it is kept, as {aside.name}" in done.stdout
    assert environments(home.folder) == [home.environment, aside]
    assert (aside / "mine").read_text() == "my work"
    assert start.state_of(home) == "ready"


def test_what_is_made_anew_comes_back_where_that_fails(
    start: ModuleType, home, wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails since a file has another checksum, and works from a pack, without a network."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    (home.environment / "kept").touch()
    moved = home._replace(environment=home.environment.with_name("moved"))
    home.environment.rename(moved.environment)
    pin(home.folder, wheel, sha256="0" * 64)
    with pytest.raises(start.StartError, match="Step 2 of 3, packages, failed"):
        start.provide(moved)
    assert (moved.environment / "kept").exists()
    pin(home.folder, wheel)
    monkeypatch.delenv("PIP_FIND_LINKS")
    facts = {"course": "1.0", "pythons": [THIS], "requirements": _digest(home.folder)}
    start.provide(moved, _pack(tmp_path / "class.zip", home.folder, wheel, facts))
    assert start.state_of(moved) == "ready"
    assert [path.name for path in environments(home.folder)] == ["moved"]
    assert list(moved.environment.glob("**/site-packages/small.py"))


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_make_replaces_packages_of_another_python_only_where_one_is_named() -> None:
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTHON"))}

    def commands(*arguments: str) -> str:
        command = ["make", "-n", "setup", *arguments]
        return subprocess.run(command, cwd=ROOT, env=outside, capture_output=True, text=True).stdout

    assert commands() == "python3 start.py --any-python --setup-only\n"
    assert commands("PYTHON=python3.13").split() == ["python3.13", "start.py", "--setup-only"]


# --- installing -------------------------------------------------------------------------------------------------------


def test_of_pips_settings_those_stay_that_say_where_packages_come_from(start: ModuleType) -> None:
    listed = (
        "global.cert='/etc/cert.pem'\nglobal.index-url='https://mirror.example/a'\nglobal.user='true'\n"
        "install.index-url='https://mirror.example/b'\ninstall.target='/x'\ndownload.index-url='https://mirror.example/c'\n"
        ":env:.find-links='/one /two'\n:env:.require-virtualenv='1'\n"
    )
    given = {"PIP_USER": "1", "PIP_REQUIRE_VIRTUALENV": "1", "UV_TARGET": "/x", "PYTHONPATH": "/y", "PYTHONHOME": "/z"}
    found = start.packages.for_installing({"PATH": "/bin", "UV_CACHE_DIR": "/cache", **given}, listed)
    assert not given.keys() & found.keys()
    assert found["PIP_CONFIG_FILE"] == os.devnull
    assert found["PIP_INDEX_URL"] == found["UV_INDEX_URL"] == "https://mirror.example/b"
    assert found["PIP_CERT"] == found["SSL_CERT_FILE"] == "/etc/cert.pem"
    assert (found["PIP_FIND_LINKS"], found["UV_FIND_LINKS"]) == ("/one /two", "/one,/two")
    assert (found["PATH"], found["UV_CACHE_DIR"]) == ("/bin", "/cache")
    assert "PIP_TARGET" not in found


@pytest.fixture(params=["pip", "uv"])
def path(request: pytest.FixtureRequest) -> str:
    """Return a PATH on which uv can be found, or cannot."""
    folders = [folder for folder in os.environ["PATH"].split(os.pathsep) if not shutil.which("uv", path=folder)]
    if request.param == "uv":
        assert shutil.which("uv", path=sysconfig.get_path("scripts"))
        folders.insert(0, sysconfig.get_path("scripts"))
    return os.pathsep.join(folders)


def test_packages_are_installed_where_they_belong_whatever_the_user_has_set(
    handout: Path, wheel: Path, path: str, tmp_path: Path
) -> None:
    pin(handout, wheel)
    (tmp_path / "pip.conf").write_text(f"[install]\nuser = true\ntarget = {tmp_path / 'elsewhere'}\n")
    (tmp_path / "other").mkdir()
    for name in ("numpy", "utils", "pip"):
        (tmp_path / "other" / f"{name}.py").write_text("raise SystemError\n")
    done = run(
        handout, "--packages-only", PATH=path, PIP_FIND_LINKS=str(wheel.parent), PIP_CONFIG_FILE=str(tmp_path / "pip.conf"),
        PIP_USER="1", PIP_TARGET=str(tmp_path / "elsewhere"), PIP_PREFIX=str(tmp_path / "elsewhere"),
        PIP_REQUIRE_VIRTUALENV="1", PYTHONPATH=str(tmp_path / "other"), UV_TARGET=str(tmp_path / "elsewhere"),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Step 1 of 3" in done.stdout
    [environment] = environments(handout)
    assert list(environment.glob("**/site-packages/small.py"))
    assert (environment / "share/jupyter/kernels/cnn-labs/kernel.json").exists()
    assert not (tmp_path / "elsewhere").exists()
    assert not run(handout, "--packages-only").stdout, "the second start has nothing left to do"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"requirements": "other"}, "another version of the course"),
        ({"pythons": ["3.99"]}, "is for Python 3.99"),
        ({"systems": ["amiga"]}, "is for amiga, and this is"),
    ],
)
def test_a_pack_that_does_not_fit_is_refused(
    start: ModuleType, handout: Path, wheel: Path, tmp_path: Path, changed: dict, said: str
) -> None:
    facts = {"course": "1.0", "pythons": [THIS], "requirements": _digest(handout)} | changed
    with pytest.raises(start.StartError, match=said):
        start.packages.unpack(handout, _pack(tmp_path / "class.zip", handout, wheel, facts), tmp_path)
    (tmp_path / "broken.zip").write_bytes(b"PK")
    with pytest.raises(start.StartError, match="not whole"):
        start.packages.unpack(handout, tmp_path / "broken.zip", tmp_path)


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / "requirements.txt").read_bytes()).hexdigest()


def _pack(path: Path, folder: Path, wheel: Path, facts: dict) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pack.json", json.dumps(facts))
        archive.write(folder / "requirements.txt", "requirements.txt")
        archive.write(wheel, f"wheels/{wheel.name}")
    return path


def test_data_of_a_pack_replace_nothing_and_stay_in_their_folder(start: ModuleType, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name in ("data/decoded/new", "data/decoded/old", "data/decoded/cut", "data/../../outside", "wheels/other"):
            archive.writestr(name, "of the pack")
    (tmp_path / "a" / "data" / "decoded").mkdir(parents=True)
    (tmp_path / "a" / "data" / "decoded" / "old").write_text("of the user")
    (tmp_path / "a" / "data" / "decoded" / "cut").write_text("of")
    start.packages.unpack_data(tmp_path / "class.zip", tmp_path / "a" / "data")
    found = {
        path.relative_to(tmp_path).as_posix(): path.read_text()
        for path in tmp_path.rglob("*")
        if path.is_file() and path.suffix != ".zip"
    }
    assert found == {
        "a/data/decoded/new": "of the pack",
        "a/data/decoded/old": "of the user",
        "a/data/decoded/cut": "of the pack",
        "a/data/decoded/cut.damaged": "of",
    }


def test_a_damaged_pack_is_said_and_leaves_nothing(start: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/decoded/new", "of the pack")
    path.write_bytes(path.read_bytes().replace(b"of the pack", b"of the puck", 1))
    with pytest.raises(start.StartError, match="could not be unpacked"):
        start.packages.unpack_data(path, tmp_path / "data")
    with pytest.raises(start.StartError, match="could not be unpacked"):
        start.packages.unpack_data(tmp_path / "none.zip", tmp_path / "data")
    assert not [path for path in (tmp_path / "data").rglob("*") if path.is_file()]


# --- two starts, and what is said of a machine ------------------------------------------------------------------------


@contextlib.contextmanager
def held(lock: Path) -> Iterator[subprocess.Popen]:
    """Let another process hold a lock until it is killed."""
    code = (
        f"import sys, time; sys.path.insert(0, {str(ROOT)!r}); import start, pathlib\n"
        f"with start.alone(pathlib.Path({str(lock)!r})):\n    print('held', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_second_start_waits_for_the_first_and_takes_over_when_that_dies(start: ModuleType, tmp_path: Path) -> None:
    lock = tmp_path / "home" / "x.lock"
    with held(lock) as first:
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); import start, pathlib\n"
                   f"with start.alone(pathlib.Path({str(lock)!r})):\n    print('mine')"]  # fmt: skip
        second = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert f"process {first.pid})" in second.stdout.readline()
        first.kill()
        assert second.communicate(timeout=300)[0] == "mine\n"
    assert second.returncode == 0


def test_check_works_where_nothing_is_set_up_and_names_nobody(handout: Path) -> None:
    private = handout.parent / "ada"
    private.mkdir()
    done = run(handout, "--check", HOME=str(private), USERPROFILE=str(private), CNN_LABS_HOME="")
    assert done.returncode == 0, done.stderr
    lines = dict(line.split(":", 1) for line in done.stdout.splitlines())
    assert len(lines) == len(done.stdout.splitlines()) <= 10
    assert lines["packages"].strip().startswith("missing, in ~")
    assert "does not reach" in lines["connection"]
    assert str(private) not in done.stdout
    assert not (private / ".cnn-labs").exists(), "a question changes nothing"


def test_what_changed_between_pins_is_a_table(tmp_path: Path) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("a==1 \\\n    --hash=sha256:00\n    # via x\nb==1 ; python_full_version < '3.12'\nc==1\n")
    new.write_text("a==2 \\\n    --hash=sha256:11\nb==1 ; python_full_version < '3.12'\nd==4\n")
    assert note(versions(old), versions(new)).splitlines()[2:] == ["| a | 1 | 2 |", "| c | 1 |  |", "| d |  | 4 |"]
    assert note(versions(old), versions(old)) == "No package changed."
