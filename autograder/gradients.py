"""Backpropagation through the wire.

A tensor that a function computed in the other room has its graph there. Here it is the
output of one node, whose backward asks the other room to go through its graph: what
flows to the arguments comes back, what flows to the other room's parameters stays there
as their `grad`.
"""

import weakref
from functools import cache
from typing import Any


def link(peer: Any, number: int, data: Any, leaves: list) -> Any:
    """Return `data` as a function of `leaves`, computed in the other room.

    Parameters
    ----------
    peer : Peer
        The wire.
    number : int
        What the other room calls the tensor.
    data : Tensor
        Its values.
    leaves : list of Tensor
        The tensors of the request, of which copies went over.
    """
    import torch

    token = _Token()
    weakref.finalize(token, peer.unused.append, -number)
    anchor = torch.zeros((), requires_grad=True)
    with torch.enable_grad():
        return _node().apply(peer, number, token, data, anchor, *leaves)


class _Token:
    """Dies with the node, so that the other room can let its graph go."""


@cache
def _node() -> type:
    import torch
    from torch.autograd.function import once_differentiable

    class OtherRoom(torch.autograd.Function):
        @staticmethod
        def forward(ctx, peer, number, token, data, anchor, *leaves):
            ctx.peer, ctx.number, ctx.token = peer, number, token
            ctx.leaves = len(leaves)
            return data.clone()

        @staticmethod
        @once_differentiable
        def backward(ctx, gradient):
            flown = ctx.peer.ask("backward", ctx.number, (gradient,))
            if type(flown) is not tuple or len(flown) != ctx.leaves:
                raise RuntimeError("the gradients that came back do not fit")
            return (None, None, None, None, None, *flown)

    return OtherRoom


def backward(graph: tuple[Any, list], gradient: Any) -> tuple[Any, ...]:
    """Go through the graph of a tensor that the other room has; returns the gradients.

    Parameters
    ----------
    graph : tuple of Tensor and list
        The tensor, and the copies of the request's tensors that it may depend on.
    gradient : Tensor
        With respect to the tensor.
    """
    import torch

    tensor, leaves = graph
    before = [leaf.grad for leaf in leaves]
    for leaf in leaves:
        leaf.grad = None
    try:
        torch.autograd.backward(tensor, gradient, retain_graph=True)
        return tuple(leaf.grad for leaf in leaves)
    finally:
        for leaf, gradient in zip(leaves, before, strict=True):
            leaf.grad = gradient
