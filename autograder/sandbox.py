"""What a room may touch and use: the interface; the layers follow."""

from collections.abc import Callable, Iterable
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
        Processes and threads of a room.
    disk_mib, file_mib : int
        All files of a room, and one file.
    open_files : int
        File descriptors of a process.
    cpu_seconds : int
        CPU time of a process.
    readable : tuple of str
        What rooms may read besides the Python environment, such as more packages.
    secret : tuple of str
        What rooms must never read: course folder, gradebook. Asking for an
        environment that contains one of them is an error.
    tier : str, optional
        "full", "landlock" or "process"; set by `prepare`.
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


@dataclass(frozen=True)
class Box:
    """The folders of one submission; the same paths inside and outside of the rooms.

    Parameters
    ----------
    folder : Path
        Holds the others.
    number : int
        Unique among the boxes of this machine; the rooms' user ids follow from it.
    work_fd : int
        An open descriptor of `work`. With namespaces `work` is a file system in memory
        that only this process and the rooms see: other processes reach it when they
        are sent the descriptor, as ``/proc/self/fd/N``.
    """

    folder: Path
    number: int
    work_fd: int

    @property
    def work(self) -> Path:
        """Current folder of both rooms; both read and write it."""
        return self.folder / "work"

    def private(self, role: str) -> Path:
        """Connection file and ipc sockets of one room; on disk, seen from outside."""
        return self.folder / role

    def tmp(self, role: str) -> Path:
        """TMPDIR and HOME of one room; nobody else sees it."""
        return self.folder / f"{role}-tmp"


def prepare(policy: Policy) -> Policy:
    """Enter what is entered once; call it before threads, numpy and any fork.

    Returns the policy to spawn with: its `tier` says what this machine offers.
    """
    raise NotImplementedError


def make_box(folder: Path, policy: Policy) -> Box:
    """Make the folders of a submission; in the process that called `prepare`."""
    raise NotImplementedError


def fill(work_fd: int, folder: Path) -> None:
    """Copy the files of `folder` into a box, so that both rooms can change them."""
    raise NotImplementedError


def remove_box(box: Box) -> None:
    """Remove the folders of a submission whose rooms have been killed."""
    raise NotImplementedError


def spawn(
    policy: Policy,
    box: Box,
    role: str,
    main: Callable[[], None],
    keep: Iterable[int] = (),
    output: int | None = None,
) -> tuple[int, int]:
    """Fork a room and run `main` in it.

    All file descriptors but `keep` are closed in the room; 0 is /dev/null, 1 and 2 are
    `output` or /dev/null. Returns (pid, pidfd) of the room's *keeper*, which enforces
    memory and disk limits, forwards SIGINT to the room, ends it on SIGTERM, and ends
    when the room ends, with its exit status. Whatever the caller's memory holds can be
    read in the room: never hold there what the student must not know, such as keys of
    test rooms.
    """
    raise NotImplementedError


def kill(pid: int, pidfd: int, seconds: float = 10) -> int | None:
    """End every process of a room and wait until they are gone.

    Returns the status of `os.waitstatus_to_exitcode` when the caller is the parent.
    Works from any process that holds the pidfd, more than once, on ended rooms too.
    """
    raise NotImplementedError


def explain(status: int) -> str:
    """Say in words why a room ended, such as "used more than its memory"."""
    raise NotImplementedError
