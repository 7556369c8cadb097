"""Which cell is what, by the release."""

from dataclasses import replace

import pytest
from nbformat import from_dict

from autograder.plan import Given, defined_in, make_plan
from autograder.released import Release, ReleasedCell

SOLUTION = ReleasedCell(
    "f", "code", "def f():\n    raise NotImplementedError", "", solution=True
)
TEST = ReleasedCell(
    "f_test", "code", "assert f() == 1", "", grade=True, locked=True, points=2.0
)
HELP = ReleasedCell("help", "code", "import numpy as np\nk = 3", "", locked=True)
HAND = ReleasedCell("why", "code", "x = 1", "", grade=True, solution=True, points=1.0)


def cell(source, name=None):
    """Make a cell of the instructor's notebook."""
    metadata = {"nbgrader": {"grade_id": name}} if name else {}
    return from_dict({"cell_type": "code", "source": source, "metadata": metadata})


def test_without_the_notebook_the_gradebook_is_enough():
    """
    Tests, locked cells and tasks are known; an answer graded by hand is a task.
    """
    plan = make_plan(Release((HELP, SOLUTION, TEST, HAND)))

    assert {"f_test": "assert f() == 1"} == plan.tests
    assert {"f_test": 2.0} == plan.points
    assert (Given(HELP.source, True, "f_test"),) == plan.given
    assert {"f", "x"} == plan.tasks
    assert {"np": ("numpy", None)} == plan.imports


def test_cells_that_nbgrader_does_not_track_are_given_too():
    """
    Helpers and imports in plain cells of the instructor's belong to the test room.
    """
    written = [
        cell("from math import isclose"),
        cell("def f():\n    return 1", "f"),
        cell("old text of the test", "f_test"),
        cell("def late(): pass"),
    ]

    plan = make_plan(Release((SOLUTION, TEST)), written)

    assert [
        ("from math import isclose", False, "f_test"),
        ("def late(): pass", False, ""),
    ] == [(g.source, g.locked, g.before) for g in plan.given]
    assert ("math", "isclose") == plan.imports["isclose"]
    assert "assert f() == 1" == plan.tests["f_test"]


def test_a_task_of_an_imported_name_is_the_students():
    """
    Who is asked to write `sqrt` is graded on his own.
    """
    task = ReleasedCell("s", "code", "def sqrt(x): ...", "", solution=True)

    plan = make_plan(Release((task,)), [cell("from math import sqrt")])

    assert {"sqrt"} == plan.tasks and {} == plan.imports


def test_the_last_definition_counts():
    """
    A function that is written twice has the source of the second cell.
    """
    assert {"f": "f = 2", "g": "g = 1"} == defined_in(["f = 1", "g = 1", "f = 2", "%("])


@pytest.mark.parametrize(
    ("cells", "early"),
    {
        "locked, of the instructor's own": ([HELP], 1),
        "after an answer": ([SOLUTION, HELP], 0),
        "after a test": ([TEST, HELP], 0),
        "it writes a file": ([replace(HELP, source="open('x', 'w')")], 0),
        "it changes a file": ([replace(HELP, source="open('x', mode='r+')")], 0),
        "it reads a file": ([replace(HELP, source="open('x', 'rb')")], 1),
        "a program may": ([replace(HELP, source="!touch x")], 0),
        "it imports what only the student's room may have": (
            [replace(HELP, source="from own import f")],
            0,
        ),
        "students may edit it": ([replace(HELP, locked=False)], 0),
        "it calls the student's": (
            [replace(HELP, source="def g():\n    return f()"), SOLUTION],
            0,
        ),
        "one that is not alike ends them": (
            [HELP, replace(HELP, name="w", source="np.save('x', k)"), HELP],
            1,
        ),
    }.values(),
)
def test_which_given_cells_run_in_both_rooms_at_once(cells, early):
    """
    Those at the beginning that need nothing of the student's and write nothing.
    """
    assert early == make_plan(Release((*cells, SOLUTION, TEST))).early
