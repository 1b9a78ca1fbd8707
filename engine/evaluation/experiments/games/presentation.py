"""The games of all cells as tables, plots and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.attributes.figure_registry import BY_KEY as FIGURES_BY_KEY
from engine.attributes.figure_registry import FIGURE_KEYS, FIGURES
from engine.attributes.game_figures import PHASE_NAMES
from engine.attributes.registry import BY_KEY as ATTRIBUTES
from engine.evaluation.experiment import Cell, Estimate, Plot, PlotSeries, Table
from engine.evaluation.experiments.games import judgement
from engine.evaluation.experiments.games.cells import REACH, UNPUSHED, GameCell
from engine.evaluation.experiments.games.judgement import Force, Slider
from engine.evaluation.measures.game_estimates import Sampled
from engine.style.player_games import PlayerGames

MAIN_FIGURES = (
    "queens_off_20",
    "castled_15",
    "castled_long",
    "castled_opposite",
    "checks",
    "captures",
    "pawn_moves",
    "pawn_storms",
    "quiet_retreats",
    "king_walks",
    "minors_gone_25",
    "sound_sacrifices",
    "king_danger",
    "mobility",
    "bishop_pair_25",
    "length",
)
"""What tables of many cells show; the report's data holds all figures."""
_SHARES = ("share of games", "share of moves", "share of points")
_DIGITS = 4


@dataclass(frozen=True, eq=False, slots=True)
class CellResult:
    """What was measured of one cell.

    Attributes:
        cell: which.
        games: number of its games.
        figures: means of all figures.
        free: the same of the games that began freely.
        common: the same of those from common openings.
        phases: by attribute, means over the moves of the three phases.
        top1: change of the share of people's moves that come first, in points of %.
        cross_entropy: change of the cross-entropy of people's moves, in nats a move.
    """

    cell: GameCell
    games: int
    figures: Sampled
    free: Sampled
    common: Sampled
    phases: Mapping[str, Sampled]
    top1: Estimate
    cross_entropy: Estimate


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """Everything that was measured.

    Attributes:
        cells: by name.
        sliders: those with a figure of their own, by key.
        players: what real players do, if it is known.
    """

    cells: Mapping[str, CellResult]
    sliders: Mapping[str, Slider]
    players: PlayerGames | None


def mean(figures: Sampled, key: str) -> Estimate:
    """Return a figure in the unit that tables show: shares in %."""
    estimate = figures.estimate(FIGURE_KEYS.index(key))
    return judgement.scaled(estimate, _factor(key))


def words(measured: Measured) -> str:
    """Return what was found, in a paragraph."""
    plain = measured.cells[UNPUSHED]
    total = sum(cell.games for cell in measured.cells.values())
    said = (
        f"{len(measured.cells)} styles played {total:,} games against the unpushed style, half of "
        "them from openings that people played. "
    )
    for key in ("queen_trades", "king_danger", "pawn_storms"):
        if key in measured.sliders:
            said += _slider_in_words(measured.sliders[key]) + " "
    said += (
        f"The unpushed style itself scores {mean(plain.figures, 'score').value:.0f} % against its "
        "like, and its games last "
        f"{mean(plain.figures, 'length').value:.0f} moves."
    )
    return said


def _slider_in_words(slider: Slider) -> str:
    figure = slider.figure
    low, high = slider.ends
    values = [place.figures.means[slider.column] for place in (low, slider.unpushed, high)]
    numbers = [figure.number(float(value)) for value in values]
    return (
        f"{_label(slider.key)} from {-REACH:+g} to {REACH:+g}: "
        f"{figure.words.format(n=f'{numbers[0]} to {numbers[2]}')} (unpushed {numbers[1]})."
    )


def tables(measured: Measured) -> tuple[Table, ...]:
    """Return all tables."""
    return (
        _dose_table(measured),
        _cost_table(measured),
        _phase_table(measured),
        _openings_table(measured),
        _cells_table(
            "Sliders at their ends",
            measured,
            [
                one
                for one in measured.cells.values()
                if one.cell.kind == "slider" and abs(one.cell.share) == 1
            ],
        ),
        _cells_table(
            "Players and blends",
            measured,
            [one for one in measured.cells.values() if one.cell.kind in ("preset", "blend")],
        ),
        _leak_table(measured),
    )


def _dose_table(measured: Measured) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for slider in measured.sliders.values():
        low, high = judgement.forces(slider, measured.players)
        step = judgement.step_in_spreads(slider, measured.players)
        beyond = judgement.is_beyond_people(slider, measured.players)
        rows.append(
            (
                _label(slider.key),
                _figure_name(slider.figure.key),
                *(mean(place.figures, slider.figure.key) for place in slider.places),
                low.value,
                high.value,
                _force_text(slider, (low, high)),
                "yes" if judgement.is_monotone(slider) else "no",
                step if np.isfinite(step) else None,
                None if beyond is None else "yes" if beyond else "no",
            )
        )
    shares = next(iter(measured.sliders.values())).places if measured.sliders else ()
    return Table(
        "Every slider's own figure",
        (
            "slider",
            "figure",
            *(f"at {place.share * REACH:+g}" for place in shares),
            "lower end against unpushed",
            "upper end against unpushed",
            "enough",
            "rises throughout",
            "a step, sd of players",
            "ends beyond people",
        ),
        tuple(rows),
        "Against unpushed: times as much; sd, standard deviations of real players. Intervals over "
        "games. The rules are those of the experiment's judgement.",
    )


def _force_text(slider: Slider, pair: Sequence[Force]) -> str:
    ends = "both" if all(f.enough for f in pair) else "lower" if pair[0].enough else "upper"
    return f"{ends if any(f.enough for f in pair) else 'neither'} ({pair[1].counted})"


def _cost_table(measured: Measured) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            one.cell.name,
            one.games,
            mean(one.figures, "score"),
            judgement.elo(one.figures),
            one.top1,
            one.cross_entropy,
        )
        for one in measured.cells.values()
    ]
    return Table(
        "What it costs",
        ("style", "games", "score, %", "Elo", "people's moves first, points of %", "nats a move"),
        tuple(rows),
        "Score and Elo against the unpushed style, over games. Prediction of people's held-out "
        "moves after the first ten plies, changes from the unpushed style, over players.",
    )


def _phase_table(measured: Measured) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for slider in measured.sliders.values():
        if slider.key not in ATTRIBUTES or ATTRIBUTES[slider.key].kind == "quality":
            continue
        factor = 100 if ATTRIBUTES[slider.key].unit == "share of moves" else 1
        works = judgement.working_phases(slider)
        for phase, name in enumerate(PHASE_NAMES):
            cells = [
                judgement.scaled(place.phases.estimate(phase), factor)
                for place in (*slider.ends[:1], slider.unpushed, *slider.ends[1:])
            ]
            verdict = {None: "cannot act", True: "yes", False: "no"}[works[phase]]
            rows.append((_label(slider.key), name, *cells, verdict))
    return Table(
        "The attribute of the moves, by phase of the game",
        ("slider", "phase", "lower end", "unpushed", "upper end", "works"),
        tuple(rows),
        "Shares of moves in %.",
    )


def _openings_table(measured: Measured) -> Table:
    rows: list[tuple[Cell, ...]] = []
    by_place = {(one.cell.key, one.cell.share): one for one in measured.cells.values()}
    plain = measured.cells[UNPUSHED]
    for slider in measured.sliders.values():
        ends = by_place[slider.key, -1.0], plain, by_place[slider.key, 1.0]
        key = slider.figure.key
        free = [mean(one.free, key) for one in ends]
        common = [mean(one.common, key) for one in ends]
        rows.append((_label(slider.key), _figure_name(key), *free, *common))
    places = ("lower end", "unpushed", "upper end")
    return Table(
        "Free and common openings",
        (
            "slider",
            "figure",
            *(f"free, {place}" for place in places),
            *(f"common, {place}" for place in places),
        ),
        tuple(rows),
    )


def _cells_table(title: str, measured: Measured, cells: Sequence[CellResult]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (one.cell.name, *(mean(one.figures, key) for key in MAIN_FIGURES))
        for one in (measured.cells[UNPUSHED], *cells)
    ]
    return Table(title, ("style", *(_figure_name(key) for key in MAIN_FIGURES)), tuple(rows))


def _leak_table(measured: Measured) -> Table:
    found = judgement.leaks(judgement.judged(measured.sliders))
    rows: list[tuple[Cell, ...]] = [
        (
            _label(leak.slider),
            "upper" if leak.upper else "lower",
            _label(leak.other),
            leak.share if np.isfinite(leak.share) else "its own end does less",
        )
        for leak in sorted(found, key=lambda leak: -leak.share)
        if leak.leaks
    ]
    return Table(
        "Ends that move another slider's own figure",
        ("slider", "end", "other", "share of what the other's own end does"),
        tuple(rows),
        "Only those clear of 0 and above a quarter.",
    )


def plots(measured: Measured) -> tuple[Plot, ...]:
    """Return the dose curves, all together and of the queens by themselves."""
    found = []
    if measured.sliders:
        found.append(_dose_plot(measured))
    if "queen_trades" in measured.sliders:
        found.append(_own_plot(measured.sliders["queen_trades"]))
    return tuple(found)


def _dose_plot(measured: Measured) -> Plot:
    """Draw every slider's own figure in standard deviations of players, or in times the plain."""
    spreads = {
        key: judgement.spread_of(measured.players, slider.figure)
        for key, slider in measured.sliders.items()
    }
    known = measured.players is not None
    series = []
    for key, slider in measured.sliders.items():
        spread, plain = spreads[key], abs(slider.unpushed.figures.means[slider.column])
        unit = spread.sd if known and spread is not None and spread.sd > 0 else plain
        if not unit > 0:
            continue
        cells = [judgement.scaled(slider.change(place), 1 / unit) for place in slider.places]
        series.append(
            PlotSeries(
                _label(key),
                tuple(place.share * REACH for place in slider.places),
                tuple(cell.value for cell in cells),
            )
        )
    what = "standard deviations of real players" if known else "share of the unpushed figure"
    return Plot("line", "Every slider's own figure in games", "steps", what, tuple(series))


def _own_plot(slider: Slider) -> Plot:
    key = slider.figure.key
    cells = [mean(place.figures, key) for place in slider.places]
    places = (place.share * REACH for place in slider.places)
    series = PlotSeries.of(_label(slider.key), places, cells)
    return Plot("line", slider.figure.label, "steps", _figure_name(key), (series,))


def data(measured: Measured) -> dict[str, Any]:
    """Return everything for pages; estimates as value, low and high, in own units."""
    return {
        "reach": REACH,
        "figures": list(FIGURE_KEYS),
        "phases": list(PHASE_NAMES),
        "cells": [_cell_data(one) for one in measured.cells.values()],
        "sliders": {
            key: {
                "figure": slider.figure.key,
                "amounts": [place.share * REACH for place in slider.places],
                "own": [_short(place.figures.estimate(slider.column)) for place in slider.places],
                "step_sd": judgement.step_in_spreads(slider, measured.players),
            }
            for key, slider in measured.sliders.items()
        },
    }


def _cell_data(one: CellResult) -> dict[str, Any]:
    cell = one.cell
    return {
        "name": cell.name,
        "recipe": cell.recipe,
        "kind": cell.kind,
        "key": cell.key,
        "amount": cell.amount,
        "intensity": cell.intensity,
        "games": one.games,
        "values": [_short(one.figures.estimate(column)) for column in range(len(FIGURES))],
        "by_phase": [_short(one.phases[cell.key].estimate(phase)) for phase in range(3)]
        if cell.key in one.phases
        else [],
        "elo": _short(judgement.elo(one.figures)),
        "top1": _short(one.top1),
        "cross_entropy": _short(one.cross_entropy),
    }


def _short(estimate: Estimate) -> list[float]:
    return [
        float(f"{value:.{_DIGITS}g}") for value in (estimate.value, estimate.low, estimate.high)
    ]


def _factor(key: str) -> float:
    return 100.0 if FIGURES_BY_KEY[key].unit in _SHARES else 1.0


def _figure_name(key: str) -> str:
    figure = FIGURES_BY_KEY[key]
    unit = {"share of games": "% of games", "share of moves": "% of moves"}.get(figure.unit, "")
    return f"{figure.label}, {unit}" if unit else figure.label


def _label(key: str) -> str:
    return ATTRIBUTES[key].label if key in ATTRIBUTES else key
