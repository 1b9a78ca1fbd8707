"""The ladder's plan, and the table that follows from its games."""

import datetime
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import chess
import numpy as np

from engine.assets import OPENINGS_FILE, assets_directory
from engine.errors import StylemateError
from engine.evaluation.matches.loop import AT_ONCE, MatchPlayer
from engine.evaluation.matches.openings import MatchOpening
from engine.evaluation.matches.players import NetworkPlayer, SettingPlayer
from engine.evaluation.matches.programs import UciPlayer, program_at_depth
from engine.evaluation.matches.record import RecordedGame
from engine.evaluation.matches.schedule import MatchGame
from engine.evaluation.matches.series import Series
from engine.evaluation.measures.ratings import PairScore, Rated, fit_ratings
from engine.intervals import NORMAL_95
from engine.play.notation import play_moves
from engine.play.opponents import OpponentRegistry
from engine.play.strength.setting import AS_LEARNED, RUNGS
from engine.play.strength.table import OpponentRating, RungRating, StrengthTable, rising
from engine.style.recipe import AVERAGE

EVENT = "Stylemate ladder"
ANCHORS = {"maia-1100": 1373.0, "maia-1500": 1507.0, "maia-1900": 1611.0}
"""Blitz ratings on Lichess of the bots maia1, maia5 and maia9, from 200,000 games and more each."""
SCALE = (
    "Lichess blitz, by way of the networks Maia 1100, 1500 and 1900, whose bots are rated "
    "1373, 1507 and 1611 there"
)
SKILLS = (0, 2, 3, 4, 5, 6, 8, 10)
_SKILL_GUESSES = (1430, 1520, 1580, 1750, 1810, 2050, 2250, 2350)
_GUESSES = ANCHORS | {
    f"Stockfish skill {skill}": float(elo)
    for skill, elo in zip(SKILLS, _SKILL_GUESSES, strict=True)
}
_RUNG_GUESSES = (540, 640, 890, 1260, 1340, 1510, 1540, 1690, 1830, 1880, 1960, 2050, 2150)
"""Ratings of an earlier, shorter ladder. They only choose who plays whom, and have no part in the
ratings."""
_STOCKFISH_LEVELS, _NETWORKS = 3, 2
_FAR = 300
"""A rung that is so much weaker than all others learns little from them, and meets more rungs."""
LEAST_GAMES = 20
"""Of a rung, for the table to tell of it."""
BOOK_LINE_PLIES = range(4, 9)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two players and the number of games between them; colours change after every game.

    Attributes:
        first, second: numbers of the players.
        games: how many.
    """

    first: int
    second: int
    games: int


def rung_players(registry: OpponentRegistry, recipe: str = AVERAGE) -> list[SettingPlayer]:
    """Return a player for each rung, all of one style."""
    style = registry.space.style(recipe)
    return [SettingPlayer(registry, style, setting) for setting in RUNGS]


def network_players(networks: Sequence[Path]) -> list[NetworkPlayer]:
    """Return the networks that the rungs play.

    Raises:
        StylemateError: none of known rating is among them, or a file is no network.
    """
    found = [NetworkPlayer(path, path.name.split(".")[0]) for path in networks]
    if not any(network.name in ANCHORS for network in found):
        names = ", ".join(f"{name}.pb.gz" for name in ANCHORS)
        raise StylemateError(
            f"The scale hangs on networks of known rating: give at least one of {names} "
            "with --reference."
        )
    return found


def stockfish_player(program: Path, skill: int) -> UciPlayer:
    """Return Stockfish at a skill level.

    A level chooses its move when the search has come to depth level + 1. Ending the search there
    plays the same.

    Raises:
        StylemateError: it does not start.
    """
    options = {"Skill Level": str(skill)}
    return program_at_depth(program, f"Stockfish skill {skill}", skill + 1, options)


def plan(names: Sequence[str], chosen: Sequence[int], games: int) -> list[Pairing]:
    """Return who plays whom: each rung those of about its strength, and the next one.

    Args:
        names: of the rungs, and behind them of all others.
        chosen: numbers of the rungs that are to play.
        games: of each rung against others, at least.
    """
    rungs = len(RUNGS)
    others = {number: _GUESSES.get(names[number], 1500.0) for number in range(rungs, len(names))}
    levels = [number for number in others if names[number].startswith("Stockfish")]
    networks = [number for number in others if number not in levels]

    def nearest(numbers: Sequence[int], elo: float, count: int) -> list[int]:
        return sorted(numbers, key=lambda number: abs(others[number] - elo))[:count]

    pairings = []
    for rung in chosen:
        elo = _RUNG_GUESSES[rung]
        opponents = nearest(levels, elo, _STOCKFISH_LEVELS) + nearest(networks, elo, _NETWORKS)
        each = 2 * -(-games // (2 * len(opponents)))
        is_far = all(other - elo > _FAR for other in others.values())
        rivals = [n for n in range(rung + 1, rung + (3 if is_far else 2)) if n < rungs]
        pairings += [Pairing(rung, other, each) for other in [*opponents, *rivals]]
    for level in levels:  # so that their ratings do not hang on our games alone
        near = nearest(networks, others[level], 2)
        pairings += [Pairing(level, network, max(games // 10 * 2, 2)) for network in near]
    return pairings


def ladder_games(
    names: Sequence[str], pairings: Sequence[Pairing], openings: Sequence[MatchOpening], seed: int
) -> list[MatchGame]:
    """Return all games, ordered so that all pairs come to their end together.

    A game of two players is the same one whoever else takes part and however many are planned.

    Args:
        names: of the players.
        pairings: who plays whom.
        openings: to draw from; each that is drawn is played with both colours.
        seed: of openings and moves.
    """
    found = []
    for place, pairing in enumerate(pairings):
        first, second = pairing.first, pairing.second
        pair = zlib.crc32(f"{names[first]} {names[second]}".encode())
        lines = np.random.default_rng([seed, pair]).permutation(len(openings))
        for number in range(pairing.games):
            white, black = (first, second) if number % 2 == 0 else (second, first)
            drawn = np.random.default_rng([seed, pair, number]).integers(0, 2**31, 2)
            game = MatchGame(
                str(number + 1),
                white,
                black,
                openings[lines[number // 2 % len(lines)]],
                (int(drawn[0]), int(drawn[1])),
            )
            found.append((number / pairing.games, place, game))
    return [game for *_, game in sorted(found, key=lambda item: item[:2])]


def ladder_series(
    players: Sequence[MatchPlayer],
    pairings: Sequence[Pairing],
    seed: int,
    record: Path | None,
    at_once: int = AT_ONCE,
) -> Series:
    """Return the games of a ladder, those of its record among them.

    Raises:
        StylemateError: the record cannot be read, or is of something else.
    """
    games = ladder_games([player.name for player in players], pairings, book(), seed)
    return Series(players, games, seed, record, event=EVENT, at_once=at_once)


def each_once(games: Sequence[RecordedGame]) -> list[RecordedGame]:
    """Return games, of those that are there twice the first: records of two runs may be joined."""
    found: dict[tuple[str, str, str], RecordedGame] = {}
    for game in games:
        found.setdefault((game.round, game.white, game.black), game)
    return list(found.values())


def make_table(
    rungs: Sequence[SettingPlayer], scores: Sequence[PairScore], model: str, date: datetime.date
) -> tuple[StrengthTable, dict[str, Rated]]:
    """Return the table of the rungs that played enough, and the ratings of all as they were fitted.

    Raises:
        StylemateError: no game was against an opponent of known rating.
    """
    from sklearn.isotonic import IsotonicRegression  # slow to import: the app only reads tables

    rated = fit_ratings(scores, ANCHORS)
    played = [r for r in rungs if r.name in rated and rated[r.name].games >= LEAST_GAMES]
    if not played:
        raise StylemateError(f"No rung has played {LEAST_GAMES} games yet.")
    found = [rated[rung.name] for rung in played]
    weights = [1 / max(one.error, 1.0) ** 2 for one in found]
    places = np.arange(len(found))
    fitted = IsotonicRegression().fit(places, [one.elo for one in found], sample_weight=weights)
    levels = fitted.predict(places)
    rows = [
        RungRating(
            rung.setting,
            round(float(elo), 1),
            round(float(elo) - NORMAL_95 * one.error, 1),
            round(float(elo) + NORMAL_95 * one.error, 1),
            one.games,
        )
        for rung, elo, one in zip(played, levels, found, strict=True)
    ]
    learned = next((row for row in rows if row.setting == AS_LEARNED), None)
    names = {rung.name for rung in rungs}
    opponents = tuple(
        OpponentRating(name, round(one.elo, 1), round(one.error, 1), one.games)
        for name, one in sorted(rated.items(), key=lambda item: item[1].elo)
        if name not in names
    )
    table = StrengthTable(rising(rows), SCALE, date.isoformat(), model, learned, opponents)
    return table, rated


def book() -> list[MatchOpening]:
    """Return the named openings of four to eight half-moves, which all games start with."""
    lines = []
    table = (assets_directory() / OPENINGS_FILE).read_text("utf-8").splitlines()[1:]
    for row in table:
        _, name, moves = row.split("\t")
        board = chess.Board()
        play_moves(board, moves)
        if len(board.move_stack) in BOOK_LINE_PLIES:
            lines.append(MatchOpening(name, moves=tuple(board.move_stack)))
    return lines
