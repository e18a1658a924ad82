"""The stamps as a data set."""

from pathlib import Path

from utils.sources import stamp_pictures
from utils.sources.dataset import DataSet


def _prepare(data_dir: Path, scratch: Path) -> None:
    from utils.sources import builders

    builders.prepare_stamps(stamp_pictures.pictures(scratch), data_dir)


DATA_SET = DataSet(
    title="Stamps, cut-out photographs and drawings",
    version="1.0.0",
    class_names=tuple(stamp_pictures.FOLDERS),
    source="Tux Paint's stamps, by Bill Kendrick and others (2002-2022)",
    licence="GPL-2 as a package; single pictures GFDL, CC BY, CC BY-SA or public domain",
    from_registry=_prepare,
    registry="Debian's packages, tuxpaint-stamps-default",
    sha256={
        "x_train": "a2d49581edc4e17356fa1970635c0666ffa7065c414182fae8f36fc77a5854b3",
        "y_train": "13543e570a10c153a11900996372483e505c85f31f239fe1a9ab4a46c599d873",
        "x_test": "9ac57446a742430c49da5e2198db46f89487a9fdf1ad70099dfd9a1a4876edbc",
        "y_test": "58888308b156fc1b911e45aa7775d35ff5d2803436fa1f787a80a47287cd720b",
    },
    publisher=None,
)
