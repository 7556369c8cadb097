"""What the release gives to both rooms: classes and functions with the same names.

Cells that the release gives run in both rooms, so each has a copy of their classes and
functions. These cross by name, members of Enums and namedtuples as data beside it; each
room puts its own copy in their place. Only names that the release gives are looked up.
"""

import dataclasses
import dis
import types
from abc import ABC, ABCMeta
from collections.abc import Iterable
from enum import Enum, EnumMeta, Flag
from typing import Any, Generic

import numpy as np

from autograder.wire import Handle, WireError

# What an object of a shared class may be seen as an instance of it for: no data is so.
_DATA = (
    *(np.ndarray, np.generic, str, bytes, list, tuple, dict, set, frozenset),
    *(int, float, complex, type, BaseException),
)
_NEUTRAL = (object, ABC, Generic)
# Special methods of an instance that the other room may call.
SPECIAL = frozenset(
    "__call__ __len__ __bool__ __iter__ __next__ __getitem__ __setitem__ __delitem__ "
    "__contains__ __enter__ __exit__ __float__ __int__ __index__ __complex__ __hash__ "
    "__neg__ __pos__ __abs__ __invert__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ "
    "__str__ __repr__ __format__ __round__ __reversed__ __bytes__ __floor__ __ceil__ "
    "__trunc__ __divmod__ __rdivmod__".split()
) | {
    f"__{kind}{name}__"
    for kind in ("", "r", "i")
    for name in (
        *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"),
        *("and", "or", "xor", "lshift", "rshift"),
    )
}
_SEQUENCES = {kind.__name__: kind for kind in (list, tuple, set, frozenset)}
_SMALL = 2000  # items of the attributes of functions that cross
_CONSTANTS = (type(None), bool, int, float, complex, str, bytes, tuple, type)


class Shared:
    """The classes and functions of the release that one room has.

    Parameters
    ----------
    names : iterable of str
        Names that given cells define.
    namespace : dict
        Where they are.
    stores : frozenset of str, optional
        Attributes that the release itself sets; any, if not given.
    """

    def __init__(
        self,
        names: Iterable[str] = (),
        namespace: dict[str, Any] | None = None,
        stores: frozenset[str] | None = None,
    ) -> None:
        self.stores = stores
        self.values = {}
        for name in names:
            value = (namespace or {}).get(name)
            if isinstance(value, type | types.FunctionType):
                if value.__module__ == "__main__":
                    self.values[name] = value
        self._names = {id(value): name for name, value in self.values.items()}
        self._pure: dict[int, bool] = {}

    def forget(self, names: Iterable[str]) -> None:
        """Leave out what the other room has not got."""
        for name in names:
            self._names.pop(id(self.values.pop(name, None)), None)

    def name_of(self, value: Any) -> str | None:
        """Return the name of a class or function that the release gives."""
        return self._names.get(id(value))

    def class_of(self, names: Iterable[str]) -> type | None:
        """Return this room's copy of the first class that the release gives.

        Parameters
        ----------
        names : iterable of str
            Full names, as the other room tells them.
        """
        for name in names:
            module, _, own = name.partition(".")
            if module == "__main__" and isinstance(self.values.get(own), type):
                return self.values[own]
        return None

    def base_of(self, kind: type) -> type | None:
        """Return the first class that the release gives among a class and its bases."""
        return next((c for c in kind.__mro__ if id(c) in self._names), None)

    def offer(self, value: Any) -> Handle | None:
        """Return what names a class, function or member, with a namedtuple's data."""
        if isinstance(value, type | types.FunctionType):
            name = self.name_of(value)
            return None if name is None else Handle(["given", name])
        name = self.name_of(type(value))
        if name is not None and isinstance(value, Flag):
            return Handle(["member", name], value.value)
        if name is not None and isinstance(value, Enum):
            return Handle(["member", name], value.name)
        if name is not None and isinstance(value, tuple) and hasattr(value, "_fields"):
            return Handle(["tuple", name], tuple(value))
        return None

    def offer_record(self, value: Any) -> Handle | None:
        """Return the fields of a frozen dataclass that the release gives, if simple."""
        name = self.name_of(type(value))
        if name is None or not _is_record(type(value)):
            return None
        state = state_of(value)
        return Handle(["record", name], state) if _fits(type(value), state) else None

    def accept(self, mark: list, data: Any) -> Any:
        """Return this room's copy.

        Raises
        ------
        WireError
            If it has none.
        """
        match mark:
            case ["given" | "member" | "tuple" | "record" as what, str(name)]:
                value = self.values.get(name)
                if value is not None and what == "given":
                    return value
                if isinstance(value, EnumMeta) and what == "member":
                    return _member(value, data)
                if what == "record" and _is_record(value) and _fits(value, data):
                    return filled(object.__new__(value), data, self.stores)
                fields = getattr(value, "_fields", ())
                if what == "tuple" and type(data) is tuple and isinstance(value, type):
                    if issubclass(value, tuple) and len(data) == len(fields):
                        return tuple.__new__(value, data)
        raise WireError("the release gives nothing that fits a name")

    def mentions(self, kind: type, name: str) -> bool:
        """Tell whether a class that the release gives itself uses an attribute."""
        return any(
            name in function.__code__.co_names
            for base in kind.__mro__
            if id(base) in self._names
            for function in vars(base).values()
            if isinstance(function, types.FunctionType)
        )

    def is_everywhere(self, function: types.FunctionType) -> bool:
        """Tell whether both copies of a function do the same: neither keeps anything.

        Of a function that counts its calls the copy that was passed must be called.
        """
        if id(function) not in self._pure:
            self._pure[id(function)] = self._is_pure(function, set())
        return self._pure[id(function)]

    def _is_pure(self, function: types.FunctionType, seen: set[int]) -> bool:
        if id(function) in seen:
            return True
        seen.add(id(function))
        defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}))
        if function.__closure__ or vars(function):
            return False
        if not all(isinstance(value, _CONSTANTS) for value in defaults):
            return False
        return all(
            self._is_constant(function, name, seen)
            for name in _global_names(function.__code__)
        )

    def _is_constant(self, function: Any, name: str, seen: set[int]) -> bool:
        if name not in function.__globals__:
            return name != ""  # a builtin, or a NameError in both rooms
        value = function.__globals__[name]
        if isinstance(value, types.FunctionType) and value.__module__ == "__main__":
            return id(value) in self._names and self._is_pure(value, seen)
        kinds = (*_CONSTANTS, types.ModuleType, types.FunctionType)
        return isinstance(value, (*kinds, types.BuiltinFunctionType, np.ufunc))


def special_methods(kind: type) -> list[str]:
    """Return the special methods of a class that the other room may call."""
    found: dict[str, Any] = {}
    for base in reversed(kind.__mro__[:-1]):
        found |= {name: value for name, value in vars(base).items() if name in SPECIAL}
    return sorted(name for name, value in found.items() if value is not None)


def is_settable(thing: Any, name: Any, stores: frozenset[str] | None) -> bool:
    """Tell whether setting an attribute leaves an object doing what its class says.

    Parameters
    ----------
    thing : object
        An instance of a class that the release gives.
    name : str
        The attribute.
    stores : frozenset of str or None
        Attributes that the release itself sets: a constant of the class is none.
    """
    if type(name) is not str or name.startswith("_"):
        return False
    found = _in_class(type(thing), name)
    if hasattr(type(found), "__set__"):
        return True  # a property, or a slot, takes the value itself
    if callable(found) or hasattr(type(found), "__get__"):
        return False
    return found is None or _varies(type(thing), name, stores)


def _in_class(kind: type, name: str) -> Any:
    return next((vars(c)[name] for c in kind.__mro__ if name in vars(c)), None)


def is_constant(
    kind: type, name: str, value: Any, stores: frozenset[str] | None
) -> bool:
    """Tell whether a class has a constant that no object has a value of its own for."""
    return is_small(value) and not _varies(kind, name, stores)


def _varies(kind: type, name: str, stores: frozenset[str] | None) -> bool:
    """Tell whether instances have a value of their own for what their class has."""
    if dataclasses.is_dataclass(kind):
        if name in {field.name for field in dataclasses.fields(kind)}:
            return True
    return stores is None or name in stores


def is_plain_class(kind: type) -> bool:
    """Tell whether only code of the notebook makes a class what it is."""
    own = [base for base in kind.__mro__ if base not in _NEUTRAL]
    return type(kind) in (type, ABCMeta) and all(
        base.__module__ == "__main__" and "__init_subclass__" not in vars(base)
        for base in own
    )


def can_be_seen_as(kind: type | None) -> bool:
    """Tell whether an object of the other room's may seem to be of a class."""
    return kind is not None and not issubclass(kind, _DATA)


def is_simple(value: Any) -> bool:
    """Tell whether a value is a number, a text, or such, and not too large."""
    kind = type(value)
    return (
        value is None
        or kind in (bool, float)
        or (kind is str and len(value) < 10_000)
        or (kind is int and abs(value) < 1 << 53)
    )


def is_small(value: Any) -> bool:
    """Tell whether a value is simple, or a few of them in lists, dicts and such."""
    return _count(value, 0) <= _SMALL


def _count(value: Any, depth: int) -> int:
    """Return how many items a value has; too many if it is no small data."""
    if is_simple(value):
        return 1
    if type(value) not in (*_SEQUENCES.values(), dict) or depth > 3:
        return _SMALL + 1
    if len(value) > _SMALL:
        return _SMALL + 1
    items = [*value.items()] if type(value) is dict else value
    return 1 + sum(_count(item, depth + 1) for item in items)


def as_mark(value: Any) -> list:
    """Return small data as a list that a handle's mark can hold."""
    if is_simple(value):
        return ["value", value]
    if type(value) is dict:
        return ["dict", *map(as_mark, value.items())]
    return [type(value).__name__, *map(as_mark, value)]


def from_mark(mark: Any) -> Any:
    """Return what `as_mark` was given."""
    match mark:
        case ["value" | "repr", value] if is_simple(value):
            return value
        case ["dict", *items]:
            return dict(map(from_mark, items))
        case [str(name), *items] if name in _SEQUENCES:
            return _SEQUENCES[name](map(from_mark, items))
    raise ValueError("a default is malformed")


def attributes(function: types.FunctionType) -> dict[str, Any]:
    """Return the attributes that code has given to a function, where they are small."""
    return {
        name: value
        for name, value in vars(function).items()
        if not name.startswith("__") and is_small(value)
    }


def _is_record(kind: Any) -> bool:
    """Tell whether a class is of a dataclass whose instances are values."""
    about = vars(kind).get("__dataclass_params__") if isinstance(kind, type) else None
    return about is not None and about.frozen and about.eq and can_be_seen_as(kind)


def _fits(kind: Any, state: Any) -> bool:
    """Tell whether a record has its fields only, with nothing in them that can act."""
    return (
        type(state) is dict
        and state.keys() <= {field.name for field in dataclasses.fields(kind)}
        and all(is_small(v) or isinstance(v, Enum) for v in state.values())
    )


def state_of(thing: Any) -> dict:
    """Return the attributes that an object keeps."""
    slots: dict[str, Any] = {}
    for base in type(thing).__mro__:
        for name, found in vars(base).items():
            if isinstance(found, types.MemberDescriptorType) and hasattr(thing, name):
                slots[name] = getattr(thing, name)
    return slots | getattr(thing, "__dict__", {})


def filled(
    made: Any, state: dict, stores: frozenset[str] | None, acting: bool = False
) -> Any:
    """Give a new object the attributes of one of the other room's.

    They hide no method and no constant of the class, they cannot act unless it is said
    that they may, and no code of the class takes part.
    """
    for name, value in state.items():
        if type(name) is not str or name.startswith("__"):
            continue
        if callable(value) and not acting:
            continue
        found = _in_class(type(made), name)
        if isinstance(found, types.MemberDescriptorType):
            found.__set__(made, value)
        elif callable(found) or hasattr(type(found), "__get__"):
            continue
        elif found is None or _varies(type(made), name, stores):
            vars(made)[name] = value
    return made


def _member(kind: EnumMeta, data: Any) -> Enum:
    if type(data) is str and data in kind.__members__:
        return kind.__members__[data]
    if issubclass(kind, Flag) and type(data) is int:
        try:
            return kind(data)
        except ValueError:
            pass
    raise WireError(f"{kind.__name__} has no such member")


def _global_names(code: types.CodeType) -> set[str]:
    """Return the global names that code reads; "" if it sets one, or an attribute."""
    found = set()
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            found.add(step.argval)
        elif step.opname in ("STORE_GLOBAL", "DELETE_GLOBAL", "STORE_ATTR"):
            found.add("")
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            found |= _global_names(inner)
    return found
