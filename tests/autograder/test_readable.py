"""What rooms read, and what they never do."""

import os
import sys
from importlib import import_module
from pathlib import Path

import pytest

from autograder import readable
from autograder.policy import Policy, SandboxError
from autograder.readable import environment

if sys.platform != "linux":
    pytest.skip("needs Linux", allow_module_level=True)


def sees(path):
    """Tell whether a room would read a path."""
    return any(Path(path).resolve().is_relative_to(p.resolve()) for p in environment())


MODULES = ("numpy", "json", "matplotlib", "autograder.names", "course.checks")


@pytest.mark.parametrize("name", MODULES)
def test_modules_can_be_read(name):
    """
    Everything that can be imported is readable, editable installs included.
    """
    assert sees(import_module(name).__file__)


def test_checkout_of_an_editable_install_cannot_be_read():
    """
    Of the folder that an editable install points at, only packages are readable.
    """
    root = Path(readable.__file__).parents[1]
    if not (root / "pyproject.toml").exists():
        pytest.skip("not an editable install")

    for name in ("", "source", "tests", "release", ".git", "nbgrader_config.py"):
        assert not sees(root / name), name


@pytest.mark.parametrize("path", ["/", "/etc/shadow", "/var", "/proc", "/dev", "/tmp"])
def test_the_rest_of_the_machine_cannot_be_read(path):
    """
    Folders of data, passwords and processes are not part of the environment.
    """
    assert not sees(path)


def test_home_cannot_be_read():
    """
    No home folder is readable as a whole, even if Python lies in it.
    """
    assert not sees(Path.home())


def test_secret_in_the_environment_is_an_error():
    """
    A course folder inside Python's own folder is refused, and both are named.
    """
    course = f"{sys.prefix}/course"

    with pytest.raises(SandboxError, match=f"rooms read .*, and {course}"):
        environment(secret=(course,))


def test_environment_in_the_course_is_fine():
    """
    The reverse is common: a course folder that holds its `.venv`.
    """
    assert environment() == environment(secret=(str(Path(sys.prefix).parent / "x"),))


def test_extra_paths_must_not_be_everything(tmp_path, monkeypatch):
    """
    The root or a home folder is not accepted as something rooms may read.
    """
    monkeypatch.setenv("HOME", str(tmp_path))

    for path in ("/", str(tmp_path)):
        with pytest.raises(SandboxError, match=f"{tmp_path}, which they must not see"):
            environment(extra=(path,))


def test_plain_path_file_shows_packages_only(tmp_path, monkeypatch):
    """
    A .pth file that names a checkout makes its packages readable, nothing beside them.
    """
    for name in ("package", "answers"):
        (tmp_path / "checkout" / name).mkdir(parents=True)
    (tmp_path / "checkout/package/__init__.py").touch()
    (tmp_path / "checkout/module.py").touch()
    (tmp_path / "site").mkdir()

    found = readable._editable(
        tmp_path / "site", f"# x\n{tmp_path}/checkout\nimport os"
    )

    names = {path.name for path in found}
    assert {"package", "module.py"} == names


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("isolation", "none", 'isolation must be "sandbox" or "process", got \'none\''),
        ("memory_mib", 0, "memory_mib must be a whole number > 0, got 0"),
        ("processes", "many", "processes must be a whole number > 0, got 'many'"),
    ],
)
def test_wrong_policy_names_its_field(field, value, message):
    """
    A policy that makes no sense says which field, what came, and what was wanted.
    """
    with pytest.raises(SandboxError, match=message):
        Policy(**{field: value})


def test_paths_are_absolute_and_there():
    """
    What is readable exists, and no path is named twice.
    """
    paths = environment()

    assert all(path.is_absolute() and os.path.lexists(path) for path in paths)
    assert len(set(paths)) == len(paths)
