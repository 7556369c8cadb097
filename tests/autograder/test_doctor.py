"""`autograder doctor`, and what grading does where layers are missing."""

import subprocess
import sys

import machines
import pytest
from machines import KINDS, OLD_KERNEL, ROOT, ROOT_IN_CONTAINER, USER_IN_CONTAINER

from autograder import sandbox
from autograder.doctor import report
from autograder.survey import Layer, Survey

NAMES = ("keeper", "user drop", "Python", "seccomp", "Landlock", "namespaces")


def machine_without(*missing):
    """Describe a machine that lacks some layers."""
    layers = (Layer(n, "x", "not there" if n in missing else "") for n in NAMES)
    return Survey(tuple(layers))


@pytest.mark.parametrize(
    ("missing", "tier"),
    [
        ((), "full"),
        (("Landlock", "Python"), "full"),
        (("namespaces",), "landlock"),
        (("namespaces", "Landlock"), None),
        (("namespaces", "Python"), None),
        (("seccomp",), None),
        (("user drop",), None),
    ],
)
def test_tier_is_the_strongest_possible(missing, tier):
    """
    Namespaces make a full sandbox, Landlock a weaker one, and nothing replaces seccomp.
    """
    assert tier == machine_without(*missing).tier


def test_report_says_why_grading_is_refused():
    """
    Without namespaces and Landlock the report names both the reason and the way out.
    """
    text = report(machine_without("namespaces", "Landlock"))

    assert "Why: Landlock: not there" in text
    assert 'isolation = "process"' in text


def test_doctor_answers_on_this_machine():
    """
    The command prints a table, and its status says whether grading would start.
    """
    command = [sys.executable, "-m", "autograder.cli", "doctor"]
    result = subprocess.run(command, capture_output=True, text=True)

    assert result.stdout.startswith("layer ")
    refused = "not at all" in result.stdout
    assert (refused, "") == (result.returncode == 1, result.stderr)


DOCTOR = """
import os, sys
sys.stdout.flush()
os.dup2(2, 1)
from autograder import cli
sys.exit(3 if cli.main(["doctor"]) == 0 else 4)
"""


@pytest.mark.parametrize("kind", KINDS)
def test_doctor_sees_other_machines(kind):
    """
    Each kind of machine is told the tier that it would grade with.
    """
    text = machines.failure(kind, DOCTOR)

    full = kind not in (ROOT_IN_CONTAINER, USER_IN_CONTAINER, OLD_KERNEL)
    assert full == ("namespaces      yes" in text), text
    assert full == ("in full" in text), text


REFUSED = """
import errno
from autograder import sandbox, seccomp
seccomp.restrict([seccomp.Rule("landlock_create_ruleset unshare", errno.EPERM)])
sandbox.prepare(sandbox.Policy())
"""


@pytest.mark.parametrize("kind", [ROOT, USER_IN_CONTAINER])
def test_machine_without_landlock_and_namespaces_is_refused(kind):
    """
    Grading does not begin, and one message says why and what to do.
    """
    text = machines.failure(kind, REFUSED)

    assert "this machine cannot enclose a student's code: " in text
    assert "Landlock: not in this kernel, or switched off. Use Linux 6.2 or" in text


PROCESS = """
from autograder import sandbox
sandbox.prepare(sandbox.Policy(isolation="process"))
import sys
sys.exit("prepared")
"""


def test_process_isolation_is_for_ordinary_users():
    """
    What is chosen is given, but never by root.
    """
    assert "as an ordinary user" in machines.failure(ROOT, PROCESS)
    assert "prepared" in machines.failure(USER_IN_CONTAINER, PROCESS)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_policy_must_be_prepared():
    """
    A room is never started with a policy that nobody prepared.
    """
    with pytest.raises(sandbox.SandboxError, match="the policy that prepare"):
        sandbox.spawn(sandbox.Policy(), None, "student", print)


def test_other_systems_are_refused(monkeypatch):
    """
    On macOS and Windows the message names the system, and what grading needs.
    """
    monkeypatch.setattr(sys, "platform", "darwin")

    with pytest.raises(
        sandbox.SandboxError, match="runs darwin, and the sandbox needs"
    ):
        sandbox.prepare(sandbox.Policy())
    assert "process" == sandbox.prepare(sandbox.Policy(isolation="process")).tier
