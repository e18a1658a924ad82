"""Networks that pages of the site compute with: made once by a lab's recipe, and kept in the data folder."""

from collections.abc import Callable
from dataclasses import dataclass

from utils._store import Arrays, Entry, Store

from course.syllabus import CourseError, Lab


@dataclass(frozen=True, kw_only=True)
class Network(Entry):
    """What is kept; its version is the digest of the recipe, so that a changed recipe makes it anew."""

    def facts(self) -> dict[str, object]:
        """Return what is written beside the arrays."""
        return {"title": self.title, "licence": self.licence, "source": self.source}

    def download_size(self) -> int:
        """Return 0: it is made here, not fetched."""
        return 0

    def summary(self, arrays: Arrays) -> str:
        """Return in a few words what the arrays hold."""
        return f"{sum(array.size for array in arrays.values()):,} numbers"


def load(name: str, network: Network, lab: Lab, make: Callable[[Lab], Arrays]) -> Arrays:
    """Return a network's arrays; made, where they are not kept yet or are broken.

    Args:
        name: of the network, in its folder's name and in messages.
        network: what it is.
        lab: the one whose recipe makes it.
        make: makes the arrays of the lab.

    Raises:
        CourseError: if it can be neither read nor made and written.
    """
    store = Store(
        entries={name: network},
        make=lambda _: make(lab),
        error=CourseError,
        folder="site",
        shelf="",
        command="python -m course site",
        heading="Networks of the site",
        kind="network",
        verbs=("make", "made"),
        broken="The kept {name} is broken and is made anew",
        room="10 MB",
    )
    return store.load(name)
