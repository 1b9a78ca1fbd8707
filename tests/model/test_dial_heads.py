"""Dials' heads: at rest they add nothing, and what they add merges as players' modules do."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.files import read_json, write_json
from engine.model.backbone import Backbone, BackboneConfig
from engine.model.checkpoint import load_model, save_model
from engine.model.fingerprint import model_fingerprint
from engine.model.mhr.config import MHRConfig
from engine.model.style_model import StyleModel
from engine.style.style import centred, stacked, steer, with_heads

HEADS, DIAL_HEADS, MODULES = 4, 2, 3


@pytest.fixture
def plain() -> StyleModel:
    """A model without dials whose players' modules do something."""
    torch.manual_seed(3)
    backbone = Backbone(BackboneConfig(filters=16, blocks=2, se_ratio=4)).eval()
    config = MHRConfig(modules=MODULES, heads=HEADS, rank=2, attach="all")
    model = StyleModel(backbone, config)
    _stir(model.inventory_parameters())
    return model


@pytest.fixture
def dialled(plain: StyleModel) -> StyleModel:
    """The same model with dials that do something."""
    model = plain.with_dials(DIAL_HEADS)
    _stir(model.dial_parameters())
    return model


def _stir(parameters: list[torch.nn.Parameter]) -> None:
    with torch.no_grad():
        for parameter in parameters:
            parameter.normal_(0, 0.3)


def _planes() -> Tensor:
    return torch.rand(3, 112, 8, 8, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
def test_every_player_plays_as_without_dials(plain: StyleModel, dialled: StyleModel) -> None:
    z = torch.randn(3, HEADS, MODULES)
    expected = plain(_planes(), z)[0]
    assert torch.equal(dialled(_planes(), z)[0], expected)
    at_rest = torch.cat((z, torch.full((3, DIAL_HEADS, MODULES), 0.7)), dim=1)
    torch.testing.assert_close(dialled(_planes(), at_rest)[0], expected, atol=1e-5, rtol=1e-5)


@torch.no_grad()
def test_a_turned_dial_changes_moves_and_merges(dialled: StyleModel) -> None:
    z = torch.randn(3, HEADS + DIAL_HEADS, MODULES)
    turned = dialled(_planes(), z)[0]
    assert (turned - dialled(_planes(), z[:, :HEADS])[0]).abs().max() > 1e-2
    for row, planes in enumerate(_planes()):
        merged = dialled.merge(z[row])
        assert not [name for name in merged.state_dict() if "adapter" in name]
        torch.testing.assert_close(merged(planes[None])[0][0], turned[row], atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_a_model_with_dials_is_saved_and_loaded(dialled: StyleModel, tmp_path: Path) -> None:
    save_model(tmp_path, dialled, {})
    loaded = load_model(tmp_path)
    z = torch.randn(3, HEADS + DIAL_HEADS, MODULES)
    assert loaded.config == dialled.config
    assert torch.equal(loaded(_planes(), z)[0], dialled(_planes(), z)[0])
    assert not [name for name in loaded.plain_backbone().state_dict() if "adapter" in name]


def test_dials_do_not_change_whose_style_a_style_is(plain: StyleModel, dialled: StyleModel) -> None:
    assert model_fingerprint(dialled) == model_fingerprint(plain)
    _stir(plain.inventory_parameters())
    assert model_fingerprint(dialled) != model_fingerprint(plain)


def test_training_players_leaves_the_dials_alone(dialled: StyleModel) -> None:
    players = {id(parameter) for parameter in dialled.inventory_parameters()}
    assert players
    assert not players & {id(parameter) for parameter in dialled.dial_parameters()}


def test_dials_need_shared_heads() -> None:
    with pytest.raises(ValueError, match="share"):
        MHRConfig(dial_heads=2, sharing="none")


def test_steering_adds_the_dials_heads_to_a_player() -> None:
    random = np.random.default_rng(0)
    z = random.normal(size=(HEADS, MODULES)).astype(np.float32)
    delta = random.normal(size=(HEADS + DIAL_HEADS, MODULES)).astype(np.float32)
    delta[:HEADS] = 0
    steered = steer(z, delta, 1.5)
    np.testing.assert_allclose(steered[:HEADS], centred(z), atol=1e-6)
    np.testing.assert_allclose(steered[HEADS:], centred(1.5 * delta[HEADS:]), atol=1e-6)
    # Another dial, and a delta that only players' heads know, come on top of it.
    further = steer(steer(steered, delta, -0.5), z, 1.0)
    np.testing.assert_allclose(further, steer(steer(z, z, 1.0), delta, 1.0), atol=1e-5)
    assert stacked([z, steered]).shape == (2, HEADS + DIAL_HEADS, MODULES)
    np.testing.assert_array_equal(with_heads(z, HEADS), z)


@torch.no_grad()
def test_a_description_from_before_dials_is_read(plain: StyleModel, tmp_path: Path) -> None:
    save_model(tmp_path, plain, {})
    description = read_json(tmp_path / "model.json")
    del description["inventory"]["dial_heads"], description["inventory"]["dial_attach"]
    write_json(tmp_path / "model.json", description)
    z = torch.randn(3, HEADS, MODULES)
    assert torch.equal(load_model(tmp_path)(_planes(), z)[0], plain(_planes(), z)[0])
