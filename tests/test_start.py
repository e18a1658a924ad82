"""`make start` serves the labs, set up for students."""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from course.syllabus import ROOT, labs


@pytest.fixture
def server():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "course", "start", "--no-browser", f"--port={port}"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if match := re.search(r"http://127\.0\.0\.1:\d+(/\S+)\?token=(\w+)", line):
                yield f"http://127.0.0.1:{port}", match[1], match[2]
                break
        else:
            pytest.fail("JupyterLab printed no address:\n" + "".join(lines))
    finally:
        process.terminate()
        process.wait(300)


def get(address: str, token: str) -> str:
    request = urllib.request.Request(address, headers={"Authorization": f"token {token}"})
    for attempt in range(1500):
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.read().decode()
        except OSError as error:  # Jupyter prints its address a moment before it listens
            if attempt == 1499 or isinstance(error, urllib.error.HTTPError):
                raise
            time.sleep(0.2)


def test_start_page_labs_and_settings(server: tuple[str, str, str]) -> None:
    address, path, token = server
    assert path == "/lab/tree/START.md"
    start = json.loads(get(f"{address}/api/contents/START.md?type=file", token))["content"]
    for lab in labs():
        assert f"({lab.name}/{lab.name}.ipynb)" in start
        notebook = json.loads(get(f"{address}/api/contents/{lab.name}/{lab.name}.ipynb", token))["content"]
        assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    page = get(f"{address}/lab/tree/START.md", token)
    config = json.loads(
        re.search(r'id="jupyter-config-data" type="application/json">\s*(.+?)\s*</script>', page, re.DOTALL)[1]
    )
    disabled = config["disabledExtensions"]
    assert "@jupyter/nbgrader:create-assignment" in disabled
    settings = json.loads(get(f"{address}/lab/api/settings/@jupyterlab/apputils-extension:notification", token))
    assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"
