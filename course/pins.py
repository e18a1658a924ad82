"""Reads requirements.txt, writes it and requirements-site.txt anew from pyproject.toml, and says what changed: `make pins`."""

import argparse
import os
from pathlib import Path
import subprocess
import sys
import tomllib

from packaging.markers import Marker
from packaging.requirements import Requirement

from course.syllabus import ROOT, CourseError

SITE = "requirements-site.txt"
"""What the site is made with and tested by, beside the course's own packages."""
UNCHANGED = "No package changed."
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
        return UNCHANGED
    rows = ["| package | old | new |", "|---|---|---|"]
    for name, marker in changed:
        where = f" ({marker})" if marker else ""
        rows.append(f"| {name}{where} | {old.get((name, marker), '')} | {new.get((name, marker), '')} |")
    return "\n".join(rows)


def pins(*, upgrade: bool = True, root: Path = ROOT) -> str:
    """Write the files of pins for all systems and Pythons of the course; return what changed, in Markdown.

    That is requirements.txt, and requirements-site.txt for what the site is made with, in versions that fit to the first.

    Args:
        upgrade: take the newest versions; otherwise those that are there, as far as they fit.
        root: the course's folder.

    Raises:
        CourseError: if no versions fit, or the index cannot be reached. The file stays as it was then.
    """
    changed = _compiled(root / "requirements.txt", ["pyproject.toml"], upgrade=upgrade)
    if not (wanted := _extras(root).get("site")):
        return changed
    sources = ["-", "--constraints", "requirements.txt"]
    for_site = _compiled(root / SITE, sources, wanted="\n".join(wanted), upgrade=upgrade)
    return changed if for_site == UNCHANGED else f"{changed}\n\n{SITE}:\n\n{for_site}"


def _extras(root: Path) -> dict:
    """Return the lists of optional packages that pyproject.toml states."""
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"].get("optional-dependencies", {})


def _compiled(path: Path, sources: list[str], *, upgrade: bool, wanted: str = "") -> str:
    """Write a file of pins from sources, of which "-" is the packages wanted; return what changed, in Markdown."""
    beside = path.with_suffix(".new")
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--fork-strategy", "fewest", "--generate-hashes", "--no-header", "--no-emit-index-url"]
    command += ["--annotation-style", "line", "--output-file", beside.name, *sources]
    if not upgrade and path.exists():
        beside.write_bytes(path.read_bytes())  # uv starts from the versions that stand where it writes to
    try:
        command += ["--upgrade"] * upgrade
        done = subprocess.run(command, cwd=path.parent, stdout=subprocess.DEVNULL, input=wanted, text=True)
        if done.returncode:
            raise CourseError(f"{path.name} stays as it was: uv says above why")
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
