"""What is said of a recipe that names what a style space does not have, and what to try instead.

Each error points at the name in the text as it was written, and suggests a recipe that keeps the
rest of the line.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace

from engine.games.player_names import UnknownPlayerError, fold
from engine.style.recipe import AS_FITTED, Recipe, RecipeError


class RecipePlayerError(RecipeError):
    """A recipe names a player whom nobody, or more than one, fits.

    Attributes:
        name: what was asked for.
        suggestions: names of players it may stand for, likeliest first.
        ambiguous: several players fit, rather than none.
    """

    def __init__(
        self, error: UnknownPlayerError, text: str, position: int, suggestion: str | None
    ) -> None:
        super().__init__(str(error), text, position, suggestion)
        self.name = error.name
        self.suggestions = error.suggestions
        self.ambiguous = error.ambiguous


def unknown_player(
    recipe: Recipe, index: int, text: str, error: UnknownPlayerError
) -> RecipePlayerError:
    """Return what is wrong with the player of a component.

    Args:
        recipe: as it was read.
        index: of the component.
        text: the recipe as a person wrote it.
        error: what the names of the space say.
    """
    suggestion = None
    components = list(recipe.components)
    if error.suggestions:
        components[index] = replace(components[index], name=error.suggestions[0])
        suggestion = str(replace(recipe, components=tuple(components)))
    position = max(text.find(recipe.components[index].name), 0)
    return RecipePlayerError(error, text, position, suggestion)


def unknown_attribute(
    recipe: Recipe, index: int, text: str, error: RecipeError, known: Mapping[str, str]
) -> RecipeError:
    """Return what is wrong with the attribute of a push.

    Args:
        recipe: as it was read.
        index: of the push.
        text: the recipe as a person wrote it.
        error: what the space says.
        known: keys of the attributes by their folded keys and labels.
    """
    name = recipe.steering[index].attribute
    steering = list(recipe.steering)
    nearest = nearest_key(name, known)
    taken = {push.attribute for push in recipe.steering}
    if nearest and known[nearest] not in taken:
        steering[index] = replace(steering[index], attribute=known[nearest])
    else:
        del steering[index]
    suggestion = str(replace(recipe, steering=tuple(steering)))
    return RecipeError(error.problem, text, _attribute_position(text, name), suggestion)


def unknown_habits(name: str, recipe: Recipe, text: str | None) -> RecipeError:
    """Return what is wrong with turning up a player whose habits nobody measured."""
    text = str(recipe) if text is None else text
    return RecipeError(
        f"The habits of {name} are not clear yet, so there is nothing to turn up: use an "
        f"intensity from 0 to {AS_FITTED:g}",
        text,
        max(text.find("|"), 0),
        str(replace(recipe, intensity=AS_FITTED)),
    )


def nearest_key(name: str, known: Mapping[str, str]) -> str | None:
    """Return the folded key or label that a name is nearest to, None if it is near none."""
    close = difflib.get_close_matches(fold(name), list(known), n=1, cutoff=0.5)
    return close[0] if close else None


def _attribute_position(text: str, key: str) -> int:
    """Return where a text writes an attribute's key, with whatever joins its words, or 0."""
    written = re.compile(key.replace("_", r"[\s_\-]+"), re.I)
    match = written.search(text, max(text.find("|"), 0))
    return match.start() if match else 0
