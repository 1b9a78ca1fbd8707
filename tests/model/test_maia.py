"""lc0's own answers: planes, policy index, file layout and heads all at once.

``STYLEMATE_TEST_MAIA`` names a folder with ``maia-1100.pb.gz`` and so on and ``lc0_expected.json``:
rows of ``weights``, ``moves`` (UCI from the start), ``policy`` (softmax over the legal moves, with
castling as king takes rook), ``wl`` (win minus loss) and ``draw``, as the real lc0 printed them.
"""

import json
import os
from pathlib import Path

import chess
import numpy as np
import pytest
import torch

from engine.model.lc0 import load_lc0
from engine.model.style_model import value_as_wdl
from engine.position.moves import legal_moves_and_indices
from engine.position.planes import board_planes

FOLDER = os.environ.get("STYLEMATE_TEST_MAIA")


def lc0_notation(board: chess.Board, move: chess.Move) -> str:
    if not board.is_castling(move):
        return move.uci()
    file = "h" if move.to_square > move.from_square else "a"
    return f"{chess.square_name(move.from_square)}{file}{chess.square_rank(move.to_square) + 1}"


@pytest.mark.skipif(FOLDER is None, reason="set STYLEMATE_TEST_MAIA to compare with lc0")
def test_maia_answers_as_lc0_does() -> None:
    assert FOLDER is not None
    rows = json.loads((Path(FOLDER) / "lc0_expected.json").read_text())
    networks = {row["weights"]: load_lc0(Path(FOLDER) / f"{row['weights']}.pb.gz") for row in rows}
    policy_errors, value_errors = [], []
    for row in rows:
        board = chess.Board()
        for uci in row["moves"].split():
            board.push_uci(uci)
        with torch.inference_mode():
            planes = torch.from_numpy(board_planes(board))[None]
            policy, value = networks[row["weights"]](planes)
        moves, indices = legal_moves_and_indices(board)
        ours = torch.softmax(policy[0, indices], dim=0).numpy()
        theirs = [row["policy"][lc0_notation(board, move)] for move in moves]
        assert len(row["policy"]) == len(moves)
        policy_errors += np.abs(ours - theirs).tolist()
        win, draw, loss = value_as_wdl(value)[0].tolist()
        value_errors += [abs(win - loss - row["wl"]), abs(draw - row["draw"])]
    assert max(policy_errors) < 2e-3
    assert np.mean(policy_errors) < 1e-4
    # lc0 prints draws with three digits, and its win minus loss scatters by 0.002 around ours.
    assert max(value_errors) < 5e-3
    assert np.mean(value_errors) < 2e-3
