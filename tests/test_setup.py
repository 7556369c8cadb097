"""`make` on a machine where something is missing says what to do, in one message."""

import shutil
import subprocess

import pytest
from lessons import ROOT

TOOLS = ("sh", "touch", "rm", "env", "grep", "sed", "expand", "cat")


@pytest.fixture
def make(tmp_path):
    """Run make in an empty project whose PATH holds nothing but a shell's tools."""
    project = tmp_path / "a project"
    project.mkdir()
    shutil.copy(ROOT / "Makefile", project)
    (project / "pyproject.toml").touch()
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name))

    def run(python=None):
        if python:
            script = tools / "python3"
            script.write_text(f"#!/bin/sh\n{python}\n")
            script.chmod(0o755)
        return subprocess.run(
            [shutil.which("make"), "test"],
            cwd=project,
            env={"PATH": str(tools)},
            capture_output=True,
            text=True,
        )

    run.project = project
    return run


def assert_one_message(done, *phrases):
    """Assert that a run failed with one line of error that has all phrases."""
    (message,) = [line for line in done.stderr.splitlines() if "error: " in line]
    for phrase in phrases:
        assert phrase in message
    assert "Error 1" in done.stderr  # the recipe's status; make itself exits with 2
    assert done.returncode


def test_no_python(make):
    """
    A missing interpreter is named, and how to name another.
    """
    assert_one_message(make(), "python3 was not found", "make PYTHON=")


def test_old_python(make):
    """
    A Python that is too old gives its version and the one wanted.
    """
    old = 'case "$1" in -c) exit 1;; --version) echo Python 3.9.1;; esac'

    assert_one_message(make(old), "3.12 or 3.13 is wanted, Python 3.9.1 came")


def test_python_without_venv(make):
    """
    Debian's python3 without python3-venv: the message names the package.
    """
    bare = 'case "$2" in *ensurepip*) exit 1;; esac'

    assert_one_message(make(bare), "sudo apt-get install python3-venv")


def test_half_made_environment(make):
    """
    An interrupted set-up is not built upon.
    """
    (make.project / ".venv").mkdir()

    assert_one_message(make("exit 0"), ".venv is there but was not finished", "rm -rf")


def test_packages_that_cannot_be_installed(make):
    """
    A failing pip leaves no finished environment behind.
    """
    venv = (
        'case "$2" in venv) mkdir -p .venv/bin; '
        "printf '#!/bin/sh\\nexit 1\\n' > .venv/bin/python; "
        "chmod +x .venv/bin/python;; esac"
    )
    for name in ("mkdir", "chmod"):
        (make.project.parent / "bin" / name).symlink_to(shutil.which(name))

    assert_one_message(make(venv), "packages could not be installed", "rm -rf .venv")
    assert not (make.project / ".venv" / "complete").exists()
