"""Honest answers in unusual Python, NumPy and torch: each is right."""

from attacks.submission import honest

SUBMISSIONS = (
    honest("plain", "Everything is solved as the course does it."),
    honest(
        "lambdas",
        "Answers are lambdas, partials, builtins and library functions.",
        cells={
            "sum_of_squares": "sum_of_squares = lambda a: float((a * a).sum())",
            "limit": """
                from functools import partial

                limit = partial(lambda top, a: np.minimum(a, top, out=a), 1)
            """,
            "greet": "greet = 'Hello, {}!'.format",
            "noise": "noise = np.random.standard_normal",
            "countdown": "def countdown(n): return iter(range(n, 0, -1))",
        },
    ),
    honest(
        "callable_objects",
        "Answers are instances with __call__, and bound methods.",
        cells={
            "sum_of_squares": """
                class Power:
                    def __init__(self, n):
                        self.n = n

                    def __call__(self, a):
                        return float(np.sum(a**self.n))

                    def of_text(self, name):
                        return f"Hello, {name}!"


                sum_of_squares = Power(2)
            """,
            "greet": "greet = Power(1).of_text",
        },
    ),
    honest(
        "decorated",
        "Answers are decorated: cached, timed, counted, wrapped.",
        cells={
            "first": """
                import functools

                counts = {}


                def counted(function):
                    @functools.wraps(function)
                    def wrapper(*args, **kwargs):
                        counts[function.__name__] = counts.get(function.__name__, 0) + 1
                        return function(*args, **kwargs)

                    return wrapper
            """,
            "is_prime": """
                @counted
                @functools.lru_cache(maxsize=None)
                def is_prime(n):
                    return n > 1 and all(n % k for k in range(2, n))
            """,
            "greet": """
                @functools.cache
                def greet(name):
                    return f"Hello, {name}!"
            """,
            "leaky": """
                @counted
                @torch.enable_grad()
                def leaky(x, slope):
                    return torch.maximum(x, slope * x)
            """,
            "last": "assert counts['is_prime'] > 0 or True",
        },
    ),
    honest(
        "type_hints",
        "Type hints, positional-only parameters, walrus, match, and an overload.",
        cells={
            "is_prime": """
                def is_prime(n: int, /) -> bool:
                    match n:
                        case int() if n < 2:
                            return False
                    return not any((r := n % k) == 0 for k in range(2, n))
            """,
            "greet": """
                from typing import overload


                @overload
                def greet(name: str) -> str: ...


                @overload
                def greet(name: None) -> None: ...


                def greet(name: str | None) -> str | None:
                    return name and f"Hello, {name}!"
            """,
        },
    ),
    honest(
        "numpy_scalars",
        "Answers are NumPy scalars, 0-d arrays and tensors with one item.",
        cells={
            "sum_of_squares": "def sum_of_squares(a): return np.asarray(np.sum(a * a))",
            "closest": """
                def closest(points, x):
                    return np.argmin(((points - x) ** 2).sum(1))
            """,
            "is_prime": """
                def is_prime(n):
                    return np.bool_(n > 1 and all(n % k for k in range(2, n)))
            """,
        },
    ),
    honest(
        "strange_arrays",
        "Arrays are views: negative strides, Fortran order, not contiguous, read-only.",
        cells={
            "normalize": """
                def normalize(a):
                    both = np.empty((len(a), 2), order="F")[::-1]
                    both[:, 1] = (a - a.mean()) / a.std()
                    out = both[:, 1]
                    out.flags.writeable = False
                    return out
            """,
            "noise": """
                def noise(n):
                    return np.random.normal(size=2 * n)[:n][::-1][::-1]
            """,
        },
    ),
    honest(
        "float32",
        "Arrays of float32, and of big-endian numbers.",
        cells={
            "normalize": """
                def normalize(a):
                    return ((a - a.mean()) / a.std()).astype("float32")
            """,
            "noise": "def noise(n): return np.random.normal(size=n).astype('>f8')",
        },
    ),
    honest(
        "in_place_tensors",
        "torch operations in place, masks, detach and clone.",
        cells={
            "leaky": """
                def leaky(x, slope):
                    out = x.clone()
                    out[x < 0] *= slope
                    return out
            """,
            "limit": """
                def limit(a):
                    torch.from_numpy(a).clamp_(max=1)
            """,
        },
    ),
    honest(
        "autograd_function",
        "The gradient is written by hand in a torch.autograd.Function.",
        cells={
            "leaky": """
                class Leaky(torch.autograd.Function):
                    @staticmethod
                    def forward(ctx, x, slope):
                        ctx.save_for_backward(x)
                        ctx.slope = slope
                        return torch.where(x > 0, x, slope * x)

                    @staticmethod
                    def backward(ctx, gradient):
                        (x,) = ctx.saved_tensors
                        return torch.where(x > 0, gradient, ctx.slope * gradient), None


                leaky = Leaky.apply
            """,
        },
    ),
    honest(
        "modules_in_modules",
        "Affine is made of submodules, a ParameterDict, buffers and hooks.",
        cells={
            "Affine": """
                class Base(nn.Module):
                    def __init__(self):
                        super().__init__()
                        self.register_buffer("calls", torch.zeros(()))
                        self.register_forward_hook(self.count)

                    def count(self, module, inputs, output):
                        self.calls += 1


                class Affine(Base):
                    def __init__(self, n):
                        super().__init__()
                        self.parts = nn.ParameterDict(
                            {"scale": torch.ones(n), "shift": torch.zeros(n)}
                        )

                    @property
                    def scale(self):
                        return self.parts["scale"]

                    @property
                    def shift(self):
                        return self.parts["shift"]

                    def forward(self, x):
                        return torch.addcmul(self.shift, x, self.scale)
            """,
        },
    ),
    honest(
        "functional_module",
        "leaky is an instance of nn.Module, with a module inside.",
        cells={
            "leaky": """
                class Leaky(nn.Module):
                    def forward(self, x, slope):
                        return nn.functional.leaky_relu(x, slope)


                leaky = Leaky().eval()
            """,
        },
    ),
    honest(
        "dataclass_account",
        "The account is a dataclass with slots, and an exception of its own.",
        cells={
            "Account": """
                from dataclasses import dataclass


                class OverdrawnError(ValueError):
                    def __init__(self, balance, wanted):
                        super().__init__(f"{wanted} is more than the balance, {balance}")
                        self.balance, self.wanted = balance, wanted


                @dataclass(slots=True)
                class Account:
                    balance: int = 0

                    def deposit(self, x):
                        self.balance += x

                    def withdraw(self, x):
                        if x > self.balance:
                            raise OverdrawnError(self.balance, x) from None
                        self.balance -= x
            """,
        },
    ),
    honest(
        "account_with_history",
        "The balance is a property, summed up from a list of namedtuples.",
        cells={
            "Account": """
                from collections import namedtuple
                from contextlib import contextmanager

                Entry = namedtuple("Entry", "kind amount")


                class Account:
                    opened = 0

                    def __init__(self):
                        type(self).opened += 1
                        self.entries = []

                    @property
                    def balance(self):
                        return sum(entry.amount for entry in self.entries)

                    @contextmanager
                    def checked(self):
                        before = list(self.entries)
                        try:
                            yield
                            if self.balance < 0:
                                raise ValueError
                        except ValueError:
                            self.entries = before
                            raise ValueError(f"only {self.balance} there") from None
                        finally:
                            self.checked_at = len(before)

                    def deposit(self, x):
                        self.entries.append(Entry("in", x))

                    def withdraw(self, x):
                        with self.checked():
                            self.entries.append(Entry("out", -x))
            """,
        },
    ),
    honest(
        "generators",
        "Generators in generators, iterator classes, recursion in a generator.",
        cells={
            "countdown": """
                class countdown:
                    def __init__(self, n):
                        self.n = n

                    def __iter__(self):
                        if self.n > 0:
                            yield self.n
                            yield from countdown(self.n - 1)
            """,
            "sum_of_squares": """
                def sum_of_squares(a):
                    return sum(x for x in (float(y) ** 2 for y in a.flat))
            """,
        },
    ),
    honest(
        "deep_recursion_that_ends",
        "A legal recursion, some 900 deep, and one with a raised limit.",
        cells={
            "is_prime": """
                import sys

                sys.setrecursionlimit(20_000)


                def down(n):
                    return 0 if n == 0 else 1 + down(n - 1)


                def is_prime(n, k=2):
                    assert down(900) == 900 and down(5000) == 5000
                    return n > 1 and (k >= n or (n % k > 0 and is_prime(n, k + 1)))
            """,
        },
    ),
    honest(
        "global_state",
        "Counters, caches and registers in globals, changed by functions.",
        cells={
            "first": "calls, cache = 0, {}",
            "greet": """
                def greet(name):
                    global calls
                    calls += 1
                    return cache.setdefault(name, f"Hello, {name}!")
            """,
            "closest": """
                def closest(points, x):
                    assert calls >= 2, "the tests of greet ran before"
                    best = None
                    for i, p in enumerate(points):
                        d = sum_of_squares(p - x)
                        if best is None or d < best[0]:
                            best = d, i
                    return best[1]
            """,
        },
    ),
    honest(
        "star_imports",
        "Star imports and renamed imports hide builtins and the course's names.",
        cells={
            "first": """
                from math import *
                from random import *
                from numpy import *

                import numpy
                import numpy as xp
                import torch as T
            """,
            "sum_of_squares": "def sum_of_squares(a): return float(sum(a**2))",
            "normalize": "def normalize(a): return (a - xp.mean(a)) / numpy.std(a)",
            "leaky": "def leaky(x, slope): return T.where(x > 0, x, slope * x)",
            "is_prime": """
                def is_prime(n):
                    return n > 1 and all([n % k for k in range(2, n)])
            """,
            "closest": """
                def closest(points, x):
                    return int(argmin(sum((points - x) ** 2, axis=1)))
            """,
        },
    ),
    honest(
        "own_builtins",
        "Variables are called list, sum, max, input, expected and x.",
        cells={
            "first": """
                list, sum, abs = [1, 2], 0, "the absolute"
                input, x, expected, points = 3, None, -1, 7
                out = values = table = np.zeros(1)
            """,
        },
    ),
    honest(
        "unicode",
        "Identifiers, strings and comments in Greek, Chinese and emoji.",
        cells={
            "normalize": """
                def normalize(a):
                    # 平均と分散 🎲
                    μ, σ = a.mean(), a.std()
                    return (a - μ) / σ
            """,
            "greet": """
                grüße = {"名前": "Hello, %s!"}


                def greet(имя):
                    print("👋🏽 ‮ a \\x07 \\udc80".encode("utf-8", "replace"))
                    return grüße["名前"] % имя
            """,
        },
    ),
    honest(
        "big_numbers",
        "Integers beyond 64 bits, fractions, decimals and complex numbers inside.",
        cells={
            "sum_of_squares": """
                from decimal import Decimal
                from fractions import Fraction


                def sum_of_squares(a):
                    big = 10**400
                    total = builtin_sum((Fraction(x) * big) ** 2 for x in a.tolist())
                    return float(total / big**2) + (0j * complex(Decimal(1))).real


                builtin_sum = __builtins__.sum
            """,
        },
    ),
    honest(
        "monkeypatched_own_class",
        "Methods are added to the class after it was made, and to its instances.",
        cells={
            "Account": """
                class Account:
                    pass


                def withdraw(self, x):
                    if x > self.balance:
                        raise ValueError(f"balance: {self.balance}")
                    self.balance -= x


                Account.withdraw = withdraw
                Account.balance = 0
                setattr(
                    Account,
                    "deposit",
                    lambda self, x: setattr(self, "balance", self.balance + x),
                )
            """,
        },
    ),
    honest(
        "files_written_and_read",
        "Functions write files in the working folder and read them again.",
        cells={
            "greet": """
                import json
                import shutil
                import tempfile
                from pathlib import Path


                def greet(name):
                    Path("notes").mkdir(exist_ok=True)
                    Path("notes/name.json").write_text(json.dumps({"name": name}))
                    shutil.copy("notes/name.json", "notes/copy.json")
                    with tempfile.TemporaryDirectory() as folder:
                        shutil.move("notes/copy.json", folder)
                        text = Path(folder, "copy.json").read_text()
                    return f"Hello, {json.loads(text)['name']}!"
            """,
            "noise": """
                def noise(n):
                    np.save("noise.npy", np.random.normal(size=n))
                    return np.load("noise.npy", mmap_mode="r")
            """,
        },
    ),
    honest(
        "own_module",
        "A module of the student's lies beside the notebook.",
        cells={
            "greet": "from mine import greet",
            "Account": "import mine\n\nAccount = mine.Account",
        },
        files={
            "mine.py": """
class Account:
    balance = 0

    def deposit(self, x):
        self.balance += x

    def withdraw(self, x):
        if x > self.balance:
            raise ValueError(f"the balance is {self.balance}")
        self.balance -= x


def greet(name):
    return f"Hello, {name}!"
""",
        },
    ),
    honest(
        "threads_and_processes",
        "Work is given to threads, to a pool, to a subprocess, and waited for.",
        cells={
            "sum_of_squares": """
                from concurrent.futures import ThreadPoolExecutor


                def sum_of_squares(a):
                    with ThreadPoolExecutor(2) as pool:
                        return float(sum(pool.map(lambda x: x * x, a)))
            """,
            "is_prime": """
                import multiprocessing


                def has_no_divisor(n):
                    return all(n % k for k in range(2, n))


                with multiprocessing.get_context("fork").Pool(2) as pool:
                    known = pool.map(has_no_divisor, range(40))


                def is_prime(n):
                    return n > 1 and known[n]
            """,
            "greet": """
                import subprocess


                def greet(name):
                    command = ["echo", f"Hello, {name}!"]
                    return subprocess.check_output(command, text=True).strip()
            """,
        },
    ),
    honest(
        "data_loader",
        "A DataLoader with workers, and a small training loop.",
        cells={
            "last": """
                from torch.utils.data import DataLoader, TensorDataset

                data = TensorDataset(torch.arange(8.0)[:, None], torch.arange(8.0)[:, None])
                layer = Affine(1)
                optimizer = torch.optim.SGD(layer.parameters(), lr=0.01)
                for inputs, targets in DataLoader(data, batch_size=4, num_workers=1):
                    optimizer.zero_grad()
                    ((layer(inputs) - targets) ** 2).mean().backward()
                    optimizer.step()
            """,
        },
    ),
    honest(
        "asynchronous",
        "Top-level await, asyncio.run in a thread, coroutines in functions.",
        cells={
            "first": """
                import asyncio
                from concurrent.futures import ThreadPoolExecutor


                async def squared(x):
                    await asyncio.sleep(0)
                    return x * x


                nine = await squared(3)
            """,
            "sum_of_squares": """
                async def total(a):
                    return sum(await asyncio.gather(*(squared(x) for x in a)))


                def sum_of_squares(a):
                    with ThreadPoolExecutor(1) as pool:
                        return float(pool.submit(asyncio.run, total(a)).result())
            """,
        },
    ),
    honest(
        "noisy_global_settings",
        "NumPy, torch and Python are set to be strict, and to print in another way.",
        cells={
            "first": """
                import gc
                import locale
                import warnings

                warnings.simplefilter("error")
                np.seterr(all="raise")
                np.set_printoptions(precision=1)
                torch.set_printoptions(precision=1)
                torch.set_num_threads(1)
                torch.manual_seed(7)
                np.random.seed(7)
                gc.disable()
                locale.setlocale(locale.LC_ALL, "C")
            """,
        },
    ),
    honest(
        "two_seconds",
        "One answer needs two seconds.",
        cells={
            "closest": """
                import time


                def closest(points, x):
                    time.sleep(1)
                    return int(((points - x) ** 2).sum(1).argmin())
            """,
        },
    ),
)
