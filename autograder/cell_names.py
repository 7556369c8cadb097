"""Which names a test cell may take from the student's room, and which it may not."""

import ast
import re
from functools import cache
from typing import Any

from autograder import names

_LONG = 500  # characters of a string constant that may still be code


@cache
def about(source: str) -> dict[str, Any]:
    """Return what a test room must know of a test cell, as JSON can hold it.

    It is worked out once for all submissions: each of them has a test room of its own,
    where nothing would be known yet.

    Examples
    --------
    >>> about("x = f(2)")["needed"], about("x = f(2)")["bound"]
    (['f'], ['x'])
    """
    return {
        "bound": sorted(bound(source)),
        "needed": sorted(needed(source)),
        "in_strings": sorted(in_strings(source)),
        "stops": sorted(stopping_lines(source)),
        "masks": re.search(r"\b(np|numpy)\.ma\b|MaskedArray", source) is not None,
    }


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


def in_strings(source: str) -> frozenset[str]:
    """Return the names that a cell's strings read, where they are code.

    `%timeit f(x)`, `eval("f(2)")` and `"f" in globals()` name a function in one.

    Examples
    --------
    >>> sorted(in_strings("y = f(x) + eval('g(3)')"))
    ['g']
    """
    try:
        tree = names.parse(source)
    except SyntaxError:
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= _named(node.value)
    return frozenset(found)


def stopping_lines(source: str) -> frozenset[int]:
    r"""Return the lines of a cell on which an iterator's end is expected.

    Examples
    --------
    >>> cell = "try:\n    next(it)\nexcept StopIteration:\n    pass\nall(map(f, x))"
    >>> sorted(stopping_lines(cell))
    [2]
    """
    try:
        tree = names.parse(source)
    except SyntaxError:
        return frozenset()
    found: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Try(body, handlers):
                told = any("StopIteration" in _text(h.type) for h in handlers)
            case ast.With(items, body):
                told = any("StopIteration" in _text(i.context_expr) for i in items)
            case ast.Call() if "StopIteration" in _text(node):
                body, told = [node], True  # self.assertRaises(StopIteration, f)
            case _:
                continue
        for part in body if told else ():
            found |= {*range(part.lineno, part.end_lineno + 1)}
    return frozenset(found)


def _text(node: ast.expr | None) -> str:
    return "" if node is None else ast.unparse(node)


def _named(text: str) -> set[str]:
    if len(text) > _LONG:
        return set()
    try:
        tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError):
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
