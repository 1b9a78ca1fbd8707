"""The attributes of the compared styles: a radar, and where they lie farthest apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from engine.analysis.attribute_profile import Profile
from engine.analysis.disagreement import Comparison
from engine.attributes.fixed_positions import STRENGTH
from engine.attributes.registry import BY_KEY
from engine.style.space import StyleSpace
from ui.explore.compare_styles import Compared, capital
from ui.plots.theme import COLORS, CONFIG, RadarTrace, ordinal, radar, whole_percentile
from ui.shared.markdown import plain
from ui.shared.measures import attribute_label, attribute_words
from ui.shared.opponent import standing_words
from ui.shared.widgets import kept, kept_value

ALL_HABITS = "explore_all_habits"
GAPS_SHOWN = 7
LEAST_SPOKES = 3
"""A radar with fewer attributes is no shape."""
_SOURCES = {
    "measured": "measured on the fixed positions just now",
    "estimated": "estimated from the players in the recipe, as there are no fixed positions here",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """An attribute and where the compared styles stand in it.

    Attributes:
        key: of the attribute.
        levels: standard deviations over players, in the styles' order.
        percentiles: how many in a hundred players stand below.
    """

    key: str
    levels: tuple[float, ...]
    percentiles: tuple[float, ...]

    @property
    def width(self) -> float:
        """How far apart the outermost styles stand, in standard deviations."""
        return max(self.levels) - min(self.levels)


def draw_profiles(
    styles: Sequence[Compared], profiles: Sequence[Profile], space: StyleSpace
) -> None:
    """Draw the radar, with the widest gaps beside it."""
    keys = [
        key
        for key in profiles[0].levels
        if key != STRENGTH and all(key in profile.levels for profile in profiles)
    ]
    picture, words = st.columns([54, 46], gap="large")
    with picture:
        _draw_radar(styles, profiles, keys, space)
    with words:
        _draw_gaps(styles, widest_gaps(profiles, keys), space)
        _draw_sources(styles, profiles)


def _draw_radar(
    styles: Sequence[Compared], profiles: Sequence[Profile], keys: Sequence[str], space: StyleSpace
) -> None:
    sliders = {attribute.key for attribute in space.sliders}
    main = [key for key in keys if key in sliders]
    wanted = kept(ALL_HABITS, False)
    everything = kept_value(ALL_HABITS, False) or len(main) < LEAST_SPOKES
    shown = keys if everything else main
    if len(shown) < LEAST_SPOKES:
        st.caption("Too few attributes were measured to draw them as a radar.")
        return
    traces = [
        _trace(style, profile, shown, space)
        for style, profile in zip(styles, profiles, strict=True)
    ]
    st.plotly_chart(radar(traces), config=CONFIG, key="explore_radar")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "Percentiles among all players; the dotted ring is the player in the middle.",
            width="stretch",
        )
        if LEAST_SPOKES <= len(main) < len(keys):
            st.toggle("All habits", wanted.start, key=wanted.key, on_change=wanted.keep)


def draw_agreement(styles: Sequence[Compared], comparison: Comparison) -> None:
    """Draw how far the styles agree on the fixed positions."""
    whose = "both" if len(styles) == 2 else f"all {len(styles)}"
    st.html(
        '<div class="explore-facts">'
        f"<div><b>{comparison.same_favourite:.0%}</b><span>of {comparison.positions} fixed "
        f"positions in which {whose} like the same move best</span></div>"
        f"<div><b>{_small(comparison.divergence)}</b><span>how far their choices lie apart: "
        "0 is the same player, 1 means no move in common</span></div></div>"
    )


def widest_gaps(
    profiles: Sequence[Profile], keys: Sequence[str], count: int = GAPS_SHOWN
) -> list[Gap]:
    """Return the attributes in which styles stand farthest apart, the widest gap first."""
    gaps = [
        Gap(
            key,
            tuple(profile.levels[key] for profile in profiles),
            tuple(profile.percentiles[key] for profile in profiles),
        )
        for key in keys
    ]
    return sorted(gaps, key=lambda gap: -gap.width)[:count]


def gap_words(labels: Sequence[str], gap: Gap, space: StyleSpace) -> str:
    """Return a sentence about a gap: who has most and who least, among players and in size.

    Differences between masters are small, so nothing here says "never" or "always".
    """
    low, high = attribute_words(space, gap.key)
    most, least = gap.levels.index(max(gap.levels)), gap.levels.index(min(gap.levels))
    order = (most, least)
    if gap.percentiles[least] >= 50:
        words = f"{capital(labels[most])} {high} more than {labels[least]}"
    elif gap.percentiles[most] <= 50:
        order = (least, most)  # as the sentence names them
        words = f"{capital(labels[least])} {low} more often than {labels[most]}"
    else:
        words = (
            f"{capital(labels[most])} has more of it than "
            f"{min(whole_percentile(gap.percentiles[most]), 99)} % of players, {labels[least]} "
            f"less than {min(100 - whole_percentile(gap.percentiles[least]), 99)} %"
        )
    size = _size_words(gap, space, order)
    return f"{words}{size}."


def _size_words(gap: Gap, space: StyleSpace, order: Sequence[int]) -> str:
    """Return how often each does it on the fixed positions, where that is a share of moves."""
    found = [attribute for attribute in space.attributes if attribute.key == gap.key]
    known = BY_KEY.get(gap.key)
    if not found or known is None or known.unit != "share of moves":
        return ""
    shares = [100 * (found[0].mean + gap.levels[index] * found[0].sd) for index in order]
    return f": {shares[0]:.2f} against {shares[1]:.2f} of 100 moves in the same positions"


def _trace(style: Compared, profile: Profile, keys: Sequence[str], space: StyleSpace) -> RadarTrace:
    labels = {key: attribute_label(space, key) for key in keys}
    return RadarTrace(
        style.heading,
        {labels[key]: profile.percentiles[key] for key in keys},
        {labels[key]: standing_words(profile.percentiles[key]) for key in keys},
    )


def _draw_gaps(styles: Sequence[Compared], gaps: Sequence[Gap], space: StyleSpace) -> None:
    st.markdown(
        "**Where they differ most**",
        help="Numbers are percentiles among players. Given the same position, strong players "
        "choose nearly alike: places far apart may be a small difference in moves.",
    )
    rows = "".join(_gap_row(styles, gap, space) for gap in gaps)
    st.html(f'<div class="explore-gaps" data-testid="gaps">{rows}</div>')


def _gap_row(styles: Sequence[Compared], gap: Gap, space: StyleSpace) -> str:
    low, high = min(gap.percentiles), max(gap.percentiles)
    dots = "".join(
        f'<i style="left:{percentile:.1f}%;background:{COLORS[index]}" '
        f'title="{escape(styles[index].label)}: '
        f'{ordinal(whole_percentile(percentile))} percentile"></i>'
        for index, percentile in enumerate(gap.percentiles)
    )
    numbers = " ".join(
        f'<em style="border-bottom:2px solid {COLORS[index]}">{whole_percentile(percentile)}</em>'
        for index, percentile in enumerate(gap.percentiles)
    )
    sentence = gap_words([style.label for style in styles], gap, space)
    return (
        f'<div class="gap"><span class="label">{escape(attribute_label(space, gap.key))}</span>'
        f'<span class="numbers">{numbers}</span>'
        f'<span class="line"><b style="left:{low:.1f}%;width:{high - low:.1f}%"></b>{dots}</span>'
        f'<span class="words">{escape(sentence)}</span></div>'
    )


def _draw_sources(styles: Sequence[Compared], profiles: Sequence[Profile]) -> None:
    for style, profile in zip(styles, profiles, strict=True):
        if profile.source in _SOURCES:
            st.caption(plain(f"{style.heading}: {_SOURCES[profile.source]}."))


def _small(value: float) -> str:
    return f"{value:.2f}" if value >= 0.095 else f"{value:.3f}"
