"""Where kernels are born: boxes, forks and their ends, inside the warm process."""

import itertools
import os
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder import sandbox
from autograder.forked import READY, Birth, become_cold_kernel, become_kernel

START_SECONDS = 60
_PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")


@dataclass(eq=False)
class Kernel:
    """A process that is, or becomes, a kernel.

    Parameters
    ----------
    role : str
        "student" or "test".
    box : Box
        The folders that it may write to.
    pid, pidfd : int
        The process.
    ready : int
        Says `READY`, or what went wrong.
    control : socket
        The coordinator's end of the kernel's control socket.
    connection : dict
        As in a connection file. The key is not in it unless the client chose one: it is
        drawn in the child, for what is known here is known to all later forks.
    """

    role: str
    box: sandbox.Box
    pid: int
    pidfd: int
    ready: int
    control: socket.socket
    connection: dict
    state: str = "starting"
    error: str = ""
    deadline: float = field(default_factory=lambda: time.monotonic() + START_SECONDS)

    def hear(self) -> None:
        """Read what the child says; call when `ready` can be read."""
        said = os.read(self.ready, 1 << 16)
        self.state = "ready" if said == READY else "failed"
        self.error = said.decode(errors="replace")
        os.close(self.ready)


class Nursery:
    """Boxes, and the kernels in them.

    Parameters
    ----------
    folder : Path
        Where boxes are made.
    policy : Policy
        What rooms may do.
    environment : dict
        Variables of all kernels.
    """

    def __init__(
        self, folder: Path, policy: sandbox.Policy, environment: dict[str, str]
    ) -> None:
        self.folder, self.policy, self.environment = folder, policy, environment
        self.cold = False
        self.kernels: set[Kernel] = set()
        self.boxes: dict[str, sandbox.Box] = {}
        self._numbers = itertools.count(1)

    def prepare(self, load: Callable[[], Any]) -> Any:
        """Set the sandbox up, then import; call before anything is forked."""
        self.policy = sandbox.prepare(self.policy)
        return load()

    def new_box(self) -> sandbox.Box:
        """Make the folders of one submission."""
        name = str(next(self._numbers))
        self.boxes[name] = sandbox.make_box(self.folder / name, self.policy)
        return self.boxes[name]

    def fork(
        self,
        role: str,
        box: sandbox.Box,
        connection: dict | None = None,
        environment: dict[str, str] | None = None,
    ) -> Kernel:
        """Start a kernel.

        Parameters
        ----------
        role : str
            "student" or "test".
        box : Box
            Where it lives.
        connection : dict, optional
            Where it listens; a new place when not given.
        environment : dict, optional
            Variables on top of those of all kernels.
        """
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ready, told = os.pipe()
        own = str(box.tmp(role))
        birth = Birth(
            connection=connection or _new_connection(box.private(role)),
            control=theirs.fileno(),
            ready=told,
            work=str(box.work),
            private=str(box.private(role)),
            environment=self.environment
            | {"HOME": own, "IPYTHONDIR": f"{own}/.ipython", "TMPDIR": own}
            | (environment or {}),
        )

        def main() -> None:
            (become_cold_kernel if self.cold else become_kernel)(birth)

        keep = (birth.control, birth.ready)
        try:
            pid, pidfd = sandbox.spawn(self.policy, box, role, main, keep)
        except BaseException:
            os.close(ready)
            control.close()
            raise
        finally:
            os.close(told)
            theirs.close()
        kernel = Kernel(role, box, pid, pidfd, ready, control, birth.connection)
        self.kernels.add(kernel)
        return kernel

    def kill(self, kernel: Kernel) -> int | None:
        """End everything in a room; its exit status where that is known."""
        if kernel.state == "failed":  # its keeper will say why in a moment
            select.select([kernel.pidfd], [], [], 1)
        status = sandbox.kill(kernel.pid, kernel.pidfd)
        self.kernels.discard(kernel)
        kernel.control.close()
        os.close(kernel.pidfd)
        return status

    def remove_boxes(self, wanted: set[str]) -> None:
        """Remove each box that nothing lives in and nobody wants."""
        wanted = wanted | {kernel.box.folder.name for kernel in self.kernels}
        for name in self.boxes.keys() - wanted:
            sandbox.remove_box(self.boxes.pop(name))


def _new_connection(home: Path) -> dict:
    ports = {name: number for number, name in enumerate(_PORTS, start=1)}
    return {
        "transport": "ipc",
        "ip": str(home / "k"),
        "signature_scheme": "hmac-sha256",
        **ports,
    }
