"""The filter of system calls: its program, interpreted, and in a process."""

import errno
import struct
import subprocess
import sys

import pytest

from autograder import seccomp
from autograder.seccomp import Rule, program
from autograder.syscall_numbers import AUDIT_ARCH, LAST, numbers

ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
MACHINES = ("x86_64", "aarch64")


def decide(rules, machine, call, *arguments, arch=None):
    """Interpret the program for a call, as the kernel does."""
    number = call if isinstance(call, int) else numbers(machine)[call]
    words = [argument % (1 << 64) for argument in (*arguments, *[0] * 6)][:6]
    arch = AUDIT_ARCH[machine] if arch is None else arch
    data = struct.pack("<IIQ6Q", number, arch, 0, *words)
    code = list(struct.iter_unpack("=HBBI", program(rules, machine)))
    place, value = 0, 0
    while True:
        operation, yes, no, k = code[place]
        place += 1
        if operation == 0x20:
            (value,) = struct.unpack_from("<I", data, k)
        elif operation == 0x06:
            return k
        else:
            holds = {0x15: value == k, 0x35: value >= k, 0x45: bool(value & k)}
            place += yes if holds[operation] else no


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("rule", [*seccomp.ALWAYS, *seccomp.WITHOUT_NAMESPACES])
def test_every_rule_applies(machine, rule):
    """
    Each call of each rule meets its error, on both kinds of machines.
    """
    word = [*rule.among, *[value + 1 for value in rule.beyond], rule.bits][0]
    words = [0] * 6
    if rule.argument is not None:
        words[rule.argument] = word << 32 if rule.high else word
    for call in set(rule.calls.split()) & numbers(machine).keys():
        found = decide([rule], machine, call, *words)

        assert ERROR | rule.error == found, call


@pytest.mark.parametrize("machine", MACHINES)
def test_what_no_rule_names_is_allowed(machine):
    """
    Calls without a rule pass, and so do harmless arguments of calls with one.
    """
    rules = seccomp.ALWAYS + seccomp.WITHOUT_NAMESPACES

    assert ALLOW == decide(rules, machine, 0x3F if machine == "aarch64" else 0)
    assert ALLOW == decide(rules, machine, "socket", 1, 1)
    assert ALLOW == decide(rules, machine, "sendto", 3, 1, 1, 0, 0)
    assert ALLOW == decide(rules, machine, "clone", 17)
    assert ALLOW == decide(rules, machine, "ioctl", 0, 0x5401)
    assert ALLOW == decide(rules, machine, "prlimit64", 0, 7)


@pytest.mark.parametrize("machine", MACHINES)
def test_unknown_calls_are_denied(machine):
    """
    Calls newer than the table do not exist; those of another machine kill.
    """
    assert ERROR | errno.ENOSYS == decide((), machine, LAST + 1)
    assert ERROR | errno.ENOSYS == decide((), machine, 0x40000000)  # x32's read
    assert KILL == decide((), machine, 0, arch=0x40000003)


@pytest.mark.parametrize("machine", MACHINES)
def test_only_own_signals(machine):
    """
    Where Landlock leaves signals alone, only the first process can be signalled.
    """
    rules = seccomp.only_own_signals(77)
    refused = ERROR | errno.EPERM

    assert ALLOW == decide(rules, machine, "kill", 77, 2)
    assert ALLOW == decide(rules, machine, "kill", -77 % (1 << 32), 2)
    assert ALLOW == decide(rules, machine, "tgkill", 77, 78, 6)
    assert refused == decide(rules, machine, "kill", 78, 2)
    assert refused == decide(rules, machine, "kill", -1 % (1 << 32), 9)
    assert refused == decide(rules, machine, "tgkill", 76, 76, 9)
    assert refused == decide(rules, machine, "fcntl", 3, 8, 76)


def test_first_rule_decides():
    """
    Of two rules for a call, the first that applies is taken.
    """
    rules = (Rule("kill", 1, argument=1, among=(9, 15)), Rule("kill", 2))

    assert ERROR | 1 == decide(rules, "x86_64", "kill", 5, 15)
    assert ERROR | 2 == decide(rules, "x86_64", "kill", 5, 2)


def test_strange_machine_is_an_error():
    """
    A machine whose calls are not known gets no filter, but an error that says so.
    """
    with pytest.raises(OSError, match="no table for machines of type s390x"):
        program((), "s390x")


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_filter_holds_in_the_kernel():
    """
    The kernel takes the program and acts as the interpreter above.
    """
    code = """
import errno, os, socket, subprocess, sys
from autograder import seccomp
seccomp.restrict(seccomp.ALWAYS + seccomp.WITHOUT_NAMESPACES)
for action in (lambda: socket.socket(), lambda: os.memfd_create("x"),
               lambda: socket.socket(socket.AF_UNIX).connect("/nowhere"),
               lambda: os.chmod("/nowhere", 0), lambda: print("prints")):
    try:
        print(action())
    except OSError as error:
        print(errno.errorcode[error.errno])
print(subprocess.run([sys.executable, "-c", "import os; os.memfd_create('x')"],
                     capture_output=True, text=True).stderr.splitlines()[-1])
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    )

    lines = ["ENOTSUP", "ENOSYS", "EACCES", "None", "prints", "None"]
    last = "OSError: [Errno 38] Function not implemented"
    assert [*lines, last] == result.stdout.splitlines(), result.stderr
