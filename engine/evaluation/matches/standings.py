"""What the games of a match say: ratings, pairs, and what each side's games are like."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import chess
import numpy as np
import numpy.typing as npt

from engine.attributes.figure_registry import FIGURES
from engine.attributes.game_figures import game_figures
from engine.evaluation.matches.record import RecordedGame
from engine.evaluation.measures.ratings import PairScore, Rated, fit_ratings, superiority
from engine.intervals import NORMAL_95


@dataclass(frozen=True, slots=True)
class Standing:
    """How a player stands.

    Attributes:
        name: the player's.
        elo: against the mean of all players that have played.
        low, high: 95 % interval of that.
        games: played.
        points: made.
    """

    name: str
    elo: float
    low: float
    high: float
    games: int
    points: float

    @property
    def score(self) -> float:
        """Points of a game, 0 to 1."""
        return self.points / self.games if self.games else 0.0


@dataclass(frozen=True, slots=True)
class PairResult:
    """The games of two players.

    Attributes:
        first, second: names.
        wins, draws, losses: of the first.
    """

    first: str
    second: str
    wins: int
    draws: int
    losses: int

    @property
    def games(self) -> int:
        """Number of games."""
        return self.wins + self.draws + self.losses

    @property
    def points(self) -> float:
        """Points of the first."""
        return self.wins + self.draws / 2

    @property
    def superiority(self) -> float:
        """How surely the first is the stronger, 0 to 1, from these games alone."""
        return superiority(self.wins, self.losses)


@dataclass(frozen=True, slots=True)
class Standings:
    """The table of a match.

    Attributes:
        players: best first.
        pairs: those that have played, in the order of the match.
    """

    players: tuple[Standing, ...]
    pairs: tuple[PairResult, ...]

    def pair(self, first: str, second: str) -> PairResult | None:
        """Return the games of two players as the first sees them, None if there are none."""
        for pair in self.pairs:
            if (pair.first, pair.second) == (first, second):
                return pair
            if (pair.first, pair.second) == (second, first):
                return PairResult(first, second, pair.losses, pair.draws, pair.wins)
        return None


def standings(names: Sequence[str], games: Sequence[RecordedGame]) -> Standings:
    """Return the table of a match as its games are so far."""
    pairs = pair_results(games, names)
    rated = fit_ratings(pair_scores(pairs), {})
    players = [_standing(name, pairs, rated.get(name)) for name in names]
    players.sort(key=lambda player: (-player.elo, -player.score))
    return Standings(tuple(players), pairs)


def pair_results(
    games: Sequence[RecordedGame], names: Sequence[str] = ()
) -> tuple[PairResult, ...]:
    """Return the results of all pairs that have played.

    Args:
        games: all games.
        names: of players, whose order is that of the pairs; others come behind as they played.
    """
    everybody = dict.fromkeys([*names, *(name for g in games for name in (g.white, g.black))])
    place = {name: number for number, name in enumerate(everybody)}
    found: dict[tuple[int, int], list[int]] = {}  # wins, draws, losses of the first
    for game in games:
        white, black = place[game.white], place[game.black]
        counts = found.setdefault((min(white, black), max(white, black)), [0, 0, 0])
        counts[game.result if white < black else 2 - game.result] += 1
    order = list(everybody)
    return tuple(
        PairResult(order[i], order[j], *counts) for (i, j), counts in sorted(found.items())
    )


def pair_scores(pairs: Sequence[PairResult]) -> list[PairScore]:
    """Return results as the rating of players wants them."""
    return [PairScore(p.first, p.second, p.points, p.games, p.draws) for p in pairs]


def _standing(name: str, pairs: Sequence[PairResult], rated: Rated | None) -> Standing:
    points = sum(p.points for p in pairs if p.first == name)
    points += sum(p.games - p.points for p in pairs if p.second == name)
    if rated is None:
        return Standing(name, 0.0, 0.0, 0.0, 0, 0.0)
    low, high = (rated.elo + sign * NORMAL_95 * rated.error for sign in (-1, 1))
    return Standing(name, rated.elo, low, high, rated.games, points)


@dataclass(frozen=True, eq=False, slots=True)
class _Arrays:
    moves: npt.NDArray[np.uint16]
    offsets: npt.NDArray[np.int64]
    results: npt.NDArray[np.int8]


def side_figures(games: Sequence[RecordedGame], as_black: bool) -> npt.NDArray[np.float64]:
    """Return the figures of White's side of each game, or of Black's.

    Returns:
        float64 (G, figures), in the order of the registry; nan where a game has none, and all of a
        game that did not start from the usual position.
    """
    values = np.full((len(games), len(FIGURES)), np.nan)
    usual = [row for row, game in enumerate(games) if game.start == chess.STARTING_FEN]
    if not usual:
        return values
    codes = [games[row].codes for row in usual]
    arrays = _Arrays(
        np.array([code for line in codes for code in line], dtype=np.uint16),
        np.cumsum([0, *(len(line) for line in codes)], dtype=np.int64),
        np.array([games[row].result for row in usual], dtype=np.int8),
    )
    values[usual] = game_figures(arrays, np.full(len(usual), as_black)).values
    return values


def figures_of_players(
    names: Sequence[str], games: Sequence[RecordedGame]
) -> dict[str, dict[str, float]]:
    """Return the mean figures of each player's side, by name and key; those that there are.

    Games from set positions are left out: their figures would say more of the position.
    """
    both = [side_figures(games, False), side_figures(games, True)]
    found = {}
    for name in names:
        white = [row for row, game in enumerate(games) if game.white == name]
        black = [row for row, game in enumerate(games) if game.black == name]
        values = np.concatenate([both[0][white], both[1][black]])
        known = ~np.isnan(values)
        counts = known.sum(axis=0)
        means = np.where(known, values, 0).sum(axis=0) / np.maximum(counts, 1)
        found[name] = {
            figure.key: float(mean)
            for figure, mean, count in zip(FIGURES, means, counts, strict=True)
            if count
        }
    return found


def as_json(table: Standings, figures: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Return a table and figures as JSON values: ``players``, ``pairs`` and ``attributes``."""
    return {
        "players": [
            {
                "name": player.name,
                "elo": round(player.elo, 1),
                "low": round(player.low, 1),
                "high": round(player.high, 1),
                "games": player.games,
                "score": round(player.score, 4),
            }
            for player in table.players
        ],
        "pairs": [
            {
                "first": pair.first,
                "second": pair.second,
                "games": pair.games,
                "wins": pair.wins,
                "draws": pair.draws,
                "losses": pair.losses,
                "superiority": round(pair.superiority, 4),
            }
            for pair in table.pairs
        ],
        "attributes": {
            name: {key: round(value, 4) for key, value in values.items()}
            for name, values in figures.items()
        },
    }
