"""The ladder's plan, and the table that follows from its games."""

import datetime
from collections.abc import Sequence
from pathlib import Path

import chess
import numpy as np
from sklearn.isotonic import IsotonicRegression

from engine.assets import assets_directory
from engine.errors import StylemateError
from engine.evaluation.ladder.games import Pairing
from engine.evaluation.ladder.players import (
    LadderPlayer,
    NetworkPlayer,
    RungPlayer,
    StockfishPlayer,
)
from engine.evaluation.measures.ratings import Rated, Score, fit_ratings
from engine.play.notation import play_moves
from engine.play.opponents import OpponentRegistry
from engine.play.strength.setting import AS_LEARNED, RUNGS
from engine.play.strength.table import RungRating, StrengthTable, rising
from engine.style.recipe import AVERAGE

ANCHORS = {"maia-1100": 1373.0, "maia-1500": 1507.0, "maia-1900": 1611.0}
"""Blitz ratings on Lichess of the bots maia1, maia5 and maia9, from 200,000 games and more each."""
SCALE = (
    "Lichess blitz, by way of the networks Maia 1100, 1500 and 1900, whose bots are rated "
    "1373, 1507 and 1611 there"
)
SKILLS = (0, 2, 3, 4, 5, 6, 8, 10)
_GUESSES = {f"Stockfish skill {s}": 1100.0 + 110 * s for s in SKILLS} | ANCHORS
"""Only choose who plays whom; they have no part in the ratings."""
_RUNG_GUESSES = (400, 600, 850, 1000, 1150, 1280, 1450, 1550, 1650, 1750, 1880, 2000, 2100)
_STOCKFISH_LEVELS, _NETWORKS = 3, 2
OPENING_PLIES = range(4, 9)
WIDTH = 1.96
"""Standard errors to either side in a 95 % interval."""


def ladder_players(registry: OpponentRegistry, recipe: str = AVERAGE) -> list[RungPlayer]:
    """Return a player for each rung, all of one style."""
    style = registry.space.style(recipe)
    return [RungPlayer(registry, style, setting) for setting in RUNGS]


def reference_players(
    stockfish: Path | None, networks: Sequence[Path]
) -> tuple[list[StockfishPlayer], list[NetworkPlayer]]:
    """Return those whom the rungs play.

    Raises:
        StylemateError: none of known rating is among them, or a file is no network.
    """
    others = [NetworkPlayer(path) for path in networks]
    if not any(network.name in ANCHORS for network in others):
        names = ", ".join(f"{name}.pb.gz" for name in ANCHORS)
        raise StylemateError(
            f"The scale hangs on networks of known rating: give at least one of {names} "
            "with --reference."
        )
    levels = [] if stockfish is None else [StockfishPlayer(stockfish, skill) for skill in SKILLS]
    return levels, others


def plan(
    rungs: Sequence[RungPlayer],
    chosen: Sequence[int],
    levels: Sequence[StockfishPlayer],
    networks: Sequence[NetworkPlayer],
    games: int,
) -> list[Pairing]:
    """Return who plays whom: each rung those of about its strength, and its neighbour.

    Args:
        rungs: all of them.
        chosen: numbers of those that are to play.
        levels: of Stockfish.
        networks: without search.
        games: of each rung, about.
    """

    def nearest(players: Sequence[LadderPlayer], elo: float, count: int) -> list[LadderPlayer]:
        guess = {player.name: _GUESSES.get(player.name, 1500.0) for player in players}
        return sorted(players, key=lambda player: abs(guess[player.name] - elo))[:count]

    pairings = []
    for rung in chosen:
        elo = _RUNG_GUESSES[rung]
        others = nearest(levels, elo, _STOCKFISH_LEVELS) + nearest(networks, elo, _NETWORKS)
        if rung + 1 < len(rungs):
            others.append(rungs[rung + 1])
        each = max(2 * round(games / len(others) / 2), 2)
        pairings += [Pairing(rungs[rung], other, each) for other in others]
    for level in levels:  # so that their ratings do not hang on our games alone
        near = nearest(networks, _GUESSES[level.name], 2)
        pairings += [Pairing(level, network, max(games // 10 * 2, 2)) for network in near]
    return pairings


def make_table(
    rungs: Sequence[RungPlayer], scores: Sequence[Score], model: str, date: datetime.date
) -> tuple[StrengthTable, dict[str, Rated]]:
    """Return the table of the rungs that played, and the ratings of all as they were fitted.

    Raises:
        StylemateError: no game was against an opponent of known rating.
    """
    rated = fit_ratings(scores, ANCHORS)
    played = [rung for rung in rungs if rung.name in rated]
    if not played:
        raise StylemateError("No rung has played yet.")
    found = [rated[rung.name] for rung in played]
    weights = [1 / max(one.error, 1.0) ** 2 for one in found]
    places = np.arange(len(found))
    fitted = IsotonicRegression().fit(places, [one.elo for one in found], sample_weight=weights)
    levels = fitted.predict(places)
    rows = [
        RungRating(
            rung.setting,
            round(float(elo), 1),
            round(float(elo) - WIDTH * one.error, 1),
            round(float(elo) + WIDTH * one.error, 1),
            one.games,
        )
        for rung, elo, one in zip(played, levels, found, strict=True)
    ]
    learned = next((row for row in rows if row.setting == AS_LEARNED), None)
    names = {rung.name for rung in rungs}
    opponents = tuple(
        {"name": name, "elo": round(one.elo, 1), "error": round(one.error, 1), "games": one.games}
        for name, one in sorted(rated.items(), key=lambda item: item[1].elo)
        if name not in names
    )
    table = StrengthTable(rising(rows), SCALE, date.isoformat(), model, learned, opponents)
    return table, rated


def book() -> list[list[chess.Move]]:
    """Return the named openings of four to eight half-moves, which all games start with."""
    lines = []
    table = (assets_directory() / "openings.tsv").read_text("utf-8").splitlines()[1:]
    for row in table:
        board = chess.Board()
        play_moves(board, row.split("\t")[2])
        if len(board.move_stack) in OPENING_PLIES:
            lines.append(list(board.move_stack))
    return lines
