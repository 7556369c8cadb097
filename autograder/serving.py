"""The student's side of the wire: answers what the test room asks.

It runs in the student's kernel, where the student's code can change everything that it
does. That is no loss: all it can do is answer wrongly.
"""

import builtins
import copy
import importlib
import inspect
import io
import operator
import pickle
import sys
import traceback
import types
import warnings
from abc import ABCMeta
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from autograder import failures, library, members, shared, values
from autograder.one_core import OneCore
from autograder.peer import Peer
from autograder.shared import Shared, attributes
from autograder.wire import Handle

_SAID = 100_000  # characters of output of one call that are worth sending
_HEARD = 4_000_000  # where the test captures them
_FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)
# Special methods of a class that its stand-in forwards, where the class has them.
SPECIAL = frozenset(
    "__call__ __len__ __bool__ __iter__ __next__ __getitem__ __setitem__ __delitem__ "
    "__contains__ __enter__ __exit__ __float__ __int__ __index__ __complex__ "
    "__array__ __neg__ __pos__ __abs__ __invert__ __add__ __radd__ __iadd__ __sub__ "
    "__rsub__ __isub__ __mul__ __rmul__ __imul__ __truediv__ __rtruediv__ "
    "__floordiv__ __rfloordiv__ __mod__ __rmod__ __pow__ __rpow__ __matmul__ "
    "__rmatmul__ __and__ __or__ __xor__ __eq__ __format__ __round__ __reversed__ "
    "__bytes__ __floor__ __ceil__ __trunc__ __divmod__ __rdivmod__".split()
)
_NOTHING = object()
# What a test room is asked for in place of some of an instance's special methods.
INSTANCE_OPS = {"__call__": "call", "__getitem__": "getitem", "__next__": "next"}


class StudentRoom(Peer):
    """What the test room asks of the student's kernel.

    Parameters
    ----------
    shell : InteractiveShell
        The student's names are its user namespace.
    given : list of str, optional
        Names that the release gives to both rooms.
    """

    tells = True

    def __init__(self, shell: Any, given: list[str] | None = None) -> None:
        self.shell, self._given = shell, given or []
        self.shared = Shared()
        self.said = _Said()
        self._filters: list | None = None  # the student's own, while the test's hold
        self._seat = OneCore()

    def connect(self, stream: Any) -> None:
        """Talk over a new wire; handles of an old one are gone."""
        super().__init__(stream, even=False, weak=False)
        self.copies: dict[int, Any] = {}  # of modules and optimizers of the test's
        self._names_told: dict[str, Any] = {}  # what the test knows, in this cell
        self.things: dict[int, TestThing] = {}
        self._functions: dict[int, types.FunctionType] = {}  # exported ones
        self._told: dict[int, dict] = {}  # their attributes, as last sent
        self._training: list[tuple] = []

    def serve(self) -> None:
        """Answer until the test room has finished its cell."""
        self._names_told = {}
        self.shared = Shared(self._given, self.shell.user_ns)
        with self._redirected():
            try:
                while self.answer_one():
                    pass
            finally:
                self._seat.leave()

    @contextmanager
    def _redirected(self) -> Any:
        """Send what the student's functions print, warn and ask to the test room."""
        before = sys.stdout, sys.stderr, warnings.showwarning, builtins.input
        sys.stdout, sys.stderr = _Stream(self.said, 0), _Stream(self.said, 1)
        warnings.showwarning = self._note_warning
        builtins.input = lambda prompt="": self.ask("input", None, (str(prompt),))
        try:
            yield
        finally:
            sys.stdout, sys.stderr, warnings.showwarning, builtins.input = before

    def _note_warning(self, message: Any, category: type, *where: Any) -> None:
        base = next(c for c in category.__mro__ if c.__module__ == "builtins")
        self.said.warnings.append((base.__name__, category.__name__, str(message)))

    def settings(self) -> tuple | None:
        """Return what was printed, warned, bound anew and counted since then."""
        names = self.shell.user_ns
        told = self._names_told.items()
        bound = [n for n, v in told if names.get(n, _NOTHING) is not v]
        said, counted = self.said.take(), self._counted()
        if not (said or bound or counted):
            return None
        again = tuple((n, *self._name(n)) for n in bound)
        return (*(said or ("", "", ())), again, counted)

    def _counted(self) -> tuple:
        """Return the attributes of functions, a count of calls say, that are new."""
        new = []
        for number, function in self._functions.items():
            if len(vars(function)) or number in self._told:
                now = attributes(function)
                if now != self._told.get(number, {}):
                    self._told[number] = copy.deepcopy(now)
                    new.append((number, self._told[number]))
        return tuple(new)

    def configure(self, settings: Any) -> None:
        """Take over gradient mode, NumPy's error state, warnings' filter and core."""
        gradients, errors, action, core, captures = settings
        self.said.limit = _HEARD if captures else _SAID
        self._seat.enter(core)
        torch = sys.modules.get("torch")
        if torch is not None and gradients is not None:
            torch.set_grad_enabled(gradients)
        if errors is not None:
            np.seterr(**errors)
        if self._filters is not None:
            warnings.filters[:] = self._filters
            warnings._filters_mutated()
        self._filters = warnings.filters[:] if action else None
        if action:
            warnings.simplefilter(action)

    def perform(self, op: str, target: Any, args: tuple, kwargs: dict) -> Any:
        """Do what the test room asks for."""
        if op == "name":
            return self._name(*args)
        if op in ("bind", "unbind"):
            return self._bind(*args)
        if op == "missing":
            return self.shared.forget(*args)
        if op == "done":  # what was changed since has come with it
            return None
        if op == "import":
            return importlib.import_module(*args)
        thing = self.exported[target]
        if op == "call":
            return thing(*args, **kwargs)
        return _OPERATIONS[op](thing, *args)

    def _bind(self, name: str, *value: Any) -> None:
        self._names_told.pop(name, None)  # the test's own doing is no news to it
        if value:
            self.shell.user_ns[name] = value[0]
        else:
            self.shell.user_ns.pop(name, None)

    def _name(self, name: str) -> tuple:
        names = self.shell.user_ns
        if name not in names or name in self.shell.user_ns_hidden:
            self._names_told.pop(name, None)
            return ("absent", None)
        value = names[name]
        self._names_told[name] = value
        if isinstance(value, types.ModuleType):
            return ("module", value.__name__)
        return ("value", value)

    # Values that are no plain data.

    def offer(self, value: Any) -> Handle | None:
        """Return what stands for a value that stays here."""
        if isinstance(value, TestThing):
            return Handle(["mine", value.autograder_number])
        given = self.shared.offer(value) or self.shared.offer_record(value)
        if given is not None:
            return given
        if isinstance(value, BaseException):
            return Handle(["error"], self.describe(value))
        known = values.offer(value)
        if known is not None:
            return known
        name = library.name_of(value)
        if name is not None:
            return Handle(["library", *name, self._mark(value)])
        if type(value).__module__ == "builtins" or not values.is_plain(value):
            return self._handle(value)
        return None

    def _handle(self, value: Any) -> Handle:
        mark = self._mark(value)
        if type(value) is not types.FunctionType:
            return Handle(mark)
        number = self.numbers[id(value)]
        self._functions[number] = value
        self._told[number] = copy.deepcopy(attributes(value))
        # A copy: it is no part of the message that both rooms would go on sharing.
        return Handle(mark, tuple(self._told[number].items()))

    def _mark(self, value: Any) -> list:
        number, new = self.export(value)
        if not new:
            return ["again", number]
        if isinstance(value, _FUNCTIONS):
            return ["function", number, *_about(value), _parameters(value)]
        if isinstance(value, type):
            return ["class", number, *_about(value), *self._about_class(value)]
        return ["object", number, self._mark(type(value))]

    def _about_class(self, value: type) -> list:
        bases = [
            self._mark(b) if b.__module__ == "__main__" else _full_name(b)
            for b in value.__bases__
        ]
        library = [_full_name(c) for c in value.__mro__[1:-1]]
        special = sorted(SPECIAL & {n for c in value.__mro__[:-1] for n in vars(c)})
        more = [
            sorted(getattr(value, "__abstractmethods__", ())),
            isinstance(value, ABCMeta),
            *self._written_in(value),
        ]
        return [bases, library, special, _parameters(value), more]

    def _written_in(self, value: type) -> list:
        """Return what a class has of its own; of a library's, tests know it."""
        if value.__module__ != "__main__":
            return [[], [], None, None]
        annotations = vars(value).get("__annotations__")
        made = vars(value).get("__init__")
        return [
            members.tell_names(value),
            [[name, _annotation(a)] for name, a in dict(annotations or ()).items()],
            members.tell_fields(value, _annotation, _default),
            self._mark(made) if type(made) is types.FunctionType else None,
        ]

    def accept(self, mark: list, data: Any) -> Any:
        """Return what a mark of the test room's stands for; that room is trusted."""
        match mark:
            case ["callable" | "iterator" | "instance" as kind, number, *about]:
                if number not in self.things:  # one is always the same object
                    self.things[number] = self._thing(kind, number, *about)
                return self.things[number]
            case ["given" | "member" | "tuple", _]:
                return self.shared.accept(mark, data)
            case ["import", module, name]:
                found = importlib.import_module(module)
                return operator.attrgetter(name)(found) if name else found
            case ["pickle"]:
                return pickle.loads(data)
            case ["module", number]:
                return self._module(number, *data)
            case ["optimizer", number, module, name]:
                return self._optimizer(number, module, name, *data)
        return values.accept(mark, data)

    def _thing(
        self, kind: str, number: int, name: str, given: str | None, special: list
    ) -> "TestThing":
        own = self.shared.values.get(given)
        if kind == "callable":
            return TestFunction(self, number, name, own)
        if kind == "iterator":
            return TestIterator(self, number, name)
        return instance_class(name, own, tuple(special))(self, number, name, own)

    def _module(
        self, number: int, pickled: bytes, tensors: tuple, training: list
    ) -> Any:
        """Make this room's copy of an nn.Module of the test's, or bring it up to date.

        Its tensors are paired, so that both copies always hold the same numbers.
        """
        if number not in self.copies:
            module = pickle.loads(pickled)
            kept = [*places(module)]
            for (table, name), tensor in zip(kept, tensors, strict=True):
                table[name] = tensor
            self.copies[number] = module
        module = self.copies[number]
        for part, flag in zip(module.modules(), training, strict=True):
            part.training = flag
        self._training.append((module, training))
        return module

    def _optimizer(
        self, number: int, module: str, name: str, defaults: dict, groups: list
    ) -> Any:
        """Make this room's copy of a test's optimizer, or bring it up to date."""
        if number not in self.copies:
            kind = getattr(importlib.import_module(module), name)
            self.copies[number] = kind([dict(group) for group in groups], **defaults)
        # The list that came is the one whose changes go back.
        self.copies[number].param_groups = groups
        return self.copies[number]

    def _extras(self) -> tuple | None:
        for module, training in self._training:
            training[:] = [part.training for part in module.modules()]
        return super()._extras()

    def _answer(self, request: tuple, number: int, op: str, target: Any) -> None:
        super()._answer(request, number, op, target)
        if not self.frames:
            self._training.clear()

    def describe(self, error: BaseException) -> tuple:
        """Return an exception as data, with its traceback's lines in the notebook."""
        return described(error)

    def exception(self, described: tuple) -> BaseException:
        """Return the exception to raise for one of a test's callable."""
        own, names, arguments, attributes = described
        found = (library.find_error(*name) for name in names)
        kind = own if isinstance(own, type) else next(filter(None, found), RuntimeError)
        error = failures.instance(kind, arguments)
        vars(error).update(attributes)  # what __init__ did is done
        return error


class TestThing:
    """Something of the test's that the student's code can use but not look into."""

    def __init__(
        self, room: StudentRoom, number: int, name: str, own: Any = None
    ) -> None:
        def ask(op: str, *args: Any, **kwargs: Any) -> Any:
            return room.ask(op, number, args, kwargs)

        for key, value in (
            *(("autograder_ask", ask), ("autograder_number", number)),
            *(("autograder_own", own), ("__name__", name)),
        ):
            object.__setattr__(self, key, value)


class TestFunction(TestThing):
    """A function that was made by a test, or that keeps something there."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it, where it is."""
        return self.autograder_ask("call", *args, **kwargs)

    def __eq__(self, other: Any) -> bool:
        """Tell whether it is the same, or this room's copy of the same."""
        return other is self or (other is not None and other is self.autograder_own)

    def __hash__(self) -> int:
        """Return the hash of this room's copy, if there is one."""
        return hash(self.autograder_own or self.autograder_number)


class TestIterator(TestThing):
    """An iterator, or a generator, that was made by a test."""

    def __iter__(self) -> "TestIterator":
        """Return itself."""
        return self

    def __next__(self) -> Any:
        """Return the next item."""
        return self.autograder_ask("next")


class TestInstance(TestThing):
    """An instance that a test made, of a class of its own or of the release's.

    Each class has a subclass of this one, with its special methods.
    """

    def __getattr__(self, name: str) -> Any:
        """Return an attribute."""
        if name.startswith("__"):
            raise AttributeError(name)
        return self.autograder_ask("getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute of the test's object."""
        self.autograder_ask("setattr", name, value)

    def __copy__(self) -> Any:
        """Copy it, where it is."""
        return self.autograder_ask("copy")

    def __deepcopy__(self, memo: dict) -> Any:
        """Copy it, where it is."""
        return self.autograder_ask("deepcopy")

    @property
    def __class__(self) -> type:
        """The class: this room's copy of it, if the release gives it."""
        return self.autograder_own or type(self)


@cache
def instance_class(name: str, own: type | None, special: tuple[str, ...]) -> type:
    """Make the class of stand-ins for a test's instances.

    Parameters
    ----------
    name : str
        What their class is called.
    own : type or None
        This room's copy of the class, or of a base of it.
    special : tuple of str
        The special methods that it has.
    """
    space: dict[str, Any] = {name: _asking(name) for name in special}
    if hasattr(own, "__dataclass_fields__"):
        space["__dataclass_fields__"] = own.__dataclass_fields__
    return type(name, (TestInstance,), space | {"__module__": "__main__"})


def _asking(name: str) -> Any:
    def method(self: TestInstance, *args: Any, **kwargs: Any) -> Any:
        return self.autograder_ask(INSTANCE_OPS.get(name, name), *args, **kwargs)

    def leave(self: TestInstance, kind: Any, error: Any, trace: Any) -> Any:
        about = None if error is None else described(error)
        return self.autograder_ask(name, about)

    return leave if name == "__exit__" else method


class _Said:
    """Collects what is printed and warned, up to a limit."""

    limit = _SAID

    def __init__(self) -> None:
        self.texts: list[list[str]] = [[], []]
        self.used = 0
        self.warnings: list[tuple] = []

    def take(self) -> tuple | None:
        """Return and forget it; None if there is nothing."""
        if not self.used and not self.warnings:
            return None
        taken = (*("".join(t) for t in self.texts), tuple(self.warnings[:100]))
        self.__init__()
        return taken


class _Stream(io.TextIOBase):
    encoding = "utf-8"

    def __init__(self, said: _Said, channel: int) -> None:
        self._said, self._channel = said, channel

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        said = self._said
        left = said.limit - said.used
        if left > 0:
            # Other characters take more of a message.
            wide = 1 if text.isascii() else 2
            said.texts[self._channel].append(text[: -(-left // wide)])
            said.used += len(text) * wide or 1
        return len(text)


def places(module: Any) -> Iterator[tuple[dict, str]]:
    """Yield where each parameter and buffer of an nn.Module is kept, in order."""
    for part in module.modules():
        for table in (part._parameters, part._buffers):
            for name, tensor in table.items():
                if tensor is not None:
                    yield table, name


def _special(name: str) -> Any:
    def operation(thing: Any, *args: Any) -> Any:
        result = getattr(thing, name)(*args)
        if result is NotImplemented:
            raise TypeError(f"{name} of a {type(thing).__name__} does not take these")
        return result

    return operation


_OPERATIONS = {
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "getitem": operator.getitem,
    "len": len,
    "bool": bool,
    "iter": iter,
    "next": next,
    "repr": repr,
    "str": str,
    "dir": dir,
    "array": np.asarray,
    "has": hasattr,
    "orders": lambda thing, n: getattr(type(thing), n) is not getattr(object, n),
    "state": lambda thing: tuple(shared.state_of(thing).items()),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{name: _special(name) for name in SPECIAL},
}


def _about(value: Any) -> list[str]:
    return [
        str(getattr(value, name, None) or "")[:10_000]
        for name in ("__name__", "__qualname__", "__module__", "__doc__")
    ]


def _full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _parameters(value: Any) -> list | None:
    """Return name, kind, default and annotation of each parameter, and of the result.

    None stands for no default and for no annotation.
    """
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    described = [
        [p.name, int(p.kind), _default(p.default), _annotation(p.annotation)]
        for p in found.parameters.values()
    ]
    return [described, _annotation(found.return_annotation)]


def _default(value: Any) -> list | None:
    if value is inspect.Parameter.empty:
        return None
    if not shared.is_small(value):
        return ["repr", repr(value)[:200]]
    return shared.as_mark(value)


def _annotation(value: Any) -> list | None:
    if value is inspect.Parameter.empty:
        return None
    if isinstance(value, str):
        return ["text", value[:1000]]
    return ["class", inspect.formatannotation(value)[:1000]]


def described(error: BaseException, deep: bool = True) -> tuple:
    """Return an exception as data, with its traceback's lines in the notebook."""
    kind = type(error)
    names = tuple(f"{c.__module__}.{c.__qualname__}" for c in kind.__mro__[:-1])
    own = kind if kind.__module__ == "__main__" else None
    arguments = tuple(a if failures.is_data(a) else _shown(a) for a in error.args)
    frames = tuple(
        (frame.filename, frame.lineno or 1, frame.name, frame.line or "")
        for frame in traceback.extract_tb(error.__traceback__)
        if "ipykernel" in frame.filename and "site-packages" not in frame.filename
    )
    more, why = failures.attributes(error), None
    if deep and error.__cause__ is not None:
        why = described(error.__cause__, False)
    return own, names, arguments, _text(error), frames[-8:], more, why


def _shown(value: Any) -> str:
    try:
        return repr(value)[:10_000]
    except Exception:
        return f"<{type(value).__name__}>"


def _text(error: BaseException) -> str:
    try:
        return str(error)[:20_000]
    except Exception as second:
        return f"(its message cannot be shown: {type(second).__name__})"
