"""Stand-ins: what a test holds of the student's functions, classes and objects.

A stand-in looks like the thing it stands for, and forwards what is done to it. What it
never does is decide: `==` and `<` are errors, because an object could answer True to
whatever it is compared with, and an operator or a method of an object that came where
data was expected is not handed the data that it should equal.
"""

import ast
import builtins
import inspect
import linecache
import operator
import sys
import types
import typing
from abc import ABCMeta
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from IPython.lib import pretty

from autograder import copies, library, members
from autograder.errors import AutograderError
from autograder.shared import filled, from_mark

_BINARY = {
    name: getattr(operator, name)
    for name in (
        *("__add__", "__sub__", "__mul__", "__truediv__", "__floordiv__", "__mod__"),
        *("__pow__", "__matmul__", "__and__", "__or__", "__xor__"),
    )
}
_REFLECTED = {
    f"__r{name[2:]}": (lambda a, b, f=f: f(b, a)) for name, f in _BINARY.items()
}
_IN_PLACE = {f"__i{name[2:]}": f for name, f in _BINARY.items()}
_UNARY = ("__neg__", "__pos__", "__abs__", "__invert__")
_TYPES = {
    **{kind.__name__: kind for kind in (bool, int, float, complex, str, bytes, list)},
    **{kind.__name__: kind for kind in (tuple, dict, set, frozenset, object, type)},
    **{
        name: getattr(typing, name)
        for name in ("Any", "Callable", "Dict", "Iterable", "Iterator", "List")
        + ("Optional", "Sequence", "Set", "Tuple", "Union")
    },
}
_DIVMOD = ("__divmod__", "__rdivmod__")
_NUMBERS = {
    "__float__": float,
    "__int__": int,
    "__index__": int,
    "__complex__": complex,
}
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
        if name in DATA_METHODS and not cls._owner.knows(name, cls._task):
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
        return _of_type(int, cls._owner.ask("len", cls._label))

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
        if self._room.is_given_only(type(self), name):
            raise StandInError(
                f"{_what(self)} is asked for `{name}`, which the release's class of "
                f"another name has; return an object of that class"
            )
        if name == "named_modules" and _is_module(self):
            return partial(_named_modules, self)
        if not self._is_trusted(name):
            if not self._room.ask("has", self._number, (name,)):
                raise AttributeError(name)
            raise StandInError(
                f"{_what(self)} came where data was expected, so its method "
                f"`{name}` is not trusted; return an array, a tensor or a number"
            )
        if name in _OF_ARRAYS and "__array__" in dir(type(self)):
            if not (name in self._room.methods or self._is_expected()):
                return getattr(np.asarray(self), name)
        if self._is_expected() or name in self._room.methods:
            self._seen.clear()  # it may be changed now
        value = self._room.ask("getattr", self._number, (name,))
        if name in DATA_METHODS and callable(value) and self._room.is_field(name):
            raise StandInError(
                f"{_what(self)} has a method `{name}`, which is a value in the release"
            )
        return value

    def _is_trusted(self, name: str) -> bool:
        """Tell whether a method may be asked for that data can have too."""
        if name in DATA_METHODS:
            return self._can(name)
        if name in _VIEWS and self._room.complete:
            return self._can(name) or self._is_expected()
        return True

    def _can(self, name: str) -> bool:
        """Tell whether an object that belongs here can do what data can do too."""
        trusted = library.trusted(self._face)
        if any(hasattr(kind, name) for kind in trusted):
            return True
        if self._room.knows(name, self._built):
            return True
        kinds = type(self)._library
        return name not in _JUDGES and any(_has(kind, name) for kind in kinds)

    def _is_live(self, name: str) -> bool:
        """Tell whether each use asks again, as the release's own objects may need it.

        Any other object came where data was expected. It is asked once, or it could be
        sorted for one line of a test and the input for the next.
        """
        room = self._room
        if not room.complete or (name in room.methods and room.gives(type(self))):
            return True
        return any(_has(kind, name) for kind in type(self)._library if room.names(kind))

    def _is_expected(self) -> bool:
        """Tell whether it is of a class that the release has or names, or may be."""
        room, kind = self._room, type(self)
        return (
            not room.complete or room.gives(kind) or any(map(room.names, kind._library))
        )

    def _once(self, name: str, ask: Callable[[], Any]) -> Any:
        """Return what an object says that came where data was expected."""
        if self._is_live(name):
            return ask()
        if self._built:
            raise StandInError(
                f"{_what(self)} came where data was expected, and the release's class "
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
        ours = _found(self, "__repr__")
        if ours is not None:
            return copies.run(self, ours)
        return _of_type(str, self._room.ask("repr", self._number))

    def __str__(self) -> str:
        """Forward; what comes back is a string."""
        ours = _found(self, "__str__") or _found(self, "__repr__")
        if ours is not None:
            return copies.run(self, ours)
        return _of_type(str, self._room.ask("str", self._number))

    def __format__(self, spec: str) -> str:
        """Format its text."""
        return format(str(self), spec)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        # A last value is read as points: what the student's code says is not asked.
        printer.text(f"<{_what(self)}>")

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
        ours = _given_method(self, "__eq__")
        if ours is not None:
            return _decided(self, ours, other)
        if not type(self)._compares:
            return NotImplemented
        raise StandInError(
            f"{_what(self)} is compared with ==, and its answer could not be trusted; "
            f"compare its attributes, or return an array, a tensor or a number"
        )

    def __ne__(self, other: Any) -> Any:
        """Raise as `==` does."""
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    def _order(name: str) -> Callable:  # noqa: N805  (makes methods)
        def method(self: "Remote", other: Any) -> bool:
            ours = _given_method(self, name)
            if ours is not None:
                return _decided(self, ours, other)
            if not self._room.ask("orders", self._number, (name,)):
                return NotImplemented  # a TypeError, if the other cannot do it
            raise StandInError(
                f"{_what(self)} is compared with < or >, and its answer could not be "
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
        ours = _given_method(self, "__hash__")
        return object.__hash__(self) if ours is None else _decided(self, ours)

    def __copy__(self) -> Any:
        """Copy it, where it is."""
        if not self._is_expected():
            return self  # it says one thing, once
        return _like(self, self._room.ask("copy", self._number))

    def __deepcopy__(self, memo: dict) -> Any:
        """Copy it, where it is."""
        if not self._is_expected():
            return self
        return _like(self, self._room.ask("deepcopy", self._number))

    def __reduce_ex__(self, protocol: int) -> Any:
        """Refuse to be pickled."""
        raise StandInError(f"{_what(self)} cannot be pickled in a test")

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


def _given_method(thing: Remote, name: str) -> Callable | None:
    """Return a method of the release's class, to be run here: it may decide."""
    given = type(thing)._given
    method = None if given is None else getattr(given, name, None)
    return method if isinstance(method, types.FunctionType) else None


def _found(thing: Remote, name: str) -> Callable | None:
    """Return the release's special method, where it is the one to run."""
    found = copies.found_here(thing, name)
    return found if isinstance(found, types.FunctionType) else None


def _here_first(name: str, method: Callable) -> Callable:
    """Run the release's special method where it decides, else another one."""

    def special(self: Remote, *args: Any, **kwargs: Any) -> Any:
        ours = _found(self, name)
        if ours is not None:
            return copies.run(self, ours, *args, **kwargs)
        return method(self, *args, **kwargs)

    return special


def _decided(thing: Remote, method: Callable, *args: Any) -> Any:
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
    state = _of_type(tuple, thing._room.ask("state", thing._number))
    return filled(made, dict(state), thing._room.stores)


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
            yield _of_type(str, name), part


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


def _forward(name: str) -> Callable:
    def method(self: Remote, *args: Any, **kwargs: Any) -> Any:
        return self._room.ask("call", self._number, args, kwargs)

    def special(self: Remote, *args: Any) -> Any:
        self._seen.clear()
        return self._room.ask(name, self._number, args)

    return method if name == "__call__" else special


def _operator(name: str, local: Callable | None) -> Callable:
    # `a - b` may be b.__rsub__ in one solution and a.__sub__ in another.
    names = {name, name if name in (*_BINARY, *_UNARY) else f"__{name[3:]}"}

    def method(self: Remote, *other: Any) -> Any:
        if type(self)._exactly and name not in _IN_PLACE:
            ours = _given_method(self, name)
            if ours is not None:
                return _decided(self, ours, *other)
        data = any(isinstance(o, np.ndarray | np.generic) or _tensor(o) for o in other)
        if local is not None and data:
            return local(np.asarray(self), *other)
        if not self._built or not any(self._room.knows(n, True) for n in names):
            raise StandInError(
                f"{_what(self)} came where data was expected; return an array, a "
                f"tensor or a number"
            )
        result = self._room.ask(name, self._number, other)
        if result is NotImplemented or (name in _DIVMOD and type(result) is tuple):
            return result
        if not isinstance(result, Remote):
            raise StandInError(
                f"{name} of {_what(self)} gave a {type(result).__name__}, which a test "
                f"cannot trust; compare attributes of the object instead"
            )
        return _like(self, result)

    return method


def _array(self: Remote, dtype: Any = None, copy: Any = None) -> np.ndarray:
    def ask() -> np.ndarray:
        if "__iter__" in self._seen:
            return np.array([*self._seen["__iter__"]])
        return _of_type(np.ndarray, self._room.ask("array", self._number))

    array = self._once("__array__", ask)
    return array if dtype is None else array.astype(dtype)


class _Drawn:
    """What an iterator has given and gives, the same to everybody who goes through."""

    def __init__(self, source: Any) -> None:
        self._items: list = []
        self._source = iter(source)

    def __iter__(self) -> Iterator:
        at = 0
        while True:
            if at == len(self._items):
                try:
                    self._items.append(next(self._source))
                except StopIteration:
                    self._source = iter(())
                    return
            yield self._items[at]
            at += 1


def _iterate(self: Remote) -> Any:
    def ask() -> Any:
        if "__array__" in self._seen:
            return [*self._seen["__array__"]]
        return _Drawn(self._room.ask("iter", self._number))

    if self._is_live("__iter__"):
        return self._room.ask("iter", self._number)
    if "__next__" in dir(type(self)):
        return self  # as iterators do
    return iter(self._once("__iter__", ask))


def _length(self: Remote) -> int:
    views = {"__iter__", "__array__"} & {*dir(type(self))}
    if self._is_live("__len__") or not views:
        return _of_type(int, self._room.ask("len", self._number))
    return sum(1 for _ in (self if "__iter__" in views else np.asarray(self)))


def _number(kind: type, name: str) -> Callable:
    def method(self: Remote) -> Any:
        return self._once(name, lambda: self._room.ask(name, self._number))

    return lambda self: _of_type(kind, method(self))


def _rounded(name: str) -> Callable:
    def method(self: Remote, *digits: int) -> Any:
        result = self._once(name, lambda: self._room.ask(name, self._number, digits))
        if isinstance(result, Remote):
            return _like(self, result)
        return result if type(result) is int else _of_type(float, result)

    return method


def _contains(self: Remote, item: Any) -> bool:
    if self._built and self._room.knows("__contains__", True):
        return _of_type(bool, self._room.ask("__contains__", self._number, (item,)))
    return any(item is other or item == other for other in self)


def _reversed(self: Remote) -> Any:
    if self._is_live("__reversed__"):
        return self._room.ask("__reversed__", self._number)
    return reversed([*self])


def _next(self: Remote) -> Any:
    if "__next__" in self._seen:
        raise StopIteration  # an iterator that has ended stays so
    try:
        return self._room.ask("next", self._number)
    except StopIteration:
        if self._room.complete and "__next__" not in self._room.methods:
            self._seen["__next__"] = True
        raise


def _item(self: Remote, key: Any) -> Any:
    # Items could be others than those that iteration gives.
    if self._room.complete and not self._can("__getitem__"):
        raise StandInError(
            f"{_what(self)} came where a sequence or a dict was expected; return a "
            f"list, a tuple, a dict, an array or a tensor"
        )
    return self._room.ask("getitem", self._number, (key,))


def _exit(self: Remote, kind: Any, error: Any, trace: Any) -> bool:
    """Leave a `with`; a failed test stays one, whatever the student's code says."""
    told = (kind, error) if kind is not None and _is_builtin(kind) else (None, None)
    said = self._room.ask("__exit__", self._number, (*told, None))
    if kind is None or not self._room.suppresses:
        return False
    return said is True and _is_builtin(kind) and not issubclass(kind, AssertionError)


def _is_builtin(kind: type) -> bool:
    return kind.__module__ == "builtins" and issubclass(kind, Exception)


_METHODS: dict[str, Callable] = {
    **{name: _operator(name, f) for name, f in (_BINARY | _REFLECTED).items()},
    **{name: _operator(name, f) for name, f in _IN_PLACE.items()},
    **{name: _operator(name, None) for name in (*_UNARY, *_DIVMOD)},
    **{name: _number(kind, name) for name, kind in _NUMBERS.items()},
    **{n: _rounded(n) for n in ("__round__", "__floor__", "__ceil__", "__trunc__")},
    "__array__": _array,
    "__bytes__": lambda self: _of_type(
        bytes, self._room.ask("__bytes__", self._number)
    ),
    "__format__": lambda self, spec: _of_type(
        str, self._room.ask("__format__", self._number, (spec,))
    ),
    "__reversed__": _reversed,
    "__contains__": _contains,
    "__len__": _length,
    "__bool__": lambda self: _of_type(bool, self._room.ask("bool", self._number)),
    "__iter__": _iterate,
    "__next__": _next,
    "__getitem__": _item,
    "__call__": _forward("__call__"),
    "__setitem__": _forward("__setitem__"),
    "__delitem__": _forward("__delitem__"),
    "__enter__": _forward("__enter__"),
    "__exit__": _exit,
}
_METHODS = {name: _here_first(name, method) for name, method in _METHODS.items()}


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
    space = {n: _METHODS[n] for n in special if n in _METHODS}
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
    type.__setattr__(made, "_instead", room.complete)
    type.__setattr__(made, "__signature__", signature(parameters, room))
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
        "__annotations__": {str(n): _annotation(a, room) for n, a in annotations},
    }
    if fields is not None:
        kept |= members.read_fields(fields, lambda a: _annotation(a, room), from_mark)
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


def make_function(
    room: Any, number: int, about: tuple, parameters: Any, source: str, names: dict
) -> types.FunctionType:
    """Make the stand-in for a function of the student's.

    Parameters
    ----------
    room : TestRoom
        Where requests go.
    number : int
        What the student's room calls the function.
    about : tuple of str
        Name, qualified name, module, docstring.
    parameters : list or None
        For its signature.
    source : str
        The cell that defines it, for `inspect.getsource`; "" if there is none.
    names : dict
        Its globals.
    """
    # The globals of the function are the student's: nothing is looked up there.
    students, caught = _students, Exception

    def standin(*args: Any, **kwargs: Any) -> Any:
        try:
            return room.ask("call", number, args, kwargs)
        except caught as error:
            # From the test's line straight to the student's, not through ours.
            here = students(error.__traceback__)
            raise error.with_traceback(here) from error.__cause__

    name, qualified, module, doc = about
    code = standin.__code__.replace(co_name=name, co_qualname=qualified)
    if source:
        code = code.replace(
            co_filename=show_source(name, source),
            co_firstlineno=_line_of(name, source),
            co_linetable=_one_line(len(code.co_code) // 2),
        )
    made = types.FunctionType(code, names, name, None, standin.__closure__)
    made.__qualname__, made.__doc__, made.__module__ = qualified, doc, module
    made.__signature__ = signature(parameters, room)
    _annotate(made)
    return made


def _annotate(made: types.FunctionType) -> None:
    """Give a stand-in what is told of its parameters; its code does not look at it."""
    if made.__signature__ is None:
        return
    found = made.__signature__.parameters.values()
    with_default = [p for p in found if p.default is not p.empty]
    named = {p.name: p.default for p in with_default if p.kind == p.KEYWORD_ONLY}
    others = [p.default for p in with_default if p.kind != p.KEYWORD_ONLY]
    made.__defaults__, made.__kwdefaults__ = tuple(others) or None, named or None
    said = {p.name: p.annotation for p in found if p.annotation is not p.empty}
    if made.__signature__.return_annotation is not inspect.Signature.empty:
        said["return"] = made.__signature__.return_annotation
    made.__annotations__ = said


def show_source(name: str, source: str) -> str:
    """Make a text readable for `inspect` and tracebacks; returns its file's name."""
    file = f"<ipykernel {name} {abs(hash(source)):x}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    return file


def _students(trace: types.TracebackType | None) -> types.TracebackType | None:
    """Return the part of a traceback that lies in the student's lines."""
    trace = trace and trace.tb_next  # the first is the stand-in itself
    while trace is not None and not is_students(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def is_students(file: str) -> bool:
    """Tell whether a file's name is one that `show_source` gave."""
    return file.startswith("<ipykernel ")


def _one_line(units: int) -> bytes:
    """Return a line table that puts all instructions on the first line of the code.

    CPython's Objects/locations.md has the format: entries without columns, of up to
    eight code units each, that go on by no line.
    """
    table = b""
    while units > 0:
        table += bytes([0x80 | 13 << 3 | min(units, 8) - 1, 0])
        units -= 8
    return table


def _line_of(name: str, source: str) -> int:
    """Return where a function begins, with its decorators; the last of its name counts.

    A magic would hide a cell's functions from the parser: its line is left empty.
    """
    plain = [line if line[:1] not in "%!" else "" for line in source.splitlines()]
    try:
        body = ast.parse("\n".join(plain)).body
    except SyntaxError:
        return 1
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [n for n in body if isinstance(n, kinds) and n.name == name]
    if not found:
        return 1
    return min(part.lineno for part in (found[-1], *found[-1].decorator_list))


def signature(parameters: list | None, room: Any) -> inspect.Signature | None:
    """Return the signature that the student's room has described."""
    nothing = inspect.Parameter.empty
    try:
        described, returned = parameters or ()
        return inspect.Signature(
            [
                inspect.Parameter(
                    str(name),
                    inspect._ParameterKind(kind),
                    default=nothing if default is None else from_mark(default),
                    annotation=_annotation(annotation, room),
                )
                for name, kind, default, annotation in described
            ],
            return_annotation=_annotation(returned, room),
        )
    except (TypeError, ValueError):
        return None


def _annotation(mark: list | None, room: Any) -> Any:
    """Return an annotation: a class that is known here, or else its text."""
    match mark:
        case None:
            return inspect.Parameter.empty
        case ["text", str(text)]:
            return text
        case ["class", str(text)]:
            given = room.shared.class_of([text])
            try:
                return given or _type(ast.parse(text, mode="eval").body)
            except (SyntaxError, ValueError, TypeError, AttributeError, RecursionError):
                return text
    raise ValueError("an annotation is malformed")


def _type(node: ast.expr) -> Any:
    """Return the type that an expression of well-known names means: `list[int]`."""
    match node:
        case ast.Constant(value) if value is None or value is ...:
            return value
        case ast.Name(name) if name in _TYPES:
            return _TYPES[name]
        case ast.Attribute(ast.Name("numpy"), "ndarray"):
            return np.ndarray
        case ast.Attribute(ast.Name("torch"), "Tensor"):
            return sys.modules["torch"].Tensor if "torch" in sys.modules else "Tensor"
        case ast.Subscript(whole, part):
            return _type(whole)[_type(part)]
        case ast.Tuple(parts):
            return tuple(map(_type, parts))
        case ast.List(parts):
            return [*map(_type, parts)]
        case ast.BinOp(left, ast.BitOr(), right):
            return _type(left) | _type(right)
    raise ValueError("no well-known type")


def _what(thing: Remote) -> str:
    name = type(thing).__name__
    if type(thing).__module__ != "__main__":
        return f"the student's {name}, which is no data,"
    return f"an object of the student's class {name}"


def _like(one: Remote, other: Any) -> Any:
    if isinstance(other, Remote):
        object.__setattr__(other, "_built", one._built)
    return other


def _of_type(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise StandInError(
            f"a {kind.__name__} was wanted, a {type(value).__name__} came"
        )
    return value


def _tensor(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "torch"
