"""A publisher's own file, by HTTPS: carried on where the connection breaks, and verified."""

import hashlib
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from tqdm import tqdm
from utils.sources import SourceError

TIMEOUTS = (10, 60)
"""Seconds to wait for a connection, and for the next bytes."""


def fetch(address: str, sha256: str, size: int, scratch: Path) -> Path:
    """Download a file, with a progress bar; a broken connection is carried on as long as that brings something.

    Proxies and certificates are those of the environment, as `requests` reads it (`HTTPS_PROXY`, `REQUESTS_CA_BUNDLE`).

    Args:
        address: of the file.
        sha256: of the file.
        size: of the file in bytes.
        scratch: an empty folder.

    Returns:
        The file's path in `scratch`.

    Raises:
        SourceError: if it cannot be had, or is not the one meant.
        OSError: if it cannot be written.
    """
    target = scratch / PurePosixPath(urlsplit(address).path).name
    target.touch()
    have = 0
    with tqdm(total=size, desc=target.name, unit="B", unit_scale=True, ncols=90) as bar:
        while have < size:
            trouble = _carry_on(address, target, size, bar)
            before, have = have, target.stat().st_size
            if have <= before:
                raise SourceError(f"{address}: {trouble or f'it ends after {have:,} of {size:,} bytes'}")
    if have > size:
        raise SourceError(f"{address} is not what it should be: it has more than {size:,} bytes")
    with open(target, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise SourceError(f"{address} is not what it should be: sha256 {found[:12]}..., expected {sha256[:12]}...")
    return target


def _carry_on(address: str, target: Path, size: int, bar: tqdm) -> str | None:
    """Add to a file what is missing at its end, up to a chunk more than `size`; return why that broke off, or None."""
    import requests
    import urllib3

    have = target.stat().st_size
    # Some servers call a .tar.gz a tar that is compressed on its way: asked for bytes as they are, and read so.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with requests.get(address, headers=headers, stream=True, timeout=TIMEOUTS) as response:
            response.raise_for_status()
            with open(target, "ab") as file:
                if response.status_code != 206:  # the server begins from the beginning
                    file.truncate(0)
                bar.n = file.tell() if response.status_code == 206 else 0
                for chunk in response.raw.stream(1 << 16, decode_content=False):
                    file.write(chunk)
                    bar.update(len(chunk))
                    if file.tell() > size:
                        break
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        cause = (
            getattr(error.args[0], "reason", error) if error.args else error
        )  # without the words of all layers above
        return " ".join(str(cause).split())
    return None
