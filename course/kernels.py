"""The course's kernel, and notebooks executed in it by nbclient, so that no message of a kernel's is overlooked."""

import asyncio
import contextlib
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from traitlets import default
import zmq

from course.notebooks import KERNEL, KERNELS

LOOK_SECONDS = 0.2


class Manager(AsyncKernelManager):
    """Starts the course's own kernel in this Python, whatever kernels the user has installed."""

    @default("kernel_name")
    def _default_kernel_name(self) -> str:
        return KERNEL

    @default("kernel_spec_manager")
    def _default_kernel_spec_manager(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[str(KERNELS)])


class Client(NotebookClient):
    """nbclient's, which looks again and again whether a message lies unread.

    ZeroMQ tells of a message once. Where that falls between two looks of the event loop, nbclient goes on waiting for the
    reply of a cell until the cell's time is up, though the reply is there. Asking a socket for its events makes pyzmq look.
    The kernel is the course's own, whatever the notebook names.
    """

    @default("kernel_manager_class")
    def _default_kernel_manager_class(self) -> type[Manager]:
        return Manager

    @default("kernel_name")
    def _default_kernel_name(self) -> str:
        return KERNEL

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
