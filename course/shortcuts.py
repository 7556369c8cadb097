"""Tell when a function calls what its task asked to write oneself.

The function's source is read as a syntax tree, so that comments and strings do not
count, and each name in it is looked up, so that aliases and `from` imports do. Helpers
that the student wrote are followed.
"""

import ast
import inspect
import textwrap
import types

from course.checks import CheckError

CONVOLUTIONS = (
    "numpy.convolve",
    "numpy.correlate",
    "scipy.ndimage",
    "scipy.signal",
    "torch.conv1d",
    "torch.conv2d",
    "torch.conv3d",
    "torch.conv_transpose1d",
    "torch.conv_transpose2d",
    "torch.conv_transpose3d",
    "torch.convolution",
    "torch.nn",
    "torch.ops",
)


def check_own_work(function, banned=CONVOLUTIONS):
    """Check that a function, and its helpers, use nothing that the task bans.

    Parameters
    ----------
    function : callable
        The student's function, written with `def`.
    banned : sequence of str
        Full names of functions and modules: "numpy.convolve", "scipy.signal".

    Raises
    ------
    CheckError
        If a banned name is used; the message names it as the student wrote it.
    """
    for written, full in _names_used(function, set()):
        for name in banned:
            if full == name or full.startswith(name + "."):
                raise CheckError(
                    f"{function.__name__}: {written} is not allowed here; this task "
                    f"is about writing it yourself."
                )


def _names_used(function, seen):
    """Yield (as written, full name) for each name that a function looks up."""
    if function in seen:
        return
    seen.add(function)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):  # a lambda gives half a line
        raise CheckError(
            f"{function.__name__}: its source cannot be read; write it with `def` in "
            f"the cell of its task."
        ) from None
    known = getattr(function, "__globals__", {})
    own = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)} | {
        n.id
        for n in ast.walk(tree)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    local = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, alias.name
                name = alias.asname or alias.name.split(".")[0]
                local[name] = alias.name if alias.asname else name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full, full
                local[alias.asname or alias.name] = full
        elif isinstance(node, ast.Call) and _chain(node.func):
            if _chain(node.func)[-1] in ("__import__", "import_module"):
                for argument in node.args:
                    if isinstance(argument, ast.Constant):
                        yield str(argument.value), str(argument.value)
    for node in ast.walk(tree):
        chain = _chain(node)
        if not chain:
            continue
        written = ".".join(chain)
        if chain[0] in local:
            yield written, ".".join([local[chain[0]], *chain[1:]])
        elif chain[0] in known and chain[0] not in own:
            yield from _resolved(written, chain, known[chain[0]], function, seen)


def _resolved(written, chain, value, function, seen):
    """Yield the full names of a chain of attributes that starts at a global name."""
    if isinstance(value, types.ModuleType):
        yield written, ".".join([value.__name__, *chain[1:]])
    for name in chain[1:]:
        if not isinstance(value, types.ModuleType):
            break
        value = getattr(value, name, None)
    own = getattr(value, "__module__", None)
    if isinstance(value, types.FunctionType) and own == function.__module__:
        yield from _names_used(value, seen)
    elif isinstance(own, str) and hasattr(value, "__qualname__"):
        yield written, f"{own}.{value.__qualname__}"


def _chain(node):
    """Return ["np", "linalg", "norm"] for the expression np.linalg.norm, else None."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        constant = [a.value for a in node.args if isinstance(a, ast.Constant)]
        if node.func.id == "getattr" and constant:
            base = _chain(node.args[0])
            return base and [*base, str(constant[0])]
    if isinstance(node, ast.Attribute):
        base = _chain(node.value)
        return base and [*base, node.attr]
    if isinstance(node, ast.Name):
        return [node.id]
    return None
