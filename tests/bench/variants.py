"""The graders that are compared, each made to grade the same class.

A variant can `prepare` a folder, knows the `commands` that grade it, and reads the
`points` that everybody got. Only the commands are timed.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
from exercise import (
    ASSIGNMENT,
    NOUN,
    for_the_instructor,
    grade_id,
    notebook,
    write,
)
from nbgrader.api import Gradebook, MissingEntry
from otter_grader import Otter
from students import ANSWERS, Student

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build"

# nbgrader calls alembic by its bare name; one thread everywhere, so that CPU seconds
# do not depend on how threads of the same program wait for each other.
ENVIRONMENT = os.environ | {
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    **dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
    ),
}


@dataclass(frozen=True)
class Nbgrader:
    """`nbgrader autograde`, with some configuration.

    Parameters
    ----------
    name, about : str
        What the tables call it, and what it is.
    config : str
        The lines of nbgrader_config.py.
    """

    name: str
    about: str
    config: str = ""

    def prepare(self, folder: Path, students: tuple[Student, ...]) -> None:
        """Lay out a course with a release, a gradebook and the submissions."""
        shutil.copytree(_course(students), folder)
        self.configure(folder)

    def configure(self, folder: Path) -> None:
        """Write the configuration into a course."""
        (folder / "nbgrader_config.py").write_text(f"c = get_config()\n{self.config}\n")

    def commands(self, folder: Path) -> list[list[str]]:
        """Return the commands to be timed."""
        return [[sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]]

    def points(self, folder: Path, students: tuple[Student, ...]) -> dict[str, float]:
        """Return what everybody got."""
        points = {}
        with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
            for student in students:
                try:
                    graded = gradebook.find_submission_notebook(
                        NOUN, ASSIGNMENT, student.name
                    )
                except MissingEntry:
                    continue
                points[student.name] = sum(g.auto_score or 0 for g in graded.grades)
        return points


@cache
def _course(students):
    answers = {student.name: student.answers for student in students}
    return make_course(BUILD / "bench" / "course", for_the_instructor(ANSWERS), answers)


def make_course(
    course: Path, document: nbformat.NotebookNode, answers: dict[str, dict[str, str]]
) -> Path:
    """Make a course folder with a release, a gradebook and submissions.

    Parameters
    ----------
    course : Path
        The folder, which is made anew.
    document : NotebookNode
        The instructor's notebook.
    answers : dict
        For each student, the source of each cell that was changed, by grade_id.
    """
    shutil.rmtree(course, ignore_errors=True)
    write(document, course / "source" / ASSIGNMENT / f"{NOUN}.ipynb")
    (course / "nbgrader_config.py").touch()
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", ASSIGNMENT]
    subprocess.run(
        command, cwd=course, env=ENVIRONMENT, check=True, capture_output=True
    )
    release = course / "release" / ASSIGNMENT / f"{NOUN}.ipynb"
    for student, sources in answers.items():
        submission = nbformat.read(release, as_version=4)
        for cell in submission.cells:
            cell.source = sources.get(grade_id(cell), cell.source)
        write(submission, course / "submitted" / student / ASSIGNMENT / release.name)
    return course


@dataclass(frozen=True)
class Floor:
    """The same cells in a warm process that forks, with no grader at all."""

    name: str = "floor"
    about: str = "cells run in forks of one warm Python, no grader"

    def prepare(self, folder: Path, students: tuple[Student, ...]) -> None:
        """Lay out the submissions, with all tests in them."""
        for student in students:
            write(notebook(student.answers), folder / f"{student.name}.ipynb")

    def commands(self, folder: Path) -> list[list[str]]:
        """Return the commands to be timed."""
        script = HERE / "floor.py"
        return [[sys.executable, *map(str, (script, folder, folder / "result.json"))]]

    def points(self, folder: Path, students: tuple[Student, ...]) -> dict[str, float]:
        """Return what everybody got."""
        return self._result(folder)["points"]

    def own_seconds(self, folder: Path) -> float:
        """Return the CPU seconds of the students' own code."""
        return sum(self._result(folder)["seconds"].values())

    def _result(self, folder):
        return json.loads((folder / "result.json").read_text(encoding="utf-8"))


VARIANTS = (
    Nbgrader("stock", "nbgrader autograde"),
    Nbgrader(
        "tuned",
        "nbgrader autograde, shutdown_kernel = immediate",
        'c.Execute.shutdown_kernel = "immediate"',
    ),
    Otter("otter", "Otter-Grader, otter.api.grade_submission in a loop", loop=True),
    Otter("otter-run", "Otter-Grader, `otter run` for each submission", loop=False),
    Nbgrader(
        "ours",
        "nbgrader autograde with the add-on",
        "from autograder.nbgrader_plugin import enable\n\nenable(c)",
    ),
    Floor(),
)
