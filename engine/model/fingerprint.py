"""Which model a style belongs to: routing numbers mean nothing to another inventory."""

import hashlib
import json
from dataclasses import asdict

import torch

from engine.model.style_model import StyleModel


def model_fingerprint(model: StyleModel) -> str:
    """Return a hexadecimal digest of a model's shapes and weights, 32 characters.

    Weights count as float16, the precision in which models ship, so that a model has the same
    fingerprint before and after it was packed for shipping.
    """
    inventory = asdict(model.config)
    if inventory["sharing"] == "all":
        del inventory["sharing"]  # models keep the fingerprint from before this setting
    shapes = {"backbone": asdict(model.backbone.config), "inventory": inventory}
    digest = hashlib.blake2b(json.dumps(shapes, sort_keys=True).encode(), digest_size=16)
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        if tensor.is_floating_point():
            tensor = tensor.to(torch.float16)
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
