"""Scores in two rooms are compared with scores in one kernel, and are the same."""

import os
from contextlib import nullcontext

import nbformat
import pytest
from lessons import LESSONS, answers_tried, verdicts
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import is_grade, is_solution
from traitlets.config import Config

from autograder.assignments import AssignmentError
from autograder.audit import Answer, Outcome, one_kernel
from autograder.parity import RELEASED, SOLVED, check, compare, outcomes, report
from autograder.parity_client import two_rooms

MARKS = {"locked": False, "schema_version": 3, "task": False}
SOLUTION = """\
def double(x):
    ### BEGIN SOLUTION
    return factor * x
    ### END SOLUTION
"""
WRONG = Answer("double", False, "three times", "def double(x):\n    return 3 * x")


@pytest.fixture
def notebook(tmp_path):
    """A solved notebook with one task, in an assignment's folder of a course."""
    cells = [
        new_code_cell("factor = 2"),
        new_code_cell(
            SOLUTION,
            metadata={
                "nbgrader": MARKS
                | {"grade_id": "double", "grade": False, "solution": True}
            },
        ),
        new_code_cell(
            "assert double(2) == 4, 'not the double'",
            metadata={
                "nbgrader": MARKS
                | {
                    "grade_id": "double_test",
                    "grade": True,
                    "solution": False,
                    "points": 2,
                }
            },
        ),
    ]
    path = tmp_path / "source" / "numbers" / "doubles.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), path)
    return path


def the_same(notebook):
    """Open a second place that is one kernel."""
    return nullcontext(one_kernel)


def another_world(notebook):
    """Open a place in which the given number is 3."""
    return nullcontext(_in_another_world)


def _in_another_world(document, folder, seconds):
    document.cells[0].source = "factor = 3"
    return one_kernel(document, folder, seconds)


def test_the_same_is_no_difference(notebook):
    """
    Solved, released and with an answer: three times the one graded cell, all equal.
    """
    parity = check(notebook, [WRONG], Config(), the_same)

    assert (3, 3, ()) == (parity.answers, parity.cells, parity.differences)


def test_a_difference_says_who_and_where(notebook):
    """
    The message has the answer, the cell, both scores and why points were lost.
    """
    parity = check(notebook, [WRONG], Config(), another_world)

    assert [
        "the reference solution, cell double_test: 2 of 2 in one kernel, 0 of 2 (not "
        "the double) in two rooms"
    ] == [str(difference) for difference in parity.differences]


def test_a_cell_that_ran_in_one_place_only_is_a_difference():
    """
    A lost verdict is not an equal one.
    """
    ran = {("an answer", "f_test"): Outcome("f_test", 0, 1, "no")}

    (difference,) = compare(ran, {})

    assert (
        "an answer, cell f_test: 0 of 1 (no) in one kernel, not run in two rooms"
    ) == str(difference)


def test_messages_may_differ():
    """
    Only points are compared.
    """
    key = ("an answer", "f_test")

    assert () == compare(
        {key: Outcome("f_test", 0, 1, "no")}, {key: Outcome("f_test", 0, 1, "nope")}
    )


@pytest.mark.parametrize(
    ("place", "status", "row"),
    [(the_same, 0, "3 3 3 0"), (another_world, 1, "3 3 2 1")],
)
def test_the_report_is_a_table(notebook, monkeypatch, place, status, row):
    """
    One row for each notebook, then the differences; the exit status tells.
    """
    course = notebook.parent.parent.parent
    answers = course / "tests" / "source" / "answers" / "doubles.py"
    answers.parent.mkdir(parents=True)
    answers.write_text(f'@wrong("three times")\n{WRONG.source}\n')
    monkeypatch.chdir(course)

    lines = []
    got = report(["numbers"], other=place, echo=lines.append)

    assert status == got
    assert ["numbers/doubles", *row.split()] == lines[1].split()
    assert status == len(lines) - 2


def test_a_missing_file_of_answers_is_named(notebook, monkeypatch, tmp_path):
    """
    A wrong `--answers` is an error, not a comparison without answers.
    """
    monkeypatch.chdir(notebook.parent.parent.parent)

    with pytest.raises(AssignmentError, match="nothing.py: there is no such file"):
        report(["numbers"], tmp_path / "nothing.py")


def in_one_kernel(lesson):
    """Return the outcomes of stock nbgrader, as far as other tests have them already.

    That the solution gets all points in one kernel, and the release none, is what
    tests/source and tests/release say.
    """
    found = {
        (answer.label, outcome.cell): outcome
        for answer, verdict in verdicts(lesson).items()
        for outcome in verdict.outcomes
    }
    for cell in nbformat.read(lesson.notebook, as_version=4).cells:
        if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
            name, most = cell.metadata.nbgrader.grade_id, cell.metadata.nbgrader.points
            found[SOLVED, name] = Outcome(name, most, most)
            found[RELEASED, name] = Outcome(name, 0, most)
    return found


def some_answers(lesson):
    """Return some of the answers, for the sake of time; `make thorough` takes all."""
    return answers_tried(lesson)[:: 1 if os.environ.get("THOROUGH") else 16]


def lessons():
    """Make a test case of each lesson, beside its other tests of answers.

    By default of every fourth, for the sake of time: some of those between are the
    sample class's.
    """
    for lesson in LESSONS if os.environ.get("THOROUGH") else LESSONS[1::4]:
        mark = pytest.mark.xdist_group(lesson.name)
        yield pytest.param(lesson, id=str(lesson), marks=mark)


@pytest.mark.parametrize("lesson", [*lessons()])
def test_lessons_score_the_same(lesson):
    """
    Solved, as released, with every wrong and right answer: no cell scores otherwise.
    """
    with two_rooms(lesson.notebook) as make_client:
        two = outcomes(lesson.notebook, some_answers(lesson), Config(), make_client)

    one = {who: what for who, what in in_one_kernel(lesson).items() if who in two}
    differences = compare(one, two)
    assert [] == [str(difference) for difference in differences]
