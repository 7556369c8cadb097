"""A place where hostile submissions can be graded: what they reach, they do not harm.

`run` starts commands as process 1 of new PID, mount and network namespaces, on a copy
of the file system that is thrown away: an overlay whose upper layer tells afterwards
what was written anywhere. Only the course folder is the real one. Canaries wait in the
usual places, listeners on the usual addresses. The shield is no part of the grader's
sandbox, and hides nothing from a cheat that the sandbox should hide.

It needs root; an ordinary user gets it where user namespaces are allowed.
"""

import ctypes
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
ORDINARY = 64998  # the user id of "an ordinary user" when the tests run as root
HOME = Path("/home/instructor")
OUTSIDE = Path("/tmp/outside")  # a folder that everybody may write
PORT = 48731
SECRET = "c4n4ry-7d1e"  # is in each canary, and must be in no output
CANARIES = (HOME / "canary.txt", OUTSIDE / "canary.txt")
MAX_PROCESSES = 3000
MIN_FREE_MIB = 3000


@dataclass(frozen=True)
class Report:
    """What happened in the shield.

    Parameters
    ----------
    codes : list of int
        Exit status of each command.
    survivors : list of str
        Command lines of processes that outlived the commands.
    written : list of str
        Files that were made, changed or deleted outside the course folder.
    connections : list of str
        Listeners that somebody connected to.
    stopped : str
        Why the shield ended the commands itself, if it did.
    """

    codes: list[int]
    survivors: list[str]
    written: list[str]
    connections: list[str]
    stopped: str


def run(commands, course: Path, log: Path, as_root: bool, seconds: int) -> Report:
    """Run commands in a shield; they own `course`, their output goes to `log`."""
    from autograder import syscalls  # not in the shield itself

    scratch = Path(tempfile.mkdtemp(prefix="shield-"))
    order = {
        "commands": [[str(part) for part in command] for command in commands],
        "course": str(course),
        "log": str(log),
        "user": 0 if as_root else ORDINARY if os.getuid() == 0 else os.getuid(),
        "scratch": str(scratch),
        "seconds": seconds,
    }
    unshare = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child"]
    if os.getuid() != 0:
        unshare += ["--user", "--map-root-user"]
    try:
        result = subprocess.run(
            [*unshare, sys.executable, __file__],
            input=json.dumps(order),
            capture_output=True,
            timeout=seconds + 30,
            text=True,
            check=False,
            # Hostile submissions do not outlive tests that were stopped.
            preexec_fn=lambda: syscalls.die_with_parent(signal.SIGKILL),
        )
    finally:
        scratch.rmdir()
    if result.returncode != 0:
        raise OSError(f"no shield: {result.stderr.strip()}")
    return Report(**json.loads(result.stdout))


@cache
def why_not() -> str:
    """Return why there is no shield on this machine, or nothing."""
    if sys.platform != "linux":
        return "a shield needs Linux"
    with tempfile.TemporaryDirectory() as course:
        log = Path(course, "log")
        try:
            report = run([["true"]], Path(course), log, os.getuid() == 0, 20)
        except OSError as error:
            return str(error)
    return "" if report.codes == [0] else "no command can run in a shield"


def _inside(order: dict) -> Report:
    """Do the work of `run`, as root and process 1 of the new namespaces."""
    course, user = Path(order["course"]), order["user"]
    upper = _enter_copy(Path(order["scratch"]), course)
    _open_paths(Path(sys.base_prefix).resolve(), Path(sys.prefix), HERE, course)
    _place_canaries(user)
    for path in [course, *course.rglob("*")]:
        _give(path, user)
    _limit_pids()
    before = {path: path.read_bytes() for path in CANARIES}
    connections = _listen()
    watchdog = _Watchdog(order["seconds"])
    codes = []
    with Path(order["log"]).open("a") as log:
        for command in order["commands"]:
            codes.append(_run_as(user, command, course, log, watchdog))
    survivors = _survivors()
    watchdog.done.set()
    changed = [str(p) for p, old in before.items() if not _same(p, old)]
    written = sorted({*changed, *_written(upper, course)})
    return Report(codes, survivors, written, connections, watchdog.stopped)


def _enter_copy(scratch: Path, course: Path) -> int:
    """Make an overlay of the file system the root; returns its upper layer."""
    _command("mount", "-t", "tmpfs", "-o", "size=4g", "shield", scratch)
    upper, root = scratch / "upper", scratch / "root"
    for folder in (upper, scratch / "work", root):
        folder.mkdir(mode=0o755)
    layers = f"lowerdir=/,upperdir={upper},workdir={scratch / 'work'}"
    _command("mount", "-t", "overlay", "-o", layers, "overlay", root)
    upper_fd = os.open(upper, os.O_RDONLY | os.O_DIRECTORY)
    _command("mount", "--rbind", "/dev", root / "dev")
    for folder in _fresh():
        inside = root / folder.relative_to("/")
        _command("mount", "-t", "tmpfs", "-o", "size=2g,mode=1777", "fresh", inside)
    inside = root / course.relative_to("/")
    inside.mkdir(parents=True, exist_ok=True)
    _command("mount", "--bind", course, inside)
    _command("mount", "--rbind", "/sys", root / "sys")
    _command("mount", "-t", "proc", "proc", root / "proc")
    (root / ".old").mkdir()
    os.chdir(root)
    _command("pivot_root", ".", ".old")
    os.chdir("/")
    _command("umount", "--lazy", "/.old")
    Path("/.old").rmdir()
    return upper_fd


def _fresh() -> list[Path]:
    """Return the folders that are empty at first, so that nobody else's are seen."""
    needed = [HERE, Path(sys.prefix), Path(sys.base_prefix)]
    folders = [Path("/dev/shm"), Path("/tmp")]
    return [f for f in folders if not any(n.is_relative_to(f) for n in needed)]


def _command(*words) -> None:
    result = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise OSError(f"{' '.join(map(str, words))}: {result.stderr.strip()}")


def _open_paths(*places: Path) -> None:
    """Let every user reach these places, even in root's home; in the copy only."""
    for place in places:
        for folder in place.parents:
            if not folder.stat().st_mode & 0o001:
                folder.chmod(folder.stat().st_mode | 0o055)


def _place_canaries(user: int) -> None:
    HOME.mkdir(parents=True)
    OUTSIDE.mkdir(mode=0o777)
    OUTSIDE.chmod(0o777)
    _give(HOME, user)
    for path in CANARIES:
        path.write_text(f"{SECRET}\n")
        path.chmod(0o666)
        _give(path, user)


def _give(path: Path, user: int) -> None:
    if os.getuid() == 0 and user in (0, ORDINARY):
        os.chown(path, user, user, follow_symlinks=False)


def _limit_pids() -> None:
    """Bound the processes of the namespace; Linux counts them so since 6.14."""
    try:
        Path("/proc/sys/kernel/pid_max").write_text(str(2 * MAX_PROCESSES))
    except OSError:
        pass


def _listen() -> list[str]:
    """Listen where a sandboxed process must not get; returns who was connected to."""
    flags = struct.pack("16sh14s", b"lo", 1, b"")  # IFF_UP
    tcp = socket.socket()
    fcntl.ioctl(tcp, 0x8914, flags)  # SIOCSIFFLAGS
    tcp.bind(("127.0.0.1", PORT))
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind("\0canary")
    named = socket.socket(socket.AF_UNIX)
    named.bind(str(OUTSIDE / "socket"))
    (OUTSIDE / "socket").chmod(0o777)
    connections = []

    def count(listener, name):
        while True:
            listener.accept()[0].close()
            connections.append(name)

    for listener, name in ((tcp, "tcp"), (abstract, "abstract"), (named, "named")):
        listener.listen(64)
        threading.Thread(target=count, args=(listener, name), daemon=True).start()
    return connections


class _Watchdog:
    """Ends everything when time, memory or processes run out."""

    def __init__(self, seconds: int) -> None:
        self.stopped, self.done = "", threading.Event()
        self.deadline = time.monotonic() + seconds
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self.done.wait(0.2):
            processes = len(_processes())
            if time.monotonic() > self.deadline:
                self.stopped = "the time is over"
            elif _free_mib() < MIN_FREE_MIB:
                self.stopped = "the machine's memory is nearly full"
            elif processes > MAX_PROCESSES:
                self.stopped = f"there are {processes} processes"
            else:
                continue
            os.kill(-1, signal.SIGKILL)  # all of the namespace, but not process 1


def _processes() -> list[str]:
    return [path.name for path in Path("/proc").iterdir() if path.name.isdigit()]


def _free_mib() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return MIN_FREE_MIB


def _run_as(user: int, command: list[str], course: Path, log, watchdog) -> int:
    if watchdog.stopped:
        return -signal.SIGKILL
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "HOME": str(HOME),
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "CANARY": SECRET,
    }
    who = {}
    if user == ORDINARY and os.getuid() == 0:
        who = {"user": user, "group": user, "extra_groups": []}
    elif user != 0:  # root of a user namespace becomes the ordinary user again
        command = [
            *("unshare", "--user", f"--map-user={user}", f"--map-group={user}"),
            *command,
        ]
    process = subprocess.Popen(
        command,
        cwd=course,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        **who,
    )
    # Orphans come to process 1, which must wait for them too.
    while True:
        pid, status = os.wait()
        if pid == process.pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode


def _survivors() -> list[str]:
    """Return what still runs a little after the commands have ended."""
    for _ in range(20):
        _reap()
        others = [number for number in _processes() if number != "1"]
        if not others:
            return []
        time.sleep(0.1)
    found = []
    for name in others:
        try:
            words = Path("/proc", name, "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        found.append(b" ".join(words).decode(errors="replace").strip() or name)
    os.kill(-1, signal.SIGKILL)
    return found


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _same(path: Path, old: bytes) -> bool:
    try:
        return path.read_bytes() == old
    except OSError:
        return False


def _written(upper: int, course: Path) -> list[str]:
    """Return the files outside the course that the shield did not put there."""
    ours = {*CANARIES, OUTSIDE / "socket"}
    found = [
        Path("/", folder, name)
        for folder, _, files, _ in os.fwalk(".", dir_fd=upper)
        for name in files
    ]
    for folder in _fresh():
        found += [path for path in folder.rglob("*") if not path.is_dir()]
    return [
        str(path)
        for path in found
        if path not in ours and not path.is_relative_to(course)
    ]


if __name__ == "__main__":
    # If the runner dies, so does this, and with it everything in the namespace.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    print(json.dumps(vars(_inside(json.load(sys.stdin)))))
