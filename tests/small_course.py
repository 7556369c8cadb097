"""A small notebook with a cell of each kind, and ways to damage a submission of it."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from unittest.mock import patch

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
    SaveCells,
)

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

# nbgrader calls alembic by its bare name.
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

ANSWERS = {
    "double": "def double(x):\n    return 2 * x",
    "total": "def total(values):\n    return sum(values)",
    "why": "Because two is twice one.",
    "sketch": "print('a drawing')",
}


def _cell(new, name, source, **flags):
    flags = {"grade": False, "locked": False, "solution": False, "task": False} | flags
    metadata = {"nbgrader": {"grade_id": name, "schema_version": 3} | flags}
    return new(source, id=name or "x", metadata=metadata)


def source() -> nbformat.NotebookNode:
    """Make the instructor's notebook: 7 points by tests, 5 by hand."""

    def test(points):
        return {"grade": True, "locked": True, "points": points}

    by_hand = {"grade": True, "solution": True}
    cells = [
        new_markdown_cell("# Doubles and totals", id="title"),
        _cell(new_code_cell, "imports", "import math", locked=True),
        _cell(
            new_code_cell,
            "double",
            "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n"
            "    ### END SOLUTION",
            solution=True,
        ),
        _cell(
            new_code_cell,
            "double_test",
            "assert double(2) == 4\n### BEGIN HIDDEN TESTS\n"
            "assert double(math.pi) > 6\n### END HIDDEN TESTS",
            **test(2),
        ),
        _cell(new_code_cell, "double_edge_test", "assert double(0) == 0", **test(1)),
        _cell(new_code_cell, "numbers", "numbers = [1, 2, 3]", locked=True),
        new_markdown_cell("Add them up.", id="prose"),
        _cell(
            new_code_cell,
            "total",
            "def total(values):\n    ### BEGIN SOLUTION\n    return sum(values)\n"
            "    ### END SOLUTION",
            solution=True,
        ),
        _cell(new_code_cell, "total_test", "assert total(numbers) == 6", **test(4)),
        new_code_cell("demo = 1", id="demo"),
        new_markdown_cell("Why?", id="question"),
        _cell(new_markdown_cell, "why", "Because it is.", points=2, **by_hand),
        _cell(new_code_cell, "sketch", "1 + 1", points=3, **by_hand),
        _cell(
            new_markdown_cell,
            "essay",
            "Write an essay.\n### BEGIN MARK SCHEME\nlong\n### END MARK SCHEME",
            locked=True,
            task=True,
            points=4,
        ),
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def generate(db_url: str | None, notebook=None) -> nbformat.NotebookNode:
    """Do what `nbgrader generate_assignment` does, with a gradebook or without."""
    notebook = deepcopy(notebook or source())
    ids = {"notebook": "ps1", "assignment": "ps1", "db_url": db_url}
    resources = {"nbgrader": ids}
    if db_url:
        with patch.dict(os.environ, PATH=PATH), Gradebook(db_url) as gradebook:
            gradebook.update_or_create_assignment("ps1")
    for step in (
        LockCells,
        ClearSolutions,
        CheckCellMetadata,
        ComputeChecksums,
        SaveCells,
        ClearHiddenTests,
        ClearMarkScheme,
        ComputeChecksums,
        CheckCellMetadata,
    ):
        if db_url or step is not SaveCells:
            notebook, resources = step()(notebook, resources)
    return notebook


def solve(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a copy with all answers."""
    notebook = deepcopy(notebook)
    for name, answer in ANSWERS.items():
        cell(notebook, name).source = answer
    return notebook


def cell(notebook: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    """Return the cell with a `grade_id`."""
    (found,) = (c for c in notebook.cells if grade_id(c) == name)
    return found


def grade_id(of: nbformat.NotebookNode) -> str | None:
    """Return the `grade_id` of a cell, if it has one."""
    return of.metadata.get("nbgrader", {}).get("grade_id")


def names(notebook: nbformat.NotebookNode) -> list[str | None]:
    """Return the ids of all cells, in order."""
    return [grade_id(c) for c in notebook.cells]


def delete(notebook, *gone: str) -> None:
    """Delete cells by `grade_id`."""
    notebook.cells = [c for c in notebook.cells if grade_id(c) not in gone]


def move(notebook, name: str, before: str) -> None:
    """Move a cell in front of another."""
    moved = cell(notebook, name)
    notebook.cells.remove(moved)
    notebook.cells.insert(notebook.cells.index(cell(notebook, before)), moved)


def paste(notebook, name: str, behind: str | None = None, **changes) -> None:
    """Paste a copy of a cell behind a cell, as its own id."""
    copy = deepcopy(cell(notebook, name)) | changes
    copy["id"] = f"pasted{len(notebook.cells)}"
    place = notebook.cells.index(cell(notebook, behind or name)) + 1
    notebook.cells.insert(place, nbformat.from_dict(copy))


def nbgrader(course: Path, *arguments: str) -> str:
    """Run a command of nbgrader in a course folder; returns its log."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env=os.environ | {"PATH": PATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def write(notebook, path: Path) -> Path:
    """Write a notebook, however broken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path
