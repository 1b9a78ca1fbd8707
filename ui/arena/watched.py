"""One game of the Arena that a person watches move by move, and what of both styles shows in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import chess

from engine.analysis.style_in_game import StyleMove, style_moves
from engine.errors import StylemateError
from engine.play.exhibition import Exhibition
from engine.play.opponents import OpponentRegistry
from engine.style.recipe import AVERAGE, Recipe
from ui.shared.opponent import DEFAULT_TEMPERATURE
from ui.shared.watched_game import play_on


@dataclass(eq=False, slots=True)
class WatchedGame:
    """A game between two styles.

    Attributes:
        sides: recipes by colour.
        game: the game itself.
        registry: makes the styles.
        is_running: whether it plays on by itself.
        error: why it cannot go on, empty while it can.
        shown: half-moves after which the position on the board stands; None for the last.
        revision: counts the changes of the board.
    """

    sides: dict[chess.Color, Recipe]
    game: Exhibition
    registry: OpponentRegistry
    is_running: bool = True
    error: str = ""
    shown: int | None = None
    revision: int = 0
    _styled: list[tuple[chess.Color, StyleMove]] = field(default_factory=list)

    @classmethod
    def between(cls, white: Recipe, black: Recipe, registry: OpponentRegistry) -> "WatchedGame":
        """Set the pieces up.

        Raises:
            StylemateError: a recipe cannot be played.
        """
        engines = [registry.bot(recipe, DEFAULT_TEMPERATURE) for recipe in (white, black)]
        return cls({chess.WHITE: white, chess.BLACK: black}, Exhibition(*engines), registry)

    @property
    def is_over(self) -> bool:
        """Whether the game has ended."""
        return self.game.ending is not None

    @property
    def count(self) -> int:
        """Half-moves after which the position on the board stands."""
        length = len(self.game.moves)
        return length if self.shown is None else min(self.shown, length)

    def play_on(self, seconds: float) -> None:
        """Play a move, or as many as fit into some seconds; what cannot go on stops."""
        try:
            self.revision += play_on(self.game, seconds)
            self._look()
        except StylemateError as error:
            self.error, self.is_running = str(error), False
        if self.is_over:
            self.is_running = False

    def go_to(self, count: int) -> None:
        """Show the position after so many half-moves; at the last one, follow the game again."""
        self.shown = None if count >= len(self.game.moves) else max(count, 0)
        self.revision += 1

    def styled(self, color: chess.Color) -> Sequence[StyleMove]:
        """Return what of a side's style shows in its moves."""
        return [move for mover, move in self._styled if mover == color]

    def _look(self) -> None:
        """Hold the moves that were not looked at yet against the average player."""
        played = self.game.moves
        fresh = range(len(self._styled), len(played))
        board = self.game.board(fresh.start)
        before: list[chess.Board] = []
        for place in fresh:
            before.append(board.copy())
            board.push(played[place].move)
        found: dict[int, StyleMove] = {}
        for color, recipe in self.sides.items():
            mine = [place for place in fresh if played[place].color == color]
            moves = style_moves(
                [before[place - fresh.start] for place in mine],
                [played[place].move for place in mine],
                self.registry.bot(recipe.style).evaluate,
                self.registry.bot(AVERAGE).evaluate,
            )
            found |= dict(zip(mine, moves, strict=True))
        self._styled += [(played[place].color, found[place]) for place in fresh]
