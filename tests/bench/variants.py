"""The graders that are compared, each made to grade the same class.

A variant knows how to lay out a folder, which commands grade it, and what everybody got
afterwards. Only the commands are timed.
"""

import builtins
import json
import os
import shutil
import subprocess
import symtable
import sys
import venv
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from textwrap import indent

import nbformat
from exercise import ASSIGNMENT, NOUN, TASKS, for_the_instructor, notebook, write
from nbgrader.api import Gradebook, MissingEntry
from students import ANSWERS, Student

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build"
OTTER_HOME = BUILD / "bench-otter"
OTTER = "otter-grader[grading]==7.0.0"
SHARED = ("torch", "numpy", "ipykernel", "ipython", "nbconvert", "nbclient")

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
    """Make the course that all variants of nbgrader begin with."""
    course = BUILD / "bench" / "course"
    shutil.rmtree(course, ignore_errors=True)
    write(for_the_instructor(ANSWERS), course / "source" / ASSIGNMENT / f"{NOUN}.ipynb")
    (course / "nbgrader_config.py").touch()
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", ASSIGNMENT],
        cwd=course,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
    )
    for student in students:
        document = nbformat.read(
            course / "release" / ASSIGNMENT / f"{NOUN}.ipynb", as_version=4
        )
        for cell in document.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = student.answers.get(name, cell.source)
        folder = course / "submitted" / student.name / ASSIGNMENT
        write(document, folder / f"{NOUN}.ipynb")
    return course


@dataclass(frozen=True)
class Otter:
    """Otter-Grader, in an environment of its own with the same torch and ipykernel.

    Parameters
    ----------
    name, about : str
        What the tables call it, and what it is.
    loop : bool
        Whether one process grades all, or `otter run` is called for each submission.
    """

    name: str
    about: str
    loop: bool

    def prepare(self, folder: Path, students: tuple[Student, ...]) -> None:
        """Lay out the autograder's zip and the submissions."""
        install_otter()
        for student in students:
            document = notebook(student.answers)
            # As from `otter assign`: hidden tests are in the zip alone.
            document.cells = [c for c in document.cells if not _is_test(c)]
            write(document, folder / f"{student.name}.ipynb")
        for task in TASKS:
            path = folder / "tests" / f"{task.name}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(otter_test(task), encoding="utf-8")
        subprocess.run(
            [
                *(OTTER_HOME / "bin" / "otter", "generate", "-t", "tests"),
                *("-c", HERE / "otter" / "otter_config.json", "-o", "autograder.zip"),
                *("--no-requirements", "--no-environment"),
            ],
            cwd=folder,
            check=True,
            capture_output=True,
        )

    def commands(self, folder: Path) -> list[list[str]]:
        """Return the commands to be timed."""
        if self.loop:
            script = HERE / "otter" / "grade_all.py"
            files = (folder / "autograder.zip", folder, folder / "points.json")
            return [[str(OTTER_HOME / "bin" / "python"), *map(str, (script, *files))]]
        return [
            [
                *(str(OTTER_HOME / "bin" / "otter"), "run", path.name),
                *("-a", "autograder.zip", "-o", f"results/{path.stem}"),
            ]
            for path in sorted(folder.glob("*.ipynb"))
            if not (folder / "results" / path.stem).mkdir(parents=True)
        ]

    def points(self, folder: Path, students: tuple[Student, ...]) -> dict[str, float]:
        """Return what everybody got."""
        if self.loop:
            return json.loads((folder / "points.json").read_text(encoding="utf-8"))
        return {
            path.parent.name: sum(
                test.get("score", 0) for test in json.loads(path.read_text())["tests"]
            )
            for path in folder.glob("results/*/results.json")
        }


def otter_test(task) -> str:
    """Return a task's tests in the format of Otter; it fills in the names."""
    source = f"{task.visible}\n{task.hidden}"
    names = ", ".join(dict.fromkeys(_free_names(source)))
    return (
        "from otter.test_files import test_case\n\n"
        f"OK_FORMAT = False\nname = {task.name!r}\npoints = {task.points}\n\n"
        f"@test_case(points={task.points}, hidden=True)\n"
        f"def test({names}):\n{indent(source, '    ')}\n"
    )


def _free_names(source):
    table = symtable.symtable(source, "<test>", "exec")
    scopes = [table, *table.get_children()]
    bound = {s.get_name() for s in table.get_symbols() if s.is_assigned()}
    for scope in scopes:
        for symbol in scope.get_symbols():
            name = symbol.get_name()
            is_read = symbol.is_global() or scope is table and symbol.is_referenced()
            if is_read and name not in bound and not hasattr(builtins, name):
                yield name


def _is_test(cell):
    return cell.metadata.get("nbgrader", {}).get("grade", False)


def install_otter() -> None:
    """Make Otter's environment, unless it is there with these versions."""
    same = [f"{name}=={version(name).partition('+')[0]}" for name in SHARED]
    wanted = "\n".join([OTTER, *same])
    done = OTTER_HOME / "complete"
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return
    print(f"Installing {OTTER} in {OTTER_HOME}: 1.5 GB, once.", flush=True)
    venv.create(OTTER_HOME, with_pip=True, clear=True)
    pip = [OTTER_HOME / "bin" / "python", "-m", "pip", "install", OTTER, *same]
    installed = subprocess.run(pip, capture_output=True, text=True, check=False)
    if installed.returncode:
        sys.exit(f"error: Otter could not be installed:\n{installed.stderr}")
    done.write_text(wanted, encoding="utf-8")


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
