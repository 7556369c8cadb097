"""Files in a folder that the student's code changes at any time.

No link is followed, nothing is waited for, and whatever is read or written is a plain
file.
"""

import errno
import os
import secrets
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_NO_FOLDER = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES)


def put_back(folder: int, path: Path, content: bytes) -> bool:
    """Give a file its content back, and let nobody else have it open for writing.

    What is in the way of the file or its folders is removed, or gets another name.

    Parameters
    ----------
    folder : int
        Where the path begins.
    path : Path
        The file.
    content : bytes
        What should be in it.

    Returns
    -------
    bool
        Whether something was wrong; another call tells whether it is right now.
    """
    with suppress(OSError):
        for opened in _opened(folder, path.parent):
            if _is(opened, path.name, content):
                return False
            _clear(opened, path.name)
            new = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            file = os.open(path.name, new, 0o644, dir_fd=opened)
            with os.fdopen(file, "wb") as stream:
                os.fchmod(file, 0o664)
                os.fchown(file, -1, os.fstat(folder).st_gid)
                stream.write(content)
    return True


def read(folder: int, name: str, most: int) -> bytes | None:
    """Read a plain file of at most so many bytes; None if it is anything else."""
    with suppress(OSError), _plain(folder, name) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size <= most:
            return stream.read(size + 1)
    return None


def _is(folder: int, name: str, content: bytes) -> bool:
    """Tell whether a file has a content, and only the grader can have it open."""
    with suppress(OSError), _plain(folder, name) as stream:
        state = os.fstat(stream.fileno())
        if state.st_uid != os.geteuid() or state.st_size != len(content):
            return False
        if not _is_open_elsewhere(stream.fileno()):
            return stream.read(len(content) + 1) == content
    return False


@contextmanager
def _plain(folder: int, name: str) -> Iterator[BinaryIO]:
    """Open a plain file; an OSError if it is anything else."""
    # A named pipe would wait for ever without O_NONBLOCK.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    file = os.open(name, flags, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(f"{name} is no plain file")
    with os.fdopen(file, "rb") as stream:
        yield stream


def _is_open_elsewhere(file: int) -> bool:
    """Tell whether somebody has a file open for writing, or its pages in memory.

    Who has them in memory can write without changing the time of the file. A lease is
    refused for such a file.
    """
    import fcntl  # not on Windows

    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        # Told to whoever holds it when somebody opens the file; SIGURG does nothing.
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:  # a file system without leases
        return False
    return False


def _opened(folder: int, path: Path) -> Iterator[int]:
    """Open a folder inside another, part by part; clear away what is no folder."""
    opened = os.dup(folder)
    try:
        for part in path.parts:
            inside = _made(opened, part, os.fstat(folder).st_gid)
            os.close(opened)
            opened = inside
        yield opened
    finally:
        os.close(opened)


def _made(folder: int, name: str, group: int) -> int:
    """Open a folder, and make it first where there is none."""
    try:
        return os.open(name, _FOLDER, dir_fd=folder)
    except OSError as error:
        if error.errno not in _NO_FOLDER:
            raise
    _clear(folder, name)
    os.mkdir(name, 0o770, dir_fd=folder)
    made = os.open(name, _FOLDER, dir_fd=folder)
    os.fchown(made, -1, group)
    os.fchmod(made, 0o2770)
    return made


def _clear(folder: int, name: str) -> None:
    """Remove what has a name; a folder, which may hold much, gets another one."""
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return
    except OSError:
        away = f"{name}.away-{secrets.token_hex(4)}"
        os.rename(name, away, src_dir_fd=folder, dst_dir_fd=folder)
