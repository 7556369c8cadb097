"""What the test room takes of a library by the name that the student's room says.

Nothing is imported for it: a name is looked up among the modules that are loaded here
and that were installed, so neither a file of a student's nor a released one. And only
what does no harm is found: exceptions that no runner of tests takes for a success,
types of numbers and layers, functions that compute and do nothing else.
"""

import builtins
import collections.abc
import importlib.util
import re
import site
import sys
import sysconfig
import types
from abc import ABC
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

_LIBRARIES = frozenset({"matplotlib", "numpy", "pandas", "scipy", "sklearn", "torch"})
# Their exceptions say that a test is to be skipped, or that its end is no failure:
# IPython passes over a BdbQuit in silence.
_DECIDING = frozenset({"asyncio", "bdb", "doctest", "pdb", "unittest"})
_TYPES = (bool, int, float, complex, str, bytes, tuple, list, dict, object)
_FACED = frozenset(
    "argparse enum logging matplotlib queue re sklearn threading torch "
    "torchvision".split()
)
_TRUSTED = frozenset(
    {"torch.nn.modules.module.Module", "torch.utils.data.dataset.Dataset"}
)
_ABSTRACT = {"abc.ABC": ABC} | {
    f"collections.abc.{name}": getattr(collections.abc, name)
    for name in (
        *("Callable", "Collection", "Container", "Hashable", "Iterable", "Iterator"),
        *("Mapping", "MutableMapping", "MutableSequence", "Reversible", "Sequence"),
        "Sized",
    )
}
_PURE = {
    "numpy": frozenset(
        "all any argmax argmin argsort cumprod cumsum dot max mean median min ones "
        "ones_like prod sort std sum unique var zeros zeros_like".split()
    ),
    "torch": frozenset(
        "abs cat cos dot exp log matmul max mean min mm ones randn relu sigmoid sin "
        "softmax sqrt square stack sum tanh zeros".split()
    ),
}
_SEARCHED = ("math", "operator", "numpy", "torch.nn.functional", "torch")
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType)


def find(module: str, name: str) -> Any:
    """Return what an installed module that is loaded has under a name, or None."""
    place = sys.modules.get(module)
    if type(place) is not types.ModuleType or not _is_installed(place):
        return None
    first, *rest = name.split(".")
    found = vars(place).get(first)  # no __getattr__ of a module runs
    for part in rest:
        found = vars(found).get(part) if isinstance(found, type) else None
    return found


def find_error(module: str, name: str) -> type[BaseException] | None:
    """Return the exception class of a library that has a name, or None."""
    if module == "builtins":
        found = vars(builtins).get(name)
        return found if _is_class(found, BaseException) else None
    found = find(module, name)
    if not _is_class(found, Exception) or type(found) is not type:
        return None
    # No code of a library's runs when one is made.
    plain = isinstance(found.__new__, types.BuiltinFunctionType)
    tops = {_top(kind.__module__) for kind in found.__mro__} | {_top(module)}
    known = tops <= _LIBRARIES | sys.stdlib_module_names
    return found if plain and known and not tops & _DECIDING else None


def find_value(module: str, name: str) -> Any:
    """Return the class or function of a library that may stand in a test as itself.

    Functions run in the test room then, on what the test passes: so they are some that
    only compute. A set's type is left out: `set.union(x) == x`.
    """
    if module == "builtins":
        if name == "NoneType":
            return types.NoneType
        found = vars(builtins).get(name)
        kept = any(found is kind for kind in _TYPES) or _is_class(found, Exception)
        return found if kept else None
    found = find(module, name)
    if isinstance(found, type):
        return found if _is_numeric(found) or _is_of_torch(found) else None
    if name.startswith("_") or module not in _SEARCHED:
        return None
    if module == "numpy" and isinstance(found, np.ufunc):
        return found
    if module in _PURE:
        return found if name in _PURE[module] else None
    if name == "call" or not isinstance(found, _FUNCTIONS):
        return None
    if isinstance(found, types.FunctionType) and found.__module__ != module:
        return None
    return found


def name_of(value: Any) -> tuple[str, str] | None:
    """Return the module and name by which `find_value` finds a value, if it does."""
    if not callable(value):
        return None  # its `__getattr__` might raise anything
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if type(name) is not str:
        return None
    if isinstance(value, type):
        places = (value.__module__,)
    else:
        # A method of a module that C has made has a longer name.
        name, places = name.rpartition(".")[2], _SEARCHED
    for place in places:
        if type(place) is str and find_value(place, name) is value:
            return place, name
    return None


def find_face(kind: str) -> type | None:
    """Return the class for which `isinstance` may be true of a student's object.

    Parameters
    ----------
    kind : str
        The full name of a class. None is found for those of data, whose methods decide.
    """
    module, _, name = kind.rpartition(".")
    if kind == "builtins.generator":
        return types.GeneratorType
    found = find(module, name) if _top(module) in _FACED else None
    return found if isinstance(found, type) and not issubclass(found, data()) else None


def find_abstract(kind: Any) -> type | None:
    """Return the abstract class that a class may be registered with, or None.

    Those whose own `==` asks what it is compared with are left out.
    """
    return _ABSTRACT.get(kind) if type(kind) is str else None


def find_base(kind: str) -> type | None:
    """Return a class that `__bases__` and `__mro__` may show, or None."""
    module, _, name = kind.rpartition(".")
    found = find_abstract(kind) or find_face(kind) or find_value(module, name)
    return found if isinstance(found, type) else None


def trusted(face: type | None) -> tuple[type, ...]:
    """Return the classes under a face that may have methods which data has too."""
    kinds = () if face is None else face.__mro__
    return tuple(k for k in kinds if f"{k.__module__}.{k.__qualname__}" in _TRUSTED)


def data() -> tuple[type, ...]:
    """Return the classes of data, with torch's if it is loaded."""
    plain = (str, bytes, list, tuple, dict, set, frozenset, int, float, complex)
    plain += (np.ndarray, np.generic, re.Pattern)
    torch = sys.modules.get("torch")
    return plain if torch is None else (*plain, torch.Tensor)


def _is_class(found: Any, base: type) -> bool:
    return isinstance(found, type) and issubclass(found, base)


def _is_numeric(found: type) -> bool:
    return issubclass(found, np.generic) or found is np.ndarray


def _is_of_torch(found: type) -> bool:
    torch = sys.modules.get("torch")
    if torch is None or _top(found.__module__) != "torch":
        return False
    optim = getattr(torch, "optim", None)
    kinds = (torch.Tensor, torch.nn.Module, *([optim.Optimizer] if optim else []))
    return issubclass(found, kinds)


def _top(module: Any) -> str:
    return module.partition(".")[0] if type(module) is str else ""


def _is_installed(module: types.ModuleType) -> bool:
    spec = vars(module).get("__spec__")
    origin = getattr(spec, "origin", None)
    if origin in ("built-in", "frozen"):
        return module.__name__ in {*sys.builtin_module_names, *sys.stdlib_module_names}
    return type(origin) is str and _is_of_python(origin)


@cache
def _is_of_python(file: str) -> bool:
    return any(Path(file).is_relative_to(place) for place in _places())


@cache
def _places() -> tuple[Path, ...]:
    """Return the folders of the standard library and of what was installed."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = {sysconfig.get_path(name) for name in names}
    found |= {*site.getsitepackages(), str(Path(importlib.util.__file__).parents[1])}
    return tuple(Path(place) for place in found)
