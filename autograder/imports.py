"""What a test cell can import: installed packages, released modules, and stand-ins.

Nothing is imported from the folder of the submission, where a file of the student's
could take the place of a library, or of a released module. Where a test puts that
folder on its path, the private copy of the released modules is meant. A module that is
found nowhere else is imported by the student's room, and what the test gets of it are
stand-ins.
"""

import importlib.util
import os
import sys
import types
from collections.abc import Callable, Iterable
from importlib import _bootstrap_external
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import (
    SOURCE_SUFFIXES,
    FileFinder,
    ModuleSpec,
    PathFinder,
    SourceFileLoader,
)
from pathlib import Path
from typing import Any


def leave_folder(
    modules: dict[str, str], place: Path, beside: Iterable[str] = ()
) -> None:
    """Let the released modules stand for the current folder wherever one imports.

    Parameters
    ----------
    modules : dict of str to str
        Paths and texts.
    place : Path
        A folder of this room's own.
    beside : iterable of str
        Paths of released files that modules may read. They stay in the folder, and
        links lead there.
    """
    work = Path.cwd()
    sys.path[:] = [p for p in sys.path if p not in ("", ".", str(work))]
    if modules:
        for name, text in modules.items():
            _path_in(place, name).write_text(text, encoding="utf-8")
        for name in beside:
            _path_in(place, name).symlink_to(work / name)
        sys.path.append(str(place))

    def find_in(path: str) -> FileFinder | None:
        instead = _stands_for(path, work, place)
        if instead is None:
            raise ImportError(f"{path}: not in the folder of the submission")
        if not Path(instead).is_dir():
            return None  # and no other hook is asked
        return FileFinder(instead, (SourceFileLoader, SOURCE_SUFFIXES))

    # Below `PathFinder`, which pytest, pkgutil and namespace packages get around.
    sys.path_hooks.insert(0, find_in)
    sys.path_importer_cache.clear()
    usual = _bootstrap_external.cache_from_source
    libraries = tuple(
        f"{prefix}/"
        for prefix in (sys.prefix, sys.base_prefix)
        if not work.is_relative_to(prefix)
    )

    def cache_from_source(path: Any, *args: Any, **kwargs: Any) -> str:
        # Whoever loads a file of the folder by its path gets no bytecode beside it: it
        # may be the student's. Libraries have hundreds of files: a glance must do.
        path = os.fspath(path)
        if not path.startswith(libraries) and _stands_for(path, work, place):
            raise NotImplementedError
        return usual(path, *args, **kwargs)

    _bootstrap_external.cache_from_source = cache_from_source
    importlib.invalidate_caches()


def _path_in(place: Path, name: str) -> Path:
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _stands_for(path: str, work: Path, place: Path) -> str | None:
    """Return what stands for a path in the folder; None for one that is not in it."""
    try:
        whole = Path.cwd() / path
    except FileNotFoundError:  # a folder that a test has removed
        whole = work / path
    for spelled in (os.path.normpath(whole), os.path.realpath(whole)):
        if Path(spelled).is_relative_to(work):
            return str(place / Path(spelled).relative_to(work))
    # "lib/../..", where lib may be a link.
    return os.devnull if whole.is_relative_to(work) else None


class StudentModules(MetaPathFinder, Loader):
    """The last finder: asks the student's room.

    Parameters
    ----------
    ask : callable
        Takes the name of a module and returns a stand-in; raises if there is none.
    place : Path
        Where released modules are. They come first, though no path leads there: the
        cell that says where they are may have been edited.
    """

    def __init__(self, ask: Callable[[str], Any], place: Path) -> None:
        self._ask, self._place = ask, place
        found = {path.parent for path in place.rglob("*.py")}
        self._folders = sorted(
            str(folder) for folder in found if not (folder / "__init__.py").exists()
        )
        self._found: dict[str, Any] = {}

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Find a module that a test or a released module imports, and no library."""
        if path is not None or not _asked_by_a_test(self._place):
            return None
        spec = PathFinder.find_spec(name, self._folders)
        if spec is not None and spec.loader is not None:
            return spec
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


def _asked_by_a_test(place: Path) -> bool:
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if not name.startswith("importlib") and name != __name__:
            file = frame.f_globals.get("__file__") or ""
            return name == "__main__" or Path(file).is_relative_to(place)
        frame = frame.f_back
    return False
