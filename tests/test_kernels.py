"""Executing notebooks in the course's kernel, although the event loop misses that a message has come."""

import asyncio
import json
from pathlib import Path
import sys

from nbformat.v4 import new_code_cell, new_notebook
import pytest
import zmq

from course.kernels import Client


def test_a_reply_that_nobody_was_told_of_is_read() -> None:
    """As it happens on a busy machine after a cell that makes a widget: without the look, the cell takes as long as it may."""
    notebook = new_notebook(cells=[new_code_cell(f"print({number})") for number in range(3)])

    async def execute() -> None:
        def deafen(cell, cell_index: int) -> None:
            asyncio.get_running_loop().remove_reader(client.kc.shell_channel.socket.get(zmq.FD))

        client = Client(notebook, timeout=None, on_cell_execute=deafen)
        await asyncio.wait_for(client.async_execute(), 300)  # only to end a hang

    asyncio.run(execute())
    assert [cell.outputs[0].text for cell in notebook.cells] == ["0\n", "1\n", "2\n"]


@pytest.mark.parametrize("named", ["python3", "cnn-labs", "ir"])
def test_the_kernel_is_the_courses_own_whatever_the_user_has_installed(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kernels" / named).mkdir(parents=True)
    mine = {"argv": ["/bin/false"], "display_name": "Mine", "language": "R"}
    (tmp_path / "kernels" / named / "kernel.json").write_text(json.dumps(mine))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    notebook = new_notebook(cells=[new_code_cell("import sys\nprint(sys.executable, sys.flags.ignore_environment)")])
    notebook.metadata["kernelspec"] = {"name": named, "display_name": "Mine", "language": "R"}
    Client(notebook, timeout=300).execute()
    assert notebook.cells[0].outputs[0].text == f"{sys.executable} 1\n"
