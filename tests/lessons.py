"""The lessons, as tests and the demo see them."""

import ast
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
from nbgrader.utils import is_solution

from autograder.audit import (
    Answer,
    Verdict,
    graded_by_task,
    one_kernel,
    read_answers,
    try_answers,
)

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Lesson:
    """An assignment with its one notebook."""

    name: str

    def __str__(self):
        """Name the lesson in the id of a test."""
        return self.name

    @property
    def noun(self):
        """The notebook's name: 00_tensors holds tensors.ipynb."""
        return self.name.split("_", 1)[1]

    @property
    def text(self):
        """What people edit."""
        return ROOT / "source" / self.name / f"{self.noun}.py"

    @property
    def notebook(self):
        """The instructor's notebook, with solutions and hidden tests."""
        return self.text.with_suffix(".ipynb")

    @property
    def release(self):
        """The students' notebook."""
        return ROOT / "release" / self.name / f"{self.noun}.ipynb"

    @property
    def answers(self):
        """Where the right and wrong answers to the lesson's tasks stand."""
        return ROOT / "tests" / "source" / "answers" / f"{self.noun}.py"

    @property
    def tasks(self):
        """The functions that the lesson asks for."""
        tests = graded_by_task(nbformat.read(self.notebook, as_version=4))
        return [task for task, cells in tests.items() if cells]


LESSONS = [Lesson(p.parent.name) for p in sorted((ROOT / "source").glob("*/*.py"))]


def answers_to(lesson: Lesson) -> list[Answer]:
    """Read the right and wrong answers to a lesson; none if there is no file yet."""
    return read_answers(lesson.answers) if lesson.answers.exists() else []


def answers_tried(lesson: Lesson) -> list[Answer]:
    """Take all right answers and every second wrong one; `make thorough` takes all."""
    answers = answers_to(lesson)
    wrong = [answer for answer in answers if not answer.right]
    left_out = [] if os.environ.get("THOROUGH") else wrong[1::2]
    return [answer for answer in answers if answer not in left_out]


@cache
def verdicts(lesson: Lesson) -> dict[Answer, Verdict]:
    """Try answers to a lesson in one kernel."""
    found = try_answers(lesson.notebook, answers_tried(lesson))
    return {verdict.answer: verdict for verdict in found}


def solutions(lesson: Lesson) -> dict[str, str]:
    """Return the source of each solution cell by the function that it defines."""
    document = nbformat.read(lesson.notebook, as_version=4)
    return {
        node.name: cell.source
        for cell in document.cells
        if cell.cell_type == "code" and is_solution(cell)
        for node in ast.parse(cell.source).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }


COST = """\
import resource, time
print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


@dataclass(frozen=True)
class Cost:
    """What running a notebook takes from its kernel.

    Parameters
    ----------
    seconds : float
        CPU time: what other programs do at the same time does not count.
    memory_mib : float
        Largest resident memory.
    """

    seconds: float
    memory_mib: float


@cache
def executed(notebook: Path):
    """Run a notebook to its end, errors included; returns it and its cost."""
    document = nbformat.read(notebook, as_version=4)
    measured = nbformat.from_dict(document)
    measured.cells.append(nbformat.v4.new_code_cell(COST))
    client = one_kernel(measured, notebook.parent, seconds=300)
    client.allow_errors, client.interrupt_on_timeout = True, False
    # Optional parts, which load data that the reader has, are not in the budget.
    client.execute(env={k: v for k, v in os.environ.items() if k != "COURSE_DATA"})
    # A busy kernel may send one print in two messages.
    printed = "".join(output.text for output in measured.cells.pop().outputs)
    seconds, memory_mib = printed.split()
    return measured, Cost(float(seconds), float(memory_mib))


def errors(cell) -> list[str]:
    """Return the errors that a cell shows."""
    return [
        f"{output.ename}: {output.evalue}"
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]
