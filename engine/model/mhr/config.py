"""Settings of a Multi-Head adapter Routing inventory."""

from dataclasses import dataclass
from enum import StrEnum

from engine.model.limits import require_count, require_finite, require_one_of


class RoutingActivation(StrEnum):
    """How routing logits become mixing weights."""

    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"


class Attachment(StrEnum):
    """Which layers carry adapters."""

    SE = "se"
    CONV = "conv"
    ALL = "all"
    FULL = "full"


class Sharing(StrEnum):
    """Whether layers mix by the same weights."""

    ALL = "all"
    NONE = "none"


MOST = 4096
"""Most modules, heads or ranks: beyond lies only a damaged file."""


@dataclass(frozen=True, kw_only=True)
class MHRConfig:
    """How many skills there are, how finely a style mixes them, and where they attach.

    Defaults are those of arXiv 2502.14998 (section 3.1, appendix A.1).

    Raises:
        ValueError: there can be no such inventory.
    """

    # low-rank skill modules in the inventory, m
    modules: int = 32
    # heads that mix the modules independently, h; must divide every adapted layer's widths
    heads: int = 8
    # rank of every module, r
    rank: int = 16
    # adapters are scaled by alpha / rank
    alpha: float = 16.0
    # how logits become mixing weights: softmax (style vectors), normalised sigmoid (MHR, Poly)
    routing: RoutingActivation = RoutingActivation.SOFTMAX
    # the layers that carry adapters: both SE linears, all 3x3 convolutions of the tower, or both;
    # "full" adds the two convolutions of the policy head
    attach: Attachment = Attachment.SE
    # whether all layers mix by the same weights, or each by heads of its own; a style then has as
    # many times the heads, those of the first layer first
    sharing: Sharing = Sharing.ALL
    # further heads, those of the dials: they mix modules of their own, on the layers of
    # ``dial_attach``, which add exactly nothing while these heads' logits are equal
    dial_heads: int = 0
    dial_attach: Attachment = Attachment.FULL

    def __post_init__(self) -> None:
        for name in ("modules", "heads", "rank"):
            require_count(name, getattr(self, name), MOST)
        if self.dial_heads != 0:
            require_count("dial_heads", self.dial_heads, MOST)
        require_finite("alpha", self.alpha)
        require_one_of("routing", self.routing, tuple(RoutingActivation))
        require_one_of("attach", self.attach, tuple(Attachment))
        require_one_of("dial_attach", self.dial_attach, tuple(Attachment))
        require_one_of("sharing", self.sharing, tuple(Sharing))
        if self.dial_heads and self.sharing != Sharing.ALL:
            raise ValueError("dials need heads that all layers share")

    @property
    def steered_shape(self) -> tuple[int, int]:
        """Shape (heads + dial heads, modules) of a style with its dials."""
        return self.heads + self.dial_heads, self.modules

    def style_shape(self, layers: int) -> tuple[int, int]:
        """Return the shape (heads, modules) of a style for a number of adapted layers."""
        return self.heads * (layers if self.sharing == "none" else 1), self.modules
