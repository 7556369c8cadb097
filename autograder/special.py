"""Special methods of stand-ins: what Python itself asks of an object.

An operator or a conversion of an object that came where data was expected is not handed
the data that it should equal.
"""

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import copies
from autograder.remote import (
    Remote,
    StandInError,
    decided,
    found_method,
    given_method,
    like,
    of_type,
    what,
)

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
_DIVMOD = ("__divmod__", "__rdivmod__")
_NUMBERS = {
    "__float__": float,
    "__int__": int,
    "__index__": int,
    "__complex__": complex,
}


def _here_first(name: str, method: Callable) -> Callable:
    """Run the release's special method where it decides, else another one."""

    def special(self: Remote, *args: Any, **kwargs: Any) -> Any:
        ours = found_method(self, name)
        if ours is not None:
            return copies.run(self, ours, *args, **kwargs)
        return method(self, *args, **kwargs)

    return special


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
            ours = given_method(self, name)
            if ours is not None:
                return decided(self, ours, *other)
        data = any(isinstance(o, np.ndarray | np.generic) or _tensor(o) for o in other)
        if local is not None and data:
            return local(np.asarray(self), *other)
        if not self._built or not any(self._room.expects.knows(n, True) for n in names):
            raise StandInError(
                f"{what(self)} came where data was expected; return an array, a "
                f"tensor or a number"
            )
        result = self._room.ask(name, self._number, other)
        if result is NotImplemented or (name in _DIVMOD and type(result) is tuple):
            return result
        if not isinstance(result, Remote):
            raise StandInError(
                f"{name} of {what(self)} gave a {type(result).__name__}, which a test "
                f"cannot trust; compare attributes of the object instead"
            )
        return like(self, result)

    return method


def _array(self: Remote, dtype: Any = None, copy: Any = None) -> np.ndarray:
    def ask() -> np.ndarray:
        if "__iter__" in self._seen:
            return np.array([*self._seen["__iter__"]])
        return of_type(np.ndarray, self._room.ask("array", self._number))

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
        return of_type(int, self._room.ask("len", self._number))
    return sum(1 for _ in (self if "__iter__" in views else np.asarray(self)))


def _number(kind: type, name: str) -> Callable:
    def method(self: Remote) -> Any:
        return self._once(name, lambda: self._room.ask(name, self._number))

    return lambda self: of_type(kind, method(self))


def _rounded(name: str) -> Callable:
    def method(self: Remote, *digits: int) -> Any:
        result = self._once(name, lambda: self._room.ask(name, self._number, digits))
        if isinstance(result, Remote):
            return like(self, result)
        return result if type(result) is int else of_type(float, result)

    return method


def _contains(self: Remote, item: Any) -> bool:
    if self._built and self._room.expects.knows("__contains__", True):
        return of_type(bool, self._room.ask("__contains__", self._number, (item,)))
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
        if self._room.expects.complete and "__next__" not in self._room.expects.methods:
            self._seen["__next__"] = True
        raise


def _item(self: Remote, key: Any) -> Any:
    # Items could be others than those that iteration gives.
    if self._room.expects.complete and not self._can("__getitem__"):
        raise StandInError(
            f"{what(self)} came where a sequence or a dict was expected; return a "
            f"list, a tuple, a dict, an array or a tensor"
        )
    return self._room.ask("getitem", self._number, (key,))


def _exit(self: Remote, kind: Any, error: Any, trace: Any) -> bool:
    """Leave a `with`; a failed test stays one, whatever the student's code says."""
    told = (kind, error) if kind is not None and _is_builtin(kind) else (None, None)
    said = self._room.ask("__exit__", self._number, (*told, None))
    if kind is None or not self._room.expects.suppresses:
        return False
    return said is True and _is_builtin(kind) and not issubclass(kind, AssertionError)


def _is_builtin(kind: type) -> bool:
    return kind.__module__ == "builtins" and issubclass(kind, Exception)


METHODS: dict[str, Callable] = {
    **{name: _operator(name, f) for name, f in (_BINARY | _REFLECTED).items()},
    **{name: _operator(name, f) for name, f in _IN_PLACE.items()},
    **{name: _operator(name, None) for name in (*_UNARY, *_DIVMOD)},
    **{name: _number(kind, name) for name, kind in _NUMBERS.items()},
    **{n: _rounded(n) for n in ("__round__", "__floor__", "__ceil__", "__trunc__")},
    "__array__": _array,
    "__bytes__": lambda self: of_type(bytes, self._room.ask("__bytes__", self._number)),
    "__format__": lambda self, spec: of_type(
        str, self._room.ask("__format__", self._number, (spec,))
    ),
    "__reversed__": _reversed,
    "__contains__": _contains,
    "__len__": _length,
    "__bool__": lambda self: of_type(bool, self._room.ask("bool", self._number)),
    "__iter__": _iterate,
    "__next__": _next,
    "__getitem__": _item,
    "__call__": _forward("__call__"),
    "__setitem__": _forward("__setitem__"),
    "__delitem__": _forward("__delitem__"),
    "__enter__": _forward("__enter__"),
    "__exit__": _exit,
}
METHODS = {name: _here_first(name, method) for name, method in METHODS.items()}


def _tensor(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "torch"
