"""What was played in games: attributes of moves, points, rating differences."""

from collections.abc import Sequence

import chess
import numpy as np
import numpy.typing as npt
import torch

from engine.attributes.fixed_positions import FixedPosition
from engine.attributes.move_batch import Moves
from engine.attributes.moves import attributes_of_moves, move_attributes_many
from engine.attributes.registry import MOVE_KEYS
from engine.evaluation.context import Context
from engine.evaluation.experiment import Estimate
from engine.evaluation.measures.bootstrap import bootstrap_statistic
from engine.play.fixtures import PlayedGames
from engine.position.planes import HISTORY
from engine.position.replay import replay
from engine.progress import TellCount
from engine.style.steering.attribute_meter import AttributeMeter

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


def game_progress(context: Context, span: tuple[float, float], games: int, note: str) -> TellCount:
    """Return what tells a run of finished games, as the part of its progress from ... to."""
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        share = span[0] + (span[1] - span[0]) * done / games
        context.progress(share, f"{note}, {done:,} of {games:,} games")

    return tell


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
    games: PlayedGames, as_black: npt.NDArray[np.bool_]
) -> tuple[Values, npt.NDArray[np.int64]]:
    """Add up the attributes of one side's moves in each game.

    Args:
        games: G games.
        as_black: bool (G,), whether Black's moves count, rather than White's.

    Returns:
        Sums float64 (G, len(MOVE_KEYS)), in each attribute's own unit, and how many moves they
        are of, int64 (G,).
    """
    values = move_attributes_of_games(games)
    game, ply = _game_and_ply(games)
    counted = (ply % 2 == 1) == as_black[game]
    sums = np.zeros((len(games), len(MOVE_KEYS)))
    np.add.at(sums, game[counted], values[counted].astype(np.float64))
    return sums, np.bincount(game[counted], minlength=len(games))


def _game_and_ply(games: PlayedGames) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the game of every move, and the moves played before it there, int64 (P,) each."""
    lengths = games.lengths
    game = np.repeat(np.arange(len(games)), lengths)
    return game, np.arange(len(game)) - np.repeat(games.offsets[:-1], lengths)


def meter_of_games(
    context: Context,
    games: PlayedGames,
    as_black: npt.NDArray[np.bool_],
    count: int,
    seed: Sequence[int],
) -> AttributeMeter:
    """Return a meter of positions that one side had before it in games.

    Whatever happens on a board differs so much from position to position that only styles held
    against each other in the same positions can be told apart; these are the positions that a
    style gets itself into.

    Args:
        context: of the run.
        games: G games.
        as_black: bool (G,), whether the side that counts had Black.
        count: of positions, at most, drawn at random.
        seed: of the draw.
    """
    boards = _boards_before_moves(games, as_black, count, np.random.default_rng(list(seed)))
    measured = move_attributes_many(boards)
    positions = [
        # What phase it is of plays no part in measuring.
        FixedPosition(board, "middlegame", tuple(moves), values)
        for board, (moves, values) in zip(boards, measured, strict=True)
    ]
    return AttributeMeter(context.model, positions, context.device)


def _boards_before_moves(
    games: PlayedGames,
    as_black: npt.NDArray[np.bool_],
    count: int,
    random: np.random.Generator,
) -> list[chess.Board]:
    game, ply = _game_and_ply(games)
    mine = np.flatnonzero((ply % 2 == 1) == as_black[game])
    chosen = np.sort(random.permutation(mine)[:count])
    boards = []
    for number in np.unique(game[chosen]):
        wanted = set(ply[chosen[game[chosen] == number]].tolist())
        board = chess.Board()
        for at, move in enumerate(games.moves_of(int(number))):
            if at in wanted:
                boards.append(board.copy(stack=HISTORY))
            board.push(move)
    return boards


def rating_difference(score: float, games: float) -> float:
    """Return the Elo difference that goes with a mean score, of so many games.

    A score of 0 or 1 has none: half a point is added or taken away first.
    """
    least = 0.5 / max(games, 1.0)
    score = min(max(score, least), 1 - least)
    return _ELO_SCALE * float(np.log10(score / (1 - score)))


def elo_estimate(scores: Values, games: int, seed: int) -> Estimate:
    """Return the rating difference of the mean of scores (players,), of so many games each."""
    return bootstrap_statistic(
        scores, lambda drawn: rating_difference(float(drawn.mean()), games * len(drawn)), seed
    )
