"""What the gradebook knows of a notebook as it was released, as plain data."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Notebook

from autograder.submission import SubmissionError, read_notebook


@dataclass(frozen=True)
class ReleasedCell:
    """What the gradebook knows of a cell.

    Parameters
    ----------
    name : str
        Its `grade_id`.
    cell_type : {"code", "markdown"}
        Type in the release.
    source : str
        Text to be graded: with hidden tests, without solution.
    text : str
        Text as students got it: without hidden tests.
    grade, solution, locked, task : bool
        nbgrader's flags.
    points : float, optional
        Most points, if it has any.
    checksum : str, optional
        nbgrader's checksum of `source` and flags.
    tags : frozenset of str
        Tags that the instructor gave it.
    """

    name: str
    cell_type: str
    source: str
    text: str
    grade: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    points: float | None = None
    checksum: str | None = None
    tags: frozenset[str] = frozenset()

    @property
    def is_test(self) -> bool:
        """Whether its outputs decide about points."""
        return self.grade and self.locked

    @property
    def by_hand(self) -> bool:
        """Whether it is an answer that a person grades."""
        return self.grade and self.solution

    @property
    def metadata(self) -> dict:
        """Its nbgrader metadata, as a release has it."""
        flags = ("grade", "locked", "solution", "task", "cell_type")
        new = {"grade_id": self.name, "schema_version": 3}
        new |= {flag: getattr(self, flag) for flag in flags}
        if self.points is not None:
            new["points"] = self.points
        if self.checksum is not None:
            new["checksum"] = self.checksum
        return new


@dataclass(frozen=True)
class Release:
    """What is known of a notebook.

    Parameters
    ----------
    cells : tuple of ReleasedCell
        The cells that nbgrader tracks, in the order of the release.
    plain : frozenset of str, optional
        Texts of the other cells, if they are known.
    """

    cells: tuple[ReleasedCell, ...]
    plain: frozenset[str] | None = None


def once(exporter: Any, key: tuple, make: Callable[[], Any]) -> Any:
    """Return what was made for a key, made once for all submissions of a command.

    Parameters
    ----------
    exporter : Exporter or None
        Lives as long as nbgrader's command, and keeps it; None keeps nothing.
    key : tuple
        What it is, and of which notebook.
    make : callable
        Called without arguments, unless there is one already.
    """
    if exporter is None:
        return make()
    kept = exporter.__dict__.setdefault("_made_once", {})
    if key not in kept:
        kept[key] = make()
    return kept[key]


def read_release(
    notebook: Notebook,
    as_released: Callable[[NotebookNode], str],
    source: Path | None = None,
) -> Release:
    """Read what the gradebook knows.

    Parameters
    ----------
    notebook : nbgrader.api.Notebook
        The gradebook's entry.
    as_released : callable
        Takes a cell and returns its text without hidden parts.
    source : Path, optional
        The instructor's notebook. The gradebook does not keep the order of the cells
        (PostgreSQL may shuffle them), tags and texts of cells without an id; they are
        read from here if it is there.
    """
    grades = {cell.name: cell for cell in notebook.grade_cells}
    tasks = {cell.name: cell for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    cells = []
    for known in notebook.source_cells:
        scored = grades.get(known.name) or tasks.get(known.name)
        cell = ReleasedCell(
            name=known.name,
            cell_type=known.cell_type,
            source=known.source or "",
            text="",
            grade=known.name in grades,
            solution=known.name in solutions,
            locked=bool(known.locked),
            task=known.name in tasks,
            points=float(scored.max_score) if scored else None,
            checksum=known.checksum,
        )
        metadata = {"nbgrader": cell.metadata}
        node = {"cell_type": cell.cell_type, "source": cell.source}
        text = as_released(nbformat.from_dict(node | {"metadata": metadata}))
        cells.append(replace(cell, text=text))
    try:
        written = read_notebook(source)[0].cells if source else []
    except SubmissionError:
        written = []  # an instructor may grade where the source is not
    return _with_source(cells, written)


def _with_source(cells: list[ReleasedCell], written: list[NotebookNode]) -> Release:
    """Add what only the instructor's notebook says."""
    places, tags, plain = {}, {}, set()
    known = {cell.name for cell in cells}
    for place, cell in enumerate(written):
        claim = cell.metadata.get("nbgrader")
        name = claim.get("grade_id") if isinstance(claim, dict) else None
        if name in known:
            places[name] = place
            tags[name] = frozenset(cell.metadata.get("tags", ()))
        else:
            plain.add(cell.source)
    if known <= places.keys():
        cells = sorted(cells, key=lambda cell: places[cell.name])
    return Release(
        tuple(replace(cell, tags=tags.get(cell.name, frozenset())) for cell in cells),
        frozenset(plain) if written else None,
    )
