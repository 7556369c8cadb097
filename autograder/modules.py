"""Modules as notebooks name them, and what can be imported from where."""

import importlib
import importlib.util
import sys
import types
from typing import Any

import numpy as np

# Names that courses give to modules; a student's own name for one is never believed.
_ALIASES = {
    "F": "torch.nn.functional",
    "nn": "torch.nn",
    "np": "numpy",
    "optim": "torch.optim",
    "pd": "pandas",
    "plt": "matplotlib.pyplot",
    "sns": "seaborn",
    "sp": "scipy",
    "stats": "scipy.stats",
}
# Those that nobody calls anything else.
ALWAYS_MODULES = frozenset({"np", "nn", "pd", "plt", "sns"})


def imported(module: str, attribute: str | None) -> Any:
    """Import a module, or what it has under a name."""
    found = importlib.import_module(module)
    return getattr(found, attribute) if attribute else found


def module_called(name: str) -> types.ModuleType | None:
    """Import the module that a name means to everybody; None if there is none."""
    target = _ALIASES.get(name, name)
    try:
        if importlib.util.find_spec(target) is None:
            return None
        return importlib.import_module(target)
    except (ImportError, ValueError):
        return None


def importable(value: Any) -> tuple[str, str] | None:
    """Return where a function, class or module can be imported from, if anywhere."""
    if isinstance(value, types.ModuleType):
        return (value.__name__, "") if value.__name__ in sys.modules else None
    module = getattr(value, "__module__", None)
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if isinstance(value, np.ufunc):
        module = "numpy"
    if not isinstance(module, str) or not isinstance(name, str):
        return None
    if module == "__main__":
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return (module, name) if found is value else None
