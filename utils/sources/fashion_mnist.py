"""Fashion-MNIST, from Debian's package of it."""

import gzip
from pathlib import Path

from utils.sources import SourceError, debian, verify
from utils.sources.dataset import DataSet, Source, by_tfds

_PACKAGE, _PACKAGE_SIZE = "dataset-fashion-mnist", 30_900_652
_IDX_SHA256 = {
    "train-images": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}


def idx_files(scratch: Path) -> dict[str, bytes]:
    """Return Fashion-MNIST's four IDX files from a Debian package, verified against the publisher's.

    Args:
        scratch: an empty folder.

    Raises:
        SourceError: if the package cannot be had, or a file is not the publisher's.
    """
    folder = debian.fetch_debian(_PACKAGE, _PACKAGE_SIZE, scratch) / "usr/share/datasets/fashion-mnist"
    files = {}
    for name, sha256 in _IDX_SHA256.items():
        kind = "idx3" if "images" in name else "idx1"
        try:
            content = gzip.decompress((folder / f"{name}-{kind}-ubyte.gz").read_bytes())
        except (OSError, EOFError) as error:
            raise SourceError(f"{_PACKAGE} holds no readable {name}: {error}") from error
        files[name] = verify(content, sha256, f"Fashion-MNIST {name}")
    return files


def _prepare(data_dir: Path, scratch: Path) -> None:
    from utils.sources import builders

    builders.prepare_idx("fashion_mnist", idx_files(scratch), data_dir, scratch)


DATA_SET = DataSet(
    title="Fashion-MNIST, clothes",
    version="3.0.1",
    class_names=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    source="Xiao, Rasul and Vollgraf (2017), Fashion-MNIST: a novel image dataset for benchmarking",
    licence="MIT",
    sources=(
        Source(title=f"Debian's packages, {_PACKAGE}", size=_PACKAGE_SIZE, prepare=_prepare, missing=debian.missing),
        by_tfds("fashion_mnist", "3.0.1", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", 30_878_645),
    ),
    sha256={
        "x_train": "d6f7acb83157a75006f04dbae6822f88b1bb1651cef953707c39831d938776a3",
        "y_train": "241e7920b73befd98bd8bc027abcd0cc3ea52ee3cd808c49acfb8ca53811e482",
        "x_test": "a84f70bc4eaa1b2c5e671e99525a60f9dbe89328fa62013e4aa30ba11800c4df",
        "y_test": "b09bb91685fa2a6e62d623ff642c59123fd7ef2d9b0588860fc8914a51e66de8",
    },
)
