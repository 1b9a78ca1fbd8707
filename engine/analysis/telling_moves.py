"""Which of a person's moves are most theirs, and which surprise most.

Every move that was played is held against two styles: the person's own and another, as a rule the
mean of players of about their rating. Typical is a move that the own style plays much more often
than the other; unusual is one that the other would hardly ever play.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import chess

from engine.errors import StylemateError
from engine.games.chosen_player import ChosenPlayer
from engine.games.records import GameRecord
from engine.play.engine import AskPolicies, Policy
from engine.position.moves import decode_move
from engine.position.phases import BOOK_PLIES

MOST_GAMES = 50
_BATCH = 64
_HISTORY = 8  # boards that the planes show
_LEAST_OWN = 0.15  # a move that the own style itself hardly plays is no habit


@dataclass(frozen=True, slots=True)
class OwnMove:
    """A move that a person played.

    Attributes:
        game: where.
        ply: moves played before it.
        board: the position, with the moves before on its stack.
        move: what they played.
        own: chance of the move in their style.
        others: chance of it in the style it is held against.
        expected: what that style would play rather; the same move if it is its favourite.
        expected_chance: chance of that in that style.
    """

    game: GameRecord
    ply: int
    board: chess.Board
    move: chess.Move
    own: float
    others: float
    expected: chess.Move
    expected_chance: float

    @property
    def san(self) -> str:
        """The move in standard algebraic notation, with its number."""
        dots = "." if self.board.turn == chess.WHITE else " …"
        return f"{self.board.fullmove_number}{dots} {self.board.san(self.move)}"


@dataclass(frozen=True, slots=True)
class TellingMoves:
    """What a person's moves tell.

    Attributes:
        typical: moves that are most theirs, first the one of the largest ratio of chances.
        unusual: moves that the other style would hardly play, the rarest first.
        moves: how many were looked at.
        games: in how many games.
    """

    typical: tuple[OwnMove, ...]
    unusual: tuple[OwnMove, ...]
    moves: int
    games: int


def telling_moves(
    records: Sequence[GameRecord],
    player: ChosenPlayer,
    own: AskPolicies,
    others: AskPolicies,
    count: int = 6,
    report: Callable[[float], None] = lambda share: None,
) -> TellingMoves:
    """Find a person's most typical and most unusual moves, one of each kind a game at most.

    Args:
        records: games, of others too. Of many, some are drawn, always the same.
        player: whose moves.
        own: what their style plays.
        others: what the style plays that it is held against.
        count: how many of each kind.
        report: told the share done, 0 to 1; it may raise to stop.
    """
    games = sorted(player.games(records), key=lambda record: record.game_id)[:MOST_GAMES]
    found: list[OwnMove] = []
    waiting: list[tuple[GameRecord, chess.Board, chess.Move]] = []
    for number, record in enumerate(games):
        waiting += _moves_of(record, player)
        while len(waiting) >= _BATCH or (waiting and number == len(games) - 1):
            found += _held_against(own, others, waiting[:_BATCH])
            del waiting[:_BATCH]
        report((number + 1) / len(games))
    habits = [move for move in found if move.own >= _LEAST_OWN]
    return TellingMoves(
        _one_a_game(sorted(habits, key=lambda move: move.others / move.own), count),
        _one_a_game(sorted(found, key=lambda move: move.others), count),
        len(found),
        len(games),
    )


def _moves_of(
    record: GameRecord, player: ChosenPlayer
) -> list[tuple[GameRecord, chess.Board, chess.Move]]:
    side = chess.WHITE if record.white in player.spellings else chess.BLACK
    board = chess.Board()
    found = []
    for ply, code in enumerate(record.moves.tolist()):
        move = decode_move(code)
        # A forced move says nothing about who made it.
        if ply >= BOOK_PLIES and board.turn == side and board.legal_moves.count() > 1:
            found.append((record, board.copy(stack=_HISTORY), move))
        if not board.is_legal(move):
            raise StylemateError("A game holds an illegal move. Read the games again.")
        board.push(move)
    return found


def _held_against(
    ask_own: AskPolicies,
    ask_others: AskPolicies,
    batch: Sequence[tuple[GameRecord, chess.Board, chess.Move]],
) -> list[OwnMove]:
    boards = [board for _, board, _ in batch]
    return [
        OwnMove(
            game=record,
            ply=board.ply(),
            board=board,
            move=move,
            own=_chance(mine, move),
            others=_chance(theirs, move),
            expected=theirs.moves[0],
            expected_chance=float(theirs.probabilities[0]),
        )
        for (record, board, move), mine, theirs in zip(
            batch, ask_own(boards), ask_others(boards), strict=True
        )
    ]


def _chance(policy: Policy, move: chess.Move) -> float:
    return float(policy.probabilities[policy.moves.index(move)])


def _one_a_game(ranked: Sequence[OwnMove], count: int) -> tuple[OwnMove, ...]:
    """Return the first moves of different games."""
    chosen: dict[int, OwnMove] = {}
    for move in ranked:
        if len(chosen) == count:
            break
        chosen.setdefault(id(move.game), move)
    return tuple(chosen.values())
