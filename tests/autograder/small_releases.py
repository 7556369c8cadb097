"""Small releases and what students make of them, graded as nbgrader would."""

import re
from dataclasses import dataclass, field
from textwrap import dedent

from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import determine_grade
from two_rooms import Client

from autograder.plan import make_plan
from autograder.released import Release, ReleasedCell
from autograder.released_files import ReleasedFiles
from autograder.repair import repair

SOLUTION = re.compile(r"( *)### BEGIN SOLUTION\n.*?### END SOLUTION", re.DOTALL)
FLAGS = ("grade", "solution", "locked", "task")


@dataclass(frozen=True)
class Case:
    """A release, and one submission.

    Parameters
    ----------
    name : str
        Names the case.
    release : str
        Cells after lines `# %% KIND NAME`, of the kinds task, test, locked and plain.
    cells : dict of str to str
        What stands in a cell in place of the released text; None deletes it.
    fails : tuple of str
        The tests that are fairly worth nothing; the others are worth all.
    order : tuple of str
        The order of the cells, if it is another.
    after : dict of str to str
        New cells, by the cell that they come after.
    files : dict of str to str
        Released files.
    """

    name: str
    release: str
    cells: dict = field(default_factory=dict)
    fails: tuple = ()
    order: tuple = ()
    after: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)

    def parts(self):
        """Yield kind, name, stub and solution of each cell."""
        for part in dedent(self.release).split("# %% ")[1:]:
            head, _, source = part.partition("\n")
            kind, name = head.split()
            stub = SOLUTION.sub(r"\1raise NotImplementedError", source)
            plain = re.sub(r" *### (BEGIN|END) SOLUTION\n", "", source)
            yield kind, name, stub.strip("\n"), plain.strip("\n")

    def released(self):
        """Return what the gradebook knows, and the instructor's cells."""
        tracked, written = [], []
        for kind, name, stub, solved in self.parts():
            if kind != "plain":
                flags = metadata(kind, name)
                tracked.append(ReleasedCell(name, "code", stub, stub, **flags))
            tag = {"nbgrader": {"grade_id": name}} if kind != "plain" else {}
            cell = {"cell_type": "code", "source": solved, "metadata": tag}
            written.append(from_dict(cell))
        plain = frozenset(cell.source for cell in written if not cell.metadata)
        return Release(tuple(tracked), plain), written

    def submitted(self):
        """Return the student's notebook."""
        made = []
        for kind, name, stub, _ in self.parts():
            source = self.cells.get(name, stub)
            if source is None:
                continue
            tag = {"grade_id": name, "schema_version": 3, "cell_type": "code"}
            tag |= metadata(kind, name)
            tag = {"nbgrader": tag} if kind != "plain" else {}
            cell = new_code_cell(dedent(source).strip("\n"), metadata=tag)
            made.append((name, cell))
            if name in self.after:
                extra = new_code_cell(dedent(self.after[name]).strip("\n"))
                made.append((f"after {name}", extra))
        if self.order:
            made.sort(key=lambda one: self.order.index(one[0]))
        return new_notebook(cells=[cell for _, cell in made])


def metadata(kind, name):
    """Return nbgrader's flags of a cell."""
    flags = dict.fromkeys(FLAGS, False)
    flags["grade"], flags["solution"] = kind == "test", kind == "task"
    flags["locked"] = kind in ("test", "locked")
    return flags | ({"points": 1.0} if kind == "test" else {})


def solved(release, **fields):
    """Make the case of the reference solution."""
    case = Case("", release, **fields)
    cells = {name: full for kind, name, _, full in case.parts() if kind == "task"}
    return Case("solved", release, cells | fields.pop("cells", {}), **fields)


def graded(case, starter, folder):
    """Return what each test of a case is worth, by its name.

    Parameters
    ----------
    case : Case
        A release, and one submission.
    starter : Zygote
        Starts the rooms.
    folder : Path
        An empty folder.
    """
    release, written = case.released()
    plan = make_plan(release, written)
    source, work = folder / "source", folder / "submission"
    for place in (source, work):
        place.mkdir()
        for name, text in case.files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text)
    notebook, _ = repair(case.submitted(), release)
    client = Client(notebook, timeout=8)
    client.begin(starter, plan, work, ReleasedFiles(source, []))
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
    client.unfinished()
    tests = [cell for cell in notebook.cells if id_of(cell) in plan.tests]
    return {id_of(cell): determine_grade(cell)[0] for cell in tests}


def fair(case):
    """Return what each test of a case is fairly worth, by its name."""
    names = [name for kind, name, *_ in case.parts() if kind == "test"]
    return {name: float(name not in case.fails) for name in names}


def id_of(cell):
    """Return a cell's nbgrader id, or nothing."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")
