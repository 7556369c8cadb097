"""The rooms of the next submission are open before it is looked at."""

import asyncio
import os
import signal
import time

import pytest
from jupyter_core.utils import run_sync  # as nbgrader waits for rooms
from two_rooms import Client, notebook_of, plan_of

from autograder.ahead import Ahead
from autograder.released_files import ReleasedFiles
from autograder.rooms import Rooms

CELLS = ("student", "def f():\n    return 6"), ("test", "assert f() == 6")
OTHERS = ("student", "def g():\n    return 7"), ("test", "assert g() == 7")


@pytest.fixture
def ahead():
    """What opens rooms, and closes what is left."""
    made = Ahead()
    yield made
    made.stop()


def some_rooms(warm, *cells):
    """Make rooms for a notebook, not open yet."""
    return Rooms(warm, plan_of(cells or CELLS), 20)


async def count(warm):
    """Return how many rooms there are, but for those of a spare pair."""
    return len((await warm.status())["rooms"]) - 2


def in_turn(ahead, *submissions):
    """Open rooms for one submission after the other; returns what was open already."""

    async def scenario():
        found = []
        for rooms in submissions:
            opened = await ahead.open(rooms)
            found.append(opened is not rooms)
            await asyncio.sleep(1)  # its cells run, and the next are opened
            assert await opened.alive()
            await opened.close()
        return found

    return run_sync(scenario)()


def test_the_second_submission_finds_its_rooms_open(warm, ahead):
    """
    Of the first nothing was known before; the last is graded by a command of its own,
    as in Formgrader, which reads the same release again.
    """
    rooms = some_rooms(warm)
    turns = rooms, rooms.another(), some_rooms(warm)

    assert [False, True, True] == in_turn(ahead, *turns)


def test_rooms_for_something_else_are_not_used(warm, ahead):
    """
    Another notebook has rooms of its own.
    """
    turns = some_rooms(warm), some_rooms(warm, *OTHERS)

    assert [False, False] == in_turn(ahead, *turns)


def test_the_notebooks_of_an_assignment_take_turns(warm, ahead):
    """
    What came after a notebook once is opened after it from then on.
    """
    one, other = some_rooms(warm), some_rooms(warm, *OTHERS)
    turns = [one, other, one.another(), other.another(), one.another()]

    assert [False, False, False, True, True] == in_turn(ahead, *turns)


def test_rooms_that_have_ended_meanwhile_are_not_handed_out(warm, ahead):
    """
    They may have run out of memory before anybody came.
    """
    rooms = some_rooms(warm)

    async def scenario():
        await (await ahead.open(rooms)).close()
        waiting = await ahead._next
        os.kill(waiting.student.km.provisioner.pid, signal.SIGKILL)
        while await waiting.student.alive():
            await asyncio.sleep(0.01)
        opened = await ahead.open(rooms.another())
        alive = opened is not waiting and await opened.alive()
        await opened.close()
        return alive

    assert run_sync(scenario)()


def test_nothing_is_left_when_the_program_ends(warm):
    """
    Rooms that nobody asked for are closed, open or on their way.
    """

    async def gone():
        for _ in range(400):
            if await count(warm) <= 0:
                return True
            await asyncio.sleep(0.05)
        return False

    for seconds in (0, 1):
        ahead = Ahead()
        run_sync(_one_submission)(ahead, some_rooms(warm), seconds)
        ahead.stop()

        assert run_sync(gone)()


async def _one_submission(ahead, rooms, seconds):
    opened = await ahead.open(rooms)
    await asyncio.sleep(seconds)
    await opened.close()


# --- And its given cells have begun to run.

SLEEPER = "import time\ntime.sleep(3)\ndef now():\n    return time.time()"
BEGUN = "import time\nbegun = time.time()"
EARLY, LATE = "assert now() - begun > 2.5", "assert now() - begun < 2.5"
# As a given cell, it ends the test room; the student's room has it too.
DEADLY = "import os\nif type(get_ipython().kernel._room).__name__ == 'TestRoom':\n"
DEADLY += "    os._exit(1)"


def run_cells(warm, *cells, quick=True, **options):
    """Run some cells, of which some may be missing in the submission."""
    submitted = [cell for cell in cells if cell[0] != "missing"]
    released = [("given" if k == "missing" else k, s) for k, s in cells]
    document = notebook_of(submitted)
    client = Client(document, timeout=20)
    client.begin(warm, plan_of(released), None, **options)
    if quick:
        client.rooms.given_seconds.append(0.0)
    with client.setup_kernel():
        for index, cell in enumerate(document.cells):
            client.execute_cell(cell, index)
    return client


def names_of_errors(client):
    """Return what each cell ended in."""
    outputs = [output for cell in client.nb.cells for output in cell.outputs]
    return [output.ename for output in outputs if output.output_type == "error"]


def test_a_given_cell_runs_in_the_test_room_before_the_test(warm):
    """
    While the student's room sleeps, the test room has long begun.
    """
    cells = ("given", BEGUN), ("student", SLEEPER), ("test", EARLY)

    assert [] == names_of_errors(run_cells(warm, *cells))


def test_where_tests_rely_on_files_given_cells_run_after_a_look_at_them(warm, tmp_path):
    """
    The student's code may change them at any time.
    """
    (tmp_path / "data.txt").write_text("6")
    cells = ("given", BEGUN), ("student", SLEEPER), ("test", LATE)
    files = ReleasedFiles(tmp_path, [])

    assert [] == names_of_errors(run_cells(warm, *cells, files=files))


@pytest.mark.parametrize(
    ("pause", "then"),
    {"quick": ("", EARLY), "slow": ("\ntime.sleep(0.6)", LATE)}.values(),
)
def test_how_long_given_cells_took_once_decides_for_the_next(warm, ahead, pause, then):
    """
    Both rooms run them at once, so each may take longer: a time limit counts.
    """
    given = plan_of([("given", BEGUN + pause), ("student", SLEEPER), ("test", LATE)])
    for test in (LATE, then):
        given.tests["test2"] = test
        cells = ("given", BEGUN + pause), ("student", SLEEPER), ("test", test)
        document = notebook_of(cells)
        client = Client(document, timeout=20)
        client.begin(warm, given, None, ahead=ahead)
        with client.setup_kernel():
            for index, cell in enumerate(document.cells):
                client.execute_cell(cell, index)

        assert [] == names_of_errors(client)


def test_a_notebook_that_ends_early_does_not_wait_for_given_cells(warm):
    """
    Where no test waits for them, nobody needs what they would bind.
    """
    start = time.monotonic()

    run_cells(warm, ("missing", "import time\ntime.sleep(60)"), ("student", "x = 1"))

    assert time.monotonic() - start < 20


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("student", ["x = 1", "import os\nos._exit(1)"])
def test_a_given_cell_that_ends_the_test_room_costs_one_test(warm, student, quick):
    """
    Early or late, and whatever the student's code does meanwhile.
    """
    client = run_cells(
        *(warm, ("given", DEADLY), ("student", student)),
        *(("test", "assert True"), ("student", "y = 2"), ("test", "assert y == 2")),
        quick=quick,
    )

    assert {"RoomError"} == {*names_of_errors(client)}
    assert [] == client.nb.cells[-1].outputs


def test_a_test_that_was_moved_waits_for_given_cells_too(warm):
    """
    Whatever comes before it in the release.
    """
    slow = "import time\ntime.sleep(1)\nk = 3"
    document = notebook_of([("given", slow), ("student", "f = lambda: 3")])
    cells = [("given", slow), ("student", ""), ("test", "assert k == 3"), ("test", "k")]
    tests = notebook_of([("", ""), ("", ""), ("", ""), ("test", "assert f() == 3")])
    document.cells.append(tests.cells[-1])
    plan = plan_of([*cells[:3], ("test", "assert f() == 3")])
    client = Client(document, timeout=20)
    client.begin(warm, plan, None)
    client.rooms.given_seconds.append(0.0)
    with client.setup_kernel():
        for index, cell in enumerate(document.cells):
            client.execute_cell(cell, index)

    assert [] == names_of_errors(client)
