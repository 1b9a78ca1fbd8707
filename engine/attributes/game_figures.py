"""What one side of each of many games is like, in figures that a player sees on the board.

A side's moves are those that it played; what was on the board by a move is the position after both
sides' moves of that number, or the last one of a shorter game. Games are replayed and looked at
together, a few hundred at once.

A **sound sacrifice** is the idea of the Engine Aggressiveness Statistics (S. Pohl), made strict. It
begins with a move that

- puts the man that moves where exchanges on its square win more than a pawn (the attribute
  "sacrifices"), so that what is lost was offered and not merely attacked;
- leaves its side at least two pawns' worth (pawn 1, knight and bishop 3, rook 5, queen 9) below
  the least it had before this move and the two moves before it, so that the end of an exchange is
  none, in whatever order the men were taken;
- is not made good before the side's next but one move: the material is still missing before each
  of its next three moves. Of a game that ends sooner, the moves there were count if it was won:
  a sacrifice that mates is sound.

What the opponent gains by promoting is not counted as given up. The game must not be lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch

from engine.attributes.figure_registry import FIGURE_KEYS, FIGURES
from engine.attributes.move_batch import Moves
from engine.attributes.moves import attributes_of_moves
from engine.attributes.registry import MOVE_KEYS
from engine.position.replay import replay

PHASE_ENDS = (12, 30)
"""Last moves of the first two of three phases: moves 1 to 12, 13 to 30, and 31 on."""
PHASE_NAMES = ("moves 1 to 12", "moves 13 to 30", "moves 31 on")
_GAMES_AT_ONCE = 512
_MOVES_AT_ONCE = 8192
_RIGHTS = np.uint8(15)
_MEN = 13  # codes of men on squares, 0 for none
_WORTH = np.array([0, 1, 3, 3, 5, 9, 0, -1, -3, -3, -5, -9, 0], dtype=np.int16)
_WHITE_KING, _BLACK_KING = 6, 12
_LEAST_GIVEN = 2
_LASTS = 3
_BEFORE = 2

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


class GameArrays(Protocol):
    """Games as flat arrays, such as ``PlayedGames`` or the games of a store."""

    @property
    def moves(self) -> npt.NDArray[np.uint16]:
        """16-bit move codes of all games one after another, uint16 (P,)."""

    @property
    def offsets(self) -> npt.NDArray[np.int64]:
        """Where each game begins, int64 (G + 1,)."""

    @property
    def results(self) -> npt.NDArray[np.int8]:
        """0 White won, 1 draw, 2 Black won, -1 unknown, int8 (G,)."""


@dataclass(frozen=True, eq=False, slots=True)
class GameFigures:
    """Figures of one side of each of G games.

    Attributes:
        values: float64 (G, len(FIGURE_KEYS)), in the order of the registry; nan where a game has
            none.
        phases: float64 (G, 3, len(MOVE_KEYS)), mean attributes of the side's moves in each phase of
            the game, in own units; nan where it made none.
    """

    values: Values
    phases: Values

    def __len__(self) -> int:
        """Return the number of games."""
        return len(self.values)

    def column(self, key: str) -> Values:
        """Return one figure of each game, float64 (G,)."""
        return self.values[:, FIGURE_KEYS.index(key)]

    def take(self, games: npt.NDArray[np.int64] | slice) -> "GameFigures":
        """Return the figures of some of the games, by number."""
        return GameFigures(self.values[games], self.phases[games])

    @classmethod
    def joined(cls, parts: Sequence["GameFigures"]) -> "GameFigures":
        """Return the figures of several batches, one after another."""
        return cls(
            np.concatenate([np.zeros((0, len(FIGURE_KEYS))), *(part.values for part in parts)]),
            np.concatenate([np.zeros((0, 3, len(MOVE_KEYS))), *(part.phases for part in parts)]),
        )


def game_figures(games: GameArrays, as_black: Flags) -> GameFigures:
    """Return the figures of one side of each game.

    Args:
        games: G games from the usual start, moves legal.
        as_black: bool (G,), whether Black's side is meant, rather than White's.
    """
    return GameFigures.joined([lines.figures() for lines in _lines(games, as_black)])


def _lines(games: GameArrays, as_black: Flags) -> Iterator["_Lines"]:
    """Replay games, a few hundred at once."""
    for first in range(0, len(as_black), _GAMES_AT_ONCE):
        last = min(first + _GAMES_AT_ONCE, len(as_black))
        begin, end = games.offsets[first], games.offsets[last]
        yield _Lines(
            games.moves[begin:end],
            games.offsets[first : last + 1] - begin,
            games.results[first:last],
            as_black[first:last],
        )


def attributes_of_side(games: GameArrays, as_black: Flags) -> Values:
    """Return the attributes of one side's moves, game after game, float64 (N, len(MOVE_KEYS)).

    Args:
        games: G games from the usual start, moves legal.
        as_black: bool (G,), whether Black's side is meant, rather than White's.
    """
    parts = [np.zeros((0, len(MOVE_KEYS)))]
    parts += [lines.attributes for lines in _lines(games, as_black)]
    return np.concatenate(parts)


def mean_and_error(figures: GameFigures) -> tuple[Values, Values]:
    """Return the mean of each figure over games, and its standard error, float64 (F,) each.

    The error of a share is that of a proportion with half a game added on either side: of a player
    who never castles long in 400 games it is small, but not nothing.
    """
    values = figures.values
    known = np.isfinite(values)
    counts = known.sum(axis=0)
    shares = np.array([figure.is_share_of_games for figure in FIGURES])
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(known, values, 0).sum(axis=0) / counts
        spread = np.where(known, (values - means) ** 2, 0).sum(axis=0) / (counts - 1)
        errors = np.sqrt(spread / counts)
        smoothed = (means * counts + 0.5) / (counts + 1)
        of_shares = np.sqrt(smoothed * (1 - smoothed) / (counts + 1))
    enough = counts >= 2
    return (
        np.where(enough, means, np.nan),
        np.where(enough, np.where(shares, of_shares, errors), np.nan),
    )


class _Lines:
    """Some games, replayed. P positions, G games, N moves of the sides that count."""

    def __init__(
        self,
        codes: npt.NDArray[np.uint16],
        offsets: Numbers,
        results: npt.NDArray[np.int8],
        as_black: Flags,
    ) -> None:
        packed = replay(torch.from_numpy(codes.view(np.int16).copy()), torch.from_numpy(offsets))
        self.codes, self.offsets, self.results, self.as_black = codes, offsets, results, as_black
        self.lengths = np.diff(offsets)
        self.games = len(results)
        self.squares = packed.squares(torch.arange(len(codes))).numpy()
        self.rights = packed.flags.numpy() & _RIGHTS
        self.plies = packed.plies.numpy().astype(np.int32)
        self.game = np.repeat(np.arange(self.games), self.lengths)
        self.mine = np.flatnonzero((self.plies % 2 == 1) == as_black[self.game])
        self.own_game, self.own_ply = self.game[self.mine], self.plies[self.mine]
        self.attributes = self._attributes()
        self.men = self._men()

    def figures(self) -> GameFigures:
        found = self._move_rates() | self._boards() | self._castling() | self._whole_games()
        found["sound_sacrifices"] = self._sound_sacrifices(found["score"])
        played = self.lengths > 0
        values = np.stack([np.where(played, found[key], np.nan) for key in FIGURE_KEYS], axis=1)
        return GameFigures(values, self._phases())

    def _attributes(self) -> npt.NDArray[np.float64]:
        """Return the attributes of the side's moves, float64 (N, len(MOVE_KEYS))."""
        values = np.empty((len(self.mine), len(MOVE_KEYS)))
        for first in range(0, len(self.mine), _MOVES_AT_ONCE):
            rows = self.mine[first : first + _MOVES_AT_ONCE]
            plies = self.plies[rows]
            moves = Moves.of_codes(
                self.squares[rows].astype(np.int8), plies % 2 == 0, self.rights[rows],
                self.codes[rows],
            )  # fmt: skip
            found = attributes_of_moves(moves, plies // 2 + 1)
            values[first : first + len(rows)] = np.stack([found[key] for key in MOVE_KEYS], axis=1)
        return values

    def _men(self) -> npt.NDArray[np.int8]:
        """Return how many men of each code stand before every move, then after each game's last.

        Returns:
            int8 (P + G, 13).
        """
        men = np.empty((len(self.codes) + self.games, _MEN), dtype=np.int8)
        for code in range(_MEN):
            men[: len(self.codes), code] = (self.squares == code).sum(axis=1)
        played = np.flatnonzero(self.lengths)
        last = self.offsets[1:][played] - 1
        final = men[last].copy()
        origin, target = self.codes[last] & 63, self.codes[last] >> 6 & 63
        rows = np.arange(len(last))
        man, taken = self.squares[last, origin], self.squares[last, target]
        is_pawn = man % 6 == 1
        passing = is_pawn & ((origin ^ target) & 7 != 0) & (taken == 0)
        taken = np.where(passing, np.where(man == 1, 7, 1), taken)
        final[rows, taken] -= taken > 0
        promotion = self.codes[last] >> 12
        # A promotion is written as the new man's kind, 2 to 5; a pawn's code is 1 or 7.
        placed = np.where(promotion > 0, promotion + man - 1, man)
        final[rows, man] -= 1
        final[rows, placed] += 1
        men[len(self.codes) :] = 0
        men[len(self.codes) + played] = final
        return men

    def _men_by(self, move: int) -> npt.NDArray[np.int8]:
        """Return the men after both sides' moves of a number, or at the game's end, (G, 13)."""
        ply = 2 * move
        there = self.lengths > ply
        rows = np.where(there, self.offsets[:-1] + ply, len(self.codes) + np.arange(self.games))
        return self.men[rows]

    def _sum(self, values: npt.NDArray[np.float64] | Flags) -> Values:
        """Add up values of the side's moves (N,) by game, float64 (G,)."""
        sums = np.bincount(self.own_game, weights=values, minlength=self.games)
        return sums.astype(np.float64)

    def _attribute(self, key: str) -> Values:
        return self.attributes[:, MOVE_KEYS.index(key)]

    def _move_rates(self) -> dict[str, Values]:
        counts = self._sum(np.ones(len(self.mine)))
        moves = np.where(counts > 0, counts, np.nan)
        names = {key: key for key in FIGURE_KEYS if key in MOVE_KEYS} | {"offers": "sacrifices"}
        found = {name: self._sum(self._attribute(key)) / moves for name, key in names.items()}
        peak = np.where(counts > 0, 0.0, np.nan)
        np.maximum.at(peak, self.own_game, self._attribute("king_danger"))
        early = self.own_ply < 40
        return found | {
            "king_danger_peak": peak,
            "captures_20": self._sum(self._attribute("captures") * early),
        }

    def _boards(self) -> dict[str, Values]:
        by_20, by_25 = self._men_by(20), self._men_by(25)
        bishops = by_25[np.arange(self.games), np.where(self.as_black, 9, 3)]
        return {
            "queens_off_20": (by_20[:, [5, 11]].sum(axis=1) == 0).astype(np.float64),
            "minors_gone_25": 8.0 - by_25[:, [2, 3, 8, 9]].sum(axis=1),
            "bishop_pair_25": (bishops >= 2).astype(np.float64),
        }

    def _castling(self) -> dict[str, Values]:
        """Look at both sides' castlings, for the kings on opposite sides."""
        origin, target = self.codes & 63, self.codes >> 6 & 63
        man = self.squares[np.arange(len(self.codes)), origin]
        king = (man == _WHITE_KING) | (man == _BLACK_KING)
        two = np.abs(target.astype(np.int64) - origin) == 2
        rows = np.flatnonzero(king & two)
        side = np.where(target[rows] > origin[rows], 1, -1)  # 1 king side, -1 queen side
        colour = self.plies[rows] % 2
        castled = np.zeros((self.games, 2), dtype=np.int64)
        castled[self.game[rows], colour] = side
        early = np.zeros((self.games, 2), dtype=np.bool_)
        early[self.game[rows], colour] = self.plies[rows] < 30
        every, own = np.arange(self.games), self.as_black.astype(np.int64)
        mine = castled[every, own]
        long = (mine < 0).astype(np.float64)
        return {
            "castled_15": early[every, own].astype(np.float64),
            "castled_short": (mine > 0).astype(np.float64),
            "castled_long": long,
            "long_share": np.where(mine != 0, long, np.nan),
            "castled_opposite": (castled.prod(axis=1) < 0).astype(np.float64),
        }

    def _whole_games(self) -> dict[str, Values]:
        for_white = np.where(self.results >= 0, 1 - self.results / 2, np.nan)
        return {
            "length": np.ceil(self.lengths / 2),
            "score": np.where(self.as_black, 1 - for_white, for_white),
        }

    def _sound_sacrifices(self, points: Values) -> Values:
        """Tell whether each game holds one; see the module. nan for games of unknown result."""
        material = self._material()
        turns = material.shape[1]
        offered = np.zeros((self.games, turns), dtype=np.bool_)
        offered[self.own_game, self.own_ply // 2] = self._attribute("sacrifices") > 0
        padded = np.pad(material, ((0, 0), (_BEFORE, _LASTS)), constant_values=np.nan)
        at = [padded[:, _BEFORE + shift :][:, :turns] for shift in range(-_BEFORE, _LASTS + 1)]
        least = np.fmin.reduce(at[: _BEFORE + 1])
        with np.errstate(invalid="ignore"):
            missing = [later <= least - _LEAST_GIVEN for later in at[_BEFORE + 1 :]]
        won = (points == 1)[:, None]
        found = offered & missing[0]
        for down, later in zip(missing[1:], at[_BEFORE + 2 :], strict=True):
            found &= down | (np.isnan(later) & won)
        return np.where(np.isnan(points), np.nan, found.any(axis=1) & (points > 0))

    def _material(self) -> Values:
        """Return the side's material less the opponent's before each of its moves, and at the end.

        What the opponent gained by promoting is left out.

        Returns:
            float64 (G, turns), in pawns; nan where it had no such turn. The end counts as a turn
            if the side was to move.
        """
        plies = self.lengths
        turns = int(plies.max(initial=0)) // 2 + 2
        worth = (self.men.astype(np.int16) @ _WORTH).astype(np.float64)
        sign = np.where(self.as_black, -1.0, 1.0)
        material = np.full((self.games, turns), np.nan)
        material[self.own_game, self.own_ply // 2] = worth[self.mine] * sign[self.own_game]
        to_move = np.flatnonzero((plies % 2 == 1) == self.as_black)
        material[to_move, plies[to_move] // 2] = worth[len(self.codes) + to_move] * sign[to_move]
        promotion = self.codes >> 12
        others = (promotion > 0) & ((self.plies % 2 == 1) != self.as_black[self.game])
        gained = np.zeros((self.games, turns))
        rows = np.flatnonzero(others)
        # White's promotion at ply 2n is there before Black's turn n, Black's at 2n + 1 before
        # White's turn n + 1.
        turn = (self.plies[rows] + self.plies[rows] % 2) // 2
        np.add.at(gained, (self.game[rows], turn), _WORTH[promotion[rows]] - 1.0)
        kept: Values = material + gained.cumsum(axis=1)
        return kept

    def _phases(self) -> Values:
        number = self.own_ply // 2 + 1
        phase = np.searchsorted(PHASE_ENDS, number, side="left")
        place = self.own_game * 3 + phase
        counts = np.bincount(place, minlength=3 * self.games)
        with np.errstate(invalid="ignore", divide="ignore"):
            means = [
                np.bincount(place, weights=column, minlength=3 * self.games) / counts
                for column in self.attributes.T
            ]
        return np.stack(means, axis=1).reshape(self.games, 3, len(MOVE_KEYS))
