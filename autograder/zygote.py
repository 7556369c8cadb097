"""The warm process, as the rest of the autograder uses it.

    with Zygote.start(imports_of(locked_cells), policy) as zygote:
        student, test = await zygote.pair()

One serves all workers of a machine: they `Zygote.connect(zygote.address)`.
"""

import asyncio
import atexit
import dataclasses
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from autograder.client import WatchfulClient
from autograder.errors import AutograderError
from autograder.lease import Lease, ZygoteError
from autograder.preload import quiet_threads
from autograder.provisioner import ForkProvisioner
from autograder.room import Room
from autograder.sandbox import Box, Policy
from autograder.zygote_folder import OWN, make_folder, remove_stale

# Of this process's environment, rooms get these; the rest may hold passwords.
_PASSED = {"LANG", "LANGUAGE", "LD_LIBRARY_PATH", "PATH", "TZ", "VIRTUAL_ENV"}
_PASSED_PREFIXES = (
    *("LC_", "MKL_", "MPL", "NBGRADER_", "OMP_", "OPENBLAS_", "PYTHON", "TORCH"),
)
_INLINE = "module://matplotlib_inline.backend_inline"


class Zygote:
    """A warm process and the way to it.

    Parameters
    ----------
    address : str
        Path of its socket.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._process: subprocess.Popen | None = None
        self._owner: socket.socket | None = None

    @classmethod
    def start(
        cls,
        preload: Iterable[str] = (),
        policy: Policy | None = None,
        *,
        spares: int = 1,
        environment: dict[str, str] | None = None,
    ) -> "Zygote":
        """Start a warm process; it ends with this one, at the latest.

        Returns at once: the imports go on meanwhile, and the first room waits for them.

        Parameters
        ----------
        preload : iterable of str
            Modules to import; what does not import is skipped and noted.
        policy : Policy, optional
            What the rooms may do.
        spares : int
            Pairs of rooms that are kept ready; 0 when rooms are rarely wanted.
        environment : dict, optional
            Variables of the rooms, on top of a few of this process's own.

        Raises
        ------
        ZygoteError
            Where processes cannot be forked like this: anywhere but on Linux.
        """
        if sys.platform != "linux":
            raise ZygoteError(
                f"warm kernels need Linux, this is {sys.platform}; use cold rooms"
            )
        remove_stale()
        folder, lock = make_folder()
        own = folder / OWN
        zygote = cls(str(own / "zygote"))
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind(zygote.address)
        listener.listen(128)
        zygote._owner, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        variables = _passed() | (environment or {})
        setup = {
            "preload": list(preload),
            "policy": dataclasses.asdict(policy or Policy()),
            "spares": spares,
            "environment": variables,
        }
        zygote._owner.sendall(json.dumps(setup).encode())
        fds = [listener.fileno(), theirs.fileno(), lock]
        with (own / "log").open("wb") as log:
            zygote._process = subprocess.Popen(
                [sys.executable, "-m", "autograder.zygote_server", *map(str, fds)],
                pass_fds=fds,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                env=quiet_threads(variables) | {"HOME": str(Path.home())},
                start_new_session=True,  # Ctrl-C is for the owner, who ends it
            )
        listener.close()
        theirs.close()
        os.close(lock)
        return zygote

    @classmethod
    def connect(cls, address: str) -> "Zygote":
        """Use the warm process that listens at `address`, which another one owns."""
        return cls(address)

    async def pair(self, patient: bool = False) -> tuple[Room, Room]:
        """Get a student's room and a test room, which share one box.

        Parameters
        ----------
        patient : bool
            Whether others come first: the rooms are for later.
        """
        lease = await Lease.connect(self.address)
        reply, fds = await self._ask(lease, "pair", patient=patient)
        work, *first = fds[:3]
        other, *second = fds[3:]
        place = reply["box"]
        box = Box(Path(place["folder"]), work, place["users"], place["group"])
        student, test = reply["rooms"]
        other = Lease(socket.socket(fileno=other))
        rooms = await asyncio.gather(
            self._room(lease, student, first, box),
            self._room(other, test, second, box),
        )
        return rooms[0], rooms[1]

    async def room(self, box: Box, role: str) -> Room:
        """Get a fresh room in a box that exists, in place of one that has ended."""
        lease = await Lease.connect(self.address)
        name = box.folder.name
        reply, (work, *fds) = await self._ask(lease, "room", box=name, role=role)
        os.close(work)
        return await self._room(lease, reply["rooms"][0], fds, box)

    async def status(self) -> dict[str, Any]:
        """Get what was imported, what runs, and notes on what went wrong."""
        lease = await Lease.connect(self.address)
        reply, _ = await self._ask(lease, "status")
        lease.close()
        return reply

    @property
    def alive(self) -> bool:
        """Whether the warm process still runs; of another owner's nobody knows."""
        return self._process is None or self._process.poll() is None

    def stop(self) -> None:
        """End the warm process and all rooms."""
        if self._process is None:
            return
        # Not only closed: a fork of this process may hold it too.
        self._owner.shutdown(socket.SHUT_RDWR)
        self._owner.close()
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._process = None

    def __enter__(self) -> "Zygote":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _folder(self) -> Path:
        return Path(self.address).parent.parent

    async def _ask(self, lease: Lease, op: str, **content: Any) -> tuple[dict, list]:
        try:
            return await lease.ask(op, **content)
        except ZygoteError as error:
            log = self._log() if lease.closed else ""
            lease.close()
            raise ZygoteError(f"{error}{log}") from None

    def _log(self) -> str:
        """Show the last words of a process that has ended."""
        if self._process is None:
            return ""
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return ""
        lines = (self._folder / OWN / "log").read_text().splitlines()
        return "\n".join(["", *lines[-5:]])

    async def _room(self, lease: Lease, kernel: dict, fds: list, box: Box) -> Room:
        manager = AsyncKernelManager(client_factory=WatchfulClient)
        # Not the file in the room, where a student could put another one.
        manager.connection_file = str(
            Path(self.address).with_name(f"{box.folder.name}-{kernel['pid']}.json")
        )
        manager.provisioner = ForkProvisioner(
            parent=manager, kernel_spec=manager.kernel_spec, address=self.address
        )
        manager.provisioner.box = box.folder.name
        manager.provisioner.adopt(lease, kernel, fds)
        await manager.start_kernel()
        client = manager.client()
        client.start_channels(hb=False)
        client.allow_stdin = False
        await until_ready(client)
        return Room(manager, client, manager.provisioner.control, box)


async def until_ready(client: Any, seconds: float = 60) -> None:
    """Wait until a client hears all that its kernel says, and not a moment longer.

    The kernel must be listening already. jupyter_client's own `wait_for_ready` polls,
    and listens for a fifth of a second more in case there is something left to hear.
    """
    deadline = time.monotonic() + seconds

    def left() -> float:
        return max(0.0, deadline - time.monotonic())

    # Since ipykernel 7, the first message says that the subscription has arrived.
    await client.get_iopub_msg(timeout=left())
    asked = client.kernel_info()
    heard = {}
    while heard.get("execution_state") != "idle":
        message = await client.get_iopub_msg(timeout=left())
        if message["parent_header"].get("msg_id") == asked:
            heard = message["content"]
    await client.get_shell_msg(timeout=left())


def selfcheck(preload: Iterable[str] = ("numpy", "torch")) -> list[str]:
    """Start a warm process and say what is wrong with it; nothing when all is well.

    Parameters
    ----------
    preload : iterable of str
        Modules that the kernels should have from the start.
    """

    async def look() -> list[str]:
        with Zygote.start(preload, spares=0) as zygote:
            status = await zygote.status()
            for room in await zygote.pair():
                await room.stop()
            return status["notes"]

    try:
        return asyncio.run(look())
    except AutograderError as error:
        return [str(error)]


@functools.cache
def shared(preload: tuple[str, ...] = ()) -> Zygote:
    """Get the warm process that everything in this one shares."""
    zygote = Zygote.start(preload)
    atexit.register(zygote.stop)
    return zygote


def _passed() -> dict[str, str]:
    variables = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED or name.startswith(_PASSED_PREFIXES)
    }
    return {"MPLBACKEND": _INLINE} | variables
