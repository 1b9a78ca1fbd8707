"""Replay many games at once, without python-chess, on a CPU or a GPU.

All games of a chunk advance together, one ply a step, as rows of a piece-code table. Moves are
trusted to be legal: the game store checked them.
"""

import torch
from torch import Tensor

from engine.position.lockstep import LockstepBoards
from engine.position.packed import REPEATED, PackedPositions

GAMES_PER_CHUNK = {"cpu": 8192, "cuda": 131_072}
"""Games that advance together, by kind of device: a graphics card wants many at once."""


def replay(moves: Tensor, offsets: Tensor, chunk: int | None = None) -> PackedPositions:
    """Replay games from the usual start and pack the position before every move.

    Args:
        moves: int16 or uint16 (P,), 16-bit move codes of all games one after another.
        offsets: int64 (G + 1,), where each game begins; ``offsets[-1] == P``.
        chunk: games that advance together; as many as suit the device by default.

    Returns:
        Packed positions, row for row beside ``moves``, on the device of ``moves``.
    """
    positions = moves.shape[0]
    device = moves.device
    chunk = chunk or GAMES_PER_CHUNK.get(device.type, GAMES_PER_CHUNK["cpu"])
    packed = PackedPositions(
        boards=torch.empty(positions, 32, dtype=torch.uint8, device=device),
        flags=torch.empty(positions, dtype=torch.uint8, device=device),
        rule50=torch.empty(positions, dtype=torch.uint8, device=device),
        plies=torch.empty(positions, dtype=torch.int16, device=device),
    )
    games = offsets.shape[0] - 1
    for first in range(0, games, chunk):
        bounds = offsets[first : min(first + chunk, games) + 1]
        _ChunkReplay(moves, bounds, packed).run()
    return packed


class _ChunkReplay:
    """The state of some games that advance together, longest game first."""

    def __init__(self, moves: Tensor, bounds: Tensor, packed: PackedPositions) -> None:
        device = moves.device
        lengths, order = (bounds[1:] - bounds[:-1]).sort(descending=True)
        self.moves, self.packed = moves, packed
        self.begins = bounds[:-1][order]
        self.span = slice(int(bounds[0]), int(bounds[-1]))
        # active[t]: how many games have a move at ply t; they are a prefix of the rows.
        longest = int(lengths[0]) if len(lengths) else 0
        plies = torch.arange(longest, device=device)
        self.active: list[int] = (lengths[None, :] > plies[:, None]).sum(1).tolist()
        self.boards = LockstepBoards(lengths.shape[0], device)
        self.keys = torch.zeros(self.span.stop - self.span.start, dtype=torch.int64, device=device)

    def run(self) -> None:
        for ply, count in enumerate(self.active):
            rows = self.begins[:count] + ply
            self._record(rows, count, ply)
            self.boards.advance(self.moves[rows], ply)
        self._mark_repetitions()

    def _record(self, rows: Tensor, count: int, ply: int) -> None:
        boards = self.boards
        self.packed.boards[rows] = boards.packed(count)
        self.packed.flags[rows] = boards.rights[:count]
        self.packed.rule50[rows] = boards.rule50[:count].clamp(max=255).to(torch.uint8)
        self.packed.plies[rows] = ply
        key = boards.keys(boards.en_passant_file[:count], ply)
        self.keys[rows - self.span.start] = key

    def _mark_repetitions(self) -> None:
        """Flag each position that stands in its game a second time or more."""
        span = self.span
        if span.start == span.stop:
            return
        starts = self.packed.plies[span] == 0
        game = starts.cumsum(0) * -7046029254386353131  # odd: a different salt for every game
        ordered, order = torch.sort(self.keys ^ game, stable=True)
        again = torch.zeros_like(starts)
        again[order[1:]] = ordered[1:] == ordered[:-1]
        self.packed.flags[span] |= again.to(torch.uint8) * REPEATED
