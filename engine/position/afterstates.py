"""The positions that moves lead to, each with the history that its planes show.

From packed positions of games, without python-chess: any legal moves, not just those played.
"""

import torch
from torch import Tensor

from engine.position.lockstep import LockstepBoards
from engine.position.packed import (
    ALL_RIGHTS,
    BLACK_OFFSET,
    NO_FILE,
    REPEATED,
    PackedPositions,
    en_passant_files,
)
from engine.position.planes import HISTORY

_PAWN = 1
_SOONEST_REPETITION = 4


def positions_after(
    packed: PackedPositions, moves: Tensor, rows: Tensor, codes: Tensor
) -> tuple[PackedPositions, Tensor]:
    """Return the positions after moves, each behind the positions that led to it.

    Args:
        packed: positions of games.
        moves: int16 (P,), the 16-bit codes of the moves played in them.
        rows: int64 (M,), positions.
        codes: int64 (M,), the code of a legal move in each.

    Returns:
        Packed positions, and the rows, int64 (M,), of those after the moves. Their planes equal
        those of a game in which the move was played.
    """
    count, device = len(rows), rows.device
    past = (rows[:, None] - torch.arange(HISTORY - 2, -1, -1, device=device)).clamp_min(0)
    last = HISTORY - 1
    after = PackedPositions(
        boards=torch.empty(count, HISTORY, 32, dtype=torch.uint8, device=device),
        flags=torch.empty(count, HISTORY, dtype=torch.uint8, device=device),
        rule50=torch.empty(count, HISTORY, dtype=torch.uint8, device=device),
        plies=torch.empty(count, HISTORY, dtype=torch.int16, device=device),
    )
    after.boards[:, :last], after.flags[:, :last] = packed.boards[past], packed.flags[past]
    after.rule50[:, :last], after.plies[:, :last] = packed.rule50[past], packed.plies[past]
    after.plies[:, last] = packed.plies[rows] + 1
    black = (packed.plies[rows] & 1).bool()
    for side in (False, True):
        chosen = (black == side).nonzero()[:, 0]
        boards = _moved(packed, rows[chosen], codes[chosen], int(side))
        after.boards[chosen, last] = boards.packed(len(chosen))
        after.flags[chosen, last] = boards.rights
        after.rule50[chosen, last] = boards.rule50.clamp(max=255).to(torch.uint8)
    newest = PackedPositions(
        after.boards[:, last], after.flags[:, last], after.rule50[:, last], after.plies[:, last]
    )
    after.flags[:, last] |= _repeats(packed, moves, rows, newest).to(torch.uint8) * REPEATED
    flat = PackedPositions(
        after.boards.flatten(0, 1),
        after.flags.flatten(),
        after.rule50.flatten(),
        after.plies.flatten(),
    )
    return flat, torch.arange(count, device=device) * HISTORY + last


def _moved(packed: PackedPositions, rows: Tensor, codes: Tensor, ply: int) -> LockstepBoards:
    boards = LockstepBoards.at(
        packed.squares(rows), packed.flags[rows] & ALL_RIGHTS, packed.rule50[rows]
    )
    boards.advance(codes, ply)
    return boards


def _repeats(
    packed: PackedPositions, moves: Tensor, rows: Tensor, after: PackedPositions
) -> Tensor:
    """Tell which positions after moves in ``rows`` stood in their game before, bool (M,)."""
    found = torch.zeros(len(rows), dtype=torch.bool, device=rows.device)
    longest = int(after.rule50.max()) if len(rows) else 0
    for age in range(_SOONEST_REPETITION, longest + 1, 2):
        chosen = (after.rule50 >= age).nonzero()[:, 0]
        earlier = rows[chosen] + 1 - age
        same = (packed.boards[earlier] == after.boards[chosen]).all(1)
        same &= (packed.flags[earlier] & ALL_RIGHTS) == (after.flags[chosen] & ALL_RIGHTS)
        # After a quiet move nothing can be taken in passing: where it could, it was another one.
        same[same.clone()] = ~_can_take_in_passing(packed, moves, earlier[same])
        found[chosen] |= same
    return found


def _can_take_in_passing(packed: PackedPositions, moves: Tensor, rows: Tensor) -> Tensor:
    """Tell where a pawn stands beside one that has just moved two squares, bool (N,)."""
    file = en_passant_files(packed, moves, rows)
    black_to_move = (packed.plies[rows] & 1).long()
    own_pawn = _PAWN + BLACK_OFFSET * black_to_move
    # Who is to move stands where the other's double push ends: the fifth rank, or the fourth.
    rank = 32 - 8 * black_to_move
    squares = packed.squares(rows)
    beside = torch.zeros(len(rows), dtype=torch.bool, device=rows.device)
    for step in (-1, 1):
        neighbour = file + step
        on_board = (file != NO_FILE) & (neighbour >= 0) & (neighbour < 8)
        square = rank + neighbour.clamp(0, 7)
        beside |= on_board & (squares.gather(1, square[:, None])[:, 0] == own_pawn)
    return beside
