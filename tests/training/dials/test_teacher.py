"""The teacher judges moves as boards do, one by one, and tilts policies as defined."""

import math

import chess
import numpy as np
import pytest
import torch
from torch import Tensor

from engine.attributes.moves import move_attributes
from engine.model.style_model import value_as_wdl
from engine.position.moves import decode_move, legal_moves_and_indices
from engine.position.planes import board_planes
from engine.training.data import TrainingPositions
from engine.training.dials.dials import DIALS
from engine.training.dials.options import TiltOptions
from engine.training.dials.teacher import Candidates, Teacher, tilted_policies
from tests.training.dials.conftest import DISCOUNT

TILT = TiltOptions(sane_moves=4, listed_moves=6)


def candidates(seed: int, count: int = 5) -> Candidates:
    """Positions of four to six moves, some of them insane."""
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(count, 6, generator=generator).sort(dim=1, descending=True).values
    logits[0, 4:] = -torch.inf
    logits[1, 0] = 9.0  # hardly anything else
    sane = torch.rand(count, 4, generator=generator) > 0.3
    sane[:, 0] = True
    return Candidates(
        logits.log_softmax(1),
        sane,
        torch.randn(count, 4, len(DIALS), generator=generator),
        torch.rand(count, 4, generator=generator),
    )


def slowly_tilted(moves: Candidates, amounts: Tensor, row: int) -> list[float]:
    p = moves.log_probabilities[row].exp().tolist()
    sane = [c for c in range(4) if moves.sane[row, c]]
    mass = sum(p[c] for c in sane)
    turned = min(max(abs(a) for a in amounts[row].tolist()), 1.0)
    mean_score = sum(p[c] * float(moves.score[row, c]) for c in sane) / mass
    tilted = [x * (1 - turned) for x in p]
    weights = {}
    for c in sane:
        push = 0.0
        for k, dial in enumerate(DIALS):
            worth = moves.worth[row, :, k].tolist()
            mean = sum(p[other] * worth[other] for other in sane) / mass
            push += float(amounts[row, k]) * dial.push * (worth[c] - mean)
        push = min(max(push, -TILT.largest_push), TILT.largest_push)
        push *= (1 - p[0]) ** TILT.certainty
        push -= TILT.bridle * turned * max(mean_score - float(moves.score[row, c]), 0)
        weights[c] = p[c] * math.exp(push)
    insane_mass = (1 - mass) * (1 - turned)
    for c in sane:
        tilted[c] = weights[c] / sum(weights.values()) * (1 - insane_mass)
    return [x / sum(tilted) for x in tilted]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_tilted_policies_are_as_defined(seed: int) -> None:
    moves = candidates(seed)
    amounts = torch.randn(5, len(DIALS), generator=torch.Generator().manual_seed(seed)) / 3
    amounts[3] = 0
    amounts[3, 2] = 1.1
    found = tilted_policies(moves, amounts, TILT)
    for row in range(5):
        assert found[row].tolist() == pytest.approx(slowly_tilted(moves, amounts, row), abs=1e-5)


def test_dials_at_rest_leave_the_policy_alone() -> None:
    moves = candidates(7)
    found = tilted_policies(moves, torch.zeros(5, len(DIALS)), TILT)
    torch.testing.assert_close(found, moves.log_probabilities.exp(), atol=1e-6, rtol=1e-5)


def test_a_dial_chooses_among_equals_and_pays_for_blunders() -> None:
    worth = torch.zeros(1, 4, len(DIALS))
    worth[0, :, 0] = torch.tensor([0.0, 1.0, 1.0, -1.0])
    score = torch.tensor([[0.5, 0.5, 0.3, 0.5]])
    even = torch.full((1, 6), 1 / 6).log()
    moves = Candidates(even, torch.ones(1, 4, dtype=torch.bool), worth, score)
    up, down = (tilted_policies(moves, torch.eye(1, len(DIALS)) * way, TILT)[0] for way in (1, -1))
    assert up[1] > 0.5 > up[0] > up[3]
    assert up[2] < up[1] / 100  # as good at it, but it loses a fifth of a point
    assert down[3] > 0.5
    assert float(up[4:].sum()) == pytest.approx(0, abs=1e-6)  # not sane
    assert float(up.sum()) == pytest.approx(1)


def test_moves_are_judged_by_what_they_do_and_what_comes_later(
    positions: TrainingPositions, teacher: Teacher
) -> None:
    rows, indices, wanted, scores = [], [], [], []
    for row in (0, 9, 18, 43):
        board = chess.Board()
        ply = int(positions.packed.plies[row])
        for code in positions.moves[row - ply : row].tolist():
            board.push(decode_move(code & 0xFFFF))
        moves, values = move_attributes(board)
        for move, index in zip(*legal_moves_and_indices(board), strict=True):
            rows.append(row)
            indices.append(int(index))
            place = moves.index(move)
            at_once = {key: float(value[place]) for key, value in values.items()}
            board.push(move)
            at_once["queen_trades"] = 3 * at_once["queen_trades"] + (not board.queens)
            at_once["minor_trades"] = 8 - chess.popcount(board.knights | board.bishops)
            planes = torch.from_numpy(board_planes(board))[None]
            board.pop()
            with torch.no_grad():
                trunk = teacher.backbone.trunk(planes)
                later = teacher.head.futures(trunk)[0].tolist()
                win, draw, loss = value_as_wdl(teacher.backbone.value(trunk))[0].tolist()
            assert win + draw + loss == pytest.approx(1, abs=1e-4)
            scores.append(loss + draw / 2)
            wanted.append([])
            for place, dial in enumerate(DIALS):
                now = at_once[dial.key]
                now = min(max(now, dial.bounds[0]), dial.bounds[1]) if dial.bounds else now
                both = (1.0, 1.0) if dial.sums else (1 - DISCOUNT, DISCOUNT)
                wanted[-1].append(both[0] * now + both[1] * later[place])
    judged = teacher.judge(torch.tensor(rows), torch.tensor(indices))
    np.testing.assert_allclose(judged.worth.numpy(), wanted, atol=1e-3, rtol=1e-4)
    np.testing.assert_allclose(judged.score.numpy(), scores, atol=1e-4)
