"""Kinds of backbone, by the name that ``model.json`` gives them: one entry for each.

A kind is a frozen description of its shape and a network built from it. Everything that holds a
``Backbone`` asks it for planes in, policy and value out; see ``engine.model.backbone``.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from engine.errors import StylemateError
from engine.model.backbone import Backbone, BackboneConfig


@dataclass(frozen=True, slots=True)
class BackboneKind:
    """One kind of network.

    Attributes:
        config: the type of its description, whose fields are JSON values.
        network: makes it, with random weights.
    """

    config: type[BackboneConfig]
    network: Callable[[BackboneConfig], Backbone]


KINDS: Final[Mapping[str, BackboneKind]] = {"se-resnet": BackboneKind(BackboneConfig, Backbone)}
_FIRST_KIND = "se-resnet"
"""What files of before there were kinds hold."""


def describe_backbone(backbone: Backbone) -> dict[str, Any]:
    """Return what ``build_backbone`` needs to know of a network, as JSON values."""
    (kind,) = (name for name, kind in KINDS.items() if type(backbone.config) is kind.config)
    return {"kind": kind, **asdict(backbone.config)}


def build_backbone(description: Mapping[str, Any]) -> Backbone:
    """Return a network with random weights.

    Args:
        description: of ``describe_backbone``; without a kind it is of the first there was.

    Raises:
        StylemateError: there is no such kind.
        TypeError: a field is missing or unknown.
    """
    fields = dict(description)
    name = fields.pop("kind", _FIRST_KIND)
    if name not in KINDS:
        raise StylemateError(
            f"The backbone is of the kind '{name}'; this Stylemate knows {', '.join(KINDS)}. "
            "Update Stylemate."
        )
    kind = KINDS[name]
    return kind.network(kind.config(**fields))
