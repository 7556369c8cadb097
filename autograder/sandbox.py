"""The sandbox: what a room may touch and use.

    policy = prepare(Policy())         # once, before threads
    box = make_box(folder, policy)     # the folders of a submission
    pid, pidfd = spawn(policy, box, "student", main)
    kill(pid, pidfd)                   # whatever it started is gone

Each layer is a module of its own: `namespaces`, `landlock`, `seccomp`, and `keeper` for
what only an observer can limit. Here they are put together. The tier says which are:
"full" has all, "landlock" has no namespaces, "process" has only limits, for those who
asked for no more.
"""

import contextlib
import mmap
import os
import select
import shutil
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from autograder import keeper, landlock, namespaces, seccomp, syscalls
from autograder.policy import Box, Policy, SandboxError
from autograder.readable import DEVICES, PROC, environment
from autograder.survey import survey

__all__ = [
    *("Box", "Policy", "SandboxError", "explain", "fill", "kill", "make_box"),
    *("prepare", "remove_box", "spawn", "survey"),
]

ROLES = ("student", "test")
# Ids that no system hands out (systemd.io/UIDS-GIDS), and that containers map.
FIRST_USER, LAST_USER = 60578, 61183
_MIB = 1 << 20


def prepare(policy: Policy) -> Policy:
    """Enter what is entered once; call it before threads, numpy and any fork.

    Returns
    -------
    Policy
        To spawn with: its `tier` says what this machine offers.

    Raises
    ------
    SandboxError
        If this machine cannot enclose a room, and the policy does not do without.
    """
    if policy.isolation == "process":
        if sys.platform != "linux":
            return replace(policy, tier="process")
        if os.geteuid() == 0:
            raise SandboxError(
                'sandbox: isolation = "process" as root would give the machine to '
                "students; run nbgrader as an ordinary user"
            )
        return replace(policy, tier="process")
    found = survey()
    if found.tier is None:
        raise SandboxError(
            f"sandbox: this machine cannot enclose a student's code: {found.why}. Use "
            'Linux 6.2 or newer, or choose isolation = "process", which keeps the two '
            "rooms apart but lets students' code do whatever you may do; "
            "`autograder doctor` says more"
        )
    environment(policy.readable, policy.secret)
    if found.tier == "full":
        if os.geteuid() != 0:
            namespaces.own_user_namespace()
        namespaces.own_mounts()
    return replace(policy, tier=found.tier)


def make_box(folder: Path, policy: Policy) -> Box:
    """Make the folders of a submission, in the process that called `prepare`.

    Parameters
    ----------
    folder : Path
        Does not exist yet. Its path should be short: sockets lie in it, and their
        paths have at most 107 bytes.
    policy : Policy
        As `prepare` returned it.
    """
    users, group, lock = {role: os.getuid() for role in ROLES}, os.getgid(), -1
    if os.geteuid() == 0:
        lock, group = _reserve_users()
        users = {role: group + place for place, role in enumerate(ROLES)}
    folder.mkdir()
    folder.chmod(0o711)
    for name in ("work", "root", *ROLES, *(f"{role}-tmp" for role in ROLES)):
        (folder / name).mkdir()
    for role in ROLES:
        for place in (folder / role, folder / f"{role}-tmp"):
            os.chown(place, users[role], group)
            place.chmod(0o700)
    work = folder / "work"
    if policy.tier == "full":
        namespaces.mount_memory(work, policy.disk_mib, "770", f",gid={group}")
    os.chown(work, -1, group)
    work.chmod(0o2770)
    return Box(folder, os.open(work, os.O_RDONLY | os.O_DIRECTORY), users, group, lock)


def _reserve_users() -> tuple[int, int]:
    """Find user ids that no other grader here uses until a lock is closed."""
    for first in range(FIRST_USER, LAST_USER, len(ROLES)):
        lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            lock.bind(f"\0autograder-user-{first}")
        except OSError:
            lock.close()
            continue
        return lock.detach(), first
    raise SandboxError(
        f"sandbox: all {LAST_USER - FIRST_USER} user ids are in use; grade fewer "
        "submissions at once"
    )


def fill(
    work_fd: int, folder: Path, skip: Callable[[str], bool] = lambda name: False
) -> None:
    """Copy the files of a folder into a box, so that both rooms can change them.

    Links and special files are left out, and files whose names are to be skipped. The
    copy belongs to the box's group, whoever calls.
    """
    target = Path(f"/proc/self/fd/{work_fd}")
    group = os.fstat(work_fd).st_gid
    for place, folders, files in os.walk(folder):
        inside = target / Path(place).relative_to(folder)
        for name in (name for name in folders if not (Path(place) / name).is_symlink()):
            (inside / name).mkdir()
            _share(inside / name, group, 0o2770)
        for name in files:
            source = Path(place) / name
            if source.is_file() and not source.is_symlink() and not skip(name):
                shutil.copyfile(source, inside / name)
                mode = 0o770 if os.access(source, os.X_OK) else 0o660
                _share(inside / name, group, mode)


def _share(path: Path, group: int, mode: int) -> None:
    os.chown(path, -1, group)
    path.chmod(mode)


def remove_box(box: Box) -> None:
    """Remove the folders of a submission whose rooms have been killed."""
    os.close(box.work_fd)
    with contextlib.suppress(OSError):
        syscalls.unmount(box.work)
    _remove_tree(box.folder)
    if box.lock != -1:
        os.close(box.lock)


def _remove_tree(folder: Path) -> None:
    """Remove a folder, however deep students nested it; no path gets long."""
    spare = 0
    while folders := _remove_files(folder):
        for path in folders:
            for inner in _remove_files(path):
                spare += 1
                inner.rename(folder / f".{spare}")
            path.rmdir()
    folder.rmdir()


def _remove_files(folder: Path) -> list[Path]:
    folder.chmod(0o700)
    folders = []
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            folders.append(Path(entry.path))
        else:
            Path(entry.path).unlink()
    for path in folders:
        path.chmod(0o700)
    return folders


def spawn(
    policy: Policy,
    box: Box,
    role: str,
    main: Callable[[], None],
    keep: Iterable[int] = (),
    output: int | None = None,
) -> tuple[int, int]:
    """Fork a room and run `main` in it.

    Whatever this process's memory holds can be read in the room: never hold here what
    students must not know, such as the keys of test rooms.

    Parameters
    ----------
    policy : Policy
        As `prepare` returned it.
    box : Box
        The room's folders.
    role : {"student", "test"}
        Which of the two rooms.
    main : callable
        Runs in the room, enclosed; the process ends when it returns or raises.
    keep : iterable of int
        Descriptors that stay open in the room; all others are closed there.
    output : int, optional
        Descriptor for standard output and errors in place of /dev/null.

    Returns
    -------
    pid, pidfd : int
        Of the room's keeper. It passes SIGINT on to the room, ends the room on SIGTERM,
        and ends with the room and its exit status (see `explain`).

    Raises
    ------
    SandboxError
        If a layer fails; nothing has run then.
    """
    if policy.tier is None:
        raise SandboxError("sandbox: spawn wants the policy that prepare() returned")
    readable = environment(policy.readable, policy.secret)
    keep = sorted({*keep} - {0, 1, 2})
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        _become_keeper(policy, box, role, main, keep, output, write, readable)
    os.close(write)
    pidfd = os.pidfd_open(pid)
    said = keeper.read_all(read)
    os.close(read)
    if said != keeper.READY:
        os.close(pidfd)
        os.waitpid(pid, 0)
        why = said.decode(errors="replace") or "its process ended"
        raise SandboxError(f"sandbox: a room could not be enclosed: {why}")
    return pid, pidfd


def _become_keeper(policy, box, role, main, keep, output, told, readable) -> None:
    """Turn this forked process into a keeper; never returns."""
    status = keeper.FAILED
    try:
        _forget_signals()
        _redirect(output)
        _close_all_but({told, *keep})

        def begin(ready: int) -> None:
            _become_room(policy, box, role, main, keep, ready, readable)

        status = keeper.Keeper(policy, box, role).run(begin, told, keep)
    except BaseException:
        with contextlib.suppress(OSError):
            os.write(told, traceback.format_exc().encode()[-4000:])
    finally:
        os._exit(status)


def _become_room(policy, box, role, main, keep, ready, readable) -> None:
    """Enclose this forked process and run `main`; never returns."""
    try:
        try:
            _enclose(policy, box, role, readable)
            _close_all_but({ready, *keep})
        except BaseException as error:
            line = traceback.extract_tb(error.__traceback__)[-1].line
            os.write(ready, f"{type(error).__name__}: {error} ({line})".encode())
            os._exit(keeper.FAILED)
        os.write(ready, keeper.READY)
        os.close(ready)
        main()
        os._exit(0)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else bool(end.code))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _enclose(policy: Policy, box: Box, role: str, readable: list[Path]) -> None:
    syscalls.die_with_parent(signal.SIGKILL)
    os.setsid()
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.umask(0o022)
    _be_first_to_go()
    processes = policy.processes
    if policy.tier == "full":
        namespaces.enter(box, role, policy, readable)
    elif os.geteuid() != 0:
        processes += _threads_of(os.getuid())
    os.chdir(box.work)
    _limit(policy, processes)
    if os.geteuid() == 0:
        _change_user(box.users[role], box.group)
    elif policy.tier == "full":
        # One more user namespace: its own count of processes, and no rights over the
        # mounts that were just made.
        namespaces.own_user_namespace()
    os.umask(0o002)
    syscalls.drop_capabilities()
    syscalls.no_new_privileges()
    syscalls.allow_inspection()
    syscalls.die_with_parent(signal.SIGKILL)
    if policy.tier != "process":
        _restrict(policy, box, role, readable)


def _restrict(policy: Policy, box: Box, role: str, readable: list[Path]) -> None:
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


def _limit(policy: Policy, processes: int) -> None:
    """Set what one process may use; what all use together is the keeper's."""
    import resource  # not on Windows, where this module only says why it cannot work

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    # Threads reserve room for stacks and heaps, far more than they use.
    slack = (1024 + 80 * (os.cpu_count() or 1)) * _MIB
    space = pages * mmap.PAGESIZE + policy.memory_mib * _MIB + slack
    limits = {
        "AS": space,
        "CORE": 0,
        "CPU": policy.cpu_seconds,
        "FSIZE": policy.file_mib * _MIB,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
        "NOFILE": policy.open_files,
        "NPROC": processes,
        "SIGPENDING": 1024,
    }
    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))


def _threads_of(user: int) -> int:
    """Count what the limit of processes counts, without namespaces and as no root."""
    total = 0
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if place.stat().st_uid == user:
                total += sum(1 for _ in (place / "task").iterdir())
    return total


def _change_user(user: int, group: int) -> None:
    syscalls.drop_capability_bounds()
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)


def _be_first_to_go() -> None:
    """Let the kernel end rooms, not the grader, when the machine has no memory left."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _forget_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with contextlib.suppress(OSError):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _redirect(output: int | None) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    for fd in (1, 2):
        os.dup2(null if output is None else output, fd)
    os.close(null)


def _close_all_but(keep: set[int]) -> None:
    low = 3
    for fd in sorted(keep):
        os.closerange(low, fd)
        low = fd + 1
    os.closerange(low, os.sysconf("SC_OPEN_MAX"))


def kill(pid: int, pidfd: int, seconds: float = 10) -> int | None:
    """End every process of a room and wait until they are gone.

    Works from any process that holds the descriptor, and on rooms that have ended.

    Returns
    -------
    int or None
        The keeper's exit status if the caller is its parent; see `explain`.

    Raises
    ------
    SandboxError
        If the room is still there after `seconds`.
    """
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, signal.SIGTERM)
    if not _ended(pidfd, seconds):
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        raise SandboxError(
            f"sandbox: room {pid} still runs {seconds:g} s after its end"
        )
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return None


def _ended(pidfd: int, seconds: float) -> bool:
    poller = select.poll()
    poller.register(pidfd, select.POLLIN)
    return bool(poller.poll(seconds * 1000))


def explain(status: int | None) -> str:
    """Say why a room ended, in words.

    Examples
    --------
    >>> explain(139)
    'it was ended by SIGSEGV'
    """
    words = {
        None: "it ended",
        0: "it ended by itself",
        keeper.MEMORY: "it used more memory than it may",
        keeper.DISK: "its files took more space than they may",
        keeper.NO_SPACE: "the disk of this machine is full",
        keeper.FAILED: "it could not be enclosed",
    }
    if status in words:
        return words[status]
    number = -status if status < 0 else status - 128
    if number in signal.valid_signals():
        return f"it was ended by {signal.Signals(number).name}"
    return f"it ended with status {status}"
