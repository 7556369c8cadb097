"""What this machine offers: each layer is really tried, in a child of its own."""

import contextlib
import errno
import os
import signal
import socket
import sys
import sysconfig
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder import landlock, namespaces, processes, seccomp, syscalls
from autograder.policy import Box, Policy

_CAP_SETGID, _CAP_SETUID, _CAP_SYS_ADMIN = 1 << 6, 1 << 7, 1 << 21
_NOBODY = 65534


@dataclass(frozen=True)
class Layer:
    """One layer of the sandbox.

    Parameters
    ----------
    name : str
        What it is called.
    protects : str
        What it keeps students' code from.
    missing : str
        Why it is not there; empty if it is.
    detail : str
        More about what is there, such as its version.
    """

    name: str
    protects: str
    missing: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Survey:
    """All layers of this machine, and what grading can build of them."""

    layers: tuple[Layer, ...]

    def missing(self, name: str) -> str:
        """Return why a layer is not there; empty if it is."""
        return next(layer.missing for layer in self.layers if layer.name == name)

    @property
    def tier(self) -> str | None:
        """The strongest tier that is possible: "full", "landlock" or None."""
        for tier, needs in _NEEDS.items():
            if not any(map(self.missing, needs)):
                return tier
        return None

    @property
    def why(self) -> str:
        """Why not even the weaker tier is possible."""
        if sys.platform != "linux":
            return f"it runs {sys.platform}, and the sandbox needs Linux"
        needs = _NEEDS["landlock"]
        return "; ".join(f"{n}: {self.missing(n)}" for n in needs if self.missing(n))


_NEEDS = {
    "full": ("keeper", "seccomp", "user drop", "namespaces"),
    "landlock": ("keeper", "seccomp", "user drop", "Python", "Landlock"),
}


def survey() -> Survey:
    """Try every layer; takes some milliseconds, and wants a process of one thread."""
    checks = (
        ("keeper", "memory and disk, used together", _try_keeper),
        ("user drop", "the rights of root", _try_user_drop),
        ("Python", "(is readable for rooms)", _try_python),
        ("seccomp", "networks, hidden memory, odd calls", _try_seccomp),
        ("Landlock", "reading and writing elsewhere", _try_landlock),
        ("signal scope", "signals to other processes", _try_scope),
        ("user namespace", "(for namespaces without root)", _try_user_namespace),
        ("namespaces", "seeing anything else; full disks", _try_room),
    )
    layers = []
    for name, protects, check in checks:
        missing, detail = "needs Linux", ""
        if sys.platform == "linux":
            missing, detail = _in_child(check)
        layers.append(Layer(name, protects, missing, detail))
    return Survey(tuple(layers))


def _in_child(check: Callable[[], str]) -> tuple[str, str]:
    """Run a check in a child; return what is wrong, and what it returned."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            os.close(read)
            try:
                said = f"+{check()}"
            except Exception as error:
                said = f"-{_first_line(error)}"
            os.write(write, said.encode())
        os._exit(0)
    os.close(write)
    with open(read, "rb") as pipe:  # noqa: PTH123
        said = pipe.read().decode(errors="replace")
    os.waitpid(pid, 0)
    if not said:
        return "the process that tried it was ended", ""
    return ("", said[1:]) if said[0] == "+" else (said[1:], "")


def _first_line(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) else str(error)
    return (text or traceback.format_exception_only(error)[-1]).splitlines()[0]


def _try_keeper() -> str:
    child = os.fork()
    if child == 0:
        signal.pause()
    try:
        if child not in processes.descendants(os.getpid()):
            raise OSError(errno.ENOSYS, "/proc/PID/task/TID/children is not there")
        os.close(os.pidfd_open(child))
    finally:
        os.kill(child, signal.SIGKILL)
    return ""


def _try_user_drop() -> str:
    if os.geteuid() != 0:
        return "not needed: not root"
    if syscalls.capabilities() & (_CAP_SETUID | _CAP_SETGID) == 0:
        raise OSError(errno.EPERM, "root without CAP_SETUID and CAP_SETGID")
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    return "root becomes an unused user"


def _try_python() -> str:
    places = (sys.executable, sysconfig.get_paths()["stdlib"], __file__)
    if os.geteuid() == 0:
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    for place in places:
        if not os.access(place, os.R_OK):
            raise OSError(errno.EACCES, f"only root may read {place}")
    return ""


def _try_seccomp() -> str:
    seccomp.restrict(seccomp.ALWAYS)
    try:
        socket.socket(socket.AF_INET).close()
    except OSError as error:
        if error.errno == errno.EOPNOTSUPP:
            return syscalls.MACHINE
        raise
    raise OSError(errno.ENOSYS, "a filter was taken but does nothing")


def _try_landlock() -> str:
    abi = syscalls.landlock_abi()
    if abi == 0:
        raise OSError(errno.ENOSYS, "not in this kernel, or switched off")
    if abi < landlock.LEAST_ABI:
        raise OSError(errno.ENOSYS, f"version {abi}, wanted 3 (Linux 6.2)")
    landlock.restrict(["/usr"])
    try:
        os.close(os.open("/proc/version", os.O_RDONLY))
    except PermissionError:
        return f"version {abi}"
    raise OSError(errno.ENOSYS, "rules were taken but do nothing")


def _try_scope() -> str:
    abi = syscalls.landlock_abi()
    if abi < landlock.SCOPES_ABI:
        raise OSError(
            errno.ENOSYS,
            f"Landlock has version {abi}; processes may signal only themselves instead",
        )
    landlock.restrict_signals()
    try:
        os.kill(os.getppid(), 0)
    except PermissionError:
        return ""
    raise OSError(errno.ENOSYS, "a scope was taken but does nothing")


def _try_user_namespace() -> str:
    if _is_full_root():
        return "not needed: root"
    namespaces.own_user_namespace()
    return ""


def _is_full_root() -> bool:
    return os.geteuid() == 0 and bool(syscalls.capabilities() & _CAP_SYS_ADMIN)


def _try_room() -> str:
    """Enter the namespaces of a room, with all that is mounted there."""
    if os.geteuid() == 0 and not _is_full_root():
        raise OSError(errno.EPERM, "root without CAP_SYS_ADMIN")
    folder = Path(tempfile.mkdtemp(prefix="autograder-"))
    try:
        missing, _ = _in_child(lambda: _enter_room(folder))
    finally:
        for name in ("work", "root", "student"):
            with contextlib.suppress(OSError):
                (folder / name).rmdir()
        folder.rmdir()
    if missing:
        raise OSError(errno.EPERM, missing)
    return "mount, PID, network, IPC, UTS"


def _enter_room(folder: Path) -> None:
    for name in ("work", "root", "student"):
        (folder / name).mkdir()
    if os.geteuid() != 0:
        namespaces.own_user_namespace()
    namespaces.own_mounts()
    syscalls.unshare(syscalls.CLONE_NEWPID)
    box = Box(folder, -1, {"student": os.getuid()}, os.getgid())

    def enter() -> None:
        namespaces.enter(box, "student", Policy(), [Path("/usr")])
        if os.getuid() != 0:
            namespaces.own_user_namespace()

    missing, _ = _in_child(enter)
    if missing:
        raise OSError(errno.EPERM, missing)
