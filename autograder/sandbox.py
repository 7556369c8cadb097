"""The sandbox: what a room may touch and use.

    policy = prepare(Policy())         # once, before threads
    box = make_box(folder, policy)     # the folders of a submission
    pid, pidfd = spawn(policy, box, "student", main)
    kill(pid, pidfd)                   # whatever it started is gone

Each layer is a module of its own: `namespaces`, `landlock`, `seccomp`, and `keeper` for
what only an observer can limit; `enclosure` puts them together. The tier says which
there are: "full" has all, "landlock" no namespaces, and "process" only limits, for
those who asked for no more.
"""

import contextlib
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace

from autograder import keeper, namespaces
from autograder.boxes import fill, make_box, remove_box
from autograder.enclosure import enclose
from autograder.policy import Box, Policy, SandboxError
from autograder.readable import environment
from autograder.survey import survey

__all__ = [
    "Box",
    "Policy",
    "SandboxError",
    "explain",
    "fill",
    "kill",
    "make_box",
    "prepare",
    "remove_box",
    "spawn",
    "survey",
]


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
            enclose(policy, box, role, readable)
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


def end(pidfd: int) -> None:
    """Tell a room's keeper to end every process of the room; does not wait for it."""
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, signal.SIGTERM)


def kill(pid: int, pidfd: int, seconds: float = 30) -> int | None:
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
    end(pidfd)
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
        keeper.TASKS: "it started more processes than it may",
        keeper.NO_SPACE: "the disk of this machine is full",
        keeper.FAILED: "it could not be enclosed",
    }
    if status in words:
        return words[status]
    number = -status if status < 0 else status - 128
    if number in signal.valid_signals():
        return f"it was ended by {signal.Signals(number).name}"
    return f"it ended with status {status}"
