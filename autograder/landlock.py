"""Landlock: which files, TCP ports, signals and abstract sockets a process may use.

No privilege is needed, so this layer is there in containers too. PyPI has `landlockpy`
(0BSD, 2026, one author, 0.2) and older ones that lack scopes: too young to stand
between students and the gradebook in place of these hundred lines.
"""

import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

from autograder import syscalls

# File rights, by the version of Landlock that brought them.
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR = (1 << n for n in range(5))
REMOVE_FILE, MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK = (1 << n for n in range(5, 10))
MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << n for n in range(10, 13))
REFER = 1 << 13  # 2: link and rename between folders
TRUNCATE = 1 << 14  # 3
IOCTL_DEV = 1 << 15  # 5
_ALL_BY_ABI = {1: (1 << 13) - 1, 2: REFER, 3: TRUNCATE, 5: IOCTL_DEV}

READ = EXECUTE | READ_FILE | READ_DIR
DEVICE = READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV
WRITE = (
    *(READ, WRITE_FILE, REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG, MAKE_SOCK),
    *(MAKE_FIFO, MAKE_SYM, REFER, TRUNCATE),
)
WRITE = sum(WRITE)
_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

# From here on, a process cannot signal or connect to what is not enclosed with it.
SCOPES_ABI = 6
# Below, a file that may be read can be emptied: open(O_RDONLY | O_TRUNC).
LEAST_ABI = 3


def restrict(
    read: Iterable[str | Path] = (),
    write: Iterable[str | Path] = (),
    devices: Iterable[str | Path] = (),
    abi: int | None = None,
) -> None:
    """Enclose this thread and its later children; nothing undoes it.

    Everything that is not named is denied: files, TCP, and from version 6 on signals
    and abstract sockets across the border. `stat`, `chmod` and `connect` to a socket's
    path are beyond Landlock.

    Parameters
    ----------
    read, write, devices : paths
        What may be read and executed; also written; read and written without `read`'s
        folders. Paths that do not exist are left out.
    abi : int, optional
        Version of Landlock to use, at most the kernel's.

    Raises
    ------
    OSError
        If there is no Landlock.
    """
    abi = min(abi or 99, syscalls.landlock_abi())
    handled = sum(rights for since, rights in _ALL_BY_ABI.items() if since <= abi)
    ruleset = syscalls.landlock_create_ruleset(_attributes(abi, handled))
    try:
        for rights, paths in ((READ, read), (WRITE, write), (DEVICE, devices)):
            for path in paths:
                _allow(ruleset, path, rights & handled)
        syscalls.no_new_privileges()
        syscalls.landlock_restrict_self(ruleset)
    finally:
        os.close(ruleset)


def restrict_signals() -> None:
    """Let this thread and its later children signal only each other.

    Raises
    ------
    OSError
        If there is no Landlock, or one below version 6.
    """
    ruleset = syscalls.landlock_create_ruleset(struct.pack("QQQ", 0, 0, 2))
    try:
        syscalls.no_new_privileges()
        syscalls.landlock_restrict_self(ruleset)
    finally:
        os.close(ruleset)


def _attributes(abi: int, handled: int) -> bytes:
    tcp = 3 if abi >= 4 else 0  # bind, connect
    scopes = 3 if abi >= SCOPES_ABI else 0  # abstract sockets, signals
    size = 24 if abi >= SCOPES_ABI else 16 if abi >= 4 else 8
    return struct.pack("QQQ", handled, tcp, scopes)[:size]


def _allow(ruleset: int, path: str | Path, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            rights &= _OF_FILES
        syscalls.landlock_add_path(ruleset, struct.pack("=Qi", rights, fd))
    finally:
        os.close(fd)
