"""Ratings from scores, and the ladder's games: planned, played, kept and gone on with."""

import datetime
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StylemateError
from engine.evaluation.ladder.ladder import (
    ANCHORS,
    SKILLS,
    Pairing,
    book,
    each_once,
    ladder_games,
    ladder_series,
    make_table,
    plan,
)
from engine.evaluation.matches.players import SettingPlayer
from engine.evaluation.matches.record import RecordedGame
from engine.evaluation.matches.standings import pair_results
from engine.evaluation.measures.ratings import PairScore, fit_ratings
from engine.play.inference import MergedNetworks
from engine.play.opponents import OpponentRegistry
from engine.play.strength.setting import RUNGS
from tests.conftest import tiny_model, tiny_space
from tests.evaluation.mice import mice


def expected(first: float, second: float) -> float:
    return float(1 / (1 + 10 ** ((second - first) / 400)))


def test_ratings_come_back_from_the_scores_they_expect() -> None:
    true = {"a": 900.0, "b": 1200.0, "c": 1500.0, "d": 1800.0}
    pairs = [("a", "b"), ("b", "c"), ("d", "c"), ("a", "c"), ("d", "b")]
    scores = [PairScore(x, y, 4000 * expected(true[x], true[y]), 4000) for x, y in pairs]
    found = fit_ratings(scores, {"c": 1500.0})
    for name, elo in true.items():
        assert found[name].elo == pytest.approx(elo, abs=3)
    assert found["c"].error == 0
    assert 0 < found["b"].error < found["a"].error


def test_the_error_is_that_of_repeated_matches() -> None:
    draw = np.random.default_rng(1)
    elos = [
        fit_ratings([PairScore("a", "b", float(draw.binomial(100, 0.6)), 100)], {"b": 1500})[
            "a"
        ].elo
        for _ in range(400)
    ]
    error = fit_ratings([PairScore("a", "b", 60.0, 100)], {"b": 1500})["a"].error
    assert np.std(elos) == pytest.approx(error, rel=0.15)


def test_who_lost_everything_gets_a_number_all_the_same() -> None:
    found = fit_ratings([PairScore("a", "b", 0.0, 50)], {"b": 1500.0})
    assert 400 < found["a"].elo < 1100
    assert found["a"].error > 100


def test_a_scale_needs_somebody_known() -> None:
    with pytest.raises(StylemateError, match="known rating"):
        fit_ratings([PairScore("a", "b", 1.0, 2)], {"z": 1500.0})


NAMES = [f"rung {number}" for number in range(len(RUNGS))]
OTHERS = [*ANCHORS, *(f"Stockfish skill {skill}" for skill in SKILLS)]


def test_every_rung_meets_both_families_and_its_neighbour() -> None:
    names = NAMES + OTHERS
    pairings = plan(names, range(len(RUNGS)), 200)
    for rung in range(len(RUNGS)):
        met = {names[p.second]: p.games for p in pairings if p.first == rung}
        programs = sum(games for name, games in met.items() if name.startswith("Stockfish"))
        networks = sum(games for name, games in met.items() if name in ANCHORS)
        assert programs + networks >= 200
        assert min(programs, networks) >= 80
        if rung + 1 < len(RUNGS):
            assert names[rung + 1] in met
    assert all(pairing.games % 2 == 0 for pairing in pairings)
    # The weakest, who lose to everybody else, meet two of ours.
    assert sum(p.first == 0 and p.second < len(RUNGS) for p in pairings) == 2


def test_games_are_balanced_and_stay_the_same_in_another_plan() -> None:
    names = ["a", "b", "c"]
    whole = ladder_games(names, [Pairing(0, 1, 8), Pairing(0, 2, 4)], book(), 1)
    assert Counter((game.white, game.black) for game in whole) == {
        (0, 1): 4, (1, 0): 4, (0, 2): 2, (2, 0): 2,
    }  # fmt: skip
    openings = Counter((frozenset((g.white, g.black)), g.opening.moves) for g in whole)
    assert set(openings.values()) == {2}
    less = ladder_games(names[:2], [Pairing(0, 1, 4)], book(), 1)
    assert {(g.round, g.white, g.black, g.opening, g.seeds) for g in less} <= {
        (g.round, g.white, g.black, g.opening, g.seeds) for g in whole
    }
    # Stopped half-way, every pair has about half of its games.
    half = Counter(frozenset((game.white, game.black)) for game in whole[:6])
    assert half == {frozenset((0, 1)): 4, frozenset((0, 2)): 2}


def test_a_ladder_goes_on_with_its_record_and_with_other_plans(tmp_path: Path) -> None:
    path = tmp_path / "games.pgn"
    pairings = [Pairing(0, 1, 8)]
    ended: list[RecordedGame] = []
    series = ladder_series(mice(2), pairings, 1, path, at_once=1)
    series.play(is_stopped=lambda: len(ended) >= 3, ended=ended.append)
    assert 3 <= len(ladder_series(mice(2), pairings, 1, path).played) < 8
    ladder_series(mice(2), pairings, 1, path).play()
    again = ladder_series(mice(2), pairings, 1, path)
    assert not again.missing
    (pair,) = pair_results(again.played)
    assert pair.games == 8
    wider = ladder_series(mice(3), [*pairings, Pairing(0, 2, 2)], 1, path)
    assert len(wider.missing) == 2
    assert {game.event for game in again.played} == {"Stylemate ladder"}


def test_the_games_of_the_first_ladder_still_count(tmp_path: Path) -> None:
    path = tmp_path / "games.pgn"
    first, second = (mouse.name for mouse in mice(2))
    text = "".join(
        f'[Event "Stylemate ladder"]\n[Site "?"]\n[Date "????.??.??"]\n[Round "{number}"]\n'
        f'[White "{white}"]\n[Black "{black}"]\n[Result "0-1"]\n\n1. f3 e5 2. g4 Qh4# 0-1\n\n'
        for number, (white, black) in enumerate([(first, second), (second, first)], start=1)
    )
    path.write_text(text)
    series = ladder_series(mice(2), [Pairing(0, 1, 4)], 1, path)
    assert [game.round for game in series.missing] == ["3", "4"]
    path.write_text(text + text)  # two records joined
    assert len(each_once(ladder_series(mice(2), [Pairing(0, 1, 4)], 1, path).played)) == 2
    path.write_text(text.replace("ladder", "match"))
    with pytest.raises(StylemateError, match="not of a Stylemate ladder"):
        ladder_series(mice(2), [Pairing(0, 1, 4)], 1, path)


def test_the_openings_are_legal_and_short() -> None:
    lines = book()
    assert len(lines) > 100
    assert {len(line.moves) for line in lines} <= set(range(4, 9))
    assert all(line.name for line in lines)


def test_the_table_never_falls() -> None:
    registry = OpponentRegistry(MergedNetworks(tiny_model()), tiny_space(), "m")
    rungs = [SettingPlayer(registry, registry.space.style("average"), s) for s in RUNGS[:5]]
    assert len({rung.name for rung in rungs}) == 5
    points = (2.0, 6.0, 5.0, 12.0)
    scores = [PairScore(r.name, "maia-1500", p, 20) for r, p in zip(rungs, points, strict=False)]
    scores.append(PairScore(rungs[4].name, "maia-1500", 4.0, 4))  # too few to tell
    table, rated = make_table(rungs, scores, "m", datetime.date(2026, 1, 31))
    elos = [rung.elo for rung in table.rungs]
    assert elos == sorted(elos)
    assert len(elos) == 3  # the second and third are one
    assert table.rungs[0].games == 20
    assert table.date == "2026-01-31"
    assert [row.name for row in table.opponents] == ["maia-1500"]
    assert rated["maia-1500"].elo == 1507
