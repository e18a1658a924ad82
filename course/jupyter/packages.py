"""How start.py installs the pinned packages into a virtual environment: by uv where it can be had, by pip otherwise.

Python's standard library only. Hand-outs carry this file.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
from pathlib import Path
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

from machine import CALL, StartError, asked, clean

PIP_KEEPS = (
    *("index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "cert", "client-cert", "proxy"),
    *("timeout", "default-timeout", "retries", "cache-dir", "keyring-provider"),
)
"""Of pip's settings, those that say where packages come from; where they go is start.py's."""
UV_KEEPS = (
    *("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX"),
    *("UV_INSECURE_HOST", "UV_SYSTEM_CERTS", "UV_HTTP_TIMEOUT", "UV_CACHE_DIR", "UV_LINK_MODE"),
)
FROM_PIP = {
    "index-url": "UV_INDEX_URL",
    "extra-index-url": "UV_EXTRA_INDEX_URL",
    "cert": "SSL_CERT_FILE",
    "proxy": "HTTPS_PROXY",
    "trusted-host": "UV_INSECURE_HOST",
    "no-index": "UV_NO_INDEX",
}
"""What uv calls pip's settings, which it does not read."""


def variables_for(python: Path, variables: dict) -> dict:
    """Return the environment's variables for installing with a Python, with no setting of the user's but where packages come from."""
    return for_installing(variables, asked([python, "-m", "pip", "config", "list"], env=clean(variables)))


def for_installing(variables: dict, listed: str) -> dict:
    """Return the variables for pip and uv: where packages come from is the user's, where they go is not.

    Args:
        variables: of the environment.
        listed: what `pip config list` says: lines as `global.index-url='...'`.
    """
    pip = {}
    order = {"install": 1, ":env:": 2}  # pip's own: what comes later wins
    found = [re.match(r"(.+?)\.([\w-]+)=(.*)", line) for line in listed.splitlines()]
    for match in sorted(filter(None, found), key=lambda match: order.get(match[1], 0)):
        if match[2] in PIP_KEEPS and match[1] in ("global", *order):
            pip[match[2]] = " ".join(str(ast.literal_eval(match[3])).split())
    kept = {
        name: value
        for name, value in clean(variables).items()
        if not name.startswith(("PIP_", "UV_")) or name in UV_KEEPS
    }
    kept.update({"PIP_" + key.replace("-", "_").upper(): value for key, value in pip.items()})
    kept.update(PIP_CONFIG_FILE=os.devnull, PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONNOUSERSITE="1")
    for key, name in FROM_PIP.items():
        if key in pip:
            kept.setdefault(name, pip[key])
    if "find-links" in pip:
        kept.setdefault("UV_FIND_LINKS", pip["find-links"].replace(" ", ","))
    kept.setdefault("UV_SYSTEM_CERTS", "1")
    return kept


def install(python: Path, folder: Path, pack: Path | None, *, editable: bool) -> None:
    """Install the pinned packages, every file compared with its checksum.

    Args:
        python: the virtual environment's.
        folder: the one that holds `requirements.txt`.
        pack: a file that `--pack` wrote, to install from without a network.
        editable: install the folder's own packages, too, as they lie there.

    Raises:
        StartError: if neither uv nor pip can.
    """
    print("Step 2 of 3: packages", flush=True)
    began = time.monotonic()
    variables = variables_for(python, dict(os.environ))
    with tempfile.TemporaryDirectory(prefix="cnn-labs-", dir=python.parents[1]) as scratch:
        requirements, source = folder / "requirements.txt", []
        if pack:
            requirements = unpack(folder, pack, Path(scratch))
            source = ["--no-index", "--find-links", str(requirements.parent / "wheels")]
        steps = [["--require-hashes", "-r", str(requirements), *source]]
        if editable:
            steps.append(["--no-deps", "--no-build-isolation", "--no-index", "-e", "."])
        pip = [str(python), "-m", "pip", "install", "--no-user"]
        uv = _uv(python, [*pip, "--quiet", *source], requirements, Path(scratch), variables)
        for arguments in steps:
            if not any(_run([*command, *arguments], variables, folder) for command in (uv, pip) if command):
                raise StartError(_why_not(python, variables, pack))
    # start.py's JupyterLab finds the course's kernel where it lies; an editor or nbgrader on its own looks here.
    kernels = Path(__file__).resolve().parent / "kernels"
    shutil.copytree(kernels, python.parents[1] / "share" / "jupyter" / "kernels", dirs_exist_ok=True)
    print(f"Step 2 of 3: packages are there, after {time.monotonic() - began:.0f} seconds", flush=True)


def _uv(python: Path, pip: list, requirements: Path, scratch: Path, variables: dict) -> list:
    """Return uv's command, installed first where it is not on the path; empty where it cannot be had."""
    command = [shutil.which("uv") or ""]
    if not command[0]:
        pinned = re.search(r"^uv==.*(?:\n[ \t]+.*)*", requirements.read_text("utf-8"), re.MULTILINE)
        if not pinned:
            return []
        (scratch / "uv.txt").write_text(pinned[0] + "\n", "utf-8")
        if not _run([*pip, "--require-hashes", "-r", str(scratch / "uv.txt")], variables, scratch):
            return []
        command = [str(python), "-m", "uv"]
    # Checksums make it all the same which of several indexes a file comes from.
    return [*command, "pip", "install", "--no-config", "--python", str(python), "--index-strategy", "unsafe-best-match"]


def _run(command: list, variables: dict, folder: Path) -> bool:
    """Run a command in a folder, which says itself what it does; tell whether it succeeded."""
    return subprocess.run(command, env=variables, cwd=str(folder)).returncode == 0


def _why_not(python: Path, variables: dict, pack: Path | None) -> str:
    """Return what to do where packages could not be installed."""
    said = (
        f"Step 2 of 3, packages, failed: the reason is above. Mend it and call {CALL} again: it carries on from here."
    )
    if shutil.disk_usage(python.parent).free < 3e8:
        return f"{said}\nThe disk that {python.parent} is on is full."
    if not pack and not reaches_index(python, variables):
        return (
            f"{said}\npip does not reach its package index. Is there a connection? Behind a proxy, set HTTPS_PROXY to its address.\n"
            f"Where there is none, a file made by --pack on another machine does: {CALL} --from FILE"
        )
    return said


def reaches_index(python: Path, variables: dict) -> bool:
    """Tell whether a Python's pip reaches the index that it is set to."""
    return bool(asked([python, "-m", "pip", "index", "versions", "pip", "--timeout=10", "--retries=0"], env=variables))


def unpack(folder: Path, pack: Path, to: Path) -> Path:
    """Unpack the packages of a file that `--pack` wrote; return its requirements.

    Raises:
        StartError: if it is none, or one of another version of the course, or for another Python.
    """
    try:
        with zipfile.ZipFile(pack) as archive:
            facts = json.loads(archive.read("pack.json"))
            wheels = [name for name in archive.namelist() if name.startswith("wheels/")]
            tag = {"win32": "win", "darwin": "macosx"}.get(sys.platform, "linux")
            archive.extractall(
                to, ["requirements.txt", *(name for name in wheels if "-none-any." in name or tag in name)]
            )
        wanted, pythons = facts["requirements"], facts["pythons"]
    except OSError as error:
        raise StartError(
            f"{pack} could not be unpacked to {to}: {error}. Is it there, may this user read it, and is there room?"
        ) from error
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise StartError(f"{pack} is no file that start.py --pack wrote, or is not whole: {error}") from error
    if wanted != hashlib.sha256((folder / "requirements.txt").read_bytes()).hexdigest():
        raise StartError(
            f"{pack} is for another version of the course ({facts.get('course')}): ask for one of this version."
        )
    this = "{}.{}".format(*sys.version_info)
    if this not in pythons:
        raise StartError(
            f"{pack} is for Python {', '.join(pythons)}, and this is {this}: call start.py by one of them."
        )
    here = {"win32": "windows", "darwin": "macos"}.get(
        sys.platform, "linux-arm" if platform.machine() == "aarch64" else "linux"
    )
    if here not in facts.get("systems", [here]):
        raise StartError(
            f"{pack} is for {', '.join(facts['systems'])}, and this is {here}: ask for one that --systems {here} was named for."
        )
    return to / "requirements.txt"


def unpack_data(pack: Path, folder: Path) -> None:
    """Put what a pack has of data into a folder; what is there already, and is as long, stays.

    Raises:
        StartError: if the pack cannot be read or is damaged, or the folder not written to.
    """
    try:
        _unpack_data(pack, folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise StartError(f"Step 3 of 3, data, failed: {pack} could not be unpacked to {folder}: {error}") from error


def _unpack_data(pack: Path, folder: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        for entry in archive.infolist():
            parts = entry.filename.split("/")
            target = folder.joinpath(*parts[1:])
            if parts[0] != "data" or ".." in parts or entry.is_dir():
                continue
            if target.exists() and target.stat().st_size == entry.file_size:
                continue
            if target.exists():
                os.replace(target, target.with_name(f"{target.name}.damaged"))
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f"{target.name}.{os.getpid()}.new")
            try:
                with archive.open(entry) as source, open(beside, "wb") as copy:
                    shutil.copyfileobj(source, copy)
                os.replace(beside, target)
            finally:
                beside.unlink(missing_ok=True)
