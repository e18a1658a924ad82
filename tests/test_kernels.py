"""Executing notebooks although the event loop misses that a message has come."""

import asyncio

from nbformat.v4 import new_code_cell, new_notebook
import zmq

from course.kernels import Client


def test_a_reply_that_nobody_was_told_of_is_read() -> None:
    """As it happens on a busy machine after a cell that makes a widget: without the look, the cell takes as long as it may."""
    notebook = new_notebook(cells=[new_code_cell(f"print({number})") for number in range(3)])

    async def execute() -> None:
        def deafen(cell, cell_index: int) -> None:
            asyncio.get_running_loop().remove_reader(client.kc.shell_channel.socket.get(zmq.FD))

        client = Client(notebook, timeout=None, kernel_name="python3", on_cell_execute=deafen)
        await asyncio.wait_for(client.async_execute(), 300)  # only to end a hang

    asyncio.run(execute())
    assert [cell.outputs[0].text for cell in notebook.cells] == ["0\n", "1\n", "2\n"]
