"""The test room's side of the wire: names of the student's become stand-ins."""

import builtins
import copy
import pickle
import socket
import struct
import sys
import tempfile
import threading
import types
import warnings
import weakref
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from autograder import (
    cell_names,
    classes,
    failures,
    functions,
    given_cells,
    imports,
    library,
    one_core,
    remote,
    shared,
    values,
    wire,
)
from autograder.expectations import Expectations
from autograder.known import Known
from autograder.modules import ALWAYS_MODULES, importable, imported, module_called
from autograder.peer import BrokenWireError, Peer
from autograder.randomness import RandomStates
from autograder.serving import INSTANCE_OPS, places
from autograder.shared import Shared, can_be_seen_as, is_settable, special_methods
from autograder.student_names import Refused, StudentGlobals
from autograder.wire import Handle, WireError

_PRINTED = 20_000  # characters kept of what the student's functions print in one cell


class TestRoom(Peer):
    """What a test room needs of the student's room.

    Parameters
    ----------
    shell : InteractiveShell
        The tests run in its user namespace.
    modules : dict of str to str, optional
        The Python files that were released with the assignment.
    known : dict, optional
        What the release says of names, as `Known.as_data` gives it.
    beside : list of str, optional
        The paths of other released files.
    """

    wary = True
    __test__ = False  # pytest: no class of tests

    def __init__(
        self,
        shell: Any,
        modules: dict[str, str] | None = None,
        known: dict | None = None,
        beside: list[str] | None = None,
    ) -> None:
        self.shell = shell
        self.expects = Expectations(known or Known().as_data())
        place = Path(tempfile.mkdtemp(prefix="released-"))
        imports.leave_folder(modules or {}, place, beside or [])
        sys.meta_path.append(imports.StudentModules(self._ask_module, place))
        self._tasks: list[str] = []
        self.placed: dict[str, Any] = {}  # names that are stand-ins now
        self.bound: set[str] = set()  # names that tests bind: never the student's
        self.sources: dict[str, str] = {}
        self.printed: list[str] = []
        self._stdout, self._stderr = sys.stdout, sys.stderr
        self._filters = warnings.filters
        self.deciding = 0  # comparisons that the release's classes are making
        self.shared = Shared()  # what the release gives to both rooms
        remote.see_given_bases()
        shell.events.register("post_run_cell", self._note_end)
        remote.show_stand_ins()
        self._watched: list[str] = []  # names whose binding both rooms share
        self._bound_there: dict[str, Any] = {}
        self._globals = StudentGlobals(self)
        self._seat = one_core.OneCore()
        self._core: int | None = None
        self._ours: set[str] = set()  # names that locked cells bind here
        self._theirs: set[str] = set()  # and those that follow from the student's
        self._holders: dict[
            str, str
        ] = {}  # names of what holds functions: its statement
        self._held_names: set[str] = set()  # these functions
        self._held_over: Any = None  # the wire to which these belong
        # Lines of the test that know of StopIteration.
        self._stops: frozenset[int] = frozenset()
        self.masks = False  # and of masked arrays, which hide what is wrong in them
        self._usual_hook = threading.excepthook
        self._thread_error = ""  # an error of the test that no output shows
        self._cell_error = ""  # what its cell ended in

    def connect(self, stream: socket.socket) -> None:
        """Talk over a new wire; stand-ins of an old one are of no use any more."""
        super().__init__(stream, even=True, weak=True)
        self._things: Any = weakref.WeakValueDictionary()  # number -> stand-in
        self._described: dict[int, list] = {}
        self._made: Any = weakref.WeakKeyDictionary()  # function or class -> number
        # Number of a function -> it and its attributes, as both rooms know them.
        self._told: dict[int, tuple[weakref.ref, dict]] = {}
        self._kinds: dict[int, str] = {}  # of what was exported
        self._training: list[tuple] = []
        self._settings: tuple | None = None

    def runnable(
        self,
        source: str,
        tasks: list,
        locked: bool,
        edited: bool,
        lent: list,
        means: dict,
        seconds: float,
    ) -> str:
        """Return how much of a given cell can run here: all that is not the student's.

        Parameters
        ----------
        source : str
            The cell.
        tasks : list of str
            The names that the student was asked to define.
        locked : bool
            Whether students cannot edit it: then helpers may call the student's
            functions. In other cells such helpers are the student's.
        edited : bool
            Whether the submission has other text in its place.
        lent : list of str
            Names that cells define which students may edit: a locked one may use them.
        means : dict of str to list
            What the names mean that the released notebook imports: [module, attribute].
        seconds : float
            Time that one call may take.
        """
        self._limit(seconds)
        if edited:
            self.expects.edited |= cell_names.bound(source)
        names, needs = self.shell.user_ns, cell_names.needed(source)
        asked = {*tasks} - means.keys()
        for name in needs & means.keys():
            with suppress(ImportError, AttributeError):
                names[name] = imported(*means[name])
        if locked:
            lent = needs & {*lent} - {*tasks}
            self._place_all({n for n in lent if n not in names or n in self.placed})
        have = {*names, *dir(builtins)} - asked - self._theirs
        self._hold_again()
        if locked:
            self._hold(source, asked & self.expects.callables)
        else:
            have -= self.placed.keys()
        callers = self._callers(asked | self._holders.keys())
        part = given_cells.part_of(source, have, callers, locked, self._holders)
        # `np.random.shuffle(x)` changes no module.
        self._theirs = (self._theirs - part.ours | part.theirs) - means.keys()
        if locked:
            self._ours = self._ours - part.theirs | part.ours
        return part.runs

    def _hold(self, source: str, functions: set[str]) -> None:
        """Bind the functions that a locked cell holds in `cases = [(double, 2, 4)]`."""
        held = given_cells.holding(source, functions)
        needs = set().union(*map(cell_names.needed, held.values()))
        self._holders |= held
        self._held_names |= needs & functions
        self._place_all(needs & functions)

    def _hold_again(self) -> None:
        """Bind all of it anew, if the student's room has ended since, and they too."""
        if self._held_over is self.stream:
            return
        self._held_over = self.stream
        self._place_all(self._held_names)
        held = (text for name, text in self._holders.items() if name in self._ours)
        for statement in dict.fromkeys(held):
            with suppress(Exception):
                exec(statement, self.shell.user_ns)

    def _place_all(self, names: set[str]) -> None:
        for name in sorted(names):
            with suppress(BrokenWireError, WireError):
                self._place(name, *self.lookup(name))

    def _callers(self, asked: set[str]) -> set[str]:
        """Return the functions of the release that call the student's, and these."""
        found = {*asked}
        while True:
            reads = self.expects.reads.items()
            more = {name for name, read in reads if found & {*read}}
            if more <= found:
                return found
            found |= more

    def prepare(
        self,
        about: dict,
        cells: list,
        sources: dict,
        means: dict,
        tasks: list,
        given: list,
        in_both: list,
        earlier: list,
        seconds: float,
    ) -> dict:
        """Bind the names that a test cell needs of the student.

        Parameters
        ----------
        about : dict
            What `cell_names.about` says of the test cell.
        cells : list of str
            The student's cells.
        sources : dict of str to int
            Which of them defines a name.
        means : dict of str to list
            What the names mean that the released notebook imports: [module, attribute].
        tasks : list of str
            The names that the student was asked to define.
        given : list of str
            The names that cells of the release define.
        in_both : list of str
            Those of them that are classes and functions of both rooms.
        earlier : list of str
            The names that tests before this one define, even if they did not run.
        seconds : float
            Time that one call may take.
        """
        self._watched, self._tasks = [], tasks
        self._stops = frozenset(about["stops"])
        self._watch_failures()
        self.masks = about["masks"]
        self._core = one_core.current()
        self._seat.enter(self._core)
        # The student's cells have drawn and seeded since: the test's states count.
        self.random = RandomStates(told=False)
        self.sources = {name: cells[number] for name, number in sources.items()}
        self.printed = []
        self._limit(seconds)
        names = self.shell.user_ns
        # Before anything arrives: a class of the student's may derive from one of them.
        hidden = {*tasks, *self.placed, *self.bound, *earlier}
        self.shared = Shared({*in_both} - hidden, names, self.expects.stores)
        missing = sorted({*in_both} - self.shared.values.keys())
        if missing:  # a helper that calls the student's functions stays with them
            self.ask("missing", None, (missing,))
        self._hold_again()
        refused = {}
        for name in sorted(self._needs(about, {*tasks, *given})):
            own = name in names and names[name] is not self.placed.get(name, _NOTHING)
            own = own and name not in self._theirs
            if name in self._ours - means.keys() and not own and name not in tasks:
                self._place(name, "refused", _NOT_MADE)
                continue
            if name in self.bound or name in earlier or (own and name not in tasks):
                continue
            if hasattr(builtins, name) and name not in tasks:
                continue
            try:
                if name in means:
                    # Never the student's: but who was asked to import it must have.
                    if name in tasks and self.lookup(name)[0] == "absent":
                        self._place(name, "absent", None)
                        continue
                    with suppress(ImportError, AttributeError):
                        names[name] = imported(*means[name])
                        continue
                kind, value = self.lookup(name)
            except BrokenWireError:
                raise
            except Exception as error:
                kind, value = "refused", str(error)
                refused[name] = value
            if kind == "value" and name in ALWAYS_MODULES and name not in tasks:
                kind, value = "module", name
            self._place(name, kind, value)
        watched = {*about["bound"]} & {*tasks, *given}
        if self.expects.complete:
            watched &= {*self.expects.globals}
        self._watched = sorted(watched)
        self._bound_there = {n: names.get(n, _NOTHING) for n in self._watched}
        self.bound |= {*about["bound"]} - self._rebound()
        return {"refused": refused}

    def _limit(self, seconds: float) -> None:
        """Say how long one call may take."""
        limit = struct.pack("ll", int(seconds), int(seconds % 1 * 1e6))
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)

    def _needs(self, about: dict, known: set[str]) -> set[str]:
        """Return the names that a test reads, itself or in a helper that it calls.

        What its strings say may be what it expects, and is not to be told: of them only
        names that the release knows count, or, without the reference, any where the
        test looks names up.
        """
        found: set[str] = set()
        said, needed = {*about["in_strings"]}, {*about["needed"]}
        if self.expects.complete or not _LOOKING_UP & needed:
            said &= known
        waiting = needed - {"?"} | said
        while waiting:
            name = waiting.pop()
            found.add(name)
            waiting |= {*self.expects.reads.get(name, ())} - found
        return found

    def _rebound(self) -> set[str]:
        """Return the student's names that a test binds for its own while only.

        A later test sees the student's room's, where the binding has happened too.
        """
        return {n for n in self._watched if n in self.placed}

    def lookup(self, name: str) -> tuple:
        """Ask for a name of the student's: what kind of thing it is, and the thing."""
        answer = self.ask("name", None, (name,))
        match answer:
            case ("absent" | "value" | "module" as kind, value):
                return kind, value
        raise WireError("the answer about a name is malformed")

    def _ask_module(self, name: str) -> Any:
        return self.ask("import", None, (name,))

    def _place(self, name: str, kind: str, value: Any) -> None:
        names = self.shell.user_ns
        names.pop(name, None)
        self.placed.pop(name, None)
        if kind == "module":
            value = module_called(name)
            if value is None:
                with suppress(Exception):
                    value = self.ask("import", None, (name,))
        elif kind == "refused":
            value = Refused(name, value)
        if type(value) is remote.StandInClass:
            type.__setattr__(value, "_task", True)
            instead = self.expects.complete and name not in self.expects.classes
            type.__setattr__(value, "_instead", instead)
        if kind != "absent" and value is not None or kind == "value":
            names[name] = self.placed[name] = value

    def finish(self) -> dict:
        """Let the student's room go; returns what the cell's calls left to say."""
        if not self.broken:
            with suppress(OSError, BrokenWireError):
                self._end()
        self._settings = None
        self._seat.leave()
        threading.excepthook = self._usual_hook
        printed, self.printed = "".join(self.printed)[:_PRINTED], []
        about = {"failed": self._thread_error, "error": self._cell_error}
        return {"broken": self.broken, "printed": printed} | about

    def _watch_failures(self) -> None:
        """Note what ends a thread of the test's, and what its cell ends in."""
        self._thread_error = self._cell_error = ""

        def hook(about: Any) -> None:
            self._thread_error = f"{about.exc_type.__name__}: {about.exc_value}"
            self._usual_hook(about)

        threading.excepthook = hook

    def _note_end(self, result: Any) -> None:
        error = result.error_before_exec or result.error_in_exec
        self._cell_error = "" if error is None else type(error).__name__

    def _end(self) -> None:
        self.pairs.forget()
        self.ask("done")
        wire.send(self.stream, None, note=lambda: ["end"])

    # What the student's room asks for.

    def perform(self, op: str, target: Any, args: tuple, kwargs: dict) -> Any:
        """Do what the student's code may do with the test's things."""
        if op == "input" and target is None:
            return builtins.input(*args)
        if target not in self._kinds:
            raise WireError("the student's room asks for something that it has not got")
        thing, kind = self.exported[target], self._kinds[target]
        if op == "call" and kind != "iterator":
            return thing(*args, **kwargs)
        if op == "next" and kind == "iterator":
            return next(thing)
        if kind == "instance":
            return self._use(thing, op, *args)
        raise WireError(f"the student's room asks for {op} of a {kind}")

    def _use(self, thing: Any, op: str, *args: Any) -> Any:
        """Do what the student's code may do with an instance that a test made."""
        kind = type(thing)
        match op, args:
            case "getattr", (str(name),):
                if name.startswith("_"):
                    if name.startswith("__") or not self.shared.mentions(kind, name):
                        raise AttributeError(name)
                return getattr(thing, name)
            case "setattr", (name, value):
                if callable(value) or not is_settable(thing, name, self.expects.stores):
                    raise AttributeError(f"{kind.__name__}.{name} cannot be set")
                return setattr(thing, name, value)
            case "copy" | "deepcopy", ():
                return getattr(copy, op)(thing)
            case "__exit__", (described,):
                error = None if described is None else self.exception(described)
                about = (None, None) if error is None else (type(error), error)
                return thing.__exit__(*about, None)
        name = _INSTANCE_METHODS.get(op, op)
        if name in special_methods(kind):
            return getattr(kind, name)(thing, *args)
        raise WireError(f"the student's room asks for {op} of an instance")

    def describe(self, error: BaseException) -> tuple:
        """Return an exception of a test's callable as data."""
        kinds = type(error).__mro__[:-1]
        own = next(
            (k for k in kinds if k in self._made or self.shared.name_of(k)), None
        )
        names = [(kind.__module__, kind.__qualname__) for kind in kinds]
        arguments = (a if failures.is_data(a) else repr(a) for a in error.args)
        return own, names, tuple(arguments), failures.attributes(error)

    def exception(self, described: Any) -> BaseException:
        """Return the exception to raise for one of the student's code."""
        return failures.exception(described, self.sources)

    # Settings, both ways.

    def settings(self) -> tuple | None:
        """Return gradient mode, errors, warnings' filter, core, captures, if new."""
        torch = sys.modules.get("torch")
        gradients = None if torch is None else torch.is_grad_enabled()
        action = ""
        if warnings.filters is not self._filters and warnings.filters:
            action = warnings.filters[0][0]
        captures = sys.stdout is not self._stdout or sys.stderr is not self._stderr
        now = (gradients, np.geterr(), action, self._core, captures)
        if now == self._settings:
            return None
        self._settings = now
        return now

    def configure(self, settings: Any) -> None:
        """Take what the student's functions printed, warned, and bound anew."""
        match settings:
            case (str(out), str(err), tuple(warned), tuple(bound), tuple(counted)):
                pass
            case _:
                raise WireError("what was printed is malformed")
        for binding in bound:
            match binding:
                case (str(name), "absent" | "value" | "module" as kind, value):
                    self._bind_anew(name, kind, value)
                case _:
                    raise WireError("the binding of a name is malformed")
        for stream, usual, text in (
            (sys.stdout, self._stdout, out),
            (sys.stderr, self._stderr, err),
        ):
            # A surrogate cannot be sent to anybody.
            text = text.encode("utf-8", "replace").decode()  # noqa: PLW2901
            if stream is not usual:  # the test captures it
                stream.write(text)
            else:
                self.printed.append(text)
        for one in counted:
            match one:
                case (int(number), dict(new)):
                    self._set_attributes(self._things.get(number), new)
                case _:
                    raise WireError("the attributes of a function are malformed")
        for warning in warned:
            match warning:
                case (str(base), str(name), str(text)):
                    self._warned.append((base, name, text))
                    text = text.encode("utf-8", "replace").decode()
                    self.printed.append(f"{name}: {text}\n")
                case _:
                    raise WireError("a warning is malformed")

    def _bind_anew(self, name: str, kind: str, value: Any) -> None:
        """Take over what a student's function has bound by `global`.

        Only what the test has from there, and has not bound itself since. A name that
        is missing now keeps what it was.
        """
        names = self.shell.user_ns
        placed = self.placed.get(name, _NOTHING)
        if type(placed) is types.ModuleType or name in ALWAYS_MODULES:
            return
        if self.expects.complete and name not in (*self.expects.globals, *self._tasks):
            return
        if kind == "value" and placed is not _NOTHING and names.get(name) is placed:
            names[name] = self.placed[name] = value
            if name in self._bound_there:
                self._bound_there[name] = value

    def _set_attributes(self, function: Any, new: dict) -> None:
        """Take over the attributes of a function of the student's: data, no methods."""
        if type(function) is not types.FunctionType:
            return
        for name in shared.attributes(function):
            del vars(function)[name]
        for name, value in new.items():
            if type(name) is str and not name.startswith("__"):
                if name not in remote.DATA_METHODS and shared.is_small(value):
                    vars(function)[name] = value
        told = copy.deepcopy(shared.attributes(function))
        self._told[self._made[function]] = weakref.ref(function), told

    def _tell_attributes(self) -> None:
        """Set over there what the test has set on functions of the student's."""
        for number, (ref, told) in [*self._told.items()]:
            function = ref()
            if function is None:
                del self._told[number]
                continue
            now = shared.attributes(function)
            if now == told:
                continue
            self._told[number] = ref, copy.deepcopy(now)
            for name in told.keys() - now.keys():
                super().ask("delattr", number, (name,))
            for name, value in now.items():
                if name not in told or told[name] != value:
                    super().ask("setattr", number, (name, value))

    _warned: list[tuple[str, str, str]] = []

    def settle(self) -> None:
        """Warn in the test what the student's function warned, where it listens."""
        for module, training in self._training:
            for part, flag in zip(module.modules(), training, strict=False):
                part.training = bool(flag)
        super().settle()
        warned, self._warned = self._warned, []
        if warnings.filters is not self._filters:
            for base, name, text in warned:
                warnings.warn(text, failures.warning(base, name), stacklevel=4)

    def ask(
        self, op: str, target: Any = None, args: tuple = (), kwargs: Any = ()
    ) -> Any:
        """Send a request and return the reply."""
        if self.deciding and op not in _TELLING:
            raise remote.StandInError(
                "the release's class asks the student's code while it compares; "
                "compare attributes, or return an array, a tensor or a number"
            )
        if not self.frames:
            self._warned = []
            self._training.clear()
            self._rebind()
            self._tell_attributes()
        try:
            return super().ask(op, target, args, kwargs)
        except StopIteration:
            if op == "next" or self._stops & {*self._lines()}:
                raise
            # To `all(map(f, xs))` and `zip` it would be an end like any other.
            raise RuntimeError("the student's code raised StopIteration") from None

    def _lines(self) -> Iterator[int]:
        """Yield the lines of the test cell that are running, its functions' too."""
        frames, frame = [], sys._getframe(1)
        while frame is not None:
            if frame.f_globals is self.shell.user_ns:
                frames.append(frame)
            frame = frame.f_back
        # Helpers have come from other cells, whose lines have the same numbers.
        cell = frames[-1].f_code.co_filename if frames else ""
        yield from (f.f_lineno for f in frames if f.f_code.co_filename == cell)

    def _rebind(self) -> None:
        """Bind a name over there that the test has bound to something else, or deleted.

        Only names that the release defines: for any other, a student could lie in wait
        with a variable called `expected`.
        """
        names = self.shell.user_ns
        for name in self._watched:
            now = names.get(name, _NOTHING)
            if now is self._bound_there.get(name, _NOTHING):
                continue
            self._bound_there[name] = now
            if now is _NOTHING:
                super().ask("unbind", None, (name,))
            else:
                super().ask("bind", None, (name, now))

    # Values that are no plain data.

    def offer(self, value: Any) -> Handle | None:
        """Return what stands for a value of the test's in the student's room."""
        if type(type(value)) is remote.StandInClass:
            return self._mine(value._room, value._number)
        given = self.shared.offer(value)
        if given is not None and (
            type(value) is not types.FunctionType or self.shared.is_everywhere(value)
        ):
            return given
        if isinstance(value, type | types.FunctionType):
            number = self._made.get(value)
            if number is not None:
                return self._mine(self, number)
        known = values.offer(value)
        if known is not None:
            return known
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, torch.nn.Module):
            return self._offer_module(value)
        if torch is not None and isinstance(value, torch.optim.Optimizer):
            return self._offer_optimizer(value)
        name = importable(value)
        if name is not None:
            return Handle(["import", *name])
        if isinstance(value, _CALLABLES):
            label = str(getattr(value, "__name__", "function of the test"))
            own = self.shared.name_of(value)
            return self._offer_thing(value, "callable", label, own)
        if values.is_plain(value):
            return None
        if type(value).__module__ == "__main__" or type(value) is types.SimpleNamespace:
            return self._offer_instance(value)
        if hasattr(value, "__next__"):
            return self._offer_thing(value, "iterator", type(value).__name__, None)
        try:
            return Handle(["pickle"], pickle.dumps(value))
        except Exception:
            return None

    def _mine(self, room: Any, number: int) -> Handle:
        if room is not self or number not in self._described:
            raise remote.StandInError(
                "an object of the student's comes from a room that has ended"
            )
        return Handle(["mine", number])

    def _exported(self, value: Any, kind: str) -> int:
        number, _ = self.export(value)
        self._kinds[number] = kind
        return number

    def _offer_thing(
        self, value: Any, kind: str, label: str, own: str | None, special: Any = ()
    ) -> Handle:
        return Handle([kind, self._exported(value, kind), label, own, [*special]])

    def _offer_instance(self, value: Any) -> Handle:
        kind = type(value)
        own = self.shared.name_of(self.shared.base_of(kind))
        special = special_methods(kind)
        return self._offer_thing(value, "instance", kind.__name__, own, special)

    def _offer_module(self, module: Any) -> Handle:
        kinds = {type(part) for part in module.modules()}
        own = {kind.__name__ for kind in kinds if kind.__module__ == "__main__"}
        if own & self.bound or any(type(k) is remote.StandInClass for k in kinds):
            # A class that exists in this room only, or a part that does in the other.
            return self._offer_instance(module)
        number = self._exported(module, "module")
        tensors = tuple(table[name] for table, name in places(module))
        training = [part.training for part in module.modules()]
        self._training.append((module, training))
        return Handle(["module", number], (pickle.dumps(module), tensors, training))

    def _offer_optimizer(self, optimizer: Any) -> Handle:
        kind = type(optimizer)
        number = self._exported(optimizer, "optimizer")
        defaults = {k: v for k, v in optimizer.defaults.items() if k != "params"}
        data = (defaults, optimizer.param_groups)
        return Handle(["optimizer", number, kind.__module__, kind.__name__], data)

    def accept(self, mark: list, data: Any) -> Any:
        """Return the stand-in for something of the student's."""
        match mark:
            case ["again", int(number)] if number in self._described:
                mark = self._described[number]
        match mark:
            case ["function", int(number), *about, parameters] if _texts(about, 4):
                made = self._thing(number, mark, self._function, about, parameters)
                self._set_attributes(made, dict(data or ()))
                return made
            case ["class", int(number), *about, list(), list(), list(), _, list()] if (
                _texts(about, 4)
            ):
                return self._thing(number, mark, self._class, about, *mark[6:])
            case ["error"]:
                return self.exception(data)
            case ["library", str(module), str(name), list(instead)]:
                thing = self.accept(instead, None)
                found = library.find_value(module, name)
                return thing if found is None else found
            case ["object", int(number), list(kind)]:
                return self._thing(number, mark, self._object, kind)
            case ["masked"] if not self.masks and type(data) is tuple:
                return data[0]
            case ["named", _, list(fields)] if type(data) is tuple:
                _check_fields(fields, data)
            case ["result", _] if type(data) is dict:
                _check_fields(data, data.values())
            case ["given" | "member" | "tuple" | "record", _]:
                made = self.shared.accept(mark, data)
                if mark[0] == "tuple":
                    _check_fields(made._fields, made)
                return made
        return values.accept(mark, data)

    def _thing(self, number: int, mark: list, make: Any, *parts: Any) -> Any:
        thing = self._things.get(number)
        if thing is not None:
            return thing
        if number in self.unused:
            self.unused.remove(number)
        self._described[number] = mark
        thing = make(number, *parts)
        self._things[number] = thing
        weakref.finalize(thing, self._forgotten, number).atexit = False
        return thing

    def _forgotten(self, number: int) -> None:
        if number not in self._things:
            self.unused.append(number)

    def _extras(self) -> tuple | None:
        for number in self.unused:
            self._described.pop(number, None)
        return super()._extras()

    def _function(self, number: int, about: list, parameters: Any) -> Any:
        source = self.sources.get(about[0], "")
        made = functions.make_function(
            self, number, about, parameters, source, self._globals
        )
        self._made[made] = number
        return made

    def _class(
        self,
        number: int,
        about: list,
        bases: list,
        kinds: list,
        special: list,
        parameters: Any,
        more: list,
    ) -> Any:
        own = f"{about[2]}.{about[1]}"
        every = [name for name in (own, *kinds) if type(name) is str]
        given = self.shared.class_of(every)
        shown = [
            library.find_base(base)
            if type(base) is str
            else self.accept(list(base), None)
            for base in bases
        ]
        error = failures.error_class(about[0], kinds, number)
        if error is not None:
            if given is not None and given is self.shared.class_of(every[:1]):
                return given
            own = next((base for base in shown if _is_error_here(base)), None)
            if own is not None:
                error = failures.derived(about[0], own)
            failures.make_there(error, partial(self.ask, "call", number))
            self._made[error] = number
            return error
        parents = tuple(b for b in shown if type(b) is remote.StandInClass)
        made = classes.make_class(self, number, about, parents, special, parameters)
        type.__setattr__(made, "_library", every)
        classes.tell_class(made, tuple(filter(None, shown)), *more)
        for base in map(library.find_abstract, kinds):
            if base is not None:
                base.register(made)
        derives = [given] if can_be_seen_as(given) else []
        derives += filter(None, map(library.find_face, every))
        type.__setattr__(made, "_derives", tuple(derives))
        if can_be_seen_as(given):
            remote.see_as(made, given, given is self.shared.class_of(every[:1]))
        self._made[made] = number
        return made

    def _object(self, number: int, kind: list) -> Any:
        made = self.accept(kind, None)
        if type(made) is not remote.StandInClass:
            made = classes.make_class(self, 0, ("Exception",) * 4, (), [], None)
        face = next(filter(None, map(library.find_face, made._library)), None)
        return classes.make_object(self, number, made, face)


_NOTHING = object()
# With them a test asks for names that it has as texts.
_LOOKING_UP = frozenset("eval exec get_ipython globals locals vars".split())
_NOT_MADE = "a locked cell binds it, but did not get that far on the test's side"
_CALLABLES = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, type)
# What may be asked of the student's room while its objects are compared.
_TELLING = frozenset("array bool getattr has iter len next repr state str".split())
_INSTANCE_METHODS = {op: name for name, op in INSTANCE_OPS.items()}


def _is_error_here(base: Any) -> bool:
    """Tell whether a base is an exception of the notebook's: given, or a stand-in."""
    own = isinstance(base, type) and issubclass(base, Exception)
    return own and base.__module__ == "__main__"


def _check_fields(names: Any, items: Any) -> None:
    for name, item in zip(names, items, strict=False):
        if name in remote.DATA_METHODS and callable(item):
            raise WireError(f"a record has a function called {name}")


def _texts(items: list, count: int) -> bool:
    return len(items) == count and all(type(item) is str for item in items)
