"""Debian's packages, through apt-get and dpkg-deb: fetched and unpacked, never installed; neither needs root."""

from pathlib import Path
import shutil
import subprocess

from utils.sources import SourceError, client


def missing() -> str | None:
    """Say which of the two programs this machine lacks; None if it has both."""
    lacking = [program for program in ("apt-get", "dpkg-deb") if shutil.which(program) is None]
    return f"this machine has no {' and no '.join(lacking)}" if lacking else None


def fetch_debian(package: str, size: int, scratch: Path) -> Path:
    """Download a Debian package and unpack it; neither needs root, and nothing is installed.

    Args:
        package: its name.
        size: of the package in bytes, for the progress bar.
        scratch: an empty folder.

    Returns:
        The folder that holds the package's files, `usr/share/...`. Its content is for the caller to verify.

    Raises:
        SourceError: if there is no apt, or it fails.
    """
    if lacking := missing():
        raise SourceError(f"the Debian package {package}: {lacking}")
    _download(package, size, scratch)
    debs = list(scratch.glob("*.deb"))
    if len(debs) != 1:
        raise SourceError(f"apt-get downloaded {len(debs)} files for {package}")
    target = scratch / "unpacked"
    unpack = subprocess.run(["dpkg-deb", "-x", debs[0], target], capture_output=True, text=True)
    if unpack.returncode != 0:
        raise SourceError(f"dpkg-deb could not unpack {debs[0].name}: {unpack.stderr.strip()}")
    return target


def _download(package: str, size: int, scratch: Path) -> None:
    """Download with the system's package lists, or, where they do not do, with our own."""
    apt = ["apt-get", "-qq", "-o", "APT::Sandbox::User="]
    try:
        client.run([*apt, "download", package], scratch, package, size)
    except SourceError:
        # Fresh containers have no package lists, and an ordinary user cannot write the system's: keep our own.
        lists, cache = scratch / "lists", scratch / "cache"
        (lists / "partial").mkdir(parents=True)
        (cache / "archives" / "partial").mkdir(parents=True)
        apt += ["-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={cache}"]
        update = [*apt, "-o", "APT::Update::Error-Mode=any", "update"]
        client.run(update, scratch, "apt-get's package lists", 60_000_000)
        client.run([*apt, "download", package], scratch, package, size)
