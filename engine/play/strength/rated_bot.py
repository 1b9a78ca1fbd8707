"""A style that plays at a chosen strength."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

import chess
import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from engine.errors import StylemateError
from engine.play.bot import StyledEngine
from engine.play.engine import Policy
from engine.play.inference import MergedNetworks
from engine.play.search.search import Findings, Search, SearchLimits
from engine.play.strength.setting import LONGEST_SECONDS, Setting
from engine.style.space import StyleSpace
from engine.style.style import Style

LEAST_SHARE = 0.1
"""A move is played only if it was looked at at least this often, compared with the most visited."""
_LEAST_CHANCE = 1e-12
BEGINNER = "Online player 500"
"""The players whose difference from the average makes a style weaker."""


@dataclass(frozen=True, eq=False, slots=True)
class Decision:
    """A move, and what it was drawn from.

    Attributes:
        chosen: the move.
        moves: all that were to be chosen from, likeliest for the style first.
        chances: float64 (moves,), how likely each was played.
        found: what looking ahead found, None if there was nothing to look for.
    """

    chosen: chess.Move
    moves: tuple[chess.Move, ...]
    chances: npt.NDArray[np.float64]
    found: Findings | None

    def likeliest(self) -> list[chess.Move]:
        """Return all moves, those first that are played most often; of equals the style's own."""
        return [self.moves[place] for place in np.argsort(-self.chances, kind="stable")]


class RatedBot(StyledEngine):
    """An ``Engine`` that plays one style with one setting.

    ``policy`` is the style's own opinion, whatever the setting. A search keeps its tree for the
    game, so each game wants a bot of its own; the networks are shared.
    """

    def __init__(
        self,
        networks: MergedNetworks,
        style: Style,
        setting: Setting,
        space: StyleSpace | None = None,
        seed: int | None = None,
        seconds: float | None = LONGEST_SECONDS,
    ) -> None:
        """Make a bot.

        Args:
            networks: the model.
            style: how to play.
            setting: how strongly.
            space: knows how beginners play, which weak settings need.
            seed: makes the moves repeatable, as long as no search ends by the clock.
            seconds: after which a search ends; None never.

        Raises:
            StylemateError: the seed is negative.
        """
        if seed is not None and seed < 0:
            raise StylemateError(f"The seed must be 0 or more, not {seed}.")
        super().__init__(networks, style)
        self.setting = setting
        self._playing = _weakened(style, setting.beginner, space)
        self._search = Search(networks.plain, networks.memory)
        self._limits = SearchLimits(setting.visits, seconds)
        self._random = np.random.default_rng(seed)
        self._lock = threading.Lock()

    def play(self, board: chess.Board, stop: threading.Event | None = None) -> chess.Move:
        """Return a legal move; soon, if ``stop`` is set.

        Raises:
            StylemateError: the game is over, or the board is not of standard chess.
        """
        return self.choose(board, None, stop)

    def choose(
        self,
        board: chess.Board,
        policy: Policy | None = None,
        stop: threading.Event | None = None,
    ) -> chess.Move:
        """Return one of the moves of a policy; see ``decide``."""
        return self.decide(board, policy, stop).chosen

    def decide(
        self,
        board: chess.Board,
        policy: Policy | None = None,
        stop: threading.Event | None = None,
    ) -> Decision:
        """Choose one of the moves of a policy, which are all or some of the legal ones.

        The moves count, not how likely ``policy`` has them: a weak setting has its own opinion.

        Raises:
            StylemateError: the game is over, or the board is not of standard chess.
        """
        with self._lock:  # the tree is of one game, and is no place for two threads
            asked = self._networks.evaluate(self._playing, [board])[0]
            if policy is not None:
                asked = _only(asked, policy.moves)
            found = None
            if self.setting.visits and len(asked.moves) > 1:
                found = self._search.run(board, asked, self._limits, stop)
            chances = move_chances(asked, found, self.setting)
            chosen = asked.moves[int(self._random.choice(len(chances), p=chances))]
            return Decision(chosen, asked.moves, chances, found)


def _only(policy: Policy, moves: Sequence[chess.Move]) -> Policy:
    """Return a policy over some of its moves."""
    if len(moves) == len(policy.moves):
        return policy
    wanted = set(moves)
    kept = np.array([move in wanted for move in policy.moves])
    chances = np.maximum(policy.probabilities[kept], _LEAST_CHANCE)
    left = tuple(move for move in policy.moves if move in wanted)
    return replace(policy, moves=left, probabilities=chances / chances.sum())


def move_chances(
    policy: Policy,
    found: Findings | None,
    setting: Setting,
) -> npt.NDArray[np.float64]:
    """Return how likely each move of a policy is played, float64 (moves,), summing to 1.

    A mate that was seen is played at once, by the shortest way; a move that loses by force only
    if all do.

    Args:
        policy: the style's.
        found: what looking ahead found, None if nothing was looked at.
        setting: how strongly to play.
    """
    logits = np.log(np.maximum(policy.probabilities, _LEAST_CHANCE)) / setting.temperature
    if found is not None:
        order = {move: place for place, move in enumerate(found.moves)}
        places = [order[move] for move in policy.moves]
        values, visits = found.values[places], found.visits[places]
        exact, plies = found.is_exact[places], found.plies[places]
        won = exact & (values > 0)
        if won.any():
            best = np.flatnonzero(won & (plies == plies[won].min()))
            return np.asarray(
                softmax(np.where(np.isin(np.arange(len(values)), best), logits, -np.inf))
            )
        lost = exact & (values < 0)
        if lost.all():
            looked_at = plies == plies.max()
        else:
            # Those that lose do not count: the search may have spent all its visits on them.
            most = visits[~lost].max()
            looked_at = ((visits >= LEAST_SHARE * most) | exact) & ~lost
        logits = np.where(looked_at, logits + setting.care * values, -np.inf)
    return np.asarray(softmax(logits))


def _weakened(style: Style, share: float, space: StyleSpace | None) -> Style:
    """Return a style as beginners would play it; the same where none are known."""
    if not share or space is None or BEGINNER not in space.names:
        return style
    step = space.row(BEGINNER) - space.average
    z = style.z.copy()
    z[: len(step)] += np.float32(share) * step
    return Style(z, f"{style.recipe} (weakened by {share:g})", "strength")
