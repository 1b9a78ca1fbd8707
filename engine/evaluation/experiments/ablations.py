"""Experiment 6: what each choice of the method costs or gains.

Every variant trains a new inventory over the shipped backbone, on the same players, for the same
number of positions, drawn in the same order, and differs from the shipped model's settings in one
thing. Own styles are then scored beside two controls on held-out moves of the same players.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch

from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiment import Cell, Estimate, Plot, PlotSeries, Result, Table
from engine.evaluation.measures.bootstrap import bootstrap_mean
from engine.evaluation.measures.held_out import held_out_sample
from engine.evaluation.measures.short_training import Lesson, Trained, fresh_model, teach
from engine.evaluation.report.wording import number_text
from engine.games.rating_groups import is_rating_group
from engine.model.mhr.config import Attachment, MHRConfig, RoutingActivation, Sharing
from engine.position.phases import BOOK_PLIES, from_ply
from engine.training.move_match import MoveMatch, Sample, Values, match_moves
from engine.training.options import RoutingSteps
from engine.training.splits import Split

LEAST_PLAYERS = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """How much to measure.

    Attributes:
        players: players who get a style, those with the most games.
        positions: positions of each training.
        batch: positions of a step.
        held_out: held-out positions of each player, at most.
    """

    players: int
    positions: int
    batch: int
    held_out: int


SMOKE = Settings(players=3, positions=64, batch=32, held_out=20)
SMALL = Settings(players=16, positions=24_576, batch=512, held_out=150)
FULL = Settings(players=200, positions=3_000_000, batch=2048, held_out=1500)


@dataclass(frozen=True, slots=True)
class Variant:
    """One training.

    Attributes:
        name: what differs, for people.
        config: shape and place of the adapters.
        steps: how routing learns.
        against: the variant it is compared with.
    """

    name: str
    config: MHRConfig
    steps: RoutingSteps = RoutingSteps.NATURAL
    against: str = "as shipped"


class Ablations:
    """The experiment."""

    name = "ablations"
    title = "What the choices are worth"

    def run(self, context: Context) -> Result:
        """Train and score every variant; see ``Experiment``."""
        settings = context.pick(SMOKE, SMALL, FULL)
        names = anchor_players(context, settings.players)
        sample = held_out_sample(context, names, settings.held_out)
        variants = variants_of(context.model.config, smallest_width(context))
        scores: dict[str, dict[str, Values]] = {}
        for number, variant in enumerate(variants):
            context.progress(number / len(variants), variant.name)

            def report(share: float, number: int = number, note: str = variant.name) -> None:
                context.progress((number + share) / len(variants), note)

            scores[variant.name] = _scores_of(context, variant, names, sample, settings, report)
        context.progress(1.0, "comparing")
        return _result(context, settings, variants, scores)


EXPERIMENT = Ablations()


def anchor_players(context: Context, count: int) -> list[str]:
    """Return the seen players with styles and the most games, most games first.

    Raises:
        StylemateError: too few of them are in the store.
    """
    unseen = set(context.unseen)
    candidates = [
        player.name
        for player in context.space.players
        if player.name not in unseen and not is_rating_group(player.name)
    ]
    counts = {name: len(context.games_of(name, (Split.TRAIN,))) for name in candidates}
    chosen = sorted((name for name in candidates if counts[name]), key=lambda n: (-counts[n], n))
    if len(chosen) < LEAST_PLAYERS:
        raise StylemateError(
            f"Only {len(chosen)} players with a style have games in this store; at least "
            f"{LEAST_PLAYERS} are needed. Give the store that the styles were learnt from."
        )
    return chosen[:count]


def smallest_width(context: Context) -> int:
    """Return the width of the narrowest adapted layer, which the heads must divide."""
    config = context.model.backbone.config
    return config.filters // config.se_ratio


def variants_of(shipped: MHRConfig, narrowest: int) -> list[Variant]:
    """Return the shipped settings and, for each of them, others.

    Args:
        shipped: what the others differ from in one thing.
        narrowest: channels of the narrowest layer; more heads than divide it cannot be.
    """
    heads = [h for h in (1, 2, 4, 8, 16, 32) if narrowest % h == 0 and h != shipped.heads]
    # Adam moves all styles at one rate; routing by layer is compared with sharing on that ground,
    # because the natural steps' matrix grows with the square of a style's numbers.
    adam = replace(shipped, sharing=Sharing.ALL)
    return [
        Variant("as shipped", shipped),
        *_each(shipped, "modules m", "modules", (8, 16, 64)),
        *_each(shipped, "heads h", "heads", [min(heads), *heads[-1:]] if heads else []),
        *_each(shipped, "rank r", "rank", (4, 8, 32)),
        *_each(shipped, "adapters on", "attach", (Attachment.SE, Attachment.CONV, Attachment.ALL)),
        *_each(shipped, "routing", "routing", tuple(RoutingActivation)),
        Variant("routing learns with Adam", adam, RoutingSteps.ADAM),
        Variant(
            "every layer its own routing, Adam",
            replace(shipped, sharing=Sharing.NONE),
            RoutingSteps.ADAM,
            against="routing learns with Adam",
        ),
    ]


def _each(shipped: MHRConfig, what: str, field: str, values: Sequence[Any]) -> list[Variant]:
    different = dict.fromkeys(value for value in values if value != getattr(shipped, field))
    return [Variant(f"{what} = {value}", replace(shipped, **{field: value})) for value in different]


def _scores_of(
    context: Context,
    variant: Variant,
    names: Sequence[str],
    sample: Sample,
    settings: Settings,
    report: Any,
) -> dict[str, Values]:
    """Return top-1 and cross-entropy by player of a variant, from the cache if it is there."""
    described = asdict(settings) | {"variant": asdict(variant), "names": list(names)}

    def measure() -> dict[str, Values]:
        lesson = Lesson(
            names=names,
            rows=context.rows_of_players(names, (Split.TRAIN,)),
            positions=settings.positions,
            batch_size=settings.batch,
            steps=variant.steps,
        )
        model = fresh_model(context, variant.config)
        trained = teach(context, "ablations", model, lesson, described, report)
        return _by_player(match_with_controls(trained, sample))

    return context.cached(f"ablations/{_file_name(variant.name)}", measure, described)


def match_with_controls(trained: Trained, sample: Sample) -> dict[str, MoveMatch]:
    """Score own styles, another player's, the mean style and no style on the same positions.

    The other player is the one half the list away, the same for all positions of a player.
    """
    count = sample.count
    own = torch.arange(count, device=sample.rows.device)
    other = (own + max(count // 2, 1)) % count
    mean = trained.styles[:count].mean(0)
    return match_moves(
        sample,
        {
            "own": trained.in_styles(own),
            "another": trained.in_styles(other),
            "mean": lambda planes, players: trained.model(planes, mean)[0],
            "backbone": lambda planes, players: trained.model.backbone_only(planes)[0],
        },
    )


def _by_player(matches: dict[str, MoveMatch]) -> dict[str, Values]:
    found = {}
    for name, matched in matches.items():
        for ply in (0, BOOK_PLIES):
            part = matched.from_ply(ply)
            found[from_ply(f"{name}_top1", ply)] = part.top1()
            found[from_ply(f"{name}_cross_entropy", ply)] = part.cross_entropy()
    return found


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name)


def _result(
    context: Context,
    settings: Settings,
    variants: Sequence[Variant],
    scores: dict[str, dict[str, Values]],
) -> Result:
    seed = context.seed
    base = scores["as shipped"]
    gains = {
        name: bootstrap_mean(_personal(found, "cross_entropy", BOOK_PLIES), seed)
        for name, found in scores.items()
    }
    return Result(
        title=EXPERIMENT.title,
        words=_words(variants, scores, gains, len(base["own_top1"]), settings, seed),
        settings=asdict(settings) | {"split": "validation and test games", "first_plies": 10},
        figures={
            "shipped_gain_over_another_nats_from_ply_10": gains["as shipped"],
            "shipped_gain_over_backbone_nats_from_ply_10": bootstrap_mean(
                base["backbone_cross_entropy_from_ply_10"] - base["own_cross_entropy_from_ply_10"],
                seed,
            ),
        },
        tables=tuple(_table(variants, scores, ply, seed) for ply in (BOOK_PLIES, 0)),
        plots=(
            Plot(
                "bar",
                "How much likelier a player's moves are in their own style than in another's",
                "",
                "millinats a move, after ten plies",
                (PlotSeries.of("gain", gains, (gain.times(1000) for gain in gains.values())),),
            ),
        ),
        data={"variants": [asdict(variant) for variant in variants]},
    )


def _personal(found: dict[str, Values], what: str, ply: int) -> Values:
    """Return what the own style gains over another's, positive for better, by player."""
    difference = found[from_ply(f"own_{what}", ply)] - found[from_ply(f"another_{what}", ply)]
    return -difference if what == "cross_entropy" else difference


def _table(
    variants: Sequence[Variant], scores: dict[str, dict[str, Values]], ply: int, seed: int
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for variant in variants:
        found, reference = scores[variant.name], scores[variant.against]
        own = found[from_ply("own_cross_entropy", ply)]
        versus = bootstrap_mean(own - reference[from_ply("own_cross_entropy", ply)], seed)
        rows.append(
            (
                variant.name,
                bootstrap_mean(found[from_ply("own_top1", ply)], seed),
                bootstrap_mean(_personal(found, "top1", ply), seed),
                bootstrap_mean(own, seed),
                bootstrap_mean(_personal(found, "cross_entropy", ply), seed),
                bootstrap_mean(found[from_ply("mean_cross_entropy", ply)] - own, seed),
                None if variant.name == variant.against else versus,
            )
        )
    words = "after the first ten plies" if ply else "all plies"
    return Table(
        f"Held-out moves, {words}",
        (
            "variant",
            "own style, top-1 %",
            "over another's, points",
            "own style, cross-entropy",
            "over another's, nats",
            "over the mean style, nats",
            "worse than the reference by, nats",
        ),
        tuple(rows),
        "The reference is the first line; for routing by layer it is the line above it, since both "
        "learn with Adam. Differences are paired by player.",
    )


def _words(
    variants: Sequence[Variant],
    scores: dict[str, dict[str, Values]],
    gains: dict[str, Estimate],
    players: int,
    settings: Settings,
    seed: int,
) -> str:
    better, worse = [], []
    for variant in variants[1:]:
        difference = bootstrap_mean(
            scores[variant.name]["own_cross_entropy_from_ply_10"]
            - scores[variant.against]["own_cross_entropy_from_ply_10"],
            seed,
        )
        if difference.high < 0:
            better.append(variant.name)
        elif difference.low > 0:
            worse.append(variant.name)
    shipped = gains["as shipped"]
    clear = np.isfinite(shipped.low) and shipped.low > 0
    known = "is clear of chance" if clear else "cannot be told from chance at this size"
    return (
        f"Each line of the table is a fresh training on {settings.positions:,} positions of "
        f"{players} players that differs from the shipped model in one choice. After such a "
        f"training, the moves of a player are {number_text(1000 * shipped.value)} thousandths of a "
        f"nat likelier in their own style than in another player's, after the first ten plies; "
        f"that {known}. "
        + _listed("Predicting clearly better than the shipped choice", better)
        + _listed("Predicting clearly worse", worse)
        + "Where neither is said, the difference may be chance. Short trainings favour what learns "
        "quickly: they do not show what a long one would end with."
    )


def _listed(words: str, names: Sequence[str]) -> str:
    return f"{words}: {'; '.join(names)}. " if names else f"{words}: none. "
