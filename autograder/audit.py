"""Tests of the tests: do graded cells reject wrong answers and accept right ones?

For each notebook there is a file of answers, plain Python that is read and never
imported. Each function in it is one answer to the task that asks for a function of
that name, marked as right or wrong, with a few words that say what is special:

    @wrong("changes its argument")
    def relu(a):
        a[a < 0] = 0
        return a

`try_answers` runs the notebook in a kernel. At each task it puts the answers, one after
the other, in place of the reference solution, runs the graded cells of that task, and
lets nbgrader say what they score.
"""

import ast
import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import cycle, groupby
from operator import itemgetter
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_grade, is_solution
from traitlets.config import Config

from autograder.client import WatchfulClient
from autograder.errors import AnswerError, UnknownTaskError

# What nbgrader sets while it grades: notebooks may go by it, and leave out what only a
# reader would look at.
WHILE_GRADING = {"NBGRADER_EXECUTION": "autograde"}

# A cell with this tag only shows something, which may take its time: no test needs it.
EXPERIMENT = "experiment"

# Below those that Linux, macOS and Windows hand out by themselves.
_PORTS = range(10_000, 32_000)
_PROCESSES = 64  # that share them


@dataclass(frozen=True)
class Answer:
    """One answer to one task.

    Parameters
    ----------
    task : str
        Name of the function or class that the task asks for.
    right : bool
        Whether the graded cells must accept it.
    name : str
        What is special about it, in a few words.
    source : str
        Text that takes the place of the solution cell.
    """

    task: str
    right: bool
    name: str
    source: str

    @property
    def label(self) -> str:
        """The answer in one line, as test ids and reports show it."""
        return f"{self.task}: {'right' if self.right else 'wrong'}, {self.name}"


@dataclass(frozen=True)
class Outcome:
    """What nbgrader gives one graded cell.

    Parameters
    ----------
    cell : str
        Its grade_id.
    score, points : float
        Points given, and points that could be had.
    message : str
        The error of a cell that failed, else "".
    """

    cell: str
    score: float
    points: float
    message: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the graded cells of a task gave for an answer.

    Parameters
    ----------
    answer : Answer
        The answer that was tried.
    outcomes : tuple of Outcome
        One for each graded cell.
    """

    answer: Answer
    outcomes: tuple[Outcome, ...]

    @property
    def score(self) -> float:
        """Points given."""
        return sum(outcome.score for outcome in self.outcomes)

    @property
    def points(self) -> float:
        """Points that could be had."""
        return sum(outcome.points for outcome in self.outcomes)

    @property
    def messages(self) -> tuple[str, ...]:
        """The error of each graded cell that failed."""
        return tuple(o.message for o in self.outcomes if o.message)

    @property
    def as_wanted(self) -> bool:
        """Whether a right answer got all points, or a wrong one lost some."""
        return (self.score == self.points) == self.answer.right


def read_answers(path: Path) -> list[Answer]:
    """Read a file of answers without running it.

    Parameters
    ----------
    path : Path
        Python file; each top-level function or class with a decorator ``@right("...")``
        or ``@wrong("...")`` is an answer.

    Raises
    ------
    AnswerError
        If the file is no Python, a definition has no such decorator, or two answers to
        a task have the same words.
    """
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise AnswerError(f"{path}, line {error.lineno}: {error.msg}") from error
    answers: dict[str, Answer] = {}
    for node in tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            continue
        right, name = _mark(node, path)
        lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
        answer = Answer(node.name, right, name, "\n".join(lines))
        if answer.label in answers:
            raise AnswerError(f"{path}, line {node.lineno}: a second {answer.label!r}")
        answers[answer.label] = answer
    return list(answers.values())


def _mark(node: ast.FunctionDef | ast.ClassDef, path: Path) -> tuple[bool, str]:
    """Return (right?, name) from an answer's decorator."""
    match node.decorator_list:
        case [
            ast.Call(
                func=ast.Name(id="right" | "wrong" as kind),
                args=[ast.Constant(value=str(name))],
            )
        ]:
            return kind == "right", name
    raise AnswerError(
        f'{path}, line {node.lineno}: {node.name} needs one decorator, @right("...") '
        f'or @wrong("..."), with a few words that say what is special'
    )


def try_answers(
    notebook: Path, answers: Iterable[Answer], seconds: int = 30
) -> Iterator[Verdict]:
    """Grade each answer by the graded cells of its task, in the notebook's order.

    Parameters
    ----------
    notebook : Path
        Instructor's version: solutions and hidden tests inside. It must run.
    answers : iterable of Answer
        Answers to its tasks.
    seconds : int
        Time limit of one cell.

    Yields
    ------
    Verdict
        One for each answer.

    Raises
    ------
    AnswerError
        If an answer's task is not in the notebook, a task has no graded cell, or a cell
        of the notebook itself fails.
    """
    document = nbformat.read(notebook, as_version=4)
    client = one_kernel(document, notebook.parent, seconds)
    try:
        for answer, cells in groupby(judge(document, answers, client), itemgetter(0)):
            if answer is None:
                for _, cell in cells:
                    _refuse_error(cell, notebook)
            else:
                yield Verdict(answer, tuple(outcome(cell) for _, cell in cells))
    except UnknownTaskError as error:
        raise AnswerError(f"{notebook}: {error}") from None


def one_kernel(document: NotebookNode, folder: Path, seconds: int) -> NotebookClient:
    """Make the client that runs cells as stock nbgrader does: all in one kernel.

    Parameters
    ----------
    document : NotebookNode
        The notebook.
    folder : Path
        The kernel's current folder.
    seconds : int
        Time limit of one cell.
    """
    return NotebookClient(
        document,
        timeout=seconds,
        interrupt_on_timeout=True,
        # ipykernel warns of unencrypted TCP at each start: not a matter of the audit.
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
        config=_manager(),
    )


def _manager() -> Config:
    """Choose a client that misses nothing, and ports that nobody takes meanwhile.

    jupyter_client takes ports that the system says are free. Until the kernel binds
    them, a while later, the system may give them to somebody else, and of many kernels
    that start at once one never answers.
    """
    names = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
    ports = {name: _free_port() for name in names}
    client = f"{WatchfulClient.__module__}.{WatchfulClient.__name__}"
    return Config(KernelManager={"cache_ports": False, "client_class": client, **ports})


def _free_port() -> int:
    ports = _ports_of(os.getpid())
    for _ in range(len(_PORTS) // _PROCESSES):
        port = next(ports)
        with socket.socket() as sock, suppress(OSError):
            sock.bind(("127.0.0.1", port))
            return port
    raise OSError(
        f"a kernel needs five TCP ports, and none from {_PORTS.start} to {_PORTS.stop} "
        f"is free: end programs that listen there"
    )


@cache
def _ports_of(process: int) -> Iterator[int]:
    """Return the ports of a process: those started beside it have others."""
    return cycle(_PORTS[process % _PROCESSES :: _PROCESSES])


def judge(
    document: NotebookNode, answers: Iterable[Answer], client: NotebookClient
) -> Iterator[tuple[Answer | None, NotebookNode]]:
    """Run a notebook; at each task, run its graded cells once for each answer.

    Cells tagged `EXPERIMENT` are left out.

    Parameters
    ----------
    document : NotebookNode
        Instructor's version.
    answers : iterable of Answer
        Answers to its tasks.
    client : NotebookClient
        Runs the cells: `one_kernel(...)`, or anything else with `setup_kernel` and
        `execute_cell`.

    Yields
    ------
    tuple of (Answer or None, NotebookNode)
        Each graded cell that has run for an answer, and, with None, each code cell of
        the notebook itself.

    Raises
    ------
    UnknownTaskError
        If an answer's task is not in the notebook, or the task has no graded cell.
    """
    tasks = graded_by_task(document)
    waiting: dict[str, list[Answer]] = {}
    for answer in answers:
        if not tasks.get(answer.task):
            known = ", ".join(name for name, tests in tasks.items() if tests)
            raise UnknownTaskError(
                f"no graded cell for a function {answer.task!r}; the tasks are {known}"
            )
        waiting.setdefault(answer.task, []).append(answer)

    with client.setup_kernel(env={**os.environ, **WHILE_GRADING}):
        for index, cell in enumerate(document.cells):
            if cell.cell_type != "code" or EXPERIMENT in cell.metadata.get("tags", ()):
                continue
            _run(client, cell, index)
            yield None, cell
            if not is_solution(cell) or is_grade(cell):
                continue
            mine = [a for task in _defined(cell.source) for a in waiting.get(task, ())]
            for answer in mine:
                # One that does not even define its name must not inherit another's.
                forget = f"globals().pop({answer.task!r}, None)"
                _run(client, nbformat.v4.new_code_cell(forget), index)
                _run(client, nbformat.v4.new_code_cell(answer.source), index)
                for test in tasks[answer.task]:
                    copy = nbformat.from_dict(test)
                    _run(client, copy, index)
                    yield answer, copy
            if mine:
                _run(client, cell, index)


def outcome(cell: NotebookNode) -> Outcome:
    """Let nbgrader say what a graded cell that has run is worth."""
    score, points = determine_grade(cell)
    messages = [o.evalue or o.ename for o in cell.outputs if o.output_type == "error"]
    return Outcome(cell.metadata.nbgrader.grade_id, score, points, " ".join(messages))


def graded_by_task(document: NotebookNode) -> dict[str, list[NotebookNode]]:
    """Map each name that a solution cell defines to the graded cells that follow it.

    Graded code cells belong to the last solution cell before them.
    """
    tasks: dict[str, list[NotebookNode]] = {}
    tests: list[NotebookNode] = []
    for cell in document.cells:
        if cell.cell_type != "code":
            continue
        if is_solution(cell) and not is_grade(cell):
            tests = []
            tasks.update(dict.fromkeys(_defined(cell.source), tests))
        elif is_grade(cell) and not is_solution(cell):
            tests.append(cell)
    return tasks


def _defined(source: str) -> list[str]:
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [node.name for node in ast.parse(source).body if isinstance(node, kinds)]


def _run(client: NotebookClient, cell: NotebookNode, index: int) -> None:
    """Run a cell; its errors stay in its outputs, where nbgrader looks for them."""
    try:
        client.execute_cell(cell, index)
    except CellExecutionError:
        pass


def _refuse_error(cell: NotebookNode, notebook: Path) -> None:
    for output in cell.outputs:
        if output.output_type == "error":
            where = cell.metadata.get("nbgrader", {}).get("grade_id", cell.source[:60])
            raise AnswerError(
                f"{notebook}, cell {where}: fails with the reference solution, so it "
                f"cannot judge an answer: {output.ename}: {output.evalue}"
            )
