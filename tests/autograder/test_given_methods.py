"""Methods of classes that the release gives, on objects that the student's code made.

What only computes runs in the test's room, so that nobody can change what it says; all
else is as in one kernel.
"""

import ast
from textwrap import dedent

import pytest
from two_rooms import errors, in_both, in_two_rooms

from autograder.readers import readers

GIVEN = """
import math
import random
from abc import ABC, abstractmethod
from functools import cached_property

LOG = []
UNITS = ["m", "s"]


def put(thing, name, value):
    setattr(thing, name, value)


class Vec:
    made = 0
    tolerance = 1e-9
    axes = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y
        Vec.made += 1

    def is_close(self, other):
        return abs(self.x - other.x) + abs(self.y - other.y) < self.tolerance

    def same_kind(self, other):
        return type(self) is type(other) and isinstance(other, Vec)

    @property
    def length(self):
        return math.hypot(self.x, self.y)

    @cached_property
    def doubled(self):
        return 2 * self.length

    def scaled(self, k):
        return type(self)(k * self.x, k * self.y)

    def moved(self, dx):
        self.x += dx
        return self

    def itself(self):
        return self

    @staticmethod
    def unit():
        return UNITS[0]

    @classmethod
    def zero(cls):
        return cls(0, 0)

    @classmethod
    def count(cls):
        return cls.made

    def mark(self, text):
        put(self, "note", text)
        return self.note

    def shaken(self):
        return self.x + random.random()

    def __contains__(self, number):
        return number in (self.x, self.y)

    def __iter__(self):
        yield self.x
        yield self.y

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return (self.x, self.y)[index]

    def __repr__(self):
        return f"Vec({self.x}, {self.y})"

    def __call__(self, other):
        return self.x * other.x + self.y * other.y


class Tree:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right
        self.tags = []
        LOG.append(value)

    def depth(self):
        below = [side.depth() for side in (self.left, self.right) if side is not None]
        return 1 + max(below, default=0)

    def is_search_tree(self, low=-math.inf, high=math.inf):
        if not low < self.value < high:
            return False
        left = self.left is None or self.left.is_search_tree(low, self.value)
        return left and (
            self.right is None or self.right.is_search_tree(self.value, high)
        )

    def walk(self):
        if self.left is not None:
            yield from self.left.walk()
        yield self.value
        if self.right is not None:
            yield from self.right.walk()

    def collect(self, into):
        into.append(self.value)
        for side in (self.left, self.right):
            if side is not None:
                side.collect(into)

    def all_tags(self):
        return self.tags

    def tag(self, text):
        self.tags.append(text)

    def logged(self):
        return len(LOG)

    def insert(self, value):
        side = "left" if value < self.value else "right"
        if getattr(self, side) is None:
            setattr(self, side, Tree(value))
        else:
            getattr(self, side).insert(value)


class Shape(ABC):
    def __init__(self, name="shape"):
        self.name = name
        self.asked = 0

    @abstractmethod
    def area(self):
        ...

    @property
    @abstractmethod
    def sides(self):
        ...

    def describe(self):
        return f"{type(self).__name__} {self.name}: {self.area()}, {self.sides} sides"

    def is_larger(self, other):
        return self.area() > other.area()

    def twice(self):
        return self.area(), self.area(), self.asked

    def like(self):
        return type(self)(2)


class Machine:
    def __init__(self, *steps):
        self.steps, self.ran = steps, 0

    def run(self, x):
        for step in self.steps:
            x = step(x)
        return x


class Bag:
    __slots__ = ("items", "limit")

    def __init__(self, items, limit=3):
        self.items, self.limit = items, limit

    def has_all(self, things):
        return all(thing in self.items for thing in things)

    def full(self):
        return len(self.items) >= self.limit
"""
STUDENT = """
def vec(x, y):
    return Vec(x, y)


def tree(values):
    root = Tree(values[0])
    for value in values[1:]:
        root.insert(value)
    return root


class Square(Shape):
    def __init__(self, side):
        super().__init__("square")
        self.side = side

    def area(self):
        self.asked += 1
        return self.side**2

    @property
    def sides(self):
        return 4


class Offset:
    def __init__(self, by):
        self.by = by

    def __call__(self, x):
        return x + self.by


def machine(*by):
    return Machine(*map(Offset, by), lambda x: 2 * x)


def bag(*items):
    return Bag([*items])
"""
CASES = {
    "a comparison that is no operator": """
assert vec(1, 2).is_close(vec(1, 2)) and vec(1, 2).is_close(Vec(1, 2))
assert Vec(1, 2).is_close(vec(1, 2)) and not vec(1, 2).is_close(Vec(1, 3))
""",
    "the kind of two objects": """
assert vec(1, 2).same_kind(vec(3, 4)) and not vec(1, 2).same_kind(3)
""",
    "properties": """
v = vec(3, 4)
assert v.length == 5 and v.doubled == 10 and v.doubled == 10
v.x = 0
assert v.length == 4 and v.doubled == 10
""",
    "new objects": """
assert vec(1, 2).scaled(2).is_close(Vec(2, 4)) and isinstance(vec(1, 2).scaled(2), Vec)
""",
    "a method that changes": """
v = vec(1, 2)
assert v.moved(2) is v and v.x == 3 and v.itself() is v and v.length == math.hypot(3, 2)
""",
    "static and class methods, and constants": """
v = vec(1, 2)
assert v.unit() == "m" and v.zero().is_close(Vec(0, 0)) and v.axes == ("x", "y")
""",
    "a counter of objects": """
v = vec(1, 2)
before = v.count()
w = vec(1, 2)
assert w.count() == before + 1
""",
    "an attribute that a helper sets": """
v = vec(1, 2)
assert v.mark("a") == "a" and v.note == "a" and v.mark("b") == "b" and v.note == "b"
""",
    "random numbers": """
v = vec(1, 2)
random.seed(3)
first = v.shaken(), random.random()
random.seed(3)
assert first == (v.shaken(), random.random())
random.seed(3)
assert first == (1 + random.random(), random.random())
""",
    "special methods": """
v = vec(3, 4)
assert 3 in v and 5 not in v and [*v] == [3, 4] and len(v) == 2 and v[1] == 4
assert repr(v) == str(v) == f"{v}" == "Vec(3, 4)" and v(Vec(1, 1)) == 7 == v(vec(1, 1))
x, y = v
assert (x, y) == (3, 4) and v[-1] == 4 and bool(v)
""",
    "trees": """
root = tree([4, 2, 6, 1])
assert root.depth() == 3 and root.is_search_tree() and [*root.walk()] == [1, 2, 4, 6]
into = []
root.collect(into)
assert into == [4, 2, 1, 6]
root.insert(0)
assert root.depth() == 4 and [*root.walk()] == [0, 1, 2, 4, 6]
root.left.value = 9
assert not root.is_search_tree()
""",
    "a list that stays the object's": """
root = tree([1])
tags = root.all_tags()
tags.append("a")
root.tag("b")
assert root.tags == ["a", "b"] == root.all_tags() == tags and root.all_tags() is tags
""",
    "a log of the module": """
root = tree([1, 2])
before = root.logged()
tree([3])
assert root.logged() == before + 1
""",
    "methods that the student's class overrides": """
square = Square(3)
assert square.describe() == "Square square: 9, 4 sides" and square.asked == 1
assert square.is_larger(Square(2)) and not square.is_larger(Square(4))
assert square.twice() == (9, 9, square.asked) and square.asked == 5
assert square.like().area() == 4 and isinstance(square.like(), Square)
""",
    "functions and objects of the student's inside": """
m = machine(1, 2)
assert m.run(3) == 12 and m.run(0) == 6
""",
    "slots": """
b = bag(1, 2)
assert b.has_all([1]) and not b.has_all([1, 3]) and not b.full()
b.items.append(3)
assert b.full() and b.has_all([3])
""",
}
WRONG = {
    "another vector": "assert vec(1, 2).is_close(Vec(1, 3))",
    "no search tree": """
root = tree([4, 2])
root.left.value = 5
assert root.is_search_tree()
""",
    "no such item": "assert bag(1, 2).has_all([3])",
    "another text": "assert repr(vec(1, 2)) == 'Vec(1, 3)'",
    "nothing in it": "assert 5 in vec(1, 2)",
}


@pytest.fixture(scope="module")
def both(warm, tmp_path_factory):
    """All cases in one kernel and in two rooms: (errors there, errors here)."""
    folder = tmp_path_factory.mktemp("cases")
    cells = [("given", GIVEN), ("student", STUDENT)]
    return in_both(warm, folder, *cells, cases=CASES | WRONG, solved=(True, False))


@pytest.mark.parametrize("case", CASES)
def test_methods_of_given_classes_do_the_same_in_two_rooms(both, case):
    """
    With and without the reference solution at hand.
    """
    assert ["", "", ""] == [run[case] for run in both]


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_fails_in_both(both, case):
    """
    With the same exception.
    """
    names = [run[case].partition(":")[0] for run in both]

    assert names[0]
    assert names[:1] * 3 == names


LIES = {
    "a method": "Vec.is_close = lambda *_: True",
    "a property": "Vec.length = property(lambda self: 4)",
    "a special method": "Vec.__contains__ = lambda *_: True",
    "a search tree": "Tree.is_search_tree = lambda *_: True",
    "the class": """
class Vec:
    tolerance = 1e9
    def __init__(self, x, y):
        self.x, self.y = x, y
        self.tolerance = 1e9
        self.is_close = lambda *_: True
    def is_close(self, other):
        return True
    length = 4
    def __contains__(self, item):
        return True
""",
    "an object in it": """
class Yes(float):
    def __sub__(self, other):
        return 0
    __rsub__ = __abs__ = __sub__
    __lt__ = __eq__ = __contains__ = lambda *_: True
    def __float__(self):
        return 4.0
yes = Yes(0)
def vec(x, y):
    return Vec(yes, yes)
def bag(*_):
    return Bag(yes)
""",
    "a list": """
class All(list):
    def __contains__(self, item):
        return True
def bag(*items):
    return Bag(All(items))
""",
    "a subclass": """
class Liar(Vec):
    def is_close(self, other):
        return True
    def __contains__(self, item):
        return True
    length = 4
def vec(x, y):
    return Liar(x, y)
class Better(Tree):
    def is_search_tree(self, *_):
        return True
def tree(values):
    return Better(values[0], Better(values[0] + 1))
""",
    "another class": """
class Mine:
    length = 4
    def is_close(self, other):
        return True
    is_search_tree = is_close
    has_all = is_close
    def __contains__(self, item):
        return True
def vec(x, y):
    return Mine()
tree = bag = lambda *_: Mine()
""",
}
JUDGES = (
    "assert vec(1, 2).is_close(Vec(1, 3))",
    "assert vec(3, 0).length == 4",
    "assert 5 in vec(1, 2)",
    "root = tree([4, 2])\nroot.left.value = 5\nassert root.is_search_tree()",
    "assert bag(1, 2).has_all([3])",
)


@pytest.mark.parametrize("lie", LIES)
def test_what_a_given_method_says_cannot_be_changed(warm, lie):
    """
    The solution does none of it: each test fails on it, and must fail on a lie too.
    """
    cells = [("given", GIVEN), ("student", STUDENT)]
    lying = [("student", LIES[lie]), *(("test", judge) for judge in JUDGES)]
    run = in_two_rooms(warm, *cells, *lying, solved=STUDENT)

    assert all(errors(run, JUDGES).values()), errors(run, JUDGES)


def test_the_first_test_knows_given_classes_too(warm):
    """
    What the release gives is known before a class of the student's arrives.
    """
    cells = ("given", GIVEN), ("student", STUDENT)
    test = "assert isinstance(Square(3), Shape) and issubclass(Square, Shape)"
    run = in_two_rooms(warm, *cells, ("test", test))

    assert {test: ""} == errors(run, [test])


@pytest.mark.parametrize(
    "text",
    [
        "self.x = 1",
        "del self.items[0]",
        "self.items.append(1)",
        "node = self.head; node.next = 1",
        "for node in self.nodes: node.seen = True",
        "setattr(self, 'x', 1)",
        "global n; n = 1",
        "self.items[0] += 1",
        "return self.change()",
        "return self",
        "return pickle.loads(self.blob)",
        "return self.template.format(self.x)",
        "return Thing(self.path)",
        "return f'{self.x:{self.width}}'",
        "return self.load(self.path)",
        "return np.load(self.path)",
        "return getattr(self, self.name)",
        "return self.__class__",
        "return [f(self.x) for f in self.functions]",
        "return sorted(self.items, key=lambda item: item)",
        "yield self.x",
        "return self.rng.normal()",
        "COUNTS['a'] += 1",
        "return COUNTS",
        "with open('x', 'w') as file: file.write('a')",
        "return next(self.numbers)",
    ],
)
def test_a_method_that_does_more_than_compute_is_no_reader(text):
    """
    It stays in the student's room, where it can change and run what it likes.
    """
    source = f"""
    COUNTS = {{}}

    def count(name):
        COUNTS[name] = 1

    class Thing:
        def change(self):
            self.x = 1

        def method(self):
            {text}
    """
    found = readers([ast.parse(dedent(source))], [])

    assert {} == found["Thing"]
