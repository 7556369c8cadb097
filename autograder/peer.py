"""Two ends of a wire that can ask each other: what both rooms have in common.

A message is a value, and a note that says what it is:

    (args, kwargs, extras)    ["?", number, pairs, op, target]    a request
    (value, extras)           ["=", number, pairs]                its reply
    (error, extras)           ["!", number, pairs]                its reply, an error
    None                      ["end"]                             the cell is done

Requests nest, strictly: while one side waits for a reply, the other may ask it to call
back. A reply has the number of its request; any other is none. `extras` bring both
rooms to the same state before the message is acted upon: what became of values that
both hold, random states, settings. `pairs` says whether the mutable values of this
message are to be kept equal from now on: it numbers the first of them.
"""

import sys
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from autograder import gradients, tables, values, wire
from autograder.errors import AutograderError
from autograder.pairs import Pairs, Snapshot, content, restore
from autograder.randomness import RandomStates
from autograder.wire import Handle, WireError

# Replies to these give away a part of something that stays: both rooms go on using it.
_PAIRING = frozenset({"getattr", "getitem", "next", "name", "copy", "state"})
# Mutable values of which something in the room may hold on to.
_KEPT = frozenset({list, dict, set, np.ndarray})
# How many hold a value when nothing else does, the question itself included. One more
# costs time, one less loses what one kernel would show.
_HOLDERS_OF_AN_ARGUMENT, _HOLDERS_OF_AN_ANSWER = 5, 8
_HOLDERS_OF_A_PART, _HOLDERS_OF_A_BASE = 5, 3
_NONE = type(None)
_DEPTH = 200  # requests inside requests, both ways together


class BrokenWireError(AutograderError):
    """The other room has ended, hangs, or does not keep to the protocol."""


@dataclass
class Frame:
    """A request that has not been replied to yet, as either side sees it."""

    values: list = field(default_factory=list)  # mutable arguments, in order
    snapshots: list | None = None  # of them, at the side that may change them
    leaves: list = field(default_factory=list)  # tensors whose gradient flows back
    kept: list = field(default_factory=list)  # (number, argument that stays over there)


class Peer:
    """One end of a wire.

    Parameters
    ----------
    stream : socket
        The wire.
    even : bool
        Which numbers this side gives to pairs.
    weak : bool
        Whether this side decides how long pairs live.
    """

    wary = False  # of random states
    tells = False  # what of a call stays here after it, to be kept equal

    def __init__(self, stream: Any, even: bool, weak: bool) -> None:
        self.stream = stream
        self.broken = ""  # why nothing more can be asked
        self.frames: list[Frame] = []
        self._turn = threading.RLock()
        self.pairs = Pairs(weak)
        self.graphs: dict[int, tuple] = {}
        self.random = RandomStates()
        self.exported: dict[int, Any] = {}  # what the other side has handles of
        self.numbers: dict[int, int] = {}  # id of an exported value -> its number
        self.unused: list[int] = []  # handles of the other side's that nobody holds
        self._next_pair = 2 if even else 1
        self._next_number = 1
        self._asked = 0  # requests so far
        self._must_pair = False
        self._originals: dict[int, Any] = {}  # id of what crosses -> what is meant
        self._offered: dict[int, Handle] = {}  # id of what is meant -> what crosses
        self._leaves: list = []
        self._tensors: list = []  # of the message: their ids, or what was made of them
        self._mutables: list = []
        self._failed: Exception | None = None

    # What each side fills in.

    def perform(self, op: str, target: Any, args: tuple, kwargs: dict) -> Any:
        """Do what the other side asks for."""
        raise NotImplementedError

    def offer(self, value: Any) -> Handle | None:
        """Return what stands for a value that is no data."""
        raise NotImplementedError

    def accept(self, mark: list, data: Any) -> Any:
        """Return what a mark of the other side's stands for."""
        raise NotImplementedError

    def settings(self) -> Any:
        """Return what else the other side must know now; None for nothing."""
        return None

    def configure(self, settings: Any) -> None:
        """Take over the other side's settings."""

    def describe(self, error: BaseException) -> tuple:
        """Return an exception as data."""
        raise NotImplementedError

    def exception(self, described: Any) -> BaseException:
        """Return the exception to raise for one of the other side's."""
        raise NotImplementedError

    # Requests and replies.

    def ask(
        self, op: str, target: Any = None, args: tuple = (), kwargs: Any = ()
    ) -> Any:
        """Send a request, serve the other side while it works, return its reply."""
        with self._turn:  # threads of a test call one after the other
            return self._ask(op, target, args, kwargs)

    def _ask(self, op: str, target: Any, args: tuple, kwargs: Any) -> Any:
        if self.broken:
            raise BrokenWireError(self.broken)
        if len(self.frames) >= _DEPTH:
            raise RecursionError("the rooms call each other too deeply")
        frame = Frame()
        self.frames.append(frame)
        try:
            self._asked += 1
            number = self._asked
            named = tuple(dict(kwargs).items()) if kwargs else ()
            self._send("?", (args, named), number, frame, about=(op, target))
            kind, value = self._reply(number)
        finally:
            self.frames.pop()
        if kind == "!":
            raise self.exception(value)
        self.settle()
        return value

    def _reply(self, number: int) -> tuple[str, Any]:
        """Serve the other side until it replies; if it cannot, the wire is broken."""
        try:
            while True:
                kind, its, value, about = self._receive()
                if kind == "?":
                    self._answer(value, its, *about)
                elif kind == "end" or its != number:
                    raise WireError("a reply came to another request")
                else:
                    return kind, value[0]
        except (WireError, EOFError, OSError) as error:
            self.broken = _why(error)
            raise BrokenWireError(self.broken) from None
        except BaseException as error:
            self.broken = f"the call was given up ({type(error).__name__})"
            raise

    def settle(self) -> None:
        """Do what the extras of a reply have left to do, where it may raise."""
        failed, self._failed = self._failed, None
        if failed is not None:
            raise failed

    def answer_one(self) -> bool:
        """Answer the next request; False when the other side says that it is done."""
        kind, number, request, about = self._receive()
        if kind == "end":
            return False
        if kind != "?":
            raise WireError("a reply came that nobody asked for")
        self._answer(request, number, *about)
        return True

    def _answer(self, request: tuple, number: int, op: str, target: Any) -> None:
        match request:
            case (tuple(args), tuple(kwargs)):
                kwargs = dict(kwargs) if kwargs else {}
            case _:
                raise WireError("a request is malformed")
        if len(self.frames) >= _DEPTH:
            raise WireError("the rooms call each other too deeply")
        values, depth = self._mutables, len(self.frames)
        shared = self.pairs.shared
        snapshots = [
            None if v is None or id(v) in shared else Snapshot(v) for v in values
        ]
        frame = Frame(values, snapshots, self._leaves)
        self.frames.append(frame)
        for index, value in enumerate(values):
            if snapshots[index] is not None:
                shared[id(value)] = Handle(["frame", depth, index])
        try:
            try:
                if op == "backward":
                    value = gradients.backward(self._held(self.graphs, target), *args)
                else:
                    value = self.perform(op, target, args, kwargs)
            except BaseException as error:
                self._send_error(error, number)
            else:
                try:
                    if self.tells:
                        self._keep(frame, value, bool(kwargs))
                    self._send("=", (value,), number, pairing=op in _PAIRING)
                except (BrokenWireError, OSError):
                    raise
                except (
                    Exception
                ) as error:  # an object's `__getattr__` can raise anything
                    self._send_error(error, number)
        finally:
            for value, snapshot in zip(values, snapshots, strict=True):
                if snapshot is not None:
                    shared.pop(id(value), None)
            for pair, value in frame.kept:
                self.pairs.add([pair], [value])
            self.frames.pop()

    def _send_error(self, error: BaseException, number: int) -> None:
        try:
            self._send("!", (self.describe(error),), number)
        except WireError as other:
            # A table has become what cannot cross; that was noticed, and is said once.
            self._send("!", (self.describe(other),), number)

    def _keep(self, frame: Frame, value: Any, named: bool) -> None:
        """Find the arguments that something here still holds after the call.

        In one kernel what became of such a list would be seen there: a default argument
        that was appended to, an attribute that was the test's own list.
        """
        for argument, snapshot in zip(frame.values, frame.snapshots, strict=True):
            if (
                snapshot is not None
                and argument is not value
                and argument is not getattr(value, "base", None)
                and _is_held(argument)
                and sys.getrefcount(argument) > _HOLDERS_OF_AN_ARGUMENT + named
            ):
                frame.kept.append((self._next_pair, argument))
                self._next_pair += 2

    def _is_kept(self, value: Any, mutables: list) -> bool:
        """Tell whether something here still holds a part of an answer."""
        for part in mutables:
            part = self._originals.get(id(part), part)
            if not _is_held(part):
                continue
            owner, usual = part, _HOLDERS_OF_A_PART
            if part is value:
                usual = _HOLDERS_OF_AN_ANSWER
            if type(part) is np.ndarray:
                if part.base is not None:
                    owner, usual = part.base, _HOLDERS_OF_A_BASE
                if part.nbytes > wire.AT_ONCE:  # the message holds it too
                    usual += 1
            if sys.getrefcount(owner) > usual:
                return True
        return False

    # Messages.

    def _send(
        self,
        kind: str,
        parts: tuple,
        number: int,
        frame: Frame | None = None,
        pairing: bool = False,
        about: tuple = (),
    ) -> None:
        self._must_pair = pairing
        self._originals.clear()
        self._offered.clear()
        self._tensors = []
        if frame is not None:
            self._leaves = frame.leaves
        self._sending_request = frame is not None
        mutables: list = []

        def note() -> list:
            # Only now it is known whether something must be paired.
            if self.tells and kind == "=" and not self._must_pair:
                self._must_pair = self._is_kept(parts[0], mutables)
            return [kind, number, self._next_pair if self._must_pair else 0, *about]

        try:
            wire.send(
                *(self.stream, (*parts, self._extras()), self._offer),
                *(wire.LIMITS, self.pairs.shared, mutables, note),
            )
        except OSError as error:
            self.broken = _why(error)
            raise BrokenWireError(self.broken) from None
        if self._originals:
            originals = self._originals
            mutables = [originals.get(id(m), m) for m in mutables]
        if self._must_pair:
            self.pairs.add(self._numbering(self._next_pair, len(mutables)), mutables)
            # Far apart, so that no message can hold more of them than fit between.
            self._next_pair += 1 << 32
        if frame is not None:
            frame.values = mutables

    def _receive(self) -> tuple[str, int, tuple, list]:
        """Return kind, number, value without extras, and what a request is about."""
        self._originals.clear()
        self._offered.clear()
        self._tensors, self._leaves = [], []
        mutables: list = []
        try:
            value, note = wire.receive(self.stream, self._accept, wire.LIMITS, mutables)
        except WireError:
            raise
        except (EOFError, OSError):
            raise
        except Exception as error:  # whatever a malformed handle has led to
            raise WireError(f"a message cannot be read: {error}") from None
        if note == ["end"] and value is None:
            return "end", 0, (), []
        if not _is_note(note):
            raise WireError("a message is malformed")
        kind, number, first, *about = note
        if type(value) is not tuple or len(value) != (3 if kind == "?" else 2):
            raise WireError("a message is malformed")
        if self._originals:
            originals = self._originals
            mutables = [originals.get(id(m), m) for m in mutables]
            originals.clear()  # holders are counted
        if first:
            self.pairs.add(self._numbering(first, len(mutables)), mutables)
        self._mutables = mutables
        *value, extras = value
        if extras is not None:
            self._take_extras(extras)
        return kind, number, tuple(value), about

    @staticmethod
    def _numbering(first: int, count: int) -> range:
        return range(first, first + 2 * count, 2)

    def _extras(self) -> tuple | None:
        changed = [("pair", n, new) for n, new in self.pairs.changes()]
        for depth, frame in enumerate(self.frames):
            if frame.snapshots is None:
                continue
            for index, (value, snapshot) in enumerate(
                zip(frame.values, frame.snapshots, strict=True)
            ):
                if snapshot is not None and snapshot.differs(value):
                    changed.append(("frame", depth, index, content(value)))
            for number, value in frame.kept:
                index = next(i for i, v in enumerate(frame.values) if v is value)
                changed.append(("keep", depth, index, number))
        gone, self.pairs.gone = tuple(self.pairs.gone), []
        unused, self.unused = tuple(self.unused), []
        extras = (tuple(changed), self.random.changed(), gone, unused, self.settings())
        return None if extras == ((), None, (), (), None) else extras

    def _take_extras(self, extras: Any) -> None:
        match extras:
            case (tuple(changed), random, tuple(gone), tuple(unused), settings):
                pass
            case _:
                raise WireError("the extras of a message are malformed")
        try:
            for change in changed:
                match change:
                    case ("pair", int(number), new):
                        self._restore(number, new, self.pairs.change)
                    case ("frame", int(depth), int(index), new):
                        self._restore(self.frames[depth].values[index], new)
                    case ("keep", int(depth), int(index), int(number)):
                        value = self.frames[depth].values[index]
                        if _is_held(value):
                            self.pairs.add([number], [value])
            if random is not None:
                self.random.apply(random, wary=self.wary)
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise WireError(f"a change fits nothing here: {error}") from None
        self.pairs.drop(gone)
        for number in unused:
            self._drop(number)
        if settings is not None:
            self.configure(settings)

    def _restore(self, value: Any, new: Any, how: Any = None) -> None:
        try:
            (how or partial(restore, wary=self.wary))(value, new)
        except (ValueError, RuntimeError) as error:
            # A read-only array: in one kernel the function itself had failed.
            self._failed = error

    def _drop(self, number: Any) -> None:
        if type(number) is int and number < 0:
            self.graphs.pop(-number, None)
        elif number in self.exported:
            self.numbers.pop(id(self.exported.pop(number)), None)

    # Values that are no plain data.

    def export(self, value: Any) -> tuple[int, bool]:
        """Number a value that stays here; returns whether the number is new."""
        number = self.numbers.get(id(value))
        if number is not None:
            return number, False
        number, self._next_number = self._next_number, self._next_number + 1
        self.exported[number], self.numbers[id(value)] = value, number
        return number, True

    def _offer(self, value: Any) -> Handle | None:
        if isinstance(value, np.ndarray) and not values.is_rich(value):
            return self._offer_view(value) if type(value) is np.ndarray else None
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, torch.Tensor):
            if type(value) is torch.Tensor and not value.requires_grad:
                return self._offer_slice(value)
            return self._offer_tensor(value, torch)
        # Once: what is there twice is one on the other side too.
        kept = self._offered.get(id(value)) or values.offer_mutable(value)
        if kept is not None:
            self._originals[id(kept.data)] = value  # which changes are for
            self._offered[id(value)] = kept
            return kept
        return self.offer(value)

    def _offer_view(self, value: np.ndarray) -> Handle | None:
        """Name an array as a part of an argument of the call, if it is one."""
        if self._sending_request or not self.frames:
            return None
        for index, whole in enumerate(self.frames[-1].values):
            if type(whole) is np.ndarray and np.may_share_memory(value, whole):
                if not whole.flags.c_contiguous or whole.dtype != value.dtype:
                    return None
                return _part_of(whole, value, "view", len(self.frames) - 1, index)
        whole = value.base
        if type(whole) is np.ndarray and id(whole) in self.pairs.shared:
            kind, *place = self.pairs.shared[id(whole)].mark
            if kind == "pair" and whole.dtype == value.dtype:
                return _part_of(whole, value, "part", *place)
        return None

    def _offer_slice(self, value: Any) -> Handle | None:
        """Name a tensor as a part of an argument of the call, if it is one."""
        if self._sending_request or not self.frames:
            return None
        for index, whole in enumerate(self.frames[-1].values):
            if _is_tensor(whole) and _is_part(whole, value):
                start = value.storage_offset() - whole.storage_offset()
                place = [len(self.frames) - 1, index, start]
                return Handle(["slice", *place, [*value.shape], [*value.stride()]])
        return None

    def _offer_tensor(self, value: Any, torch: Any) -> Handle:
        if id(value) in self._tensors:
            return Handle(["same", self._tensors.index(id(value))])
        self._tensors.append(id(value))
        data = value.detach().as_subclass(torch.Tensor)
        self._originals[id(data)] = value
        if not value.requires_grad:
            return Handle(["plain", type(value) is torch.nn.Parameter], data)
        if self._sending_request:
            self._leaves.append(value)
        elif value.grad_fn is not None:
            leaves = self.frames[-1].leaves if self.frames else []
            number, self._next_number = self._next_number, self._next_number + 1
            self.graphs[number] = (value, leaves)
            return Handle(["graph", number], data)
        gradient = None
        if value.is_leaf and value.grad is not None:
            gradient = value.grad.detach()
            self._originals[id(gradient)] = None  # it goes with its tensor
        if isinstance(value, torch.nn.Parameter):
            self._must_pair = True
            return Handle(["parameter"], (data, gradient))
        return Handle(["leaf"], (data, gradient))

    def _accept(self, mark: list, data: Any) -> Any:
        match mark:
            case ["same", int(number)]:
                return self._tensors[number]
            case ["plain" | "graph" | "leaf" | "parameter", *_]:
                # In the order of their marks: the data of a tensor holds no other.
                self._tensors.append(self._accept_tensor(mark, data))
                return self._tensors[-1]
            case ["pair", int(number)]:
                return self._held(self.pairs, number)
            case ["view", int(depth), int(index), *layout]:
                return _part(self.frames[depth].values[index], *layout)
            case ["slice", int(depth), int(index), int(), list(), list()]:
                return _slice(self.frames[depth].values[index], *mark[3:])
            case ["part", int(number), *layout]:
                return _part(self._held(self.pairs, number), *layout)
            case ["frame", int(depth), int(index)]:
                return self.frames[depth].values[index]
            case ["mine", int(number)]:
                return self._held(self.exported, number)
            case ["kept", str(kind), detail]:
                made = self._originals.get(id(data))
                if made is None:
                    made = values.accept_mutable(kind, detail, data)
                    self._originals[id(data)] = made
                return made
            case _:
                return self.accept(mark, data)

    def _accept_tensor(self, mark: list, data: Any) -> Any:
        match mark:
            case ["plain", bool(parameter)] if _is_tensor(data):
                return self._rebuilt(data, data, None, parameter)
            case ["leaf" | "parameter" as kind]:
                match data:
                    case (tensor, gradient) if _is_tensor(tensor):
                        leaf = tensor.detach().requires_grad_()
                        return self._rebuilt(
                            tensor, leaf, gradient, kind == "parameter"
                        )
            case ["graph", int(number)] if _is_tensor(data):
                leaves = self.frames[-1].leaves if self.frames else []
                return gradients.link(self, number, data, leaves)
        raise WireError("a tensor is malformed")

    def _rebuilt(self, data: Any, made: Any, gradient: Any, parameter: bool) -> Any:
        if parameter:
            import torch

            made = torch.nn.Parameter(made.detach(), requires_grad=made.requires_grad)
        if gradient is not None:
            made.grad = gradient
            self._originals[id(gradient)] = None
        if made is not data:
            self._originals[id(data)] = made
        if made.requires_grad:
            self._leaves.append(made)
        return made

    @staticmethod
    def _held(table: Any, number: int) -> Any:
        try:
            return table[number]
        except KeyError:
            raise WireError(f"nothing here has the number {number}") from None


def _is_note(note: list | None) -> bool:
    """Tell whether a note is of a request or a reply, as the module describes them."""
    if not note or len(note) not in (3, 5) or type(note[1]) is not int:
        return False
    if type(note[2]) is not int:
        return False
    if len(note) == 3:
        return note[0] in ("=", "!")
    return note[0] == "?" and type(note[3]) is str and type(note[4]) in (int, _NONE)


def _part_of(whole: np.ndarray, part: np.ndarray, *place: Any) -> Handle:
    start = part.__array_interface__["data"][0]
    offset = start - whole.__array_interface__["data"][0]
    return Handle([*place, offset, [*part.shape], [*part.strides]])


def _part(whole: Any, offset: int, sizes: list, steps: list) -> np.ndarray:
    if type(whole) is not np.ndarray or not whole.flags.c_contiguous:
        raise WireError("a part of something that is no array came")
    # NumPy checks that all of it lies in the whole.
    return np.ndarray(sizes, whole.dtype, whole, offset, steps)


def _is_part(whole: Any, part: Any) -> bool:
    """Tell whether a tensor is a view of another that lies in one piece."""
    return (
        not whole.requires_grad
        and whole.dtype == part.dtype
        and whole.layout == part.layout == sys.modules["torch"].strided
        and whole.is_contiguous()
        and (whole.is_conj(), whole.is_neg()) == (part.is_conj(), part.is_neg())
        and part.numel() > 0
        and whole.untyped_storage().data_ptr() == part.untyped_storage().data_ptr()
    )


def _slice(whole: Any, start: int, sizes: list, steps: list) -> Any:
    if not _is_tensor(whole) or whole.requires_grad or not whole.is_contiguous():
        raise WireError("a part of something that is no tensor came")
    # More may lie in the storage than in the tensor: torch would look no further.
    end = start + sum((n - 1) * step for n, step in zip(sizes, steps, strict=True))
    if min([start, *steps, *(n - 1 for n in sizes)]) < 0 or end >= whole.numel():
        raise WireError("a part of a tensor is malformed")
    return whole.as_strided(sizes, steps, whole.storage_offset() + start)


def _is_held(value: Any) -> bool:
    """Tell whether something may hold on to a value, which could be seen."""
    return type(value) in _KEPT or tables.is_table(value)


def _why(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "the student's code ended its room"
    if isinstance(error, BlockingIOError | TimeoutError):
        return "the student's code did not answer in time"
    if isinstance(error, OSError):
        return "the student's code closed the wire between the rooms"
    return f"the student's room sent something that is no answer: {error}"


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and type(value) is torch.Tensor
