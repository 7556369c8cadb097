"""An instructor's notebook in two rooms, without nbgrader and gradebook around it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from autograder.audit import WHILE_GRADING
from autograder.execution import TwoRoomClient
from autograder.plan import make_plan
from autograder.preload import imports_of
from autograder.released import Release, ReleasedCell
from autograder.zygote import Zygote


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


@contextmanager
def two_rooms(notebook: Path) -> Iterator[Callable[..., NotebookClient]]:
    """Start rooms that are warm, and in the sandbox, as grading does.

    Parameters
    ----------
    notebook : Path
        Instructor's version; what it imports is imported once for all its rooms.

    Yields
    ------
    callable
        Takes a version of the notebook (its own metadata says which cells are tests),
        the folder of its files and the time limit of a cell; returns a client.
    """
    cells = nbformat.read(notebook, as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    with Zygote.start(imports_of(code), environment=WHILE_GRADING) as zygote:

        def make(document: NotebookNode, folder: Path, seconds: int) -> NotebookClient:
            client = _Client(
                document, timeout=seconds, interrupt_on_timeout=True, allow_errors=True
            )
            plan = make_plan(_release(document), document.cells)
            client.begin(zygote, plan, folder)
            return client

        yield make


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
