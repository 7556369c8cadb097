"""What stands for names of the student's: in a test, and in a function's globals."""

import builtins
import sys
from typing import Any

from autograder.modules import module_called
from autograder.remote import StandInError


class StudentGlobals(dict):
    """The global names that a student's function sees, looked up when asked for."""

    def __init__(self, room: Any) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._room = room

    def __missing__(self, name: str) -> Any:
        kind, value = self._room.lookup(str(name))
        if kind == "absent":
            raise KeyError(name)
        if kind == "module":
            value = module_called(name) or sys.modules.get(str(value))
            if value is None:
                raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        try:
            self[name]
        except (KeyError, ImportError):
            return False
        return True

    def get(self, name: str, default: Any = None) -> Any:
        """Return what a name means, or the default."""
        return self[name] if name in self else default


class Refused:
    """Stands for a name whose value cannot cross; says so when it is used."""

    def __init__(self, name: str, reason: str) -> None:
        self._text = f"the student's {name} cannot be used in a test: {reason}"

    def _raise(self, *_: Any, **__: Any) -> Any:
        raise StandInError(self._text)

    __call__ = __getitem__ = __iter__ = __len__ = __bool__ = __eq__ = __array__ = _raise
    __hash__ = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise StandInError(self._text)
