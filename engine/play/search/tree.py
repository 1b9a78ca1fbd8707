"""The tree of a search: positions with what was found about their moves."""

from dataclasses import dataclass

import chess
import numpy as np
import numpy.typing as npt

EXPLORATION = 1.75
"""How much a move's prior counts against what was found of it."""
UNSEEN = 0.25
"""How much worse than the position a move is thought to be before it was looked at."""


@dataclass(frozen=True, slots=True)
class Exact:
    """What a position is worth by the rules, whatever is played.

    Attributes:
        value: 1, 0 or -1 for the side to move.
        plies: half-moves to the end: the winner's shortest, the loser's longest way.
    """

    value: int
    plies: int


class Node:
    """A position of the tree, with statistics of each of its moves.

    Attributes:
        moves: the legal moves; none where the game is over or counted as drawn by repetition.
        priors: float64 (moves,), summing to 1.
        value: the first opinion of the position, for the side to move, -1 to 1.
        exact: what it is worth for certain, if that is known. A draw by repetition is not: the same
            position reached otherwise would be another matter.
        visits: int64 (moves,), how often each move was followed.
        pending: int64 (moves,), how often it is being followed just now.
        mean: float64 (moves,), mean value of each move for the side to move.
        children: by move; None where nobody has been yet.
        waiting: moves whose position is with the network.
    """

    __slots__ = (
        "children",
        "exact",
        "mean",
        "moves",
        "open",
        "pending",
        "priors",
        "value",
        "visits",
        "waiting",
    )

    def __init__(
        self,
        moves: list[chess.Move],
        priors: npt.NDArray[np.float64],
        value: float,
        exact: Exact | None = None,
    ) -> None:
        count = len(moves)
        self.moves = moves
        self.priors = priors
        self.value = value
        self.exact = exact
        self.visits = np.zeros(count, dtype=np.int64)
        self.pending = np.zeros(count, dtype=np.int64)
        self.mean = np.full(count, max(value - UNSEEN, -1.0))
        self.open = np.zeros(count)  # -inf where a move needs no more looking at
        self.children: list[Node | None] = [None] * count
        self.waiting: set[int] = set()

    @property
    def total(self) -> int:
        """Visits of all moves together."""
        return int(self.visits.sum())

    def choose(self) -> int:
        """Return the move to look at next (PUCT); -1 if all are settled."""
        tried = self.visits + self.pending
        scale = EXPLORATION * float(np.sqrt(tried.sum() + 1))
        scores = self.mean + scale * self.priors / (1 + tried) + self.open
        best = int(scores.argmax())
        return best if scores[best] > -np.inf else -1

    def learn(self, move: int, value: float) -> None:
        """Take in what following a move was worth to the side to move."""
        visits = int(self.visits[move]) + 1
        self.visits[move] = visits
        child = self.children[move]
        if child is not None and child.exact is not None:
            self.mean[move] = -child.exact.value
            self.open[move] = -np.inf
            self._settle(child.exact)
        elif visits == 1:
            self.mean[move] = value
        else:
            self.mean[move] += (value - self.mean[move]) / visits

    def _settle(self, reply: Exact) -> None:
        """Find out whether the position is settled, one more of its moves being so."""
        if reply.value == -1:
            plies = reply.plies + 1
            if self.exact is None or self.exact.value < 1 or plies < self.exact.plies:
                self.exact = Exact(1, plies)
            return
        replies = [child.exact for child in self.children if child is not None]
        known = [reply for reply in replies if reply is not None]
        if len(known) < len(self.moves):
            return
        best = max(-reply.value for reply in known)
        ways = [reply.plies + 1 for reply in known if -reply.value == best]
        self.exact = Exact(best, min(ways) if best > 0 else max(ways))

    def best(self) -> int:
        """Return the move that is thought best; -1 if none was followed yet.

        It is the most visited one, unless the position is settled: then the one that settles it.
        One that loses for certain, on which visits may have been spent, comes last.
        """
        if not self.visits.any():
            return -1
        if self.exact is not None:
            for move, child in enumerate(self.children):
                if child is not None and child.exact is not None:
                    found = Exact(-child.exact.value, child.exact.plies + 1)
                    if found == self.exact:
                        return move
        loses = (self.mean == -1) & (self.open == -np.inf)
        followed = self.visits > 0
        return int(np.where(followed, self.visits - loses * self.visits.sum(), -np.inf).argmax())

    def variation(self, move: int) -> list[chess.Move]:
        """Return a move that was followed, and the best play after it as far as the tree goes."""
        line: list[chess.Move] = []
        node: Node | None = self
        while node is not None and move >= 0:
            line.append(node.moves[move])
            node = node.children[move]
            move = -1 if node is None else node.best()
        return line

    def depth(self) -> int:
        """Return how many moves the longest way through the tree has."""
        deepest, level = 0, [self]
        while level := [child for node in level for child in node.children if child is not None]:
            deepest += 1
        return deepest

    def exact_plies(self, move: int) -> int:
        """Return the half-moves to the end after a move that is settled, 0 for others."""
        child = self.children[move]
        return 0 if child is None or child.exact is None else child.exact.plies + 1
