"""Whether a style survives strength: what sliders and players do in games at chosen strengths."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.attributes.figure_registry import BY_KEY, FIGURE_KEYS, OWN_FIGURES
from engine.errors import StylemateError
from engine.evaluation.ladder.ladder import Pairing, book, ladder_games
from engine.evaluation.matches.loop import AT_ONCE
from engine.evaluation.matches.players import RecipePlayer
from engine.evaluation.matches.record import RecordedGame
from engine.evaluation.matches.series import Series
from engine.evaluation.matches.standings import side_figures
from engine.play.opponents import OpponentRegistry
from engine.play.strength.setting import AS_LEARNED
from engine.style.recipe import AVERAGE, MAXIMUM_AMOUNT

EVENT = "Stylemate styles"
SLIDERS = ("king_danger", "queen_trades", "checks")
STRENGTHS = (1200, 1600, 2000)
_SAMPLES = 1000
_Kept = tuple[float, float, float] | tuple[None, None, None]


@dataclass(frozen=True, slots=True)
class SliderForce:
    """What a slider does at one strength.

    Attributes:
        slider: key of the attribute.
        figure: key of the figure of games that should move.
        elo: the strength; None as learned.
        games: at either end.
        low_end, high_end: the figure at the slider's ends.
        kept: share of the difference as learned that is left, None for that itself.
        kept_low, kept_high: 95 % interval of that, over games.
    """

    slider: str
    figure: str
    elo: int | None
    games: int
    low_end: float
    high_end: float
    kept: float | None = None
    kept_low: float | None = None
    kept_high: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}


def styles_series(
    registry: OpponentRegistry,
    sliders: Sequence[str],
    strengths: Sequence[int],
    games: int,
    seed: int,
    record: Path | None,
    at_once: int = AT_ONCE,
) -> Series:
    """Return the games of each slider's ends at each strength against the unpushed style at it.

    Args:
        registry: the model and its styles.
        sliders: keys of attributes.
        strengths: Elo ratings; styles as learned play too.
        games: of each end at each strength.
        seed: of openings and moves.
        record: PGN file, None keeps the games in memory.
        at_once: games that go on side by side.

    Raises:
        StylemateError: there is no such slider, or the record is of something else.
    """
    _require_sliders(registry, sliders)
    players: list[RecipePlayer] = []
    pairings: list[Pairing] = []
    for elo in (None, *strengths):
        base = len(players)
        players.append(_player(registry, AVERAGE, elo))
        for slider in sliders:
            for end in (-1, 1):
                players.append(_player(registry, _pushed(slider, end), elo))
                pairings.append(Pairing(len(players) - 1, base, games))
    schedule = ladder_games([player.name for player in players], pairings, book(), seed)
    return Series(players, schedule, seed, record, event=EVENT, at_once=at_once)


def slider_forces(
    registry: OpponentRegistry,
    sliders: Sequence[str],
    strengths: Sequence[int],
    games: Sequence[RecordedGame],
) -> list[SliderForce]:
    """Return what each slider did, as learned first; those whose games are there."""
    values = [side_figures(games, False), side_figures(games, True)]
    found: list[SliderForce] = []
    for slider in sliders:
        figure = OWN_FIGURES[slider]
        column = FIGURE_KEYS.index(figure.key)
        learned: list[npt.NDArray[np.float64]] | None = None
        for elo in (None, *strengths):
            ends = []
            for end in (-1, 1):
                name = _player(registry, _pushed(slider, end), elo).name
                own = [values[0][row, column] for row, g in enumerate(games) if g.white == name]
                own += [values[1][row, column] for row, g in enumerate(games) if g.black == name]
                ends.append(np.array([value for value in own if np.isfinite(value)]))
            if min(map(len, ends)) == 0:
                continue
            count = min(map(len, ends))
            means = (float(ends[0].mean()), float(ends[1].mean()))
            kept: _Kept = (None, None, None)
            if elo is None:
                learned = ends
            elif learned is not None:
                kept = _kept(learned, ends)
            found.append(SliderForce(slider, figure.key, elo, count, *means, *kept))
    return found


def in_words(force: SliderForce) -> str:
    """Return a line of a table."""
    figure = BY_KEY[force.figure]
    at = "as learned" if force.elo is None else f"at {force.elo}"
    kept = ""
    if force.kept is not None:
        kept = f", {force.kept:.0%} kept ({force.kept_low:.0%} to {force.kept_high:.0%})"
    low, high = figure.number(force.low_end), figure.number(force.high_end)
    return f"{figure.label}, {at}: {low} to {high} in {force.games} games at either end{kept}"


def _kept(
    learned: Sequence[npt.NDArray[np.float64]], ends: Sequence[npt.NDArray[np.float64]]
) -> _Kept:
    """Return the share of a difference that is left, and its interval over games."""
    random = np.random.default_rng(0)

    def drawn(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        rows = random.integers(0, len(values), (_SAMPLES, len(values)))
        return np.asarray(values[rows].mean(axis=1))

    whole = float(learned[1].mean() - learned[0].mean())
    if whole == 0:
        return None, None, None
    left = float(ends[1].mean() - ends[0].mean())
    below = drawn(learned[1]) - drawn(learned[0])
    ratios = (drawn(ends[1]) - drawn(ends[0]))[below != 0] / below[below != 0]
    low, high = (float(value) for value in np.percentile(ratios, (2.5, 97.5)))
    return left / whole, low, high


def _pushed(slider: str, end: int) -> str:
    return f"{AVERAGE} | {slider} {end * MAXIMUM_AMOUNT:+g}"


def _player(registry: OpponentRegistry, recipe: str, elo: int | None) -> RecipePlayer:
    return RecipePlayer(registry, recipe, elo, AS_LEARNED.temperature)


def _require_sliders(registry: OpponentRegistry, sliders: Sequence[str]) -> None:
    known = [a.key for a in registry.space.attributes if a.key in OWN_FIGURES]
    for slider in sliders:
        if slider not in known:
            raise StylemateError(
                f"There is no slider {slider!r} whose games could be counted: {', '.join(known)}."
            )
