"""Values of well-known classes that cross as data: dates, fractions, patterns.

Each has a name, a function that takes it apart into plain data, and one that puts it
together again. Nothing else is ever constructed.
"""

import keyword
import re
import sys
import warnings
from array import array
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path, PurePath
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from autograder import randomness, scipy_values, structured, tables
from autograder.wire import Handle, WireError

_PLAIN = (bool, int, float, complex, str, bytes, tuple, list, dict, set, frozenset)


class _Known(NamedTuple):
    kind: type
    apart: Callable[[Any], Any]
    together: Callable[[Any], Any]


_KNOWN = {
    "fraction": _Known(
        Fraction, lambda v: (v.numerator, v.denominator), lambda d: Fraction(*d)
    ),
    "decimal": _Known(Decimal, str, lambda d: Decimal(_text(d))),
    "datetime": _Known(datetime, datetime.isoformat, datetime.fromisoformat),
    "date": _Known(date, date.isoformat, date.fromisoformat),
    "time": _Known(time, time.isoformat, time.fromisoformat),
    "timedelta": _Known(
        timedelta,
        lambda v: (v.days, v.seconds, v.microseconds),
        lambda d: timedelta(*d),
    ),
    "path": _Known(PurePath, str, lambda d: Path(_text(d))),
    "uuid": _Known(UUID, str, lambda d: UUID(_text(d))),
    "pattern": _Known(
        re.Pattern, lambda v: (v.pattern, v.flags & ~re.DEBUG), lambda d: _pattern(*d)
    ),
    "range": _Known(range, lambda v: (v.start, v.stop, v.step), lambda d: range(*d)),
    "ellipsis": _Known(type(...), lambda v: None, lambda d: ...),
    "keys": _Known(type({}.keys()), dict.fromkeys, lambda d: _dict(d).keys()),
    "items": _Known(type({}.items()), dict, lambda d: _dict(d).items()),
    "values": _Known(
        type({}.values()), list, lambda d: dict(enumerate(_list(d))).values()
    ),
}
_FACTORIES = {f.__name__: f for f in (bool, dict, float, int, list, set, str, tuple)}
_RICH = "OUSMmV"  # kinds of arrays whose items are no numbers
_UNFIT = (TypeError, ValueError, KeyError, ArithmeticError)
_FLAGS = re.A | re.I | re.L | re.M | re.S | re.U | re.X
_LARGEST = 1 << 28  # bytes that an array of texts may take
_DEVICE = re.compile(r"(cpu|cuda|mps|xpu|meta)(:\d{1,3})?")
_DTYPE = re.compile(r"[<|][US]\d{1,5}|\|O|<[Mm]8(\[\d{0,6}[A-Za-z]{1,2}\])?")


def _text(data: Any) -> str:
    if type(data) is not str or len(data) > 10_000:
        raise WireError("a text of reasonable length was expected")
    return data


def _dict(data: Any) -> dict:
    if type(data) is not dict:
        raise WireError("a dict was expected")
    return data


def _list(data: Any) -> list:
    if type(data) is not list:
        raise WireError("a list was expected")
    return data


def _pattern(text: Any, flags: Any) -> re.Pattern:
    if type(text) not in (str, bytes) or len(text) > 10_000 or type(flags) is not int:
        raise WireError("a pattern is no text with flags")
    if flags & ~_FLAGS:  # one of them prints
        raise WireError("a pattern has unknown flags")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they were the student's
        return re.compile(text, flags)


def is_rich(value: np.ndarray) -> bool:
    """Tell whether an array is more than numbers: texts, dates, a mask."""
    return value.dtype.kind in _RICH or isinstance(value, np.ma.MaskedArray | np.matrix)


def offer_mutable(value: Any) -> Handle | None:
    """Return the data of a value whose changes cross as well; None if it is no such.

    The data is a new list or dict, which stands for the value in its message.
    """
    kind = type(value)
    if kind is Counter or kind is OrderedDict:
        return Handle(["kept", kind.__name__, None], dict(value))
    if kind is defaultdict:
        name = getattr(value.default_factory, "__name__", None)
        if value.default_factory in (None, _FACTORIES.get(name)):
            return Handle(["kept", "defaultdict", name], dict(value))
    if kind is deque:
        return Handle(["kept", "deque", value.maxlen], list(value))
    if isinstance(value, np.ndarray) and value.dtype.kind in "OUS":
        if isinstance(value, np.ma.MaskedArray | np.matrix):
            return None
        about = [value.dtype.kind, [*value.shape]]
        return Handle(["kept", "array", about], value.reshape(-1).tolist())
    if kind is bytearray:
        return Handle(["kept", "bytearray", None], [bytes(value)])
    if kind is array:
        return Handle(["kept", "numbers", value.typecode], value.tolist())
    if isinstance(value, np.ndarray) and value.dtype.kind == "V":
        return structured.offer(value)
    if tables.is_table(value):
        return Handle(["kept", "table", None], [tables.apart(value)])
    random = randomness.kind_of(value)
    if random is not None:
        return Handle(["kept", "random", random], [randomness.state_of(value)])
    return None


def accept_mutable(kind: str, detail: Any, data: Any) -> Any:
    """Put such a value together again.

    Raises
    ------
    WireError
        If the data does not fit.
    """
    try:
        match kind, detail:
            case "Counter", None:
                return Counter(_dict(data))
            case "OrderedDict", None:
                return OrderedDict(_dict(data))
            case "defaultdict", None | str():
                factory = None if detail is None else _FACTORIES[detail]
                return defaultdict(factory, _dict(data))
            case "deque", None | int():
                return deque(_list(data), detail)
            case "array", ["O" | "U" | "S" as letter, list(shape)]:
                return _array(letter, tuple(shape), _list(data))
            case "bytearray", None:
                [content] = _list(data)
                return bytearray(memoryview(content))
            case "numbers", str():
                return array(detail, _list(data))
            case "structured", list():
                return structured.accept(detail, data)
            case "table", None:
                [content] = _list(data)
                return tables.together(content)
            case "random", "generator" | "numpy" | "random" | "torch":
                [state] = _list(data)
                return randomness.generator(detail, state)
    except Exception as error:
        raise WireError(f"the data of a {kind} does not fit it: {error}") from None
    raise WireError("a value of an unknown kind came")


def is_plain(value: Any) -> bool:
    """Tell whether a value is of a subclass of data: an IntEnum, an OrderedDict."""
    return isinstance(value, _PLAIN) and not isinstance(value, type)


def offer(value: Any) -> Handle | None:
    """Return the data of a value of a known class; None if it has none."""
    if isinstance(value, tuple):
        names = getattr(type(value), "_fields", None)
        if names is None or not all(type(n) is str for n in names):
            return None
        return Handle(["named", type(value).__name__, list(names)], tuple(value))
    if isinstance(value, np.generic | np.ndarray | np.dtype):
        return _offer_numpy(value)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.device):
        return Handle(["device", str(value)])
    known = tables.offer(value) or scipy_values.offer(value)
    if known is not None:
        return known
    for name, known in _KNOWN.items():
        if isinstance(value, known.kind):
            return Handle(["value", name], known.apart(value))
    return None


def _offer_numpy(value: Any) -> Handle | None:
    if isinstance(value, np.dtype) and value.kind == "V":
        return Handle(["dtype"], np.empty(0, value))
    if isinstance(value, np.dtype):
        return Handle(["dtype", value.newbyteorder("=").str])
    kind = value.dtype.kind
    if isinstance(value, np.ma.MaskedArray):
        masked = value.mask is not np.ma.nomask
        mask = np.ma.getmaskarray(value) if masked else False
        return Handle(["masked"], (np.ma.getdata(value), mask))
    if isinstance(value, np.matrix):
        return Handle(["matrix"], np.asarray(value))
    if kind in "Mm":
        unit, count = np.datetime_data(value.dtype)
        mark = ["moments", kind, unit, count, isinstance(value, np.generic)]
        native = value if value.dtype.isnative else value.astype(f"={kind}8")
        return Handle(mark, np.asarray(native).view(np.int64))
    if isinstance(value, np.void):
        return Handle(["void"], np.array(value))
    if isinstance(value, np.str_ | np.bytes_):
        return Handle(["text"], value.item())
    return None


def accept(mark: list, data: Any) -> Any:
    """Put a value together again.

    Raises
    ------
    WireError
        If the class is not known, or the data does not fit it.
    """
    try:
        match mark:
            case ["named", str(name), list(names)]:
                return _named(name, tuple(names))(*data)
            case ["text"]:
                return np.bytes_(data) if type(data) is bytes else np.str_(_text(data))
            case ["dtype", str(text)] if _DTYPE.fullmatch(text):
                return np.dtype(text)
            case ["dtype"] if isinstance(data, np.ndarray):
                return data.dtype
            case ["void"] if isinstance(data, np.ndarray) and data.ndim == 0:
                return data[()]
            case ["masked"]:
                return _masked(*data)
            case ["matrix"] if type(data) is np.ndarray and data.ndim == 2:
                return data.view(np.matrix)
            case ["moments", "M" | "m" as kind, str(unit), int(count), bool(scalar)]:
                return _moments(kind, unit, count, scalar, data)
            case ["pandas", str(name)]:
                return tables.accept(name, data)
            case ["value", str(name)] if name in _KNOWN:
                return _KNOWN[name].together(data)
            case ["device", str(name)] if _DEVICE.fullmatch(name):
                return sys.modules["torch"].device(name)
            case ["result" | "sparse", *_]:
                return scipy_values.accept(mark, data)
    except (*_UNFIT, re.error, RecursionError) as error:
        raise WireError(f"the data of a handle does not fit it: {error}") from None
    raise WireError("a handle of an unknown kind came")


def _array(kind: str, shape: tuple, items: list) -> np.ndarray:
    if kind != "O":
        plain = str if kind == "U" else bytes
        if not all(type(item) is plain for item in items):
            raise WireError("an array of texts holds something else")
        # Each item takes as much as the longest.
        if 4 * len(items) * max(map(len, items), default=0) > _LARGEST:
            raise WireError("an array of texts is too large")
        return np.array(items, dtype=plain).reshape(shape)
    made = np.empty(len(items), dtype=object)
    for index, item in enumerate(items):  # at once, lists would become rows
        made[index] = item
    return made.reshape(shape)


def _moments(kind: str, unit: str, count: int, scalar: bool, data: Any) -> Any:
    text = f"<{kind}8[{count}{unit}]" if unit != "generic" else f"<{kind}8"
    if not _DTYPE.fullmatch(text) or type(data) is not np.ndarray:
        raise WireError("an array of dates is malformed")
    moments = data.view(text)
    return moments[()] if scalar else moments


def _masked(data: Any, mask: Any) -> np.ma.MaskedArray:
    if not isinstance(data, np.ndarray):
        raise WireError("a masked array has no data")
    if mask is not False and (mask.dtype != bool or mask.shape != data.shape):
        raise WireError("the mask of an array does not fit")
    return np.ma.MaskedArray(data, mask)


@cache
def _named(name: str, fields: tuple[str, ...]) -> type:
    if not all(
        type(text) is str and text.isidentifier() and not keyword.iskeyword(text)
        for text in (name, *fields)
    ):
        raise WireError("a namedtuple with impossible names came")
    return namedtuple(name, fields)
