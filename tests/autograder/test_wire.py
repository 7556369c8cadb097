"""Data crosses unchanged; nothing else crosses; what is sent is not believed."""

import json
import math
import resource
import socket
import struct
import threading
from collections import OrderedDict, namedtuple
from enum import IntEnum

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from autograder.wire import Handle, Limits, WireError, decode, encode, receive, send

DTYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]


def crossed(value, **options):
    """Send a value through the codec."""
    return decode(b"".join(bytes(piece) for piece in encode(value, **options)))


def frame(tree, lengths=(), buffers=b""):
    """Make a frame by hand, as an attacker would."""
    header = json.dumps([tree, list(lengths)]).encode()
    return struct.pack(">IQ", len(header), len(buffers)) + header + buffers


def same(one, other):
    """Compare exactly: types, signs of zero, dtypes, shapes; NaN is NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return (
            one.dtype == other.dtype
            and one.shape == other.shape
            and one.tobytes() == other.tobytes()
        )
    if isinstance(one, float):
        if math.isnan(one):
            return math.isnan(other)
        return one == other and math.copysign(1, one) == math.copysign(1, other)
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return [*one] == [*other] and all(same(one[key], other[key]) for key in one)
    return one == other


hashable = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(max_size=40),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=6,
)
arrays = stn.arrays(
    st.sampled_from(DTYPES), stn.array_shapes(min_dims=0, max_dims=4, min_side=0)
)
data = st.recursive(
    hashable | st.floats() | st.complex_numbers() | arrays | st.slices(9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner)
        | st.dictionaries(hashable, inner, max_size=3)
        | st.sets(hashable, max_size=3)
    ),
    max_leaves=20,
)


@settings(deadline=None, max_examples=400)
@given(data)
def test_data_crosses_unchanged(value):
    """
    What comes out has the types, dtypes, shapes and bits of what went in.
    """
    assert same(value, crossed(value))


@pytest.mark.parametrize(
    "value",
    [
        10**5000,
        -(2**63),
        range(1, 9, 2),
        slice(None, np.int64(4), -1),
        np.float32(0.1),
        np.bool_(True),
        np.complex64(1 - 2j),
        np.dtype("float32"),
        "\ud800 half a surrogate",
        b"",
        [],
        ((),),
    ],
    ids=lambda value: str(type(value).__name__),
)
def test_rarer_kinds_cross(value):
    """
    Large ints, ranges, NumPy scalars and dtypes, odd text.
    """
    assert same(value, crossed(value))


@pytest.mark.parametrize(
    "array",
    [
        np.arange(24.0).reshape(2, 3, 4)[:, ::2, ::-1],
        np.arange(6).reshape(2, 3).T,
        np.arange(3, dtype=">i4"),
        np.zeros((0, 5)),
        np.array(7.0),
        np.ma.masked_array([1.0, 2.0], mask=[0, 1]),
        np.broadcast_to(1.5, (3, 2)),
    ],
    ids=["view", "transposed", "big-endian", "empty", "0-d", "masked", "broadcast"],
)
def test_arrays_keep_their_layout_and_no_more(array):
    """
    Strides and the read-only flag stay; byte order and subclass become the plain one.
    """
    got = crossed(array)

    assert np.ndarray is type(got)
    np.testing.assert_array_equal(np.asarray(array), got)
    assert array.strides == got.strides and array.flags.writeable == got.flags.writeable
    assert got.dtype.isnative


def test_the_gaps_of_a_view_do_not_cross():
    """
    Labels that lie beside the features in one array stay where they are.
    """
    table = np.full((4, 3), 7.0)
    table[:, :2] = 0

    got = crossed(table[:, :2])

    assert not np.any(np.asarray(got.base).view(np.uint8))


def test_a_small_array_owns_its_memory():
    """
    A function may resize it, as it may in one kernel.
    """
    got = crossed(np.arange(4))
    got.resize(6, refcheck=False)

    assert (6,) == got.shape


@pytest.mark.parametrize(
    "layout", [[0, [8], True], [-8, [8], True], [16, [8], True], [0, [1 << 40], True],
               [8, [-16], True], ["0", [8], True], [0, 8, True], [0, [8], 1], [0]]
)  # fmt: skip
def test_a_layout_that_leaves_the_buffer_is_refused(layout):
    """
    No array looks at memory that did not come with it.
    """
    with pytest.raises(WireError):
        decode(frame(["a", "<f8", [3], 0, layout], [16], bytes(16)))


@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(6.0).reshape(2, 3).T,
        torch.ones(2, requires_grad=True),
        torch.tensor([1, 2], dtype=torch.int16),
        torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        torch.tensor([1 + 2j]).conj(),
        torch.tensor(True),
        torch.zeros(0, 3),
    ],
    ids=str,
)
def test_tensors_cross(tensor):
    """
    Values, dtype, shape and requires_grad arrive; the graph stays behind.
    """
    got = crossed(tensor)

    assert torch.equal(tensor.detach(), got.detach())
    assert (tensor.dtype, tensor.requires_grad) == (got.dtype, got.requires_grad)
    assert got.is_leaf


def test_torch_dtypes_and_sizes_cross():
    """
    A dtype is itself; a Size is a tuple.
    """
    assert (torch.float32, (2, 3)) == crossed((torch.float32, torch.zeros(2, 3).shape))


def test_one_array_passed_twice_stays_one():
    """
    An edit of the first argument of f(x, x) is seen in the second.
    """
    x, t = np.zeros(3), torch.zeros(3)

    a, b, c, d = crossed((x, x, t, t))

    assert a is b and c is d


Point = namedtuple("Point", "x y")
Colour = IntEnum("Colour", "RED")


@pytest.mark.parametrize(
    "value",
    [
        object(),
        abs,
        np,
        torch.nn.Linear(1, 1),
        np.array(["text"]),
        np.array([None]),
        np.zeros(2, [("a", int)]),
        np.zeros(1, np.longdouble),
        np.array(["2020"], "M8[s]"),
        (i for i in ()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_data_is_refused(value):
    """
    The message says what it is and where it stands.
    """
    with pytest.raises(WireError, match="item 1 of the value|the value is a"):
        encode([1, value])


def test_a_container_that_appears_twice_is_one_there_too():
    """
    What a student returns as [[0] * 3] * 3 has one row, as in one kernel.
    """
    row = [0, 1]

    got = crossed([row, row, {"a": row}])

    assert [[0, 1], [0, 1], {"a": [0, 1]}] == got
    assert got[0] is got[1] is got[2]["a"]


@pytest.mark.parametrize("reading", [False, True])
def test_items_count_as_often_as_they_are_met(reading):
    """
    Thirty lists that each hold the one before twice have a thousand million items.
    """
    value, tree = [0, 0], ["l", 0, 0]
    for number in range(30):
        value = [value, value]
        tree = ["l", tree, ["r", 30 - number]]
    if reading:
        with pytest.raises(WireError, match="items"):
            decode(frame(tree))
    else:
        with pytest.raises(WireError, match="items"):
            encode(value)


def test_references_make_nothing_deeper_than_allowed():
    """
    Each list holds the one before by a reference: flat in the message, deep in memory.
    """
    rows = [["l"], *(["l", ["r", number]] for number in range(1, 100))]

    with pytest.raises(WireError, match="deeper"):
        decode(frame(["l", *rows]))


def test_no_reference_leads_into_what_is_being_read():
    """
    A list that holds itself is refused.
    """
    with pytest.raises(WireError, match="itself"):
        decode(frame(["l", ["r", 0]]))


def test_bytes_that_come_once_are_not_taken_many_times():
    """
    A small message that names one buffer again and again would fill the memory.
    """
    limits = Limits(buffer_bytes=100)
    twice = ["t", ["b", 0], ["b", 0]]

    assert (bytes(50),) * 2 == decode(frame(twice, [50], bytes(50)), limits=limits)
    with pytest.raises(WireError, match="bytes came"):
        decode(frame(twice, [51], bytes(51)), limits=limits)


def test_a_cycle_is_refused():
    """
    It would never end.
    """
    cycle = []
    cycle.append({"again": cycle})

    with pytest.raises(WireError, match="contains itself"):
        encode(cycle)


def test_lists_that_double_are_refused_before_they_fill_the_memory():
    """
    Forty lists that each hold the one before twice would be a million million items.
    """
    value = [0]
    for _ in range(40):
        value = [value, value]

    with pytest.raises(WireError, match="at most 1000 items"):
        encode(value, limits=Limits(items=1000))


@pytest.mark.parametrize(
    ("value", "plain"),
    [(Point(1, 2), (1, 2)), (Colour.RED, 1), (OrderedDict(a=1), {"a": 1})],
    ids=["namedtuple", "IntEnum", "OrderedDict"],
)
def test_a_subclass_of_data_crosses_as_its_plain_value(value, plain):
    """
    What a subclass adds stays behind; a handle may do better.
    """
    got = crossed([value])

    assert [plain] == got
    assert type(plain) is type(got[0])


def test_both_sides_list_the_mutable_values_in_the_same_order():
    """
    A later message can so speak of the third one.
    """
    value = ([1, np.ones(2)], {"a": torch.zeros(1)}, (set(),))
    sent, came = [], []
    pieces = encode(value, mutables=sent)
    decode(b"".join(bytes(p) for p in pieces), mutables=came)

    assert [list, np.ndarray, dict, torch.Tensor, set] == [type(m) for m in sent]
    assert [type(m) for m in sent] == [type(m) for m in came]


def test_what_both_rooms_hold_crosses_as_its_handle():
    """
    A shared array is named, not copied.
    """
    array = np.ones(3)
    pieces = encode([array], shared={id(array): Handle(["pair", 4])})

    got = decode(b"".join(bytes(p) for p in pieces), handle=lambda mark, _: mark)

    assert [["pair", 4]] == got


def test_handles_stand_for_what_stays():
    """
    Each side decides what its handles mean.
    """
    thing = object()
    pieces = encode({"f": thing}, handle=lambda value: Handle(["thing", 7], 2.5))

    got = decode(b"".join(bytes(p) for p in pieces), handle=lambda *got: got)

    assert {"f": (["thing", 7], 2.5)} == got
    with pytest.raises(WireError, match="only data is accepted"):
        decode(b"".join(bytes(p) for p in pieces))


def test_limits_hold_on_both_sides():
    """
    Size and depth are limited when writing and when reading.
    """
    small = Limits(header_bytes=1000, buffer_bytes=1000, depth=5)
    deep = 1
    for _ in range(8):
        deep = [deep]

    for value in ("x" * 2000, np.zeros(500), deep):
        pieces = b"".join(bytes(piece) for piece in encode(value))
        with pytest.raises(WireError):
            encode(value, limits=small)
        with pytest.raises(WireError):
            decode(pieces, limits=small)


@pytest.mark.parametrize(
    "attack",
    [
        b"",
        b"\xff" * 12,
        struct.pack(">IQ", 1 << 31, 0),
        struct.pack(">IQ", 2, 1 << 62) + b"[]",
        frame(["a", "<f8", [1 << 40], 0], [8], bytes(8)),
        frame(["a", "<f8", [-1], 0], [8], bytes(8)),
        frame(["a", "<f8", [True], 0], [8], bytes(8)),
        frame(["a", "O", [1], 0], [8], bytes(8)),
        frame(["a", "<f8", [1] * 99, 0], [8], bytes(8)),
        frame(["a", "<f8", [0, 1 << 47, 1 << 47], 0], [0]),
        frame(["a", "|b1", [1], 0], [1], b"\x02"),
        frame(["a", "<f8", [1], 1], [8], bytes(8)),
        frame(["a", "<f8", [1], -1], [8], bytes(8)),
        frame(["a", "<f8", [1], "0"], [8], bytes(8)),
        frame(["T", "int64", [1], True, 0], [8], bytes(8)),
        frame(["T", "load", [1], False, 0], [8], bytes(8)),
        frame(["D", "load"]),
        frame(["D", ["float32"]]),
        frame(None, [5], bytes(4)),
        frame(None, [-4], b""),
        frame(None, [], bytes(4)),
        frame(["r", 0]),
        frame(["t", ["r", 0]]),
        frame(["s", ["l"]]),
        frame(["m", 1]),
        frame(["m", ["l"], 1]),
        frame(["i", "0x"]),
        frame(["i", 5]),
        frame(["R", 1, 2, 0]),
        frame(["R", 1.5, 2, 1]),
        frame([":", 1]),
        frame(["c", "x", 0]),
        frame(["unknown"]),
        frame([]),
        frame([["l"]]),
        frame({"l": 1}),
        frame(["h", 1]),
        struct.pack(">IQ", 9, 0) + b"[[[[[[[[[",
        struct.pack(">IQ", 200_000, 0) + b"[" * 100_000 + b"]" * 100_000,
    ],
    ids=lambda attack: repr(attack[12:50]),
)
def test_a_forged_message_is_refused(attack):
    """
    Lies about sizes, shapes, tags and references give a WireError and nothing else.
    """
    with pytest.raises(WireError):
        decode(attack)


@settings(deadline=None, max_examples=500)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused(noise):
    """
    Noise is no message, whatever its prefix says.
    """
    for attack in (noise, struct.pack(">IQ", len(noise), 0) + noise):
        try:
            decode(attack)
        except WireError:
            pass


@settings(deadline=None, max_examples=800)
@given(data, st.data())
def test_mutated_messages_are_refused_or_data(value, draw):
    """
    A message with bytes changed, cut or repeated decodes to data or gives a WireError.
    """
    good = bytearray(b"".join(bytes(piece) for piece in encode(value)))
    for _ in range(draw.draw(st.integers(1, 4))):
        place = draw.draw(st.integers(0, len(good) - 1))
        kind = draw.draw(st.integers(0, 2))
        if kind == 0:
            good[place] = draw.draw(st.integers(0, 255))
        elif kind == 1 and len(good) > 1:
            del good[place]
        else:
            good[place:place] = good[place : place + 8]
    try:
        decode(good, handle=lambda mark, data: None)
    except WireError:
        pass


def test_lies_about_size_take_no_memory():
    """
    Announcing a gigabyte, or many elements, takes none of it.
    """
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for attack in (
        struct.pack(">IQ", (32 << 20) - 1, (1 << 30) - 1) + b"[]",
        frame(["a", "<f8", [1 << 27], 0], [8], bytes(8)),
        frame(["R", 0, 1 << 62, 1]),
    ):
        try:
            decode(attack)
        except WireError:
            pass

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB


def test_values_cross_a_socket_pair():
    """
    Frames larger than the socket's buffer arrive whole and in order.
    """
    one, other = socket.socketpair()
    values = [np.arange(2_000_000.0), {"a": [1, 2.5, None]}, b"x" * 300_000, ()]
    sender = threading.Thread(target=lambda: [send(one, v) for v in values])
    sender.start()

    got = [receive(other)[0] for _ in values]
    sender.join()
    one.close()

    assert all(map(same, values, got))
    with pytest.raises(EOFError, match="closed the connection"):
        receive(other)
    other.close()


def test_a_cut_message_is_an_end_not_a_value():
    """
    A connection that closes in the middle of a frame gives EOFError.
    """
    one, other = socket.socketpair()
    one.sendall(b"".join(bytes(piece) for piece in encode([1, 2, 3]))[:-2])
    one.close()

    with pytest.raises(EOFError):
        receive(other)
    other.close()


def test_a_note_crosses_beside_its_value():
    """
    It is asked for once the value is written, and holds no containers.
    """
    one, other = socket.socketpair()
    mutables = []
    send(one, ([1], {2}), mutables=mutables, note=lambda: ["=", 7, len(mutables), None])
    send(one, "bare", note=lambda: [])
    assert (([1], {2}), ["=", 7, 2, None]) == receive(other)
    assert ("bare", []) == receive(other)

    for note in ([["="]], [{}], [0.5]):
        send(one, 1, note=lambda note=note: note)
        with pytest.raises(WireError, match="header"):
            receive(other)
    one.close()
    other.close()


def test_a_value_that_cannot_cross_sends_nothing():
    """
    The error comes before the first byte, so that the connection stays usable.
    """
    one, other = socket.socketpair()
    with pytest.raises(WireError):
        send(one, [np.zeros(9), object()])
    send(one, "after")

    assert ("after", None) == receive(other)
    one.close()
    other.close()
