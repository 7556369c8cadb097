"""The kernel of a room: an ordinary IPython kernel that one more message reaches.

The coordinator sends `room_request` on the shell channel, so that it is handled on the
main thread, in turn, and can be interrupted as a cell can:

    begin    {role, seed}  take the wire to the other room from the control socket
    serve    {}            student's room: answer the test room until it says "end"
    give     {source, ...} test room: run what can run there of a given cell
    finish   {}            test room: let the student's room go; returns its notes
    notes    {}            the same after a test that ran, of which no reply has come
    wire     {}            take a new wire in place of one that broke

A cell's message may have in its metadata:

    brief    say only what a coordinator listens to
    test     {about, ...}  test room: first bind the stand-ins that the cell needs, and
             finish when it has run; the reply's metadata has the notes, or the problem

File descriptors travel beside it, over the control socket that the kernel has from its
birth.
Started cold with `python -m autograder.kernel -f CONNECTION --control FD`.
"""

import array
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ipykernel import ipkernel
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp


class RoomKernel(IPythonKernel):
    """An IPython kernel that can be one of two rooms."""

    control_fd: int | None = None
    msg_types = [*IPythonKernel.msg_types, "room_request"]
    # What ipykernel waits at each cell for its outputs to be sent: `RoomStream` knows.
    _execute_sleep = 0.0
    _supports_kernel_subshells = False

    def __init__(self, **options: Any) -> None:
        with _no_modules_to_list():
            super().__init__(**options)
        self._room: Any = None
        self._control: socket.socket | None = None
        self._test: dict | None = None  # what the message that runs says of a test
        self._problem = ""
        self._notes: dict | None = None
        self._count = 0  # of the cell that runs
        if self.control_fd is not None:
            self._control = socket.socket(fileno=self.control_fd)

    async def room_request(self, stream: Any, ident: Any, parent: dict) -> None:
        """Handle one request of the coordinator and reply."""
        content = parent["content"]
        try:
            reply = {"status": "ok", **(await self._handle(**content) or {})}
        except KeyboardInterrupt:
            reply = {"status": "interrupted"}
        except Exception as error:
            reply = {"status": "error", "ename": type(error).__name__}
            reply["evalue"] = str(error)
        self.session.send(stream, "room_reply", reply, parent, ident)

    async def execute_request(self, stream: Any, ident: Any, parent: dict) -> None:
        """Run a cell; a test with all that belongs to it."""
        self._test = parent["metadata"].get("test")
        self._problem, self._notes = "", None
        try:
            await super().execute_request(stream, ident, parent)
        finally:
            self._test = None  # a given cell may follow

    async def do_execute(self, code: str, silent: bool, **options: Any) -> dict:
        """Run a cell, unless it is a test for which something is missing."""
        if self._test is not None:
            try:
                self._room.prepare(**self._test)
            except (Exception, KeyboardInterrupt) as error:
                self._problem = f"{type(error).__name__}: {error}"
                return {"status": "error", "ename": "", "evalue": "", "traceback": []}
        return await super().do_execute(code, silent, **options)

    def finish_metadata(self, parent: dict, metadata: dict, reply: dict) -> dict:
        """Add what is to be said of a test."""
        metadata = super().finish_metadata(parent, metadata, reply)
        if self._test is not None:
            with suppress(Exception, KeyboardInterrupt):  # who asks for them learns why
                self._notes = self._room.finish()
            metadata |= {"problem": self._problem, "notes": self._notes}
        return metadata

    def _publish_status(self, status: str, channel: str, parent: Any = None) -> None:
        """Say that the kernel is busy or idle, but not to a `room_request`'s sender.

        It waits for the reply, and would only have to read two messages more.
        """
        request = parent or self.get_parent(channel)
        if request.get("header", {}).get("msg_type") == "room_request":
            return
        if not request.get("metadata", {}).get("brief"):
            super()._publish_status(status, channel, parent)
        elif status == "idle":
            about = {"execution_state": status, "execution_count": self._count}
            topic = self._topic("status")
            self.session.send(self.iopub_socket, "status", about, request, topic)

    def _publish_execute_input(self, code: str, parent: dict, count: int) -> None:
        """Say what runs, unless who asked knows it; `idle` tells the number then."""
        self._count = count
        if not parent["metadata"].get("brief"):
            super()._publish_execute_input(code, parent, count)

    async def _handle(self, op: str, **content: Any) -> dict | None:
        if op == "begin":
            return self._begin(**content)
        if op == "give":
            return await self._give(**content)
        if op == "wire":
            return self._room.connect(self._receive_wire())
        if op == "serve":
            return self._room.serve()
        if op == "finish":
            return self._room.finish()
        if op == "notes":
            return self._notes or self._room.finish()
        raise ValueError(f"room_request: {op!r} is unknown")

    def _begin(self, role: str, seed: int, **content: Any) -> None:
        # Imported here: a kernel that is no room needs none of them.
        from autograder import randomness, shared_temp

        sys.dont_write_bytecode = True  # an import leaves released folders as they are
        randomness.seed(seed)
        shared_temp.share(Path.cwd())
        if role == "test":
            from autograder.standin import TestRoom as Room
        else:
            from autograder.serving import StudentRoom as Room

        # `quit()` would end the kernel a moment later, in the middle of another cell.
        self.shell.ask_exit = lambda: None
        self._room = Room(self.shell, **content)
        self._room.connect(self._receive_wire())

    async def _give(self, runs: bool, **about: Any) -> None:
        source = self._room.runnable(**about)
        if source and runs:  # else its names are known to be missing
            await self.do_execute(
                source, silent=False, store_history=False, allow_stdin=False
            )

    def _receive_wire(self) -> socket.socket:
        """Take the socket that the coordinator put into the control socket."""
        size = array.array("i").itemsize
        _, ancillary, _, _ = self._control.recvmsg(1, socket.CMSG_LEN(size))
        (fd,) = array.array("i", ancillary[0][2])
        return socket.socket(fileno=fd)


class RoomApp(IPKernelApp):
    """What makes a kernel of a process."""

    kernel_class = RoomKernel
    outstream_class = "autograder.streams.RoomStream"

    def init_control(self, context: Any) -> None:
        """Leave out the thread that hands each message on to one of several subshells.

        A room has one.
        """
        super().init_control(context)
        self.shell_channel_thread.io_loop.close()
        self.shell_channel_thread = _MainThread()

    def initialize(self, argv: list[str] | None = None) -> None:
        """Make the kernel; what its log leaves out is not even put together."""
        super().initialize(argv)
        self.log.setLevel(self.log_level)


class _MainThread:
    """In place of the thread that a room does not start: ipykernel asks for it."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


@contextmanager
def _no_modules_to_list() -> Iterator[None]:
    """Keep ipykernel from asking all modules for their files, which its debugger skips.

    The two thousand of torch lie on as many pages of memory, and a forked process
    copies each page that it uses: more than a quarter of all that it copies.
    """
    ipkernel.sys = SimpleNamespace(**vars(sys) | {"modules": {}})
    try:
        yield
    finally:
        ipkernel.sys = sys


def main(arguments: list[str]) -> None:
    """Start a cold room kernel."""
    at = arguments.index("--control")
    RoomKernel.control_fd = int(arguments[at + 1])
    RoomApp.launch_instance(arguments[:at] + arguments[at + 2 :])


if __name__ == "__main__":
    # As a module of its own name: classes of `__main__` would be the student's.
    from autograder.kernel import main as start

    start(sys.argv[1:])
