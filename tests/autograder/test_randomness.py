"""Whatever draws or seeds is noticed, and a state that crosses draws the same."""

import random

import numpy as np
import pytest
import torch

from autograder import randomness
from autograder.randomness import RandomStates

DRAWS = {
    "random": (
        random.random,
        lambda: random.gauss(0, 1),
        lambda: random.seed(1),
        lambda: random.shuffle([1, 2, 3]),
    ),
    "numpy": (
        np.random.rand,
        np.random.randn,
        lambda: np.random.seed(1),
        lambda: np.random.shuffle([1, 2, 3]),
    ),
    "torch": (
        lambda: torch.rand(1),
        lambda: torch.randn(1),
        lambda: torch.randn(1, dtype=torch.float64),
        lambda: torch.manual_seed(1),
        lambda: torch.randperm(5),
        lambda: torch.nn.functional.dropout(torch.ones(3)),
    ),
}


@pytest.mark.parametrize("found", [True, False], ids=["in memory", "asked for"])
@pytest.mark.parametrize("kind", DRAWS)
def test_each_draw_and_seed_is_noticed_once(kind, found, monkeypatch):
    """
    Twice each: of two normal numbers that are drawn together, the second is there.
    """
    if not found:
        monkeypatch.setattr(randomness, "_torch_words_of", lambda generator: None)
    states = RandomStates()

    for draw in DRAWS[kind] * 2:
        draw()
        assert [kind] == [name for name, _ in states.changed() or ()]
        assert states.changed() is None


def test_the_state_of_torch_is_found_in_memory():
    """
    Asking for it takes ten times as long.
    """
    assert randomness._torch_words_of(torch.default_generator) is not None


def test_a_state_that_crosses_draws_the_same():
    """
    It holds no value that can be changed, and leaves all three where they were.
    """
    everything = RandomStates(told=False).changed()
    drawn = random.random(), np.random.rand(), torch.rand(1)
    hash(everything)

    RandomStates().apply(everything)

    assert drawn == (random.random(), np.random.rand(), torch.rand(1))


@pytest.mark.parametrize("kind", ["PCG64", "Philox", "SFC64"])
def test_any_bit_generator_of_numpy_crosses(kind):
    """
    The global one can be replaced by another kind.
    """
    usual = np.random.get_bit_generator()
    np.random.set_bit_generator(getattr(np.random, kind)(3))
    try:
        everything = RandomStates(told=False).changed()
        drawn = np.random.rand()
        RandomStates().apply(everything)

        assert drawn == np.random.rand()
    finally:
        np.random.set_bit_generator(usual)
