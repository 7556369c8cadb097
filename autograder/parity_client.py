"""An instructor's notebook in two rooms, without nbgrader and gradebook around it."""

from pathlib import Path

from nbclient import NotebookClient
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from autograder.execution import TwoRoomClient
from autograder.plan import make_plan
from autograder.preload import imports_of
from autograder.released import Release, ReleasedCell
from autograder.zygote import shared


class _Client(TwoRoomClient, NotebookClient):
    error_on_timeout = {
        "ename": "CellTimeoutError",
        "evalue": "no reply before the time limit",
        "traceback": [],
    }

    def _test_of(self, cell: NotebookNode) -> str | None:
        # Here a test may run again, for the next answer.
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        self._verdicts.pop(name, None)
        return super()._test_of(cell)


def two_rooms(document: NotebookNode, folder: Path, seconds: int) -> NotebookClient:
    """Make the client that runs cells in two rooms, warm and in the sandbox.

    Parameters
    ----------
    document : NotebookNode
        Instructor's version: its own metadata says which cells are tests.
    folder : Path
        Holds the files that the notebook reads.
    seconds : int
        Time limit of one cell.
    """
    code = [cell.source for cell in document.cells if cell.cell_type == "code"]
    client = _Client(
        document, timeout=seconds, interrupt_on_timeout=True, allow_errors=True
    )
    plan = make_plan(_release(document), document.cells)
    client.begin(shared(imports_of(code)), plan, folder)
    return client


def _release(document: NotebookNode) -> Release:
    """Make of a notebook what the gradebook would know of it."""
    return Release(
        tuple(
            ReleasedCell(
                name=cell.metadata.nbgrader.grade_id,
                cell_type=cell.cell_type,
                source=cell.source,
                text=cell.source,
                grade=bool(is_grade(cell)),
                solution=bool(is_solution(cell)),
                locked=bool(is_locked(cell)),
                task=bool(is_task(cell)),
                points=cell.metadata.nbgrader.get("points"),
            )
            for cell in document.cells
            if cell.metadata.get("nbgrader", {}).get("grade_id")
        )
    )
