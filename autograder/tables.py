"""Values of pandas: tables, whose changes cross as well, and what is found in them.

pandas is imported here only where a value of it is met.
"""

import sys
from typing import Any

import numpy as np

from autograder import columns
from autograder.wire import Handle, WireError


def is_table(value: Any) -> bool:
    """Tell whether a value is a DataFrame or a Series."""
    pandas = sys.modules.get("pandas")
    # What an object says of its class does not count.
    return pandas is not None and issubclass(
        type(value), pandas.DataFrame | pandas.Series
    )


def apart(table: Any) -> tuple:
    """Return a DataFrame or Series as data without any list, array or dict of its own.

    Raises
    ------
    WireError
        If a column or an index is of a kind that cannot cross.
    """
    index = columns.apart_index(table.index)
    if isinstance(table, sys.modules["pandas"].Series):
        name = columns.checked_label(table.name)
        return "series", index, name, columns.apart(columns.values_of(table))
    content = (columns.apart(columns.values_of(c)) for _, c in table.items())
    return "frame", index, columns.apart_index(table.columns), tuple(content)


def together(data: Any) -> Any:
    """Return the DataFrame or Series that `apart` gave.

    Raises
    ------
    WireError
        If the data is of no table.
    """
    try:
        return _together(data)
    except WireError:
        raise
    except Exception as error:  # whatever malformed data leads pandas to
        raise WireError(f"a table is malformed: {error}") from None


def _together(data: Any) -> Any:
    import pandas

    def column(values: Any, name: Any = None) -> Any:
        if len(values) != len(index):
            raise WireError("a column of a table has another length than its index")
        # With a dtype: pandas would look for a better one for objects.
        return pandas.Series(values, index, values.dtype, name, copy=False)

    match data:
        case ("series", index, name, content):
            index = columns.together_index(index)
            values = columns.together(content).copy()  # which can be written to
            return column(values, columns.checked_label(name))
        case ("frame", index, labels, tuple(content)):
            index = columns.together_index(index)
            made = {n: column(columns.together(c)) for n, c in enumerate(content)}
            frame = pandas.DataFrame(made, index, copy=True)
            frame.columns = columns.together_index(labels)
            return frame
    raise WireError("a table of an unknown kind came")


class TableState:
    """What a table was like.

    From pandas 3 on, a copy shares the columns of the original until one of the two is
    written to, which then gets a column of its own: to copy costs nothing, and as long
    as the original has its columns and labels, nothing was written.

    Parameters
    ----------
    table : DataFrame or Series
    """

    __slots__ = ("_before", "_parts")

    def __init__(self, table: Any) -> None:
        if _copies_on_write():
            self._before, self._parts = table.copy(deep=False), _parts(table)
        else:
            self._before, self._parts = apart(table), None

    def fits(self, table: Any) -> bool:
        """Tell whether a table is still what it was."""
        if self._parts is None:
            before = self._before
        else:
            now = _parts(table)
            if len(now) == len(self._parts) and all(
                a is b for a, b in zip(now, self._parts, strict=True)
            ):
                return True
            before = apart(self._before)
        try:
            return columns.same(before, apart(table))
        except WireError:  # changed into what cannot cross: to be said once it is sent
            return False


def _copies_on_write() -> bool:
    return int(sys.modules["pandas"].__version__.split(".")[0]) >= 3


def _parts(table: Any) -> list:
    """Return the objects that a table consists of; all that is written to is new."""
    parts = [getattr(table, "name", None)] if table.ndim == 1 else []
    for block in table._mgr.blocks:
        parts += (block.values, block.mgr_locs)
    for axis in table.axes:
        parts += (axis, *axis.names, getattr(axis, "freq", None))
    return parts


def restore(table: Any, data: Any) -> None:
    """Make a table what `apart` gave in the other room.

    Raises
    ------
    WireError
        If the data is of no table.
    TypeError
        If it is of one of another kind.
    """
    made = together(data)
    if made.ndim != table.ndim:
        raise TypeError("a DataFrame is no Series")
    table._update_inplace(made)
    if made.ndim == 1:
        table.name = made.name


def offer(value: Any) -> Handle | None:
    """Return the data of an index, array, dtype or scalar; None if it is no such."""
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return None
    if value is pandas.NaT or value is pandas.NA:
        return Handle(["pandas", "NaT" if value is pandas.NaT else "NA"])
    kind = type(value)
    if issubclass(kind, pandas.Timestamp):
        place = None if value.tz is None else columns.zone_of(value.tz)
        return Handle(["pandas", "Timestamp"], (value.asm8, place))
    if issubclass(kind, pandas.Timedelta):
        return Handle(["pandas", "Timedelta"], value.asm8)
    if issubclass(kind, pandas.Period):
        return Handle(["pandas", "Period"], columns.apart_period(value))
    if issubclass(kind, pandas.Interval):
        return Handle(["pandas", "Interval"], (value.left, value.right, value.closed))
    if issubclass(kind, pandas.Index):
        return Handle(["pandas", "index"], columns.apart_index(value))
    if issubclass(kind, pandas.api.extensions.ExtensionArray) and value.ndim == 1:
        if kind is pandas.arrays.NumpyExtensionArray:
            value = value.to_numpy()
        return Handle(["pandas", "array"], columns.apart(value))
    if issubclass(kind, pandas.api.extensions.ExtensionDtype):
        return Handle(["pandas", "dtype"], columns.apart(pandas.array([], value)))
    return None


def accept(name: str, data: Any) -> Any:
    """Put such a value together again.

    Raises
    ------
    WireError
        If the data does not fit.
    """
    try:
        return _accept(name, data)
    except WireError:
        raise
    except Exception as error:
        raise WireError(f"a value of pandas is malformed: {error}") from None


def _accept(name: str, data: Any) -> Any:
    import pandas

    match name, data:
        case "NaT" | "NA", None:
            return getattr(pandas, name)
        case "Timestamp", (np.datetime64() as moment, place):
            made = pandas.Timestamp(moment)
            if place is None:
                return made
            return made.tz_localize("UTC").tz_convert(columns.zone(place))
        case "Timedelta", np.timedelta64():
            return pandas.Timedelta(data)
        case "Period", (int(ordinal), str(frequency)):
            return columns.together_period(ordinal, frequency)
        case "Interval", (left, right, str(closed)):
            ends = map(columns.checked_label, (left, right))
            return pandas.Interval(*ends, closed)
        case "index", _:
            return columns.together_index(data)
        case "array", _:
            return pandas.array(values := columns.together(data), values.dtype)
        case "dtype", _:
            return columns.together(data).dtype
    raise WireError("a value of pandas of an unknown kind came")
