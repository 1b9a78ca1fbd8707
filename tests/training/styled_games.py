"""Games that a model plays against itself in given styles, all at once."""

from collections.abc import Mapping
from itertools import permutations

import chess
import numpy as np
import torch

from engine.games.records import GameRecord
from engine.model.style_model import StyleModel
from engine.position.moves import encode_move, legal_moves_and_indices
from engine.position.planes import board_planes
from engine.style.style import Routing


def play_in_styles(
    model: StyleModel, styles: Mapping[str, Routing], games: int, plies: int = 30, seed: int = 1
) -> list[GameRecord]:
    """Return games between players, each moving by the model in their style (temperature 1)."""
    random = np.random.default_rng(seed)
    pairs = list(permutations(styles, 2))
    players = [pairs[number % len(pairs)] for number in range(games)]
    boards = [chess.Board() for _ in players]
    for ply in range(plies):
        going = [number for number, board in enumerate(boards) if any(board.legal_moves)]
        planes = torch.from_numpy(np.stack([board_planes(boards[number]) for number in going]))
        z = np.stack([styles[players[number][ply % 2]] for number in going])
        with torch.inference_mode():
            logits = model(planes, torch.from_numpy(z))[0].numpy()
        for number, row in zip(going, logits, strict=True):
            moves, indices = legal_moves_and_indices(boards[number])
            noise = random.gumbel(size=len(moves))
            boards[number].push(moves[int(np.argmax(row[indices] + noise))])
    return [
        GameRecord(
            white,
            black,
            np.array([encode_move(move) for move in board.move_stack], dtype=np.uint16),
            date=f"20{number:02d}.01.01",
        )
        for number, ((white, black), board) in enumerate(zip(players, boards, strict=True))
    ]
