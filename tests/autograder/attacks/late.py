"""Threads, finalizers and hooks that act when nobody looks any more."""

from attacks.submission import cheat

SUBMISSIONS = (
    cheat(
        "thread_patches",
        "A thread goes on patching numpy.testing, torch and builtins.",
        cells={
            "first": """
                import builtins
                import threading
                import time


                def patch():
                    for _ in range(4000):
                        np.testing.assert_allclose = lambda *args, **kwargs: None
                        np.testing.assert_array_equal = lambda *args, **kwargs: None
                        torch.allclose = torch.equal = lambda *args: True
                        builtins.abs = lambda x: 0
                        time.sleep(0.001)


                threading.Thread(target=patch, daemon=True).start()
            """,
            "sum_of_squares": "def sum_of_squares(a): return 0.0",
            "normalize": "def normalize(a): return np.zeros(len(a))",
            "noise": "def noise(n): return np.zeros(n)",
        },
    ),
    cheat(
        "arrays_change_later",
        "An array is returned wrong, and a thread goes on changing it.",
        cells={
            "normalize": """
                import threading
                import time


                def normalize(a):
                    out, n = np.zeros(len(a)), len(a)

                    def later():
                        time.sleep(0.05)
                        out[:] = (a - a.mean()) / a.std()

                    threading.Thread(target=later).start()
                    return out
            """,
        },
    ),
    cheat(
        "arguments_change_later",
        "The test's own arrays are changed by a thread, when the call is over.",
        cells={
            "normalize": """
                import threading


                def normalize(a):
                    whole = a if a.base is None else a.base

                    def later():
                        for _ in range(100_000):
                            whole[...] = 0

                    threading.Thread(target=later).start()
                    return np.zeros(len(a))
            """,
            "limit": """
                def limit(a):
                    pass
            """,
        },
    ),
    cheat(
        "finalizers",
        "Objects run code when they are deleted, whoever deletes them.",
        cells={
            "first": """
                import builtins
                import weakref


                def patch(*args):
                    builtins.abs = lambda x: 0
                    raise RuntimeError("deleted")


                class Bomb:
                    __del__ = patch

                    def __init__(self):
                        self.self = self
                        weakref.finalize(self, patch)


                for _ in range(1000):
                    Bomb()
                bomb = Bomb()
                del bomb
            """,
            "sum_of_squares": "def sum_of_squares(a): return Bomb() and 1.0",
        },
    ),
    cheat(
        "import_hooks",
        "A finder on sys.meta_path makes up each module that is imported from now on.",
        cells={
            "first": """
                import importlib.abc
                import importlib.machinery
                import sys


                class Yes:
                    __eq__ = lambda self, other: True
                    __call__ = __getattr__ = lambda self, *args, **kwargs: Yes()


                class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
                    def find_spec(self, name, path, target=None):
                        if name.partition(".")[0] not in ("autograder", "torch"):
                            return importlib.machinery.ModuleSpec(name, self)

                    def create_module(self, spec):
                        return None

                    def exec_module(self, module):
                        module.__getattr__ = lambda name: Yes()


                sys.meta_path.insert(0, Finder())
                sys.modules.pop("numpy.testing", None)
            """,
            "normalize": "def normalize(a): return np.zeros(len(a))",
        },
    ),
    cheat(
        "trace_functions",
        "Trace and profile functions of all threads make each `expected` zero.",
        cells={
            "first": """
                import sys
                import threading


                def trace(frame, event, value):
                    if "expected" in frame.f_globals:
                        frame.f_globals["expected"] = 0.0
                    return trace


                threading.settrace(trace)
                sys.setprofile(trace)
            """,
            "sum_of_squares": """
                def sum_of_squares(a):
                    sys.settrace(trace)
                    return 5.0 if len(a) == 2 else 0.0
            """,
        },
    ),
    cheat(
        "slow_answers",
        "One function takes longer than a cell may; all is right and too late.",
        cells={
            "greet": """
                import time


                def greet(name):
                    time.sleep(30)
                    return f"Hello, {name}!"
            """,
        },
        solved=True,
        loses=("greet",),
    ),
)
