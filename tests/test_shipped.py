"""What ships holds together, and the figures that people read are those that were recorded."""

import json
import re
from pathlib import Path
from typing import Any

import chess
import numpy as np
import pytest

from engine.assets import ENVIRONMENT_VARIABLE
from engine.model.checkpoint import read_description
from engine.play.opponents import load_registry
from engine.style.projection import load_projection
from engine.style.recipe import parse_recipe
from engine.style.space import StyleSpace
from ui.play.opponent import PRESETS, available_presets

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "assets"
CARD = ASSETS / "MODEL_CARD.md"
MAIA_1500_LATE_TOP1 = 0.401
"""Maia-1500 on held-out master moves, ply >= 10."""


@pytest.fixture(scope="module")
def space() -> StyleSpace:
    return StyleSpace.load(ASSETS / "styles")


def validations(log: str) -> list[dict[str, Any]]:
    lines = (ASSETS / "training" / log).read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["kind"] == "validation"]


def test_there_are_about_2600_styles_with_counts_and_attributes(space: StyleSpace) -> None:
    assert len(space.names) >= 2600
    for player in space.players:
        assert player.games >= 200
        assert player.attributes.keys() >= {"king_danger", "mobility", "strength"}
    for key in ("king_danger", "captures", "strength"):
        values = np.array([player.attributes[key] for player in space.players])
        assert abs(values.mean()) < 0.02
        assert values.std() == pytest.approx(1, abs=0.02)


def test_the_shipped_map_is_of_the_shipped_styles(space: StyleSpace) -> None:
    projection = load_projection(ASSETS / "styles", space)
    assert set(projection.tsne) == {2, 3}, "run `stylemate styles project`"


def test_every_preset_can_be_played(space: StyleSpace) -> None:
    assert available_presets(space) == PRESETS


def test_every_slider_of_the_issue_exists(space: StyleSpace) -> None:
    keys = {attribute.key for attribute in space.attributes}
    assert keys >= {
        "king_danger",
        "mobility",
        "bishop_pair",
        "threats",
        "passed_pawns",
        "space",
        "captures",
        "queen_trades",
        "strength",
    }


def test_styles_differ_in_what_they_play(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(ASSETS))
    registry = load_registry()
    board = chess.Board()
    tal, petrosian, average = (
        registry.bot(name).policy(board)
        for name in ("Tal, Mikhail", "Petrosian, Tigran", "average")
    )
    for one, other in ((tal, petrosian), (tal, average)):
        gap = max(abs(one.probability(move) - other.probability(move)) for move in one.moves)
        assert gap > 0.01
    assert sum(tal.probability(move) for move in tal.moves) == pytest.approx(1, abs=1e-5)


def test_the_backbone_predicts_held_out_moves_better_than_maia_1500() -> None:
    recorded = validations("backbone.jsonl")[-1]
    metadata = read_description(ASSETS / "model")["metadata"]["backbone"]
    assert metadata["validation"]["top1_late"] == recorded["top1_late"] > MAIA_1500_LATE_TOP1


def test_a_players_own_style_predicts_better_than_anothers() -> None:
    for log in ("anchors.jsonl", "others.jsonl"):
        last = validations(log)[-1]
        assert last["cross_entropy"] < last["another_cross_entropy"]


def test_steering_was_judged_on_players_the_correction_never_saw() -> None:
    report = json.loads((ASSETS / "styles" / "calibration.json").read_text(encoding="utf-8"))
    assert report["report_players"] >= 16
    effects = report["effects_of_one_step"]
    for key in parse_recipe("average | king_danger +1 | strength +1").steering:
        assert effects[key.attribute][key.attribute] > 0.5


def test_the_model_cards_figures_are_the_recorded_ones() -> None:
    """Every percentage and nat of the card's tables stands in a recorded file."""
    recorded = set()
    for log in ("backbone.jsonl", "anchors.jsonl", "others.jsonl"):
        for row in validations(log):
            for name, value in row.items():
                if isinstance(value, float):
                    recorded.add(f"{100 * value:.1f} %" if "top1" in name else f"{value:.4f}")
    figures = re.findall(r"\| (\d+\.\d %|\d\.\d{4})(?= \|)", CARD.read_text(encoding="utf-8"))
    assert len(figures) >= 10
    assert [figure for figure in figures if figure not in recorded] == []
