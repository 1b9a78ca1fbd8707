"""Who plays whom in a match, with which colours and from which openings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import StylemateError
from engine.evaluation.matches.openings import MatchOpening

MOST_GAMES = 100_000


@dataclass(frozen=True, slots=True)
class MatchGame:
    """A game that is to be played.

    Attributes:
        round: its name in the match, ``pair.number``; the same however many games are asked for.
        white, black: numbers of the players.
        opening: where it starts.
        seeds: of White's and of Black's moves.
    """

    round: str
    white: int
    black: int
    opening: MatchOpening
    seeds: tuple[int, int]


def pairs_of(players: int, gauntlet: bool) -> list[tuple[int, int]]:
    """Return all pairs, or in a gauntlet those of the first player."""
    pairs = [(i, j) for i in range(players) for j in range(i + 1, players)]
    return [pair for pair in pairs if pair[0] == 0] if gauntlet else pairs


def match_games(
    players: int, games: int, openings: Sequence[MatchOpening], seed: int, gauntlet: bool = False
) -> list[MatchGame]:
    """Return all games of a match, the pairs by turns.

    Each opening that is drawn is played twice, with both colours; all pairs play the same ones.

    Args:
        players: how many.
        games: of each pair, even.
        openings: to draw from.
        seed: of openings and moves.
        gauntlet: whether only the first player meets the others.

    Raises:
        StylemateError: there are too few players, or colours would not be balanced.
    """
    if players < 2:
        raise StylemateError("A match needs two players at least.")
    if games < 2 or games % 2:
        raise StylemateError(
            f"Each pair plays an even number of games, so that colours are balanced, not {games}."
        )
    pairs = pairs_of(players, gauntlet)
    if games * len(pairs) > MOST_GAMES:
        raise StylemateError(f"That would be {games * len(pairs):,} games; {MOST_GAMES:,} at most.")
    order = np.random.default_rng(seed).permutation(len(openings))
    found = []
    for number in range(games):
        opening = openings[order[number // 2 % len(order)]]
        for place, (first, second) in enumerate(pairs, start=1):
            white, black = (first, second) if number % 2 == 0 else (second, first)
            drawn = np.random.default_rng([seed, place, number]).integers(0, 2**31, 2)
            seeds = (int(drawn[0]), int(drawn[1]))
            found.append(MatchGame(f"{place}.{number + 1}", white, black, opening, seeds))
    return found
