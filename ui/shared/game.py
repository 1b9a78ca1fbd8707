"""One game against an opponent: a typed state, and small functions from state to state.

Nothing here draws or remembers; pages keep a ``Game`` and replace it by the next one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import chess

from engine.errors import StylemateError
from engine.play.ending import Ending, agreement, ending_by_rule, resignation, time_forfeit
from engine.play.engine import Engine
from engine.play.notation import board_from_fen


@dataclass(frozen=True, slots=True)
class Game:
    """A game between a person and an opponent.

    Attributes:
        person: the colour that the person plays.
        start: FEN of the first position.
        moves: what was played so far.
        sans: the same in standard algebraic notation.
        shown: number of moves after which the position on screen stands.
        resigned: the person gave up.
        conceded: the opponent gave up.
        agreed: the two agreed on a draw.
        flipped: the person sees the board from the opponent's side.
        flagged: whose time ran out.
    """

    person: chess.Color = chess.WHITE
    start: str = chess.STARTING_FEN
    moves: tuple[chess.Move, ...] = ()
    sans: tuple[str, ...] = ()
    shown: int = 0
    resigned: bool = False
    conceded: bool = False
    agreed: bool = False
    flipped: bool = False
    flagged: chess.Color | None = None

    @property
    def length(self) -> int:
        """Number of moves played."""
        return len(self.moves)

    @property
    def is_current(self) -> bool:
        """Whether the position on screen is the one being played."""
        return self.shown == len(self.moves)

    @property
    def orientation(self) -> chess.Color:
        """The colour at the bottom of the board."""
        return self.person is not self.flipped


def new_game(person: chess.Color = chess.WHITE, fen: str = "") -> Game:
    """Return a game that begins, from a FEN if one is given.

    Raises:
        StylemateError: the FEN is no position, an impossible one, or the game is over there.
    """
    if not fen.strip():
        return Game(person)
    board = board_from_fen(fen)
    game = Game(person, board.fen())
    end = ending(game)
    if end is not None:
        raise StylemateError(
            f"In the position '{board.fen()}' the game is already over: {end.explanation}"
        )
    return game


def replayed(game: Game, moves: Iterable[chess.Move]) -> Game:
    """Return a game with moves played on, the last of them on screen.

    Raises:
        StylemateError: a move is not legal; its number is named.
    """
    board = board_after(game)
    played, sans = list(game.moves), list(game.sans)
    for move in moves:
        if not board.is_legal(move):
            raise StylemateError(
                f"Move {len(played) + 1} of the game, {move.uci()}, is not legal there."
            )
        sans.append(board.san(move))
        board.push(move)
        played.append(move)
    return replace(game, moves=tuple(played), sans=tuple(sans), shown=len(played))


def board_after(game: Game, count: int | None = None) -> chess.Board:
    """Return the board after a number of moves (all by default), with its history."""
    board = chess.Board(game.start)
    for move in game.moves[:count]:
        board.push(move)
    return board


def turn(game: Game) -> chess.Color:
    """Return the colour that moves next in the game."""
    first = chess.Board(game.start).turn
    return first if game.length % 2 == 0 else not first


def is_persons_turn(game: Game) -> bool:
    """Whether the person may move now."""
    return ending(game) is None and turn(game) == game.person


def is_opponents_turn(game: Game) -> bool:
    """Whether a reply is due."""
    return ending(game) is None and turn(game) != game.person


def apply_move(game: Game, uci: str) -> Game:
    """Return the game after the person's move.

    Raises:
        StylemateError: it is not the person's turn, or the move is not legal.
    """
    if not is_persons_turn(game):
        raise StylemateError("It is not your move.")
    board = board_after(game)
    try:
        move = chess.Move.from_uci(uci)
    except ValueError:
        raise StylemateError(f"'{uci}' is not a move.") from None
    if not board.is_legal(move):
        raise StylemateError(f"The move {uci} is not legal here.")
    return replayed(game, [move])


def answer(game: Game, engine: Engine) -> Game:
    """Return the game after the opponent's reply, or as it is when none is due.

    Raises:
        StylemateError: the engine cannot play.
    """
    if not is_opponents_turn(game):
        return game
    return replayed(game, [engine.play(board_after(game))])


def takeback_length(game: Game) -> int | None:
    """Return how many moves remain when the person's last move is taken back, None if none was."""
    if game.resigned or game.agreed or game.flagged is not None:
        return None
    first = chess.Board(game.start).turn
    for count in reversed(range(game.length)):
        mover = first if count % 2 == 0 else not first
        if mover == game.person:
            return count
    return None


def take_back(game: Game) -> Game:
    """Return the game before the person's last move, or as it is when there was none."""
    count = takeback_length(game)
    if count is None:
        return game
    moves, sans = game.moves[:count], game.sans[:count]
    return replace(game, moves=moves, sans=sans, shown=count, conceded=False)


def resign(game: Game) -> Game:
    """Return the game after the person gives up."""
    return game if ending(game) else replace(game, resigned=True, shown=game.length)


def concede(game: Game) -> Game:
    """Return the game after the opponent gives up."""
    return game if ending(game) else replace(game, conceded=True, shown=game.length)


def agree(game: Game) -> Game:
    """Return the game after both agree on a draw."""
    return game if ending(game) else replace(game, agreed=True, shown=game.length)


def flag(game: Game, loser: chess.Color) -> Game:
    """Return the game after a side's time ran out."""
    return game if ending(game) else replace(game, flagged=loser, shown=game.length)


def show(game: Game, count: int) -> Game:
    """Return the game with the position after ``count`` moves on screen, within the game."""
    return replace(game, shown=min(max(count, 0), game.length))


def flip(game: Game) -> Game:
    """Return the game seen from the other side."""
    return replace(game, flipped=not game.flipped)


@lru_cache(maxsize=512)
def ending(game: Game) -> Ending | None:
    """Return how the game ended, None while it goes on."""
    if game.resigned or game.conceded:
        return resignation(game.person if game.resigned else not game.person)
    if game.agreed:
        return agreement()
    board = board_after(game)
    if game.flagged is not None:
        return time_forfeit(game.flagged, board)
    return ending_by_rule(board)
