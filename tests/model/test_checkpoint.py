import json
from pathlib import Path

import pytest
import torch

from engine.errors import StylemateError
from engine.model.backbone import Backbone, BackboneConfig
from engine.model.checkpoint import (
    load_backbone,
    load_model,
    read_description,
    save_backbone,
    save_model,
)
from engine.model.mhr.config import MHRConfig
from engine.model.style_model import StyleModel
from tests.model.test_mhr import filled


@pytest.fixture
def model() -> StyleModel:
    torch.manual_seed(0)
    model = StyleModel(
        Backbone(BackboneConfig(filters=16, blocks=1)), MHRConfig(modules=3, heads=2, attach="all")
    )
    filled(model)
    return model


def test_models_round_trip(model: StyleModel, tmp_path: Path) -> None:
    save_model(tmp_path, model, {"data_fingerprint": "abc"})
    loaded = load_model(tmp_path)
    planes, z = torch.rand(2, 112, 8, 8), torch.randn(2, 2, 3)
    with torch.inference_mode():
        for one, other in zip(model(planes, z), loaded(planes, z), strict=True):
            assert torch.equal(one, other)
        assert torch.equal(load_backbone(tmp_path)(planes)[0], model.backbone_only(planes)[0])
    assert read_description(tmp_path)["metadata"] == {"data_fingerprint": "abc"}
    assert not list(tmp_path.glob("*.part"))


def test_half_precision_files_load_as_float32(model: StyleModel, tmp_path: Path) -> None:
    save_model(tmp_path, model, {}, dtype=torch.float16)
    loaded = load_model(tmp_path)
    assert all(p.dtype == torch.float32 for p in loaded.parameters())
    planes, z = torch.rand(2, 112, 8, 8), torch.randn(2, 3)
    torch.testing.assert_close(loaded(planes, z)[0], model(planes, z)[0], atol=2e-2, rtol=2e-2)


def test_a_backbone_alone_has_no_styles(tmp_path: Path) -> None:
    save_backbone(tmp_path, Backbone(BackboneConfig(filters=16, blocks=1)), {})
    with pytest.raises(StylemateError, match="without styles"):
        load_model(tmp_path)


def test_missing_and_damaged_files_say_so(model: StyleModel, tmp_path: Path) -> None:
    with pytest.raises(StylemateError, match="no model in"):
        load_model(tmp_path)
    save_model(tmp_path, model, {})
    for name in ("backbone.safetensors", "inventory.safetensors", "model.json"):
        path = tmp_path / name
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(StylemateError, match="damaged"):
            load_model(tmp_path)
        path.unlink()
        with pytest.raises(StylemateError, match=r"missing"):
            load_model(tmp_path)
        path.write_bytes(whole)
    load_model(tmp_path)


def test_another_shape_or_version_says_so(model: StyleModel, tmp_path: Path) -> None:
    save_model(tmp_path, model, {})
    path = tmp_path / "model.json"
    description = json.loads(path.read_text())
    for change, message in [
        ({"version": 99}, "format version 99"),
        ({"backbone": {"filters": 32, "blocks": 1}}, "damaged"),
        ({"backbone": {"colour": 1}}, "damaged"),
        ({"inventory": {"modules": 4, "heads": 2}}, "damaged"),
    ]:
        path.write_text(json.dumps(description | change))
        with pytest.raises(StylemateError, match=message):
            load_model(tmp_path)


def test_a_file_says_its_kind_and_older_ones_need_not(model: StyleModel, tmp_path: Path) -> None:
    save_model(tmp_path, model, {})
    path = tmp_path / "model.json"
    description = json.loads(path.read_text())
    assert description["backbone"].pop("kind") == "se-resnet"
    path.write_text(json.dumps(description))
    load_model(tmp_path)
    description["backbone"]["kind"] = "transformer"
    path.write_text(json.dumps(description))
    with pytest.raises(StylemateError, match=r"kind 'transformer'.*se-resnet"):
        load_model(tmp_path)


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        *(("backbone", "filters", value) for value in (0, -16, 1e30, 2**40, float("nan"), "16")),
        *(("backbone", "blocks", value) for value in (0, 2, 1.0, 10**30, True, None, [])),
        *(("backbone", "se_ratio", value) for value in (0, 17, float("inf"))),
        ("backbone", "value_head", "other"),
        *(("inventory", "modules", value) for value in (0, 10**30, 4096, float("nan"))),
        *(("inventory", "heads", value) for value in (0, 3, 10**30)),
        ("inventory", "rank", 4096),
        ("inventory", "alpha", float("nan")),
        ("inventory", "routing", "other"),
        ("inventory", "attach", {}),
    ],
)
def test_a_description_of_no_network_says_so(
    model: StyleModel, tmp_path: Path, part: str, field: str, value: object
) -> None:
    save_model(tmp_path, model, {})
    path = tmp_path / "model.json"
    description = json.loads(path.read_text())
    description[part][field] = value
    path.write_text(json.dumps(description))
    with pytest.raises(StylemateError, match="damaged"):
        load_model(tmp_path)


@pytest.mark.parametrize("part", ["backbone", "inventory"])
@pytest.mark.parametrize("value", [None, [], "x", 3])
def test_a_description_of_another_kind_says_so(
    model: StyleModel, tmp_path: Path, part: str, value: object
) -> None:
    save_model(tmp_path, model, {})
    path = tmp_path / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {part: value}))
    with pytest.raises(StylemateError, match="damaged"):
        load_model(tmp_path)
