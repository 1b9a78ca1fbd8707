"""Choosing positions to measure styles on: real ones, of every phase, for both colours."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import chess
import numpy as np

from engine.attributes.material import Material, middle_game_share
from engine.attributes.position_batch import PositionBatch
from engine.attributes.sides import Sides
from engine.errors import StylemateError
from engine.position.phases import BOOK_PLIES, FIXED_OPENING_PLIES

Phase = Literal["opening", "middlegame", "endgame"]
PHASES: Final[tuple[Phase, ...]] = get_args(Phase)

HISTORY_PLIES: Final = 7
# Share of a middle game (by material) below which a position counts as an end game.
END_GAME_SHARE: Final = 0.3
# With fewer legal moves a style has little to choose.
FEWEST_MOVES: Final = 8


@dataclass(frozen=True, slots=True)
class SampledPosition:
    """A position with its last moves, so that a model sees its history.

    Attributes:
        fen: the position seven plies earlier.
        moves: the seven moves in UCI notation that lead to the position.
        phase: opening, middlegame or endgame.
    """

    fen: str
    moves: tuple[str, ...]
    phase: Phase

    def board(self) -> chess.Board:
        """Return the position with its seven moves on the stack."""
        board = chess.Board(self.fen)
        for move in self.moves:
            board.push_uci(move)
        return board


def sample_positions(
    games: Iterable[Sequence[chess.Move]], quotas: dict[Phase, int], seed: int
) -> list[SampledPosition]:
    """Take at most one position from each game until every phase has its quota.

    Half of each quota has White to move. Nothing else is asked of a position than its phase and
    at least ``FEWEST_MOVES`` legal moves, so quiet and tactical ones come as often as in play.

    Args:
        games: main lines of standard games from the usual start, in random order.
        quotas: number of positions wanted by phase.
        seed: makes the choice repeatable.

    Raises:
        StylemateError: the games ran out first.
    """
    chooser = random.Random(seed)
    wanted = Counter(
        {
            (phase, turn): (quotas[phase] + turn) // 2
            for phase in quotas
            for turn in (chess.WHITE, chess.BLACK)
        }
    )
    found: dict[str, SampledPosition] = {}
    for moves in games:
        if not wanted.total():
            break
        candidates = [c for c in _candidates(moves) if wanted[c.phase, c.turn] > 0]
        if not candidates:
            continue
        # A phase first, then a position of it: long games must not crowd out openings.
        phase = chooser.choice(sorted({candidate.phase for candidate in candidates}))
        chosen = chooser.choice([c for c in candidates if c.phase == phase])
        if chosen.key not in found:
            found[chosen.key] = chosen.sampled(moves)
            wanted[chosen.phase, chosen.turn] -= 1
    if wanted.total():
        raise StylemateError(
            f"The games ran out with {wanted.total()} positions still missing; give more games."
        )
    return sorted(found.values(), key=lambda position: PHASES.index(position.phase))


@dataclass(frozen=True, slots=True)
class _Candidate:
    ply: int
    phase: Phase
    turn: chess.Color
    key: str

    def sampled(self, moves: Sequence[chess.Move]) -> SampledPosition:
        start = self.ply - HISTORY_PLIES
        board = chess.Board()
        for move in moves[:start]:
            board.push(move)
        history = tuple(move.uci() for move in moves[start : self.ply])
        return SampledPosition(board.fen(), history, self.phase)


def _candidates(moves: Sequence[chess.Move]) -> Iterator[_Candidate]:
    board = chess.Board()
    boards = []
    for move in moves:
        boards.append(board.copy(stack=False))
        board.push(move)
    if not boards:
        return
    sides = Sides.of(PositionBatch.from_boards(boards))
    pieces = Material.of(sides).pieces()[: len(boards)]
    ending = middle_game_share(pieces) < END_GAME_SHARE
    for ply in range(BOOK_PLIES, len(boards)):
        if boards[ply].legal_moves.count() >= FEWEST_MOVES:
            yield _Candidate(ply, _phase(ply, ending[ply]), boards[ply].turn, boards[ply].epd())


def _phase(ply: int, ending: np.bool_) -> Phase:
    if ply <= FIXED_OPENING_PLIES:
        return "opening"
    return "endgame" if ending else "middlegame"
