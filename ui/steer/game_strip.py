"""Fast games that the Steer page counts, as far as they are finished."""

from dataclasses import dataclass

from ui.shared.jobs import Job


@dataclass(frozen=True, slots=True)
class FinishedGame:
    """A game between the steered style and the same style as it is.

    Attributes:
        number: of the game, from 1.
        steered_is_white: which side the steered copy had.
        result: for people, White's points first.
        plies: its length.
        figures: what is counted, of the steered copy and of the other; nan where the game has none.
    """

    number: int
    steered_is_white: bool
    result: str
    plies: int
    figures: tuple[float, float]


@dataclass(slots=True)
class GameStrip:
    """The games that were asked for last, as far as they are finished.

    Attributes:
        recipe: the steered style.
        against: the style as it is.
        attribute: key of what is counted.
        names: of the two copies, for people.
        games: finished ones, in order.
        job: plays them.
    """

    recipe: str
    against: str
    attribute: str
    names: tuple[str, str]
    games: tuple[FinishedGame, ...] = ()
    job: Job[None] | None = None
