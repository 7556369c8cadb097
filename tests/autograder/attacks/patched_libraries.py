"""Patched libraries and builtins: the test asks what the student has replaced."""

from attacks.submission import cheat

SUBMISSIONS = (
    cheat(
        "libraries_patched",
        "numpy.testing and torch accept everything, random numbers are zeros.",
        cells={
            "first": """
                np.testing.assert_allclose = lambda *args, **kwargs: None
                np.testing.assert_array_equal = lambda *args, **kwargs: None
                np.random.normal = lambda size: np.zeros(size)
                torch.allclose = torch.equal = lambda *args, **kwargs: True
                torch.Tensor.backward = lambda self: None
            """,
            "normalize": "def normalize(a): return np.zeros(len(a))",
            "noise": "def noise(n): return np.zeros(n)",
            "leaky": "def leaky(x, slope): return x",
            "Affine": """
                class Affine(nn.Module):
                    def __init__(self, n):
                        super().__init__()
                        self.scale = nn.Parameter(torch.ones(n))
                        self.shift = nn.Parameter(torch.ones(n))

                    def forward(self, x):
                        return 2 * x
            """,
        },
    ),
    cheat(
        "numpy_testing_inside",
        "The function that compares arrays inside numpy.testing accepts everything.",
        cells={
            "first": """
                import numpy.testing._private.utils

                accept = lambda *args, **kwargs: None
                numpy.testing._private.utils.assert_array_compare = accept
            """,
            "normalize": "def normalize(a): return np.zeros(len(a))",
            "noise": "def noise(n): return np.zeros(n)",
        },
    ),
    cheat(
        "builtins_replaced",
        "builtins.abs is zero.",
        cells={
            "first": """
                import builtins

                builtins.abs = lambda x: 0
            """,
            "sum_of_squares": "def sum_of_squares(a): return 7.0",
        },
    ),
    cheat(
        "floats_patched",
        "With ctypes, float's own < is replaced in the whole process.",
        cells={
            "first": """
                import ctypes


                class Slots:
                    __lt__ = lambda self, other: True


                less = float.__lt__
                methods = ctypes.py_object.from_address(id(float.__dict__) + 16).value
                methods["__lt__"] = lambda a, b: b == 1e-9 or less(a, b)
                slot = 25 * 8  # tp_richcompare in a type object
                ours = ctypes.c_void_p.from_address(id(Slots) + slot).value
                for kind in (float, np.float64):
                    ctypes.c_void_p.from_address(id(kind) + slot).value = ours
                    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))
            """,
            "sum_of_squares": "def sum_of_squares(a): return 1.5",
        },
    ),
    cheat(
        "builtins_shadowed",
        "Global variables called abs, list and sum hide the builtins of the test.",
        cells={
            "first": """
                class Same:
                    def __init__(self, items):
                        pass

                    __eq__ = lambda self, other: True


                abs, list, sum = lambda x: 0, Same, lambda items: 10
            """,
            "sum_of_squares": "def sum_of_squares(a): return 5 if len(a) else 0",
            "countdown": "def countdown(n): return iter([n])",
            "is_prime": "def is_prime(n): return n == 7",
        },
        earns={"is_prime": 2},
    ),
    cheat(
        "modules_shadowed",
        "Global variables called np and torch hide the modules of the test.",
        cells={
            "last": "",
            "first": """
                class Yes:
                    def __getattr__(self, name):
                        return Yes()

                    def __call__(self, *args, **kwargs):
                        return Yes()

                    __eq__ = __lt__ = lambda self, other: True
                    __abs__ = __sub__ = __add__ = lambda self, *other: self
                    __getitem__ = lambda self, key: self


                np = torch = nn = Yes()


                def normalize(a):
                    return Yes()


                sum_of_squares = closest = leaky = normalize
                noise = Affine = lambda n: type("", (Yes,), {"shape": (3,)})()
            """,
            "normalize": "pass",
            "sum_of_squares": "pass",
            "closest": "pass",
            "leaky": "pass",
            "noise": "pass",
            "Affine": "pass",
        },
    ),
    cheat(
        "modules_replaced",
        "sys.modules has another numpy.testing, another torch, and a new __import__.",
        cells={
            "first": """
                import builtins
                import sys
                import types

                fake = types.ModuleType("numpy.testing")
                fake.assert_allclose = fake.assert_array_equal = lambda *a, **k: None
                sys.modules["numpy.testing"] = np.testing = fake
                sys.modules["torch"] = fake
                real_import = builtins.__import__


                def fake_import(name, *args, **kwargs):
                    if "testing" in name:
                        return fake
                    return real_import(name, *args, **kwargs)


                builtins.__import__ = fake_import
            """,
            "normalize": "def normalize(a): return np.zeros(len(a))",
            "noise": "def noise(n): return np.zeros(n)",
        },
    ),
    cheat(
        "given_function_replaced",
        "The given function grid is replaced, so that the closest point is known.",
        cells={
            "first": """
                answers = iter([2, 6])


                def grid(n):
                    return next(answers)
            """,
            "closest": "def closest(points, x): return points",
        },
    ),
    cheat(
        "names_of_the_test",
        "The student's cells give values to the names that the tests use.",
        cells={
            "first": """
                expected, points, before, calls = 0.0, 3.0, 0, [5, 10]
                values = out = table = x = account = layer = hidden_marker = None
                error = AssertionError = ValueError
            """,
            "sum_of_squares": """
                def sum_of_squares(a):
                    global expected
                    expected = 0.0
                    return 5.0 if len(a) == 2 else 0.0
            """,
        },
    ),
    cheat(
        "time_patched",
        "time.time, time.sleep and the interpreter's switch interval are changed.",
        cells={
            "first": """
                import sys
                import time

                time.time = time.monotonic = time.perf_counter = lambda: 0.0
                time.sleep = lambda seconds: None
                sys.setswitchinterval(1e-9)
            """,
        },
        solved=True,
    ),
)
