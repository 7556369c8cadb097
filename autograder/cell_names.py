"""Which names a test cell may take from the student's room."""

import ast
from functools import cache

from autograder import names

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


def _named(text: str) -> set[str]:
    if len(text) > _LONG:
        return set()
    try:
        tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError):
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
