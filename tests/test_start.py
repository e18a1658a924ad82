"""JupyterLab serves the labs, set up for students, and always says where, whatever the user's own settings are."""

import json
import os
from pathlib import Path
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from course.syllabus import ROOT, labs

LOCKED = {
    "ServerApp": {"port": 1, "base_url": "/elsewhere", "token": "", "open_browser": False},
    "IdentityProvider": {"token": ""},
    "PasswordIdentityProvider": {"hashed_password": "sha1:67c9e60bb8b6:9ffede0825894254b2e042ea597d771089e11aed"},
}
"""What a user may have set in `~/.jupyter`, for other work: a door without a key."""


@pytest.fixture(params=[{}, LOCKED], ids=["no settings", "settings of the user's own"])
def server(request: pytest.FixtureRequest, tmp_path: Path):
    (tmp_path / "jupyter_server_config.json").write_text(json.dumps(request.param))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "course", "start", "--no-browser", f"--port={port}"]
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(tmp_path)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if match := re.search(rf"^Open http://localhost:{port}(/\S+)\?token=(\w+)$", line):
                yield f"http://localhost:{port}", match[1], match[2]
                break
        else:
            pytest.fail("no address was printed:\n" + "".join(lines))
    finally:
        process.terminate()
        process.wait(300)


def get(address: str, token: str) -> str:
    request = urllib.request.Request(address, headers={"Authorization": f"token {token}"})
    for attempt in range(1500):
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.read().decode()
        except OSError as error:  # the address is printed a moment before it is served
            if attempt == 1499 or isinstance(error, urllib.error.HTTPError):
                raise
            time.sleep(0.2)


def test_start_page_labs_and_settings(server: tuple[str, str, str]) -> None:
    address, path, token = server
    assert path == "/lab/tree/MY_LABS.md"
    start = json.loads(get(f"{address}/api/contents/START.md?type=file", token))["content"]
    for lab in labs():
        assert f"({lab.name}/{lab.name}.ipynb)" in start
        notebook = json.loads(get(f"{address}/api/contents/{lab.name}/{lab.name}.ipynb", token))["content"]
        assert notebook["metadata"]["kernelspec"]["name"] == "cnn-labs"
    page = get(f"{address}/lab/tree/START.md", token)
    config = json.loads(
        re.search(r'id="jupyter-config-data" type="application/json">\s*(.+?)\s*</script>', page, re.DOTALL)[1]
    )
    disabled = config["disabledExtensions"]
    assert "@jupyter/nbgrader:create-assignment" in disabled
    settings = json.loads(get(f"{address}/lab/api/settings/@jupyterlab/apputils-extension:notification", token))
    assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"
