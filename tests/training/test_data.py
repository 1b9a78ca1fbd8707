from pathlib import Path

import chess
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import StylemateError
from engine.games.store import GameStore
from engine.position.moves import decode_move, legal_moves_and_indices
from engine.position.planes import board_planes
from engine.training.data import TrainingPositions, load_games, prepare_positions
from engine.training.players import styled_players
from engine.training.splits import Split, choose_unseen_players, split_of_games
from tests.position.oracle import legal_mask
from tests.training.conftest import PLAYERS

OUTCOMES = {"1-0": (0, 2), "0-1": (2, 0), "1/2-1/2": (1, 1), "*": (-1, -1)}


def test_every_position_of_the_store_has_its_planes_move_outcome_and_player(
    store: Path, positions: TrainingPositions
) -> None:
    row = 0
    for record in GameStore.open(store).records():
        board = chess.Board()
        rows = torch.arange(row, row + len(record.moves))
        batch = positions.batch(rows)
        masks = positions.legal_masks(rows)
        for ply, code in enumerate(record.moves.tolist()):
            move = decode_move(code)
            moves, indices = legal_moves_and_indices(board)
            assert int(batch.policy[ply]) == indices[moves.index(move)], (board.fen(), move)
            assert int(batch.outcome[ply]) == OUTCOMES[record.result][ply % 2]
            player = positions.players[int(batch.player[ply])]
            assert player == (record.black if ply % 2 else record.white)
            np.testing.assert_array_equal(batch.planes[ply].numpy(), board_planes(board))
            np.testing.assert_array_equal(masks[ply].numpy(), legal_mask(board))
            board.push(move)
        row += len(record.moves)
    assert row == len(positions.packed)


def test_splits_share_out_every_position_once(positions: TrainingPositions) -> None:
    parts = [positions.rows_of(split) for split in Split]
    together = torch.cat(parts).sort().values
    assert torch.equal(together, torch.arange(len(positions.packed)))


def test_a_game_is_whole_in_one_split(positions: TrainingPositions) -> None:
    games = [set(positions.games[positions.rows_of(split)].tolist()) for split in Split]
    assert not games[0] & games[1]
    assert not games[1] & games[2]
    assert not games[0] & games[2]


def test_split_shares_are_80_10_10() -> None:
    ids = np.random.default_rng(0).integers(0, 2**63, 50_000, dtype=np.uint64)
    shares = np.bincount(split_of_games(ids)) / len(ids)
    np.testing.assert_allclose(shares, [0.8, 0.1, 0.1], atol=0.01)


def test_unseen_players_are_in_no_split(store: Path) -> None:
    games = load_games(store)
    unseen = PLAYERS[1]
    data = prepare_positions(games, [unseen], "cpu")
    index = data.players.index(unseen)
    for split in Split:
        rows = data.rows_of(split)
        assert len(rows) > 0
        assert not (data.sides[data.games[rows].long()] == index).any()


@given(
    st.dictionaries(st.text(min_size=1, max_size=12), st.integers(0, 1000), max_size=60),
    st.integers(0, 10),
)
def test_unseen_players_are_chosen_by_name_alone(counts: dict[str, int], count: int) -> None:
    chosen = choose_unseen_players(counts, count, 100, 600)
    assert len(chosen) <= count
    assert all(100 <= counts[name] <= 600 for name in chosen)
    backwards = dict(reversed(list(counts.items())))
    assert choose_unseen_players(backwards, count, 100, 600) == chosen


def test_players_are_counted_with_years_and_ratings(store: Path) -> None:
    players = styled_players(store, least_games=1, unseen=[PLAYERS[3]])
    assert {player.name for player in players} == set(PLAYERS[:3])
    assert [player.games for player in players] == sorted(
        (player.games for player in players), reverse=True
    )
    records = list(GameStore.open(store).records())
    for player in players:
        own = [r for r in records if player.name in (r.white, r.black)]
        ratings = [r.white_elo for r in own if r.white == player.name]
        # Two sides of one game count twice only if somebody plays himself; nobody does here.
        assert player.games == sum((r.white == player.name) + (r.black == player.name) for r in own)
        assert player.rating_peak == max(ratings)
        assert player.rating == pytest.approx(sum(ratings) / len(ratings), abs=0.1)
        assert player.first_year == min(int(r.date[:4]) for r in own)


def test_a_store_of_nonsense_moves_is_refused(store: Path) -> None:
    games = load_games(store)
    broken = np.full_like(games.moves, 0)  # a1a1 is no move
    object.__setattr__(games, "moves", broken)
    with pytest.raises(StylemateError, match="not chess moves"):
        prepare_positions(games, [], "cpu")
