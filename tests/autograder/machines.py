"""Machines of several kinds, on this one, to run code in a room there.

A machine is a process in a PID and mount namespace of its own, so that nothing a room
does can signal what is outside. It becomes root or an ordinary user; where namespaces
shall be missing, a filter denies them as the one of Docker does. Then it does what a
grader does: prepare, make a box, spawn rooms.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = "root"
ROOT_IN_CONTAINER = "root in a container"
USER = "user"
USER_IN_CONTAINER = "user in a container"
OLD_KERNEL = "user in a container on Linux 6.8"
KINDS = (ROOT, ROOT_IN_CONTAINER, USER, USER_IN_CONTAINER, OLD_KERNEL)
FULL = (ROOT, USER)
OUTSIDE = 1234  # the ordinary user's id when the tests run as root


@dataclass(frozen=True)
class Room:
    """What to run in a room.

    Parameters
    ----------
    code : str
        Runs in the room; what it prints is kept. `box` is its box.
    role : str
        "student" or "test".
    limits : dict
        Fields of the policy.
    kill_after : float, optional
        End the room after so many seconds; else wait for it.
    meanwhile : str
        Runs in the machine, outside of all rooms, once the room prints a line; `room`
        is the keeper's id, `tier` the sandbox's. What it prints is kept too.
    """

    code: str
    role: str = "student"
    limits: dict = field(default_factory=dict)
    kill_after: float | None = None
    meanwhile: str = ""


@dataclass(frozen=True)
class End:
    """What became of a room: what it printed, how it ended, what was left."""

    output: str
    status: int
    why: str
    kill_seconds: float
    left: list[str]
    meanwhile: str
    tier: str


def run(kind: str, *rooms: Room, before: str = "") -> list[End]:
    """Run rooms one after the other, each in its box, on a machine of some kind.

    `before` runs in the machine first, before it prepares.
    """
    result = _start(kind, rooms, before)
    assert result.returncode == 0, result.stdout + result.stderr
    return [End(**end) for end in json.loads(result.stdout)]


def failure(kind: str, code: str) -> str:
    """Run code in a machine, where it must fail; return what it said."""
    result = _start(kind, (), code)
    assert result.returncode != 0, result.stdout
    return result.stderr


def _start(kind: str, rooms: tuple[Room, ...], before: str):
    skip_unless_possible(kind)
    order = {"kind": kind, "rooms": [vars(room) for room in rooms], "before": before}
    return subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=100,
    )


def skip_unless_possible(kind: str) -> None:
    """Skip a test for which this machine cannot be one of a kind."""
    if sys.platform != "linux":
        pytest.skip("sandboxes need Linux")
    if kind in (ROOT, ROOT_IN_CONTAINER) and os.geteuid() != 0:
        pytest.skip("needs root")
    missing = _found().missing("namespaces")
    if missing:
        pytest.skip(f"needs namespaces, for the safety of this machine: {missing}")
    missing = _found().missing("Landlock")
    if missing and kind not in FULL:
        pytest.skip(f"needs Landlock: {missing}")


@cache
def _found():
    from autograder.survey import survey

    return survey()


# --- In the machine


def _main() -> None:
    order = json.load(sys.stdin)
    _shield()
    kind = order["kind"]
    if kind != ROOT:
        _let_everybody_read_python()
    if kind not in (ROOT, ROOT_IN_CONTAINER):
        _become_ordinary()
    if kind not in FULL:
        from autograder import seccomp

        seccomp.restrict([seccomp.Rule("unshare setns mount", 1)])
    if kind == OLD_KERNEL:
        from autograder import syscalls

        syscalls.landlock_abi = lambda: 4
    exec(order["before"], {})
    print(json.dumps(_run_rooms([Room(**room) for room in order["rooms"]])))


def _shield() -> None:
    """Go on as process 1 of a PID namespace; the outer process waits."""
    from autograder import namespaces, syscalls

    if os.geteuid() != 0:
        namespaces.own_user_namespace()
    namespaces.own_mounts()
    syscalls.unshare(syscalls.CLONE_NEWPID)
    if pid := os.fork():
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    syscalls.die_with_parent(9)
    # Process 1 cannot be told from a missing parent; let there be one above rooms.
    syscalls.mount("proc", "/proc", "proc")
    if pid := os.fork():
        while True:
            ended, status = os.wait()
            if ended == pid:
                sys.exit(os.waitstatus_to_exitcode(status))


def _let_everybody_read_python() -> None:
    """Open the way to Python, if it lies in the home folder of root."""
    from autograder import syscalls

    home, python = Path("/root"), Path(sys.base_prefix)
    if os.geteuid() != 0 or not python.is_relative_to(home):
        return
    kept = Path("/mnt")
    syscalls.mount(str(python), kept, None, syscalls.MS_BIND | syscalls.MS_REC)
    syscalls.mount("tmpfs", home, "tmpfs", 0, "mode=755")
    python.mkdir(parents=True)
    syscalls.mount(str(kept), python, None, syscalls.MS_BIND | syscalls.MS_REC)


def _become_ordinary() -> None:
    from autograder import syscalls

    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(OUTSIDE, OUTSIDE, OUTSIDE)
        os.setresuid(OUTSIDE, OUTSIDE, OUTSIDE)
        os.environ["HOME"] = "/nonexistent"
    syscalls.drop_capabilities()
    syscalls.allow_inspection()


def _run_rooms(rooms: list[Room]) -> list[dict]:
    import shutil
    import tempfile

    from autograder import sandbox

    base = Path(tempfile.mkdtemp(prefix="m"))
    base.chmod(0o711)
    os.umask(0o077)  # what a careful instructor may have
    try:
        tier = sandbox.prepare(sandbox.Policy()).tier
        return [
            vars(_run_room(room, base / str(n), tier)) for n, room in enumerate(rooms)
        ]
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _run_room(room: Room, folder: Path, tier: str) -> End:
    import contextlib
    import io
    import time

    from autograder import processes, sandbox

    there = processes.descendants(os.getpid())
    policy = sandbox.Policy(**_limits(room), tier=tier)
    box = sandbox.make_box(folder, policy)
    read, write = os.pipe()
    code = compile(room.code, "room", "exec")
    start = lambda: exec(code, {"box": box})  # noqa: E731
    pid, pidfd = sandbox.spawn(policy, box, room.role, start, output=write)
    os.close(write)
    output, said = b"", io.StringIO()
    if room.meanwhile:
        output = os.read(read, 1 << 16)
        with contextlib.redirect_stdout(said):
            exec(room.meanwhile, {"room": pid, "box": box, "tier": tier})
    if room.kill_after is None:
        os.waitid(os.P_PIDFD, pidfd, os.WEXITED | os.WNOWAIT)
    else:
        time.sleep(room.kill_after)
    begin = time.monotonic()
    status = sandbox.kill(pid, pidfd)
    seconds = time.monotonic() - begin
    os.close(pidfd)
    alive = (pid for pid in processes.descendants(os.getpid()) if pid not in there)
    left = [Path(f"/proc/{pid}/stat").read_text() for pid in alive]
    while more := os.read(read, 1 << 16):
        output += more
    os.close(read)
    sandbox.remove_box(box)
    why = sandbox.explain(status)
    text = output.decode(errors="replace")
    return End(text, status, why, seconds, left, said.getvalue(), tier)


def _limits(room: Room) -> dict:
    paths = room.limits.get("readable", ())
    return room.limits | {"readable": tuple(map(os.path.expandvars, paths))}


if __name__ == "__main__":
    _main()
