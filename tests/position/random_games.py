"""Random legal games that visit the corners of the rules more often than uniform play would."""

import random

import chess


def random_game(seed: int, plies: int = 160) -> list[chess.Move]:
    """Return the moves of a legal game from the usual start.

    Pawn moves, captures, castling, en passant and promotions to every piece are favoured, and
    now and then both sides shuffle back and forth so that positions repeat.
    """
    source = random.Random(seed)
    board = chess.Board()
    shuffle_back: list[chess.Move] = []
    while len(board.move_stack) < plies and not board.is_game_over(claim_draw=False):
        move = _next_move(board, source, shuffle_back)
        board.push(move)
    return list(board.move_stack)


def _next_move(
    board: chess.Board, source: random.Random, shuffle_back: list[chess.Move]
) -> chess.Move:
    if shuffle_back:
        back = shuffle_back.pop(0)
        if back in board.legal_moves:
            return back
        shuffle_back.clear()
    moves = list(board.legal_moves)
    if len(board.move_stack) >= 2 and source.random() < 0.05:
        # Undo the last two moves on the board and play them again: the position repeats.
        for past in (board.move_stack[-2], board.move_stack[-1]) * 2:
            shuffle_back.append(chess.Move(past.to_square, past.from_square))
    return source.choices(moves, [_weight(board, move) for move in moves])[0]


def _weight(board: chess.Board, move: chess.Move) -> float:
    if move.promotion:
        return 12.0
    if board.is_en_passant(move) or board.is_castling(move):
        return 20.0
    pawn = board.piece_type_at(move.from_square) == chess.PAWN
    return 1.0 + 2.0 * pawn + 0.5 * board.is_capture(move)
