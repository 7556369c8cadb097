"""stdout and stderr of a room's kernel."""

import os
import select
import threading
import time
from contextlib import suppress
from typing import Any

from ipykernel.iostream import OutStream

_PIPE_BYTES = 1 << 16  # all that a pipe holds
_TRIES, _MOMENT = 40, 0.0005  # how often, and how long, `flush` waits for a thread


class RoomStream(OutStream):
    """stdout or stderr of a room.

    A kernel flushes both four times for each cell, and waits each time until another
    thread has said that nothing was there: a third of what a short cell costs. Here it
    waits only where something is on its way. What programs and libraries write comes
    through a pipe and a thread, and is in the pipe, in hand, or in the buffer.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._in_hand = threading.Lock()
        super().__init__(*args, **options)  # starts the thread
        self._pipe = _readable(self._fid)

    def flush(self) -> None:
        """Send what was written, if anything was."""
        for _ in range(_TRIES):  # something else may go on writing
            # In the order in which it is handed on.
            if self._is_unread() or self._in_hand.locked():
                time.sleep(_MOMENT)
            elif self._buffers:
                super().flush()
            else:
                break

    def _is_unread(self) -> bool:
        return any(event & select.POLLIN for _, event in self._pipe.poll(0))

    def _watch_pipe_fd(self) -> None:
        pipe = _readable(self._fid)
        with suppress(OSError, ValueError):  # it is closed
            while pipe.poll() and self._should_watch:
                with self._in_hand:
                    written = os.read(self._fid, _PIPE_BYTES)
                    if not written:  # everybody has closed it
                        break
                    self.write(written.decode(errors="replace"))
                    os.write(self._original_stdstream_copy, written)


def _readable(pipe: int | None) -> select.poll:
    found = select.poll()
    if pipe is not None:
        found.register(pipe, select.POLLIN)
    return found
