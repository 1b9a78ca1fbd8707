"""Opening repertoires: the moves that styles choose from the first position on, as one tree.

A repertoire is of one colour. The style chooses that side's moves, as often as it would play them;
the other side's are the replies of another style, the average player's as a rule. So the trees of
several styles meet the same replies, and what differs between them is their own doing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import chess
import numpy as np
import numpy.typing as npt

from engine.errors import StylemateError
from engine.play.engine import AskPolicies

Probabilities = npt.NDArray[np.float64]
"""Probabilities: float64 (styles,)."""

DEFAULT_THRESHOLD = 0.02
DEFAULT_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Branch:
    """A move of the tree.

    Attributes:
        moves: the moves from the first position on, this one last.
        san: this move in standard algebraic notation.
        is_own: the styles choose it; otherwise it is a reply.
        chances: for each style, how often the move is played once its position is reached. For a
            reply they are all the same.
        reach: for each style, the share of its games that come here: the product of the chances
            on the way.
        branches: what follows, the likeliest first; rare moves are left out.
    """

    moves: tuple[chess.Move, ...]
    san: str
    is_own: bool
    chances: tuple[float, ...]
    reach: tuple[float, ...]
    branches: tuple["Branch", ...]


@dataclass(frozen=True, slots=True)
class Repertoire:
    """The openings of some styles with one colour.

    Attributes:
        color: whose moves the styles choose.
        threshold: a move is left out if in no style this share of games reaches it.
        branches: the first moves, the likeliest first.
    """

    color: chess.Color
    threshold: float
    branches: tuple[Branch, ...]


@dataclass(slots=True, eq=False)
class _Node:
    """A branch while the tree grows: what follows it is still being found."""

    board: chess.Board
    san: str
    is_own: bool
    chances: Probabilities
    reach: Probabilities
    following: list["_Node"]

    def branch(self) -> Branch:
        return Branch(
            tuple(self.board.move_stack),
            self.san,
            self.is_own,
            tuple(self.chances.tolist()),
            tuple(self.reach.tolist()),
            tuple(node.branch() for node in self.following),
        )


def repertoire(
    styles: Sequence[AskPolicies],
    replies: AskPolicies,
    color: chess.Color,
    threshold: float = DEFAULT_THRESHOLD,
    depth: int = DEFAULT_DEPTH,
) -> Repertoire:
    """Expand the opening trees of styles together, one batch of positions a half-move.

    Args:
        styles: what each of them plays.
        replies: what moves for the other side.
        color: the styles' colour.
        threshold: follow moves that this share of at least one style's games reaches; above 0.
        depth: half-moves to look ahead.

    Raises:
        StylemateError: there is no style, or the threshold or depth is out of range.
    """
    if not styles:
        raise StylemateError("An opening tree needs at least one style.")
    if not 0 < threshold <= 1:
        raise StylemateError(f"The share of games must be above 0 and at most 1, not {threshold}.")
    if depth < 1:
        raise StylemateError(f"An opening tree is at least one half-move deep, not {depth}.")
    everywhere = np.ones(len(styles))
    root = _Node(chess.Board(), "", False, everywhere, everywhere, [])
    level = [root]
    for _ in range(depth):
        level = [node for node in level if any(node.board.legal_moves)]
        if not level:
            break
        is_own = level[0].board.turn == color
        chances = _chances(styles if is_own else [replies], [node.board for node in level])
        for node, moves in zip(level, chances, strict=True):
            node.following = _following(node, moves, is_own, threshold)
        level = [following for node in level for following in node.following]
    return Repertoire(color, threshold, tuple(node.branch() for node in root.following))


def _chances(
    styles: Sequence[AskPolicies], boards: Sequence[chess.Board]
) -> list[dict[chess.Move, list[float]]]:
    """Return for each board the probability of each legal move in each style."""
    found: list[dict[chess.Move, list[float]]] = [{} for _ in boards]
    for ask in styles:
        for chances, policy in zip(found, ask(boards), strict=True):
            for move, probability in policy.top(len(policy.moves)):
                chances.setdefault(move, []).append(probability)
    return found


def _following(
    node: _Node, moves: dict[chess.Move, list[float]], is_own: bool, threshold: float
) -> list[_Node]:
    """Return the moves that enough games reach, the one that most games reach first."""
    following = []
    for move, probabilities in moves.items():
        chances = np.broadcast_to(np.array(probabilities), node.reach.shape)
        reach = node.reach * chances
        if reach.max() < threshold:
            continue
        board = node.board.copy()
        board.push(move)
        following.append(_Node(board, node.board.san(move), is_own, chances, reach, []))
    return sorted(following, key=lambda child: -float(child.reach.sum()))
