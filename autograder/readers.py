"""Which methods of the classes in given cells change nothing.

Found in their text, and in doubt a method is none: one that stores an attribute or an
item of something that it has not just made, sets a global name, draws a random number,
writes a file, or uses another that does. What cannot be seen in the text, a helper
that uses `setattr` say, is put right when it has run (autograder/copies.py).
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

CHANGING = frozenset(
    "add append appendleft clear difference_update discard extend extendleft fill "
    "insert intersection_update itemset partition pop popitem popleft put remove "
    "resize reverse rotate setdefault setflags shuffle sort "
    "symmetric_difference_update update".split()
)
_ACTING = frozenset(
    "breakpoint compile delattr eval exec globals input next open setattr vars "
    "__import__".split()
)
_KEPT = frozenset("property staticmethod classmethod abstractmethod override".split())
_FRESH = (
    *(ast.List, ast.Dict, ast.Set, ast.Tuple, ast.ListComp, ast.SetComp),
    *(ast.DictComp, ast.Constant, ast.JoinedStr),
)
# What they do is not to be done twice, or in another room than before.
_NEVER = frozenset(
    "__init__ __new__ __del__ __enter__ __exit__ __next__ __setitem__ __delitem__ "
    "__setattr__ __delattr__ __getattr__ __getattribute__ __class_getitem__ "
    "__init_subclass__ __set_name__ __get__ __set__ __eq__ __ne__ __hash__ __copy__ "
    "__deepcopy__ __reduce__ __reduce_ex__ __getstate__ __setstate__ __dir__".split()
)


def readers(
    given: Iterable[ast.Module], others: Iterable[ast.Module]
) -> dict[str, frozenset[str]]:
    r"""Return, for each class of given cells, the methods that only read.

    Parameters
    ----------
    given, others : iterable of ast.Module
        The given cells, and the rest of the release: it may change what they bind.

    Examples
    --------
    >>> source = '''
    ... class Stack:
    ...     def push(self, item): self.items.append(item)
    ...     def top(self): return self.items[-1]
    ...     def push_twice(self, item): self.push(item); self.push(item)
    ...     def listed(self):
    ...         out = []
    ...         for item in self.items: out.append(item)
    ...         return out
    ... '''
    >>> sorted(readers([ast.parse(source)], [])["Stack"])
    ['listed', 'top']
    """
    given = [*given]
    found: dict[str, list[_Method]] = {}
    for tree in given:
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).extend(_methods(node))
    shared = _kept_elsewhere(given, [*given, *others])
    changing = {m.name for ms in found.values() for m in ms if m.changes(shared)}
    while True:
        more = {
            m.name
            for methods in found.values()
            for m in methods
            if m.name not in changing and m.used & changing
        }
        if not more:
            break
        changing |= more
    return {
        kind: frozenset(m.name for m in methods) - changing
        for kind, methods in found.items()
    }


class _Method:
    """A function in the body of a class."""

    def __init__(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.name, self.node = node.name, node
        self.parts = [part for part in ast.walk(node) if part is not node]

    @cached_property
    def fresh(self) -> set[str]:
        """The local names that only ever hold what the method itself has made."""
        arguments = {a.arg for a in self.parts if isinstance(a, ast.arg)}
        local: dict[str, bool] = {}
        for part in self.parts:
            values: list = []
            if isinstance(part, ast.Assign):
                values = [(target, part.value) for target in part.targets]
            elif isinstance(part, ast.AnnAssign) and part.value:
                values = [(part.target, part.value)]
            elif isinstance(part, ast.For | ast.comprehension):
                values = [(part.target, None)]
            elif isinstance(part, ast.withitem) and part.optional_vars:
                values = [(part.optional_vars, None)]
            elif isinstance(part, ast.NamedExpr):
                values = [(part.target, part.value)]
            for target, value in values:
                plain = isinstance(target, ast.Name)
                for name in _names(target):
                    new = plain and self._makes(value, arguments)
                    local[name] = local.get(name, True) and new
        return {name for name, new in local.items() if new} - arguments

    @staticmethod
    def _makes(value: ast.expr | None, arguments: set[str]) -> bool:
        if isinstance(value, ast.BinOp):
            return True
        if isinstance(value, ast.Call):
            called = value.func
            if ast.unparse(called) in ("type(self)", "self.__class__", "cls"):
                return True
            return _root(called) not in arguments | {None}
        return isinstance(value, _FRESH)

    @cached_property
    def used(self) -> set[str]:
        """The attributes that it uses of what it has not made."""
        return {
            part.attr
            for part in self.parts
            if isinstance(part, ast.Attribute) and _root(part) not in self.fresh
        }

    def changes(self, shared: set[str]) -> bool:
        """Tell whether its own text changes something, or may."""
        decorators = {ast.unparse(d).rpartition(".")[2] for d in self._decorators}
        if self.name in _NEVER or not decorators <= _KEPT:
            return True
        if not isinstance(self.node, ast.FunctionDef) or self.used & shared:
            return True
        return any(self._acts(part, shared) for part in self.parts)

    @property
    def _decorators(self) -> list[ast.expr]:
        return self.node.decorator_list

    def _acts(self, part: ast.AST, shared: set[str]) -> bool:
        match part:
            case ast.Global() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                return True
            case (
                ast.Attribute(ctx=ast.Store() | ast.Del())
                | ast.Subscript(ctx=ast.Store() | ast.Del())
            ):
                return _root(part) not in self.fresh
            case ast.Call(ast.Attribute(attr=name) as called) if name in CHANGING:
                return _root(called) not in self.fresh
            case ast.Call(ast.Name(name)) if name in _ACTING:
                return True
            case ast.Attribute(attr=name) | ast.Name(name):
                return "rand" in name or "rng" in name or name in shared
        return False


def _methods(node: ast.ClassDef) -> Iterator[_Method]:
    own = [
        m for m in node.body if isinstance(m, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    hooked = {"__getattr__", "__getattribute__", "__setattr__"} & {m.name for m in own}
    if not hooked:
        yield from map(_Method, own)


def _kept_elsewhere(given: list[ast.Module], every: list[ast.Module]) -> set[str]:
    """Return the names of given data, and of classes' attributes, that get changed."""
    bound, of_class = set(), set()
    for tree in given:
        for node in tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign):
                bound |= _targets(node)
            elif isinstance(node, ast.ClassDef):
                for part in node.body:
                    of_class |= _targets(part)
    changed = set()
    for part in (part for tree in every for part in ast.walk(tree)):
        match part:
            case ast.Global(names):
                changed |= {*names}
            case ast.Subscript(owner, ctx=ast.Store() | ast.Del()):
                changed.add(_last(owner))
            case ast.Call(ast.Attribute(owner, name)) if name in CHANGING:
                changed.add(_last(owner))
            case ast.Attribute(owner, name, ast.Store() | ast.Del()) if (
                ast.unparse(owner) != "self"
            ):
                changed |= {name, _last(owner)}
    return (bound | of_class) & changed


def _targets(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Assign):
        return {name for target in node.targets for name in _names(target)}
    return _names(node.target) if isinstance(node, ast.AnnAssign) else set()


def _names(target: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _root(node: ast.expr) -> str | None:
    """Return the name that a chain of attributes, items and calls begins with."""
    while True:
        match node:
            case ast.Attribute(value=inner) | ast.Subscript(value=inner):
                node = inner
            case ast.Call(func=inner):
                node = inner
            case ast.Name(name):
                return name
            case _:
                return None
