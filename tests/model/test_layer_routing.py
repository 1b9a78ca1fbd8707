"""Layers with a routing of their own: the same maths, layer by layer, and it merges too."""

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch

from engine.model.backbone import Backbone, BackboneConfig
from engine.model.checkpoint import load_model, save_model
from engine.model.fingerprint import model_fingerprint
from engine.model.mhr.config import Attachment, MHRConfig
from engine.model.mhr.network import adapters
from engine.model.style_model import StyleModel

CONFIG = MHRConfig(modules=3, heads=2, rank=2)
LAYERS = {"se": 4, "conv": 4, "all": 8}


def model(config: MHRConfig) -> StyleModel:
    torch.manual_seed(4)
    made = StyleModel(Backbone(BackboneConfig(filters=16, blocks=2, se_ratio=2)), config)
    for adapter in adapters(made.backbone):
        adapter.b.data.normal_(std=0.5)
    return made


def planes(count: int = 3) -> torch.Tensor:
    return torch.rand(count, 112, 8, 8, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("attach", ["se", "conv", "all"])
def test_a_style_has_heads_for_every_layer(attach: Attachment) -> None:
    own = model(replace(CONFIG, attach=attach, sharing="none"))
    assert own.style_shape == (2 * LAYERS[attach], 3)
    assert model(replace(CONFIG, attach=attach)).style_shape == (2, 3)


def test_the_same_heads_in_every_layer_are_a_shared_routing() -> None:
    shared, own = model(CONFIG), model(replace(CONFIG, sharing="none"))
    own.load_state_dict(shared.state_dict())
    z = torch.randn(3, 2, 3)
    expected = shared(planes(), z)
    for got, wanted in zip(own(planes(), z.repeat(1, 4, 1)), expected, strict=True):
        torch.testing.assert_close(got, wanted)


def test_each_layer_listens_to_its_own_heads() -> None:
    own = model(replace(CONFIG, sharing="none"))
    z = torch.randn(8, 3)
    layers = list(adapters(own.backbone))
    seen = []
    for adapter in layers:
        adapter.register_forward_hook(lambda module, inputs, output: seen.append(inputs[1]))
    own(planes(), z)
    assert len(seen) == len(layers) == 4
    for number, weights in enumerate(seen):
        torch.testing.assert_close(weights, torch.softmax(z[2 * number : 2 * number + 2], dim=-1))


@pytest.mark.parametrize("attach", ["se", "conv", "all"])
def test_one_style_merges_into_a_plain_network(attach: Attachment) -> None:
    own = model(replace(CONFIG, attach=attach, sharing="none"))
    z = torch.randn(own.style_shape)
    for got, wanted in zip(own.merge(z)(planes()), own(planes(), z), strict=True):
        torch.testing.assert_close(got, wanted, atol=1e-4, rtol=1e-4)


def test_styles_learn_in_every_layer_and_come_back_from_disk(tmp_path: Path) -> None:
    own = model(replace(CONFIG, sharing="none"))
    z = torch.randn(2, *own.style_shape, requires_grad=True)
    own(planes(2), z)[0].square().sum().backward()
    assert z.grad is not None
    assert bool((z.grad.abs().sum(-1) > 0).all())
    save_model(tmp_path, own, {})
    again = load_model(tmp_path)
    assert again.config == own.config
    torch.testing.assert_close(again(planes(2), z)[0], own(planes(2), z)[0])


def test_sharing_is_part_of_what_a_model_is() -> None:
    shared, own = model(CONFIG), model(replace(CONFIG, sharing="none"))
    own.load_state_dict(shared.state_dict())
    assert model_fingerprint(shared) != model_fingerprint(own)


def test_shared_models_keep_the_fingerprint_they_always_had() -> None:
    made = model(CONFIG)
    later = ("sharing", "dial_heads", "dial_attach")
    inventory = {name: value for name, value in asdict(CONFIG).items() if name not in later}
    shapes = {"backbone": asdict(made.backbone.config), "inventory": inventory}
    digest = hashlib.blake2b(json.dumps(shapes, sort_keys=True).encode(), digest_size=16)
    for name, tensor in sorted(made.state_dict().items()):
        digest.update(name.encode())
        digest.update((tensor.half() if tensor.is_floating_point() else tensor).numpy().tobytes())
    assert model_fingerprint(made) == digest.hexdigest()
