"""Pieces of the You page in HTML: boards with a move, and lists of players."""

from collections.abc import Sequence
from html import escape

import chess

from engine.analysis.identification import CosineRange, IdentifiedPlayer
from engine.analysis.telling_moves import OwnMove
from engine.style.space import StyleSpace
from ui.board.drawing import Arrow
from ui.board.picture import board_image
from ui.plots.theme import COLORS
from ui.shared.opponent import describe_player, first_name_first
from ui.shared.text import as_likeness, percent

PLAYED, EXPECTED = COLORS[1], COLORS[3]


def move_cards(moves: Sequence[OwnMove], others: str) -> str:
    """Return boards on which moves were played.

    Args:
        moves: what to show.
        others: whom they are held against, as in "players near 1,500".
    """
    return f'<div class="you-boards">{"".join(_card(move, others) for move in moves)}</div>'


def match_rows(
    matches: Sequence[IdentifiedPlayer],
    space: StyleSpace,
    same: CosineRange,
    strangers: CosineRange,
) -> str:
    """Return a list of players with bars for their likeness, over the ranges that are typical."""
    lowest = min(same.low, strangers.low, *(m.cosine for m in matches), -0.2)
    highest = max(same.high, strangers.high, *(m.cosine for m in matches), 0.5)

    def at(cosine: float) -> float:
        return round(100 * (cosine - lowest) / (highest - lowest), 2)

    def band(name: str, span: CosineRange) -> str:
        left, right = at(span.low), at(span.high)
        return f'<i class="{name}" style="left:{left}%;width:{right - left:.2f}%"></i>'

    bands = band("strangers", strangers) + band("same", same)
    rows = []
    for match in matches:
        known = describe_player(space.find(match.name))
        rows.append(
            '<div class="you-match"><div class="who">'
            f"<b>{escape(first_name_first(match.name))}</b><span>{escape(known)}</span></div>"
            f'<div class="scale">{bands}<em style="left:{at(match.cosine)}%"></em></div>'
            f'<div class="numbers"><b>{as_likeness(match.cosine)}</b>'
            f"<span>{percent(match.confidence)}</span></div></div>"
        )
    head = (
        '<div class="you-match head"><div class="who">Player</div>'
        '<div class="scale">Likeness to your style</div>'
        '<div class="numbers"><b>Likeness</b><span>Confidence</span></div></div>'
    )
    return f'<div class="you-matches">{head}{"".join(rows)}</div>'


def _card(move: OwnMove, others: str) -> str:
    arrows = [Arrow(move.move.from_square, move.move.to_square, 0.8, PLAYED)]
    differs = move.expected != move.move
    if differs:
        expected = move.expected
        arrows.insert(0, Arrow(expected.from_square, expected.to_square, 0.35, EXPECTED))
    picture = board_image(
        move.board,
        move.san,
        orientation=move.board.turn,
        last_move=move.board.peek() if move.board.move_stack else None,
        arrows=arrows,
    )
    rival = move.game.black if move.board.turn == chess.WHITE else move.game.white
    year = f", {move.game.year}" if move.game.year else ""
    rather = (
        f'<span class="rather">rather {escape(move.board.san(move.expected))} '
        f"{percent(move.expected_chance)}</span>"
        if differs
        else ""
    )
    return (
        '<figure class="you-board">'
        f"{picture}<figcaption><b>{escape(move.san)}</b>"
        f'<span class="game">against {escape(rival)}{year}</span>'
        f'<span class="chances">you <b>{percent(move.own)}</b> · {escape(others)} '
        f"<b>{percent(move.others)}</b></span>{rather}</figcaption></figure>"
    )
