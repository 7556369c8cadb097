"""Which cell runs where, decided by the release and never by the submission."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from nbformat import NotebookNode

from autograder import names
from autograder.known import Known, known_from, writes
from autograder.preload import imports_of
from autograder.released import Release

_MAKERS = frozenset("namedtuple NamedTuple Enum IntEnum Flag make_dataclass".split())


@dataclass(frozen=True)
class Given:
    """A cell that the instructor wrote and no student is asked to change.

    Parameters
    ----------
    source : str
        Its text in the release.
    locked : bool
        Whether it is nbgrader's read-only kind; others may have been edited.
    before : str
        The `grade_id` of the first test that comes after it; "" if none does.
    """

    source: str
    locked: bool
    before: str


@dataclass(frozen=True)
class Plan:
    """What is known of a notebook before any submission is looked at.

    Parameters
    ----------
    tests : dict of str to str
        The text of each graded locked code cell, by `grade_id`.
    points : dict of str to float
        What each of them is worth.
    given : tuple of Given
        In the order of the release.
    tasks : frozenset of str
        Names that the student is asked to define.
    imports : dict of str to tuple
        What the release imports: name -> (module, attribute or None). One that is also
        a task is imported by a solution only: the student is asked to.
    known : Known
        What the release says about objects and functions.
    leading : int
        How many of the given cells come before all that students write, and all tests.
    """

    tests: dict[str, str]
    points: dict[str, float] = field(default_factory=dict)
    given: tuple[Given, ...] = ()
    tasks: frozenset[str] = frozenset()
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    known: Known = field(default_factory=Known)
    leading: int = 0

    @cached_property
    def given_names(self) -> frozenset[str]:
        """The names that given cells define."""
        return frozenset().union(*(_bound(given.source) for given in self.given))

    @cached_property
    def shared_names(self) -> frozenset[str]:
        """The names of classes and functions of given cells, which both rooms have."""
        return frozenset().union(*map(_shared_in, self.helpers)) - self.tasks

    @cached_property
    def lent(self) -> frozenset[str]:
        """The names that given cells define which students may edit."""
        plain = (given.source for given in self.given if not given.locked)
        return frozenset().union(*map(_bound, plain))

    @cached_property
    def early(self) -> int:
        """How many given cells can run in both rooms at once, from the first.

        They are locked, need nothing of the student's, not even a module, and write no
        file.
        """
        theirs = self.tasks | self.lent
        first = self.given[: self.leading]
        return len([*takewhile(lambda one: _is_independent(one, theirs), first)])

    @cached_property
    def helpers(self) -> list[str]:
        """The texts of given cells."""
        return [given.source for given in self.given]

    @cached_property
    def read_by_helpers(self) -> frozenset[str]:
        """The names that functions of given cells and of tests read."""
        return frozenset().union(*self.known.reads.values())

    def given_before(self, name: str) -> int:
        """Return how many given cells come before a test."""
        tests = [*self.tests]
        earlier = {*tests[: tests.index(name) + 1]}
        return sum(given.before in earlier for given in self.given)

    def bound_before(self, name: str) -> frozenset[str]:
        """Return the names that tests before one define, whether they ran or not.

        In the order of the release: a submission may have moved, lost or broken them.
        """
        found: set[str] = set()
        for earlier, source in self.tests.items():
            if earlier == name:
                break
            found |= _bound(source)
        return frozenset(found - self.tasks - self.given_names)


def make_plan(release: Release, written: Iterable[NotebookNode] = ()) -> Plan:
    """Make the plan of a notebook.

    Parameters
    ----------
    release : Release
        What the gradebook knows.
    written : iterable of NotebookNode
        The cells of the instructor's notebook, if it is there: they tell of imports and
        helpers in cells that nbgrader does not track.
    """
    released = {cell.name: cell for cell in release.cells}
    tests = {c.name: c for c in release.cells if c.is_test and c.cell_type == "code"}
    given, solutions, leading = [], [], None
    waiting: list[tuple[str, bool]] = []
    for name, source, kind in _cells(release, written):
        cell = released.get(name)
        if leading is None and cell is not None and (cell.grade or cell.solution):
            leading = len(waiting)
        if cell is not None and cell.name in tests:
            given += [Given(*early, before=name) for early in waiting]
            waiting = []
        elif kind != "code":
            continue
        elif cell is not None and cell.solution:
            solutions.append((cell.source, source))
        else:
            waiting.append((source, cell is not None and cell.locked))
    given += [Given(*late, before="") for late in waiting]
    stubs = [stub for stub, _ in solutions]
    solved = [source for _, source in solutions]
    helpers = [one.source for one in given]
    graded = [cell.source for cell in tests.values()]
    imports = _imports(*helpers, *graded, *stubs)
    asked = _imports(*solved)
    answers = frozenset().union(*(_bound(without_imports(s)) for s in stubs + solved))
    return Plan(
        {name: cell.source for name, cell in tests.items()},
        {name: cell.points or 0.0 for name, cell in tests.items()},
        tuple(given),
        answers | (asked.keys() - imports.keys()),
        {k: v for k, v in (asked | imports).items() if k not in answers},
        known_from(helpers, graded, stubs, solved),
        leading or 0,
    )


def _is_independent(given: Given, theirs: frozenset[str]) -> bool:
    try:
        nodes = [*ast.walk(ast.parse(given.source))]  # no magic, and no `!command`
    except (SyntaxError, ValueError):
        return False
    wanted: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            wanted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            wanted.add(node.module or "?")
    installed = wanted <= {*imports_of([given.source])}
    reads = names.needed(given.source) & theirs
    return given.locked and installed and not reads and not any(map(writes, nodes))


def _imports(*sources: str) -> dict[str, tuple[str, str | None]]:
    return {k: v for source in sources for k, v in imported(source).items()}


def _cells(
    release: Release, written: Iterable[NotebookNode]
) -> Iterable[tuple[str, str, str]]:
    """Yield name, text and type of each cell, in order; the gradebook's text counts."""
    known = {cell.name: cell for cell in release.cells}
    seen = set()
    for cell in written:
        claim = cell.metadata.get("nbgrader")
        name = claim.get("grade_id", "") if isinstance(claim, dict) else ""
        seen.add(name)
        text = cell.source
        if name in known and not known[name].solution:
            text = known[name].source
        yield name, text, cell.cell_type
    for cell in release.cells:
        if cell.name not in seen:
            yield cell.name, cell.source, cell.cell_type


def imported(source: str) -> dict[str, tuple[str, str | None]]:
    r"""Return what the names mean that a cell imports.

    Examples
    --------
    >>> imported("import numpy as np, os.path\nfrom math import pi")
    {'np': ('numpy', None), 'os': ('os', None), 'pi': ('math', 'pi')}
    """
    found: dict[str, tuple[str, str | None]] = {}
    for node in _outside_functions(_statements(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                name = alias.asname or top
                found[name] = (alias.name if alias.asname else top, None)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if alias.name != "*":
                    found[alias.asname or alias.name] = (node.module, alias.name)
    return found


def without_imports(source: str) -> str:
    r"""Return a cell without its imports, those of its functions excepted.

    Examples
    --------
    >>> without_imports("import math\nx = 1")
    'pass\nx = 1'
    """
    kept = [_Importless().visit(node) for node in _statements(source)]
    return "\n".join(ast.unparse(node) for node in kept)


class _Importless(ast.NodeTransformer):
    def visit_Import(self, node: ast.stmt) -> ast.stmt:  # noqa: N802  (ast's names)
        return ast.Pass()

    visit_ImportFrom = visit_Import  # noqa: N815

    def visit_FunctionDef(self, node: ast.stmt) -> ast.stmt:  # noqa: N802
        return node

    visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef  # noqa: N815


def _outside_functions(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, with those inside of `try`, `if`, `with` and loops."""
    for node in statements:
        yield node
        if isinstance(node, ast.Try | ast.If | ast.With | ast.For | ast.While):
            parts = [child for child in ast.iter_child_nodes(node)]
            for part in parts:
                if isinstance(part, ast.ExceptHandler):
                    yield from _outside_functions(part.body)
                elif isinstance(part, ast.stmt):
                    yield from _outside_functions([part])


def definitions(source: str, constants: frozenset[str] = frozenset()) -> str:
    r"""Return only the imports, functions and classes of a cell, and some constants.

    Examples
    --------
    >>> definitions("import os\nn = 3\nk = 4\ndef f(): return n", frozenset("n"))
    'import os\nn = 3\ndef f():\n    return n'
    """
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    statements = _statements(source)
    wanted = {name for name in constant_names(statements) if name in constants}
    kept = [
        node
        for node in statements
        if isinstance(node, kinds)
        or (isinstance(node, ast.Assign) and _bound(ast.unparse(node)) <= wanted)
    ]
    return "\n".join(ast.unparse(node) for node in kept)


def constant_names(statements: list[ast.stmt]) -> frozenset[str]:
    """Return the names that are bound once, to a number, a text or a tuple of such."""
    bound = [_bound(ast.unparse(node)) for node in statements]
    found = set()
    for node, own in zip(statements, bound, strict=True):
        if isinstance(node, ast.Assign) and _is_constant(node.value):
            found |= {name for name in own if sum(name in b for b in bound) == 1}
    return frozenset(found)


def _is_constant(value: ast.expr) -> bool:
    try:
        hash(ast.literal_eval(value))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _statements(source: str) -> list[ast.stmt]:
    try:
        return names.parse(source).body
    except SyntaxError:
        return []


def _bound(source: str) -> frozenset[str]:
    try:
        return names.bound(source)
    except SyntaxError:
        return frozenset()


def _shared_in(source: str) -> frozenset[str]:
    """Return the names of the functions and classes that a cell makes.

    A name for something that is there already may be for the student's function.
    """
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    statements = [*_outside_functions(_statements(source))]
    found = {node.name for node in statements if isinstance(node, kinds)}
    for node in statements:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            maker = ast.unparse(node.value.func).rpartition(".")[2]
            if maker in _MAKERS:
                found |= {t.id for t in node.targets if isinstance(t, ast.Name)}
    return frozenset(found)


def defined_in(sources: Iterable[str]) -> dict[str, str]:
    """Return the last of some cells that binds each name at its top level."""
    return {name: source for source in sources for name in _bound(source)}
