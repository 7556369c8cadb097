"""The folders of a submission: made, filled, removed."""

import contextlib
import os
import random
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from autograder import namespaces, syscalls
from autograder.policy import Box, Policy, SandboxError

ROLES = ("student", "test")
# Ids that no system hands out (systemd.io/UIDS-GIDS), and that containers map.
FIRST_USER, LAST_USER = 60578, 61183


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
    # In any order: a grader in another container cannot see the locks of this one, and
    # the system counts the processes of both under the same id.
    ids = range(FIRST_USER, LAST_USER, len(ROLES))
    for first in random.SystemRandom().sample(ids, len(ids)):
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
    box.close()
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
