"""What the rooms of a hostile student use up, and how they are ended."""

from dataclasses import replace
from functools import cache

import machines
import pytest
from machines import FULL, KINDS, ROOT, USER, USER_IN_CONTAINER, Room

MEMORY = "it used more memory than it may"
DISK = "its files took more space than they may"
TASKS = "it started more processes than it may"
KILLED = "it was ended by SIGKILL"
THREE = (ROOT, USER, USER_IN_CONTAINER)
SMALL = {"memory_mib": 300, "disk_mib": 100, "file_mib": 60, "processes": 40}
START = "import os, time\nFOLDER = box.work\n"

TOO_MUCH = """
import mmap
for ask in (lambda: bytearray(8 << 30), lambda: mmap.mmap(-1, 8 << 30)):
    try:
        ask()
    except (MemoryError, OSError) as error:
        print(type(error).__name__, flush=True)
"""
TOGETHER = """
for number in range(10):
    if os.fork() == 0:
        block = bytearray(60 << 20)
        for place in range(0, len(block), 4096):
            block[place] = 1
        time.sleep(20)
time.sleep(20)
"""
SHARED_TOGETHER = """
import mmap
for number in range(10):
    if os.fork() == 0:
        block = mmap.mmap(-1, 60 << 20)
        block.write(bytes(60 << 20))
        time.sleep(20)
time.sleep(20)
"""
FILES_IN_MEMORY = """
for place in (".", "/tmp", "/dev/shm"):
    for number in range(3):
        try:
            with open(f"{place}/{number}", "wb") as file:
                file.write(bytes(55 << 20))
        except OSError as error:
            print(error.errno, flush=True)
time.sleep(20)
"""
BUFFERS = """
import socket
for number in range(8):
    if os.fork() == 0:
        pairs = [socket.socketpair() for _ in range(200)]
        for one, _ in pairs:
            one.setblocking(False)
            one.send(bytes(150_000))
        time.sleep(20)
time.sleep(20)
"""
FILES = """
for number in range(40):
    with open(f"{FOLDER}/{number}", "wb") as file:
        file.write(bytes(10 << 20))
    time.sleep(0.02)
time.sleep(20)
"""
SOCKETS = f'FOLDER = box.private("student")\n{FILES}'
NAMELESS = """
kept = []
for number in range(40):
    kept.append(open(f"{FOLDER}/{number}", "wb"))
    os.unlink(f"{FOLDER}/{number}")
    kept[-1].write(bytes(10 << 20))
    kept[-1].flush()
    time.sleep(0.02)
time.sleep(20)
"""
# All at once, between two rests in which nobody need look.
AFTER_A_REST = """
time.sleep(1)
for number in range(8):
    with open(f'{box.private("student")}/{number}', "wb") as file:
        file.write(bytes(50 << 20))
time.sleep(20)
"""
DEEP = """
for _ in range(3000):
    os.mkdir("deeper")
    os.chdir("deeper")
"""
LONG = """
try:
    open("long", "wb").write(bytes(70 << 20))
except OSError as error:
    print(error.errno)
"""
BOMB = """
print("begins", flush=True)
while True:
    try:
        if os.fork() == 0:
            os.setsid()
    except Exception:
        pass
"""
DAEMON = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(20)
    os._exit(0)
time.sleep(0.2)
"""
COMMAND = """
import subprocess
print("begins", flush=True)
try:
    subprocess.run(["/bin/sleep", "20"])
except KeyboardInterrupt:
    print("interrupted")
"""
INTERRUPT = """
import os, signal, time
time.sleep(0.3)
os.kill(room, signal.SIGINT)
"""
# Another grader, which is killed while its room runs.
GRADER = """
import os, signal, time
from pathlib import Path
from autograder import sandbox
read, write = os.pipe()
grader = os.fork()
if grader == 0:
    policy = sandbox.Policy(tier=tier)
    keeper, _ = sandbox.spawn(policy, box, "test", lambda: time.sleep(20))
    os.write(write, str(keeper).encode())
    os.kill(os.getpid(), signal.SIGKILL)
keeper = int(os.read(read, 20))
os.waitpid(grader, 0)
for _ in range(50):
    if not Path(f"/proc/{keeper}").exists():
        print("gone")
        break
    time.sleep(0.1)
"""

# The test room, while the student's room forks as much as it can.
NEIGHBOUR = """
import os, time
from autograder import sandbox
time.sleep(0.3)
def test_room():
    for _ in range(10):
        if os.fork() == 0:
            time.sleep(0.5)
            os._exit(0)
    os._exit(9)
pid, pidfd = sandbox.spawn(sandbox.Policy(tier=tier), box, "test", test_room)
os.waitid(os.P_PIDFD, pidfd, os.WEXITED | os.WNOWAIT)
print(sandbox.kill(pid, pidfd))
"""

ROOMS = {
    "too much": Room(TOO_MUCH),
    "together": Room(TOGETHER),
    "shared together": Room(SHARED_TOGETHER),
    "buffers": Room(BUFFERS),
    "files in memory": Room(FILES_IN_MEMORY),
    "files": Room(FILES),
    "nameless": Room(NAMELESS),
    "sockets": Room(SOCKETS),
    "after a rest": Room(AFTER_A_REST),
    "files in memory after a rest": Room(f"time.sleep(1){FILES_IN_MEMORY}"),
    "deep": Room(DEEP),
    "long": Room(LONG),
    "bomb": Room(BOMB, kill_after=0.5),
    "neighbour": Room(BOMB, meanwhile=NEIGHBOUR, kill_after=0),
    "daemon": Room(DAEMON),
    "interrupt": Room(COMMAND, meanwhile=INTERRUPT),
    "grader": Room("print(1, flush=True)", meanwhile=GRADER),
    "endless": Room("while True: pass", limits={"cpu_seconds": 1}),
}
ONLY = {
    "files in memory": FULL,
    "files in memory after a rest": FULL,
    "files": (USER_IN_CONTAINER,),
    "nameless": (USER_IN_CONTAINER,),
    "endless": (ROOT,),
    "bomb": KINDS,
    "daemon": KINDS,
}


@cache
def ends(kind):
    """Run all rooms of a kind of machine, one after the other."""
    rooms = {n: room for n, room in ROOMS.items() if kind in ONLY.get(n, THREE)}
    small = [
        replace(room, code=START + room.code, limits=SMALL | room.limits)
        for room in rooms.values()
    ]
    return dict(zip(rooms, machines.run(kind, *small), strict=True))


@pytest.mark.parametrize("kind", THREE)
def test_one_process_asks_in_vain_for_too_much_memory(kind):
    """
    Eight gibibytes at once, own or shared, are refused, and the room goes on.
    """
    assert "MemoryError\nOSError\n" == ends(kind)["too much"].output


@pytest.mark.parametrize("form", ["together", "shared together", "buffers"])
@pytest.mark.parametrize("kind", THREE)
def test_many_processes_use_too_much_memory_together(kind, form):
    """
    Heap, shared memory and full sockets of many processes end their room.
    """
    end = ends(kind)[form]

    assert (MEMORY, []) == (end.why, end.left)


@pytest.mark.parametrize("form", ["files in memory", "files in memory after a rest"])
@pytest.mark.parametrize("kind", FULL)
def test_files_in_memory_count(kind, form):
    """
    Each file system of a room has a size, and what lies in all of them is memory.
    """
    end = ends(kind)[form]

    assert (MEMORY, "28\n") == (end.why, end.output[:3])


@pytest.mark.parametrize("form", ["files", "nameless"])
def test_files_on_disk_are_limited_without_namespaces(form):
    """
    Where files lie on the disk, those with and without a name end a room.
    """
    assert DISK == ends(USER_IN_CONTAINER)[form].why


@pytest.mark.parametrize("form", ["sockets", "after a rest"])
@pytest.mark.parametrize("kind", THREE)
def test_folder_of_sockets_is_no_storage(kind, form):
    """
    The one folder that is always on the disk holds little.
    """
    assert DISK == ends(kind)[form].why


@pytest.mark.parametrize("kind", THREE)
def test_deep_folders_do_not_stop_the_grader(kind):
    """
    Folders in folders, deeper than any path is long, are watched and removed.
    """
    assert ends(kind)["deep"].why in ("it ended by itself", DISK)


@pytest.mark.parametrize("kind", THREE)
def test_one_file_is_limited(kind):
    """
    A file that gets too long is an error, not the end of the room.
    """
    assert "27\n" == ends(kind)["long"].output


@pytest.mark.parametrize("kind", KINDS)
def test_fork_bomb_ends(kind):
    """
    A recursive fork bomb with a session of its own is ended, whole and soon.
    """
    end = ends(kind)["bomb"]

    assert [] == end.left
    assert end.why in (KILLED, TASKS)
    assert end.kill_seconds < 20


@pytest.mark.parametrize("kind", THREE)
def test_fork_bomb_leaves_processes_to_others(kind):
    """
    While one room has all the processes it may have, another can still start some.
    """
    assert "9\n" == ends(kind)["neighbour"].meanwhile


@pytest.mark.parametrize("kind", KINDS)
def test_daemon_ends_with_its_room(kind):
    """
    When the first process of a room ends, all that it left behind ends too.
    """
    end = ends(kind)["daemon"]

    assert ([], "it ended by itself") == (end.left, end.why)


@pytest.mark.parametrize("kind", THREE)
def test_rooms_end_when_the_grader_is_killed(kind):
    """
    A grader that is killed leaves no room behind.
    """
    assert "gone\n" == ends(kind)["grader"].meanwhile


def test_time_of_a_processor_is_limited():
    """
    A process that computes for too long is ended.
    """
    assert KILLED == ends(ROOT)["endless"].why


@pytest.mark.parametrize("kind", THREE)
def test_interrupt_reaches_the_room(kind):
    """
    SIGINT to the keeper is KeyboardInterrupt in the room and ends its commands.
    """
    assert "begins\ninterrupted\n" == ends(kind)["interrupt"].output
