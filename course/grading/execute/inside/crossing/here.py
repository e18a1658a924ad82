"""This process's end of the border: what the grader calls in the kernel of the student's code, and in that of the checks."""

from collections.abc import Iterable, Mapping
from functools import cache
import os
import sys
from typing import Any

from .peer import Peer, StandIn

LINK = "COURSE_LINK"
"""Names, in the environment, the number of the socket that leads to the other side."""


@cache
def _peer(judges: bool) -> Peer:
    return Peer(int(os.environ[LINK]), judges=judges)


def serve(visit: str, names: Mapping[str, Any]) -> None:
    """Let the checks' side call functions, among these names, until it ends the visit."""
    _peer(False).serve(visit, names)


def begin(visit: str, names: Iterable[str], namespace: dict[str, Any]) -> None:
    """Begin a visit on the checks' side: in a namespace, stand-ins take the places of the student's functions."""
    peer = _peer(True)
    peer.begin(visit)
    if "keras" in sys.modules:
        _note_seeds(peer)
    namespace |= {name: StandIn(peer, name) for name in names}


def end(namespace: dict[str, Any]) -> list[str]:
    """End the visit on the checks' side, and return what could not cross in it; the stand-ins are gone then."""
    peer = _peer(True)
    peer.end()
    for name in [name for name, value in namespace.items() if isinstance(value, StandIn)]:
        del namespace[name]
    return list(peer.border.missed)


@cache
def _note_seeds(peer: Peer) -> None:
    """Let the other side be seeded as this one is, as if both were one."""
    keras = sys.modules["keras"]
    seed_here = keras.utils.set_random_seed

    def set_random_seed(seed: int) -> None:
        seed_here(seed)
        peer.seed = seed

    keras.utils.set_random_seed = set_random_seed
