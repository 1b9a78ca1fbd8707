"""The figures of real players' games, measured on a game store into the table that ships."""

import hashlib
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.attributes.figure_registry import FIGURE_KEYS
from engine.attributes.game_figures import game_figures, mean_and_error
from engine.errors import StylemateError
from engine.files import write_arrays
from engine.games.rating_groups import is_handle, is_rating_group
from engine.progress import TellDone
from engine.style.player_games import PLAYER_GAMES_FILE, PlayerGames
from engine.style.space import StyleSpace
from engine.training.data import Games, load_games

LEAST_GAMES = 200
MOST_GAMES = 400
HALVED_GAMES = 1000
"""Games of a player that are dealt into halves, to see whether these agree."""
LEAST_HALVED_PLAYERS = 10
_PLAYERS_AT_ONCE = 20
_SEED = 1

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Some games of a store, as ``game_figures`` takes them."""

    moves: npt.NDArray[np.uint16]
    offsets: npt.NDArray[np.int64]
    results: npt.NDArray[np.int8]


def ship_player_games(
    store: Path,
    styles: Path,
    least: int = LEAST_GAMES,
    most: int = MOST_GAMES,
    progress: TellDone = lambda done, total: None,
) -> PlayerGames:
    """Measure the games of all known players and put the table beside their styles.

    Args:
        store: game store.
        styles: folder of the styles; gets the table, and parts from which a stopped run goes on.
        least: players with fewer games are left out.
        most: games of each player, at most.
        progress: as for ``measure_player_games``.

    Raises:
        StylemateError: nobody has enough games.
    """
    parts = styles / f"{PLAYER_GAMES_FILE}.parts"
    names = StyleSpace.load(styles).names
    table = measure_player_games(load_games(store), parts, least, most, names, progress)
    table.save(styles)
    shutil.rmtree(parts, ignore_errors=True)
    return table


def measure_player_games(
    games: Games,
    parts: Path,
    least: int = LEAST_GAMES,
    most: int = MOST_GAMES,
    also: Collection[str] = (),
    progress: TellDone = lambda done, total: None,
) -> PlayerGames:
    """Measure the games of all known players.

    Handles of online servers and rating groups are left out unless they are asked for: the former
    are private people, the latter no persons.

    Args:
        games: of a store.
        parts: folder where parts are kept, so that a stopped run goes on where it was.
        least: players with fewer games are left out.
        most: games of each player, at most, drawn at random but always the same.
        also: names that are measured though they are handles or rating groups, such as those whose
            styles ship.
        progress: told how many players are done, of how many; those of whose games halves are
            compared count twice.

    Raises:
        StylemateError: nobody has enough games.
    """
    counts = games.counts_by_player()
    names = sorted(
        name
        for name, count in counts.items()
        if count >= least and (name in also or _is_person(name))
    )
    if not names:
        raise StylemateError(f"No player of the store has {least} games. Ingest more games.")
    index = _GamesByPlayer(games)
    halved = [name for name in names if counts[name] >= HALVED_GAMES and _is_person(name)]
    total = len(names) + len(halved)
    found = []
    for first in range(0, len(names), _PLAYERS_AT_ONCE):
        few = names[first : first + _PLAYERS_AT_ONCE]
        found.append(_part(index, few, most, parts))
        progress(first + len(few), total)
    halves = []
    for number, name in enumerate(halved):
        halves.append(_halves(index, name, parts))
        progress(len(names) + number + 1, total)
    return PlayerGames(
        FIGURE_KEYS,
        tuple(names),
        np.concatenate([part["games"] for part in found]).astype(np.int32),
        np.concatenate([part["means"] for part in found]).astype(np.float32),
        np.concatenate([part["errors"] for part in found]).astype(np.float32),
        agreements_of(halves),
    )


def _is_person(name: str) -> bool:
    return not (is_handle(name) or is_rating_group(name))


def agreements_of(halves: Sequence[Values]) -> tuple[float | None, ...]:
    """Return how well halves of players' games agree on each figure.

    Args:
        halves: of each player the means of the two halves, float64 (2, F).

    Returns:
        Of each figure the correlation over players; None of all of them where there are fewer than
        ``LEAST_HALVED_PLAYERS``, or of a figure that does not vary.
    """
    if len(halves) < LEAST_HALVED_PLAYERS:
        return ()
    found: list[float | None] = []
    for first, second in np.stack(halves).transpose(2, 1, 0):
        known = np.isfinite(first) & np.isfinite(second)
        enough = known.sum() >= LEAST_HALVED_PLAYERS
        varies = enough and first[known].std() > 0 and second[known].std() > 0
        found.append(
            round(float(np.corrcoef(first[known], second[known])[0, 1]), 3) if varies else None
        )
    return tuple(found)


class _GamesByPlayer:
    """Which games a player has, with either colour."""

    def __init__(self, games: Games) -> None:
        self.games = games
        self._order = [np.argsort(side, kind="stable") for side in (games.white, games.black)]
        self._begins = [
            np.searchsorted(side[order], np.arange(len(games.players) + 1))
            for side, order in zip((games.white, games.black), self._order, strict=True)
        ]
        self._numbers = {name: number for number, name in enumerate(games.players)}

    def drawn(self, name: str, most: int) -> tuple[_Lines, npt.NDArray[np.bool_]]:
        """Return games of a player, and in which of them the player has Black, bool (G,)."""
        number = self._numbers[name]
        white, black = (
            order[begins[number] : begins[number + 1]]
            for order, begins in zip(self._order, self._begins, strict=True)
        )
        chosen = np.concatenate((white, black))
        as_black = np.arange(len(chosen)) >= len(white)
        other = np.where(as_black, self.games.white[chosen], self.games.black[chosen])
        against_others = np.flatnonzero(other != number)
        kept = np.random.default_rng([_SEED, *name.encode()]).permutation(against_others)[:most]
        return self._lines(chosen[kept]), as_black[kept]

    def _lines(self, numbers: npt.NDArray[np.int64]) -> _Lines:
        games = self.games
        bounds = zip(games.offsets[numbers], games.offsets[numbers + 1], strict=True)
        lines = [games.moves[begin:end] for begin, end in bounds]
        lengths = np.array([0, *(len(line) for line in lines)], dtype=np.int64)
        return _Lines(np.concatenate(lines), lengths.cumsum(), games.results[numbers])


def _part(
    index: _GamesByPlayer, names: Sequence[str], most: int, parts: Path
) -> dict[str, npt.NDArray[np.float64]]:
    """Measure a few players, or take up what an earlier run measured."""
    identity = "\n".join([index.games.fingerprint, str(most), *FIGURE_KEYS, *names])
    path = parts / f"{hashlib.blake2b(identity.encode(), digest_size=8).hexdigest()}.npz"
    if not path.exists():
        rows = [_measured(index, name, most) for name in names]
        arrays = {
            "games": np.array([row[0] for row in rows], dtype=np.float64),
            "means": np.stack([row[1] for row in rows]),
            "errors": np.stack([row[2] for row in rows]),
        }
        write_arrays(path, arrays)
    with np.load(path) as stored:
        return {key: stored[key] for key in stored.files}


def _halves(index: _GamesByPlayer, name: str, parts: Path) -> Values:
    """Return the means of two disjoint halves of a player's games, float64 (2, F)."""
    identity = "\n".join([index.games.fingerprint, "halves", *FIGURE_KEYS, name])
    path = parts / f"{hashlib.blake2b(identity.encode(), digest_size=8).hexdigest()}.npz"
    if not path.exists():
        lines, as_black = index.drawn(name, HALVED_GAMES)
        figures = game_figures(lines, as_black)
        dealt = [figures.take(slice(first, None, 2)) for first in (0, 1)]
        write_arrays(path, {"means": np.stack([mean_and_error(half)[0] for half in dealt])})
    with np.load(path) as stored:
        found: Values = stored["means"]
        return found


def _measured(index: _GamesByPlayer, name: str, most: int) -> tuple[int, Values, Values]:
    lines, as_black = index.drawn(name, most)
    means, errors = mean_and_error(game_figures(lines, as_black))
    return len(as_black), means, errors
