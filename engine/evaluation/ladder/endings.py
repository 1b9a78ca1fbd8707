"""Won endings: does a setting mate a bare king, against the best defence there is?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import chess
import numpy as np

from engine.evaluation.matches.loop import AT_ONCE, MatchPlayer
from engine.evaluation.matches.openings import MatchOpening
from engine.evaluation.matches.record import RecordedGame
from engine.evaluation.matches.schedule import MatchGame
from engine.evaluation.matches.series import Series
from engine.play.ending import ending_by_rule

EVENT = "Stylemate endings"
ENDINGS: Mapping[str, Sequence[chess.PieceType]] = MappingProxyType(
    {
        "K+Q against K": (chess.QUEEN,),
        "K+R against K": (chess.ROOK,),
        "K+2B against K": (chess.BISHOP, chess.BISHOP),
    }
)
POSITIONS = 20
"""Of each ending."""
DEFENDER_DEPTH = 12


@dataclass(frozen=True, slots=True)
class EndingResult:
    """What a player made of an ending.

    Attributes:
        player: its name.
        ending: such as ``K+R against K``.
        games: played.
        mates: given.
        moves: mean number of its moves to the mate, None without any.
        otherwise: how the other games ended, with their numbers.
    """

    player: str
    ending: str
    games: int
    mates: int
    moves: float | None
    otherwise: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "player": self.player,
            "ending": self.ending,
            "games": self.games,
            "mates": self.mates,
            "moves": None if self.moves is None else round(self.moves, 1),
            "otherwise": dict(self.otherwise),
        }


def ending_positions(
    pieces: Sequence[chess.PieceType], count: int, seed: int
) -> list[MatchOpening]:
    """Return won positions at random; the side with the pieces moves, White and Black by turns.

    Args:
        pieces: beside the king; two bishops are of different squares.
        count: how many.
        seed: which ones.
    """
    random = np.random.default_rng([seed, *pieces])
    found: list[MatchOpening] = []
    while len(found) < count:
        winner = chess.WHITE if len(found) % 2 == 0 else chess.BLACK
        squares = [int(square) for square in random.choice(64, len(pieces) + 2, replace=False)]
        board = chess.Board(None)
        board.turn = winner
        men = (chess.KING, *pieces)
        for square, piece in zip(squares[1:], men, strict=True):
            board.set_piece_at(square, chess.Piece(piece, winner))
        board.set_piece_at(squares[0], chess.Piece(chess.KING, not winner))
        if board.is_valid() and ending_by_rule(board) is None:
            found.append(MatchOpening("", board.fen()))
    return found


def endings_series(
    players: Sequence[MatchPlayer],
    defender: MatchPlayer,
    seed: int,
    record: Path | None,
    at_once: int = AT_ONCE,
    positions: int = POSITIONS,
) -> Series:
    """Return the games in which each player has each ending to win.

    Raises:
        StylemateError: the record cannot be read, or is of something else.
    """
    games = []
    for name, pieces in ENDINGS.items():
        for number, start in enumerate(ending_positions(pieces, positions, seed), start=1):
            opening = MatchOpening(name, start.start)
            is_white = start.board().turn == chess.WHITE
            for place in range(len(players)):
                sides = (place, len(players)) if is_white else (len(players), place)
                drawn = np.random.default_rng([seed, number, *pieces, place]).integers(0, 2**31, 2)
                seeds = (int(drawn[0]), int(drawn[1]))
                games.append(MatchGame(f"{name}, {number}", *sides, opening, seeds))
    return Series([*players, defender], games, seed, record, event=EVENT, at_once=at_once)


def ending_results(players: Sequence[str], games: Sequence[RecordedGame]) -> list[EndingResult]:
    """Return what each player made of each ending that it played."""
    found = []
    for player in players:
        for name in ENDINGS:
            ours = [g for g in games if g.opening == name and player in (g.white, g.black)]
            if not ours:
                continue
            won = [g for g in ours if g.result == (0 if g.white == player else 2)]
            lengths = [(len(g.moves) + 1) / 2 for g in won]
            moves = float(np.mean(lengths)) if lengths else None
            others = Counter(g.reason for g in ours if g not in won)
            found.append(EndingResult(player, name, len(ours), len(won), moves, others))
    return found
