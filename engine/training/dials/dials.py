"""The dials by name: which attribute each turns, how far, and how its future counts."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Dial:
    """One dial.

    Attributes:
        key: the attribute that it turns (``engine.attributes.registry``).
        push: how strongly the policy is tilted when the dial is turned to 1, in nats for a move
            that is one usual spread better at it than the other moves of the position.
        bounds: what values of single moves are cut to, so that few wild positions do not decide.
        sums: what happens at most once or twice in a game is added up over the rest of the game;
            everything else is averaged over the moves to come, the next ones counting most.
    """

    key: str
    push: float
    bounds: tuple[float, float] | None = None
    sums: bool = False


DIALS: Final[tuple[Dial, ...]] = (
    Dial("king_danger", 2.5, bounds=(0.0, 2500.0)),
    Dial("king_safety", 2.5, bounds=(-8.0, 8.0)),
    Dial("mobility", 2.5),
    Dial("threats", 2.5, bounds=(0.0, 3.0)),
    Dial("passed_pawns", 2.5, bounds=(0.0, 6.0)),
    Dial("space", 2.5),
    Dial("bishop_pair", 3.0),
    Dial("pawn_structure", 2.5),
    Dial("captures", 4.0),
    Dial("checks", 3.0),
    Dial("queen_trades", 5.0),
    Dial("sacrifices", 1.5),
    Dial("castling_side", 4.0, sums=True),
    Dial("early_castling", 4.0, sums=True),
    Dial("pawn_storms", 3.0),
    Dial("quiet_retreats", 3.0),
    Dial("king_walks", 3.0),
    Dial("minor_trades", 4.0),
    Dial("pawn_moves", 3.0),
)
DIAL_KEYS: Final[tuple[str, ...]] = tuple(dial.key for dial in DIALS)


def column(key: str) -> int:
    """Return a dial's place among ``DIALS``."""
    return DIAL_KEYS.index(key)
