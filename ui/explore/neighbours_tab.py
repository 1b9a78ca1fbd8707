"""Neighbours: the styles nearest to one, on a scale that says what near means."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain

import streamlit as st

from engine.analysis.identification import Calibration, CosineRange
from engine.analysis.neighbours import Neighbour, Strangers, neighbours
from engine.style.recipe import Component, Recipe
from engine.style.space import StyleSpace
from ui.explore import compare_styles as chosen
from ui.explore.compare_picker import describe, draw_picker, draw_play_button, draw_problems
from ui.explore.compare_tab import STYLE_SHEET
from ui.shared.frame import page
from ui.shared.handover import wish
from ui.shared.markdown import plain
from ui.shared.measures import attribute_words, measures
from ui.shared.opponent import describe_player
from ui.shared.opponents import opponents
from ui.shared.text import likeness
from ui.shared.widgets import kept

WHICH = "explore_near_which"
NEAREST, FARTHEST = "Most alike", "Least alike"
SHOWN = 10
ALL_GAMES = 10**6
"""For styles of no player in particular: the scale of the most games fits."""
TRAITS_SHOWN = 3
WHAT_IS_NEAR = (
    "Near means alike in style, and that is mostly how they open: after the first fifteen moves "
    "strong players choose nearly alike. What two share besides stands in their row."
)


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
    picker, switch = st.columns([58, 42], gap="large", vertical_alignment="bottom")
    with picker:
        recipe = draw_picker(chosen.NEIGHBOUR, "Whose neighbours", state.neighbour, space)
    with switch:
        order = kept(WHICH, NEAREST)
        which = st.segmented_control(
            "Order",
            [NEAREST, FARTHEST],
            key=order.key,
            default=order.start,
            required=True,
            label_visibility="collapsed",
            on_change=order.keep,
        )
    if recipe is None:
        st.info("Choose a style to see who plays like it.", icon=":material/group:")
        return
    style = space.style(recipe)
    shared = measures()
    found = neighbours(
        style.z,
        space,
        SHOWN,
        without={component.name for component in recipe.components},
        levels=shared.profiler.profile(recipe, space).levels,
        farthest=which == FARTHEST,
    )
    if not any(neighbour.cosine for neighbour in found):
        st.info(
            "This is the average of all players: it differs from nobody in particular, so it has "
            "no direction to compare. Choose a player or push it along an attribute.",
            icon=":material/group:",
        )
        return
    calibration = shared.scale.nearest(games_of(recipe, space))
    yard = Yard(shared.strangers, calibration, len(space.players) - len(recipe.components))
    st.caption(plain(describe(recipe, space)))
    st.caption(WHAT_IS_NEAR)
    _draw_scale(yard, found)
    axis = Axis.of(yard, found)
    for number, neighbour in enumerate(found):
        _draw_neighbour(neighbour, number, axis, space)


def games_of(recipe: Recipe, space: StyleSpace) -> int:
    """Return the number of games that a recipe's least known player was learnt from."""
    games = [space.find(c.name).games for c in recipe.components if not c.is_average]
    return min(games, default=ALL_GAMES)


@dataclass(frozen=True, slots=True)
class Yard:
    """What cosines are held against.

    Attributes:
        strangers: cosines between the known styles of different players.
        calibration: measurements on styles fitted to a number of games near that of the style.
        count: number of styles compared with.
    """

    strangers: Strangers
    calibration: Calibration
    count: int

    @property
    def same(self) -> CosineRange | None:
        """Cosines of styles of one and the same player; None if nobody was measured."""
        return self.calibration.style_halves if self.calibration.players else None

    @property
    def chance(self) -> float:
        """The cosine that the nearest of so many strangers reaches by chance."""
        return self.strangers.nearest_of(self.count)


class Axis:
    """The scale that all rows share: where cosines, ranges and chance are drawn."""

    def __init__(self, yard: Yard, low: float, high: float) -> None:
        """Lay out an axis from one cosine to another."""
        self._yard = yard
        self._low, self._high = low, high

    @classmethod
    def of(cls, yard: Yard, found: Sequence[Neighbour]) -> "Axis":
        """Return an axis on which all ranges and the neighbours have room."""
        ranges = [cosines for cosines in (yard.strangers.usual, yard.same) if cosines is not None]
        ends = [neighbour.cosine for neighbour in found]
        ends += [yard.chance, *chain.from_iterable((r.low, r.high) for r in ranges)]
        margin = 0.06 * (max(ends) - min(ends))
        return cls(yard, min(ends) - margin, max(ends) + margin)

    def place(self, cosine: float) -> float:
        """Return where a cosine lies, in percent of the axis from the left."""
        share = (cosine - self._low) / (self._high - self._low)
        return 100 * min(max(share, 0.0), 1.0)

    def html(self, cosine: float, label: str) -> str:
        """Return the axis with a dot at a cosine."""
        return (
            f'<span class="explore-axis" role="img" aria-label="{escape(label)}">'
            f"{self._band('strangers', self._yard.strangers.usual)}"
            f"{self._band('same', self._yard.same)}"
            f'<span class="chance" style="left:{self.place(self._yard.chance):.1f}%"></span>'
            f'<span class="dot" style="left:{self.place(cosine):.1f}%"></span></span>'
        )

    def _band(self, kind: str, cosines: CosineRange | None) -> str:
        if cosines is None:
            return ""
        left, right = self.place(cosines.low), self.place(cosines.high)
        return f'<span class="{kind}" style="left:{left:.1f}%;width:{right - left:.1f}%"></span>'


def scale_words(yard: Yard) -> str:
    """Return a paragraph on what likeness means."""
    strangers, same, calibration = yard.strangers.usual, yard.same, yard.calibration
    words = (
        f"A likeness of 100 is the same style, 0 is nothing in common. Two different players have "
        f"{likeness(strangers.mean)}, nine in ten pairs between {likeness(strangers.low)} and "
        f"{likeness(strangers.high)}. Of {yard.count:,} strangers the nearest reaches about "
        f"{likeness(yard.chance)} by chance "
        "alone: only what lies beyond is kinship."
    )
    if same is None:
        return words + (
            " How alike two styles of the same player come out was not measured for this model."
        )
    words += (
        f" Styles of two sets of the same player's games ({calibration.games} games each) have a "
        f"likeness of {likeness(same.mean)}, nine in ten between {likeness(same.low)} and "
        f"{likeness(same.high)}."
    )
    if same.low < strangers.high:
        words += (
            " The two ranges overlap: a likeness in both does not tell a player from a stranger."
        )
    return words


def shared_words(neighbour: Neighbour, space: StyleSpace) -> str:
    """Return what a neighbour shares with the style, in a few words; empty if nothing known."""
    words = []
    for key in neighbour.shared[:TRAITS_SHOWN]:
        low, high = attribute_words(space, key)
        words.append(high if neighbour.player.attributes[key] > 0 else low)
    return f"Both: {'; '.join(words)}" if words else ""


def _draw_scale(yard: Yard, found: Sequence[Neighbour]) -> None:
    own = '<span><i class="same"></i>two sets of one player\'s games</span>'
    same = own if yard.same else ""
    is_chance = 0 < max(neighbour.cosine for neighbour in found) <= yard.chance
    note = "<div>Nobody here is nearer than chance alone would bring a "
    note += "stranger: take the list as a draw of lots.</div>"
    st.html(
        '<div class="explore-legend">'
        f'<span><i class="strangers"></i>strangers, nine in ten</span>{same}'
        f'<span><i class="chance"></i>nearest by chance</span>{note if is_chance else ""}</div>'
    )
    with st.expander("What does likeness mean?"):
        st.markdown(scale_words(yard))


def _draw_neighbour(neighbour: Neighbour, number: int, axis: Axis, space: StyleSpace) -> None:
    name = neighbour.player.name
    with st.container(
        key=f"explore_near_{number}", horizontal=True, vertical_alignment="top", gap="small"
    ):
        st.html(_row(neighbour, axis, space), width="stretch")
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


def _row(neighbour: Neighbour, axis: Axis, space: StyleSpace) -> str:
    player, value = neighbour.player, likeness(neighbour.cosine)
    detail = " — ".join(filter(None, (describe_player(player), shared_words(neighbour, space))))
    return (
        f'<div class="explore-near" data-testid="neighbour"><span class="name">'
        f"{escape(player.name)}</span>{axis.html(neighbour.cosine, f'likeness {value}')}"
        f'<span class="value">{value}</span><span class="shared">{escape(detail)}</span></div>'
    )
