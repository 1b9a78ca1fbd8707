"""The styles that a tab compares: recipes in slots, chosen from a list or typed."""

from dataclasses import dataclass, field, replace

from engine.style.presets import PRESETS
from engine.style.recipe import AS_FITTED, AVERAGE, Component, Recipe, RecipeError
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from engine.style.style import Style
from ui.explore.tabs import COMPARE, TAB
from ui.shared.actions import action_of
from ui.shared.handover import ask_to_play
from ui.shared.opponent import SEEN, first_opponent, has_habits, short_name
from ui.shared.opponents import opponents
from ui.shared.state import tab
from ui.shared.text import minus
from ui.shared.widgets import keep

STATE, _MOVED = "explore_styles", "explore_moved"
LEAST_STYLES, MOST_STYLES = 2, 3
NEIGHBOUR = "neighbour"
"""Slot of the style whose neighbours are shown; those compared are numbered from 0."""
Slot = int | str
action = action_of(STATE)


@dataclass(frozen=True, slots=True)
class Compared:
    """A style on the page.

    Attributes:
        recipe: with players' full names and attributes' keys.
        style: what it makes.
        label: what to call it within a sentence, unlike those beside it.
    """

    recipe: Recipe
    style: Style
    label: str

    @property
    def heading(self) -> str:
        """The label where it stands first."""
        return capital(self.label)


@dataclass(slots=True)
class ExploreStyles:
    """What a tab remembers.

    Attributes:
        recipes: those compared, from the left; the last may be empty while it is being chosen.
        neighbour: the one whose neighbours are shown.
        errors: what is wrong with the recipes that were typed last, by slot.
        problems: what to tell the person, until the next action.
    """

    recipes: list[str]
    neighbour: str
    errors: dict[Slot, RecipeError] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def explore_styles() -> ExploreStyles:
    """Return this tab's styles; at first two famous opposites, or whoever is there."""
    if STATE not in tab():
        space = opponents().space
        first = str(first_opponent(space).recipe)
        second = next(
            (preset.player for preset in PRESETS[1:] if preset.player in space.names), AVERAGE
        )
        tab()[STATE] = ExploreStyles([first, _recipe_of(second, space)], first)
    state: ExploreStyles = tab()[STATE]
    return state


@action
def choose_style(chosen: str | None, slot: Slot) -> None:
    """Take the style that was chosen or typed; a wrong recipe is kept to be explained."""
    if chosen is not None:
        space = opponents().space
        is_name = not set(chosen) & set('+|*%"')
        found = space.search(chosen) if is_name else ()
        name = chosen if chosen in space.names or not found else found[0]
        take(slot, _recipe_of(name, space) if name in space.names else str(chosen))


@action
def take(slot: Slot, text: str) -> None:
    """Put a recipe in a slot, or remember what is wrong with it."""
    state = explore_styles()
    state.errors.pop(slot, None)
    try:
        recipe = str(opponents().space.resolve(parse_recipe(text), text))
    except RecipeError as error:
        state.errors[slot] = error
        return
    if isinstance(slot, int):
        state.recipes[slot] = recipe
    else:
        state.neighbour = recipe


@action
def turn_habits(is_up: bool) -> None:
    """Turn the habits of all players compared up to where they can be seen, or back."""
    state, space = explore_styles(), opponents().space
    for slot, text in enumerate(state.recipes):
        recipe = chosen_recipe(text, space)
        if recipe is not None and has_habits(recipe, space):
            state.recipes[slot] = str(replace(recipe, intensity=SEEN if is_up else AS_FITTED))


@action
def add_style() -> None:
    """Offer one more slot."""
    state = explore_styles()
    if len(state.recipes) < MOST_STYLES:
        state.recipes.append("")


@action
def remove_style(slot: int) -> None:
    """Take a style out; those to its right move up."""
    state = explore_styles()
    if slot < len(state.recipes) and len(state.recipes) > LEAST_STYLES:
        del state.recipes[slot]
        state.errors = {key: e for key, e in state.errors.items() if not isinstance(key, int)}


@action
def compare_with(name: str) -> None:
    """Open Compare with the style whose neighbours are shown and a player."""
    state = explore_styles()
    state.recipes = [state.neighbour, _recipe_of(name, opponents().space)]
    state.errors.clear()
    keep(TAB, COMPARE)
    tab()[_MOVED] = True


@action
def play(recipe: str) -> None:
    """Make a style the opponent on the Play page."""
    ask_to_play(recipe)


def was_tab_changed() -> bool:
    """Tell a part of the page, once, that another tab was opened, so all must be drawn."""
    return bool(tab().pop(_MOVED, False))


def chosen_recipe(text: str, space: StyleSpace) -> Recipe | None:
    """Return a slot's recipe; None if it is empty or names a guest who has left."""
    if not text:
        return None
    try:
        return space.resolve(parse_recipe(text), text)
    except RecipeError:
        return None


def compared(recipes: list[Recipe], space: StyleSpace) -> list[Compared]:
    """Return styles with labels that tell them apart."""
    labels: list[str] = []
    for recipe in recipes:
        label = style_label(recipe, space)
        alike = sum(other == label or other.startswith(f"{label} (") for other in labels)
        labels.append(f"{label} ({alike + 1})" if alike else label)
    return [
        Compared(recipe, space.style(recipe), label)
        for recipe, label in zip(recipes, labels, strict=True)
    ]


def style_label(recipe: Recipe, space: StyleSpace) -> str:
    """Return what to call a style within a sentence, with the pushes that make it."""
    pushes = [
        f"{minus(f'{push.amount:+g}')} {space.attribute(push.attribute).label.lower()}"
        for push in recipe.steering
    ]
    if recipe.intensity != AS_FITTED:
        pushes.insert(0, f"intensity {recipe.intensity:g}")
    shares = {component.weight for component in recipe.components}
    players = short_name(Recipe(recipe.components))
    if len(shares) > 1:
        parts = [short_name(Recipe((c,))) for c in recipe.components]
        players = " + ".join(
            f"{c.weight:.0%} {part}" for c, part in zip(recipe.components, parts, strict=True)
        )
    return ", ".join([players, *pushes])


def capital(label: str) -> str:
    """Return a label as it begins a sentence: ``The average player``."""
    return label[:1].upper() + label[1:]


def shown_choice(text: str, space: StyleSpace) -> str | None:
    """Return what the widget of a slot shows: a player of the list, or the recipe itself."""
    recipe = chosen_recipe(text, space)
    if recipe is None:
        return None
    if recipe.style == Recipe():
        return AVERAGE
    return recipe.player or str(recipe)


def _recipe_of(name: str, space: StyleSpace) -> str:
    """Return the recipe of a player's style, in quotes where the name needs them."""
    return str(Recipe((Component(name),))) if name in space.names else name
