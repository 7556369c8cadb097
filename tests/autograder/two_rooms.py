"""Run a few cells in two rooms, and in one kernel, without nbgrader around them."""

from itertools import takewhile
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from autograder.execution import TwoRoomClient
from autograder.known import Known, known_from
from autograder.plan import Given, Plan, defined_in, imported


class Client(TwoRoomClient, NotebookClient):
    """nbclient's client, in two rooms."""

    allow_errors = True
    error_on_timeout = {"ename": "CellTimeoutError", "evalue": "", "traceback": []}


def plan_of(cells, points=1.0, solved=False):
    """Make the plan of a notebook whose cells are (kind, source).

    Where they are solved, the student's cells are the reference solution too, or it is
    a text.
    """
    tests = {f"test{n}": s for n, (kind, s) in enumerate(cells) if kind == "test"}
    given, before = [], ""
    for number, (kind, source) in reversed([*enumerate(cells)]):
        if kind == "test":
            before = f"test{number}"
        elif kind == "given":
            given.append(Given(source, True, before))
    sources = [source for kind, source in cells if kind != "student"]
    imports = {k: v for source in sources for k, v in imported(source).items()}
    worth = dict.fromkeys(tests, points)
    tasks = {*defined_in(source for kind, source in cells if kind == "student")}
    tasks -= {*defined_in(one.source for one in given)}
    helpers = [one.source for one in given[::-1]]
    answers = [source for kind, source in cells if kind == "student"]
    if isinstance(solved, str):
        answers = [solved]
    known = known_from(helpers, [*tests.values()], [], answers if solved else [])
    leading = len([*takewhile(lambda cell: cell[0] == "given", cells)])
    return Plan(
        *(tests, worth, tuple(given[::-1]), frozenset(tasks), imports),
        *(known if helpers or solved else Known(), leading),
    )


def notebook_of(cells):
    """Make the submission."""
    made = []
    for number, (kind, source) in enumerate(cells):
        name = {"nbgrader": {"grade_id": f"test{number}"}} if kind == "test" else {}
        made.append(new_code_cell(source, metadata=name))
    return new_notebook(cells=made)


def in_two_rooms(
    starter, *cells, seconds=20, points=1.0, folder=None, files=None, solved=False
):
    """Run ("student" | "given" | "test", source) cells; returns the run client."""
    document = notebook_of(cells)
    client = Client(document, timeout=seconds)
    client.begin(
        starter, plan_of(cells, points, solved), folder and Path(folder), files
    )
    with client.setup_kernel():
        for index, cell in enumerate(document.cells):
            client.execute_cell(cell, index)
    return client


def in_one_kernel(folder, *cells, seconds=20):
    """Run the same cells as nbgrader alone does, in a folder; returns the client."""
    document = notebook_of(cells)
    client = Client.__mro__[2](
        document,
        timeout=seconds,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
        kernel_manager_class=AsyncKernelManager,
    )
    client.execute()
    return client


def in_both(starter, folder, *cells, cases, solved=(True,)):
    """Run test cells after others, in one kernel and then in two rooms.

    Parameters
    ----------
    starter : Zygote
        Starts the rooms.
    folder : Path
        Where the one kernel works.
    *cells : tuple of str
        Kind and source, as for `in_two_rooms`.
    cases : dict of str to str
        Test cells, by their names.
    solved : tuple of bool
        A run in two rooms for each: whether the reference solution is known.

    Returns
    -------
    list of dict
        What `errors` says of each run.
    """
    cells = [*cells, *(("test", source.strip()) for source in cases.values())]
    runs = [in_one_kernel(folder, *cells)]
    runs += [in_two_rooms(starter, *cells, solved=known) for known in solved]
    return [errors(run, cases) for run in runs]


def problems(client, kind="test"):
    """Return "name: message" of each error in the cells that are (no) tests."""
    found = []
    for cell in client.nb.cells:
        if ("nbgrader" in cell.metadata) == (kind == "test"):
            for output in cell.outputs:
                if output.output_type == "error":
                    found.append(f"{output.ename}: {output.evalue}")
    return found


def said(client, index=-1):
    """Return all text of a cell's outputs."""
    text = ""
    for output in client.nb.cells[index].outputs:
        text += output.get("text", "") + output.get("data", {}).get("text/plain", "")
    return text


def errors(client, names):
    """Return "name: message" of each test's first error, or "", by the test's name."""
    tests = [cell for cell in client.nb.cells if "nbgrader" in cell.metadata]
    return dict(zip(names, map(_first_error, tests), strict=True))


def _first_error(cell):
    found = [output for output in cell.outputs if output.output_type == "error"]
    return f"{found[0].ename}: {found[0].evalue}" if found else ""
