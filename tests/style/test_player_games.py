"""The table of real players' games."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import StylemateError
from engine.files import write_tensors
from engine.style.player_games import PLAYER_GAMES_FILE, PlayerGames, load_player_games

NAMES = tuple(f"Player, {number}" for number in range(500))


def table(errors: float = 0.02) -> PlayerGames:
    """Return 500 players whose checks truly differ by 0.03 around 0.10, seen with an error."""
    random = np.random.default_rng(3)
    true = random.normal(0.10, 0.03, len(NAMES))
    seen = true + random.normal(0, errors, len(NAMES)) if errors else true
    means = np.stack([seen, np.full(len(NAMES), np.nan)], axis=1).astype(np.float32)
    return PlayerGames(
        ("checks", "captures"),
        NAMES,
        np.full(len(NAMES), 400, dtype=np.int32),
        means,
        np.full(means.shape, errors, dtype=np.float32),
    )


def test_the_noise_of_finite_games_is_taken_off() -> None:
    spread = table().spread("checks")
    assert spread is not None
    assert spread.mean == pytest.approx(0.10, abs=0.005)
    assert spread.sd == pytest.approx(0.03, rel=0.12)
    assert table().means[:, 0].std() > 1.1 * spread.sd
    assert spread.low == pytest.approx(0.10 - 2.33 * 0.03, abs=0.012)
    assert spread.high == pytest.approx(0.10 + 2.33 * 0.03, abs=0.012)
    only_noise = table(0.3).spread("checks")
    assert only_noise is not None
    assert only_noise.sd < 0.1


def test_a_players_habit_and_where_it_stands() -> None:
    players = table()
    habit = players.habit(NAMES[7], "checks")
    assert habit is not None
    assert habit.low == pytest.approx(habit.value - 1.96 * 0.02, abs=1e-3)
    assert habit.above == pytest.approx((players.means[:, 0] < habit.value).mean(), abs=2e-3)
    assert players.share_below("checks", -1) == 0
    assert players.share_below("checks", 1) == 1
    assert players.habit(NAMES[7], "captures") is None  # not known
    assert players.habit("Nobody", "checks") is None
    assert players.habit(NAMES[7], "nothing") is None
    assert players.spread("captures") is None
    assert players.row(NAMES[0]) == 0
    assert players.row("Nobody") is None


def test_saved_and_read_again(tmp_path: Path) -> None:
    assert load_player_games(tmp_path) is None
    table().save(tmp_path)
    found = load_player_games(tmp_path)
    assert found is not None
    assert (found.names, found.figures) == (NAMES, ("checks", "captures"))
    np.testing.assert_allclose(found.means, table().means, rtol=1e-3)
    assert found.games.tolist() == [400] * len(NAMES)


def test_a_damaged_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / PLAYER_GAMES_FILE
    path.write_bytes(b"no table")
    with pytest.raises(StylemateError, match="damaged"):
        PlayerGames.load(tmp_path)
    metadata = {"version": "1", "figures": '["checks"]', "names": '["A", "B"]'}
    write_tensors(path, {"games": np.ones(1)}, metadata)
    with pytest.raises(StylemateError, match="damaged"):
        PlayerGames.load(tmp_path)
    write_tensors(path, {"games": np.ones(1)}, metadata | {"version": "0"})
    with pytest.raises(StylemateError, match="version"):
        PlayerGames.load(tmp_path)
    with pytest.raises(StylemateError, match="do not fit"):
        PlayerGames(("checks",), ("A",), np.ones(1, np.int32), np.ones((2, 1)), np.ones((2, 1)))
