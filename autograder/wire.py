"""The codec between the rooms: data in, data out, and nothing else.

What arrives was written by a student's process, so it is believed in nothing. A message
names no types beyond the fixed tags below, is never unpickled, and each size in it is
checked before memory is taken for it.

A message is a frame on a stream socket:

    4 bytes   length of the header, big-endian
    8 bytes   length of all buffers together, big-endian
    header    JSON: [tree, [length of each buffer]], and perhaps a note
    buffers   the bytes of arrays, one after the other

A note is a list of None, bools, strings and small ints, which costs less than a tree.

In the tree, None, bool, str, float and small int stand for themselves. Everything else
is a list that begins with a tag. "r" refers to an array, a tensor, a list, dict or set
that came before, so that `f(x, x)` passes one and not two. A few lists that each hold
the one before twice would make a value that nobody can walk: items count as often as
they are met, their number is limited, and cycles are refused. "h" is a handle, a mark
that the caller of this module gives a meaning: it stands for what stays in its room.

Both sides can collect the mutable values of a message, which come in the same order to
both, so that a later message can speak of "the third".
"""

import json
import math
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from autograder.errors import AutograderError

_PREFIX = struct.Struct(">IQ")
_SMALL = 1 << 53  # JSON numbers beyond this travel as hexadecimal
_ALIGNMENT = 16
_REPEATED = 64 << 20  # bytes of an array that repeats a few items
AT_ONCE = 1 << 16  # bytes up to which a frame is one piece, and an array copied
_CLOSED = "the other room has closed the connection"
_NO_HEADER = "the header is not a tree and the lengths of its buffers"
_to_json = json.JSONEncoder(separators=(",", ":")).encode
_from_json = json.JSONDecoder().raw_decode

# The only dtypes that are ever made: by this table, never from a name that came in.
_DTYPES = {
    np.dtype(kind).str: np.dtype(kind)
    for kind in (
        *("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"),
        *("f2", "f4", "f8", "c8", "c16"),
    )
}
_DTYPE_NAMES = {dtype: name for name, dtype in _DTYPES.items()}
_RICH = frozenset("OUSMmV")  # kinds of which only a handle can tell
_TENSOR_DTYPES = (
    *("bool", "uint8", "int8", "int16", "int32", "int64"),
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
)

_ITSELF = frozenset({type(None), bool, str, float})
_NOTES = frozenset({type(None), bool, str, int})
_IMMUTABLE = frozenset({complex, slice, range, frozenset, bytes})
# Whose subclasses cross as plain values, once the handle has left them alone.
_BASES = (int, float, complex, str, bytes, tuple, list, dict, set, frozenset)


class WireError(AutograderError):
    """A value cannot cross between the rooms, or what came is no message."""


class Handle(NamedTuple):
    """What crosses in place of a value: a mark, and perhaps data beside it.

    Parameters
    ----------
    mark : list
        Numbers, strings, bools, None and lists of them, for the other side's `handle`.
    data : object
        Any value that can cross itself.
    """

    mark: list
    data: Any = None


@dataclass(frozen=True)
class Limits:
    """What one message may ask of the process that reads it.

    Parameters
    ----------
    header_bytes : int
        Length of the header: structure, numbers and text.
    buffer_bytes : int
        Length of all arrays together.
    depth : int
        Containers inside containers.
    items : int
        Items of all containers together.
    """

    header_bytes: int = 32 << 20
    buffer_bytes: int = 1 << 30
    depth: int = 64
    items: int = 4_000_000


LIMITS = Limits()


def encode(
    value: Any,
    handle: Callable[[Any], Handle | None] | None = None,
    limits: Limits = LIMITS,
    shared: Mapping[int, Handle] | None = None,
    mutables: list | None = None,
    note: Callable[[], list] | None = None,
) -> list[memoryview | bytes]:
    """Write a value as the pieces of a frame; large arrays are not copied.

    Parameters
    ----------
    value : object
        None, bool, int of any size, float, complex, str, bytes, tuple, list, dict, set,
        frozenset, slice, range, NumPy arrays and scalars of numeric and bool dtypes,
        NumPy and torch dtypes, torch tensors, and these inside each other.
    handle : callable, optional
        Called with anything else, and with tensors that require a gradient; returns
        what stands for it on the other side, or None if it cannot cross.
    limits : Limits
        What the other side accepts.
    shared : mapping of int to Handle, optional
        The ids of mutable values that the other side holds too, and what names them.
    mutables : list, optional
        Gets the arrays, tensors, lists, dicts and sets that crossed by value.
    note : callable, optional
        Called once the value is written; returns what goes beside it.

    Raises
    ------
    WireError
        If the value, or something in it, cannot cross; the message says what and where.

    Examples
    --------
    >>> decode(b"".join(encode({"a": (1, [2.5, None])})))
    {'a': (1, [2.5, None])}
    """
    writer = _Writer(handle, limits, shared or {}, mutables)
    tree = writer.write(value, (), 0)
    lengths = [len(buffer) for buffer in writer.buffers]
    content = [tree, lengths] if note is None else [tree, lengths, note()]
    header = _to_json(content).encode("ascii")
    # So that the first array lies where its numbers can be read in place.
    header += b" " * (-len(header) % _ALIGNMENT)
    if len(header) > limits.header_bytes:
        raise WireError(
            f"the value is too large: {len(header)} bytes of structure and text, at "
            f"most {limits.header_bytes} can cross; put numbers into an array"
        )
    if sum(lengths) > limits.buffer_bytes:
        raise WireError(
            f"the value is too large: {sum(lengths)} bytes of arrays, at most "
            f"{limits.buffer_bytes} can cross"
        )
    return [_PREFIX.pack(len(header), sum(lengths)), header, *writer.buffers]


def decode(
    frame: bytes | bytearray,
    handle: Callable[[list, Any], Any] | None = None,
    limits: Limits = LIMITS,
    mutables: list | None = None,
) -> Any:
    """Read a whole frame, as `encode` wrote it.

    Parameters
    ----------
    frame : bytes
        All pieces, joined.
    handle : callable, optional
        Called with the mark and the data of what stayed on the other side.
    limits : Limits
        What is accepted.
    mutables : list, optional
        Gets the arrays, tensors, lists, dicts and sets that came, in `encode`'s order.

    Raises
    ------
    WireError
        If the bytes are no message within the limits. No other error comes out.
    """
    header_bytes, buffer_bytes = _read_prefix(frame[: _PREFIX.size], limits)
    end = _PREFIX.size + header_bytes
    if len(frame) != end + buffer_bytes:
        raise WireError(f"a frame of {len(frame)} bytes does not have its own length")
    buffers = memoryview(frame)[end:]
    return _decode(frame[_PREFIX.size : end], buffers, handle, limits, mutables)[0]


def send(
    stream: socket.socket,
    value: Any,
    handle: Callable[[Any], Handle | None] | None = None,
    limits: Limits = LIMITS,
    shared: Mapping[int, Handle] | None = None,
    mutables: list | None = None,
    note: Callable[[], list] | None = None,
) -> None:
    """Encode a value and send it; raises WireError before the first byte or never."""
    frame = encode(value, handle, limits, shared, mutables, note)
    if sum(map(len, frame)) <= AT_ONCE:
        stream.sendall(b"".join(frame))
        return
    pieces = [memoryview(piece) for piece in frame]
    while pieces:
        sent = stream.sendmsg(pieces[:64])
        while pieces and sent >= len(pieces[0]):
            sent -= len(pieces.pop(0))
        if sent:
            pieces[0] = pieces[0][sent:]


def receive(
    stream: socket.socket,
    handle: Callable[[list, Any], Any] | None = None,
    limits: Limits = LIMITS,
    mutables: list | None = None,
) -> tuple[Any, list | None]:
    """Receive one value and its note.

    Raises
    ------
    WireError
        If something else came.
    EOFError
        At the end of the stream.
    """
    prefix = _receive_exactly(stream, _PREFIX.size)
    header_bytes, buffer_bytes = _read_prefix(prefix, limits)
    size = header_bytes + buffer_bytes
    if size <= AT_ONCE:
        data = _receive_exactly(stream, size)
        header, buffers = data[:header_bytes], memoryview(data)[header_bytes:]
    else:
        header = _receive_many(stream, header_bytes)
        buffers = memoryview(_receive_many(stream, buffer_bytes))
    return _decode(header, buffers, handle, limits, mutables)


def _receive_exactly(stream: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        more = stream.recv(length - len(data))
        if not more:
            raise EOFError(_CLOSED)
        data = data + more if data else more
    return data


def _receive_many(stream: socket.socket, length: int) -> np.ndarray:
    # np.empty takes no pages until bytes arrive; bytearray would clear them all.
    data = np.empty(length, np.uint8)
    view, got = memoryview(data), 0
    while got < length:
        step = stream.recv_into(view[got:], min(length - got, 1 << 20))
        if step == 0:
            raise EOFError(_CLOSED)
        got += step
    return data


def _read_prefix(prefix: Any, limits: Limits) -> tuple[int, int]:
    if len(prefix) != _PREFIX.size:
        raise WireError(f"a frame of {len(prefix)} bytes has no complete prefix")
    header_bytes, buffer_bytes = _PREFIX.unpack(prefix)
    if header_bytes > limits.header_bytes or buffer_bytes > limits.buffer_bytes:
        raise WireError(
            f"a frame of {header_bytes} + {buffer_bytes} bytes is announced, at most "
            f"{limits.header_bytes} + {limits.buffer_bytes} are accepted"
        )
    return header_bytes, buffer_bytes


def _decode(
    header: Any, buffers: memoryview, handle: Any, limits: Limits, mutables: Any
) -> tuple[Any, list | None]:
    try:
        text = str(header, "ascii")
        content, end = _from_json(text)
    except (ValueError, RecursionError) as error:
        raise WireError(f"the header is no JSON: {type(error).__name__}") from None
    if text[end:].strip(" "):
        raise WireError("the header goes on after its JSON")
    # As `match` would take it apart, in a third of the time.
    if type(content) is not list or not 2 <= len(content) <= 3:
        raise WireError(_NO_HEADER)
    tree, lengths = content[:2]
    note = content[2] if len(content) == 3 else None
    if type(lengths) is not list or (
        note is not None
        and (type(note) is not list or not _NOTES.issuperset(map(type, note)))
    ):
        raise WireError(_NO_HEADER)
    reader = _Reader(buffers, lengths, handle, limits, mutables)
    return reader.read_all(tree), note


def _place(where: tuple) -> str:
    """Say in words where a value stands: (2, (0, ())) is item 2 of item 0."""
    words = []
    while where:
        number, where = where
        words.append(f"item {number} of ")
    return "".join(words) + "the value"


def _laid_out(value: np.ndarray) -> tuple[np.ndarray, list | None]:
    """Return memory that holds an array, and [offset, strides, writeable] in it.

    The gaps of a view are zeros: what lies between belongs to nobody's business.
    """
    native = value.dtype.newbyteorder("=")
    writeable = bool(value.flags.writeable)
    if value.flags.c_contiguous or value.dtype.kind not in "?biufc" or not value.size:
        array = np.ascontiguousarray(value, native)
        return array, [0, [*array.strides], writeable]
    steps = [(n - 1) * s for n, s in zip(value.shape, value.strides, strict=True)]
    low = sum(step for step in steps if step < 0)
    high = sum(step for step in steps if step > 0) + value.itemsize
    if high - low > 16 * value.nbytes + 4096:
        return np.ascontiguousarray(value, native), [0, None, writeable]
    memory = np.zeros(high - low, np.uint8)
    inside = np.ndarray(value.shape, native, memory, -low, value.strides)
    inside[...] = value
    return memory.view(np.uint8), [-low, [*value.strides], writeable]


class _Writer:
    def __init__(self, handle: Any, limits: Limits, shared: Any, mutables: Any) -> None:
        self.handle, self.limits = handle, limits
        self.shared = shared
        self.mutables = [] if mutables is None else mutables
        self.buffers: list[memoryview | bytes] = []
        self.numbers: dict[int, int] = {}  # id of an array -> its number
        self.path: set[int] = set()  # the containers that we are in
        self.sizes: dict[int, int] = {}  # id of a container -> all items in it
        self.left = limits.items

    def write(self, value: Any, where: tuple, depth: int) -> Any:
        kind = type(value)
        if kind in _ITSELF:
            return value
        if kind is int:
            return value if -_SMALL <= value <= _SMALL else ["i", hex(value)]
        if depth > self.limits.depth:
            raise WireError(
                f"{_place(where)} lies more than {self.limits.depth} containers deep; "
                f"only flatter data can cross"
            )
        if kind is tuple:
            return ["t", *self._items(value, where, depth)]
        if kind in _IMMUTABLE:
            return self._write_immutable(value, kind, where, depth)
        if kind is not np.ndarray and isinstance(value, np.generic | np.dtype):
            return self._write_numpy(value, where, depth)
        identity = id(value)
        if identity in self.shared:
            return ["h", self.shared[identity].mark, None]
        if identity in self.path:
            raise WireError(f"{_place(where)} contains itself; such data cannot cross")
        if identity in self.numbers:
            self._take(self.sizes.get(identity, 0))
            return ["r", self.numbers[identity]]
        if isinstance(value, np.ndarray):
            return self._write_array(value, where, depth)
        return self._write_mutable(value, kind, where, depth)

    def _write_immutable(
        self, value: Any, kind: type, where: tuple, depth: int
    ) -> list:
        if kind is complex:
            return ["c", value.real, value.imag]
        if kind is bytes:
            return ["b", self._buffer(memoryview(value))]
        if kind in (slice, range):
            tag = ":" if kind is slice else "R"
            parts = (value.start, value.stop, value.step)
            return [tag, *(self.write(part, where, depth + 1) for part in parts)]
        return ["f", *self._items(value, where, depth)]

    def _write_numpy(self, value: Any, where: tuple, depth: int) -> list:
        dtype = value if isinstance(value, np.dtype) else value.dtype
        handle = self.handle(value) if self.handle and dtype.kind in _RICH else None
        if handle is not None:
            return ["h", handle.mark, self.write(handle.data, where, depth + 1)]
        if isinstance(value, np.dtype):
            return ["d", self._dtype(value, where)]
        array = np.asarray(value)
        return ["n", self._dtype(array.dtype, where), self._buffer(array.data)]

    def _write_array(self, value: np.ndarray, where: tuple, depth: int) -> list:
        if type(value) is np.ndarray and value.base is None and value.flags.carray:
            name = _DTYPE_NAMES.get(value.dtype)  # none for what is not native
            if name is not None:
                self.numbers[id(value)] = len(self.numbers)
                self.mutables.append(value)
                return ["a", name, [*value.shape], self._array_buffer(value), None]
        special = isinstance(value, np.ma.MaskedArray | np.matrix)
        if special or value.dtype.kind in _RICH:
            handle = self.handle(value) if self.handle else None
            if handle is not None:
                return ["h", handle.mark, self.write(handle.data, where, depth + 1)]
        elif value.base is not None and self.handle:
            handle = self.handle(value)  # a part of something that both rooms have?
            if handle is not None:
                return ["h", handle.mark, None]
        array, layout = value, None
        plain = type(value) is np.ndarray and value.dtype.isnative
        if not (plain and value.flags.c_contiguous and value.flags.writeable):
            array, layout = _laid_out(value)
        dtype = self._dtype(value.dtype, where)
        self.numbers[id(value)] = len(self.numbers)
        self.mutables.append(value)
        shape = [*value.shape]
        return ["a", dtype, shape, self._array_buffer(array), layout]

    def _write_mutable(self, value: Any, kind: type, where: tuple, depth: int) -> Any:
        torch = sys.modules.get("torch")
        if torch is not None:
            if isinstance(value, torch.dtype):
                return ["D", str(value).removeprefix("torch.")]
            if isinstance(value, torch.Size):
                return ["t", *value]
            # What requires a gradient has a graph, of which only a handle can tell.
            if kind is torch.Tensor and not (value.requires_grad and self.handle):
                if value._base is not None and self.handle:
                    handle = self.handle(value)  # a part of what both rooms have?
                    if handle is not None:
                        return ["h", handle.mark, None]
                return self._write_tensor(value, torch, where)
        if kind in (list, set, dict):
            self.path.add(id(value))
            self.mutables.append(value)  # which keeps it: its id names no other
            self._number(value)
            before = self.left
            items = value
            if kind is dict:
                items = [part for pair in value.items() for part in pair]
            tag = {list: "l", set: "s", dict: "m"}[kind]
            tree = [tag, *self._items(items, where, depth)]
            self.path.discard(id(value))
            self.sizes[id(value)] = before - self.left
            return tree
        handle = self.handle(value) if self.handle else None
        if handle is not None:
            return ["h", handle.mark, self.write(handle.data, where, depth + 1)]
        base = next((b for b in _BASES if isinstance(value, b)), None)
        if base is not None:  # an IntEnum, an OrderedDict: its plain value
            place = len(self.mutables)
            tree = self.write(base(value), where, depth)
            if base in (list, dict, set):
                self.mutables[place] = value  # which changes are for
            return tree
        raise WireError(
            f"{_place(where)} is a {kind.__module__}.{kind.__qualname__}, which cannot "
            f"cross; return arrays, tensors, numbers, strings or containers of them"
        )

    def _write_tensor(self, tensor: Any, torch: Any, where: tuple) -> list:
        name = str(tensor.dtype).removeprefix("torch.")
        if name not in _TENSOR_DTYPES or tensor.layout is not torch.strided:
            raise WireError(
                f"{_place(where)} is a tensor of {tensor.dtype}, {tensor.layout}"
            )
        data = tensor.detach().cpu().resolve_conj().resolve_neg().contiguous()
        if name == "bfloat16":
            data = data.view(torch.int16)
        self._number(tensor)
        self.mutables.append(tensor)
        return [
            "T",
            name,
            list(tensor.shape),
            tensor.requires_grad,
            self._array_buffer(data.numpy()),
        ]

    def _take(self, items: int) -> None:
        self.left -= items
        if self.left < 0:
            raise WireError(
                f"the value is too large: at most {self.limits.items} items of lists, "
                f"tuples, dicts and sets can cross; put numbers into an array"
            )

    def _items(self, items: Any, where: tuple, depth: int) -> list:
        self._take(len(items))
        return [
            item
            if type(item) in _ITSELF
            else self.write(item, (number, where), depth + 1)
            for number, item in enumerate(items)
        ]

    def _number(self, value: Any) -> None:
        self.numbers[id(value)] = len(self.numbers)

    def _array_buffer(self, array: np.ndarray) -> int:
        if array.nbytes <= AT_ONCE:
            self.buffers.append(array.tobytes())
            return len(self.buffers) - 1
        return self._buffer(array.reshape(-1).view(np.uint8).data)

    def _buffer(self, view: memoryview) -> int:
        self.buffers.append(view.cast("B") if view.ndim != 1 else view)
        if self.buffers[-1].itemsize != 1:
            self.buffers[-1] = self.buffers[-1].cast("B")
        return len(self.buffers) - 1

    @staticmethod
    def _dtype(dtype: np.dtype, where: tuple) -> str:
        name = _DTYPE_NAMES.get(dtype)
        if name is None:
            name = dtype.newbyteorder("=").str
            if name not in _DTYPES:
                raise WireError(
                    f"{_place(where)} is an array of dtype {dtype}; only numbers and "
                    f"bools of the usual sizes can cross"
                )
        return name


class _Reader:
    def __init__(
        self,
        buffers: memoryview,
        lengths: list,
        handle: Any,
        limits: Limits,
        mutables: Any,
    ) -> None:
        self.handle, self.limits = handle, limits
        self.mutables = [] if mutables is None else mutables
        self.seen: list[Any] = []
        self.open: set[int] = set()  # numbers of containers that are being read
        # Number of a container -> all items in it, and how deep they go.
        self.sizes: dict[int, tuple[int, int]] = {}
        self.left, self.deepest = limits.items, 0
        self.copied = limits.buffer_bytes  # how much bytes may still take
        self.buffers = []
        start = 0
        for length in lengths:
            if type(length) is not int or not 0 <= length <= len(buffers) - start:
                raise WireError("a buffer is longer than what came")
            self.buffers.append(buffers[start : start + length])
            start += length
        if start != len(buffers):
            raise WireError("bytes are left that belong to no buffer")

    def read_all(self, tree: Any) -> Any:
        try:
            return self.read(tree, 0)
        except WireError:
            raise
        except (TypeError, ValueError, IndexError, OverflowError) as error:
            raise WireError(f"the tree is malformed: {error}") from None

    def read(self, tree: Any, depth: int) -> Any:
        if type(tree) is not list:
            if type(tree) is dict:
                raise WireError("the tree holds a JSON object")
            return tree
        self._go(depth)
        if not tree or type(tree[0]) is not str or tree[0] not in self._readers:
            raise WireError("the tree holds an unknown tag")
        return self._readers[tree[0]](self, depth, *tree[1:])

    def _many(self, items: Any, depth: int) -> list:
        self._count(len(items))
        return [
            item if type(item) in _ITSELF else self.read(item, depth + 1)
            for item in items
        ]

    def _integer(self, depth: int, text: str) -> int:
        return int(text, 16)

    def _complex(self, depth: int, real: float, imag: float) -> complex:
        return complex(float(real), float(imag))

    def _bytes(self, depth: int, buffer: int) -> bytes:
        content = self._take(buffer)
        self.copied -= len(content)
        if self.copied < 0:  # the same buffer again and again
            raise WireError(f"more than {self.limits.buffer_bytes} bytes came")
        return bytes(content)

    def _slice(self, depth: int, *parts: Any) -> slice:
        start, stop, step = self._many(parts, depth)
        return slice(start, stop, step)

    def _range(self, depth: int, *parts: Any) -> range:
        start, stop, step = self._many(parts, depth)
        return range(start, stop, step)

    def _tuple(self, depth: int, *items: Any) -> tuple:
        return tuple(self._many(items, depth))

    def _frozenset(self, depth: int, *items: Any) -> frozenset:
        return frozenset(self._many(items, depth))

    def _count(self, items: int) -> None:
        self.left -= items
        if self.left < 0:
            raise WireError(f"more than {self.limits.items} items came")

    def _go(self, depth: int) -> None:
        if depth > self.limits.depth + 1:
            raise WireError(f"the tree is deeper than {self.limits.depth}")
        if depth > self.deepest:
            self.deepest = depth

    def _list(self, depth: int, *items: Any) -> list:
        made: list = []
        made.extend(self._inside(made, items, depth))
        return made

    def _set(self, depth: int, *items: Any) -> set:
        made: set = set()
        made.update(self._inside(made, items, depth))
        return made

    def _dict(self, depth: int, *items: Any) -> dict:
        made: dict = {}
        values = self._inside(made, items, depth)
        made.update(zip(values[::2], values[1::2], strict=True))
        return made

    def _inside(self, made: Any, items: Any, depth: int) -> list:
        """Read the items of a container, which is numbered before they are."""
        number, before, deepest = len(self.seen), self.left, self.deepest
        self.seen.append(made)
        self.mutables.append(made)
        self.open.add(number)
        self.deepest = depth
        values = self._many(items, depth)
        self.open.discard(number)
        self.sizes[number] = before - self.left, self.deepest - depth
        self.deepest = max(deepest, self.deepest)
        return values

    def _reference(self, depth: int, number: int) -> Any:
        if type(number) is not int or not 0 <= number < len(self.seen):
            raise WireError("a reference leads nowhere")
        if number in self.open:
            raise WireError("a container contains itself")
        size, height = self.sizes.get(number, (0, 0))
        self._count(size)
        self._go(depth + height)
        return self.seen[number]

    def _array(
        self, depth: int, dtype: str, shape: list, buffer: int, layout: list | None
    ) -> np.ndarray:
        kind = _DTYPES[self._known(dtype)]
        if layout is None:
            array = self._shaped(kind, shape, buffer)
        else:
            array = self._strided(kind, shape, buffer, *layout)
        self.seen.append(array)
        self.mutables.append(array)
        return array

    def _strided(
        self, dtype: np.dtype, shape: list, buffer: int, *layout: Any
    ) -> np.ndarray:
        """Make an array that is laid out as it was in the other room."""
        match layout:
            case (int(offset), list() | None as strides, bool(writeable)):
                pass
            case _:
                raise WireError("the layout of an array is malformed")
        if strides is None or math.prod(shape) == 0:
            array = self._shaped(dtype, shape, buffer)
        else:
            memory = np.frombuffer(self._take(buffer), np.uint8)
            size = math.prod(self._sizes(shape)) * dtype.itemsize
            if size > 16 * memory.size + _REPEATED:
                raise WireError("an array repeats its items too often")
            if dtype.kind == "b" and memory.size and memory.max() > 1:
                raise WireError("a bool is neither 0 nor 1")
            # NumPy checks that all of it lies in the buffer.
            array = np.ndarray(
                self._sizes(shape), dtype, memory.copy(), offset, tuple(strides)
            )
            if array.flags.f_contiguous:
                array = array.copy(order="F")
        array.flags.writeable = writeable
        return array

    def _scalar(self, depth: int, dtype: str, buffer: int) -> np.generic:
        return self._shaped(_DTYPES[self._known(dtype)], [], buffer)[()]

    def _numpy_dtype(self, depth: int, dtype: str) -> np.dtype:
        return _DTYPES[self._known(dtype)]

    def _tensor_dtype(self, depth: int, name: str) -> Any:
        import torch

        if name not in _TENSOR_DTYPES:
            raise WireError("an unknown dtype of torch")
        return getattr(torch, name)

    def _tensor(
        self, depth: int, name: str, shape: list, gradient: bool, buffer: int
    ) -> Any:
        import torch

        dtype = self._tensor_dtype(depth, name)
        stored = "int16" if name == "bfloat16" else name
        array = self._shaped(np.dtype(stored), shape, buffer)
        tensor = torch.from_numpy(array)
        if name == "bfloat16":
            tensor = tensor.view(dtype)
        if gradient is True:
            if not (dtype.is_floating_point or dtype.is_complex):
                raise WireError(f"a tensor of {name} cannot require a gradient")
            tensor.requires_grad_()
        self.seen.append(tensor)
        self.mutables.append(tensor)
        return tensor

    def _handle(self, depth: int, mark: list, data: Any) -> Any:
        if self.handle is None or type(mark) is not list:
            raise WireError("a handle came where only data is accepted")
        return self.handle(mark, self.read(data, depth + 1))

    def _known(self, dtype: Any) -> str:
        if type(dtype) is not str or dtype not in _DTYPES:
            raise WireError("an unknown dtype")
        return dtype

    def _take(self, number: Any) -> memoryview:
        if type(number) is not int or not 0 <= number < len(self.buffers):
            raise WireError("a buffer is missing")
        return self.buffers[number]

    @staticmethod
    def _sizes(shape: Any) -> list:
        if type(shape) is not list or len(shape) > 32:
            raise WireError("a shape is no list of at most 32 sizes")
        for size in shape:
            if type(size) is not int or not 0 <= size < 1 << 48:
                raise WireError("a shape has an impossible size")
        return shape

    def _shaped(self, dtype: np.dtype, shape: Any, number: Any) -> np.ndarray:
        """Make a writable array of a buffer, once the shape fits its length."""
        buffer = self._take(number)
        shape = self._sizes(shape)
        if math.prod(shape) * dtype.itemsize != len(buffer):
            raise WireError("an array's shape does not fit its bytes")
        array = np.ndarray(shape, dtype, buffer)
        if dtype.kind == "b" and array.size and array.view(np.uint8).max() > 1:
            raise WireError("a bool is neither 0 nor 1")
        # A small one owns its memory, as a new array does.
        if array.nbytes <= AT_ONCE or not array.flags.behaved:
            return array.copy()
        return array

    _readers = {
        "i": _integer,
        "c": _complex,
        "b": _bytes,
        ":": _slice,
        "R": _range,
        "t": _tuple,
        "f": _frozenset,
        "l": _list,
        "s": _set,
        "m": _dict,
        "r": _reference,
        "a": _array,
        "n": _scalar,
        "d": _numpy_dtype,
        "D": _tensor_dtype,
        "T": _tensor,
        "h": _handle,
    }
