"""What in an assignment's notebooks would be graded otherwise than its author thinks.

`lint` reads the instructor's notebooks, runs nothing, and reports for each finding
where it is, why it matters and what to write instead. A finding is accepted for good by
a comment `# autograder: allow RULE` in its line or in the one above.
"""

import argparse
import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import (
    NATIVE_KERNEL_NAME,
    KernelSpecManager,
    NoSuchKernel,
)
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution
from traitlets.config import Config

from autograder import cell_rules, class_rules, delimiters, idiom_search
from autograder.assignments import Assignment, AssignmentError, find
from autograder.cell_rules import Cell
from autograder.idioms import IDIOMS

_KERNELS = {"python": NATIVE_KERNEL_NAME}  # as jupyter_client takes it


@dataclass(frozen=True)
class Finding:
    """Something that the author of a notebook should change.

    Parameters
    ----------
    notebook : Path
        The notebook.
    cell : str
        The cell's grade_id, or its number.
    line : int
        Line in the cell, from 1.
    rule : str
        What `# autograder: allow RULE` would name.
    name : str
        The text in question.
    why, instead : str
        Why it matters, and what to write instead.
    """

    notebook: Path
    cell: str
    line: int
    rule: str
    name: str
    why: str
    instead: str

    def __str__(self) -> str:
        where = f"{self.notebook}, cell {self.cell}, line {self.line}"
        return f"{where}: {self.name}: {self.why}; {self.instead} [{self.rule}]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `autograder lint` takes."""
    parser.add_argument("assignments", nargs="+", metavar="ASSIGNMENT")


def run(arguments: argparse.Namespace) -> int:
    """Do what `autograder lint` is asked for."""
    return report(arguments.assignments)


def lint(assignment: Assignment) -> list[Finding]:
    """Read the notebooks of an assignment and return what is found.

    Parameters
    ----------
    assignment : Assignment
        See `autograder.assignments.find`.

    Raises
    ------
    AssignmentError
        If a file is no notebook.
    """
    return [
        finding
        for notebook in assignment.notebooks
        for finding in lint_notebook(notebook, assignment.config)
    ]


def report(names: list[str], echo: Callable[[str], None] = print) -> int:
    """Lint assignments, write a line for each finding and a summary.

    Parameters
    ----------
    names : list of str
        Assignments of the course in the current folder.
    echo : callable
        Writes a line.

    Returns
    -------
    int
        Exit status: 0 if nothing is found, else 1.
    """
    total = 0
    for name in names:
        assignment = find(name)
        findings = lint(assignment)
        total += len(findings)
        for finding in findings:
            echo(str(finding))
        many = len(assignment.notebooks)
        echo(
            f"{name}: {many} notebook{'s' * (many > 1)}, "
            f"{len(findings) or 'nothing'} found"
        )
    return 1 if total else 0


def lint_notebook(notebook: Path, config: Config) -> list[Finding]:
    """Read one notebook of the instructor and return what is found, cell by cell.

    Parameters
    ----------
    notebook : Path
        With solutions and hidden tests inside.
    config : Config
        nbgrader's configuration, for the delimiters.
    """
    try:
        document = nbformat.read(notebook, as_version=4)
    except Exception as error:  # nbformat raises what it likes
        raise AssignmentError(f"{notebook}: no notebook: {error}") from error
    found = [*_delimiters(document, config), *_kernel(document)]
    if _language(document) == "python":
        cells = [*_code_cells(document)]
        found += [*cell_rules.syntax(cells), *_idioms(cells)]
        found += [*cell_rules.verdicts(cells), *cell_rules.names(cells)]
        found += [*cell_rules.given_data(cells), *class_rules.data_classes(cells)]
    findings = [Finding(notebook, *rest) for rest in found]
    order = [_name(cell, number) for number, cell in enumerate(document.cells, 1)]
    sources = {name: c.source for name, c in zip(order, document.cells, strict=True)}
    return sorted(
        (f for f in findings if not _allowed(f, sources.get(f.cell, ""))),
        key=lambda f: (order.index(f.cell) if f.cell in order else -1, f.line),
    )


def _name(cell: NotebookNode, number: int) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id") or f"number {number}"


def _code_cells(document: NotebookNode) -> Iterator[Cell]:
    for number, cell in enumerate(document.cells, 1):
        if cell.cell_type != "code":
            continue
        if is_grade(cell) and not is_solution(cell):
            kind = "test"
        else:
            kind = "given" if is_locked(cell) else "student"
        yield Cell(_name(cell, number), cell.source, kind, is_solution(cell))


def _allowed(finding: Finding, source: str) -> bool:
    near = source.split("\n")[max(0, finding.line - 2) : finding.line]
    return any(
        re.search(rf"# autograder: allow .*\b{finding.rule}\b", line) for line in near
    )


def _language(document: NotebookNode) -> str:
    spec = document.metadata.get("kernelspec", {})
    info = document.metadata.get("language_info", {})
    language = spec.get("language") or info.get("name") or "python"
    return language.lower().replace("ipython", "python")


def _kernel(document: NotebookNode) -> Iterator[tuple]:
    where = ("kernelspec", 1, "kernel")
    name = document.metadata.get("kernelspec", {}).get("name", "python")
    if (language := _language(document)) != "python":
        yield (
            *(*where, f"language {language!r}"),
            "only Python notebooks can be graded in two rooms",
            "grade this assignment with nbgrader alone",
        )
        return
    try:
        KernelSpecManager().get_kernel_spec(_KERNELS.get(name, name))
    except NoSuchKernel:
        yield (
            *(*where, f"kernel {name!r}"),
            "no such kernel is installed here, so no submission can run",
            "install it, or choose another in the notebook's menu Kernel",
        )


def _delimiters(document: NotebookNode, config: Config) -> Iterator[tuple]:
    kinds = delimiters.regions(config)
    for number, cell in enumerate(document.cells, 1):
        for line, text, why, instead in delimiters.problems(cell, kinds):
            yield _name(cell, number), line, "delimiter", text, why, instead


def _idioms(cells: list[Cell]) -> Iterator[tuple]:
    meaning, classes = {}, set()
    for cell in cells:
        if cell.tree:
            meaning |= dict.fromkeys(cell.binds, "") | idiom_search.imported(cell.tree)
            if cell.kind == "student":
                nodes = ast.walk(cell.tree)
                classes |= {n.name for n in nodes if isinstance(n, ast.ClassDef)}
    for cell in cells:
        if cell.kind == "student" or not cell.tree:
            continue
        for hit in idiom_search.find(cell.tree, meaning, frozenset(classes)):
            # A locked cell runs in both rooms, so what it sets is set in both. But what
            # it reads may have been written by the student's code.
            if cell.kind == "test" or hit.rule == "bytes":
                idiom = IDIOMS[hit.rule]
                yield (
                    *(cell.name, hit.line, hit.rule, hit.name),
                    *(idiom.why, idiom.instead),
                )
