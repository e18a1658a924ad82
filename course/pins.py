"""Reads requirements.txt, writes it anew from pyproject.toml, and says what changed: `make pins`."""

import argparse
import os
from pathlib import Path
import subprocess
import sys

from packaging.markers import Marker
from packaging.requirements import Requirement

from course.syllabus import ROOT, CourseError

HEAD = "# Written by 'make pins' from pyproject.toml: every package of the course, its version, checksums, and who needs it.\n"


def requirements(path: Path) -> list[tuple[Requirement, list[str]]]:
    """Return the packages of a requirements file, each with its checksums ("sha256:...").

    Raises:
        CourseError: if one has no single version, as `name==1.0`.
    """
    found = []
    for line in path.read_text("utf-8").replace("\\\n", " ").splitlines():
        words = line.partition(" #")[0].strip()
        if not words or words.startswith("#"):
            continue
        stated, *hashes = words.split("--hash=")
        requirement = Requirement(stated.strip())
        if [specifier.operator for specifier in requirement.specifier] != ["=="]:
            raise CourseError(f"{path}: {requirement.name} has no single version; `make pins` writes the file")
        found.append((requirement, [sha256.strip() for sha256 in hashes]))
    return found


def versions(path: Path) -> dict[tuple[str, Marker | None], str]:
    """Return the version of each package of a requirements file, by its name and where it is for.

    Raises:
        CourseError: if one has no single version.
    """
    return {(pin.name, pin.marker): str(pin.specifier).removeprefix("==") for pin, _ in requirements(path)}


def note(old: dict[tuple[str, Marker | None], str], new: dict[tuple[str, Marker | None], str]) -> str:
    """Return in Markdown what changed between two sets of versions, to be pasted into a commit or an issue."""
    changed = sorted((key for key in old.keys() | new.keys() if old.get(key) != new.get(key)), key=str)
    if not changed:
        return "No package changed."
    rows = ["| package | old | new |", "|---|---|---|"]
    for name, marker in changed:
        where = f" ({marker})" if marker else ""
        rows.append(f"| {name}{where} | {old.get((name, marker), '')} | {new.get((name, marker), '')} |")
    return "\n".join(rows)


def pins(*, upgrade: bool = True, root: Path = ROOT) -> str:
    """Write requirements.txt for all systems and Pythons of the course; return what changed, in Markdown.

    Args:
        upgrade: take the newest versions; otherwise those that are there, as far as they fit.
        root: the course's folder.

    Raises:
        CourseError: if no versions fit, or the index cannot be reached. The file stays as it was then.
    """
    path, beside = root / "requirements.txt", root / "requirements.new"
    if not upgrade:
        beside.write_bytes(path.read_bytes())  # uv starts from the versions that stand where it writes to
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--fork-strategy", "fewest", "--generate-hashes", "--no-header", "--no-emit-index-url"]
    command += ["--annotation-style", "line", "--output-file", beside.name, "pyproject.toml"]
    try:
        if subprocess.run(command + ["--upgrade"] * upgrade, cwd=root, stdout=subprocess.DEVNULL).returncode:
            raise CourseError("requirements.txt stays as it was: uv says above why")
        beside.write_text(HEAD + beside.read_text("utf-8"), "utf-8")
        changed = note(versions(path) if path.exists() else {}, versions(beside))
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return changed


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m course.pins", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="keep the versions that are there, as far as they fit")
    try:
        print(pins(upgrade=not parser.parse_args(arguments).keep))
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
