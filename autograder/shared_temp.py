"""Temporary files of tests that a student's function can use.

A test makes a temporary folder, and the student's function writes into it. Each room
has a folder for temporary files of its own, which the other cannot even see, and may
have a user of its own; what they share is the folder that they work in, and a group.
So what a cell makes lies there. What a library makes, or the rooms themselves, stays
private: it may be code.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

NAME = ".tmp"


def share(work: Path) -> None:
    """Let `tempfile` put what cells make into a folder that both rooms work in.

    Parameters
    ----------
    work : Path
        The folder. Nothing appears in it before something temporary is made.
    """
    place = work / NAME
    usual = tempfile.gettempdir

    def gettempdir() -> str:
        """Return the name of the directory used for temporary files."""
        if not _is_for_a_cell():
            return usual()
        if not place.is_dir():
            place.mkdir(exist_ok=True)
            place.chmod(0o3770)  # only who made a file renames or removes it
        return str(place)

    def opened(function: Callable, shared: Callable) -> Callable:
        @wraps(function)
        def made(*args: Any, **kwargs: Any) -> Any:
            found = function(*args, **kwargs)
            path = found if type(found) is str else found[1]
            if type(path) is str and Path(path).parent == place:
                shared(found)  # tempfile keeps all but its own user out
            return found

        return made

    tempfile.gettempdir = gettempdir
    tempfile.mkdtemp = opened(tempfile.mkdtemp, lambda path: Path(path).chmod(0o2770))
    tempfile._mkstemp_inner = opened(
        tempfile._mkstemp_inner, lambda found: os.fchmod(found[0], 0o660)
    )


def _is_for_a_cell() -> bool:
    """Tell whether code of a cell has called `tempfile`, and no library."""
    frame = sys._getframe(1)
    while frame and frame.f_globals.get("__name__") in (__name__, "tempfile"):
        frame = frame.f_back
    return frame is not None and frame.f_globals.get("__name__") == "__main__"
