"""From a training's folder to assets, on a tiny model."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.attributes.fixed_positions import FixedPosition, load_fixed_positions
from engine.errors import StylemateError
from engine.files import write_json, write_tensors
from engine.model.backbone import Backbone, BackboneConfig
from engine.model.checkpoint import load_model, save_model
from engine.model.mhr.config import MHRConfig
from engine.model.mhr.network import adapters
from engine.model.style_model import StyleModel
from engine.play.inference import plain_policies
from engine.play.opponents import OpponentRegistry
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace
from engine.style.steering.attribute_meter import AttributeMeter
from engine.style.steering.build import build_assets, measurements_needed, rating_of_strength
from engine.style.steering.build_options import BuildOptions
from engine.style.steering.calibration import Calibration, load_calibration

PLAYERS, HEADS, MODULES = 60, 4, 8
STEERED = ("king_danger", "captures", "strength")
OPTIONS = BuildOptions(
    gradient_players=24,
    correction_players=12,
    choice_players=12,
    report_players=12,
    rounds=2,
    steered=STEERED,
)
QUICK = BuildOptions(
    gradient_players=1,
    correction_players=1,
    choice_players=2,
    report_players=2,
    rounds=1,
    steered=("strength",),
)


@pytest.fixture(scope="module")
def positions() -> list[FixedPosition]:
    shipped = Path(__file__).resolve().parents[3] / "assets" / "positions"
    return load_fixed_positions(shipped)[::20]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder as the training writes it, with random styles that differ."""
    directory = tmp_path_factory.mktemp("trained")
    torch.manual_seed(2)
    backbone = Backbone(BackboneConfig(filters=16, blocks=2, se_ratio=2)).eval()
    model = StyleModel(backbone, MHRConfig(modules=MODULES, heads=HEADS, rank=2))
    with torch.no_grad():
        for adapter in adapters(model.backbone):
            adapter.b.normal_(std=3.0)
        model.backbone.policy.planes.weight.mul_(5)
    save_model(directory / "model", model, {"data": "random"})
    random = np.random.default_rng(3)
    z = random.normal(size=(PLAYERS, HEADS, MODULES), scale=0.1).astype(np.float32)
    write_tensors(directory / "routing.safetensors", {"z": z}, {})
    rows = [
        {
            "name": f"Player, {number}",
            "games": 200 + number,
            "first_year": 1990,
            "last_year": None if number % 7 == 0 else 2020,
            "rating": None if number % 5 == 0 else 2400.0 + number,
            "rating_peak": None if number % 5 == 0 else 2500 + number,
        }
        for number in range(PLAYERS)
    ]
    write_json(directory / "players.json", rows)
    return directory


@pytest.fixture(scope="module")
def built(
    trained: Path, positions: list[FixedPosition], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Calibration]:
    assets = tmp_path_factory.mktemp("built")
    counted = []
    report = build_assets(trained, assets, positions, OPTIONS, counted.append)
    assert sum(counted) == measurements_needed(trained, OPTIONS)
    return assets, report


def test_a_measurement_is_the_mean_of_expected_attributes(
    trained: Path, positions: list[FixedPosition]
) -> None:
    model = load_model(trained / "model")
    z = np.random.default_rng(0).normal(size=(2, HEADS, MODULES)).astype(np.float32)
    meter = AttributeMeter(model, positions)
    measured = meter.measure(z)
    for row in range(2):
        network = model.merge(torch.from_numpy(z[row]))
        expected = dict.fromkeys(meter.keys, 0.0)
        for position, policy in zip(
            positions, plain_policies(network, [p.board for p in positions]), strict=True
        ):
            chances = np.array([policy.probability(move) for move in position.moves])
            for key, value in position.expected(chances).items():
                expected[key] += value / len(positions)
        for column, key in enumerate(meter.keys):
            assert measured[row, column] == pytest.approx(expected[key], rel=1e-4, abs=1e-5)


def test_gradients_are_slopes(trained: Path, positions: list[FixedPosition]) -> None:
    meter = AttributeMeter(load_model(trained / "model"), positions)
    z = np.random.default_rng(1).normal(size=(1, HEADS, MODULES)).astype(np.float32)
    gradient = meter.gradients(z)[0]
    step = np.zeros_like(z)
    step[0, 1, 3] = 0.02
    measured_scale = meter.measure(z)[0]
    slopes = (meter.measure(z + step) - meter.measure(z - step))[0] / 0.04
    for column, key in enumerate(meter.keys):
        rounding = 2e-6 * max(1, abs(measured_scale[column]))
        tolerance = 0.05 * np.abs(gradient[column]).max() + rounding
        assert gradient[column, 1, 3] == pytest.approx(slopes[column], abs=tolerance), key


def test_assets_are_complete(built: tuple[Path, Calibration]) -> None:
    assets, report = built
    registry = OpponentRegistry.load(assets)
    assert len(registry.space.players) == PLAYERS
    assert [a.key for a in registry.space.attributes] == list(STEERED)
    assert report == load_calibration(assets / "styles")
    description = json.loads((assets / "model" / "model.json").read_text())
    assert description["metadata"] == {"data": "random"}
    assert not list(assets.glob(".building*"))


def test_players_have_standard_scores(built: tuple[Path, Calibration]) -> None:
    space = StyleSpace.load(built[0] / "styles")
    for key in ("king_danger", "mobility", "strength"):
        scores = np.array([player.attributes[key] for player in space.players])
        assert scores.mean() == pytest.approx(0, abs=0.01)
        assert scores.std() == pytest.approx(1, abs=0.01)
    assert space.players[0].rating is None
    assert space.players[1].rating == 2401


def test_a_step_moves_its_attribute_by_about_one(
    built: tuple[Path, Calibration],
    positions: list[FixedPosition],
) -> None:
    assets, report = built
    space = StyleSpace.load(assets / "styles")
    meter = AttributeMeter(load_model(assets / "model"), positions)
    before = meter.measure(space.z)
    for attribute in space.attributes:
        column = meter.keys.index(attribute.key)
        assert before[:, column].mean() == pytest.approx(attribute.mean, rel=1e-3, abs=1e-4)
        after = meter.measure(space.z + space.deltas[attribute.key])
        step = (after - before)[:, column].mean() / attribute.sd
        assert step == pytest.approx(1, abs=0.35)
        assert attribute.effects[attribute.key] == pytest.approx(step, abs=0.35)
        doses = report.own_effect_by_dose[attribute.key]
        assert doses["-2"] < doses["-1"] < 0 < doses["+1"] < doses["+2"]


def test_the_cleaner_rule_is_chosen(built: tuple[Path, Calibration]) -> None:
    rules = built[1].rules
    assert built[1].rule == min(rules, key=lambda name: rules[name]["error_elsewhere"])
    assert any(rule["leakage_after"] < rule["leakage_before"] for rule in rules.values())


def test_players_with_enough_games_set_the_scale(
    trained: Path, positions: list[FixedPosition], tmp_path: Path
) -> None:
    report = build_assets(trained, tmp_path, positions, replace(QUICK, reference_games=240))
    space = StyleSpace.load(tmp_path / "styles")
    scores = [p.attributes["captures"] for p in space.players if p.games >= 240]
    assert report.reference_players == len(scores) == 20
    assert np.mean(scores) == pytest.approx(0, abs=0.01)
    assert np.std(scores) == pytest.approx(1, abs=0.01)
    everyone = [p.attributes["captures"] for p in space.players]
    assert np.std(everyone) != pytest.approx(1, abs=0.01)


def test_strength_goes_with_rating_only_where_it_does() -> None:
    ratings = [2400.0, 2450, 2500, 2550, 2600, 2650, 2700, 2750]
    players = [PlayerInfo(str(rating), 1, rating=rating) for rating in ratings]
    everybody = np.ones(len(players), dtype=np.bool_)
    strength = np.array(ratings) / 100
    found = rating_of_strength(players, strength, everybody)
    assert found == {"correlation": 1.0, "rated": 8, "points": 100.0}
    assert "points" not in rating_of_strength(players, -strength, everybody)
    assert rating_of_strength(players[:3], strength[:3], everybody[:3]) == {}


def test_measurements_are_kept(
    trained: Path, positions: list[FixedPosition], tmp_path: Path
) -> None:
    steps: list[int] = []
    build_assets(trained, tmp_path / "one", positions, QUICK)
    build_assets(trained, tmp_path / "two", positions, QUICK, steps.append)
    assert steps[0] == PLAYERS
    first = (tmp_path / "one" / "styles" / "players.json").read_text()
    assert first == (tmp_path / "two" / "styles" / "players.json").read_text()
    steps.clear()
    build_assets(trained, tmp_path / "three", positions[:-1], QUICK, steps.append)
    assert steps[0] == 0


def test_damaged_trainings_are_refused(
    trained: Path, positions: list[FixedPosition], tmp_path: Path
) -> None:
    for part, words in (
        ("model", "no model"),
        ("routing.safetensors", "missing"),
        ("players.json", "missing"),
    ):
        copy = tmp_path / part
        shutil.copytree(trained, copy)
        shutil.rmtree(copy / part) if part == "model" else (copy / part).unlink()
        with pytest.raises(StylemateError, match=words):
            build_assets(copy, tmp_path / "assets", positions, OPTIONS)
    with pytest.raises(StylemateError, match="no folder"):
        build_assets(tmp_path / "nowhere", tmp_path / "assets", positions, OPTIONS)


def test_routing_must_fit(trained: Path, positions: list[FixedPosition], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(trained, copy)
    z = np.zeros((PLAYERS - 1, HEADS, MODULES), dtype=np.float32)
    write_tensors(copy / "routing.safetensors", {"z": z}, {})
    with pytest.raises(StylemateError, match="should hold finite routing numbers"):
        build_assets(copy, tmp_path / "assets", positions, OPTIONS)


def test_unknown_attribute(trained: Path, positions: list[FixedPosition], tmp_path: Path) -> None:
    with pytest.raises(StylemateError, match="no attribute beauty"):
        build_assets(trained, tmp_path, positions, BuildOptions(steered=("beauty",)))
