"""`autograder leaderboard`: a table of what graded cells measured, over a whole class.

A graded cell takes part by printing one line, with numbers that the test itself found:

    print(f"leaderboard: accuracy={accuracy:.3f} parameters={count}")

The line is read from what the test room printed. What a student's function prints is
kept elsewhere, so nobody can print a line of his own.
"""

import argparse
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import is_grade, is_locked

from autograder.assignments import Assignment, AssignmentError, find
from autograder.record import record_path

_LINE = re.compile(r"^leaderboard:((?:\s+[A-Za-z_]\w*=\S+)+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """One student's row.

    Parameters
    ----------
    student : str
        nbgrader's name for the student.
    numbers : dict of str to float
        What was measured; empty if there is no line.
    why : str
        Why there is none.
    """

    student: str
    numbers: dict[str, float]
    why: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `autograder leaderboard` takes."""
    parser.add_argument("assignment", metavar="ASSIGNMENT")
    parser.add_argument(
        "--by",
        metavar="NAMES",
        help="numbers to sort by, the first counts most; the largest leads, or, after "
        "a minus sign, the smallest: --by=accuracy,-parameters. Default: the first "
        "number of the line, the largest first",
    )
    parser.add_argument("--csv", type=Path, metavar="PATH", help="write it there, too")
    parser.add_argument(
        "--anonymous",
        action="store_true",
        help="leave out who it was, and who has no line: for showing it to the class",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the leaderboard; 0 if there is a row."""
    entries = read(find(arguments.assignment))
    ranked = rank([e for e in entries if e.numbers], arguments.by)
    missing = [] if arguments.anonymous else [e for e in entries if not e.numbers]
    rows = table(ranked, arguments.anonymous)
    if arguments.csv:
        arguments.csv.parent.mkdir(parents=True, exist_ok=True)
        with arguments.csv.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    print(as_text(rows))
    for entry in missing:
        print(f"not ranked: {entry.student}: {entry.why}")
    return 0 if ranked else 1


def read(assignment: Assignment) -> list[Entry]:
    """Read the lines of all autograded submissions of an assignment.

    Parameters
    ----------
    assignment : Assignment
        Where its notebooks are, and nbgrader's configuration.

    Returns
    -------
    list of Entry
        One for each student who was graded, by name.

    Raises
    ------
    AssignmentError
        If nobody was graded yet.
    """
    course = CourseDirectory(config=assignment.config)
    there = course.format_path(course.autograded_directory, "*", assignment.name)
    pattern = Path(there)
    found = Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor)))
    folders = sorted(path for path in found if path.is_dir())
    if not folders:
        raise AssignmentError(
            f"{pattern}: nothing was graded yet; run `nbgrader autograde "
            f"{assignment.name}` first"
        )
    return [_entry(folder, assignment) for folder in folders]


def _entry(folder: Path, assignment: Assignment) -> Entry:
    student, numbers, whys = folder.parent.name, {}, []
    for source in assignment.notebooks:
        notebook = folder / source.name
        if not record_path(notebook).exists():
            whys.append(f"{source.name} was not graded in two rooms; autograde again")
            continue
        try:
            cells = nbformat.read(notebook, as_version=4).cells
        except Exception as error:  # nbformat raises many kinds
            whys.append(f"{source.name} cannot be read: {error}")
            continue
        tests = {c.metadata.nbgrader.grade_id for c in _tests(source)}
        mine = [c for c in _graded(cells) if c.metadata.nbgrader.grade_id in tests]
        for cell in mine:
            numbers |= _numbers(cell)
        whys += [
            f"{cell.metadata.nbgrader.grade_id}: {output.ename}: {output.evalue}"
            for cell in mine
            for output in cell.outputs
            if output.output_type == "error" and "leaderboard:" in cell.source
        ]
    why = " ".join(whys[0].split())[:200] if whys else "no graded cell printed a line"
    return Entry(student, numbers, "" if numbers else why)


def _tests(source: Path) -> Iterator[NotebookNode]:
    return _graded(nbformat.read(source, as_version=4).cells)


def _graded(cells: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    for cell in cells:
        if cell.cell_type == "code" and is_grade(cell) and is_locked(cell):
            yield cell


def _numbers(cell: NotebookNode) -> dict[str, float]:
    r"""Return the numbers of the last line that a graded cell printed.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_output
    >>> line = new_output("stream", text="leaderboard: accuracy=0.91 parameters=84\n")
    >>> _numbers(new_code_cell("...", outputs=[line]))
    {'accuracy': 0.91, 'parameters': 84.0}
    """
    printed = "".join(
        output.text
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stdout"
    )
    lines = _LINE.findall(printed)
    if not lines:
        return {}
    pairs = (item.split("=", 1) for item in lines[-1].split())
    try:
        return {name: float(value) for name, value in pairs}
    except ValueError:
        raise AssignmentError(
            f"cell {cell.metadata.nbgrader.grade_id}: a line of the leaderboard wants "
            f"numbers, got{lines[-1]}"
        ) from None


def rank(entries: Iterable[Entry], by: str | None = None) -> list[tuple[int, Entry]]:
    """Sort entries, and give equal ones equal places.

    Parameters
    ----------
    entries : iterable of Entry
        With numbers.
    by : str, optional
        Names, separated by commas; a minus sign for the smallest first.

    Raises
    ------
    AssignmentError
        If an entry has no such number.

    Examples
    --------
    >>> class_ = [Entry("ada", {"loss": 2.0}), Entry("bob", {"loss": 1.0})]
    >>> [(place, entry.student) for place, entry in rank(class_, "-loss")]
    [(1, 'bob'), (2, 'ada')]
    """
    entries = list(entries)
    if not entries:
        return []
    names = (by or next(iter(entries[0].numbers))).split(",")

    def key(entry: Entry) -> tuple[float, ...]:
        return tuple(
            entry.numbers[n[1:]] if n.startswith("-") else -entry.numbers[n]
            for n in names
        )

    try:
        entries.sort(key=lambda entry: (key(entry), entry.student))
    except KeyError as error:
        known = ", ".join(entries[0].numbers)
        raise AssignmentError(
            f"leaderboard: no number called {error.args[0]!r}; there are {known}"
        ) from None
    keys = [key(entry) for entry in entries]
    return [(keys.index(k) + 1, e) for k, e in zip(keys, entries, strict=True)]


def table(ranked: list[tuple[int, Entry]], anonymous: bool = False) -> list[list[str]]:
    """Write places and numbers as rows of text, a heading first."""
    names = list(dict.fromkeys(name for _, entry in ranked for name in entry.numbers))
    rows = [["place", *([] if anonymous else ["student"]), *names]]
    for place, entry in ranked:
        who = [] if anonymous else [entry.student]
        numbers = [_short(entry.numbers.get(name)) for name in names]
        rows.append([str(place), *who, *numbers])
    return rows


def _short(number: float | None) -> str:
    return "" if number is None else f"{number:.10g}"


def as_text(rows: list[list[str]]) -> str:
    """Align rows in columns; numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = rows[0].index("student") if "student" in rows[0] else -1
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
