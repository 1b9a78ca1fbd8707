"""A bot: a style that plays chess."""

import threading
from collections.abc import Sequence

import chess
import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from engine.errors import StylemateError
from engine.play.engine import Policy
from engine.play.inference import MergedNetworks, StyledModel
from engine.style.style import Style

MAXIMUM_TEMPERATURE = 10.0


class StyledEngine:
    """What all engines that play a style have in common: the style's own opinion."""

    def __init__(self, networks: MergedNetworks, style: Style) -> None:
        """Take a style of a model that may be shared with others."""
        self.style = style
        self._networks = networks

    def policy(self, board: chess.Board) -> Policy:
        """Return the style's probability of every legal move and its chances.

        Raises:
            StylemateError: the game is over, or the board is not of standard chess.
        """
        return self._networks.evaluate(self.style, [board])[0]

    def evaluate(self, boards: Sequence[chess.Board]) -> list[Policy]:
        """Return the style's opinion of several boards, in one batch.

        Raises:
            StylemateError: a game is over, or a board is not of standard chess.
        """
        return self._networks.evaluate(self.style, boards)


class Bot(StyledEngine):
    """An ``Engine`` that plays one style.

    ``policy`` is the style's own opinion, whatever the temperature; ``play`` draws from it after
    temperature and top-p. Two bots with one seed that are asked the same play the same.
    """

    def __init__(
        self,
        model: StyledModel | MergedNetworks,
        style: Style,
        temperature: float = 1.0,
        top_p: float = 1.0,
        seed: int | None = None,
    ) -> None:
        """Make a bot.

        Args:
            model: the model, or one that is shared with other bots.
            style: how to play.
            temperature: 0 plays the likeliest move always, 1 as often as the style would.
            top_p: only the likeliest moves that reach this probability together are played.
            seed: makes the moves repeatable.

        Raises:
            StylemateError: the temperature, top-p or seed is out of range.
        """
        shared = model if isinstance(model, MergedNetworks) else MergedNetworks(model, kept=1)
        super().__init__(shared, style)
        self.sampler = Sampler(temperature, top_p, seed)

    def play(self, board: chess.Board) -> chess.Move:
        """Return a legal move.

        Raises:
            StylemateError: the game is over, or the board is not of standard chess.
        """
        return self.choose(board, self.policy(board))

    def choose(
        self, board: chess.Board, policy: Policy, stop: threading.Event | None = None
    ) -> chess.Move:
        """Return one of the moves of a policy, which are all or some of the legal ones.

        It takes no time, so there is nothing to stop.
        """
        return self.sampler.choose(policy)


class Sampler:
    """Draws moves from policies, safe to share between threads."""

    def __init__(
        self, temperature: float = 1.0, top_p: float = 1.0, seed: int | None = None
    ) -> None:
        """See ``Bot`` for the arguments and errors."""
        if not 0 <= temperature <= MAXIMUM_TEMPERATURE:
            raise StylemateError(
                f"The temperature must be 0 to {MAXIMUM_TEMPERATURE:g}, not {temperature:g}."
            )
        if not 0 < top_p <= 1:
            raise StylemateError(f"Top-p must be above 0 and at most 1, not {top_p:g}.")
        if seed is not None and seed < 0:
            raise StylemateError(f"The seed must be 0 or more, not {seed}.")
        self.temperature = temperature
        self.top_p = top_p
        self._random = np.random.default_rng(seed)
        self._lock = threading.Lock()

    def choose(self, policy: Policy) -> chess.Move:
        """Return a move of a policy."""
        chances = self.distribution(policy)
        with self._lock:
            draw = self._random.random()
        # Rounding may leave the sum a hair below the draw: the last possible move is meant then.
        last = int(np.flatnonzero(chances)[-1])
        return policy.moves[min(int(np.searchsorted(chances.cumsum(), draw, "right")), last)]

    def distribution(self, policy: Policy) -> npt.NDArray[np.float64]:
        """Return the chance of each of the policy's moves to be played, float64, summing to 1."""
        if self.temperature == 0:
            chances = np.zeros_like(policy.probabilities)
            chances[0] = 1
            return chances
        with np.errstate(divide="ignore"):
            logits = np.log(policy.probabilities) / self.temperature
        chances = np.asarray(softmax(logits))
        if self.top_p < 1:
            before = chances.cumsum() - chances
            chances = np.where(before < self.top_p, chances, 0)
            chances /= chances.sum()
        return chances
