"""What the stylometry experiment found: figures, words, tables and plots."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial

import numpy as np
import numpy.typing as npt

from engine.analysis.identification import CosineStatistics, confidences_of, cosine_statistics
from engine.evaluation.context import Context
from engine.evaluation.experiment import Cell, Estimate, Plot, PlotSeries, Result, Table, Target
from engine.evaluation.experiments.stylometry.queries import (
    WELL_KNOWN_GAMES,
    Asked,
    Seen,
    Settings,
    UnseenQueries,
)
from engine.evaluation.measures.bootstrap import bootstrap_mean
from engine.evaluation.targets import judge

TITLE = "Recognising players"
_RANKS = ("first, %", "among ten, %", "mean reciprocal rank")
_LEAST_UNIVERSE, _LEAST_WELL_KNOWN, _LEAST_UNSEEN = 2600, 200, 100

Method = tuple[str, bool]
"""A way to ask, and whether it may look at openings."""
AskedByMethod = dict[Method, dict[int, Asked]]
"""What each method answered, by the number of games that it was given."""


def result_of(
    context: Context, settings: Settings, seen: Seen, unseen: UnseenQueries | None
) -> Result:
    """Return what came of asking for known players, and for those who were never trained on."""
    most, seed = settings.sizes[-1], context.seed
    known = _ask_known(settings, seen)
    well_known = seen.well_known()
    late, late_habits = (known[name, False][most].among(well_known) for name in ("style", "habits"))
    seen_100 = _top(known["signature", True][most], 1, seed)
    all_late = _top(known["style", False][most], 1, seed)
    figures: dict[str, Estimate | float] = {
        "seen_100": seen_100,
        "seen_30": _top(known["signature", True][settings.sizes[-2]], 1, seed),
        "well_known_from_ply_30": _top(late, 1, seed),
        "all_from_ply_30": all_late,
        "openings_100": _top(known["openings", True][most], 1, seed),
    }
    over_habits = bootstrap_mean(
        100.0 * ((late.ranks == 0).astype(float) - (late_habits.ranks == 0)), seed
    )
    targets = _targets(figures, over_habits, seen, len(late.truth), len(well_known))
    scale, confidence = _confidence(context, settings, seen)
    tables = [*_known_tables(settings, seen, known, well_known, seed), confidence]
    if unseen is not None:
        figures["unseen_100"] = _top(unseen.by_signature(most), 1, seed)
        note = (
            f"{len(unseen.truth)} players asked for among {len(unseen.names)}, each known by "
            f"{settings.unseen_gallery_games} other games"
        )
        enough = len(unseen.names) >= _LEAST_UNSEEN
        targets.append(judge("stylometry_unseen_100", figures["unseen_100"], note, enough))
        tables.append(_unseen_table(settings, unseen, note, seed))
    return Result(
        title=TITLE,
        words=(
            "A style is fitted to games that nobody told the model about, and all known players "
            f"are ranked by how well it fits them. From {most} games, {seen_100.value:.0f} % are "
            "ranked first by their signature, which knows openings alone; by their style and "
            f"without each game's first 15 moves, {all_late.value:.0f} %."
        ),
        settings=asdict(settings),
        figures=figures,
        tables=tuple(tables),
        plots=(_plot(settings, known, seed),),
        targets=tuple(targets),
        data={"scale": [asdict(one) for one in scale]},
    )


def _ask_known(settings: Settings, seen: Seen) -> AskedByMethod:
    """Ask for known players by every method, in the order of the table."""
    methods: dict[Method, Callable[[int], Asked]] = {
        ("signature", True): seen.by_signature,
        ("style", True): partial(seen.by_style, openings=True),
        ("habits", True): partial(seen.by_habits, openings=True),
        ("style", False): partial(seen.by_style, openings=False),
        ("habits", False): partial(seen.by_habits, openings=False),
        ("openings", True): seen.by_openings,
    }
    return {method: {size: ask(size) for size in settings.sizes} for method, ask in methods.items()}


def _targets(
    figures: dict[str, Estimate | float],
    over_habits: Estimate,
    seen: Seen,
    asked: int,
    well_known: int,
) -> list[Target]:
    universe = len(seen.candidates)
    is_whole = universe >= _LEAST_UNIVERSE
    among = f"{asked} players asked for among {well_known} with {WELL_KNOWN_GAMES:,} games or more"
    return [
        judge("stylometry_seen_100", figures["seen_100"], _asked_among(seen), is_whole),
        judge("stylometry_seen_30", figures["seen_30"], _asked_among(seen), is_whole),
        judge(
            "stylometry_from_ply_30",
            figures["well_known_from_ply_30"],
            among,
            well_known >= _LEAST_WELL_KNOWN,
        ),
        judge("stylometry_from_ply_30_over_habits", over_habits, "the same players and games"),
    ]


def _asked_among(seen: Seen) -> str:
    return f"{len(seen.names)} players asked for among {len(seen.candidates):,}"


def _known_tables(
    settings: Settings,
    seen: Seen,
    known: AskedByMethod,
    well_known: npt.NDArray[np.int64],
    seed: int,
) -> tuple[Table, Table]:
    most = settings.sizes[-1]
    return (
        Table(
            "Known players",
            ("by", "moves", "games", *_RANKS),
            tuple(
                (name, _words(openings), size, *_ranks(asked, seed))
                for (name, openings), answers in known.items()
                for size, asked in answers.items()
            ),
            f"{_asked_among(seen)}; {seen.eligible} had {most} held-out games.",
        ),
        Table(
            f"Known players, without openings, among {len(well_known)} with most games",
            ("by", "games", *_RANKS),
            tuple(
                (name, size, *_ranks(asked.among(well_known), seed))
                for name in ("style", "habits")
                for size, asked in known[name, False].items()
            ),
        ),
    )


def _unseen_table(settings: Settings, unseen: UnseenQueries, note: str, seed: int) -> Table:
    ways: dict[Method, Callable[[int], Asked]] = {
        ("signature", True): unseen.by_signature,
        ("style", True): partial(unseen.by_style, openings=True),
        ("style", False): partial(unseen.by_style, openings=False),
    }
    return Table(
        "Players the model never trained on",
        ("by", "moves", "games", *_RANKS),
        tuple(
            (name, _words(openings), size, *_ranks(way(size), seed))
            for (name, openings), way in ways.items()
            for size in settings.sizes
        ),
        note + ".",
    )


def _plot(settings: Settings, known: AskedByMethod, seed: int) -> Plot:
    return Plot(
        "line",
        "Players found by their games",
        "games",
        "found first, %",
        tuple(
            PlotSeries.of(
                f"{name}, {_words(openings)}",
                settings.sizes,
                (_top(asked, 1, seed) for asked in answers.values()),
            )
            for (name, openings), answers in known.items()
        ),
    )


def _words(openings: bool) -> str:
    return "all" if openings else "from move 16"


def _top(found: Asked, count: int, seed: int) -> Estimate:
    return bootstrap_mean(100.0 * (found.ranks < count), seed)


def _ranks(found: Asked, seed: int) -> tuple[Estimate, Estimate, Estimate]:
    reciprocal = bootstrap_mean(1 / (1.0 + found.ranks), seed)
    return _top(found, 1, seed), _top(found, 10, seed), reciprocal


def _confidence(
    context: Context, settings: Settings, seen: Seen
) -> tuple[list[CosineStatistics], Table]:
    """Return scales of confidence, and how well those of one half of the players fit the other."""
    space = context.space
    scale: list[CosineStatistics] = []
    rows: list[tuple[Cell, ...]] = []
    place = np.arange(len(seen.names))
    for size in settings.sizes:
        styles = seen.signatures(size)
        halves = (place % 2 == 0, place % 2 == 1)
        stated, right = [], []
        for own, other in (halves, halves[::-1]):
            if own.sum() < 2:
                continue
            learnt = cosine_statistics(styles[own], seen.truth[own], space, size)
            found = confidences_of(styles[other], space, learnt.sharpness)
            best = found.argmax(axis=1)
            stated += found.max(axis=1).tolist()
            right += (best == seen.truth[other]).astype(float).tolist()
        scale.append(cosine_statistics(styles, seen.truth, space, size))
        if stated:
            difference = np.array(stated) - np.array(right)
            rows.append(
                (
                    size,
                    bootstrap_mean(100 * np.array(stated), context.seed),
                    bootstrap_mean(100 * np.array(right), context.seed),
                    bootstrap_mean(100 * difference, context.seed),
                )
            )
    table = Table(
        "Is the stated confidence honest?",
        ("games", "stated for the first, %", "first was right, %", "stated too high by, points"),
        tuple(rows),
        "The scale is learnt from one half of the players and judged on the other.",
    )
    return scale, table
