"""A client of a kernel that looks again for what it may have missed.

jupyter_client sends past pyzmq's asyncio sockets, which then may not hear that a
message has come: it lies there until the wait for it ends, at a cell's time limit.
"""

import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from traitlets import Type

_SECONDS = 1.0  # between two looks


class WatchfulChannel(AsyncZMQSocketChannel):
    """A channel of which no message is found late by more than a second."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Wait for a message, for `timeout` seconds at most; raises `queue.Empty`."""
        end = float("inf") if timeout is None else time.monotonic() + timeout
        while True:
            left = end - time.monotonic()
            try:
                return await super().get_msg(max(0.0, min(_SECONDS, left)))
            except Empty:
                if left <= _SECONDS:
                    raise


class WatchfulClient(AsyncKernelClient):
    """An asynchronous client that waits on channels of this kind."""

    shell_channel_class = Type(WatchfulChannel)
    iopub_channel_class = Type(WatchfulChannel)
    control_channel_class = Type(WatchfulChannel)
