"""Whose games are these, without any network: what players open with, and what they are used to.

Baselines for stylometry. Openings: how often each of a player's first moves is made in each
position, compared by the cosine of TF-IDF weights. Habits: a dozen literal rates, such as how often
and how early a player castles, compared by their standardised distance; as far as published
projects go, such a vector tells a few dozen players apart.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from engine.evaluation.context import Context

OPENING_MOVES = 10
"""Own moves of each game that count as the opening."""
_COLUMNS = 1 << 20
_PIECES = 6
Likenesses = npt.NDArray[np.float64]
GamesOfPlayers = Sequence[npt.NDArray[np.int64]]


def opening_likeness(
    context: Context,
    players: Sequence[str],
    games: GamesOfPlayers,
    queries: Sequence[str],
    query_games: GamesOfPlayers,
) -> Likenesses:
    """Return how alike players' openings are, float64 (queries, players)."""
    known = _opening_counts(context, players, games)
    asked = _opening_counts(context, queries, query_games)
    weighting = TfidfTransformer(sublinear_tf=True).fit(known)
    first, second = (normalize(weighting.transform(counts)) for counts in (asked, known))
    return np.asarray((first @ second.T).todense(), dtype=np.float64)


def _opening_counts(
    context: Context, names: Sequence[str], games: GamesOfPlayers
) -> sparse.csr_matrix:
    """Count (position, move) pairs, hashed, by player."""
    rows, columns = [], []
    for number, (name, own) in enumerate(zip(names, games, strict=True)):
        hashes = _opening_moves(context, name, own)
        rows.append(np.full(len(hashes), number, dtype=np.int32))
        columns.append((hashes % _COLUMNS).astype(np.int32))
    row, column = np.concatenate(rows), np.concatenate(columns)
    shape = (len(names), _COLUMNS)
    return sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=shape)


def _opening_moves(
    context: Context, name: str, own: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint64]:
    """Return a hash of the moves up to and with each of a player's first ones."""
    store = context.games
    begins = store.offsets[own]
    lengths = store.offsets[own + 1] - begins
    is_black = np.array([store.players[black] == name for black in store.black[own]])
    last = 2 * OPENING_MOVES
    state = np.full(len(own), 1469598103934665603, dtype=np.uint64)
    found = []
    with np.errstate(over="ignore"):
        for ply in range(last):
            inside = lengths > ply
            place = np.where(inside, begins + ply, 0)
            code = store.moves[place].astype(np.uint64) + np.uint64(1)
            state = (state ^ code) * np.uint64(1099511628211)
            state ^= state >> np.uint64(29)
            found.append(state[inside & (is_black == bool(ply % 2))])
    return np.concatenate(found)


def habit_likeness(
    context: Context,
    players: Sequence[str],
    games: GamesOfPlayers,
    queries: Sequence[str],
    query_games: GamesOfPlayers,
    from_ply: int = 0,
) -> Likenesses:
    """Return minus the distance of players' habits, float64 (queries, players)."""
    known = np.stack(
        [habits(context, name, own, from_ply) for name, own in zip(players, games, strict=True)]
    )
    asked = np.stack(
        [
            habits(context, name, own, from_ply)
            for name, own in zip(queries, query_games, strict=True)
        ]
    )
    spread = known.std(axis=0)
    scale = np.where(spread > 0, spread, np.inf)
    first, second = asked / scale, known / scale
    distance = ((first[:, None] - second[None]) ** 2).sum(axis=-1)
    likeness: Likenesses = -np.sqrt(distance)
    return likeness


def habits(
    context: Context, name: str, games: npt.NDArray[np.int64], from_ply: int = 0
) -> npt.NDArray[np.float64]:
    """Return a player's rates, float64 (16,).

    Shares of moves by each kind of piece (6), of captures, of retreats, of moves by an edge pawn,
    of castling short and long, mean ply of castling, and of games drawn, won, and their mean length
    and its spread.

    Args:
        from_ply: moves before are left out of the rates of moves.
    """
    rows = context.rows_of_games(name, np.sort(games), from_ply, device=False)
    rows = rows.to(context.device)
    positions = context.positions
    squares = positions.packed.squares(rows).long()
    codes = positions.moves[rows].long() & 0xFFFF
    origin, target = codes & 63, codes >> 6 & 63
    man = squares.gather(1, origin[:, None])[:, 0]
    kind = (man - 1) % _PIECES
    taken = squares.gather(1, target[:, None])[:, 0] > 0
    black = (positions.packed.plies[rows] & 1).bool()
    rank, to_rank = origin >> 3, target >> 3
    forward = torch.where(black, rank - to_rank, to_rank - rank)
    castles = (kind == 5) & (((origin & 7) - (target & 7)).abs() == 2)
    edge = (kind == 0) & (((origin & 7) == 0) | ((origin & 7) == 7))
    plies = positions.packed.plies[rows].double()
    total = max(len(rows), 1)
    shares = [float((kind == piece).sum()) / total for piece in range(_PIECES)]
    shares += [float(mask.sum()) / total for mask in (taken, forward < 0, edge)]
    count = max(len(games), 1)
    shares += [float((castles & ((target & 7) == file)).sum()) / count for file in (6, 2)]
    shares.append(float(plies[castles].mean()) if bool(castles.any()) else 0.0)
    store = context.games
    lengths = (store.offsets[games + 1] - store.offsets[games]).astype(np.float64)
    white = np.array([store.players[player] == name for player in store.white[games]])
    won = np.where(white, store.results[games] == 0, store.results[games] == 2)
    shares += [float((store.results[games] == 1).mean()), float(won.mean())]
    shares += [float(lengths.mean()), float(lengths.std())]
    return np.array(shares)
