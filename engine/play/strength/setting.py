"""How a style is made to play stronger or weaker than it was learned."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_SECONDS = 3.0
"""A search ends after so long on however slow a machine."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to play a style; the move is drawn from ``softmax(log p / temperature + care * Q)``.

    Attributes:
        beginner: how much of the difference between beginners and the average player is added to
            the style, 0 to 1.
        temperature: of the style's own policy p.
        care: weight of a move's expectation Q (-1 to 1), which a tree search finds.
        visits: of the tree search; 0 does not look ahead.
    """

    beginner: float = 0.0
    temperature: float = 1.0
    care: float = 0.0
    visits: int = 0


AS_LEARNED = Setting(temperature=0.5)
"""How a style plays where no strength was chosen, at the temperature that the pages begin with."""
RUNGS = (
    Setting(beginner=1.0, temperature=2.5),
    Setting(beginner=1.0, temperature=1.6),
    Setting(beginner=0.8, temperature=1.15),
    Setting(beginner=0.4, temperature=0.9),
    Setting(temperature=0.75),
    AS_LEARNED,
    Setting(temperature=0.6, care=3.0, visits=4),
    Setting(temperature=0.6, care=6.0, visits=8),
    Setting(temperature=0.6, care=10.0, visits=20),
    Setting(temperature=0.6, care=16.0, visits=50),
    Setting(temperature=0.6, care=24.0, visits=130),
    Setting(temperature=0.6, care=100.0, visits=350),
    Setting(temperature=0.6, care=150.0, visits=900),
)
"""From the weakest to the strongest.

Looking one ply ahead at every move was tried in the middle and left out: it plays far weaker than a
tree of eight visits, which costs a quarter. At 350 visits a care of 100 loses 1.3 hundredths of a
point a move where one of 32 loses 1.6, by Stockfish in 300 positions (exploration 1.2).
"""


def between(rungs: Sequence[Setting], place: float) -> Setting:
    """Return the setting at a place between rungs, 0 (the weakest) to ``len(rungs) - 1``."""
    place = min(max(place, 0.0), len(rungs) - 1.0)
    lower = min(int(place), len(rungs) - 2)
    low, high, share = rungs[lower], rungs[lower + 1], place - lower

    def mixed(first: float, second: float) -> float:
        return first + share * (second - first)

    return Setting(
        mixed(low.beginner, high.beginner),
        math.exp(mixed(math.log(low.temperature), math.log(high.temperature))),
        mixed(low.care, high.care),
        round(math.expm1(mixed(math.log1p(low.visits), math.log1p(high.visits)))),
    )
