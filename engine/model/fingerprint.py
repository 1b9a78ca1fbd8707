"""Which model a style belongs to: routing numbers mean nothing to another inventory."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from engine.model.backbone import Backbone
from engine.model.style_model import StyleModel


def model_fingerprint(model: StyleModel) -> str:
    """Return a hexadecimal digest of a model's shapes and weights, 32 characters.

    Weights count as float16, the precision in which models ship, so that a model has the same
    fingerprint before and after it was packed for shipping. Dials do not count: at rest they add
    nothing, so the same numbers are the same player with other dials or none.
    """
    inventory = asdict(model.config)
    for of_dials in ("dial_heads", "dial_attach"):
        del inventory[of_dials]
    if inventory["sharing"] == "all":
        del inventory["sharing"]  # models keep the fingerprint from before this setting
    shapes = {"backbone": asdict(model.backbone.config), "inventory": inventory}
    return _digest(shapes, _without_dials(model.state_dict()))


def backbone_fingerprint(backbone: Backbone) -> str:
    """Return a digest of a plain backbone alone, as ``model_fingerprint`` does of a model."""
    return _digest({"backbone": asdict(backbone.config)}, backbone.state_dict())


def _digest(shapes: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> str:
    digest = hashlib.blake2b(json.dumps(shapes, sort_keys=True).encode(), digest_size=16)
    for name, tensor in sorted(tensors.items()):
        digest.update(name.encode())
        if tensor.is_floating_point():
            tensor = tensor.to(torch.float16)
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _without_dials(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return a model's state under the names that it has if dials were never attached."""
    plain = {}
    for name, tensor in state.items():
        layer, base, parameter = name.partition(".base.")
        if ".dial_adapter." in name:
            continue
        carries_dials_alone = base and f"{layer}.adapter.a" not in state
        plain[f"{layer}.{parameter}" if carries_dials_alone else name] = tensor
    return plain
