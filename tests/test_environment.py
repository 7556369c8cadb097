"""What is said twice is said the same: packages, targets, lessons."""

import re
import tomllib

import nbformat
import yaml
from lessons import LESSONS, ROOT

CONDA = {"matplotlib": "matplotlib-base", "torch": "pytorch-cpu"}


def test_conda_and_pip_install_the_same_versions():
    """
    environment.yml lists what pyproject.toml requires, with the same version limits.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]

    wanted = {f"python{project['requires-python']}", "pip"}
    for requirement in project["dependencies"]:
        name = requirement.split("=")[0].rstrip("<>=")
        wanted.add(CONDA.get(name, name) + requirement.removeprefix(name))
    assert wanted == {entry for entry in conda if isinstance(entry, str)}
    assert {"pip": ["-e ."]} in conda


def test_every_make_target_is_documented():
    """
    CONTRIBUTING names each target that the Makefile offers.
    """
    makefile = (ROOT / "Makefile").read_text()
    contributing = (ROOT / "CONTRIBUTING.md").read_text()

    (line,) = [line for line in makefile.splitlines() if line.startswith(".PHONY:")]
    for target in line.split()[1:]:
        assert f"`make {target}`" in contributing, target


def test_the_readme_lists_the_lessons():
    """
    README's table has a row for each lesson, with its tasks, minutes and points.
    """
    readme = (ROOT / "README.md").read_text()

    for lesson in LESSONS:
        assert readme_row(lesson) in readme, f"the row should be\n{readme_row(lesson)}"


def readme_row(lesson):
    """Write a lesson's row of the table in README."""
    cells = nbformat.read(lesson.notebook, as_version=4).cells
    title = re.search(r"^# (\d\d · .*)$", cells[0].source, re.MULTILINE).group(1)
    minutes = re.search(r"\*\*Time:\*\* (\d+) minutes", cells[0].source).group(1)
    graded = [c for c in cells if c.metadata.get("nbgrader", {}).get("grade")]
    tests = sum(c.metadata.nbgrader.points for c in graded if c.cell_type == "code")
    total = sum(c.metadata.nbgrader.points for c in graded)
    return (
        f"| [{title}]({lesson.release.relative_to(ROOT)}) | {len(lesson.tasks)} "
        f"| {minutes} | {tests} + {total - tests} |"
    )
