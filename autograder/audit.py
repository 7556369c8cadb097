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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_grade, is_solution

from autograder.errors import AnswerError


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
class Verdict:
    """What the graded cells of a task gave for an answer.

    Parameters
    ----------
    answer : Answer
        The answer that was tried.
    score, points : float
        Points given, and points that could be had.
    messages : tuple of str
        The error of each graded cell that failed.
    """

    answer: Answer
    score: float
    points: float
    messages: tuple[str, ...]

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
    tasks = graded_by_task(document)
    waiting: dict[str, list[Answer]] = {}
    for answer in answers:
        if not tasks.get(answer.task):
            known = ", ".join(name for name, tests in tasks.items() if tests)
            raise AnswerError(
                f"{notebook}: no graded cell for a function {answer.task!r}; the "
                f"tasks are {known}"
            )
        waiting.setdefault(answer.task, []).append(answer)

    client = NotebookClient(
        document,
        timeout=seconds,
        interrupt_on_timeout=True,
        # ipykernel warns of unencrypted TCP at each start: not a matter of the audit.
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(notebook.parent)}},
    )
    with client.setup_kernel():
        for index, cell in enumerate(document.cells):
            if cell.cell_type != "code":
                continue
            _run(client, cell, index)
            _refuse_error(cell, notebook)
            if not is_solution(cell) or is_grade(cell):
                continue
            for task in _defined(cell.source):
                for answer in waiting.get(task, ()):
                    yield _try(client, answer, tasks[task], index)
            _run(client, cell, index)


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


def _try(
    client: NotebookClient, answer: Answer, tests: list[NotebookNode], index: int
) -> Verdict:
    # An answer that does not even define its name must not inherit the one before.
    forget = f"globals().pop({answer.task!r}, None)"
    _run(client, nbformat.v4.new_code_cell(forget), index)
    _run(client, nbformat.v4.new_code_cell(answer.source), index)
    score = points = 0.0
    messages = []
    for test in tests:
        cell = nbformat.from_dict(test)
        _run(client, cell, index)
        got, most = determine_grade(cell)
        score, points = score + got, points + most
        messages += [o.evalue for o in cell.outputs if o.output_type == "error"]
    return Verdict(answer, score, points, tuple(messages))


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
