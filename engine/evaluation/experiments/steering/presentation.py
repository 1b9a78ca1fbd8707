"""What the steering experiment found: figures, words, tables and plots."""

from dataclasses import asdict

import numpy as np

from engine.evaluation.context import Context
from engine.evaluation.experiment import Estimate, Result
from engine.evaluation.experiments.steering.estimates import (
    as_shifts,
    cost_figures,
    cost_rows,
    dose_figures,
    grid,
    square_of,
)
from engine.evaluation.experiments.steering.results import (
    CLEAN_RULE,
    Measured,
    Settings,
    clean_count,
    leak_share,
    played_slopes,
    stability,
)
from engine.evaluation.experiments.steering.subjects import ANY_PLAYERS
from engine.evaluation.experiments.steering.tables import (
    dose_plot,
    heatmap,
    matrix_table,
    others_table,
    outcomes_table,
    rebuilt_table,
    summary_table,
)
from engine.evaluation.measures.game_attributes import Values, fast_precision
from engine.evaluation.targets import judge
from engine.position.phases import OPENING_PLIES
from engine.style.steering.figures import SteeringFigures

TITLE = "Steering"
_FULL_PLAYERS = 32


def result_of(context: Context, settings: Settings, measured: Measured) -> Result:
    seed, keys = context.seed, measured.keys
    own = measured.own_columns
    unit = measured.shifts[:, :, settings.amounts.index(1.0)]  # (P, S, 2, K)
    slopes = played_slopes(measured, settings.cost_amounts)
    everywhere, later = (grid(unit[:, :, part], seed) for part in (0, 1))
    played = grid(slopes.mean(axis=2), seed)
    figures = _figures(measured, settings, unit, slopes)
    kinds = {subject.kind for subject in measured.subjects}
    note = _note(settings, measured, figures, kinds)
    costs = cost_rows(context, settings, measured)
    return Result(
        title=TITLE,
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
            summary_table(measured, settings, unit, slopes, costs, seed),
            matrix_table("One step on the fixed positions", measured, everywhere, own),
            matrix_table(f"The same from ply {OPENING_PLIES} on", measured, later, own),
            matrix_table("One step in positions of its own games", measured, played, own),
            others_table(measured, everywhere),
            outcomes_table(measured, settings, seed),
            rebuilt_table(measured),
        ),
        plots=(
            heatmap("One step on the fixed positions", measured, everywhere, own),
            heatmap("One step in positions of its own games", measured, played, own),
            dose_plot(measured, settings, seed),
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
            matrix=as_shifts(square_of(everywhere, own)),
            matrix_from_ply_30=as_shifts(square_of(later, own)),
            matrix_played=as_shifts(square_of(played, own)),
            matrix_all=as_shifts(everywhere),
            dose=dose_figures(measured, settings, seed),
            cost={key: cost_figures(row) for key, row in costs.items()},
        ).to_json(),
    )


def _figures(
    measured: Measured, settings: Settings, unit: Values, slopes: Values
) -> dict[str, Estimate | float]:
    """Return how clean sliders are, by every way to look at them, and how stable that is.

    Args:
        measured: everything.
        settings: how much was measured.
        unit: float64 (P, S, 2, K), what one step does on the fixed positions.
        slopes: the same in positions of games.
    """
    own, square = measured.own_columns, range(len(measured.keys))
    among = {
        "": unit[:, :, 0].mean(axis=0)[:, own],
        "_from_ply_30": unit[:, :, 1].mean(axis=0)[:, own],
        "_in_games": slopes.mean(axis=(0, 2))[:, own],
    }
    figures: dict[str, Estimate | float] = {}
    for suffix, rows in among.items():
        figures[f"clean_attributes{suffix}"] = float(clean_count(square, rows))
        figures[f"on_target{suffix}"] = float(np.nanmean(np.diag(rows)))
        figures[f"leak{suffix}"] = leak_share(rows)
    figures["clean_attributes_of_all_measured"] = float(
        clean_count(own, unit[:, :, 0].mean(axis=0))
    )
    return figures | stability(measured, settings, unit, slopes)


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
