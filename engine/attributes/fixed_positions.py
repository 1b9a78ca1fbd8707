"""The fixed positions that styles are measured on, with every legal move's attributes.

A style's attribute is its expected value under the style's policy over these positions. The
positions are real ones (never whole games), the same for everybody, and come with what each legal
move gives away, so strength is measured the same way as king danger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import chess
import numpy as np
from numpy.typing import NDArray

from engine.assets import POSITIONS_DIRECTORY, assets_directory
from engine.attributes.moves import move_attributes_many
from engine.attributes.sampling import Phase, SampledPosition
from engine.errors import StylemateError
from engine.files import read_json, read_json_as

POSITIONS_FILE: Final = "fixed.json"
QUALITY_FILE: Final = "fixed_quality.json"
QUALITY_VERSION: Final = 1
STRENGTH: Final = "strength"


@dataclass(frozen=True, slots=True)
class FixedPosition:
    """One measurement position.

    Attributes:
        board: the position, with its last seven moves on the stack.
        phase: opening, middlegame or endgame.
        moves: all legal moves.
        attributes: by key, ``strength`` included, float32 (moves,): value of each move. Strength
            is the expected points that the move loses against the best one, as a negative number.
    """

    board: chess.Board
    phase: Phase
    moves: tuple[chess.Move, ...]
    attributes: Mapping[str, NDArray[np.float32]]

    def expected(self, probabilities: NDArray[np.floating[Any]]) -> dict[str, float]:
        """Return each attribute's expected value under move probabilities (moves,), sum 1."""
        return {key: float(values @ probabilities) for key, values in self.attributes.items()}


def load_fixed_positions(directory: Path | None = None) -> list[FixedPosition]:
    """Load the shipped positions and work out their moves' attributes (well under a second).

    Args:
        directory: folder of the two files; ``positions/`` of the assets if left out.

    Raises:
        StylemateError: a file is missing or damaged.
    """
    folder = assets_directory() / POSITIONS_DIRECTORY if directory is None else directory
    positions = read_json_as(folder / POSITIONS_FILE, list[SampledPosition])
    boards = [_board(position, number) for number, position in enumerate(positions, start=1)]
    losses = _losses(folder / QUALITY_FILE, len(boards))
    measured = move_attributes_many(boards)
    return [
        FixedPosition(
            board,
            position.phase,
            tuple(moves),
            values | {STRENGTH: _strengths(moves, loss, folder / QUALITY_FILE)},
        )
        for position, board, (moves, values), loss in zip(
            positions, boards, measured, losses, strict=True
        )
    ]


def position_to_json(position: SampledPosition) -> dict[str, object]:
    """Return the JSON object of a position."""
    return {"fen": position.fen, "moves": list(position.moves), "phase": position.phase}


def _board(position: SampledPosition, number: int) -> chess.Board:
    try:
        board = position.board()
    except ValueError as error:
        raise StylemateError(f"Fixed position {number} cannot be read: {error}.") from error
    if not board.is_valid():
        raise StylemateError(f"Fixed position {number} is not a position of the game.")
    return board


def _losses(path: Path, positions: int) -> list[dict[str, float]]:
    quality = read_json(path)
    if not isinstance(quality, dict) or quality.get("version") != QUALITY_VERSION:
        raise StylemateError(f"{path} is of another version than {QUALITY_VERSION}. Restore it.")
    losses = quality.get("losses")
    if not isinstance(losses, list) or len(losses) != positions:
        raise StylemateError(f"{path} does not belong to the fixed positions. Restore both files.")
    return losses


def _strengths(
    moves: list[chess.Move], losses: Mapping[str, float], path: Path
) -> NDArray[np.float32]:
    try:
        return -np.array([losses[move.uci()] for move in moves], dtype=np.float32)
    except (KeyError, TypeError, ValueError) as error:
        raise StylemateError(
            f"{path} does not belong to the fixed positions ({error}). Restore both files."
        ) from error
