"""Temporary files that both rooms can use.

A test makes a temporary folder, and the student's function writes into it. Each room
has a folder for temporary files of its own, which the other cannot even see, and may
have a user of its own; what they share is the folder that they work in, and a group.
"""

import os
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

NAME = ".tmp"


def share(work: Path) -> None:
    """Let `tempfile` put what it makes into a folder that both rooms work in.

    Parameters
    ----------
    work : Path
        The folder. Nothing appears in it before something temporary is made.
    """
    place = work / NAME

    def opened(function: Callable) -> Callable:
        @wraps(function)
        def made(*args: Any, **kwargs: Any) -> Any:
            if not place.is_dir():
                place.mkdir(exist_ok=True)
                place.chmod(0o2770)
            found = function(*args, **kwargs)
            # tempfile keeps all but its own user out.
            if function.__name__ == "mkdtemp":
                Path(found).chmod(0o2770)
            elif function.__name__ == "_mkstemp_inner":
                os.fchmod(found[0], 0o660)
            return found

        return made

    tempfile.tempdir = str(place)
    for name in ("mkdtemp", "_mkstemp_inner", "gettempdir"):
        setattr(tempfile, name, opened(getattr(tempfile, name)))
