"""nbclient's execution of a notebook, with two kernels in place of one."""

import asyncio
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import (
    CellExecutionComplete,
    CellTimeoutError,
    DeadKernelError,
)
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.ahead import Ahead
from autograder.plan import Plan
from autograder.released_files import ReleasedFiles
from autograder.room import Room, RoomError
from autograder.rooms import Rooms, Starter
from autograder.verdict import ends_in_points, failure, finished

_OUTPUT_BYTES = 4_000_000  # of one cell; a figure takes 100,000
_GRACE = 1.0  # seconds between a polite end and a forced one


class TwoRoomClient:
    """Runs a notebook's cells in two rooms; a mixin before nbclient's client.

    `begin` says who starts rooms and what the plan is. After that the client is used as
    any other: `setup_kernel`, then `execute_cell` for each cell, in order.
    """

    def begin(
        self,
        starter: Starter,
        plan: Plan,
        folder: Path | None,
        files: ReleasedFiles | None = None,
        ahead: Ahead | None = None,
    ) -> None:
        """Set what the next notebook needs.

        Parameters
        ----------
        starter : Starter
            Where rooms come from.
        plan : Plan
            Which cells are tests, and what they are.
        folder : Path, optional
            Holds the files of the submission.
        files : ReleasedFiles, optional
            Those among them that were released.
        ahead : Ahead, optional
            What may have opened the rooms already.
        """
        self._ahead = ahead
        self.rooms = Rooms(starter, plan, self.timeout or 3600, files)
        self.plan, self._folder = plan, folder
        self._verdicts: dict[str, tuple[NotebookNode, list]] = {}
        self._states: dict[int, dict] = {}
        self._room: Room | None = None
        self._left = _OUTPUT_BYTES
        self._unchanged: set[str] | None = None

    @contextmanager
    def setup_kernel(self, **options: Any) -> Any:
        """Start both rooms; end them, and all that they started, at the end."""
        try:
            if self._ahead is not None:
                self.rooms = run_sync(self._ahead.open)(self.rooms)
            else:
                run_sync(self.rooms.open)()
            if self._folder is not None:
                self.rooms.fill(self._folder)
            run_sync(self.rooms.give_early)()
            self._enter(self.rooms.student)
            yield
        finally:
            if self.rooms.student is not None:
                self._enter(self.rooms.student)
            run_sync(self.rooms.close)(self._folder)
            self.km = self.kc = None
            for cell, outputs in self._verdicts.values():
                # Whatever arrived later has no say.
                cell.outputs = outputs

    async def async_execute_cell(
        self,
        cell: NotebookNode,
        cell_index: int,
        execution_count: int | None = None,
        store_history: bool = True,
    ) -> NotebookNode:
        """Run a cell in its room."""
        if cell.cell_type != "code":
            return cell
        if self._unchanged is None:
            cells = self.nb.cells
            self._unchanged = {c.source.strip() for c in cells if c.cell_type == "code"}
        self._left = _OUTPUT_BYTES
        name = self._test_of(cell)
        if name is None:
            await self._run_student(cell, cell_index)
        else:
            await self._run_test(cell, cell_index, name)
        return cell

    execute_cell = run_sync(async_execute_cell)

    def _test_of(self, cell: NotebookNode) -> str | None:
        """Return the name of the test that a cell is; each counts once."""
        claim = cell.metadata.get("nbgrader")
        name = claim.get("grade_id") if isinstance(claim, dict) else None
        if name in self.plan.tests and name not in self._verdicts:
            return name
        return None

    async def _run_student(self, cell: NotebookNode, index: int) -> None:
        student = self.rooms.student
        if student is None:
            cell.outputs = [failure("RoomError", "your code ended its room too often")]
            return
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if not await student.alive():
            # Something earlier ended it just now, `quit()` in a function, say.
            await self.rooms.lost("ended its room", name)
            if self.rooms.student is None:
                cell.outputs = [failure("RoomError", "your code ended its room")]
                return
        self._enter(self.rooms.student)
        try:
            try:
                await super().async_execute_cell(cell, index)
            except DeadKernelError:
                # Perhaps it was dying already: the cell gets a second chance.
                await self.rooms.lost("ended its room", name)
                if self.rooms.student is None:
                    raise
                self._enter(self.rooms.student)
                await super().async_execute_cell(cell, index)
        except DeadKernelError:
            how = "This cell ended the kernel. The cells before it were run again."
            cell.outputs.append(failure("RoomError", how))
            await self.rooms.lost("ended its room", name)
        except (TimeoutError, CellTimeoutError, ValueError, KeyError, TypeError):
            # Or it sent what is no message, so that nobody knows when it ends.
            how = "This cell could not be stopped. The cells before it were run again."
            cell.outputs.append(failure("RoomError", how))
            await self.rooms.lost("could not be stopped", name)
        else:
            self.rooms.ran(cell.source)

    async def _run_test(self, cell: NotebookNode, index: int, name: str) -> None:
        cell.source = self.plan.tests[name]
        cell.metadata.pop("tags", None)
        cell.outputs = []
        notes: dict = {}
        try:
            problem, told = await self._try_test(cell, index, name)
            if problem and self.rooms.student is not None:
                # Something in the room takes part in the wire: not in a new one.
                await self.rooms.rebuild()
                problem, told = await self._try_test(cell, index, name)
            if problem:
                cell.outputs = [failure("RoomError", problem)]
            notes = await self.rooms.end_test(name, told)
            problem = self._missing(cell, notes) or self._tampered(notes)
            if problem:
                cell.outputs.append(failure("RoomError", problem))
            if notes.get("code"):
                # The test may have run what the student's code had put there.
                await self.rooms.lost_test(name, "may have run a changed file")
        except (DeadKernelError, CellTimeoutError, TimeoutError, RoomError) as error:
            cell.outputs.append(failure("RoomError", f"the test did not end: {error}"))
            await self.rooms.lost_test(name)
        finally:
            outputs = finished(
                cell.outputs,
                self.plan.points.get(name, 0),
                notes.get("printed", ""),
                number=ends_in_points(cell.source),
            )
            cell.outputs = outputs
            self._verdicts[name] = (cell, outputs)

    async def _try_test(
        self, cell: NotebookNode, index: int, name: str
    ) -> tuple[str, dict | None]:
        """Run a test; returns why it could not run, and its room's notes if it did."""
        self._stopping = asyncio.get_running_loop().create_future()
        self._reply: dict = {}
        problem = await self.rooms.begin_test(name, self._unchanged)
        if not problem:
            self._enter(self.rooms.test)
            with self.rooms.test.before_each(test=self.rooms.about_test(name)):
                await super().async_execute_cell(cell, index)
        self._stopping.cancel()
        if not self._reply:  # it never ran
            return problem, None
        said = self._reply.get("metadata", {})
        problem = said.get("problem", "").removeprefix("BrokenWireError: ")
        notes = said.get("notes")
        return problem, notes or await self.rooms.test.ask("notes", self.rooms.seconds)

    async def _async_poll_for_reply(self, *about: Any) -> dict:
        self._reply = await super()._async_poll_for_reply(*about)
        return self._reply

    @staticmethod
    def _missing(cell: NotebookNode, notes: dict) -> str:
        """Say so if the outputs of a test do not show what it ended in.

        An error in a thread, one that cannot be shown, or points that have not come.
        """
        kinds = {output.output_type for output in cell.outputs}
        if notes["failed"]:
            return f"a part of the test failed: {notes['failed']}"
        if notes["error"] and "error" not in kinds:
            return f"the test ended in a {notes['error']} that cannot be shown"
        if kinds & {"error", "execute_result"} or not ends_in_points(cell.source):
            return ""
        return "the test ends in its points, and these have not come"

    def _tampered(self, notes: dict) -> str:
        """Say so if a released file was changed that the test may have read.

        Where the reference writes files too, a function under test may do it; but not
        to what a test may have run.
        """
        changed = notes.get("code" if self.plan.known.writes else "changed")
        if not changed:
            return ""
        return (
            f"{', '.join(changed)} was released with the assignment, and was changed "
            f"while the test ran; if the test itself writes it, keep it out of source/"
        )

    # Two kernels, of which one is today's.

    def _enter(self, room: Room) -> None:
        """Point nbclient at a room; displays and widgets of the other are not its."""
        names = (
            *("_display_id_map", "output_hook_stack", "comm_objects"),
            *("widget_state", "widget_buffers"),
        )
        if self._room is not None:
            kept = {name: getattr(self, name) for name in names}
            self._states[id(self._room)] = kept
        fresh = {name: {} for name in names}
        fresh["output_hook_stack"] = defaultdict(list)
        for name, value in self._states.get(id(room), fresh).items():
            setattr(self, name, value)
        self._room, self.km, self.kc = room, room.km, room.kc

    async def _async_handle_timeout(
        self, timeout: int, cell: NotebookNode | None = None
    ) -> dict:
        if self._room is self.rooms.test and self.rooms.student is not None:
            self.log.error("Timeout waiting for a test (%is).", timeout)
            await self.rooms.student.interrupt()
            self._stopping = asyncio.ensure_future(self._stop_test())
        else:
            self.log.error("Timeout waiting for execute reply (%is).", timeout)
            await self._room.interrupt()
        return {"content": {**self.error_on_timeout, "status": "error"}}

    async def _stop_test(self) -> None:
        """Stop a test that goes on although the student's call was interrupted."""
        await asyncio.sleep(_GRACE)
        await self.rooms.test.interrupt()

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int) -> Any:
        """Take what a kernel says, up to a limit for each cell."""
        kind = msg["msg_type"]
        decides = kind in ("execute_result", "error") and self._room is self.rooms.test
        if kind in ("stream", "display_data", "execute_result", "error") and (
            not decides  # what a test ends in is its verdict
        ):
            size = len(repr(msg["content"]))
            if size > self._left:
                if self._left > 0:
                    self._left = 0
                    text = f"\n(the rest of more than {_OUTPUT_BYTES} bytes is cut)\n"
                    cell.outputs.append(new_output("stream", text=text))
                return None
            self._left -= size
        try:
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception as error:  # the student's kernel can send anything
            self.log.warning("a message of the kernel is malformed: %r", error)
            return None

    def unfinished(self) -> None:
        """Give each test that did not run an error, so that none counts as passed."""
        for cell in self.nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in self.plan.tests and name not in self._verdicts:
                cell.outputs = [failure("RoomError", "this test was not run")]

    def took(self, start: float) -> float:
        """Return seconds since `start`, to the millisecond."""
        return round(time.monotonic() - start, 3)
