"""What was played in games: attributes of moves, points, rating differences."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from engine.attributes.moves import attributes_of_moves
from engine.attributes.played import Moves
from engine.attributes.registry import MOVE_KEYS
from engine.evaluation.context import Context
from engine.play.selfplay import Fixture, PlayedGames
from engine.position.replay import replay

_MOVES_AT_ONCE = 8192
_ALL_RIGHTS = np.uint8(15)
_ELO_SCALE = 400.0

Values = npt.NDArray[np.float64]


def fast_precision(context: Context) -> torch.dtype:
    """Return what games are played in: bfloat16 on processors that compute it natively.

    It moves a move's chance by about 0.01 at most either way, which no score can show, and doubles
    the number of games that a processor can play.
    """
    native = context.device.type == "cpu" and torch.cpu._is_avx512_bf16_supported()
    return torch.bfloat16 if native else torch.float32


def move_attributes_of_games(games: PlayedGames) -> npt.NDArray[np.float32]:
    """Return the attributes of every move played, float32 (P, len(MOVE_KEYS)), in own units."""
    codes = games.moves
    packed = replay(
        torch.from_numpy(codes.view(np.int16)),
        torch.from_numpy(np.ascontiguousarray(games.offsets)),
    )
    values = np.empty((len(codes), len(MOVE_KEYS)), dtype=np.float32)
    for first in range(0, len(codes), _MOVES_AT_ONCE):
        part = slice(first, min(first + _MOVES_AT_ONCE, len(codes)))
        plies = packed.plies[part].numpy().astype(np.int32)
        moves = Moves.of_codes(
            packed.squares(torch.arange(part.start, part.stop)).numpy().astype(np.int8),
            plies % 2 == 0,
            packed.flags[part].numpy() & _ALL_RIGHTS,
            codes[part],
        )
        found = attributes_of_moves(moves, plies // 2 + 1)
        values[part] = np.stack([found[key] for key in MOVE_KEYS], axis=1)
    return values


def attributes_by_game(
    games: PlayedGames, fixtures: Sequence[Fixture], contestant_of_game: npt.NDArray[np.int64]
) -> tuple[Values, npt.NDArray[np.int64]]:
    """Add up the attributes of one contestant's moves in each game.

    Args:
        games: G games.
        fixtures: theirs.
        contestant_of_game: int64 (G,), whose moves count; one of the two sides, White's moves if
            a contestant plays itself.

    Returns:
        Sums float64 (G, len(MOVE_KEYS)), in each attribute's own unit, and how many moves they
        are of, int64 (G,).
    """
    values = move_attributes_of_games(games)
    lengths = games.lengths
    game = np.repeat(np.arange(len(games)), lengths)
    ply = np.arange(len(values)) - np.repeat(games.offsets[:-1], lengths)
    as_black = np.array([fixture.white for fixture in fixtures]) != contestant_of_game
    counted = (ply % 2 == 1) == as_black[game]
    sums = np.zeros((len(games), len(MOVE_KEYS)))
    np.add.at(sums, game[counted], values[counted].astype(np.float64))
    return sums, np.bincount(game[counted], minlength=len(games))


def rating_difference(score: float, games: float) -> float:
    """Return the Elo difference that goes with a mean score, of so many games.

    A score of 0 or 1 has none: half a point is added or taken away first.
    """
    least = 0.5 / max(games, 1.0)
    score = min(max(score, least), 1 - least)
    return _ELO_SCALE * float(np.log10(score / (1 - score)))
