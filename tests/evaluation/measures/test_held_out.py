"""Held-out samples, and the scores of predictors on them."""

import math

import chess
import numpy as np
import torch

from engine.evaluation.context import Context
from engine.evaluation.measures.held_out import held_out_sample
from engine.position.moves import decode_move
from engine.training.move_match import Sample, match_moves
from engine.training.splits import Split
from tests.position.oracle import legal_mask
from tests.training.conftest import PLAYERS


def test_scores_are_those_of_a_loop_over_legal_moves(context: Context) -> None:
    sample = held_out_sample(context, PLAYERS, 15)
    z = torch.from_numpy(context.space.z[0])
    own = {"own": lambda planes, players: context.model(planes, z)[0]}
    matched = match_moves(sample, own, "float32")["own"]
    positions = context.positions
    batch = positions.batch(sample.rows)
    with torch.no_grad():
        logits = context.model(batch.planes, z)[0].double().numpy()
    for place, (row, ply) in enumerate(
        zip(sample.rows.tolist(), sample.plies.tolist(), strict=True)
    ):
        board = chess.Board()
        for code in positions.moves[row - ply : row].tolist():
            board.push(decode_move(code & 0xFFFF))
        played = int(batch.policy[place])
        legal = np.where(legal_mask(board), logits[place], -np.inf)
        loss = math.log(np.exp(legal - legal.max()).sum()) + legal.max() - legal[played]
        assert math.isclose(float(matched.losses[place]), loss, rel_tol=1e-4)
        others = np.delete(legal, played).max()
        if abs(others - legal[played]) > 1e-4:
            assert bool(matched.hits[place]) == bool(legal[played] > others)


def test_means_are_per_player_and_late_ones_after_ten_plies(context: Context) -> None:
    rows = context.rows_of_players([*PLAYERS[:2], "Nobody, Ann"], (Split.TRAIN,))
    sample = Sample.of_players(context.positions, [each[:12] for each in rows])
    matched = match_moves(
        sample, {"backbone": lambda planes, players: context.model.backbone_only(planes)[0]}
    )["backbone"]
    for player in range(2):
        mine = (sample.players == player).nonzero().flatten().tolist()
        late = [
            place for place in mine if int(context.positions.packed.plies[sample.rows[place]]) >= 10
        ]
        assert 0 < len(late) < len(mine)
        wanted = sum(float(matched.losses[place]) for place in late) / len(late)
        assert math.isclose(matched.from_ply(10).cross_entropy()[player], wanted, rel_tol=1e-5)
        hits = 100 * sum(bool(matched.hits[place]) for place in mine) / len(mine)
        assert math.isclose(matched.top1()[player], hits, abs_tol=1e-9)
    assert math.isnan(matched.top1()[2])


def test_players_are_scored_in_their_own_styles(context: Context) -> None:
    sample = held_out_sample(context, PLAYERS[:3], 8)
    seen = []

    def predict(planes: torch.Tensor, players: torch.Tensor) -> torch.Tensor:
        seen.append(players)
        return torch.zeros(len(planes), 1858)

    match_moves(sample, {"any": predict})
    movers = [context.positions.players[i] for i in context.positions.movers(sample.rows).tolist()]
    assert [PLAYERS[place] for place in torch.cat(seen).tolist()] == movers


def test_held_out_positions_are_of_held_out_games(context: Context) -> None:
    sample = held_out_sample(context, PLAYERS, 10)
    splits = context.positions.splits[context.positions.games[sample.rows].long()]
    assert set(splits.tolist()) <= {Split.VALIDATION, Split.TEST}
    assert torch.bincount(sample.players).max() <= 10
