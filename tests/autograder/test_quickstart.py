"""A course that is not ours is graded by the add-on as by nbgrader alone."""

import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook
from quickstart import nbgrader, quickstart

ENABLE = """
from autograder.nbgrader_plugin import enable

enable(c)
"""

SQUARES = """\
def squares(n):
    if n < 1:
        raise ValueError("n must be at least 1")
    return [i * i for i in range(1, n + 1)]
"""
SUM = "def sum_of_squares(n):\n    return sum(squares(n))"

# What is said in each of the cells; the others stay as they were released.
STUDENTS = {
    "solved": {
        "squares": SQUARES,
        "sum_of_squares": SUM,
        "sum_of_squares_application": "print(sum_of_squares(3))",
        "part-a": "It counts rabbits.",
    },
    "untouched": {},
    "half": {"squares": SQUARES},
    "repeats_itself": {
        "squares": SQUARES,
        "sum_of_squares": "def sum_of_squares(n):\n"
        "    return sum(i * i for i in range(1, n + 1))",
    },
    "lazy": {
        "squares": "def squares(n):\n    return [i**2 for i in range(1, n + 1)]",
        "sum_of_squares": SUM,
    },
    "typo": {"squares": SQUARES.replace(":", "", 1), "sum_of_squares": SUM},
}

pytestmark = pytest.mark.xdist_group("quickstart")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The example course with a few submissions, not graded yet."""
    course = quickstart(tmp_path_factory.mktemp("quickstart"))
    nbgrader(course, "generate_assignment", "ps1")
    for student, answers in STUDENTS.items():
        folder = course / "submitted" / student / "ps1"
        shutil.copytree(course / "release" / "ps1", folder)
        for path in folder.glob("*.ipynb"):
            document = nbformat.read(path, as_version=4)
            for cell in document.cells:
                grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
                cell.source = answers.get(grade_id, cell.source)
            path.chmod(0o644)
            nbformat.write(document, path)
    return course


@pytest.fixture(scope="module")
def stock(course):
    """Scores of nbgrader alone."""
    return autograde(course, "stock")


@pytest.fixture(scope="module")
def ours(course):
    """Scores with the add-on."""
    return autograde(course, "ours", ENABLE)


def autograde(course, name, configuration=""):
    """Grade a copy of the course; returns what the gradebook says of each cell."""
    copy = shutil.copytree(course, course.parent / name)
    with (copy / "nbgrader_config.py").open("a") as file:
        file.write(configuration)
    nbgrader(copy, "autograde", "ps1")
    with Gradebook(f"sqlite:///{copy / 'gradebook.db'}") as gradebook:
        return {
            (submission.student.id, notebook.name, grade.cell.name): (
                grade.auto_score,
                grade.max_score,
                grade.needs_manual_grade,
            )
            for submission in gradebook.assignment_submissions("ps1")
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def test_every_cell_scores_the_same(stock, ours):
    """
    Solved, half solved and broken submissions: the gradebooks are equal.
    """
    assert {} == {
        cell: (stock[cell], ours.get(cell))
        for cell in stock
        if stock[cell] != ours.get(cell)
    }
    assert stock.keys() == ours.keys()


@pytest.mark.parametrize(
    ("student", "score"),
    [
        ("solved", 3),
        ("untouched", 0),
        ("half", 2),
        ("repeats_itself", 2.5),
        ("lazy", 2),
        ("typo", 0),
    ],
)
def test_the_scores_are_fair(ours, student, score):
    """
    What each submission deserves, `del squares` in a test included.
    """
    mine = [got for (who, *_), (got, _, _) in ours.items() if who == student]

    assert score == sum(got for got in mine if got is not None)
