"""Experiment 5: what pushing a style along an attribute does (arXiv 2502.14998, figure 7).

To that attribute and to every other one, on fixed positions and in games; at several doses; what it
costs in predicting the player's own moves and in rating; and whether other players, other games or
sliders made from other players would have given the same picture.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from engine.attributes.registry import BY_KEY, MOVE_KEYS
from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiment import Cell, Estimate, Plot, Result, Series, Table
from engine.evaluation.experiments.steering.measurement import (
    ANY_PLAYERS,
    UNSEEN_PLAYERS,
    Cost,
    GameSettings,
    Rebuilt,
    SteeredGames,
    Subject,
    choose_subjects,
    fixed_shifts,
    move_cost,
    rebuilt_deltas,
    steered_games,
)
from engine.evaluation.measures.bootstrap import bootstrap_mean, bootstrap_statistic
from engine.evaluation.measures.fixed_positions import FixedScale, fixed_scale
from engine.evaluation.measures.game_attributes import Values, fast_precision, rating_difference
from engine.evaluation.targets import judge
from engine.position.phases import OPENING_PLIES
from engine.style.steering.dose_response import Shift
from engine.style.steering.figures import CostFigures, DoseFigures, Shifts, SteeringFigures

Grid = tuple[tuple[Estimate | None, ...], ...]
"""Estimates by steered attribute and measured attribute; None where nothing is measured."""
ON_TARGET, MOST_LEAK = 1.0, 0.25
"""What one step should do: standard deviations on target, and share of that on any other."""
CLEAN_RULE = (
    "An attribute counts if one step moves it by at least one standard deviation over players, and "
    "no other attribute that has a slider by more than a quarter of that."
)
_FULL_PLAYERS = 32
_PLOT_DIGITS = 3


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
    games: GameSettings
    # players of each half of the population from whose gradients sliders are made once more
    gradient_players: int
    # in games; 1 plays each move as often as the style would
    temperature: float = 1.0
    clean_rule: str = CLEAN_RULE


SMOKE = Settings(
    players=2,
    unseen=1,
    amounts=(-1.0, 1.0),
    cost_amounts=(-1.0, 1.0),
    cost_positions=40,
    game_players=2,
    games=GameSettings(games=4, outcome_games=4, positions=8, longest=20),
    gradient_players=1,
)
SMALL = Settings(
    players=32,
    unseen=0,
    amounts=(-1.0, 0.25, 0.5, 1.0, 2.0),
    cost_amounts=(-2.0, -1.0, 1.0, 2.0),
    cost_positions=120,
    game_players=6,
    games=GameSettings(games=6, outcome_games=6, positions=32, longest=200),
    gradient_players=1,
)
FULL = Settings(
    players=64,
    unseen=32,
    amounts=(-2.0, -1.5, -1.0, -0.5, -0.25, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0),
    cost_amounts=(-2.0, -1.0, -0.5, 0.5, 1.0, 2.0),
    cost_positions=3000,
    game_players=32,
    games=GameSettings(games=60, outcome_games=20, positions=48, longest=300),
    gradient_players=32,
)


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


class SteeringExperiment:
    """What the sliders do."""

    name = "steering"
    title = "Steering"

    def run(self, context: Context) -> Result:
        """Measure; see the module.

        Raises:
            StylemateError: no attribute has a slider.
        """
        settings = context.pick(SMOKE, SMALL, FULL)
        scale = fixed_scale(context)
        found = tuple(a.key for a in context.space.attributes if a.key in scale.keys)
        if not found:
            raise StylemateError("No attribute of this model can be steered.")
        return _result(context, settings, measure(context, settings, scale, found))


EXPERIMENT = SteeringExperiment()


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


def _result(context: Context, settings: Settings, measured: Measured) -> Result:
    seed, keys = context.seed, measured.keys
    own = measured.own_columns
    unit = measured.shifts[:, :, settings.amounts.index(1.0)]  # (P, S, 2, K)
    slopes = played_slopes(measured, settings.cost_amounts)
    everywhere, later = (_grid(unit[:, :, part], seed) for part in (0, 1))
    played = _grid(slopes.mean(axis=2), seed)
    square = range(len(keys))
    among = {
        "": unit[:, :, 0].mean(axis=0)[:, own],
        "_from_ply_30": unit[:, :, 1].mean(axis=0)[:, own],
        "_in_games": slopes.mean(axis=(0, 2))[:, own],
    }
    figures: dict[str, Estimate | float] = {}
    for suffix, rows in among.items():
        figures[f"clean_attributes{suffix}"] = float(clean_count(square, rows))
        figures[f"on_target{suffix}"] = float(np.nanmean(np.diag(rows)))
        figures[f"leak{suffix}"] = _leak(rows)
    figures["clean_attributes_of_all_measured"] = float(
        clean_count(own, unit[:, :, 0].mean(axis=0))
    )
    figures |= _stability(measured, settings, unit, slopes)
    kinds = {subject.kind for subject in measured.subjects}
    note = _note(settings, measured, figures, kinds)
    costs = _cost_rows(context, settings, measured)
    return Result(
        title=EXPERIMENT.title,
        words=_words(measured, figures),
        settings=asdict(settings)
        | {
            "players": [subject.name for subject in measured.subjects],
            "kinds": sorted(kinds),
            "positions": len(measured.scale.meter),
            "positions_from_ply_30": int(measured.scale.past_opening.sum()),
            "precision_of_games": str(fast_precision(context)).split(".")[-1],
        },
        figures=figures,
        tables=(
            _summary_table(measured, settings, unit, slopes, costs, seed),
            _matrix_table("One step on the fixed positions", measured, everywhere, own),
            _matrix_table(f"The same from ply {OPENING_PLIES} on", measured, later, own),
            _matrix_table("One step in positions of its own games", measured, played, own),
            _others_table(measured, everywhere),
            _outcomes_table(measured, settings, seed),
            _rebuilt_table(measured),
        ),
        plots=(
            _heatmap("One step on the fixed positions", measured, everywhere, own),
            _heatmap("One step in positions of its own games", measured, played, own),
            _dose_plot(measured, settings, seed),
        ),
        targets=(
            judge(
                "steering_on_target",
                figures["clean_attributes"],
                note,
                ANY_PLAYERS not in kinds and len(measured.subjects) >= _FULL_PLAYERS,
            ),
        ),
        data=SteeringFigures(
            attributes=keys,
            measured=measured.scale.keys,
            players=tuple(subject.name for subject in measured.subjects),
            matrix=_as_shifts(_square(everywhere, own)),
            matrix_from_ply_30=_as_shifts(_square(later, own)),
            matrix_played=_as_shifts(_square(played, own)),
            matrix_all=_as_shifts(everywhere),
            dose=_doses(measured, settings, seed),
            cost={key: _cost_figures(row) for key, row in costs.items()},
        ).to_json(),
    )


def _grid(values: Values, seed: int) -> Grid:
    """Return estimates of values (P, S, K) over players; None where nobody has one."""
    return tuple(
        tuple(
            None if np.isnan(cell).all() else bootstrap_mean(cell, seed)
            for cell in values[:, row].T
        )
        for row in range(values.shape[1])
    )


def _square(grid: Grid, own: Sequence[int]) -> Grid:
    return tuple(tuple(row[column] for column in own) for row in grid)


def _leak(rows: Values) -> float:
    """Return the mean of what a step does to other attributes, as a share of its own, (S, S)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.abs(rows) / np.diag(rows)[:, None]
    relative[np.eye(len(rows), dtype=bool)] = np.nan
    known = relative[np.isfinite(relative)]
    return float(known.mean()) if len(known) else float("nan")


def _stability(
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


def _note(
    settings: Settings,
    measured: Measured,
    figures: dict[str, Estimate | float],
    kinds: set[str],
) -> str:
    who = " and ".join(sorted(kinds))
    return (
        f"{len(measured.subjects)} players ({who}), {len(measured.keys)} sliders on "
        f"{len(measured.scale.meter)} fixed positions. {CLEAN_RULE} Of positions from ply "
        f"{OPENING_PLIES} on, {figures['clean_attributes_from_ply_30']:.0f}; in positions of "
        f"games, {figures['clean_attributes_in_games']:.0f}; with attributes that have no slider "
        f"counted too, {figures['clean_attributes_of_all_measured']:.0f}."
    )


def _words(measured: Measured, figures: dict[str, Estimate | float]) -> str:
    numbers = {key: float(value) for key, value in figures.items() if isinstance(value, float)}
    return (
        f"{len(measured.keys)} sliders were tried on the styles of {len(measured.subjects)} "
        f"players. One step moved its own attribute by {numbers['on_target']:.2f} times what "
        f"players differ by, and any other by {100 * numbers['leak']:.0f} % of that on average. "
        f"In positions of {measured.games.games:,} games that the pushed styles played themselves, "
        f"the same step moved its own attribute by {numbers['on_target_in_games']:.2f}. "
        f"{numbers['clean_attributes']:.0f} sliders do what they say and little else."
    )


def _cost_rows(context: Context, settings: Settings, measured: Measured) -> dict[str, Any]:
    """Return by attribute what doses cost; changes from the style as it was."""
    costs = measured.costs
    top1 = np.stack([cost.top1 for cost in costs])  # (P, 2, S, amounts)
    losses = np.stack([cost.cross_entropy for cost in costs])
    score = measured.games.score  # (P, S, amounts)
    rows: dict[str, Any] = {}
    for row, key in enumerate(measured.keys):
        rows[key] = {
            "amounts": settings.cost_amounts,
            "top1": _estimates(top1[:, 0, row], context.seed),
            "cross_entropy": _estimates(losses[:, 0, row], context.seed),
            "top1_from_ply_30": _estimates(top1[:, 1, row], context.seed),
            "cross_entropy_from_ply_30": _estimates(losses[:, 1, row], context.seed),
            "elo": [
                _elo(score[:, row, place], settings.games.games, context.seed)
                for place in range(score.shape[2])
            ],
        }
    return rows


def _estimates(values: Values, seed: int) -> list[Estimate] | None:
    """Return estimates by amount of values (P, amounts); None where nobody has one."""
    if np.isnan(values).all():
        return None
    return [bootstrap_mean(column, seed) for column in values.T]


def _elo(scores: Values, games: int, seed: int) -> Estimate:
    return bootstrap_statistic(
        scores, lambda drawn: rating_difference(float(drawn.mean()), games * len(drawn)), seed
    )


def _doses(measured: Measured, settings: Settings, seed: int) -> dict[str, DoseFigures]:
    return {
        key: DoseFigures(
            amounts=settings.amounts,
            shift={
                name: _shifts(
                    [
                        bootstrap_mean(column, seed)
                        for column in measured.shifts[:, row, :, 0, place].T
                    ]
                )
                for place, name in enumerate(measured.scale.keys)
            },
        )
        for row, key in enumerate(measured.keys)
    }


def _cost_figures(row: dict[str, Any]) -> CostFigures:
    costs = {
        name: None if estimates is None else _shifts(estimates)
        for name, estimates in row.items()
        if name != "amounts"
    }
    return CostFigures(amounts=tuple(row["amounts"]), **costs)


def _as_shifts(grid: Grid) -> tuple[Shifts, ...]:
    return tuple(_shifts(row) for row in grid)


def _shifts(estimates: Sequence[Estimate | None]) -> Shifts:
    return tuple(
        None
        if one is None or not math.isfinite(one.value)
        else Shift(one.value, _finite(one.low), _finite(one.high))
        for one in estimates
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _summary_table(
    measured: Measured,
    settings: Settings,
    unit: Values,
    slopes: Values,
    costs: dict[str, Any],
    seed: int,
) -> Table:
    own = measured.own_columns
    one = settings.cost_amounts.index(1.0)
    rows: list[tuple[Cell, ...]] = []
    for row, key in enumerate(measured.keys):
        mean = unit[:, row, 0].mean(axis=0)[own]
        others = [(abs(mean[i]), other) for i, other in enumerate(measured.keys) if i != row]
        largest, which = max(others, default=(float("nan"), ""))
        in_games = slopes[:, row, :, own[row]].mean(axis=1)
        cost = costs[key]
        rows.append(
            (
                _label(key),
                bootstrap_mean(unit[:, row, 0, own[row]], seed),
                float(largest / mean[row]),
                _label(which) if which else "",
                bootstrap_mean(unit[:, row, 1, own[row]], seed),
                None if np.isnan(in_games).all() else bootstrap_mean(in_games, seed),
                _percent(cost["top1"][one]) if cost["top1"] else None,
                cost["cross_entropy"][one] if cost["cross_entropy"] else None,
                cost["elo"][one],
            )
        )
    return Table(
        "One step of each slider",
        (
            "slider",
            "its own attribute, sd",
            "largest other, share of that",
            "which",
            f"its own from ply {OPENING_PLIES} on, sd",
            "its own in games, sd",
            "moves predicted first, points of %",
            "cross-entropy, nats a move",
            "Elo",
        ),
        tuple(rows),
        "sd: standard deviation over players, on the fixed positions. Predictions of the player's "
        "own moves in games not learnt from; Elo in games against the style as it was. Intervals "
        "over players.",
    )


def _matrix_table(title: str, measured: Measured, grid: Grid, own: Sequence[int]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (_label(key), *cells) for key, cells in zip(measured.keys, _square(grid, own), strict=True)
    ]
    return Table(
        f"{title}: what moves",
        ("slider", *(_label(key) for key in measured.keys)),
        tuple(rows),
        "Standard deviations over players, on the fixed positions.",
    )


def _others_table(measured: Measured, grid: Grid) -> Table:
    places = [i for i, key in enumerate(measured.scale.keys) if key not in measured.keys]
    rows: list[tuple[Cell, ...]] = [
        (_label(key), *(cells[i] for i in places))
        for key, cells in zip(measured.keys, grid, strict=True)
    ]
    return Table(
        "One step on the fixed positions: attributes without a slider",
        ("slider", *(_label(measured.scale.keys[i]) for i in places)),
        tuple(rows),
        "Not kept still when the sliders were made.",
    )


def _outcomes_table(measured: Measured, settings: Settings, seed: int) -> Table:
    """Tell what became of the pushes in the moves played, from the lowest to the highest amount."""
    amounts = np.array(settings.cost_amounts)
    low, high = int(amounts.argmin()), int(amounts.argmax())
    rows: list[tuple[Cell, ...]] = []
    for row, key in enumerate(measured.keys):
        if key not in MOVE_KEYS:
            continue
        outcomes = measured.games.outcomes[:, row, :, MOVE_KEYS.index(key)]  # (P, amounts)
        rows.append(
            (
                _label(key),
                BY_KEY[key].unit,
                float(outcomes[:, low].mean()),
                float(outcomes[:, high].mean()),
                bootstrap_mean(outcomes[:, high] - outcomes[:, low], seed),
            )
        )
    return Table(
        "What the pushed styles then played",
        (
            "slider",
            "unit",
            f"mean of their moves at {amounts[low]:+g}",
            f"at {amounts[high]:+g}",
            "difference",
        ),
        tuple(rows),
        "Moves in games against the style as it was. No two games reach the same positions, so "
        "this is a far coarser measure than what a step changes in one and the same position.",
    )


def _rebuilt_table(measured: Measured) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (one.rule, _label(key), float(one.between[row]), float(one.shipped[row]))
        for one in measured.rebuilt
        for row, key in enumerate(measured.keys)
    ]
    return Table(
        "Deltas found again from other players",
        ("rule", "slider", "cosine of the two halves", "mean cosine with the shipped slider"),
        tuple(rows),
        "Either half of all players gives raw deltas of its own, before they are corrected; "
        "shipped ones were corrected.",
    )


def _heatmap(title: str, measured: Measured, grid: Grid, own: Sequence[int]) -> Plot:
    names = tuple(_label(key) for key in measured.keys)
    matrix = tuple(
        tuple(float("nan") if cell is None else round(cell.value, _PLOT_DIGITS) for cell in row)
        for row in _square(grid, own)
    )
    return Plot("heatmap", title, "measured", "slider", (), matrix, names, names)


def _dose_plot(measured: Measured, settings: Settings, seed: int) -> Plot:
    order = np.argsort(settings.amounts)
    amounts = tuple(settings.amounts[place] for place in order)
    series = []
    for row, (key, column) in enumerate(zip(measured.keys, measured.own_columns, strict=True)):
        estimates = [
            bootstrap_mean(measured.shifts[:, row, place, 0, column], seed) for place in order
        ]
        series.append(
            Series(
                _label(key),
                amounts,
                tuple(one.value for one in estimates),
                tuple(one.low for one in estimates),
                tuple(one.high for one in estimates),
            )
        )
    return Plot(
        "line", "Own attribute by number of steps", "steps", "standard deviations", tuple(series)
    )


def _percent(share: Estimate) -> Estimate:
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high, share.count)


def _label(key: str) -> str:
    return BY_KEY[key].label if key in BY_KEY else key
