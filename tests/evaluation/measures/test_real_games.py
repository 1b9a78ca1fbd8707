"""The figures of real players' games, measured on a store."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.attributes.game_figures import game_figures
from engine.errors import StylemateError
from engine.evaluation.measures import real_games
from engine.evaluation.measures.real_games import agreements_of, measure_player_games
from engine.training.data import load_games
from tests.training.conftest import PLAYERS


def test_the_table_is_of_the_players_own_sides(games_store: Path, tmp_path: Path) -> None:
    games = load_games(games_store)
    table = measure_player_games(games, tmp_path, least=2, most=1000)
    assert table.names == tuple(sorted(PLAYERS))
    for name in PLAYERS:
        number = games.players.index(name)
        as_white = (games.white == number) & (games.black != number)
        as_black = (games.black == number) & (games.white != number)
        white = game_figures(games, np.zeros(games.count, dtype=np.bool_)).values[as_white]
        black = game_figures(games, np.ones(games.count, dtype=np.bool_)).values[as_black]
        values = np.concatenate((white, black))
        row = table.names.index(name)
        assert table.games[row] == len(values)
        for column, key in enumerate(FIGURE_KEYS):
            known = values[np.isfinite(values[:, column]), column]
            if len(known) > 1:
                assert table.means[row, column] == pytest.approx(known.mean(), rel=1e-5), key
        checks = values[:, FIGURE_KEYS.index("checks")]
        error = table.errors[row, FIGURE_KEYS.index("checks")]
        assert error == pytest.approx(checks.std(ddof=1) / np.sqrt(len(checks)), rel=1e-4)


def test_a_stopped_run_goes_on_where_it_was(
    games_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    games = load_games(games_store)
    monkeypatch.setattr(real_games, "_PLAYERS_AT_ONCE", 2)
    told = []

    def stop(done: int, count: int) -> None:
        told.append((done, count))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_player_games(games, tmp_path, least=2, most=6, progress=stop)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(before) == 1
    table = measure_player_games(games, tmp_path, least=2, most=6)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    whole = measure_player_games(games, tmp_path / "anew", least=2, most=6)
    np.testing.assert_array_equal(table.means, whole.means)
    assert table.games.tolist() == [6] * 4


def test_private_people_and_groups_are_left_out(games_store: Path, tmp_path: Path) -> None:
    games = load_games(games_store)
    names = ["handle42", "Online player 1700", *games.players[2:]]
    table = measure_player_games(replace(games, players=names), tmp_path, least=2, most=4)
    assert set(table.names) == set(games.players[2:])
    asked = measure_player_games(
        replace(games, players=names), tmp_path, least=2, most=4, also=names
    )
    assert set(asked.names) == set(names)
    # They are there, and say nothing of how persons differ.
    assert asked.spread("checks") == table.spread("checks")
    with pytest.raises(StylemateError, match="Ingest more games"):
        measure_player_games(games, tmp_path, least=10**6)


def test_halves_of_the_same_players_games_are_correlated() -> None:
    random = np.random.default_rng(0)
    true = random.normal(size=(30, 1))
    halves = [np.repeat(row + 0.1 * random.normal(size=(2, 1)), 3, axis=1) for row in true]
    for half in halves:
        half[:, 1] = np.nan
        half[:, 2] = 0.5
    first, unknown, same = agreements_of(halves)
    assert first == pytest.approx(1.0, abs=0.05)
    assert unknown is None
    assert same is None
    assert agreements_of(halves[:3]) == ()


def test_halves_are_disjoint_and_whole(
    games_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(real_games, "HALVED_GAMES", 4)
    monkeypatch.setattr(real_games, "LEAST_HALVED_PLAYERS", 2)
    games = load_games(games_store)
    table = measure_player_games(games, tmp_path, least=4, most=4)
    whole = table.means[:, FIGURE_KEYS.index("pawn_moves")]
    stored = [np.load(path) for path in sorted(tmp_path.iterdir())]
    halves = [found["means"] for found in stored if found["means"].shape[0] == 2]
    halves = [half for half in halves if half.ndim == 2 and half.shape == (2, len(FIGURE_KEYS))]
    assert len(halves) >= len(table.names)
    means = sorted(half[:, FIGURE_KEYS.index("pawn_moves")].mean() for half in halves)
    for value in whole:
        assert min(abs(np.array(means) - value)) < 1e-6
    assert len(table.agreements) == len(FIGURE_KEYS)
