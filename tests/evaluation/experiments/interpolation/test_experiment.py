"""Styles between two: pairs, scores, the rule for a monotone rise, and where attributes go."""

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.evaluation.context import Context
from engine.evaluation.experiments.interpolation import measurement
from engine.evaluation.experiments.interpolation.experiment import EXPERIMENT
from engine.evaluation.experiments.interpolation.measurement import Played
from engine.evaluation.experiments.interpolation.pairs import Pair, _clubs, choose_pairs
from engine.evaluation.experiments.interpolation.settings import WEIGHTS, Settings
from engine.evaluation.report.result_json import as_json, read_result
from engine.style.records import PlayerInfo
from engine.style.space import StyleSpace

PAIR = Pair("rating", "a", "b")


def played(score: tuple[float, ...], error: float) -> Played:
    return Played(
        pair=PAIR,
        score=np.array(score),
        wins=np.array(score),
        error=np.full(5, error),
        stopped=0,
        games=100,
    )


def test_rule_for_a_monotone_rise() -> None:
    assert played((0.2, 0.3, 0.35, 0.4, 0.5), 0.02).rises
    assert played((0.2, 0.3, 0.29, 0.4, 0.5), 0.02).rises  # a fall within chance
    assert not played((0.2, 0.3, 0.29, 0.4, 0.5), 0.02).rises_strictly
    assert not played((0.2, 0.4, 0.3, 0.4, 0.5), 0.02).rises  # a clear fall
    assert not played((0.48, 0.48, 0.49, 0.49, 0.5), 0.02).rises  # no clear rise
    assert not played((0.5, 0.4, 0.3, 0.2, 0.1), 0.02).rises


def test_share_of_way() -> None:
    way = np.array([3.0, 4.0])
    levels = np.array([[1.0, 1.0], [2.5, 3.0], [4.0, 5.0]])
    np.testing.assert_allclose(measurement._share_of_way(levels, way), [0, 0.5, 1])


def test_runs_resumes_and_tells(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    result = EXPERIMENT.run(context)
    groups = {pair["group"] for pair in result.data["pairs"]}
    assert groups == {"rating", "opposite"}
    for pair in result.data["pairs"]:
        assert len(pair["score"]) == len(WEIGHTS)
        assert all(0 <= score <= 1 for score in pair["score"])
        assert pair["ratings"][0] < pair["ratings"][1] or pair["group"] == "opposite"
        if pair["group"] == "opposite":
            assert pair["way"]["fixed"][0] == 0
            assert pair["way"]["fixed"][-1] == pytest.approx(1)
            assert pair["way"]["played"][0] == pytest.approx(0, abs=1e-6)
            assert pair["way"]["played"][-1] == pytest.approx(1)
    (target,) = result.targets
    assert target.key == "interpolation_monotone"
    assert not target.met  # so few games prove nothing, whatever they say
    assert read_result(json.loads(json.dumps(as_json(result)))).title == result.title
    monkeypatch.setattr(measurement, "play_games", None)  # everything is there already
    assert as_json(EXPERIMENT.run(context)) == as_json(result)


def test_same_seed_same_pairs_and_each_player_once(context: Context) -> None:
    settings = Settings(
        club_pairs=1, rating_pairs=1, strength_pairs=1, opposite_pairs=1, games=2, longest=10
    )
    pairs = choose_pairs(context, settings)
    assert pairs == choose_pairs(replace(context), settings)
    ratings = {player.name: player.rating or 0 for player in context.space.players}
    weak_strong = [pair for pair in pairs if pair.group == "rating"]
    assert all(ratings[pair.first] < ratings[pair.second] for pair in weak_strong)


def test_weak_rating_groups_are_paired_with_strong_masters() -> None:
    ratings = (1500, 900, 2100, 2500)
    groups = [PlayerInfo(f"Online player {r}", 900, 2015, 2020, float(r)) for r in ratings]
    masters = [PlayerInfo(f"Master, {n}", 300, 1990, 2020, 2300.0 + n) for n in range(40)]
    unrated = [PlayerInfo("Master, Old", 300, 1850, 1880)]
    players = [*masters, *groups, *unrated]
    random = np.random.default_rng(1)
    z = random.normal(size=(len(players), 2, 4)).astype(np.float32)
    space = StyleSpace(z, players)
    pairs = _clubs(space, 3, np.random.default_rng(2))
    weak = ["Online player 900", "Online player 1500", "Online player 900"]
    assert [pair.first for pair in pairs] == weak
    assert {pair.second for pair in pairs} == {f"Master, {n}" for n in (37, 38, 39)}
    assert all(pair.group == "club" for pair in pairs)
    nobody = StyleSpace(z[:40], masters)
    assert _clubs(nobody, 3, random) == []
