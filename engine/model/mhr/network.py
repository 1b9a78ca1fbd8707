"""Put MHR adapters into any network, and take one style out again as a plain network."""

import copy
from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn

from engine.model.mhr.config import MHRConfig
from engine.model.mhr.layer import MHRAdapter, MHRConvolution, MHRLinear, Scope
from engine.model.mhr.routing import HeadScope, LayerScope, RoutingScope, routing_weights

AdaptedLayer = MHRLinear | MHRConvolution


def attach_adapters(
    network: nn.Module,
    layer_names: Iterable[str],
    config: MHRConfig,
    dial_layer_names: Iterable[str] = (),
) -> RoutingScope:
    """Replace layers of a network, in place, by adapted ones.

    Args:
        network: any module.
        layer_names: dotted names of ``nn.Linear`` or ``nn.Conv2d`` layers in it, for the modules
            that players mix.
        config: shape of the inventory.
        dial_layer_names: likewise, for those of the dials.

    Returns:
        The scope through which the mixing weights of a batch reach the layers.

    Raises:
        ValueError: a named layer is of another kind or its widths do not divide by the heads.
    """
    scope = RoutingScope()
    number_of = {name: number for number, name in enumerate(layer_names)}
    dialled = list(dial_layer_names)
    players = slice(0, config.heads)
    dials = HeadScope(scope, slice(config.heads, config.heads + config.dial_heads))
    for name in dict.fromkeys([*number_of, *dialled]):
        own: Scope | None = None
        if name in number_of:
            if config.sharing == "none":
                own = LayerScope(scope, number_of[name], config.heads)
            else:
                own = HeadScope(scope, players) if config.dial_heads else scope
        adapted = _adapted(network, name, config, own, dials if name in dialled else None)
        _replace(network, name, adapted)
    return scope


def _adapted(
    network: nn.Module, name: str, config: MHRConfig, own: Scope | None, dials: Scope | None
) -> AdaptedLayer:
    layer = network.get_submodule(name)
    if isinstance(layer, nn.Linear):
        return MHRLinear(layer, config, own, dials)
    if isinstance(layer, nn.Conv2d):
        return MHRConvolution(layer, config, own, dials)
    raise ValueError(f"{name} is a {type(layer).__name__}, not a linear or convolution")


def adapters(network: nn.Module, *, for_dials: bool = False) -> Iterator[MHRAdapter]:
    """Yield the adapters of a network in module order: those that players mix, or the dials'.

    Together they are the inventory.
    """
    for module in network.modules():
        if isinstance(module, MHRAdapter) and module.for_dials == for_dials:
            yield module


def is_inventory(name: str) -> bool:
    """Tell whether a name in an adapted network's state is of the inventory, not the backbone."""
    return ".adapter." in name or ".dial_adapter." in name


@torch.no_grad()
def merge_style(network: nn.Module, z: Tensor, config: MHRConfig) -> nn.Module:
    """Return a copy of a network with one style, z (heads, modules), merged into plain layers."""
    weights = routing_weights(z, config)
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
