"""One notebook in two rooms: what runs where, and what happens when a room ends."""

import asyncio
import errno
import secrets
import shutil
import socket
import time
from collections.abc import Container
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any, Protocol

from jupyter_client.utils import ensure_async

from autograder import cell_names, sandbox
from autograder.lease import ZygoteError
from autograder.moved_folders import MovedFolders
from autograder.plan import Given, Plan, defined_in, definitions
from autograder.policy import Policy
from autograder.record import SUFFIX, Note
from autograder.released_files import ReleasedFiles, bring_back
from autograder.room import Room, RoomError, done

_PATIENCE = 2.0  # seconds for a student's room to react to an interrupt
_GRACE = 0.2  # seconds for an interrupt to arrive
_SETTLED = 0.025  # seconds until the time of a file's change is in the past
_QUICK = 0.5  # seconds that both rooms may run the same cells at once
_DEATHS = 20  # rooms that one submission may use up
_TRIES = 5  # to put released files right


class Starter(Protocol):
    """What starts rooms: a zygote, or a source of cold kernels."""

    async def pair(self, patient: bool = False) -> tuple[Room, Room]:
        """Start a student's room and a test room that share a box; others first."""

    async def room(self, box: Any, role: str) -> Room:
        """Start one room in a box that is there."""


class Rooms:
    """The two rooms of one submission.

    Parameters
    ----------
    starter : Starter
        Where rooms come from.
    plan : Plan
        What is known of the notebook.
    seconds : float
        Limit of a cell.
    files : ReleasedFiles, optional
        What tests may rely on.
    """

    def __init__(
        self,
        starter: Starter,
        plan: Plan,
        seconds: float,
        files: ReleasedFiles | None = None,
    ) -> None:
        self.starter, self.plan, self.seconds = starter, plan, seconds
        self.files = files
        self.student: Room | None = None
        self.test: Room | None = None
        self.notes: list[Note] = []
        self.deaths = 0
        self._ran: list[str] = []  # the student's cells that did not end the room
        self._given = 0  # how many of the plan's given cells are done with
        self._giving: asyncio.Task[None] | None = None  # the early ones among them
        self._deadly: set[str] = set()  # those that have ended a test room
        # How long they took at most in a submission's test room; all of these share it.
        self.given_seconds: list[float] = []
        self._serving = ""
        self._wired = False
        # Nobody can foretell it, and all rooms of a submission begin with it.
        self._seed = secrets.randbits(32)
        self._stamps: dict[str, Any] = {}  # of released files, when a test began
        self._right: dict[str, Any] = {}  # and when all of them were right
        self._moved = MovedFolders()

    async def open(self, patient: bool = False) -> None:
        """Start both rooms and the wire.

        Parameters
        ----------
        patient : bool
            Whether rooms that somebody waits for come first.
        """
        try:
            self.student, self.test = await self.starter.pair(patient)
        except (RoomError, ZygoteError):
            # Another submission may just have taken the warm process with it.
            self.student, self.test = await self.starter.pair(patient)
        ours, theirs = socket.socketpair()
        self.student.give_wire(ours)
        self.test.give_wire(theirs)
        await asyncio.gather(
            self._begin_student_room(),
            self._begin_test_room(),
        )
        self._wired = True

    def fill(self, folder: Path) -> None:
        """Put the submission's files before both rooms.

        Raises
        ------
        RoomError
            If the files cannot be copied: they are too large, say.
        """
        try:
            copy_files(folder, self.student.box)
        except OSError as error:
            hint = ""
            if error.errno == errno.ENOSPC:
                hint = (
                    "; remove what is not needed, or write enable(c, disk_mib=...) "
                    f"in nbgrader_config.py: {Policy.disk_mib} is the default"
                )
            raise RoomError(
                f"{folder}: the files beside the notebook cannot be copied into "
                f"its rooms: {error.strerror}{hint}"
            ) from None

    async def give_early(self) -> None:
        """Begin to run in the test room what comes before anything of the student's.

        Meanwhile, on another core, the student's room runs the same cells. Where they
        take long, both would, and a time limit counts. Files that tests rely on may be
        changed at any time: where there are some, these cells run later, between a look
        at the files and another.
        """
        quick = self.given_seconds and self.given_seconds[0] < _QUICK
        if quick and self.plan.early and not self.files:
            cells = self.plan.given[: self.plan.early]
            self._giving = asyncio.ensure_future(self._give_each(cells))

    async def _given_early(self) -> None:
        """Wait for what has begun; raises what came of it."""
        task, self._giving = self._giving, None
        if task is not None:
            await task
            self._given = self.plan.early

    async def _forget_early(self) -> None:
        task, self._giving = self._giving, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError, RoomError):
                await task

    def another(self) -> "Rooms":
        """Return rooms for another submission, not open yet."""
        made = Rooms(self.starter, self.plan, self.seconds, self.files)
        made.given_seconds = self.given_seconds
        return made

    def like(self, other: "Rooms") -> bool:
        """Tell whether rooms can be another's: all but the submission is the same."""
        ours = self.plan, self.files, self.seconds
        theirs = other.plan, other.files, other.seconds
        return self.starter is other.starter and ours == theirs

    async def alive(self) -> bool:
        """Tell whether both rooms are there."""
        return await self.student.alive() and await self.test.alive()

    async def _begin_student_room(self) -> None:
        about = {"seed": self._seed, "given": [*self.plan.shared_names]}
        await self.student.ask("begin", role="student", **about)

    async def _begin_test_room(self) -> None:
        about: dict[str, Any] = {"seed": self._seed}
        about["known"] = self.plan.known.as_data()
        if self.files is not None:
            about["modules"] = self.files.modules()
            about["beside"] = self.files.beside_modules()
        await self.test.ask("begin", role="test", **about)

    async def _restore_files(self) -> None:
        """Give released files their content back, and watch them from then on.

        Raises
        ------
        RoomError
            If something goes on changing them.
        """
        self._stamps = {}
        work = self.test.box.work_fd
        if self.files is None or work < 0:
            return
        noted: set[str] = set()
        for _ in range(_TRIES):
            # Watched first: what is right after that, and not seen to be changed, was
            # right all the time.
            self._moved.watch(work, self.files.folders)
            stamps = self.files.stamps(work)
            ready = self.files.can_tell(stamps)
            right = self._right and self.files.still_right(stamps, self._right)
            changed = self.files.restore(work, right)
            for name in changed:
                if name not in noted:
                    text = "a released file was changed, or open for writing"
                    self.notes.append(Note("file", name, text))
            noted |= {*changed}
            if ready and not changed:
                self._stamps = self._right = stamps
                return
            await asyncio.sleep(_SETTLED)
        names = ", ".join(sorted(noted)) or "a file"
        raise RoomError(
            f"{names} was released with the assignment, and goes on changing"
        )

    def _changed_files(self) -> list[str]:
        """Name the released files, and folders of theirs, that were changed since."""
        if not self._stamps:
            return []
        now = self.files.stamps(self.test.box.work_fd)
        changed = [name for name, stamp in self._stamps.items() if now[name] != stamp]
        return [*dict.fromkeys(changed + self._moved.moved())]

    async def close(self, folder: Path | None = None) -> None:
        """Bring back new files, and let both rooms end with everything in them."""
        await self._forget_early()
        if folder is not None and self.test is not None and self.test.box.work_fd >= 0:
            with suppress(OSError):
                bring_back(self.test.box.work_fd, folder)
        self._moved.close()
        rooms = [room for room in (self.student, self.test) if room is not None]
        for room in rooms:
            await room.leave()
        if rooms:
            rooms[0].box.close()
        self.student = self.test = None

    # Cells of the student's.

    def ran(self, source: str) -> None:
        """Remember a cell of the student's, for the case that the room must go."""
        self._ran.append(source)

    async def lost(self, what: str, cell: str = "") -> None:
        """Note that the student's room is gone, and make another one.

        Parameters
        ----------
        what : str
            What happened, as the end of a sentence about the student's code.
        cell : str
            Where.
        """
        self.notes.append(Note("room", cell, f"the student's code {what}"))
        await self.rebuild()

    async def rebuild(self) -> None:
        """Start another student's room and replay the cells that ran in the old one."""
        while True:
            self.deaths += 1
            if self.student is not None:
                await self.student.stop()
            if self.deaths > _DEATHS:
                self.student = None
                return
            self.student = await self.starter.room(self.test.box, "student")
            with suppress(RoomError):
                await self._given_early()
            if not await self.test.alive():
                await self._new_test_room()
            ours, theirs = socket.socketpair()
            self.student.give_wire(ours)
            self.test.give_wire(theirs)
            await self._begin_student_room()
            await self.test.ask("wire")
            self._wired = True
            broken = await self._replay()
            if broken is None:
                return
            del self._ran[broken]
            self.notes.append(
                Note(
                    "replay",
                    "",
                    "a cell of the student's was left out: it ended the "
                    "room when it was run again",
                )
            )

    async def _replay(self) -> int | None:
        for number, source in enumerate(self._ran):
            try:
                await quietly(self.student, self.student.run(source), self.seconds)
            except (RoomError, TimeoutError):
                return number
        return None

    # Tests.

    async def _give_all(self, name: str, unchanged: set[str]) -> None:
        """Run what the release gives before a test in the test room too.

        A given cell that is no longer there keeps its functions and imports, and leaves
        its data to the student.
        """
        await self._given_early()
        last = self.plan.given_before(name)
        cells = self.plan.given[self._given : last]
        if not cells:
            return
        await self._restore_files()
        start = time.monotonic()
        await self._give_each(cells, unchanged)
        if not self._given:
            took = time.monotonic() - start
            self.given_seconds[:] = [max([took, *self.given_seconds])]
        self._given = max(self._given, last)
        changed = self._changed_files()
        if changed:
            names = ", ".join(changed)
            raise RoomError(f"{names} was changed while given cells ran")

    async def _give_each(
        self, cells: tuple[Given, ...], unchanged: Container[str] = ()
    ) -> None:
        for given in cells:
            source = given.source
            edited = not given.locked and source.strip() not in unchanged
            if edited:
                source = definitions(source, self.plan.read_by_helpers)
            if source.strip():
                await self._give(source, given.locked, edited)

    async def _give(self, source: str, locked: bool, edited: bool) -> None:
        about = {"tasks": [*self.plan.tasks], "lent": [*self.plan.lent]}
        about |= {"locked": locked, "edited": edited, "means": self.plan.imports}
        about |= {"seconds": self.seconds * 0.8, "runs": source not in self._deadly}
        sent = self.test.send("give", source=source, **about)
        try:
            with suppress(TimeoutError):
                done("give", await quietly(self.test, sent, self.seconds))
        except RoomError:
            if not await self.test.alive():
                self._deadly.add(source)
            raise

    async def begin_test(self, name: str, unchanged: set[str]) -> str:
        """Make both rooms ready for a test, and say why that failed.

        Parameters
        ----------
        name : str
            The test.
        unchanged : set of str
            The texts of the submission's cells.
        """
        if self.student is not None and not (
            self._wired and await self.student.alive()
        ):
            await self.rebuild()
        if self.student is None:
            return "the student's code ended its room too often"
        self._serving = self.student.send("serve")
        await self._give_all(name, unchanged)
        try:
            await self._restore_files()
        except RoomError as error:
            return str(error)
        return ""

    def about_test(self, name: str) -> dict[str, Any]:
        """Return what the test room has to know before it runs a test."""
        defined = defined_in(self._ran)
        cells = [*dict.fromkeys(defined.values())]
        numbers = {source: number for number, source in enumerate(cells)}
        return {
            "about": cell_names.about(self.plan.tests[name]),
            "cells": cells,
            "sources": {name: numbers[source] for name, source in defined.items()},
            "means": self.plan.imports,
            "tasks": [*self.plan.tasks],
            "given": [*self.plan.given_names],
            "in_both": [*self.plan.shared_names],
            "earlier": [*self.plan.bound_before(name)],
            "seconds": self.seconds * 0.8,
        }

    async def lost_test(self, cell: str, why: str = "could not be ended") -> None:
        """Start another test room, after a test that cannot be the last in this one."""
        self.notes.append(Note("test", cell, f"the test {why}"))
        await self._new_test_room()
        self._wired = False
        await self.rebuild()

    async def _new_test_room(self) -> None:
        await self._forget_early()
        box = self.test.box
        await self.test.stop()
        self.test = await self.starter.room(box, "test")
        ours, theirs = socket.socketpair()
        ours.close()
        self.test.give_wire(theirs)
        await self._begin_test_room()
        self._given = 0

    async def end_test(self, cell: str, notes: dict | None = None) -> dict:
        """Let the student's room go, mend what broke; returns the test room's notes.

        Parameters
        ----------
        cell : str
            The test.
        notes : dict, optional
            What the test room has said of it, if it ran.
        """
        if notes is None:
            notes = await self.test.ask("finish", self.seconds)
        notes["changed"] = changed = self._changed_files()
        notes["code"] = self.files.code_among(changed) if changed else []
        if self.student is None:
            return notes
        try:
            reply = await self._served()
        except (RoomError, TimeoutError):
            how = "ended its room" if not await self.student.alive() else "hung"
            await self.lost(how, cell)
            return notes
        if notes["broken"] or reply["status"] != "ok":
            self.notes.append(Note("wire", cell, notes["broken"] or reply["status"]))
            await self._rewire()
        return notes

    async def _served(self) -> dict:
        try:
            return await self.student.reply(self._serving, _PATIENCE)
        except TimeoutError:
            await self.student.interrupt()
            reply = await self.student.reply(self._serving, _PATIENCE)
            # Should it have ended just before: the interrupt is not for the next cell.
            await asyncio.sleep(_GRACE)
            return reply

    async def _rewire(self) -> None:
        """Give both rooms a new wire; the student's code may hold the old one."""
        ours, theirs = socket.socketpair()
        self.student.give_wire(ours)
        self.test.give_wire(theirs)
        try:
            await self.student.ask("wire", _PATIENCE)
        except (RoomError, TimeoutError):
            await self.test.ask("wire")
            await self.rebuild()
            return
        await self.test.ask("wire")


async def quietly(room: Room, sent: str, seconds: float) -> dict:
    """Wait for the reply to a message that runs a cell, without keeping its outputs.

    Raises
    ------
    RoomError
        If the kernel ends.
    TimeoutError
        If it does not even react to an interrupt.
    """
    listening = asyncio.ensure_future(_drain(room))
    try:
        try:
            return await room.reply(sent, seconds)
        except TimeoutError:
            await room.interrupt()
            return await room.reply(sent, _PATIENCE)
    finally:
        listening.cancel()


async def _drain(room: Room) -> None:
    """Throw away what a room says, so that it does not pile up."""
    while True:
        with suppress(Empty):
            await ensure_async(room.kc.iopub_channel.get_msg(timeout=1))


def copy_files(folder: Path, box: Any) -> None:
    """Put the files of a submission where both rooms work.

    The notebook itself stays out: by now it holds the hidden tests.
    """
    if box.work_fd >= 0:
        sandbox.fill(box.work_fd, folder, skip=_is_secret)
    else:
        for path in sorted(folder.rglob("*")):
            to = box.work / path.relative_to(folder)
            if path.is_dir() and not path.is_symlink():
                to.mkdir(exist_ok=True)
            elif path.is_file() and not path.is_symlink() and not _is_secret(path.name):
                shutil.copyfile(path, to)


def _is_secret(name: str) -> bool:
    return name.endswith((".ipynb", SUFFIX))
