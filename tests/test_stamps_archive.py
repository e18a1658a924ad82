"""The stamps by a second road: the publisher's archive, from a server of this test's that fails in many ways."""

from collections.abc import Iterator
import dataclasses
import gzip
import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import io
import os
from pathlib import Path
import tarfile
import threading

import numpy as np
from PIL import Image, PngImagePlugin
import pytest
from utils import _arrays, data
from utils.sources import SourceError, https, stamp_pictures, stamps

from tests.test_data import small_set

CONTENT = np.random.default_rng(0).bytes(300_000)


class Server(ThreadingHTTPServer):
    """Serves `content` at every path, as the test says."""

    content = CONTENT
    asked: list[tuple[str, str | None]]
    """Path and Range of each request."""
    breaks_after: int | None = None
    """How many bytes go out before the connection ends."""
    ranges = True
    status = 200
    encoding: str | None = None

    def handle_error(self, *_: object) -> None:
        """Say nothing: who has seen enough hangs up."""


class Answer(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Server

    def do_GET(self) -> None:
        """Send the content from where the client wants it."""
        server, wanted = self.server, self.headers["Range"]
        server.asked.append((self.path, wanted))
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and server.ranges else 0
        self.send_response(206 if start else server.status)
        self.send_header("Content-Length", str(len(server.content) - start))
        if server.encoding:
            self.send_header("Content-Encoding", server.encoding)
        self.end_headers()
        end = None if server.breaks_after is None else start + server.breaks_after
        self.wfile.write(server.content[start:end])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    with Server(("127.0.0.1", 0), Answer) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _address(server: Server, name: str = "stamps.tar.gz") -> str:
    return f"http://127.0.0.1:{server.server_port}/files/{name}"


def _fetch(server: Server, folder: Path) -> bytes:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    path = https.fetch(_address(server), sha256, len(CONTENT), folder)
    assert path == folder / "stamps.tar.gz"
    return path.read_bytes()


# --- fetching --------------------------------------------------------------------------------------------------------


def test_a_file_comes_whole(server: Server, tmp_path: Path) -> None:
    assert _fetch(server, tmp_path) == CONTENT
    assert server.asked == [("/files/stamps.tar.gz", None)]


def test_a_connection_that_breaks_is_carried_on(server: Server, tmp_path: Path) -> None:
    server.breaks_after = 131_072
    assert _fetch(server, tmp_path) == CONTENT
    assert [wanted for _, wanted in server.asked] == [None, "bytes=131072-", "bytes=262144-"]


def test_a_server_that_cannot_carry_on_is_given_up(server: Server, tmp_path: Path) -> None:
    server.breaks_after, server.ranges = 131_072, False
    with pytest.raises(SourceError, match=r"stamps\.tar\.gz"):
        _fetch(server, tmp_path)
    assert len(server.asked) == 2


def test_a_file_that_the_server_calls_compressed_on_its_way_stays_as_it_is(server: Server, tmp_path: Path) -> None:
    server.encoding = "gzip"
    assert _fetch(server, tmp_path) == CONTENT


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]), "not what it should be: sha256"),
        (CONTENT + b"more", "more than 300,000 bytes"),
        (CONTENT * 100, "more than 300,000 bytes"),
        (b"<html>Please log in to this network</html>", "ends after 42 of 300,000 bytes"),
        (b"", "ends after 0 of 300,000 bytes"),
    ],
)
def test_another_file_is_refused(server: Server, tmp_path: Path, content: bytes, said: str) -> None:
    server.content, server.ranges = content, False
    with pytest.raises(SourceError, match=said):
        _fetch(server, tmp_path)


def test_a_page_that_is_gone_and_a_host_that_is_not_there(server: Server, tmp_path: Path) -> None:
    server.status = 404
    with pytest.raises(SourceError, match="404"):
        _fetch(server, tmp_path)
    with pytest.raises(SourceError, match=r"127\.0\.0\.1"):
        https.fetch("http://127.0.0.1:1/stamps.tar.gz", "0" * 64, 10, tmp_path)


def test_the_proxy_of_the_environment_is_used(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("no_proxy", "")
    address = "http://publisher.invalid/stamps.tar.gz"
    https.fetch(address, hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), tmp_path)
    assert server.asked == [(address, None)]


# --- unpacking -------------------------------------------------------------------------------------------------------

ROOT = f"tuxpaint-stamps-{stamps._RELEASE}"


def _picture(seed: int, dated: bool) -> bytes:
    """Return a PNG of its own colour with transparent borders; Debian's packages take the date out of such files."""
    image = Image.new("RGBA", (40, 30 + seed), (0, 0, 0, 0))
    image.paste((seed * 20 % 256, 100, 200 - seed, 255), (5, 5, 35, 25))
    facts = PngImagePlugin.PngInfo()
    if dated:
        facts.add(b"tIME", bytes([7, 230, 6, 4, 12, 0, 0]))
    file = io.BytesIO()
    image.save(file, "PNG", pnginfo=facts)
    return file.getvalue()


def _files(dated: bool) -> dict[str, bytes]:
    """Return path below `stamps` -> content: four pictures a class, a mirrored one, and what is not needed."""
    files = {
        "symbols/money/coin_mirror.png": b"left out",
        "animals/birds/hen.txt": b"A hen",
        "hobbies/ball.png": b"not needed",
    }
    for number, places in enumerate(stamp_pictures.FOLDERS.values()):
        for i in range(4):
            files[f"{places[i % len(places)]}/deeper/{'Zebra' if i == 3 else 'ant'}-{i}.png"] = _picture(
                4 * number + i, dated
            )
    return files


def _archive(files: dict[str, bytes], *extra: tarfile.TarInfo) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{ROOT}/stamps/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for member in extra:
            archive.addfile(member)
    return packed.getvalue()


def test_only_what_is_needed_is_unpacked(tmp_path: Path) -> None:
    link = tarfile.TarInfo(f"{ROOT}/stamps/animals/birds/link.png")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    archive = tmp_path / "archive.tar.gz"
    archive.write_bytes(_archive(_files(dated=True), link))
    root = stamps.unpack(archive, tmp_path / "unpacked")
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}
    assert found == {name for name in _files(dated=True) if name.endswith(".png") and "ball" not in name}


@pytest.mark.parametrize(
    "content",
    [
        _archive({"animals/birds/../../../../../escaped.png": b"x"}),
        b"no archive",
        b"",
        gzip.compress(b"no archive either" * 100),
        _archive(_files(dated=True))[:2000],
    ],
    ids=["escapes", "no archive", "empty", "compressed, no archive", "cut off"],
)
def test_an_archive_that_is_none_or_would_escape_is_refused(tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "archive.tar.gz"
    archive.write_bytes(content)
    with pytest.raises(SourceError, match=r"archive\.tar\.gz cannot be unpacked"):
        stamps.unpack(archive, tmp_path / "unpacked" / "here")
    assert not list(tmp_path.rglob("escaped.png"))


# --- the whole way ---------------------------------------------------------------------------------------------------


@pytest.fixture
def small(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The stamps with 32 pictures, on a machine without apt; the server has the archive."""
    server.content = _archive(_files(dated=True))
    monkeypatch.setattr(stamps, "_ARCHIVE", _address(server, f"{ROOT}.tar.gz"))
    monkeypatch.setattr(stamps, "_ARCHIVE_SIZE", len(server.content))
    monkeypatch.setattr(stamps, "_ARCHIVE_SHA256", hashlib.sha256(server.content).hexdigest())
    monkeypatch.setitem(data.DATA_SETS, "stamps", dataclasses.replace(data.DATA_SETS["stamps"], sha256={}))
    monkeypatch.setattr(stamp_pictures, "_SHA256", _sha256(_files(dated=False), tmp_path / "plain" / "stamps"))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PATH", str(tmp_path))
    return server


def _sha256(files: dict[str, bytes], folder: Path) -> str:
    """Return the checksum of the pictures of these files, as written to `folder`."""
    lines = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if not name.endswith((".txt", "_mirror.png", "ball.png")):
            lines.append(f"{name} {_arrays.digest(stamp_pictures.as_image(path))}\n")
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def test_without_apt_the_archive_gives_what_the_package_would(small: Server, tmp_path: Path, capsys) -> None:
    from_archive = data.load("stamps")
    assert from_archive.x_train.shape == from_archive.x_test.shape == (16, 160, 160, 3)
    assert np.bincount(from_archive.y_train).tolist() == [2] * 8
    said = capsys.readouterr().err
    assert "Tux Paint's own archive" in said
    assert "Debian" not in said

    (tmp_path / "package").mkdir()
    stamps._prepare(tmp_path / "plain" / "stamps", tmp_path / "package")
    from utils.sources import builders

    of_package = builders.decode("stamps", "1.1.0", tmp_path / "package")
    opacity = dict(zip(("opacity_train", "opacity_test"), data.stamps_opacity()))
    for name, array in of_package.items():
        np.testing.assert_array_equal(array, (from_archive._asdict() | opacity)[name], name)
    assert {path.name for path in (tmp_path / "data" / "decoded").iterdir()} == {"stamps-1.1.0", "stamps.lock"}


@pytest.mark.skipif(os.name == "nt", reason="a program here is a script with a first line")
def test_where_the_package_cannot_be_had_the_archive_is_next(small: Server, tmp_path: Path, capsys) -> None:
    for program in ("apt-get", "dpkg-deb"):
        (tmp_path / program).write_text("#!/bin/sh\necho no such mirror\nexit 100\n", encoding="utf-8")
        (tmp_path / program).chmod(0o755)
    assert data.load("stamps").x_train.shape == (16, 160, 160, 3)
    said = capsys.readouterr().err
    assert said.index("Debian's packages") < said.index("no such mirror") < said.index("Tux Paint's own archive")


def test_a_picture_that_is_not_the_published_one_is_refused(small: Server, tmp_path: Path, monkeypatch) -> None:
    files = _files(dated=True)
    files["animals/birds/deeper/ant-0.png"] = _picture(99, dated=True)
    small.content = _archive(files)
    monkeypatch.setattr(stamps, "_ARCHIVE_SIZE", len(small.content))
    monkeypatch.setattr(stamps, "_ARCHIVE_SHA256", hashlib.sha256(small.content).hexdigest())
    with pytest.raises(data.DataError, match="the set of 32 stamp pictures is not what it should be"):
        data.load("stamps")
    assert not (tmp_path / "data" / "stamps").exists()


def test_where_neither_can_be_had_both_are_named_and_other_labs_go_on(
    small: Server, monkeypatch, tmp_path, capsys
) -> None:
    """A machine without apt, as a Mac, that does not reach the publisher still starts."""
    small.status, small.content = 404, b""
    monkeypatch.setitem(data.DATA_SETS, "mnist", small_set(_deliver_nothing))
    with pytest.raises(data.DataError) as caught:
        data.load("stamps")
    for piece in (
        "this machine has no apt-get",
        "Tux Paint's own archive",
        "404",
        "decoded/stamps-1.1.0",
        str(tmp_path),
    ):
        assert piece in str(caught.value)
    assert data.main(["stamps"]) == 0
    assert "404" in capsys.readouterr().err
    assert data.main(["mnist"]) == 1, "a registry can be expected"


def _deliver_nothing(folder: Path, scratch: Path) -> None:
    raise SourceError("no connection")


def test_the_archive_is_the_release_that_debian_packages() -> None:
    """Both are tried for the same arrays, so both have to be of one release."""
    package, archive = data.DATA_SETS["stamps"].sources
    assert package.registry
    assert not archive.registry
    assert stamps._ARCHIVE.startswith("https://")
    assert stamps._ARCHIVE.endswith(f"/{archive.title.split()[-1]}")
