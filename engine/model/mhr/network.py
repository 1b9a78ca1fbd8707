"""Put MHR adapters into any network, and take one style out again as a plain network."""

import copy
from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn

from engine.model.mhr.config import MHRConfig
from engine.model.mhr.layer import MHRAdapter, MHRConvolution, MHRLinear
from engine.model.mhr.routing import LayerScope, RoutingScope, mixing_weights

AdaptedLayer = MHRLinear | MHRConvolution


def attach_adapters(
    network: nn.Module, layer_names: Iterable[str], config: MHRConfig
) -> RoutingScope:
    """Replace layers of a network, in place, by adapted ones.

    Args:
        network: any module.
        layer_names: dotted names of ``nn.Linear`` or ``nn.Conv2d`` layers in it.
        config: shape of the inventory.

    Returns:
        The scope through which the mixing weights of a batch reach the layers.

    Raises:
        ValueError: a named layer is of another kind or its widths do not divide by the heads.
    """
    scope = RoutingScope()
    for number, name in enumerate(layer_names):
        layer = network.get_submodule(name)
        adapted: AdaptedLayer
        own = scope if config.sharing == "all" else LayerScope(scope, number, config.heads)
        if isinstance(layer, nn.Linear):
            adapted = MHRLinear(layer, config, own)
        elif isinstance(layer, nn.Conv2d):
            adapted = MHRConvolution(layer, config, own)
        else:
            raise ValueError(f"{name} is a {type(layer).__name__}, not a linear or convolution")
        _replace(network, name, adapted)
    return scope


def adapters(network: nn.Module) -> Iterator[MHRAdapter]:
    """Yield the adapters of a network in module order: together they are the inventory."""
    return (module for module in network.modules() if isinstance(module, MHRAdapter))


@torch.no_grad()
def merge_style(network: nn.Module, z: Tensor, config: MHRConfig) -> nn.Module:
    """Return a copy of a network with one style, z (heads, modules), merged into plain layers."""
    weights = mixing_weights(z, config.routing)
    merged = {
        name: module.merge(weights)
        for name, module in network.named_modules()
        if isinstance(module, MHRLinear | MHRConvolution)
    }
    # The adapters themselves need not be copied only to be thrown away.
    memo = {id(network.get_submodule(name)): layer for name, layer in merged.items()}
    return copy.deepcopy(network, memo)


def _replace(network: nn.Module, name: str, layer: nn.Module) -> None:
    parent, _, leaf = name.rpartition(".")
    setattr(network.get_submodule(parent), leaf, layer)
