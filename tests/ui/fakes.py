"""A deterministic engine, so that pages and games are tested without a model."""

import chess
import numpy as np

from engine.play.engine import Policy


class FirstMoveEngine:
    """An engine that likes moves in the order of their UCI text and plays the first."""

    def policy(self, board: chess.Board) -> Policy:
        """Return halving probabilities over the moves in alphabetical order."""
        moves = tuple(sorted(board.legal_moves, key=lambda move: move.uci()))
        weights = 0.5 ** np.arange(1, len(moves) + 1)
        return Policy(moves, weights / weights.sum(), (0.5, 0.3, 0.2), 0.3)

    def play(self, board: chess.Board) -> chess.Move:
        """Return the first move in alphabetical order."""
        return self.policy(board).moves[0]
