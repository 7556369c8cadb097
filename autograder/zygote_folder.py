"""The folder of a warm process: found by its clients, removed with it or after it."""

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

_PREFIX = "autograder-"
_YOUNG_SECONDS = 60
OWN = "own"  # what no room may enter: socket, log, connection files


def make_folder() -> tuple[Path, int]:
    """Make a folder that counts as stale as soon as the lock on it is gone.

    Returns
    -------
    folder : Path
        Boxes go here, and what is private to `OWN`. The path is short: sockets lie in
        it, and their paths have at most 107 bytes.
    lock : int
        File descriptor that holds the lock, for the process that the folder is for.
    """
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    folder.chmod(0o711)  # rooms pass through with user ids of their own
    (folder / OWN).mkdir(mode=0o700)
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


def remove_stale() -> None:
    """Remove the folders of processes that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(_PREFIX + "*"):
        try:
            state = folder.lstat()
            age = time.time() - state.st_mtime
            # A young one may not be locked yet.
            if state.st_uid != os.getuid() or age < _YOUNG_SECONDS:
                continue
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass  # in use
        finally:
            os.close(lock)
