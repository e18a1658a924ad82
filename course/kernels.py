"""Notebooks executed by nbclient, so that no message of a kernel's is overlooked."""

import asyncio
import contextlib
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode
import zmq

LOOK_SECONDS = 0.2


class Client(NotebookClient):
    """nbclient's, which looks again and again whether a message lies unread.

    ZeroMQ tells of a message once. Where that falls between two looks of the event loop, nbclient goes on waiting for the
    reply of a cell until the cell's time is up, though the reply is there. Asking a socket for its events makes pyzmq look.
    """

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, *args: Any, **kwargs: Any) -> NotebookNode:
        """Execute a cell as nbclient does."""
        looking = asyncio.create_task(self._look())
        try:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        finally:
            looking.cancel()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for channel in (self.kc.shell_channel, self.kc.iopub_channel):
                with contextlib.suppress(zmq.ZMQError):  # a kernel that has ended takes its sockets with it
                    channel.socket.get(zmq.EVENTS)
