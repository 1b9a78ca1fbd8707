"""Multi-Head adapter Routing (arXiv 2211.03831) for any network of linear layers."""

from engine.model.mhr.config import MHRConfig
from engine.model.mhr.layer import MHRAdapter, MHRConvolution, MHRLinear
from engine.model.mhr.network import adapters, attach_adapters, merge_style
from engine.model.mhr.routing import RoutingScope, centre, mixing_weights

__all__ = [
    "MHRAdapter",
    "MHRConfig",
    "MHRConvolution",
    "MHRLinear",
    "RoutingScope",
    "adapters",
    "attach_adapters",
    "centre",
    "merge_style",
    "mixing_weights",
]
