"""A game store in memory, replayed to packed positions, with players and splits."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import torch
from torch import Tensor

from engine.errors import StylemateError
from engine.games.rating_groups import name_rating_groups
from engine.games.records import GameRecord
from engine.games.store import GameStore, fingerprint_of, games_table
from engine.position.legal import legal_moves
from engine.position.moves import NO_INDEX, POLICY_INDEX_BY_CODE, POLICY_SIZE
from engine.position.packed import ALL_RIGHTS, PackedPositions, en_passant_files
from engine.position.replay import replay
from engine.training.splits import Split, split_of_games

UNKNOWN_RESULT = -1
_RESULTS = {"1-0": 0, "1/2-1/2": 1, "0-1": 2}
_COLUMNS = ("game_id", "white", "black", "white_elo", "black_elo", "result", "moves")


@dataclass(frozen=True, slots=True)
class Games:
    """The games of a store as flat arrays; G games, P moves in all."""

    game_ids: npt.NDArray[np.uint64]  # (G,)
    players: list[str]  # names, indexed by the two arrays below
    white: npt.NDArray[np.int32]  # (G,)
    black: npt.NDArray[np.int32]  # (G,)
    results: npt.NDArray[np.int8]  # (G,) 0 White won, 1 draw, 2 Black won, -1 unknown
    moves: npt.NDArray[np.uint16]  # (P,)
    offsets: npt.NDArray[np.int64]  # (G + 1,)
    fingerprint: str

    @property
    def count(self) -> int:
        return len(self.game_ids)

    def counts_by_player(self) -> dict[str, int]:
        """Return how many games each player has."""
        counts = np.bincount(self.white, minlength=len(self.players)) + np.bincount(
            self.black, minlength=len(self.players)
        )
        return dict(zip(self.players, counts.tolist(), strict=True))

    def take(self, chosen: npt.NDArray[np.integer[Any]]) -> "Games":
        """Return some of the games, by their places, in that order."""
        begins, lengths = self.offsets[chosen], np.diff(self.offsets)[chosen]
        offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        places = np.arange(offsets[-1]) + np.repeat(begins - offsets[:-1], lengths)
        return replace(
            self,
            game_ids=self.game_ids[chosen],
            white=self.white[chosen],
            black=self.black[chosen],
            results=self.results[chosen],
            moves=self.moves[places],
            offsets=offsets,
        )

    def without_players(self, names: Collection[str]) -> npt.NDArray[np.bool_]:
        """Return a mask (G,) of the games in which none of these players took part."""
        excluded = np.array([name in names for name in self.players], dtype=bool)
        involved: npt.NDArray[np.bool_] = excluded[self.white] | excluded[self.black]
        return ~involved

    def part(self, rows: npt.NDArray[np.int64]) -> "Games":
        """Return some of the games, in the order given; the names stay as they are."""
        begins, ends = self.offsets[rows], self.offsets[rows + 1]
        pieces = [self.moves[begin:end] for begin, end in zip(begins, ends, strict=True)]
        return Games(
            game_ids=self.game_ids[rows],
            players=self.players,
            white=self.white[rows],
            black=self.black[rows],
            results=self.results[rows],
            moves=np.concatenate([self.moves[:0], *pieces]),
            offsets=np.append(np.int64(0), np.cumsum(ends - begins)),
            fingerprint=self.fingerprint,
        )


def load_games(path: Path | str, apart: Collection[str] | None = None) -> Games:
    """Read a whole game store into memory.

    Args:
        path: directory of the store.
        apart: if given, online players are named by their rating group, but for these handles;
            see ``engine.games.rating_groups``.

    Raises:
        StylemateError: the store is missing, broken or empty.
    """
    store = GameStore.open(path)
    tables = list(store.tables(_COLUMNS))
    if not tables or sum(table.num_rows for table in tables) == 0:
        raise StylemateError(f"{path}: the game store holds no games.")
    table = pa.concat_tables(tables)
    if apart is not None:
        table = name_rating_groups(table, apart)
    return _games_of(table, store.fingerprint)


def games_of_records(records: Sequence[GameRecord]) -> Games:
    """Return games that were just read, one a record, each once, in an order of their own.

    The same games give the same result in whatever order they come.

    Raises:
        StylemateError: there are none.
    """
    by_id = {record.game_id: record for record in records}
    if not by_id:
        raise StylemateError("There are no games. Give a PGN file with at least one whole game.")
    ids = sorted(by_id)
    table = games_table([by_id[game_id] for game_id in ids])
    return _games_of(table, fingerprint_of(np.array(ids, dtype=np.uint64)))


def _games_of(table: pa.Table, fingerprint: str) -> Games:
    """Turn a table in the store's schema into flat arrays."""
    table = table.combine_chunks()
    names = pa.chunked_array([*table["white"].chunks, *table["black"].chunks])
    encoded = names.dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    indices = encoded.indices.to_numpy().astype(np.int32)
    moves = table["moves"].combine_chunks()
    moves = moves.chunk(0) if isinstance(moves, pa.ChunkedArray) else moves
    offsets = moves.offsets.to_numpy().astype(np.int64)
    flat = moves.values.to_numpy()[offsets[0] : offsets[-1]].copy()
    results = pc.index_in(table["result"], value_set=pa.array(list(_RESULTS)))
    return Games(
        game_ids=table["game_id"].to_numpy(),
        players=encoded.dictionary.to_pylist(),
        white=indices[: table.num_rows],
        black=indices[table.num_rows :],
        results=pc.fill_null(results, UNKNOWN_RESULT).to_numpy().astype(np.int8),
        moves=flat,
        offsets=offsets - offsets[0],
        fingerprint=fingerprint,
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """Positions with what happened in them, on the training device."""

    planes: Tensor  # (N, 112, 8, 8)
    policy: Tensor  # int64 (N,), index of the move played
    outcome: Tensor  # int64 (N,), 0 won, 1 drawn, 2 lost by the side to move, -1 unknown
    player: Tensor  # int64 (N,), who moves, as an index of ``TrainingPositions.players``


@dataclass(frozen=True, slots=True)
class TrainingPositions:
    """Packed positions with targets, all on one device, from which batches are gathered."""

    packed: PackedPositions
    moves: Tensor  # int16 (P,), bit patterns of the 16-bit move codes
    games: Tensor  # int32 (P,), game of each position
    results: Tensor  # int8 (G,)
    sides: Tensor  # int32 (G, 2), white and black player
    splits: Tensor  # int8 (G,)
    kept: Tensor  # bool (G,), false for games of unseen players
    players: list[str]
    fingerprint: str
    policy_table: Tensor  # int16 (65536,)

    @property
    def device(self) -> torch.device:
        return self.moves.device

    def rows_of(self, split: Split) -> Tensor:
        """Return the positions, int64, of one split without the unseen players' games."""
        chosen = (self.splits == int(split)) & self.kept
        return chosen[self.games.long()].nonzero().squeeze(1)

    def movers(self, rows: Tensor) -> Tensor:
        """Return who moves in positions, int64 indices into ``players``."""
        side = (self.packed.plies[rows] & 1).long()
        return self.sides[self.games[rows].long(), side].long()

    def legal_masks(self, rows: Tensor) -> Tensor:
        """Return the legal moves of positions, bool (N, 1858)."""
        squares, rights = self.packed.squares(rows), self.packed.flags[rows] & ALL_RIGHTS
        files = en_passant_files(self.packed, self.moves, rows)
        black = (self.packed.plies[rows] & 1).bool()
        masks = torch.zeros(len(rows), POLICY_SIZE, dtype=torch.bool, device=rows.device)
        for side in (False, True):
            chosen = black == side
            masks[chosen] = legal_moves(squares[chosen], rights[chosen], files[chosen], side).mask
        return masks

    def batch(self, rows: Tensor, dtype: torch.dtype = torch.float32) -> Batch:
        """Gather and decode positions on the device they live on."""
        black = (self.packed.plies[rows] & 1).long()
        result = self.results[self.games[rows].long()].long()
        outcome = torch.where((black == 1) & (result >= 0), 2 - result, result)
        return Batch(
            planes=self.packed.planes(rows, dtype),
            policy=self._policy(rows, black),
            outcome=outcome,
            player=self.movers(rows),
        )

    def _policy(self, rows: Tensor, black: Tensor) -> Tensor:
        codes = self.moves[rows].long() & 0xFFFF
        codes = codes ^ (black * (56 | 56 << 6))
        origin, target = codes & 63, codes >> 6 & 63
        # Castling is the only move that takes a king two files: king takes rook in the policy.
        king = self._own_king_square(rows, black)
        castles = (origin == king) & ((origin - target).abs() == 2)
        rook = torch.where(target > origin, 7, 0)
        codes = torch.where(castles, origin | rook << 6, codes)
        return self.policy_table[codes].long()

    def _own_king_square(self, rows: Tensor, black: Tensor) -> Tensor:
        squares = self.packed.squares(rows)
        king = torch.where(black == 1, 12, 6).to(torch.uint8)
        return (squares == king[:, None]).int().argmax(1) ^ (black * 56)


def prepare_positions(
    games: Games, unseen: Collection[str], device: torch.device | str
) -> TrainingPositions:
    """Replay games and put everything that training needs on one device."""
    device = torch.device(device)
    moves = torch.from_numpy(games.moves.view(np.int16)).to(device)
    offsets = torch.from_numpy(games.offsets).to(device)
    lengths = offsets[1:] - offsets[:-1]
    game_of_position = torch.repeat_interleave(
        torch.arange(games.count, dtype=torch.int32, device=device), lengths
    )
    with _one_thread():
        packed = replay(moves, offsets)
    positions = TrainingPositions(
        packed=packed,
        moves=moves,
        games=game_of_position,
        results=torch.from_numpy(games.results).to(device),
        sides=torch.from_numpy(np.stack((games.white, games.black), axis=1)).to(device),
        splits=torch.from_numpy(split_of_games(games.game_ids)).to(device),
        kept=torch.from_numpy(games.without_players(unseen)).to(device),
        players=games.players,
        fingerprint=games.fingerprint,
        policy_table=torch.from_numpy(POLICY_INDEX_BY_CODE).to(device),
    )
    _check_targets(positions)
    return positions


@contextmanager
def _one_thread() -> Iterator[None]:
    """Replaying is many small steps: handing them to several threads costs more than it gives."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _check_targets(positions: TrainingPositions, sample: int = 4096) -> None:
    """A store written by something else would train on nonsense: look at a sample first."""
    step = max(len(positions.packed) // sample, 1)
    rows = torch.arange(0, len(positions.packed), step, device=positions.device)
    if bool((positions.batch(rows).policy == NO_INDEX).any()):
        raise StylemateError(
            "The game store holds moves that are not chess moves. Ingest the games again."
        )
