"""One set of packages, however it is installed."""

import tomllib

import yaml
from lessons import ROOT

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
