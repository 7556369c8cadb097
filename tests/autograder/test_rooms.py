"""What happens between the rooms: who sees what, and what when one of them ends."""

import asyncio
import os
import re
import time
from pathlib import Path

import pytest
from two_rooms import in_two_rooms, problems, said

from autograder.released_files import ReleasedFiles
from autograder.room import RoomError
from autograder.sandbox import Policy, survey

DOUBLE = "def double(x):\n    return 2 * x"


def test_a_test_and_its_source_never_enter_the_students_room(warm):
    """
    The student's history, names and frames know nothing of a test.
    """
    spy = (
        "import gc, sys\n"
        "def double(x):\n"
        "    word = 'nee' + 'dle'\n"
        "    found = word in str(In) + str(globals().keys())\n"
        "    frame = sys._getframe().f_back\n"
        "    while frame:\n"
        "        found |= word in str(frame.f_locals)[:100000]\n"
        "        frame = frame.f_back\n"
        "    return 'found' if found else 2 * x"
    )
    run = in_two_rooms(
        *(warm, ("student", spy)),
        ("test", "needle_in_test = 3\nassert double(2) == 4"),
        ("student", "assert 'nee' + 'dle_in_test' not in globals()"),
    )

    assert [] == problems(run) == problems(run, "student")


def test_given_cells_run_in_both_rooms_and_the_students_changes_do_not(warm):
    """
    A helper of the instructor's is the test's own, whatever the student made of it.
    """
    run = in_two_rooms(
        warm,
        ("given", "def helper(x):\n    return x + 1"),
        ("student", DOUBLE + "\nhelper = lambda x: 0"),
        ("test", "assert helper(double(2)) == 5"),
    )

    assert [] == problems(run)


@pytest.mark.parametrize(
    ("given", "ends"),
    {
        "the test ended it": ("wanted = 6", "double(1)\nos._exit(1)"),
        "the given cell did": (
            "import os\nif 'test' in os.environ['HOME']:\n    os._exit(3)\nwanted = 6",
            "double(1)",
        ),
    }.values(),
)
def test_what_is_given_stays_the_release_s_when_a_test_room_has_ended(
    warm, given, ends
):
    """
    The next test has a room of its own, and given cells run there again: or the
    student's room had the say.
    """
    run = in_two_rooms(
        *(warm, ("given", given)),
        *(("student", "def double(x):\n    return 0"), ("student", "wanted = 0")),
        ("test", f"import os\n{ends}"),
        ("test", "assert double(3) == wanted"),
    )

    first, second = problems(run)
    assert first.startswith("RoomError")
    assert second.startswith("AssertionError") or "did not get that far" in second


def test_a_given_cell_that_needs_the_student_runs_there_only(warm):
    """
    It would fail, or run twice, in the test room.
    """
    run = in_two_rooms(
        warm,
        ("student", DOUBLE),
        ("given", "four = double(2)\nprint('once')"),
        ("test", "assert four == 4"),
    )

    assert [] == problems(run)
    assert "once\n" == said(run, 1)


def test_a_room_says_only_what_its_listener_needs(warm):
    """
    A request has a reply, a cell its outputs, its number and its end; whoever else runs
    one hears what any kernel says.
    """

    async def heard(room):
        room.kc.execute("1")
        found = []
        while "idle" not in str(found[-1:]):
            message = await room.kc.get_iopub_msg(timeout=9)
            found.append((message["msg_type"], message["content"]))
        return [kind for kind, _ in found], found[-1][1]

    async def scenario():
        rooms = await warm.pair()
        with pytest.raises(RoomError, match="'nothing' is unknown"):
            await rooms[0].ask("nothing")
        brief = await heard(rooms[0])
        rooms[0].kc.session.metadata = {}
        usual = await heard(rooms[0])
        for room in rooms:
            await room.stop()
        return brief, usual

    brief, usual = asyncio.run(scenario())

    end = {"execution_state": "idle"}
    assert (["execute_result", "status"], end | {"execution_count": 1}) == brief
    assert (["status", "execute_input", "execute_result", "status"], end) == usual


@pytest.mark.parametrize(
    ("fatal", "why"),
    [
        ("while True: pass", "did not get that far on the test's side"),
        ("await asyncio.sleep(99)", "did not get that far on the test's side"),
        ("print('x' * 10**6)\n    1 / 0", "did not get that far on the test's side"),
        ("os._exit(3)", "the test did not end: the kernel has ended"),
    ],
    ids=["loops", "waits", "fails", "exits"],
)
def test_a_given_cell_that_breaks_in_the_test_room_costs_one_test(warm, fatal, why):
    """
    It is interrupted at a cell's time limit; the next test works.
    """
    given = f"import asyncio, os\nif 'test' in os.environ['HOME']:\n    {fatal}"
    run = in_two_rooms(
        warm,
        ("student", DOUBLE),
        ("given", f"{given}\nbound = 4"),
        ("test", "assert double(2) == bound"),
        ("test", "assert double(2) == 4"),
        seconds=2,
    )

    (problem,) = problems(run)
    assert problem.endswith(why)


def test_a_name_that_a_test_binds_is_never_the_students(warm):
    """
    Not even where the test that binds it has failed before it came to that.
    """
    run = in_two_rooms(
        warm,
        ("student", "expected = 5\ndef double(x):\n    return 5"),
        ("test", "assert double(1) == 2\nexpected = 4"),
        ("test", "assert double(2) == expected"),
    )

    assert 2 == len(problems(run))
    assert "NameError" in problems(run)[1]


@pytest.mark.parametrize(
    ("fatal", "word"),
    [
        ("import os\ndef double(x):\n    os._exit(3)", "ended its room"),
        ("def double(x):\n    while True:\n        pass", "did not answer in time"),
        (
            "def double(x):\n    while True:\n        try:\n            while True:\n"
            "                pass\n        except BaseException:\n            pass",
            "did not answer in time",
        ),
    ],
    ids=["an exit", "a loop", "a loop that cannot be interrupted"],
)
def test_a_room_that_dies_or_hangs_costs_one_test(warm, fatal, word):
    """
    The test says why; the student's cells are run again, and the next test passes.
    """
    run = in_two_rooms(
        *(warm, ("student", "kept = 3"), ("student", fatal)),
        ("test", "assert double(2) == 4"),
        ("test", "assert kept == 3"),
        seconds=3,
    )

    (problem,) = problems(run)
    assert word in problem


def test_a_cell_that_ends_the_kernel_is_left_out_of_the_replay(warm):
    """
    Cells before and after it count.
    """
    run = in_two_rooms(
        *(warm, ("student", "before = 1")),
        ("student", "import os\nos._exit(1)"),
        ("student", "after = 2"),
        ("test", "assert (before, after) == (1, 2)"),
    )

    assert [] == problems(run)
    assert [
        "RoomError: This cell ended the kernel. The cells before it were run again."
    ]
    assert "ended the kernel" in problems(run, "student")[0]


def test_output_of_the_students_functions_decides_nothing_and_is_shown(warm):
    """
    Stderr and warnings of a function cost no points.
    """
    run = in_two_rooms(
        warm,
        (
            "student",
            "import sys, warnings\n"
            "def double(x):\n    print('to stderr', file=sys.stderr)\n"
            "    warnings.warn('careful')\n    print('to stdout')\n    return 2 * x",
        ),
        ("test", "assert double(2) == 4"),
    )

    assert [] == problems(run)
    assert all(o.output_type == "display_data" for o in run.nb.cells[-1].outputs)
    for text in ("to stderr", "careful", "to stdout"):
        assert text in said(run)


def test_the_traceback_goes_on_into_the_students_lines(warm):
    """
    The test's line, then the student's: nothing of the autograder's between them.
    """
    run = in_two_rooms(
        warm,
        (
            "student",
            "def double(x):\n    return inner(x)\ndef inner(x):\n    return 1/0",
        ),
        ("test", "assert double(2) == 4"),
    )

    (error,) = run.nb.cells[-1].outputs
    text = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error.traceback))
    assert "return inner(x)" in text and "return 1" in text
    assert "peer.py" not in text and "standin.py" not in text


def test_an_object_that_lies_is_not_believed(warm):
    """
    What comes as an object where data was expected fails, whatever it answers.
    """
    liar = (
        "class Liar:\n"
        "    def __eq__(self, other): return True\n"
        "    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = lambda s, o: True\n"
        "    __sub__ = __rsub__ = __abs__ = lambda s, *o: s\n"
        "    def equal(self, other): return True\n"
        "    item = max = lambda s: 0.0\n"
        "def f(x): return Liar()"
    )
    tests = (
        *("assert f(1) == 3", "assert 3 == f(1)", "assert abs(f(1) - 3) < 1e-9"),
        *("assert f(1).equal(3)", "assert (f(1) - 3).max() < 1", "assert f(1) > 2"),
        *("assert f(1) in [3]", "import math\nassert math.isclose(f(1), 3)"),
        "import numpy as np\nassert np.allclose(f(1), 3)",
        "import numpy as np\nassert np.abs(f(1) - np.ones(2)).max() < 1",
    )
    run = in_two_rooms(warm, ("student", liar), *(("test", t) for t in tests))

    assert len(tests) == len(problems(run))


@pytest.mark.parametrize(
    ("test", "problem"),
    [
        ("1.5", None),
        ("'a text'", None),
        ("3", "partial credit is a number from 0 to 2"),
        ("-1", "partial credit"),
        ("float('nan')", "partial credit"),
        ("import sys\nprint('a warning', file=sys.stderr)", None),
    ],
)
def test_the_last_value_of_a_test_is_credit_or_an_error(warm, test, problem):
    """
    What nbgrader would take for full points without being told so is an error.
    """
    run = in_two_rooms(warm, ("test", test), points=2.0)

    assert [problem] * bool(problem) == [
        problem if problem and problem in text else text for text in problems(run)
    ]


def test_files_beside_the_notebook_are_there_for_both_rooms(warm, tmp_path):
    """
    The student's functions and the tests read the files of the submission.
    """
    (tmp_path / "data.csv").write_text("1,2")
    (tmp_path / "own.py").write_text("def triple(x):\n    return 3 * x")
    run = in_two_rooms(
        warm,
        ("student", "from own import triple\nread = lambda: open('data.csv').read()"),
        ("test", "assert read() == open('data.csv').read() == '1,2'"),
        ("test", "from own import triple as other\nassert triple(2) == other(2) == 6"),
        ("test", "import own\nassert own.triple(1) == 3 and 'peer' not in dir(own)"),
        folder=tmp_path,
    )

    assert [] == problems(run)


def test_a_whole_class_keeps_nothing_open(warm, tmp_path):
    """
    When rooms are done with, no descriptor of theirs is left here: a class has
    hundreds, and what holds a folder in memory keeps its files there.
    """
    (tmp_path / "data.txt").write_text("6")
    cells = ("student", DOUBLE), ("test", "assert double(2) == 4")
    in_two_rooms(warm, *cells, folder=tmp_path)
    before = len([*Path("/proc/self/fd").iterdir()])

    for _ in range(3):
        in_two_rooms(warm, *cells, folder=tmp_path)

    assert before == len([*Path("/proc/self/fd").iterdir()])


def test_files_that_are_too_large_are_named_and_cost_no_room(warm, tmp_path):
    """
    The error says where, how large files may be, and what to do; the rooms end.
    """
    if survey().tier != "full":
        pytest.skip("without namespaces the folder is on disk")
    with (tmp_path / "huge.bin").open("wb") as file:
        file.truncate((Policy.disk_mib + 1) << 20)

    with pytest.raises(RoomError, match=f"{tmp_path}: .*No space.*disk_mib"):
        in_two_rooms(warm, ("student", DOUBLE), folder=tmp_path)

    deadline = time.monotonic() + 20
    while len(asyncio.run(warm.status())["rooms"]) != 2:  # those of the spare pair
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_file_of_the_students_never_takes_the_place_of_a_library(warm, tmp_path):
    """
    The test room does not import what lies beside the notebook.
    """
    (tmp_path / "statistics.py").write_text("def mean(x):\n    return 7")
    run = in_two_rooms(
        *(warm, ("student", "value = 7")),
        ("test", "import statistics\nassert statistics.mean([1, 3]) == value"),
        folder=tmp_path,
    )

    assert 1 == len(problems(run))


def test_a_released_module_is_the_tests_own_and_a_released_file_is_restored(
    warm, tmp_path
):
    """
    What the student's code makes of them is undone before each test, and noted.
    """
    source, submitted = tmp_path / "source", tmp_path / "submitted"
    for folder in (source, submitted):
        (folder / "data").mkdir(parents=True)
        (folder / "helper.py").write_text("def triple(x):\n    return 3 * x")
        (folder / "data" / "want.txt").write_text("6")
    files = ReleasedFiles(source, [])
    cells = (
        ("student", "from pathlib import Path\nimport os"),
        ("student", "Path('helper.py').write_text('triple = lambda x: 7')"),
        ("student", "Path('data/want.txt').unlink(); os.symlink('/etc/passwd', "
         "'data/want.txt')"),
        ("test", "from helper import triple\nassert triple(2) == 6"),
        ("test", "assert open('data/want.txt').read() == '6'"),
    )  # fmt: skip

    run = in_two_rooms(warm, *cells, folder=submitted, files=files)

    assert [] == problems(run) == problems(run, "student")
    assert {"helper.py", "data/want.txt"} == {note.cell for note in run.rooms.notes}


class Restless(ReleasedFiles):
    """Released files of which one never settles, once there is another."""

    def restore(self, work_fd, right=()):
        """Name what was changed."""
        spoilt = os.access("spoil", os.F_OK, dir_fd=work_fd)
        return super().restore(work_fd, right) + ["want.txt"] * spoilt


def test_a_test_that_cannot_begin_has_nothing_of_the_one_before(warm, tmp_path):
    """
    Neither what that printed, nor a student's room that still waits.
    """
    source, submitted = tmp_path / "source", tmp_path / "submitted"
    for folder in (source, submitted):
        folder.mkdir()
        (folder / "want.txt").write_text("6")
    cells = (
        ("student", "def f():\n    print('once')\n    return 6"),
        ("test", "assert f() == 6"),
        ("student", "open('spoil', 'w').close()"),
        ("test", "assert f() == 6"),
    )

    run = in_two_rooms(warm, *cells, folder=submitted, files=Restless(source, []))

    (problem,) = problems(run)
    assert "want.txt was released with the assignment, and goes on changing" in problem
    assert "once" in str(run.nb.cells[1].outputs)
    assert "once" not in str(run.nb.cells[3].outputs)
    assert {"file"} == {note.kind for note in run.rooms.notes}


CORES = """
import os
import threading

def cores():
    return sorted(os.sched_getaffinity(0))
"""


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one core only")
def test_both_rooms_share_a_core_while_a_test_runs(warm):
    """
    Only then, and only where kernels compute on one thread.
    """
    run = in_two_rooms(
        *(warm, ("student", CORES)),
        (
            "test",
            "import os\nassert [*os.sched_getaffinity(0)] == cores()\nlen(cores())",
        ),
        ("student", "print(len(cores()))"),
        ("student", "os.environ['OMP_NUM_THREADS'] = '2'"),
        ("test", "os.environ['OMP_NUM_THREADS'] = '2'"),
        ("test", "assert len(cores()) > 1 and len(os.sched_getaffinity(0)) > 1"),
        ("student", "def cores():\n    return 1 / 0"),
        ("test", "cores()"),
        ("student", "print(len(os.sched_getaffinity(0)))"),
    )

    all_cores = f"{len(os.sched_getaffinity(0))}\n"
    assert ["ZeroDivisionError: division by zero"] == problems(run)
    assert [] == problems(run, "student")
    assert all_cores == said(run, 2) == said(run)
