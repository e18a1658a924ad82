"""The stamps as a data set: Debian's package of them, or Tux Paint's own archive of the same release."""

from pathlib import Path
import tarfile

from utils.sources import SourceError, debian, https, stamp_pictures
from utils.sources.dataset import DataSet, Source

_PACKAGE, _PACKAGE_SIZE = "tuxpaint-stamps-default", 160_880_444
_RELEASE = "2022.06.04"
# Debian's source package states the same size and sha256: its "orig" file is this one.
_ARCHIVE = (
    f"https://downloads.sourceforge.net/project/tuxpaint/tuxpaint-stamps/2022-06-04/tuxpaint-stamps-{_RELEASE}.tar.gz"
)
_ARCHIVE_SIZE = 215_615_180
_ARCHIVE_SHA256 = "842065576fae554358e00e51d71a492616a6490b12b592228067477c287a0bf8"


def _from_debian(data_dir: Path, scratch: Path) -> None:
    _prepare(debian.fetch_debian(_PACKAGE, _PACKAGE_SIZE, scratch) / "usr/share/tuxpaint/stamps", data_dir)


def _from_archive(data_dir: Path, scratch: Path) -> None:
    """Prepare the stamps from the archive. Tests serve one of its layout themselves; its address is untried."""
    archive = https.fetch(_ARCHIVE, _ARCHIVE_SHA256, _ARCHIVE_SIZE, scratch)
    _prepare(unpack(archive, scratch / "unpacked"), data_dir)


def _prepare(root: Path, data_dir: Path) -> None:
    from utils.sources import builders

    builders.prepare_stamps(stamp_pictures.pictures(root), data_dir)


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack the pictures that the course uses from Tux Paint's archive.

    Args:
        archive: the `.tar.gz`, which holds `tuxpaint-stamps-RELEASE/stamps/...`.
        folder: where to.

    Returns:
        The folder that holds `animals`, `food` and so on. Its content is for the caller to verify.

    Raises:
        SourceError: if it is no such archive, or a member would lie outside `folder`.
    """
    root = f"tuxpaint-stamps-{_RELEASE}/stamps"
    wanted = tuple(f"{root}/{place}/" for places in stamp_pictures.FOLDERS.values() for place in places)
    try:
        with tarfile.open(archive, "r:gz") as members:
            for member in members:
                if member.isreg() and member.name.startswith(wanted) and member.name.endswith(".png"):
                    members.extract(member, folder, filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise SourceError(f"{archive.name} cannot be unpacked: {error}") from error
    return folder / root


def _no_guard() -> str | None:
    """Tell that this Python is from before archives could be unpacked with a guard (3.11.4)."""
    return None if hasattr(tarfile, "data_filter") else "a newer Python is needed to unpack it safely: 3.11.4 or later"


DATA_SET = DataSet(
    title="Stamps, cut-out photographs and drawings",
    version="1.1.0",
    class_names=tuple(stamp_pictures.FOLDERS),
    source="Tux Paint's stamps, by Bill Kendrick and others (2002-2022)",
    licence="GPL-2 as a package; single pictures GFDL, CC BY, CC BY-SA or public domain",
    sources=(
        Source(
            title=f"Debian's packages, {_PACKAGE}",
            size=_PACKAGE_SIZE,
            prepare=_from_debian,
            missing=debian.missing,
        ),
        Source(
            title=f"Tux Paint's own archive, tuxpaint-stamps-{_RELEASE}.tar.gz",
            size=_ARCHIVE_SIZE,
            prepare=_from_archive,
            missing=_no_guard,
            registry=False,
        ),
    ),
    sha256={
        "x_train": "a2d49581edc4e17356fa1970635c0666ffa7065c414182fae8f36fc77a5854b3",
        "y_train": "13543e570a10c153a11900996372483e505c85f31f239fe1a9ab4a46c599d873",
        "x_test": "9ac57446a742430c49da5e2198db46f89487a9fdf1ad70099dfd9a1a4876edbc",
        "y_test": "58888308b156fc1b911e45aa7775d35ff5d2803436fa1f787a80a47287cd720b",
        "opacity_train": "25550429c4507a73f59c9bf59b540934b4d035b1826babc0dc09c1fa56f0e58b",
        "opacity_test": "a6ed4414d4c97970fe0ea25fb4cb5f3b32b7b079c9af444e98d5ccb3649be65d",
    },
)
