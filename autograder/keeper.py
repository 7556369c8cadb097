"""The keeper: a small process above each room, outside of its walls.

It starts the room's first process, watches the memory and disk that all its processes
use together (no rlimit does), passes interrupts on, and when the first process ends or
the keeper is told to, ends whatever is left.
"""

import contextlib
import gc
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder import landlock, processes, syscalls
from autograder.policy import Box, Policy

# Exit statuses of a keeper that are not those of its room.
FAILED, MEMORY, DISK, NO_SPACE, TASKS = range(240, 245)
READY = b"ready"

_TICK, _DISK_TICK = 0.1, 0.5
_FREE_BYTES = 256 << 20
_PRIVATE_BYTES = 64 << 20
_MIB = 1 << 20


@dataclass
class Keeper:
    """One room, as its keeper knows it.

    Parameters
    ----------
    policy, box, role
        The room.
    """

    policy: Policy
    box: Box
    role: str
    first: int = 0
    enclosed: bool = False
    memory_folders: tuple[str, ...] = ()
    inherited: int = 0
    _alone: bool = False
    _used: float | None = None

    def run(self, main: Callable[[int], None], told: int, keep: list[int]) -> int:
        """Start the room and watch it to its end; return the status to exit with.

        Parameters
        ----------
        main : callable
            Becomes the room's first process; writes READY or an error to the
            descriptor it is given.
        told : int
            Where READY or the error is passed on to, and which is closed then.
        keep : list of int
            Descriptors that belong to the room, closed here.
        """
        gc.disable()
        signal.pthread_sigmask(signal.SIG_BLOCK, _events())
        os.setsid()
        self._separate()
        self.inherited = processes.unshared(os.getpid())
        ready, write = os.pipe()
        self.first = os.fork()
        if self.first == 0:
            os.close(ready)
            os.close(told)
            main(write)
        for fd in (write, *keep):
            os.close(fd)
        said = read_all(ready)
        os.close(ready)
        if said == READY and self.policy.tier == "full":
            places = ("/tmp", "/dev/shm", self.box.work)
            self.memory_folders = tuple(
                f"/proc/{self.first}/root{place}" for place in places
            )
        os.write(told, said)
        os.close(told)
        status = self._watch() if said == READY else FAILED
        self._end()
        return status

    def _separate(self) -> None:
        syscalls.die_with_parent(signal.SIGTERM)
        if self.policy.tier == "full":
            syscalls.unshare(syscalls.CLONE_NEWPID)
            return
        syscalls.adopt_orphans()
        if (
            self.policy.tier == "landlock"
            and syscalls.landlock_abi() >= landlock.SCOPES_ABI
        ):
            landlock.restrict_signals()
            self.enclosed = True

    def _watch(self) -> int:
        """Wait for an end and return its status."""
        disk_time, pause, complete = 0.0, _TICK, False
        while True:
            event = signal.sigtimedwait(_events(), pause)
            if event and event.si_signo == signal.SIGTERM:
                return 128 + signal.SIGKILL
            if event and event.si_signo == signal.SIGINT:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.first, signal.SIGINT)
            status = self._reap()
            if status is not None:
                return status
            rests = self._has_not_run()
            if rests and complete:
                continue
            start = time.monotonic()
            pids = processes.descendants(os.getpid())
            self._alone = pids == [self.first]
            if processes.tasks(pids) > self.policy.tasks:
                return TASKS
            if self._memory_is_over(pids):
                return MEMORY
            complete = rests or start > disk_time
            if complete:
                disk_time = start + _DISK_TICK
                status = self._disk_is_over()
                if status:
                    return status
            pause = max(_TICK, 4 * (time.monotonic() - start))

    def _has_not_run(self) -> bool:
        """Tell whether the room was one process, and has not run since the last look.

        Then it uses no more than it did: a room waits for most of its life.
        """
        before, self._used = self._used, processes.seconds(self.first)
        return self._alone and self._used == before is not None

    def _reap(self) -> int | None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return FAILED
            if pid == 0:
                return None
            if pid == self.first:
                code = os.waitstatus_to_exitcode(status)
                return 128 - code if code < 0 else min(code, FAILED - 1)

    def _memory_is_over(self, pids: list[int]) -> bool:
        limit = self.policy.memory_mib * _MIB
        files = sum(map(_used, self.memory_folders))
        if processes.memory_bound(pids) + files <= limit:
            return False
        return processes.memory(pids, self.inherited) + files > limit

    def _disk_is_over(self) -> int:
        on_disk = [self.box.private(self.role)]
        if processes.size(on_disk[0]) > _PRIVATE_BYTES:
            return DISK
        if self.policy.tier == "full":
            return 0
        limit = self.policy.disk_mib * _MIB
        on_disk += [self.box.work, self.box.tmp(self.role)]
        used = sum(map(processes.size, on_disk))
        if used <= limit:
            used += processes.unlinked(processes.descendants(os.getpid()))
        if used > limit:
            return DISK
        return NO_SPACE if shutil.disk_usage(self.box.work).free < _FREE_BYTES else 0

    def _end(self) -> None:
        if self.policy.tier == "full":
            # The first process of a PID namespace takes all others with it, and is
            # gone when they are.
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(self.first, signal.SIGKILL)
                os.waitpid(self.first, 0)
        else:
            processes.end_all(self.enclosed)


def _events() -> set[signal.Signals]:
    return {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}


def read_all(fd: int) -> bytes:
    """Read what comes until the other end is closed."""
    said = b""
    while more := os.read(fd, 1 << 16):
        said += more
    return said


def _used(folder: str | Path) -> int:
    with contextlib.suppress(OSError):
        info = os.statvfs(folder)
        return (info.f_blocks - info.f_bfree) * info.f_frsize
    return 0
