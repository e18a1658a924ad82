"""Runs a package registry's client as an ordinary user, with a progress bar, and says why it failed."""

import os
from pathlib import Path
import subprocess
import time
from typing import BinaryIO

from tqdm import tqdm
from utils.sources import SourceError


def run(command: list[str], folder: Path, label: str, total_bytes: int) -> None:
    """Run a client that fills `folder`, with a progress bar in bytes.

    Args:
        command: the program and its arguments.
        folder: where it runs, and where its temporary files and its log go.
        label: stands before the bar, and before the reason where the client fails.
        total_bytes: what the folder holds in the end, about.

    Raises:
        SourceError: if there is no such program, or it fails; with its last words.
    """
    log = folder / "client.log"
    with open(log, "wb") as output, tqdm(total=total_bytes, desc=label, unit="B", unit_scale=True, ncols=90) as bar:
        code = _watch(_start(command, folder, output), bar, folder)
    if code != 0:
        last = [line for line in log.read_text(errors="replace").splitlines() if line.strip()][-2:]
        raise SourceError(f"{label}: {' / '.join(last) or f'{command[0]} ended with {code}'}")


def _start(command: list[str], folder: Path, output: BinaryIO) -> subprocess.Popen:
    environment = os.environ | {"TMPDIR": str(folder), "LC_ALL": "C"}
    try:
        return subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, env=environment)
    except FileNotFoundError:
        raise SourceError(f"this machine has no {command[0]}") from None


def _watch(process: subprocess.Popen, bar: tqdm, folder: Path) -> int:
    """Move the bar until the client ends, and return its exit status; if this is interrupted, the client ends too."""
    try:
        while process.poll() is None:
            time.sleep(0.1)
            _set(bar, folder)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    _set(bar, folder)
    return process.returncode


def _set(bar: tqdm, folder: Path) -> None:
    sizes = []
    for path in folder.rglob("*"):
        try:
            sizes.append(path.stat().st_size if path.is_file() else 0)
        except FileNotFoundError:  # the client renames its partial files
            continue
    bar.n = min(sum(sizes), bar.total)
    bar.refresh()
