"""Are scores in two rooms the same as in one kernel?

`autograder parity ASSIGNMENT` runs the instructor's notebook both ways: solved, as
released, and with each right and wrong answer in place of the solutions. Each graded
cell must get the same points. Any nbgrader course can ask this before it switches.
"""

import argparse
import shutil
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions
from nbgrader.utils import is_grade
from traitlets.config import Config

from autograder.assignments import AssignmentError, find
from autograder.audit import Answer, Outcome, judge, one_kernel, outcome, read_answers
from autograder.parity_client import two_rooms

SOLVED, RELEASED = "the reference solution", "as released"

MakeClient = Callable[[NotebookNode, Path, int], NotebookClient]
Place = Callable[[Path], AbstractContextManager[MakeClient]]


@dataclass(frozen=True)
class Difference:
    """A graded cell that scores otherwise in two rooms.

    Parameters
    ----------
    who : str
        The answer that was graded.
    cell : str
        The cell's grade_id.
    one, two : Outcome or None
        In one kernel and in two rooms; None if the cell did not run.
    """

    who: str
    cell: str
    one: Outcome | None
    two: Outcome | None

    def __str__(self) -> str:
        return (
            f"{self.who}, cell {self.cell}: {_points(self.one)} in one kernel, "
            f"{_points(self.two)} in two rooms"
        )


@dataclass(frozen=True)
class Parity:
    """The comparison of one notebook.

    Parameters
    ----------
    notebook : Path
        The instructor's notebook.
    answers : int
        Answers tried, with the reference solution and the released notebook.
    cells : int
        Graded cells run for them.
    differences : tuple of Difference
        Those that scored otherwise.
    """

    notebook: Path
    answers: int
    cells: int
    differences: tuple[Difference, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `autograder parity` takes."""
    parser.add_argument("assignments", nargs="+", metavar="ASSIGNMENT")
    parser.add_argument(
        "--answers",
        type=Path,
        metavar="PATH",
        help="file of right and wrong answers, or folder of such files with the "
        "notebooks' names; default: tests/source/answers, if it is there",
    )


def run(arguments: argparse.Namespace) -> int:
    """Do what `autograder parity` is asked for."""
    return report(arguments.assignments, arguments.answers)


def compare(
    one: dict[tuple[str, str], Outcome], two: dict[tuple[str, str], Outcome]
) -> tuple[Difference, ...]:
    """Return what differs between two sets of outcomes, by (who, cell).

    Examples
    --------
    >>> got, lost = Outcome("f_test", 2, 2), Outcome("f_test", 0, 2, "no")
    >>> print(*compare({("f", "f_test"): got}, {("f", "f_test"): lost}))
    f, cell f_test: 2 of 2 in one kernel, 0 of 2 (no) in two rooms
    """
    return tuple(
        Difference(*key, one.get(key), two.get(key))
        for key in one | two
        if key not in one or key not in two or one[key].score != two[key].score
    )


def outcomes(
    notebook: Path,
    answers: Iterable[Answer],
    config: Config,
    make_client: MakeClient = one_kernel,
    seconds: int = 30,
) -> dict[tuple[str, str], Outcome]:
    """Grade a notebook solved, as released and with each answer.

    Parameters
    ----------
    notebook : Path
        Instructor's version.
    answers : iterable of Answer
        Answers to its tasks.
    config : Config
        nbgrader's, for what a released notebook looks like.
    make_client : callable
        Makes what runs the cells.
    seconds : int
        Time limit of a cell.

    Returns
    -------
    dict of (str, str) to Outcome
        By who answered, and the grade_id of the cell.
    """
    solved = nbformat.read(notebook, as_version=4)
    released, _ = ClearSolutions(config=config).preprocess(deepcopy(solved), {})
    found = {}
    for who, document, tried in ((SOLVED, solved, answers), (RELEASED, released, ())):
        with tempfile.TemporaryDirectory() as scratch:
            # What the cells write must not land in the course's own folder.
            folder = Path(scratch) / notebook.parent.name
            shutil.copytree(notebook.parent, folder)
            client = make_client(document, folder, seconds)
            for answer, cell in judge(document, tried, client):
                if is_grade(cell):
                    done = outcome(cell)
                    found[answer.label if answer else who, done.cell] = done
    return found


def check(
    notebook: Path,
    answers: list[Answer],
    config: Config,
    other: Place = two_rooms,
    seconds: int = 30,
) -> Parity:
    """Grade a notebook both ways, at the same time, and compare.

    Parameters
    ----------
    notebook, answers, config, seconds
        See `outcomes`.
    other : callable
        Opens the place that is compared with one kernel.
    """
    with ThreadPoolExecutor() as pool, other(notebook) as make_other:
        one, two = pool.map(
            lambda make: outcomes(notebook, answers, config, make, seconds),
            (one_kernel, make_other),
        )
    return Parity(notebook, len(answers) + 2, len(one | two), compare(one, two))


def report(
    names: list[str],
    answers: Path | None = None,
    other: Place = two_rooms,
    echo: Callable[[str], None] = print,
) -> int:
    """Compare assignments and write a table, then a line for each difference.

    Parameters
    ----------
    names : list of str
        Assignments of the course in the current folder.
    answers : Path, optional
        File of answers, or folder of files with the notebooks' names; by default
        ``tests/source/answers``, where that is.
    other : callable
        Opens the place that is compared with one kernel.
    echo : callable
        Writes a line.

    Returns
    -------
    int
        Exit status: 0 if all scores are equal, else 1.
    """
    differences = []
    echo(f"{'notebook':32}{'answers':>8}{'cells':>7}{'equal':>7}{'differing':>11}")
    for name in names:
        assignment = find(name)
        for notebook in assignment.notebooks:
            tried = _answers(notebook, answers)
            parity = check(notebook, tried, assignment.config, other)
            many = len(parity.differences)
            echo(
                f"{f'{name}/{notebook.stem}':32}{parity.answers:8}{parity.cells:7}"
                f"{parity.cells - many:7}{many:11}"
            )
            differences += [f"{name}/{notebook.stem}, {d}" for d in parity.differences]
    for line in differences:
        echo(line)
    return 1 if differences else 0


def _answers(notebook: Path, given: Path | None) -> list[Answer]:
    if given is not None and not given.exists():
        raise AssignmentError(f"{given}: there is no such file of answers")
    path = given or Path("tests/source/answers")
    if path.is_dir():
        path = path / f"{notebook.stem}.py"
    return read_answers(path) if path.exists() else []


def _points(got: Outcome | None) -> str:
    if got is None:
        return "not run"
    score = "not graded" if got.score is None else f"{got.score:g} of {got.points:g}"
    message = " ".join(got.message.split())
    short = message if len(message) <= 200 else f"{message[:200]}..."
    return f"{score} ({short})" if short else score
