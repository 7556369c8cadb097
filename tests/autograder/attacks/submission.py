"""What a submission is: a notebook with some cells replaced, and its fair score."""

from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import dedent

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell


def unchanged(document: NotebookNode) -> None:
    """Leave a notebook as it is."""


@dataclass(frozen=True)
class Submission:
    """One student's work.

    Parameters
    ----------
    name : str
        The folder of the submission.
    about : str
        What is special about it, in a sentence.
    cells : dict of str to str
        Code by its place: a task's name replaces the answer; "first" is a new cell
        after the imports, "last" one at the end, "after TASK" one after a task's test.
    honest : bool
        Whether this is a student who only writes in an unusual way.
    solved : bool
        Whether tasks that `cells` does not name have their right answers, or are
        left as they were released.
    earns, loses : dict of str to float, tuple of str
        Exceptions from the score that follows from `solved`: tasks that are fairly
        worth this many points, tasks that are worth nothing.
    refused : bool
        Whether there is fairly no score, but an error that names the submission.
    edit : callable
        Changes the finished notebook.
    files : dict of str to str
        What is handed in beside the notebook; a text "-> PATH" makes a symlink.
    dangerous : bool
        Whether it would harm the machine if nothing held it back.
    """

    name: str
    about: str
    cells: dict[str, str] = field(default_factory=dict)
    honest: bool = False
    solved: bool = False
    earns: dict[str, float] = field(default_factory=dict)
    loses: tuple[str, ...] = ()
    refused: bool = False
    edit: Callable[[NotebookNode], None] = unchanged
    files: dict[str, str] = field(default_factory=dict)
    dangerous: bool = False

    def __str__(self) -> str:
        """Name the submission in the id of a test."""
        return self.name

    def deserved(self, worth: dict[str, float]) -> dict[str, float | None]:
        """Return the fair points of each task, of those that it is worth."""
        if self.refused:
            return dict.fromkeys(worth)
        fair = worth if self.solved else dict.fromkeys(worth, 0.0)
        return fair | dict.fromkeys(self.loses, 0.0) | self.earns

    def write_into(self, document: NotebookNode, answers: dict[str, str]) -> None:
        """Turn the release into this student's notebook."""
        for cell in document.cells:
            if self.solved and grade_id(cell) in answers:
                cell.source = answers[grade_id(cell)]
        for place, code in self.cells.items():
            code = dedent(code).strip("\n")
            match place.split():
                case ["first"]:
                    position = document.cells.index(find(document, "grid")) + 1
                case ["last"]:
                    position = len(document.cells)
                case ["after", task]:
                    test = find(document, f"{task}_test")
                    position = document.cells.index(test) + 1
                case _:
                    find(document, place).source = code
                    continue
            document.cells.insert(position, new_code_cell(code))
        self.edit(document)


def cheat(name: str, about: str, **fields) -> Submission:
    """Make a submission that is worth nothing but for what `fields` says."""
    return Submission(name, about, **fields)


def honest(name: str, about: str, **fields) -> Submission:
    """Make a submission that is worth everything but for what `fields` says."""
    return Submission(name, about, honest=True, solved=True, **fields)


def grade_id(cell: NotebookNode) -> str:
    """Return a cell's nbgrader id, or nothing."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def find(document: NotebookNode, name: str) -> NotebookNode:
    """Return the cell with this nbgrader id."""
    (cell,) = (cell for cell in document.cells if grade_id(cell) == name)
    return cell


def tests(document: NotebookNode) -> list[NotebookNode]:
    """Return the test cells."""
    return [cell for cell in document.cells if grade_id(cell).endswith("_test")]
