"""The meter that reads the person's moves: whose they resemble, how surely, and by which moves."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from engine.analysis.resemblance import Resemblance
from engine.play.opponents import OpponentRegistry
from ui.play.live_session import LiveSession, current_live, follow, switch
from ui.play.live_words import Ranked, Telling, most_telling, ranking, verdict
from ui.play.state import PlaySession, action
from ui.shared.markdown import show_problem
from ui.shared.widgets import draw_choice, held

ALL_GAMES, THIS_GAME = "All games here", "This game"
TICK = 2.0
"""Seconds between two looks at work that goes on; every look costs all tabs a little."""
LEAST_HEIGHT = 0.7
"""Nats that the columns span at least: little is not to look like much."""
HELP = (
    "Your moves are compared with how likely each player's style finds them. It happens on this "
    "computer, beside the game, and is forgotten with the tab."
)


def draw_live(session: PlaySession, opponents: OpponentRegistry) -> None:
    """Draw the meter for the game of a session, and begin the work that it needs."""
    live = current_live()
    follow(live, session.number, session.game, opponents)
    is_ticking = live.is_reading

    @st.fragment(run_every=TICK if is_ticking else None)
    def draw() -> None:
        follow(live, session.number, session.game, opponents)
        if live.is_reading != is_ticking:
            st.rerun()  # as a whole: that is what begins and ends the ticking
        _draw(live)

    with st.container(key="live_card", border=True, gap="small"):
        draw()


@action
def _switch(is_on: bool) -> None:
    switch(current_live(), is_on)


@action
def _choose_scope(scope: str) -> None:
    current_live().this_game_only = scope == THIS_GAME


def _draw(live: LiveSession) -> None:
    with st.container(key="live_head", horizontal=True, vertical_alignment="center"):
        st.markdown("**Whose moves are yours?**", width="stretch")
        switched = held("live_visible", live.is_on)
        st.toggle(
            "On", switched.start, key=switched.key, help=HELP, on_change=switched.calls(_switch)
        )
    if not live.is_on:
        st.caption("Your moves are not being compared.")
        return
    found = live.resemblance()
    if live.error is not None:
        show_problem(live.error)
    if found is None or not found.decisions:
        st.caption(
            "Reading your first move …"
            if live.is_reading
            else "Make a few moves: they are compared with those of every player here."
        )
    else:
        st.html(meter_html(found))
    if sum(bool(moves) for moves in live.games.values()) > 1:
        scope = held("live_scope", THIS_GAME if live.this_game_only else ALL_GAMES)
        draw_choice(
            "Moves of",
            [ALL_GAMES, THIS_GAME],
            scope,
            scope.calls(_choose_scope),
            hides_label=True,
            width="stretch",
        )


def meter_html(found: Resemblance) -> str:
    """Return the meter's drawing."""
    said = verdict(found)
    details = "" if said.certainty == "early" else _details_html(found)
    reading = f" Still comparing: {found.known:.0%}." if found.known < 1 else ""
    return (
        f'<div class="live" data-testid="live" data-moves="{len(found.decisions)}" '
        f'data-known="{found.known:.3f}" data-certainty="{said.certainty}">'
        f'<div class="verdict {said.certainty}"><div class="headline">{escape(said.headline)}</div>'
        f'<div class="detail">{escape(said.detail + reading)}</div></div>'
        f"{details}</div>"
    )


def _details_html(found: Resemblance) -> str:
    first, rest = ranking(found)
    rows = "".join(_row(ranked) for ranked in first)
    if rest is not None:
        rows += _row(rest, "rest")
    leader = first[0].name
    return (
        f'<div class="ranks">{rows}</div>{_course_html(found, leader)}'
        f"{_telling_html(found, leader)}"
    )


def _row(ranked: Ranked, kind: str = "") -> str:
    times = f"×{_times(ranked.times)}" if kind != "rest" else ""
    return (
        f'<div class="rank {kind}"><span class="who">{escape(ranked.name)}</span>'
        f'<span class="track"><span style="width:{100 * ranked.probability:.2f}%"></span></span>'
        f'<span class="percent">{_percent(ranked.probability)}</span>'
        f'<span class="times" title="Times as likely as before your first move">'
        f"{times}</span></div>"
    )


def _course_html(found: Resemblance, leader: str) -> str:
    """Return a column for each move: the leader's probability, equal steps for equal factors."""
    course = np.log(found.course(int(found.order[0])) * len(found.names))
    low, high = min(float(course.min()), 0.0), max(float(course.max()), LEAST_HEIGHT)
    heights = 5 + 95 * (course - low) / (high - low)
    columns = "".join(f'<span style="height:{height:.1f}%"></span>' for height in heights)
    return (
        f'<div class="course"><div class="label">How likely {escape(leader)} became with each of '
        f'your moves</div><div class="columns">{columns}</div></div>'
    )


def _telling_html(found: Resemblance, leader: str) -> str:
    towards, against = most_telling(found)
    name = escape(leader)
    parts = []
    if towards:
        parts.append(f'<div class="label">What speaks for {name}</div>{_moves(towards)}')
    if against:
        parts.append(f'<div class="label">What speaks against</div>{_moves(against)}')
    if not parts:
        return ""
    note = '<div class="label note">How often that player and an average one would play it.</div>'
    return f'<div class="telling">{"".join(parts)}{note}</div>'


def _moves(moves: Sequence[Telling]) -> str:
    return "".join(
        f'<div class="move"><span class="san">{escape(told.move)}</span>'
        f"<span>{_percent(told.style)} · average {_percent(told.average)}</span></div>"
        for told in moves
    )


def _percent(probability: float) -> str:
    percent = 100 * probability
    if 0 < percent < 0.01:
        return "<0.01%"
    digits = 2 if percent < 0.1 else 1 if percent < 10 else 0
    return f"{percent:.{digits}f}%"


def _times(times: float) -> str:
    return f"{times:.2g}" if times < 10 else f"{times:,.0f}"
