"""What a class of the student's says that it has: its names, its bases, its fields.

A test may ask whether a method is there, is a property, is abstract. The student's room
has told so when the class crossed. Nothing here is the student's code: a name leads to
a stand-in, as it does everywhere.
"""

import dataclasses
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

_PARAMETERS = ("init", "repr", "eq", "order", "unsafe_hash", "frozen")
_OPTIONS = ("init", "repr", "compare", "kw_only")
_FACTORIES = {f.__name__: f for f in (bool, dict, float, int, list, set, str, tuple)}
_WRAPPERS = {"staticmethod": staticmethod, "classmethod": classmethod}
_MANY = 1000  # names that are told of one class
_LONG = 200  # characters of a name


class About(NamedTuple):
    """What a stand-in for a class shows in place of what it is made of.

    Parameters
    ----------
    names : dict of str to str
        What the class itself defines, and of which sort that is.
    bases, order : tuple of type
        As `__bases__` and `__mro__` show them.
    abstract : bool
        Whether its metaclass is ABCMeta.
    """

    names: dict[str, str] = {}
    bases: tuple[type, ...] = (object,)
    order: tuple[type, ...] = ()
    abstract: bool = False


class Members(Mapping):
    """The names of a class, as `vars` shows them.

    Parameters
    ----------
    kind : StandInClass
        The class.
    names : dict of str to str
        See `About`.
    """

    def __init__(self, kind: type, names: dict[str, str]) -> None:
        self._kind, self._names = kind, names

    def __getitem__(self, name: str) -> Any:
        """Return what is under a name; only this asks the student's room."""
        sort = self._names[name]
        if sort == "nothing":
            return None
        if name.startswith("__"):  # never asked for
            return getattr(self._kind, name, None)
        found = getattr(self._kind, name)
        return _WRAPPERS[sort](found) if sort in _WRAPPERS else found

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._names)


def tell_names(kind: type) -> list[list[str]]:
    """Return the names that a class defines, each with the sort of what it names.

    Examples
    --------
    >>> class Dog:
    ...     def bark(self): ...
    ...     name = property(lambda self: "Rex")
    >>> [pair for pair in tell_names(Dog) if pair[0] in ("bark", "name")]
    [['bark', 'value'], ['name', 'property']]
    """
    items = [*vars(kind).items()][:_MANY]
    return [[n, _sort(v)] for n, v in items if type(n) is str and len(n) < _LONG]


def _sort(value: Any) -> str:
    if isinstance(value, property):
        return "property" if value.fset is None else "settable"
    if value is None:
        return "nothing"
    wrappers = (name for name, kind in _WRAPPERS.items() if isinstance(value, kind))
    return next(wrappers, "value")


def read_names(told: Any) -> dict[str, str]:
    """Return what `tell_names` has told.

    Raises
    ------
    ValueError, TypeError
        If it is something else.
    """
    names = dict(told)
    if not all(type(text) is str for pair in names.items() for text in pair):
        raise ValueError("the names of a class are no texts")
    return names


def property_of(name: str, sort: str | None) -> property | None:
    """Return a property that asks an object for an attribute, if a name is of one."""

    def get(thing: Any) -> Any:
        return getattr(thing, name)

    def put(thing: Any, value: Any) -> None:
        setattr(thing, name, value)

    if sort not in ("property", "settable"):
        return None
    return property(get, put if sort == "settable" else None)


def tell_fields(
    kind: type, annotation: Callable[[Any], Any], default: Callable[[Any], Any]
) -> list | None:
    """Return what a dataclass is made of; None if it is none.

    Parameters
    ----------
    kind : type
        The class.
    annotation, default : callable
        Return what tells a type, and a value.
    """
    if not dataclasses.is_dataclass(kind):
        return None
    parameters = getattr(kind, "__dataclass_params__", None)
    flags = [bool(getattr(parameters, name, False)) for name in _PARAMETERS]
    fields = []
    for field in dataclasses.fields(kind)[:_MANY]:
        factory = getattr(field.default_factory, "__name__", None)
        known = _FACTORIES.get(factory) is field.default_factory
        missing = field.default is dataclasses.MISSING
        fields.append(
            [
                *(field.name, annotation(field.type)),
                None if missing else default(field.default),
                factory if known else None,
                [bool(getattr(field, name, False)) for name in _OPTIONS],
            ]
        )
    return [flags, fields]


def read_fields(
    told: list, annotation: Callable[[Any], Any], default: Callable[[Any], Any]
) -> dict[str, Any]:
    """Return the attributes that make a class a dataclass for `dataclasses`.

    Raises
    ------
    ValueError, TypeError, KeyError
        If it is something else that was told.
    """
    flags, described = told
    fields = {}
    for name, kind, value, factory, options in described:
        if type(name) is not str or not name.isidentifier() or name.startswith("__"):
            raise ValueError("a field has an impossible name")
        missing = dataclasses.MISSING
        field = dataclasses.field(
            default=missing if value is None else default(value),
            default_factory=missing if factory is None else _FACTORIES[factory],
            **dict(zip(_OPTIONS, map(bool, options), strict=True)),
        )
        field.name, field.type = name, annotation(kind)
        field._field_type = dataclasses._FIELD
        fields[name] = field
    named = [f.name for f in fields.values() if f.init and not f.kw_only]
    flags = dict(zip(_PARAMETERS, map(bool, flags), strict=True))
    return {
        "__dataclass_fields__": fields,
        "__dataclass_params__": types.SimpleNamespace(**flags),
        "__match_args__": tuple(named),
    }
