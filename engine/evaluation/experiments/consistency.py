"""Experiment 3: does the same player give the same style? (arXiv 2502.14998, figures 3, 5 and 8)

Styles fitted to disjoint sets of one player's games are compared with each other and with other
players'; the style of two players' games together with the mean of their two styles; and the style
of a few games with that of all. With what a fit costs, and whether its company changes it.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import torch

from engine.analysis.identification import CosineRange
from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiment import Estimate, Plot, PlotSeries, Result, Table, Target
from engine.evaluation.measures.bootstrap import bootstrap_mean, bootstrap_statistic
from engine.evaluation.measures.game_scores import GameBlocks, game_blocks
from engine.evaluation.targets import judge
from engine.games.rating_groups import is_rating_group
from engine.style.prior import StylePrior
from engine.style.style import Routing
from engine.training.few_shot_fit import FitOptions, fit_styles

_BINS = 40
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How much to measure."""

    # players, those with most games
    players: int
    # disjoint sets of each player's games, and games of each
    sets: int
    games: int
    # numbers of games of the curve of sizes, each set of the sizes above
    curve: tuple[int, ...]


class Consistency:
    """Cosines of one player's styles and of different players'."""

    name = "consistency"
    title = "Is a style stable?"

    def run(self, context: Context) -> Result:
        """Measure; see ``Experiment``."""
        settings = _settings(context)
        blocks = _blocks(context, settings)
        context.progress(0.9, "Timing fits")
        seconds = context.cached("consistency/timing", lambda: _timing(context, settings, blocks))
        return _result(context, settings, blocks, seconds)


def _settings(context: Context) -> Settings:
    return context.pick(
        smoke=Settings(players=3, sets=2, games=4, curve=(1, 2, 4)),
        small=Settings(players=20, sets=3, games=100, curve=(10, 25, 50, 100, 200, 300)),
        full=Settings(players=50, sets=20, games=100, curve=(10, 25, 50, 100, 500, 1000, 2000)),
    )


def _blocks(context: Context, settings: Settings) -> GameBlocks:
    """Read every player's games in blocks from which sets and sizes are put together."""
    needed = settings.sets * settings.games
    unseen = set(context.unseen)
    names = [
        player.name
        for player in sorted(context.space.players, key=lambda player: -player.games)
        if player.name not in unseen
        and not is_rating_group(player.name)
        and len(context.games_of(player.name)) >= needed
    ][: settings.players]
    if len(names) < 2:
        raise StylemateError(f"Fewer than two players of the model have {needed} games.")
    random = np.random.default_rng(context.seed)
    games = [random.permutation(context.games_of(name))[:needed] for name in names]
    sizes = np.diff((0, *_ends(settings)))
    return game_blocks(context, "consistency/games", names, games, sizes.tolist(), (0, 0.9))


def _ends(settings: Settings) -> list[int]:
    """Return where blocks end: at every size of the curve and at the end of every set."""
    ends = {settings.games * (number + 1) for number in range(settings.sets)}
    return sorted(ends | {size for size in settings.curve if size <= max(ends)})


def _timing(context: Context, settings: Settings, blocks: GameBlocks) -> dict[str, float]:
    """Return seconds of one fit, and how far company moves its result."""
    names = blocks.names[:3]
    rows = [context.rows_of_games(name, context.games_of(name)[: settings.games]) for name in names]
    began = time.monotonic()
    alone = fit_styles(context.model, context.positions, rows[:1], context.space.prior)[0]
    seconds = time.monotonic() - began
    options = FitOptions()
    together = fit_styles(context.model, context.positions, rows, context.space.prior, options)[0]
    return {
        "seconds": seconds,
        "positions": float(alone.positions),
        "difference": float(np.abs(alone.z - together.z).max()),
        "threads": float(torch.get_num_threads()),
    }


def _cosine(first: Routing, second: Routing) -> Values:
    """Return cosines (N,) of signatures, or of styles' differences from the mean."""
    one, other = (each.reshape(len(each), -1).astype(np.float64) for each in (first, second))
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    cosines: Values = (one * other).sum(axis=1) / np.maximum(norms, 1e-12)
    return cosines


_Vectors = Callable[[slice], Routing]
"""What some blocks of every player's games give, (players, heads, modules)."""


def _kinds(blocks: GameBlocks, prior: StylePrior) -> dict[str, tuple[str, _Vectors]]:
    """Return, by key, in words what is compared and how it comes from blocks."""

    def styles(openings: bool) -> _Vectors:
        return lambda chosen: blocks.styles(prior, chosen, openings)[0] - prior.mean

    return {
        "all": ("signatures", lambda chosen: blocks.signatures(prior, chosen)),
        "styles": ("styles", styles(True)),
        "from_ply_30": ("styles from move 16", styles(False)),
    }


def _sets(settings: Settings, vectors: _Vectors) -> list[Routing]:
    """Return what each of the disjoint sets of games gives."""
    ends = _ends(settings)
    found = []
    for number in range(settings.sets):
        first, last = number * settings.games, (number + 1) * settings.games
        chosen = slice(sum(end <= first for end in ends), sum(end <= last for end in ends))
        found.append(vectors(chosen))
    return found


def _pairs(sets: list[Routing]) -> tuple[Values, Values]:
    """Return cosines of one player's sets, (players, pairs), and of different players'."""
    same = np.stack([_cosine(one, other) for one, other in combinations(sets, 2)], axis=1)
    players = len(sets[0])
    different = [_cosine(sets[0], np.roll(sets[-1], shift, axis=0)) for shift in range(1, players)]
    return same, np.concatenate(different)


@dataclass(frozen=True, slots=True)
class _OverlapWith:
    """How far cosines of the same players overlap with given ones of different players."""

    different: Values

    def __call__(self, same: Values) -> float:
        return _overlap(same.ravel(), self.different)


def _overlap(same: Values, different: Values) -> float:
    """Return the share of cosines, in %, on the wrong side of the best line between both kinds."""
    lines = np.sort(np.concatenate((same, different)))
    wrong = [
        (same < line).mean() + (different >= line).mean()
        for line in lines[:: max(len(lines) // 400, 1)]
    ]
    return 50 * float(min(wrong))


@dataclass(frozen=True, eq=False, slots=True)
class _Compared:
    """One kind of vector, compared between sets of games.

    Attributes:
        words: what is compared.
        same: cosines of one player's sets, (players, pairs).
        different: cosines of different players'.
        alike: mean of ``same``.
        overlap: share of cosines on the wrong side of the best line between both, in %.
    """

    words: str
    same: Values
    different: Values
    alike: Estimate
    overlap: Estimate

    @classmethod
    def of(cls, words: str, sets: list[Routing], seed: int) -> "_Compared":
        same, different = _pairs(sets)
        overlap = bootstrap_statistic(same, _OverlapWith(different), seed, repeats=200)
        return cls(words, same, different, bootstrap_mean(same.mean(axis=1), seed), overlap)


def _result(
    context: Context, settings: Settings, blocks: GameBlocks, timing: dict[str, float]
) -> Result:
    prior, seed = context.space.prior, context.seed
    kinds = _kinds(blocks, prior)
    compared = {
        key: _Compared.of(words, _sets(settings, vectors), seed)
        for key, (words, vectors) in kinds.items()
    }
    curves = {
        words: [
            bootstrap_mean(column, seed) for column in _curve(settings, blocks, kinds[key][1]).T
        ]
        for key, words in (("all", "signature"), ("styles", "style"))
    }
    figures: dict[str, Estimate | float] = {}
    for key, one in compared.items():
        figures |= {f"overlap_{key}": one.overlap, f"same_{key}": one.alike}
    merged = figures["merged"] = bootstrap_mean(_merged(settings, blocks, prior), seed)
    figures["fit_seconds"] = timing["seconds"]
    return Result(
        title="Is a style stable?",
        words=(
            "Styles learnt from different games of one player should be alike, and unlike those "
            "of others. The more games, the steadier the style."
        ),
        settings=asdict(settings),
        figures=figures,
        tables=(
            _pairs_table(settings, blocks, compared.values()),
            _curve_table(settings, curves),
            Table(
                "Two players' games together",
                ("cosine of their style with the mean of both styles",),
                ((merged,),),
            ),
        ),
        plots=(
            *(_histogram(one.words, one.same.ravel(), one.different) for one in compared.values()),
            _curve_plot(settings, curves),
        ),
        targets=_targets(context, settings, figures, timing),
        data={
            "halves": asdict(CosineRange.of(compared["all"].same.ravel())),
            "style_halves": asdict(CosineRange.of(compared["styles"].same.ravel())),
            "halves_games": settings.games,
        },
    )


def _pairs_table(settings: Settings, blocks: GameBlocks, compared: Iterable[_Compared]) -> Table:
    def bounds(values: Values) -> tuple[float, ...]:
        return tuple(float(x) for x in np.quantile(values, (0.05, 0.95)))

    return Table(
        f"Cosines from {settings.games} games",
        (
            "of",
            "same player",
            "5 %",
            "95 %",
            "different players",
            "5 %",
            "95 %",
            "on the wrong side, %",
        ),
        tuple(
            (
                one.words,
                one.alike,
                *bounds(one.same),
                float(one.different.mean()),
                *bounds(one.different),
                one.overlap,
            )
            for one in compared
        ),
        f"{len(blocks.names)} players with {settings.sets} disjoint sets of games each.",
    )


_CURVE_TITLE = "Cosine of what some games say with what all say"


def _curve_table(settings: Settings, curves: dict[str, list[Estimate]]) -> Table:
    return Table(
        _CURVE_TITLE,
        ("games", *curves),
        tuple(zip(_curve_sizes(settings), *curves.values(), strict=True)),
        f"All: {settings.sets * settings.games} games, those in question among them.",
    )


def _curve_plot(settings: Settings, curves: dict[str, list[Estimate]]) -> Plot:
    sizes = _curve_sizes(settings)
    return Plot(
        "line",
        _CURVE_TITLE,
        "games",
        "cosine",
        tuple(PlotSeries.of(words, sizes, estimates) for words, estimates in curves.items()),
    )


def _curve_sizes(settings: Settings) -> list[int]:
    ends = _ends(settings)
    return [size for size in settings.curve if size in ends]


def _targets(
    context: Context,
    settings: Settings,
    figures: dict[str, Estimate | float],
    timing: dict[str, float],
) -> tuple[Target, ...]:
    machine = "gpu" if context.device.type == "cuda" else "cpu"
    note = f"{timing['positions']:,.0f} moves, {timing['threads']:.0f} threads"
    return (
        judge("consistency_overlap", figures["overlap_all"], "signatures", settings.games >= 100),
        judge(f"fit_seconds_{machine}", timing["seconds"], note, settings.games >= 100),
        judge("fit_batch_independence", timing["difference"], "one player alone and among three"),
    )


def _histogram(words: str, same: Values, different: Values) -> Plot:
    edges = np.linspace(-1, 1, _BINS + 1)
    middles = tuple((edges[1:] + edges[:-1]) / 2)

    def shares(values: Values) -> tuple[float, ...]:
        counts = np.histogram(values, edges)[0]
        return tuple((counts / max(counts.sum(), 1)).tolist())

    return Plot(
        "histogram",
        f"Cosines of {words}",
        "cosine",
        "share",
        (
            PlotSeries("same player", middles, shares(same)),
            PlotSeries("different players", middles, shares(different)),
        ),
    )


def _merged(settings: Settings, blocks: GameBlocks, prior: StylePrior) -> Values:
    """Return, for pairs of players, the cosine of their games' style with their styles' mean."""
    upto = slice(0, sum(end <= settings.games for end in _ends(settings)))
    scores, counts = blocks.sums(upto)
    apart = prior.expected(scores, counts) - prior.mean
    other = np.roll(np.arange(len(counts)), 1)
    together = prior.expected(scores + scores[other], counts + counts[other]) - prior.mean
    return _cosine(together, ((apart + apart[other]) / 2).astype(np.float32))


def _curve(settings: Settings, blocks: GameBlocks, vectors: _Vectors) -> Values:
    """Return cosines (players, sizes) of what few games give with what all give."""
    whole = vectors(slice(None))
    ends = _ends(settings)
    columns = [
        _cosine(vectors(slice(0, ends.index(size) + 1)), whole) for size in _curve_sizes(settings)
    ]
    return np.stack(columns, axis=1)


EXPERIMENT = Consistency()
