"""Both rooms on one core while a test runs.

They take turns: one always waits for the other. On two cores each turn wakes a core
that has gone to sleep, with cold caches, and a call takes twice the time. Where a
kernel computes on several threads it keeps its cores.
"""

import contextlib
import ctypes
import os


def current() -> int | None:
    """Return the core that this thread runs on; None where kernels use several."""
    if os.environ.get("OMP_NUM_THREADS") != "1":
        return None
    try:
        return ctypes.CDLL(None).sched_getcpu()
    except (AttributeError, OSError, TypeError):  # no Linux
        return None


class OneCore:
    """Keeps this thread on one core for a while.

    Examples
    --------
    >>> place = OneCore()
    >>> place.enter(current())
    >>> place.leave()
    """

    def __init__(self) -> None:
        self._before: set[int] = set()

    def enter(self, core: int | None) -> None:
        """Stay on a core, if it is one of this process's."""
        self.leave()
        if core is not None:
            allowed = os.sched_getaffinity(0)
            # The system may take the core away: then it is slower, and no more.
            with contextlib.suppress(OSError):
                if core in allowed:
                    os.sched_setaffinity(0, {core})
                    self._before = allowed

    def leave(self) -> None:
        """Go where the system wants to again."""
        if self._before:
            with contextlib.suppress(OSError):
                os.sched_setaffinity(0, self._before)
            self._before = set()
