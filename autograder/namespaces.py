"""Namespaces: a room's own processes, mounts, network and shared memory.

The room gets a new root in memory: what it may read, read-only; its folders, limited in
size; nothing else. What is not there needs no rule.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from autograder import syscalls
from autograder.policy import Box, Policy
from autograder.readable import DEVICES

INODES = 65536  # each costs a kilobyte of the kernel's memory
_SCRATCH = syscalls.MS_NOSUID | syscalls.MS_NODEV
OWN = (
    syscalls.CLONE_NEWNS
    | syscalls.CLONE_NEWNET
    | syscalls.CLONE_NEWIPC
    | syscalls.CLONE_NEWUTS
)


def own_user_namespace() -> None:
    """Become the owner of new namespaces without being root; needs a single thread."""
    user, group = os.getuid(), os.getgid()
    syscalls.unshare(syscalls.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def own_mounts() -> None:
    """Let later mounts be seen here only."""
    syscalls.unshare(syscalls.CLONE_NEWNS)
    syscalls.mount("none", "/", None, syscalls.MS_REC | syscalls.MS_SLAVE)


def mount_memory(path: Path, mib: int, mode: str, owner: str = "") -> None:
    """Mount a file system in memory, of limited size."""
    data = f"size={mib}m,nr_inodes={INODES},mode={mode}{owner}"
    syscalls.mount("tmpfs", path, "tmpfs", _SCRATCH, data)


def enter(box: Box, role: str, policy: Policy, readable: Iterable[Path]) -> None:
    """Move into new namespaces and a new root; in the first process of a PID namespace.

    Afterwards the paths of `box` and of `readable` are what they were, and there are
    /tmp, /proc, /dev with /dev/shm, and nothing else.
    """
    syscalls.unshare(OWN)
    root = box.folder / "root"
    mount_memory(root, 1, "755")
    (root / "tmp").mkdir()
    mount_memory(root / "tmp", policy.disk_mib, "1777")
    for path in readable:
        _show(root, path)
    _make_devices(root, policy)
    _make_folder(root, Path("/proc"))
    flags = _SCRATCH | syscalls.MS_NOEXEC
    syscalls.mount("proc", root / "proc", "proc", flags)
    _make_folder(root, box.folder)
    for path in (box.work, box.private(role)):
        _bind(path, _make_folder(root, path))
        syscalls.protect_mount(_inside(root, path), read_only=False)
    tmp = _make_folder(root, box.tmp(role))
    tmp.chmod(0o700)
    os.chown(tmp, box.users[role], box.group)
    if not box.folder.is_relative_to("/tmp"):
        home = root / "tmp" / "home"
        home.mkdir(0o700)
        os.chown(home, box.users[role], box.group)
        _bind(home, tmp)
    syscalls.mount("none", root, None, _remount_read_only())
    os.chdir(root)
    syscalls.pivot_root(".", ".")
    syscalls.unmount(".")
    os.chdir(box.work)


def _remount_read_only() -> int:
    remount = 32
    return remount | syscalls.MS_BIND | syscalls.MS_RDONLY | _SCRATCH


def _inside(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _make_folder(root: Path, path: Path) -> Path:
    place = _inside(root, path)
    place.mkdir(parents=True, exist_ok=True)
    return place


def _bind(source: Path, target: Path) -> None:
    syscalls.mount(os.fspath(source), target, None, syscalls.MS_BIND | syscalls.MS_REC)


def _show(root: Path, path: Path) -> None:
    """Show a path in the new root, read-only, at its place; links as links."""
    real = path.resolve()
    place = _inside(root, real)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        if real.is_dir():
            place.mkdir()
        else:
            place.touch()
        _bind(real, place)
        syscalls.protect_mount(place)
    if path != real and not os.path.lexists(_inside(root, path)):
        link = _inside(root, path)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(real)


def _make_devices(root: Path, policy: Policy) -> None:
    dev = _make_folder(root, Path("/dev"))
    for device in map(Path, DEVICES):
        if device.exists():
            (dev / device.name).touch()
            _bind(device, dev / device.name)
    (dev / "shm").mkdir()
    mount_memory(dev / "shm", max(1, policy.memory_mib // 2), "1777")
    (dev / "pts").mkdir()
    flags = syscalls.MS_NOSUID | syscalls.MS_NOEXEC
    options = "newinstance,ptmxmode=0666,mode=600"
    syscalls.mount("devpts", dev / "pts", "devpts", flags, options)
    (dev / "ptmx").symlink_to("pts/ptmx")
    for name, target in (
        ("fd", ""),
        ("stdin", "/0"),
        ("stdout", "/1"),
        ("stderr", "/2"),
    ):
        (dev / name).symlink_to(f"/proc/self/fd{target}")
