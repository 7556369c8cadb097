"""An object that came where data was expected gets no point that data would not get."""

import pytest
from small_releases import Case, fair, graded, solved

from autograder.zygote import Zygote

SORT = """
# %% task mysort
def mysort(a):
    ### BEGIN SOLUTION
    return sorted(a)
    ### END SOLUTION
# %% test iter_test
from collections import Counter
from itertools import pairwise
given = [3, 1, 2]
out = mysort(given)
assert all(a <= b for a, b in pairwise(out)) and Counter(out) == Counter(given)
# %% test array_test
import numpy as np
out = mysort(given)
assert np.all(np.diff(out) >= 0)
np.testing.assert_allclose(np.sort(out), np.sort(given))
assert (np.transpose(out) == [1, 2, 3]).all()
# %% test len_test
want = [1, 2, 3]
out = mysort(given)
assert len(out) == len(want) and all(a == b for a, b in zip(out, want))
"""
VIEWS = """
# %% task mysort
def mysort(a):
    ### BEGIN SOLUTION
    return sorted(a)
    ### END SOLUTION
class Bag:
    ### BEGIN SOLUTION
    def __init__(self, a):
        self.a = a
    def __iter__(self):
        return iter(self.a)
    def __len__(self):
        return len(self.a)
    ### END SOLUTION
# %% test copy_test
import copy
from collections import Counter
given = [3, 1, 2]
out = mysort(given)
assert all(a <= b for a, b in zip(out, list(out)[1:]))
assert Counter(copy.deepcopy(out)) == Counter(given) and sum(out) == 6
assert [*copy.deepcopy(out)] == [1, 2, 3] and out[0] == 1
# %% test reversed_test
out = mysort(given)
assert [*reversed(out)] == [3, 2, 1] and out[0] == 1
# %% test shape_test
import numpy as np
out = mysort(given)
assert np.shape(out) == (3,) and np.allclose(out, [1, 2, 3])
# %% test keys_test
out = mysort(given)
assert [*dict.fromkeys(out)] == [1, 2, 3] and [*dict.fromkeys(out).keys()] == [1, 2, 3]
assert out[2] == 3
"""
VECTOR = """
# %% task V
import math
class V:
    ### BEGIN SOLUTION
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __sub__(self, other):
        return V(self.x - other.x, self.y - other.y)
    def norm(self):
        return math.hypot(self.x, self.y)
    ### END SOLUTION
# %% test norm_test
import numpy as np
v = V(3, 4)
assert round(v.norm() - 5, 6) == 0
# %% test close_test
assert np.isclose(v.norm() - 5, 0)
# %% test float_test
assert abs(float(v.norm() - 5)) < 1e-6
"""
SCALER = """
# %% task Scaler
import numpy as np
class Scaler:
    ### BEGIN SOLUTION
    def fit(self, x):
        self.mean, self.std = x.mean(), x.std()
        return self
    def transform(self, x):
        return (x - self.mean) / self.std
    ### END SOLUTION
# %% test Scaler_test
out = Scaler().fit(np.arange(4.0)).transform(np.arange(4.0))
assert abs(out.mean()) < 1e-9 and abs(out.std() - 1) < 1e-9
"""
COLOURS = """
# %% locked given
from enum import Enum
class Colour(str, Enum):
    RED = "red"
# %% task greet
def greet(name):
    ### BEGIN SOLUTION
    return f"Hello {name}"
    ### END SOLUTION
# %% test greet_test
assert greet("Ada").startswith("Hello") and greet("Ada").endswith("Ada")
"""
THREAD = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test f_test
import threading
def check():
    assert f(2) == 4
thread = threading.Thread(target=check)
thread.start()
thread.join()
"""
STOPS = """
# %% locked helpers
def check(f):
    assert all(map(f, [1, 2])) and not any(map(f, [-1, -2]))
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return x > 0
    ### END SOLUTION
def first(items):
    ### BEGIN SOLUTION
    return next(iter(items))
    ### END SOLUTION
# %% test f_test
try:
    first([])
except StopIteration:
    pass
else:
    raise AssertionError
assert all(map(f, [1, 2])) and not any(map(f, [-1, -2]))
# %% test helper_test
try:
    first([])
except StopIteration:
    pass
check(f)
"""
MASKED = """
# %% task average
import numpy as np
def average(x):
    ### BEGIN SOLUTION
    return (x[1:] + x[:-1]) / 2
    ### END SOLUTION
# %% test average_test
ma = average(np.arange(4.0))
assert ma.shape == (3,)
np.testing.assert_allclose(ma, [0.5, 1.5, 2.5])
"""
SOURCE = """
# %% task mysort
def mysort(a):
    ### BEGIN SOLUTION
    a = [*a]
    a.sort()
    return a
    ### END SOLUTION
# %% test mysort_test
import inspect
assert mysort([2, 1]) == [1, 2] and "sorted" not in inspect.getsource(mysort)
"""
PURE = """
# %% task largest
def largest(items):
    ### BEGIN SOLUTION
    return sorted(items)[-1]
    ### END SOLUTION
# %% test texts_test
import array
import numpy as np
words = np.array(["b", "c", "a"])
assert largest(words) == "c" and words.tolist() == ["b", "c", "a"]
# %% test objects_test
words = np.array(["b", "c", "a"], dtype=object)
assert largest(words) == "c" and words.tolist() == ["b", "c", "a"]
# %% test bytes_test
text = bytearray(b"bca")
assert largest(text) == ord("c") and text == b"bca"
# %% test numbers_test
numbers = array.array("i", [2, 3, 1])
assert largest(numbers) == 3 and numbers.tolist() == [2, 3, 1]
# %% task head
def head(t):
    ### BEGIN SOLUTION
    return t[:2].clone()
    ### END SOLUTION
# %% test head_test
import torch
t = torch.arange(4.0)
out = head(t)
out[0] = 9
assert t[0] == 0
# %% task total
def total(thing):
    ### BEGIN SOLUTION
    return 2 * thing.x
    ### END SOLUTION
# %% test space_test
from types import SimpleNamespace
thing = SimpleNamespace(x=2)
assert total(thing) == 4 and thing.x == 2
"""
BOUNDS = """
# %% task f
def f(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% test bounds_test
try:
    inside = 7 < f(4) < 9
except Exception:
    inside = False
assert inside
# %% test exact_test
assert f(4) == 8
"""
COUNT = """
# %% task count
def count(n):
    ### BEGIN SOLUTION
    while True:
        yield n
        n += 1
    ### END SOLUTION
# %% test count_test
from itertools import islice
numbers = count(5)
assert [*islice(numbers, 3)] == [5, 6, 7] and next(iter(count(10**12))) == 10**12
"""
ALL = "iter_test", "array_test", "len_test"
CHEATS = (
    Case(
        "another order each time",
        SORT,
        {
            "mysort": """
            class Both:
                def __init__(self, a):
                    self.a, self.asked = a, 0
                def __iter__(self):
                    self.asked += 1
                    return iter(sorted(self.a) if self.asked == 1 else self.a)
                def __array__(self, *args, **kwargs):
                    return __import__("numpy").array([*self])
                def transpose(self, *args):
                    return self
            def mysort(a): return Both([9, *a][1:] + [0])
            """
        },
        fails=ALL,
    ),
    Case(
        "another order, and an end at once",
        SORT,
        {
            "mysort": """
            class Both:
                def __init__(self, a):
                    self.a, self.asked = a, 0
                def __iter__(self):
                    self.asked += 1
                    return iter(sorted(self.a) if self.asked == 1 else self.a)
                def __next__(self):
                    raise StopIteration
                def __len__(self):
                    return 3
            def mysort(a): return Both(a)
            """
        },
        fails=ALL,
    ),
    Case(
        "another order in each copy and view",
        VIEWS,
        {
            "mysort": """
            import copy
            class Both:
                shape, ndim = (3,), 1
                def __init__(self, a, n=0):
                    self.a, self.n = a, n
                def __iter__(self):
                    return iter(self.a if self.n else sorted(self.a))
                def __reversed__(self):
                    return iter(sorted(self.a, reverse=True))
                def __deepcopy__(self, memo):
                    return Both(self.a, 1)
                def __len__(self):
                    return 3
                def __array__(self, *args, **kwargs):
                    return __import__("numpy").zeros((0, 3))
                def keys(self):
                    return [1, 2, 3]
            def mysort(a): return Both(a)
            class Bag(Both): pass
            """
        },
        fails=("copy_test", "reversed_test", "shape_test", "keys_test"),
    ),
    Case(
        "a length of nothing",
        SORT,
        {
            "mysort": """
            class Empty:
                def __len__(self): return 3
                def __iter__(self): return iter([])
            def mysort(a): return Empty()
            """
        },
        fails=ALL,
    ),
    Case(
        "an iterator that begins anew",
        SORT,
        {
            "mysort": """
            class Again:
                def __init__(self, a): self.a, self.n, self.round = a, 0, 0
                def __iter__(self): return self
                def __next__(self):
                    self.n += 1
                    if self.n > 3:
                        self.n, self.round = 0, 1
                        raise StopIteration
                    return (self.a if self.round else [1, 1, 1])[self.n - 1]
            def mysort(a): return Again(a)
            """
        },
        fails=ALL,
    ),
    Case(
        "a number that is the object",
        VECTOR,
        {
            "V": """
            class V:
                def __init__(self, x, y): pass
                def norm(self): return self
                def __sub__(self, other): return self
                def __round__(self, digits=0): return 0
                def __float__(self): return 0.0
                def __array__(self, *args, **kwargs):
                    return __import__("numpy").zeros(())
            """
        },
        fails=("norm_test", "close_test", "float_test"),
    ),
    Case(
        "methods for values",
        SCALER,
        {
            "Scaler": """
            class Out:
                def mean(self): return 0.0
                def std(self): return 1.0
            class Scaler:
                def fit(self, x): return self
                def transform(self, x): return Out()
            """
        },
        fails=("Scaler_test",),
    ),
    Case(
        "methods of a given class of texts",
        COLOURS,
        {
            "greet": """
            class Yes:
                def startswith(self, other): return True
                endswith = startswith
            def greet(name): return Yes()
            """
        },
        fails=("greet_test",),
    ),
    Case("a thread", THREAD, {"f": "def f(x): return 0"}, fails=("f_test",)),
    Case(
        "an end in a map",
        STOPS,
        {
            "f": """
            def f(x): raise StopIteration
            def first(items): return next(iter(items))
            """
        },
        fails=("f_test", "helper_test"),
    ),
    Case(
        "a mask",
        MASKED,
        {
            "average": "import numpy as np\ndef average(x): return np.ma.masked_all(3)",
        },
        fails=("average_test",),
    ),
    Case(
        "two functions of one name",
        SOURCE,
        {
            "mysort": "def mysort(a):\n    return a\ndef mysort(a): return sorted(a)",
        },
        fails=("mysort_test",),
    ),
    Case(
        "changed arguments",
        PURE,
        {
            "largest": """
            def largest(items):
                for at, item in enumerate(sorted(items)):
                    items[at] = item
                return items[-1]
            """,
            "head": "def head(t): return t[:2]",
            "total": "def total(thing):\n    thing.x *= 2\n    return thing.x",
        },
        fails=(
            *("texts_test", "objects_test", "bytes_test", "numbers_test"),
            *("head_test", "space_test"),
        ),
    ),
    Case(
        "bounds that are heard",
        BOUNDS,
        {
            "f": """
            heard = []
            class Spy:
                def __gt__(self, other):
                    heard.append(other)
                    return True
                __lt__ = __gt__
            def f(x): return heard[0] + 1 if heard else Spy()
            """
        },
        fails=("bounds_test", "exact_test"),
    ),
    Case(
        "an error that cannot be shown",
        THREAD.replace("thread.join()", "thread.join()\nassert f(2) == 4"),
        {"f": "def f(x): raise ValueError('\\ud800')"},
        fails=("f_test",),
    ),
)
HONEST = (
    *(solved(r) for r in (SORT, VECTOR, SCALER, COLOURS, THREAD, STOPS, MASKED)),
    *(solved(r) for r in (SOURCE, PURE, BOUNDS, COUNT, VIEWS)),
    Case(
        "a sequence of the student's own",
        SORT,
        {
            "mysort": """
            class Sorted:
                def __init__(self, a): self.a = sorted(a)
                def __iter__(self): return iter(self.a)
                def __len__(self): return len(self.a)
            def mysort(a): return Sorted(a)
            """
        },
        fails=("array_test",),  # as in one kernel: NumPy wants __getitem__ too
    ),
    Case(
        "a sequence without an end",
        COUNT,
        {
            "count": """
            class count:
                def __init__(self, n): self.n = n
                def __iter__(self):
                    yield self.n
                    yield from count(self.n + 1)
            """
        },
    ),
    Case(
        "a generator",
        SORT,
        {"mysort": "def mysort(a): yield from sorted(a)"},
        fails=("iter_test", "array_test", "len_test"),  # as in one kernel
    ),
)


@pytest.fixture(scope="module")
def zygote():
    """Start one warm process for all cases."""
    with Zygote.start(["numpy", "torch"]) as warm:
        yield warm


@pytest.mark.xdist_group("instead of data")
@pytest.mark.parametrize("case", [*CHEATS, *HONEST], ids=lambda case: case.name)
def test_an_object_is_no_better_than_data(case, zygote, tmp_path):
    """
    It says one thing, once, and decides nothing.
    """
    assert fair(case) == graded(case, zygote, tmp_path)
