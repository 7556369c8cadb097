"""Which names a test cell may take from the student's room, and which it may not."""

import ast
from copy import deepcopy
from functools import cache

from autograder import names
from autograder.plan import constant_names

_DEFINING = (
    *(ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef),
    ast.ClassDef,
)
_LONG = 500  # characters of a string constant that may still be code


def bound(source: str) -> frozenset[str]:
    """Return the names that a cell binds; none if it is no Python."""
    try:
        return names.bound(source)
    except SyntaxError:
        return frozenset()


def needed(source: str) -> frozenset[str]:
    """Return the names that a cell reads from elsewhere; of no Python, a `?`."""
    try:
        return names.needed(source)
    except SyntaxError:
        return frozenset("?")


@cache
def wanted(source: str) -> frozenset[str]:
    """Return the global names that a cell reads, in code and in its strings.

    Strings count because `%timeit f(x)`, `eval("f(2)")` and `"f" in globals()` name the
    student's function in one.

    Examples
    --------
    >>> sorted(wanted("y = f(x) + eval('g(3)')"))
    ['eval', 'f', 'g', 'x']
    """
    try:
        found = set(names.needed(source))
        tree = names.parse(source)
    except SyntaxError:
        return frozenset()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= _named(node.value)
    return frozenset(found)


@cache
def helpers(source: str, own: frozenset[str], locked: bool) -> str:
    r"""Return the part of a given cell that needs nothing of the student's to run.

    Parameters
    ----------
    source : str
        The cell.
    own : frozenset of str
        Names that the test room has.
    locked : bool
        Whether functions stay that read others when they are called.

    Examples
    --------
    >>> cell = "TOL = 1\ndef near(a): return a < TOL\nprint(near(f(1)))"
    >>> print(helpers(cell, frozenset(), True))
    TOL = 1
    def near(a):
        return a < TOL
    """
    try:
        statements = names.parse(source).body
    except SyntaxError:
        return ""
    constants = constant_names(statements)
    kept: list[ast.stmt] = []
    have = set(own)
    waiting = [
        node
        for node in statements
        if isinstance(node, _DEFINING)
        or (isinstance(node, ast.Assign) and bound(ast.unparse(node)) <= constants)
    ]
    while True:
        # A function may read one that comes later.
        more = [n for n in waiting if n not in kept and _needs(n, locked) <= have]
        if not more:
            break
        kept += more
        have |= {name for node in more for name in bound(ast.unparse(node))}
    return "\n".join(ast.unparse(node) for node in waiting if node in kept)


def _needs(node: ast.stmt, locked: bool) -> frozenset[str]:
    """Return the names that a definition needs to run; unlocked, also to be called."""
    if locked:
        node = deepcopy(node)
        for part in ast.walk(node):
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                part.body = [ast.Pass()]
    return needed(ast.unparse(node))


def _named(text: str) -> set[str]:
    if len(text) > _LONG:
        return set()
    try:
        tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError):
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
