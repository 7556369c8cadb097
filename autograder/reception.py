"""The clients of the warm process, seen from inside it.

A connection is a *lease*: the room that was started through it lives no longer. A
message is JSON, and file descriptors travel beside it.
"""

import contextlib
import json
import os
import selectors
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError
from autograder.nursery import Kernel

MESSAGE_BYTES = 1 << 17


@dataclass(eq=False)
class Lease:
    """A connection, the room that lives through it, and the name of its box."""

    sock: socket.socket
    kernel: Kernel | None = None
    box: str | None = None

    def reply(self, message: dict, fds: tuple[int, ...] = ()) -> None:
        """Answer; who is gone by now ends the lease anyway."""
        with contextlib.suppress(OSError):
            socket.send_fds(self.sock, [json.dumps(message).encode()], fds)


class Reception:
    """Lets clients in, hears them, and sees them go.

    Parameters
    ----------
    selector : selector
        Of the loop; its data are functions to call.
    listener : socket
        Where clients connect.
    answer : callable
        Called with a lease and a request; returns the reply, or None to reply later.
    left : callable
        Called with a lease that has ended.
    """

    def __init__(
        self,
        selector: selectors.BaseSelector,
        listener: socket.socket,
        answer: Callable[[Lease, dict], dict | None],
        left: Callable[[Lease], None],
    ) -> None:
        self.leases: set[Lease] = set()
        self._selector, self._listener = selector, listener
        self._answer, self._left = answer, left
        selector.register(listener, selectors.EVENT_READ, self._accept)

    def watch(self, sock: socket.socket) -> Lease:
        """Make a lease of a connection."""
        lease = Lease(sock)
        self.leases.add(lease)
        self._selector.register(sock, selectors.EVENT_READ, lambda: self._hear(lease))
        return lease

    def _accept(self) -> None:
        sock, _ = self._listener.accept()
        if _is_descendant(_peer(sock)):
            sock.close()  # a room that found its way here
        else:
            self.watch(sock)

    def _hear(self, lease: Lease) -> None:
        try:
            message = lease.sock.recv(MESSAGE_BYTES)
        except OSError:
            message = b""
        if not message:
            self._selector.unregister(lease.sock)
            lease.sock.close()
            self.leases.discard(lease)
            self._left(lease)
            return
        try:
            reply = self._answer(lease, json.loads(message))
        except AutograderError as error:
            reply = {"error": str(error)}
        except Exception as error:  # a bad request costs its sender an answer only
            reply = {"error": f"{type(error).__name__}: {error}"}
        if reply is not None:
            lease.reply(reply)


def _peer(sock: socket.socket) -> int:
    credentials = struct.Struct("3i")
    raw = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, credentials.size)
    return credentials.unpack(raw)[0]


def _is_descendant(pid: int) -> bool:
    """Tell whether a process was started by this one, or by what it started."""
    if pid == 0:
        return True  # of a container that is not this one
    try:
        while pid > 1:
            if pid == os.getpid():
                return True
            status = Path(f"/proc/{pid}/stat").read_text()
            pid = int(status.rpartition(")")[2].split()[1])
    except OSError:
        return True  # gone already: not one to be served
    return False
