"""Random legal games and PGN text for the tests of this folder."""

import random
from collections.abc import Sequence
from pathlib import Path

import chess
import chess.pgn

RESULTS = ("1-0", "0-1", "1/2-1/2", "*")


def random_moves(rng: random.Random, most_plies: int = 120) -> list[chess.Move]:
    """Return a random legal game that seeks out the rare kinds of moves."""
    board = chess.Board()
    for _ in range(rng.randint(1, most_plies)):
        moves = list(board.legal_moves)
        if not moves:
            break
        rare = [
            move
            for move in moves
            if move.promotion
            or (move.to_square == board.ep_square and board.is_en_passant(move))
            or (board.kings >> move.from_square & 1 and board.is_castling(move))
        ]
        rare += [move for move in rng.sample(moves, min(3, len(moves))) if board.gives_check(move)]
        board.push(rng.choice(rare if rare and rng.random() < 0.5 else moves))
    return list(board.move_stack)


def sans(moves: Sequence[chess.Move]) -> list[str]:
    """Return the moves of a game from the usual start in SAN."""
    board = chess.Board()
    words = []
    for move in moves:
        words.append(board.san(move))
        board.push(move)
    return words


def movetext(words: Sequence[str], result: str = "*") -> str:
    """Return SAN words as PGN movetext with move numbers."""
    numbered = [f"{i // 2 + 1}. {word}" if i % 2 == 0 else word for i, word in enumerate(words)]
    return " ".join([*numbered, result])


def pgn_game(words: Sequence[str], result: str = "1-0", **headers: str) -> str:
    """Return one game with headers, ended by an empty line."""
    values = {"Event": "Test", "White": "Tal, Mikhail", "Black": "Petrosian, Tigran V"}
    values |= {"Date": "1962.05.02", "Result": result} | headers
    lines = [f'[{key} "{value}"]' for key, value in values.items()]
    return "\n".join([*lines, "", movetext(words, result), "", ""])


def many_games(count: int, seed: int = 1, most_plies: int = 30) -> str:
    """Return PGN text of distinct random games."""
    rng = random.Random(seed)
    return "".join(
        pgn_game(
            sans(random_moves(rng, most_plies)),
            rng.choice(RESULTS),
            White=f"Player, White{number}",
            WhiteElo=str(rng.randint(1000, 2800)),
        )
        for number in range(count)
    )


def write_games(path: Path, players: Sequence[str], count: int) -> None:
    """Write random games between some players."""
    source = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            board = chess.Board()
            while len(board.move_stack) < 40 and not board.is_game_over():
                board.push(source.choice(list(board.legal_moves)))
            game = chess.pgn.Game.from_board(board)
            white, black = source.sample(players, 2)
            game.headers.update(White=white, Black=black, Date=f"20{number:02}.01.01")
            game.headers["Result"] = source.choice(("1-0", "0-1", "1/2-1/2"))
            print(game, end="\n\n", file=file)
