"""Makes the course, hands in the submissions, grades them, and reads the gradebook."""

import os
import shutil
import sys
from collections.abc import Iterable
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook, MissingEntry

from attacks import shield
from attacks.submission import Submission, find, grade_id

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SECONDS = 5  # limit of a cell: an endless loop costs this, and once more on replay
SHELVES = 2  # course folders that are graded at the same time

FAMILIES = (
    *("lying_objects", "patched_libraries", "notebook_hooks", "frames", "files"),
    *("metadata", "outputs", "processes", "exits", "resources", "network", "rooms"),
    *("late", "pages", "odd_code", "odd_notebooks"),
)

PLAIN_CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "attacks"
c.OverwriteCells.add_missing_cells = True
"""


USERS = ("root", "an ordinary user")
# Families that try what depends on the rights of the user who grades.
ABOUT_RIGHTS = ("files", "processes", "exits", "resources", "network")


def family(name: str) -> tuple[Submission, ...]:
    """Return the submissions of a family."""
    return import_module(f"attacks.{name}").SUBMISSIONS


@cache
def submissions() -> tuple[Submission, ...]:
    """Return all submissions of all families."""
    return tuple(member for name in FAMILIES for member in family(name))


@cache
def graded_by(user: str) -> tuple[Submission, ...]:
    """Return the submissions that a user grades.

    For the sake of time each family is dealt out: a sixth is graded, in turn by one
    user and the other. `make thorough` lets each user grade all.
    """
    own = []
    step = 1 if os.environ.get("THOROUGH") else 6 * len(USERS)
    for name in FAMILIES:
        for place, member in enumerate(family(name)):
            turn = place % step == (2 * USERS.index(user)) % step
            if turn or member.name.startswith("neighbour"):  # they belong together
                own.append(member)
    return tuple(own)


def shelves(members: Iterable[Submission]) -> list[list[Submission]]:
    """Split each family, so that every shelf has its share of slow submissions."""
    chosen = {member.name for member in members}
    split: list[list[Submission]] = [[] for _ in range(SHELVES)]
    for name in FAMILIES:
        own = [member for member in family(name) if member.name in chosen]
        together = [member for member in own if member.name.startswith("neighbour")]
        own = [member for member in own if member not in together]
        split[0] += together
        size = -(-len(own) // SHELVES)
        for number, shelf in enumerate(split):
            shelf += own[number * size : (number + 1) * size]
    return split


@cache
def course_notebook() -> nbformat.NotebookNode:
    """Build the instructor's notebook from `course/tasks.py`."""
    text = (HERE / "course/tasks.py").read_text(encoding="utf-8")
    cells = []
    for part in text.split("# %% ")[1:]:
        kind, _, source = part.partition("\n")
        kind, *words = kind.split()
        source = source.strip("\n")
        if kind in ("markdown", "question"):
            prose = "\n".join(line.removeprefix("#")[1:] for line in source.split("\n"))
            cell = new_markdown_cell(prose)
        else:
            cell = new_code_cell(source)
        if words:
            cell.metadata["nbgrader"] = _nbgrader(kind, *words)
        cells.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _nbgrader(kind: str, name: str, points: str = "1") -> dict:
    graded = kind in ("test", "question")
    fields = {
        "grade_id": f"{name}_test" if kind == "test" else name,
        "grade": graded,
        "solution": kind in ("task", "question"),
        "locked": kind in ("test", "given"),
        "task": False,
        "schema_version": 3,
    }
    return fields | ({"points": float(points)} if graded else {})


@cache
def worth() -> dict[str, float]:
    """Return the points of each task."""
    cells = [cell.metadata.get("nbgrader", {}) for cell in course_notebook().cells]
    return {
        cell["grade_id"].removesuffix("_test"): cell["points"]
        for cell in cells
        if cell.get("points") and cell["locked"]
    }


def answers() -> dict[str, str]:
    """Return the right answer of each task, as a student would hand it in."""
    found = {}
    for task in worth():
        lines = find(course_notebook(), task).source.split("\n")
        found[task] = "\n".join(line for line in lines if "### " not in line)
    return found


def prepare(course: Path, config: str) -> None:
    """Make a course folder and generate its assignment."""
    source = course / "source/attacks/tasks.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(course_notebook(), source)
    (course / "nbgrader_config.py").write_text(config, encoding="utf-8")
    (course / "canary.txt").write_text(f"{shield.SECRET}\n", encoding="utf-8")


def hand_in(submission: Submission, course: Path) -> None:
    """Write a submission into a course folder whose release is there."""
    folder = course / "submitted" / submission.name / "attacks"
    folder.mkdir(parents=True)
    release = course / "release/attacks/tasks.ipynb"
    document = nbformat.read(release, as_version=4)
    submission.write_into(document, answers())
    # As a file, for nbformat would repair some of what is broken on purpose.
    text = nbformat.v4.writes(document)
    (folder / "tasks.ipynb").write_text(text, encoding="utf-8")
    for name, content in submission.files.items():
        path = folder / name
        path.unlink(missing_ok=True)
        if content.startswith("-> "):
            path.symlink_to(content[3:])
        else:
            path.write_text(content, encoding="utf-8")


def nbgrader(*arguments: str) -> list[str]:
    """Return the command line of one nbgrader command."""
    return [sys.executable, "-m", "nbgrader", *arguments]


GRADE = (nbgrader("autograde", "attacks"), nbgrader("generate_feedback", "attacks"))


def grade(
    course: Path, members: list[Submission], config: str, as_root: bool, seconds: int
) -> SimpleNamespace:
    """Grade submissions in a shield; returns its report, the log and the scores."""
    shutil.rmtree(course, ignore_errors=True)
    prepare(course, config)
    log = course / "nbgrader.log"
    generate = [nbgrader("generate_assignment", "attacks")]
    if shield.run(generate, course, log, as_root, seconds=300).codes != [0]:
        raise OSError(f"nbgrader generate_assignment failed: {log.read_text()}")
    for submission in members:
        hand_in(submission, course)
    before = _handed_in(course)
    report = shield.run(GRADE, course, log, as_root, seconds)
    after = _handed_in(course)
    return SimpleNamespace(
        changed=[p for p in before | after if before.get(p) != after.get(p)],
        course=course,
        members=members,
        report=report,
        log=log.read_text(encoding="utf-8", errors="replace"),
        scores={member.name: scores(course, member) for member in members},
    )


def _handed_in(course: Path) -> dict[str, bytes]:
    """Return the files that grading must not touch, symlinks as where they lead."""
    ours = ("autograded", "feedback", "gradebook", "nbgrader.log", ".nbgrader")
    return {
        str(path): bytes(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in course.rglob("*")
        if path.is_symlink() or path.is_file()
        if not path.relative_to(course).parts[0].startswith(ours)
    }


def scores(course: Path, submission: Submission) -> dict[str, float | None]:
    """Return what the gradebook has for each task; None where there is no score."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        try:
            notebook = gradebook.find_submission_notebook(
                "tasks", "attacks", submission.name
            )
        except MissingEntry:
            return dict.fromkeys(worth())
        return {
            grade.name.removesuffix("_test"): None
            if grade.needs_manual_grade
            else grade.score
            for grade in notebook.grades
            if grade.name.removesuffix("_test") in worth()
        }


def pages(course: Path, submission: Submission) -> list[Path]:
    """Return where the autograded notebook and the feedback page are."""
    return [
        course / "autograded" / submission.name / "attacks/tasks.ipynb",
        course / "feedback" / submission.name / "attacks/tasks.html",
    ]


def outputs_by_test(course: Path, submission: Submission) -> dict[str, str]:
    """Return the outputs of each test cell, as text."""
    path, _ = pages(course, submission)
    cells = nbformat.read(path, as_version=4).cells if path.is_file() else []
    return {
        grade_id(cell).removesuffix("_test"): str(cell.get("outputs") or "")
        for cell in cells
        if grade_id(cell).endswith("_test")
    }


def own_outputs(path: Path) -> str:
    """Return the outputs of an autograded notebook's cells that are no tests."""
    cells = nbformat.read(path, as_version=4).cells
    return str([c.get("outputs") for c in cells if not grade_id(c).endswith("_test")])


class _Page(HTMLParser):
    """Looks for elements and attributes that a student has put into a page."""

    def __init__(self) -> None:
        super().__init__()
        self.attacked = False
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Look at the attributes of an element."""
        self._in_script = tag in ("script", "style", "iframe")
        for name, value in attrs:
            if name.startswith("on") or name in ("href", "src", "srcdoc"):
                self.attacked |= "attacked" in (value or "")

    def handle_data(self, data: str) -> None:
        """Look at the text of an element."""
        self.attacked |= self._in_script and "attacked" in data

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self._in_script = False


def is_attacked(html: str) -> bool:
    """Tell whether a script of `pages.py` would run in this page."""
    page = _Page()
    page.feed(html)
    return page.attacked
