"""The guide for instructors: its commands run, in its order, on a tiny class; what it states is so."""

from collections.abc import Iterator
from dataclasses import fields
import json
import os
from pathlib import Path
import re
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urljoin
import urllib.request
import zipfile

import pytest

from course.grading.command import limits_table
from course.grading.execute import walls
from course.grading.model import Limits, Result, Status
from course.syllabus import ROOT
from tests.grading import small_lab

GUIDE = (ROOT / "docs" / "grading.md").read_text("utf-8")
LAB = "01_ann_limitations"
RENAMED = {
    "01_small": LAB,
    "mean_square": "shift_images",
    "why_a_copy": "why_permutation_hurts",
    "data = []": 'data = ["mnist"]',
}
"""What makes the small lab of the tests the lab that the guide talks about."""
ADA, BO = "Ada Lovelace_1234567", "Bo Berg_1234568"
BLOCK = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.MULTILINE)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def renamed(text: str) -> str:
    for old, new in RENAMED.items():
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a copy of the course with one small lab, and what two students handed in."""
    root = tmp_path_factory.mktemp("guide") / "course"
    left_out = shutil.ignore_patterns(
        ".*", "labs_solutions", "notebooks", "tests", "docs", "benchmarks", "grading.db", "__pycache__", "*.egg-info"
    )
    shutil.copytree(ROOT, root, ignore=left_out)
    small_lab.make(root.parent / "small")
    (root / "course" / "syllabus.toml").write_text(renamed(small_lab.SYLLABUS))
    solution = (root.parent / "small" / "labs_solutions" / "01_small" / "01_small.ipynb").read_text("utf-8")
    (root / "labs_solutions" / LAB).mkdir(parents=True)
    (root / "labs_solutions" / LAB / f"{LAB}.ipynb").write_text(renamed(solution), "utf-8")
    ada = renamed(small_lab.to_bytes(small_lab.filled()).decode())
    bo = renamed(small_lab.to_bytes(small_lab.filled(small_lab.RIGHT | {"mean_square": "x ="}, answer=None)).decode())
    (root / "downloads").mkdir()
    with zipfile.ZipFile(root / "downloads" / "01-moodle.zip", "w") as archive:
        for student, text in ((ADA, ada), (BO, bo)):
            name = f"{student}_assignsubmission_file_/{LAB}.ipynb"
            archive.writestr(zipfile.ZipInfo(name, (2027, 2, 1, 12, 0, 0)), text)
    (root / "submissions" / "01" / "ada").mkdir(parents=True)
    (root / "submissions" / "01" / "ada" / "anything.ipynb").write_text(ada, "utf-8")
    provide_programs(root)
    return root


def provide_programs(root: Path) -> None:
    """Put this environment in the place of `.venv`, and a stand-in for podman that needs no container, on the path."""
    programs = root / ".venv" / "bin"
    programs.mkdir(parents=True)
    modules = {"python": "", "jupyter": "-m jupyter", "dask": "-m dask"}
    for name, module in modules.items():
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
    (programs / "podman").write_text(
        '#!/bin/bash\nif [ "$1" = build ]; then exec test -f Containerfile; fi\n'
        'while [ "$1" != cnn-labs-grading ]; do shift; done\nshift\nexec "$@"\n'
    )
    for program in programs.iterdir():
        program.chmod(0o755)
    (programs / "activate").write_text(f'PATH="{programs}:$PATH"\n')
    start = runpy.run_path(str(root / "start.py"))
    start["mark"](start["home_of"](root, {}), start["COMPLETE"])
    settings = {"allow_root": True, "open_browser": False, "port": free_port()}
    (root.parent / "jupyter").mkdir()
    (root.parent / "jupyter" / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": settings}))


@pytest.fixture
def environment(course: Path) -> dict[str, str]:
    return os.environ | {
        "PATH": f"{course / '.venv' / 'bin'}:{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(course.parent / "jupyter"),
        "TZ": "UTC",
    }


def run(block: str, course: Path, environment: dict[str, str]) -> str:
    """Run a block of commands as it stands, end what it left running, and return what it said."""
    log = course.parent / "log.txt"
    with log.open("wb") as file:
        process = subprocess.Popen(
            ["bash", "-eo", "pipefail", "-c", block], cwd=course, env=environment,
            stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            status = process.wait(1200)
        finally:
            end(process)
    said = log.read_text("utf-8", "replace")
    assert status == 0, f"{block}\n{said}"
    return said


def end(process: subprocess.Popen) -> None:
    """End a process and all that it started."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
    except ProcessLookupError:
        return


class Formgrader:
    """nbgrader's formgrader, as its page in the browser talks to it."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token

    def call(self, path: str, **values: object) -> list | dict:
        """Return the answer; with values, they are stored."""
        return json.loads(self.fetch(f"formgrader/api/{path}", **values))

    def fetch(self, path: str, **values: object) -> str:
        """Return what the server sends; with values, they are stored."""
        request = urllib.request.Request(
            f"{self.address}/{path}",
            data=json.dumps(values).encode() if values else None,
            headers={"Authorization": f"token {self.token}"},
            method="PUT" if values else "GET",
        )
        for attempt in range(1000):
            try:
                with urllib.request.urlopen(request) as answer:
                    return answer.read().decode()
            except urllib.error.HTTPError:
                raise
            except OSError:  # it prints its address a moment before it listens
                if attempt == 999:
                    raise
                time.sleep(0.2)

    def entries(self) -> list[dict]:
        """Return the students' notebooks."""
        return self.call(f"submitted_notebooks/{LAB}/{LAB}")

    def loaded(self, student: str) -> list[str]:
        """Return the addresses that a student's page loads from, as they stand in it, relative to it."""
        (entry,) = [entry for entry in self.entries() if entry["student"] == student]
        page = f"formgrader/submissions/{entry['id']}/"
        text = self.fetch(page)
        assert 'http-equiv="Content-Security-Policy"' in text
        return [
            urljoin(f"/{page}", found)
            for found in re.findall(r"<(?:script|link|img)[^>]* (?:src|href)=\"([^\"]+)", text)
        ]

    def mark(self, student: str, points: float, comment: str) -> None:
        """Give points for the written answer."""
        (entry,) = [entry for entry in self.entries() if entry["student"] == student]
        (grade,) = [g for g in self.call(f"grades?submission_id={entry['id']}") if g["name"] == "why_permutation_hurts"]
        self.call(f"grade/{grade['id']}", manual_score=points)
        comments = self.call(f"comments?submission_id={entry['id']}")
        (field,) = [c for c in comments if c["name"] == "why_permutation_hurts"]
        self.call(f"comment/{field['id']}", manual_comment=comment)


def served(block: str, course: Path, environment: dict[str, str]) -> Iterator[Formgrader]:
    """Run a block that starts JupyterLab, and yield its formgrader while it runs."""
    process = subprocess.Popen(
        ["bash", "-c", block], cwd=course, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if match := re.search(r"(http://127\.0\.0\.1:\d+)/\S*\?token=(\w+)", line):
                yield Formgrader(match[1], match[2])
                return
        pytest.fail("JupyterLab printed no address:\n" + "".join(said))
    finally:
        end(process)
        process.communicate(timeout=300)


def result(course: Path, student: str) -> Result:
    return Result.from_json((course / "grading" / "results" / LAB / f"{student}.json").read_text("utf-8"))


def test_every_block_is_one_that_is_run() -> None:
    kinds = [kind for kind, _ in BLOCK.findall(GUIDE)]
    assert set(kinds) == {"bash", "bash server"}
    assert GUIDE.count("```") == 2 * len(kinds)


@pytest.mark.skipif(not walls.available(), reason="grading needs bubblewrap")
def test_all_commands_in_order(course: Path, environment: dict[str, str]) -> None:
    """The way of a term: hand out, look, grade, late, mark, take over, again, on a cluster, in a container."""
    said = {}
    for kind, block in BLOCK.findall(GUIDE):
        if kind == "bash server":
            for formgrader in served(block, course, environment):
                (assignment,) = formgrader.call("assignments")
                assert (assignment["name"], assignment["num_submissions"]) == (LAB, 2)
                waiting = {e["student"]: e["needs_manual_grade"] for e in formgrader.entries()}
                assert waiting == {ADA: True, BO: False}, "a written answer waits, and one that is not there does not"
                addresses = formgrader.loaded(ADA)
                assert any("MathJax.js" in address for address in addresses)
                for address in addresses:
                    assert address.startswith("/"), "a page loads from this server only"
                    formgrader.fetch(address[1:])
                formgrader.mark(ADA, 1.5, "Who else needs it?")
            continue
        before = result(course, ADA) if (course / "grading").exists() else None
        said[block] = run(block.replace("8786", str(free_port())), course, environment)
        if "release" in block:
            assert (course / "handouts" / f"{LAB}.zip").exists()
        elif "--dry-run" in block:
            assert not (course / "grading").exists()
            assert not (course / "trial").exists()
            assert ADA in said[block]
        elif block.endswith("--workers 2\n"):
            assert (result(course, ADA).status, result(course, ADA).points) == (Status.GRADED, 10)
            assert result(course, ADA).unmarked == ("why_permutation_hurts",)
            assert result(course, BO).points == 8
        elif "--grace-minutes" in block:
            assert result(course, ADA).penalty == pytest.approx(1.2), "a day late: a tenth of 12 points"
        elif block.endswith("moodle.zip\n") and "podman" not in block:
            assert (result(course, ADA).points, result(course, ADA).unmarked) == (pytest.approx(10.3), ())
            assert "4567,Ada Lovelace" in (course / "grading" / "results" / LAB / "moodle.csv").read_text("utf-8")
            assert "Who else needs it?" in (course / "grading" / "feedback" / ADA / f"{LAB}.html").read_text("utf-8")
        elif "--scheduler" in block:
            assert result(course, ADA).key != before.key, "the default limits hold again, so it was executed again"
        if "--again" in block or "--scheduler" in block or "podman" in block:
            assert result(course, ADA).points == pytest.approx(10.3), "the human's mark stays, and what lateness costs"
    assert sum("--scheduler" in block for block in said) == 1
    assert sum("podman run" in block for block in said) == 1
    for named in re.findall(r"^\| `(results/[^`]+|[a-z]+\.\w+|feedback/[^`]+)`", GUIDE, re.MULTILINE):
        assert (course / "grading" / named.replace("STUDENT", ADA)).exists(), named


def test_limits_are_those_of_the_program() -> None:
    assert limits_table() in GUIDE
    assert f"| time of a cell | {Limits().cell_seconds} s | `--cell-seconds` |" in limits_table()
    assert f"| a file | {Limits().file_size // 2**20} MiB | `--file-mib` |" in limits_table()
    assert len(limits_table().splitlines()) == 2 + len(fields(Limits))


def test_options_and_states_that_it_names_exist() -> None:
    commands = ([sys.executable, "-m", "course", name, "--help"] for name in ("grade", "release"))
    run = {"cwd": ROOT, "capture_output": True, "text": True, "check": True}
    known = "".join(subprocess.run(command, **run).stdout for command in commands)
    elsewhere = {
        "--tag",
        "--rm",
        "--privileged",
        "--volume",
        "--workdir",
        "--host",
        "--port",
        "--nworkers",
    }
    elsewhere |= {"--nthreads", "--to", "--device", "--userns"}
    for option in set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE)) - elsewhere:
        assert option in known, option
    for status in Status:
        assert re.search(rf"^\| {status} \|", GUIDE, re.MULTILINE), status


def test_links_within_the_guide_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", GUIDE)) <= headings
