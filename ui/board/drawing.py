"""Drawing a position: one source for the board on the page, pictures and tests."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import chess
import chess.svg

SQUARE = chess.svg.SQUARE_SIZE
SIDE = 8 * SQUARE
LIGHT, DARK = "#ece8db", "#6f9a8d"
LIGHT_LAST, DARK_LAST = "#f4dd8a", "#c9b04f"
ARROW = "#1f4e79"
COLORS = {
    "square light": LIGHT,
    "square dark": DARK,
    "square light lastmove": LIGHT_LAST,
    "square dark lastmove": DARK_LAST,
}
LANE = 0.22
"""How far arrows on one line lie apart, in squares."""
_DEFINITIONS = re.compile(r"<defs>.*?</defs>", re.S)
_DESCRIPTION = re.compile(r"<desc>.*?</desc>", re.S)


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow on the board.

    Attributes:
        tail: square where it begins.
        head: square it points at.
        weight: 0 to 1; likelier moves get stronger arrows.
        color: of the arrow.
        shift: how far it lies to the right of the line between the squares, in squares, so that
            arrows of the same move can be told apart.
    """

    tail: chess.Square
    head: chess.Square
    weight: float
    color: str = ARROW
    shift: float = 0.0


def draw_board(
    board: chess.Board,
    *,
    orientation: chess.Color = chess.WHITE,
    last_move: chess.Move | None = None,
    arrows: Iterable[Arrow] = (),
) -> str:
    """Return an SVG of a position, 8 x 8 squares without a margin, complete in itself.

    A king in check is marked, and letters and digits stand inside the squares of the edge.
    """
    svg = str(
        chess.svg.board(
            board,
            orientation=orientation,
            lastmove=last_move,
            check=board.king(board.turn) if board.is_check() else None,
            coordinates=False,
            colors=COLORS,
        )
    )
    # Letters belong under the pieces and arrows over them.
    svg = svg.replace("<use ", f"{_coordinates(orientation, last_move)}<use ", 1)
    return svg.replace("</svg>", f"{draw_arrows(arrows, orientation)}</svg>")


def draw_arrows(arrows: Iterable[Arrow], orientation: chess.Color) -> str:
    """Return the SVG shapes of arrows, to be laid over a board."""
    return "".join(_draw_arrow(arrow, orientation) for arrow in arrows)


def side_by_side(arrows: Sequence[Arrow]) -> tuple[Arrow, ...]:
    """Return arrows with those that run along one line beside each other, in lanes of their own."""
    lanes: list[list[int]] = []
    for index, arrow in enumerate(arrows):
        touching = [lane for lane in lanes if any(_share_a_line(arrow, arrows[i]) for i in lane)]
        lanes = [lane for lane in lanes if lane not in touching]
        lanes.append(sorted([index, *(i for lane in touching for i in lane)]))
    shifts = [0.0] * len(arrows)
    for lane in lanes:
        first = _direction(arrows[lane[0]])
        for place, index in enumerate(lane):
            # What is to the right of one arrow is to the left of its opposite.
            sign = 1 if _direction(arrows[index]) == first else -1
            shifts[index] = sign * LANE * (place - (len(lane) - 1) / 2)
    return tuple(
        replace(arrow, shift=shift) if shift else arrow
        for arrow, shift in zip(arrows, shifts, strict=True)
    )


def _share_a_line(one: Arrow, other: Arrow) -> bool:
    """Return whether two arrows lie over each other for some way."""
    (x, y), (u, v) = _direction(one), _direction(other)
    if (x, y) not in {(u, v), (-u, -v)}:
        return False
    places = []
    for square in (one.tail, one.head, other.tail, other.head):
        right = chess.square_file(square) - chess.square_file(one.tail)
        up = chess.square_rank(square) - chess.square_rank(one.tail)
        if right * y != up * x:
            return False
        places.append(right * x + up * y)
    a, b = sorted(places[:2]), sorted(places[2:])
    return max(a[0], b[0]) < min(a[1], b[1])


def _direction(arrow: Arrow) -> tuple[int, int]:
    """Return the shortest step along an arrow, in files and ranks."""
    right = chess.square_file(arrow.head) - chess.square_file(arrow.tail)
    up = chess.square_rank(arrow.head) - chess.square_rank(arrow.tail)
    length = math.gcd(right, up) or 1
    return right // length, up // length


def without_definitions(svg: str) -> str:
    """Return a board's SVG without the shapes of the pieces, for a page that has them already."""
    return _DESCRIPTION.sub("", _DEFINITIONS.sub("", svg, count=1), count=1)


def piece_definitions() -> str:
    """Return an invisible SVG with the shapes of all twelve pieces and the mark of check."""
    shapes = "".join(chess.svg.PIECES.values()) + chess.svg.CHECK_GRADIENT
    return (
        f'<svg class="shapes" width="0" height="0" aria-hidden="true"><defs>{shapes}</defs></svg>'
    )


def corner(square: chess.Square, orientation: chess.Color) -> tuple[int, int]:
    """Return the upper left corner of a square in the SVG's units."""
    file, rank = chess.square_file(square), chess.square_rank(square)
    if orientation == chess.WHITE:
        return file * SQUARE, (7 - rank) * SQUARE
    return (7 - file) * SQUARE, rank * SQUARE


def _coordinates(orientation: chess.Color, last_move: chess.Move | None) -> str:
    marked = {last_move.from_square, last_move.to_square} if last_move else set()
    texts = []
    for index in range(8):
        rank = index if orientation == chess.WHITE else 7 - index
        texts.append(
            _letter(chess.square(0 if orientation else 7, rank), orientation, marked, True)
        )
        bottom = 0 if orientation == chess.WHITE else 7
        texts.append(_letter(chess.square(index, bottom), orientation, marked, False))
    font = 'font-family="Inter, Helvetica, Arial, sans-serif" font-size="8.5" font-weight="650"'
    return f'<g class="coordinates" {font}>{"".join(texts)}</g>'


def _letter(
    square: chess.Square, orientation: chess.Color, marked: set[chess.Square], is_rank: bool
) -> str:
    x, y = corner(square, orientation)
    is_light = bool(chess.BB_LIGHT_SQUARES & chess.BB_SQUARES[square])
    color = "#7a6a1e" if square in marked else DARK if is_light else LIGHT
    name = chess.SQUARE_NAMES[square]
    if is_rank:
        return f'<text x="{x + 2}" y="{y + 9.5}" fill="{color}">{name[1]}</text>'
    right, low = x + SQUARE - 2, y + SQUARE - 2.5
    return f'<text x="{right}" y="{low}" text-anchor="end" fill="{color}">{name[0]}</text>'


def _draw_arrow(arrow: Arrow, orientation: chess.Color) -> str:
    """Return an arrow as one outline, so that its shaft and head share one transparency."""
    tail_x, tail_y = (c + SQUARE / 2 for c in corner(arrow.tail, orientation))
    head_x, head_y = (c + SQUARE / 2 for c in corner(arrow.head, orientation))
    length = math.hypot(head_x - tail_x, head_y - tail_y)
    if length == 0:
        return ""
    strength = math.sqrt(min(max(arrow.weight, 0.0), 1.0))
    half = 1.4 + 3.0 * strength
    head_half, head_length = half * 2.5, half * 3.6
    begin, end = SQUARE * 0.28, length - SQUARE * 0.1
    neck = end - head_length
    outline = [
        (begin, -half),
        (neck, -half),
        (neck, -head_half),
        (end, 0.0),
        (neck, head_half),
        (neck, half),
        (begin, half),
    ]
    points = " ".join(f"{x:.1f},{y + SQUARE * arrow.shift:.1f}" for x, y in outline)
    angle = math.degrees(math.atan2(head_y - tail_y, head_x - tail_x))
    return (
        f'<polygon class="arrow" points="{points}" fill="{arrow.color}" '
        f'fill-opacity="{0.35 + 0.45 * strength:.2f}" stroke-linejoin="round" '
        f'transform="translate({tail_x:.1f} {tail_y:.1f}) rotate({angle:.2f})"/>'
    )
