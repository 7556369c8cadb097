"""The global random states of NumPy, torch and `random`, kept equal in both rooms.

In one kernel there is one state of each: a test that seeds it sees the student's
function draw from it, and draws after the student did. Whether a state has changed is
asked at every call, so only a part is looked at, where it lies: how many words are used
up, which each draw changes, and some of the words, which each seed changes.

The test room takes over no state that it could not have reached itself by drawing: a
generator whose state is all zeros draws zeros for ever, and on zeros many wrong answers
are right. For the same reason a second normal number, which some generators make ready
with the first, crosses from the test's room to the student's and not back.
"""

import ctypes
import random
import sys
from typing import Any

import numpy as np

_HEADER = object.__basicsize__  # of a Python object: its count of references changes
_PART = 64  # bytes that are looked at


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
        now = _python_part()
        if now != self._python:
            self._python = now
            found.append(("random", random.getstate()))
        now = _numpy_part()
        if now != self._numpy or self._numpy_cached:
            state = np.random.get_state(legacy=False)
            # A second normal number lies ready outside of the state's bytes.
            if now != self._numpy or not state["has_gauss"]:
                found.append(("numpy", _plain(state)))
            self._numpy, self._numpy_cached = now, bool(state["has_gauss"])
        torch = sys.modules.get("torch")
        if torch is not None and hasattr(torch, "default_generator"):
            state = torch.default_generator.get_state()
            now = _torch_part(state.data_ptr(), len(state))
            if now != self._torch:
                self._torch = now
                found.append(("torch", state.numpy().tobytes()))
        self._lost -= {kind for kind, _ in found}
        return tuple(found) or None

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
        for kind, state in states:
            if not wary:
                _SETTERS[kind](state)
            elif kind in _WORDS and kind not in self._lost:
                if kind == "torch" and "torch" not in sys.modules:
                    continue
                if not _draw_until(kind, _WORDS[kind](state)):
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


def _set_torch(state: bytes) -> None:
    import torch

    torch.set_rng_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))


_SETTERS = {
    "random": random.setstate,
    "numpy": np.random.set_state,
    "torch": _set_torch,
}


# All three are Mersenne twisters: 624 words, replaced together when they are used up,
# and how many of them are used.


def _python_words(state: Any) -> tuple[bytes, int]:
    words = np.array(state[1], np.uint64)
    return words[:624].astype(np.uint32).tobytes(), int(words[624])


def _numpy_words(state: Any) -> tuple[bytes, int]:
    key = np.asarray(state["state"]["key"], np.uint32)
    return key.tobytes(), int(state["state"]["pos"])


_NUMPY_BYTES = 2500  # 624 words, and how many are used up
_TORCH_USED = 8  # where torch's state says how many words are left


def _torch_words(state: bytes) -> tuple[bytes, int]:
    left, *_ = np.frombuffer(state, np.int32, 1, _TORCH_USED)
    words = np.frombuffer(state, np.uint64, 624, 24)
    return words.astype(np.uint32).tobytes(), 625 - int(left)


_WORDS = {"random": _python_words, "numpy": _numpy_words, "torch": _torch_words}


def _own(kind: str) -> Any:
    if kind == "random":
        return random.getstate()
    if kind == "numpy":
        return np.random.get_state(legacy=False)
    return sys.modules["torch"].get_rng_state().numpy().tobytes()


def _skip(kind: str, words: int) -> None:
    if kind == "random":
        random.getrandbits(32 * words)
    elif kind == "numpy":
        np.random.mtrand._rand._bit_generator.random_raw(words, output=False)
    else:
        sys.modules["torch"].randint(0, 256, (words,))  # one word each


def _draw_until(kind: str, goal: tuple[bytes, int], generations: int = 2000) -> bool:
    """Draw from the own generator until its state is `goal`, or leave it alone."""
    before = _own(kind)
    for _ in range(generations):
        words, used = _WORDS[kind](_own(kind))
        if words == goal[0] and used <= goal[1] <= 624:
            if goal[1] > used:
                _skip(kind, goal[1] - used)
            return True
        _skip(kind, 624 - used + 1 if used < 624 else 1)
    _SETTERS[kind](before)
    return False


def _python_part() -> tuple[bytes, float | None]:
    generator = random._inst  # its state begins with how many words are used up
    return ctypes.string_at(id(generator) + _HEADER, _PART), generator.gauss_next


def _numpy_part() -> bytes:
    generator = np.random.mtrand._rand._bit_generator
    if type(generator).__name__ != "MT19937":
        return repr(generator.state).encode()
    end = generator.ctypes.state_address + _NUMPY_BYTES
    return ctypes.string_at(end - _PART, _PART)


def _torch_part(start: int, length: int) -> bytes:
    # A second normal number lies ready at the end.
    used = ctypes.string_at(start + _TORCH_USED, _PART)
    return used + ctypes.string_at(start + length - _PART, _PART)


def _plain(state: dict) -> dict[str, Any]:
    """Leave out what NumPy's state holds of classes of its own."""
    inner = {key: value for key, value in state["state"].items()}
    return {**state, "state": inner}
