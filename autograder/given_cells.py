"""Which statements of a cell that the release gives run in the test room too.

All that need nothing of the student's. A cell that calls the student's function, as an
example, has that value from the student's room only, and whatever follows from it; its
helpers and data are this room's own all the same, or a student could define them anew.
So are `cases = [(double, 2, 4)]`, which call nothing: they hold the stand-in.
"""

import ast
import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass

from autograder import names
from autograder.cell_names import bound, needed

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINING = (ast.Import, ast.ImportFrom, *_FUNCTIONS, ast.ClassDef)
# Magics whose cell is Python that runs once.
_WRAPPING = re.compile(r"\s*%%(time|capture|prun)\b[^\n]*\n")
# Methods that change what they are methods of.
_CHANGING = frozenset(
    "add append appendleft clear difference_update discard extend extendleft fill "
    "insert intersection_update itemset partition pop popitem popleft put remove "
    "resize reverse rotate setdefault setflags shuffle sort "
    "symmetric_difference_update update".split()
)
# Calls that draw random numbers: the other room alone, which ran the cell, has them.
_DRAWING = re.compile(
    r"(^|\.)random\.|^torch\.(rand|normal|bernoulli|multinomial)|^(torch\.)?nn\."
    r"|^(rng|generator)\.|^(rand\w*|shuffle|choices?|sample|train_test_split)$"
    r"|\.(normal|shuffle|choices?|sample|integers|permutation|uniform)$"
)
_SEEDING = re.compile(r"seed\(|default_rng\(\s*\d|random_state=\d|RandomState\(\s*\d")


@dataclass(frozen=True)
class Part:
    """What of a given cell runs in the test room.

    Parameters
    ----------
    runs : str
        The statements.
    ours : frozenset of str
        Names that these bind: never the student's.
    theirs : frozenset of str
        Names that the rest binds or changes.
    """

    runs: str
    ours: frozenset[str] = frozenset()
    theirs: frozenset[str] = frozenset()


def holding(source: str, functions: Iterable[str]) -> dict[str, str]:
    r"""Return the statements of a cell that only hold functions, by what they bind.

    Parameters
    ----------
    source : str
        The cell.
    functions : iterable of str
        Names of functions.

    Examples
    --------
    >>> holding("cases = [(f, 2, 4)]\ny = f(2)\nbest = {'f': max(f, g)}", "f")
    {'cases': 'cases = [(f, 2, 4)]'}
    """
    try:
        statements = names.parse(_WRAPPING.sub("", source, count=1)).body
    except SyntaxError:
        return {}
    functions = {*functions}
    texts = {ast.unparse(node) for node in statements if _holds(node, functions)}
    bound_to = {name: text for text in sorted(texts) for name in bound(text)}
    # What is bound twice, a loop may bind it, is something else in the end.
    often = [name for node in statements for name in bound(ast.unparse(node))]
    return {n: t for n, t in bound_to.items() if often.count(n) == 1}


def _holds(node: ast.stmt, functions: set[str]) -> bool:
    match node:
        case ast.Assign(targets, value):
            pass
        case ast.AnnAssign(target, _, ast.expr() as value):
            targets = [target]
        case _:
            return False
    if not all(isinstance(target, ast.Name) for target in targets):
        return False
    found, waiting = False, [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Tuple | ast.List | ast.Dict | ast.Set):
            waiting += [
                p for p in ast.iter_child_nodes(part) if isinstance(p, ast.expr)
            ]
        elif isinstance(part, ast.Name):
            found |= part.id in functions
        elif functions & {n.id for n in ast.walk(part) if isinstance(n, ast.Name)}:
            return False
    return found


def part_of(
    source: str,
    have: Iterable[str],
    callers: Iterable[str],
    locked: bool,
    held: dict[str, str] | None = None,
) -> Part:
    r"""Return the part of a given cell that needs nothing of the student's to run.

    Parameters
    ----------
    source : str
        The cell.
    have : iterable of str
        Names that the test room has.
    callers : iterable of str
        Functions among them that call the student's.
    locked : bool
        Whether functions stay that read others when they are called.
    held : dict of str to str, optional
        Names of what holds functions of the student's, and the statement that does it.

    Examples
    --------
    >>> cell = "x = [1, 2]\ny = f(x)\nz = y[0]\ndef near(a): return f(a) < x[0]"
    >>> part = part_of(cell, [], [], True)
    >>> print(part.runs)
    x = [1, 2]
    def near(a):
        return f(a) < x[0]
    >>> sorted(part.ours), sorted(part.theirs)
    (['near', 'x'], ['y', 'z'])
    """
    source = _WRAPPING.sub("", source, count=1)
    try:
        statements = names.parse(source).body
    except SyntaxError:
        return Part("")
    cell = _Cell({*have}, {*callers}, locked, held or {})
    defining = [node for node in statements if isinstance(node, _DEFINING)]
    # A function may read one that comes later, or data that does.
    cell.keep_all_of(defining)
    seeded = False
    for node in statements:
        text = ast.unparse(node)
        seeded = seeded or bool(_SEEDING.search(text))
        if node in cell.kept:
            continue
        if cell.can_run(node):
            cell.keep(node, drawn=_draws(node) and not seeded)
        else:
            cell.leave(node)
    cell.keep_all_of(defining)
    kept = [node for node in statements if node in cell.kept]
    if len(kept) == len(statements):
        return Part(source, frozenset(cell.ours | cell.drawn), frozenset())
    theirs = cell.theirs | cell.drawn
    runs = "\n".join(ast.unparse(node) for node in kept)
    return Part(runs, frozenset(cell.ours - theirs), frozenset(theirs))


class _Cell:
    """What is known while the statements of a cell are gone through."""

    def __init__(
        self, have: set[str], callers: set[str], locked: bool, held: dict[str, str]
    ) -> None:
        self.have, self.callers, self.locked, self.held = have, callers, locked, held
        self.kept: list[ast.stmt] = []
        self.ours: set[str] = set()
        self.theirs: set[str] = set()
        self.drawn: set[str] = set()  # bound by what draws numbers

    def can_run(self, node: ast.stmt) -> bool:
        needs, have = self._needs(node), self.have - self.theirs
        if ast.unparse(node) in self.held.values():
            return needs <= have | self.callers
        if needs & self.held.keys() and not isinstance(node, _DEFINING):
            if any(isinstance(part, ast.Call) for part in ast.walk(node)):
                return False  # of what is held, perhaps
        return needs <= have and not _calls(node, self.callers)

    def keep_all_of(self, nodes: list[ast.stmt]) -> None:
        """Keep what can run, until nothing more can."""
        while True:
            more = [n for n in nodes if n not in self.kept and self.can_run(n)]
            if not more:
                break
            for node in more:
                self.keep(node)

    def keep(self, node: ast.stmt, drawn: bool = False) -> None:
        own = {*bound(ast.unparse(node))}
        self.kept.append(node)
        self.have |= own
        self.theirs -= own
        self.ours |= own
        self.drawn = self.drawn | own if drawn else self.drawn - own

    def leave(self, node: ast.stmt) -> None:
        own = {*bound(ast.unparse(node))} | _changed(node, self.callers)
        self.theirs |= own
        self.ours -= own

    def _needs(self, node: ast.stmt) -> frozenset[str]:
        """Return the names that a statement needs to run; unlocked, also later."""
        if self.locked and isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            node = deepcopy(node)
            for part in ast.walk(node):
                if isinstance(part, _FUNCTIONS):
                    part.body = [ast.Pass()]
        return needed(ast.unparse(node))


def _draws(node: ast.stmt) -> bool:
    calls = (part for part in ast.walk(node) if isinstance(part, ast.Call))
    return any(_DRAWING.search(ast.unparse(call.func)) for call in calls)


def _calls(node: ast.stmt, callers: set[str]) -> bool:
    """Tell whether a statement calls one of some functions, or gives it to a call."""
    if isinstance(node, _DEFINING):
        return False
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    return any(
        isinstance(part, ast.Name) and part.id in callers
        for call in calls
        for part in ast.walk(call)
    )


def _changed(node: ast.stmt, callers: set[str]) -> set[str]:
    """Return the names whose objects a statement changes, or may."""
    found = set()
    for part in ast.walk(node):
        match part:
            case ast.Subscript(ctx=ast.Store() | ast.Del()) as target:
                found |= _root(target)
            case ast.Attribute(ctx=ast.Store() | ast.Del()) as target:
                found |= _root(target)
            case ast.AugAssign(target):
                found |= _root(target)
            case ast.Call(ast.Attribute(_, name) as called) if name in _CHANGING:
                found |= _root(called)
            case ast.Expr(ast.Call(called, args)) if _root(called) & callers:
                # Nobody uses what it returns: it may be there for what it changes.
                found |= {arg.id for arg in args if isinstance(arg, ast.Name)}
    return found


def _root(node: ast.expr) -> set[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()
