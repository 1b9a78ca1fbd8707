"""Ratings from scores, and games that are played, kept and gone on with."""

import datetime
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import chess
import chess.pgn
import numpy as np
import pytest

from engine.errors import StylemateError
from engine.evaluation.ladder.games import Pairing, play_ladder, read_scores
from engine.evaluation.ladder.ladder import book, make_table
from engine.evaluation.ladder.players import RungPlayer
from engine.evaluation.measures.ratings import Score, fit_ratings
from engine.play.inference import MergedNetworks
from engine.play.opponents import OpponentRegistry
from engine.play.strength.setting import RUNGS
from tests.conftest import tiny_model, tiny_space


def expected(first: float, second: float) -> float:
    return float(1 / (1 + 10 ** ((second - first) / 400)))


def test_ratings_come_back_from_the_scores_they_expect() -> None:
    true = {"a": 900.0, "b": 1200.0, "c": 1500.0, "d": 1800.0}
    pairs = [("a", "b"), ("b", "c"), ("d", "c"), ("a", "c"), ("d", "b")]
    scores = [Score(x, y, 4000 * expected(true[x], true[y]), 4000) for x, y in pairs]
    found = fit_ratings(scores, {"c": 1500.0})
    for name, elo in true.items():
        assert found[name].elo == pytest.approx(elo, abs=3)
    assert found["c"].error == 0
    assert 0 < found["b"].error < found["a"].error


def test_the_error_is_that_of_repeated_matches() -> None:
    draw = np.random.default_rng(1)
    elos = [
        fit_ratings([Score("a", "b", float(draw.binomial(100, 0.6)), 100)], {"b": 1500})["a"].elo
        for _ in range(400)
    ]
    error = fit_ratings([Score("a", "b", 60.0, 100)], {"b": 1500})["a"].error
    assert np.std(elos) == pytest.approx(error, rel=0.15)


def test_who_lost_everything_gets_a_number_all_the_same() -> None:
    found = fit_ratings([Score("a", "b", 0.0, 50)], {"b": 1500.0})
    assert 400 < found["a"].elo < 1100
    assert found["a"].error > 100


def test_a_scale_needs_somebody_known() -> None:
    with pytest.raises(StylemateError, match="known rating"):
        fit_ratings([Score("a", "b", 1.0, 2)], {"z": 1500.0})


@dataclass(frozen=True, eq=False)
class Mouse:
    """Plays its first legal move."""

    name: str

    @contextmanager
    def sit_down(self, seed: int) -> Iterator["Mouse"]:
        yield self

    def play(self, board: chess.Board) -> chess.Move:
        return min(board.legal_moves, key=chess.Move.uci)


def test_games_are_balanced_and_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "games.pgn"
    pairings = [Pairing(Mouse("Mouse, A"), Mouse("Mouse, B"), 8)]
    lines = [[chess.Move.from_uci("e2e4")], [chess.Move.from_uci("d2d4")]]
    told: list[int] = []

    def stop_after_three() -> bool:
        return len(told) >= 3

    play_ladder(pairings, lines, path, 1, stop_after_three, told.append, at_once=1)
    assert 3 <= read_scores(path)[0].games < 8
    play_ladder(pairings, lines, path, 1)
    play_ladder(pairings, lines, path, 1)  # nothing is left to do
    (score,) = read_scores(path)
    assert score.games == 8
    games = []
    with path.open() as file:
        while (game := chess.pgn.read_game(file)) is not None:
            games.append(game)
    assert Counter(game.headers["White"] for game in games) == {"Mouse, A": 4, "Mouse, B": 4}
    openings = Counter((g.headers["White"], next(iter(g.mainline_moves())).uci()) for g in games)
    assert set(openings.values()) == {2}


def test_the_openings_are_legal_and_short() -> None:
    lines = book()
    assert len(lines) > 100
    assert {len(line) for line in lines} <= set(range(4, 9))


def test_the_table_never_falls() -> None:
    registry = OpponentRegistry(MergedNetworks(tiny_model()), tiny_space(), "m")
    rungs = [RungPlayer(registry, registry.space.style("average"), s) for s in RUNGS[:4]]
    assert len({rung.name for rung in rungs}) == 4
    points = (2.0, 6.0, 5.0, 12.0)
    scores = [Score(r.name, "maia-1500", p, 20) for r, p in zip(rungs, points, strict=True)]
    table, rated = make_table(rungs, scores, "m", datetime.date(2026, 1, 31))
    elos = [rung.elo for rung in table.rungs]
    assert elos == sorted(elos)
    assert len(elos) == 3  # the second and third are one
    assert table.rungs[0].games == 20
    assert table.date == "2026-01-31"
    assert [row["name"] for row in table.opponents] == ["maia-1500"]
    assert rated["maia-1500"].elo == 1507
