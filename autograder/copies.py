"""Methods of the release's classes, run here on what the student's objects hold.

An object of the student's stays in its own room, where its class can be changed:
`Vector.is_close = lambda *_: True`. If the release gives the class, this room has it
too. A method of it that only reads runs here, on a copy that has the object's
attributes for as long as the method runs, and that stands for the object wherever it
goes. Methods that a class of the student's overrides are the student's.
"""

import types
from collections.abc import Callable
from typing import Any

from autograder.shared import filled, is_constant, state_of

_BOUND = (staticmethod, classmethod)


def found_here(thing: Any, name: str) -> Any:
    """Return what the release's class has under a name and decides, or None.

    Parameters
    ----------
    thing : Remote
        An object of the student's.
    name : str
        A method, a property or a constant.
    """
    kind, room = type(thing), thing._room
    given = kind._given
    if given is None or not room.decides(kind, name):
        return None
    for base in given.__mro__[:-1]:
        if name in vars(base):
            found = vars(base)[name]
            if room.only_reads(base, name):
                return found
            constant = room.complete and is_constant(given, name, found, room.stores)
            return found if constant else None
    return None


def look_up(thing: Any, found: Any) -> Any:
    """Return the attribute of an object that `found_here` has found in its class."""
    if isinstance(found, types.FunctionType):

        def method(*args: Any, **kwargs: Any) -> Any:
            return run(thing, found, *args, **kwargs)

        method.__name__, method.__doc__ = found.__name__, found.__doc__
        return method
    if isinstance(found, property):
        return run(thing, found.fget)
    if isinstance(found, _BOUND):
        return found.__get__(None, type(thing)._given)
    return found


def run(thing: Any, function: Callable, *args: Any, **kwargs: Any) -> Any:
    """Run a method of the release's on a copy of an object of the student's."""
    room = thing._room
    copies = [_copy(room, each) for each in (thing, *args)]
    try:
        return room.originals(function(*(c.made for c in copies), **kwargs))
    finally:
        for copy in copies:
            copy.close()


class Copy:
    """What stands for an object of the student's while methods run here.

    Parameters
    ----------
    room : TestRoom
        Knows all copies that are in use.
    remote : Remote
        The object.
    """

    def __init__(self, room: Any, remote: Any) -> None:
        self.room, self.remote, self.users = room, remote, 0
        self.made = object.__new__(_class_of(room, type(remote)))
        self._pull()

    def _pull(self) -> None:
        for name in state_of(self.made):
            object.__delattr__(self.made, name)
        state = self.remote._room.ask("state", self.remote._number)
        filled(self.made, dict(state), self.room.stores, acting=True)
        self._told = state_of(self.made)

    def _push(self) -> None:
        """Set over there what has been set here, by `setattr` say."""
        now = state_of(self.made)
        for name in self._told.keys() - now.keys():
            delattr(self.remote, name)
        for name, value in now.items():
            if name not in self._told or self._told[name] is not value:
                setattr(self.remote, name, value)
        self._told = now

    def ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Run a method that a class of the student's has, over there."""
        self._push()
        try:
            return getattr(self.remote, name)(*args, **kwargs)
        finally:
            self._pull()

    def close(self) -> None:
        """Let go of it."""
        self.users -= 1
        if not self.users:
            del self.room.copies[id(self.made)]
            self._push()


class _Plain:
    """Stands for an argument that is no object of the student's."""

    def __init__(self, value: Any) -> None:
        self.made = value

    def close(self) -> None:
        pass


def _copy(room: Any, thing: Any) -> Copy | _Plain:
    if not room.can_copy(thing):
        return _Plain(thing)
    for copy in room.copies.values():
        if copy.remote is thing:
            break
    else:
        copy = Copy(room, thing)
        room.copies[id(copy.made)] = copy
    copy.users += 1
    return copy


def _class_of(room: Any, kind: Any) -> type:
    """Return the release's class, or one in which the student's methods are asked."""
    if kind._exactly:
        return kind._given
    special = type.__dict__["__dict__"].__get__(kind)  # what a stand-in forwards
    names = {n for n in room.overridden if not n.startswith("__") or n in special}
    names -= {"__init__", "__new__"}
    space: dict[str, Any] = {name: _asking(room, kind, name) for name in names}
    space["__new__"] = lambda cls, *args, **kwargs: kind(*args, **kwargs)
    space |= {"__module__": "__main__", "__qualname__": kind.__qualname__}
    return type(kind._given)(kind.__name__, (kind._given,), space)


def _asking(room: Any, kind: Any, name: str) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return room.copies[id(self)].ask(name, *args, **kwargs)

    if isinstance(getattr(kind._given, name, None), property):
        return property(lambda self: getattr(room.copies[id(self)].remote, name))
    return method
