"""Kernels forked from a warm process behave as those that start cold."""

import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from nbformat.v4 import output_from_msg

from autograder.errors import AutograderError
from autograder.preload import imports_of
from autograder.sandbox import Policy, survey
from autograder.zygote import Zygote, selfcheck
from autograder.zygote_folder import remove_stale

PRELOAD = ("numpy", "scipy.signal", "torch", "matplotlib.pyplot", "no_such_module")


@pytest.fixture(scope="module")
def zygote():
    """A warm process whose owner has a password in its environment."""
    os.environ["REGISTRY_PASSWORD"] = "secret"
    try:
        with Zygote.start(PRELOAD) as zygote:
            yield zygote
    finally:
        del os.environ["REGISTRY_PASSWORD"]


async def run(client, code, seconds=60):
    """Execute a cell and return its outputs."""
    asked = client.execute(code, allow_stdin=False)
    outputs = []
    while True:
        message = await client.get_iopub_msg(timeout=seconds)
        if message["parent_header"].get("msg_id") != asked:
            continue
        if message["content"].get("execution_state") == "idle":
            await client.get_shell_msg(timeout=seconds)
            return outputs
        if message["msg_type"] not in ("status", "execute_input"):
            outputs.append(output_from_msg(message))


async def text(client, code):
    """Execute a cell and return what it printed; an error is an AssertionError."""
    outputs = await run(client, code)
    assert not [o.traceback for o in outputs if o.output_type == "error"]
    return "".join(o.text for o in outputs if o.output_type == "stream").strip()


def in_pair(zygote, scenario):
    """Await a scenario in a new pair of rooms."""

    async def whole():
        student, test = await zygote.pair()
        try:
            return await scenario(student, test)
        finally:
            await student.stop()
            await test.stop()

    return asyncio.run(whole())


async def until(condition, seconds=20):
    """Wait until a condition holds; tell whether it does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.02)
    return True


def there(pid):
    """Tell whether a process runs."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


# --- What is imported


def test_modules_are_named_by_the_imports_of_cells():
    """
    Imports are read out of cells with magics, in order, submodules included.
    """
    cells = [
        "%matplotlib inline\nimport numpy as np, os.path\n!ls",
        "from torch import nn, tensor\nfrom scipy.signal import convolve2d",
        "this is no Python",
        "try:\n    import matplotlib.pyplot as plt\nexcept ImportError:\n    pass",
    ]

    assert (
        *("numpy", "os.path", "torch", "torch.nn", "scipy.signal"),
        "matplotlib.pyplot",
    ) == imports_of(cells)


def test_files_beside_the_notebook_are_not_preloaded(tmp_path, monkeypatch):
    """
    A module that no installed distribution brings is left out, found or not.
    """
    (tmp_path / "cheat.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)

    assert ("json",) == imports_of(["import cheat, json, nowhere\nfrom . import x"])


def test_what_does_not_import_is_noted(zygote):
    """
    A module that cannot be imported does not stop the others, and is named.
    """
    status = asyncio.run(zygote.status())

    assert not status["cold"]
    assert [True] == ["no_such_module" in note for note in status["notes"]]


# --- Time


def test_a_spare_pair_is_ready_at_once(zygote, record_property):
    """
    Once warm, two kernels are ready within 0.3 s.
    """

    async def scenario():
        taken = []
        for _ in range(5):
            for _ in range(200):
                if (await zygote.status())["spares"]:
                    break
                await asyncio.sleep(0.05)
            start = time.perf_counter()
            rooms = await zygote.pair()
            taken.append(time.perf_counter() - start)
            for room in rooms:
                await room.stop()
        return statistics.median(taken)

    seconds = asyncio.run(scenario())
    record_property("seconds", seconds)

    assert seconds < 0.3


def test_who_is_patient_gets_rooms_too():
    """
    With and without spare pairs.
    """

    async def both(zygote):
        first = await zygote.pair()
        later, now = zygote.pair(patient=True), zygote.pair()
        pairs = [first, *await asyncio.gather(later, now)]
        said = [await text(pair[0].kc, "print('here')") for pair in pairs]
        for room in [room for pair in pairs for room in pair]:
            await room.stop()
        return said

    for spares in (0, 1):
        with Zygote.start(spares=spares) as zygote:
            assert ["here"] * 3 == asyncio.run(both(zygote))


# --- A kernel like any other

IDIOMS = {
    "figure without magic": (
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        "image/png",
    ),
    "figure at the end of a cell": ("_ = plt.imshow([[1, 2]])", "image/png"),
    "matplotlib inline": ("%matplotlib inline\n_ = plt.plot([1])", "image/png"),
    "line magic": ("%timeit -n1 -r1 1", "per loop"),
    "cell magic": ("%%capture out\nprint(1)", ""),
    "program": ("!echo $((6 * 7))", "42"),
    "await": ("import asyncio\nawait asyncio.sleep(0, 'waited')", "'waited'"),
    "input": ("input()", "StdinNotImplementedError"),
    "file descriptor": ("import os\n_ = os.write(1, b'low level')", "low level"),
    "a line without its end": ("import sys\n_ = sys.stdout.write('no end')", "no end"),
    "a thread's last words": (
        "import threading\nt = threading.Thread(target=print, args=['spoken'])\n"
        "t.start()\nt.join()",
        "spoken",
    ),
    "a stream that was kept": (
        "import sys\nkept = sys.stderr\nkept.write('kept')\nkept.flush()\n"
        "_ = kept.write(' words')",
        " words",
    ),
    "history": ("print(In[1][:6])", "import"),
    "doctest": (
        "def f():\n    '''\n    >>> f()\n    1\n    '''\n    return 1\n"
        "import doctest\ndoctest.run_docstring_examples(f, {'f': f})",
        "",
    ),
    "pickle of a class of the notebook": (
        "import pickle\nclass A: pass\ntype(pickle.loads(pickle.dumps(A())))",
        "__main__.A",
    ),
    "training": (
        "import torch\n"
        "torch.set_num_threads(2)\n"
        "net = torch.nn.Conv2d(3, 8, 3)\n"
        "adam = torch.optim.Adam(net.parameters())\n"
        "for _ in range(3):\n"
        "    adam.zero_grad()\n"
        "    net(torch.rand(8, 3, 32, 32)).square().mean().backward()\n"
        "    adam.step()\n"
        "print('trained')",
        "trained",
    ),
    "linear algebra": (
        "import numpy as np\nprint(np.linalg.svd(np.eye(300))[1].sum())",
        "300.0",
    ),
    "data loader": (
        "from torch.utils.data import DataLoader\n"
        "print(sum(b.sum() for b in DataLoader(range(9), num_workers=2)))",
        "tensor(36)",
    ),
    "temporary file": (
        "import tempfile\n"
        "with tempfile.TemporaryFile() as file:\n    print(file.write(b'12345'))",
        "5",
    ),
}


MANY = "import sys; sys.stdout.buffer.write('hörbar!\\n'.encode() * 90_000)"


@pytest.fixture(scope="module")
def idioms(zygote):
    """The outputs of all idioms, run in one kernel."""

    async def scenario(student, _):
        return {name: await run(student.kc, code) for name, (code, _) in IDIOMS.items()}

    return in_pair(zygote, scenario)


@pytest.mark.parametrize("idiom", IDIOMS)
def test_idioms_work_in_a_forked_kernel(idioms, idiom):
    """
    Figures, magics, programs, threads and processes work as in any kernel.
    """
    if idiom == "data loader" and survey().tier == "landlock":
        pytest.skip("without namespaces there is no /dev/shm for worker processes")
    _, expected = IDIOMS[idiom]
    outputs = idioms[idiom]

    if expected:
        assert expected in json.dumps(outputs)
    else:
        assert [] == outputs


def test_nothing_of_what_programs_write_comes_too_late(zygote):
    """
    It is heard in its cell, each time and whole, and a closed stream stops nothing.
    """
    one = "import os\n_ = os.write(1, b'heard')"
    many = (
        f"import subprocess, sys\n_ = subprocess.run([sys.executable, '-c', {MANY!r}])"
    )

    async def scenario(student, _):
        heard = {await text(student.kc, one) for _ in range(200)}
        whole = await text(student.kc, many)  # in parts that end anywhere
        await run(student.kc, "os.close(1); os.close(2)")
        return heard, whole, await run(student.kc, "print('still')")

    heard, whole, last = in_pair(zygote, scenario)

    assert {"heard"} == heard
    assert 90_000 == whole.count("hörbar")
    assert "\ufffd" not in whole
    assert "still" in str(last)


def test_a_cell_ends_after_what_it_printed(zygote):
    """
    Also where it ends while a timer, a fifth of a second after `print`, sends that.
    """
    cell = "import time\nprint('x' * 4_000_000)\ntime.sleep({})"
    pauses = [0.2 + 0.003 * step for step in range(8)]

    async def scenario(student, _):
        return [len(await text(student.kc, cell.format(pause))) for pause in pauses]

    assert {4_000_000} == {*in_pair(zygote, scenario)}


def test_a_cell_does_not_wait_for_a_reader_that_has_ended(zygote):
    """
    What is written to the descriptor then is lost; what is printed is not.
    """
    close = "import os, sys\nos.close(sys.stdout._original_stdstream_copy)"

    async def scenario(student, _):
        await run(student.kc, close + "\n_ = os.write(1, b'last')")
        start = time.monotonic()
        heard = await text(student.kc, "_ = os.write(1, b'lost')\nprint('heard')")
        return heard, time.monotonic() - start

    heard, seconds = in_pair(zygote, scenario)

    assert "heard" == heard
    assert seconds < 5


def test_random_states_are_those_of_fresh_processes(zygote):
    """
    Unseeded generators of random, numpy and torch draw other numbers in each kernel.
    """
    draw = (
        "import random, numpy, torch\n"
        "print(random.random(), numpy.random.rand(), torch.rand(1).item())"
    )

    async def scenario(student, test):
        return [(await text(room.kc, draw)).split() for room in (student, test)]

    one, other = in_pair(zygote, scenario)

    assert [True, True, True] == [a != b for a, b in zip(one, other, strict=True)]


@pytest.mark.parametrize(
    "code",
    ["while True:\n    pass", "while True:\n    np.linalg.svd(ones)", "sleep(60)"],
)
def test_a_running_cell_can_be_interrupted(zygote, code):
    """
    SIGINT stops loops of Python and of C, and the kernel goes on.
    """

    async def scenario(student, _):
        prepare = (
            "import numpy as np\nfrom time import sleep\nones = np.ones((200, 200))"
        )
        await text(student.kc, prepare)
        cell = asyncio.create_task(run(student.kc, "print('on', flush=True)\n" + code))
        await asyncio.sleep(0.3)
        await student.interrupt()
        return await cell, await text(student.kc, "print('alive')")

    outputs, after = in_pair(zygote, scenario)

    assert "KeyboardInterrupt" == outputs[-1].ename
    assert "alive" == after


def test_a_room_inherits_no_password_and_no_connection(zygote):
    """
    Neither its environment nor its file descriptors are those of its parents.
    """
    code = (
        "import os, stat\n"
        "sockets = [int(fd) for fd in os.listdir('/proc/self/fd')\n"
        "           if os.path.exists(f'/proc/self/fd/{fd}')\n"
        "           and stat.S_ISSOCK(os.stat(f'/proc/self/fd/{fd}').st_mode)]\n"
        "import socket\n"
        "names = {socket.socket(fileno=os.dup(fd)).getsockname() for fd in sockets}\n"
        "print('REGISTRY_PASSWORD' in os.environ,\n"
        "      b'REGISTRY' in open('/proc/self/environ', 'rb').read(),\n"
        f"      {zygote.address!r} in names)"
    )

    async def scenario(student, _):
        return await text(student.kc, code)

    assert "False False False" == in_pair(zygote, scenario)


def test_a_room_cannot_order_rooms(zygote):
    """
    The socket of the warm process is of no use to a student's code.
    """
    code = (
        "import socket\n"
        "s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
        "try:\n"
        f"    s.connect({zygote.address!r})\n"
        """    s.send(b'{"op": "status"}')\n"""
        "    print(s.recv(1000))\n"
        "except OSError:\n"
        "    print(b'')"
    )

    async def scenario(student, _):
        return await text(student.kc, code)

    assert "b''" == in_pair(zygote, scenario)


# --- Two rooms


def test_two_rooms_share_the_work_folder_only(zygote):
    """
    Both read and write their current folder; each has temporary files of its own.
    """

    async def scenario(student, test):
        write = "import os\nopen('a.txt', 'w').write('by the student')"
        await text(student.kc, write + "\nopen(os.environ['TMPDIR'] + '/b', 'w')")
        read = (
            "import os\nprint(open('a.txt').read(), os.listdir(os.environ['TMPDIR']))"
        )
        return await text(test.kc, read)

    said = in_pair(zygote, scenario)

    assert said.startswith("by the student [")
    assert "'b'" not in said


def test_a_room_is_replaced_in_its_box(zygote):
    """
    A new student's room sees what the ended one had written.
    """

    async def scenario(student, test):
        await text(student.kc, "_ = open('a.txt', 'w').write('before')")
        await student.stop()
        again = await zygote.room(test.box, "student")
        try:
            return await text(again.kc, "print(open('a.txt').read())")
        finally:
            await again.stop()

    assert "before" == in_pair(zygote, scenario)


def test_stopping_a_room_ends_what_it_started(zygote):
    """
    Programs started in a room are gone when it is stopped, and then its folders.
    """
    mark = f"4321.{os.getpid()}"

    def sleepers():
        found = subprocess.run(
            ["ps", "-eo", "stat,args"], capture_output=True, text=True
        )
        lines = found.stdout.splitlines()
        return [x for x in lines if f"sleep {mark}" in x and not x.startswith("Z")]

    async def scenario():
        student, test = await zygote.pair()
        start = f"import subprocess\nsubprocess.Popen(['sleep', '{mark}'],"
        await text(student.kc, start + " start_new_session=True)\nprint()")
        before = len(sleepers())
        folder = student.box.folder
        await student.stop()
        after = len(sleepers())
        await test.stop()
        return before, after, await until(lambda: not folder.exists())

    assert (1, 0, True) == asyncio.run(scenario())


def test_a_kernel_that_exits_is_seen_to_be_gone(zygote):
    """
    After os._exit the room is not alive, and stopping it is no error.
    """

    async def scenario(student, _):
        before = await student.alive()
        student.kc.execute("import os\nos._exit(3)")
        pidfd = student.km.provisioner
        status = await asyncio.wait_for(pidfd.wait(), 20)
        return before, await student.alive(), status

    assert (True, False, 3) == in_pair(zygote, scenario)


# --- jupyter_client's way


@pytest.fixture
def fork_by_default(zygote, tmp_path, monkeypatch):
    """The provisioner, registered as an installed package does."""
    name = "autograder-fork"
    if name not in KernelProvisionerFactory.instance().provisioners:
        info = tmp_path / "fork-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Name: fork\nVersion: 1\n")
        (info / "entry_points.txt").write_text(
            "[jupyter_client.kernel_provisioners]\n"
            f"{name} = autograder.provisioner:ForkProvisioner\n"
        )
        monkeypatch.syspath_prepend(tmp_path)
    KernelProvisionerFactory.clear_instance()
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", name)
    monkeypatch.setenv("AUTOGRADER_ZYGOTE", zygote.address)
    yield
    KernelProvisionerFactory.clear_instance()


def test_any_kernel_manager_gets_warm_kernels(fork_by_default):
    """
    Start, interrupt, restart and shutdown work through a plain kernel manager.
    """

    async def scenario():
        manager = AsyncKernelManager()
        await manager.start_kernel(env=os.environ | {"COURSE": "cnn"})
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=30)
        seen = [await text(client, "import os, sys\nprint(os.environ['COURSE'])")]
        seen.append(await text(client, "a = 1\nprint('torch' in sys.modules)"))
        cell = asyncio.create_task(run(client, "while True:\n    pass"))
        await asyncio.sleep(0.2)
        await manager.interrupt_kernel()
        seen.append((await cell)[-1].ename)
        await manager.restart_kernel(now=True)
        await client.wait_for_ready(timeout=30)
        seen.append((await run(client, "a"))[-1].ename)
        await manager.restart_kernel()
        await client.wait_for_ready(timeout=30)
        seen.append(await text(client, "print('again')"))
        client.stop_channels()
        await manager.shutdown_kernel()
        return [*seen, await manager.is_alive()]

    expected = ["cnn", "True", "KeyboardInterrupt", "NameError", "again", False]
    assert expected == asyncio.run(scenario())


# --- Ends

OWNER = """
import asyncio, sys, time
from autograder.zygote import Zygote

async def main():
    address = sys.argv[1]
    zygote = Zygote.connect(address) if address else Zygote.start()
    rooms = await zygote.pair()
    status = await zygote.status()
    print(*[room.km.provisioner.pid for room in rooms], status["pid"],
          rooms[0].box.folder, flush=True)
    time.sleep(60)

asyncio.run(main())
"""


def kill_owner(address=""):
    """Start a process that takes a pair, and kill it; returns what it had."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, address], stdout=subprocess.PIPE, text=True
    )
    student, test, server, folder = owner.stdout.readline().split()
    owner.kill()
    owner.wait()
    owner.stdout.close()
    return int(student), int(test), int(server), Path(folder)


def test_everything_ends_with_its_owner():
    """
    When the owner is killed, the warm process, all rooms and all folders go.
    """
    *pids, folder = kill_owner()

    assert asyncio.run(until(lambda: not any(map(there, pids))))
    assert asyncio.run(until(lambda: not folder.parent.exists()))


def test_rooms_end_with_the_worker_that_has_them(zygote):
    """
    When one of the workers is killed, its rooms end, and the warm process serves on.
    """
    student, test, server, folder = kill_owner(zygote.address)

    assert asyncio.run(until(lambda: not there(student) and not there(test)))
    assert asyncio.run(until(lambda: not folder.exists()))
    assert server == asyncio.run(zygote.status())["pid"]


def test_rooms_that_are_left_end_by_themselves(zygote):
    """
    Whoever leaves a room need not wait: its processes end, ignored signals or not, its
    folder goes, and the next rooms are there meanwhile.
    """

    async def scenario():
        pair = await zygote.pair()
        pids = [room.km.provisioner.pid for room in pair]
        folder = pair[0].box.folder
        stubborn = (
            "import os, signal, time\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "if os.fork() == 0:\n    time.sleep(600)"
        )
        await asyncio.gather(*(run(room.kc, stubborn) for room in pair))
        for room in pair:
            await room.leave()
        left = [await room.alive() for room in pair]
        others = await zygote.pair()
        said = await text(others[0].kc, "print('here')")
        for room in others:
            await room.stop()
        gone = await until(lambda: not any(map(there, pids)) and not folder.exists())
        return left, said, gone

    assert ([False, False], "here", True) == asyncio.run(scenario())


def test_rooms_end_with_a_killed_warm_process():
    """
    When the warm process is killed, its rooms go, later requests say so, and the next
    one to start removes what it left.
    """

    async def scenario(zygote):
        rooms = await zygote.pair()
        folder = rooms[0].box.folder.parent
        os.kill((await zygote.status())["pid"], signal.SIGKILL)
        pids = [room.km.provisioner.pid for room in rooms]
        gone = await until(lambda: not any(map(there, pids)))
        with pytest.raises(AutograderError, match="warm process"):
            await zygote.pair()
        for room in rooms:
            await room.stop()
        return gone, folder

    zygote = Zygote.start(spares=0)
    gone, folder = asyncio.run(scenario(zygote))
    os.utime(folder, (0, 0))
    remove_stale()

    assert (True, False) == (gone, folder.exists())
    zygote.stop()


# --- Where forks do not work


def test_a_broken_fork_leads_to_cold_kernels(tmp_path, monkeypatch):
    """
    Where a preloaded library breaks forked processes, kernels start cold, with a note.
    """
    (tmp_path / "breaks_forks.py").write_text(
        "import os, numpy\n"
        "os.register_at_fork(after_in_child=lambda: delattr(numpy, 'ones'))\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    async def scenario(zygote):
        status = await zygote.status()
        student, test = await zygote.pair()
        said = await text(student.kc, "import numpy\nprint(numpy.ones(3).sum())")
        await student.stop()
        await test.stop()
        return status, said

    with Zygote.start(["breaks_forks"], spares=0) as zygote:
        status, said = asyncio.run(scenario(zygote))

    assert status["cold"]
    assert "a forked process cannot compute: AttributeError" in status["notes"][-1]
    assert "3.0" == said


@pytest.mark.parametrize("patient", [False, True])
def test_a_room_that_cannot_be_enclosed_is_refused(patient):
    """
    What the sandbox objects to reaches whoever asks for a room.
    """
    policy = Policy(secret=(f"{sys.prefix}/gradebook.db",))

    with (
        Zygote.start(policy=policy) as zygote,
        pytest.raises(AutograderError, match="pair: sandbox: .*must not see"),
    ):
        asyncio.run(zygote.pair(patient))


def test_the_self_check_names_what_is_wrong():
    """
    It says what does not import, and nothing else where all is well.
    """
    (note,) = selfcheck(["numpy", "no_such_module"])

    assert "no_such_module" in note


def test_a_parallel_loop_before_the_fork_is_found():
    """
    The self-check says that a fork hangs, instead of hanging.
    """
    code = (
        "import torch\n"
        "from autograder.selfcheck import check_fork\n"
        "torch.set_num_threads(2)\n"
        "torch.rand(700, 700) @ torch.rand(700, 700)\n"
        "print(check_fork(seconds=1))"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True)

    assert said.startswith("a forked process hangs in a parallel computation")


def test_other_systems_are_refused(monkeypatch):
    """
    Elsewhere than on Linux the error says what to use.
    """
    monkeypatch.setattr(sys, "platform", "darwin")

    with pytest.raises(AutograderError, match="darwin; use cold rooms"):
        Zygote.start()


# --- Many


def test_many_kernels_compute_at_once(zygote):
    """
    Twenty kernels, two at a time, train, decompose and draw.
    """
    code = "\n".join(IDIOMS[n][0] for n in ("training", "linear algebra"))
    code += "\n" + IDIOMS["figure without magic"][0]

    async def one():
        pair = await zygote.pair()
        try:
            return await asyncio.gather(*(run(room.kc, code) for room in pair))
        finally:
            for room in pair:
                await room.stop()

    async def scenario():
        return [outputs for _ in range(10) for outputs in await one()]

    kinds = [[o.output_type for o in outputs] for outputs in asyncio.run(scenario())]

    assert 20 * [["stream", "display_data"]] == kinds
