"""stdout and stderr of a room's kernel."""

import codecs
import os
import select
import threading
import time
from contextlib import suppress
from typing import Any

from ipykernel.iostream import OutStream

_PIPE_BYTES = 1 << 16  # all that a pipe holds
_MOMENT = 0.0005  # s, between two looks of `flush` at what the thread has done


class RoomStream(OutStream):
    """stdout or stderr of a room.

    A kernel flushes both four times for each cell, and waits each time until another
    thread has said that nothing was there: a third of what a short cell costs. Here it
    waits only where something is on its way: in the pipe of what programs and libraries
    write, in the hand of the thread that reads it, in the buffer, or being sent.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._in_hand, self._reads, self._is_sending = threading.Lock(), 0, False
        super().__init__(*args, **options)  # starts the thread
        self._pipe = _readable(self._fid)

    def flush(self) -> None:
        """Send what was written, if anything was."""
        # A forked process has no such thread; it may have been born with a full hand.
        if self._is_master_process():
            self._await_reader()
        # In the order in which it is handed on.
        if self._buffers or self._is_sending:
            super().flush()

    def _await_reader(self) -> None:
        # What is on its way now is in hand, or comes with the next read, which takes
        # all that a pipe holds; a program may go on writing for ever.
        last, deadline = self._reads + 2, time.monotonic() + self.flush_timeout
        while self._is_unread() or self._in_hand.locked():
            ended = not self.watch_fd_thread.is_alive()  # somebody closed what it uses
            if ended or self._reads >= last or time.monotonic() > deadline:
                break
            time.sleep(_MOMENT)

    def _is_unread(self) -> bool:
        return any(event & select.POLLIN for _, event in self._pipe.poll(0))

    def _flush(self) -> None:
        self._is_sending = True  # and what follows, the end of the cell, has to wait
        try:
            super()._flush()
        finally:
            self._is_sending = False

    def _watch_pipe_fd(self) -> None:
        pipe = _readable(self._fid)
        # A letter of many bytes may come half with one read, half with the next.
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        with suppress(OSError, ValueError):  # it is closed
            while pipe.poll() and self._should_watch:
                with self._in_hand:
                    written = os.read(self._fid, _PIPE_BYTES)
                    if not written:  # everybody has closed it
                        break
                    self.write(decode(written))
                    self._reads += 1
                    os.write(self._original_stdstream_copy, written)


def _readable(pipe: int | None) -> select.poll:
    found = select.poll()
    if pipe is not None:
        found.register(pipe, select.POLLIN)
    return found
