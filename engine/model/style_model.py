"""One model for every style: a frozen backbone with an inventory of adapters."""

from typing import cast

import torch
from torch import Tensor, nn

from engine.model.backbone import Backbone, ResidualBlock
from engine.model.mhr import MHRConfig, adapters, attach_adapters, merge_style, mixing_weights


def adapted_layer_names(backbone: Backbone, config: MHRConfig) -> list[str]:
    """Return the layers of a plain backbone to which an inventory attaches."""
    names = []
    for name, module in backbone.named_modules():
        if not isinstance(module, ResidualBlock):
            continue
        if config.attach in ("conv", "all"):
            names += [f"{name}.first.convolution", f"{name}.second.convolution"]
        if config.attach in ("se", "all"):
            names += [f"{name}.se.squeeze", f"{name}.se.excite"]
    return names


class StyleModel(nn.Module):
    """A backbone that plays any style, a routing-logit array z of shape (heads, modules).

    The backbone given is taken over and adapted in place; its own weights are frozen.
    """

    def __init__(self, backbone: Backbone, config: MHRConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = backbone
        backbone.requires_grad_(False)
        layers = adapted_layer_names(backbone, config)
        self._layers = len(layers)
        self._scope = attach_adapters(backbone, layers, config)
        self.eval()

    @property
    def style_shape(self) -> tuple[int, int]:
        """Shape (heads, modules) of a style."""
        return self.config.style_shape(self._layers)

    def train(self, mode: bool = True) -> "StyleModel":
        """Switch mode; the frozen backbone's batch normalisation always keeps its statistics."""
        super().train(mode)
        self.backbone.eval()
        return self

    def inventory_parameters(self) -> list[nn.Parameter]:
        """Return the learnt numbers of the inventory."""
        return [
            parameter for adapter in adapters(self.backbone) for parameter in adapter.parameters()
        ]

    def forward(self, planes: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
        """Predict moves and result, each position in a style of its own if wanted.

        Args:
            planes: float (N, 112, 8, 8).
            z: routing logits (N, heads, modules), or (heads, modules) for all positions.

        Returns:
            Policy logits (N, 1858) and value, as ``Backbone.forward``.
        """
        with self._scope.use(mixing_weights(z, self.config.routing)):
            return cast(tuple[Tensor, Tensor], self.backbone(planes))

    def backbone_only(self, planes: Tensor) -> tuple[Tensor, Tensor]:
        """Predict without any style: the frozen backbone alone."""
        return cast(tuple[Tensor, Tensor], self.backbone(planes))

    def merge(self, z: Tensor) -> Backbone:
        """Return a plain network for one style (heads, modules), at the backbone's speed."""
        z = z.to(next(self.parameters()).device)
        return cast(Backbone, merge_style(self.backbone, z, self.config).eval())

    def plain_backbone(self) -> Backbone:
        """Return a copy of the frozen backbone without adapters."""
        plain = Backbone(self.backbone.config)
        state = {
            name.replace(".base.", "."): tensor
            for name, tensor in self.backbone.state_dict().items()
            if ".adapter." not in name
        }
        plain.load_state_dict(state)
        return plain.eval()


@torch.no_grad()
def value_as_wdl(value: Tensor) -> Tensor:
    """Return win, draw and loss probabilities (N, 3) of either kind of value head.

    A scalar value says nothing about draws: its share ``(1 + v) / 2`` counts as wins.
    """
    if value.shape[-1] == 3:
        return torch.softmax(value.float(), dim=-1)
    win = (1 + value.float()) / 2
    return torch.cat((win, torch.zeros_like(win), 1 - win), dim=-1)
