"""What stays one object, though two rooms hold it: as in one kernel, or it is wrong.

A list that a function keeps, or returns twice, has two names. Tests ask for a copy, or
rely on there being none; both must come out as in one kernel.
"""

import pytest
from two_rooms import errors, in_one_kernel, in_two_rooms

GIVEN = """
import numpy as np
data = np.random.rand(5)
"""
STUDENT = """
import collections
import numpy as np

mean = data.mean()
counter = 0
history = []


def count():
    global counter, history
    counter += 1
    history = [*history, counter]


def add(x, items=[]):
    items.append(x)
    return items


def grid(n, m):
    return [[0] * n] * m


class Box:
    def __init__(self, items):
        self.items = items
        self.copy = list(items)
        self.table = {"a": [1]}

    def get(self):
        return self.items

    def get_copy(self):
        return list(self.items)

    def row(self):
        return self.table["a"]

    def __len__(self):
        return len(self.items)


class Layer:
    def forward(self, x):
        self.x, self.out = x, 2 * x
        return self.out

    def head(self):
        return self.out[:2]


def both(x, y):
    x.append(1)
    return len(y)


def twice(x):
    return x, x


memo = {}


def cached(n):
    return memo.setdefault(n, [n])


def save(path, text):
    with open(path, "w") as file:
        file.write(text)


def load(path):
    return open(path).read()


def save_somewhere(text):
    import tempfile

    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write(text)
    return file.name


def square(x):
    return x * x
"""
# What holds, in one kernel and in two rooms.
HOLDS = {
    "a default argument is shared": "a = add(1)\nadd(2)\nassert a == [1, 2]",
    "rows that are one row": "g = grid(2, 3)\ng[0][0] = 1\nassert g[2][0] == 1",
    "an argument is kept": "l = [1]\nb = Box(l)\nl.append(2)\nassert b.items == [1, 2]",
    "an argument is copied": "l = [1]\nb = Box(l)\nl.append(2)\nassert b.copy == [1]",
    "its own list is returned": """
b = Box([1])
b.get().append(5)
assert b.get() == [1, 5] and len(b) == 2
""",
    "a copy is returned": "b = Box([1])\nb.get_copy().append(5)\nassert b.get() == [1]",
    "a part of a dict": "b = Box([])\nb.row()[0] = 7\nassert b.row() == [7]",
    "the same list twice": "assert cached(3) is cached(3) is not cached(4)",
    "the same argument twice": "l = []\nassert both(l, l) == 1 and l == [1]",
    "the same result twice": "a, b = twice([1])\nassert a is b",
    "an array that is kept": """
layer, x = Layer(), np.ones(3)
layer.forward(x)
x[0] = 5
assert layer.x[0] == 5 and layer.out[0] == 2
""",
    "an array that is returned and kept": """
layer = Layer()
out = layer.forward(np.ones(3))
out[0] = 9
assert layer.out.tolist() == [9, 2, 2]
""",
    "a view that is returned": """
layer = Layer()
layer.forward(np.ones(3))
layer.head()[1] = 9
assert layer.out.tolist() == [2, 9, 2]
""",
    "a global number": "count()\nassert counter == 1\ncount()\nassert counter == 2",
    "a global list": "n = len(history)\ncount()\nassert len(history) == n + 1",
    "what the test binds is its own": "counter = 10\nassert counter == 10",
    "given data that nobody seeded": "assert np.isclose(mean, data.mean())",
    "a temporary folder": """
import os, tempfile
with tempfile.TemporaryDirectory() as folder:
    save(os.path.join(folder, "a"), "text")
    assert open(os.path.join(folder, "a")).read() == "text"
assert not os.path.exists(folder)
""",
    "a temporary file": """
import tempfile
with tempfile.NamedTemporaryFile("w") as file:
    print("text", file=file, flush=True)
    assert load(file.name) == "text\\n"
""",
    "the student's temporary file": "assert open(save_somewhere('a')).read() == 'a'",
    "calls from threads": """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    assert list(pool.map(square, range(40))) == [n * n for n in range(40)]
""",
}
# What does not hold in either: answers that share what they should not.
FAILS = {
    "a default argument": "a = add(1)\nadd(2)\nassert a == [1]",
    "rows": "g = grid(2, 3)\ng[0][0] = 1\nassert g[2][0] == 0",
    "an argument": "l = [1]\nb = Box(l)\nl.append(2)\nassert b.items == [1]",
    "its own list": "b = Box([1])\nb.get().append(5)\nassert b.get() == [1]",
    "a row of a dict": "b = Box([])\nb.row()[0] = 7\nassert b.row() == [1]",
    "a kept array": """
layer, x = Layer(), np.ones(3)
layer.forward(x)
x[0] = 5
assert layer.x[0] == 1
""",
}


@pytest.fixture(scope="module")
def runs(warm, tmp_path_factory):
    """All tests in one kernel and in two rooms: their errors, by name."""
    cells = [("given", GIVEN.strip()), ("student", STUDENT)]
    cells += [("test", source.strip()) for source in (HOLDS | FAILS).values()]
    folder = tmp_path_factory.mktemp("aliases")
    both = in_one_kernel(folder, *cells), in_two_rooms(warm, *cells)
    names = [*HOLDS, *(f"not {name}" for name in FAILS)]
    return [errors(run, names) for run in both]


@pytest.mark.parametrize("name", HOLDS)
def test_it_holds_in_both(runs, name):
    """
    What one kernel shows, two rooms do.
    """
    assert ["", ""] == [run[name] for run in runs]


@pytest.mark.parametrize("name", FAILS)
def test_it_fails_in_both(runs, name):
    """
    An answer that shares what it should copy gets no point.
    """
    assert ["AssertionError: "] * 2 == [run[f"not {name}"] for run in runs]
