"""The habits that ship: they say of famous players what chess players say of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.games.rating_groups import is_rating_group
from engine.model.checkpoint import load_model
from engine.model.fingerprint import backbone_fingerprint
from engine.style.habits import HABIT_KEYS, LEAST_AGREEMENT
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from engine.training.habits_fit import MANY_GAMES

ASSETS = Path(__file__).resolve().parents[2] / "assets"

SAID = {
    "Morphy, Paul": "+sacrifices +king_danger -queen_trades +checks",
    "Tal, Mikhail": "-queen_trades -crowd +sacrifices",
    "Alekhine, Alexander": "+sacrifices -queen_trades",
    "Lasker, Emanuel": "+king_danger",
    "Bronstein, David": "+king_danger",
    "Petrosian, Tigran": "-threats +king_walks +quiet_retreats",
    "Karpov, Anatoly": "+queen_trades -sacrifices",
    "Andersson, Ulf": "-sacrifices +pawn_structure",
    "Leko, Peter": "+crowd +queen_trades",
    "Korchnoi, Viktor": "-crowd",
    "Rapport, Richard": "-crowd",
}
"""Habits that stand out, as they stood out of an earlier, independent fit of all legal moves."""
_STANDS_OUT = 1.8


@pytest.fixture(scope="module")
def space() -> StyleSpace:
    return StyleSpace.load(ASSETS / "styles")


@pytest.fixture(scope="module")
def account() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ASSETS / "training" / "habits.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", list(SAID))
def test_what_stands_out_is_what_is_said_of_them(account: dict[str, Any], name: str) -> None:
    habits = account["not_shrunk"][name]["habits"]
    for words in SAID[name].split():
        value, error = habits[words[1:]]
        times = value / error * (1 if words[0] == "+" else -1)
        assert times > _STANDS_OUT, (name, words, round(times, 1))


def test_habits_are_of_the_shipped_model_and_of_its_players(space: StyleSpace) -> None:
    assert space.habits is not None
    backbone = load_model(ASSETS / "model").plain_backbone()
    assert space.habits.scale.backbone == backbone_fingerprint(backbone)
    assert set(space.habits.names) <= set(space.names)
    for player in space.players:
        if player.games >= MANY_GAMES and not is_rating_group(player.name):
            assert space.habits_of(player.name) is not None, player.name


def test_what_halves_of_games_do_not_agree_on_is_not_shown(
    space: StyleSpace, account: dict[str, Any]
) -> None:
    assert space.habits is not None
    assert account["players_for_agreement"] >= 50
    for key, measure in zip(HABIT_KEYS, space.habits.scale.measures, strict=True):
        expected = account["properties"][key]["reference_halves_correlate"]
        assert measure.reliable == (expected >= LEAST_AGREEMENT)
    assert any(measure.reliable for measure in space.habits.scale.measures)


def test_habits_turned_up_change_the_style(space: StyleSpace) -> None:
    for name in ("Tal, Mikhail", "Petrosian, Tigran"):
        plain, turned = space.style(name), space.style(f"{name} | intensity 3")
        assert plain.fingerprint != turned.fingerprint
        amounts = space.habit_amounts(parse_recipe(turned.recipe))
        assert max(map(abs, amounts.values())) > 0.5
