"""Mutable values that exist in both rooms, and what has become of them since.

A list, dict, set, array, table or tensor that crosses is copied. In one kernel it would
have been one object, so the two copies are kept equal: each side remembers what its
copy was like when the rooms last spoke, and tells the other what has changed.
"""

import sys
import weakref
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from autograder import randomness, tables
from autograder.wire import Handle

_CONTAINERS = (list, dict, set, deque)
_SMALL = 4096  # bytes up to which a snapshot is a string


class Snapshot:
    """What a mutable value was like.

    Examples
    --------
    >>> value = [1, 2]
    >>> snapshot = Snapshot(value)
    >>> value.append(3)
    >>> snapshot.differs(value)
    True
    """

    __slots__ = ("state",)

    def __init__(self, value: Any) -> None:
        self.state = _state(value)

    def differs(self, value: Any) -> bool:
        """Tell whether the value has changed, and remember its new state if so."""
        if isinstance(value, np.ndarray) and not _holds_objects(value):
            if _same_array(value, self.state):
                return False
        elif isinstance(value, bytearray | array):
            if _state(value) == self.state:
                return False
        elif randomness.kind_of(value):
            if _state(value) == self.state:
                return False
        elif tables.is_table(value):
            if self.state.fits(value):
                return False
        elif isinstance(value, _CONTAINERS) or _holds_objects(value):
            now = _state(value)
            if len(now) == len(self.state) and all(
                a is b for a, b in zip(now, self.state, strict=True)
            ):
                return False
        elif _same_tensor(value, self.state):
            return False
        self.state = _state(value)
        return True


def _holds_objects(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "O"


def _state(value: Any) -> Any:
    if _holds_objects(value):
        return value.reshape(-1).tolist()
    if isinstance(value, bytearray | array):
        return bytes(value)
    if isinstance(value, np.ndarray):
        if value.nbytes <= _SMALL:
            return value.dtype, value.shape, value.tobytes()
        return value.dtype, value.shape, np.array(value, order="C")
    if isinstance(value, dict):
        return [part for pair in value.items() for part in pair]
    if isinstance(value, list | set | deque):
        return list(value)
    if randomness.kind_of(value):
        return _bits(value)
    if tables.is_table(value):
        return tables.TableState(value)
    gradient = None if value.grad is None else _numbers(value.grad).copy()
    return _state(_numbers(value)), gradient, value.requires_grad


def _bits(generator: Any) -> tuple:
    """Return all of a random generator's state, to be compared."""
    state = randomness.state_of(generator)
    if type(state) is not dict:
        return (state,)
    inner = state["state"].values()
    words = (v.tobytes() if isinstance(v, np.ndarray) else v for v in inner)
    rest = (repr(v) for k, v in state.items() if k != "state")
    return (*words, *rest)


def _same_array(value: np.ndarray, state: tuple) -> bool:
    dtype, shape, content = state
    if value.dtype != dtype or value.shape != shape:
        return False
    if type(content) is bytes:
        return value.tobytes() == content
    # Bytes are compared, so that a NaN equals itself; eight at once where possible.
    word = np.uint64 if value.nbytes % 8 == 0 else np.uint8
    ours, theirs = (
        array.reshape(-1).view(np.uint8).view(word)
        for array in (np.ascontiguousarray(value), content)
    )
    return np.array_equal(ours, theirs)


def _same_tensor(value: Any, state: tuple) -> bool:
    data, gradient, learns = state
    if value.requires_grad != learns or not _same_array(_numbers(value), data):
        return False
    if value.grad is None or gradient is None:
        return value.grad is None and gradient is None
    return np.array_equal(_numbers(value.grad), gradient, equal_nan=True)


def _numbers(tensor: Any) -> np.ndarray:
    torch = sys.modules["torch"]
    tensor = tensor.detach().cpu().resolve_conj().resolve_neg()
    if tensor.dtype is torch.bfloat16:
        tensor = tensor.view(torch.int16)
    return tensor.numpy()


def content(value: Any) -> Any:
    """Return the value as something new that can cross by value."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "OUS":
            return value.reshape(-1).tolist()
        return np.array(value)  # no view: it must cross by value
    if isinstance(value, bytearray):
        return [bytes(value)]
    if isinstance(value, array):
        return value.tolist()
    for kind in (list, dict, set):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, deque):
        return list(value)
    if randomness.kind_of(value):
        return (randomness.state_of(value),)
    if tables.is_table(value):
        return tables.apart(value)
    gradient = None if value.grad is None else value.grad.detach()
    return value.detach(), gradient, value.requires_grad


def restore(value: Any, new: Any, wary: bool = False) -> None:
    """Make a value equal to what `content` gave in the other room.

    Parameters
    ----------
    value : object
        A mutable value.
    new : object
        What it has become there.
    wary : bool
        Whether a random generator is taken only where it could have got by drawing.

    Raises
    ------
    ValueError
        If the value is read-only: in one kernel the change had failed.
    TypeError
        If the new content is of another kind.
    """
    if isinstance(value, np.ndarray) and isinstance(new, np.ndarray):
        if value.shape != new.shape and value.size == new.size:
            value.shape = new.shape
        value[...] = new
    elif isinstance(value, np.ndarray) and value.dtype.kind in "OUS":
        for index, item in zip(range(value.size), new, strict=True):
            value.reshape(-1)[index] = item
    elif isinstance(value, bytearray) and type(new) is list:
        value[:] = new[0]
    elif isinstance(value, array) and type(new) is list:
        value[:] = array(value.typecode, new)
    elif isinstance(value, list | dict | set) and isinstance(value, type(new)):
        if isinstance(value, list):
            value[:] = new
        else:
            value.clear()
            value.update(new)
    elif isinstance(value, deque) and type(new) is list:
        value.clear()
        value.extend(new)
    elif randomness.kind_of(value) and type(new) is tuple and len(new) == 1:
        randomness.follow(value, *new, wary)
    elif tables.is_table(value):
        tables.restore(value, new)
    elif hasattr(value, "grad") and type(new) is tuple and len(new) == 3:
        _restore_tensor(value, *new)
    else:
        raise TypeError(f"a {type(value).__name__} cannot become what came")


def _restore_tensor(value: Any, data: Any, gradient: Any, learns: Any) -> None:
    torch = sys.modules["torch"]
    if value.is_leaf and value.requires_grad is not learns:
        value.requires_grad_(learns)
    with torch.no_grad():
        if value.shape == data.shape:
            value.detach().copy_(data)
        else:
            value.data = data
        if gradient is None or not value.requires_grad:
            value.grad = None
        elif value.is_leaf and value.grad is not None:
            value.grad.copy_(gradient)
        elif value.is_leaf:
            value.grad = gradient
    if gradient is not None and value.requires_grad and not value.is_leaf:
        # The other room ran backward as far as its copy: go on from there.
        value.backward(gradient)


def _lasts(value: Any) -> bool:
    """Tell whether a value may be of a kind that cannot say that it is unused."""
    kinds = (*_CONTAINERS, bytearray)
    return isinstance(value, kinds) or randomness.kind_of(value) is not None


class Pairs:
    """The numbered values that are kept equal, as one room holds them.

    Parameters
    ----------
    weak : bool
        Whether this room decides how long a pair lives: arrays, tables and tensors go
        when nobody uses them any more, the rest goes with `forget`. The other room
        holds its copies until it is told that they are gone; it is also the one whose
        random generators are not believed.
    """

    def __init__(self, weak: bool) -> None:
        self.weak = weak
        self.shared: dict[int, Handle] = {}  # id of a value -> what names it
        self.gone: list[int] = []  # numbers that the other room may drop
        self._values: dict[int, Any] = {}
        self._snapshots: dict[int, Snapshot] = {}
        self._kept: list[Any] = []  # alive until the rooms have spoken once more

    def add(self, numbers: Iterable[int], values: list) -> None:
        """Number some values that have just crossed."""
        for number, value in zip(numbers, values, strict=True):
            if value is None:  # a gradient: it goes with its tensor
                continue
            self._snapshots[number] = Snapshot(value)
            self.shared[id(value)] = Handle(["pair", number])
            if self.weak and not _lasts(value):
                self._kept.append(value)
                self._values[number] = weakref.ref(value, self._burier(number, value))
            else:
                self._values[number] = value

    def _burier(self, number: int, value: Any) -> Any:
        identity = id(value)

        def bury(_: Any) -> None:
            self._values.pop(number, None)
            self._snapshots.pop(number, None)
            self.shared.pop(identity, None)
            self.gone.append(number)

        return bury

    def __getitem__(self, number: int) -> Any:
        """Return the value of a number."""
        value = self._values[number]
        return value() if isinstance(value, weakref.ref) else value

    def changes(self) -> Iterator[tuple[int, Any]]:
        """Yield the number and new content of each value that has changed."""
        for number in list(self._values):
            value = self[number]
            if value is not None and self._snapshots[number].differs(value):
                yield number, content(value)
        self._kept.clear()

    def change(self, number: int, new: Any) -> None:
        """Take over a change from the other room."""
        value = self[number]
        if value is not None:
            restore(value, new, self.weak)
            self._snapshots[number].differs(value)

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget values that the other room does not use any more."""
        for number in numbers:
            value = self._values.pop(number, None)
            self._snapshots.pop(number, None)
            self.shared.pop(id(value), None)

    def forget(self) -> None:
        """Let go of lists, dicts and sets, which cannot say that they are unused."""
        lasting = [n for n, v in self._values.items() if _lasts(v)]
        self._kept.clear()
        self.drop(lasting)
        self.gone.extend(lasting)
