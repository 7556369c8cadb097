"""Which folders were moved, though they may be back: inotify's answer.

A folder that is moved away and back is the same folder at its place, and its times say
no more than that something was made in it, which anybody may.
"""

import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from autograder import syscalls

_EVENT = struct.Struct("iIII")  # watch, mask, cookie, length of a name
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class MovedFolders:
    """Notices when a folder inside another is moved or removed.

    Where there is no inotify, or all of it is in use, nothing is noticed.
    """

    def __init__(self) -> None:
        self._events = -1
        self._names: dict[int, str] = {}
        with suppress(OSError, AttributeError):
            self._events = syscalls.inotify()

    def watch(self, work_fd: int, folders: Iterable[Path]) -> None:
        """Watch these folders, and no others, from now on."""
        self._read()  # what was before
        self._names = {}
        if self._events < 0:
            return
        for path in folders:
            with suppress(OSError):
                folder = os.open(path, _FOLDER, dir_fd=work_fd)
                try:
                    place = f"/proc/self/fd/{folder}"
                    watch = syscalls.watch_moves(self._events, place)
                    self._names[watch] = f"{path}/"
                finally:
                    os.close(folder)

    def moved(self) -> list[str]:
        """Return the watched folders that were moved since, each ending in "/"."""
        seen = self._read()
        if -1 in seen:  # more than the system notes
            return sorted(self._names.values())
        return sorted({self._names[watch] for watch in seen & {*self._names}})

    def close(self) -> None:
        """Stop watching."""
        if self._events >= 0:
            os.close(self._events)
        self._events = -1

    def _read(self) -> set[int]:
        seen = set()
        with suppress(BlockingIOError):
            while self._events >= 0:
                # No event has a name: each is about the watched folder itself.
                events = os.read(self._events, 256 * _EVENT.size)
                seen |= {watch for watch, *_ in _EVENT.iter_unpack(events)}
        return seen
