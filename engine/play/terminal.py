"""A game against an engine in the terminal."""

import secrets
from collections.abc import Callable

import chess
import chess.pgn

from engine.errors import StylemateError
from engine.play.ending import Ending, ending_by_rule, resignation
from engine.play.engine import Engine
from engine.play.notation import board_from_fen, read_move

HELP = """\
Write a move (Nf3, e8=Q, O-O or g1f3), or one of these:
  moves    the legal moves           undo     take your last move back
  fen      the position as FEN       think    what the opponent would play here
  resign   give the game up          new      start again
  quit     leave                     help     this list"""
THOUGHTS_SHOWN = 5


class TerminalGame:
    """One person at a terminal against an engine, game after game until they leave."""

    def __init__(
        self,
        engine: Engine,
        opponent: str,
        color: chess.Color | None = None,
        fen: str = chess.STARTING_FEN,
        *,
        letters: bool = False,
        read: Callable[[str], str] = input,
        write: Callable[[str], None] = print,
    ) -> None:
        """Set up the board.

        Args:
            engine: who plays against the person.
            opponent: its name for headings: the recipe.
            color: the person's side; None draws lots for every game.
            fen: where each game starts.
            letters: draw the pieces as letters, for terminals without chess symbols.
            read: asks for a line with a prompt; raises EOFError at the end.
            write: shows a line.

        Raises:
            StylemateError: the FEN is wrong.
        """
        self._engine = engine
        self._opponent = opponent
        self._color = color
        self._start = board_from_fen(fen)
        self._letters = letters
        self._read = read
        self._write = write
        self._commands: dict[str, Callable[[], None]] = {
            "help": lambda: write(HELP),
            "?": lambda: write(HELP),
            "moves": self._show_moves,
            "fen": lambda: write(self.board.fen()),
            "think": self._show_thoughts,
            "undo": self._undo,
            "resign": self._resign,
            "new": self._begin,
        }
        self._begin()

    def run(self) -> None:
        """Play until the person leaves, by ``quit`` or the end of the input."""
        self._write(HELP)
        while True:
            self._let_opponent_move()
            self._show_board()
            try:
                line = self._read("> ").strip()
            except EOFError:
                line = "quit"
            if line.lower() in ("quit", "exit", "q"):
                break
            self._obey(line)
        self._write(self.pgn())

    def pgn(self) -> str:
        """Return the game so far as PGN, with the opponent's recipe in its headers."""
        game = chess.pgn.Game.from_board(self.board)
        people = ("You", self._opponent) if self.person == chess.WHITE else (self._opponent, "You")
        game.headers.update(Event="Stylemate", White=people[0], Black=people[1])
        game.headers["Result"] = self.end.result if self.end else "*"
        return str(game)

    def _begin(self) -> None:
        self.board = self._start.copy()
        self.person = bool(secrets.randbelow(2)) if self._color is None else self._color
        self.end: Ending | None = ending_by_rule(self.board)
        side = "White" if self.person == chess.WHITE else "Black"
        self._write(f"You play {side} against {self._opponent}.")

    def _obey(self, line: str) -> None:
        command = self._commands.get(line.lower())
        if command is not None:
            command()
        elif line:
            self._move(line)

    def _move(self, line: str) -> None:
        if self.end is not None:
            self._write("The game is over. Write new, undo or quit.")
            return
        try:
            self.board.push(read_move(self.board, line))
        except StylemateError as error:
            self._write(f"{error} Write help for what you can do.")
            return
        self.end = ending_by_rule(self.board)

    def _let_opponent_move(self) -> None:
        if self.end is not None or self.board.turn == self.person:
            return
        move = self._engine.play(self.board)
        self._write(f"{self._opponent} plays {self.board.san(move)}.")
        self.board.push(move)
        self.end = ending_by_rule(self.board)

    def _undo(self) -> None:
        """Take back the person's last decision: to resign, or their last move."""
        if self.end is not None and ending_by_rule(self.board) is None:
            self.end = None
            return
        mine = [ply for ply in range(len(self.board.move_stack)) if self._mover(ply) == self.person]
        if not mine:
            self._write("There is no move of yours to take back.")
            return
        while len(self.board.move_stack) > mine[-1]:
            self.board.pop()
        self.end = ending_by_rule(self.board)

    def _mover(self, ply: int) -> chess.Color:
        return self._start.turn if ply % 2 == 0 else not self._start.turn

    def _resign(self) -> None:
        if self.end is not None:
            self._write("The game is over already.")
            return
        self.end = resignation(self.person)

    def _show_moves(self) -> None:
        legal = " ".join(sorted(self.board.san(move) for move in self.board.legal_moves))
        self._write(legal or "There is no legal move.")

    def _show_thoughts(self) -> None:
        try:
            policy = self._engine.policy(self.board)
        except StylemateError as error:
            self._write(str(error))
            return
        for move, probability in policy.top(THOUGHTS_SHOWN):
            self._write(f"{self.board.san(move):8} {probability:6.1%}")

    def _show_board(self) -> None:
        self._write("")
        self._write(drawn(self.board, self.person, self._letters))
        if self.end is not None:
            self._write(f"{self.end.result}  {self.end.words} Write new, undo or quit.")


def drawn(board: chess.Board, below: chess.Color, letters: bool = False) -> str:
    """Return a board as lines of pieces with coordinates, one side below.

    Args:
        board: the position.
        below: the side shown at the bottom.
        letters: show White's pieces as capital letters and Black's as small ones.
    """
    ranks = range(7, -1, -1) if below == chess.WHITE else range(8)
    files = range(8) if below == chess.WHITE else range(7, -1, -1)
    lines = []
    for rank in ranks:
        squares = (board.piece_at(chess.square(file, rank)) for file in files)
        lines.append(f"{rank + 1} {' '.join(_symbol(piece, letters) for piece in squares)}")
    lines.append("  " + " ".join(chess.FILE_NAMES[file] for file in files))
    return "\n".join(lines)


def _symbol(piece: chess.Piece | None, letters: bool) -> str:
    if piece is None:
        return "." if letters else "·"
    return piece.symbol() if letters else piece.unicode_symbol()
