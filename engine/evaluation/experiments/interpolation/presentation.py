"""What the interpolation experiment says of what it measured."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from engine.evaluation.context import Context
from engine.evaluation.experiment import Cell, Estimate, Plot, PlotSeries, Result, Table
from engine.evaluation.experiments.interpolation.measurement import Along, Played
from engine.evaluation.experiments.interpolation.settings import (
    MONOTONE_RULE,
    WAY_FULL,
    WAY_SMALL,
    WAY_SMOKE,
    WEIGHTS,
    Settings,
)
from engine.evaluation.measures.bootstrap import bootstrap_mean
from engine.evaluation.measures.game_attributes import (
    elo_estimate,
    fast_precision,
    rating_difference,
)
from engine.evaluation.targets import judge
from engine.style.space import StyleSpace

TITLE = "Between two styles"
_GROUP_TITLES = {
    "club": "Club players and masters",
    "rating": "Lower and higher rated players",
    "strength": "Weak and strong by measured strength",
    "opposite": "Equally strong and opposite",
}


def result_of(
    context: Context, settings: Settings, played: Sequence[Played], along: dict[int, Along]
) -> Result:
    groups = {group: [one for one in played if one.pair.group == group] for group in _GROUP_TITLES}
    known = {group: found for group, found in groups.items() if found}
    seed = context.seed
    monotone = {
        group: bootstrap_mean([float(one.rises) for one in found], seed).times(100)
        for group, found in known.items()
        if group != "opposite"
    }
    main = _main_group(known)
    total, stopped = sum(one.games for one in played), sum(one.stopped for one in played)
    note = (
        f"{len(known[main])} pairs ({_GROUP_TITLES[main].lower()}), {settings.games} games at each "
        f"of {len(WEIGHTS)} weights, temperature {settings.temperature:g}. {MONOTONE_RULE}"
    )
    figures: dict[str, Estimate | float] = {
        f"monotone_by_{group}": share for group, share in monotone.items()
    }
    for group, found in known.items():
        strictly = [float(one.rises_strictly) for one in found]
        never = [float(not one.falls_somewhere) for one in found]
        figures[f"never_lower_than_before_{group}"] = bootstrap_mean(strictly, seed).times(100)
        figures[f"never_clearly_lower_{group}"] = bootstrap_mean(never, seed).times(100)
        figures[f"score_of_first_player_{group}"] = bootstrap_mean(
            [one.score[0] for one in found], seed
        ).times(100)
    figures["games"] = float(total * len(WEIGHTS))
    figures["games_drawn_for_length"] = float(stopped)
    tables = [_group_table(context, group, found) for group, found in known.items()]
    plots = [_score_plot(context, known)]
    if along:
        tables.append(_along_table(played, along))
        plots.append(_along_plot(context, list(along.values())))
    return Result(
        title=TITLE,
        words=_words(context, known, monotone, along),
        settings=asdict(settings)
        | {
            "precision": str(fast_precision(context)).split(".")[-1],
            "way_games_and_positions": context.pick(WAY_SMOKE, WAY_SMALL, WAY_FULL),
        },
        figures=figures,
        tables=tuple(tables),
        plots=tuple(plots),
        targets=(
            judge(
                "interpolation_monotone",
                monotone[main],
                note,
                settings.games >= settings.full_games,
            ),
        ),
        data=_data(context, played, along),
    )


def _main_group(known: dict[str, list[Played]]) -> str:
    """Return the pairs of which most is to be expected, and on which the goal is judged."""
    return "club" if "club" in known else "rating"


def _group_table(context: Context, group: str, found: Sequence[Played]) -> Table:
    score = np.stack([one.score for one in found])
    wins = np.stack([one.wins for one in found])
    rows = tuple(
        (
            weight,
            bootstrap_mean(score[:, place], context.seed).times(100),
            bootstrap_mean(wins[:, place], context.seed).times(100),
            elo_estimate(score[:, place], found[0].games, context.seed),
        )
        for place, weight in enumerate(WEIGHTS)
    )
    return Table(
        f"{_GROUP_TITLES[group]}: against the {_second(group)}",
        (f"share of the {_second(group)}", "score (draws half), %", "games won, %", "Elo"),
        rows,
        f"{len(found)} pairs; intervals over pairs. {_gaps(context.space, found)}",
    )


def _second(group: str) -> str:
    return "second player" if group == "opposite" else "strong player"


def _gaps(space: StyleSpace, found: Sequence[Played]) -> str:
    ratings = [(_rating(space, one.pair.first), _rating(space, one.pair.second)) for one in found]
    gaps = [second - first for first, second in ratings if first and second]
    if not gaps:
        return "Their ratings are not known."
    return f"Mean difference of their ratings, where known: {np.mean(gaps):.0f} points."


def _rating(space: StyleSpace, name: str) -> float | None:
    return space.players[space.names.index(name)].rating


def _score_plot(context: Context, known: dict[str, list[Played]]) -> Plot:
    series = []
    for group, found in known.items():
        estimates = [
            bootstrap_mean(column, context.seed).times(100)
            for column in np.stack([one.score for one in found]).T
        ]
        series.append(PlotSeries.of(_GROUP_TITLES[group], WEIGHTS, estimates))
    return Plot(
        "line",
        "Score against the strong or second player",
        "its share in the blend",
        "score, %",
        tuple(series),
    )


def _along_plot(context: Context, along: Sequence[Along]) -> Plot:
    ways = {
        "fixed positions": [one.fixed for one in along],
        "fixed positions after 15 moves": [one.fixed_from_ply_30 for one in along],
        "positions of their own games": [one.played for one in along],
    }
    return Plot(
        "line",
        "How far attributes have gone from one opposite player to the other",
        "share of the second player",
        "share of the way",
        tuple(
            PlotSeries.of(
                name,
                WEIGHTS,
                [bootstrap_mean(column, context.seed) for column in np.stack(shares).T],
            )
            for name, shares in ways.items()
        ),
    )


def _along_table(played: Sequence[Played], along: dict[int, Along]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for number, one in along.items():
        pair = played[number].pair
        for key, column in list(zip(one.keys, one.levels.T, strict=True))[:3]:
            rows.append((f"{pair.first} – {pair.second}", key, *column.tolist()))
    return Table(
        "Opposite pairs: the attributes that differ most",
        ("pair", "attribute", *(f"{weight:g} of the second" for weight in WEIGHTS)),
        tuple(rows),
        "Standard deviations over players above the mean style, on the fixed positions.",
    )


def _words(
    context: Context,
    known: dict[str, list[Played]],
    monotone: dict[str, Estimate],
    along: dict[int, Along],
) -> str:
    main = _main_group(known)
    pairs = known[main]
    start, middle = (100 * float(np.mean([one.score[place] for one in pairs])) for place in (0, 2))
    text = (
        f"A weak player's style scored {start:.0f} % against a strong player's, a half-and-half "
        f"blend of the two {middle:.0f} %. In {monotone[main].value:.0f} % of {len(pairs)} "
        "pairs the score clearly rose with the strong player's share and never clearly fell."
    )
    if along:
        halfway = bootstrap_mean([one.fixed[2] for one in along.values()], context.seed)
        text += (
            " Between equally strong players of opposite habits, the half-and-half blend had gone "
            f"{100 * halfway.value:.0f} % of the way from one to the other."
        )
    return text


def _data(context: Context, played: Sequence[Played], along: dict[int, Along]) -> dict[str, Any]:
    pairs = []
    for number, one in enumerate(played):
        row: dict[str, Any] = asdict(one.pair) | {
            "ratings": [_rating(context.space, name) for name in (one.pair.first, one.pair.second)],
            "score": one.score,
            "wins": one.wins,
            "elo": [rating_difference(float(score), one.games) for score in one.score],
            "games": one.games,
            "monotone": one.rises,
        }
        if number in along:
            found = along[number]
            row["attributes"] = list(found.keys)
            row["levels"] = found.levels
            row["way"] = {
                "fixed": found.fixed,
                "fixed_from_ply_30": found.fixed_from_ply_30,
                "played": found.played,
            }
        pairs.append(row)
    return {"weights": WEIGHTS, "pairs": pairs}
