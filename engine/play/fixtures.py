"""Who plays whom in many games at once, by which rules, and the games that were played."""

from collections.abc import Sequence
from dataclasses import dataclass

import chess
import numpy as np
import numpy.typing as npt

from engine.position.moves import decode_move
from engine.style.style import Routing

WHITE_WON, DRAWN, BLACK_WON = 0, 1, 2
"""Results as the game store's arrays have them."""
LONGEST_LENGTH = 0
"""Stands where a ``chess.Termination`` would, for games that no rule ended."""
LONGEST = 300
"""Plies after which a game is a draw, unless another length is asked for."""
OpeningMoves = tuple[int, ...]
"""16-bit codes of the moves that a game starts with."""


@dataclass(frozen=True, eq=False, slots=True)
class Contestant:
    """A style that takes part.

    Attributes:
        z: float32 (heads, modules).
        temperature: 0 plays the likeliest move always, 1 as often as the style would.
        top_p: only the likeliest moves that reach this probability together are played.
    """

    z: Routing
    temperature: float = 1.0
    top_p: float = 1.0


@dataclass(frozen=True, slots=True)
class Fixture:
    """A game that is to be played.

    Attributes:
        white: which contestant has White.
        black: which has Black.
        seed: decides all that is drawn at random in the game.
        opening: moves that are played before the contestants choose.
    """

    white: int
    black: int
    seed: int
    opening: OpeningMoves = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PlayRules:
    """What holds for all games of a batch."""

    # plies after which a game is a draw; the opening counts
    longest: int = LONGEST
    # so many first plies are drawn at the next temperature, whatever the contestants'
    opening_plies: int = 0
    opening_temperature: float = 1.0


@dataclass(frozen=True, slots=True)
class PlayedGames:
    """G games as flat arrays, in the order of their fixtures.

    Attributes:
        moves: uint16 (P,), 16-bit move codes of all games one after another.
        offsets: int64 (G + 1,), where each game begins.
        results: int8 (G,), 0 White won, 1 draw, 2 Black won.
        terminations: int8 (G,), values of ``chess.Termination``, or ``LONGEST_LENGTH``.
    """

    moves: npt.NDArray[np.uint16]
    offsets: npt.NDArray[np.int64]
    results: npt.NDArray[np.int8]
    terminations: npt.NDArray[np.int8]

    def __len__(self) -> int:
        """Return the number of games."""
        return len(self.results)

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Plies of each game, int64 (G,)."""
        return np.diff(self.offsets)

    @property
    def stopped(self) -> int:
        """Number of games that were drawn because they grew too long."""
        return int((self.terminations == LONGEST_LENGTH).sum())

    def moves_of(self, game: int) -> list[chess.Move]:
        """Return the moves of one game."""
        codes = self.moves[self.offsets[game] : self.offsets[game + 1]]
        return [decode_move(int(code)) for code in codes]

    def points(self, fixtures: Sequence[Fixture], contestant: int) -> npt.NDArray[np.float64]:
        """Return what a contestant made of each game, float64 (G,): 1, 0.5 or 0; nan if not in it.

        Of a contestant that plays itself White's points are returned.
        """
        for_white = 1 - self.results / 2
        white = np.array([fixture.white == contestant for fixture in fixtures])
        black = np.array([fixture.black == contestant for fixture in fixtures])
        return np.where(white, for_white, np.where(black, 1 - for_white, np.nan))

    def take(self, games: npt.NDArray[np.int64]) -> "PlayedGames":
        """Return some of the games, by number."""
        bounds = zip(self.offsets[games], self.offsets[games + 1], strict=True)
        lines = [self.moves[begin:end] for begin, end in bounds]
        lengths = np.array([0, *(len(line) for line in lines)], dtype=np.int64)
        return PlayedGames(
            np.concatenate([np.zeros(0, dtype=np.uint16), *lines]),
            lengths.cumsum(),
            self.results[games],
            self.terminations[games],
        )

    @classmethod
    def joined(cls, parts: Sequence["PlayedGames"]) -> "PlayedGames":
        """Return the games of several batches, one batch after another."""
        lengths = [np.zeros(1, dtype=np.int64), *(part.lengths for part in parts)]
        return cls(
            np.concatenate([np.zeros(0, dtype=np.uint16), *(part.moves for part in parts)]),
            np.concatenate(lengths).cumsum(),
            np.concatenate([np.zeros(0, dtype=np.int8), *(part.results for part in parts)]),
            np.concatenate([np.zeros(0, dtype=np.int8), *(part.terminations for part in parts)]),
        )


def duel(
    first: int,
    second: int,
    games: int,
    seed: int | Sequence[int],
    book: Sequence[OpeningMoves] = (),
) -> list[Fixture]:
    """Return games between two contestants, half with either colour.

    Args:
        first: has White in the first game, Black in the second, and so on.
        second: the other contestant.
        games: how many.
        seed: of the games' seeds and of the choice of openings; several numbers are one seed.
        book: openings; each that is drawn is played with both colours. None by default.
    """
    parts = [seed] if isinstance(seed, int) else list(seed)
    random = np.random.default_rng([*parts, games])
    seeds = random.integers(0, 2**63 - 1, games)
    lines = random.permutation(len(book))
    fixtures = []
    for game in range(games):
        white, black = (first, second) if game % 2 == 0 else (second, first)
        opening = book[lines[game // 2 % len(lines)]] if book else ()
        fixtures.append(Fixture(white, black, int(seeds[game]), opening))
    return fixtures
