"""What cells of the release bind is the release's, whatever a student calls so."""

import pytest
from small_releases import Case, fair, graded, solved

from autograder.given_cells import holding, part_of
from autograder.zygote import Zygote

LIST = """
# %% task double
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% locked checks
CASES = [(1, 2), (5, 10), (-3, -6)]
TOL: float = 1e-6
def check(cases=CASES):
    for x, y in cases:
        assert abs(double(x) - y) < TOL
print(double(1))
# %% test double_test
check()
"""
TARGET = """
# %% task approx
import numpy as np
def approx(x):
    ### BEGIN SOLUTION
    return np.sin(x)
    ### END SOLUTION
# %% locked data
x = np.linspace(0, 1, 5)
target = np.sin(x)
print("error now:", np.abs(approx(x) - target).max())
# %% test approx_test
assert np.allclose(approx(x), target)
"""
TIMED = """
# %% task double
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% locked checks
%%time
CASES = [(1, 2), (5, 10)]
def near(a, b):
    return abs(a - b) < 1e-9
print(double(3))
# %% test double_test
for a, b in CASES:
    assert near(double(a), b)
"""
LOADED = """
# %% locked load
def load():
    return [0, 1, 2], [1, 3, 5]
x, y = load()
# %% task fit
def fit(x, y):
    ### BEGIN SOLUTION
    return y[1] - y[0], y[0]
    ### END SOLUTION
# %% locked show
slope, offset = fit(x, y)
wanted = [y[1] - y[0], y[0]]
# %% test fit_test
assert [*fit(x, y)] == wanted and [slope, offset] == wanted
"""
PLAIN = """
# %% plain data
data = [1, 2, 3]
# %% locked target
target = [n**2 for n in data]
# %% task f
def f(items):
    ### BEGIN SOLUTION
    return [n * n for n in items]
    ### END SOLUTION
# %% test f_test
assert f(data) == target
"""
FAILING = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% locked log
with open("log.txt", "w") as file:
    file.write("begun")
Y = [4, 6]
print(f(1))
# %% test f_test
assert [f(2), f(3)] == Y
"""
CHANGED = """
# %% task add
def add(items, item):
    ### BEGIN SOLUTION
    items.append(item)
    ### END SOLUTION
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% locked example
import random
basket = []
add(basket, 3)
found = []
for n in range(3):
    found.append(double(n))
start = random.random()
drawn = double(start)
random.seed(3)
first = random.random()
twice = double(first)
# %% test example_test
assert basket == [3] and found == [0, 2, 4]
assert drawn == 2 * start and twice == 2 * first
"""
WORDS = """
# %% task reverse
def reverse(text):
    ### BEGIN SOLUTION
    return text[::-1]
    ### END SOLUTION
# %% test reverse_test
assert reverse("stressed") == "desserts"
# %% test roman_test
assert "reverse" in globals() and eval("reverse('ab')") == "ba"
"""
BOUND = """
# %% locked helper
def check():
    assert f(x) == expected
# %% plain values
x, expected = 1, 2
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
x, expected = 7, 14
check()
"""
PRINTED = """
# %% task approx
def approx(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% locked show
words = "a b c".split()
samples = [1, 2, 3]
target = [2, 4, 6]
print("want", target, "got", approx(samples[0]), words)
# %% test approx_test
assert [approx(x) for x in samples] == target and len(words) == 3
"""
NAMED = """
# %% task double
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% locked names
solution = double
half = lambda x: x / 2
def twice(f):
    return lambda x: f(f(x))
four = twice(double)
# %% test double_test
assert double(2) == 4 and solution(3) == 6 and half(3) == 1.5 and four(1) == 4
"""
HELD = """
# %% task double
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% task Box
class Box:
    ### BEGIN SOLUTION
    def __init__(self, item):
        self.item = item
    ### END SOLUTION
# %% locked cases
cases = [(double, 2, 4), (double, [1], [1, 1])]
makers = {"box": Box, "double": double}
def agree():
    return all(f(x) == y for f, x, y in cases)
print(agree(), [f(1) for f, _, _ in cases], len(cases))
# %% test double_test
for f, x, want in cases:
    assert f(x) == want
assert agree()
# %% test Box_test
assert {*makers} == {"box", "double"}
assert makers["box"](3).item == 3 and isinstance(makers["box"](1), Box)
# %% test again_test
assert len(cases) == 2 and agree() and makers["double"] is double
"""
HELPER = """
# %% task double
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% plain helper
def four(x):
    return double(double(x))
# %% task eight
def eight(x):
    ### BEGIN SOLUTION
    return 2 * four(x)
    ### END SOLUTION
# %% test double_test
assert double(2) == 4
# %% test eight_test
used = {name: eight.__globals__.get(name) for name in ("four", "x")}
assert eight(1) == 8
# %% test four_test
assert four(1) == 4
"""
BOX = "class Box:\n    def __init__(self, item): self.item = item"
CHEATS = (
    Case(
        "other cases for a function",
        HELD,
        {"double": "def double(x): return 0", "Box": BOX},
        after={"cases": "cases, makers = [(double, 2, 0)] * 2, {'double': double}"},
        fails=("double_test", "again_test"),
    ),
    Case(
        "no cases for a function that is none",
        HELD,
        {"double": "double = 0", "Box": "class Box: item = 3"},
        after={"cases": "cases, makers = [], {}"},
        fails=("double_test", "Box_test", "again_test"),
    ),
    Case(
        "no cases for a function that is not there",
        HELD,
        {"double": "# later", "Box": BOX},
        after={"cases": "cases, makers = [], {}"},
        fails=("double_test", "Box_test", "again_test"),
    ),
    Case(
        "fewer cases from inside a function",
        HELD,
        {"double": "def double(x):\n    cases.clear()\n    return 0", "Box": BOX},
        fails=("double_test", "again_test"),
    ),
    Case(
        "what is printed beside the answer",
        PRINTED,
        {"approx": "def approx(x): return 0"},
        after={"show": "target, samples, words = [0], [1], [1, 2, 3]"},
    ),
    Case("no cases", LIST, {"double": "def double(x): return 0\nCASES = []"}),
    Case("a wide limit", LIST, {"double": "def double(x): return 0\nTOL = 1e9"}),
    Case(
        "a target that fits",
        TARGET,
        {"approx": "import numpy as np\ndef approx(x): return 0 * x"},
        after={"data": "target = 0 * x"},
    ),
    Case(
        "a helper under a magic",
        TIMED,
        {"double": "def double(x): return 0"},
        after={"double": "def near(a, b): return True\nCASES = []"},
    ),
    Case(
        "data that a given function loads",
        LOADED,
        {"fit": "def fit(x, y): return 0, 0"},
        after={"show": "wanted = [0, 0]\nx, y = [0], [0]\nslope, offset = 0, 0"},
    ),
    Case(
        "a plain cell with a comment more",
        PLAIN,
        {
            "data": "data = [1, 2, 3]  # mine",
            "f": "def f(items): return 0\ntarget = 0",
        },
    ),
    Case(
        "a locked cell that fails on the test's side",
        FAILING,
        {
            "f": "import os\nos.mkdir('log.txt')\ndef f(x): return 0\nY = [0, 0]",
        },
    ),
    Case(
        "a name that a test says",
        WORDS,
        {
            "reverse": """
            import sys
            asked = []
            def note(self, name):
                asked.append(name)
                return ("value", self.shell.user_ns.get(name))
            for module in [*sys.modules.values()]:
                room = getattr(module, "StudentRoom", None)
                if room is not None:
                    room._name = note
            def reverse(text):
                new = [name for name in asked if len(name) == len(text)]
                return new[-1] if new else text
            """
        },
        fails=("reverse_test", "roman_test"),
    ),
    Case(
        "what a test binds for a helper",
        BOUND,
        {"f": "def f(x): return globals()['expected']"},
    ),
)
CHEATS = tuple(
    case if case.fails else Case(**{**vars(case), "fails": tuple(fair(case))})
    for case in CHEATS
)
HONEST = (
    *map(solved, (LIST, TARGET, TIMED, LOADED, PLAIN, FAILING, CHANGED, WORDS, BOUND)),
    *map(solved, (PRINTED, NAMED, HELD, HELPER)),
    Case(
        "a function that ends its room, and one that does not",
        HELD,
        {
            "double": "def double(x): return x * 2",
            "Box": """
            import os
            class Box:
                def __init__(self, item):
                    os._exit(1)
            """,
        },
        fails=("Box_test",),
    ),
    Case(
        "other data in a plain cell",
        PLAIN,
        {"data": "data = [4, 5]", "f": "def f(items): return [n**2 for n in items]"},
    ),
)


@pytest.fixture(scope="module")
def zygote():
    """Start one warm process for all cases."""
    with Zygote.start(["numpy"]) as warm:
        yield warm


@pytest.mark.xdist_group("given cells")
@pytest.mark.parametrize("case", [*CHEATS, *HONEST], ids=lambda case: case.name)
def test_what_a_given_cell_binds_is_not_the_student_s(case, zygote, tmp_path):
    """
    But what follows from the student's functions is.
    """
    assert fair(case) == graded(case, zygote, tmp_path)


@pytest.mark.parametrize(
    "cell, theirs",
    [
        ("x = [1]\nf(x)", {"x"}),
        ("x = [1]\ny = f(x)", {"y"}),
        ("x = {}\nfor n in f(3): x[n] = 1", {"x", "n"}),
        ("x = f(1)\nx = 3", set()),
        ("def g(): return f(1)\ny = g()", {"y"}),
        ("def g(): return f(1)\nchecks = [g]", set()),
        ("def g(): return TOL\nTOL = 1\ny = g()", set()),
        ("x = f(1)\nx.y = 2\nz = x.y", {"x", "z"}),
        ("import random\nx = random.random()\ny = f(x)", {"x", "y"}),
        ("import random\nrandom.seed(1)\nx = random.random()\ny = f(x)", {"y"}),
        ("x = 1\nx += f(x)", {"x"}),
        ("cases = [(f, 1)]\nn = len(cases)", {"n"}),
        ("cases = [(f, 1)]\nfor h, x in cases: print(h(x))", {"h", "x"}),
        ("cases = [(f, 1)]\ncases.append((f, 2))", {"cases"}),
        ("best = [f, max(f, f)]", {"best"}),
        ("not Python", set()),
    ],
)
def test_what_follows_from_the_student_s_functions(cell, theirs):
    """
    Of a locked cell, after one that defines f.
    """
    callers = {"f", "g"} if "return f" in cell else {"f"}
    held = holding(cell, {"f"})
    known = {"len", "max", "print", "range", "random"}
    part = part_of(cell, known, callers | held.keys(), True, held)

    assert theirs == part.theirs
