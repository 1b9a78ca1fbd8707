"""Taking a game away: PGN with the opponent in its headers, and a picture of the board."""

from collections.abc import Mapping
from datetime import date
from html import escape

import cairosvg
import chess
import chess.pgn

from ui.board.drawing import draw_board
from ui.shared.game import Game, board_after, ending
from ui.shared.opponent import Opponent, short_name
from ui.shared.takeovers import takeovers
from ui.shared.text import YOU

LONGEST_PERSON = 40
"""Characters of a person's own name."""
PICTURE_SIDE = 1_080
"""Width of the picture in pixels."""
_BOARD, _LINE = 360, 28
_LONGEST_NAME = 44
_BRACES = str.maketrans("{}", "()")


def pgn(
    game: Game,
    opponent: Opponent,
    played_on: date,
    person: str = YOU,
    movers: Mapping[int, Opponent] | None = None,
) -> str:
    """Return a game as PGN; the headers Recipe and Temperature make its opponent again.

    Args:
        game: with all of its moves.
        opponent: of its end.
        played_on: the day.
        person: what the person is called.
        movers: who made the opponent's moves, as far as it is known, by the number of moves before
            each. Where another one took over, a comment says so.
    """
    record = chess.pgn.Game()
    if game.start != chess.STARTING_FEN:
        record.setup(chess.Board(game.start))
    names = _names(game, opponent, person)
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
    comments = _comments(movers or {}, game.length)
    for count, move in enumerate(game.moves):
        node = node.add_main_variation(move, comment=comments.get(count, ""))
    return str(record) + "\n"


def _comments(movers: Mapping[int, Opponent], length: int) -> dict[int, str]:
    """Return what to say at each move with which another opponent began, if there were several."""
    return {
        count: f"From here on: {str(opponent.recipe).translate(_BRACES)}, "
        f"temperature {opponent.temperature:g}"
        for count, opponent in takeovers(movers, length).items()
    }


def person_name(text: str) -> str:
    """Return what a person calls themselves as a PGN may hold it; without anything, "You"."""
    kept = "".join(c if c.isprintable() and c not in '"\\[]' else " " for c in text)
    return " ".join(kept.split())[:LONGEST_PERSON].strip() or YOU


def _names(game: Game, opponent: Opponent, person: str) -> dict[chess.Color, str]:
    return {
        game.person: person_name(person),
        (not game.person): f"Stylemate: {short_name(opponent.recipe)}",
    }


def picture(game: Game, opponent: Opponent, person: str = YOU) -> bytes:
    """Return the position on screen as a PNG, seen as the person sees it, with both names."""
    board = board_after(game, game.shown)
    svg = draw_board(
        board,
        orientation=game.orientation,
        last_move=board.peek() if board.move_stack else None,
    )
    names, height = _names(game, opponent, person), _BOARD + 2 * _LINE
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
