"""A position as a picture within a page's text, complete in itself."""

from base64 import b64encode
from collections.abc import Iterable
from html import escape

import chess

from ui.board.drawing import Arrow, draw_board


def board_image(
    board: chess.Board,
    description: str,
    *,
    orientation: chess.Color = chess.WHITE,
    last_move: chess.Move | None = None,
    arrows: Iterable[Arrow] = (),
) -> str:
    """Return an ``<img>`` of a position, for ``st.html``, which lets no SVG through.

    Args:
        board: the position.
        description: what the picture shows, for those who cannot see it.
        orientation: the colour at the bottom.
        last_move: move whose squares are marked.
        arrows: drawn over the pieces.
    """
    svg = draw_board(board, orientation=orientation, last_move=last_move, arrows=arrows)
    source = b64encode(svg.encode()).decode("ascii")
    return (
        f'<img class="position" src="data:image/svg+xml;base64,{source}" '
        f'alt="{escape(description)}"/>'
    )
