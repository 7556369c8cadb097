"""The processes of a room, seen from outside: which there are, use, and their end."""

import contextlib
import mmap
import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

_PAGE = mmap.PAGESIZE
# What the kernel holds at most for one end of a socket or pipe, unseen by any process.
_BUFFER = 2 * 208 * 1024
_TOO_MANY_FILES = 100_000


def descendants(pid: int) -> list[int]:
    """Return the ids of all processes below one."""
    found, waiting = [], [pid]
    while waiting:
        children = _children(waiting.pop())
        found += children
        waiting += children
    return found


def _children(pid: int) -> list[int]:
    children: list[int] = []
    with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/task") as threads:
        for thread in threads:
            with contextlib.suppress(OSError):
                children += map(int, _read(f"{thread.path}/children").split())
    return children


def _read(path: str) -> bytes:
    """Read a file of /proc; a tenth of what `open` takes, ten times a second."""
    text = b""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        while more := os.read(fd, 1 << 16):
            text += more
    finally:
        os.close(fd)
    return text


def tasks(pids: list[int]) -> int:
    """Return how many threads the processes have, at least one each."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            total += Path(f"/proc/{pid}/task").stat().st_nlink - 2
    return total


def seconds(pid: int) -> float | None:
    """Return the CPU seconds that a process has used, exactly; None if it is gone."""
    try:
        # Linux's number of another process's clock: clock_getcpuclockid(3).
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:
        return None


def memory_bound(pids: list[int]) -> int:
    """Return bytes that the processes do not use more than; quick.

    Memory that processes share is counted for each.
    """
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError, IndexError):
            total += int(_read(f"/proc/{pid}/statm").split()[1]) * _PAGE
            total += _entries(f"/proc/{pid}/fd") * _BUFFER
    return total


def _entries(folder: str | Path) -> int:
    with os.scandir(folder) as entries:
        return sum(1 for _ in entries)


def unshared(pid: int) -> int:
    """Return the bytes that a process does not share with a file."""
    resident, shared = _read(f"/proc/{pid}/statm").split()[1:3]
    return (int(resident) - int(shared)) * _PAGE


def memory(pids: list[int], inherited: int) -> int:
    """Return the bytes that the processes use; takes milliseconds for each.

    Counted are their own part of shared memory, and what the kernel may hold for their
    sockets and pipes. Where the kernel does not tell the parts (processes of another
    user, without CAP_SYS_PTRACE), `inherited` bytes are taken off for each.
    """
    total, buffers = 0, set()
    for pid in pids:
        with contextlib.suppress(OSError, IndexError, ValueError):
            total += _own_memory(pid, inherited)
            buffers.update(_buffers(pid))
    return total + len(buffers) * _BUFFER


def _own_memory(pid: int, inherited: int) -> int:
    try:
        lines = _read(f"/proc/{pid}/smaps_rollup").decode().splitlines()
    except PermissionError:
        return max(0, unshared(pid) - inherited)
    parts = (line.split() for line in lines)
    wanted = ("Pss_Anon:", "Pss_Shmem:")
    return sum(int(part[1]) * 1024 for part in parts if part[0] in wanted)


def _buffers(pid: int) -> Iterator[tuple[int, int]]:
    for entry in os.scandir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            info = entry.stat()
            if stat.S_ISSOCK(info.st_mode) or stat.S_ISFIFO(info.st_mode):
                yield info.st_dev, info.st_ino


def unlinked(pids: list[int]) -> int:
    """Return the bytes of open files that have no name any more."""
    sizes = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for entry in os.scandir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    info = entry.stat()
                    if stat.S_ISREG(info.st_mode) and info.st_nlink == 0:
                        sizes[info.st_dev, info.st_ino] = info.st_blocks * 512
    return sum(sizes.values())


def size(folder: Path) -> float:
    """Return the bytes of all files below a folder; infinity if it cannot be told."""
    total, count, waiting = 0, 0, [os.fspath(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    info = entry.stat(follow_symlinks=False)
                    total += info.st_blocks * 512
                    count += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    if count > _TOO_MANY_FILES:
                        return float("inf")
        except FileNotFoundError:
            pass
        except OSError:  # a path too long, a folder that cannot be read
            return float("inf")
    return total


def end_all(enclosed: bool) -> None:
    """End all processes below this one and wait until they are gone.

    Parameters
    ----------
    enclosed : bool
        Landlock keeps this process's signals among its descendants: one signal to
        everybody then reaches all of them at once, however fast they fork.
    """
    while True:
        if enclosed and _signals_stay_inside():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(-1, signal.SIGKILL)
        else:
            _kill_tree()
        if _reap():
            return
        time.sleep(0.002)


def _signals_stay_inside() -> bool:
    # The parent is outside. Better be sure before everybody gets a signal.
    try:
        os.kill(os.getppid(), 0)
    except PermissionError:
        return True
    return False


def _kill_tree() -> None:
    """Stop everything until nothing new appears, then kill.

    A process is stopped before its children are looked for: then there are no more.
    """
    stopped: set[int] = set()
    before = -1
    while before < len(stopped):
        before = len(stopped)
        waiting = [os.getpid()]
        while waiting:
            children = _children(waiting.pop())
            waiting += children
            for child in set(children) - stopped:
                _signal(child, signal.SIGSTOP)
                stopped.add(child)
    for pid in stopped:
        _signal(pid, signal.SIGKILL)


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _reap() -> bool:
    """Collect ended children; true when there are no children left."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        if pid == 0:
            return False
