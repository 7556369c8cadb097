"""Values of well-known classes keep their class, and changes of them cross."""

import random
import re
from collections import Counter, OrderedDict, defaultdict, deque

import numpy as np
import pytest
import torch
from two_rooms import in_both, in_two_rooms, problems

from autograder import randomness, values
from autograder.wire import WireError

STUDENT = """
import random
import re
import uuid
from collections import Counter, OrderedDict, defaultdict, deque

import numpy as np
import torch


def same(x):
    return x


def kind(x):
    return type(x).__name__


def longest(names):
    return max(names, key=len)


def tally(x):
    return dict(zip(*np.unique(x, return_counts=True)))


def letters(text):
    return Counter(text)


def grouped(words):
    groups = defaultdict(list)
    for word in words:
        groups[len(word)].append(word)
    return groups


def sorted_dict(d):
    return OrderedDict(sorted(d.items()))


def last(items, n):
    return deque(items, maxlen=n)


def add(container, key):
    container[key] += 1


def move_to_end(ordered, key):
    ordered.move_to_end(key)


def rotate(queue):
    queue.append(queue.popleft())


def days():
    return np.arange("2024-01-01", "2024-01-04", dtype="M8[D]")


def shift(moments):
    moments += np.timedelta64(1, "D")


def between(a, b):
    return b - a


def masked():
    return np.ma.masked_array([1.0, -1.0, 3.0], [0, 1, 0])


def mean(x):
    return x.mean()


def people():
    fields = [("name", "U10"), ("age", "i4"), ("home", [("x", "f8"), ("y", "f8")])]
    return np.array([("Ann", 30, (0.5, 1)), ("Bo", 25, (2, 3))], dtype=fields)


def by_age(table):
    return np.sort(table, order="age")


def birthday(table):
    table["age"] += 1


WORD = re.compile("([a-z])[a-z]*", re.IGNORECASE)


def longer(pattern):
    return re.compile(pattern.pattern * 2, pattern.flags)


def found(text):
    return WORD.search(text)


def three(rng):
    if isinstance(rng, torch.Generator):
        return torch.rand(3, generator=rng).numpy()
    if isinstance(rng, random.Random):
        return np.array([rng.random() for _ in range(3)])
    return rng.normal(size=3)


def one_small(rng):
    return rng.integers(0, 100, dtype=np.int32)


class Dice:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.counts = Counter()

    def roll(self):
        self.counts["rolls"] += 1
        return int(self.rng.integers(1, 7))
"""

IDIOMS = {
    "NumPy's texts": """
names = np.array(["ann", "barbara", "bo"])
assert longest(names) == "barbara" and type(longest(names)) is np.str_
assert tally(names) == {"ann": 1, "barbara": 1, "bo": 1}
assert same(np.bytes_(b"x")) == b"x" and same(np.array([b"a", b"bc"]))[1] == b"bc"
assert names.dtype == same(names).dtype == same(names.dtype)
assert {k: int(v) for k, v in tally(np.array([3, 3, 5])).items()} == {3: 2, 5: 1}
""",
    "dates of NumPy's": """
x = days()
assert x.dtype == np.dtype("M8[D]") and x[1] == np.datetime64("2024-01-02")
assert between(x[0], x[2]) == np.timedelta64(2, "D")
assert np.isnat(same(np.datetime64("NaT")))
assert same(np.array([1, 2], "m8[15m]")).dtype == np.dtype("m8[15m]")
shift(x)
assert x[0] == np.datetime64("2024-01-02")
""",
    "counters and other dicts": """
from collections import Counter, OrderedDict, defaultdict

assert letters("abca") == Counter("abca") == {"a": 2, "b": 1, "c": 1}
assert letters("abca").most_common(1) == [("a", 2)] and letters("")["x"] == 0
groups = grouped(["a", "bb", "c"])
assert groups == {1: ["a", "c"], 2: ["bb"]} and type(groups) is defaultdict
assert groups[7] == [] and groups.default_factory is list
ordered = sorted_dict({"b": 1, "a": 2})
assert type(ordered) is OrderedDict and list(ordered) == ["a", "b"]
assert ordered == OrderedDict(a=2, b=1) != OrderedDict(b=1, a=2)
for made in (Counter(), defaultdict(int), OrderedDict()):
    assert kind(made) == type(made).__name__ == type(same(made)).__name__
""",
    "changes of such dicts": """
from collections import Counter, OrderedDict, defaultdict

for counts in (Counter(a=1), defaultdict(int, a=1)):
    add(counts, "a")
    add(counts, "b")
    assert counts == {"a": 2, "b": 1} and same(counts) is counts
ordered = OrderedDict(a=1, b=2)
move_to_end(ordered, "a")
assert list(ordered) == ["b", "a"]
dice = Dice(0)
counts = dice.counts
dice.roll()
assert counts["rolls"] == 1 and type(counts) is Counter
""",
    "queues": """
from collections import deque

assert last(range(5), 2) == deque([3, 4]) and last("abc", 2).maxlen == 2
queue = deque([1, 2, 3])
rotate(queue)
assert queue == deque([2, 3, 1]) and queue.maxlen is None and kind(queue) == "deque"
""",
    "devices": """
cpu = same(torch.device("cpu"))
assert cpu == torch.device("cpu") and torch.zeros(2).to(cpu).device == cpu
assert kind(torch.device("cuda:1")) == "device" and same(None.__class__) is type(None)
""",
    "bytes that change": """
text = same(bytearray(b"abc"))
text.append(100)
assert text == b"abcd" and same(text) == b"abcd"
""",
    "ranges": """
steps = same(range(0, 10, 3))
assert steps == range(0, 10, 3) and [*steps] == [0, 3, 6, 9] and len(steps) == 4
assert kind(range(3)) == "range" and 6 in steps and steps != range(3)
assert len(same(range(10**9))) == 10**9
""",
    "views of dicts, bytearrays, ids, an ellipsis": """
import uuid

d = {"a": 1, "b": 2}
assert same(d.keys()) == d.keys() and sorted(same(d.values())) == [1, 2]
assert dict(same(d.items())) == d and "a" in same(d.keys())
assert same(bytearray(b"xy")) == bytearray(b"xy")
number = uuid.uuid4()
assert same(number) == number and same(...) is ...
""",
    "masked arrays and matrices": """
x = masked()
assert isinstance(x, np.ma.MaskedArray) and x.mean() == 2 and x.mask[1]
assert mean(np.ma.masked_less(np.array([1.0, -5.0, 3.0]), 0)) == 2
m = same(np.asmatrix(np.eye(2) * 2))
assert (m * m == np.eye(2) * 4).all() and type(m) is np.matrix
""",
    "structured arrays": """
table = people()
assert table.dtype.names == ("name", "age", "home") and table.shape == (2,)
assert table["age"].mean() == 27.5 and list(table["name"]) == ["Ann", "Bo"]
assert table["home"]["y"][1] == 3 and table[1]["age"] == 25 and table[0][0] == "Ann"
assert by_age(table)["name"][0] == "Bo" and table.dtype["name"] == "U10"
birthday(table)
assert list(table["age"]) == [31, 26]
big = np.zeros(1000, dtype=[("age", "i4"), ("text", "S3"), ("mean", "f8", (2,))])
birthday(big)
assert (big["age"] == 1).all() and big["mean"].shape == (1000, 2)
assert same(big).dtype == big.dtype == same(big.dtype)
assert same(table[["age"]])["age"][1] == 26
for one in (table[0], same(table[0])):
    assert type(one) is np.void and one["name"] == "Ann"
records = same(table.view(np.recarray))
assert type(records) is np.recarray and records.age[0] == 31 and records[0].age == 31
""",
    "patterns": """
import re

assert re.findall(WORD, "one Two") == ["o", "T"] and WORD.fullmatch("one")
assert isinstance(WORD, re.Pattern) and WORD == re.compile("([a-z])[a-z]*", re.I)
assert longer(re.compile(b"a+", re.S)) == re.compile(b"a+a+", re.S)
assert isinstance(found("one"), re.Match) and found("one")[1] == "o"
assert not found("") and same(WORD).flags & re.IGNORECASE
""",
    "generators of random numbers go on": """
import random

def generators():
    yield from (np.random.default_rng(5), np.random.RandomState(5), random.Random(5))
    yield from (torch.Generator().manual_seed(5),)
    yield np.random.Generator(np.random.MT19937(5))

for ours, theirs in zip(generators(), generators(), strict=True):
    own = [three(theirs) for _ in range(3)]
    assert not np.array_equal(own[0], own[1]) and not np.array_equal(own[1], own[2])
rng, again = np.random.default_rng(5), np.random.default_rng(5)
drawn = [three(rng), rng.normal(size=3), three(rng)]
assert np.array_equal(np.concatenate(drawn), again.normal(size=9))
rng, again = np.random.default_rng(5), np.random.default_rng(5)
small = [one_small(rng), rng.integers(0, 100, dtype=np.int32), one_small(rng)]
assert small == [again.integers(0, 100, dtype=np.int32) for _ in range(3)]
rng, again = random.Random(5), random.Random(5)
three(rng)
assert [again.random() for _ in range(4)][3] == rng.random()
dice, rng = Dice(3), np.random.default_rng(3)
assert [dice.roll() for _ in range(5)] == [rng.integers(1, 7) for _ in range(5)]
assert dice.rng.integers(100) == rng.integers(100)
assert [dice.roll() for _ in range(5)] == [rng.integers(1, 7) for _ in range(5)]
""",
}


@pytest.fixture(scope="module")
def both(warm, tmp_path_factory):
    """All idioms in one kernel and in two rooms: (errors there, errors here)."""
    folder = tmp_path_factory.mktemp("cases")
    cells = [("student", STUDENT)]
    return in_both(warm, folder, *cells, cases=IDIOMS, solved=(False,))


@pytest.mark.parametrize("idiom", IDIOMS)
def test_the_idiom_passes_in_both(both, idiom):
    """
    What passes in one kernel passes in two rooms.
    """
    assert ["", ""] == [run[idiom] for run in both]


@pytest.mark.parametrize(
    "value",
    [
        *(Counter("aab"), OrderedDict(b=1, a=2), defaultdict(list, a=[1])),
        *(deque([1], 3), defaultdict(None)),
    ],
    ids=repr,
)
def test_containers_are_taken_apart_and_put_together(value):
    """
    Their class, and what belongs to it, is kept.
    """
    mark, data = values.offer_mutable(value)
    got = values.accept_mutable(*mark[1:], data)

    assert got == value and type(got) is type(value) and repr(got) == repr(value)


@pytest.mark.parametrize(
    ("mark", "data"),
    [
        (["moments", "M", "parsec", 1, False], np.zeros(1, np.int64)),
        (["moments", "M", "D", 1, False], np.zeros(1, np.int8)),
        (["moments", "M", "D", -1, False], np.zeros(1, np.int64)),
        (["moments", "m", "D", 1, True], [1]),
        (["masked"], (np.zeros(2), np.zeros(3, bool))),
        (["masked"], ("ab", False)),
        (["matrix"], np.zeros(3)),
        (["dtype", "U99999999"], None),
        (["dtype", "f8,O"], None),
        (["dtype"], None),
        (["void"], np.zeros(())[()]),
        (["text"], 5),
        (["value", "pattern"], ("(", 0)),
        (["value", "pattern"], ("(" * 9000 + ")" * 9000, 0)),
        (["value", "pattern"], ("(" * 4000 + ")" * 4000, 0)),
        (["value", "pattern"], ("a", re.DEBUG)),
        (["value", "pattern"], ("a", 1 << 40)),
        (["value", "pattern"], ("a", "b")),
        (["value", "pattern"], (["a"], 0)),
        (["value", "pattern"], "abc"),
        (["objects", "U"], ((2,), ["a", 5])),
        (["objects", "U"], ((40_000,), ["a"] * 39_999 + ["a" * 9_999])),
        (["value", "uuid"], "no id"),
        (["value", "bytearray"], 1 << 40),
        (["value", "keys"], [1]),
    ],
    ids=str,
)
def test_data_that_does_not_fit_is_refused(mark, data):
    """
    No class is made of what is no such value, and no memory is taken for it.
    """
    with pytest.raises(WireError):
        values.accept(mark, data)


@pytest.mark.parametrize(
    ("kind", "detail", "data"),
    [
        *(("Counter", None, [1]), ("defaultdict", "eval", {}), ("deque", -1, [])),
        *(("deque", 1 << 99, []), ("random", "os", [1]), ("UserDict", None, {})),
        *(("random", "generator", [{"bit_generator": "os"}]), ("random", "numpy", [])),
        ("structured", [["a"], [None], [2], 0, False], [np.zeros(3)]),
        ("structured", [["a"], [None], [3], 0, False], [np.array([None] * 3)]),
        (
            "structured",
            [["a"], ["<U99999"], [9999], 0, False],
            [np.array(["b"] * 9999)],
        ),
        ("structured", [["a"], ["O"], [1], 0, False], [np.array(["b"])]),
        ("structured", [["a", "a"], [None] * 2, [1], 0, False], [np.zeros(1)] * 2),
        ("structured", [["__array__"], [None], [1], 2, False], [np.zeros(1)]),
        ("structured", [["a"], [None], [], 0, False], np.zeros(1)),
        ("structured", [[], [], [1 << 40], 0, False], []),
        ("structured", [["a"], [None]], [np.zeros(1)]),
        *(("random", "random", [(3, (1, 2), None)]), ("random", "torch", [b"x"])),
    ],
    ids=str,
)
def test_containers_that_do_not_fit_are_refused(kind, detail, data):
    """
    The same for those whose changes cross.
    """
    with pytest.raises(WireError):
        values.accept_mutable(kind, detail, data)


def generators():
    """Make one generator of each kind that comes along."""
    return (
        *(np.random.default_rng(1), np.random.RandomState(1), random.Random(1)),
        *(torch.Generator().manual_seed(1), np.random.Generator(np.random.MT19937(1))),
    )


def drawn(generator):
    """Draw a number."""
    if isinstance(generator, torch.Generator):
        return torch.rand(1, generator=generator).item()
    return generator.random()


@pytest.mark.parametrize("number", range(5))
def test_a_test_s_generator_goes_where_drawing_leads(number):
    """
    A state that the student made up is none.
    """
    ours, theirs, other = (generators()[number] for _ in range(3))
    [drawn(theirs) for _ in range(1500)]
    randomness.follow(ours, randomness.state_of(theirs), wary=True)
    assert drawn(ours) == drawn(theirs)

    if isinstance(other, torch.Generator):
        other.manual_seed(2)
    elif isinstance(other, np.random.Generator):
        other = np.random.Generator(type(other.bit_generator)(2))
    else:
        other.seed(2)
    before = repr(randomness.state_of(ours))
    randomness.follow(ours, randomness.state_of(other), wary=True)
    assert before == repr(randomness.state_of(ours))

    randomness.follow(ours, randomness.state_of(other), wary=False)
    assert drawn(ours) == drawn(other)


CHEATS = """
import numpy as np
from collections import Counter, defaultdict

def zeros(rng):
    state = rng.bit_generator.state
    state["state"]["state"] = 0
    state["has_uint32"], state["uinteger"] = 1, 0
    rng.bit_generator.state = state

def hidden(x):
    return np.ma.masked_array([9.0, 9.0, x[2] * 2], [1, 1, 0])
"""


@pytest.mark.parametrize(
    "test",
    [
        "import numpy as np\nx = np.arange(3.0)\nassert np.allclose(hidden(x), 2 * x)",
        "import numpy as np\nx = np.arange(3.0)\nassert (hidden(x) == 2 * x).all()",
        """
import numpy as np
rng = np.random.default_rng(3)
own = np.random.default_rng(3)
zeros(rng)
assert rng.integers(1 << 30, dtype=np.int32) != own.integers(1 << 30, dtype=np.int32)
""",
    ],
)
def test_no_point_comes_of_what_is_hidden_or_made_up(warm, test):
    """
    A mask hides numbers from tests that know of masks only; the test's generator stays.
    """
    assert 1 == len(problems(in_two_rooms(warm, ("student", CHEATS), ("test", test))))
