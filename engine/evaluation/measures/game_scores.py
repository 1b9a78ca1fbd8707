"""Scores of many players' games, added up in parts, for every experiment that fits styles.

A style is a function of the sum of its games' scores (``engine.training.score_vectors``), so one
pass over a hundred games of a player gives the styles of ten of them, of thirty, of either half,
and of all of them without their openings.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from engine.evaluation.context import Context
from engine.position.phases import OPENING_PLIES, SIGNATURE_PLIES
from engine.style.prior import StylePrior
from engine.style.style import Routing
from engine.training.score_vectors import score_sum


@dataclass(frozen=True, slots=True)
class GameBlocks:
    """Scores of consecutive blocks of each player's games, openings apart.

    Attributes:
        names: the players.
        sizes: games of each block, the same for all.
        scores: float32 (players, blocks, 3, heads, modules), sums at the prior's mean: of the
            first six moves, of those up to the fifteenth, and of the others.
        positions: float64 (players, blocks, 3).
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    scores: npt.NDArray[np.float32]
    positions: npt.NDArray[np.float64]

    def styles(
        self, prior: StylePrior, blocks: slice, openings: bool = True
    ) -> tuple[Routing, npt.NDArray[np.float64]]:
        """Return the styles (players, heads, modules) from some blocks, and their positions."""
        scores, positions = self.sums(blocks, openings)
        return prior.expected(scores, positions), positions

    def signatures(self, prior: StylePrior, blocks: slice) -> Routing:
        """Return the signatures (players, heads, modules) from some blocks."""
        return prior.signature(self.sums(blocks)[0])

    def sums(
        self, blocks: slice, openings: bool = True
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return sums of first and later positions' scores (players, 2, ...), and their numbers."""
        scores = self.scores[:, blocks].sum(axis=1, dtype=np.float64)
        counts = self.positions[:, blocks].sum(axis=1)
        if not openings:
            scores[:, :2] = 0
            counts[:, :2] = 0
        later = slice(1, 3)
        return (
            np.stack((scores[:, 0], scores[:, later].sum(axis=1)), axis=1),
            np.stack((counts[:, 0], counts[:, later].sum(axis=1)), axis=1),
        )


def game_blocks(
    context: Context,
    key: str,
    names: Sequence[str],
    games: Sequence[npt.NDArray[np.int64]],
    sizes: Sequence[int],
    span: tuple[float, float] = (0.0, 1.0),
) -> GameBlocks:
    """Read players' games, a file for every few players.

    Args:
        key: names the files among the context's partial results.
        games: of each player as many as ``sizes`` sum to, as indices; in this order.
        sizes: games of each block.
        span: share of the experiment's progress that this is.
    """
    z = torch.from_numpy(context.space.prior.mean).to(context.device)
    ends = np.cumsum(sizes)
    each = 10
    parts = []
    for first in range(0, len(names), each):
        few = range(first, min(first + each, len(names)))

        def read(few: range = few) -> dict[str, npt.NDArray[np.float64]]:
            scores, positions = [], []
            for place in few:
                blocks = np.split(games[place][: ends[-1]], ends[:-1])
                found = [_block(context, names[place], block, z) for block in blocks]
                scores.append(np.stack([score for score, _ in found]))
                positions.append(np.stack([count for _, count in found]))
            return {"scores": np.stack(scores), "positions": np.stack(positions)}

        settings = {
            "names": [names[place] for place in few],
            "sizes": list(map(int, sizes)),
            "games": [int(games[place][: ends[-1]].sum()) for place in few],
            "mean": context.space.prior.mean.astype(float).round(4).tolist(),
        }
        parts.append(context.cached(f"{key}/{first:05d}", read, settings, of_styles=False))
        done = span[0] + (span[1] - span[0]) * few.stop / max(len(names), 1)
        context.progress(done, f"Read the games of {few.stop} of {len(names)} players")
    return GameBlocks(
        tuple(names),
        tuple(int(size) for size in sizes),
        np.concatenate([part["scores"] for part in parts]).astype(np.float32),
        np.concatenate([part["positions"] for part in parts]),
    )


def _block(
    context: Context, name: str, games: npt.NDArray[np.int64], z: torch.Tensor
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    rows = context.rows_of_games(name, np.sort(games))
    plies = context.positions.packed.plies[rows]
    first, late = plies < SIGNATURE_PLIES, plies >= OPENING_PLIES
    parts = (rows[first], rows[~first & ~late], rows[late])
    sums = [score_sum(context.model, context.positions, part, z)[0] for part in parts]
    scores = np.stack([total.cpu().numpy().astype(np.float64) for total in sums])
    return scores, np.array([len(part) for part in parts], dtype=np.float64)
