"""The You page: bring your games, learn your style, meet yourself."""

from pathlib import Path

import streamlit as st

from ui.plots.theme import CONFIG
from ui.shared.frame import page
from ui.shared.jobs import draw_progress, time_words
from ui.shared.markdown import show_error
from ui.you.background import seconds_to_learn
from ui.you.figures import likelihood_curve
from ui.you.games_panel import draw_bring, draw_choose, draw_kept
from ui.you.session import YouSession, current_session
from ui.you.style_panel import draw_style

STYLE_SHEET = Path(__file__).parent / "you.css"


@page
def you_page() -> None:
    """Draw the page."""
    session = current_session()
    st.html(STYLE_SHEET)
    with st.container(key="you_page"):
        for problem in session.problems:
            show_error(problem)
        if session.me is not None:
            looking = session.looking
            draw_style(session.me, is_whole=looking is None)
            if looking is not None:
                draw_progress(looking, tells_time=True)
        elif session.fitting is not None:
            _draw_fitting(session)
        else:
            _draw_games(session)


def _draw_games(session: YouSession) -> None:
    st.title("Meet yourself", anchor=False)
    st.markdown(
        "Bring your games, and Stylemate learns how you play: whom you resemble, what is typical "
        "of you, and an opponent who plays like you. Your games stay in this tab. The style that "
        "is learned stays in this browser until you delete it, and nowhere else."
    )
    if session.reading is not None:
        draw_progress(session.reading)
    elif session.loaded is None:
        with st.container(key="you_bring"):
            draw_bring(session)
        draw_kept()
    else:
        with st.container(key="you_choose"):
            draw_choose(session)


def _draw_fitting(session: YouSession) -> None:
    st.title("Learning your style", anchor=False)
    job = session.fitting
    if job is None:
        return

    def draw_curve() -> None:
        if len(session.watch.curve) > 1:
            figure = likelihood_curve(session.watch.curve)
            st.plotly_chart(figure, key="you_growing_curve", config=CONFIG)
            st.caption("Chance that the style gives to your moves in games it has not seen.")

    draw_progress(job, details=draw_curve, tells_time=True)
    games = session.task.games if session.task is not None else 0
    if games:
        st.caption(
            f"Learning from {games:,} games takes {time_words(seconds_to_learn(games)).lower()} on "
            "an idle machine. You may look at other pages meanwhile."
        )
