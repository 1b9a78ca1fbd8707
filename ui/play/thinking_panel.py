"""The panel that shows what the opponent thinks."""

from html import escape

import chess
import streamlit as st

from ui.play.reasons import why_on
from ui.play.state import PlaySession
from ui.play.style_shown import own_words
from ui.play.thoughts import shifts_on, thoughts_on
from ui.shared import game as games
from ui.shared.candidates import Candidate, Expectation, MoveShifts, Thinking, count_of_last_reply
from ui.shared.markdown import plain
from ui.shared.opponent import short_name
from ui.shared.style_card import MARK
from ui.shared.widgets import draw_switch, kept, kept_value

VISIBLE, VIEW = "play_thinking", "play_thinking_view"
REPLY, HERE = "The last move", "Hints here"


def shown_thinking(session: PlaySession) -> Thinking | None:
    """Return the view to show, None if it is hidden or nothing is left to think about.

    What the opponent would play in the person's place is shown only to who asks for such hints.
    """
    if not kept_value(VISIBLE, True) or _awaits_reply(session):
        return None
    count = _shown_count(session)
    return thoughts_on(session, count)


def draw_thinking(session: PlaySession, thinking: Thinking | None) -> None:
    """Draw the panel with its switches."""
    name = short_name(session.opponent.recipe)
    with st.container(key="play_thinking_card", border=True, gap="small"):
        with st.container(key="play_thinking_head", horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(_title(session, name))}**", width="stretch")
            switch = kept(VISIBLE, True)
            st.toggle(
                "Show",
                switch.start,
                key=switch.key,
                help="Hide it to play without hints: the arrows on the board go too",
                on_change=switch.keep,
            )
        if not kept_value(VISIBLE, True):
            return
        if _awaits_reply(session):
            st.caption(plain(f"After each move of {name} you see here what else came to mind."))
        elif thinking is None:
            st.caption("There is no move to think about in this position.")
        else:
            st.html(_thinking_html(session, thinking, name))
            changed = shifts_on(session, thinking.count)
            if changed is not None:
                st.html(shifts_html(changed, name))
            why = why_on(session, thinking.count)
            if why is not None:
                own = thinking.count + 1 in own_words(session)
                mark = f'<span class="own" aria-hidden="true">{MARK}</span> ' if own else ""
                st.html(f'<div class="why" data-testid="why">{mark}{escape(why)}</div>')
        draw_switch("Position", [REPLY, HERE], VIEW, width="stretch")


def _shown_count(session: PlaySession) -> int:
    reply = count_of_last_reply(session.game)
    if reply is None or kept_value(VIEW, REPLY) == HERE:
        return session.game.shown
    return reply


def _awaits_reply(session: PlaySession) -> bool:
    """Return whether the opponent has not moved yet, and hints are not wanted."""
    return kept_value(VIEW, REPLY) == REPLY and count_of_last_reply(session.game) is None


def _title(session: PlaySession, name: str) -> str:
    game = session.game
    count = _shown_count(session)
    if _awaits_reply(session):
        return f"What {name} thinks"
    if count < game.shown:
        return f"What {name} was thinking"
    board = games.board_after(game, count)
    if not any(board.legal_moves):
        return f"What {name} thinks"
    if board.turn != game.person:
        return f"What {name} is thinking"
    return f"What {name} would play here"


def _thinking_html(session: PlaySession, thinking: Thinking, name: str) -> str:
    rows = "".join(_row(candidate) for candidate in thinking.candidates)
    bar = _expectation_bar(thinking.expectation, session.game.person, name)
    return (
        f'<div class="thinking" data-testid="thinking" data-count="{thinking.count}" '
        f'data-recipe="{escape(str(session.opponent.recipe))}">'
        f'{bar}<div class="candidates">{rows}</div></div>'
    )


def _row(candidate: Candidate) -> str:
    percent = candidate.probability * 100
    label = "<1" if 0 < percent < 1 else f"{percent:.0f}"
    played = " played" if candidate.played else ""
    return (
        f'<div class="candidate{played}"><span class="san">{escape(candidate.san)}</span>'
        f'<span class="track"><span style="width:{percent:.1f}%"></span></span>'
        f'<span class="percent">{label}%</span></div>'
    )


def shifts_html(shifts: MoveShifts, name: str) -> str:
    """Return which move falls and which rises most as the style is pushed.

    Args:
        shifts: what changes.
        name: of the style within a sentence.
    """
    if not shifts.is_visible:
        words = f"The sliders change hardly anything here: {name} would play the same."
        return f'<div class="shifts" data-testid="shifts">{escape(words)}</div>'
    moves = "".join(
        f'<span class="{kind}"><b>{escape(shift.san)}</b> '
        f"{_percent(shift.before)}&nbsp;→&nbsp;{_percent(shift.after)}</span>"
        for kind, shift in (("falls", shifts.falls), ("rises", shifts.rises))
    )
    before, after = shifts.favourites
    lead = f"{escape(before)} becomes {escape(after)}. " if before != after else ""
    return (
        f'<div class="shifts" data-testid="shifts"><span>{lead}Against {escape(name)} as learned:'
        f"</span> {moves}</div>"
    )


def _percent(share: float) -> str:
    label = "&lt;1" if 0 < share < 0.01 else f"{share * 100:.0f}"
    return f"{label}&nbsp;%"


def _expectation_bar(expectation: Expectation, person: chess.Color, name: str) -> str:
    parts = [
        ("you", "You", expectation.of(person)),
        ("draw", "draw", expectation.draw),
        ("them", name, expectation.of(not person)),
    ]
    bars = "".join(
        f'<span class="{kind}" style="flex-grow:{chance:.4f}"></span>' for kind, _, chance in parts
    )
    words = "".join(
        f"<span>{escape(label)} <b>{chance:.0%}</b></span>" for _, label, chance in parts
    )
    return (
        f'<div class="expected" title="The result that this style expects">'
        f'<div class="bar">{bars}</div><div class="words">{words}</div></div>'
    )
