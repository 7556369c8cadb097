"""Methods of the release's classes, run here on what the student's objects hold.

An object of the student's stays in its own room, where its class can be changed:
`Vector.is_close = lambda *_: True`. If the release gives the class, this room has it
too. A method of it that only computes (autograder/readers.py) runs here, on an object
that has the attributes of the student's for as long as the method runs.
"""

import types
from collections.abc import Callable
from functools import partial
from typing import Any

from autograder.shared import filled, is_constant


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
    given, expects = kind._given, room.expects
    if given is None or not expects.decides(kind, name):
        return None
    for base in given.__mro__[:-1]:
        if name in vars(base):
            found = vars(base)[name]
            if expects.only_computes(room.shared.name_of(base), name):
                return found
            constant = is_constant(given, name, found, expects.stores)
            return found if constant and expects.complete else None
    return None


def look_up(thing: Any, found: Any) -> Any:
    """Return the attribute of an object that `found_here` has found in its class."""
    if isinstance(found, types.FunctionType):
        return partial(run, thing, found)
    return run(thing, found.fget) if isinstance(found, property) else found


def run(thing: Any, function: Callable, *args: Any, **kwargs: Any) -> Any:
    """Run a method of the release's with the attributes of an object of the student's.

    The method gives its object to nobody, so nobody meets the one that is made here.
    """
    room = thing._room
    made = object.__new__(type(thing)._given)
    state = dict(room.ask("state", thing._number))
    filled(made, state, room.expects.stores, acting=True)
    return function(made, *args, **kwargs)
