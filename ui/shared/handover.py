"""What pages hand to one another through their tab: a wish to play, and what is being played.

No page knows another. One leaves a wish here; the app opens the Play page, which takes it up.
"""

from dataclasses import dataclass

from engine.style.recipe import Recipe, parse_recipe
from ui.shared.game import Game
from ui.shared.opponent import Opponent, check_opponent
from ui.shared.opponents import opponents
from ui.shared.state import tab

WISH, PLAYING = "wish_to_play", "being_played"


@dataclass(frozen=True, slots=True)
class Playing:
    """What is on the Play page.

    Attributes:
        opponent: who plays.
        game: the game.
    """

    opponent: Opponent
    game: Game


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
