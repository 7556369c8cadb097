"""Idioms of tests: what passes in one kernel passes in two rooms, and so with failures.

Each idiom is a test cell that works on the student's cell below. All run twice: in one
kernel, as nbgrader alone would, and in two rooms.
"""

import pytest
from two_rooms import errors, in_one_kernel, in_two_rooms

STUDENT = """
import json
import math
import queue
import random
import re
import subprocess
import typing
import warnings
from collections import namedtuple
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache, partial

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

answer = 42
grid = np.arange(4.0)
Point = namedtuple("Point", "x y")


def double(x, times=2):
    '''Multiply.'''
    return x * times


def increase(x):
    x += 1
    return x


def append(items):
    items.append(len(items))


def doubled_twice(x):
    return double(double(x)) if x > 99 else double(x)


def strides_of(x):
    return x.strides


def conjugated(x):
    return x.conj()


class Stubborn:
    def __getattr__(self, name):
        raise KeyError(name)


def stubborn():
    return Stubborn()


def is_writeable(x):
    return x.flags.writeable


def last_row(x):
    return x[-1]


def below_limit(x):
    return x < limit


def count(items, counts):
    for item in items:
        counts[item] += 1


class Colour(Enum):
    RED = 1
    BLUE = 2


def tally(x, step=1, *, note="a"):
    tally.calls += step
    tally.seen.append(x)
    return x


tally.calls = 0
tally.seen = []


def remember(n):
    if n not in remember.known:
        remember.known[n] = n * n
    return remember.known[n]


remember.known = {}


def mean_of(
    numbers: list[float], weights: "np.ndarray" = None, start: int | None = 3,
    *, names: dict[str, int] = {}, shape: tuple = (1, [2]),
) -> float:
    return 0.0


def typed(x: np.ndarray, z: typing.Callable[[int], str]) -> None:
    pass


def refuse(x):
    raise ValueError("no good", 3)


class OwnError(ValueError):
    pass


class TalkingError(Exception):
    def __init__(self, size):
        super().__init__(size)
        self.size = size

    def __str__(self):
        return f"size {self.size} is too much"


class InsufficientFunds(Exception):
    def __init__(self, need, have):
        super().__init__(f"{need - have} short")
        self.need, self.have = need, [have]
        self.account = object()


def withdraw(need):
    raise InsufficientFunds(need, 3)


def error_of(x):
    return ValueError("negative", x)


class Result:
    def __init__(self):
        try:
            withdraw(5)
        except InsufficientFunds as error:
            self.error = error


def fail_in_library(kind):
    if kind == "json":
        json.loads("[1,")
    if kind == "decimal":
        Decimal(1) / 0
    if kind == "re":
        re.compile("(")
    if kind == "process":
        raise subprocess.CalledProcessError(3, ["ls"])
    if kind == "queue":
        queue.Queue().get_nowait()
    np.linalg.inv(np.zeros((2, 2)))


def fail_with_a_cause():
    try:
        {}["key"]
    except KeyError as error:
        raise ValueError("no such key") from error


def leave():
    raise SystemExit(3)


def stop():
    return next(empty())


def empty():
    return 5
    yield


def open_nothing():
    open("nothing.txt")


def args_of_error(f):
    try:
        f()
    except Exception as error:
        return type(error).__name__, error.args


def calls_back(f):
    f()


def refuse_in_words():
    raise TalkingError(3)


def decode():
    return b"\\xff".decode("ascii")


def refuse_in_its_own_way():
    raise OwnError("own")


class Layer:
    made = 0

    def __init__(self, n=3):
        self.W = np.ones((n, n))
        self.params = {"a": np.zeros(2)}
        self.history = []

    def forward(self, x):
        self.history.append(len(self.history))
        return x @ self.W

    def __len__(self):
        return 7

    def grow(self):
        self.W += 1
        self.params["a"] += 1

    @staticmethod
    def name():
        return "layer"

    @property
    def size(self):
        return self.W.size


class Sub(Layer):
    pass


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 1)

    def forward(self, x):
        return self.fc(x)


class Value:
    def __init__(self, data):
        self.data = data

    def __add__(self, other):
        return Value(self.data + getattr(other, "data", other))

    __radd__ = __add__

    def __repr__(self):
        return f"Value({self.data})"


class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def __contains__(self, item):
        return item in self.items

    def __len__(self):
        return len(self.items)


@dataclass
class Pixel:
    row: int
    column: int = 0


class Opened:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


class Plain:
    def __init__(self, items=()):
        self.items = [*items]

    def __reversed__(self):
        return iter(self.items[::-1])

    def __bytes__(self):
        return bytes(self.items)


class Length:
    def __init__(self, metres):
        self.metres = metres

    def __format__(self, spec):
        return format(self.metres, spec or ".1f") + " m"

    def __round__(self, digits=None):
        return round(self.metres, digits)

    def __floor__(self):
        return math.floor(self.metres)

    def __ceil__(self):
        return math.ceil(self.metres)

    def __trunc__(self):
        return int(self.metres)

    def __divmod__(self, other):
        whole, rest = divmod(self.metres, other.metres)
        return int(whole), Length(rest)


plain = Plain()


def same_plain(new=False):
    return Plain() if new else plain


def count_up(n):
    for i in range(n):
        yield np.full(2, i)


def point():
    return Point(1, 2)


def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += eps
        high = f(x)
        x[i] -= 2 * eps
        low = f(x)
        x[i] += eps
        gradient[i] = (high - low) / (2 * eps)
    return gradient


def train(model, optimizer, x, y, steps=20):
    model.train()
    for _ in range(steps):
        loss = ((model(x) - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


def halve_rate(optimizer):
    for group in optimizer.param_groups:
        group["lr"] /= 2


def kind_of(x):
    return type(x)


def chosen(name):
    return {
        "types": [int, str, np.float32, ValueError, np.ndarray, torch.Tensor],
        "layers": (nn.ReLU, nn.ReLU(), nn.ReLU),
        "functions": [math.sqrt, np.sqrt, F.mse_loss, F.relu, torch.tanh, np.mean],
    }[name]


class Deep(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Linear(4, 1))
        self.activation = F.relu
        self.optimizer = torch.optim.Adam(self.parameters())
        self.loader = DataLoader(TensorDataset(torch.ones(4, 2)), batch_size=2)


def trained(model):
    return [p for p in model.parameters() if p.requires_grad]


def freeze(model):
    for p in model.parameters():
        p.requires_grad_(False)


def talk():
    print("hello")
    warnings.warn("careful")
    return 1


def talk_much(text):
    for n in range(60_000):
        print(text)


def ask():
    return input("name? ")


def draw():
    return np.random.rand(), random.random(), torch.rand(1).item()


def draw_normal():
    return np.random.randn(), random.gauss(0, 1), torch.randn(1).item()


def sum_of_squares(x):
    return (x**2).sum()


def total(batches):
    return sum(float(x.sum()) for x in batches)


def make_net():
    return Net()


def plot(x):
    figure, axes = plt.subplots()
    axes.plot(x)
    axes.set_title("a line")
    return axes


def save(path, x):
    np.save(path, x)


def shapes(**arrays):
    return {name: array.shape for name, array in arrays.items()}


@lru_cache
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


triple = partial(double, times=3)
square = lambda x: x**2
by_rng = lambda rng: rng.normal(size=3)
"""

IDIOMS = {
    "the layout of an array": """
for array in (np.zeros((2, 3), order="F"), np.zeros((4, 6))[::2, ::-3], np.zeros(3)):
    assert strides_of(array) == array.strides
x = np.zeros(3)
x.flags.writeable = False
assert not is_writeable(x) and is_writeable(np.zeros(3))
""",
    "a view of the argument": """
x = np.zeros((3, 3))
part = last_row(x)
part[0] = 5
assert x[2, 0] == 5
""",
    "a view of a tensor": """
x = torch.zeros(3, 3)
last_row(x)[0] = 5
assert x[2, 0] == 5 and last_row(torch.arange(3.0)) == 2
y = torch.tensor([1 + 2j, 3 - 4j])
assert torch.equal(conjugated(y), torch.tensor([1 - 2j, 3 + 4j]))
""",
    "an object that raises for any attribute": """
assert isinstance(stubborn(), Stubborn)
""",
    "changes of an OrderedDict": """
from collections import OrderedDict

counts = OrderedDict(a=0, b=0)
count("aba", counts)
assert counts["a"] == 2 and type(counts) is OrderedDict
""",
    "an Enum": """
assert Colour["RED"].value == 1 and len(Colour) == 2 and Colour.RED is Colour.RED
""",
    "a call, with keywords and scalars": """
x = np.arange(3.0)
assert (double(x) == 2 * x).all()
assert (double(x, times=3) == 3 * x).all()
assert double(2) == 4 and answer == 42
""",
    "name, docstring and signature": """
import inspect

assert double.__name__ == "double" and double.__doc__ == "Multiply."
assert list(inspect.signature(double).parameters) == ["x", "times"]
assert inspect.signature(double).parameters["times"].default == 2
""",
    "attributes of a function": """
assert tally.calls == 0 and tally.seen == [] and not hasattr(tally, "missing")
tally(5)
assert tally.calls == 1 and tally.seen == [5]
tally.calls, tally.seen = 10, []
tally(6, step=2)
assert tally.calls == 12 and tally.seen == [6] and vars(tally)["calls"] == 12
del tally.calls
try:
    tally(1)
except AttributeError:
    pass
else:
    raise AssertionError
tally.calls = 0
assert remember(3) == remember(3) == 9 and remember.known == {3: 9}
remember.known.clear()
assert remember(4) == 16 and remember.known == {4: 16}
""",
    "defaults and annotations of a function": """
import inspect
import typing

assert mean_of.__defaults__ == (None, 3)
assert mean_of.__kwdefaults__ == {"names": {}, "shape": (1, [2])}
assert mean_of.__annotations__ == {
    "numbers": list[float],
    "weights": "np.ndarray",
    "start": int | None,
    "names": dict[str, int],
    "shape": tuple,
    "return": float,
}
about = inspect.signature(mean_of)
assert about.return_annotation is float
assert about.parameters["numbers"].annotation == list[float]
assert about.parameters["names"].default == {}
assert double.__annotations__ == {} and double.__defaults__ == (2,)
assert square.__defaults__ is None and square.__kwdefaults__ is None
assert typed.__annotations__["x"] is np.ndarray and typed.__defaults__ is None
assert typed.__annotations__["z"] == typing.Callable[[int], str]
assert typed.__annotations__["return"] is None
assert tally(1, 2, note=3) == 1 and double(4) == 8
""",
    "the source of a function": """
import inspect

assert "return x * times" in inspect.getsource(double)
assert inspect.isfunction(double) and callable(double)
""",
    "an array edited in place": """
y = np.arange(3.0)
result = increase(y)
assert y[0] == 1 and result is y
""",
    "a list edited in place": """
items = [5]
append(items)
assert items == [5, 1]
""",
    "a view edited in place": """
y = np.zeros((3, 3))
increase(y[1])
assert y.sum() == 3 and y[1].all()
""",
    "a read-only array": """
y = np.zeros(3)
y.flags.writeable = False
try:
    increase(y)
except ValueError:
    pass
else:
    raise AssertionError
""",
    "a builtin exception": """
try:
    refuse(1)
except ValueError as error:
    assert error.args == ("no good", 3)
else:
    raise AssertionError
""",
    "an exception of the student's": """
try:
    refuse_in_its_own_way()
except OwnError as error:
    assert str(error) == "own"
assert issubclass(OwnError, ValueError)
""",
    "an exception with words of its own": """
try:
    refuse_in_words()
except TalkingError as error:
    assert str(error) == "size 3 is too much" and error.args == (3,)
try:
    decode()
except UnicodeDecodeError as error:
    assert "can't decode byte 0xff" in str(error)
""",
    "an exception that a function returns, or an object holds": """
error = error_of(3)
assert type(error) is ValueError and error.args == ("negative", 3)
held = Result().error
assert isinstance(held, InsufficientFunds) and str(held) == "2 short"
assert [type(e) for e in map(error_of, (1, 2))] == [ValueError] * 2
""",
    "what an exception says beside its message": """
try:
    withdraw(5)
except InsufficientFunds as error:
    assert error.need == 5 and error.have == [3] and str(error) == "2 short"
try:
    leave()
except SystemExit as error:
    assert error.code == 3
try:
    stop()
except StopIteration as error:
    assert error.value == 5
try:
    open_nothing()
except FileNotFoundError as error:
    assert error.errno == 2 and error.filename == "nothing.txt"
    assert error.strerror == "No such file or directory"
""",
    "the cause of an exception": """
try:
    fail_with_a_cause()
except ValueError as error:
    assert type(error.__cause__) is KeyError and error.__cause__.args == ("key",)
try:
    refuse(1)
except ValueError as error:
    assert error.__cause__ is None
""",
    "exceptions of libraries": """
import decimal, json, queue, re, subprocess

for kind, name in {
    "json": json.JSONDecodeError,
    "decimal": decimal.DivisionByZero,
    "re": re.error,
    "process": subprocess.CalledProcessError,
    "queue": queue.Empty,
    "numpy": np.linalg.LinAlgError,
}.items():
    try:
        fail_in_library(kind)
    except name as error:
        assert type(error) is name
        assert kind != "json" or error.pos == 3 and error.doc == "[1,"
        assert kind != "process" or error.returncode == 3 and "status 3" in str(error)
    else:
        raise AssertionError
""",
    "an exception of the test's in the student's code": """
def lookup():
    return {}["key"]

assert args_of_error(lookup) == ("KeyError", ("key",))

def several():
    raise ValueError("a", 2, [3.5])

assert args_of_error(several) == ("ValueError", ("a", 2, [3.5]))

def withdraws():
    withdraw(5)

try:
    calls_back(withdraws)
except InsufficientFunds as error:
    assert str(error) == "2 short"
""",
    "an object and its attributes": """
layer = Layer(2)
assert isinstance(layer, Layer) and len(layer) == 7
assert layer.W.shape == (2, 2) and layer.size == 4
assert not hasattr(layer, "bias") and Layer.name() == "layer" and Layer.made == 0
assert type(layer).__name__ == "Layer" and isinstance(Sub(), Layer)
""",
    "an attribute held by the test": """
layer = Layer(2)
W = layer.W
W[0, 0] = 5
assert layer.forward(np.ones((1, 2)))[0, 0] == 6
layer.grow()
assert W[0, 0] == 6 and layer.W is W
""",
    "assignment through an attribute": """
layer = Layer(2)
layer.W[...] = 0
assert layer.W.sum() == 0
layer.params["a"][0] = 9
assert layer.params["a"][0] == 9
layer.W = np.eye(2)
assert layer.forward(np.eye(2))[0, 1] == 0
""",
    "a list attribute that grows": """
layer = Layer(2)
history = layer.history
layer.forward(np.ones((1, 2)))
assert history == layer.history == [0]
""",
    "a numerical gradient of a parameter": """
layer = Layer(2)
x = np.ones((1, 2))
gradient = numerical_gradient(lambda W: layer.forward(x).sum(), layer.W)
assert np.allclose(gradient, 1, atol=1e-4)
""",
    "a deep copy": """
import copy

layer = Layer(2)
twin = copy.deepcopy(layer)
twin.W[0, 0] = 77
assert layer.W[0, 0] == 1 and twin.W[0, 0] == 77
""",
    "a module of torch": """
net = Net()
assert isinstance(net, nn.Module)
assert sum(p.numel() for p in net.parameters()) == 4
assert [name for name, _ in net.named_parameters()] == ["fc.weight", "fc.bias"]
assert net(torch.zeros(5, 3)).shape == (5, 1) and net.training
net.eval()
assert not net.training
""",
    "an optimizer of the test on the student's parameters": """
net = Net()
x, y = torch.randn(5, 3), torch.randn(5, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
first = ((net(x) - y) ** 2).mean()
for _ in range(30):
    loss = ((net(x) - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
assert loss < first * 0.9
assert net.fc.weight.grad is not None
""",
    "parameters set by hand": """
net = Net()
with torch.no_grad():
    net.fc.weight.zero_()
net.fc.bias.data[:] = 3
assert (net(torch.randn(4, 3)) == 3).all()
""",
    "types that a function returns": """
assert kind_of(3.5) is float and kind_of(np.ones(2)) is np.ndarray
assert chosen("types") == [int, str, np.float32, ValueError, np.ndarray, torch.Tensor]
relu, layer, again = chosen("layers")
assert relu is again is nn.ReLU and isinstance(layer, nn.ReLU)
assert relu()(torch.tensor(-1.0)) == 0 and layer(torch.tensor(2.0)) == 2
""",
    "functions of libraries that a function returns": """
import math
import torch.nn.functional as F

found = chosen("functions")
assert found == [math.sqrt, np.sqrt, F.mse_loss, F.relu, torch.tanh, np.mean]
assert found[0] is math.sqrt and found[0](4) == 2
assert Deep().activation is F.relu
""",
    "the classes of layers, optimizers and axes": """
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch.utils.data import DataLoader, Dataset

deep = Deep()
linear, dropout, _ = deep.net
assert isinstance(linear, nn.Linear) and isinstance(linear, nn.Module)
assert isinstance(deep.net[1], nn.Dropout) and not isinstance(dropout, nn.Linear)
assert isinstance(deep.net, nn.Sequential) and not isinstance(deep, nn.Sequential)
assert sum(isinstance(m, nn.Linear) for m in deep.modules()) == 2
assert isinstance(deep.optimizer, torch.optim.Adam)
assert isinstance(deep.optimizer, torch.optim.Optimizer)
assert isinstance(deep.loader, DataLoader) and isinstance(deep.loader.dataset, Dataset)
axes = plot([1, 2])
assert isinstance(axes, Axes) and isinstance(axes.figure, Figure)
""",
    "what a test initializes by class": """
def init(layer):
    if isinstance(layer, nn.Linear):
        nn.init.constant_(layer.weight, 0.5)
        nn.init.zeros_(layer.bias)

deep = Deep()
deep.apply(init)
assert (deep.net[0].weight == 0.5).all() and (deep.net[2].bias == 0).all()
""",
    "a state dict": """
net, other = Net(), Net()
other.load_state_dict(net.state_dict())
assert torch.equal(net.fc.weight, other.fc.weight)
assert set(net.state_dict()) == {"fc.weight", "fc.bias"}
""",
    "a network from a factory": """
net = make_net()
assert isinstance(net, nn.Module) and net(torch.zeros(2, 3)).shape == (2, 1)
loss = net(torch.ones(2, 3)).sum()
loss.backward()
assert net.fc.bias.grad.item() == 2
""",
    "objects that add up": """
total_ = Value(1) + Value(2) + 3
assert total_.data == 6 and (1 + Value(1)).data == 2
assert repr(total_) == "Value(6)"
""",
    "a container of the student's": """
stack = Stack()
assert not stack
stack.push(3)
assert 3 in stack and 4 not in stack and len(stack) == 1
""",
    "a dataclass": """
pixel = Pixel(2)
assert (pixel.row, pixel.column) == (2, 0)
pixel.row = 5
assert pixel.row == 5
""",
    "a context manager": """
with Opened() as opened:
    assert isinstance(opened, Opened)
""",
    "objects without == are themselves": """
a, b = Plain(), Plain()
assert a == a and a != b and not a == b and a in [b, a] and b not in [a]
assert [b, a].index(a) == 1 and same_plain() == same_plain() != same_plain(new=True)
assert a != 3 and not a == "text" and {a: 1}[a] == 1 and [a, b] == [a, b]
assert Colour.RED == Colour["RED"] and Colour.RED != Colour.BLUE and Colour.RED != 1
assert Colour.RED in [Colour.BLUE, Colour.RED] and Colour.RED in Colour
""",
    "a generator where data was expected": """
assert count_up(3) != [0, 1, 2] and not count_up(3) == 3 and map(double, []) != []
""",
    "text, bytes, numbers and halves of objects": """
import math

length = Length(2.56)
assert f"{length}" == "2.6 m" and f"{length:.2f}" == "2.56 m" == format(length, ".2f")
assert round(length) == 3 and round(length, 1) == 2.6
assert (math.floor(length), math.ceil(length), math.trunc(length)) == (2, 3, 2)
whole, rest = divmod(Length(7), Length(2))
assert whole == 3 and rest.metres == 1
assert list(reversed(Plain([1, 2]))) == [2, 1] and bytes(Plain([1, 2])) == b"\\x01\\x02"
""",
    "a generator": """
numbers = count_up(3)
assert next(numbers)[0] == 0
assert [int(x[0]) for x in numbers] == [1, 2]
""",
    "a namedtuple": """
assert point().x == 1 and point()[1] == 2 and point() == (1, 2)
""",
    "a function of the test that is called back": """
w = np.array([1.0, 2.0, 3.0])
assert np.allclose(numerical_gradient(lambda v: (v**2).sum(), w), 2 * w, atol=1e-4)
""",
    "a generator of the test": """
assert total(np.ones(n) for n in (1, 2, 3)) == 6
""",
    "a model and an optimizer of the test": """
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1)).eval()
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
before = model[0].weight.clone()
x, y = torch.randn(8, 3), torch.zeros(8, 1)
first = train(model, optimizer, x, y)
assert model.training and not torch.equal(before, model[0].weight)
assert train(model, optimizer, x, y, steps=60) < first
halve_rate(optimizer)
assert optimizer.param_groups[0]["lr"] == 0.025
""",
    "parameters frozen and thawed after they crossed": """
model = torch.nn.Linear(3, 1)
weight, bias = trained(model)
assert weight is model.weight and bias is model.bias
weight.requires_grad_(False)
assert 1 == len(trained(model)) and trained(model)[0] is bias
weight.requires_grad_(True)
assert 2 == len(trained(model))
freeze(model)
assert not weight.requires_grad and not bias.requires_grad
""",
    "a data loader of the test": """
data = torch.utils.data.TensorDataset(torch.ones(6, 2))
loader = torch.utils.data.DataLoader(data, batch_size=2)
assert total(x for (x,) in loader) == 12
""",
    "gradients through the student's function": """
t = torch.randn(4, dtype=torch.double, requires_grad=True)
assert torch.autograd.gradcheck(sum_of_squares, (t,))
sum_of_squares(3 * t).backward()
assert torch.allclose(t.grad, 18 * t)
""",
    "no gradients": """
with torch.no_grad():
    assert not sum_of_squares(torch.ones(2, requires_grad=True)).requires_grad
assert sum_of_squares(torch.ones(2, requires_grad=True)).requires_grad
""",
    "a recorded warning": """
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    talk()
assert len(caught) == 1 and "careful" in str(caught[0].message)
assert caught[0].category is UserWarning
""",
    "a warning made an error": """
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        talk()
    except UserWarning:
        pass
    else:
        raise AssertionError
""",
    "captured output": """
import contextlib
import io

out = io.StringIO()
with contextlib.redirect_stdout(out):
    assert talk() == 1
assert out.getvalue() == "hello\\n"
""",
    "much captured output": """
import contextlib
import io

for text in ("a line", "ein \u00dcbel", "\U0001f600"):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        talk_much(text)
    assert out.getvalue() == f"{text}\\n" * 60_000
talk_much("not captured")
""",
    "input that the test answers": """
from unittest import mock

with mock.patch("builtins.input", return_value="bob"):
    assert ask() == "bob"
""",
    "seeds that the test sets": """
for _ in range(2):
    np.random.seed(3)
    random.seed(3)
    torch.manual_seed(3)
    drawn = draw() + draw()
    np.random.seed(3)
    random.seed(3)
    torch.manual_seed(3)
    assert drawn[0] == np.random.rand() and drawn[1] == random.random()
    assert drawn[2] == torch.rand(1).item()
""",
    "a draw after the student's": """
np.random.seed(3)
random.seed(3)
torch.manual_seed(3)
draw()
after = draw()
mine = np.random.rand(), random.random(), torch.rand(1).item()
np.random.seed(3)
random.seed(3)
torch.manual_seed(3)
own = [(np.random.rand(), random.random(), torch.rand(1).item()) for _ in range(3)]
assert own[1:] == [after, mine]
""",
    "a normal number of the test's that lies ready": """
def normal():
    return np.random.randn(), random.gauss(0, 1), torch.randn(1).item()


def seed():
    np.random.seed(3)
    random.seed(3)
    torch.manual_seed(3)


seed()
wanted = [normal() for _ in range(4)]
seed()
drawn = [normal(), draw_normal()]
seed()
drawn += [normal(), normal(), normal(), draw_normal()][2:]
assert drawn == wanted
""",
    "a generator of random numbers": """
first = by_rng(np.random.default_rng(0))
assert np.allclose(first, np.random.default_rng(0).normal(size=3))
""",
    "the axes of a figure": """
axes = plot([1, 2])
assert axes.get_title() == "a line" and len(axes.get_lines()) == 1
assert list(axes.get_lines()[0].get_ydata()) == [1, 2]
""",
    "a file that the student's function writes": """
save("result.npy", np.arange(3))
assert list(np.load("result.npy")) == [0, 1, 2]
""",
    "keyword arguments and a dict": """
assert shapes(a=np.ones(2), b=np.ones((1, 2))) == {"a": (2,), "b": (1, 2)}
""",
    "a cache, a partial, a lambda": """
assert fibonacci(20) == 6765 and fibonacci.cache_info().currsize == 21
assert triple(2) == 6 and square(3) == 9
""",
    "names in strings": """
assert eval("double(4)") == 8 and "double" in globals()
""",
    "a variable of the student's, edited": """
grid[0] = 10
assert double(grid)[0] == 20 and grid.sum() == 16
""",
    "a wrapped function": """
doubles = np.vectorize(double)
assert list(doubles([1, 2])) == [2, 4]
""",
    "unittest": """
import unittest


class Case(unittest.TestCase):
    def test(self):
        self.assertEqual(double(2), 4)
        with self.assertRaises(ValueError):
            refuse(1)


result = unittest.TextTestRunner(open("/dev/null", "w")).run(Case("test"))
assert result.wasSuccessful()
""",
    "numpy.testing": """
np.testing.assert_allclose(double(np.ones(3)), 2 * np.ones(3))
np.testing.assert_raises(ValueError, refuse, 1)
""",
    "strings, bytes, sets, big numbers": """
assert double("ab") == "abab" and double(b"x") == b"xx"
assert double(10**30) == 2 * 10**30 and double(1j) == 2j
assert double((1,)) == (1, 1) and double([None]) == [None, None]
""",
    "a magic": """
%timeit -n 1 -r 1 double(3)
""",
    "await": """
async def later():
    return double(3)


assert await later() == 6
""",
    "a name of the release that the test rebinds": """
limit = 5
assert below_limit(4)
del double
try:
    doubled_twice(1)
except NameError:
    pass
else:
    raise AssertionError
""",
    "a name that the test had deleted": """
limit = 3
def double(x):
    return 7
assert not below_limit(4) and doubled_twice(1) == 7
""",
}
WRONG = {
    "a wrong value": "assert square(2) == 5",
    "an exception that nobody catches": "refuse(1)",
    "a name that is not there": "assert missing(2)",
    "a wrong type": "assert type(square(2)) is float",
    "a layer of another class": "assert isinstance(Deep().net[0], nn.Dropout)",
    "a generator in place of a list": "assert count_up(3) == [0, 1, 2]",
    "another object": "assert Plain() == Plain()",
    "another member": "assert Colour.RED == Colour.BLUE",
    "an unchanged argument": "y = np.zeros(2)\nincrease(y)\nassert not y.any()",
}


@pytest.fixture(scope="module")
def both(warm, tmp_path_factory):
    """All idioms in one kernel and in two rooms: (errors there, errors here)."""
    cells = [("given", "limit = 3"), ("student", STUDENT)]
    cells += [("test", source.strip()) for source in (IDIOMS | WRONG).values()]
    folder = tmp_path_factory.mktemp("idioms")
    runs = in_one_kernel(folder, *cells), in_two_rooms(warm, *cells)
    names = [*IDIOMS, *WRONG]
    return [errors(run, names) for run in runs]


@pytest.mark.parametrize("idiom", IDIOMS)
def test_the_idiom_passes_in_both(both, idiom):
    """
    The reference passes in one kernel, so it does in two rooms.
    """
    assert ["", ""] == [run[idiom] for run in both]


@pytest.mark.parametrize("idiom", WRONG)
def test_the_idiom_fails_in_both_with_the_same_words(both, idiom):
    """
    The name of the exception and its message are those of one kernel.
    """
    one, two = (run[idiom] for run in both)

    assert one
    assert one == two
