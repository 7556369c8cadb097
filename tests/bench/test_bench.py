"""What the benchmark compares and how it counts; nothing here is about speed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from exercise import TASKS, notebook
from floor import points_of
from otter_grader import otter_test
from students import STUDENTS
from table import Run, Spread, as_json, as_markdown, as_text, paired, rows

HERE = Path(__file__).parent

# Burns CPU seconds in a grandchild that the commands' own process never waits for.
ORPHAN = """
import os, time
if os.fork() == 0:
    if os.fork() == 0:
        while time.process_time() < 0.4:
            pass
    os._exit(0)
os.wait()
"""
# The kernel drops the times of children whose end is ignored.
IGNORED = """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    while time.process_time() < 0.8:
        pass
    os._exit(0)
time.sleep(0.1)
try:
    os.wait()
except ChildProcessError:
    pass
"""
DAEMON = """
import os, time
if os.fork() == 0:
    time.sleep(60)
"""
MEASURE = """
import json, os, sys
from pathlib import Path
import meter
meter.PATIENCE = float(sys.argv[2])
command = [sys.executable, "-c", sys.argv[1]]
usage = meter.measure([command], Path.cwd(), dict(os.environ), os.devnull, every=0.05)
print(json.dumps({"cpu": usage.cpu, "waited": usage.cpu_waited, "left": usage.left,
                  "remain": len(meter.descendants(os.getpid()))}))
"""


def measured(script, patience=30):
    """Measure a script, in a process of its own: the meter adopts all orphans."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, script, str(patience)],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def run(variant, number, wall, cpu, own=12.0):
    """A run of a class of 12."""
    return Run(variant, number, students=12, wall=wall, cpu=cpu, own=own)


RUNS = [
    run("stock", 1, wall=90.0, cpu=72.0),
    run("ours", 1, wall=30.0, cpu=24.0),
    run("floor", 1, wall=20.0, cpu=16.0),
    run("stock", 2, wall=120.0, cpu=84.0),
    run("ours", 2, wall=60.0, cpu=24.0),
    run("floor", 2, wall=20.0, cpu=20.0),
]


@pytest.mark.parametrize("student", STUDENTS, ids=lambda student: student.name)
def test_student_gets_what_is_deserved(student):
    """
    The answers of each student of the class earn the points that are stated.
    """
    document = notebook(student.answers, steps=30)

    assert student.deserved == points_of(document)


def test_the_class_is_mixed():
    """
    There are twelve students; some left out tasks, one crashes, one is wrong.
    """
    best = sum(task.points for task in TASKS)

    assert 12 == len({student.name for student in STUDENTS})
    assert 6 == sum(student.deserved == best for student in STUDENTS)


def test_otter_gets_the_same_tests():
    """
    A task's test file names all that its tests take from a notebook, as Otter wants.
    """
    (task,) = (task for task in TASKS if task.name == "conv2d")
    text = otter_test(task)

    assert "def test(conv2d, np, nn, torch):" in text
    for line in f"{task.visible}\n{task.hidden}".splitlines():
        assert f"    {line}" in text


def test_orphans_are_counted():
    """
    What a process uses after its parent has ended counts as used by the command.
    """
    usage = measured(ORPHAN)

    assert [] == usage["left"]
    assert usage["waited"] >= 0.4


def test_processes_that_nobody_waits_for_are_counted():
    """
    What the kernel does not hand on is found by looking at the processes.
    """
    usage = measured(IGNORED)

    assert usage["waited"] < 0.6
    assert usage["cpu"] >= 0.6


def test_daemons_are_ended_and_named():
    """
    A process that stays when the command has ended is killed, and the result says so.
    """
    usage = measured(DAEMON, patience=0.2)

    assert 1 == len(usage["left"])
    assert "time.sleep(60)" in usage["left"][0]
    assert 0 == usage["remain"]


def test_ratios_compare_runs_of_the_same_round():
    """
    A ratio is taken in each round; the table shows their median and how far they lie.
    """
    table = rows(RUNS)

    assert Spread(2.5, 2.0, 3.0) == table["ours"].throughput
    assert Spread(5.5, 5.0, 6.0) == table["ours"].overhead
    assert Spread(1.35, 1.2, 1.5) == table["ours"].of_floor
    assert Spread(1.0, 1.0, 1.0) == table["ours"].on_top
    assert table["floor"].overhead is None
    assert Spread(18.0, 12.0, 24.0) == table["ours"].per_minute


def test_rounds_without_the_other_are_left_out():
    """
    What ran alone in its round is compared with nothing.
    """
    alone = [run("ours", 3, wall=1.0, cpu=1.0)]

    assert paired(alone, "ours", "stock", lambda a, b: b.wall / a.wall) is None
    assert Spread(2.5, 2.0, 3.0) == rows(RUNS + alone)["ours"].throughput
    assert ["ours"] == list(rows(alone))


def test_table_reads_the_same_everywhere():
    """
    The terminal's table, the README's and the JSON file have the same figures.
    """
    table = rows(RUNS)
    text = as_text(table).splitlines()
    markdown = as_markdown(table, {"ours": "with the add-on"}).splitlines()
    saved = json.loads(json.dumps(as_json(RUNS, figures={"kernel": 1})))

    assert 2 + 3 == len(text) == len(markdown)
    assert "2.50 (2.00-3.00)" in text[3]
    assert markdown[3].startswith("| with the add-on | 18.0 (12.0-24.0) |")
    assert {7 + 1} == {line.count("|") for line in markdown}
    assert {"median": 2.5, "low": 2.0, "high": 3.0} == (
        saved["table"]["ours"]["throughput"]
    )
    assert 6 == len(saved["runs"])
    assert {"kernel": 1} == saved["figures"]


@pytest.mark.parametrize(
    "numbers, written",
    [
        ([0.0951, 0.0949, 0.2], "0.10 (0.09-0.20)"),
        ([1.0, 2.5, 9.0], "2.50 (1.00-9.00)"),
        ([10.0, 12.34], "11.2 (10.0-12.3)"),
        ([100.0, 250.4], "175 (100-250)"),
    ],
)
def test_spread_has_about_three_digits(numbers, written):
    """
    A spread is written with as many decimals as its largest number needs.
    """
    assert written == str(Spread.of(numbers))
