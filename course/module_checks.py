"""Checks of a function that builds a network: its parameters, and what it computes.

Two networks are the same to these checks when they hold parameters of the same shapes,
train the same ones, and compute the same numbers. Names and order of the layers inside
are the student's own affair.
"""

import zlib

import numpy as np
import torch

from course.checks import CheckError, _call, _difference


def fill(model, seed=0):
    """Set all parameters and buffers to numbers that depend on their shape alone.

    Two models with the same kinds of layers, written in any order and with any names,
    then compute the same. Weights are small enough for deep networks; variances are
    positive.

    Parameters
    ----------
    model : nn.Module
        Changed in place.
    seed : int
        Other seeds give other numbers.

    Returns
    -------
    nn.Module
        The same model.

    Examples
    --------
    >>> a, b = fill(torch.nn.Linear(3, 2)), fill(torch.nn.Linear(3, 2))
    >>> bool((a.weight == b.weight).all())
    True
    """
    state = model.state_dict()
    for name, tensor in state.items():
        kind, shape = name.rsplit(".", 1)[-1], tuple(tensor.shape)
        if not tensor.is_floating_point():
            continue
        rng = np.random.default_rng([seed, zlib.crc32(f"{kind} {shape}".encode())])
        values = rng.normal(size=shape)
        if kind == "running_var":
            values = 0.5 + np.abs(values)
        elif len(shape) > 1:
            values *= np.sqrt(2 / np.prod(shape[1:]))
        elif kind == "weight":
            values = 1 + 0.2 * values
        else:
            values *= 0.2
        state[name] = torch.as_tensor(values, dtype=tensor.dtype)
    # Not in place: where tests run in a process of their own, `state` is a copy.
    model.load_state_dict(state)
    return model


def check_module(build, *arguments, like, inputs, case, mistakes=None):
    """Check that `build(*arguments)` makes a network that does what `like` does.

    Compared are the number and shapes of the parameters, which of them are trained,
    and, after both were filled with the same numbers, the outputs in eval mode, in
    train mode, and in eval mode once more, with the statistics that training moved.

    Parameters
    ----------
    build : callable
        The student's function.
    *arguments
        What it is called with.
    like : nn.Module
        A network to compare with. Changed in place.
    inputs : Tensor
        What both are given.
    case : str
        What this check is about, in the student's words.
    mistakes : dict of str to nn.Module, optional
        What well-known mistakes build, by the sentence that names the mistake.

    Raises
    ------
    CheckError
        If a property does not hold.

    Examples
    --------
    >>> from torch import nn
    >>> def line(n):
    ...     return nn.Linear(n, 1)
    >>> check_module(line, 3, like=nn.Linear(3, 1), inputs=torch.ones(2, 3), case="3")
    ✓ line: 3
    >>> check_module(
    ...     line, 3, like=nn.Linear(3, 1, bias=False), inputs=torch.ones(2, 3), case="3"
    ... )
    Traceback (most recent call last):
        ...
    course.checks.CheckError: line, 3: the network has 4 parameters, wanted 3
    """
    where = f"{build.__name__}, {case}"
    model = _call(build, arguments, where)
    if not isinstance(model, torch.nn.Module):
        raise CheckError(
            f"{where}: the function returned a value of type {type(model).__name__}, "
            f"wanted an nn.Module"
        )
    problem = _unlike(model, like, inputs)
    if problem:
        for sentence, wrong in (mistakes or {}).items():
            if not _unlike(model, wrong, inputs):
                problem = sentence
                break
        raise CheckError(f"{where}: {problem}")
    print(f"✓ {build.__name__}: {case}")


def _unlike(model, like, inputs):
    """Say in words how two networks differ; "" if they do not."""
    got, want = _counts(model), _counts(like)
    if sum(got) != sum(want):
        return f"the network has {sum(got):,} parameters, wanted {sum(want):,}"
    if got != want:
        return (
            f"{got[0]:,} parameters are trained and {got[1]:,} frozen, wanted "
            f"{want[0]:,} and {want[1]:,}"
        )
    if _shapes(model) != _shapes(like):
        return (
            "the number of parameters is right, but their shapes are not: in which "
            "layer is a size wrong, and in which does another make up for it?"
        )
    fill(model)
    fill(like)
    for mode in ("eval", "train", "eval"):
        getattr(model, mode)()
        getattr(like, mode)()
        with torch.no_grad():
            # Random layers draw the same numbers in both.
            torch.manual_seed(0)
            wanted = like(inputs)
            torch.manual_seed(0)
            try:
                answer = model(inputs)
            except Exception as error:
                return (
                    f"the network cannot take an input of shape "
                    f"{tuple(inputs.shape)}: {type(error).__name__}: {error}"
                )
        problem = _difference(answer, wanted, 1e-4, 1e-5)
        if problem:
            return (
                f"the parameters are right, but in {mode} mode the network computes "
                f"something else: {problem}"
            )
    return ""


def _counts(model):
    trained = frozen = 0
    for parameter in model.parameters():
        if parameter.requires_grad:
            trained += parameter.numel()
        else:
            frozen += parameter.numel()
    return trained, frozen


def _shapes(model):
    return sorted(tuple(parameter.shape) for parameter in model.parameters())
