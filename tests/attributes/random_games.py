"""Positions out of random legal games, the same for the same seed."""

import random

import chess


def random_boards(seed: int, games: int = 4, plies: int = 120) -> list[chess.Board]:
    """Return every position of a few random games, captures and promotions favoured."""
    chooser = random.Random(seed)
    boards = []
    for _ in range(games):
        board = chess.Board()
        for _ in range(plies):
            moves = list(board.legal_moves)
            if not moves:
                break
            weights = [
                1 + 6 * board.is_en_passant(m) + 6 * bool(m.promotion) + 6 * board.is_castling(m)
                for m in moves
            ]
            board.push(chooser.choices(moves, weights)[0])
            boards.append(board.copy(stack=False))
    return boards


def random_game(seed: int, plies: int = 200) -> chess.Board:
    """Return a random game that keeps taking, so that it reaches an end game, as its last board."""
    chooser = random.Random(seed)
    board = chess.Board()
    for _ in range(plies):
        moves = list(board.legal_moves)
        if not moves:
            break
        weights = [1 + 9 * board.is_capture(move) for move in moves]
        board.push(chooser.choices(moves, weights)[0])
    return board
