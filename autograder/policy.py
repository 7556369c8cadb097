"""What rooms may use, and the folders that they share or keep."""

import os
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError


class SandboxError(AutograderError):
    """A layer that was wanted is not there, or a room could not be enclosed."""


@dataclass(frozen=True)
class Policy:
    """What rooms may use.

    Parameters
    ----------
    isolation : {"sandbox", "process"}
        "process" gives up the sandbox, not the two rooms.
    memory_mib : int
        All memory of a room together: heap, shared memory, files in memory.
    processes : int
        Processes and threads of a room, besides four threads for each processor.
    disk_mib, file_mib : int
        All files of a room, and one file.
    open_files : int
        File descriptors of a process.
    cpu_seconds : int
        CPU time of a process.
    readable : tuple of str
        What rooms may read besides the Python environment, such as more packages.
    secret : tuple of str
        What rooms must never read: course folder, gradebook. An environment that
        contains one of them is an error.
    tier : {"full", "landlock", "process"}, optional
        Set by `sandbox.prepare`.
    """

    isolation: str = "sandbox"
    memory_mib: int = 4096
    processes: int = 128
    disk_mib: int = 512
    file_mib: int = 256
    open_files: int = 512
    cpu_seconds: int = 3600
    readable: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    tier: str | None = None

    @property
    def tasks(self) -> int:
        """Processes and threads that a room may have on this machine."""
        return self.processes + 4 * (os.cpu_count() or 1)

    def __post_init__(self) -> None:
        if self.isolation not in ("sandbox", "process"):
            raise SandboxError(
                f'isolation must be "sandbox" or "process", got {self.isolation!r}'
            )
        limits = ("memory_mib", "processes", "disk_mib", "file_mib", "open_files")
        for name in (*limits, "cpu_seconds"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise SandboxError(f"{name} must be a whole number > 0, got {value!r}")


@dataclass(frozen=True)
class Box:
    """The folders of one submission; the same paths inside and outside of the rooms.

    Parameters
    ----------
    folder : Path
        Holds the others.
    work_fd : int
        An open descriptor of `work`. With namespaces, `work` is a file system in memory
        that only this process and the rooms see: other processes reach it when they
        are sent the descriptor, as ``/proc/self/fd/N``.
    users : dict
        The user id of each role.
    group : int
        The group id of both.
    lock : int
        A descriptor that keeps the user ids from being used twice on this machine; -1
        where the user is everybody's own.
    """

    folder: Path
    work_fd: int
    users: dict[str, int]
    group: int
    lock: int = -1

    @property
    def work(self) -> Path:
        """Current folder of both rooms; both read and write it."""
        return self.folder / "work"

    def close(self) -> None:
        """Let go of `work`: as long as somebody holds it, its files take memory."""
        os.close(self.work_fd)

    def private(self, role: str) -> Path:
        """Connection file and ipc sockets of one room; on disk, seen from outside."""
        return self.folder / role

    def tmp(self, role: str) -> Path:
        """TMPDIR and HOME of one room; nobody else sees it."""
        return self.folder / f"{role}-tmp"
