"""What one browser tab remembers about the style map, and every change to it."""

from dataclasses import dataclass, field
from typing import Literal

from engine.analysis.style_map import MapKind, MapView, StyleMap
from engine.errors import StylemateError
from engine.style.recipe import Component, Recipe, RecipeError
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from ui.explore.map_styles import CLUSTER, view_key
from ui.shared.actions import action_of
from ui.shared.handover import ask_to_play
from ui.shared.opponent import first_opponent
from ui.shared.opponents import opponents
from ui.shared.player_picker import player_meant
from ui.shared.state import tab
from ui.shared.style_map import style_map
from ui.stylemap.stylemap import Found, MapChoice, map_choice, map_search

Waiting = Literal["start", "end"]

STATE = "explore_map"
FIRST_AXES = ("king_danger", "captures", "mobility")
action = action_of(STATE)


@dataclass(slots=True)
class MapSession:
    """What the map remembers.

    Attributes:
        recipe: the chosen style, with players' full names.
        kind: which map is drawn.
        dimensions: 2 or 3.
        axes: three attributes' keys for the map of attributes.
        color: what the points are coloured by, one of ``map_styles.shades``.
        start: the player from whom the path leads, None if there is none.
        end: the player to whom it leads.
        along: how far along it the chosen style is, 0 to 100.
        waiting: the next click on a player chooses this end of the path.
        position: which position the moves are shown for.
        fen: the position that was typed.
        problems: what to tell the person, until the next action.
        recipe_error: what is wrong with the recipe that was typed, if it is.
        found: whom the last text meant that the map's search had to ask about, if there was one.
        revision: counts the choices.
    """

    recipe: Recipe
    kind: MapKind = "pca"
    dimensions: int = 2
    axes: tuple[str, ...] = ()
    color: str = CLUSTER
    start: str | None = None
    end: str | None = None
    along: int = 50
    waiting: Waiting | None = None
    position: str = ""
    fen: str = ""
    problems: tuple[str, ...] = ()
    recipe_error: RecipeError | None = field(default=None)
    found: Found | None = None
    revision: int = 0

    @property
    def has_path(self) -> bool:
        """Whether a path is drawn."""
        return self.start is not None and self.end is not None

    @property
    def view(self) -> MapView:
        """The map that is drawn."""
        axes = self.axes[: self.dimensions] if self.kind == "attributes" else ()
        return MapView(self.kind, self.dimensions, axes)


def current_map() -> MapSession:
    """Return this tab's session; the first one shows the styles' kinship, and a first opponent.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    if STATE not in tab():
        tab()[STATE] = first_session(style_map())
    session: MapSession = tab()[STATE]
    return session


def first_session(styles: StyleMap) -> MapSession:
    """Return what the map shows to a visitor."""
    keys = styles.levels.keys
    preferred = [key for key in FIRST_AXES if key in keys]
    axes = [*preferred, *(key for key in keys if key not in preferred), *keys]
    kind: MapKind = "tsne" if "tsne" in styles.kinds else "pca"
    color = axes[0] if axes else CLUSTER
    recipe = first_opponent(styles.space).recipe
    return MapSession(recipe, kind=kind, axes=tuple(axes[:3]), color=color)


def path_recipe(start: str, end: str, along: int) -> Recipe:
    """Return the blend that lies a number of hundredths along the way between two players."""
    if along <= 0 or start == end:
        return Recipe((Component(start),))
    if along >= 100:
        return Recipe((Component(end),))
    return Recipe((Component(start, 1 - along / 100), Component(end, along / 100)))


# ---- changes, as callbacks ----


@action
def choose_on_map() -> None:
    """Choose the player or place that was pointed at, or an end of the path."""
    choice = map_choice()
    if choice is not None:
        take_choice(current_map(), choice, style_map(), opponents().space)


@action
def look_for() -> None:
    """Find whom a text means that was typed into the map's search."""
    look(current_map(), map_search(), opponents().space)


def look(session: MapSession, text: str, space: StyleSpace) -> None:
    """Note whom a text means.

    Args:
        session: what changes.
        text: what was typed.
        space: the styles, with this tab's guests.
    """
    session.found = Found(text, space.search(text))


def take_choice(
    session: MapSession, choice: MapChoice, styles: StyleMap, space: StyleSpace
) -> None:
    """Take up what a person pointed at.

    Args:
        session: what changes.
        choice: where they pointed; one that is of another view than the one drawn is dropped.
        styles: the map.
        space: the styles, with this tab's guests.
    """
    if choice.name is None and choice.view != view_key(session.view):
        return
    session.revision += 1
    if choice.name is None and choice.place is not None:
        if session.waiting is not None:
            session.problems = ("A path leads from one player to another: click on a point.",)
            return
        _leave_path(session, styles.recipe_at(session.view, choice.place))
        return
    name = space.find(choice.name or "").name
    if session.waiting == "end" and session.start is not None:
        _lead_path(session, session.start, name)
    else:
        _leave_path(session, Recipe((Component(name),)))


@action
def use_recipe(text: str) -> None:
    """Choose the style of a recipe, or keep the old one and remember what is wrong with this."""
    session = current_map()
    try:
        recipe = opponents().space.resolve(parse_recipe(text), text)
    except RecipeError as error:
        session.recipe_error = error
        return
    _leave_path(session, recipe)


@action
def play_this() -> None:
    """Hand the chosen style to the Play page."""
    ask_to_play(str(current_map().recipe))


@action
def begin_path() -> None:
    """Let a path begin at the chosen player; the next click on a point ends it."""
    session = current_map()
    if len(session.recipe.components) != 1 or session.recipe.components[0].is_average:
        raise StylemateError("A path begins at a player: click on a point first.")
    session.start, session.end = session.recipe.components[0].name, None
    session.waiting = "end"
    session.recipe = Recipe((Component(session.start),))


@action
def choose_end(name: str | None, end: Waiting) -> None:
    """Lead the path from or to a player chosen by name."""
    session = current_map()
    name = None if name is None else player_meant(name, opponents().space)
    start, goal = (name, session.end) if end == "start" else (session.start, name)
    if start and goal:
        _lead_path(session, start, goal)
    else:
        session.start, session.end = start, goal


@action
def drop_path() -> None:
    """Forget the path; the style chosen on it stays."""
    session = current_map()
    session.start = session.end = session.waiting = None


@action
def walk(along: int) -> None:
    """Move along the path."""
    session = current_map()
    session.along = along
    _walk_to(session)


@action
def set_kind(kind: MapKind) -> None:
    """Draw a map of another kind."""
    current_map().kind = kind


@action
def set_dimensions(dimensions: int) -> None:
    """Draw the map in 2 or 3 dimensions."""
    current_map().dimensions = dimensions


@action
def set_color(color: str) -> None:
    """Colour the points by something else."""
    current_map().color = color


@action
def set_axis(attribute: str, index: int) -> None:
    """Lay an attribute along one of the axes."""
    axes = list(current_map().axes)
    axes[index] = attribute
    current_map().axes = tuple(axes)


@action
def set_position(position: str) -> None:
    """Show the moves of another position."""
    current_map().position = position


@action
def set_fen(fen: str) -> None:
    """Show the moves of a position that was typed."""
    current_map().fen = fen.strip()


def _lead_path(session: MapSession, start: str, end: str) -> None:
    if start == end:
        raise StylemateError("A path needs two players who are not the same.")
    session.start, session.end, session.waiting = start, end, None
    session.along = 50
    _walk_to(session)


def _walk_to(session: MapSession) -> None:
    if session.start is None or session.end is None:
        return
    session.recipe = path_recipe(session.start, session.end, session.along)
    session.recipe_error = None


def _leave_path(session: MapSession, recipe: Recipe) -> None:
    session.recipe = recipe
    session.recipe_error = None
    session.start = session.end = session.waiting = None
