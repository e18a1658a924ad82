"""What a class needs to set up without a network, in one file: `start.py --pack FILE` writes it, `start.py --from FILE` takes it.

The file is a zip: `pack.json` says what it is for, `requirements.txt` lists the packages with the checksums of the files in
`wheels/`, and `data/` holds what belongs in the data folder (`decoded/NAME-VERSION/...`, `backbones/NAME-VERSION/...`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
import hashlib
import json
import os
from pathlib import Path
import shutil
import subprocess
import sys
import tempfile
import zipfile

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename

from course import version
from course.pins import requirements
from course.syllabus import ROOT, CourseError

FORMAT = 1
PYTHONS = ("3.11", "3.12", "3.13")


@dataclass(frozen=True)
class System:
    """A kind of machine: what markers of requirements call it, and which wheels it takes."""

    markers: dict[str, str]
    tags: tuple[str, ...]
    """Platforms as pip names them, the newest first."""


def _linux(machine: str) -> System:
    markers = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": machine}
    newest = tuple(f"manylinux_2_{minor}_{machine}" for minor in range(35, 16, -1))
    older = ("manylinux2014", "manylinux2010", "manylinux1") if machine == "x86_64" else ("manylinux2014",)
    return System(markers, (*newest, *(f"{name}_{machine}" for name in older)))


SYSTEMS: dict[str, System] = {
    "linux": _linux("x86_64"),
    "linux-arm": _linux("aarch64"),
    "macos": System(
        {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
        ("macosx_14_0_arm64",),
    ),
    "windows": System(
        {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
        ("win_amd64",),
    ),
}
"""The systems that the course runs on. macOS is that of Apple silicon."""


def this_system() -> str:
    """Return the name of the system that this machine has.

    Raises:
        CourseError: if the course does not run on it.
    """
    here = default_environment()
    for name, system in SYSTEMS.items():
        if all(here[key] == system.markers[key] for key in ("sys_platform", "platform_machine")):
            return name
    raise CourseError(
        f"the course does not run on {here['sys_platform']} with {here['platform_machine']}: name --systems"
    )


def pack(to: Path, *, systems: Sequence[str] = (), pythons: Sequence[str] = (), root: Path = ROOT) -> int:
    """Write the pack; return the exit status.

    Args:
        to: the file, `.zip`; one that is there is replaced once the new one is whole.
        systems: names out of `SYSTEMS`; by default this machine's.
        pythons: versions out of `PYTHONS`; by default this one's.
        root: the course's folder.

    Raises:
        CourseError: for an unknown name, if a package or data set cannot be had, or the file cannot be written.
    """
    systems = systems or [this_system()]
    pythons = pythons or ["{}.{}".format(*sys.version_info)]
    for given, known in ((systems, SYSTEMS), (pythons, PYTHONS)):
        if unknown := [name for name in given if name not in known]:
            raise CourseError(f"a pack cannot be made for {', '.join(unknown)}; there are {', '.join(known)}")
    if not to.parent.is_dir():
        raise CourseError(f"there is no folder {to.parent} to write {to.name} to")
    folders = _data()
    pins = requirements(root / "requirements.txt")
    try:
        with tempfile.TemporaryDirectory(prefix=".pack-", dir=to.parent) as scratch:
            wheels = Path(scratch) / "wheels"
            wheels.mkdir()
            for system in systems:
                for python in pythons:
                    _download(pins, system, python, wheels)
            manifest = {
                "format": FORMAT,
                "course": version(),
                "requirements": hashlib.sha256((root / "requirements.txt").read_bytes()).hexdigest(),
                "systems": list(systems),
                "pythons": list(pythons),
            }
            written = _write(Path(scratch) / "pack.zip", manifest, _listed(pins, wheels), wheels, folders)
            os.replace(written, to)
    except OSError as error:
        raise CourseError(f"{to} could not be written: {error}. Nothing half-written was kept") from error
    print(
        f"{to}: {to.stat().st_size / 1e6:,.0f} MB for {', '.join(systems)}, Python {', '.join(pythons)}. Put it into the "
        f"course's folder, or a lab's: there `python3 start.py --from {to.name}` sets up without a network (Windows: `py start.py`)."
    )
    return 0


def environment(system: str, python: str) -> dict[str, str]:
    """Return what markers are evaluated with on a system and a Python, as "windows" and "3.12"."""
    return {
        **default_environment(),
        **SYSTEMS[system].markers,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_version": f"{python}.0",
    }


def _data() -> list[Path]:
    """Return the folders of all data sets and weights, made first where they are missing."""
    from utils import backbones, data

    if data.main(["--quiet"]) or backbones.main(["--quiet"]):
        raise CourseError("a pack holds the data as well, and some cannot be had: the reason is above")
    folders = [store.where(name) for store in (data._STORE, backbones._STORE) for name in store.entries]
    if missing := [folder.name for folder in folders if not (folder / "manifest.json").exists()]:
        raise CourseError(f"a pack holds the data as well, and these are not here: {', '.join(missing)}")
    return folders


def _download(pins: list[tuple[Requirement, list[str]]], system: str, python: str, wheels: Path) -> None:
    """Fetch the wheels that a system and a Python need, through pip, with checksums; what has no wheel is built."""
    wanted = [
        (f"{pin.name}{pin.specifier}", hashes)
        for pin, hashes in pins
        if pin.marker is None or pin.marker.evaluate(environment(system, python))
    ]
    print(f"Fetching {len(wanted)} packages for {system}, Python {python}", flush=True)
    number = python.replace(".", "")
    target = [f"--platform={tag}" for tag in SYSTEMS[system].tags]
    target += [
        f"--python-version={python}",
        "--implementation=cp",
        *(f"--abi={abi}" for abi in (f"cp{number}", "abi3", "none")),
    ]
    with tempfile.TemporaryDirectory(dir=wheels.parent) as scratch:
        listed = Path(scratch) / "requirements.txt"
        listed.write_text(
            "".join(f"{name} {' '.join(f'--hash={h}' for h in hashes)}\n" for name, hashes in wanted), "utf-8"
        )
        _pip("download", "--quiet", "--no-deps", "--no-build-isolation", *target, f"--dest={wheels}", "-r", str(listed))
        for source in [path for path in wheels.iterdir() if path.suffix != ".whl"]:
            _build(source, system, wheels, Path(scratch))


def _build(source: Path, system: str, wheels: Path, scratch: Path) -> None:
    """Replace a package's source by its wheel, where that fits all systems."""
    name, _ = parse_sdist_filename(source.name)
    _pip("wheel", "--quiet", "--no-deps", "--no-build-isolation", f"--wheel-dir={scratch / name}", str(source))
    for wheel in (scratch / name).glob("*.whl"):
        if not wheel.name.endswith("-none-any.whl"):
            raise CourseError(f"{name} has no wheel for {system}, and one built here fits this machine alone")
        shutil.move(wheel, wheels / wheel.name)
    source.unlink()


def _pip(*arguments: str) -> None:
    if subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]).returncode:
        raise CourseError(f"pip {arguments[0]} failed: it says above why. Is there a connection, and room on the disk?")


def _listed(pins: list[tuple[Requirement, list[str]]], wheels: Path) -> str:
    """Return requirements for what is in a folder of wheels, each with the checksums of its files there."""
    sums: dict[str, list[str]] = {}
    for path in sorted(wheels.iterdir()):
        with path.open("rb") as file:
            sums.setdefault(parse_wheel_filename(path.name)[0], []).append(
                hashlib.file_digest(file, "sha256").hexdigest()
            )
    lines = []
    for pin, _ in pins:
        if hashes := sums.get(canonicalize_name(pin.name)):
            lines.append(f"{pin} {' '.join(f'--hash=sha256:{value}' for value in hashes)}\n")
    return "".join(lines)


def _write(path: Path, manifest: dict, listed: str, wheels: Path, folders: list[Path]) -> Path:
    from utils.data import data_dir

    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("pack.json", json.dumps(manifest, indent=1))
        archive.writestr("requirements.txt", listed)
        for wheel in sorted(wheels.iterdir()):
            archive.write(wheel, f"wheels/{wheel.name}")
        for file in sorted(file for folder in folders for file in folder.rglob("*") if file.is_file()):
            name = file.relative_to(data_dir()).as_posix()
            archive.write(file, f"data/{name}", compress_type=zipfile.ZIP_DEFLATED)
    return path
