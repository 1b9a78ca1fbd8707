"""What one browser tab remembers of the Play page."""

import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import chess
from cachetools import LRUCache

from engine.analysis.style_in_game import StyleMove
from engine.play.engine import Engine
from engine.style.recipe import Recipe, RecipeError
from ui.play.setup import Setup
from ui.shared.actions import action_of
from ui.shared.candidates import MoveShifts, Thinking
from ui.shared.clock import Clock
from ui.shared.game import Game
from ui.shared.manners import Manners
from ui.shared.opponent import Opponent

STATE = "play"
MOVES_TAB, OPPONENT_TAB, BOARD_TAB = "Moves", "Opponent", "Board"
THOUGHTS_KEPT = 64
WAY_ON = "Your game is safe in this page's address: reload the page to go on."
action = action_of(STATE, WAY_ON)
answer = action_of(STATE, WAY_ON, by_person=False)


def _first_revision() -> int:
    """Return a number that an event of another session will hardly carry."""
    return random.randrange(1, 1_000_000_000)


@dataclass(slots=True)
class PlaySession:
    """What the page remembers.

    Attributes:
        opponent: who plays, with players' full names.
        game: the game.
        revision: counts every change of what is on the board.
        number: counts the games that began, to tell one from the next.
        tab: the tab beside the board that the person opened, None until they do.
        slots: rows of players shown, one more than players while one is being added.
        problems: what to tell the person above the board, until the next action.
        recipe_error: what is wrong with the recipe that was typed, if it is.
        style_error: what is wrong with the style file that was loaded last, if it is.
        uploads: counts style files, so that none stays in the field once it was read.
        name: of the game to the page; a session made after a restart of the server has another
            until the page asks it to take the game up again.
        thoughts: the opponent's views of positions seen lately.
        shifts: what pushing its style changed there.
        reasons: why it played its moves lately, in words.
        styled: what of its style shows in the moves of this game.
        bot: the opponent, and what it was made of; it keeps what it thought of the game.
        level: how strong the person is, as they say; 0 if they do not, None while it is unknown.
        asks_level: whether to ask them.
        manners: whether it behaves as people do.
        reply_due: when its reply is to come, by the monotonic clock; None where none is waited for.
        draw_offered: half-moves after which it last would not have a draw.
        said: what it answered, until the next action.
        is_chosen: whether somebody chose the opponent, who then keeps the strength they have.
        rival: whom another page wished for while a game goes on, until the person has said what
            is to become of it.
        asks_resign: whether to ask if the person means to give up.
        is_first: whether the person came without a game, and is told what this is.
        welcomes: whether they have not done anything since.
        restored: values of the address of a game that is taken up as soon as the browser has told
            of the person's own styles.
        clock: of the game, None without one.
        recorded: name of the game in the person's history, once it has ended here.
        movers: who made the opponent's moves in this game, by the number of moves before each.
        setup: the position that is being set up in place of the game, None while there is none.
    """

    opponent: Opponent
    game: Game
    revision: int = field(default_factory=_first_revision)
    number: int = 0
    tab: str | None = None
    slots: int = 1
    problems: tuple[str, ...] = ()
    recipe_error: RecipeError | None = None
    style_error: str = ""
    uploads: int = 0
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    thoughts: LRUCache[tuple[str, str, tuple[chess.Move, ...]], Thinking | None] = field(
        default_factory=lambda: LRUCache(THOUGHTS_KEPT)
    )
    shifts: LRUCache[tuple[str, str, str, tuple[chess.Move, ...]], MoveShifts | None] = field(
        default_factory=lambda: LRUCache(THOUGHTS_KEPT)
    )
    reasons: LRUCache[tuple[str, str, tuple[chess.Move, ...]], str] = field(
        default_factory=lambda: LRUCache(THOUGHTS_KEPT)
    )
    styled: dict[tuple[str, str, tuple[chess.Move, ...]], StyleMove] = field(default_factory=dict)
    bot: tuple[tuple[object, ...], Engine] | None = None
    level: int | None = None
    asks_level: bool = False
    manners: Manners = field(default_factory=Manners)
    reply_due: float | None = None
    draw_offered: int | None = None
    said: str = ""
    is_chosen: bool = False
    rival: Recipe | None = None
    asks_resign: bool = False
    is_first: bool = False
    welcomes: bool = False
    restored: tuple[str, Mapping[str, str]] | None = None
    clock: Clock | None = None
    recorded: str | None = None
    movers: dict[int, Opponent] = field(default_factory=dict)
    setup: Setup | None = None

    @property
    def shown_tab(self) -> str:
        """The tab beside the board: as the person wishes, or as the game goes on."""
        return self.tab or (MOVES_TAB if self.game.moves else OPPONENT_TAB)
