"""What a forked process does to become a kernel like any other.

It inherits the imports of the warm process, which is the point, and with them much that
a fresh process would not have: its environment, random states, signal handlers, thread
settings. Each is put right here, before anything of a notebook runs.
"""

import contextlib
import ctypes
import importlib
import json
import os
import random
import secrets
import signal
import sys
import tempfile
import traceback
from dataclasses import asdict, dataclass, field
from multiprocessing import process
from pathlib import Path

READY = b"ready"
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h


@dataclass(frozen=True)
class Birth:
    """What one kernel is to become.

    Parameters
    ----------
    connection : dict
        As in a connection file, transport "ipc"; its `ip` begins the sockets' paths.
    control : int
        File descriptor of the kernel's end of its control socket.
    ready : int
        Written to and closed when the kernel answers, or with the error if it cannot.
    work, private : str
        Current folder; where connection file and sockets are.
    environment : dict
        All variables that the kernel has.
    """

    connection: dict
    control: int
    ready: int
    work: str
    private: str
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def connection_file(self) -> Path:
        """Where the kernel writes how to reach it."""
        return Path(self.private) / "kernel.json"


def become_kernel(birth: Birth) -> None:
    """Run a kernel in this process, until it is told to shut down."""
    try:
        start_afresh(birth)
        app = _initialized(birth)
    except BaseException:
        os.write(birth.ready, traceback.format_exc().encode()[-8000:])
        os._exit(1)
    app.start()
    app.close()  # sends what still waits in the sockets


def become_cold_kernel(birth: Birth) -> None:
    """Run a kernel in this process that inherits no import: nothing to go wrong."""
    for fd in (birth.control, birth.ready):
        os.set_inheritable(fd, True)
    command = [sys.executable, "-m", "autograder.forked", json.dumps(asdict(birth))]
    os.execve(sys.executable, command, birth.environment)


def start_afresh(birth: Birth) -> None:
    """Make this process what a fresh one would be."""
    os.environ.clear()
    os.environ.update(birth.environment)
    os.chdir(birth.work)
    sys.argv[:] = ["ipykernel_launcher.py", "-f", str(birth.connection_file)]
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGALRM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    tempfile.tempdir = None
    process.current_process().authkey = os.urandom(32)
    _keep_freed_memory()
    # A fresh process draws other numbers each time.
    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.seed()
        sys.modules["torch"].set_num_threads(_threads(birth.environment))


def _keep_freed_memory() -> None:
    """Let malloc reuse the pages of arrays, which come and go at each call.

    New ones take longer to get from the system than to fill.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):  # not glibc's malloc
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_TRIM_THRESHOLD, 128 << 20)
        libc.mallopt(_M_MMAP_THRESHOLD, 32 << 20)


def _threads(environment: dict[str, str]) -> int:
    try:
        return max(1, int(environment["OMP_NUM_THREADS"]))
    except (KeyError, ValueError):
        return len(os.sched_getaffinity(0))


def _with_key(birth: Birth) -> dict:
    """Draw the key that signs messages, and tell it the coordinator.

    Here and not in the warm process, whose memory all later rooms inherit.
    """
    connection = {"key": secrets.token_hex(), **birth.connection}
    message = json.dumps({"key": connection["key"]}).encode()
    os.write(birth.control, message)
    return connection


def _initialized(birth: Birth):
    from tornado.ioloop import IOLoop
    from traitlets.config import Config

    from autograder.kernel import RoomApp, RoomKernel

    RoomKernel.control_fd = birth.control
    birth.connection_file.write_text(json.dumps(_with_key(birth)))
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    app = RoomApp.instance(connection_file=str(birth.connection_file), config=config)
    app.initialize([])
    if not _has_terminals():
        app.shell.system = app.shell.system_raw
    if "matplotlib.pyplot" in sys.modules:
        # The backend hooks itself into the shell when it is imported; back then there
        # was no shell.
        backend = importlib.import_module("matplotlib_inline.backend_inline")
        backend._enable_matplotlib_integration()

    def announce() -> None:
        os.write(birth.ready, READY)
        os.close(birth.ready)

    IOLoop.current().add_callback(announce)
    return app


def _has_terminals() -> bool:
    """Tell whether `!program` can have a terminal; not every sandbox grants one."""
    try:
        for fd in os.openpty():
            os.close(fd)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    # As a module of its own name: classes of `__main__` would be the student's.
    from autograder import forked

    forked.become_kernel(forked.Birth(**json.loads(sys.argv[1])))
