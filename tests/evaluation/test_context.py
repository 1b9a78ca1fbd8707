"""Rows of players against a loop over games, and partial results that survive."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.training.few_shot_fit import rows_of_player
from engine.training.splits import Split
from tests.evaluation.conftest import UNSEEN
from tests.training.conftest import PLAYERS


def slow_rows(context: Context, name: str, splits: set[Split], from_ply: int) -> list[int]:
    """Return a player's rows, position by position."""
    positions, found = context.positions, []
    number = positions.players.index(name)
    for row in range(len(positions.moves)):
        game = int(positions.games[row])
        ply = int(positions.packed.plies[row])
        white, black = positions.sides[game].tolist()
        if white == black or (white, black)[ply % 2] != number or ply < from_ply:
            continue
        if Split(int(positions.splits[game])) in splits:
            found.append(row)
    return found


@pytest.mark.parametrize("from_ply", [0, 1, 10, 30])
def test_rows_are_those_of_a_loop_over_all_positions(context: Context, from_ply: int) -> None:
    splits = {Split.TRAIN, Split.TEST}
    for name, rows in zip(PLAYERS, context.rows_of_players(PLAYERS, splits, from_ply), strict=True):
        assert rows.tolist() == slow_rows(context, name, splits, from_ply)
        assert len(rows) > 0 or from_ply == 30


def test_all_games_are_those_that_a_fit_uses(context: Context) -> None:
    (rows,) = context.rows_of_players([UNSEEN])
    assert rows.tolist() == rows_of_player(context.positions, {UNSEEN}).tolist()


def test_somebody_without_games_has_none(context: Context) -> None:
    (rows,) = context.rows_of_players(["Nobody, Ann"])
    assert len(rows) == 0


def test_unseen_players_are_read_and_damage_is_told(context: Context, tmp_path: Any) -> None:
    assert context.unseen == (UNSEEN,)
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "unseen.json").write_text('{"a": 1}')
    with pytest.raises(StylemateError, match="list of players"):
        _ = replace(context, assets=tmp_path).unseen


def test_a_partial_result_is_made_once_and_always_the_same(context: Context) -> None:
    calls = []

    def values() -> dict[str, Any]:
        calls.append(1)
        return {"pairs": [(1, 2)], "share": 0.1}

    first = context.cached("part/one", values)
    again = replace(context).cached("part/one", values)
    assert first == again == {"pairs": [[1, 2]], "share": 0.1}
    assert len(calls) == 1
    context.cached("part/one", values, {"games": 30})
    assert len(calls) == 2
    replace(context, seed=4).cached("part/one", values)
    assert len(calls) == 3


def test_partial_arrays_come_back_as_they_were(context: Context) -> None:
    made = {"z": np.arange(6, dtype=np.float32).reshape(2, 3), "n": np.array([1, 2])}
    first = context.cached("arrays", lambda: made)
    again = context.cached("arrays", dict)
    for name, array in made.items():
        assert first[name].dtype == again[name].dtype == array.dtype
        assert (first[name] == array).all()
        assert (again[name] == array).all()
    assert not list(context.partials.rglob("*.part"))


@pytest.mark.parametrize("made", [{"z": np.arange(1000)}, {"share": 0.1, "pairs": [1] * 1000}])
@pytest.mark.parametrize("left", [0, 1, 100, -2])
def test_a_damaged_partial_result_is_made_anew(
    context: Context, made: dict[str, Any], left: int
) -> None:
    key = f"damaged/{left}-{'z' in made}"
    first = context.cached(key, lambda: made)
    (path,) = context.partials.glob(f"{key}-*")
    path.write_bytes(path.read_bytes()[:left])
    calls = []

    def make_again() -> dict[str, Any]:
        calls.append(1)
        return made

    again = context.cached(key, make_again)
    assert calls == [1]
    assert all(np.array_equal(again[name], first[name]) for name in made)
    assert all(np.array_equal(context.cached(key, dict)[name], first[name]) for name in made)
