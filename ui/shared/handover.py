"""What pages hand to one another through their tab: wishes to play or to go through a game, and
what is being played.

No page knows another. One leaves a wish here; the app opens the page that takes it up.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import StylemateError
from engine.style.recipe import Recipe
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from ui.shared.game import Game
from ui.shared.opponent import Opponent, check_opponent
from ui.shared.opponents import opponents
from ui.shared.state import tab

WISH, PLAYING, REVIEW, GAME, WATCH = (
    "wish_to_play",
    "being_played",
    "wish_to_review",
    "wish_to_play_on",
    "wish_to_watch",
)
FAMOUS_PAIR = ("Tal, Mikhail | intensity 3", "Petrosian, Tigran | intensity 3")
"""Two whose games are least alike, with habits turned up to where they can be seen in one game."""


@dataclass(frozen=True, slots=True)
class Playing:
    """What is on the Play page.

    Attributes:
        opponent: who plays.
        game: the game.
    """

    opponent: Opponent
    game: Game


@dataclass(frozen=True, slots=True)
class ReviewWish:
    """A game to go through.

    Attributes:
        game: the game; its person's moves are looked at first.
        white: who had White.
        black: who had Black.
        recipe: the style to hold it against.
    """

    game: Game
    white: str
    black: str
    recipe: Recipe


def ask_to_play(recipe_text: str) -> None:
    """Wish to play a recipe; call it in a callback, and the app opens the Play page after it.

    Args:
        recipe_text: of up to three players, this tab's guests among them.

    Raises:
        RecipeError: the recipe cannot be read or played; nothing is wished for.
        StylemateError: the assets are missing or damaged.
    """
    space = opponents().space
    recipe = space.resolve(parse_recipe(recipe_text), recipe_text)
    tab()[WISH] = check_opponent(Opponent(recipe), space).recipe


def wish() -> Recipe | None:
    """Return what is wished for and not yet taken up."""
    recipe: Recipe | None = tab().get(WISH)
    return recipe


def end_wish() -> None:
    """Tell that the wish was taken up."""
    tab().pop(WISH, None)


def show_playing(opponent: Opponent, game: Game) -> None:
    """Let other pages see what is being played."""
    tab()[PLAYING] = Playing(opponent, game)


def playing() -> Playing | None:
    """Return what was seen last on the Play page; None if it was not opened yet."""
    seen: Playing | None = tab().get(PLAYING)
    return seen


def ask_to_review(wanted: ReviewWish) -> None:
    """Wish to go through a game; call it in a callback, and the app opens the page after it."""
    tab()[REVIEW] = wanted


def review_wish() -> ReviewWish | None:
    """Return the game that somebody wishes to go through and that was not yet taken up."""
    wanted: ReviewWish | None = tab().get(REVIEW)
    return wanted


def end_review_wish() -> None:
    """Tell that the game was taken up."""
    tab().pop(REVIEW, None)


def ask_to_play_on(recipe: Recipe, game: Game) -> None:
    """Wish to play a game on; call it in a callback, and the app opens the Play page after it."""
    tab()[GAME] = Playing(Opponent(recipe), game)


def game_wish() -> Playing | None:
    """Return the game that somebody wishes to play on and that was not yet taken up."""
    wanted: Playing | None = tab().get(GAME)
    return wanted


def end_game_wish() -> None:
    """Tell that the game was taken up."""
    tab().pop(GAME, None)


def ask_to_watch(recipes: tuple[str, str]) -> None:
    """Wish to watch a game; call it in a callback, and the app opens the Arena after it.

    Args:
        recipes: of White and Black.

    Raises:
        RecipeError: a recipe cannot be read or played; nothing is wished for.
        StylemateError: the assets are missing or damaged.
    """
    space = opponents().space
    for text in recipes:
        check_opponent(Opponent(parse_recipe(text)), space)
    tab()[WATCH] = recipes


def is_playable(recipes: Iterable[str], space: StyleSpace) -> bool:
    """Return whether everybody in some recipes is there, with all that the recipes ask for."""
    try:
        for text in recipes:
            check_opponent(Opponent(parse_recipe(text)), space)
    except StylemateError:
        return False
    return True


def watch_wish() -> tuple[str, str] | None:
    """Return who somebody wishes to watch, where that was not yet taken up."""
    wanted: tuple[str, str] | None = tab().get(WATCH)
    return wanted


def end_watch_wish() -> None:
    """Tell that the wish to watch was taken up."""
    tab().pop(WATCH, None)
