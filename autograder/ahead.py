"""The next submission's rooms, opened while this one's code runs on another core."""

import asyncio
import atexit
from contextlib import suppress

from jupyter_core.utils import run_sync

from autograder.rooms import Rooms


class Ahead:
    """Opens rooms before they are asked for; one for all submissions of a command.

    The rooms of the last submission are closed when the program ends.
    """

    def __init__(self) -> None:
        self._next: asyncio.Task[Rooms] | None = None
        self._before: Rooms | None = None  # what was opened last, in its first state
        # Of an assignment with several notebooks: what came after which.
        self._turns: list[tuple[Rooms, Rooms]] = []

    async def open(self, rooms: Rooms) -> Rooms:
        """Return open rooms that are like those given, and begin to open the next.

        Parameters
        ----------
        rooms : Rooms
            Not open yet; they are, if none that are like them were waiting.
        """
        opened = await self._waiting(rooms)
        if opened is None:
            await rooms.open()
            opened = rooms
        now, before = opened.another(), self._before
        if before is None:
            atexit.register(self.stop)
        else:
            self._turns = [turn for turn in self._turns if not turn[0].like(before)]
            self._turns.append((before, now))
        self._before = now
        following = next((b for a, b in self._turns if a.like(now)), now)
        self._next = asyncio.ensure_future(_opened(following.another()))
        return opened

    async def _waiting(self, rooms: Rooms) -> Rooms | None:
        task, self._next = self._next, None
        if task is None or task.get_loop() is not asyncio.get_running_loop():
            return None
        with suppress(Exception):  # who asks for a room fails likewise, and learns why
            opened = await task
            if opened.like(rooms) and await opened.alive():
                return opened
            await opened.close()
        return None

    def stop(self) -> None:
        """Give up the rooms that nobody has asked for."""
        task, self._next = self._next, None
        if task is None or task.get_loop().is_running():
            return  # another thread's loop: the rooms end with the warm process
        task.cancel()
        with suppress(BaseException):
            run_sync(_closed)(task)


async def _opened(rooms: Rooms) -> Rooms:
    await rooms.open(patient=True)
    return rooms


async def _closed(task: asyncio.Task[Rooms]) -> None:
    with suppress(asyncio.CancelledError):
        await (await task).close()
