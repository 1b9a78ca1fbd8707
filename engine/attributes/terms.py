"""The evaluation terms of whole batches.

The rules and numbers are those of Stockfish 15.1's classical evaluation (GPL-3.0), so its ``eval``
command is the reference: see ``tests/attributes``. Differences on purpose: positions in check are
evaluated as well, and no term is skipped when one side is far ahead.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.attributes.attacks import Attacks
from engine.attributes.king import KingSafety
from engine.attributes.material import Material, bishop_pair, imbalance, middle_game_share
from engine.attributes.passed import passed_pawns
from engine.attributes.pawns import PawnStructure
from engine.attributes.position_batch import PositionBatch
from engine.attributes.sides import Sides
from engine.attributes.space import space
from engine.attributes.tapered import by_position
from engine.attributes.threats import threats

# Positions evaluated in one go: large enough to drown numpy's overhead, small enough for the cache.
CHUNK = 2048

TERMS = (
    "mobility",
    "king_safety",
    "threats",
    "passed_pawns",
    "space",
    "bishop_pair",
    "imbalance",
    "pawn_structure",
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All terms of N positions.

    Attributes:
        terms: by name (see ``TERMS``) float32 (N, 2, 2): White and Black, middle game and end
            game, in the pawns that Stockfish 15.1 prints; each side's own part.
        king_danger: float32 (N, 2); king-danger points that White (0) and Black (1) have collected
            *against the opponent's king*. They may be negative for a very safe king.
        middle_game_share: float32 (N,); 1 with all pieces on the board, 0 in the end game.
    """

    terms: dict[str, NDArray[np.float32]]
    king_danger: NDArray[np.float32]
    middle_game_share: NDArray[np.float32]

    def blended(self, term: str) -> NDArray[np.float32]:
        """Return one term as float32 (N, 2), middle game and end game mixed by the phase."""
        return mix_phases(self.terms[term], self.middle_game_share)


def mix_phases(
    values: NDArray[np.float32], middle_game_share: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Mix middle game and end game, (N, 2, 2) to (N, 2), by the share of the former, (N,)."""
    share = middle_game_share[:, None]
    mixed: NDArray[np.float32] = values[..., 0] * share + values[..., 1] * (1 - share)
    return mixed


def evaluate_terms(batch: PositionBatch) -> Evaluation:
    """Evaluate all terms of every position of a batch."""
    parts = [_evaluate_chunk(chunk) for chunk in _chunks(batch)]
    return Evaluation(
        terms={name: np.concatenate([part.terms[name] for part in parts]) for name in TERMS},
        king_danger=np.concatenate([part.king_danger for part in parts]),
        middle_game_share=np.concatenate([part.middle_game_share for part in parts]),
    )


def _chunks(batch: PositionBatch) -> Iterator[PositionBatch]:
    # An empty batch still gives one (empty) chunk, so that the arrays keep their shapes.
    for start in range(0, max(len(batch), 1), CHUNK):
        yield batch.slice(start, start + CHUNK)


def _evaluate_chunk(batch: PositionBatch) -> Evaluation:
    sides = Sides.of(batch)
    attacks = Attacks.of(sides)
    structure = PawnStructure.of(sides)
    safety = KingSafety.of(sides, attacks)
    material = Material.of(sides)
    pieces = material.pieces()
    scores = {
        "mobility": attacks.mobility,
        "king_safety": safety.score,
        "threats": threats(sides, attacks),
        "passed_pawns": passed_pawns(sides, attacks, structure),
        "space": space(sides, attacks, structure, pieces),
        "bishop_pair": bishop_pair(material),
        "imbalance": imbalance(material),
        "pawn_structure": structure.score,
    }
    return Evaluation(
        terms={name: scores[name].in_pawns() for name in TERMS},
        king_danger=by_position(safety.danger)[:, ::-1],
        middle_game_share=middle_game_share(pieces[: len(batch)]),
    )
