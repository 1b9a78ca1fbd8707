"""The figures of real players' games, measured on a store."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.attributes.game_figures import game_figures
from engine.errors import StylemateError
from engine.evaluation.measures import real_games
from engine.evaluation.measures.real_games import measure_player_games
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
    with pytest.raises(StylemateError, match="Ingest more games"):
        measure_player_games(games, tmp_path, least=10**6)
