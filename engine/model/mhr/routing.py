"""From routing logits to mixing weights, and the weights in force while a network runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import torch
from torch import Tensor

from engine.model.mhr.config import Routing

_SIGMOID_EPSILON = 1e-12


def mixing_weights(z: Tensor, routing: Routing) -> Tensor:
    """Return mixing weights (..., heads, modules), summing to one over the modules.

    ``softmax`` is arXiv 2502.14998, appendix A.1; ``sigmoid`` is arXiv 2211.03831 as its authors'
    code and ``peft`` compute it in evaluation.
    """
    if routing == "softmax":
        return torch.softmax(z, dim=-1)
    gates = torch.sigmoid(z)
    return gates / (gates.sum(dim=-1, keepdim=True) + _SIGMOID_EPSILON)


def centre(z: Tensor) -> Tensor:
    """Subtract each head's mean from routing logits (..., heads, modules).

    Softmax ignores that mean, so it must not count in a cosine, a mean or a plot.
    """
    return z - z.mean(dim=-1, keepdim=True)


class RoutingScope:
    """Hands the mixing weights of a batch to every adapted layer of one network.

    The weights live in a context variable: threads that share a network do not see each other's.
    """

    def __init__(self) -> None:
        self._weights: ContextVar[Tensor | None] = ContextVar("mhr_weights", default=None)

    @property
    def weights(self) -> Tensor | None:
        """Weights (N, heads, modules) or (heads, modules) in force, or None: adapters are off."""
        return self._weights.get()

    def part(self, weights: Tensor) -> Tensor:
        """Return what a layer needs of a style's mixing weights: all of them."""
        return weights

    @contextmanager
    def use(self, weights: Tensor) -> Iterator[None]:
        """Put weights in force while the network runs: one row per sample, or one for all."""
        token = self._weights.set(weights)
        try:
            yield
        finally:
            self._weights.reset(token)


class LayerScope:
    """What one layer sees of a scope if layers do not share their routing: heads of its own."""

    def __init__(self, scope: RoutingScope, layer: int, heads: int) -> None:
        self._scope = scope
        self._heads = slice(layer * heads, (layer + 1) * heads)

    @property
    def weights(self) -> Tensor | None:
        """Weights (N, heads, modules) or (heads, modules) of this layer, or None."""
        weights = self._scope.weights
        return None if weights is None else self.part(weights)

    def part(self, weights: Tensor) -> Tensor:
        """Return this layer's heads of mixing weights (..., heads of all layers, modules)."""
        return weights[..., self._heads, :]
