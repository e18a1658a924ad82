"""What is known of a data set before it is here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from utils._store import Arrays, Entry


@dataclass(frozen=True, kw_only=True)
class DataSet(Entry):
    """Where a data set comes from and what it must be; `version` is the TFDS builder's."""

    class_names: tuple[str, ...]
    from_registry: Callable[[Path, Path], None]
    """Prepares it in the data folder (first argument) with a scratch folder (second); raises SourceError."""
    registry: str
    """What `from_registry` uses, in words."""
    publisher: str | None
    """The address that TFDS downloads from; None if TFDS cannot."""

    def facts(self) -> dict[str, object]:
        """Return the arrays' checksums."""
        return {"sha256": dict(self.sha256)}

    def summary(self, arrays: Arrays) -> str:
        """Return the shapes of the images and what they take in memory."""
        megabytes = sum(array.nbytes for array in arrays.values()) / 1e6
        return f"train {arrays['x_train'].shape}, test {arrays['x_test'].shape}, {megabytes:.0f} MB in memory"
