"""Rules about the code cells of a notebook: can each be judged, and by what?

Each function takes the cells in order and yields what `autograder.lint.Finding` holds
beside the notebook: cell, line, rule, name, why and what to write instead.
"""

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from autograder.idiom_search import imported
from autograder.names import bound, needed, parse

# Names that IPython gives to every cell, beside Python's own.
_GIVEN = {*dir(builtins), "get_ipython", "display", "exit", "quit", "In", "Out"}
_GIVEN |= {"_", "__", "___", "_i", "_ii", "_iii", "_ih", "_oh", "_dh", "__name__"}
_GIVEN |= {"__doc__", "__builtins__", "__builtin__"}

# Methods that change what they are called on; torch's end in "_".
_CHANGING = frozenset(
    "add append appendleft clear discard extend fill insert pop popitem popleft put "
    "remove resize reverse setdefault shuffle sort update".split()
)
_UNSEEDED = frozenset(
    "Random RandomState SystemRandom default_rng now time today uuid1 uuid4".split()
)
_CHECKS = re.compile(
    r"assert|check|raise|require|test|verify|expect|ensure|grade|score|ok$", re.I
)


@dataclass(frozen=True)
class Cell:
    """A code cell, and the room in which it runs.

    Parameters
    ----------
    name : str
        Its grade_id, or its number.
    source : str
        Its text.
    kind : str
        "test": graded, in the test room; "given": locked, in both; "student": the rest.
    answer : bool
        Whether it is one that students are asked to fill in.
    """

    name: str
    source: str
    kind: str
    answer: bool = False

    @cached_property
    def tree(self) -> ast.Module | None:
        """The parsed cell; None if it is no Python."""
        try:
            return parse(self.source)
        except SyntaxError:
            return None

    @property
    def binds(self) -> frozenset[str]:
        """Global names that it binds."""
        return bound(self.source) if self.tree else frozenset()

    @property
    def needs(self) -> frozenset[str]:
        """Global names that it takes from cells before it."""
        return needed(self.source) if self.tree else frozenset()

    def line_of(self, name: str) -> int:
        """Return the line in which a name first stands."""
        lines = [
            node.lineno
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Name) and node.id == name
        ]
        return min(lines, default=1)


def syntax(cells: list[Cell]) -> Iterator[tuple]:
    """Test cells that are no Python."""
    for cell in cells:
        if cell.kind == "test" and cell.tree is None:
            yield (
                *(cell.name, 1, "syntax", "the cell"),
                "it is no Python, so nobody can pass it",
                "correct it",
            )


def verdicts(cells: list[Cell]) -> Iterator[tuple]:
    """Test cells that give points for nothing, or other points than meant."""
    students = {name for c in cells if c.kind == "student" for name in c.binds}
    modules = {
        name
        for cell in cells
        if cell.tree
        for name, stands_for in imported(cell.tree).items()
        if "." not in stands_for
    }
    for cell in cells:
        if cell.kind != "test" or not cell.tree or "AUTOTEST" in cell.source:
            continue
        useless = [
            node
            for node in ast.walk(cell.tree)
            if isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Compare | ast.BoolOp | ast.UnaryOp)
        ]
        for node in useless:
            yield (
                *(cell.name, node.lineno, "value", ast.unparse(node)),
                "this compares and does nothing, whatever comes out",
                "write assert before it",
            )
        last = cell.tree.body[-1] if cell.tree.body else None
        shown = isinstance(last, ast.Expr) and not cell.source.rstrip().endswith(";")
        if shown and last not in useless and _is_no_number(last.value, students):
            yield (
                *(cell.name, last.lineno, "value", ast.unparse(last)),
                "nbgrader reads the last value of a graded cell as its points, and "
                "gives all of them when it is no number",
                "assert something about it, or assign it to a name",
            )
        elif not useless and not _judges(cell.tree, students, modules, shown):
            yield (
                *(cell.name, 1, "value", "the cell"),
                "it has no assert, check or raise, so whatever runs gets all points",
                "assert what should hold",
            )


def _is_no_number(node: ast.expr, students: set[str]) -> bool:
    kinds = (ast.List, ast.Tuple, ast.Dict, ast.Set, ast.JoinedStr, ast.Lambda)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in students
    return isinstance(node, kinds) or (
        isinstance(node, ast.Constant) and not isinstance(node.value, int | float)
    )


def _judges(
    tree: ast.Module, students: set[str], modules: set[str], shown: bool
) -> bool:
    """Tell whether a cell can fail, or gives a number of points."""
    if shown and not isinstance(tree.body[-1].value, ast.Call | ast.Constant):
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert | ast.Raise):
            return True
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            root = called.split(".")[0].split("(")[0]
            if _CHECKS.search(called):
                return True
            if root not in students | modules and root not in _GIVEN:
                return True  # a function of the author's own: trust it
    return False


def names(cells: list[Cell]) -> Iterator[tuple]:
    """Names that are not where a cell looks for them."""
    tests = {name for c in cells if c.kind == "test" for name in c.binds}
    others = {name for c in cells if c.kind != "test" for name in c.binds}
    untold = re.compile(r"import \*|%pylab|%run|%load|exec\(|globals\(\)|%%|vars\(\)")
    complete = not any(untold.search(c.source) or c.tree is None for c in cells)
    known = set(_GIVEN)
    by_test: dict[str, str] = {}
    overtaken: dict[str, tuple[str, str]] = {}
    for cell in cells:
        if cell.kind == "test":
            for name in sorted(cell.needs - known) if complete else ():
                yield (
                    *(cell.name, cell.line_of(name), "name", name),
                    "no cell up to here defines this name",
                    "define it in a locked cell, or in this one",
                )
            for name in sorted(cell.needs & overtaken.keys()):
                test, student = overtaken[name]
                yield (
                    *(cell.name, cell.line_of(name), "name", name),
                    f"cells {test} and {student} both bind it: in one kernel the later "
                    f"wins, in two rooms the test's does",
                    f"give it another name in {test}",
                )
            by_test |= dict.fromkeys(cell.binds, cell.name)
            overtaken = {n: c for n, c in overtaken.items() if n not in cell.binds}
        else:
            for name in sorted(cell.needs & (tests - others - _GIVEN)):
                yield (
                    *(cell.name, cell.line_of(name), "name", name),
                    "only test cells define this name, and those run in another room",
                    "define it in a locked cell that is not graded",
                )
            if cell.kind == "student":
                overtaken |= {
                    n: (by_test[n], cell.name) for n in cell.binds if n in by_test
                }
            by_test = {n: c for n, c in by_test.items() if n not in cell.binds}
        known |= cell.binds


def given_data(cells: list[Cell]) -> Iterator[tuple]:
    """Data of given cells of which each room has its own, when a test reads it."""
    solved = {name for c in cells if c.answer for name in c.binds}
    given = [
        c
        for c in cells
        if c.tree and c.kind != "test" and not (c.answer or c.needs & solved)
    ]
    bound = {name: c for c in given for name in c.binds}
    read = {name for c in cells if c.kind == "test" for name in c.needs}
    for cell in cells:
        if not (cell.answer and cell.tree):
            continue
        for name, line in sorted(_changed(cell.tree)):
            if name in bound and name in read and name not in solved:
                yield (
                    *(cell.name, line, "given", name),
                    f"the solution changes what cell {bound[name].name} gives, and "
                    f"tests have a copy of their own",
                    "let students change a copy with a name of theirs, and test that",
                )
    for cell in given:
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.Call) and not (node.args or node.keywords):
                called = ast.unparse(node.func)
                if called.rpartition(".")[2] in _UNSEEDED and cell.binds & read:
                    yield (
                        *(cell.name, node.lineno, "given", f"{called}()"),
                        "it gives the student other data than the tests",
                        "give it a seed, or a fixed value",
                    )


def _changed(tree: ast.Module) -> set[tuple[str, int]]:
    """Return which names' values a cell changes in place, outside of functions."""
    found = set()
    inside = [*tree.body]
    while inside:
        node = inside.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        inside += ast.iter_child_nodes(node)
        target: ast.AST | None = None
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(
            node.ctx, ast.Load
        ):
            target = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in _CHANGING or node.func.attr.endswith("_"):
                target = node.func.value
        while isinstance(target, ast.Subscript | ast.Attribute):
            target = target.value
        if isinstance(target, ast.Name):
            found.add((target.id, node.lineno))
    return found
