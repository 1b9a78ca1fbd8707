"""Neighbours: the styles nearest to one, on a scale that says what near means."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain

import numpy as np
import numpy.typing as npt
import streamlit as st

from engine.analysis.habit_likeness import habit_neighbours, recipe_deviations
from engine.analysis.identification import CosineRange
from engine.analysis.neighbours import Neighbour, Strangers, neighbours
from engine.analysis.shared_openings import OpeningChoice, opening_tastes
from engine.attributes.figure_registry import BY_KEY as FIGURE_BY_KEY
from engine.attributes.figure_registry import FIGURE_KEYS
from engine.errors import StylemateError
from engine.style.recipe import Component, Recipe
from engine.style.space import StyleSpace
from ui.explore import compare_styles as chosen
from ui.explore.compare_picker import describe, draw_picker, draw_play_button, draw_problems
from ui.explore.compare_tab import STYLE_SHEET
from ui.shared.frame import page
from ui.shared.handover import wish
from ui.shared.markdown import plain
from ui.shared.measures import attribute_words, habit_strangers, measures
from ui.shared.opponent import describe_player
from ui.shared.opponents import opponents, shared_opponents
from ui.shared.text import as_likeness
from ui.shared.widgets import draw_switch

BASIS = "explore_near_basis"
BY_STYLE, BY_HABITS = "Moves", "Habits"
WHICH = "explore_near_which"
NEAREST, FARTHEST = "Most alike", "Least alike"
SHOWN = 10
ALL_GAMES = 10**6
"""For styles of no player in particular: the scale of the most games fits."""
TRAITS_SHOWN = 3
OPENINGS_SHOWN = 3
WHAT_IS_NEAR = {
    BY_STYLE: (
        "Near means that they choose the same moves, and that is mostly how they open: after the "
        "first fifteen moves strong players choose nearly alike. The openings that two share stand "
        "in their row."
    ),
    BY_HABITS: (
        "Near means that the same things happen in their games, whatever they open with: how much "
        "they trade, castle, storm, attack. What both do more or less of than others stands in "
        "their row."
    ),
}


@st.fragment
@page
def draw_neighbours() -> None:
    """Draw the whole of Neighbours; it explains its own errors."""
    if chosen.was_tab_changed() or wish() is not None:
        st.rerun()
    st.html(STYLE_SHEET)
    draw_problems()
    space = opponents().space
    state = chosen.explore_styles()
    picker, switch = st.columns([50, 50], gap="large", vertical_alignment="bottom")
    with picker:
        recipe = draw_picker(chosen.NEIGHBOUR, "Whose neighbours", state.neighbour, space)
    with switch, st.container(horizontal=True):
        basis = draw_switch("Near by", _bases(space), BASIS)
        which = draw_switch("Order", [NEAREST, FARTHEST], WHICH)
    if recipe is None:
        st.info("Choose a style to see who plays like it.", icon=":material/group:")
        return
    near = _by_habits if basis == BY_HABITS else _by_style
    try:
        listed = near(recipe, space, which == FARTHEST)
    except StylemateError as error:
        st.info(plain(str(error)), icon=":material/group:")
        return
    st.caption(plain(describe(recipe, space)))
    st.caption(WHAT_IS_NEAR[basis])
    found = [row.neighbour for row in listed.rows]
    _draw_scale(listed.reference, found)
    axis = Axis.of(listed.reference, found)
    for number, row in enumerate(listed.rows):
        _draw_neighbour(row, number, axis)


@dataclass(frozen=True, slots=True)
class Row:
    """A neighbour, and what the two have in common in a few words; empty if nothing is known."""

    neighbour: Neighbour
    shared: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Neighbours on a scale."""

    rows: Sequence[Row]
    reference: "Reference"


def _bases(space: StyleSpace) -> list[str]:
    return [BY_STYLE] if space.player_games is None else [BY_STYLE, BY_HABITS]


def _by_style(recipe: Recipe, space: StyleSpace, farthest: bool) -> Listed:
    """Return whose moves are alike, with the openings that they share.

    Raises:
        StylemateError: the recipe is of nobody in particular.
    """
    style, shared = space.style(recipe), measures()
    found = neighbours(
        style.z,
        space,
        SHOWN,
        without=_players(recipe),
        levels=shared.profiler.profile(recipe, space).levels,
        farthest=farthest,
    )
    if not any(neighbour.cosine for neighbour in found):
        raise StylemateError(
            "This is the average of all players: it differs from nobody in particular, so it has "
            "no direction to compare. Choose a player or push it along an attribute."
        )
    networks = shared_opponents().networks
    styles = [space.style(Recipe((Component(n.player.name),))).z for n in found]
    tastes = opening_tastes(networks, space.style(Recipe()).z, [style.z, *styles])
    rows = [
        Row(neighbour, shared_words(neighbour, space, tastes.shared(0, number)))
        for number, neighbour in enumerate(found, 1)
    ]
    measured = shared.scale.nearest(fewest_games(recipe, space))
    same = measured.style_halves if measured.players else None
    count = len(space.players) - len(recipe.components)
    return Listed(rows, Reference(shared.strangers, count, same, measured.games))


def _by_habits(recipe: Recipe, space: StyleSpace, farthest: bool) -> Listed:
    """Return in whose games the same things happen.

    Raises:
        StylemateError: the recipe is of nobody in particular, or its games were not measured.
    """
    mine = recipe_deviations(recipe, space)
    if mine is None or space.player_games is None:
        raise StylemateError(
            "What happens in these games was not measured. Choose a shipped player, or give games "
            "of your own on the page You."
        )
    if not mine.any():
        raise StylemateError(
            "This is the average of all players, or somebody with too few games for habits: "
            "nothing tells it from others. Choose a player."
        )
    found = habit_neighbours(mine, space, SHOWN, _players(recipe), farthest)
    rows = [Row(neighbour, habit_words(neighbour, mine)) for neighbour in found]
    count = len(space.player_games.names) - len(recipe.components)
    return Listed(rows, Reference(habit_strangers(), count))


def _players(recipe: Recipe) -> set[str]:
    return {component.name for component in recipe.components}


def fewest_games(recipe: Recipe, space: StyleSpace) -> int:
    """Return the number of games that a recipe's least known player was learnt from."""
    games = [space.find(c.name).games for c in recipe.components if not c.is_average]
    return min(games, default=ALL_GAMES)


@dataclass(frozen=True, slots=True)
class Reference:
    """What cosines are held against.

    Attributes:
        strangers: cosines between different known players.
        count: number of players compared with.
        same: cosines of two sets of one and the same player's games; None if that was not measured.
        games: number of games in each of those sets.
    """

    strangers: Strangers
    count: int
    same: CosineRange | None = None
    games: int = 0

    @property
    def chance(self) -> float:
        """The cosine that the nearest of so many strangers reaches by chance."""
        return self.strangers.nearest_of(self.count)


class Axis:
    """The scale that all rows share: where cosines, ranges and chance are drawn."""

    def __init__(self, reference: Reference, low: float, high: float) -> None:
        """Lay out an axis from one cosine to another."""
        self._reference = reference
        self._low, self._high = low, high

    @classmethod
    def of(cls, reference: Reference, found: Sequence[Neighbour]) -> "Axis":
        """Return an axis on which all ranges and the neighbours have room."""
        ranges = [
            cosines
            for cosines in (reference.strangers.usual, reference.same)
            if cosines is not None
        ]
        ends = [neighbour.cosine for neighbour in found]
        ends += [reference.chance, *chain.from_iterable((r.low, r.high) for r in ranges)]
        margin = 0.06 * (max(ends) - min(ends))
        return cls(reference, min(ends) - margin, max(ends) + margin)

    def place(self, cosine: float) -> float:
        """Return where a cosine lies, in percent of the axis from the left."""
        share = (cosine - self._low) / (self._high - self._low)
        return 100 * min(max(share, 0.0), 1.0)

    def html(self, cosine: float, label: str) -> str:
        """Return the axis with a dot at a cosine."""
        return (
            f'<span class="explore-axis" role="img" aria-label="{escape(label)}">'
            f"{self._band('strangers', self._reference.strangers.usual)}"
            f"{self._band('same', self._reference.same)}"
            f'<span class="chance" style="left:{self.place(self._reference.chance):.1f}%"></span>'
            f'<span class="dot" style="left:{self.place(cosine):.1f}%"></span></span>'
        )

    def _band(self, kind: str, cosines: CosineRange | None) -> str:
        if cosines is None:
            return ""
        left, right = self.place(cosines.low), self.place(cosines.high)
        return f'<span class="{kind}" style="left:{left:.1f}%;width:{right - left:.1f}%"></span>'


def scale_words(reference: Reference) -> str:
    """Return a paragraph on what likeness means."""
    strangers, same = reference.strangers.usual, reference.same
    words = (
        "A likeness of 100 is the same, 0 is nothing in common. Two different players have "
        f"{as_likeness(strangers.mean)}, nine in ten pairs between {as_likeness(strangers.low)} "
        f"and {as_likeness(strangers.high)}. Of {reference.count:,} strangers the nearest reaches "
        f"about {as_likeness(reference.chance)} by chance alone: only what lies beyond is kinship."
    )
    if same is None:
        return words + (" How alike two sets of the same player's games come out was not measured.")
    words += (
        f" Styles of two sets of the same player's games ({reference.games} games each) have a "
        f"likeness of {as_likeness(same.mean)}, nine in ten between {as_likeness(same.low)} and "
        f"{as_likeness(same.high)}."
    )
    if same.low < strangers.high:
        words += (
            " The two ranges overlap: a likeness in both does not tell a player from a stranger."
        )
    return words


def shared_words(neighbour: Neighbour, space: StyleSpace, openings: Sequence[OpeningChoice]) -> str:
    """Return what a neighbour shares with the style, in a few words; empty if nothing known.

    Args:
        neighbour: with the attributes that both stand out in.
        space: says attributes in words.
        openings: moves that both prefer, the most telling first.
    """
    words = [str(choice) for choice in openings[:OPENINGS_SHOWN]]
    for key in neighbour.shared[: TRAITS_SHOWN - len(words)]:
        low, high = attribute_words(space, key)
        words.append(high if neighbour.player.attributes[key] > 0 else low)
    return f"Both: {'; '.join(words)}" if words else ""


def habit_words(neighbour: Neighbour, mine: npt.NDArray[np.float64]) -> str:
    """Return of which habits both have more and less than others; empty if of none.

    Args:
        neighbour: with the figures of games that both stand out in.
        mine: float64 (F,), the other's deviations, of either of the two.
    """
    shared = neighbour.shared[:TRAITS_SHOWN]
    more = [key for key in shared if mine[FIGURE_KEYS.index(key)] > 0]
    parts = [
        f"{how}: {', '.join(FIGURE_BY_KEY[key].label.lower() for key in keys)}"
        for how, keys in (("more", more), ("less", [key for key in shared if key not in more]))
        if keys
    ]
    return f"Both {'; '.join(parts)}" if parts else ""


def _draw_scale(reference: Reference, found: Sequence[Neighbour]) -> None:
    own = '<span><i class="same"></i>two sets of one player\'s games</span>'
    same = own if reference.same else ""
    is_chance = 0 < max(neighbour.cosine for neighbour in found) <= reference.chance
    note = "<div>Nobody here is nearer than chance alone would bring a "
    note += "stranger: take the list as a draw of lots.</div>"
    st.html(
        '<div class="explore-legend">'
        f'<span><i class="strangers"></i>strangers, nine in ten</span>{same}'
        f'<span><i class="chance"></i>nearest by chance</span>{note if is_chance else ""}</div>'
    )
    with st.expander("What does likeness mean?"):
        st.markdown(scale_words(reference))


def _draw_neighbour(row: Row, number: int, axis: Axis) -> None:
    name = row.neighbour.player.name
    with st.container(
        key=f"explore_near_{number}", horizontal=True, vertical_alignment="top", gap="small"
    ):
        st.html(_row(row, axis), width="stretch")
        st.button(
            "",
            key=f"explore_near_compare_{number}",
            icon=":material/compare_arrows:",
            help=f"Compare with {plain(name)}",
            type="tertiary",
            on_click=chosen.compare_with,
            args=(name,),
        )
        draw_play_button(Recipe((Component(name),)), f"explore_near_play_{number}")


def _row(row: Row, axis: Axis) -> str:
    player, cosine = row.neighbour.player, row.neighbour.cosine
    value = as_likeness(cosine)
    detail = " — ".join(filter(None, (describe_player(player), row.shared)))
    return (
        f'<div class="explore-near" data-testid="neighbour"><span class="name">'
        f"{escape(player.name)}</span>{axis.html(cosine, f'likeness {value}')}"
        f'<span class="value">{value}</span><span class="shared">{escape(detail)}</span></div>'
    )
