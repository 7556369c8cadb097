"""seccomp: which system calls a process may make.

A list of what is denied rather than of what is allowed: lessons call whatever numpy,
torch and Python call, and files, processes and networks are enclosed by other layers.
What is newer than the list is denied as unknown, which C libraries take as an older
kernel.
The only PyPI binding, `pyseccomp`, is from 2021 and needs a C library that few have.
"""

import errno
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from autograder import syscalls
from autograder.syscall_numbers import AUDIT_ARCH, LAST, numbers

AF_UNIX = 1
DATAGRAM = [kind | flags for kind in (2, 3) for flags in (0, 0x800, 0x80000, 0x80800)]
NEW_NAMESPACES = 0x7E020000
TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: type into a terminal
BUFFER_SIZES = (7, 8, 32, 33)  # SO_SNDBUF, SO_RCVBUF and their privileged forms
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
SIGNAL_OWNERS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX
SIGNAL_OWNERS_IOCTL = (0x8901, 0x8902)  # FIOSETOWN, SIOCSPGRP

_LOAD, _EQUAL, _AT_LEAST, _BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16


@dataclass(frozen=True)
class Rule:
    """What becomes of some calls.

    Parameters
    ----------
    calls : str
        Names, separated by spaces.
    error : int
        What they fail with; 0 makes them succeed without doing anything.
    argument : int, optional
        Look at this argument, its lower 32 bits; for `high`, its upper ones.
    among, beyond : sequence of int
        Apply the rule if the argument is one of these; if it is none of these.
    bits : int
        Apply the rule if the argument has any of these bits.
    """

    calls: str
    error: int
    argument: int | None = None
    high: bool = False
    among: Iterable[int] = ()
    beyond: Iterable[int] = ()
    bits: int = 0

    def body(self) -> list[tuple[int, int, int, int]]:
        """Return the instructions; the call's number is loaded before and after."""
        refuse = (_RETURN, 0, 0, _ERRNO | self.error)
        if self.argument is None:
            return [refuse]
        offset = _ARGUMENTS + 8 * self.argument + 4 * self.high
        body = [(_LOAD, 0, 0, offset)]
        for value in self.among:
            body += [(_EQUAL, 0, 1, value & 0xFFFFFFFF), refuse]
        if self.bits:
            body += [(_BITS, 0, 1, self.bits), refuse]
        beyond = list(self.beyond)
        for place, value in enumerate(beyond):
            body.append((_EQUAL, len(beyond) - place, 0, value & 0xFFFFFFFF))
        if beyond:
            body.append(refuse)
        return [*body, (_LOAD, 0, 0, _NUMBER)]


ALWAYS = (
    # The kernel itself, other processes' memory, mounts and namespaces.
    Rule("ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp", errno.EPERM),
    Rule("process_madvise process_mrelease move_pages migrate_pages", errno.EPERM),
    Rule("bpf perf_event_open userfaultfd keyctl add_key request_key", errno.ENOSYS),
    Rule("mount umount2 pivot_root chroot open_tree move_mount fsopen", errno.EPERM),
    Rule("fsconfig fsmount fspick mount_setattr unshare setns", errno.EPERM),
    Rule("clone", errno.EPERM, argument=0, bits=NEW_NAMESPACES),
    Rule("clone3", errno.ENOSYS),  # its flags are out of reach; C libraries use clone
    Rule("kexec_load kexec_file_load init_module finit_module", errno.EPERM),
    Rule("delete_module create_module reboot swapon swapoff acct", errno.EPERM),
    Rule("quotactl quotactl_fd nfsservctl lookup_dcookie syslog", errno.EPERM),
    Rule("sethostname setdomainname settimeofday clock_settime", errno.EPERM),
    Rule("clock_adjtime adjtimex iopl ioperm modify_ldt vhangup", errno.EPERM),
    Rule("personality uselib ustat sysfs _sysctl", errno.EPERM),
    Rule("name_to_handle_at open_by_handle_at", errno.EPERM),
    Rule("fanotify_init fanotify_mark", errno.EPERM),
    Rule("mbind set_mempolicy set_mempolicy_home_node", errno.ENOSYS),
    Rule("landlock_create_ruleset landlock_add_rule", errno.ENOSYS),
    Rule("landlock_restrict_self seccomp", errno.ENOSYS),
    Rule("ioctl", errno.EPERM, argument=1, among=TERMINAL_INPUT),
    Rule("prctl", 0, argument=0, among=(DEATH_SIGNAL,)),  # rooms end with their keeper
    # Work that the kernel does on behalf of a process, past this filter.
    Rule("io_uring_setup io_uring_enter io_uring_register", errno.ENOSYS),
    Rule("io_setup io_submit io_destroy io_cancel io_getevents", errno.ENOSYS),
    Rule("io_pgetevents", errno.ENOSYS),
    # Memory that belongs to no process, so that no limit sees it.
    Rule("memfd_create memfd_secret vmsplice", errno.ENOSYS),
    Rule("shmget shmat shmctl shmdt msgget msgsnd msgrcv msgctl", errno.ENOSYS),
    Rule("semget semop semctl semtimedop mq_open mq_unlink", errno.ENOSYS),
    Rule("mq_timedsend mq_timedreceive mq_notify", errno.ENOSYS),
    Rule("setsockopt", 0, argument=2, among=BUFFER_SIZES),
    # Networks. libzmq aborts when it is told EPERM.
    Rule("socket", errno.EOPNOTSUPP, argument=0, beyond=(AF_UNIX,)),
)

# Without namespaces, processes of the same user are in sight. Landlock covers neither
# modes, owners and times of files, nor sockets with a path, nor other limits and
# priorities. Honest copies of files set modes: these are told that it worked.
WITHOUT_NAMESPACES = (
    Rule("chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat", 0),
    Rule("utime utimes futimesat utimensat", 0),
    Rule("setxattr lsetxattr fsetxattr", errno.EOPNOTSUPP),
    Rule("removexattr lremovexattr fremovexattr", errno.EOPNOTSUPP),
    Rule("connect", errno.EACCES),
    Rule("sendto", errno.EACCES, argument=4, beyond=(0,)),
    Rule("sendto", errno.EACCES, argument=4, high=True, beyond=(0,)),
    Rule("socket socketpair", errno.EOPNOTSUPP, argument=1, among=DATAGRAM),
    Rule("prlimit64", errno.EPERM, argument=0, beyond=(0,)),
    Rule("sched_setaffinity sched_setattr sched_setparam", errno.EPERM, 0, beyond=(0,)),
    # libzmq sets it for its threads, by their ids, and aborts when that fails.
    Rule("sched_setscheduler", 0, argument=0, beyond=(0,)),
    Rule("setpriority ioprio_set", errno.EPERM, argument=1, beyond=(0,)),
)


def only_own_signals(pid: int) -> tuple[Rule, ...]:
    """Return rules for kernels whose Landlock leaves signals alone.

    Only the room's first process can be signalled, by itself and by its children.
    """
    return (
        Rule("kill", errno.EPERM, argument=0, beyond=(0, pid, -pid)),
        Rule("tgkill rt_sigqueueinfo", errno.EPERM, argument=0, beyond=(pid,)),
        Rule("rt_tgsigqueueinfo", errno.EPERM, argument=0, beyond=(pid,)),
        Rule("tkill pidfd_send_signal", errno.EPERM),
        Rule("fcntl", errno.EPERM, argument=1, among=SIGNAL_OWNERS),
        Rule("ioctl", errno.EPERM, argument=1, among=SIGNAL_OWNERS_IOCTL),
    )


def program(rules: Iterable[Rule], machine: str = syscalls.MACHINE) -> bytes:
    """Translate rules to a filter; the first that applies decides.

    Raises
    ------
    OSError
        If the system calls of the machine are not known.
    """
    if machine not in AUDIT_ARCH:
        raise OSError(errno.ENOSYS, f"seccomp: no table for machines of type {machine}")
    code = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, AUDIT_ARCH[machine]),  # another one's calls have other numbers
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, LAST + 1),
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    known = numbers(machine)
    for rule in rules:
        body = rule.body()
        for name in rule.calls.split():
            if name in known:
                code += [(_EQUAL, 0, len(body), known[name]), *body]
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def restrict(rules: Iterable[Rule]) -> None:
    """Filter the calls of this thread and its later children; nothing undoes it."""
    syscalls.no_new_privileges()
    syscalls.seccomp_filter(program(rules))
