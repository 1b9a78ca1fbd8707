"""Whose moves a person's moves resemble: their likelihood under every style, and what follows.

Bayes' rule over styles. Before the first move every style is as likely as any other; each move the
person makes then counts for the styles that would have played it more often. A move's likelihood
under hundreds of styles takes one forward pass of the model with a style in each row of the batch.

Two things keep the answer from claiming more than a handful of moves can say. Everybody slips
(``SLIP``), so no single strange move can rule a style out. And a style whose likelihood of a move
is not known yet is taken to find it as likely as the average style does, which says nothing for or
against it: the answer is usable while the styles are still being gone through, and exact after.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import chess
import numpy as np
import numpy.typing as npt
from cachetools import LRUCache
from scipy.special import softmax

from engine.errors import StylemateError
from engine.play.inference import MergedNetworks, evaluate_styles
from engine.style.style import Routing

Numbers = npt.NDArray[np.float64]

SLIP = 0.02
"""Share of everybody's moves that no style explains; they fall on all legal moves alike."""
LEADING = 300
"""Styles that are looked at first after each move: those that lead so far."""
STYLES_AT_ONCE = 64
"""Styles in one forward pass: small passes let other work in between, and are no slower."""
DECISIONS_READ = 200
"""The latest moves that count; a few games."""
_ROWS_KEPT = 2 * DECISIONS_READ


@dataclass(frozen=True, slots=True)
class Decision:
    """A move that a person chose.

    Attributes:
        start: FEN of the game's first position.
        before: the moves played up to the choice.
        move: the move chosen.
    """

    start: str
    before: tuple[chess.Move, ...]
    move: chess.Move

    def board(self) -> chess.Board:
        """Return the board on which the move was chosen, with its history.

        Raises:
            StylemateError: the moves do not fit the position.
        """
        board = chess.Board(self.start)
        for move in (*self.before, self.move):
            if not board.is_legal(move):
                raise StylemateError(f"The move {move.uci()} is not legal in '{board.fen()}'.")
            board.push(move)
        board.pop()
        return board


def log_likelihood(probabilities: npt.ArrayLike, legal_moves: npt.ArrayLike) -> Numbers:
    """Return the logarithm of moves' likelihoods when everybody slips now and then, float64.

    Args:
        probabilities: of the moves under styles, without slips.
        legal_moves: how many moves there were to choose from, of a shape that broadcasts.
    """
    chosen = np.asarray(probabilities, dtype=np.float64)
    slipped = SLIP / np.asarray(legal_moves, dtype=np.float64)
    return np.asarray(np.log((1 - SLIP) * chosen + slipped))


@dataclass(frozen=True, eq=False)
class Resemblance:
    """What some moves say about styles; a snapshot that does not change.

    Attributes:
        names: of the styles.
        decisions: the moves that were read.
        probabilities: float32 (decisions, styles), how likely each style finds each move; not a
            number where that is not known yet.
        average: float32 (decisions,), the same for the average style.
        legal_moves: int64 (decisions,), how many moves there were to choose from.
    """

    names: tuple[str, ...]
    decisions: tuple[Decision, ...]
    probabilities: npt.NDArray[np.float32] = field(repr=False)
    average: npt.NDArray[np.float32] = field(repr=False)
    legal_moves: npt.NDArray[np.int64] = field(repr=False)

    @cached_property
    def evidence(self) -> Numbers:
        """Nats by which each move is likelier in a style than in the average one.

        float64 (decisions, styles), 0 where that is not known yet.
        """
        own = log_likelihood(self.probabilities, self.legal_moves[:, None])
        usual = log_likelihood(self.average, self.legal_moves)[:, None]
        return np.nan_to_num(own - usual, nan=0.0)

    @cached_property
    def posterior(self) -> Numbers:
        """Probability of each style after all moves, float64 (styles,), summing to 1."""
        return np.asarray(softmax(self.evidence.sum(axis=0)))

    @cached_property
    def order(self) -> npt.NDArray[np.int64]:
        """Rows of the styles by falling probability, int64 (styles,); ties as they were given."""
        return np.argsort(-self.posterior, kind="stable")

    @cached_property
    def known(self) -> float:
        """Share of all likelihoods that are known, 0 to 1."""
        if not self.probabilities.size:
            return 1.0
        return 1.0 - float(np.isnan(self.probabilities).mean())

    def course(self, style: int) -> Numbers:
        """Return a style's probability before the first and after each move, (decisions + 1,)."""
        growing = np.vstack((np.zeros(len(self.names)), np.cumsum(self.evidence, axis=0)))
        return np.array([softmax(row)[style] for row in growing])

    def players_holding(self, share: float) -> int:
        """Return how many of the likeliest styles share this much of the probability."""
        held = np.cumsum(self.posterior[self.order])
        # Rounding must not ask for a style more than there is, or than is needed.
        return min(int(np.searchsorted(held, share - 1e-9)) + 1, len(self.names))

    def difference(self, style: int, other: int | None = None) -> Numbers:
        """Return by how many nats each move speaks for a style, float64 (decisions,).

        Args:
            style: row of the style.
            other: row of the style to compare with, the average style if None.
        """
        against = 0.0 if other is None else self.evidence[:, other]
        return np.asarray(self.evidence[:, style] - against)


class Reader:
    """Goes through the styles for one person's moves, in the background if wanted.

    One thread works (``work``) while others say which moves count and look at what is known so
    far. Likelihoods are kept for a while, so that a move taken back and made again costs nothing.
    """

    def __init__(self, average: Routing, names: Sequence[str], z: Routing) -> None:
        """Make a reader that knows no moves yet.

        Args:
            average: the style that is compared with, float32 (heads, modules).
            names: of the styles, all different.
            z: float32 (styles, heads, modules).
        """
        self._average = average
        self._names, self._z = tuple(names), z
        self._decisions: tuple[Decision, ...] = ()
        self._rows: LRUCache[Decision, _Row] = LRUCache(_ROWS_KEPT)
        self._leaders: npt.NDArray[np.int64] | None = None  # found anew for each new move
        self._lock = threading.Lock()

    def use_styles(self, names: Sequence[str], z: Routing) -> None:
        """Compare other styles; what is known of those that stay is kept. Arguments as above."""
        with self._lock:
            if self._names == tuple(names) and np.array_equal(self._z, z):
                return
            before = {name: row for row, name in enumerate(self._names)}
            same = [
                (row, before[name])
                for row, name in enumerate(names)
                if name in before and np.array_equal(z[row], self._z[before[name]])
            ]
            here = np.array([row for row, _ in same], dtype=np.int64)
            there = np.array([row for _, row in same], dtype=np.int64)
            for known in self._rows.values():
                fresh = np.full(len(names), np.nan, dtype=np.float32)
                fresh[here] = known.probabilities[there]
                known.probabilities = fresh
            self._names, self._z, self._leaders = tuple(names), z, None

    def use_decisions(self, decisions: Sequence[Decision]) -> None:
        """Say which moves count, the latest last; of very many only the last ones do."""
        with self._lock:
            latest = tuple(decisions)[-DECISIONS_READ:]
            if latest != self._decisions:
                self._decisions, self._leaders = latest, None

    @property
    def is_complete(self) -> bool:
        """Whether every likelihood is known."""
        with self._lock:
            return not self._unread()

    def resemblance(self) -> Resemblance:
        """Return what is known now."""
        with self._lock:
            return self._snapshot()

    def work(
        self,
        networks: MergedNetworks,
        should_stop: Callable[[], bool] = lambda: False,
        report: Callable[[float], None] = lambda known: None,
    ) -> None:
        """Find out what is not known yet, until all is; moves that come meanwhile are read too.

        Args:
            networks: the model, which plays a style in each row.
            should_stop: asked before each forward pass.
            report: told the share of likelihoods that are known.

        Raises:
            StylemateError: a decision's moves are not legal.
        """
        prepared: tuple[Decision, chess.Board] | None = None
        while not should_stop():
            with self._lock:
                task = self._next_task()
                if task is None:
                    return
                everyone = self._z
            if prepared is None or prepared[0] != task.decision:
                prepared = task.decision, task.decision.board()
            asked = np.concatenate((self._average[None], everyone[task.styles]))
            policies = evaluate_styles(networks, prepared[1], asked)
            chances = [policy.probability(task.decision.move) for policy in policies]
            with self._lock:
                if self._z is everyone:  # else styles came or went meanwhile
                    self._remember(
                        task, len(policies[0].moves), np.array(chances, dtype=np.float32)
                    )
                known = self._known()
            report(known)

    # ---- all of these are called under the lock ----

    def _next_task(self) -> "_Task | None":
        """Return what to find out next: the leading styles first, the latest move first."""
        unread = self._unread()
        if not unread:
            return None
        for styles in (self._leading(), np.arange(len(self._names))):
            for decision in unread:
                row = self._rows.get(decision)
                if row is None:
                    return _Task(decision, styles[:STYLES_AT_ONCE])
                unknown = styles[np.isnan(row.probabilities[styles])]
                if len(unknown):
                    return _Task(decision, unknown[:STYLES_AT_ONCE])
        return None

    def _unread(self) -> list[Decision]:
        """Return the decisions of which something is unknown, the latest first."""
        rows = [(decision, self._rows.get(decision)) for decision in reversed(self._decisions)]
        return [decision for decision, row in rows if row is None or not row.is_complete]

    def _leading(self) -> npt.NDArray[np.int64]:
        if self._leaders is None:
            self._leaders = self._snapshot().order[:LEADING]
        return self._leaders

    def _snapshot(self) -> Resemblance:
        rows = [(d, self._rows[d]) for d in self._decisions if d in self._rows]
        return Resemblance(
            names=self._names,
            decisions=tuple(decision for decision, _ in rows),
            probabilities=np.array(
                [row.probabilities for _, row in rows], dtype=np.float32
            ).reshape(len(rows), len(self._names)),
            average=np.array([row.average for _, row in rows], dtype=np.float32),
            legal_moves=np.array([row.legal_moves for _, row in rows], dtype=np.int64),
        )

    def _remember(self, task: "_Task", legal_moves: int, chances: npt.NDArray[np.float32]) -> None:
        row = self._rows.get(task.decision)
        if row is None:
            unknown = np.full(len(self._names), np.nan, dtype=np.float32)
            row = _Row(unknown, float(chances[0]), legal_moves)
            self._rows[task.decision] = row
        row.probabilities[task.styles] = chances[1:]

    def _known(self) -> float:
        whole = len(self._decisions) * len(self._names)
        rows = [self._rows[d] for d in self._decisions if d in self._rows]
        known = sum(int(np.count_nonzero(~np.isnan(row.probabilities))) for row in rows)
        return known / whole if whole else 1.0


@dataclass(slots=True)
class _Row:
    """What is known of a decision.

    Attributes:
        probabilities: float32 (styles,), not a number where unknown.
        average: the average style's.
        legal_moves: how many moves there were to choose from.
    """

    probabilities: npt.NDArray[np.float32]
    average: float
    legal_moves: int

    @property
    def is_complete(self) -> bool:
        return not np.isnan(self.probabilities).any()


@dataclass(frozen=True, slots=True)
class _Task:
    """What to find out in one forward pass.

    Attributes:
        decision: the move.
        styles: int64, rows of the styles to ask, after the average one.
    """

    decision: Decision
    styles: npt.NDArray[np.int64]
