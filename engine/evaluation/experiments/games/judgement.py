"""What counts as a slider that works in games. Fixed before any result was seen.

Of every slider but strength, by its own figure (``OWN_FIGURES``), against the unpushed style:

- **Force**: at the upper end the figure is at least 1.6 times the unpushed one, at the lower end at
  most 0.6 times, and both intervals are clear of 1. Of a share of games that the unpushed style has
  in more than half of its games, the games without count instead, the other way round: 80 of 100
  cannot become 128. Figures that may be negative or are bounded by the rules of chess
  (``comparison`` "spread") must move by 1.5 standard deviations of real players either way, clear
  of 0.
- **Dose**: over the five amounts the mean never falls, and from end to end it rises clear of 0.
- **Leak**: an end moves another slider's own figure clear of 0 and by more than a quarter of what
  that slider's own end moves it in this direction.
- **Elo**: at most 100 points are lost at an end and 40 half way, by the mean score.
- **Phases**: in each phase of the game, its attribute's mean over the moves is clearly greater at
  the upper than at the lower end. A habit cannot act in a phase in which none of the unpushed style
  and both ends shows it in one of 200 moves; that phase does not count.
- **Beyond people**: either end moves the figure from the unpushed one by at least as much as the
  most extreme hundredth of real players differs from their mean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.attributes.figure_registry import FIGURE_KEYS, OWN_FIGURES, Figure
from engine.attributes.registry import BY_KEY as ATTRIBUTES
from engine.evaluation.experiment import Estimate
from engine.evaluation.experiments.games.cells import REACH
from engine.evaluation.measures.game_attributes import rating_difference
from engine.evaluation.measures.game_estimates import Sampled
from engine.style.player_games import PlayerGames, Spread

RATIO_UP: Final = 1.6
RATIO_DOWN: Final = 0.6
SPREADS: Final = 1.5
LEAK: Final = 0.25
ELO_AT_END: Final = 100.0
ELO_HALF_WAY: Final = 40.0
LEAST_RATE: Final = 1 / 200
NOT_JUDGED: Final = frozenset({"strength"})

_SCORE = FIGURE_KEYS.index("score")


@dataclass(frozen=True, eq=False, slots=True)
class SliderPlace:
    """A slider at one amount.

    Attributes:
        share: of the slider's reach; 0 is the unpushed style.
        figures: means of all figures.
        phases: means of the slider's own attribute over the moves of the three phases.
    """

    share: float
    figures: Sampled
    phases: Sampled


@dataclass(frozen=True, eq=False, slots=True)
class Slider:
    """A slider at its amounts, from the lower to the upper end, the unpushed style among them."""

    key: str
    places: Sequence[SliderPlace]

    @property
    def figure(self) -> Figure:
        """Its own figure."""
        return OWN_FIGURES[self.key]

    @property
    def column(self) -> int:
        """Place of its own figure among all figures."""
        return FIGURE_KEYS.index(self.figure.key)

    @property
    def unpushed(self) -> SliderPlace:
        """The place at 0."""
        return next(place for place in self.places if place.share == 0)

    @property
    def ends(self) -> tuple[SliderPlace, SliderPlace]:
        """The lower and the upper end."""
        return self.places[0], self.places[-1]

    def change(self, place: SliderPlace, column: int | None = None) -> Estimate:
        """Return how much a figure, its own by default, differs from the unpushed one."""
        column = self.column if column is None else column
        return place.figures.difference(self.unpushed.figures, column)


@dataclass(frozen=True, slots=True)
class Force:
    """How strongly an end moves a slider's own figure.

    Attributes:
        value: a ratio, or standard deviations of real players; nan where it cannot be told.
        counted: what the value is: "times", "times, games without", or "sd".
        enough: whether it is enough by the rule.
    """

    value: Estimate
    counted: str
    enough: bool


def forces(slider: Slider, players: PlayerGames | None) -> tuple[Force, Force]:
    """Return the force at the lower and at the upper end."""
    low, high = slider.ends
    return _force(slider, low, -1, players), _force(slider, high, 1, players)


def _force(slider: Slider, end: SliderPlace, sign: int, players: PlayerGames | None) -> Force:
    figure, column, plain = slider.figure, slider.column, slider.unpushed.figures
    if figure.comparison == "spread":
        sd = _sd(players, figure)
        moved = scaled(slider.change(end), 1 / sd if sd else float("nan"))
        toward = moved.value * sign >= SPREADS
        clear = moved.low > 0 if sign > 0 else moved.high < 0
        return Force(moved, "sd", bool(toward and clear))
    without = figure.is_share_of_games and plain.means[column] > 0.5
    ratio = end.figures.ratio(plain, column, complement=bool(without))
    rises = (sign > 0) != without
    if rises:
        enough = ratio.value >= RATIO_UP and ratio.low > 1
    else:
        enough = ratio.value <= RATIO_DOWN and ratio.high < 1
    return Force(ratio, "times, games without" if without else "times", bool(enough))


def is_monotone(slider: Slider) -> bool:
    """Tell whether the dose curve rises by the rule."""
    means = [place.figures.means[slider.column] for place in slider.places]
    low, high = slider.ends
    whole = high.figures.difference(low.figures, slider.column)
    return bool(np.all(np.diff(means) >= 0) and whole.low > 0)


@dataclass(frozen=True, slots=True)
class Leak:
    """What an end does to another slider's figure.

    Attributes:
        slider: which is pushed.
        upper: whether to the upper end.
        other: whose own figure is looked at.
        share: the change as a share of what that slider's own end does in this direction; infinite
            where that does nothing in it.
        leaks: whether it counts by the rule.
    """

    slider: str
    upper: bool
    other: str
    share: float
    leaks: bool


def leaks(sliders: Sequence[Slider]) -> list[Leak]:
    """Return what every end does to every other slider's own figure."""
    own: dict[str, tuple[float, float]] = {}
    for slider in sliders:
        low, high = slider.ends
        own[slider.key] = slider.change(low).value, slider.change(high).value
    return [
        _leak(slider, upper, other, own[other.key])
        for slider in sliders
        for upper in (False, True)
        for other in sliders
        if other is not slider
    ]


def _leak(slider: Slider, upper: bool, other: Slider, own: tuple[float, float]) -> Leak:
    change = slider.change(slider.ends[upper], other.column)
    reach = own[1] if change.value > 0 else -own[0]
    share = abs(change.value) / reach if reach > 0 else float("inf")
    clear = change.low > 0 or change.high < 0
    return Leak(slider.key, upper, other.key, share, bool(clear and share > LEAK))


def elo(figures: Sampled) -> Estimate:
    """Return the rating difference to the opponent that goes with the mean score."""
    score = figures.estimate(_SCORE)
    value, low, high = (
        rating_difference(part, score.count) for part in (score.value, score.low, score.high)
    )
    return Estimate(value, low, high, score.count)


def keeps_elo(place: SliderPlace, unpushed: SliderPlace) -> bool:
    """Tell whether a place loses no more rating against the unpushed style than it may."""
    limit = ELO_AT_END if abs(place.share) == 1 else ELO_HALF_WAY
    return elo(unpushed.figures).value - elo(place.figures).value <= limit


def working_phases(slider: Slider) -> list[bool | None]:
    """Return for each phase whether the slider works in it; None where it cannot act."""
    low, high = slider.ends
    found: list[bool | None] = []
    for phase in range(len(low.phases.means)):
        rates = [place.phases.means[phase] for place in (low, slider.unpushed, high)]
        if ATTRIBUTES[slider.key].kind == "habit" and not np.nanmax(np.abs(rates)) >= LEAST_RATE:
            found.append(None)
        else:
            found.append(bool(high.phases.difference(low.phases, phase).low > 0))
    return found


def step_in_spreads(slider: Slider, players: PlayerGames | None) -> float:
    """Return what one step does to the own figure, in standard deviations of real players."""
    sd = _sd(players, slider.figure)
    if not sd:
        return float("nan")
    low, high = slider.ends
    column = slider.column
    return float((high.figures.means[column] - low.figures.means[column]) / (2 * REACH * sd))


def is_beyond_people(slider: Slider, players: PlayerGames | None) -> bool | None:
    """Tell whether both ends lie beyond the most extreme hundredth of people; None if unknown."""
    spread = spread_of(players, slider.figure)
    if spread is None:
        return None
    low, high = (slider.change(end).value for end in slider.ends)
    return bool(high >= spread.high - spread.mean and low <= spread.low - spread.mean)


def spread_of(players: PlayerGames | None, figure: Figure) -> Spread | None:
    """Return how real players differ in a figure, None where that is not known."""
    return None if players is None else players.spread(figure.key)


def _sd(players: PlayerGames | None, figure: Figure) -> float:
    spread = spread_of(players, figure)
    return float("nan") if spread is None or spread.sd == 0 else spread.sd


def judged(sliders: Mapping[str, Slider]) -> list[Slider]:
    """Return the sliders that the rules are for."""
    return [slider for key, slider in sliders.items() if key not in NOT_JUDGED]


def scaled(estimate: Estimate, factor: float) -> Estimate:
    """Return an estimate in another unit; the factor is positive."""
    return Estimate(
        estimate.value * factor, estimate.low * factor, estimate.high * factor, estimate.count
    )
