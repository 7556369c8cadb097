"""The warm process: it imports once, and forks a kernel whenever one is wanted.

It has one thread and one loop, so that it can fork at any moment. Clients connect to a
socket in a folder that only their user can enter.

    {op: "pair"}        a student's room and, through a second lease, a test room; with
                        `patient`, when nobody else wants one and nothing is beginning
    {op: "room", role}  one room; `box` puts it into an existing box, `connection` says
                        where it listens, `environment` what it sees
    {op: "stop"}        end everything in the room; replies when nothing is left
    {op: "status"}      what was imported, what runs

When its owner ends, however that happens, this process ends too, with all rooms.
"""

import json
import os
import selectors
import shutil
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import sandbox
from autograder.errors import AutograderError
from autograder.lease import ZygoteError
from autograder.nursery import Kernel, Nursery
from autograder.preload import preload
from autograder.reception import MESSAGE_BYTES, Lease, Reception
from autograder.selfcheck import check_fork


@dataclass(eq=False)
class Wish:
    """A request that waits for its kernels; a patient one also for their births."""

    lease: Lease
    kernels: list[Kernel]
    patient: bool = False

    @property
    def ready(self) -> bool:
        """Whether it can be granted."""
        return _are_ready(self.kernels) and not (self.patient and len(self.kernels) < 2)


class Server:
    """Hands out kernels.

    Parameters
    ----------
    listener, owner : socket
        Where clients connect; what ends when the owner does.
    nursery : Nursery
        Forks kernels.
    spares : int
        Pairs that are kept ready.
    """

    def __init__(
        self,
        listener: socket.socket,
        owner: socket.socket,
        nursery: Nursery,
        spares: int,
    ) -> None:
        self.owner, self.nursery, self.wanted = owner, nursery, spares
        self.notes: list[str] = []
        self.refusal: str | None = None  # why there are no rooms at all
        self.wishes: list[Wish] = []
        self.spares: deque[list[Kernel]] = deque()
        self.selector = selectors.PollSelector()  # unlike epoll, it is no descriptor
        self.selector.register(owner, selectors.EVENT_READ)
        self.reception = Reception(self.selector, listener, self._answer, self._left)

    def prepare(self, modules: list[str]) -> None:
        """Import everything; what goes wrong is told to those who ask for rooms."""
        try:
            skipped = self.nursery.prepare(lambda: preload(modules))
        except AutograderError as error:
            self.refusal, self.wanted = str(error), 0
            return
        self.notes += [f"not preloaded: {k}: {v}" for k, v in skipped.items()]
        wrong = check_fork()
        if wrong:
            self.nursery.cold = True
            self.notes.append(f"kernels start cold, in seconds each: {wrong}")

    def serve(self) -> None:
        """Answer until the owner ends."""
        while True:
            self._refill()
            for key, _ in self.selector.select(1 if self.wishes else None):
                if key.fileobj is self.owner:
                    return
                # Unless what came before it in this round has ended it.
                if self.selector.get_map().get(key.fd) is key:
                    key.data()
            self._grant()

    def end(self) -> None:
        """End every room and remove every box."""
        for kernel in list(self.nursery.kernels):
            self._kill(kernel)
        self.nursery.remove_boxes(set())

    # --- Requests

    def _answer(self, lease: Lease, request: dict) -> dict | None:
        if self.refusal:
            raise AutograderError(self.refusal)
        return getattr(self, "_do_" + request.pop("op"))(lease, **request)

    def _left(self, lease: Lease) -> None:
        for wish in [wish for wish in self.wishes if wish.lease is lease]:
            self._drop(wish)
        kernel = lease.kernel
        if kernel is None:
            self._remove_boxes()
            return

        def ended() -> None:
            self.selector.unregister(kernel.pidfd)
            self._kill(kernel)
            self._remove_boxes()

        # Not waited for: somebody may want the next room meanwhile.
        sandbox.end(kernel.pidfd)
        self.selector.register(kernel.pidfd, selectors.EVENT_READ, ended)

    def _remove_boxes(self) -> None:
        leases = self.reception.leases
        self.nursery.remove_boxes({lease.box for lease in leases if lease.box})

    def _do_status(self, lease: Lease) -> dict:
        return {
            "pid": os.getpid(),
            "cold": self.nursery.cold,
            "notes": self.notes,
            "rooms": [kernel.pid for kernel in self.nursery.kernels],
            "spares": sum(_are_ready(pair) for pair in self.spares if len(pair) == 2),
        }

    def _do_pair(self, lease: Lease, patient: bool = False) -> None:
        wish = Wish(lease, self.spares.popleft() if self.spares else [], patient)
        self.wishes.append(wish)
        if patient:
            return
        try:
            if not wish.kernels:
                wish.kernels.append(self._fork("student", self.nursery.new_box()))
            if len(wish.kernels) == 1:
                wish.kernels.append(self._fork("test", wish.kernels[0].box))
        except BaseException:
            self._drop(wish)
            raise

    def _do_room(
        self, lease: Lease, role: str, box: str | None = None, **birth: Any
    ) -> None:
        if box and box not in self.nursery.boxes:
            raise ZygoteError(f"room: box {box} has gone with the last of its rooms")
        place = self.nursery.boxes[box] if box else self.nursery.new_box()
        self.wishes.append(Wish(lease, [self._fork(role, place, **birth)]))

    def _do_stop(self, lease: Lease) -> dict:
        status = self._kill(lease.kernel) if lease.kernel else None
        lease.kernel = None
        return {"exit": status}

    # --- Kernels

    def _refill(self) -> None:
        """Begin one room ahead of need, if nobody waits and no other one is beginning.

        One after the other, so that what runs meanwhile loses one core at most.
        """
        patient = [wish for wish in self.wishes if wish.patient]
        hasty = len(patient) < len(self.wishes)
        if hasty or any(k.state == "starting" for k in self.nursery.kernels):
            return
        pairs = [*(wish.kernels for wish in patient), *self.spares]
        pair = next((pair for pair in pairs if len(pair) < 2), None)
        if pair is None and len(self.spares) >= self.wanted:
            return
        try:
            if pair is None:
                self.spares.append([self._fork("student", self.nursery.new_box())])
            elif not pair:
                pair.append(self._fork("student", self.nursery.new_box()))
            else:
                pair.append(self._fork("test", pair[0].box))
        except (AutograderError, OSError) as error:
            self.wanted = 0  # who asks for a room fails likewise, and learns why
            for wish in patient:
                self._drop(wish)
                wish.lease.reply({"error": str(error)})

    def _fork(self, role: str, box: sandbox.Box, **birth: Any) -> Kernel:
        kernel = self.nursery.fork(role, box, **birth)

        def hear() -> None:
            self.selector.unregister(kernel.ready)
            kernel.hear()
            if kernel.state == "failed":
                self._discard_spare(kernel)

        self.selector.register(kernel.ready, selectors.EVENT_READ, hear)
        return kernel

    def _discard_spare(self, kernel: Kernel) -> None:
        """Make no more spares where one fails."""
        for pair in [pair for pair in self.spares if kernel in pair]:
            self.wanted = 0  # who asks for a room fails likewise, and learns why
            self.spares.remove(pair)
            for each in pair:
                self._kill(each)

    def _kill(self, kernel: Kernel) -> int | None:
        if kernel.state == "starting":
            self.selector.unregister(kernel.ready)
            os.close(kernel.ready)
            kernel.state = "given up"
        return self.nursery.kill(kernel)

    def _drop(self, wish: Wish) -> dict[Kernel, int | None]:
        self.wishes.remove(wish)
        return {kernel: self._kill(kernel) for kernel in wish.kernels}

    def _grant(self) -> None:
        """Answer each request whose kernels are ready, or will never be."""
        now = time.monotonic()
        for wish in list(self.wishes):
            failed = [kernel for kernel in wish.kernels if kernel.state == "failed"]
            if wish.ready:
                self.wishes.remove(wish)
                self._hand_over(wish)
            elif failed or any(now > kernel.deadline for kernel in wish.kernels):
                statuses = self._drop(wish)
                why = "it took too long"
                for kernel in failed:
                    why = kernel.error or sandbox.explain(statuses[kernel] or 0)
                wish.lease.reply({"error": f"a kernel did not start: {why}"})

    def _hand_over(self, wish: Wish) -> None:
        """Send the box's descriptor, then two per kernel, a second lease in between."""
        box = wish.kernels[0].box
        fds = [os.dup(box.work_fd)]
        lease = wish.lease
        for kernel in wish.kernels:
            if kernel is not wish.kernels[0]:
                ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                lease = self.reception.watch(ours)
                fds.append(theirs.detach())
            lease.kernel, lease.box = kernel, box.folder.name
            fds += [os.dup(kernel.pidfd), kernel.control.detach()]
        reply = {
            "box": {
                "name": box.folder.name,
                "folder": str(box.folder),
                "users": box.users,
                "group": box.group,
            },
            "rooms": [
                {"pid": kernel.pid, "connection": kernel.connection}
                for kernel in wish.kernels
            ],
        }
        wish.lease.reply(reply, tuple(fds))
        for fd in fds:
            os.close(fd)


def _are_ready(kernels: list[Kernel]) -> bool:
    return all(kernel.state == "ready" for kernel in kernels)


def main(arguments: list[str]) -> None:
    """Run the warm process, in a folder of its own, until its owner ends.

    Parameters
    ----------
    arguments : list of str
        File descriptors: where clients connect, the owner's socket, and the folder with
        a lock on it, which goes when this process does.
    """
    listener, owner = (socket.socket(fileno=int(fd)) for fd in arguments[:2])
    setup = json.loads(owner.recv(MESSAGE_BYTES))
    folder = Path.cwd()
    sys.path[:] = [path for path in sys.path if path != str(folder)]
    policy = sandbox.Policy(
        **{
            name: tuple(value) if isinstance(value, list) else value
            for name, value in setup["policy"].items()
        }
    )
    nursery = Nursery(folder, policy, setup["environment"])
    server = Server(listener, owner, nursery, setup["spares"])
    server.prepare(setup["preload"])
    try:
        server.serve()
    finally:
        server.end()
    shutil.rmtree(folder, ignore_errors=True)  # else the owner reads the log, and does
    # Taking torch apart would cost a second, and the owner waits.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    # As a module of its own name: classes of `__main__` would be the student's.
    from autograder.zygote_server import main as start

    start(sys.argv[1:])
