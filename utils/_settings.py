"""What the user's own settings do not change: Keras' backend, float type and data format, and Matplotlib's style.

Neither package is imported for that, unless a file of the user's says something about it. What is overruled is said in one
line. Python's and IPython's settings are kept out by the kernel, `jupyter/kernels/cnn-labs/kernel.json`.
"""

import atexit
import json
import os
from pathlib import Path
import shutil
import sys
import tempfile

BACKEND_OF_AN_EXPERIMENT = "CNN_LABS_KERAS_BACKEND"
"""The environment's name for another backend of Keras, for those who try whether labs run on it."""
KERAS = {"floatx": "float32", "epsilon": 1e-7, "image_data_format": "channels_last"}
SHORTER_TRAINING = ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH")
NAMED = 3
"""How many of Matplotlib's settings the line names."""


def pin() -> None:
    """Give labs the settings that they were written with; print a line to stderr where the user's are others.

    Raises:
        ImportError: if Keras runs on another backend already, or could not be imported: that takes a new kernel.
    """
    overruled = [*_pin_keras(), *_pin_matplotlib()]
    if overruled:
        print(*overruled, file=sys.stderr)


def _pin_keras() -> list[str]:
    """Set what Keras reads when it is imported; return what that overruled."""
    backend = os.environ.get(BACKEND_OF_AN_EXPERIMENT) or "tensorflow"
    if any(name.partition(".")[0] == "keras" for name in sys.modules):
        return _reset_keras(backend)
    overruled = []
    ours = KERAS | {"backend": backend}
    if asked := os.environ.get("KERAS_BACKEND"):
        del ours["backend"]  # the environment goes before the file
        overruled += [_sentence("KERAS_BACKEND", asked, backend)] if asked != backend else []
    os.environ["KERAS_BACKEND"] = backend
    for name in SHORTER_TRAINING:
        if asked := os.environ.pop(name, ""):
            overruled.append(_sentence(name, asked, "as many as they say"))
    path = _keras_folder() / "keras.json"
    if others := _others(path, ours):
        used = ", ".join(str(ours.get(name, "Keras' defaults")) for name in others)
        overruled.append(_sentence(_short(path), ", ".join(f"{name} {value}" for name, value in others.items()), used))
    if others.keys() - {"backend"}:
        # There Keras finds no settings and takes its defaults, which are ours. Nobody else's folder for downloads changes.
        os.environ["KERAS_HOME"] = folder = tempfile.mkdtemp(prefix="cnn-labs-keras-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return overruled


def _reset_keras(backend: str) -> list[str]:
    """Set what can be set once Keras is imported; return what that overruled."""
    keras = sys.modules.get("keras")
    runs_on = keras.config.backend() if keras else "what could not be imported"
    if runs_on != backend:
        raise ImportError(
            f"Keras was imported before utils and runs on {runs_on}; labs need {backend}. Restart the kernel "
            "(menu Kernel, Restart Kernel), and run the lab from its first cell."
        )
    changed = {}
    for name, ours in KERAS.items():
        if (theirs := getattr(keras.config, name)()) != ours:
            getattr(keras.config, f"set_{name}")(ours)
            changed[str(theirs)] = str(ours)
    if (policy := keras.config.dtype_policy().name) != "float32":
        keras.config.set_dtype_policy("float32")
        changed[policy] = "float32"
    return [_sentence("Keras, imported before utils,", *map(", ".join, (changed, changed.values())))] if changed else []


def _keras_folder() -> Path:
    """Return where Keras looks for its settings."""
    if "KERAS_HOME" in os.environ:
        return Path(os.environ["KERAS_HOME"]).expanduser()
    home = os.path.expanduser("~")
    return Path(home if os.access(home, os.W_OK) else "/tmp", ".keras")


def _others(path: Path, ours: dict[str, object]) -> dict[str, object]:
    """Return the settings in a keras.json that are not ours."""
    if not os.path.exists(path):  # a folder that is closed to us is none to Keras
        return {}
    try:
        settings = json.loads(path.read_text("utf-8"))
    except ValueError:  # Keras takes its defaults then
        return {}
    except OSError as error:  # Keras could not be imported
        return {"settings": f"that cannot be read ({error.strerror})"}
    if not isinstance(settings, dict):
        return {"settings": "that are none"}
    return {name: settings[name] for name, value in ours.items() if settings.get(name, value) != value}


def _pin_matplotlib() -> list[str]:
    """Set Matplotlib's style to its defaults, backend and the like apart; return what that overruled."""
    if "matplotlib" not in sys.modules and not any(map(os.path.isfile, _matplotlibrcs())):
        return []
    import matplotlib
    from matplotlib import style

    before = matplotlib.rcParams.copy()
    style.use("default")
    # To ask for the backend would choose one.
    others = [f"{name} {old}" for name, old in before.items() if name != "backend" and matplotlib.rcParams[name] != old]
    if not others:
        return []
    source = "Matplotlib, imported before utils,"
    if any(map(os.path.isfile, _matplotlibrcs())):
        source = _short(Path(matplotlib.matplotlib_fname()))
    more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
    return [_sentence(source, ", ".join(others[:NAMED]) + more, "Matplotlib's defaults")]


def _matplotlibrcs() -> list[Path]:
    """Return where Matplotlib looks for the user's settings, on any system."""
    home, named = Path(os.path.expanduser("~")), os.environ.get("MATPLOTLIBRC")
    folders = [".", named, os.environ.get("MPLCONFIGDIR"), home / ".matplotlib"]
    folders.append(Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config", "matplotlib"))
    return [Path(folder, "matplotlibrc") for folder in folders if folder] + ([Path(named)] if named else [])


def _short(path: Path) -> str:
    home = os.path.expanduser("~")
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)


def _sentence(source: str, asked: str, ours: str) -> str:
    return f"Your {source} asks for {asked}; labs use {ours}."
