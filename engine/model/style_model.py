"""One model for every style: a frozen backbone with an inventory of adapters."""

from dataclasses import replace
from typing import cast

import torch
from torch import Tensor, nn

from engine.model.backbone import Backbone, ResidualBlock
from engine.model.mhr.config import Attachment, MHRConfig
from engine.model.mhr.network import adapters, attach_adapters, is_inventory, merge_style
from engine.model.mhr.routing import routing_weights


def adapted_layer_names(backbone: Backbone, attach: Attachment) -> list[str]:
    """Return the layers of a plain backbone to which adapters attach."""
    names = []
    for name, module in backbone.named_modules():
        if not isinstance(module, ResidualBlock):
            continue
        if attach != "se":
            names += [f"{name}.first.convolution", f"{name}.second.convolution"]
        if attach != "conv":
            names += [f"{name}.se.squeeze", f"{name}.se.excite"]
    if attach == "full":
        names += ["policy.hidden.convolution", "policy.planes"]
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
        layers = adapted_layer_names(backbone, config.attach)
        dialled = adapted_layer_names(backbone, config.dial_attach) if config.dial_heads else []
        self._layers = len(layers)
        self._scope = attach_adapters(backbone, layers, config, dialled)
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
        """Return the learnt numbers of the modules that players mix."""
        return [number for part in adapters(self.backbone) for number in part.parameters()]

    def dial_parameters(self) -> list[nn.Parameter]:
        """Return the learnt numbers of the modules that dials mix."""
        parts = adapters(self.backbone, for_dials=True)
        return [number for part in parts for number in part.parameters()]

    def with_dials(self, dial_heads: int, attach: Attachment = Attachment.FULL) -> "StyleModel":
        """Return a model that plays every style as this one does and has untrained dials.

        Args:
            dial_heads: heads that mix the dials' modules.
            attach: layers that carry them.
        """
        config = replace(self.config, dial_heads=dial_heads, dial_attach=attach)
        model = StyleModel(self.plain_backbone(), config)
        inventory = {k: v for k, v in self.backbone.state_dict().items() if ".adapter." in k}
        model.backbone.load_state_dict(inventory, strict=False)
        return model

    def forward(self, planes: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
        """Predict moves and result, each position in a style of its own if wanted.

        Args:
            planes: float (N, 112, 8, 8).
            z: routing logits (N, heads, modules), or (heads, modules) for all positions; with
                the dials' heads behind the others, or without: then the dials rest.

        Returns:
            Policy logits (N, 1858) and value, as ``Backbone.forward``.
        """
        with self._scope.use(routing_weights(z, self.config)):
            return cast(tuple[Tensor, Tensor], self.backbone(planes))

    def backbone_only(self, planes: Tensor) -> tuple[Tensor, Tensor]:
        """Predict without any style: the frozen backbone alone."""
        return cast(tuple[Tensor, Tensor], self.backbone(planes))

    def merge(self, z: Tensor) -> Backbone:
        """Return a plain network for one style, at the backbone's speed.

        Args:
            z: (heads, modules), or (heads + dial heads, modules).
        """
        z = z.to(next(self.parameters()).device)
        return cast(Backbone, merge_style(self.backbone, z, self.config).eval())

    def plain_backbone(self) -> Backbone:
        """Return a copy of the frozen backbone without adapters."""
        plain = Backbone(self.backbone.config)
        state = {
            name.replace(".base.", "."): tensor
            for name, tensor in self.backbone.state_dict().items()
            if not is_inventory(name)
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
