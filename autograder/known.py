"""What the release says about the objects and functions that tests will meet.

The reference solution passes its tests, so whatever a test does with an object of the
student's, the reference's object can do too. What no class of the release can do, a
test does with data only: an object that does it there is a liar.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from autograder import names
from autograder.readers import readers

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_WRITING = frozenset(
    "dump imsave imwrite save save_state_dict savefig savetxt savez savez_compressed "
    "to_csv to_json to_pickle tofile touch unlink rename rmtree copyfile "
    "write write_bytes write_text writelines writer writerow".split()
)


@dataclass(frozen=True)
class Known:
    """What is known of the names in a release.

    Parameters
    ----------
    complete : bool
        Whether the reference solution is known; if not, less is sure.
    methods : frozenset of str
        Attributes and methods that classes of the release have.
    fields : frozenset of str
        Those among them that are values only: no class has a method of the name.
    mentions : frozenset of str
        Names with a capital that stand in the release: classes of libraries, say.
    bases : frozenset of str
        What these classes derive from: "Enum", "nn.Module".
    classes : frozenset of str
        Names of the release's classes.
    stores : frozenset of str
        Attributes that the release sets, of whatever.
    reads : dict of str to frozenset
        Global names that each function or class of given cells and tests reads.
    globals : frozenset of str
        Global names that functions of the reference read, or given ones that they call.
    readers : dict of str to dict
        The methods of each class of given cells that only compute, and the attributes
        that each of them uses.
    overridden : frozenset of str
        What classes of answers have that derive from given ones.
    asked : frozenset of str
        What any class of answers has.
    callables : frozenset of str
        The functions and classes of answers.
    suppresses : bool
        Whether a context manager of the release swallows exceptions.
    writes : bool
        Whether the reference writes files.
    """

    complete: bool = False
    methods: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    reads: dict[str, frozenset[str]] = field(default_factory=dict)
    globals: frozenset[str] = frozenset()
    readers: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    overridden: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    callables: frozenset[str] = frozenset()
    suppresses: bool = False
    writes: bool = False

    def as_data(self) -> dict:
        """Return what the test room needs, as JSON can hold it."""
        return {
            "complete": self.complete,
            "methods": sorted(self.methods),
            "fields": sorted(self.fields),
            "mentions": sorted(self.mentions),
            "bases": sorted(self.bases),
            "classes": sorted(self.classes),
            "stores": sorted(self.stores),
            "reads": {name: sorted(read) for name, read in self.reads.items()},
            "globals": sorted(self.globals),
            "readers": {
                kind: {name: sorted(uses) for name, uses in kept.items()}
                for kind, kept in self.readers.items()
            },
            "overridden": sorted(self.overridden),
            "asked": sorted(self.asked),
            "callables": sorted(self.callables),
            "suppresses": self.suppresses,
        }


def known_from(
    given: Iterable[str],
    tests: Iterable[str],
    stubs: Iterable[str],
    solutions: Iterable[str],
) -> Known:
    r"""Read what is known from the cells of a release.

    Parameters
    ----------
    given, tests : iterable of str
        Cells that the instructor wrote.
    stubs, solutions : iterable of str
        The cells for answers, as students got them and as the instructor solved them;
        the same where the solutions are not at hand.

    Examples
    --------
    >>> solved = "class Stack:\n    def push(self, item): self.top = item"
    >>> known = known_from(["def close(a): return a < TOL"], [], ["# here"], [solved])
    >>> sorted(known.methods), known.reads["close"], known.complete
    (['push', 'top'], frozenset({'TOL'}), True)
    """
    stubs, solutions = [*stubs], [*solutions]
    helpers = [tree for source in given for tree in _parsed(source)]
    graded = [tree for source in tests for tree in _parsed(source)]
    answers = [tree for source in stubs + solutions for tree in _parsed(source)]
    everywhere = helpers + graded + answers
    nodes = [node for tree in everywhere for node in ast.walk(tree)]
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    solved = frozenset().union(*(r for tree in answers for r in reads(tree).values()))
    asked = [n for t in answers for n in ast.walk(t) if isinstance(n, ast.ClassDef)]
    methods = frozenset().union(*map(_members, classes), *map(_spaces, nodes))
    functions = {node.name for node in nodes if isinstance(node, _FUNCTIONS)}
    mentioned = {getattr(n, "id", None) or getattr(n, "attr", "") for n in nodes}
    return Known(
        complete=stubs != solutions,
        methods=methods,
        fields=methods - functions,
        mentions=frozenset(name for name in mentioned if name[:1].isupper()),
        bases=frozenset(ast.unparse(b) for node in classes for b in node.bases),
        classes=frozenset(node.name for node in classes),
        stores=frozenset(
            node.attr
            for node in nodes
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        ),
        reads={k: v for tree in helpers + graded for k, v in reads(tree).items()},
        globals=_reached(solved, {k: v for t in helpers for k, v in reads(t).items()}),
        readers=readers(helpers, graded + answers),
        overridden=frozenset().union(*map(_members, _derived(asked, helpers))),
        asked=frozenset().union(*map(_members, asked)),
        callables=frozenset(
            node.name
            for tree in answers
            for node in tree.body
            if isinstance(node, (*_FUNCTIONS, ast.ClassDef))
        ),
        suppresses=any(map(_suppresses, nodes)),
        writes=any(writes(node) for tree in answers for node in ast.walk(tree)),
    )


def reads(tree: ast.Module) -> dict[str, frozenset[str]]:
    """Return which global names each function and class of a cell reads."""
    kinds = (*_FUNCTIONS, ast.ClassDef)
    return {
        node.name: names.needed(ast.unparse(node))
        for node in tree.body
        if isinstance(node, kinds)
    }


def _reached(names: frozenset[str], reads: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return some names, and those that functions among them read in their turn."""
    while True:
        more = names.union(*(reads.get(name, frozenset()) for name in names))
        if more == names:
            return names
        names = more


def _parsed(source: str) -> list[ast.Module]:
    try:
        return [names.parse(source)]
    except SyntaxError:
        return []


def _derived(
    classes: list[ast.ClassDef], given: list[ast.Module]
) -> list[ast.ClassDef]:
    """Return the classes of answers that derive from one of given cells."""
    names = {n.name for t in given for n in t.body if isinstance(n, ast.ClassDef)}
    found: list[ast.ClassDef] = []
    while True:
        more = [
            node
            for node in classes
            if node not in found
            and names & {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        ]
        if not more:
            return found
        found += more
        names |= {node.name for node in more}


def _members(node: ast.ClassDef) -> set[str]:
    """Return the names that a class, or its methods, give to attributes."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, (*_FUNCTIONS, ast.ClassDef)):
            found.add(part.name)
        elif isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
            found.add(part.attr)
    for part in node.body:
        targets = part.targets if isinstance(part, ast.Assign) else []
        if isinstance(part, ast.AnnAssign):
            targets = [part.target]
        named = [n for target in targets for n in ast.walk(target)]
        found |= {n.id for n in named if isinstance(n, ast.Name)}
    return found - {node.name}


def _spaces(node: ast.AST) -> set[str]:
    """Return the names that a SimpleNamespace gives to attributes."""
    if isinstance(node, ast.Call) and "SimpleNamespace" in ast.unparse(node.func):
        return {keyword.arg for keyword in node.keywords if keyword.arg}
    return set()


def _suppresses(node: ast.AST) -> bool:
    if not isinstance(node, _FUNCTIONS):
        return False
    parts = [*ast.walk(node)]
    if node.name == "__exit__":
        values = [part.value for part in parts if isinstance(part, ast.Return)]
        return any(
            not isinstance(value, ast.Constant) or bool(value.value)
            for value in values
            if value is not None
        )
    if not any("contextmanager" in ast.unparse(d) for d in node.decorator_list):
        return False
    return any(
        (isinstance(part, ast.Try) and part.handlers)
        or (isinstance(part, ast.With) and "suppress" in ast.unparse(part.items[0]))
        for part in parts
    )


def writes(node: ast.AST) -> bool:
    """Tell whether a part of a program is a call that writes a file."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Attribute):
        return called.attr in _WRITING
    if not (isinstance(called, ast.Name) and called.id == "open"):
        return False
    modes = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode")]
    return any(
        not isinstance(m, ast.Constant) or {*str(m.value)} & {*"wax+"} for m in modes
    )
