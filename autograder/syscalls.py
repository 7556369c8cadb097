"""The system calls of Linux that Python does not offer, each raising OSError."""

import ctypes
import os
import platform
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_SLAVE = 4096, 16384, 1 << 19
MNT_DETACH = 2

_IN_NONBLOCK, _IN_CLOEXEC = os.O_NONBLOCK, os.O_CLOEXEC
_IN_MOVE_SELF, _IN_ONLYDIR = 0x800, 0x01000000

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_SECCOMP_MODE_FILTER = 2

# Calls without a wrapper in older C libraries. From 403 on, all machines have the same.
MACHINE = platform.machine()
_PIVOT_ROOT, _CAPSET = (41, 91) if MACHINE == "aarch64" else (155, 126)
_MOUNT_SETATTR = 442
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, call: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
    return result


def _syscall(name: str, number: int, *arguments) -> int:
    # Plain Python integers would be passed as 32 bits.
    long = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    function = _libc().syscall
    function.restype = ctypes.c_long
    return _check(function(ctypes.c_long(number), *long), name)


def _prctl(name: str, option: int, *arguments) -> None:
    rest = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    rest += [ctypes.c_ulong(0)] * (4 - len(rest))
    _check(_libc().prctl(ctypes.c_int(option), *rest), f"prctl({name})")


def unshare(flags: int) -> None:
    """Leave the namespaces named by CLONE_NEW... flags."""
    _check(_libc().unshare(ctypes.c_int(flags)), "unshare")


def mount(
    source: str, target: str | Path, kind: str | None, flags: int = 0, data: str = ""
) -> None:
    """Mount a file system, or bind one."""
    result = _libc().mount(
        source.encode(),
        os.fsencode(target),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        data.encode() or None,
    )
    _check(result, f"mount({target})")


def unmount(target: str | Path) -> None:
    """Take a mount away, now or when nobody uses it any more."""
    _check(_libc().umount2(os.fsencode(target), MNT_DETACH), f"umount({target})")


def pivot_root(new: str | Path, old: str | Path) -> None:
    """Make `new` the root, and find the old one at `old`."""
    _syscall("pivot_root", _PIVOT_ROOT, os.fsencode(new), os.fsencode(old))


def protect_mount(path: str | Path, read_only: bool = True) -> None:
    """Make a mount and all below it read-only, without devices and set-uid bits."""
    attributes = MS_NOSUID | MS_NODEV | (MS_RDONLY if read_only else 0)
    struct = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)
    at_fdcwd, at_recursive = -100, 0x8000
    _syscall(
        f"mount_setattr({path})",
        _MOUNT_SETATTR,
        *(at_fdcwd, os.fsencode(path), at_recursive, struct, ctypes.sizeof(struct)),
    )


def no_new_privileges() -> None:
    """Let no program, set-uid ones included, give more rights than there are."""
    _prctl("NO_NEW_PRIVS", _PR_SET_NO_NEW_PRIVS, 1)


def die_with_parent(number: int) -> None:
    """Receive a signal when the parent ends; to be repeated after a change of user."""
    _prctl("PDEATHSIG", _PR_SET_PDEATHSIG, number)


def adopt_orphans() -> None:
    """Become the parent of all orphaned descendants."""
    _prctl("CHILD_SUBREAPER", _PR_SET_CHILD_SUBREAPER, 1)


def allow_inspection() -> None:
    """Let processes of the same user read this one's memory statistics."""
    _prctl("DUMPABLE", _PR_SET_DUMPABLE, 1)


def drop_capability_bounds() -> None:
    """Let no program have a capability, ever; quietly nothing without CAP_SETPCAP."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        try:
            _prctl("CAPBSET_DROP", _PR_CAPBSET_DROP, capability)
        except PermissionError:
            return


def drop_capabilities() -> None:
    """Give up all capabilities."""
    _prctl("CAP_AMBIENT", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this process
    _syscall("capset", _CAPSET, header, (ctypes.c_uint32 * 6)())


def capabilities() -> int:
    """Return the effective capabilities as a bit mask."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("CapEff:")[2].split()[0], 16)


def landlock_abi() -> int:
    """Return the version of Landlock, 0 if there is none."""
    try:
        return _syscall("landlock", _LANDLOCK_CREATE_RULESET, None, 0, 1)
    except OSError:
        return 0


def landlock_create_ruleset(attributes: bytes) -> int:
    """Return the descriptor of a new ruleset."""
    return _syscall(
        "landlock_create_ruleset",
        _LANDLOCK_CREATE_RULESET,
        *(attributes, len(attributes), 0),
    )


def landlock_add_path(ruleset: int, rule: bytes) -> None:
    """Add a rule about what is below a path."""
    _syscall("landlock_add_rule", _LANDLOCK_ADD_RULE, ruleset, 1, rule, 0)


def landlock_restrict_self(ruleset: int) -> None:
    """Enclose this thread and its later children."""
    _syscall("landlock_restrict_self", _LANDLOCK_RESTRICT_SELF, ruleset, 0)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def seccomp_filter(program: bytes) -> None:
    """Filter all later system calls of this thread and its children by a program."""
    struct = _Program(len(program) // 8, program)
    _prctl("SECCOMP", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(struct))


def inotify() -> int:
    """Open a descriptor from which the events of watched files are read."""
    flags = ctypes.c_int(_IN_NONBLOCK | _IN_CLOEXEC)
    return _check(_libc().inotify_init1(flags), "inotify_init1")


def watch_moves(events: int, folder: str) -> int:
    """Watch a folder for being moved; returns the number that its events have."""
    flags = ctypes.c_uint32(_IN_MOVE_SELF | _IN_ONLYDIR)
    watch = _libc().inotify_add_watch(ctypes.c_int(events), os.fsencode(folder), flags)
    return _check(watch, f"inotify_add_watch({folder})")
