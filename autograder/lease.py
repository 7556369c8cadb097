"""A client's connection to the warm process; what it started ends with it."""

import asyncio
import json
import os
import socket
from typing import Any

from autograder.errors import AutograderError

MESSAGE_BYTES = 1 << 17
_FDS = 16


class ZygoteError(AutograderError):
    """The warm process cannot be reached, or cannot do what it was asked for."""


class Lease:
    """One connection; requests on it are made one after the other.

    Parameters
    ----------
    sock : socket
        Connected to the warm process.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock

    @classmethod
    async def connect(cls, address: str) -> "Lease":
        """Connect to the socket at a path."""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        lease = cls(sock)
        try:
            await asyncio.get_running_loop().sock_connect(sock, address)
        except OSError as error:
            lease.close()
            raise ZygoteError(
                f"no warm process listens at {address}: {error.strerror}"
            ) from None
        return lease

    async def ask(
        self, op: str, seconds: float = 120, **content: Any
    ) -> tuple[dict, list[int]]:
        """Send a request; returns the reply and the file descriptors beside it.

        Raises
        ------
        ZygoteError
            If it is refused, or nothing comes. In the latter case the lease is closed.
        """
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(
                self._sock, json.dumps({"op": op, **content}).encode()
            )
            await readable(self._sock.fileno(), seconds)
            message, fds, _, _ = socket.recv_fds(self._sock, MESSAGE_BYTES, _FDS)
        except OSError as error:  # TimeoutError is one
            self.close()
            raise ZygoteError(
                f"{op}: the warm process does not answer: {error}"
            ) from None
        except BaseException:
            self.close()
            raise
        if not message:
            self.close()
            raise ZygoteError(f"{op}: the warm process has ended")
        reply = json.loads(message)
        if "error" in reply:
            raise ZygoteError(f"{op}: {reply['error']}")
        return reply, fds

    def close(self) -> None:
        """End what lives through this lease."""
        self._sock.close()

    @property
    def closed(self) -> bool:
        """Whether nothing can be asked any more."""
        return self._sock.fileno() < 0


async def readable(fd: int, seconds: float | None = None) -> None:
    """Wait until a file descriptor can be read; TimeoutError if it takes too long."""
    loop = asyncio.get_running_loop()
    # Another name for it, for what is registered twice in a loop is registered once.
    watched = os.dup(fd)
    arrived = loop.create_future()
    loop.add_reader(watched, lambda: arrived.done() or arrived.set_result(None))
    try:
        await asyncio.wait_for(arrived, seconds)
    finally:
        loop.remove_reader(watched)
        os.close(watched)
