"""TFDS builders fed from verified local files, so that `tfds.load` reads the result offline. Running them takes TensorFlow."""

from collections.abc import Mapping
import contextlib
import io
from pathlib import Path

import numpy as np
import tensorflow_datasets as tfds
from utils.sources import stamp_pictures

# Per class half of the stamps train, half test; the split is the builder's, so that it is the same for everyone.
STAMPS_SPLIT_SEED = 0


def prepare_idx(name: str, files: Mapping[str, bytes], data_dir: Path, scratch: Path) -> None:
    """Prepare TFDS's own MNIST or Fashion-MNIST in `data_dir` from IDX files.

    Args:
        name: "mnist" or "fashion_mnist".
        files: "train-images", "train-labels", "t10k-images", "t10k-labels" -> content of the uncompressed IDX file.
        data_dir: TFDS's folder.
        scratch: an empty folder.
    """
    examples = {}
    for split, part in (("train", "train"), ("test", "t10k")):
        images, labels = scratch / f"{part}-images.idx", scratch / f"{part}-labels.idx"
        images.write_bytes(files[f"{part}-images"])
        labels.write_bytes(files[f"{part}-labels"])
        count = int.from_bytes(files[f"{part}-images"][4:8], "big")
        examples[split] = (count, str(images), str(labels))
    _prepare(_reading(name, examples)(data_dir=data_dir))


def _prepare(builder: tfds.core.DatasetBuilder) -> None:
    """Let a builder work, with its progress bars, and without its words about the folder, which is not the last one."""
    with contextlib.redirect_stdout(io.StringIO()):
        builder.download_and_prepare()


def _reading(name: str, examples: Mapping[str, tuple[int, str, str]]) -> type[tfds.core.GeneratorBasedBuilder]:
    """Return the published builder, reading files that are here already: split -> count, images, labels."""
    original = {"mnist": tfds.image_classification.MNIST, "fashion_mnist": tfds.image_classification.FashionMNIST}[name]
    with tfds.core.registered.skip_registration():

        class FromFiles(original):
            """The published builder, reading files that are here already."""

            def _split_generators(self, dl_manager):
                return {split: self._generate_examples(*files) for split, files in examples.items()}

    FromFiles.name = name
    FromFiles.pkg_dir_path = original.pkg_dir_path
    return FromFiles


def prepare_stamps(classes: Mapping[str, list[Path]], data_dir: Path) -> None:
    """Prepare the stamps in `data_dir`; the class names are the keys of `classes`, in order."""
    _prepare(Stamps(data_dir=data_dir, classes=classes))


class Stamps(tfds.core.GeneratorBasedBuilder):
    """Photographs and drawings of single things on white, from Tux Paint's stamps."""

    VERSION = tfds.core.Version("1.1.0")
    RELEASE_NOTES = {  # noqa: RUF012
        "1.0.0": "8 classes, split in halves.",
        "1.1.0": "How opaque each pixel is.",
    }

    def __init__(self, *, classes: Mapping[str, list[Path]] | None = None, **kwargs) -> None:
        """Take the picture files of each class; without them the builder can only read what is prepared."""
        self._classes = classes
        super().__init__(**kwargs)

    def _info(self) -> tfds.core.DatasetInfo:
        side = stamp_pictures.IMAGE_SIZE
        return self.dataset_info_from_configs(
            description="Cut-out photographs and drawings from Tux Paint, on white, 160 x 160.",
            features=tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Image(shape=(side, side, 3)),
                    "opacity": tfds.features.Image(shape=(side, side, 1)),
                    "label": tfds.features.ClassLabel(names=list(stamp_pictures.FOLDERS)),
                }
            ),
            supervised_keys=("image", "label"),
            homepage="https://tuxpaint.org/stamps/",
        )

    def _split_generators(self, dl_manager):
        from sklearn.model_selection import train_test_split

        if self._classes is None:
            raise ValueError("the stamps are prepared by `python -m utils.data stamps`, not by TFDS's download")
        items = [(path, label) for label, paths in self._classes.items() for path in paths]
        halves = train_test_split(
            items, test_size=0.5, stratify=[label for _, label in items], random_state=STAMPS_SPLIT_SEED
        )
        return {split: self._generate_examples(half) for split, half in zip(("train", "test"), halves)}

    def _generate_examples(self, items):
        for path, label in items:
            # The whole path below "stamps": two currencies have a coin of the same name.
            yield (
                path.as_posix().rpartition("/stamps/")[2],
                {
                    "image": stamp_pictures.as_image(path),
                    "opacity": stamp_pictures.opacity(path)[..., None],
                    "label": label,
                },
            )


def decode(name: str, version: str, data_dir: Path) -> dict[str, np.ndarray]:
    """Return x_train, y_train, x_test, y_test (uint8 images, int64 labels) of a data set prepared in `data_dir`.

    Where the images have transparent parts, opacity_train and opacity_test, uint8 (n, height, width), as well.
    """
    builder = tfds.builder(f"{name}:{version}", data_dir=data_dir)
    arrays = {}
    for split in ("train", "test"):
        examples = builder.as_dataset(split=split, batch_size=1024, shuffle_files=False)
        batches = list(tfds.as_numpy(examples))
        arrays[f"x_{split}"] = np.concatenate([batch["image"] for batch in batches])
        arrays[f"y_{split}"] = np.concatenate([batch["label"] for batch in batches]).astype(np.int64)
        if "opacity" in builder.info.features:
            arrays[f"opacity_{split}"] = np.concatenate([batch["opacity"][..., 0] for batch in batches])
    return arrays


def damage() -> tuple[type[Exception], ...]:
    """Return what `decode` raises where files are not what TFDS has written; they are not to blame for anything else."""
    from google.protobuf.json_format import ParseError
    from tensorflow import errors

    of_files = (errors.DataLossError, errors.InvalidArgumentError, errors.NotFoundError, errors.FailedPreconditionError)
    return (*of_files, ParseError, ValueError, KeyError)


def download_and_prepare(name: str, version: str, data_dir: Path) -> None:
    """Let TFDS download from the publisher and prepare."""
    _prepare(tfds.builder(f"{name}:{version}", data_dir=data_dir))
