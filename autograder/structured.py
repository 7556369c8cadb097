"""NumPy's structured arrays cross as one array per field, and are kept equal.

What cannot cross in an array of its own cannot be a field either: no objects.
"""

import math
import re
from typing import Any

import numpy as np

from autograder.wire import Handle, WireError

_KINDS = "biufcUSMmV"
_TEXT = re.compile(r"<U\d{1,5}|\|S\d{1,5}")
_LARGEST = 1 << 28  # bytes that an array may take: texts can be wider than what came
_NAME = 200  # characters of a field's name


def offer(array: np.ndarray) -> Handle:
    """Return the data of a structured array.

    Raises
    ------
    WireError
        If one of its fields cannot cross.

    Examples
    --------
    >>> offer(np.array([(1, 2.5)], dtype=[("n", "i4"), ("x", "f8")])).data
    [array([1], dtype=int32), array([2.5])]
    """
    dtype = array.dtype
    masked = isinstance(array, np.ma.MaskedArray)
    if masked or not _can_cross(dtype) or array.nbytes > _LARGEST:
        raise WireError(
            f"an array of dtype {dtype} cannot cross: fields must be numbers, bools or "
            f"texts, unmasked, and at most {_LARGEST >> 20} MiB together"
        )
    formats = [_format(dtype[name].base) for name in dtype.names]
    # Which of them has attributes: neither, its items, or the array as well.
    records = 2 if isinstance(array, np.recarray) else int(dtype.type is np.record)
    detail = [[*dtype.names], formats, [*array.shape], records, dtype.isalignedstruct]
    columns = [np.array(np.asarray(array)[name]) for name in dtype.names]
    return Handle(["kept", "structured", detail], columns)


def accept(detail: list, columns: Any) -> np.ndarray:
    """Put a structured array together again.

    Raises
    ------
    WireError
        If the columns do not fit each other, or are too large.
    """
    match detail:
        case [list(names), list(formats), list(sizes), int(records), bool(aligned)]:
            shape = tuple(sizes)
        case _:
            raise WireError("a structured array is malformed")
    if type(columns) is not list or not columns or not all(map(_is_name, names)):
        raise WireError("a structured array has impossible fields")
    if records and any(name.startswith("_") for name in names):
        raise WireError("a record has an impossible attribute")
    fields = [
        (name, *_field(column, text, shape))
        for name, column, text in zip(names, columns, formats, strict=True)
    ]
    dtype = np.dtype(fields, align=aligned)
    if math.prod(shape) * dtype.itemsize > _LARGEST:
        raise WireError("a structured array is too large")
    array = np.zeros(shape, dtype)
    for name, column in zip(names, columns, strict=True):
        array[name] = column
    if records:
        array = array.view(np.dtype((np.record, dtype)))
    return array.view(np.recarray) if records == 2 else array


def _can_cross(dtype: np.dtype) -> bool:
    return dtype.names is not None and all(
        _is_name(name)
        and field.base.kind in _KINDS
        and (field.base.kind != "V" or _can_cross(field.base))
        for name, field in ((name, dtype[name]) for name in dtype.names)
    )


def _is_name(name: Any) -> bool:
    return type(name) is str and 0 < len(name) < _NAME


def _format(dtype: np.dtype) -> str | None:
    return dtype.newbyteorder("=").str if dtype.kind in "US" else None


def _field(column: Any, text: Any, shape: tuple) -> tuple:
    """Return the dtype of a field and the shape of one item in it."""
    if not isinstance(column, np.ndarray) or column.dtype.kind not in _KINDS:
        raise WireError("a field of a structured array is no array")
    if column.shape[: len(shape)] != shape:
        raise WireError("the fields of a structured array differ in size")
    dtype: Any = column.dtype
    if dtype.kind in "US":
        if type(text) is not str or not _TEXT.fullmatch(text):
            raise WireError("a field of texts has no width")
        dtype = np.dtype(text)
    return dtype, column.shape[len(shape) :]
