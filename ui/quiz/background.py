"""Making a question: two famous players' styles, turned up, each in a short game of its own.

Nothing here touches ``st``: it runs in a thread of its own, and reports to its job.
"""

import random
from dataclasses import dataclass, replace

import chess

from engine.errors import StylemateError
from engine.play.ending import outcome
from engine.play.opponents import OpponentRegistry
from engine.style.presets import available_presets
from engine.style.recipe import Component, Recipe
from ui.shared.jobs import Job
from ui.shared.opponent import has_habits

INTENSITY = 3.0
PLIES = 40
"""Half-moves of a game: twenty moves, after which the openings are long over."""
TEMPERATURE = 0.5


@dataclass(frozen=True, slots=True)
class QuizGame:
    """A short game of one style against itself.

    Attributes:
        player: whose style it is.
        moves: of both sides.
        sans: the same in standard algebraic notation.
    """

    player: str
    moves: tuple[chess.Move, ...]
    sans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """Which of two games is whose.

    Attributes:
        games: of two players.
        asked: number of the game that is looked for.
    """

    games: tuple[QuizGame, QuizGame]
    asked: int

    @property
    def player(self) -> str:
        """Whose game is looked for."""
        return self.games[self.asked].player


def make_question(registry: OpponentRegistry, seed: int, job: Job[QuizQuestion]) -> QuizQuestion:
    """Let two famous players' styles play.

    Args:
        registry: the model and its styles.
        seed: the same makes the same question.
        job: told how far it is.

    Raises:
        StylemateError: there are not two famous players.
    """
    chance = random.Random(seed)
    players = [preset.player for preset in available_presets(registry.space)]
    if len(players) < 2:
        raise StylemateError("These styles hold no two famous players to tell apart.")
    names = chance.sample(players, 2)
    games = []
    for number, name in enumerate(names):
        job.report(number / 2, "Two players sit down …")
        games.append(play_alone(registry, name, chance.randrange(1 << 31)))
    return QuizQuestion((games[0], games[1]), chance.randrange(2))


def play_alone(registry: OpponentRegistry, name: str, seed: int) -> QuizGame:
    """Return a short game of a player's style, turned up, against itself."""
    recipe = Recipe((Component(name),))
    if has_habits(recipe, registry.space):
        recipe = replace(recipe, intensity=INTENSITY)
    bot = registry.bot(recipe, TEMPERATURE, seed=seed)
    board = chess.Board()
    sans: list[str] = []
    while len(sans) < PLIES and outcome(board) is None:
        move = bot.play(board)
        sans.append(board.san(move))
        board.push(move)
    return QuizGame(name, tuple(board.move_stack), tuple(sans))
