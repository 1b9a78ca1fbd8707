"""Positions that the games of a match start from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import chess
import chess.pgn

from engine.errors import StylemateError
from engine.play.notation import board_from_fen, play_moves

LONGEST_LINE = 20
"""Half-moves of a game in a PGN file that serve as an opening."""
_BUILT_IN = (
    ("Italian Game", "e4 e5 Nf3 Nc6 Bc4 Bc5 c3 Nf6"),
    ("Ruy Lopez", "e4 e5 Nf3 Nc6 Bb5 a6 Ba4 Nf6"),
    ("Scotch Game", "e4 e5 Nf3 Nc6 d4 exd4 Nxd4 Nf6"),
    ("Petrov's Defense", "e4 e5 Nf3 Nf6 Nxe5 d6 Nf3 Nxe4"),
    ("Sicilian Defense, Najdorf", "e4 c5 Nf3 d6 d4 cxd4 Nxd4 Nf6 Nc3 a6"),
    ("Sicilian Defense, Sveshnikov", "e4 c5 Nf3 Nc6 d4 cxd4 Nxd4 Nf6 Nc3 e5"),
    ("Sicilian Defense, Alapin", "e4 c5 c3 Nf6 e5 Nd5 d4 cxd4"),
    ("French Defense, Winawer", "e4 e6 d4 d5 Nc3 Bb4 e5 c5"),
    ("French Defense, Exchange", "e4 e6 d4 d5 exd5 exd5 Nf3 Nf6"),
    ("Caro-Kann Defense", "e4 c6 d4 d5 Nc3 dxe4 Nxe4 Bf5"),
    ("Scandinavian Defense", "e4 d5 exd5 Qxd5 Nc3 Qa5 d4 Nf6"),
    ("Pirc Defense", "e4 d6 d4 Nf6 Nc3 g6 Nf3 Bg7"),
    ("Queen's Gambit Declined", "d4 d5 c4 e6 Nc3 Nf6 Bg5 Be7"),
    ("Queen's Gambit Accepted", "d4 d5 c4 dxc4 Nf3 Nf6 e3 e6"),
    ("Slav Defense", "d4 d5 c4 c6 Nf3 Nf6 Nc3 dxc4"),
    ("King's Indian Defense", "d4 Nf6 c4 g6 Nc3 Bg7 e4 d6"),
    ("Grünfeld Defense", "d4 Nf6 c4 g6 Nc3 d5 cxd5 Nxd5"),
    ("Nimzo-Indian Defense", "d4 Nf6 c4 e6 Nc3 Bb4 e3 O-O"),
    ("Queen's Indian Defense", "d4 Nf6 c4 e6 Nf3 b6 g3 Bb7"),
    ("Modern Benoni", "d4 Nf6 c4 c5 d5 e6 Nc3 exd5 cxd5 d6"),
    ("Dutch Defense", "d4 f5 g3 Nf6 Bg2 e6 Nf3 Be7"),
    ("London System", "d4 d5 Bf4 Nf6 e3 e6 Nf3 c5"),
    ("English Opening", "c4 e5 Nc3 Nf6 Nf3 Nc6 g3 d5"),
    ("Réti Opening", "Nf3 d5 c4 e6 g3 Nf6 Bg2 Be7"),
)


@dataclass(frozen=True, slots=True)
class MatchOpening:
    """Where a game starts.

    Attributes:
        name: for people, may be empty.
        start: the position before the moves, as FEN.
        moves: played from there before anybody chooses.
    """

    name: str
    start: str = chess.STARTING_FEN
    moves: tuple[chess.Move, ...] = ()

    def board(self) -> chess.Board:
        """Return the position in which the players begin, with its history."""
        board = chess.Board(self.start)
        for move in self.moves:
            board.push(move)
        return board


def named_openings() -> tuple[MatchOpening, ...]:
    """Return the set that is built in: 24 well-known openings, each about even."""
    return tuple(_line(name, moves) for name, moves in _BUILT_IN)


def read_match_openings(path: Path) -> tuple[MatchOpening, ...]:
    """Return the openings of a PGN file, or of a file with an EPD or a FEN on each line.

    Of a game in a PGN file the first 20 half-moves count.

    Raises:
        StylemateError: it cannot be read, holds no opening, or a position that cannot be played.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise StylemateError(f"The openings in {path} cannot be read: {error}.") from None
    is_pgn = path.suffix.casefold() == ".pgn" or text.lstrip().startswith("[")
    found = list(_of_pgn(path) if is_pgn else _of_lines(path, text.splitlines()))
    if not found:
        raise StylemateError(f"There is no opening in {path}: it wants games (PGN) or positions.")
    for opening in found:
        _require_playable(path, opening)
    return tuple(dict.fromkeys(found))


def _line(name: str, moves: str) -> MatchOpening:
    board = chess.Board()
    play_moves(board, moves)
    return MatchOpening(name, moves=tuple(board.move_stack))


def _of_pgn(path: Path) -> Iterator[MatchOpening]:
    with path.open(encoding="utf-8-sig") as file:
        number = 0
        while (game := chess.pgn.read_game(file)) is not None:
            number += 1
            if game.errors:
                raise StylemateError(f"{path}, game {number}: {game.errors[0]}.")
            headers = game.headers
            if headers.get("Variant", "Standard").casefold() not in ("standard", "chess", ""):
                raise StylemateError(f"{path}, game {number}: only standard chess can be played.")
            moves: Sequence[chess.Move] = tuple(game.mainline_moves())[:LONGEST_LINE]
            name = headers.get("Opening") or headers.get("ECO") or f"game {number}"
            yield MatchOpening(name, game.board().fen(), tuple(moves))


def _of_lines(path: Path, lines: Sequence[str]) -> Iterator[MatchOpening]:
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        board = chess.Board()
        try:
            if len(text.split(";")[0].split()) == 6 and text.split()[4].isdigit():
                board.set_fen(text.split(";")[0])
                name = ""
            else:
                name = str(board.set_epd(text).get("id", ""))
            board_from_fen(board.fen())
        except (ValueError, StylemateError) as error:
            raise StylemateError(f"{path}, line {number}: {error}") from None
        yield MatchOpening(name or f"line {number}", board.fen())


def _require_playable(path: Path, opening: MatchOpening) -> None:
    board = opening.board()
    if board.is_game_over():
        raise StylemateError(f"{path}: the game is over already after {opening.name}.")
