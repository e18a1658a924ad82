"""The network that the page "A digit by hand" runs in the browser: lab 06's own, trained once by its recipe and kept.

The recipe is lab 06's solution: statements are taken from its cells by the names that they bind, so that it stands there once.
"""

import ast
import base64
from collections.abc import Callable, Sequence
import contextlib
import hashlib
import io
import json
import sys

import numpy as np
from utils._store import Arrays

from course import notebooks
from course.site import networks
from course.syllabus import CourseError, Lab, labs

RECIPE = (
    *("mnist", "x_train", "x_test", "logits_of", "one_cycle", "modern_lenet"),
    *("lenet", "history", "best_temperature", "temperature"),
)
"""What lab 06 does to train its network of today, by the names that its statements bind, in this order."""
PREPARATION = ("centre_of_mass", "cut_out", "scale", "place", "from_dots")
"""How lab 06 prepares a digit of one's own."""
LAYERS = ("C1", "C3", "C5", "F6", "output")
"""Those with parameters."""
MOST_BYTES = 300_000
_FORM = 1  # another number where other arrays are kept: those of before are then made anew
_LARGEST = 2**23 - 1


def weights_script(lab: Lab | None = None) -> bytes:
    """Return `digit-weights.js`, which gives the page its network and its example digits.

    The network is trained once, in about half a minute, and kept in the data folder; later calls only read it.

    Args:
        lab: lab 06; by default the course's.

    Raises:
        CourseError: if the lab has no such recipe, or the network can be neither read nor trained and written.
    """
    return script(kept(lab))


def kept(lab: Lab | None = None, make: Callable[[Lab], Arrays] | None = None) -> Arrays:
    """Return the arrays of the trained network, from the data folder where they are there and whole.

    Args:
        lab: lab 06; by default the course's.
        make: what trains the network; by default `train`.
    """
    lab = lab or labs(["06"])[0]
    network = networks.Network(
        title="LeNet-5 of today, as lab 06 trains it",
        version=digest(lab),
        licence="CC BY-SA 3.0 for the digits (MNIST)",
        source=f"trained by the recipe of {lab.name}, section 4",
        sha256={},
    )
    return networks.load("lenet", network, lab, make or train)


def digest(lab: Lab) -> str:
    """Return the name of a recipe: it changes with any of its statements, and with the data."""
    from utils.data import DATA_SETS

    text = json.dumps([_FORM, statements(lab, RECIPE), sorted(DATA_SETS["mnist"].sha256.items())])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def statements(lab: Lab, names: Sequence[str]) -> list[str]:
    """Return the source of the first top-level statement of a lab's solution that binds each name.

    Raises:
        CourseError: if a name is bound nowhere.
    """
    found: dict[str, str] = {}
    for cell in notebooks.read(lab.solution).cells:
        if cell.cell_type != "code":
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError as error:
            raise CourseError(f"{lab.solution}, cell {notebooks.first_line(cell)!r}: {error}") from error
        for statement in tree.body:
            for name in _bound(statement):
                found.setdefault(name, ast.get_source_segment(cell.source, statement))
    if missing := [name for name in names if name not in found]:
        raise CourseError(
            f"{lab.solution}: no statement binds {', '.join(missing)}, which course/site/lenet.py takes from there"
        )
    return [found[name] for name in names]


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef):
        return [statement.name]
    if not isinstance(statement, ast.Assign):
        return []
    return [node.id for target in statement.targets for node in ast.walk(target) if _is_stored(node)]


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def namespace(lab: Lab, names: Sequence[str]) -> dict:
    """Run a lab's imports and those of its statements that bind some names; return all that they define.

    What they print, progress bars too, is not shown.
    """
    notebook = notebooks.read(lab.solution)
    sources = [notebooks.imports_cell(notebook, lab.solution).source, *statements(lab, names)]
    result: dict = {"__name__": lab.name}
    with contextlib.redirect_stdout(io.StringIO()):
        for source in sources:
            exec(compile(source, str(lab.solution), "exec"), result)  # noqa: S102 - the course's own lab
    return result


def train(lab: Lab) -> Arrays:
    """Train the network by the lab's recipe; the test digits are read once, afterwards.

    Raises:
        CourseError: if the digits or the lab's packages cannot be had.
    """
    from utils.data import DataError

    print("Training the network of lab 06 for the site (about half a minute, once).", file=sys.stderr)
    try:
        done = namespace(lab, RECIPE)
    except (DataError, ImportError) as error:
        raise CourseError(f"the network of {lab.name} cannot be trained for the site: {error}") from error
    arrays = {}
    for layer in LAYERS:
        arrays[f"{layer}_kernel"], arrays[f"{layer}_bias"] = done["lenet"].get_layer(layer).get_weights()
    logits, labels = done["logits_of"](done["lenet"], done["x_test"]), done["mnist"].y_test
    chosen = _chosen(logits, labels)
    return arrays | {
        "temperature": np.float64(done["temperature"]),
        "test_errors": np.int64(np.sum(logits.argmax(axis=-1) != labels)),
        "test_count": np.int64(len(labels)),
        "examples": done["mnist"].x_test[chosen, ..., 0],
        "example_labels": labels[chosen],
    }


def _chosen(logits: np.ndarray, labels: np.ndarray) -> list[int]:
    """Return the numbers of ten test digits, the first of each class, and of the misread one that looks surest."""
    first = [int(np.flatnonzero(labels == digit)[0]) for digit in range(10)]
    margins = logits.max(axis=-1) - logits[np.arange(len(labels)), labels]
    return [*first, int(margins.argmax())]


def script(arrays: Arrays) -> bytes:
    """Return a script that assigns the network and the examples to `window.cnnLabs.lenet`.

    Raises:
        CourseError: if it would be too large for a page.
    """
    network = {
        "testErrors": int(arrays["test_errors"]),
        "testCount": int(arrays["test_count"]),
        "temperature": float(arrays["temperature"]),
        "layers": {name: {part: packed(arrays[f"{name}_{part}"]) for part in ("kernel", "bias")} for name in LAYERS},
        "examples": [
            {"label": int(label), "pixels": base64.b64encode(digit.tobytes()).decode()}
            for digit, label in zip(arrays["examples"], arrays["example_labels"], strict=True)
        ],
    }
    text = "window.cnnLabs = window.cnnLabs || {};\nwindow.cnnLabs.lenet = " + json.dumps(network) + ";\n"
    if len(text) > MOST_BYTES:
        raise CourseError(f"digit-weights.js would have {len(text):,} bytes; {MOST_BYTES:,} at most")
    return text.encode()


def packed(array: np.ndarray) -> dict[str, object]:
    """Return an array as whole numbers of 24 bits, lowest byte first, in base64, and the scale that they are to be multiplied by."""
    scale = float(np.abs(array).max()) / _LARGEST or 1.0
    whole = np.rint(array.astype(np.float64) / scale).astype("<i4")
    lower = np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3]
    return {"shape": list(array.shape), "scale": scale, "data": base64.b64encode(lower.tobytes()).decode()}
