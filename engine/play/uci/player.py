"""The player behind the protocol: the opponents' bot, as the options want it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import chess
import numpy as np

from engine.errors import StylemateError
from engine.play.bot import Bot
from engine.play.ending import outcome
from engine.play.engine import Policy
from engine.play.opponents import OpponentRegistry, load_registry
from engine.play.search.search import Findings
from engine.play.strength.rated_bot import RatedBot
from engine.play.uci.options import ANY_SEED, HUNDREDTHS, Values
from engine.play.uci.report import Effort, PrincipalVariation
from engine.style.recipe import (
    AVERAGE,
    MAXIMUM_AMOUNT,
    MAXIMUM_INTENSITY,
    Component,
    Recipe,
    Steering,
)
from engine.style.recipe_parser import parse_recipe
from engine.style.style_file import load_style


@dataclass(frozen=True, slots=True)
class Thought:
    """What came of looking at a position.

    Attributes:
        chosen: the move to play.
        lines: moves in the order in which they are shown, the chosen one among them.
        value: win minus loss of the position, for the side to move.
        found: what a search found, None if nothing was searched.
        memory: which share of the room for what searches ask is taken, 0 to 1.
    """

    chosen: chess.Move
    lines: tuple[PrincipalVariation, ...]
    value: float
    found: Findings | None
    memory: float

    def line(self, move: chess.Move) -> PrincipalVariation:
        """Return the line of one of the moves."""
        return next(line for line in self.lines if line.move == move.uci())

    def effort(self, first: PrincipalVariation) -> Effort:
        """Return how much was looked at, to be shown with lines of which this is the first."""
        found = self.found
        if found is None:
            nodes = 1 + len(self.lines)
            return Effort(1, 1, nodes, nodes, self.memory)
        visits = int(found.visits.sum())
        searched = found.variation(chess.Move.from_uci(first.move))
        return Effort(len(searched), found.depth, 1 + visits, 1 + visits - found.kept, self.memory)


@dataclass(frozen=True, slots=True)
class _Settings:
    """All options that make another bot."""

    style_file: str
    recipe: Recipe
    temperature: float
    top_p: float
    seed: int | None


class Player:
    """Plays one game at a time; it is asked by one thread."""

    def __init__(self, registry: OpponentRegistry) -> None:
        """Sit down, with nothing set yet.

        Args:
            registry: makes the bots.
        """
        self._registry = registry
        self._settings: _Settings | None = None
        self._bot: Bot | RatedBot | None = None
        self._recipe = ""

    @classmethod
    def load(cls) -> "Player":
        """Load the assets.

        Raises:
            StylemateError: they are missing or damaged.
        """
        return cls(load_registry())

    @property
    def recipe(self) -> str:
        """What is played."""
        return self._recipe

    def configure(self, values: Values) -> bool:
        """Play as options say, and return whether that is another way than before.

        Raises:
            StylemateError: they cannot be followed; everything stays as it was.
        """
        settings = _settings(values)
        if settings == self._settings:
            return False
        self._bot = self._new_bot(settings)
        self._settings = settings
        return True

    def new_game(self) -> None:
        """Begin another game: with a seed, the same moves come again."""
        if self._settings is not None and self._settings.seed is not None:
            self._bot = self._new_bot(self._settings)

    def think(
        self,
        board: chess.Board,
        moves: Sequence[chess.Move] = (),
        lines: int = 1,
        all_moves: bool = False,
        with_reply: bool = False,
        stop: threading.Event | None = None,
    ) -> Thought:
        """Choose a move.

        Args:
            board: the position with its history; left as it is.
            moves: the only ones to choose from; all if there are none.
            lines: how many moves to look at. One alone is that which was chosen, several are the
                likeliest, and the chosen one behind them where it is none of these.
            all_moves: look at every move.
            with_reply: name the likeliest answer to each.
            stop: ends a search soon after it is set.

        Raises:
            StylemateError: the game is over, or nothing was configured yet.
        """
        bot = self._bot
        if bot is None:
            raise StylemateError("The engine was not told how to play.")
        full = bot.policy(board)
        policy = _restricted(full, moves)
        found: Findings | None = None
        if isinstance(bot, RatedBot):
            decision = bot.decide(board, policy, stop)
            chosen, likeliest, found = decision.chosen, decision.likeliest(), decision.found
        else:
            chosen, likeliest = bot.choose(board, policy, stop), list(policy.moves)
        shown = likeliest if all_moves else likeliest[:lines] if lines > 1 else [chosen]
        if chosen not in shown:
            shown.append(chosen)
        said = _lines(bot.evaluate, board, policy, found, shown, with_reply)
        return Thought(chosen, said, full.value, found, self._registry.networks.memory.fullness)

    def _new_bot(self, settings: _Settings) -> Bot | RatedBot:
        registry, recipe = self._registry, settings.recipe
        if settings.style_file:
            style = load_style(settings.style_file)
            registry = registry.with_style(style)
            if not recipe.components:  # nobody was named, so the file's own style is meant
                recipe = replace(recipe, components=(Component(style.label),))
        bot = registry.bot(recipe, settings.temperature, settings.top_p, settings.seed)
        self._recipe = str(registry.space.resolve(recipe))
        return bot


def played_recipe(values: Values) -> Recipe:
    """Return the recipe with what the sliders and the intensity add to it, at the strength wanted.

    Raises:
        RecipeError: it cannot be read.
    """
    recipe = parse_recipe(values.text("Recipe") or AVERAGE)
    amounts = {push.attribute: push.amount for push in recipe.steering}
    for key, amount in values.amounts().items():
        total = amounts.get(key, 0.0) + amount
        amounts[key] = max(-MAXIMUM_AMOUNT, min(total, MAXIMUM_AMOUNT))
    intensity = recipe.intensity * values.number("Intensity") / HUNDREDTHS
    return replace(
        recipe,
        steering=tuple(Steering(key, amount) for key, amount in amounts.items()),
        intensity=min(intensity, MAXIMUM_INTENSITY),
        elo=recipe.elo if values.elo() is None else values.elo(),
    )


def _settings(values: Values) -> _Settings:
    seed = values.number("Seed")
    return _Settings(
        values.text("StyleFile"),
        played_recipe(values),
        values.decimal("Temperature"),
        values.decimal("TopP"),
        None if seed == ANY_SEED else seed,
    )


def _restricted(policy: Policy, moves: Sequence[chess.Move]) -> Policy:
    """Return a policy of some moves alone; the whole one if none of them is legal."""
    kept = [place for place, move in enumerate(policy.moves) if move in moves]
    if not kept:
        return policy
    probabilities = policy.probabilities[kept]
    total = probabilities.sum()
    shares = probabilities / total if total > 0 else np.full(len(kept), 1 / len(kept))
    return replace(policy, moves=tuple(policy.moves[i] for i in kept), probabilities=shares)


def _lines(
    evaluate_boards: Callable[[Sequence[chess.Board]], list[Policy]],
    board: chess.Board,
    policy: Policy,
    found: Findings | None,
    moves: Sequence[chess.Move],
    with_reply: bool,
) -> tuple[PrincipalVariation, ...]:
    """Return what each move leads to.

    What the rules decide is certain, what a search followed is worth what it found, and of the rest
    the network is asked after the move.
    """
    after = []
    for move in moves:
        position = board.copy()
        position.push(move)
        after.append(position)
    ends = [outcome(position) for position in after]
    open_boards = [position for position, end in zip(after, ends, strict=True) if end is None]
    answers = iter(evaluate_boards(open_boards))
    lines = []
    for move, end in zip(moves, ends, strict=True):
        line = PrincipalVariation((move.uci(),), policy.probability(move), (0.0, 1.0, 0.0))
        if end is None:
            answer = next(answers)
            win, draw, loss = answer.wdl
            reply = (answer.moves[0].uci(),) if with_reply else ()
            line = replace(line, moves=line.moves + reply, wdl=(loss, draw, win))
        elif end.winner is not None:
            line = replace(line, wdl=(1.0, 0.0, 0.0), mate=1)
        lines.append(line if found is None else _as_found(line, move, found))
    return tuple(lines)


def _as_found(line: PrincipalVariation, move: chess.Move, found: Findings) -> PrincipalVariation:
    """Return a line with what a search found of its move.

    A tree knows win minus loss; how many games are drawn the network said after the move.
    """
    place = found.moves.index(move)
    visits = int(found.visits[place])
    if not visits:
        return replace(line, visits=0)
    value = float(found.values[place])
    draw = min(line.wdl[1], 1 - abs(value))
    played = tuple(step.uci() for step in found.variation(move))
    return replace(
        line,
        moves=played if len(played) > 1 else line.moves,
        wdl=((1 - draw + value) / 2, draw, (1 - draw - value) / 2),
        mate=int(found.plies[place]) if value and found.is_exact[place] else 0,
        visits=visits,
    )
