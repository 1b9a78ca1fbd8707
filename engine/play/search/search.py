"""Looking ahead from a position in a tree of the moves that matter.

It is PUCT (Silver et al. 2017, arXiv 1712.01815) with exact values for whatever the
rules decide (MCTS-Solver, Winands et al. 2008). Deeper than the first move both sides play as the
network without a style would: what a move is worth should not depend on the habits of one side, and
the questions of all sessions then go to one network in common batches. A position that is reached
by another order of moves is a node of its own, with its own history for the network: of 350 visits
7 in 100 lead to such, of 50 visits 2. What another search asked before is remembered
(``engine.play.search.memory``).

No kept library searches with a torch network of one's own: those there are bring their games and
networks with them, or stopped years ago.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import chess
import numpy as np
import numpy.typing as npt

from engine.play.batcher import Answer, Planes
from engine.play.engine import Policy
from engine.play.search.lone_king import WON, lone_king_value
from engine.play.search.mating import Way, way_to_mate
from engine.play.search.memory import Memory, Opinion, question_of
from engine.play.search.tree import Exact, Node
from engine.position.moves import legal_moves_and_indices
from engine.position.planes import BoardHistory

Network: TypeAlias = Callable[[Planes], Answer]
"""Planes float32 (N, 112, 8, 8) to policy logits and the value head's output."""

_SMALLEST_BATCH, _LARGEST_BATCH = 2, 16
_BATCHES = 16
"""A search of few visits asks for few positions at a time, so that each question knows of the
answers before."""
_DRAWN = Exact(0, 0)


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """When a search ends.

    Attributes:
        visits: of all moves of the position together, those kept from the search before included.
        seconds: of wall-clock time; None without a limit.
    """

    visits: int
    seconds: float | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Findings:
    """What moves are worth.

    Attributes:
        moves: every legal move, in the order of the policy that was asked about.
        values: float64 (moves,), for the side to move, -1 to 1. Of a move that was never followed
            it is a guess.
        visits: int64 (moves,).
        is_exact: bool (moves,), whether the value is certain.
        plies: int64 (moves,), half-moves to the end where the value is certain, else 0.
        kept: how many of the visits are of the searches before.
        tree: the position's node as it is until the next search; None where no tree was needed.
    """

    moves: tuple[chess.Move, ...]
    values: npt.NDArray[np.float64]
    visits: npt.NDArray[np.int64]
    is_exact: npt.NDArray[np.bool_]
    plies: npt.NDArray[np.int64]
    kept: int = 0
    tree: Node | None = None

    def variation(self, move: chess.Move) -> list[chess.Move]:
        """Return a move and the best play after it, as far as it was looked at."""
        if self.tree is None or not self.visits[self.moves.index(move)]:
            return [move]
        return self.tree.variation(self.tree.moves.index(move))

    @property
    def depth(self) -> int:
        """How many half-moves were looked ahead at the most."""
        return 1 if self.tree is None else max(self.tree.depth(), 1)


class _Step(NamedTuple):
    """A move of a node that is being followed."""

    node: Node
    move: int


@dataclass(slots=True)
class _Leaf:
    """A position that waits for the network, and the way to it."""

    path: list[_Step]
    moves: list[chess.Move]
    indices: npt.NDArray[np.int64]
    planes: Planes
    known_value: float | None


class Search:
    """A tree search that keeps its tree from move to move of one game."""

    def __init__(self, network: Network, memory: Memory | None = None) -> None:
        """Make a search.

        Args:
            network: judges positions and names the moves to look at.
            memory: what it said to other searches, which this one adds to.
        """
        self._network = network
        self._memory = memory or Memory()
        self._root: Node | None = None
        self._start = ""
        self._moves: list[chess.Move] = []

    def run(
        self,
        board: chess.Board,
        policy: Policy,
        limits: SearchLimits,
        stop: threading.Event | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> Findings:
        """Search.

        Args:
            board: left as it is; the game is not over.
            policy: the style's moves, all legal ones or those to choose from, which are looked at
                the sooner the likelier they are.
            limits: when to end.
            stop: ends the search soon after it is set.
            clock: tells the time in seconds.

        Raises:
            StylemateError: the network is too busy. The next search begins a new tree.
        """
        way = way_to_mate(board, policy.moves, stop)
        if way is not None:
            return _of_way(policy, way)
        began = clock()
        root = self._replanted(board, policy)
        kept = root.total
        walk = _Walk(board)
        size = min(max(limits.visits // _BATCHES, _SMALLEST_BATCH), _LARGEST_BATCH)
        while root.exact is None and (left := limits.visits - root.total) > 0:
            if stop is not None and stop.is_set():
                break
            if limits.seconds is not None and clock() - began >= limits.seconds:
                break
            leaves = _gather(root, walk, min(size, left))
            try:
                _evaluate(self._network, self._memory, leaves)
            except BaseException:
                self._root = None  # its moves would wait for the answer for ever
                raise
        return _findings(root, kept)

    def _replanted(self, board: chess.Board, policy: Policy) -> Node:
        """Return the root for a board: the kept tree's node where the game went on from it."""
        start, moves = board.root().fen(), list(board.move_stack)
        kept: Node | None = None
        if self._start == start and moves[: len(self._moves)] == self._moves:
            kept = self._root
            for move in moves[len(self._moves) :]:
                known = kept is not None and move in kept.moves
                kept = kept.children[kept.moves.index(move)] if kept and known else None
        if kept is None or set(kept.moves) != set(policy.moves):
            root = Node(list(policy.moves), policy.probabilities, policy.value)
        else:
            root = kept
            chances = dict(zip(policy.moves, policy.probabilities, strict=True))
            root.priors = np.array([chances[move] for move in root.moves])
        self._root, self._start, self._moves = root, start, moves
        return root


def _gather(root: Node, walk: "_Walk", size: int) -> list[_Leaf]:
    """Follow up to ``size`` ways into the tree; return those that ended in a new position."""
    leaves: list[_Leaf] = []
    for _ in range(size):
        path: list[_Step] = []
        node: Node | None = root
        while node is not None and node.moves:
            move = node.choose()
            if move < 0 or move in node.waiting:
                break  # settled, or on its way to the network: enough for this batch
            node.pending[move] += 1
            path.append(_Step(node, move))
            walk.push(node.moves[move])
            node = node.children[move]
        else:
            if node is None:
                leaf = walk.visit(path)
                if leaf is not None:
                    leaves.append(leaf)
            else:
                _learn(path, node.exact.value if node.exact else node.value)
            walk.pop(len(path))
            continue
        walk.pop(len(path))
        for step in path:
            step.node.pending[step.move] -= 1
        break
    return leaves


def _evaluate(network: Network, memory: Memory, leaves: Sequence[_Leaf]) -> None:
    """Find out about new positions, and take the answers into the tree."""
    for leaf, opinion in zip(leaves, _opinions(network, memory, leaves), strict=True):
        value = opinion.value if leaf.known_value is None else leaf.known_value
        step = leaf.path[-1]
        step.node.waiting.discard(step.move)
        step.node.children[step.move] = Node(leaf.moves, opinion.priors, value)
        _learn(leaf.path, value)


def _opinions(network: Network, memory: Memory, leaves: Sequence[_Leaf]) -> list[Opinion]:
    """Return what the network thinks of positions, asking it about those not remembered."""
    questions = [question_of(leaf.planes) for leaf in leaves]
    found = [memory.recall(question) for question in questions]
    asked = [place for place, opinion in enumerate(found) if opinion is None]
    if asked:
        logits, values = network(np.stack([leaves[place].planes for place in asked]))
        for place, row, output in zip(asked, logits, values, strict=True):
            opinion = found[place] = _opinion(row[leaves[place].indices], output)
            memory.keep(questions[place], opinion)
    return [opinion for opinion in found if opinion is not None]


def _opinion(logits: npt.NDArray[np.float32], output: npt.NDArray[np.float32]) -> Opinion:
    """Return an opinion from logits (moves,) and the value head's output, (3,) or (1,)."""
    weights = logits.astype(np.float64)
    weights = np.exp(weights - weights.max())
    return Opinion(weights / weights.sum(), _expectation(output))


def _learn(path: Sequence[_Step], value: float) -> None:
    """Tell all positions on a way what its end is worth to the side to move there."""
    for step in reversed(path):
        value = -value
        if step.node.pending[step.move]:
            step.node.pending[step.move] -= 1
        step.node.learn(step.move, value)
        if step.node.exact is not None:
            value = float(step.node.exact.value)


def _findings(root: Node, kept: int) -> Findings:
    exact = np.array([child is not None and child.exact is not None for child in root.children])
    plies = np.array([root.exact_plies(move) for move in range(len(root.moves))], dtype=np.int64)
    means, visits = root.mean.copy(), root.visits.copy()
    return Findings(tuple(root.moves), means, visits, exact, plies, kept, root)


def _of_way(policy: Policy, way: Way) -> Findings:
    """Return what a search against a bare king found: its moves alone count as looked at."""
    best = np.array([move in way.moves for move in policy.moves])
    value = 1.0 if way.plies else WON
    values = np.where(best, value, min(policy.value, value))
    plies = np.where(best, way.plies, 0).astype(np.int64)
    return Findings(policy.moves, values, best.astype(np.int64), plies > 0, plies)


def _expectation(output: npt.NDArray[np.float32]) -> float:
    """Return win minus loss of a value head's output, (3,) logits or (1,) value."""
    if len(output) == 1:
        return float(output[0])
    weights = np.exp(output.astype(np.float64) - output.max())
    return float((weights[0] - weights[2]) / weights.sum())


@dataclass(slots=True)
class _Walk:
    """A board that walks through the tree, and knows when the rules end the game."""

    board: chess.Board
    history: BoardHistory = field(init=False)
    depth: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.board = self.board.copy()
        self.history = BoardHistory(self.board)

    def push(self, move: chess.Move) -> None:
        self.board.push(move)
        self.history.push(self.board)
        self.depth += 1

    def pop(self, plies: int = 1) -> None:
        for _ in range(plies):
            self.board.pop()
            self.history.pop()
        self.depth -= plies

    def visit(self, path: list[_Step]) -> _Leaf | None:
        """Make a node of the position on the board, or return what to ask the network for it."""
        moves, indices = legal_moves_and_indices(self.board)
        node = self._ended(moves)
        step = path[-1]
        if node is not None:
            step.node.children[step.move] = node
            _learn(path, node.value)
            return None
        step.node.waiting.add(step.move)
        planes = self.history.planes(self.board)
        return _Leaf(path, moves, indices, planes, lone_king_value(self.board))

    def _ended(self, moves: list[chess.Move]) -> Node | None:
        """Return a node without moves if the game is over, as ``engine.play.ending`` has it.

        A position that came up before within the search counts as drawn at the second time: who
        could repeat it once can do so again.
        """
        board = self.board
        none: npt.NDArray[np.float64] = np.zeros(0)
        if not moves:
            lost = board.is_check()
            return Node([], none, -1.0 if lost else 0.0, Exact(-1 if lost else 0, 0))
        if board.is_insufficient_material() or board.is_fifty_moves():
            return Node([], none, 0.0, _DRAWN)
        if self.history.times >= 3 or self.history.recurs_within(self.depth):
            return Node([], none, 0.0)
        return None
