"""Exceptions of the student's own, in one kernel and in two rooms."""

import pytest
from two_rooms import in_both

GIVEN = """
class Base(ValueError):
    def __init__(self, a):
        super().__init__(a)
        self.a = a
"""
STUDENT = """
class Own(Exception):
    pass


class Child(Own):
    pass


class Code(Own):
    def __init__(self, code, why=""):
        super().__init__(f"{code}: {why}")
        self.code = code

    def __str__(self):
        return f"<{self.code}>"


class Mine(Base):
    def __init__(self, a, b):
        super().__init__(a)
        self.b = b


class Plain(Base):
    pass


def fail(kind, *args):
    raise globals()[kind](*args)


def attribute():
    return None.foo
"""
CASES = {
    "one derives from the other": """
assert issubclass(Child, Own) and issubclass(Own, Exception)
assert not issubclass(Own, Child)
try:
    fail("Child", "c")
except Own as error:
    assert type(error) is Child and str(error) == "c"
""",
    "the nearest is caught": """
try:
    fail("Code", 3, "no")
except Child:
    raise AssertionError
except Own as error:
    assert error.code == 3 and str(error) == "<3>" and error.args == ("3: no",)
""",
    "made by the test": """
error = Code(4, why="x")
assert error.code == 4 and str(error) == "<4>" and error.args == ("4: x",)
assert isinstance(error, Own)
try:
    raise Code(5)
except Own as error:
    assert error.code == 5
try:
    Code()
except TypeError:
    pass
else:
    raise AssertionError
""",
    "of a given class": """
for kind, args in (("Mine", (1, 2)), ("Plain", (1,)), ("Base", (1,))):
    try:
        fail(kind, *args)
    except Base as error:
        assert error.a == 1 and isinstance(error, ValueError)
assert Mine(4, 5).b == 5 and Mine(4, 5).a == 4 and Plain(6).a == 6
assert issubclass(Plain, Base) and issubclass(Mine, ValueError)
""",
    "what an AttributeError names": """
try:
    attribute()
except AttributeError as error:
    assert error.name == "foo"
""",
}
WRONG = {
    "another exception": """
try:
    fail("Own")
except Child:
    pass
""",
    "another attribute": "assert Code(4).code == 5",
}


@pytest.fixture(scope="module")
def both(warm, tmp_path_factory):
    """All cases in one kernel and in two rooms: (errors there, errors here)."""
    folder = tmp_path_factory.mktemp("cases")
    cells = [("given", GIVEN), ("student", STUDENT)]
    return in_both(warm, folder, *cells, cases=CASES | WRONG)


@pytest.mark.parametrize("case", CASES)
def test_exceptions_are_caught_and_made(both, case):
    """
    By their classes, which derive from each other, and with their constructors.
    """
    assert ["", ""] == [run[case] for run in both]


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_fails_in_both(both, case):
    """
    With the same exception.
    """
    names = [run[case].partition(":")[0] for run in both]

    assert names[0]
    assert names[:1] * 2 == names
