"""All layers of a room together, entered by its first process in the right order."""

import contextlib
import mmap
import os
import signal
import threading
from pathlib import Path

from autograder import landlock, namespaces, seccomp, syscalls
from autograder.policy import Box, Policy
from autograder.readable import DEVICES, PROC

_MIB = 1 << 20
_SLACK_TASKS = 256


def enclose(policy: Policy, box: Box, role: str, readable: tuple[Path, ...]) -> None:
    """Enclose this process and all that it starts; nothing undoes it.

    The order matters: mounts want rights that are given up next, files of /proc are
    out of reach after Landlock, and the filter denies all calls that came before.

    Parameters
    ----------
    policy, box, role
        The room; in the tier "full", this is process 1 of a PID namespace.
    readable : tuple of Path
        What the room reads besides its own folders.
    """
    syscalls.die_with_parent(signal.SIGKILL)
    os.setsid()
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.umask(0o022)
    _be_first_to_go()
    tasks = policy.tasks
    if policy.tier == "full":
        namespaces.enter(box, role, policy, readable)
        if os.geteuid() != 0:
            # One more user namespace: its own count of tasks, if it is made before the
            # limit, and no rights over the mounts that were just made.
            namespaces.own_user_namespace()
    elif os.geteuid() != 0:
        # The count is the user's, who has much else to do; the keeper is exact.
        tasks += _tasks_of_user() + _SLACK_TASKS
    os.chdir(box.work)
    _limit(policy, tasks)
    if os.geteuid() == 0:
        _change_user(box.users[role], box.group)
    os.umask(0o002)
    syscalls.drop_capabilities()
    syscalls.no_new_privileges()
    syscalls.allow_inspection()
    syscalls.die_with_parent(signal.SIGKILL)
    if policy.tier != "process":
        _restrict(policy, box, role, readable)


def _restrict(policy: Policy, box: Box, role: str, readable: tuple[Path, ...]) -> None:
    abi = syscalls.landlock_abi()
    own = (box.work, box.private(role), box.tmp(role))
    if policy.tier == "full":
        if abi:
            devices = (*DEVICES, "/dev/pts")
            landlock.restrict(["/"], [*own, "/tmp", "/dev/shm"], devices)
        seccomp.restrict(seccomp.ALWAYS)
        return
    landlock.restrict([*readable, *PROC], own, DEVICES)
    rules = seccomp.ALWAYS + seccomp.WITHOUT_NAMESPACES
    if abi < landlock.SCOPES_ABI:
        rules += seccomp.only_own_signals(os.getpid())
    seccomp.restrict(rules)


def _limit(policy: Policy, tasks: int) -> None:
    """Set what one process may use; what all use together is the keeper's."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    # Threads reserve room for stacks and heaps, far more than they use.
    slack = (1024 + 80 * (os.cpu_count() or 1)) * _MIB
    limits = {
        "AS": pages * mmap.PAGESIZE + policy.memory_mib * _MIB + slack,
        "CORE": 0,
        "CPU": policy.cpu_seconds,
        "FSIZE": policy.file_mib * _MIB,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
        "NOFILE": policy.open_files,
        "NPROC": tasks,
        "SIGPENDING": 1024,
    }
    for name, value in limits.items():
        _set_limit(name, value, hard=True)


def _set_limit(name: str, value: int, hard: bool) -> None:
    import resource  # not on Windows, where this module only says why it cannot work

    kind = getattr(resource, f"RLIMIT_{name}")
    most = resource.getrlimit(kind)[1]
    if most != resource.RLIM_INFINITY:
        value = min(value, most)
    resource.setrlimit(kind, (value, value if hard else most))


def _tasks_of_user() -> int:
    """Find what the kernel counts for RLIMIT_NPROC: what may be set for one more.

    /proc does not tell: the user's tasks in other containers count too.
    """
    least, most = 0, 1 << 18
    while least < most:
        middle = (least + most) // 2
        _set_limit("NPROC", middle, hard=False)
        try:
            thread = threading.Thread(target=int)
            thread.start()
            thread.join()
            most = middle
        except RuntimeError:
            least = middle + 1
    return least


def _change_user(user: int, group: int) -> None:
    syscalls.drop_capability_bounds()
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)


def _be_first_to_go() -> None:
    """Let the kernel end rooms, not the grader, when the machine has no memory left."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
