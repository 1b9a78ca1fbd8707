"""Taking a game away: PGN with the opponent in its headers, and a picture of the board."""

from datetime import date
from html import escape

import cairosvg
import chess
import chess.pgn

from ui.board.drawing import draw_board
from ui.shared.game import Game, board_after, ending
from ui.shared.opponent import Opponent, short_name

PERSON_NAME = "You"
PICTURE_SIDE = 1_080
"""Width of the picture in pixels."""
_BOARD, _LINE = 360, 28
_LONGEST_NAME = 44


def pgn(game: Game, opponent: Opponent, played_on: date) -> str:
    """Return a game as PGN; the headers Recipe and Temperature make its opponent again."""
    record = chess.pgn.Game()
    if game.start != chess.STARTING_FEN:
        record.setup(chess.Board(game.start))
    names = _names(game, opponent)
    end = ending(game)
    record.headers["Event"] = "Stylemate game"
    record.headers["Site"] = "?"
    record.headers["Date"] = played_on.strftime("%Y.%m.%d")
    record.headers["Round"] = "-"
    record.headers["White"] = names[chess.WHITE]
    record.headers["Black"] = names[chess.BLACK]
    record.headers["Result"] = end.result if end else "*"
    record.headers["Recipe"] = str(opponent.recipe)
    record.headers["Temperature"] = f"{opponent.temperature:g}"
    record.headers["PlyCount"] = str(game.length)
    if end is not None:
        record.headers["Termination"] = end.reason
    node: chess.pgn.GameNode = record
    for move in game.moves:
        node = node.add_main_variation(move)
    return str(record) + "\n"


def _names(game: Game, opponent: Opponent) -> dict[chess.Color, str]:
    return {
        game.person: PERSON_NAME,
        (not game.person): f"Stylemate: {short_name(opponent.recipe)}",
    }


def picture(game: Game, opponent: Opponent) -> bytes:
    """Return the position on screen as a PNG, seen as the person sees it, with both names."""
    board = board_after(game, game.shown)
    svg = draw_board(
        board,
        orientation=game.orientation,
        last_move=board.peek() if board.move_stack else None,
    )
    names, height = _names(game, opponent), _BOARD + 2 * _LINE
    framed = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_BOARD} {height}">'
        f'<rect width="{_BOARD}" height="{height}" fill="#fbfaf6"/>'
        f"{_name(names[not game.orientation], 0)}{_name(names[game.orientation], _LINE + _BOARD)}"
        f'<svg y="{_LINE}" width="{_BOARD}" height="{_BOARD}">{svg}</svg></svg>'
    )
    image: bytes = cairosvg.svg2png(bytestring=framed.encode(), output_width=PICTURE_SIDE)
    return image


def _name(name: str, top: int) -> str:
    words = escape(name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…")
    return (
        f'<text x="8" y="{top + 19}" font-family="sans-serif" font-size="14" fill="#1b2a26">'
        f"{words}</text>"
    )


def file_name(opponent: Opponent, played_on: date, ending_with: str) -> str:
    """Return a file name such as ``stylemate-tal-2026-11-21.pgn``."""
    words = "".join(c if c.isalnum() else "-" for c in short_name(opponent.recipe).casefold())
    slug = "-".join(part for part in words.split("-") if part and part.isascii())
    return f"stylemate-{slug[:40] or 'game'}-{played_on.isoformat()}.{ending_with}"
