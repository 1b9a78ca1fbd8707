"""The opponent: a recipe with a temperature, and how to speak of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.attributes.fixed_positions import STRENGTH
from engine.attributes.registry import BY_KEY
from engine.evaluation.report.slider_games import SliderGames
from engine.games.rating_groups import rating_span
from engine.style.recipe import AS_FITTED, AVERAGE, Component, Recipe, RecipeError, Steering
from engine.style.records import AttributeInfo, PlayerInfo
from engine.style.space import StyleSpace
from ui.shared.text import signed

DEFAULT_TEMPERATURE = 0.5
HOTTEST = 2.0
MAXIMUM_PLAYERS = 3
SMALLEST_SHARE = 0.01
OLD_STRENGTH = (
    "The old slider called strength hardly changed how strong anybody plays, and is left out. "
    "Choose a strength in Elo instead, such as `| elo 1500`."
)
SEEN = 2.0
"""Intensity at which a preset's habits are turned up enough to be seen (assets/report)."""
LONGEST_CAREER = 75
"""Years: games later than that after the first are not one person's."""
DEFAULT_PLAYER = "Tal, Mikhail"


@dataclass(frozen=True, slots=True)
class Opponent:
    """Who plays.

    Attributes:
        recipe: how to make the style, with players' full names.
        temperature: 0 plays the likeliest move always, 1 as often as the style would.
    """

    recipe: Recipe
    temperature: float = DEFAULT_TEMPERATURE


def first_opponent(space: StyleSpace) -> Opponent:
    """Return the opponent who waits when nobody was chosen: Tal, or else the average style."""
    if DEFAULT_PLAYER in space.names:
        return Opponent(Recipe((Component(DEFAULT_PLAYER),)))
    return Opponent(Recipe())


def with_players(opponent: Opponent, weights: Mapping[str, float]) -> Opponent:
    """Return the opponent with other players and weights, steering kept."""
    components = tuple(Component(name, weight) for name, weight in weights.items())
    return replace(opponent, recipe=replace(opponent.recipe, components=components))


def with_steering(opponent: Opponent, amounts: Mapping[str, float]) -> Opponent:
    """Return the opponent with other pushes along attributes, players kept."""
    steering = tuple(Steering(key, amount) for key, amount in amounts.items())
    return replace(opponent, recipe=replace(opponent.recipe, steering=steering))


def shares_after(shares: Mapping[str, float], slot: int, share: float) -> dict[str, float]:
    """Return a blend's shares after one player gets another; the others keep their proportions.

    Args:
        shares: by player, summing to 1.
        slot: which of them changes, in order.
        share: its new share; it is kept within 1 and 99 percent.
    """
    share = min(max(share, SMALLEST_SHARE), 1 - SMALLEST_SHARE)
    names = list(shares)
    rest = sum(shares.values()) - shares[names[slot]]
    return {
        name: share if index == slot else shares[name] / rest * (1 - share)
        for index, name in enumerate(names)
    }


def short_name(recipe: Recipe) -> str:
    """Return what to call a style within a sentence: ``Tal`` or ``Tal × Petrosian``."""
    if not recipe.components:
        return "the average player"
    return " × ".join(_family_name(component.name) for component in recipe.components)


def name_beside_others(recipe: Recipe) -> str:
    """Return what to call a style in a sentence that also speaks of the average player."""
    return "this style" if not recipe.components else short_name(recipe)


def full_name(recipe: Recipe) -> str:
    """Return what to call a style by itself: ``Mikhail Tal`` where it is of one player."""
    if not recipe.components:
        return "The average player"
    if len(recipe.components) != 1:
        return short_name(recipe)
    return first_name_first(recipe.components[0].name)


def first_name_first(name: str) -> str:
    """Return ``Mikhail Tal`` for ``Tal, Mikhail``; other names stay."""
    family, comma, first = name.partition(", ")
    return f"{first} {family}" if comma else name


def describe_player(player: PlayerInfo) -> str:
    """Return years, games and, of a rating group, whom it holds; what is unknown is left out.

    No rating of a single person: games over the board and online are together, and their ratings
    are not of one scale. Of years that no career spans, some are of a namesake or a tribute.
    """
    parts = []
    span = rating_span(player.name)
    if span is not None:
        low, high = span
        upper = f"{low} and more" if high is None else f"{low} to {high}"
        parts.append(f"everybody rated {upper} online")
    elif player.first_year and player.last_year:
        parts.append(_years(player.first_year, player.last_year))
    parts.append(f"{player.games:,} games")
    return " · ".join(parts)


def describe_opponent(opponent: Opponent, space: StyleSpace) -> str:
    """Return a line about the opponent: the player's record, or the blend and its pushes."""
    recipe = opponent.recipe
    parts = []
    if not recipe.components:
        parts.append(f"mean of {len(space.population):,} players")
    elif len(recipe.components) == 1 and recipe.components[0].name != AVERAGE:
        parts.append(describe_player(space.find(recipe.components[0].name)))
    else:
        parts += [f"{c.weight:.0%} {_family_name(c.name)}" for c in recipe.components]
    if recipe.intensity != AS_FITTED:
        parts.append(f"intensity {recipe.intensity:g}")
    for push in recipe.steering:
        label = space.attribute(push.attribute).label.lower()
        parts.append(f"{label} {push.amount:+g}")
    return " · ".join(parts)


def measured_level(recipe: Recipe, space: StyleSpace, key: str) -> float | None:
    """Return where the recipe's players stand in an attribute, in standard deviations.

    For a blend it is the weighted mean; None when it was not measured for one of them.
    """
    level = 0.0
    for component in recipe.components:
        if component.is_average:
            continue
        value = space.find(component.name).attributes.get(key)
        if value is None:
            return None
        level += component.weight * value
    return level


def is_primary(attribute: AttributeInfo) -> bool:
    """Return whether an attribute's slider is always in sight."""
    known = BY_KEY.get(attribute.key)
    return known is not None and known.primary


def describe_amount(
    attribute: AttributeInfo,
    amount: float,
    percentile: float | None,
    in_games: SliderGames | None = None,
) -> str:
    """Return what a slider's amount means.

    A slider has one zero, the style as it is. So at 0 it is said where that style stands among
    players, and elsewhere what happens in games.

    Args:
        attribute: that the slider turns.
        amount: number of steps.
        percentile: how many in a hundred players have less of it than the style as it is.
        in_games: what the slider does in games, where that was measured.
    """
    if amount == 0:
        return "as learned" if percentile is None else f"as learned: {standing_words(percentile)}"
    words = attribute.high if amount > 0 else attribute.low
    if in_games is not None:
        return f"{words}: {in_games.words(amount)}"
    if attribute.rating_per_step is not None:
        words += f", about {signed(amount * attribute.rating_per_step, 0)} rating"
    return words


def standing_words(percentile: float) -> str:
    """Return where a style stands among players, such as ``more than 92 % of players``.

    Args:
        percentile: how many in a hundred players have less.
    """
    how, share = ("more", percentile) if percentile >= 50 else ("less", 100 - percentile)
    return f"{how} than {min(round(share), 99)} % of players"


def has_habits(recipe: Recipe, space: StyleSpace) -> bool:
    """Return whether there is somebody in a recipe, and everybody's habits can be turned up."""
    names = [c.name for c in recipe.components if not c.is_average]
    return bool(names) and all(space.game_habits_of(name) is not None for name in names)


def with_intensity(opponent: Opponent, intensity: float) -> Opponent:
    """Return the opponent with habits turned up or down."""
    return replace(opponent, recipe=replace(opponent.recipe, intensity=intensity))


def as_fitted(recipe: Recipe) -> Recipe:
    """Return the recipe's players as they were learned: nothing pushed, nothing turned up."""
    return replace(recipe, steering=(), intensity=AS_FITTED)


def without_old_strength(recipe: Recipe) -> tuple[Recipe, tuple[str, ...]]:
    """Return the recipe without a push along strength, and what to say if it had one."""
    kept = tuple(push for push in recipe.steering if push.attribute != STRENGTH)
    if kept == recipe.steering:
        return recipe, ()
    return replace(recipe, steering=kept), (OLD_STRENGTH,)


def check_opponent(opponent: Opponent, space: StyleSpace) -> Opponent:
    """Return the opponent with full names, or say what is wrong.

    Raises:
        RecipeError: a player or attribute is unknown, too many players are blended, or habits that
            nobody measured are turned up.
    """
    recipe = space.resolve(opponent.recipe)
    space.habit_amounts(recipe)
    if len(recipe.components) > MAXIMUM_PLAYERS:
        raise RecipeError(
            f"This page blends up to {MAXIMUM_PLAYERS} players, and the recipe names "
            f"{len(recipe.components)}"
        )
    return replace(opponent, recipe=recipe)


def _years(first: int, last: int) -> str:
    if last - first > LONGEST_CAREER:
        return f"from {first}"
    return str(first) if first == last else f"{first}–{last}"


def _family_name(name: str) -> str:
    return name.partition(",")[0] if name.casefold() != AVERAGE else "average"
