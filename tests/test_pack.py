"""A pack holds what a class's machines need, and nothing of another machine's."""

import hashlib
import json
from pathlib import Path
import subprocess
import sys
import zipfile

import pytest

from course import pack
from course.pins import requirements
from course.syllabus import ROOT, CourseError

BUILD = "from setuptools import build_meta; build_meta.build_{}({!r})"


def _package(folder: Path, name: str, kind: str) -> str:
    """Build a package of one module; return its line in a requirements file."""
    source = folder / f"source of {name}"
    source.mkdir()
    (source / f"{name}.py").write_text("NUMBER = 7\n")
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
        f'[project]\nname = "{name}"\nversion = "1.0"\n[tool.setuptools]\npy-modules = ["{name}"]\n'
    )
    shelf = folder / "shelf"
    shelf.mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-c", BUILD.format(kind, str(shelf))], cwd=source, check=True, capture_output=True)
    [made] = shelf.glob(f"{name}-1.0*")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(made.read_bytes()).hexdigest()}"


@pytest.fixture
def small_root(tmp_path, monkeypatch):
    """Return a folder whose requirements are a wheel, a source, and packages of other systems."""
    lines = [_package(tmp_path, "small_wheel", "wheel"), _package(tmp_path, "small_source", "sdist")]
    missing = " ; sys_platform == 'win32' --hash=sha256:" + "0" * 64
    (tmp_path / "requirements.txt").write_text("# A comment\n" + "\n".join(lines) + f"\nnowhere==1.0{missing}\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "shelf"))
    return tmp_path


def test_a_pack_holds_wheels_their_checksums_and_the_data(small_root):
    file = small_root / "class.zip"
    assert pack.pack(file, systems=["linux"], pythons=["3.12"], root=small_root) == 0
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("pack.json"))
        listed = archive.read("requirements.txt").decode()
        wheels = {name: archive.read(name) for name in names if name.startswith("wheels/")}
    assert sorted(wheels) == ["wheels/small_source-1.0-py3-none-any.whl", "wheels/small_wheel-1.0-py3-none-any.whl"]
    assert all(hashlib.sha256(content).hexdigest() in listed for content in wheels.values())
    assert "nowhere" not in listed
    assert (manifest["systems"], manifest["pythons"]) == (["linux"], ["3.12"])
    assert {name.split("/")[1] for name in names if name.startswith("data/")} == {"decoded", "backbones"}
    assert not list(small_root.glob(".pack-*"))


def test_what_a_system_lacks_is_said_and_the_old_pack_stays(small_root):
    file = small_root / "class.zip"
    file.write_bytes(b"the old one")
    with pytest.raises(CourseError, match="pip download failed"):
        pack.pack(file, systems=["windows"], pythons=["3.12"], root=small_root)
    assert file.read_bytes() == b"the old one"
    assert not list(small_root.glob(".pack-*"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [({"systems": ["amiga"]}, "amiga; there are linux,"), ({"pythons": ["3.9"]}, "3.9; there are 3.11,")],
)
def test_unknown_systems_and_pythons_are_named(tmp_path, arguments, said):
    with pytest.raises(CourseError, match=said):
        pack.pack(tmp_path / "class.zip", **arguments)


def test_a_folder_that_is_not_there_is_named_before_anything_is_fetched(tmp_path):
    with pytest.raises(CourseError, match="no folder"):
        pack.pack(tmp_path / "not there" / "class.zip")


def test_every_system_gets_its_own_packages():
    pins = requirements(ROOT / "requirements.txt")
    chosen = {
        system: {pin.name for pin, _ in pins if not pin.marker or pin.marker.evaluate(pack.environment(system, "3.13"))}
        for system in pack.SYSTEMS
    }
    assert all("tensorflow" in names for names in chosen.values())
    assert "appnope" in chosen["macos"] - chosen["linux"] - chosen["windows"]
    assert "pywinpty" in chosen["windows"] - chosen["linux"] - chosen["macos"]


def test_a_requirement_without_a_single_version_is_named(tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text("numpy>=2\n")
    with pytest.raises(CourseError, match="numpy has no single version"):
        requirements(path)
