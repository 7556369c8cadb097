"""Values of SciPy that cross as data: sparse matrices, and what solvers return.

SciPy's compiled code reads and writes wherever the indices of a sparse matrix lead, so
they are checked before one is made, and no memory is taken for a shape alone. Its
arrays are copies in both rooms: a change of what a message held reaches none of them.
"""

import importlib
import sys
from typing import Any

import numpy as np

from autograder.wire import Handle, WireError

_FORMATS = frozenset({"csr", "csc", "coo", "dia", "lil", "dok"})
_COMPRESSED = ("csr", "csc")
_LISTS = 1 << 18  # rows of a "lil", each of which takes lists of its own
# Dicts whose items are attributes too: where their classes are.
_RESULTS = {
    "OdeResult": "scipy.integrate._ivp.ivp",
    "RootResults": "scipy.optimize",
    "OptimizeResult": "scipy.optimize",
}


def offer(value: Any) -> Handle | None:
    """Return the data of a value of SciPy's; None if it is none that can cross."""
    sparse = sys.modules.get("scipy.sparse")
    if sparse is not None and sparse.issparse(value):
        return _offer_sparse(value, sparse)
    if not isinstance(value, dict) or type(value) is dict:
        return None
    names = [c.__name__ for c in type(value).__mro__ if _is_scipy(c)]
    if not names or not all(map(_is_attribute, value)):
        return None
    name = next((name for name in names if name in _RESULTS), "OptimizeResult")
    return Handle(["result", name], dict(value))


def accept(mark: list, data: Any) -> Any:
    """Put such a value together again.

    Raises
    ------
    WireError
        If the data does not fit.
    """
    try:
        match mark:
            case ["result", str(name)] if name in _RESULTS:
                return _result(name, data)
            case ["sparse", str(name), bool(array), [int(rows), int(columns)]]:
                if name in _FORMATS:
                    return _sparse(name, array, (rows, columns), *data)
    except WireError:
        raise
    except Exception as error:  # SciPy raises what it likes
        raise WireError(f"the data of a value of SciPy's is wrong: {error}") from None
    raise WireError("a value of SciPy's of an unknown kind came")


def _is_scipy(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == "scipy"


def _is_attribute(key: Any) -> bool:
    # NumPy would read memory at an address that `__array_interface__` says.
    return type(key) is str and key.isidentifier() and not key.startswith("_")


def _result(name: str, data: Any) -> Any:
    if type(data) is not dict or not all(map(_is_attribute, data)):
        raise WireError("a solver's result has impossible attributes")
    kind = getattr(importlib.import_module(_RESULTS[name]), name)
    made = kind.__new__(kind)
    dict.update(made, data)
    return made


def _offer_sparse(value: Any, sparse: Any) -> Handle | None:
    name, array = value.format, isinstance(value, sparse.sparray)
    if name not in _FORMATS or value.ndim != 2:
        return None
    if name in ("lil", "dok"):
        value = value.tocoo()
    if name in _COMPRESSED:
        indices = value.indices, value.indptr
    else:
        indices = (value.offsets,) if name == "dia" else (value.row, value.col)
    shape = tuple(map(int, value.shape))
    parts = tuple(map(np.array, (value.data, *indices)))
    if not _fits(name, shape, *parts):
        return None
    return Handle(["sparse", name, array, [*shape]], parts)


def _sparse(name: str, array: bool, shape: tuple[int, int], *parts: Any) -> Any:
    if not _fits(name, shape, *parts):
        raise WireError("the parts of a sparse matrix do not fit together")
    sparse = importlib.import_module("scipy.sparse")
    direct = "coo" if name in ("lil", "dok") else name
    kind = getattr(sparse, f"{direct}_{'array' if array else 'matrix'}")
    data, *indices = parts
    if direct in _COMPRESSED:
        content = (data, *indices)
    else:
        content = data, (indices[0] if direct == "dia" else tuple(indices))
    return kind(content, shape=shape, copy=True).asformat(name)


def _fits(name: str, shape: tuple[int, int], data: Any, *indices: Any) -> bool:
    """Tell whether all indices of a sparse matrix lie inside its shape."""
    if not all(0 <= size < 1 << 48 for size in shape):
        return False
    if name == "lil" and shape[0] > _LISTS:
        return False
    if not all(type(part) is np.ndarray for part in (data, *indices)):
        return False
    if data.dtype.kind not in "biufc":
        return False
    if not all(i.ndim == 1 and i.dtype in (np.int32, np.int64) for i in indices):
        return False
    rows, columns = shape if name != "csc" else shape[::-1]
    match name, indices:
        case "csr" | "csc", (inner, starts):
            fits = len(starts) == rows + 1 and starts[0] == 0
            fits = fits and bool((starts[:-1] <= starts[1:]).all())
            fits = fits and starts[-1] == len(inner)
            return fits and data.shape == inner.shape and _inside(inner, 0, columns)
        case "dia", (offsets,):
            fits = data.ndim == 2 and len(data) == len(offsets)
            fits = fits and len(np.unique(offsets)) == len(offsets)
            return fits and _inside(offsets, 1 - rows, columns)
        case "coo" | "lil" | "dok", (row, column):
            fits = data.shape == row.shape == column.shape
            return fits and _inside(row, 0, rows) and _inside(column, 0, columns)
    return False


def _inside(indices: np.ndarray, low: int, high: int) -> bool:
    return not indices.size or bool(low <= indices.min() and indices.max() < high)
