"""The line in nbgrader_config.py: what it takes, and what happens when it is wrong."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lessons import ROOT
from traitlets.config import Config

from autograder.nbgrader_plugin import PluginError, TwoRooms, enable


def nbgrader(folder, *arguments):
    """Run a real nbgrader command in a course folder."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_only_execution_is_replaced():
    """
    All other steps of nbgrader's are there, in their order.
    """
    c = Config()
    enable(c)

    names = [step.__name__ for step in c.Autograde.autograde_preprocessors]
    assert ["TwoRooms", "IgnorePattern", "ClearMetadataPreprocessor"] == names[:3]
    assert "Execute" not in names and "SaveAutoGrades" in names
    assert issubclass(TwoRooms, TwoRooms.__mro__[2])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"isolaton": "process"}, "'isolaton' is no option; known are .*isolation"),
        (
            {"isolation": "none"},
            'isolation must be "sandbox" or "process", got \'none\'',
        ),
        ({"memory_mib": 0}, "memory_mib must be a whole number > 0, got 0"),
    ],
)
def test_a_wrong_option_names_itself(options, words):
    """
    The message says which option, what was wanted and what came.
    """
    with pytest.raises(PluginError, match=f"nbgrader_plugin.enable: {words}"):
        enable(Config(), **options)


def test_a_configuration_that_fails_stops_the_command(tmp_path):
    """
    Otherwise nbgrader would go on without the rooms, and nobody would know.
    """
    text = (ROOT / "nbgrader_config.py").read_text()
    wrong = text.replace("enable(c)", "enable(c, memory=3)")
    (tmp_path / "nbgrader_config.py").write_text(wrong)

    run = nbgrader(tmp_path, "autograde", "ps1")

    assert 0 != run.returncode
    assert "no grading in two rooms" in run.stderr
    assert "'memory' is no option" in run.stderr


def test_a_notebook_in_another_language_is_refused_by_name(tmp_path):
    """
    The submission gets no score, and the message says why and what to do.
    """
    config = "from autograder.nbgrader_plugin import enable\nenable(get_config())\n"
    (tmp_path / "nbgrader_config.py").write_text(config)
    source = tmp_path / "source" / "ps1"
    source.mkdir(parents=True)
    notebook = """{"cells": [], "metadata": {"kernelspec": {"name": "ir",
        "language": "R", "display_name": "R"}}, "nbformat": 4, "nbformat_minor": 5}"""
    (source / "p1.ipynb").write_text(notebook)
    nbgrader(tmp_path, "generate_assignment", "ps1")
    shutil.copytree(
        tmp_path / "release" / "ps1", tmp_path / "submitted" / "ada" / "ps1"
    )

    run = nbgrader(tmp_path, "autograde", "ps1")

    assert 0 != run.returncode
    assert "ps1/p1.ipynb: wanted a Python notebook" in run.stderr
