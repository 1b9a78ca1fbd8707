"""The MHR adapter of one linear map, and the two kinds of layers that carry it.

An adapter adds ``x A B * alpha / r`` to a layer, where the rows of A and the columns of B are cut
into heads, and each head of A and B is a weighted sum of that head of the m modules
(arXiv 2211.03831; arXiv 2502.14998 equation for MHR). Nothing here knows of training.
"""

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from engine.model.mhr.config import MHRConfig
from engine.model.mhr.routing import HeadScope, LayerScope, RoutingScope

Scope = RoutingScope | LayerScope | HeadScope


class MHRAdapter(nn.Module):
    """The m low-rank modules of one layer: those that players mix, or those of the dials."""

    def __init__(
        self, inputs: int, outputs: int, config: MHRConfig, *, for_dials: bool = False
    ) -> None:
        super().__init__()
        heads, modules, rank = config.heads, config.modules, config.rank
        self.for_dials = for_dials
        if for_dials:
            heads = config.dial_heads
        # What weights that sum to zero, as dials' do, lack to an even mix.
        self.even = 1 / modules if for_dials else 0.0
        if inputs % heads or outputs % heads:
            raise ValueError(
                f"{heads} heads do not divide a layer of {inputs} inputs and {outputs} outputs"
            )
        self.inputs, self.outputs = inputs, outputs
        self.scale = config.alpha / rank
        bound = 1 / math.sqrt(3 * inputs)
        self.a = nn.Parameter(torch.empty(heads, modules, inputs // heads, rank))
        self.b = nn.Parameter(torch.zeros(heads, modules, rank, outputs // heads))
        nn.init.uniform_(self.a, -bound, bound)

    def mix(self, weights: Tensor) -> tuple[Tensor, Tensor]:
        """Mix the modules by weights (N, heads, modules) to A (N, in, r) and B (N, r, out)."""
        count, rank = weights.shape[0], self.a.shape[-1]
        by_head = weights.transpose(0, 1)
        # Only B's mix may vanish: then the adapter rests, and A has a gradient all the same.
        a = torch.bmm(by_head + self.even, self.a.flatten(2))  # (heads, N, in/heads * r)
        b = torch.bmm(by_head, self.b.flatten(2))
        a = a.transpose(0, 1).reshape(count, self.inputs, rank)
        b = b.view(-1, count, rank, self.outputs // by_head.shape[0])
        return a, b.permute(1, 2, 0, 3).reshape(count, rank, self.outputs)

    def forward(self, x: Tensor, weights: Tensor) -> Tensor:
        """Return what the adapter adds to the layer's output.

        Args:
            x: (N, in) or (N, T, in).
            weights: (N, heads, modules), or (heads, modules) for one style in the whole batch.
        """
        if weights.dim() == 2:
            a, b = self.mix(weights[None])
            return x @ a[0] @ b[0] * self.scale
        a, b = self.mix(weights)
        if x.dim() == 2:
            return torch.bmm(torch.bmm(x[:, None], a), b)[:, 0] * self.scale
        return torch.bmm(torch.bmm(x, a), b) * self.scale

    def merged(self, weights: Tensor) -> Tensor:
        """Return the dense map (out, in) that one style, weights (heads, modules), adds."""
        a, b = self.mix(weights[None])
        return (a[0] @ b[0] * self.scale).T


class _Adapted(nn.Module):
    """A layer with the players' adapter, the dials' adapter, or both beside it."""

    def __init__(
        self, inputs: int, outputs: int, config: MHRConfig, scope: Scope | None, dials: Scope | None
    ) -> None:
        super().__init__()
        if scope is not None:
            self.adapter = MHRAdapter(inputs, outputs, config)
        if dials is not None:
            self.dial_adapter = MHRAdapter(inputs, outputs, config, for_dials=True)
        self._scope, self._dials = scope, dials

    def _parts(self) -> Iterator[tuple[MHRAdapter, Scope]]:
        if self._scope is not None:
            yield self.adapter, self._scope
        if self._dials is not None:
            yield self.dial_adapter, self._dials

    def _added(self, x: Tensor) -> Tensor | None:
        """Return what the weights in force add to the output for x (N, [T,] in); None: nothing."""
        added: Tensor | None = None
        for adapter, scope in self._parts():
            weights = scope.weights
            if weights is not None:
                more: Tensor = adapter(x, weights)
                added = more if added is None else added + more
        return added

    def _merged(self, weights: Tensor) -> Tensor | float:
        """Return the dense map (out, in) that one style's weights (heads, modules) add."""
        total: Tensor | float = 0.0
        for adapter, scope in self._parts():
            own = scope.part(weights)
            if own is not None:
                total = total + adapter.merged(own)
        return total


class MHRLinear(_Adapted):
    """Any ``nn.Linear`` with adapters beside it."""

    def __init__(
        self, base: nn.Linear, config: MHRConfig, scope: Scope | None, dials: Scope | None = None
    ) -> None:
        super().__init__(base.in_features, base.out_features, config, scope, dials)
        self.base = base

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in) or (N, T, in) with the weights in force, or as the plain layer."""
        y: Tensor = self.base(x)
        added = self._added(x)
        return y if added is None else y + added

    @torch.no_grad()
    def merge(self, weights: Tensor) -> nn.Linear:
        """Return a plain layer that acts as this one does for one style."""
        base = self.base
        layer = nn.Linear(base.in_features, base.out_features, base.bias is not None)
        layer.to(base.weight)
        layer.weight.copy_(base.weight + self._merged(weights))
        if base.bias is not None:
            layer.bias.copy_(base.bias)
        return layer


class MHRConvolution(_Adapted):
    """A convolution with adapters on its centre tap: linear maps of channels on every square.

    Because they sit on the centre tap they merge exactly into the kernel.
    """

    def __init__(
        self, base: nn.Conv2d, config: MHRConfig, scope: Scope | None, dials: Scope | None = None
    ) -> None:
        if base.stride != (1, 1) or any(size % 2 == 0 for size in base.kernel_size):
            raise ValueError("only odd kernels with stride 1 have a centre tap on every square")
        super().__init__(base.in_channels, base.out_channels, config, scope, dials)
        self.base = base

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in, H, W) with the weights in force, or as the plain layer."""
        y: Tensor = self.base(x)
        added = self._added(x.flatten(2).transpose(1, 2))
        return y if added is None else y + added.transpose(1, 2).reshape_as(y)

    @torch.no_grad()
    def merge(self, weights: Tensor) -> nn.Conv2d:
        """Return a plain convolution that acts as this one does for one style."""
        base = self.base
        layer = nn.Conv2d(
            base.in_channels,
            base.out_channels,
            base.kernel_size,  # type: ignore[arg-type]
            padding=base.padding,  # type: ignore[arg-type]
            bias=base.bias is not None,
        ).to(base.weight)
        centre = [size // 2 for size in base.kernel_size]
        kernel = base.weight.clone()
        kernel[:, :, centre[0], centre[1]] += self._merged(weights)
        layer.weight.copy_(kernel)
        if base.bias is not None and layer.bias is not None:
            layer.bias.copy_(base.bias)
        return layer
