"""A course that is not ours: the example that `nbgrader quickstart` makes."""

import os
import subprocess
import sys
from pathlib import Path


def nbgrader(course: Path, *arguments: str, check: bool = True) -> str:
    """Run an nbgrader command in a course folder; returns what it prints."""
    # nbgrader calls alembic by its bare name.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert not (check and done.returncode), done.stdout
    return done.stdout


def quickstart(folder: Path) -> Path:
    """Make the example course in a folder; returns the course's own."""
    nbgrader(folder, "quickstart", "course101")
    return folder / "course101"
