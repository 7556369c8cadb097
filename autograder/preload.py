"""Which modules the warm process imports, and how it imports them.

Modules are given by name: what the assignment's locked cells import, plus what every
kernel needs sooner or later. Only what is installed is ever imported: a `numpy.py`
beside a notebook was written by a student.
"""

import ast
import contextlib
import functools
import gc
import importlib
import importlib.machinery
import importlib.metadata
import importlib.util
import io
import os
import sys
import sysconfig
import warnings
from collections.abc import Iterable

# What a kernel imports by the time that it has run some cells, shown a figure and an
# error, and started a program.
KERNEL = (
    *("autograder.kernel", "autograder.streams"),
    *("autograder.serving", "autograder.standin"),
    *("ipykernel.kernelapp", "ipykernel.debugger", "debugpy", "faulthandler"),
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger"),
    *("IPython.core.oinspect", "IPython.extensions.storemagic"),
    *("IPython.core.pylabtools", "IPython.core.magics.execution"),
    *("IPython.core.magic_arguments", "IPython.utils.timing"),
    *("stack_data", "executing", "pure_eval", "asttokens"),
    *("pygments.formatters.terminal256", "pygments.formatters.html"),
    *("pygments.lexers.python", "pygments.styles.default"),
    *("pexpect", "pty", "sqlite3", "multiprocessing.queues"),
    "tornado.platform.asyncio",
)
# What is imported late, on top of a module that is wanted: torch._dynamo takes a second
# of CPU time at the first optimizer, and figures are drawn by backends.
COMPANIONS = {
    "numpy": ("numpy.testing",),
    "torch": (
        *("torch._dynamo", "torch.nn.functional", "torch.optim"),
        *("torch.utils.data", "torch.autograd.gradcheck"),
    ),
    "matplotlib": (
        *("matplotlib.pyplot", "matplotlib.backends.backend_agg"),
        "matplotlib_inline.backend_inline",
    ),
}


def imports_of(cells: Iterable[str]) -> tuple[str, ...]:
    """Name the installed modules that some cells import, submodules included.

    Parameters
    ----------
    cells : iterable of str
        Sources of code cells; IPython magics are understood, and a cell that is no
        Python is passed over.

    Returns
    -------
    tuple of str
        In the order of their first appearance. A module that is neither part of Python
        nor of an installed distribution is left out.

    Examples
    --------
    >>> imports_of(["import numpy as np", "%pylab", "from scipy import signal, no"])
    ('numpy', 'scipy', 'scipy.signal')
    """
    # IPython is loaded only where cells are read: it takes a third of a second.
    from IPython.core.inputtransformer2 import TransformerManager

    transform = TransformerManager().transform_cell
    found: dict[str, None] = {}
    for cell in cells:
        with contextlib.suppress(SyntaxError), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a student's string
            for node in ast.walk(ast.parse(transform(cell))):
                found |= dict.fromkeys(_modules(node))
    return tuple(name for name in found if _installed(name))


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        inside = (f"{node.module}.{alias.name}" for alias in node.names)
        return [node.module, *(name for name in inside if _is_module(name))]
    return []


@functools.cache
def _installed(name: str) -> bool:
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names:
        return True
    folders = [sysconfig.get_path(kind) for kind in ("purelib", "platlib")]
    if importlib.machinery.PathFinder.find_spec(top, folders):
        return True
    return top in _distributed()


@functools.cache
def _distributed() -> frozenset[str]:
    """List what all distributions hold, editable ones too; takes a second."""
    return frozenset(importlib.metadata.packages_distributions())


@functools.cache
def _is_module(name: str) -> bool:
    """Look for the file of `name` without importing anything."""
    if not _installed(name):
        return False
    top, *rest = name.split(".")
    with contextlib.suppress(ImportError, ValueError, AttributeError):
        spec = importlib.util.find_spec(top)
        for part in rest:
            path = spec.submodule_search_locations
            spec = path and importlib.machinery.PathFinder.find_spec(
                f"{spec.name}.{part}", list(path)
            )
        return spec is not None
    return False


def preload(names: Iterable[str]) -> dict[str, str]:
    """Import modules into this process, for all that will be forked from it.

    Returns
    -------
    dict
        The error of each module that did not import.
    """
    # What is imported stays: there is nothing to collect yet.
    gc.disable()
    skipped = {}
    for name in dict.fromkeys((*KERNEL, *names)):
        error = _import(name)
        if error and name not in KERNEL:
            skipped[name] = error
    for wanted, companions in COMPANIONS.items():
        if wanted in sys.modules:
            for name in companions:
                _import(name)
    if "matplotlib.pyplot" in sys.modules:
        _draw_once()
    # Everything that lives now is shared with the forks: the collector shall not touch
    # it, or each fork would get its own copy. Nor is it asked for what is garbage
    # already: it would look at all of it, for a third of a second.
    gc.freeze()
    gc.enable()
    return skipped


def _draw_once() -> None:
    """Find and load the fonts of all first figures; nobody sees this one."""
    figure = importlib.import_module("matplotlib.figure").Figure()
    figure.add_subplot(title="$x^2$").plot([0, 1])
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")


def _import(name: str) -> str | None:
    try:
        importlib.import_module(name)
    except BaseException as error:  # even SystemExit: a module's mistake, not ours
        return f"{type(error).__name__}: {error}"
    return None


def quiet_threads(environment: dict[str, str]) -> dict[str, str]:
    """Make a copy of an environment in which imports start no thread of OpenMP.

    A process forked from one whose OpenMP pool has run hangs in its first parallel
    loop. OpenBLAS stops its threads before a fork; it keeps what is asked for.
    """
    threads = environment.get("OMP_NUM_THREADS") or str(len(os.sched_getaffinity(0)))
    return {
        "MKL_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        **environment,
        "OMP_NUM_THREADS": "1",
    }
