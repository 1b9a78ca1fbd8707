"""What a server answers, whatever brings the questions: HTTP here, or a cluster's replicas.

Nothing of a question is kept once it is answered: a game is its moves, which come along.
"""

import asyncio
import threading
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor

import chess

from engine.play.batcher import BusyError
from engine.play.bot import Bot
from engine.play.engine import Policy
from engine.play.inference import Question
from engine.play.notation import board_from_fen, read_move
from engine.play.opponents import OpponentRegistry, load_registry
from engine.serve.messages import (
    Chance,
    Chances,
    Health,
    MoveAnswer,
    MoveQuestion,
    PlayerEntry,
    PolicyAnswer,
    PolicyQuestion,
    RecipeAnswer,
    SliderEntry,
    StylesAnswer,
)
from engine.style.recipe import Recipe
from engine.style.recipe_parser import parse_recipe
from engine.style.style import Style

SEARCHES_AT_ONCE = 8
SEARCHES_WAITING = 64


class StyleService:
    """Answers questions about styles, many at once. Its methods run in one event loop."""

    def __init__(self, registry: OpponentRegistry | None = None) -> None:
        """Serve a model and its styles, those of the assets by default.

        Raises:
            StylemateError: the assets are missing or damaged.
        """
        self._registry = registry or load_registry()
        self._searchers = ThreadPoolExecutor(SEARCHES_AT_ONCE, "search")
        self._searching = 0

    async def policy(self, asked: PolicyQuestion, asker: Hashable) -> PolicyAnswer:
        """Return how likely a style plays each legal move.

        Args:
            asked: the question.
            asker: who asks; askers take turns.

        Raises:
            StylemateError: the recipe or position is wrong, or the game is over.
            BusyError: too much is asked at once.
        """
        board, (recipe, style) = _board(asked), self._read(asked.recipe)
        policy = await self._policy(style, board, asker)
        win, draw, loss = policy.wdl
        return PolicyAnswer(
            recipe=str(recipe),
            fen=board.fen(),
            moves=[
                Chance(uci=move.uci(), san=board.san(move), probability=chance)
                for move, chance in policy.top(len(policy.moves))
            ],
            chances=Chances(win=win, draw=draw, loss=loss),
        )

    async def move(self, asked: MoveQuestion, asker: Hashable) -> MoveAnswer:
        """Return the move that a style plays, at the strength that its recipe asks for.

        If the caller is cancelled, so is the search. See ``policy`` for arguments and errors.
        """
        board, (recipe, style) = _board(asked), self._read(asked.recipe)
        bot = self._registry.bot(recipe, asked.temperature, asked.top_p, asked.seed)
        policy = await self._policy(style, board, asker)
        if isinstance(bot, Bot):
            move = bot.choose(board, policy)
        else:
            stop = threading.Event()
            if self._searching >= SEARCHES_WAITING:
                raise BusyError
            self._searching += 1
            try:
                loop = asyncio.get_running_loop()
                move = await loop.run_in_executor(self._searchers, bot.play, board, stop)
            finally:
                stop.set()
                self._searching -= 1
        san = board.san(move)
        board.push(move)
        return MoveAnswer(recipe=str(recipe), uci=move.uci(), san=san, fen=board.fen())

    def check(self, text: str) -> RecipeAnswer:
        """Return a recipe as it was understood.

        Raises:
            StylemateError: it cannot be read, or names somebody unknown.
        """
        recipe, _ = self._read(text)
        shares = {part.name: part.weight for part in recipe.components}
        return RecipeAnswer(recipe=str(recipe), players=shares, elo=recipe.elo)

    def styles(self, search: str, start: int, count: int) -> StylesAnswer:
        """Return players whose names match a text, some of them, and all sliders."""
        space = self._registry.space
        names = space.search(search) if search.strip() else space.names
        known = [space.find(name) for name in names[start : start + count]]
        return StylesAnswer(
            total=len(names),
            players=[
                PlayerEntry(
                    name=player.name,
                    games=player.games,
                    first_year=player.first_year,
                    last_year=player.last_year,
                    rating=player.rating,
                )
                for player in known
            ],
            sliders=[
                SliderEntry(key=slider.key, label=slider.label, description=slider.description)
                for slider in space.sliders
            ],
        )

    def health(self) -> Health:
        """Return how busy it is."""
        waiting = self._registry.networks.batcher.waiting
        return Health(status="ok", waiting=waiting, searching=self._searching)

    def _read(self, text: str) -> tuple[Recipe, Style]:
        recipe = self._registry.space.resolve(parse_recipe(text), text)
        return recipe, self._registry.style(recipe)

    async def _policy(self, style: Style, board: chess.Board, asker: Hashable) -> Policy:
        question = Question.of(style, [board])
        batcher = self._registry.networks.batcher
        promised = batcher.submit(question.planes, question.styles, asker)
        return question.policies(await asyncio.wrap_future(promised))[0]


def _board(asked: PolicyQuestion) -> chess.Board:
    """Return the board of a question with its history.

    Raises:
        StylemateError: the FEN or a move is wrong.
    """
    board = board_from_fen(asked.fen) if asked.fen else chess.Board()
    for text in asked.moves:
        try:
            move = board.parse_uci(text)
        except ValueError:
            move = read_move(board, text)
        if not move:
            move = read_move(board, text)  # "0000" is a move to chess programs, but not in a game
        board.push(move)
    return board
