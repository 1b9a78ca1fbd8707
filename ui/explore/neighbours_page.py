"""Neighbours: the styles nearest to one, on a scale that says what near means."""

from collections.abc import Sequence
from html import escape
from itertools import chain

import streamlit as st

from engine.style.identify import Calibration, CosineRange
from engine.style.neighbours import Neighbour, best_of_strangers, neighbours
from engine.style.recipe import Component, Recipe
from engine.style.space import StyleSpace
from ui.explore import compare_styles as chosen
from ui.explore.compare_measures import ALL_GAMES, attribute_words, measures
from ui.explore.compare_page import STYLE_SHEET
from ui.explore.compare_picker import describe, draw_picker, draw_play_button
from ui.frame import page
from ui.play.opponent import describe_player
from ui.play.session import opponents

WHICH, COUNT = "explore_near_which", "explore_near_count"
NEAREST, FARTHEST = "Most alike", "Least alike"
SHOWN = 10
TRAITS_SHOWN = 3


@st.fragment
@page
def draw_neighbours() -> None:
    """Draw the whole of Neighbours; it explains its own errors."""
    if chosen.was_tab_changed():
        st.rerun()
    st.html(STYLE_SHEET)
    space = opponents().space
    state = chosen.explore_styles()
    picker, switch = st.columns([58, 42], gap="large", vertical_alignment="bottom")
    with picker:
        recipe = draw_picker(chosen.NEIGHBOUR, "Whose neighbours", state.neighbour, space)
    with switch:
        which = st.segmented_control(
            "Order",
            [NEAREST, FARTHEST],
            key=WHICH,
            default=NEAREST,
            required=True,
            label_visibility="collapsed",
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
    st.caption(describe(recipe, space))
    count = len(space.players) - len(recipe.components)
    axis = Axis.of(calibration, count, found)
    _draw_scale(calibration, count, found)
    for number, neighbour in enumerate(found):
        _draw_neighbour(neighbour, recipe, number, axis, space)


def games_of(recipe: Recipe, space: StyleSpace) -> int:
    """Return the number of games that a recipe's least known player was learnt from."""
    games = [space.find(c.name).games for c in recipe.components if not c.is_average]
    return min(games, default=ALL_GAMES)


class Axis:
    """The scale that all rows share: where cosines, ranges and chance are drawn."""

    def __init__(self, calibration: Calibration, low: float, high: float, count: int) -> None:
        """Lay out an axis from ``low`` to ``high`` for the nearest of ``count`` styles."""
        self.strangers = calibration.strangers
        self.same = same_player(calibration)
        self.chance = best_of_strangers(calibration.strangers, count)
        self._low, self._high = low, high

    @classmethod
    def of(cls, calibration: Calibration, count: int, found: Sequence[Neighbour]) -> "Axis":
        """Return an axis on which all ranges and the neighbours have room."""
        values = [neighbour.cosine for neighbour in found]
        ranges = (calibration.strangers, same_player(calibration))
        ends = [*values, *chain.from_iterable((r.low, r.high) for r in ranges)]
        low, high = min(ends), max(ends)
        margin = 0.06 * (high - low)
        return cls(calibration, low - margin, high + margin, count)

    def place(self, cosine: float) -> float:
        """Return where a cosine lies, in percent of the axis from the left."""
        share = (cosine - self._low) / (self._high - self._low)
        return 100 * min(max(share, 0.0), 1.0)

    def html(self, cosine: float, label: str) -> str:
        """Return the axis with a dot at a cosine."""
        return (
            f'<span class="explore-axis" role="img" aria-label="{escape(label)}">'
            f"{self._band('strangers', self.strangers)}{self._band('same', self.same)}"
            f'<span class="chance" style="left:{self.place(self.chance):.1f}%"></span>'
            f'<span class="dot" style="left:{self.place(cosine):.1f}%"></span></span>'
        )

    def _band(self, kind: str, cosines: CosineRange) -> str:
        left, right = self.place(cosines.low), self.place(cosines.high)
        return f'<span class="{kind}" style="left:{left:.1f}%;width:{right - left:.1f}%"></span>'


def same_player(calibration: Calibration) -> CosineRange:
    """Return the cosines of styles of one and the same player, from halves where measured."""
    return calibration.halves or calibration.same


def scale_words(calibration: Calibration, count: int) -> str:
    """Return a paragraph on what cosines mean.

    Args:
        calibration: the measurements that fit.
        count: number of styles compared with.
    """
    games, strangers, same = calibration.games, calibration.strangers, same_player(calibration)
    if calibration.halves is not None:
        own = f"Styles of two halves of the same player's games ({games} games each)"
    else:
        own = (
            f"A style fitted to {games} more games of a player and that player's own style (two "
            "halves of the same games were not compared yet)"
        )
    words = (
        f"{own} have a cosine of {_signed(same.mean)}, nine in ten between {_signed(same.low)} and "
        f"{_signed(same.high)}. Strangers have {_signed(strangers.mean)}, nine in ten between "
        f"{_signed(strangers.low)} and {_signed(strangers.high)}. Measured on "
        f"{calibration.players} players."
    )
    if same.low < strangers.high:
        words += " The ranges overlap: one cosine alone does not tell a player from a stranger."
    chance = best_of_strangers(strangers, count)
    return words + (
        f" And of {count:,} strangers the nearest reaches about {_signed(chance)} by chance: only "
        "what lies beyond is kinship."
    )


def shared_words(neighbour: Neighbour, space: StyleSpace) -> str:
    """Return what a neighbour shares with the style, in a few words; empty if nothing known."""
    words = []
    for key in neighbour.shared[:TRAITS_SHOWN]:
        low, high = attribute_words(space, key)
        words.append(high if neighbour.player.attributes[key] > 0 else low)
    return f"Both: {'; '.join(words)}" if words else ""


def _draw_scale(calibration: Calibration, count: int, found: Sequence[Neighbour]) -> None:
    own = "two halves of one player's games" if calibration.halves else "the same player again"
    st.html(
        '<div class="explore-legend">'
        '<span><i class="strangers"></i>strangers</span>'
        f'<span><i class="same"></i>{own}</span>'
        '<span><i class="chance"></i>nearest by chance</span></div>'
    )
    best = max(neighbour.cosine for neighbour in found)
    chance = best_of_strangers(calibration.strangers, count)
    if 0 < best <= chance:
        st.caption("Nobody here is nearer than chance alone would bring a stranger.")
    with st.expander("What do these cosines mean?"):
        st.markdown(scale_words(calibration, count))


def _draw_neighbour(
    neighbour: Neighbour, recipe: Recipe, number: int, axis: Axis, space: StyleSpace
) -> None:
    name = neighbour.player.name
    with st.container(
        key=f"explore_near_{number}", horizontal=True, vertical_alignment="center", gap="small"
    ):
        st.html(_row(neighbour, axis, space), width="stretch")
        st.button(
            "",
            key=f"explore_near_compare_{number}",
            icon=":material/compare_arrows:",
            help=f"Compare with {name}",
            type="tertiary",
            on_click=chosen.compare_with,
            args=(name,),
        )
        draw_play_button(Recipe((Component(name),)), f"explore_near_play_{number}")


def _row(neighbour: Neighbour, axis: Axis, space: StyleSpace) -> str:
    player, value = neighbour.player, _signed(neighbour.cosine)
    detail = " — ".join(filter(None, (describe_player(player), shared_words(neighbour, space))))
    return (
        f'<div class="explore-near" data-testid="neighbour"><span class="name">'
        f"{escape(player.name)}</span>{axis.html(neighbour.cosine, f'cosine {value}')}"
        f'<span class="value">{value}</span><span class="shared">{escape(detail)}</span></div>'
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "\u2212")
