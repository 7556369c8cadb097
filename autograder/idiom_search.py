"""Find test idioms that differ in two rooms in the text of a cell."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.idioms import IDIOMS, MAGICS

_RUNS_A_FILE = re.compile(r"python|\.py\b|\./|\bsh\b")


@dataclass(frozen=True)
class Hit:
    """An idiom in a cell.

    Parameters
    ----------
    rule : str
        Key in `IDIOMS`.
    name : str
        The text that gives it away.
    line : int
        Line in the cell, from 1.
    """

    rule: str
    name: str
    line: int


def imported(tree: ast.AST) -> dict[str, str]:
    """Map the names that imports bind to the dotted names that they stand for.

    Examples
    --------
    >>> imported(ast.parse("import numpy as np, os.path; from unittest import mock"))
    {'np': 'numpy', 'os': 'os', 'mock': 'unittest.mock'}
    """
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def find(
    tree: ast.Module, meaning: dict[str, str], classes: frozenset[str] = frozenset()
) -> Iterator[Hit]:
    """Find the idioms of `IDIOMS` in a cell.

    Parameters
    ----------
    tree : ast.Module
        The cell, parsed by `autograder.names.parse`.
    meaning : dict of str to str
        What imported names of the notebook stand for, see `imported`; "" for other
        names that it binds.
    classes : frozenset of str
        Classes that the student defines.
    """
    instances = _instances(tree, classes)
    # `np` in `np.dot` is told with `np.dot`, `get_ipython` in a magic with the magic.
    told = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _ipython_method(node)):
            told.add(id(node.func.value.func))
            yield from _by_magic(node, name)
        elif isinstance(node, ast.Call):
            yield from _by_call(node, meaning)
        elif isinstance(node, ast.Compare):
            yield from _by_comparison(node, classes, instances)
        elif isinstance(node, ast.ClassDef):
            for base in node.bases:
                if isinstance(base, ast.Name) and base.id in classes:
                    yield Hit("derive", f"class {node.name}({base.id})", node.lineno)
        elif isinstance(node, ast.Attribute):
            yield from _by_attribute(node, meaning)
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in told:
            yield from _by_name(node, meaning)


def _dotted(node: ast.AST, meaning: dict[str, str]) -> str:
    """Write `np.linalg.norm` as "numpy.linalg.norm"; "" if it is of no library."""
    if isinstance(node, ast.Name):
        return meaning.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, meaning)
        return before and f"{before}.{node.attr}"
    return ""


def _by_name(node: ast.expr, meaning: dict[str, str]) -> Iterator[Hit]:
    dotted = _dotted(node, meaning) + "."
    for rule, idiom in IDIOMS.items():
        if any(dotted.startswith(f"{name}.") for name in idiom.names):
            yield Hit(rule, ast.unparse(node), node.lineno)


def _by_attribute(node: ast.Attribute, meaning: dict[str, str]) -> Iterator[Hit]:
    for rule, idiom in IDIOMS.items():
        if node.attr in idiom.attributes:
            yield Hit(rule, ast.unparse(node), node.lineno)
    if not isinstance(node.ctx, ast.Load) and _imported(node.value, meaning):
        yield Hit("patch", ast.unparse(node), node.lineno)


def _imported(node: ast.AST, meaning: dict[str, str]) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and bool(meaning.get(node.id))


def _ipython_method(node: ast.Call) -> str:
    """Return "run_line_magic" of `get_ipython().run_line_magic(...)`, else ""."""
    match node.func:
        case ast.Attribute(
            value=ast.Call(func=ast.Name(id="get_ipython"), args=[]), attr=name
        ) if name in ("run_line_magic", "run_cell_magic", "system", "getoutput"):
            return name
    return ""


def _by_magic(node: ast.Call, method: str) -> Iterator[Hit]:
    text = getattr(node.args[0], "value", "") if node.args else ""
    if method in ("system", "getoutput"):
        if _RUNS_A_FILE.search(str(text)):
            yield Hit("bytes", f"!{text}", node.lineno)
    elif text in MAGICS:
        mark = "%%" if method == "run_cell_magic" else "%"
        yield Hit(MAGICS[text], f"{mark}{text}", node.lineno)


def _by_call(node: ast.Call, meaning: dict[str, str]) -> Iterator[Hit]:
    called = _dotted(node.func, meaning)
    given = {word.arg: ast.unparse(word.value) for word in node.keywords}
    text = ast.unparse(node.func)
    if called in ("setattr", "delattr") and node.args:
        if _imported(node.args[0], meaning):
            yield Hit("patch", f"{text}({ast.unparse(node.args[0])})", node.lineno)
    elif called == "torch.load" and given.get("weights_only") == "False":
        yield Hit("bytes", f"{text}(weights_only=False)", node.lineno)
    elif called == "numpy.load" and given.get("allow_pickle") == "True":
        yield Hit("bytes", f"{text}(allow_pickle=True)", node.lineno)
    elif called in ("exec", "eval", "compile") and _reads_a_file(node):
        yield Hit("bytes", f"{text}(open(...))", node.lineno)


def _reads_a_file(node: ast.Call) -> bool:
    calls = [n for arg in node.args for n in ast.walk(arg) if isinstance(n, ast.Call)]
    readers = ("open", "read", "read_text", "read_bytes")
    return any(ast.unparse(n.func).split(".")[-1] in readers for n in calls)


def _instances(tree: ast.Module, classes: frozenset[str]) -> set[str]:
    """Return the names that the cell binds to instances of the student's classes."""
    return {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _makes(node.value, classes)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _makes(node: ast.AST, classes: frozenset[str]) -> bool:
    return isinstance(node, ast.Call) and (
        isinstance(node.func, ast.Name) and node.func.id in classes
    )


def _by_comparison(
    node: ast.Compare, classes: frozenset[str], instances: set[str]
) -> Iterator[Hit]:
    sides = [node.left, *node.comparators]
    text = ast.unparse(node)
    for operator, left, right in zip(node.ops, sides, sides[1:], strict=False):
        pair = (left, right)
        if isinstance(operator, ast.Is | ast.IsNot):
            if any(isinstance(n, ast.Attribute) and n.attr == "base" for n in pair):
                yield Hit("memory", text, node.lineno)
        else:
            # `item in bag` asks the bag, `bag in items` compares it.
            compared = pair[:1] if isinstance(operator, ast.In | ast.NotIn) else pair
            if any(
                _makes(n, classes) or (isinstance(n, ast.Name) and n.id in instances)
                for n in compared
            ):
                yield Hit("equality", text, node.lineno)
