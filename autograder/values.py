"""Values of well-known classes that cross as data: dates, fractions, tables.

Each has a name, a function that takes it apart into plain data, and one that puts it
together again. Nothing else is ever constructed.
"""

import keyword
import sys
from collections import namedtuple
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path, PurePath
from typing import Any, NamedTuple

import numpy as np

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
}


def _text(data: Any) -> str:
    if type(data) is not str or len(data) > 10_000:
        raise WireError("a text of reasonable length was expected")
    return data


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
    for name, known in _KNOWN.items():
        if isinstance(value, known.kind):
            return Handle(["value", name], known.apart(value))
    if isinstance(value, np.random.Generator):
        state = value.bit_generator.state
        return Handle(["generator"], {**state, "state": dict(state["state"])})
    if isinstance(value, np.ndarray) and value.dtype.kind in "OU":
        items = value.reshape(-1).tolist()
        return Handle(["objects", value.dtype.kind], (value.shape, items))
    return _offer_table(value)


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
            case ["objects", "O" | "U" as kind]:
                return _array(kind, *data)
            case ["value", str(name)] if name in _KNOWN:
                return _KNOWN[name].together(data)
            case ["generator"]:
                return _generator(data)
            case ["table", str(name)]:
                return _table(name, data)
    except (TypeError, ValueError, KeyError, ArithmeticError) as error:
        raise WireError(f"the data of a handle does not fit it: {error}") from None
    raise WireError("a handle of an unknown kind came")


def _array(kind: str, shape: tuple, items: list) -> np.ndarray:
    if kind == "U":
        return np.array([_text(item) for item in items], dtype=str).reshape(shape)
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array.reshape(shape)


@cache
def _named(name: str, fields: tuple[str, ...]) -> type:
    if not all(
        type(text) is str and text.isidentifier() and not keyword.iskeyword(text)
        for text in (name, *fields)
    ):
        raise WireError("a namedtuple with impossible names came")
    return namedtuple(name, fields)


def _generator(state: Any) -> np.random.Generator:
    kinds = {"PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"}
    if type(state) is not dict or state.get("bit_generator") not in kinds:
        raise WireError("a random generator of an unknown kind came")
    bits = getattr(np.random, state["bit_generator"])()
    bits.state = state
    return np.random.Generator(bits)


def _offer_table(value: Any) -> Handle | None:
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return None
    if isinstance(value, pandas.DataFrame):
        columns = [_column(value.iloc[:, n]) for n in range(value.shape[1])]
        names = value.columns.tolist()
        return Handle(["table", "frame"], (_index(value.index), names, columns))
    if isinstance(value, pandas.Series):
        data = (_index(value.index), value.name, _column(value))
        return Handle(["table", "series"], data)
    if isinstance(value, pandas.Index):
        return Handle(["table", "index"], _index(value))
    if isinstance(value, pandas.Timestamp):
        return Handle(["value", "datetime"], value.isoformat())
    return None


def _column(series: Any) -> tuple:
    if series.dtype.kind in "biufc" and isinstance(series.dtype, np.dtype):
        return "array", series.to_numpy()
    return str(series.dtype), series.tolist()


def _index(index: Any) -> tuple:
    return index.name, str(index.dtype), index.tolist()


def _table(name: str, data: Any) -> Any:
    import pandas

    def column(kind: str, content: Any, index: Any = None) -> Any:
        if kind == "array":
            return pandas.Series(content, index=index)
        return pandas.Series(content, index=index, dtype=_text(kind))

    def labels(name: Any, kind: str, content: list) -> Any:
        return pandas.Index(content, name=name, dtype=_text(kind))

    if name == "index":
        return labels(*data)
    if name == "series":
        index, label, content = data
        return column(*content, labels(*index)).rename(label)
    index, names, columns = data
    index = labels(*index)
    frame = pandas.DataFrame(
        {n: column(*content, index) for n, content in enumerate(columns)}, index=index
    )
    frame.columns = names
    return frame
