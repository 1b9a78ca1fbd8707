"""Multi-Head adapter Routing (arXiv 2211.03831) for any network of linear layers."""

from engine.model.mhr.config import Attachment, MHRConfig
from engine.model.mhr.layer import MHRAdapter, MHRConvolution, MHRLinear
from engine.model.mhr.network import adapters, attach_adapters, is_inventory, merge_style
from engine.model.mhr.routing import RoutingScope, centre, mixing_weights, routing_weights

__all__ = [
    "Attachment",
    "MHRAdapter",
    "MHRConfig",
    "MHRConvolution",
    "MHRLinear",
    "RoutingScope",
    "adapters",
    "attach_adapters",
    "centre",
    "is_inventory",
    "merge_style",
    "mixing_weights",
    "routing_weights",
]
