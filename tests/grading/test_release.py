"""What students get: complete, without solutions, the same bytes every time, and it starts by its own README."""

import importlib.util
import json
import os
from pathlib import Path
import re
import socket
import subprocess
import sys
import time
import tomllib
from types import ModuleType
import urllib.request
import zipfile

import nbformat
import pytest

from course import notebooks, version
from course.__main__ import main
from course.release import contents, release
from course.syllabus import ROOT, CourseError, Lab
from course.variants import Variant, fingerprint, lab_of
from tests.grading import small_lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return small_lab.make(tmp_path / "course")


@pytest.fixture
def handed_out(lab: Lab, tmp_path: Path) -> Path:
    """Return the folder that a student has unpacked."""
    release([lab], tmp_path / "zips")
    with zipfile.ZipFile(tmp_path / "zips" / "01_small.zip") as archive:
        archive.extractall(tmp_path / "student")
    return tmp_path / "student" / lab.name


def run_start(folder: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "start.py", *arguments]
    environment = os.environ | {"CNN_LABS_HOME": str(home)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def start_of(folder: Path) -> ModuleType:
    """Return the start.py of a folder as a module."""
    spec = importlib.util.spec_from_file_location("start_of_a_lab", folder / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def provide_environment(folder: Path, home: Path) -> None:
    """Let start.py find its packages installed: those of this environment."""
    start = start_of(folder)
    made = start.home_of(folder, {"CNN_LABS_HOME": str(home)})
    python = made.python
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    start.mark(made, start.COMPLETE)


def fetch(address: str, token: str) -> str:
    """Return what the server answers; it prints its address a moment before it listens."""
    request = urllib.request.Request(address, headers={"Authorization": f"token {token}"})
    for attempt in range(1000):
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.read().decode()
        except OSError:
            if attempt == 999:
                raise
            time.sleep(0.2)


def test_zip_holds_what_a_student_needs_and_nothing_else(handed_out: Path) -> None:
    found = {path.relative_to(handed_out).as_posix() for path in handed_out.rglob("*") if path.is_file()}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "utils").rglob("*.py")}
    beside = [*(ROOT / "course/jupyter").rglob("*.json"), *(ROOT / "course/jupyter").glob("*.py")]
    settings = {path.relative_to(ROOT / "course").as_posix() for path in beside}
    assert found == modules | settings | {
        "01_small.ipynb",
        "README.md",
        "lab.toml",
        "start.py",
        "nbgrader_config.py",
        "requirements.txt",
        "LICENSE",
        "LICENSE-TEXT.md",
        "DATA_LICENCES.md",
    }
    text = (handed_out / "01_small.ipynb").read_text("utf-8")
    for piece in ("BEGIN SOLUTION", "BEGIN HIDDEN", "secret_matrix", "Model answer", "matrix.sum(axis=1"):
        assert piece not in text
    assert text.count("raise NotImplementedError") == len(small_lab.POINTS)


def test_zip_is_derived_from_the_solution_whatever_notebooks_holds(lab: Lab, tmp_path: Path) -> None:
    release([lab], tmp_path / "before")
    lab.student.write_text("stale")
    release([lab], tmp_path / "after")
    assert (tmp_path / "after" / "01_small.zip").read_bytes() == (tmp_path / "before" / "01_small.zip").read_bytes()


def test_bytes_do_not_depend_on_times_and_permissions(lab: Lab, tmp_path: Path) -> None:
    first, second = tmp_path / "first" / "01_small.zip", tmp_path / "second" / "01_small.zip"
    release([lab], first.parent)
    os.utime(lab.solution, (10**9, 10**9))
    lab.solution.chmod(0o600)
    release([lab], second.parent)
    assert second.read_bytes() == first.read_bytes()
    with zipfile.ZipFile(first) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    executable = [entry.filename for entry in entries if entry.external_attr >> 16 & 0o111]
    assert executable == ["01_small/start.py"]


def test_nothing_is_written_where_a_lab_is_not_fit(lab: Lab, tmp_path: Path) -> None:
    text = lab.solution.read_text("utf-8")
    lab.solution.write_text(text.replace("### BEGIN SOLUTION", "### BEGIN"), "utf-8")
    with pytest.raises(CourseError, match="01_small"):
        release([lab], tmp_path / "zips")
    assert not (tmp_path / "zips").exists()


def test_a_missing_file_is_named(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"01_small cannot be handed out: .*requirements\.txt cannot be read"):
        release([lab], tmp_path / "zips", root=lab.root)


def test_only_a_lab_that_uses_a_backbone_fetches_its_weights(lab: Lab) -> None:
    def steps(notebook: str) -> list[list[str]]:
        return tomllib.loads(contents(lab, notebook)["lab.toml"].decode())["prepare"]

    assert steps("from utils.data import load") == []
    assert steps('"from utils.backbones import backbone\\n"') == [["utils.backbones", "--quiet"]]


def test_readme_names_the_data_that_the_first_start_fetches() -> None:
    from course.syllabus import labs

    (lab,) = labs(["01"])
    files = contents(lab, "{}")
    assert tomllib.loads(files["lab.toml"].decode())["prepare"] == [["utils.data", "--quiet", "mnist"]]
    assert "MNIST, handwritten digits" in files["README.md"].decode()


def test_hand_out_says_which_version_of_the_course_it_is(handed_out: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert tomllib.loads((handed_out / "lab.toml").read_text("utf-8"))["version"] == project["version"]
    assert f"version {project['version']}:" in (handed_out / "README.md").read_text("utf-8")


def test_notebook_says_which_version_it_is_and_jupyterlab_keeps_that(handed_out: Path) -> None:
    """JupyterLab reads and writes notebooks by nbformat, and knows nothing of this key."""
    path = handed_out / "01_small.ipynb"
    stated = {"version": tomllib.loads((handed_out / "lab.toml").read_text("utf-8"))["version"]}
    opened = nbformat.read(path, as_version=4)
    opened.cells[0].source += " "
    nbformat.write(opened, path)
    assert notebooks.read(path).metadata["cnn_labs"] == stated


def unpacked(lab: Lab, to: Path, **choices) -> dict[str, str]:
    """Return name -> text of what a student gets of a variant."""
    release([lab], to, **choices)
    with zipfile.ZipFile(to / "01_small.zip") as archive:
        return {name.removeprefix("01_small/"): archive.read(name).decode() for name in archive.namelist()}


def test_an_exercise_that_is_filled_is_solved_and_gives_no_points(lab: Lab, tmp_path: Path) -> None:
    files = unpacked(lab, tmp_path, fill=["running_total", "mean_square"])
    notebook = nbformat.reads(files["01_small.ipynb"], as_version=4)
    assert notebook.metadata["cnn_labs"]["version"] == f"{version()}+fill.mean.square.running.total"
    assert "version 0" in files["README.md"]
    assert "7 points. Solved for you already, without points: `mean_square`, `running_total`." in files["README.md"]
    text = files["01_small.ipynb"]
    assert text.count("raise NotImplementedError") == len(small_lab.POINTS) - 2
    assert "return np.mean(np.square(values))" in text
    assert "result[result < 0] = 0" not in text
    for piece in ("BEGIN", "secret_", "Model answer"):
        assert piece not in text
    points = [
        cell.metadata.nbgrader.points for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")
    ]
    assert sum(points) == 7
    (check,) = (cell for cell in notebook.cells if cell.id == "cell-check-mean_square")
    assert "nbgrader" not in check.metadata


def test_an_exam_s_hand_out_is_the_same_but_for_a_fingerprint(lab: Lab, tmp_path: Path) -> None:
    secret = "the secret of a class"
    plain, exam = unpacked(lab, tmp_path / "plain"), unpacked(lab, tmp_path / "exam", secret=secret)
    assert {name for name in plain if plain[name] != exam[name]} == {"01_small.ipynb", "README.md", "lab.toml"}
    stated = f"{version()}+exam.{fingerprint(secret)}"
    for name in ("01_small.ipynb", "lab.toml"):
        assert exam[name].replace(stated, version()) == plain[name]
    assert f"version {stated}:" in exam["README.md"]
    assert "An exam: " in exam["README.md"]
    assert not [name for name in exam if secret in exam[name]]


def test_an_exam_says_what_is_checked_with_published_numbers(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    solution = notebooks.read(lab.solution)
    check = small_lab.find(solution, "check_mean_square")
    check.source = small_lab.CHECKS["mean_square"].replace(
        "secret_values = np.array", "rng()\n    secret_values = np.array"
    )
    notebooks.write(lab.solution, notebooks.to_text(solution).encode())
    release([lab], tmp_path, secret="0123456789abcdef")
    names = [name for name in small_lab.POINTS if name != "mean_square"]
    assert f"since their checks draw none: {', '.join(names)}\n" in capsys.readouterr().out
    release([lab], tmp_path)
    assert "draw none" not in capsys.readouterr().out


def test_a_variant_has_the_same_bytes_twice(lab: Lab, tmp_path: Path) -> None:
    choices = {"core": True, "fill": ["scale_rows"], "secret": "0123456789abcdef"}
    for folder in ("first", "second"):
        release([lab], tmp_path / folder, **choices)
    first, second = ((tmp_path / folder / "01_small.zip").read_bytes() for folder in ("first", "second"))
    assert first == second
    release([lab], tmp_path / "plain")
    assert first != (tmp_path / "plain" / "01_small.zip").read_bytes()


def test_the_core_s_readme_says_that_it_is_the_core(tmp_path: Path) -> None:
    from course.syllabus import labs

    (lab,) = labs(["02"])
    release([lab], tmp_path, core=True)
    with zipfile.ZipFile(tmp_path / "02_convolution.zip") as archive:
        readme, settings = (archive.read(f"02_convolution/{name}").decode() for name in ("README.md", "lab.toml"))
    core = lab_of(lab, Variant(core=True))
    assert f"version {version()}+core: {lab.minutes} min of your time, {core.total_points:g} points.\n" in readme
    assert "what you have is a lab's core" in readme
    assert tomllib.loads(settings)["version"] == f"{version()}+core"


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"fill": ["mean_squares"]}, "--fill: there is no exercise mean_squares; there are mean_square, scale_rows"),
        ({"fill": ["why_a_copy"]}, "no exercise why_a_copy"),
        ({"secret": "short"}, "a secret of 5 characters can be guessed"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_and_nothing_written(
    lab: Lab, tmp_path: Path, choices: dict, says: str
) -> None:
    with pytest.raises(CourseError, match=says):
        release([lab], tmp_path / "zips", **choices)
    assert not (tmp_path / "zips").exists()


def test_a_short_secret_is_warned_of(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    release([lab], tmp_path, secret="12345678")
    assert "The secret is short" in capsys.readouterr().err
    release([lab], tmp_path, secret="1234567812345678")
    assert not capsys.readouterr().err


def test_the_command_line_hands_out_a_variant(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    command = [
        "release",
        "02",
        "--to",
        str(tmp_path),
        "--core",
        "--fill",
        "output_size",
        "--exam",
        "a secret of my class",
    ]
    assert main(command) == 0
    stated = f"{version()}+core.fill.output.size.exam.{fingerprint('a secret of my class')}"
    assert f"02_convolution.zip, version {stated}" in capsys.readouterr().out
    assert main(["release", "02", "--to", str(tmp_path), "--fill", "max_pool2d"]) == 1
    assert "there is no exercise max_pool2d" in capsys.readouterr().err


def test_starts_by_its_own_readme(handed_out: Path, tmp_path: Path) -> None:
    """The command that the README shows opens the lab in JupyterLab, set up for students."""
    (command,) = re.findall(r"^```\n(.+?)\n```$", (handed_out / "README.md").read_text("utf-8"), re.MULTILINE)
    assert command == "python3 start.py"
    provide_environment(handed_out, tmp_path / "home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, *command.split()[1:], "--no-browser", f"--port={port}"],
        cwd=handed_out,
        env=os.environ | {"CNN_LABS_HOME": str(tmp_path / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if match := re.search(rf"^Open http://localhost:{port}(/\S+)\?token=(\w+)$", line):
                break
        else:
            pytest.fail("JupyterLab printed no address:\n" + "".join(said))
        assert match[1] == "/lab/tree/01_small.ipynb"
        address = f"http://localhost:{port}"
        listing = json.loads(fetch(f"{address}/api/contents", match[2]))
        shown = {entry["name"] for entry in listing["content"]}
        assert shown == {"01_small.ipynb", "README.md"}, "what a student does not work with is not in the file list"
        page = fetch(address + match[1], match[2])
        assert "@jupyter/nbgrader:create-assignment" in page, "the settings of labconfig are not in effect"
    finally:
        process.terminate()
        process.communicate(timeout=300)


def test_lab_runs_from_its_folder_with_the_utils_that_came_with_it(handed_out: Path) -> None:
    checks = handed_out / "utils" / "checks.py"
    checks.write_text(checks.read_text("utf-8") + '\nprint("the utils of the zip")\n', "utf-8")
    path = handed_out / "01_small.ipynb"
    command = [sys.executable, "-m", "jupyter", "execute", "--inplace", "--allow-errors", path.name]
    kernels = os.environ | {"JUPYTER_PATH": str(handed_out / "jupyter")}  # as start.py sets it
    done = subprocess.run(command, cwd=handed_out, env=kernels, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    notebook = notebooks.read(path)
    assert "the utils of the zip" in small_lab.find(notebook, "imports").outputs[0].text
    for name in small_lab.POINTS:
        (output,) = small_lab.find(notebook, f"check_{name}").outputs
        assert output.ename == "NotImplementedError"


def test_first_start_makes_an_environment_and_later_ones_use_it(handed_out: Path, tmp_path: Path) -> None:
    (handed_out / "requirements.txt").write_text("# nothing\n")
    first = run_start(handed_out, tmp_path / "home", "--setup-only")
    assert first.returncode == 0, first.stderr
    assert "Step 1 of 3" in first.stdout
    assert "Step 2 of 3" in first.stdout
    (environment,) = (path for path in (tmp_path / "home").iterdir() if path.is_dir())
    assert (environment / "bin" / "python").exists()
    second = run_start(handed_out, tmp_path / "home", "--setup-only")
    assert second.returncode == 0
    assert "Step" not in second.stdout


def test_data_that_cannot_be_had_stop_the_start(handed_out: Path, tmp_path: Path) -> None:
    provide_environment(handed_out, tmp_path / "home")
    (handed_out / "lab.toml").write_text('notebook = "01_small.ipynb"\nprepare = [["utils.data", "no_such_set"]]\n')
    done = run_start(handed_out, tmp_path / "home", "--setup-only")
    assert done.returncode == 1
    assert "no_such_set" in done.stderr
    assert "Step 3 of 3, data, failed" in done.stderr


def test_unpacks_into_a_folder_of_its_own(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert release([lab], tmp_path) == 0
    assert f"written: {tmp_path / '01_small.zip'}" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "01_small.zip") as archive:
        assert archive.testzip() is None
        assert {name.split("/")[0] for name in archive.namelist()} == {"01_small"}
