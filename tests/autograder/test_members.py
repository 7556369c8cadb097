"""What a class of the student's says of itself, and that this decides nothing."""

import dataclasses

import pytest
from two_rooms import in_both, in_two_rooms, problems

from autograder import members

STUDENT = """
import collections.abc
from abc import ABC, abstractmethod
from dataclasses import dataclass, field


class Shape(ABC):
    @abstractmethod
    def area(self): ...


class Square(Shape):
    def __init__(self, side: float, unit="cm"):
        self.side = side

    def area(self):
        return self.side**2


class Animal:
    legs = 4
    __hash__ = None

    def __init__(self, name):
        self._name = name

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        self._name = value.title()

    @property
    def loud(self):
        return self._name.upper()

    def __str__(self):
        return self._name


class Dog(Animal):
    sound: str = "wuff"

    def bark(self):
        return self.sound

    @staticmethod
    def kind():
        return "dog"

    @classmethod
    def puppy(cls):
        return cls("puppy")


class Swimmer:
    pass


class Duck(Animal, Swimmer):
    pass


class Numbers(collections.abc.Sequence):
    def __init__(self, items):
        self._items = items

    def __getitem__(self, index):
        return self._items[index]

    def __len__(self):
        return len(self._items)


@dataclass(order=True)
class Pt:
    x: int
    y: float = 0.5
    tags: list[str] = field(default_factory=list, compare=False)


@dataclass(frozen=True)
class Line:
    start: Pt
    end: Pt
"""
CASES = {
    "names of a class": """
assert "__str__" in Animal.__dict__ and "__str__" not in Dog.__dict__
assert "bark" in vars(Dog) and "legs" not in vars(Dog) and vars(Animal)["legs"] == 4
assert {"bark", "kind", "puppy", "sound"} <= {*Dog.__dict__}
assert Dog.__dict__["bark"](Dog("Rex")) == "wuff"
assert isinstance(Dog.__dict__["kind"], staticmethod)
assert isinstance(vars(Dog)["puppy"], classmethod)
assert Animal.__dict__["__hash__"] is None and "__hash__" not in Dog.__dict__
assert "bark" in dir(Dog) and "name" in dir(Dog) and "bark" not in dir(Animal)
assert Dog.__annotations__ == {"sound": str}
""",
    "methods of a class": """
import inspect

names = [name for name, _ in inspect.getmembers(Dog, inspect.isfunction)]
assert "bark" in names and "kind" in names and "legs" not in names
assert [*inspect.signature(Square.__init__).parameters] == ["self", "side", "unit"]
assert Square.__init__.__annotations__ == {"side": float}
assert Square.__init__ is not object.__init__
""",
    "properties": """
assert isinstance(Dog.name, property) and isinstance(vars(Animal)["loud"], property)
assert Animal.loud.fset is None and Dog.name.fset is not None
dog = Dog("rex")
assert Animal.loud.fget(dog) == "REX"
Dog.name.fset(dog, "max")
assert dog.name == "Max" and not isinstance(Dog.bark, property)
""",
    "bases": """
assert Dog.__bases__ == (Animal,) and Animal.__bases__ == (object,)
assert Duck.__bases__ == (Animal, Swimmer) and Duck.__base__ is not None
assert Dog.mro() == [Dog, Animal, object] and Dog.__mro__ == (Dog, Animal, object)
assert [c.__name__ for c in Duck.mro()] == ["Duck", "Animal", "Swimmer", "object"]
assert issubclass(Duck, Swimmer) and not issubclass(Dog, Swimmer)
""",
    "abstract classes": """
import abc
import inspect
from collections.abc import Iterable, Mapping, Sequence, Sized

assert inspect.isabstract(Shape) and not inspect.isabstract(Square)
assert Shape.__abstractmethods__ == {"area"} and Square.__abstractmethods__ == set()
assert issubclass(Shape, abc.ABC) and issubclass(Square, abc.ABC)
assert isinstance(Shape, abc.ABCMeta) and not isinstance(Dog, abc.ABCMeta)
assert Shape.__bases__ == (abc.ABC,) and Square.mro()[1:3] == [Shape, abc.ABC]
assert not issubclass(Dog, abc.ABC) and isinstance(Square(1), abc.ABC)
numbers = Numbers([1, 2])
assert isinstance(numbers, Sequence) and issubclass(Numbers, Sized)
assert not isinstance(numbers, Mapping) and isinstance(numbers, Iterable)
assert list(numbers) == [1, 2]
""",
    "dataclasses": """
import dataclasses
from dataclasses import asdict, astuple, fields, is_dataclass, replace

assert is_dataclass(Pt) and is_dataclass(Pt(1)) and not is_dataclass(Dog)
assert [f.name for f in fields(Pt)] == ["x", "y", "tags"]
assert [f.type for f in fields(Pt)] == [int, float, list[str]]
assert fields(Pt)[1].default == 0.5 and fields(Pt)[0].default is dataclasses.MISSING
assert fields(Pt)[2].default_factory is list and not fields(Pt)[2].compare
assert asdict(Pt(1)) == {"x": 1, "y": 0.5, "tags": []}
assert astuple(Pt(1, 2)) == (1, 2, [])
assert asdict(Line(Pt(1), Pt(2)))["end"] == {"x": 2, "y": 0.5, "tags": []}
moved = replace(Pt(1, 2), y=7)
assert (moved.x, moved.y) == (1, 7) and isinstance(moved, Pt)
assert Line.__dataclass_params__.frozen and not Pt.__dataclass_params__.frozen
assert Pt.__dataclass_params__.order and Pt.__annotations__["x"] is int
match Pt(3):
    case Pt(x, y):
        assert (x, y) == (3, 0.5)
    case _:
        raise AssertionError
""",
}
WRONG = {
    "no such name": "assert '__repr__' in Dog.__dict__",
    "no property": "assert isinstance(Dog.bark, property)",
    "another base": "assert Duck.__bases__ == (Swimmer, Animal)",
    "another order": "assert Duck.mro()[1] is Swimmer",
    "not abstract": "import inspect\nassert inspect.isabstract(Square)",
    "no sequence": "import collections.abc as a\nassert isinstance(Pt(1), a.Sequence)",
    "another value": "from dataclasses import asdict\nassert asdict(Pt(1))['x'] == 2",
    "no dataclass": "from dataclasses import asdict\nasdict(Dog('a'))\nassert True",
}


@pytest.fixture(scope="module")
def both(warm, tmp_path_factory):
    """All cases in one kernel and in two rooms: (errors there, errors here)."""
    folder = tmp_path_factory.mktemp("cases")
    cells = [("student", STUDENT)]
    return in_both(warm, folder, *cells, cases=CASES | WRONG, solved=(False, True))


@pytest.mark.parametrize("case", CASES)
def test_what_is_right_passes_in_both(both, case):
    """
    With and without the reference solution at hand.
    """
    assert ["", "", ""] == [run[case] for run in both]


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_fails_in_both(both, case):
    """
    With the exception of one kernel.
    """
    names = [run[case].partition(":")[0] for run in both]

    assert names[0]
    assert names[:1] * 3 == names


CHEATS = """
import abc
import collections.abc
from dataclasses import dataclass

ran = []

@dataclass(eq=False)
class Liar(collections.abc.Mapping):
    x: int = 0
    shape = (2,)
    def __getitem__(self, key): return 1
    def __iter__(self): return iter("x")
    def __len__(self): return 1
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    def __repr__(self): return "1.0"
    def allclose(self, other): return True
    def count(self, item): return 3
    def _repr_pretty_(self, printer, cycle): printer.text("1.0")
    __init_subclass__ = classmethod(lambda cls, **options: ran.append(cls))

Liar.__abstractmethods__ = frozenset()

def f(x=None):
    return Liar()

def kind():
    return Liar
"""


@pytest.mark.parametrize(
    "test",
    [
        "assert f() == 3",
        "assert {'x': 1} == f()",
        "assert f() < 3",
        "assert vars(kind()) == 3",
        "assert kind() == 3",
        "assert f().allclose(3)",
        "assert vars(kind())['allclose'](f(), 3)",
        "assert vars(kind())['__eq__'](f(), 3)",
        "assert f().count(5) == 3",
        "from collections import UserDict\nassert UserDict(x=2) == f()",
        "from dataclasses import asdict\nassert asdict(f()) == {'x': 1}",
        "assert kind().__bases__ == (dict,)",
    ],
)
def test_a_class_decides_nothing(warm, test):
    """
    Whatever it says that it has, is, or derives from.
    """
    release = "def f(x=None):\n    return {'x': 1}"
    run = in_two_rooms(warm, ("student", CHEATS), ("test", test), solved=release)

    assert 1 == len(problems(run))


@pytest.mark.parametrize("test", ["f()", "[f()]", "kind()", "vars(kind())['f'] = 3"])
def test_the_text_of_an_object_is_no_value_of_a_cell(warm, test):
    """
    Nor is what its class would print.
    """
    run = in_two_rooms(warm, ("student", CHEATS), ("test", test))

    shown = str(run.nb.cells[-1].outputs)
    assert "1.0" not in shown


@pytest.mark.parametrize(
    "told",
    [
        *(5, [], [[False] * 6], [[False] * 6, [["x"]]]),
        [[False] * 6, [["__class__", None, None, None, [True] * 4]]],
        [[False] * 6, [["x", None, None, "eval", [True] * 4]]],
        [[False] * 6, [["x", None, None, None, [True] * 3]]],
        [[False] * 6, [[["x"], None, None, None, [True] * 4]]],
        [[False] * 6, [["x", None, ["value", 1], "list", [True] * 4]]],
    ],
    ids=str,
)
def test_fields_that_were_made_up_are_refused(told):
    """
    The other room may tell anything; the wire makes an error of it.
    """
    with pytest.raises((ValueError, TypeError, KeyError)):
        members.read_fields(told, lambda mark: mark, lambda mark: mark)


def test_fields_are_told_and_read():
    """
    A class with what was told is a dataclass for Python.
    """

    @dataclasses.dataclass(order=True)
    class Pt:
        x: int
        y: float = 0.5

    told = members.tell_fields(Pt, lambda kind: kind, lambda value: value)
    space = members.read_fields(told, lambda kind: kind, lambda value: value)
    made = type("Made", (), space)

    assert dataclasses.is_dataclass(made) and made.__match_args__ == ("x", "y")
    for ours, theirs in zip(
        dataclasses.fields(made), dataclasses.fields(Pt), strict=True
    ):
        assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("told", [5, [["a"]], [["a", 1]], [[["a"], "value"]]], ids=str)
def test_names_that_were_made_up_are_refused(told):
    """
    Only texts are names.
    """
    with pytest.raises((ValueError, TypeError)):
        members.read_names(told)
