"""Stand-ins for classes and objects of the student's, made of what its room tells."""

from typing import Any

from autograder import library, members
from autograder.functions import annotation_of, signature_of
from autograder.remote import Remote, StandInClass
from autograder.shared import from_mark
from autograder.special import METHODS


def make_class(
    room: Any, number: int, about: tuple, bases: tuple, special: list, parameters: Any
) -> StandInClass:
    """Make the stand-in for a class of the student's.

    Parameters
    ----------
    room : TestRoom
        Where requests go.
    number : int
        What the student's room calls the class.
    about : tuple of str
        Name, qualified name, module, docstring.
    bases : tuple of type
        Stand-ins for its bases.
    special : list of str
        The special methods that it has.
    parameters : list or None
        Those of its constructor.
    """
    name, qualified, module, doc = about
    space = {n: METHODS[n] for n in special if n in METHODS}
    space |= {"__slots__": (), "__doc__": doc, "__module__": module}
    space |= {"__qualname__": qualified}
    made = type.__new__(StandInClass, name, bases or (Remote,), space, ours=True)
    for key, value in (
        *(("_given", None), ("_exactly", False), ("_derives", ())),
        ("_about", members.About(order=(made, object))),
        ("_compares", "__eq__" in special),
    ):
        type.__setattr__(made, key, value)
    type.__setattr__(made, "_owner", room)
    type.__setattr__(made, "_label", number)
    type.__setattr__(made, "_library", [])  # full names of its bases
    type.__setattr__(made, "_task", False)  # whether a task has its name
    # Whether the release has no class of its name: a function, or nothing at all.
    type.__setattr__(made, "_instead", room.expects.complete)
    type.__setattr__(made, "__signature__", signature_of(parameters, room))
    return made


def tell_class(
    made: StandInClass,
    bases: tuple[type, ...],
    abstract: Any,
    is_abc: Any,
    names: Any,
    annotations: Any,
    fields: Any,
    initializer: Any,
) -> None:
    """Let a stand-in for a class show what the student's room has told of it.

    Parameters
    ----------
    made : StandInClass
        Its full names, and those of its bases, are in `_library`.
    bases : tuple of type
        Those that can be shown.
    abstract, is_abc, names, annotations, fields, initializer : object
        As `StudentRoom` tells them.
    """
    room = made._owner
    ours = {k._library[0]: k for k in type.mro(made) if type(k) is StandInClass}
    order = [ours.get(name) or library.find_base(name) for name in made._library[1:]]
    about = members.About(
        members.read_names(names),
        bases or (object,),
        (made, *filter(None, order), object),
        is_abc is True,
    )
    kept: dict[str, Any] = {
        "_about": about,
        "__annotations__": {str(n): annotation_of(a, room) for n, a in annotations},
    }
    if fields is not None:
        kept |= members.read_fields(fields, lambda a: annotation_of(a, room), from_mark)
    if is_abc is True:
        # No object is of a class that has some, and Python makes none.
        kept["__abstractmethods__"] = frozenset(map(str, abstract))
    if initializer is not None:
        kept["__init__"] = room.accept(initializer, None)
    for name, value in kept.items():
        type.__setattr__(made, name, value)


def make_object(room: Any, number: int, kind: type, face: type | None) -> Remote:
    """Make the stand-in for an object of the student's."""
    made = object.__new__(kind)
    for name, value in (
        *(("_room", room), ("_number", number)),
        *(("_built", False), ("_face", face), ("_seen", {})),
    ):
        object.__setattr__(made, name, value)
    return made
