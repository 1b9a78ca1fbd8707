"""Everything that is measured of the sliders, and what follows from it by arithmetic.

On the fixed positions and in games, at several doses; what they cost; and sliders made once more
from other players.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.attributes.registry import MOVE_KEYS
from engine.evaluation.context import Context
from engine.evaluation.experiment import Estimate
from engine.evaluation.experiments.steering.measurement import Cost, fixed_shifts, move_cost
from engine.evaluation.experiments.steering.rebuilt import Rebuilt, rebuilt_deltas
from engine.evaluation.experiments.steering.steered_games import (
    SteeredGames,
    SteeredGamesSettings,
    steered_games,
)
from engine.evaluation.experiments.steering.subjects import UNSEEN_PLAYERS, Subject, choose_subjects
from engine.evaluation.measures.fixed_positions import FixedScale
from engine.evaluation.measures.game_attributes import Values

ON_TARGET, MOST_LEAK = 1.0, 0.25
"""What one step should do: standard deviations on target, and share of that on any other."""
CLEAN_RULE = (
    "An attribute counts if one step moves it by at least one standard deviation over players, and "
    "no other attribute that has a slider by more than a quarter of that."
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How much to measure."""

    # players of the style space, and players whom training never saw, whose styles are pushed
    players: int
    unseen: int
    # steps on the fixed positions; 1 is among them
    amounts: tuple[float, ...]
    # steps in games and for the prediction of the player's moves; as many up as down
    cost_amounts: tuple[float, ...]
    # positions of each player on which prediction is measured, at most
    cost_positions: int
    # players, of those above, whose pushed styles play, and how much
    game_players: int
    games: SteeredGamesSettings
    # players of each half of the population from whose gradients sliders are made once more
    gradient_players: int
    # in games; 1 plays each move as often as the style would
    temperature: float = 1.0
    clean_rule: str = CLEAN_RULE


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """All that was measured; K are the attributes of ``scale.keys``.

    Attributes:
        subjects: the players P.
        keys: the steered attributes S.
        scale: the fixed positions.
        shifts: float64 (P, S, amounts, 2, K), on all positions and on those from ply 30 on.
        costs: of each player.
        games: of the first ``game_players``.
        rebuilt: deltas made from other players.
    """

    subjects: Sequence[Subject]
    keys: tuple[str, ...]
    scale: FixedScale
    shifts: Values
    costs: Sequence[Cost]
    games: SteeredGames
    rebuilt: Sequence[Rebuilt]

    @property
    def own_columns(self) -> list[int]:
        """Places of the steered attributes among the measured ones."""
        return [self.scale.keys.index(key) for key in self.keys]


def measure(
    context: Context, settings: Settings, scale: FixedScale, keys: tuple[str, ...]
) -> Measured:
    """Measure everything, taking up what an earlier run left."""
    subjects = choose_subjects(context, settings.players, settings.unseen)
    shifts, costs = [], []
    for done, subject in enumerate(subjects):
        context.progress(
            0.05 + 0.45 * done / len(subjects), f"pushing player {done + 1} of {len(subjects)}"
        )
        shifts.append(fixed_shifts(context, scale, subject, keys, settings.amounts))
        costs.append(
            move_cost(context, subject, keys, settings.cost_amounts, settings.cost_positions)
        )
    rebuilt = rebuilt_deltas(context, scale, keys, settings.gradient_players)
    games = steered_games(
        context,
        subjects[: settings.game_players],
        keys,
        settings.cost_amounts,
        settings.games,
    )
    return Measured(subjects, keys, scale, np.stack(shifts), costs, games, rebuilt)


def played_slopes(measured: Measured, amounts: Sequence[float]) -> Values:
    """Return what one step does in positions of its own games, float64 (P, S, 2, K).

    The slope over all amounts, in two halves of the games, in the standard deviations of the fixed
    positions; nan for attributes that nobody can tell of in games.
    """
    scale, doses = measured.scale, np.array(amounts)
    shifts = measured.games.shifts  # (P, S, amounts, 2, MOVE_KEYS)
    slopes = np.full((*shifts.shape[:2], 2, len(scale.keys)), np.nan)
    change = np.einsum("a,psahk->pshk", doses, shifts) / (doses @ doses)
    for place, key in enumerate(scale.keys):
        if key in MOVE_KEYS:
            slopes[..., place] = change[..., MOVE_KEYS.index(key)] / scale.sd[place]
    return slopes


def clean_count(own: Sequence[int], rows: Values) -> int:
    """Return how many attributes are clean by ``CLEAN_RULE``.

    Args:
        own: the column of each row's own attribute.
        rows: float64 (S, K), what one step does to the attributes that count.
    """
    place = np.arange(len(rows)), np.array(own)
    on_target, others = rows[place], np.abs(rows)
    others[place] = 0
    leaks = np.nan_to_num(others).max(axis=1)
    return int(((on_target >= ON_TARGET) & (leaks <= MOST_LEAK * on_target)).sum())


def leak_share(rows: Values) -> float:
    """Return the mean of what a step does to other attributes, as a share of its own, (S, S)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.abs(rows) / np.diag(rows)[:, None]
    relative[np.eye(len(rows), dtype=bool)] = np.nan
    known = relative[np.isfinite(relative)]
    return float(known.mean()) if len(known) else float("nan")


def stability(
    measured: Measured, settings: Settings, unit: Values, slopes: Values
) -> dict[str, Estimate | float]:
    """Compare the matrices of different players, games and ways to make the sliders."""
    halves = unit[::2, :, 0].mean(axis=0), unit[1::2, :, 0].mean(axis=0)
    found: dict[str, Estimate | float] = {}
    if len(unit) >= 2:
        found["players_correlation"] = _correlation(*halves)
        found["players_largest_difference"] = float(np.abs(halves[0] - halves[1]).max())
    unseen = np.array([subject.kind == UNSEEN_PLAYERS for subject in measured.subjects])
    if unseen.any() and not unseen.all():
        strangers = unit[unseen, :, 0].mean(axis=0), unit[~unseen, :, 0].mean(axis=0)
        found["unseen_players_correlation"] = _correlation(*strangers)
        own = measured.own_columns
        found["unseen_players_on_target"] = float(
            np.diag(strangers[0][:, own]).mean() if own else float("nan")
        )
    games = slopes.mean(axis=0)
    found["games_correlation"] = _correlation(games[:, 0], games[:, 1])
    positions_games = _correlation(unit[:, :, 0].mean(axis=0), games.mean(axis=1))
    found["positions_and_games_correlation"] = positions_games
    for one in measured.rebuilt:
        found[f"rebuilt_{one.rule}_cosine"] = float(np.nanmean(one.between))
    return found


def _correlation(one: Values, other: Values) -> float:
    known = np.isfinite(one) & np.isfinite(other)
    if known.sum() < 2 or one[known].std() == 0 or other[known].std() == 0:
        return float("nan")
    return float(np.corrcoef(one[known], other[known])[0, 1])
