"""Rules about the classes that answers define: what is left of them in a test.

Functions as in `autograder.cell_rules`.
"""

import ast
from collections.abc import Iterator

from autograder.cell_rules import Cell

# Types of data, and what their objects cross as.
_DATA = {name: name for name in ("list", "dict", "set", "frozenset", "tuple", "str")}
_DATA |= {name: name for name in ("bytes", "int", "float", "complex")}
_DATA |= dict.fromkeys(("Counter", "OrderedDict", "defaultdict"), "dict")
_DATA |= dict.fromkeys(("NamedTuple", "namedtuple"), "namedtuple")
_DATA |= {"ndarray": "array", "Tensor": "tensor"}


def data_classes(cells: list[Cell]) -> Iterator[tuple]:
    """Classes of answers that derive from data: in a test their methods are missing."""
    tests = [c for c in cells if c.kind == "test" and c.tree]
    read = {name for cell in tests for name in cell.needs}
    used = {
        node.attr
        for cell in tests
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.Attribute)
    }
    kinds = dict(_DATA)
    for cell in cells:
        if not (cell.answer and cell.tree):
            continue
        for node in ast.walk(cell.tree):
            if not isinstance(node, ast.ClassDef):
                continue
            kind = next(filter(None, (kinds.get(_name(b)) for b in node.bases)), "")
            if not kind:
                continue
            kinds[node.name] = kind
            methods = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
            if methods and (node.name in read or methods & used):
                yield (
                    *(cell.name, node.lineno, "data"),
                    f"class {node.name}({', '.join(map(ast.unparse, node.bases))})",
                    f"its objects come to tests as a plain {kind}, without its methods",
                    f"let the class keep the {kind} in an attribute",
                )


def _name(base: ast.expr) -> str:
    """Return the last name of a base: "ndarray" of `np.ndarray`."""
    while isinstance(base, ast.Subscript | ast.Call):
        base = base.value if isinstance(base, ast.Subscript) else base.func
    return ast.unparse(base).rpartition(".")[2]
