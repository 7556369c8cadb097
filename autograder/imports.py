"""What a test cell can import: installed packages, released modules, and stand-ins.

The folder of the submission is not on the test room's path, where a file of the
student's could take the place of a library. A module that is found nowhere else is
imported by the student's room, and what the test gets of it are stand-ins.
"""

import importlib.util
import sys
import types
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any


def leave_folder(modules: dict[str, str], place: Path) -> None:
    """Take the current folder off the path; put the released modules on it instead.

    Parameters
    ----------
    modules : dict of str to str
        Paths and texts.
    place : Path
        A folder of this room's own.
    """
    here = str(Path.cwd())
    sys.path[:] = [p for p in sys.path if p not in ("", ".", here)]
    if modules:
        for name, text in modules.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        sys.path.append(str(place))
    importlib.invalidate_caches()


class StudentModules(MetaPathFinder, Loader):
    """The last finder: asks the student's room.

    Parameters
    ----------
    ask : callable
        Takes the name of a module and returns a stand-in; raises if there is none.
    """

    def __init__(self, ask: Callable[[str], Any]) -> None:
        self._ask = ask
        self._found: dict[str, Any] = {}

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Find a module that a test cell itself imports, and no library does."""
        if path is not None or not _asked_by_a_cell():
            return None
        try:
            self._found[name] = self._ask(name)
        except Exception:
            return None
        return importlib.util.spec_from_loader(name, self)

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        """Make the module."""
        return _StudentModule(spec.name, self._found.pop(spec.name))

    def exec_module(self, module: types.ModuleType) -> None:
        """Do nothing: it ran in the student's room."""


class _StudentModule(types.ModuleType):
    def __init__(self, name: str, standin: Any) -> None:
        super().__init__(name)
        object.__setattr__(self, "_standin", standin)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._standin, name)


def _asked_by_a_cell() -> bool:
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if not name.startswith("importlib") and name != __name__:
            return name == "__main__"
        frame = frame.f_back
    return False
