"""Stand-ins: what a test holds of the student's functions, classes and objects.

A stand-in looks like the thing it stands for, and forwards what is done to it. What it
never does is decide: `==` and `<` are errors, because an object could answer True to
whatever it is compared with, and an operator or a method of an object that came where
data was expected is not handed the data that it should equal.
"""

import builtins
import sys
import types
from abc import ABCMeta
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from IPython.lib import pretty

from autograder import copies, library, members
from autograder.errors import AutograderError
from autograder.shared import filled

# Methods of data that an object could have too, to lie about what it is compared with:
# some that not even an object of a library's is trusted with, and the rest.
_JUDGES = frozenset(
    "abs all allclose any argmax argmin compare cpu detach diff dot eq equal equals "
    "float ge gt isclose isdisjoint issubset issuperset item le lt max mean min ne "
    "norm numpy round sub subtract sum tolist".split()
)
DATA_METHODS = _JUDGES | frozenset(
    "T H mT absolute count count_nonzero "
    "difference dist div divide double find float "
    "greater greater_equal half index int intersection isalnum isalpha isascii "
    "isdecimal isdigit isfinite isidentifier isin isinf islower isna "
    "isnan isnull isnumeric isprintable isreal isspace istitle "
    "isupper itemset less less_equal logical_and logical_not logical_or "
    "logical_xor long matmul maximum median minimum mm mode mul "
    "multiply mv nanmean nansum nonzero not_equal pow prod ptp quantile "
    "rfind rindex square startswith endswith std sum "
    "symmetric_difference trace union var".split()
)
# And whatever else data have, but what only changes, copies or lists it.
DATA_METHODS |= frozenset(
    name
    for kind in (str, list, tuple, dict, set, np.ndarray)
    for name in dir(kind)
    if not name.startswith("_") and callable(getattr(kind, name))
) - frozenset(
    "add append astype clear copy extend fill flatten insert items keys ravel reshape "
    "resize reverse sort squeeze transpose update values".split()
)

# Those that give the same data in another form: NumPy's functions call them.
_VIEWS = frozenset(
    "astype flatten ravel reshape squeeze transpose keys values items".split()
)
_OF_ARRAYS = frozenset("shape ndim dtype".split())

# What a stand-in for a class keeps itself.
_OF_CLASS = frozenset(
    "_owner _label _library _given _exactly _compares _derives _task _instead "
    "_about".split()
)
# What libraries look up on any object, to be told how to treat it.
_NOT_FORWARDED = ("__", "_repr_", "_ipython_")
_ABOUT = frozenset(
    "__annotations__ __dataclass_fields__ __dict__ __doc__ __file__ __func__ "
    "__module__ __name__ __qualname__ __self__ __version__ __wrapped__".split()
)


class StandInError(AutograderError):
    """A test does something with an object of the student's that cannot be trusted."""


class StandInClass(type):
    """The class of stand-ins for classes: calling one makes an object over there."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make an instance in the student's room."""
        made = cls._owner.ask("call", cls._label, args, kwargs)
        if isinstance(made, Remote) and not cls._instead:
            object.__setattr__(made, "_built", True)
        return made

    def __getattr__(cls, name: str) -> Any:
        """Return an attribute of the student's class."""
        if name in _OF_CLASS or name.startswith("__"):
            raise AttributeError(name)
        if name in DATA_METHODS and not cls._owner.expects.knows(name, cls._task):
            raise StandInError(
                f"the student's class {cls.__name__} came where data was expected, so "
                f"its `{name}` is not trusted; return an array, a tensor or a number"
            )
        sorts = (k._about.names.get(name) for k in cls.mro() if type(k) is StandInClass)
        found = members.property_of(name, next(filter(None, sorts), None))
        return found or cls._owner.ask("getattr", cls._label, (name,))

    @property
    def __dict__(cls) -> types.MappingProxyType:
        """What the student's class defines itself."""
        return types.MappingProxyType(members.Members(cls, cls._about.names))

    @property
    def __bases__(cls) -> tuple[type, ...]:
        """The classes that it derives from."""
        return cls._about.bases

    @property
    def __mro__(cls) -> tuple[type, ...]:
        """The classes in which methods are looked for over there."""
        return cls._about.order

    def mro(cls) -> list[type]:
        """Return `__mro__`; the real one while Python makes the class."""
        return [*cls.__mro__] if hasattr(cls, "_about") else type.mro(cls)

    @property
    def __class__(cls) -> type:
        """ABCMeta, if that is the class of the student's class."""
        return ABCMeta if cls._about.abstract else StandInClass

    def __dir__(cls) -> list[str]:
        """Forward."""
        return [str(n) for n in cls._owner.ask("dir", cls._label)]

    def __getitem__(cls, key: Any) -> Any:
        """Return what an Enum has under a name."""
        return cls._owner.ask("getitem", cls._label, (key,))

    def __iter__(cls) -> Any:
        """Go through the members of an Enum."""
        return iter(cls._owner.ask("iter", cls._label))

    def __len__(cls) -> int:
        """Return how many members an Enum has."""
        return of_type(int, cls._owner.ask("len", cls._label))

    def __bool__(cls) -> bool:
        """Return True, as any class does."""
        return True

    def _repr_pretty_(cls, printer: Any, cycle: bool) -> None:
        # As of an object: a class can be called "1.0".
        printer.text(f"<class {cls.__name__!r} of the student's>")

    def __setattr__(cls, name: str, value: Any) -> None:
        """Set an attribute of the student's class."""
        cls._owner.ask("setattr", cls._label, (name, value))


class Remote:
    """An object of the student's; each class of theirs has a subclass of it."""

    __slots__ = ("_room", "_number", "_built", "_face", "_seen", "__weakref__")

    def __getattr__(self, name: str) -> Any:
        """Forward what is not found here, which is all but special methods."""
        if name.startswith(_NOT_FORWARDED) and name not in _ABOUT:
            # NumPy would read memory at an address that `__array_interface__` says.
            raise AttributeError(name)
        found = copies.found_here(self, name)
        if found is not None:
            return copies.look_up(self, found)
        if self._room.expects.is_given_only(type(self), name):
            raise StandInError(
                f"{what(self)} is asked for `{name}`, which the release's class of "
                f"another name has; return an object of that class"
            )
        if name == "named_modules" and _is_module(self):
            return partial(_named_modules, self)
        if not self._is_trusted(name):
            if not self._room.ask("has", self._number, (name,)):
                raise AttributeError(name)
            raise StandInError(
                f"{what(self)} came where data was expected, so its method "
                f"`{name}` is not trusted; return an array, a tensor or a number"
            )
        if name in _OF_ARRAYS and "__array__" in dir(type(self)):
            if not (name in self._room.expects.methods or self._is_expected()):
                return getattr(np.asarray(self), name)
        if self._is_expected() or name in self._room.expects.methods:
            self._seen.clear()  # it may be changed now
        value = self._room.ask("getattr", self._number, (name,))
        is_method = name in DATA_METHODS and callable(value)
        if is_method and self._room.expects.is_field(name):
            raise StandInError(
                f"{what(self)} has a method `{name}`, which is a value in the release"
            )
        return value

    def _is_trusted(self, name: str) -> bool:
        """Tell whether a method may be asked for that data can have too."""
        if name in DATA_METHODS:
            return self._can(name)
        if name in _VIEWS and self._room.expects.complete:
            return self._can(name) or self._is_expected()
        return True

    def _can(self, name: str) -> bool:
        """Tell whether an object that belongs here can do what data can do too."""
        trusted = library.trusted(self._face)
        if any(hasattr(kind, name) for kind in trusted):
            return True
        if self._room.expects.knows(name, self._built):
            return True
        kinds = type(self)._library
        return name not in _JUDGES and any(_has(kind, name) for kind in kinds)

    def _is_live(self, name: str) -> bool:
        """Tell whether each use asks again, as the release's own objects may need it.

        Any other object came where data was expected. It is asked once, or it could be
        sorted for one line of a test and the input for the next.
        """
        expects, kind = self._room.expects, type(self)
        if not expects.complete or (name in expects.methods and expects.gives(kind)):
            return True
        return any(_has(base, name) for base in filter(expects.names, kind._library))

    def _is_expected(self) -> bool:
        """Tell whether it is of a class that the release has or names, or may be."""
        expects, kind = self._room.expects, type(self)
        named = any(map(expects.names, kind._library))
        return not expects.complete or expects.gives(kind) or named

    def _once(self, name: str, ask: Callable[[], Any]) -> Any:
        """Return what an object says that came where data was expected."""
        if self._is_live(name):
            return ask()
        if self._built:
            raise StandInError(
                f"{what(self)} came where data was expected, and the release's class "
                f"has no {name}; return an array, a tensor or a number"
            )
        if name not in self._seen:
            self._seen[name] = ask()
        return self._seen[name]

    def __setattr__(self, name: str, value: Any) -> None:
        """Forward."""
        self._seen.clear()
        self._room.ask("setattr", self._number, (name, value))

    def __delattr__(self, name: str) -> None:
        """Forward."""
        self._room.ask("delattr", self._number, (name,))

    def __repr__(self) -> str:
        """Forward; what comes back is a string."""
        ours = found_method(self, "__repr__")
        if ours is not None:
            return copies.run(self, ours)
        return of_type(str, self._room.ask("repr", self._number))

    def __str__(self) -> str:
        """Forward; what comes back is a string."""
        ours = found_method(self, "__str__") or found_method(self, "__repr__")
        if ours is not None:
            return copies.run(self, ours)
        return of_type(str, self._room.ask("str", self._number))

    def __format__(self, spec: str) -> str:
        """Format its text."""
        return format(str(self), spec)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        # A last value is read as points: what the student's code says is not asked.
        printer.text(f"<{what(self)}>")

    def _ipython_display_(self) -> None:
        raise NotImplementedError

    def __dir__(self) -> list[str]:
        """Forward."""
        return [str(n) for n in self._room.ask("dir", self._number)]

    def __eq__(self, other: Any) -> Any:
        """Compare as the release does; raise where only the student's code could say.

        An object can say that it equals anything. One whose class has no `==` is itself
        and nothing else.
        """
        if other is None or other is self:
            return other is self
        ours = given_method(self, "__eq__")
        if ours is not None:
            return decided(self, ours, other)
        if not type(self)._compares:
            return NotImplemented
        raise StandInError(
            f"{what(self)} is compared with ==, and its answer could not be trusted; "
            f"compare its attributes, or return an array, a tensor or a number"
        )

    def __ne__(self, other: Any) -> Any:
        """Raise as `==` does."""
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    def _order(name: str) -> Callable:  # noqa: N805  (makes methods)
        def method(self: "Remote", other: Any) -> bool:
            ours = given_method(self, name)
            if ours is not None:
                return decided(self, ours, other)
            if not self._room.ask("orders", self._number, (name,)):
                return NotImplemented  # a TypeError, if the other cannot do it
            raise StandInError(
                f"{what(self)} is compared with < or >, and its answer could not be "
                f"trusted; return a number"
            )

        return method

    __lt__, __le__ = _order("__lt__"), _order("__le__")
    __gt__, __ge__ = _order("__gt__"), _order("__ge__")

    def __hash__(self) -> int:
        """Return the hash that the release's class gives, else that of the stand-in."""
        given = type(self)._given
        if given is not None and given.__hash__ is None:
            raise TypeError(f"unhashable type: {type(self).__name__!r}")
        ours = given_method(self, "__hash__")
        return object.__hash__(self) if ours is None else decided(self, ours)

    def __copy__(self) -> Any:
        """Copy it, where it is."""
        if not self._is_expected():
            return self  # it says one thing, once
        return like(self, self._room.ask("copy", self._number))

    def __deepcopy__(self, memo: dict) -> Any:
        """Copy it, where it is."""
        if not self._is_expected():
            return self
        return like(self, self._room.ask("deepcopy", self._number))

    def __reduce_ex__(self, protocol: int) -> Any:
        """Refuse to be pickled."""
        raise StandInError(f"{what(self)} cannot be pickled in a test")

    def __init_subclass__(cls, **options: Any) -> None:
        """Refuse to be a base class, unless it is made here."""
        if not options.pop("ours", False):
            raise StandInError(
                f"a test cannot derive a class from the student's "
                f"{cls.__base__.__name__}; derive it in a locked cell without points"
            )

    @property
    def __class__(self) -> type:
        """The class that `isinstance` sees beside the real one: nn.Module, say."""
        given, face = type(self)._given, self._face
        if given is not None and (face is None or issubclass(given, face)):
            return given
        return face or type(self)


def given_method(thing: Remote, name: str) -> Callable | None:
    """Return a method of the release's class, to be run here: it may decide."""
    given = type(thing)._given
    method = None if given is None else getattr(given, name, None)
    return method if isinstance(method, types.FunctionType) else None


def found_method(thing: Remote, name: str) -> Callable | None:
    """Return the release's special method, where it is the one to run."""
    found = copies.found_here(thing, name)
    return found if isinstance(found, types.FunctionType) else None


def decided(thing: Remote, method: Callable, *args: Any) -> Any:
    """Run a method of the release's class here, on copies; nobody else is asked."""
    copies = [_copied(each) for each in (thing, *args)]
    room = thing._room
    room.deciding += 1
    try:
        return method(*copies)
    finally:
        room.deciding -= 1


def _copied(thing: Any) -> Any:
    """Return an instance of the release's class with the attributes of a stand-in."""
    given = type(thing)._given if type(type(thing)) is StandInClass else None
    if given is None:
        return thing
    try:
        made = object.__new__(given)
    except TypeError:  # abstract, or of a library's own making
        return thing
    state = of_type(tuple, thing._room.ask("state", thing._number))
    return filled(made, dict(state), thing._room.expects.stores)


def see_as(made: StandInClass, given: type, exactly: bool) -> None:
    """Let objects of a class of the student's be instances of one of the release's.

    Parameters
    ----------
    made : StandInClass
        The class.
    given : type
        This room's copy of the one that the release gives.
    exactly : bool
        Whether the class is the student's room's copy of it, and no subclass.
    """
    type.__setattr__(made, "_given", given)
    type.__setattr__(made, "_exactly", exactly)
    told = hasattr(made, "__dataclass_fields__") and not exactly
    if hasattr(given, "__dataclass_fields__") and not told:
        type.__setattr__(made, "__dataclass_fields__", given.__dataclass_fields__)


def see_given_bases() -> None:
    """Let `issubclass` know what classes of the student's derive from.

    A stand-in is no subclass of it: it would run its methods here.
    """
    if getattr(builtins.issubclass, "autograder", False):
        return
    usual = builtins.issubclass

    def issubclass(cls: type, class_or_tuple: Any, /) -> bool:
        """Return whether 'cls' is derived from another class or is the same class."""
        if usual(cls, class_or_tuple):
            return True
        bases = cls._derives if type(cls) is StandInClass else ()
        return any(usual(base, class_or_tuple) for base in bases)

    issubclass.autograder = True
    builtins.issubclass = issubclass


def _is_module(thing: Remote) -> bool:
    """Tell whether something of the student's is an nn.Module."""
    torch = sys.modules.get("torch")
    return torch is not None and issubclass(thing._face or object, torch.nn.Module)


def _named_modules(
    thing: Remote, memo: set | None = None, prefix: str = "", unique: bool = True
) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a student's nn.Module, which may be a part of the test's.

    `memo` holds what the whole has had already: it stays in this room.
    """
    memo = set() if memo is None else memo
    call = thing._room.ask("getattr", thing._number, ("named_modules",))
    for name, part in call(prefix=prefix, remove_duplicate=unique):
        if part not in memo:
            if unique:
                memo.add(part)
            yield of_type(str, name), part


def show_stand_ins() -> None:
    """Let IPython show a stand-in as one, whatever class it is seen as.

    It looks among the classes of `__class__`: a layer's would ask for its `repr`, which
    is the student's, and a last value is read as points.
    """
    usual = pretty.RepresentationPrinter.pretty
    if getattr(usual, "autograder", False):
        return

    def shown(printer: Any, thing: Any) -> None:
        """Show a stand-in by its own method, and anything else as usual."""
        if type(thing) is StandInClass:
            StandInClass._repr_pretty_(thing, printer, False)
        elif type(type(thing)) is StandInClass:
            Remote._repr_pretty_(thing, printer, False)
        else:
            usual(printer, thing)

    shown.autograder = True
    pretty.RepresentationPrinter.pretty = shown


def _has(kind: str, name: str) -> bool:
    """Tell whether a library's class that is no data has a method."""
    return hasattr(library.find_face(kind), name)


def what(thing: Remote) -> str:
    """Say what something of the student's is, in a message."""
    name = type(thing).__name__
    if type(thing).__module__ != "__main__":
        return f"the student's {name}, which is no data,"
    return f"an object of the student's class {name}"


def like(one: Remote, other: Any) -> Any:
    """Return what came of an object; it is as much the test's own as that."""
    if isinstance(other, Remote):
        object.__setattr__(other, "_built", one._built)
    return other


def of_type(kind: type, value: Any) -> Any:
    """Return a value of one type, and nothing that is only like it."""
    if type(value) is not kind:
        raise StandInError(
            f"a {kind.__name__} was wanted, a {type(value).__name__} came"
        )
    return value
