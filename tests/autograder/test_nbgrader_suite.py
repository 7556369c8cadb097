"""nbgrader's own tests of autograding, with our configuration in place of stock."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from nbgrader.tests.apps.test_nbgrader_autograde import TestNbGraderAutograde as Suite

MODULE = "nbgrader.tests.apps.test_nbgrader_autograde"

# What nbgrader promises there, and we do otherwise on purpose.
DIFFERENT = {
    "test_grade_empty_timestamp": "a timestamp that is no time is noted, not fatal",
    "test_handle_failure": "a submission with foreign cells is repaired and graded",
    "test_handle_failure_single_notebook": "a notebook with foreign cells is repaired",
}

CONFIGURATION = """\
from autograder.nbgrader_plugin import enable

enable(get_config())
"""

# For the sake of time one case in three; `make thorough` runs all.
CASES = sorted(name for name in vars(Suite) if name.startswith("test_"))
CASES = CASES[:: 1 if os.environ.get("THOROUGH") else 4]
SHARES = 2  # groups of cases that run at the same time, where there are workers


@cache
def results(share, folder):
    """Run a share of the suite in a process of its own; returns errors and skips.

    The process reads our configuration where a user's own would be, so that nothing in
    nbgrader or its tests is changed. It is apart since those tests replace os.environ.
    """
    (folder / "nbgrader_config.py").write_text(CONFIGURATION)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")
    report = folder / "report.xml"
    cases = [f"{MODULE}::{Suite.__name__}::{case}" for case in CASES[share::SHARES]]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", f"--junit-xml={report}"),
            *("-c", folder / "pytest.ini", "--rootdir", folder, "-p", "no:xdist"),
            *("--pyargs", *cases),
        ],
        env=os.environ | {"JUPYTER_CONFIG_DIR": str(folder), "PATH": path},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,  # what failed stands in the report
    )
    assert report.exists(), done.stdout
    found = {case: ([], []) for case in CASES}
    for case in ET.parse(report).iter("testcase"):
        errors, skips = found[case.get("name").split("[")[0]]
        for part in case:
            if part.tag in ("failure", "error"):
                errors.append(f"{case.get('name')}: {part.text}")
            elif part.tag == "skipped":
                skips.append(part.get("message"))
    return found


def cases():
    """Make a test case of each of nbgrader's."""
    for number, case in enumerate(CASES):
        share = number % SHARES
        marks = [pytest.mark.xdist_group(f"nbgrader_suite_{share}")]
        if reason := DIFFERENT.get(case):
            marks.append(
                pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True)
            )
        yield pytest.param(case, share, id=case, marks=marks)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Where the suite finds our configuration."""
    return tmp_path_factory.mktemp("nbgrader_suite")


@pytest.mark.parametrize(("case", "share"), [*cases()])
def test_autograding_is_what_nbgrader_promises(case, share, folder):
    """
    A case of nbgrader's suite passes with the add-on, or is listed with a reason.
    """
    errors, skips = results(share, folder)[case]

    assert [] == errors
    if skips:
        pytest.skip(skips[0])
