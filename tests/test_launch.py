"""A lab opened without the course's folder says what to do, and on Colab does it; links and files for those who launch labs."""

import json
import os
from pathlib import Path
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
import yaml

from course import imports_cell, notebooks, outputs, pages, text
from course.address import Address, of_course
from course.derive import derive
from course.roles import without_facts
from course.syllabus import ROOT, CourseError, labs
from tests import small_course
from tests.grading import sanitizing, small_lab
from tests.small_course import SOURCES, cell_named

PUBLISHED = Address("https://github.com/owner/cnn-labs", "0.4.0")
ELSEWHERE = Address("https://forge.example/group/team/cnn-labs", "0.4.0")
COLAB = """
import sys, types
sys.modules["google.colab"] = types.ModuleType("google.colab")
class Shell:
    def run_line_magic(self, name, line):
        import pathlib
        print("ran", name, line)
        pathlib.Path("utils").mkdir()
        pathlib.Path("utils/__init__.py").touch()
        pathlib.Path("utils/checks.py").write_text("from_pip = True")
        pathlib.Path("utils.py").unlink(missing_ok=True)
get_ipython = Shell
"""
OTHER_UTILS = {"nothing": "", "a module": "utils.py", "a package": "utils/__init__.py"}


def ran(folder: Path, code: str) -> subprocess.CompletedProcess:
    """Run code where there is neither the course nor a package besides Python's own."""
    return subprocess.run([sys.executable, "-E", "-s", "-S", "-c", code], cwd=folder, capture_output=True, text=True)


def published(root: Path, repository: str = PUBLISHED.repository) -> None:
    lines = ("[project]", 'version = "0.4.0"', "[tool.cnn-labs]", f'repository = "{repository}"')
    (root / "pyproject.toml").write_text("\n".join(lines))


@pytest.mark.parametrize("other", OTHER_UTILS.values(), ids=OTHER_UTILS)
@pytest.mark.parametrize("address", [None, PUBLISHED], ids=["unpublished", "published"])
def test_a_lab_without_the_course_says_what_to_do(tmp_path: Path, address: Address | None, other: str) -> None:
    if other:
        (tmp_path / other).parent.mkdir(exist_ok=True)
        (tmp_path / other).write_text("def of_somebody_else(): pass\n")
    done = ran(tmp_path, imports_cell.first_lines(address) + "print('went on')")
    assert done.returncode == 1
    assert not done.stdout
    assert "During handling" not in done.stderr
    message = done.stderr.splitlines()[-1]
    assert message.startswith("ModuleNotFoundError: No module named 'utils")
    assert "Unpack the lab's zip, or get the whole course" in message
    assert "`python3 start.py`" in message
    assert (PUBLISHED.repository in message) == (address is not None)


@pytest.mark.parametrize("other", OTHER_UTILS.values(), ids=OTHER_UTILS)
def test_on_colab_the_released_version_is_installed(tmp_path: Path, other: str) -> None:
    if other == "utils.py":
        (tmp_path / other).write_text("")
    code = COLAB + imports_cell.first_lines(PUBLISHED) + "from utils.checks import from_pip\nprint(from_pip)"
    done = ran(tmp_path, code)
    assert done.returncode == 0, done.stderr
    what = "git+https://github.com/owner/cnn-labs@v0.4.0 keras-tuner"
    assert done.stdout.splitlines() == [f"ran pip install --quiet --no-deps {what}", "True"]


def test_on_colab_a_course_that_is_not_published_says_what_to_do(tmp_path: Path) -> None:
    done = ran(tmp_path, COLAB + imports_cell.first_lines(None))
    assert "Unpack the lab's zip" in done.stderr.splitlines()[-1]


def test_with_the_course_nothing_is_said_or_installed() -> None:
    code = f"{COLAB}{imports_cell.first_lines(PUBLISHED)}print(utils.checks.__name__, 'error' in globals())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "utils.checks False\n", done.stderr


def test_the_first_lines_come_and_go_with_the_notebook(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    written, cells = text.text_of(text.notebook_of(lab), lab.name), []
    assert "utils.checks  #" not in written
    for address in ("", PUBLISHED.repository, ELSEWHERE.repository):
        published(tmp_path, address)
        notebook = text.notebook_of(lab)
        assert text.text_of(notebook, lab.name) == written
        cells.append(notebooks.imports_cell(notebook, lab.solution))
        assert cells[-1].source.endswith(f"\n\n{SOURCES['imports']}")
        assert without_facts(cells[-1]) == SOURCES["imports"]
    assert len({cell.source for cell in cells}) == 3
    assert len({cell.id for cell in cells}) == 1


def test_what_an_author_writes_into_the_first_lines_is_not_lost() -> None:
    edited = imports_cell.first_lines(None).replace("python3 start.py", "make start")
    assert imports_cell.without(edited) == edited


def test_a_new_version_of_the_course_makes_no_outputs_stale(tmp_path: Path) -> None:
    """The first lines name it; they do nothing where the course is there, as it is where labs are executed."""
    lab = small_course.make(tmp_path)
    before = outputs.state_of(text.notebook_of(lab), lab)
    published(tmp_path)
    after = outputs.state_of(text.notebook_of(lab), lab)
    assert before["text"] != after.pop("text")
    assert {part: before[part] for part in after} == after
    small_course.save(lab, imports="import numpy as np\n\nfrom utils.checks import run_check")
    assert outputs.state_of(text.notebook_of(lab), lab)["code"] != before["code"]


@pytest.mark.parametrize("lab", [pytest.param(lab, id=lab.name) for lab in labs()])
def test_a_student_reads_few_lines_before_the_imports(lab) -> None:
    source = notebooks.imports_cell(text.notebook_of(lab), lab.text).source
    first = source.removesuffix(imports_cell.without(source))
    assert first == imports_cell.first_lines(of_course())
    assert len(first.splitlines()) <= 16
    assert all(len(line) <= 100 for line in first.splitlines() if "http" not in line)


def test_students_get_the_first_lines_unlocked_and_without_a_mark(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    assert derive(None, root=tmp_path) == 0
    cell = cell_named(notebooks.read(lab.student), "imports")
    assert cell.source.startswith("try:\n    import utils.checks")
    assert cell.metadata == {"tags": ["imports"]}


@pytest.mark.parametrize("address", ["older", None, PUBLISHED], ids=["older hand-out", "unpublished", "published"])
def test_a_submission_of_any_version_is_graded_with_the_courses_imports(tmp_path: Path, address) -> None:
    lab = small_lab.make(tmp_path)
    course = notebooks.read(lab.solution)
    small_lab.find(course, "imports").source = imports_cell.first_lines(None) + small_lab.IMPORTS
    notebooks.write(lab.solution, small_lab.to_bytes(course))
    first = "" if address == "older" else imports_cell.first_lines(address)
    submission = sanitizing.edited(small_lab.filled(), "imports", f"{first}{small_lab.IMPORTS}\nimport math\n")
    job = sanitizing.job_of(submission, lab)
    assert sanitizing.cells(job, "imports")[0].source == small_lab.find(course, "imports").source
    assert sanitizing.cells(job, "own")[-1].source.strip() == "import math"
    assert not job.remarks
    assert all(sanitizing.outcome(job).values())


def test_the_readme_links_to_colab_and_binder_where_the_course_is_published(tmp_path: Path) -> None:
    small_course.make(tmp_path)
    derive(None, root=tmp_path)
    unpublished = (tmp_path / "README.md").read_text()
    assert "colab" not in unpublished.lower()
    assert "binder" not in unpublished.lower()
    published(tmp_path)
    derive(None, root=tmp_path)
    table = [line for line in (tmp_path / "README.md").read_text().splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1
    assert re.findall(r"\[(\w+)\]\((https:[^)]+)\)", table[2]) == [
        (
            "Colab",
            "https://colab.research.google.com/github/owner/cnn-labs/blob/v0.4.0/notebooks/01_tiny/01_tiny.ipynb",
        ),
        (
            "Binder",
            "https://mybinder.org/v2/gh/owner/cnn-labs/v0.4.0?urlpath=lab%2Ftree%2Fnotebooks%2F01_tiny%2F01_tiny.ipynb",
        ),
    ]
    assert "https" not in pages.start_page(labs(root=tmp_path))


def test_colab_reads_github_alone_and_binder_any_repository(tmp_path: Path) -> None:
    lab = small_course.make(tmp_path)
    assert ELSEWHERE.colab(lab) == ""
    assert "/v2/git/https%3A%2F%2Fforge.example%2Fgroup%2Fteam%2Fcnn-labs/v0.4.0?" in ELSEWHERE.binder(lab)
    assert "Colab" not in pages.readme_table([lab], ELSEWHERE)


@pytest.mark.parametrize(
    "wrong",
    [
        "github.com/a/b",
        "https://forge.example",
        "https://forge.example/a/b/",
        "https://forge.example/a/b.git",
        "https://e/a b",
    ],
)
def test_an_address_that_is_none_is_named(tmp_path: Path, wrong: str) -> None:
    published(tmp_path, wrong)
    with pytest.raises(CourseError, match=re.escape(wrong)):
        of_course(tmp_path)


def test_the_dev_container_calls_start_with_options_that_it_has() -> None:
    lines = (ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8").splitlines()
    settings = json.loads("\n".join(line for line in lines if not line.startswith("//")))
    python, script, *options = settings["postCreateCommand"].split()
    assert (python, script) == ("python", "start.py")
    said = subprocess.run([sys.executable, ROOT / "start.py", "--help"], capture_output=True, text=True).stdout
    assert options
    assert not [option for option in options if option not in said]


@pytest.mark.skipif(os.name == "nt", reason="Binder and containers are Linux")
def test_the_script_for_images_can_be_run() -> None:
    assert os.access(ROOT / "postBuild", os.X_OK)
    done = subprocess.run(["bash", "-n", ROOT / "postBuild"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_image_of_a_hub_has_kernel_and_utils_and_no_solutions(tmp_path: Path) -> None:
    """Made of what the page copies into it: a package that is installed, as `postBuild` does."""
    guide = (ROOT / "docs" / "jupyterhub.md").read_text("utf-8")
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", guide, re.MULTILINE) for name in line.split()]
    context = tmp_path / "course"
    context.mkdir()
    for name in copied:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, context / name)
    line = re.search(r"^python -m (pip) install (.+) \.$", (ROOT / "postBuild").read_text("utf-8"), re.MULTILINE)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", *line[2].split(), "--wheel-dir", str(tmp_path), "."]
    done = subprocess.run(command, cwd=context, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "utils/checks.py" in names
    assert any(name.endswith("data/share/jupyter/kernels/cnn-labs/kernel.json") for name in names)
    assert not [name for name in names if "labs_solutions" in name or name.startswith("tests")]


def test_settings_on_the_pages_for_administrators_are_python() -> None:
    guide = (ROOT / "docs" / "jupyterhub.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        compile(block, "docs/jupyterhub.md", "exec")


def test_drift_may_write_issues_only_where_no_package_runs() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "drift.yml").read_text("utf-8"))
    assert jobs["permissions"] == {}
    writing = {name for name, job in jobs["jobs"].items() if "write" in job.get("permissions", {}).values()}
    assert writing == {"tell"}
    assert not any("checkout" in step.get("uses", "") for step in jobs["jobs"]["tell"]["steps"])
