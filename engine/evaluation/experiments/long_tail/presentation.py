"""What the long-tail experiment found: the winner, words, tables and plots."""

from dataclasses import asdict

import numpy as np

from engine.evaluation.context import Context
from engine.evaluation.experiment import Cell, Estimate, Plot, PlotSeries, Result, Table
from engine.evaluation.experiments.long_tail.arm_scores import ArmScores
from engine.evaluation.experiments.long_tail.arms import (
    AS_PUBLISHED,
    REPLAY_SHARE,
    SECOND_STAGE_SHARE,
    Pupils,
)
from engine.evaluation.experiments.long_tail.rare_moves import KINDS
from engine.evaluation.experiments.long_tail.rare_teaching import Rare
from engine.evaluation.experiments.long_tail.settings import Settings
from engine.evaluation.measures.bootstrap import bootstrap_mean, bootstrap_statistic
from engine.evaluation.report.wording import number_text
from engine.position.phases import BOOK_PLIES, from_ply

TITLE = "Few games, rare moves"
RULE = (
    "An arm wins over the published one if the moves of the few-game players are likelier after "
    "the first ten plies, the 95 % interval of the paired difference clear of 0, and the players "
    "with many games lose less than 0.2 points of matched moves; of several such arms, the one "
    "with the lowest cross-entropy. If none does, the published way stays."
)
MOST_ANCHOR_LOSS = 0.2
MOST_HARM = 0.005
"""Nats by which rare moves may cost all others before teaching them is given up."""


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


def result_of(
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
        title=TITLE,
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
        (PlotSeries.of("gain", gains, gains.values()),),
    )


def _rare_plot(rare: Rare, seed: int) -> Plot:
    names = {"backbone": "no style", "own": "own style", "taught": "after teaching"}
    return Plot(
        "bar",
        "Rare moves foreseen",
        "",
        "%",
        tuple(
            PlotSeries.of(
                label,
                KINDS,
                (bootstrap_mean(rare.values[f"{name}_{kind}"], seed) for kind in KINDS),
            )
            for name, label in names.items()
        ),
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
