"""What a user has set for Keras, Matplotlib, Python, IPython and Jupyter does not change a lab, and is told where it is overruled."""

from collections.abc import Mapping
import json
import os
from pathlib import Path
import shutil
import subprocess
import sys

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
import pytest

from course.notebooks import KERNEL, KERNELS
from course.syllabus import ROOT

OF_THE_USER = (
    "CNN_LABS_KERAS_BACKEND", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_PATH", "KERAS_BACKEND", "KERAS_HOME",
    "KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH", "MATPLOTLIBRC", "MPLBACKEND", "MPLCONFIGDIR", "XDG_CONFIG_HOME",
)  # fmt: skip
FLOAT16 = {"floatx": "float16", "epsilon": 1e-7, "backend": "tensorflow", "image_data_format": "channels_first"}
BROKEN_KERNEL = {"argv": ["/bin/false"], "display_name": "Mine", "language": "python"}


def write(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def surroundings(home: Path, **variables: object) -> dict[str, str]:
    """Return this process's environment for a user with another home, who has set these variables and nothing else."""
    plain = {name: value for name, value in os.environ.items() if name not in OF_THE_USER and name[:6] != "PYTHON"}
    return (
        plain | {"HOME": str(home), "USERPROFILE": str(home)} | {name: str(value) for name, value in variables.items()}
    )


def run_cells(folder: Path, environment: Mapping[str, str], *sources: str) -> list[NotebookNode]:
    """Run cells in the kernel that a server with this environment finds under the labs' name; return these cells."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    with pytest.MonkeyPatch.context() as patch:
        for name in OF_THE_USER:
            patch.delenv(name, raising=False)
        for name in ("HOME", "JUPYTER_DATA_DIR", "JUPYTER_PATH"):
            if name in environment:
                patch.setenv(name, environment[name])
        client = NotebookClient(
            notebook, kernel_name=KERNEL, timeout=300, resources={"metadata": {"path": str(folder)}}
        )
        client.execute(env=dict(environment))
    return notebook.cells


def texts(cell: NotebookNode, name: str) -> str:
    return "".join(output.text for output in cell.outputs if output.get("name") == name)


IMPORTS = "from utils.figures import show\nimport keras\nimport matplotlib.pyplot as plt\nimport numpy as np"
FACTS = """
import json, sys, utils
model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3), keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile(loss="mse", optimizer="sgd")
history = model.fit(np.zeros((4, 8, 8, 1)), np.zeros(4), epochs=3, verbose=0).history
print(json.dumps({
    "backend": keras.config.backend(),
    "types": [keras.config.floatx(), keras.config.dtype_policy().name, str(model.layers[0].kernel.dtype)],
    "shape": list(model.layers[0].output.shape),
    "epochs": len(history["loss"]),
    "usetex": plt.rcParams["text.usetex"],
    "dpi": plt.rcParams["figure.dpi"],
    "paths": [utils.__file__, np.__file__],
    "python": sys.executable,
}))
"""
FIGURE = """figure, axes = plt.subplots()
axes.set_title("$x_1$")
show(figure, alt="an empty figure with a title")"""


@pytest.fixture(scope="module")
def odd_machine(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[NotebookNode], Path]:
    """Run a small lab, once, for a user who has set everything that can be set, and return its cells, and the user's home."""
    home = tmp_path_factory.mktemp("home")
    write(home / ".keras" / "keras.json", FLOAT16)
    for folder in (home / ".config" / "matplotlib", home / ".matplotlib"):
        write(folder / "matplotlibrc", "text.usetex: True\n")
    profile = home / ".ipython" / "profile_default"
    write(profile / "startup" / "00.py", "print('from the startup file')\nimport os\nos.environ['STARTED'] = 'yes'\n")
    write(profile / "ipython_config.py", "get_config().InteractiveShell.ast_node_interactivity = 'all'\n")
    shadows = home / "shadows"
    write(shadows / "utils.py", "raise RuntimeError('not the labs')\n")
    write(shadows / "numpy" / "__init__.py", "raise RuntimeError('an old NumPy')\n")
    kernels = home / "jupyter" / "kernels"
    write(kernels / "python3" / "kernel.json", BROKEN_KERNEL)
    write(kernels / KERNEL / "kernel.json", BROKEN_KERNEL)
    environment = surroundings(
        home,
        JUPYTER_DATA_DIR=home / "jupyter",
        JUPYTER_PATH=os.pathsep.join([str(KERNELS.parent), str(home / "jupyter")]),
        KERAS_BACKEND="torch",
        KERAS_MAX_EPOCHS=1,
        PYTHONHOME=home / "nowhere",
        PYTHONPATH=shadows,
        PYTHONSTARTUP=write(home / "started.py", "import os\nos.environ['STARTED'] = 'yes'\n"),
    )
    cells = run_cells(ROOT / "notebooks" / "02_convolution", environment, IMPORTS, FACTS, FIGURE, "1\n2", "%env")
    return cells, home


def test_a_lab_runs_as_it_was_written(odd_machine: tuple[list[NotebookNode], Path]) -> None:
    cells, _ = odd_machine
    facts = json.loads(texts(cells[1], "stdout"))
    assert facts["backend"] == "tensorflow"
    assert set(facts["types"]) == {"float32"}
    assert facts["shape"] == [None, 6, 6, 2], "channels_last"
    assert facts["epochs"] == 3
    assert facts["dpi"] == 80, "the figures' own style stays"
    assert facts["paths"][0] == str(ROOT / "utils" / "__init__.py")
    assert facts["python"] == sys.executable


def test_a_figure_needs_no_latex(odd_machine: tuple[list[NotebookNode], Path]) -> None:
    cells, _ = odd_machine
    assert json.loads(texts(cells[1], "stdout"))["usetex"] is False
    (output,) = cells[2].outputs
    assert "image/png" in output.data


def test_what_was_overruled_is_one_line(odd_machine: tuple[list[NotebookNode], Path]) -> None:
    cells, _ = odd_machine
    line = texts(cells[0], "stderr")
    assert line.count("\n") == 1
    assert "Your KERAS_BACKEND asks for torch; labs use tensorflow." in line
    assert "Your KERAS_MAX_EPOCHS asks for 1;" in line
    assert (
        "Your ~/.keras/keras.json asks for floatx float16, image_data_format channels_first; labs use float32, " in line
    )
    assert "matplotlibrc asks for text.usetex True; labs use Matplotlib's defaults." in line
    assert not any(texts(cell, "stderr") for cell in cells[1:])


def test_startup_files_and_configuration_of_ipython_stay_out(odd_machine: tuple[list[NotebookNode], Path]) -> None:
    cells, home = odd_machine
    assert texts(cells[0], "stdout") == ""
    assert [output.data["text/plain"] for output in cells[3].outputs] == ["2"], "the last line only, as everywhere"
    (environment,) = cells[4].outputs
    assert "STARTED" not in environment.data["text/plain"]
    assert not list(home.rglob("history.sqlite"))


def test_a_handout_imports_what_lies_beside_it(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "utils", tmp_path / "lab" / "utils", ignore=shutil.ignore_patterns("__pycache__"))
    environment = surroundings(tmp_path, JUPYTER_PATH=KERNELS.parent)
    (cell,) = run_cells(tmp_path / "lab", environment, "import utils\nprint(utils.__file__)")
    assert [output.name for output in cell.outputs] == ["stdout"], "nothing was overruled, nothing is said"
    assert Path(cell.outputs[0].text.strip()).resolve() == tmp_path / "lab" / "utils" / "__init__.py"


def test_no_kernel_of_the_users_is_taken_for_the_labs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "kernels" / KERNEL / "kernel.json", BROKEN_KERNEL)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PATH", os.pathsep.join([str(KERNELS.parent), str(tmp_path)]))
    spec = KernelSpecManager().get_kernel_spec(KERNEL)
    assert Path(spec.resource_dir) == KERNELS / KERNEL
    assert KernelManager(kernel_name=KERNEL).format_kernel_cmd()[0] == sys.executable, "the server's own Python"


def imported(code: str, environment: Mapping[str, str], folder: Path = ROOT) -> subprocess.CompletedProcess:
    """Run code in a new Python that finds the course."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"
    return subprocess.run(
        [sys.executable, "-c", code], env=dict(environment), cwd=folder, capture_output=True, text=True
    )


def test_where_nothing_is_overruled_nothing_is_said_or_imported(tmp_path: Path) -> None:
    write(tmp_path / ".keras" / "keras.json", FLOAT16 | {"floatx": "float32", "image_data_format": "channels_last"})
    code = "import os, utils\nprint(os.environ['KERAS_BACKEND'], 'KERAS_HOME' in os.environ)\n"
    code += "print(sys.modules.keys() & {'keras', 'matplotlib', 'numpy', 'tensorflow'} or 'nothing')"
    done = imported(code, surroundings(tmp_path, KERAS_BACKEND="tensorflow"))
    assert done.stdout.splitlines() == ["tensorflow False", "nothing"]
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"backend": "jax"}, "asks for backend jax; labs use tensorflow."),
        ({"floatx": "bfloat16"}, "asks for floatx bfloat16; labs use float32."),
        ({"epsilon": 1}, "asks for epsilon 1; labs use 1e-07."),
        (["float64"], "asks for settings that are none; labs use Keras' defaults."),
        ("half a fi", ""),
    ],
)
def test_each_setting_of_keras(tmp_path: Path, settings: object, said: str) -> None:
    """The last two would keep Keras itself from being imported, or are passed over by it."""
    write(tmp_path / ".keras" / "keras.json", settings)
    done = imported("import os, utils\nprint(os.environ.get('KERAS_HOME'))", surroundings(tmp_path))
    assert done.stderr == (f"Your ~/.keras/keras.json {said}\n" if said else "")
    elsewhere = done.stdout.strip()
    assert (elsewhere == "None") == (settings in ({"backend": "jax"}, "half a fi")), "downloads stay where they are"
    assert not Path(elsewhere).exists(), "what was made for one kernel goes with it"


def test_a_style_file_beside_the_lab_and_one_that_is_named(tmp_path: Path) -> None:
    named = write(tmp_path / "mine.rc", "font.size: 30\nlines.linewidth: 9\nfigure.dpi: 30\nsavefig.dpi: 30\n")
    code = "import utils, matplotlib\nprint(matplotlib.rcParams['font.size'], matplotlib.rcParams['backend'])"
    environment = surroundings(tmp_path, MATPLOTLIBRC=named, MPLBACKEND="svg")
    done = imported(code, environment)
    assert done.stdout.split() == ["10.0", "svg"]
    assert done.stderr.startswith("Your ~/mine.rc asks for ")
    assert " and 1 more; labs use Matplotlib's defaults." in done.stderr
    write(tmp_path / "lab" / "matplotlibrc", "text.usetex: True\n")
    done = imported(code, environment, tmp_path / "lab")
    assert done.stderr == "Your matplotlibrc asks for text.usetex True; labs use Matplotlib's defaults.\n"


def test_another_backend_is_an_experiment_with_a_name_of_its_own(tmp_path: Path) -> None:
    done = imported(
        "import os, utils\nprint(os.environ['KERAS_BACKEND'])", surroundings(tmp_path, CNN_LABS_KERAS_BACKEND="torch")
    )
    assert (done.stdout, done.stderr) == ("torch\n", "")


def test_keras_imported_before_utils_is_set_or_refused(tmp_path: Path) -> None:
    write(tmp_path / ".keras" / "keras.json", FLOAT16)
    code = """
import os, keras
os.environ["CNN_LABS_KERAS_BACKEND"] = "torch"
try:
    import utils
except ImportError as error:
    print(error)
del os.environ["CNN_LABS_KERAS_BACKEND"]
import utils
print(keras.config.floatx(), keras.config.dtype_policy().name, keras.config.image_data_format())
"""
    done = imported(code, surroundings(tmp_path))
    refused, now = done.stdout.splitlines()
    assert refused.startswith(
        "Keras was imported before utils and runs on tensorflow; labs need torch. Restart the kernel"
    )
    assert now == "float32 float32 channels_last"
    said = "Your Keras, imported before utils, asks for float16, channels_first; labs use float32, channels_last."
    assert said in done.stderr


def test_after_keras_could_not_be_imported_a_restart_is_asked_for(tmp_path: Path) -> None:
    """What it had read of the settings by then stays in memory."""
    code = "try:\n    import keras\nexcept (ImportError, ValueError):\n    import utils"
    done = imported(code, surroundings(tmp_path, KERAS_BACKEND="no such backend"))
    assert done.returncode == 1
    assert "Restart the kernel" in done.stderr.splitlines()[-1]
