"""What the release gives to both rooms: its classes and functions are the same there.

Each case passes in one kernel, as nbgrader alone would run it, and in two rooms; what
should fail does so in both.
"""

from collections import namedtuple
from dataclasses import dataclass
from enum import Enum

import pytest
from two_rooms import in_both, in_two_rooms

from autograder import shared
from autograder.wire import WireError

GIVEN = """
import math
from abc import ABC, abstractmethod
from collections import namedtuple
from dataclasses import dataclass
from enum import Enum, Flag, IntEnum
from typing import NamedTuple

from torch import nn


class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


class Layer(nn.Module):
    def forward(self, x):
        return 2 * x


class Shape(ABC):
    @abstractmethod
    def area(self):
        ...

    def describe(self):
        return f"{type(self).__name__} of area {self.area()}"


class Circle(Shape):
    def __init__(self, radius):
        self.radius = radius
        self._unit = "cm"

    def area(self):
        return math.pi * self.radius**2

    @property
    def diameter(self):
        return 2 * self.radius

    @diameter.setter
    def diameter(self, value):
        self.radius = value / 2

    def unit(self):
        return self._unit


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __eq__(self, other):
        if not isinstance(other, Money):
            return NotImplemented
        return self.cents == other.cents

    def __lt__(self, other):
        return self.cents < other.cents

    def __hash__(self):
        return hash(self.cents)

    def __add__(self, other):
        return Money(self.cents + other.cents)

    def __str__(self):
        return f"{self.cents / 100:.2f} EUR"

    def __bool__(self):
        return self.cents != 0


class Word:
    # Compares in a way that a liar would like to be asked in.

    __slots__ = ("text",)

    def __init__(self, text):
        self.text = text

    def same(self, other):
        return self.text == other.text

    def __eq__(self, other):
        return type(other) is type(self) and self.same(other)


class Basket:
    def __init__(self, *items):
        self.items = [*items]
        self.open = False

    def __contains__(self, item):
        return item in self.items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]

    def __setitem__(self, index, item):
        self.items[index] = item

    def __iter__(self):
        return iter(self.items)

    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, kind, error, trace):
        self.open = False
        return kind is not None and issubclass(kind, KeyError)


class Countdown:
    def __init__(self, start):
        self.left = start

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        return self.left


@dataclass
class Pt:
    x: int
    y: int = 0


@dataclass(frozen=True, order=True)
class Card:
    rank: int
    suit: str = "H"


@dataclass(frozen=True, slots=True)
class Place:
    row: int
    suit: object = None


class Suit(Enum):
    H = 1
    S = 2


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Perm(Flag):
    R = 1
    W = 2


Pair = namedtuple("Pair", "left right")


class Span(NamedTuple):
    start: int
    stop: int = 9

    def length(self):
        return self.stop - self.start


class StackEmpty(Exception):
    pass


class TooMuch(ValueError):
    def __init__(self, wanted, limit):
        super().__init__(f"{wanted} > {limit}")
        self.wanted = wanted
        self.limit = limit

    def __str__(self):
        return f"at most {self.limit}, not {self.wanted}"


def add(a, b):
    return a + b


def multiply(a, b):
    return a * b


def counted(x):
    counted.calls += 1
    return x


counted.calls = 0
"""
STUDENT = """
import copy


def length(head):
    count = 0
    while head:
        count += 1
        head = head.next
    return count


def reverse(head):
    last = None
    while head is not None:
        head.next, last, head = last, head, head.next
    return last


def make_list(items):
    head = None
    for item in reversed(items):
        head = Node(item, head)
    return head


def set_radius(circle, radius):
    circle.radius = radius


def set_diameter(circle, diameter):
    circle.diameter = diameter


def kind_of(thing):
    match thing:
        case Circle(radius=r):
            return f"circle {r}"
        case Money(cents=c):
            return f"money {c}"
    return "other"


def is_circle(thing):
    return isinstance(thing, Circle), isinstance(thing, Shape), isinstance(thing, Node)


def unit_of(circle):
    return circle.unit() + circle._unit


def words(money):
    return f"{money}", str(money), f"{money!s:>10}"


def count_each(things):
    found = {}
    for thing in things:
        found[thing] = found.get(thing, 0) + 1
    return [*found.values()]


def largest(things):
    best = things[0]
    for thing in things:
        if best < thing:
            best = thing
    return best


def total(things):
    result = Money(0)
    for thing in things:
        result = result + thing
    return result


def louder(word):
    return Word(word.text + "!")


def copies(node):
    shallow, deep = copy.copy(node), copy.deepcopy(node)
    deep.next.value = 7
    shallow.value = 8
    return shallow, deep


class Net(Layer):
    pass


def same(a, b):
    return a == b, a != b, a is b


def has(basket, thing):
    return thing in basket, len(basket), bool(basket), [*basket]


def replace_first(basket, thing):
    basket[0] = thing


def use(basket, error=None):
    with basket as opened:
        assert opened is basket and basket.open
        if error is not None:
            raise error
    return basket.open


def collect(iterator):
    return list(iterator)


class Square(Shape):
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2


class Half(Circle):
    def area(self):
        return super().area() / 2


def bigger(circle):
    return Circle(2 * circle.radius)


def mirror(p):
    return Pt(-p.x, -p.y)


def hand(*ranks):
    return {Card(rank, "S"): rank for rank in ranks}


def purse(*cents):
    return {Money(c) for c in cents}


def move(place):
    return Place(place.row + 1, (place.suit, Suit.H))


def next_card(card):
    return Card(card.rank + 1, card.suit)


def other(suit):
    return {Suit.H: Suit.S, Suit.S: Suit.H}[suit]


def count_suits(cards):
    return {suit: sum(1 for s in cards if s is suit) for suit in Suit}


def raised(level):
    return Level(level + 1)


def both():
    return Perm.R | Perm.W


def swap(pair):
    assert isinstance(pair, Pair)
    return Pair(pair.right, pair.left)


def widen(span):
    assert span.length() == span.stop - span.start
    return span._replace(stop=span.stop + 1)


def pop(items):
    if not items:
        raise StackEmpty("nothing there")
    return items.pop()


def spend(wanted):
    if wanted > 3:
        raise TooMuch(wanted, 3)


class VeryEmpty(StackEmpty):
    pass


def pop_well(items):
    raise VeryEmpty("nothing at all")


def tried(f):
    try:
        return f()
    except TooMuch as error:
        return "too much", error.wanted, str(error)
    except StackEmpty as error:
        return "empty", error.args


def pick(number):
    return [add, multiply][number]


def name_of(f):
    return {add: "add", multiply: "multiply"}.get(f, "?")


def apply(f, *args):
    return f(*args)


def make(kind, *args):
    return kind(*args)


def check(f):
    return f == counted, f in {counted: 1}
"""
CASES = {
    "a list of nodes is walked": """
assert length(None) == 0 and length(Node(1, Node(2, Node(3)))) == 3
""",
    "attributes are set, and objects come back": """
a, b = Node("a"), Node("b")
a.next = b
assert reverse(a) is b and b.next is a and a.next is None
""",
    "objects of the student's room are instances": """
head = make_list([1, 2])
assert isinstance(head, Node) and isinstance(head.next, Node)
assert head.next.value == 2 and head.next.next is None
found = []
while head:
    found.append(head.value)
    head = head.next
assert found == [1, 2]
""",
    "attributes and properties are set": """
circle = Circle(1)
set_radius(circle, 3)
assert circle.radius == 3
set_diameter(circle, 10)
assert circle.radius == 5
""",
    "isinstance and match": """
class Ring(Circle):
    pass

assert is_circle(Circle(1)) == is_circle(Ring(1)) == (True, True, False)
assert is_circle(Node(1)) == (False, False, True)
assert kind_of(Circle(2)) == kind_of(Ring(2)) == "circle 2"
assert kind_of(Money(3)) == "money 3" and kind_of(5) == "other"
""",
    "names with an underscore that the class uses": """
assert unit_of(Circle(1)) == "cmcm"
""",
    "text and format": """
assert words(Money(150)) == ("1.50 EUR", "1.50 EUR", "  1.50 EUR")
""",
    "keys of a dict": """
assert count_each([Money(1), Money(2), Money(1)]) == [2, 1]
a, b = Node(1), Node(1)
assert count_each([a, b, a]) == [2, 1]
""",
    "order, and arithmetic": """
things = [Money(1), Money(5), Money(3)]
assert largest(things) is things[1] and total(things) == Money(9)
assert total(things) + Money(1) == Money(10) and total(things) != Money(8)
assert Money(9) == total(things) and total(things) in [Money(9)]
assert total(things) < Money(10) and Money(8) < total(things)
assert {Money(9): 1}[total(things)] == 1
""",
    "equality and identity": """
a, b, c = Money(1), Money(1), Money(2)
assert same(a, b) == (True, False, False) and same(a, a) == (True, False, True)
assert same(a, c) == (False, True, False)
node = Node(1)
assert same(node, node) == (True, False, True)
assert same(node, Node(1)) == same(node, 1) == (False, True, False)
""",
    "methods that decide run in the test's room": """
assert louder(Word("a")) == Word("a!") and not louder(Word("a")) == Word("a")
""",
    "containers": """
assert has(Basket(1, 2), 2) == (True, 2, True, [1, 2])
assert has(Basket(), 2) == (False, 0, False, [])
basket = Basket(1, 2)
replace_first(basket, 5)
assert basket.items == [5, 2]
assert collect(Countdown(3)) == [2, 1, 0]
""",
    "context managers": """
basket = Basket()
assert use(basket) is False and use(basket, KeyError("x")) is False
try:
    use(basket, ValueError("x"))
except ValueError:
    assert not basket.open
else:
    raise AssertionError
""",
    "subclasses of the student's": """
square = Square(3)
assert isinstance(square, Shape) and isinstance(square, Square)
assert issubclass(Square, Shape)
assert issubclass(Half, Circle) and issubclass(Half, Shape)
assert not isinstance(square, Circle) and not issubclass(Square, Circle)
assert not issubclass(Square, Node) and issubclass(Square, (Node, Shape))
assert square.area() == 9 and square.describe() == "Square of area 9"
assert abs(Half(1).area() - math.pi / 2) < 1e-9
circle = bigger(Circle(2))
assert isinstance(circle, Circle) and isinstance(circle, Shape) and circle.radius == 4
assert type(circle).__name__ == "Circle"
""",
    "copies": """
node = Node(1, Node(2))
shallow, deep = copies(node)
assert shallow.next is node.next and shallow.value == 8 and node.value == 1
assert deep.next.value == 7 and node.next.value == 2 and isinstance(deep, Node)
""",
    "modules of torch": """
net = Net()
assert isinstance(net, Layer) and isinstance(net, nn.Module) and net(3) == 6
assert issubclass(Net, Layer) and issubclass(Net, nn.Module)
""",
    "dataclasses": """
import dataclasses

assert mirror(Pt(1, 2)) == Pt(-1, -2) and Pt(-1, -2) == mirror(Pt(1, 2))
assert mirror(Pt(1, 2)) != Pt(1, 2) and not mirror(Pt(1, 2)) == (1, 2)
assert [mirror(Pt(1, 2))] == [Pt(-1, -2)]
assert dataclasses.asdict(mirror(Pt(1, 2))) == {"x": -1, "y": -2}
assert next_card(Card(3)) == Card(4) and next_card(Card(3)) > Card(3)
assert next_card(Card(3)) in {Card(4)} and count_each([Card(1), Card(1)]) == [2]
try:
    {mirror(Pt(1, 2))}
except TypeError:
    pass
else:
    raise AssertionError
""",
    "keys and items of given classes": """
assert hand(1, 2) == {Card(1, "S"): 1, Card(2, "S"): 2}
assert type(next_card(Card(3))) is Card
assert hand(3)[Card(3, "S")] == 3 and purse(1, 2) == {Money(1), Money(2)}
assert Money(1) in purse(1) and Money(2) not in purse(1)
assert move(Place(1)) == Place(2, (None, Suit.H)) and move(Place(1)) != Place(2)
""",
    "members of enums": """
assert other(Suit.H) == Suit.S and other(Suit.S) is Suit.H
assert count_suits([Suit.H, Suit.H]) == {Suit.H: 2, Suit.S: 0}
assert raised(Level.LOW) is Level.HIGH and both() == Perm.R | Perm.W
""",
    "namedtuples": """
assert swap(Pair(1, 2)) == Pair(2, 1) and isinstance(swap(Pair(1, 2)), Pair)
wide = widen(Span(1, 3))
assert wide == Span(1, 4) and wide.length() == 3 and type(wide) is Span
""",
    "exceptions that the student raises": """
try:
    pop([])
except StackEmpty as error:
    assert str(error) == "nothing there" and type(error) is StackEmpty
else:
    raise AssertionError
try:
    spend(4)
except TooMuch as error:
    assert (error.wanted, error.limit) == (4, 3) and error.args == ("4 > 3",)
    assert str(error) == "at most 3, not 4"
else:
    raise AssertionError
try:
    pop_well([])
except StackEmpty as error:
    assert isinstance(error, VeryEmpty) and type(error).__name__ == "VeryEmpty"
else:
    raise AssertionError
""",
    "exceptions that the test raises": """
def spent():
    raise TooMuch(7, 5)

def empty():
    raise StackEmpty("a", 1)

assert tried(spent) == ("too much", 7, "at most 5, not 7")
assert tried(empty) == ("empty", ("a", 1))
""",
    "functions": """
assert pick(0) is add and pick(1) is multiply and pick(1)(2, 3) == 6
assert name_of(add) == "add" and name_of(multiply) == "multiply"
assert apply(add, 1, 2) == 3 and {add: 1}[pick(0)] == 1
""",
    "a function that counts its calls": """
assert apply(counted, 3) == 3 and counted.calls == 1
assert check(counted) == (True, True)
""",
    "classes": """
node = make(Node, 3)
assert isinstance(node, Node) and node.value == 3 and make(Pair, 1, 2) == Pair(1, 2)
""",
}
WRONG = {
    "another dataclass": "assert mirror(Pt(1, 2)) == Pt(1, 2)",
    "another sum": "assert total([Money(1)]) == Money(2)",
    "another member": "assert other(Suit.H) == Suit.H",
    "another class": "assert isinstance(make_list([1]), Circle)",
    "another exception": """
try:
    pop([])
except TooMuch:
    pass
""",
    "another function": "assert pick(0) is multiply",
}


@pytest.fixture(scope="module")
def both(warm, tmp_path_factory):
    """All cases in one kernel and in two rooms: (errors there, errors here)."""
    folder = tmp_path_factory.mktemp("cases")
    cells = [("given", GIVEN), ("student", STUDENT)]
    return in_both(warm, folder, *cells, cases=CASES | WRONG, solved=(True, False))


@pytest.mark.parametrize("case", CASES)
def test_what_the_release_gives_is_the_same_in_both_rooms(both, case):
    """
    With and without the reference solution at hand.
    """
    assert ["", "", ""] == [run[case] for run in both]


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_fails_in_both(both, case):
    """
    The name of the exception is that of one kernel.
    """
    names = [run[case].partition(":")[0] for run in both]

    assert names[0]
    assert names[:1] * 3 == names


LIARS = {
    "set a method": """
def f(circle):
    circle.area = lambda: 0
""",
    "set a private attribute": """
def f(circle):
    circle._unit = "m"
""",
    "set a special method": """
def f(circle):
    circle.__class__ = Node
""",
    "say that all is equal": """
class Money:
    def __init__(self, cents):
        self.cents = cents
    def __eq__(self, other):
        return True
def f(circle):
    return Money(3)
""",
    "answer when the release's class asks": """
def f(circle):
    Word.same = lambda self, other: True
    return Word("a")
""",
    "answer when a function of its own is asked": """
class Word:
    def __init__(self):
        self.text = self
        self.same = self
    def __call__(self, other):
        return True
    __eq__ = __call__
def f(circle):
    return Word()
""",
    "make objects of data": """
class Level(list):
    def __eq__(self, other):
        return True
def f(circle):
    return Money(5)
""",
}


@pytest.mark.parametrize("lie", LIARS)
def test_an_object_of_a_given_class_cannot_be_made_to_lie(warm, lie):
    """
    The class of the instructor's decides what its objects do, and whether they are
    equal.
    """
    run = in_two_rooms(
        warm,
        ("given", GIVEN),
        ("student", LIARS[lie]),
        (
            "test",
            "try:\n"
            "    got = f(c := Circle(1))\n"
            "except AttributeError:\n"
            "    got = None\n"
            "print(c.area() > 3, c.unit(), isinstance(c, Circle))\n"
            "try:\n"
            "    equal = got == Word('b')\n"
            "except Exception:\n"
            "    equal = False\n"
            "print(got == Money(5), Money(4) == got, isinstance(got, list), equal)",
        ),
        solved=True,
    )
    true = lie == "make objects of data"  # it is Money(5)

    text = run.nb.cells[-1].outputs[0].text
    assert f"True cm True\n{true} False False False\n" == text


def test_only_methods_and_descriptors_keep_their_place():
    """
    A property takes the value itself; plain attributes of a class are defaults.
    """

    class Thing:
        limit = 3

        def method(self): ...

        @property
        def size(self): ...

    stores = frozenset({"limit"})
    settable = [n for n in dir(Thing()) if shared.is_settable(Thing(), n, stores)]

    assert ["limit", "size"] == settable
    assert shared.is_settable(Thing(), "new", stores)
    assert not shared.is_settable(Thing(), "_n", stores)
    assert not shared.is_settable(Thing(), "limit", frozenset())


@pytest.mark.parametrize(
    "mark, data",
    [
        (["record", "Card"], {"rank": 1, "mean": 2}),
        (["record", "Card"], {"rank": print}),
        (["record", "Plain"], {"rank": 1}),
        (["record", "Card"], None),
        (["tuple", "Pair"], (1, 2, 3)),
        (["tuple", "Card"], (1,)),
        (["member", "Suit"], "S"),
        (["member", "Suit"], "__class__"),
        (["member", "Suit"], 1),
        (["member", "Card"], "rank"),
        (["given", "print"], None),
        (["given", "Pair", 1], None),
    ],
)
def test_only_what_fits_the_class_is_accepted(mark, data):
    """
    The other room may send anything.
    """
    space = {"Card": _Card, "Plain": _Plain, "Pair": _Pair, "Suit": _Suit}
    for kind in space.values():
        kind.__module__ = "__main__"
    room = shared.Shared(space, space)

    assert room.accept(["record", "Card"], {"rank": 1}).rank == 1
    assert room.accept(["given", "Suit"], None) is _Suit
    with pytest.raises(WireError):
        room.accept(mark, data)


@dataclass(frozen=True)
class _Card:
    rank: int


class _Plain:
    pass


class _Suit(Enum):
    H = 1


_Pair = namedtuple("Pair", "left right")
