"""What the move-matching experiment found: figures, words, tables and plots."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import numpy as np

from engine.evaluation.context import Context
from engine.evaluation.experiment import Cell, Estimate, Plot, PlotSeries, Result, Table
from engine.evaluation.experiments.move_matching.measurement import PHASES, Figures, Settings
from engine.evaluation.measures.bootstrap import bootstrap_mean
from engine.evaluation.targets import judge
from engine.position.phases import OPENING_PLIES, from_ply
from engine.training.move_match import Values

TITLE = "Predicting moves"
_PREDICTORS = (
    ("own", "own style"),
    ("another", "another player's style"),
    ("mean", "mean style"),
    ("backbone", "no style"),
)
_ACROSS_PHASES = (*_PREDICTORS[:2], _PREDICTORS[3])
_MEASURES = ("top1", "top1_from_ply_10", "cross_entropy", "cross_entropy_from_ply_10")
Mean = Callable[[Figures, str], Estimate]
Gain = Callable[[Figures, str, str, str], Estimate]


def _values(figures: Mapping[str, Sequence[float | None]], key: str) -> Values:
    return np.array([np.nan if x is None else x for x in figures[key]], dtype=np.float64)


def result_of(
    context: Context, settings: Settings, main: Figures, tuned: Figures, curve: Figures
) -> Result:
    def mean(figures: Figures, key: str) -> Estimate:
        return bootstrap_mean(_values(figures, key), context.seed)

    def gain(figures: Figures, first: str, second: str, key: str) -> Estimate:
        difference = _values(figures, f"{first}/{key}") - _values(figures, f"{second}/{key}")
        return bootstrap_mean(difference, context.seed)

    late = gain(main, "own", "backbone", "top1_from_ply_10")
    over_another = gain(main, "own", "another", "top1_from_ply_10")
    backbone = mean(main, "backbone/top1_from_ply_10")
    figures: dict[str, Estimate | float] = {
        "backbone_top1_from_ply_10": backbone,
        "gain_from_ply_10": late,
        "gain_over_another_from_ply_10": over_another,
        "gain": gain(main, "own", "backbone", "top1"),
        "gain_over_another": gain(main, "own", "another", "top1"),
        "gain_from_ply_30": gain(main, "own", "backbone", "top1_from_ply_30"),
        "nats_from_ply_10": gain(main, "own", "backbone", "cross_entropy_from_ply_10"),
        "nats_over_another_from_ply_10": gain(main, "own", "another", "cross_entropy_from_ply_10"),
        "nats_over_another_from_ply_30": gain(main, "own", "another", "cross_entropy_from_ply_30"),
    }
    count = f"{late.count} players, {settings.positions} held-out positions each at most"
    targets = (
        judge("backbone_from_ply_10", backbone, count),
        judge("personal_gain", late, count),
        judge("gain_over_another", over_another, count),
    )
    tables = [
        _main_table(main, mean, gain),
        _phase_table(main, mean, gain),
        _tuned_table(settings, tuned, mean, gain),
    ]
    plots = [_phase_plot(main, gain)]
    if curve:
        tables.append(_curve_table(settings, curve, mean, gain))
        plots.append(_curve_plot(settings, curve, gain))
    return Result(
        title=TITLE,
        words=(
            "How often the likeliest move is the one that was played, in games the model never "
            "saw. Each position is predicted in the player's own style, in somebody else's, in "
            "the average style and without a style; only what the own style adds to the others "
            "is about the player."
        ),
        settings=asdict(settings),
        figures=figures,
        tables=tuple(tables),
        plots=tuple(plots),
        targets=targets,
    )


def _main_table(main: Figures, mean: Mean, gain: Gain) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for key, name in _PREDICTORS:
        rows.append((name, *(mean(main, f"{key}/{what}") for what in _MEASURES)))
    references = sorted({key.split("/")[1] for key in main if key.startswith("reference/")})
    for name in references:
        rows.append((name, *(mean(main, f"reference/{name}/{what}") for what in _MEASURES)))
    for key, name in _PREDICTORS[1:]:
        gains = (gain(main, "own", key, what) for what in _MEASURES)
        rows.append((f"own style minus {name}", *gains))
    note = "Top-1 in %, cross-entropy in nats over legal moves."
    if references:
        note += " Maia networks on at most 60 of each player's positions."
    return Table(
        "Moves predicted",
        ("predictor", "top-1", "top-1 from ply 10", "cross-entropy", "cross-entropy from ply 10"),
        tuple(rows),
        note,
    )


def _phase_table(main: Figures, mean: Mean, gain: Gain) -> Table:
    def row(words: str, top1: str, cross_entropy: str) -> tuple[Cell, ...]:
        return (
            words,
            *(mean(main, f"{key}/{top1}") for key, _ in _ACROSS_PHASES),
            gain(main, "own", "another", top1),
            gain(main, "own", "another", cross_entropy),
        )

    phases = [row(name, f"top1/{name}", f"cross_entropy/{name}") for name, _, _ in PHASES]
    keys = (from_ply(what, OPENING_PLIES) for what in ("top1", "cross_entropy"))
    return Table(
        "Moves predicted by phase of the game",
        (
            "phase",
            *(name for _, name in _ACROSS_PHASES),
            "own minus another's",
            "own minus another's, nats",
        ),
        (*phases, row("from move 16", *keys)),
        "Top-1 in %.",
    )


def _tuned_table(settings: Settings, tuned: Figures, mean: Mean, gain: Gain) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (name, *(mean(tuned, f"{key}/{what}") for what in _MEASURES))
        for key, name in (
            ("tuned", "network fine-tuned to the player"),
            ("stranger", "network fine-tuned to another player"),
            ("own", "own style"),
            ("backbone", "no style"),
        )
    ]
    for first, second, name in (
        ("tuned", "backbone", "fine-tuning minus no style"),
        ("tuned", "stranger", "fine-tuning minus a stranger's"),
        ("own", "backbone", "own style minus no style"),
        ("own", "tuned", "own style minus fine-tuning"),
    ):
        rows.append((name, *(gain(tuned, first, second, what) for what in _MEASURES)))
    return Table(
        "Styles and whole networks for one player each",
        ("predictor", "top-1", "top-1 from ply 10", "cross-entropy", "cross-entropy from ply 10"),
        tuple(rows),
        f"The {settings.tuned_players} players with most games; each network learnt from at most "
        f"{settings.tuned_positions:,} of its player's positions, once.",
    )


def _curve_table(settings: Settings, curve: Figures, mean: Mean, gain: Gain) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for games in (0, *settings.curve_games):
        rows.append(
            (
                games,
                mean(curve, f"{games}/top1"),
                mean(curve, f"{games}/top1_from_ply_10"),
                gain(curve, f"{games}", "0", "top1"),
                gain(curve, f"{games}", "0", "top1_from_ply_10"),
                gain(curve, f"{games}", "0", "cross_entropy_from_ply_10"),
            )
        )
    return Table(
        "Moves predicted by the number of games that the style was fitted to",
        (
            "games",
            "top-1",
            "top-1 from ply 10",
            "over the mean style",
            "over the mean style from ply 10",
            "over it in nats",
        ),
        tuple(rows),
    )


def _phase_plot(main: Figures, gain: Gain) -> Plot:
    phases = [name for name, _, _ in PHASES]
    return Plot(
        "bar",
        "What the own style adds, by phase of the game",
        "",
        "points of top-1",
        tuple(
            PlotSeries.of(
                f"over {name}", phases, [gain(main, "own", key, f"top1/{p}") for p in phases]
            )
            for key, name in (("another", "another player's"), ("backbone", "no style"))
        ),
    )


def _curve_plot(settings: Settings, curve: Figures, gain: Gain) -> Plot:
    return Plot(
        "line",
        "What a fitted style adds, by the number of games",
        "games",
        "points of top-1 over the mean style",
        tuple(
            PlotSeries.of(
                name,
                settings.curve_games,
                [gain(curve, f"{games}", "0", key) for games in settings.curve_games],
            )
            for key, name in (("top1", "all moves"), ("top1_from_ply_10", "after ten plies"))
        ),
    )
