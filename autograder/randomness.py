"""The global random states of NumPy, torch and `random`, kept equal in both rooms.

In one kernel there is one state of each: a test that seeds it sees the student's
function draw from it, and draws after the student did. Whether a state has changed is
asked at every call, so it is compared where it lies, as bytes.

The test room takes over no state that it could not have reached itself by drawing: a
generator whose state is all zeros draws zeros for ever, and on zeros many wrong answers
are right. For the same reason a second normal number, which some generators make ready
with the first, crosses from the test's room to the student's and not back.
"""

import ctypes
import random
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

_HEADER = object.__basicsize__  # of a Python object: its count of references changes
_BITS = frozenset({"PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"})
_MODULUS = 1 << 128  # of PCG64
_FACTOR = 0x2360ED051FC65DA44385DF649FCCF645
_FAR = 1 << 34  # steps that one call may make


class RandomStates:
    """What the random states were when the rooms last spoke.

    Parameters
    ----------
    told : bool
        Whether the other room has them already; if not, `changed` returns all of them.
    """

    def __init__(self, told: bool = True) -> None:
        self._python = self._numpy = self._torch = None
        self._numpy_cached = False
        self._lost: set[str] = set()  # kinds that could not be reached by drawing
        if told:
            self.changed()

    def changed(self) -> tuple | None:
        """Return the states that have changed since, ready to cross; None if none."""
        found: list[tuple] = []
        now: Any = _python_words().raw, random._inst.gauss_next
        if now != self._python:
            self._python = now
            found.append(("random", _frozen(random.getstate())))
        now = _numpy_state()
        if now != self._numpy or self._numpy_cached:
            state = np.random.get_state(legacy=False)
            # A second normal number lies ready outside of the state's bytes.
            if now != self._numpy or not state["has_gauss"]:
                found.append(("numpy", _frozen(state)))
            self._numpy, self._numpy_cached = now, bool(state["has_gauss"])
        torch = sys.modules.get("torch")
        if torch is not None and hasattr(torch, "default_generator"):
            now = _torch_state(torch.default_generator)
            if now != self._torch:
                self._torch = now
                state = torch.default_generator.get_state()
                found.append(("torch", state.numpy().tobytes()))
        if found:
            self._lost -= {kind for kind, _ in found}
            return tuple(found)
        return None

    def apply(self, states: tuple, wary: bool = False) -> None:
        """Take over states from the other room.

        Parameters
        ----------
        states : tuple
            What `changed` returned there.
        wary : bool
            Take only what can be reached from here by drawing; leave the rest alone.
        """
        lost = set()
        for kind, told in states:
            state = _thawed(told)
            if not wary:
                _KINDS[kind].put(_global(kind), state)
            elif kind in ("random", "numpy", "torch") and kind not in self._lost:
                if kind == "torch" and "torch" not in sys.modules:
                    continue
                goal = _KINDS[kind].words(state)
                if not _draw_until(kind, _global(kind), goal):
                    lost.add(kind)  # no need to search again until this room has set it
        self.changed()
        self._lost |= lost


def seed(number: int) -> None:
    """Seed all three; both rooms do it, so that given cells draw the same in both."""
    random.seed(number)
    np.random.seed(number)
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "default_generator"):
        torch.default_generator.manual_seed(number)


# All three are Mersenne twisters: 624 words, replaced together when they are used up,
# and how many of them are used.


def _python_words(state: Any) -> tuple[bytes, int]:
    words = np.array(state[1], np.uint64)
    return words[:624].astype(np.uint32).tobytes(), int(words[624])


def _numpy_words(state: Any) -> tuple[bytes, int]:
    key = np.asarray(state["state"]["key"], np.uint32)
    return key.tobytes(), int(state["state"]["pos"])


_TWISTER_BYTES = 2500  # 624 words, and how many are used up
_TORCH_USED = 8  # where torch's state says how many words are left
_PART = 64  # bytes of a state that are enough to tell it from the next
# Bytes in the object of a generator: at most, before its words; what counts of them,
# and of those after them.
_TORCH_AROUND, _TORCH_BEFORE, _TORCH_AFTER = 256, 24, 32


def _torch_words(state: bytes) -> tuple[bytes, int]:
    left, *_ = np.frombuffer(state, np.int32, 1, _TORCH_USED)
    words = np.frombuffer(state, np.uint64, 624, 24)
    return words.astype(np.uint32).tobytes(), 625 - int(left)


def _set_torch(generator: Any, state: bytes) -> None:
    torch = sys.modules["torch"]
    generator.set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))


def _set_bits(generator: Any, state: dict) -> None:
    generator.bit_generator.state = state


class _Kind(NamedTuple):
    get: Callable[[Any], Any]
    put: Callable[[Any, Any], Any]
    skip: Callable[[Any, int], Any]  # a number of words
    words: Callable[[Any], tuple[bytes, int]]


_KINDS = {
    "random": _Kind(
        lambda g: g.getstate(),
        lambda g, state: g.setstate(state),
        lambda g, words: g.getrandbits(32 * words),
        _python_words,
    ),
    "numpy": _Kind(
        lambda g: _plain(g.get_state(legacy=False)),
        lambda g, state: g.set_state(state),
        lambda g, words: g._bit_generator.random_raw(words, output=False),
        _numpy_words,
    ),
    "torch": _Kind(
        lambda g: g.get_state().numpy().tobytes(),
        _set_torch,
        lambda g, words: sys.modules["torch"].randint(0, 256, (words,), generator=g),
        _torch_words,
    ),
    "generator": _Kind(
        lambda g: _plain(g.bit_generator.state),
        _set_bits,
        lambda g, words: g.bit_generator.random_raw(words, output=False),
        _numpy_words,
    ),
}


def _global(kind: str) -> Any:
    if kind == "random":
        return random
    if kind == "numpy":
        return np.random.mtrand._rand
    return sys.modules["torch"].default_generator


def _draw_until(
    kind: str, generator: Any, goal: tuple[bytes, int], generations: int = 2000
) -> bool:
    """Draw from a generator until its state is `goal`, or leave it alone."""
    get, put, skip, words_of = _KINDS[kind]
    before = get(generator)
    for _ in range(generations):
        words, used = words_of(get(generator))
        if words == goal[0] and used <= goal[1] <= 624:
            if goal[1] > used:
                skip(generator, goal[1] - used)
            return True
        skip(generator, 624 - used + 1 if used < 624 else 1)
    put(generator, before)
    return False


# Generators that are objects, and so can be arguments.


def kind_of(value: Any) -> str | None:
    """Return which kind of random generator a value is; None for anything else."""
    kind = type(value)
    if kind is np.random.Generator:
        return "generator"
    if kind is np.random.RandomState:
        return "numpy"
    if kind is random.Random:
        return "random"
    torch = sys.modules.get("torch")
    if torch is not None and kind is torch.Generator and value.device.type == "cpu":
        return "torch"
    return None


def state_of(generator: Any) -> Any:
    """Return the state of a generator, ready to cross."""
    return _KINDS[kind_of(generator)].get(generator)


def generator(kind: str, state: Any) -> Any:
    """Make a generator with a state that came from the other room."""
    if kind == "generator":
        if type(state) is not dict or state.get("bit_generator") not in _BITS:
            raise ValueError("a random generator of an unknown kind came")
        made = np.random.Generator(getattr(np.random, state["bit_generator"])())
    elif kind == "numpy":
        made = np.random.RandomState()
    elif kind == "random":
        made = random.Random()
    else:
        made = sys.modules["torch"].Generator()
    _KINDS[kind].put(made, state)
    return made


def follow(generator: Any, state: Any, wary: bool) -> None:
    """Bring a generator to where its copy in the other room is now.

    Parameters
    ----------
    generator : Generator, RandomState, random.Random or torch.Generator
        Left alone if `wary` and the state cannot be reached by drawing.
    state : object
        What `state_of` returned there.
    wary : bool
        Whether the other room is not believed.
    """
    kind = kind_of(generator)
    if not wary:
        _KINDS[kind].put(generator, state)
    elif kind == "generator" and type(generator.bit_generator) is np.random.PCG64:
        _walk(generator.bit_generator, state)
    elif kind != "generator" or type(generator.bit_generator) is np.random.MT19937:
        _draw_until(kind, generator, _KINDS[kind].words(state))
        _forget_normal(kind, generator, state)


def _forget_normal(kind: str, generator: Any, state: Any) -> None:
    """Let go of a second normal number that lay ready, once it was used over there."""
    own = _KINDS[kind].get(generator)
    if kind == "random" and own[2] is not None and state[2] is None:
        generator.setstate((*own[:2], None))
    elif kind == "numpy" and own["has_gauss"] and not state["has_gauss"]:
        generator.set_state({**own, "has_gauss": 0, "gauss": 0.0})


def _walk(bits: Any, state: dict) -> None:
    """Draw from a PCG64 until its state is `state`, or leave it alone."""
    own, new = bits.state, state["state"]
    if type(new["state"]) is not int or new["inc"] != own["state"]["inc"]:
        return
    steps = _distance(own["state"]["state"], new["state"] % _MODULUS, new["inc"])
    if steps > _FAR:
        return
    ready, half = state["has_uint32"], state["uinteger"]
    if steps:
        # Half of the last word may lie ready; no other half is believed.
        bits.advance(steps - 1)
        last = int(bits.random_raw())
        ready = ready and half == last >> 32
    else:
        ready = ready and own["has_uint32"] and half == own["uinteger"]
    bits.state = {
        **bits.state,
        "has_uint32": int(bool(ready)),
        "uinteger": half if ready else 0,
    }


def _distance(start: int, end: int, increment: int) -> int:
    """Return how many steps a linear congruential generator makes between two states.

    Brown, "Random number generation with arbitrary strides", 1994: bit by bit.
    """
    factor, bit, steps = _FACTOR, 1, 0
    while start != end and bit < _MODULUS:
        if (start ^ end) & bit:
            start = (start * factor + increment) % _MODULUS
            steps |= bit
        bit <<= 1
        increment = (factor + 1) * increment % _MODULUS
        factor = factor * factor % _MODULUS
    return steps if start == end else _MODULUS


# Where the states lie in memory. To ask for them takes ten times as long.


@cache
def _memory(address: int, length: int) -> ctypes.Array:
    return (ctypes.c_char * length).from_address(address)


def _python_words() -> ctypes.Array:
    return _memory(id(random._inst) + _HEADER, _TWISTER_BYTES)


def _numpy_state() -> bytes:
    generator = np.random.mtrand._rand._bit_generator
    if type(generator).__name__ != "MT19937":
        return repr(generator.state).encode()
    return _numpy_words_of(generator).raw


@cache  # which keeps it where it is
def _numpy_words_of(generator: Any) -> ctypes.Array:
    return _memory(generator.ctypes.state_address, _TWISTER_BYTES)


def _torch_state(generator: Any) -> bytes:
    found = _torch_words_of(generator)
    if found is not None:
        return found.raw
    state = generator.get_state().numpy().tobytes()
    # What lies between is not always the same.
    return state[_TORCH_USED:][:_PART] + state[-_PART:]


@cache
def _torch_words_of(generator: Any) -> ctypes.Array | None:
    """Return the memory of a generator's words, their counters and a normal number.

    None where they are not found: this is not torch's to promise. They are looked for
    in the object behind the one that Python has.
    """
    if type(generator) is not sys.modules["torch"].Generator:
        return None
    words, _ = _torch_words(generator.get_state().numpy().tobytes())
    inside = ctypes.c_void_p.from_address(id(generator) + _HEADER).value
    if inside is None:
        return None
    start = _memory(inside, 2 * _TORCH_AROUND + len(words)).raw.find(words)
    if start < _TORCH_BEFORE:
        return None
    begin = inside + start - _TORCH_BEFORE
    return _memory(begin, _TORCH_BEFORE + len(words) + _TORCH_AFTER)


def _plain(state: dict) -> dict[str, Any]:
    """Leave out what NumPy's state holds of classes of its own."""
    inner = {key: value for key, value in state["state"].items()}
    return {**state, "state": inner}


def _frozen(state: Any) -> Any:
    """Return a state as few tuples and bytes.

    Of a message that names a part of something that stays, all mutable values are kept
    equal from then on, and looked at in each call.
    """
    match state:
        case Mapping():
            return ("table", *((key, _frozen(value)) for key, value in state.items()))
        case np.ndarray():
            return ("words", state.itemsize, state.tobytes())
        case (version, words, normal):
            return ("twister", version, np.array(words, np.uint32).tobytes(), normal)
    return state


def _thawed(state: Any) -> Any:
    match state:
        case ("table", *items):
            return {key: _thawed(value) for key, value in items}
        case ("words", size, content):
            return np.frombuffer(content, {4: np.uint32, 8: np.uint64}[size])
        case ("twister", version, content, normal):
            return version, tuple(np.frombuffer(content, np.uint32).tolist()), normal
    return state
