"""One position at every place of a slider."""

import chess
import numpy as np
import pytest

from engine.analysis.sweep import Sweep, sweep
from engine.errors import StylemateError
from engine.play.inference import MergedNetworks, plain_policies
from engine.style.style import Style, steer
from tests.conftest import tiny_model, tiny_space

AMOUNTS = (-2.0, 0.0, 1.5)


def test_a_sweep_agrees_with_each_style_by_itself() -> None:
    model, space = tiny_model(), tiny_space()
    z, delta = space.z[0], space.deltas["king_danger"]
    board = chess.Board()
    board.push_uci("e2e4")
    found = sweep(MergedNetworks(model), board, z, delta, AMOUNTS)
    assert found.moves == tuple(board.legal_moves)
    np.testing.assert_allclose(found.chances.sum(axis=1), 1)
    networks = MergedNetworks(model)
    for row, amount in enumerate(AMOUNTS):
        network = networks.network(Style(steer(z, delta, amount), "", ""))
        policy = plain_policies(network, [board])[0]
        alone = [policy.probability(move) for move in found.moves]
        np.testing.assert_allclose(found.chances[row], alone, atol=1e-5)
    assert np.abs(found.chances[0] - found.chances[2]).max() > 1e-3, "the slider does something"


def test_leading_moves_lead_somewhere() -> None:
    chances = np.array([[0.6, 0.3, 0.1, 0.0], [0.2, 0.0, 0.1, 0.7]])
    moves = tuple(chess.Board().legal_moves)[:4]
    found = Sweep((0.0, 1.0), moves, chances)
    assert found.leading(1) == [3, 0]
    assert found.leading(2) == [3, 0, 1]
    values = np.array([1, 0, 0, 10], dtype=np.float32)
    np.testing.assert_allclose(found.expected(values), [0.6, 7.2])


def test_a_finished_game_has_nothing_to_sweep() -> None:
    networks, space = MergedNetworks(tiny_model()), tiny_space()
    mated = chess.Board("7k/6Q1/6K1/8/8/8/8/8 b - - 0 1")
    with pytest.raises(StylemateError, match="over by checkmate"):
        sweep(networks, mated, space.z[0], space.deltas["strength"], AMOUNTS)
