"""Experiment 7: players with few games, and rare kinds of move.

E1 trains an inventory in several ways (``tail_arms``), each on the same number of positions, with
players who were left only a few games among those who have many, and scores the few-game players
on held-out games. E2 asks how often rare kinds of move are matched, and whether teaching the
shipped inventory hard ones helps without harm elsewhere. The protocols carry arXiv 2505.17682 over
to chess.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.errors import StylemateError
from engine.evaluation.context import Context
from engine.evaluation.experiment import Cell, Estimate, Plot, Result, Series, Table
from engine.evaluation.experiments.ablations import match_with_controls
from engine.evaluation.experiments.long_tail.arms import (
    ARMS,
    AS_PUBLISHED,
    REPLAY_SHARE,
    SECOND_STAGE_SHARE,
    Arm,
    Pupils,
    choose_pupils,
    hard_positions,
    train_arm,
)
from engine.evaluation.experiments.long_tail.rare_moves import KINDS, kinds_of
from engine.evaluation.measures.bootstrap import bootstrap_mean, bootstrap_statistic
from engine.evaluation.measures.held_out import HELD_OUT, held_out_sample
from engine.evaluation.measures.short_training import Lesson, Trained, WithReplay, sampler_of, teach
from engine.evaluation.report.wording import number_text
from engine.games.rating_groups import is_rating_group
from engine.games.records import UNKNOWN_PLAYER
from engine.model.checkpoint import load_model
from engine.position.phases import BOOK_PLIES, from_ply
from engine.training.move_match import MoveMatch, Sample, Values, match, means_by_player
from engine.training.options import RoutingSteps
from engine.training.sampling import fixed_sample
from engine.training.splits import Split

RULE = (
    "An arm wins over the published one if the moves of the few-game players are likelier after "
    "the first ten plies, the 95 % interval of the paired difference clear of 0, and the players "
    "with many games lose less than 0.2 points of matched moves; of several such arms, the one "
    "with the lowest cross-entropy. If none does, the published way stays."
)
MOST_ANCHOR_LOSS = 0.2
MOST_HARM = 0.005
"""Nats by which rare moves may cost all others before teaching them is given up."""
_RARE_REPLAY, _RARE_RATE = 0.5, 5e-4
_PASSES = 2.0
_PROTOTYPE_POSITIONS = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """How much to measure.

    Attributes:
        anchors: players with all their games.
        tail: players who are left a few.
        cuts: games that they are left, dealt in turn.
        least_games: training games that a player of the tail must have before the cut.
        positions: positions of each arm.
        batch: positions of a step.
        hard_each: hard positions of each player in a second stage, F.
        held_out: held-out positions of each player, at most.
        queries: games by which players of the tail are looked for.
        full_positions: positions of a fit to all of a player's games, at most.
        rare_searched: positions of each anchor in which rare moves are looked for.
        rare_each: hard rare moves of each kind that are taught.
    """

    anchors: int
    tail: int
    cuts: tuple[int, ...]
    least_games: int
    positions: int
    batch: int
    hard_each: int
    held_out: int
    queries: tuple[int, ...]
    full_positions: int
    rare_searched: int
    rare_each: int


SMOKE = Settings(2, 2, (2, 4), 8, 64, 16, 3, 20, (3,), 60, 200, 4)
SMALL = Settings(16, 12, (10, 20, 50, 100), 150, 24_576, 512, 20, 150, (30,), 1000, 3000, 40)
FULL = Settings(
    240, 160, (10, 20, 50, 100), 250, 3_000_000, 2048, 20, 1500, (30, 100), 12_000, 30_000, 200
)


@dataclass(frozen=True, slots=True)
class ArmScores:
    """What one arm reached; arrays by player, as they are kept.

    Attributes:
        values: by name; see ``_measure_arm``.
    """

    values: dict[str, Values]

    def __getitem__(self, name: str) -> Values:
        return self.values[name]


class LongTail:
    """The experiment."""

    name = "long_tail"
    title = "Few games, rare moves"

    def run(self, context: Context) -> Result:
        """Train all arms, score them, and teach rare moves; see ``Experiment``."""
        settings = context.pick(SMOKE, SMALL, FULL)
        names = pupils_of(context, settings)
        pupils = choose_pupils(
            context, names, settings.anchors, settings.cuts, settings.positions // 10
        )
        parts = len(ARMS) + 1
        scores = {}
        for number, arm in enumerate(ARMS):

            def report(share: float, number: int = number, note: str = arm.name) -> None:
                context.progress((number + share) / parts, note)

            report(0.0)
            scores[arm.name] = _scores_of(context, arm, pupils, settings, report)
        context.progress(len(ARMS) / parts, "rare moves")
        rare = _rare(context, pupils.anchors, settings)
        return _result(context, settings, pupils, scores, rare)


EXPERIMENT = LongTail()


def pupils_of(context: Context, settings: Settings) -> list[str]:
    """Return the anchors, most games first, and players of the tail, spread over all others.

    Raises:
        StylemateError: the store has too few players with enough games.
    """
    counts = {
        name: len(context.games_of(name, (Split.TRAIN,)))
        for name, games in context.games.counts_by_player().items()
        if games >= settings.least_games and name != UNKNOWN_PLAYER and not is_rating_group(name)
    }
    ranked = sorted(
        (name for name, count in counts.items() if count >= settings.least_games),
        key=lambda name: (-counts[name], name),
    )
    if len(ranked) < settings.anchors + settings.tail:
        raise StylemateError(
            f"Only {len(ranked)} players have {settings.least_games} training games or more; "
            f"{settings.anchors + settings.tail} are needed. Ingest more games or lower --size."
        )
    others = ranked[settings.anchors :]
    places = np.linspace(0, len(others) - 1, settings.tail).round().astype(int)
    return [*ranked[: settings.anchors], *(others[place] for place in places)]


def _scores_of(
    context: Context, arm: Arm, pupils: Pupils, settings: Settings, report: Any
) -> ArmScores:
    described = asdict(settings) | {"arm": asdict(arm), "names": list(pupils.names)}

    def measure() -> dict[str, Values]:
        trained = train_arm(
            context,
            arm,
            pupils,
            settings.positions,
            settings.batch,
            settings.hard_each,
            lambda share: report(0.6 * share),
        )
        return _measure_arm(context, arm, pupils, trained, settings)

    key = "".join(letter if letter.isalnum() else "-" for letter in arm.name)
    return ArmScores(context.cached(f"long_tail/{key}", measure, described))


def _measure_arm(
    context: Context, arm: Arm, pupils: Pupils, trained: Trained, settings: Settings
) -> dict[str, Values]:
    """Return scores by player of the tail, and of the anchors under names with ``anchors_``."""
    everybody = held_out_sample(context, pupils.names, settings.held_out)
    anchors = len(pupils.anchors)
    own = Trained(trained.model, trained.styles[: len(pupils.names)], {})
    values = {}
    nearest = _nearest_anchors(context, pupils, trained)
    matches = match_with_controls(own, everybody)
    matches |= match(everybody, {"nearest": trained.in_styles(nearest)})
    for name, matched in matches.items():
        for ply in (0, BOOK_PLIES):
            part = matched.from_ply(ply)
            for what, by_player in (("top1", part.top1()), ("cross_entropy", part.cross_entropy())):
                values[from_ply(f"{name}_{what}", ply)] = by_player[anchors:]
                values[from_ply(f"anchors_{name}_{what}", ply)] = by_player[:anchors]
    return values | _recognised(context, arm, pupils, trained, settings)


@torch.no_grad()
def _nearest_anchors(context: Context, pupils: Pupils, trained: Trained) -> Tensor:
    """Return for each pupil the anchor in whose style its few training moves are likeliest."""
    anchors = len(pupils.anchors)
    rows = [
        fixed_sample(each, _PROTOTYPE_POSITIONS, context.seed) for each in pupils.rows[anchors:]
    ]
    sample = Sample.of_players(context.positions, rows)
    zeros = torch.zeros(sample.count, dtype=torch.int64, device=sample.rows.device)
    by_anchor = [
        match(sample, {"anchor": trained.in_styles(zeros + anchor)})["anchor"].cross_entropy()
        for anchor in range(anchors)
    ]
    best = torch.from_numpy(np.nanargmin(np.stack(by_anchor), axis=0)).to(sample.rows.device)
    return torch.cat((torch.arange(anchors, device=best.device), best))


def _recognised(
    context: Context, arm: Arm, pupils: Pupils, trained: Trained, settings: Settings
) -> dict[str, Values]:
    """Return whether hidden games find their player, and how near a style is to all games' one."""
    anchors = len(pupils.anchors)
    gallery = trained.styles[: len(pupils.names)]
    middle = gallery[:anchors].mean(0)
    truth = torch.arange(anchors, len(pupils.names), device=gallery.device)
    values: dict[str, Values] = {}
    for games in settings.queries:
        rows = [_first_games(context, hidden, games) for hidden in pupils.hidden]
        fitted = _fit(context, f"{arm.name} query {games}", pupils.tail, rows, trained, settings)
        cosines = _cosines(fitted - middle, gallery - middle)
        values[f"found_by_{games}"] = (cosines.argmax(1) == truth).double().cpu().numpy()
    whole = [
        fixed_sample(rows, settings.full_positions, context.seed)
        for rows in context.rows_of_players(pupils.tail, (Split.TRAIN,))
    ]
    fitted = _fit(context, f"{arm.name} whole", pupils.tail, whole, trained, settings)
    same = functional.cosine_similarity(
        (fitted - middle).flatten(1), (gallery[anchors:] - middle).flatten(1)
    )
    values["cosine_to_whole"] = same.double().cpu().numpy()
    return values


def _first_games(context: Context, rows: Tensor, games: int) -> Tensor:
    """Return the positions of the first games of some rows."""
    game = context.positions.games[rows]
    return rows[torch.isin(game, torch.unique(game)[:games])]


def _fit(
    context: Context,
    key: str,
    names: Sequence[str],
    rows: Sequence[Tensor],
    trained: Trained,
    settings: Settings,
) -> Tensor:
    """Return styles fitted to an arm's inventory by routing alone, from the mean style."""
    count = len(names)
    middle = trained.styles.mean(0)
    lesson = Lesson(
        names=names,
        rows=rows,
        positions=max(int(_PASSES * sum(len(each) for each in rows)), settings.batch),
        batch_size=settings.batch,
        routing_only=True,
        start=middle.expand(count, *middle.shape).clone(),
    )
    return teach(context, "tail/fits", trained.model, lesson, {"key": key}).styles


def _cosines(queries: Tensor, gallery: Tensor) -> Tensor:
    """Return cosines (Q, G) of centred styles."""
    return (
        functional.normalize(queries.flatten(1), dim=1)
        @ functional.normalize(gallery.flatten(1), dim=1).mT
    )


@dataclass(frozen=True, slots=True)
class Rare:
    """What became of rare kinds of move.

    Attributes:
        values: by name, by anchor: ``backbone``, ``mean``, ``own`` and ``taught`` recall of each
            kind in %, ``KIND_share`` of all moves, and cross-entropies of all moves.
    """

    values: dict[str, Values]


def _rare(context: Context, names: Sequence[str], settings: Settings) -> Rare:
    """Measure recall of rare moves with the shipped styles, before and after teaching them."""
    styled = [name for name in names if name in set(context.space.names)]
    if not styled:
        raise StylemateError(
            "None of the players with the most games has a shipped style. Give the store that "
            "the styles were learnt from."
        )

    def measure() -> dict[str, Values]:
        z = np.stack([context.space.row(name) for name in styled])
        styles = torch.from_numpy(z).to(context.device)
        shipped = Trained(context.model, styles, {})
        taught = _taught(context, styled, styles, settings)
        rows = [
            fixed_sample(each, settings.rare_searched, context.seed)
            for each in context.rows_of_players(styled, HELD_OUT)
        ]
        searched = Sample.of_players(context.positions, rows)
        kinds = kinds_of(context.positions, searched.rows)
        any_kind = torch.stack([*kinds.values()]).any(0)
        values = _recalls(searched.chosen(any_kind), kinds, any_kind, shipped, taught)
        for kind, flags in kinds.items():
            share = means_by_player(flags.double(), searched.players, searched.count)
            values[f"{kind}_share"] = 100 * share
        ordinary = held_out_sample(context, styled, settings.held_out)
        for name, matched in _with_own(ordinary, shipped, taught).items():
            values[f"{name}_cross_entropy"] = matched.cross_entropy()
            values[f"{name}_top1"] = matched.top1()
        return values

    return Rare(context.cached("long_tail/rare", measure, asdict(settings) | {"names": styled}))


def _recalls(
    sample: Sample, kinds: dict[str, Tensor], chosen: Tensor, shipped: Trained, taught: Trained
) -> dict[str, Values]:
    values = {}
    for name, matched in _with_own(sample, shipped, taught).items():
        for kind, flags in kinds.items():
            of_kind = flags[chosen]
            hits = matched.hits[of_kind].double()
            recall = means_by_player(hits, sample.players[of_kind], sample.count)
            values[f"{name}_{kind}"] = 100 * recall
    return values


def _with_own(sample: Sample, shipped: Trained, taught: Trained) -> dict[str, MoveMatch]:
    own = torch.arange(sample.count, device=sample.rows.device)
    mean = shipped.styles.mean(0)
    return match(
        sample,
        {
            "backbone": lambda planes, players: shipped.model.backbone_only(planes)[0],
            "mean": lambda planes, players: shipped.model(planes, mean)[0],
            "own": shipped.in_styles(own),
            "taught": taught.in_styles(own),
        },
    )


def _taught(context: Context, names: Sequence[str], styles: Tensor, settings: Settings) -> Trained:
    """Return the shipped model after some hard rare moves of each kind; styles stay as they are."""
    searched = [
        fixed_sample(rows, settings.rare_searched, context.seed)
        for rows in context.rows_of_players(names, (Split.TRAIN,))
    ]
    every = torch.cat(searched)
    kinds = kinds_of(context.positions, every)
    model = load_model(context.assets / "model", context.device)
    hard = [
        hard_positions(context.positions, model, every[flags], settings.rare_each, context.seed)
        for flags in kinds.values()
    ]
    lesson = Lesson(
        names=names,
        rows=hard,
        positions=max(10 * sum(len(rows) for rows in hard), settings.batch),
        batch_size=settings.batch,
        learning_rate=_RARE_RATE,
        steps=RoutingSteps.ADAM,
        routing_speed=0.0,
        sampler=WithReplay(
            sampler_of([rows for rows in hard if len(rows)] or [every], 0.0, context.seed),
            sampler_of(searched, 1.0, context.seed),
            _RARE_REPLAY,
        ),
        start=styles,
    )
    return teach(context, "rare", model, lesson, {"each": settings.rare_each})


def winner(scores: dict[str, ArmScores], seed: int) -> str:
    """Return the arm that ``RULE`` chooses."""
    published = scores[AS_PUBLISHED]
    better = {}
    for name, found in scores.items():
        difference = bootstrap_mean(
            found["own_cross_entropy_from_ply_10"] - published["own_cross_entropy_from_ply_10"],
            seed,
        )
        lost = np.nanmean(published["anchors_own_top1"] - found["anchors_own_top1"])
        if name != AS_PUBLISHED and difference.high < 0 and lost < MOST_ANCHOR_LOSS:
            better[name] = difference.value
    return min(better, key=lambda name: better[name]) if better else AS_PUBLISHED


def _result(
    context: Context,
    settings: Settings,
    pupils: Pupils,
    scores: dict[str, ArmScores],
    rare: Rare,
) -> Result:
    seed = context.seed
    best = winner(scores, seed)
    harm = bootstrap_mean(
        rare.values["taught_cross_entropy"] - rare.values["own_cross_entropy"], seed
    )
    published = scores[AS_PUBLISHED]
    return Result(
        title=EXPERIMENT.title,
        words=_words(best, scores, harm, settings, seed),
        settings=asdict(settings)
        | {
            "rule": RULE,
            "winner": best,
            "second_stage_share": SECOND_STAGE_SHARE,
            "replay_share": REPLAY_SHARE,
            "first_plies": 10,
        },
        figures={
            "published_gain_over_mean_nats_from_ply_10": bootstrap_mean(
                published["mean_cross_entropy_from_ply_10"]
                - published["own_cross_entropy_from_ply_10"],
                seed,
            ),
            "winner_gain_over_published_nats_from_ply_10": bootstrap_mean(
                published["own_cross_entropy_from_ply_10"]
                - scores[best]["own_cross_entropy_from_ply_10"],
                seed,
            ),
            "rare_moves_harm_nats": harm,
        },
        tables=(
            _moves_table(scores, BOOK_PLIES, seed),
            _moves_table(scores, 0, seed),
            _recognition_table(scores, settings, seed),
            _cuts_table(scores, pupils, settings, seed),
            _rare_table(rare, harm, seed),
        ),
        plots=(_gain_plot(scores, seed), _rare_plot(rare, seed)),
        data={"winner": best},
    )


def _moves_table(scores: dict[str, ArmScores], ply: int, seed: int) -> Table:
    published = scores[AS_PUBLISHED]
    rows: list[tuple[Cell, ...]] = []
    for name, found in scores.items():
        own = found[from_ply("own_cross_entropy", ply)]
        difference = bootstrap_mean(own - published[from_ply("own_cross_entropy", ply)], seed)
        rows.append(
            (
                name,
                bootstrap_mean(found[from_ply("own_top1", ply)], seed),
                bootstrap_mean(own, seed),
                None if name == AS_PUBLISHED else difference,
                bootstrap_mean(found[from_ply("another_cross_entropy", ply)] - own, seed),
                bootstrap_mean(found[from_ply("mean_cross_entropy", ply)] - own, seed),
                bootstrap_mean(found[from_ply("nearest_cross_entropy", ply)] - own, seed),
                bootstrap_mean(found[from_ply("anchors_own_top1", ply)], seed),
                bootstrap_mean(found[from_ply("anchors_own_cross_entropy", ply)], seed),
            )
        )
    words = "after the first ten plies" if ply else "all plies"
    return Table(
        f"Held-out moves of players with few games, {words}",
        (
            "arm",
            "top-1 %",
            "cross-entropy",
            "more than as published",
            "gain over another's style, nats",
            "over the mean style",
            "over the nearest anchor's style",
            "anchors, top-1 %",
            "anchors, cross-entropy",
        ),
        tuple(rows),
        "Differences are paired by player. Replay cannot change what routing alone learns but "
        "through what is remembered of all styles together.",
    )


def _recognition_table(scores: dict[str, ArmScores], settings: Settings, seed: int) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            *(bootstrap_mean(100 * found[f"found_by_{games}"], seed) for games in settings.queries),
            bootstrap_mean(found["cosine_to_whole"], seed),
        )
        for name, found in scores.items()
    ]
    return Table(
        "Players with few games, found by other games of theirs",
        (
            "arm",
            *(f"found by {games} games, %" for games in settings.queries),
            "cosine to the style of all their games",
        ),
        tuple(rows),
        f"Among {settings.anchors + settings.tail} players. Cosines are of differences from the "
        "anchors' mean style.",
    )


def _cuts_table(
    scores: dict[str, ArmScores], pupils: Pupils, settings: Settings, seed: int
) -> Table:
    cuts = np.array(pupils.cuts)
    rows: list[tuple[Cell, ...]] = []
    for name, found in scores.items():
        gain = found["mean_cross_entropy"] - found["own_cross_entropy"]
        rows.append((name, *(bootstrap_mean(gain[cuts == cut], seed) for cut in settings.cuts)))
    return Table(
        "Gain over the mean style by number of games, nats, all plies",
        ("arm", *(f"{cut} games" for cut in settings.cuts)),
        tuple(rows),
    )


def _rare_table(rare: Rare, harm: Estimate, seed: int) -> Table:
    values = rare.values
    rows: list[tuple[Cell, ...]] = []
    for kind in KINDS:
        gain = np.stack((values[f"taught_{kind}"], values[f"own_{kind}"]), axis=1)
        gain = gain[np.isfinite(gain).all(axis=1)]
        rows.append(
            (
                kind,
                bootstrap_mean(values[f"{kind}_share"], seed),
                *(
                    bootstrap_mean(values[f"{name}_{kind}"], seed)
                    for name in ("backbone", "mean", "own", "taught")
                ),
                bootstrap_statistic(gain, lambda v: float((v[:, 0] - v[:, 1]).mean()), seed),
            )
        )
    verdict = "more than" if harm.value > MOST_HARM else "within"
    return Table(
        "Rare kinds of move: how often they are foreseen when they are played, %",
        (
            "kind",
            "of all moves, %",
            "no style",
            "mean style",
            "own style",
            "after teaching",
            "gain of teaching",
        ),
        tuple(rows),
        f"Teaching changes the cross-entropy of all held-out moves by {number_text(harm.value)} "
        f"nats, {verdict} the {MOST_HARM} at which it would be given up. Players without such "
        "moves among their held-out games do not count. A full fine-tune for each player is not "
        "part of this table.",
    )


def _gain_plot(scores: dict[str, ArmScores], seed: int) -> Plot:
    gains = {
        name: bootstrap_mean(
            1000
            * (found["mean_cross_entropy_from_ply_10"] - found["own_cross_entropy_from_ply_10"]),
            seed,
        )
        for name, found in scores.items()
    }
    return Plot(
        "bar",
        "What a style of few games gains over the mean style",
        "",
        "millinats a move, after ten plies",
        (_bars("gain", gains),),
    )


def _rare_plot(rare: Rare, seed: int) -> Plot:
    names = {"backbone": "no style", "own": "own style", "taught": "after teaching"}
    return Plot(
        "bar",
        "Rare moves foreseen",
        "",
        "%",
        tuple(
            _bars(
                label,
                {kind: bootstrap_mean(rare.values[f"{name}_{kind}"], seed) for kind in KINDS},
            )
            for name, label in names.items()
        ),
    )


def _bars(name: str, figures: dict[str, Estimate]) -> Series:
    return Series(
        name,
        tuple(figures),
        tuple(figure.value for figure in figures.values()),
        tuple(figure.low for figure in figures.values()),
        tuple(figure.high for figure in figures.values()),
    )


def _words(
    best: str, scores: dict[str, ArmScores], harm: Estimate, settings: Settings, seed: int
) -> str:
    published = scores[AS_PUBLISHED]
    gain = bootstrap_mean(
        published["mean_cross_entropy_from_ply_10"] - published["own_cross_entropy_from_ply_10"],
        seed,
    )
    clear = "clear of chance" if gain.low > 0 else "which may be chance"
    games = " or ".join(str(cut) for cut in settings.cuts)
    if best == AS_PUBLISHED:
        verdict = (
            "None of the other ways of training was better for them by the rule stated below, so "
            "the published one stays."
        )
    else:
        verdict = f"By the rule stated below, “{best}” is better for them and would replace it."
    kept = "would be given up" if harm.value > MOST_HARM else "does no harm that counts"
    return (
        f"{settings.tail} players were left only {games} games. Trained as published, after the "
        f"first ten plies their moves are {number_text(1000 * gain.value)} thousandths of a nat "
        f"likelier in their own style than in the average one, {clear}. {verdict} Rare moves, such "
        "as under-promotions, sacrifices and king walks, are foreseen far less often than "
        f"others; teaching the model hard examples of them costs {number_text(harm.value)} nats on "
        f"all moves and {kept}. The rule: {RULE}"
    )
