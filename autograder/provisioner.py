"""Kernels from the warm process, as jupyter_client starts any kernel.

With `JUPYTER_DEFAULT_PROVISIONER_NAME=autograder-fork`, or in a kernelspec's metadata,
every program that starts kernels through jupyter_client gets warm ones.
"""

import asyncio
import json
import os
import select
import signal
import socket
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerBase
from traitlets import List, Unicode, default

from autograder import sandbox
from autograder.lease import Lease, ZygoteError, readable


class ForkProvisioner(KernelProvisionerBase):
    """Starts, signals and ends one kernel of the warm process."""

    address = Unicode(
        config=True, help="Socket of a running warm process; one is started when empty."
    )
    preload = List(
        Unicode(), config=True, help="Modules that a warm process started here imports."
    )
    role = Unicode(
        "student", config=True, help='The kind of room: "student" or "test".'
    )

    box: str | None = None
    control: socket.socket | None = None
    _lease: Lease | None = None
    _pidfd: int | None = None
    _status: int | None = None
    _adopted = False

    @default("address")
    def _address_of_environment(self) -> str:
        return os.environ.get("AUTOGRADER_ZYGOTE", "")

    def adopt(self, lease: Lease, kernel: dict, fds: list[int]) -> None:
        """Take a kernel that runs already; the next launch is this one.

        Parameters
        ----------
        lease : Lease
            What it lives through.
        kernel : dict
            Its `pid` and `connection`.
        fds : list of int
            Its pidfd and the coordinator's end of its control socket.
        """
        self._lease, self._status, self.pid = lease, None, kernel["pid"]
        self._pidfd, control = fds
        self.control = socket.socket(fileno=control)
        key = json.loads(self.control.recv(1 << 12))["key"]
        self.connection_info = kernel["connection"] | {"key": key.encode()}
        self._adopted = True

    async def launch_kernel(
        self, cmd: list[str], **options: Any
    ) -> KernelConnectionInfo:
        """Start the kernel, or hand out the adopted one."""
        if not self._adopted:
            await self._start(options.get("env", {}))
        self._adopted = False
        return self.connection_info

    async def _start(self, environment: dict[str, str]) -> None:
        if self._lease is None or self._lease.closed:
            self._lease = await Lease.connect(self.address or self._own_zygote())
            request = {}
        else:  # again, where its clients expect it
            key = self.connection_info["key"].decode()
            request = {
                "box": self.box,
                "connection": self.connection_info | {"key": key},
            }
        # The warm process has its variables; what the caller added comes on top.
        added = {k: v for k, v in environment.items() if os.environ.get(k) != v}
        reply, (work, *fds) = await self._lease.ask(
            "room", role=self.role, environment=added, **request
        )
        os.close(work)
        self.box = reply["box"]["name"]
        self._close()
        self.adopt(self._lease, reply["rooms"][0], fds)

    def _own_zygote(self) -> str:
        from autograder.zygote import shared

        return shared(tuple(self.preload)).address

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started, and its end was not yet waited for."""
        return self._pidfd is not None

    async def poll(self) -> int | None:
        """Return None while the kernel runs, then its exit status."""
        if self._pidfd is None:
            return self._status if self._status is not None else 0
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        if not poll.poll(0):
            return None
        return self._status if self._status is not None else 0

    async def wait(self) -> int | None:
        """Wait until the kernel ends, and end what it left behind."""
        if self._pidfd is not None:
            await readable(self._pidfd)
            await self.kill()
            os.close(self._pidfd)
            self._pidfd = None
        return self._status

    async def send_signal(self, signum: int) -> None:
        """Signal the kernel; SIGKILL ends all of its room."""
        if signum == signal.SIGKILL:
            await self.kill()
        elif self._pidfd is not None:
            try:
                signal.pidfd_send_signal(self._pidfd, signum)
            except ProcessLookupError:
                pass

    async def kill(self, restart: bool = False) -> None:
        """End every process of the room; nothing is left when this returns."""
        if self._status is not None or self._pidfd is None:
            return
        try:
            reply, _ = await self._lease.ask("stop")
            self._status = reply["exit"] or 0
        except ZygoteError:  # no warm process: its children are ending anyway
            await asyncio.to_thread(sandbox.kill, self.pid, self._pidfd)
            self._status = -signal.SIGKILL

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        """Give up the room's folders, unless another kernel is to follow in them."""
        if not restart and self._lease is not None:
            self._lease.close()
            self._close()

    def _close(self) -> None:
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None
        if self.control is not None:
            self.control.close()
            self.control = None

    async def pre_launch(self, **options: Any) -> dict[str, Any]:
        """Prepare what `launch_kernel` is called with."""
        return await super().pre_launch(cmd=[], **options)
