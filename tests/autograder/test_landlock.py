"""Landlock alone, in processes that enclose themselves."""

import subprocess
import sys

import pytest

from autograder import landlock, syscalls

if sys.platform != "linux" or syscalls.landlock_abi() < landlock.LEAST_ABI:
    pytest.skip("needs Landlock", allow_module_level=True)

START = """
import os, signal, socket, sys
from autograder import landlock
folder = sys.argv[1]
def attempt(action, *arguments):
    try:
        print(action(*arguments) is None or "done")
    except OSError as error:
        print(type(error).__name__)
def read(name):
    with open(f"{folder}/{name}") as file:
        file.read()
def write(name):
    with open(f"{folder}/{name}", "w") as file:
        file.write("x")
"""


@pytest.fixture
def enclosed(tmp_path):
    """Run code in a new process, in a folder with two files and two folders."""
    for name in ("readable", "writable"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "old").write_text("old")

    def run(code):
        result = subprocess.run(
            [sys.executable, "-c", START + code, str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=20,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.split()

    return run


RESTRICT = 'landlock.restrict([folder + "/readable"], [folder + "/writable"])\n'


def test_reading_is_allowed_where_it_was_said(enclosed):
    """
    Files below readable and writable folders can be read, others cannot.
    """
    code = """
attempt(read, "readable/old")
attempt(read, "writable/old")
attempt(os.listdir, folder)
attempt(open, "/etc/passwd")
"""
    said = enclosed(RESTRICT + code)

    assert ["True", "True", "PermissionError", "PermissionError"] == said


def test_writing_is_allowed_where_it_was_said(enclosed):
    """
    Files are written, made and deleted below writable folders only.
    """
    code = """
attempt(write, "writable/old")
attempt(write, "writable/new")
attempt(os.unlink, folder + "/writable/new")
attempt(write, "readable/old")
attempt(write, "readable/new")
attempt(os.unlink, folder + "/readable/old")
attempt(os.truncate, folder + "/readable/old", 0)
"""
    said = enclosed(RESTRICT + code)

    assert ["True"] * 3 + ["PermissionError"] * 4 == said


def test_restriction_holds_in_new_programs(enclosed):
    """
    A program that is started afterwards is enclosed too.
    """
    code = """
import subprocess
landlock.restrict(["/usr", "/bin", "/lib", "/lib64"], devices=["/dev/null"])
command = ["/bin/cat", folder + "/readable/old"]
print(subprocess.call(command, stderr=subprocess.DEVNULL))
"""
    assert ["1"] == enclosed(code)


@pytest.mark.skipif(syscalls.landlock_abi() < 4, reason="needs Landlock 4")
def test_tcp_is_denied(enclosed):
    """
    No port can be bound or connected to.
    """
    code = 'attempt(socket.socket().bind, ("127.0.0.1", 0))\n'

    assert ["PermissionError"] == enclosed(RESTRICT + code)


@pytest.mark.skipif(syscalls.landlock_abi() < 6, reason="needs Landlock 6")
def test_signals_stay_inside(enclosed):
    """
    Children can be signalled; processes outside, and a parent that is, cannot.
    """
    code = """
landlock.restrict_signals()
child = os.fork()
if child == 0:
    landlock.restrict_signals()
    attempt(os.kill, os.getppid(), 0)
    os._exit(sys.stdout.flush() or 0)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
attempt(os.kill, child, 0)
attempt(os.kill, os.getppid(), 0)
"""
    assert ["PermissionError", "True", "PermissionError"] == enclosed(code)


@pytest.mark.skipif(syscalls.landlock_abi() < 6, reason="needs Landlock 6")
def test_abstract_sockets_stay_inside(enclosed):
    """
    A socket with a name that was made outside cannot be connected to.
    """
    code = """
listener = socket.socket(socket.AF_UNIX)
listener.bind(f"\\0{folder}")
listener.listen()
landlock.restrict()
attempt(socket.socket(socket.AF_UNIX).connect, f"\\0{folder}")
"""
    assert ["PermissionError"] == enclosed(code)


def test_older_version_can_be_asked_for(enclosed):
    """
    With the rights of version 3, files are denied and signals are not.
    """
    code = """
landlock.restrict(abi=3)
attempt(os.listdir, folder)
attempt(os.kill, os.getppid(), 0)
"""
    assert ["PermissionError", "True"] == enclosed(code)
