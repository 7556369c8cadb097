"""Answers are read from a file and tried in a notebook."""

import os
import socket
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.audit import (
    Answer,
    _free_port,
    graded_by_task,
    one_kernel,
    read_answers,
    try_answers,
)
from autograder.errors import AnswerError

SOLUTION = "def double(x):\n    return 2 * x"


def cell(source, grade_id, **kind):
    """Make a cell as nbgrader marks it."""
    metadata = {
        "grade": False,
        "grade_id": grade_id,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return new_code_cell(source, metadata={"nbgrader": metadata | kind})


@pytest.fixture
def notebook(tmp_path):
    """A notebook with one task, worth 3 points in two cells."""

    def make(test="assert double(2) == 4", solution=SOLUTION):
        document = new_notebook(
            cells=[
                new_code_cell("calls = []"),
                cell(solution, "double", solution=True),
                cell(test, "double_test", grade=True, locked=True, points=2),
                cell(
                    "assert double('a') == 'aa'",
                    "double_edge_test",
                    grade=True,
                    locked=True,
                    points=1,
                ),
            ],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        path = tmp_path / "numbers.ipynb"
        nbformat.write(document, path)
        return path

    return make


@pytest.fixture
def answer_file(tmp_path):
    """A file of answers with the given text."""

    def make(text):
        path = tmp_path / "numbers.py"
        path.write_text(text)
        return path

    return make


def test_answers_are_read_and_not_run(answer_file):
    """
    Each marked function is an answer; the text of the file is never executed.
    """
    path = answer_file(
        '"""About."""\nraise SystemExit\n\n'
        '@right("adds")\ndef double(x):\n    return x + x\n\n\n'
        '@wrong("squares")\ndef double(x):\n    # why not\n    return x * x\n'
    )

    assert [
        Answer("double", True, "adds", "def double(x):\n    return x + x"),
        Answer(
            "double",
            False,
            "squares",
            "def double(x):\n    # why not\n    return x * x",
        ),
    ] == read_answers(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def double(x):\n    return x", "line 1: double needs one decorator"),
        ("@wrong\ndef double(x):\n    return x", "needs one decorator"),
        ('@wrong("a")\n@right("b")\ndef double(x):\n    return x', "one decorator"),
        ("def double(x:\n", "line 1"),
        (2 * '@wrong("same")\ndef double(x):\n    return x\n', "a second"),
    ],
)
def test_a_file_that_is_no_list_of_answers_is_refused(answer_file, text, message):
    """
    The error says where, and what was wanted.
    """
    with pytest.raises(AnswerError, match=message):
        read_answers(answer_file(text))


@pytest.mark.parametrize(
    ("source", "right", "score"),
    [
        ("def double(x):\n    return x + x", True, 3),
        ("def double(x):\n    return x**3", False, 0),
        ("def double(x):\n    return x + x if x == 2 else None", False, 2),
        ("def double(x)\n    return x", False, 0),
        ("def double(x):\n    while True: pass", False, 0),
    ],
)
def test_an_answer_scores_what_nbgrader_gives_it(notebook, source, right, score):
    """
    Each graded cell of the task counts; errors of any kind cost its points.
    """
    answer = Answer("double", right, "", source)

    (verdict,) = try_answers(notebook(), [answer], seconds=2)

    assert (score, 3) == (verdict.score, verdict.points)
    assert verdict.as_wanted
    assert (score < 3) == bool(verdict.messages)


def test_a_kernel_has_ports_that_the_system_gives_nobody():
    """
    One that is taken is passed over; processes beside each other look at others.
    """
    with socket.socket() as taken:
        first = one_kernel(new_notebook(), Path.cwd(), 10).config.KernelManager
        following = _free_port()
        taken.bind(("127.0.0.1", following))
        for _ in range(len(range(10_000, 32_000, 64)) - 1):
            assert _free_port() != following  # all others, and then
        second = one_kernel(new_notebook(), Path.cwd(), 10).config.KernelManager

    ports = {n for c in (first, second) for k, n in c.items() if k.endswith("_port")}
    assert following not in ports
    assert {os.getpid() % 64} == {(port - 10_000) % 64 for port in ports}


def test_answers_do_not_see_each_other(notebook):
    """
    After the last answer, the reference solution is back.
    """
    answers = [
        Answer("double", False, "none", "def double(x):\n    return None"),
        Answer("double", True, "sum", "def double(x):\n    return x + x"),
    ]

    assert [False, True] == [
        v.score == v.points for v in try_answers(notebook(), answers)
    ]


def test_an_answer_to_no_task_is_refused(notebook):
    """
    The error names the tasks that there are.
    """
    with pytest.raises(AnswerError, match="'triple'; the tasks are double"):
        list(try_answers(notebook(), [Answer("triple", True, "", "")]))


def test_a_notebook_that_fails_by_itself_judges_nobody(notebook):
    """
    A failing reference solution is an error, not a verdict.
    """
    path = notebook(solution="def double(x):\n    return x")

    with pytest.raises(AnswerError, match="cell double_test: fails with the reference"):
        list(try_answers(path, [Answer("double", True, "", SOLUTION)]))


def test_experiments_are_left_out(notebook):
    """
    A cell that only shows something costs no time, and is no reason to refuse.
    """
    path = notebook()
    document = nbformat.read(path, as_version=4)
    show = new_code_cell("raise SystemError", metadata={"tags": ["experiment"]})
    document.cells.insert(1, show)
    nbformat.write(document, path)

    (verdict,) = try_answers(path, [Answer("double", True, "", SOLUTION)])

    assert (3, 3) == (verdict.score, verdict.points)


def test_tests_belong_to_the_last_solution_before_them(notebook):
    """
    Both graded cells are tests of the one task.
    """
    tests = graded_by_task(nbformat.read(notebook(), as_version=4))

    assert ["double"] == list(tests)
    assert [2, 1] == [test.metadata.nbgrader.points for test in tests["double"]]
