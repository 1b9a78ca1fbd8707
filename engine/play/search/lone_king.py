"""How far a win against a bare king has come.

A value head calls every such position won, so a search sees no difference between its moves and
makes none. This is the old remedy of chess programs: drive the king to the edge, bring yours near.
"""

import chess

_PROGRESS = 0.15
"""Share of the value that speaks of progress."""
WON = 1 - _PROGRESS
"""What a position is worth at least that is won."""
_LONGEST_DISTANCE = 7


def lone_king_value(board: chess.Board) -> float | None:
    """Return the value for the side to move where one king is bare and can be mated, else None.

    Returns:
        From -1 to 1: 0.8 and more in size, the more the nearer the mate.
    """
    progress = bare_king_progress(board)
    if progress is None:
        return None
    value = WON + _PROGRESS * progress
    return value if mating_side(board) == board.turn else -value


def bare_king_progress(board: chess.Board) -> float | None:
    """Return how far the mate of a bare king has come, 0 to 1; None where there is none to mate."""
    winner = mating_side(board)
    return None if winner is None else _progress(board, winner)


def mating_side(board: chess.Board) -> chess.Color | None:
    """Return who has pieces that can mate against a bare king, None if nobody does."""
    for winner in chess.COLORS:
        if board.occupied_co[not winner].bit_count() == 1:
            return winner if _can_mate(board, winner) else None
    return None


def _can_mate(board: chess.Board, winner: chess.Color) -> bool:
    """Return whether a queen, a rook or two bishops of both shades are there, and the win certain.

    Pawns are left to the network: whether one gets through is a question of chess.
    """
    own = board.occupied_co[winner]
    if own & (board.queens | board.rooks):
        return True
    bishops = own & board.bishops
    return bool(bishops & chess.BB_LIGHT_SQUARES and bishops & chess.BB_DARK_SQUARES)


def _progress(board: chess.Board, winner: chess.Color) -> float:
    """Return 0 to 1: how far the bare king is from the middle, and how near the other one."""
    bare, king = board.king(not winner), board.king(winner)
    assert bare is not None
    assert king is not None
    file, rank = chess.square_file(bare), chess.square_rank(bare)
    from_middle = max(3 - file, file - 4) + max(3 - rank, rank - 4)  # 0 to 6
    nearness = _LONGEST_DISTANCE - chess.square_distance(bare, king)  # 0 to 5
    free = _free_squares(board, bare, winner)  # 0 to 8
    return 0.45 * from_middle / 6 + 0.3 * nearness / 5 + 0.25 * (8 - free) / 8


def _free_squares(board: chess.Board, bare: chess.Square, winner: chess.Color) -> int:
    return sum(
        not board.is_attacked_by(winner, square)
        for square in chess.SquareSet(chess.BB_KING_ATTACKS[bare])
    )
