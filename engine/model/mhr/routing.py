"""From routing logits to mixing weights, and the weights in force while a network runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import torch
from torch import Tensor

from engine.model.mhr.config import MHRConfig, RoutingActivation

_SIGMOID_EPSILON = 1e-12


def mixing_weights(z: Tensor, routing: RoutingActivation) -> Tensor:
    """Return mixing weights (..., heads, modules), summing to one over the modules.

    ``softmax`` is arXiv 2502.14998, appendix A.1; ``sigmoid`` is arXiv 2211.03831 as its authors'
    code and ``peft`` compute it in evaluation.
    """
    if routing == "softmax":
        return torch.softmax(z, dim=-1)
    gates = torch.sigmoid(z)
    return gates / (gates.sum(dim=-1, keepdim=True) + _SIGMOID_EPSILON)


def dial_weights(z: Tensor) -> Tensor:
    """Return how dial heads (..., dial heads, modules) mix their modules: 0 where they rest.

    A head's weights are its softmax less the even mix, so they sum to zero over the modules.
    """
    return torch.softmax(z, dim=-1) - 1 / z.shape[-1]


def routing_weights(z: Tensor, config: MHRConfig) -> Tensor:
    """Return the weights of a style's heads and, if it has them, of its dials' heads.

    Args:
        z: (..., heads, modules), or (..., heads + dial heads, modules).
        config: of the inventory.
    """
    dials = config.dial_heads
    if not dials or z.shape[-2] != config.steered_shape[0]:
        return mixing_weights(z, config.routing)
    player, dial = z[..., :-dials, :], z[..., -dials:, :]
    return torch.cat((mixing_weights(player, config.routing), dial_weights(dial)), dim=-2)


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


class HeadScope:
    """What adapters see of a scope if some heads are theirs alone: those from ... to."""

    def __init__(self, scope: RoutingScope, heads: slice) -> None:
        self._scope, self._heads = scope, heads

    @property
    def weights(self) -> Tensor | None:
        """Weights (N, heads, modules) or (heads, modules) of these heads, or None."""
        weights = self._scope.weights
        return None if weights is None else self.part(weights)

    def part(self, weights: Tensor) -> Tensor | None:
        """Return these heads of mixing weights (..., heads, modules), or None if they lack."""
        if self._heads.start and weights.shape[-2] <= self._heads.start:
            return None
        return weights[..., self._heads, :]


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
