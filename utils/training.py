"""Training helpers: quiet, with one progress bar."""

import sys

import keras
from tqdm import tqdm

MOST_SHOWN = 4
"""Numbers behind the bar."""


class ProgressBar(keras.callbacks.Callback):
    """One progress bar over all epochs of a `fit`, in place of Keras' lines; it leaves nothing behind when done.

    Use it as `model.fit(..., verbose=0, callbacks=[ProgressBar("CNN")])`.

    Args:
        label: what is being trained, shown before the bar.
    """

    def __init__(self, label: str = "training") -> None:
        super().__init__()
        self.label = label
        self._bar: tqdm | None = None

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Open the bar; its unit is the epoch."""
        self._bar = tqdm(
            total=self.params["epochs"],
            desc=self.label,
            unit="epoch",
            file=sys.stdout,
            leave=False,
            ncols=90,
            ascii=" =",
        )

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Show the last epoch's numbers behind the bar."""
        shown = {name: f"{value:.3f}" for name, value in (logs or {}).items() if "learning" not in name}
        if len(shown) > MOST_SHOWN:  # several outputs, each with its own: they would leave no room for the bar
            shown = {name: value for name, value in shown.items() if name in ("loss", "val_loss")}
        self._bar.set_postfix(shown)
        self._bar.update()

    def on_train_end(self, logs: dict | None = None) -> None:
        """Close the bar."""
        self._bar.close()
