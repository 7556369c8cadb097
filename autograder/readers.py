"""Which methods of the classes in given cells only compute, from what an object holds.

Such a method can run in the test's room on an object of the student's: it calls nothing
but arithmetic, and others of its kind. What a method may do is listed here; anything
else makes it none. A method that reads a file, formats a text or makes an object would
do so with the student's data, on the side that decides.
"""

import ast
import math
from collections.abc import Iterable, Iterator

_NODES = (
    *(ast.Return, ast.If, ast.Assign, ast.AugAssign, ast.For, ast.Pass, ast.Break),
    *(ast.Continue, ast.Name, ast.Constant, ast.Attribute, ast.BinOp, ast.UnaryOp),
    *(ast.BoolOp, ast.Compare, ast.IfExp, ast.Tuple, ast.List, ast.Set, ast.ListComp),
    *(ast.SetComp, ast.GeneratorExp, ast.comprehension, ast.Subscript, ast.Slice),
    *(ast.Call, ast.keyword, ast.Starred, ast.JoinedStr, ast.FormattedValue),
    *(ast.arguments, ast.arg, ast.Expr, ast.expr_context, ast.operator, ast.unaryop),
    *(ast.boolop, ast.cmpop),
)
_BUILTINS = frozenset(
    "abs all any bool complex divmod enumerate float int isinstance len list max min "
    "pow range reversed round set sorted str sum tuple zip".split()
)
_NUMPY = frozenset(
    "abs all allclose any argmax argmin argsort array array_equal asarray cos cross "
    "cumprod cumsum diff dot exp floor hypot isclose linalg.det linalg.norm log matmul "
    "max maximum mean median min minimum outer prod round sin sort sqrt square std sum "
    "tan trace transpose var".split()
)
_CALLED = (
    _BUILTINS
    | {f"math.{name}" for name in dir(math) if name[0] != "_"}
    | {f"{module}.{name}" for module in ("np", "numpy") for name in _NUMPY}
)
_NAMES = _BUILTINS | {"math", "np", "numpy"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Special methods that do more than to compute, or that are looked after elsewhere.
_NEVER = frozenset(
    "__init__ __new__ __del__ __enter__ __exit__ __next__ __setitem__ __delitem__ "
    "__setattr__ __delattr__ __getattr__ __getattribute__ __class_getitem__ "
    "__init_subclass__ __set_name__ __get__ __set__ __eq__ __ne__ __hash__ __copy__ "
    "__deepcopy__ __reduce__ __reduce_ex__ __getstate__ __setstate__ __dir__".split()
)


def readers(
    given: Iterable[ast.Module], others: Iterable[ast.Module] = ()
) -> dict[str, dict[str, frozenset[str]]]:
    r"""Return, for each class of given cells, the methods that only compute.

    Parameters
    ----------
    given, others : iterable of ast.Module
        The given cells, and the rest of the release: it may change what they bind.

    Returns
    -------
    dict of str to dict
        By class and method: the attributes that the method uses, itself or by others.

    Examples
    --------
    >>> source = '''
    ... class Stack:
    ...     def push(self, item): self.items.append(item)
    ...     def height(self): return len(self.items)
    ...     def is_higher(self, other): return self.height() > other.height()
    ...     def save(self): open(self.path, "w").write(str(self.items))
    ... '''
    >>> found = readers([ast.parse(source)])["Stack"]
    >>> {name: sorted(uses) for name, uses in found.items()}
    {'height': ['items'], 'is_higher': ['height', 'items']}
    """
    given = [*given]
    if _BUILTINS & {name for tree in given for name in _bound(tree)}:
        return {}
    classes: dict[str, list[ast.FunctionDef]] = {}
    constants: set[str] = set()
    shared: set[str] = set()  # what classes keep: numbers of objects, descriptors
    for node in (node for tree in given for node in tree.body):
        if isinstance(node, ast.ClassDef):
            functions = [m for m in node.body if isinstance(m, _FUNCTIONS)]
            hooked = {"__getattr__", "__getattribute__"} & {m.name for m in functions}
            classes.setdefault(node.name, []).extend(functions if not hooked else [])
            plain = not any("dataclass" in ast.unparse(d) for d in node.decorator_list)
            for part in node.body:
                kept = isinstance(part, ast.Assign) or (
                    isinstance(part, ast.AnnAssign) and part.value and plain
                )
                if kept and not _is_literal(part.value):
                    shared |= _targets(part)
        elif isinstance(node, ast.Assign) and _is_literal(node.value):
            constants |= _targets(node)
    changed = set(_changed([*given, *others]))
    known = _NAMES | {*classes} | (constants - changed)
    kinds = {m.name for methods in classes.values() for m in methods}
    good = {
        m.name: _uses(m)
        for methods in classes.values()
        for m in methods
        if _computes(m, known, kinds) and not _uses(m) & (shared | changed)
    }
    # Of two methods of one name both must be so.
    bad = {
        m.name
        for methods in classes.values()
        for m in methods
        if m.name not in good or not _computes(m, known, kinds)
    }
    while True:
        more = {n for n, uses in good.items() if n not in bad and uses & bad}
        if not more:
            break
        bad |= more
    return {
        kind: {m.name: _reached(m.name, good) for m in ms if m.name not in bad}
        for kind, ms in classes.items()
    }


def _reached(name: str, uses: dict[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = uses.get(waiting.pop(), frozenset()) - found
        found |= new
        waiting += new
    return frozenset(found)


def _uses(node: ast.AST) -> frozenset[str]:
    parts = ast.walk(node)
    return frozenset(part.attr for part in parts if isinstance(part, ast.Attribute))


def _is_property(node: ast.FunctionDef) -> bool:
    return [ast.unparse(d) for d in node.decorator_list] == ["property"]


def _computes(node: ast.FunctionDef, known: set[str], methods: set[str]) -> bool:
    """Tell whether a method does nothing but compute, taken that its methods do so."""
    if isinstance(node, ast.AsyncFunctionDef) or node.name in _NEVER:
        return False
    if node.decorator_list and not _is_property(node):
        return False
    if not node.args.args:
        return False
    own = node.args.args[0].arg
    parts = [p for line in (node.args, *node.body) for p in ast.walk(line)]
    if not all(isinstance(part, _NODES) for part in parts):
        return False
    names = {p.arg for p in parts if isinstance(p, ast.arg)}
    names |= {p.id for p in parts if isinstance(p, ast.Name) and _is_stored(p)}
    inside = {id(p.value) for p in parts if isinstance(p, ast.Attribute)}
    return all(_is_fine(p, own, names, known, methods, inside) for p in parts)


def _is_fine(
    part: ast.AST,
    own: str,
    names: set[str],
    known: set[str],
    methods: set[str],
    inside: set[int],
) -> bool:
    match part:
        case ast.Attribute(attr=name) if _is_stored(part) or name.startswith("__"):
            return False
        case ast.Subscript() if _is_stored(part):
            return False
        case ast.Name(id=name) if _is_stored(part):
            return name != own and name not in _NAMES
        case ast.Name(id=name) if name == own:
            return id(part) in inside  # the object itself goes nowhere
        case ast.Name(id=name):
            return name in names or name in known
        case ast.Call(func=called):
            text = ast.unparse(called)
            if isinstance(called, ast.Attribute) and text not in _CALLED:
                return called.attr in methods
            return text in _CALLED and text not in names
        case ast.Expr(value):
            return isinstance(value, ast.Constant)
        case ast.FormattedValue(format_spec=spec):
            return spec is None or all(
                isinstance(p, ast.Constant) for p in getattr(spec, "values", [])
            )
        case ast.arguments(defaults=defaults, kw_defaults=others):
            given = [default for default in (*defaults, *others) if default]
            return all(map(_is_plain, given))
    return True


def _is_stored(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def _is_plain(node: ast.expr) -> bool:
    return _is_literal(node) or ast.unparse(node) in ("math.inf", "-math.inf")


def _is_literal(value: ast.expr) -> bool:
    try:
        hash(ast.literal_eval(value))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _changed(trees: list[ast.Module]) -> Iterator[str]:
    """Yield the global names, and the attributes of classes, that something sets."""
    counts: dict[str, int] = {}
    classes = {
        n.name for t in trees for n in ast.walk(t) if isinstance(n, ast.ClassDef)
    }
    for node in (node for tree in trees for node in tree.body):
        for name in _targets(node):
            counts[name] = counts.get(name, 0) + 1
    yield from (name for name, count in counts.items() if count > 1)
    for part in (part for tree in trees for part in ast.walk(tree)):
        match part:
            case ast.Global(names):
                yield from names
            case ast.Attribute(ast.Name(owner), name) if _is_stored(part):
                if owner in classes or owner == "cls":
                    yield name
            case ast.Attribute(ast.Call() | ast.Attribute(), name) if _is_stored(part):
                if "type(" in ast.unparse(part) or "__class__" in ast.unparse(part):
                    yield name


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        yield from _targets(node)
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            yield node.name


def _targets(node: ast.stmt) -> set[str]:
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    found = (part for target in targets if target for part in ast.walk(target))
    return {part.id for part in found if isinstance(part, ast.Name)}
