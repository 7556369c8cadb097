"""Otter-Grader as one of the graders that are compared."""

import builtins
import json
import subprocess
import symtable
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from textwrap import indent

from exercise import TASKS, Task, notebook, write
from students import Student

HERE = Path(__file__).parent
HOME = HERE.parents[1] / "build" / "bench-otter"
OTTER = "otter-grader[grading]==7.0.0"
SHARED = ("torch", "numpy", "ipykernel", "ipython", "nbconvert", "nbclient")


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
                *(HOME / "bin" / "otter", "generate", "-t", "tests"),
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
            return [[str(HOME / "bin" / "python"), *map(str, (script, *files))]]
        return [
            [
                *(str(HOME / "bin" / "otter"), "run", path.name),
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


def otter_test(task: Task) -> str:
    """Return a task's tests in the format of Otter; it fills in the names."""
    source = f"{task.visible}\n{task.hidden}"
    names = ", ".join(dict.fromkeys(_free_names(source)))
    return (
        "from otter.test_files import test_case\n\n"
        f"OK_FORMAT = False\nname = {task.name!r}\npoints = {task.points}\n\n"
        f"@test_case(points={task.points}, hidden=True)\n"
        f"def test({names}):\n{indent(source, '    ')}\n"
    )


def _free_names(source: str) -> Iterator[str]:
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
    done = HOME / "complete"
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return
    print(f"Installing {OTTER} in {HOME}: 1.5 GB, once.", flush=True)
    venv.create(HOME, with_pip=True, clear=True)
    pip = [HOME / "bin" / "python", "-m", "pip", "install", OTTER, *same]
    installed = subprocess.run(pip, capture_output=True, text=True, check=False)
    if installed.returncode:
        sys.exit(f"error: Otter could not be installed:\n{installed.stderr}")
    done.write_text(wanted, encoding="utf-8")
