"""Columns and indexes of pandas: taken apart into bytes and texts, and put together.

Numbers and dates are their bytes, which costs as much as a copy does; texts and objects
are tuples of items. The other side names no types beyond the tags below and the dtypes
of two tables, and gives no names that pandas would look for in files.
"""

import re
import sys
from datetime import UTC, date, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np

from autograder.wire import WireError

_DTYPES = {
    np.dtype(kind).str: np.dtype(kind)
    for kind in (
        *("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"),
        *("f2", "f4", "f8", "c8", "c16"),
        *(f"{kind}8[{unit}]" for kind in "Mm" for unit in ("s", "ms", "us", "ns")),
    )
}
_MASKED = {
    **dict.fromkeys("b", "BooleanArray"),
    **dict.fromkeys("iu", "IntegerArray"),
    **dict.fromkeys("f", "FloatingArray"),
}
_FREQUENCY = re.compile(r"-?\d{0,9}[A-Z]{1,8}(-[A-Z]{1,8}){0,2}", re.IGNORECASE)
_ZONE = re.compile(r"(?!dateutil)[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}")
_ROWS = 1 << 27  # of an index that is not written out
_LABELS = frozenset({type(None), bool, int, float, complex, str, bytes})


def is_label(item: Any) -> bool:
    """Tell whether pandas may hash and compare something: no code of a student's runs.

    Examples
    --------
    >>> is_label(("a", 1)), is_label(["a"])
    (True, False)
    """
    kind = type(item)  # what an object says of its class does not count
    if kind in _LABELS:
        return True
    if kind in (tuple, frozenset):
        return all(map(is_label, item))
    known = (date, time, timedelta, Decimal, Fraction, Enum, np.generic, np.dtype)
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        known += (pandas.Period, pandas.Interval, type(pandas.NA), type(pandas.NaT))
        known += (pandas.api.extensions.ExtensionDtype,)
    return issubclass(kind, known)


def checked_label(item: Any) -> Any:
    """Return a name, or an item of an index.

    Raises
    ------
    WireError
        If it is no data.
    """
    if not is_label(item):
        raise WireError(
            f"a table with labels of type {type(item).__name__} cannot cross"
        )
    return item


def _checked_labels(content: Any) -> Any:
    if content[0] == "objects":
        for item in content[1]:
            checked_label(item)
    return content


def values_of(thing: Any) -> Any:
    """Return what a Series or an Index holds, as NumPy's array where it is one."""
    return thing.to_numpy() if isinstance(thing.dtype, np.dtype) else thing.array


def apart(values: Any) -> tuple:
    """Return an array of NumPy's or pandas' as data.

    Raises
    ------
    WireError
        If its items are of a kind that cannot cross, while that is the sender's error.
    """
    dtype = values.dtype
    if isinstance(dtype, np.dtype):
        values = np.asarray(values)
        if dtype.kind == "O":
            return "objects", tuple(values.tolist())
        return "numbers", *_packed(values)
    pandas = sys.modules["pandas"]
    if isinstance(dtype, pandas.StringDtype):
        items = values.to_numpy(object, na_value=None).tolist()
        missing = getattr(dtype, "na_value", pandas.NA)
        return "texts", dtype.storage, missing is pandas.NA, tuple(items)
    if isinstance(dtype, pandas.CategoricalDtype):
        codes = _packed(values.codes)
        return "category", codes, apart_index(dtype.categories), bool(dtype.ordered)
    if isinstance(dtype, pandas.DatetimeTZDtype):
        return "zoned", zone_of(dtype.tz), _packed(np.asarray(values.tz_convert(None)))
    if isinstance(dtype, pandas.PeriodDtype):
        frequency = _frequency(dtype.freq) or _refuse(dtype)
        return "period", frequency, _packed(values.asi8)
    if isinstance(dtype, pandas.IntervalDtype):
        ends = (apart(values_of(end)) for end in (values.left, values.right))
        return "interval", dtype.closed, *ends
    name = _MASKED.get(getattr(dtype, "kind", None))
    if name is not None and isinstance(values, getattr(pandas.arrays, name)):
        return "masked", _packed(values._data), values._mask.tobytes()
    return _refuse(dtype)


def together(data: Any) -> Any:
    """Return the array that `apart` gave; large ones are read-only.

    Raises
    ------
    Exception
        Any, if the data does not fit.
    """
    import pandas

    match data:
        case ("numbers", str(dtype), bytes(content)):
            return _unpacked(dtype, content)
        case ("objects", tuple(items)):
            return _objects(items)
        case ("texts", "python" | "pyarrow" as storage, bool(marked), tuple(items)):
            if not all(item is None or type(item) is str for item in items):
                raise WireError("a column of texts holds something else")
            other = {} if marked else {"na_value": np.nan}
            dtype = pandas.StringDtype(storage, **other)
            return pandas.array(_objects(items), dtype=dtype)
        case ("category", (dtype, codes), categories, bool(ordered)):
            dtype, codes = (
                pandas.CategoricalDtype(together_index(categories), ordered),
                _unpacked(dtype, codes, "i"),
            )
            return pandas.Categorical.from_codes(codes, dtype=dtype)
        case ("zoned", place, (dtype, content)):
            moments = pandas.DatetimeIndex(_unpacked(dtype, content, "M"))
            return moments.tz_localize("UTC").tz_convert(zone(place)).array
        case ("period", str(frequency), ("<i8", content)):
            dtype = pandas.PeriodDtype(_offset(frequency))
            return pandas.arrays.PeriodArray(_unpacked("<i8", content), dtype=dtype)
        case ("interval", str(closed), ("numbers" | "zoned", *_) as left, right):
            ends = (together(left), together(right))
            return pandas.arrays.IntervalArray.from_arrays(*ends, closed=closed)
        case ("masked", (dtype, content), mask):
            content, mask = _unpacked(dtype, content), _unpacked("|b1", mask)
            return getattr(pandas.arrays, _MASKED[content.dtype.kind])(content, mask)
    raise WireError("a column of an unknown kind came")


def apart_index(index: Any) -> tuple:
    """Return an index as data; raises WireError as `apart` does."""
    pandas = sys.modules["pandas"]
    names = tuple(map(checked_label, index.names))
    if isinstance(index, pandas.RangeIndex):
        return "range", *names, index.start, index.stop, index.step
    if isinstance(index, pandas.MultiIndex):
        levels = tuple(apart_index(level) for level in index.levels)
        codes = tuple(_packed(np.asarray(codes)) for codes in index.codes)
        return "multi", names, levels, codes
    content = _checked_labels(apart(values_of(index)))
    frequency = None
    if isinstance(index, pandas.DatetimeIndex | pandas.TimedeltaIndex):
        frequency = _frequency(index.freq)
    return "labels", *names, content, frequency


def together_index(data: Any) -> Any:
    """Return the index that `apart_index` gave; raises anything, as `together` does."""
    import pandas

    match data:
        case ("range", name, int(start), int(stop), int(step)):
            index = pandas.RangeIndex(start, stop, step, name=checked_label(name))
            if len(index) > _ROWS:
                raise WireError(f"a table of more than {_ROWS} rows came")
            return index
        case ("multi", tuple(names), tuple(levels), tuple(codes)):
            return pandas.MultiIndex(
                [together_index(level) for level in levels],
                [_unpacked(*numbers, "i") for numbers in codes],
                names=[*map(checked_label, names)],
            )
        case ("labels", name, content, str() | None as frequency):
            values = together(_checked_labels(content))
            # Tuples that are labels are not to become a MultiIndex.
            options = {"dtype": values.dtype, "tupleize_cols": False}
            index = pandas.Index(values, name=checked_label(name), **options)
            if frequency is not None:
                if values.dtype.kind not in "Mm":
                    raise WireError("an index of a frequency has no dates")
                index.freq = _offset(frequency)  # which pandas compares with the dates
            return index
    raise WireError("an index of an unknown kind came")


def same(ours: Any, theirs: Any) -> bool:
    """Tell whether two results of `apart` are of one table; items count by identity."""
    if type(ours) is tuple and type(theirs) is tuple:
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if ours is theirs:
        return True
    return (
        type(ours) in (str, bytes, int)
        and type(ours) is type(theirs)
        and (ours == theirs)
    )


def zone_of(tz: Any) -> int | str:
    """Return a time zone as seconds east of Greenwich, or its name."""
    if isinstance(tz, timezone):
        return int(tz.utcoffset(None).total_seconds())
    name = str(tz)
    try:
        zone(name)
    except Exception:
        raise WireError(f"times of the zone {name} cannot cross") from None
    return name


def zone(place: Any) -> Any:
    """Return a time zone, of those that pandas knows by name."""
    import pandas

    if type(place) is int:
        return timezone(timedelta(seconds=place)) if place else UTC
    # pandas would open any file that some names lead to.
    if type(place) is not str or not _ZONE.fullmatch(place):
        raise WireError("a time zone is malformed")
    return pandas.DatetimeTZDtype(tz=place).tz


def apart_period(period: Any) -> tuple[int, str]:
    """Return one period as data; raises WireError as `apart` does."""
    return period.ordinal, _frequency(period.freq) or _refuse(period.freq)


def together_period(ordinal: int, frequency: str) -> Any:
    """Return the period that `apart_period` gave."""
    import pandas

    return pandas.Period(ordinal=ordinal, freq=_offset(frequency))


def _refuse(dtype: Any) -> NoReturn:
    raise WireError(f"a table with a column of dtype {dtype} cannot cross")


def _frequency(offset: Any) -> str | None:
    """Return what names a frequency; None for one that has no name."""
    name = getattr(offset, "freqstr", None)
    try:
        return name if name is not None and _offset(name) == offset else None
    except Exception:
        return None


def _offset(name: str) -> Any:
    from pandas.tseries.frequencies import to_offset

    if not _FREQUENCY.fullmatch(name):
        raise WireError("a frequency is malformed")
    return to_offset(name)


def _packed(array: np.ndarray) -> tuple[str, bytes]:
    dtype = array.dtype.newbyteorder("=")
    if dtype.str not in _DTYPES:
        _refuse(dtype)
    return dtype.str, np.asarray(array, dtype).tobytes()


def _unpacked(name: Any, content: Any, kinds: str = "") -> np.ndarray:
    dtype = _DTYPES[name]
    if type(content) is not bytes or (kinds and dtype.kind not in kinds):
        raise WireError("a column is malformed")
    size, rest = divmod(len(content), dtype.itemsize)
    if rest:
        raise WireError("a column ends within an item")
    array = np.ndarray(size, dtype, content)
    if dtype.kind == "b" and size and array.view(np.uint8).max() > 1:
        raise WireError("a bool is neither 0 nor 1")
    return array


def _objects(items: tuple) -> np.ndarray:
    # One by one: assigned together, lists of one length would be taken for rows.
    return np.fromiter(items, object, len(items))
