"""Banned calls are found by what they are, not by how they are written."""

import numpy as np
import numpy as numbers
import pytest
import scipy.signal
from scipy import signal as s
from scipy.signal import correlate2d as plain

from course.checks import CheckError
from course.shortcuts import check_own_work

indirect = scipy.signal.correlate2d


def by_module(x, k):
    """Call through the package."""
    return scipy.signal.correlate2d(x, k)


def by_alias(x, k):
    """Call through an alias of the module."""
    return s.correlate2d(x, k)


def by_name(x, k):
    """Call an imported name."""
    return plain(x, k)


def by_variable(x, k):
    """Call a name that was assigned."""
    return indirect(x, k)


def by_local_import(x, k):
    """Import inside the function."""
    from numpy import convolve as c

    return c(x, k)


def by_numpy_alias(x, k):
    """Call through another alias of NumPy."""
    return numbers.convolve(x, k)


def by_getattr(x, k):
    """Look the name up."""
    return getattr(np, "convolve")(x, k)  # noqa: B009


def by_import_module(x, k):
    """Import by a string."""
    import importlib

    return importlib.import_module("scipy.signal").convolve(x, k)


def by_local_name(x, k):
    """Give the module a new name first."""
    tool = s
    return tool.correlate2d(x, k)


def by_helper(x, k):
    """Leave the work to a helper."""
    return by_alias(x, k)


def by_torch(x, k):
    """Use a layer of torch."""
    import torch.nn.functional as layers

    return layers.conv2d(x, k)


@pytest.mark.parametrize(
    "function",
    [
        by_module,
        by_alias,
        by_name,
        by_variable,
        by_local_import,
        by_numpy_alias,
        by_getattr,
        by_import_module,
        by_local_name,
        by_helper,
        by_torch,
    ],
)
def test_a_banned_call_is_found(function):
    """
    Aliases, `from` imports, helpers and strings do not hide it.
    """
    with pytest.raises(CheckError, match="is not allowed here"):
        check_own_work(function)


def honest(x, k):
    """Not scipy.signal.correlate2d, not np.convolve."""
    # np.convolve(x, k) would be shorter
    text = "scipy.signal.correlate2d"
    correlate = np.sum(x * k)
    return correlate, text, np.lib.stride_tricks.sliding_window_view(x, k.shape)


tool = indirect


def shadowing(x, tool):
    """Give an argument the name of a banned global."""
    step = tool(x)
    return step


def recursive(n):
    """Call itself."""
    return n and recursive(n - 1)


@pytest.mark.parametrize("function", [honest, recursive, shadowing])
def test_own_work_passes(function):
    """
    Comments, strings, docstrings and names of one's own are no calls.
    """
    check_own_work(function)


def test_a_function_without_source_is_refused():
    """
    What cannot be read cannot be accepted.
    """
    scope = {}
    exec("def answer(x): return x", scope)  # noqa: S102

    with pytest.raises(CheckError, match="source cannot be read"):
        check_own_work(scope["answer"])
