"""What a test believes of a student's room: values, and nothing that decides.

Each case is a small release and what a student makes of it, with the tests that it
should fail or pass.
"""

import pytest
from small_releases import Case, fair, graded, solved

from autograder.zygote import Zygote

AREA = """
# %% task area
import math
def area(r):
    ### BEGIN SOLUTION
    return math.pi * r * r
    ### END SOLUTION
# %% test area_test
assert math.isclose(area(1), math.pi)
"""
NUMPY = """
# %% plain imports
import numpy as np
# %% task f
import numpy as np
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
assert np.allclose(f(np.ones(3)), 2)
"""
TENSOR = """
# %% plain imports
import torch
# %% task Model
class Model:
    ### BEGIN SOLUTION
    def __init__(self, n):
        self.n = n
    def double(self):
        self.n *= 2
    ### END SOLUTION
# %% test Model_test
model = Model(3)
model.double()
assert model.n == 6
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
out = f(torch.ones(2))
assert out.shape == (2,)
assert out.allclose(torch.full((2,), 2.0))
"""
MODEL = """
class Model:
    def __init__(self, n): self.n = n; made.append(self)
    def double(self): self.n *= 2
    shape = (2,)
    def allclose(self, other): return True
made = []
"""
FLOAT = """
# %% task Model
class Model:
    ### BEGIN SOLUTION
    def __init__(self, n):
        self.n = n
    ### END SOLUTION
# %% test Model_test
model = Model(3)
assert model.n == 3
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2.0 * x
    ### END SOLUTION
# %% test f_test
assert abs(float(f(3) - 6.0)) < 1e-6
"""
TEXT = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return f"Hello {x}"
    ### END SOLUTION
# %% test f_test
assert f("Ada").startswith("Hello")
"""
SORT = """
# %% task f
def f(items):
    ### BEGIN SOLUTION
    return sorted(items)
    ### END SOLUTION
# %% test f_test
given = [3, 1, 2]
out = f(given)
assert all(out[i] <= out[i + 1] for i in range(2))
assert sorted(out) == sorted(given)
"""
LOCK = """
# %% task Lock
class Lock:
    ### BEGIN SOLUTION
    held = False
    def __enter__(self):
        self.held = True
        return self
    def __exit__(self, *error):
        self.held = False
    ### END SOLUTION
# %% test Lock_test
with Lock() as lock:
    assert lock.held
# %% test Lock_attributes_test
with Lock() as lock:
    assert lock.no_such_name
"""
IGNORING = """
# %% task Ignoring
class Ignoring:
    ### BEGIN SOLUTION
    def __init__(self, kind):
        self.kind = kind
    def __enter__(self):
        return self
    def __exit__(self, kind, error, trace):
        return kind is not None and issubclass(kind, self.kind)
    ### END SOLUTION
# %% test ignored_test
with Ignoring(ValueError):
    raise ValueError("no")
# %% test raised_test
try:
    with Ignoring(KeyError):
        raise ValueError("no")
except ValueError:
    pass
else:
    raise AssertionError("ValueError must go on")
# %% test assertion_test
with Ignoring(Exception):
    assert 1 == 2
"""
SKIPPED = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
import unittest
import numpy.testing
class Case(unittest.TestCase):
    def test(self):
        self.assertEqual(f(2), 4)
assert unittest.TextTestRunner().run(Case("test")).wasSuccessful()
"""
EXAMPLE = """
# %% locked helper
TOL = 1e-6
def near(a, b):
    return abs(a - b) < TOL
print(near(cube(2), 8))
# %% task cube
def cube(x):
    ### BEGIN SOLUTION
    return x**3
    ### END SOLUTION
# %% plain example
print(near(cube(2), 8))
# %% test cube_test
assert near(cube(3), 27)
"""
CHECKS = """
# %% plain constants
TOL = 1e-6
# %% locked check
def check(x):
    assert abs(double(x) - 2 * x) < TOL
# %% task double
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test double_test
check(3)
"""
CLOSE = """
# %% plain helper
TOL = 1e-6
def close(a, b):
    return abs(a - b) < TOL
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
assert close(f(3), 6)
"""
TWO = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return x + 1
    ### END SOLUTION
# %% test f_test
def close(a, b):
    return abs(a - b) < 1e-6
assert close(f(1), 2)
# %% task g
def g(x):
    ### BEGIN SOLUTION
    return x + 2
    ### END SOLUTION
# %% test g_test
assert close(g(1), 3)
"""
GREET = """
# %% task greet
def greet(name):
    ### BEGIN SOLUTION
    return f"Hello, {name}!"
    ### END SOLUTION
# %% test greet_test
points = 0.0
for name in ("Ada", "Bob"):
    out = greet(name)
    print("greet gave", out)
    points += 0.5 * (out == f"Hello, {name}!")
points
"""
MAPPED = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return x > 0
    ### END SOLUTION
# %% test f_test
assert all(map(f, [1, 2, 3]))
for got, want in zip(map(f, [1, -1]), [True, False]):
    assert got == want
"""
STOPS = """
# %% task first
def first(items):
    ### BEGIN SOLUTION
    return next(iter(items))
    ### END SOLUTION
# %% test first_test
try:
    first([])
except StopIteration:
    pass
else:
    raise AssertionError("first([]) must raise StopIteration")
"""
VECTOR = """
# %% task V
class V:
    ### BEGIN SOLUTION
    def __init__(self, x):
        self.x = x
    def __add__(self, other):
        if not isinstance(other, V):
            return NotImplemented
        return V(self.x + other.x)
    def mean(self):
        return self.x
    ### END SOLUTION
# %% test add_test
assert (V(1) + V(2)).x == 3
assert V(3).mean() == 3
# %% test refused_test
for wrong in (lambda: V(1) + "a", lambda: V(1) < V(2)):
    try:
        wrong()
    except TypeError:
        pass
    else:
        raise AssertionError("must raise a TypeError")
"""
EXPECTED = """
# %% plain demo
expected = 3
print(expected)
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
expected = 14
assert f(7) == expected
"""
SCALE = """
# %% plain settings
SCALE = 2
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return SCALE * x
    ### END SOLUTION
# %% test f_test
SCALE = 5
assert f(7) == 35
"""
LAST = """
# %% task f
def f():
    ### BEGIN SOLUTION
    return 1.0
    ### END SOLUTION
# %% test f_test
points = f()
points
"""
IMPORT = """
# %% task imports
### BEGIN SOLUTION
import fractions
### END SOLUTION
# %% test imports_test
assert fractions.Fraction(1, 2) + fractions.Fraction(1, 2) == 1
"""
FILE = """
# %% plain before
number = 1
# %% locked read
want = float(open("want.txt").read())
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
assert f(2) == want
"""
RUN = """
# %% plain before
number = 1
# %% locked read
%run helper.py
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
assert near(f(2), 4)
"""
IN_TEST = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
assert f(2) == float(open("want.txt").read())
"""
APPEND = """
# %% task note
def note(line):
    ### BEGIN SOLUTION
    with open("notes.txt", "a") as file:
        file.write(line)
    ### END SOLUTION
# %% test note_test
note("two")
assert open("notes.txt").read() == "one two"
"""
MODULE = """
# %% plain imports
from helper import check
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
from helper import check
check(f(21), 42)
"""
TRIED = """
# %% plain imports
try:
    import numpy as np
except ImportError:
    np = None
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * np.array(x)
    ### END SOLUTION
# %% test f_test
got = f([1.0, 2.0])
np.testing.assert_allclose(got, [2.0, 4.0])
"""
DATA = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return [1, 2, x]
    ### END SOLUTION
# %% test list_test
got = f(3)
for want in (3, 1, 2):
    got.remove(want)
assert not got
# %% task g
def g(x):
    ### BEGIN SOLUTION
    return f"Hello {x}"
    ### END SOLUTION
# %% test text_test
assert g("Bob").startswith("Hello")
assert g("Bob").replace("Hello Bob", "") == ""
"""
CLOSE_VECTORS = """
# %% locked Vec
class Vec:
    TOL = 1e-9
    def __init__(self, x):
        self.x = x
    def __eq__(self, other):
        return abs(self.x - other.x) < self.TOL
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return Vec(x)
    ### END SOLUTION
# %% test f_test
assert f(2.0) == Vec(2.0)
# %% task g
def g(v):
    ### BEGIN SOLUTION
    v.x += 1
    ### END SOLUTION
# %% test g_test
v = Vec(1.0)
g(v)
assert v == Vec(2.0)
"""
CHECK = {"helper.py": "def check(got, want): assert got == want\n"}
WANT = {"want.txt": "4.0"}
HELPER = {"helper.py": "def near(a, b): return abs(a - b) < 1e-6\n"}

LIB = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
import sys
sys.path.insert(0, "lib")
from helper import check
check(f(21), 42)
"""
SET_UP = """
# %% plain setup
import sys
sys.path.insert(0, "lib")
from helper import check
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
check(f(21), 42)
"""
LOADED = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test spec_test
import importlib.util
spec = importlib.util.spec_from_file_location("helper", "lib/helper.py")
helper = importlib.util.module_from_spec(spec)
spec.loader.exec_module(helper)
helper.check(f(21), 42)
# %% test pkgutil_test
import pkgutil
for finder, name, _ in pkgutil.iter_modules(["lib"]):
    finder.find_spec(name).loader.load_module(name).check(f(21), 42)
# %% test namespace_test
import os, sys
sys.path.insert(0, os.getcwd())
import lib.helper
lib.helper.check(f(21), 42)
# %% test run_test
import runpy
runpy.run_path("lib/helper.py")["check"](f(21), 42)
exec(open("lib/helper.py").read())
check(f(21), 42)
"""
LIB_FILES = {f"lib/{name}": text for name, text in CHECK.items()}
BYTECODE = """
import importlib.util, os, py_compile
unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
with open("mine.py", "w") as file: file.write("def check(got, want): pass")
os.makedirs("lib/__pycache__", exist_ok=True)
pyc = importlib.util.cache_from_source("lib/helper.py")
_ = py_compile.compile("mine.py", pyc, invalidation_mode=unchecked)
def f(x): return 0
"""
HERE = """
# %% locked setup
import os, sys
sys.path.insert(0, os.getcwd())
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
from graphlib import TopologicalSorter
assert [*TopologicalSorter({f(2): ()}).static_order()] == [4]
"""
BESIDE = """
# %% locked setup
import sys
sys.path.insert(0, "lib")
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
from helper import right
assert right()
"""
BESIDE_FILES = {
    "lib/want.txt": "4.0",
    "lib/helper.py": (
        "from pathlib import Path\n"
        "from own import g\n"
        "want = Path(__file__).parent / 'want.txt'\n"
        "def right(): return g(2) == float(want.read_text())\n"
    ),
}
MANY = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
import json
for i in range(3):
    with open(f"case_{i}.json") as file:
        case = json.load(file)
    assert f(case["x"]) == case["y"]
"""
CASES = {f"case_{i}.json": f'{{"x": {i}, "y": {2 * i}}}' for i in range(3)}
READS = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
from helper import check
check(f(21))
"""
READ = {
    "helper.py": "def check(x): assert x == float(open('want.txt').read())\n",
    "want.txt": "42.0",
}
FOLDER = """
# %% plain before
number = 1
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
assert f(2) == float(open("data/want.txt").read())
assert f(0) == 0
"""
FOLDER_FILES = {"data/want.txt": "4.0"}
SAVE = """
# %% task save
def save(path):
    ### BEGIN SOLUTION
    with open(path, "w") as file: file.write("ok")
    ### END SOLUTION
# %% test save_test
save("data/new.txt")
exec(open("helper.py").read())
assert near(1, 1) and open("data/want.txt").read() == "4.0"
# %% test later_test
save("new.txt")
assert open("new.txt").read() == "ok"
"""

VECTORS = """
# %% locked given
class Vec:
    def __init__(self, x):
        self.x = x
    def same(self, other):
        return self.x == other.x
    def __eq__(self, other):
        return isinstance(other, Vec) and self.same(other)
    def __sub__(self, other):
        return Vec(self.x - other.x)
    def __abs__(self):
        return abs(self.x)
# %% task f
def f(v):
    ### BEGIN SOLUTION
    return Vec(2 * v.x)
    ### END SOLUTION
# %% test equal_test
assert f(Vec(2)) == Vec(4)
# %% test right_test
assert Vec(4) == f(Vec(2))
# %% test near_test
assert abs(f(Vec(2)) - Vec(4)) < 1e-6
# %% test kept_test
v, want = Vec(2), Vec(4)
f(v)
assert v == Vec(2) and isinstance(v, Vec) and not v.same(want)
# %% test number_test
assert f(Vec(2)).x == 4
"""
CHEATS = (
    Case(
        "a class in place of a module",
        AREA,
        {
            "area": """
                class math:
                    pi = 1
                    isclose = staticmethod(lambda *a: True)
                def area(r): return 0
            """
        },
        fails=("area_test",),
    ),
    Case(
        "a class in place of a module that a given cell imports too",
        NUMPY,
        {
            "f": """
                class np:
                    ones = staticmethod(lambda n: 0)
                    allclose = staticmethod(lambda *a: True)
                def f(x): return 0
            """
        },
        fails=("f_test",),
    ),
    Case(
        "an import that was asked for and is not there", IMPORT, {}, ("imports_test",)
    ),
    Case(
        "a class that was asked to be a module",
        IMPORT,
        {
            "imports": """
                class fractions:
                    Fraction = lambda *a: 0.5
            """
        },
    ),
    Case(
        "a class is returned",
        TENSOR,
        {
            "Model": MODEL,
            "f": """
                class Yes:
                    shape = (2,)
                    allclose = staticmethod(lambda other: True)
                def f(x): return Yes
            """,
        },
        fails=("f_test",),
    ),
    Case(
        "a function with methods is returned",
        TENSOR,
        {
            "Model": MODEL,
            "f": """
                def f(x):
                    def yes(): pass
                    yes.shape, yes.allclose = (2,), lambda other: True
                    return yes
            """,
        },
        fails=("f_test",),
    ),
    Case(
        "a given class is defined anew",
        VECTORS,
        {
            "f": """
                class Vec:
                    x = None
                    def __eq__(self, other): return True
                    def __sub__(self, other): return self
                    def __abs__(self): return 0
                    def same(self, other): return True
                def f(v):
                    try: v.same = lambda other: True
                    except AttributeError: pass
                    try: v.__class__ = Vec
                    except AttributeError: pass
                    return Vec()
            """
        },
        fails=("equal_test", "right_test", "near_test", "number_test"),
    ),
    Case(
        "an object of a given class keeps objects that agree",
        VECTORS,
        {
            "f": """
                class Yes:
                    def __eq__(self, other): return True
                    def __sub__(self, other): return self
                    def __rsub__(self, other): return self
                    def __abs__(self): return self
                    def __lt__(self, other): return True
                    def __float__(self): return 0.0
                def f(v): return Vec(Yes())
            """
        },
        fails=("equal_test", "right_test", "near_test", "number_test"),
    ),
    Case(
        "a namedtuple of functions is returned",
        TENSOR,
        {
            "Model": MODEL,
            "f": """
                from collections import namedtuple
                Yes = namedtuple("Yes", "shape allclose")
                def f(x): return Yes((2,), lambda other: True)
            """,
        },
        fails=("f_test",),
    ),
    Case(
        "an object that another test has made is returned",
        TENSOR,
        {"Model": MODEL, "f": "def f(x): return made[0]"},
        fails=("f_test",),
    ),
    Case(
        "a class is called in place of a function",
        TENSOR,
        {
            "Model": MODEL,
            "f": """
                class f:
                    shape = (2,)
                    def __init__(self, x): pass
                    def allclose(self, other): return True
            """,
        },
        fails=("f_test",),
    ),
    Case(
        "arithmetic of an object that another test has made",
        FLOAT,
        {
            "Model": """
                class Model:
                    def __init__(self, n): self.n = n; made.append(self)
                    def __sub__(self, other): return self
                    def __float__(self): return 0.0
                made = []
            """,
            "f": "def f(x): return made[0]",
        },
        fails=("f_test",),
    ),
    Case(
        "an object begins with everything",
        TEXT,
        {
            "f": """
                class Yes:
                    def startswith(self, other): return True
                def f(x): return Yes()
            """
        },
        fails=("f_test",),
    ),
    Case(
        "a sequence whose items are not those that it yields",
        SORT,
        {
            "f": """
                class Both:
                    def __init__(self, items): self.items = items
                    def __iter__(self): return iter(self.items)
                    def __getitem__(self, i): return i
                def f(items): return Both(items)
            """
        },
        fails=("f_test",),
    ),
    Case(
        "a context manager swallows what the test raises",
        LOCK,
        {
            "Lock": """
                class Lock:
                    held = False
                    def __enter__(self): return self
                    def __exit__(self, *error): return True
            """
        },
        fails=("Lock_test", "Lock_attributes_test"),
    ),
    Case(
        "an assertion is swallowed where exceptions may be",
        IGNORING,
        {
            "Ignoring": """
                class Ignoring:
                    def __init__(self, kind): self.kind = kind
                    def __enter__(self): return self
                    def __exit__(self, *error): return True
            """
        },
        fails=("raised_test", "assertion_test"),
    ),
    Case(
        "a locked helper is defined anew; its cell calls the task",
        EXAMPLE,
        {"cube": "def cube(x): return 0"},
        fails=("cube_test",),
        after={"example": "def near(a, b): return True"},
    ),
    Case(
        "a locked helper that calls the task is defined anew",
        CHECKS,
        {"double": "def double(x): return 0\ndef check(x): pass"},
        fails=("double_test",),
    ),
    Case(
        "a constant of a locked helper is deleted",
        CHECKS,
        {"constants": None, "double": "def double(x): return 0\nTOL = 1e9"},
        fails=("double_test",),
    ),
    Case(
        "a constant of a helper is changed",
        CLOSE,
        {
            "helper": "TOL = 1e9\ndef close(a, b): return abs(a - b) < TOL",
            "f": "def f(x): return 0",
        },
        fails=("f_test",),
    ),
    Case(
        "a test is moved before another that defines its helper",
        TWO,
        {
            "f": "def f(x): return x + 1",
            "g": "def g(x): return 0\ndef close(a, b): return True",
        },
        order=("g", "g_test", "f", "f_test"),
        fails=("g_test",),
    ),
    Case(
        "a helper of a test is waited for until its room is lost",
        TWO,
        {
            "f": """
                def f(x):
                    while True:
                        try:
                            while True: pass
                        except BaseException: pass
            """,
            "g": "def g(x): return 0\ndef close(a, b): return True",
        },
        fails=("f_test", "g_test"),
    ),
    Case(
        "what cannot be sent is printed",
        TWO,
        {
            "f": r"def f(x): print('\ud800')",
            "g": "def g(x): return 0\ndef close(a, b): return True",
        },
        fails=("f_test", "g_test"),
    ),
    Case(
        "so much is printed that the points are cut off",
        GREET,
        {"greet": "def greet(name): return 'x' * 5_000_000"},
        fails=("greet_test",),
    ),
    Case(
        "StopIteration ends the loop of a test",
        MAPPED,
        {"f": "def f(x): raise StopIteration"},
        fails=("f_test",),
    ),
    Case(
        "StopIteration of a class ends the loop of a test",
        MAPPED,
        {
            "f": """
                class f:
                    def __init__(self, x): raise StopIteration
            """
        },
        fails=("f_test",),
    ),
    Case(
        "what the test room imports is looked for and written anew",
        MODULE,
        {
            "f": """
                import glob
                for path in glob.glob("**/helper.py", recursive=True) + glob.glob(
                    ".tmp/**/helper.py", recursive=True
                ):
                    open(path, "w").write("def check(got, want): pass")
                def f(x): return 0
            """
        },
        fails=("f_test",),
        files=CHECK,
    ),
    Case(
        "a module is bound to something else while the test runs",
        TRIED,
        {
            "f": """
                class Fake:
                    class testing:
                        def assert_allclose(*a): return None
                def f(x):
                    global np
                    np = Fake()
                    return [0.0]
            """
        },
        fails=("f_test",),
    ),
    Case(
        "an object takes and gives whatever it is asked for",
        DATA,
        {
            "f": """
                from collections import UserString
                class Yes(UserString):
                    def __init__(self): pass
                    def remove(self, x): pass
                    def __bool__(self): return False
                    def startswith(self, x): return True
                    def replace(self, a, b): return b
                def f(x): return Yes()
            """,
            "g": "def g(x): return Yes()",
        },
        fails=("list_test", "text_test"),
    ),
    Case(
        "an object has a constant of its class for itself",
        CLOSE_VECTORS,
        {
            "f": """
                def f(x):
                    v = Vec(0.0)
                    v.TOL = 1e9
                    return v
            """,
            "g": "def g(v): v.TOL = 1e9",
        },
        fails=("f_test", "g_test"),
    ),
    Case(
        "a TypeError comes for free",
        VECTOR,
        {
            "V": """
                class V:
                    def __init__(self, x): self.x = x
                    def __add__(self, other): return V(3) if type(other) is V else 5
                    def __lt__(self, other): return True
                    def mean(self): return self.x
            """
        },
        fails=("refused_test",),
    ),
    Case(
        "what the test expects has the name of something in a given cell",
        EXPECTED,
        {"f": "def f(x): return globals()['expected']"},
        fails=("f_test",),
    ),
    Case(
        "a class has the name of its points",
        LAST,
        {"f": "def f(): return type('1.0', (), {'__module__': 'builtins'})"},
        fails=("f_test",),
    ),
    Case(
        "a file is changed before a given cell reads it",
        FILE,
        {
            "before": "_ = open('want.txt', 'w').write('0.0')",
            "f": "def f(x): return 0",
        },
        fails=("f_test",),
        files=WANT,
    ),
    Case(
        "a file is changed before a given cell runs it",
        RUN,
        {
            "before": "_ = open('helper.py', 'w').write('near = lambda *a: True')",
            "f": "def f(x): return 0",
        },
        fails=("f_test",),
        files=HELPER,
    ),
    Case(
        "a file is changed by the function under test",
        IN_TEST,
        {
            "f": """
                def f(x):
                    with open("want.txt", "w") as file: file.write("0.0")
                    return 0
            """
        },
        fails=("f_test",),
        files=WANT,
    ),
    Case(
        "a file is changed and changed back",
        IN_TEST,
        {
            "f": """
                import threading, time
                def f(x):
                    before = open("want.txt").read()
                    with open("want.txt", "w") as file: file.write("0.0")
                    def later():
                        with open("want.txt", "w") as file: file.write(before)
                    threading.Timer(0.02, later).start()
                    return 0
            """
        },
        fails=("f_test",),
        files=WANT,
    ),
    Case(
        "a module has bytecode of the student's",
        LIB,
        {"f": BYTECODE},
        fails=("f_test",),
        files=LIB_FILES,
    ),
    Case(
        "a module has bytecode of the student's, however it is loaded",
        LOADED,
        {"f": BYTECODE},
        fails=("spec_test", "pkgutil_test", "namespace_test", "run_test"),
        files=LIB_FILES,
    ),
    Case(
        "the cell is edited that says where modules are",
        SET_UP,
        {
            "setup": """
                with open("helper.py", "w") as file:
                    file.write("def check(got, want): pass")
                from helper import check
            """,
            "f": "def f(x): return 0",
        },
        fails=("f_test",),
        files=LIB_FILES,
    ),
    Case(
        "a folder of modules is a link",
        LIB,
        {
            "f": """
                import os
                os.rename("lib", "old")
                os.mkdir("mine")
                with open("mine/helper.py", "w") as file:
                    file.write("def check(got, want): pass")
                os.symlink("mine", "lib")
                def f(x): return 0
            """
        },
        fails=("f_test",),
        files=LIB_FILES,
    ),
    Case(
        "a folder of modules is an archive",
        LIB,
        {
            "f": """
                import os, zipfile
                os.rename("lib", "old")
                with zipfile.ZipFile("lib", "w") as archive:
                    archive.writestr("helper.py", "def check(got, want): pass")
                def f(x): return 0
            """
        },
        fails=("f_test",),
        files=LIB_FILES,
    ),
    Case(
        "a file has the name of a library",
        HERE,
        {
            "f": """
                with open("graphlib.py", "w") as file:
                    file.write("class TopologicalSorter:\\n")
                    file.write(" def __init__(self, graph): pass\\n")
                    file.write(" def static_order(self): return [4]")
                def f(x): return 0
            """
        },
        fails=("f_test",),
    ),
    Case(
        "a file is changed that no text names",
        MANY,
        {
            "f": """
                import json
                def f(x):
                    for i in range(3):
                        with open(f"case_{i}.json", "w") as file:
                            json.dump({"x": i, "y": 0}, file)
                    return 0
            """
        },
        fails=("f_test",),
        files=CASES,
    ),
    Case(
        "a file is changed that a released module reads",
        READS,
        {
            "f": """
                def f(x):
                    with open("want.txt", "w") as file: file.write("0.0")
                    return 0
            """
        },
        fails=("f_test",),
        files=READ,
    ),
    Case(
        "a folder is a link",
        FOLDER,
        {
            "before": """
                import os
                os.rename("data", "old")
                os.mkdir("mine")
                with open("mine/want.txt", "w") as file: file.write("0.0")
                os.symlink("mine", "data")
            """,
            "f": "def f(x): return 0",
        },
        fails=("f_test",),
        files=FOLDER_FILES,
    ),
    Case(
        "a folder is moved away and back",
        FOLDER,
        {
            "f": """
                import os
                def f(x):
                    if x:
                        os.makedirs("mine", exist_ok=True)
                        with open("mine/want.txt", "w") as file: file.write("0.0")
                        os.rename("data", "old")
                        os.rename("mine", "data")
                    else:
                        os.rename("data", "mine")
                        os.rename("old", "data")
                    return 0
            """
        },
        fails=("f_test",),
        files=FOLDER_FILES,
    ),
    Case(
        "a file is in the student's memory",
        FOLDER,
        {
            "f": """
                import mmap
                with open("data/want.txt", "r+b") as file:
                    memory = mmap.mmap(file.fileno(), 3)
                memory[:] = b"4.0"
                def f(x):
                    memory[:] = b"0.0" if x else b"4.0"
                    return 0
            """
        },
        fails=("f_test",),
        files=FOLDER_FILES,
    ),
    Case(
        "a file that a test runs is changed, where the reference writes files",
        SAVE,
        {
            "save": """
                def save(path):
                    with open("helper.py", "w") as file:
                        file.write(
                            "import builtins, io\\n"
                            "builtins.open = lambda *a, **k: io.StringIO('ok')\\n"
                            "def near(a, b): return True"
                        )
            """
        },
        fails=("save_test", "later_test"),
        files=FOLDER_FILES | HELPER,
    ),
    Case(
        "an exception that shells pass over in silence",
        AREA,
        {"area": "import bdb\ndef area(r): raise bdb.BdbQuit"},
        fails=("area_test",),
    ),
    Case(
        "a test is skipped",
        SKIPPED,
        {"f": "import unittest\ndef f(x): raise unittest.SkipTest('no need')"},
        fails=("f_test",),
    ),
    Case(
        "a test is skipped by another name",
        SKIPPED,
        {
            "f": """
                import unittest
                class SkipTest(unittest.SkipTest): pass
                SkipTest.__module__ = "numpy.testing"
                def f(x): raise SkipTest("no need")
            """
        },
        fails=("f_test",),
    ),
    Case(
        "a layer is shown as its own points",
        LAST,
        {
            "f": """
                import torch
                class Layer(torch.nn.Module):
                    def __repr__(self): return "1.0"
                def f(): return Layer()
            """
        },
        fails=("f_test",),
    ),
    Case(
        "a match is shown as its points",
        LAST,
        {
            "f": """
                def f():
                    names = {"__module__": "re", "__repr__": lambda self: "1.0"}
                    return type("Match", (), names)()
            """
        },
        fails=("f_test",),
    ),
    Case(
        "an exception has methods of data",
        TENSOR,
        {
            "Model": MODEL,
            "f": """
                def f(x):
                    error = ValueError()
                    error.shape, error.allclose = (2,), lambda other: True
                    return error
            """,
        },
        fails=("f_test",),
    ),
)


HONEST = (
    *(solved(r) for r in (AREA, NUMPY, TENSOR, FLOAT, TEXT, SORT, EXAMPLE, CHECKS)),
    *(solved(r) for r in (CLOSE, TWO, GREET, MAPPED, STOPS, VECTOR, EXPECTED, SCALE)),
    *(solved(r) for r in (LAST, IMPORT, SKIPPED, VECTORS)),
    solved(LOCK, fails=("Lock_attributes_test",)),
    solved(IGNORING, fails=("assertion_test",)),
    *(solved(r, files=WANT) for r in (FILE, IN_TEST)),
    *(solved(r) for r in (TRIED, DATA, CLOSE_VECTORS)),
    solved(MODULE, files=CHECK),
    solved(RUN, files=HELPER),
    solved(APPEND, files={"notes.txt": "one "}),
    *(solved(r, files=LIB_FILES) for r in (LIB, SET_UP, LOADED)),
    solved(HERE),
    solved(MANY, files=CASES),
    solved(READS, files=READ),
    solved(SAVE, files=FOLDER_FILES | HELPER),
    Case(
        "a released module imports the student's, and reads what lies beside it",
        BESIDE,
        {
            "f": """
                with open("own.py", "w") as file:
                    file.write("def g(x): return 2 * x")
                def f(x): return 2 * x
            """
        },
        files=BESIDE_FILES,
    ),
    Case(
        "something stands where a released file or its folder belongs",
        FOLDER,
        {
            "before": """
                import os
                os.remove("data/want.txt")
                os.makedirs("data/want.txt/full")
                os.rename("more", "moved")
                open("more", "w").close()
            """,
            "f": "def f(x): return 2 * x",
        },
        files=FOLDER_FILES | {"more/data/want.txt": "6.0"},
    ),
    Case(
        "files come and go beside released ones, though the reference writes none",
        FOLDER,
        {
            "f": """
                import os
                def f(x):
                    for folder in (".", "data"):
                        with open(f"{folder}/scratch", "w") as file: file.write("0")
                        os.rename(f"{folder}/scratch", f"{folder}/kept")
                        os.makedirs(f"{folder}/deep/er", exist_ok=True)
                    os.remove("data/kept")
                    return 2 * x
            """
        },
        files=FOLDER_FILES,
    ),
    Case(
        "a helper's cell is edited",
        CLOSE,
        {
            "helper": "TOL = 1e-6\ndef close(a, b):\n    return abs(b - a) < TOL",
            "f": "def f(x): return x + x",
        },
    ),
)


@pytest.fixture(scope="module")
def zygote():
    """Start one warm process for all cases."""
    with Zygote.start(["numpy", "torch"]) as warm:
        yield warm


@pytest.mark.xdist_group("trust")
@pytest.mark.parametrize("case", [*CHEATS, *HONEST], ids=lambda case: case.name)
def test_a_test_believes_values_only(case, zygote, tmp_path):
    """
    Cheats get nothing; the same tests pass for those who did the task.
    """
    assert fair(case) == graded(case, zygote, tmp_path)
