"""A running kernel that is one of the two rooms, as the coordinator holds it."""

import asyncio
import contextlib
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.utils import ensure_async

from autograder.errors import AutograderError
from autograder.provisioner import ForkProvisioner


class RoomError(AutograderError):
    """A room could not be started, or has ended."""


class Room:
    """A kernel, its client and its control socket.

    Parameters
    ----------
    km : AsyncKernelManager
        Has started the kernel.
    kc : AsyncKernelClient
        Connected and ready.
    control : socket
        The coordinator's end; file descriptors for the kernel go through it.
    box : object
        The folders of the submission, shared by its rooms; None for a cold room.
    """

    def __init__(
        self, km: AsyncKernelManager, kc: Any, control: socket.socket, box: Any = None
    ) -> None:
        self.km, self.kc, self.control, self.box = km, kc, control, box
        self.ended = False
        kc.session.metadata["brief"] = True

    async def alive(self) -> bool:
        """Tell whether the kernel's process is there."""
        return not self.ended and await ensure_async(self.km.is_alive())

    async def interrupt(self) -> None:
        """Send SIGINT, as the stop button does."""
        with contextlib.suppress(RuntimeError, ProcessLookupError):
            await ensure_async(self.km.interrupt_kernel())

    async def leave(self) -> None:
        """Let everything in the room end without waiting for it, if that is possible.

        A warm process ends what nobody holds any more; a cold room is stopped.
        """
        await self._end(kill=not isinstance(self.km.provisioner, ForkProvisioner))

    async def stop(self) -> None:
        """End everything that runs in the room, and close what is held of it."""
        await self._end(kill=True)

    async def _end(self, kill: bool) -> None:
        if self.ended:
            return
        self.ended = True
        self.kc.stop_channels()
        if kill:
            with contextlib.suppress(RuntimeError):
                await ensure_async(self.km.shutdown_kernel(now=True))
        await ensure_async(self.km.cleanup_resources())
        self.control.close()

    def give_wire(self, wire: socket.socket) -> None:
        """Put one end of a wire into the control socket; the next request takes it."""
        socket.send_fds(self.control, [b"w"], [wire.fileno()])
        wire.close()

    def send(self, op: str, **content: Any) -> str:
        """Send a `room_request` and return the id of the message."""
        message = self.kc.session.msg("room_request", {"op": op, **content})
        self.kc.shell_channel.send(message)
        return message["header"]["msg_id"]

    def run(self, source: str) -> str:
        """Send a cell and return the id of the message."""
        return self.kc.execute(source, store_history=False, allow_stdin=False)

    @contextlib.contextmanager
    def before_each(self, **about: Any) -> Iterator[None]:
        """Send something in the metadata of every message, a cell of nbclient's say."""
        usual = self.kc.session.metadata
        self.kc.session.metadata = usual | about
        try:
            yield
        finally:
            self.kc.session.metadata = usual

    async def reply(self, message_id: str, seconds: float | None) -> dict[str, Any]:
        """Wait for the reply to a request.

        Raises
        ------
        TimeoutError
            If none comes in time; the room goes on.
        RoomError
            If the kernel ends first.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while True:
            left = 1.0
            if deadline is not None:
                left = min(left, deadline - time.monotonic())
                if left <= 0:
                    raise TimeoutError(f"no reply within {seconds:g} s")
            try:
                message = await ensure_async(
                    self.kc.shell_channel.get_msg(timeout=left)
                )
            except (ValueError, KeyError, TypeError):
                continue  # no message at all: the student's kernel can send anything
            except Empty:
                if not await self.alive():
                    raise RoomError("the kernel has ended") from None
                continue
            if message["parent_header"].get("msg_id") == message_id:
                return message["content"]

    async def ask(self, op: str, timeout: float | None = 30, **content: Any) -> dict:
        """Send a request and return the reply; raises RoomError if it is an error."""
        return done(op, await self.reply(self.send(op, **content), timeout))


def done(op: str, reply: dict) -> dict:
    """Return the reply to a request; raises RoomError if it is an error."""
    if reply.get("status") == "error":
        raise RoomError(f"{op}: {reply.get('ename')}: {reply.get('evalue')}")
    return reply


@dataclass(frozen=True)
class ColdBox:
    """The folder in which two cold rooms work."""

    work: Path
    work_fd: int = -1

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.work, ignore_errors=True)


class ColdRooms:
    """Starts rooms in new processes: without zygote, and without sandbox."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="rooms-")
        self._boxes = 0

    async def pair(self, patient: bool = False) -> tuple[Room, Room]:
        """Start a student's room and a test room that share a folder."""
        self._boxes += 1
        box = ColdBox(Path(self._folder.name, f"work{self._boxes}"))
        box.work.mkdir()
        student, test = await asyncio.gather(_start_cold(box), _start_cold(box))
        return student, test

    async def room(self, box: ColdBox, role: str) -> Room:
        """Start one room in a folder that is there."""
        return await _start_cold(box)

    def stop(self) -> None:
        """Remove the folders."""
        self._folder.cleanup()


async def _start_cold(box: ColdBox) -> Room:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    manager = AsyncKernelManager(transport="ipc")
    manager.ipc_path = manager.ip = str(Path(tempfile.mkdtemp(prefix="room-")) / "k")
    manager.kernel_spec.argv = [
        *(sys.executable, "-m", "autograder.kernel", "-f", "{connection_file}"),
        *("--control", str(theirs.fileno())),
        "--HistoryManager.hist_file=:memory:",
    ]
    await manager.start_kernel(
        cwd=str(box.work),
        pass_fds=[theirs.fileno()],
    )
    theirs.close()
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
    except RuntimeError as error:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
        raise RoomError(f"a cold kernel did not start: {error}") from None
    client.allow_stdin = False
    return Room(manager, client, ours, box)
