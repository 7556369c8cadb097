"""A tiny course whose hidden tests fail in every way, graded by nbgrader's commands."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CONFIG = """
from autograder.feedback_preprocessors import enable_feedback

c = get_config()
enable_feedback(c)
c.CourseDirectory.course_id = "tiny"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"]
c.OverwriteCells.add_missing_cells = True
c.Execute.shutdown_kernel = "immediate"
"""

SOLUTION = """
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
"""

# Each value of a hidden test is a number of seven thousand and something, or a word of
# greek letters: none of them may be on a page.
TESTS = {
    "bare": """
        assert double(1) == 2
        ### BEGIN HIDDEN TESTS
        def check_later(function):
            number_of_later = 7001
            assert function(number_of_later) == 14002, "double: a large number"

        assert double(7002) == 14004
        ### END HIDDEN TESTS
        """,
    "message": """
        ### BEGIN HIDDEN TESTS
        inputs = [7003, 7003, 7003, 7003, 7003]
        assert double(7003) == 14006, "double: large numbers come out wrong"
        ### END HIDDEN TESTS
        """,
    "raises": """
        assert double(2) == 4
        ### BEGIN HIDDEN TESTS
        assert double("alphabeta") == "alphabetaalphabeta"
        ### END HIDDEN TESTS
        """,
    "visible": """
        large = 5
        ### BEGIN HIDDEN TESTS
        before_it = double(7004)
        ### END HIDDEN TESTS
        assert double(10) == 21, "double: look at ten"
        ### BEGIN HIDDEN TESTS
        assert double(7005) == 14010
        ### END HIDDEN TESTS
        """,
    "prints": """
        ### BEGIN HIDDEN TESTS
        print("✓ double: an honest line of the check")
        print('assert double(7006) == 14012')
        print(In[-1])
        print([7007] * 10)
        assert double(7006) == 14012
        ### END HIDDEN TESTS
        """,
    "quotes": """
        ### BEGIN HIDDEN TESTS
        expected_7008 = double(7008) == 14016
        raise ValueError("this is not true: expected_7008 = double(7008) == 14016")
        ### END HIDDEN TESTS
        """,
    "introspects": """
        ### BEGIN HIDDEN TESTS
        text = "assert 14019 == 14018\\n +  where 14019 = double(7009)"
        raise AssertionError(text)
        ### END HIDDEN TESTS
        """,
    "own_words": """
        ### BEGIN HIDDEN TESTS
        class CheckError(AssertionError):
            def _render_traceback_(self):
                return [f"Check failed. {self}"]
        if double(7010) != 14020:
            raise CheckError("double, a large number: wrong")
        ### END HIDDEN TESTS
        """,
    "later": """
        check_later(double)
        """,
    "partial": """
        ### BEGIN HIDDEN TESTS
        credit_7011 = 0.5
        display({"text/html": "<b>7011</b>", "text/plain": "7011"}, raw=True)
        ### END HIDDEN TESTS
        0.5
        """,
}

RIGHT = "def double(x):\n    return 2 * x"
WRONG = """
def double(x):
    if isinstance(x, str):
        raise TypeError(f"double takes no text, but {x!r} came")
    print("double was called")
    return 2 * x + (x > 6000)
"""
# In one kernel a student's code sees everything; its traces must not reach the page.
SPY = """
get_ipython().run_line_magic("xmode", "Verbose")
def double(x):
    if isinstance(x, str):
        raise TypeError("no text")
    return 2 * x + (x > 6000)
"""
LAST = """
print(In)
from pathlib import Path
Path("stolen.txt").write_text(str(In))
In
"""


def nbgrader_metadata(name, **flags):
    """Return a cell's metadata as nbgrader writes it."""
    given = dict(grade=False, locked=False, solution=False, task=False) | flags
    return {"nbgrader": {"grade_id": name, "schema_version": 3, **given}}


def source_notebook():
    """Make the instructor's notebook."""
    cells = [
        new_markdown_cell("# Doubling\nWrite $f(x) = \\frac{4x}{2}$."),
        new_code_cell(
            SOLUTION.strip(), metadata=nbgrader_metadata("double", solution=True)
        ),
    ]
    for name, source in TESTS.items():
        test = nbgrader_metadata(name, grade=True, locked=True, points=2)
        cells.append(new_code_cell(textwrap.dedent(source).strip(), metadata=test))
    answer = nbgrader_metadata("why", grade=True, solution=True, points=1)
    cells.append(new_markdown_cell("Your answer here.", metadata=answer))
    cells.append(new_code_cell("# scratch"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def hidden_lines():
    """Return the hidden lines of all tests."""
    found = []
    for source in TESTS.values():
        hidden = False
        for line in source.splitlines():
            if "HIDDEN TESTS" in line:
                hidden = "BEGIN" in line
            elif hidden:
                found.append(line.strip())
    return [line for line in found if line]


def nbgrader(course, *arguments):
    """Run an nbgrader command in a course folder; returns what it logged."""
    # nbgrader calls alembic by its bare name.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def cell_of(notebook, name):
    """Return the cell with a grade_id."""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == name:
            return cell
    raise KeyError(name)


def hand_in(course, student, double, last="# scratch", edit=lambda notebook: None):
    """Write a student's submission, made from the release."""
    notebook = nbformat.read(course / "release" / "ps" / "doubling.ipynb", as_version=4)
    cell_of(notebook, "double").source = double.strip()
    notebook.cells[-1].source = last.strip()
    edit(notebook)
    folder = course / "submitted" / student / "ps"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "doubling.ipynb")
    return folder


def delete_test(notebook):
    """Delete a test cell, as students do; nbgrader puts it back."""
    notebook.cells.remove(cell_of(notebook, "raises"))


def make_course(course):
    """Make the course folder and release its assignment."""
    course.mkdir()
    (course / "nbgrader_config.py").write_text(CONFIG)
    (course / "source" / "ps").mkdir(parents=True)
    nbformat.write(source_notebook(), course / "source" / "ps" / "doubling.ipynb")
    nbgrader(course, "generate_assignment", "ps")
