"""The person's own games: the score against each opponent, and each game to go through again."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from ui.review import session as review
from ui.shared.game import ending
from ui.shared.history import (
    History,
    OpponentRecord,
    PlayedGame,
    all_pgn,
    history,
    scores,
    want_history,
)
from ui.shared.opponent import full_name
from ui.shared.widgets import held

SCORES_SHOWN = 12


def draw_history() -> None:
    """Draw the panel."""
    if not want_history():
        st.caption("Looking for your games in this browser …")
        return
    known = history()
    if not known.keeps:
        st.caption("This browser keeps nothing: your games are forgotten with this tab.")
    if known.unread:
        st.caption(f"{known.unread} games that this browser keeps cannot be read.")
    played = list(known.games.values())[::-1]
    if not played:
        st.caption("Games that you finish on Play come here. They stay in this browser.")
        return
    st.html(scores_html(scores(played)))
    _draw_games(played)
    _draw_all(known, played)


def _draw_games(played: Sequence[PlayedGame]) -> None:
    chosen = held("review_played", None)
    titles = {one.name: _title(one) for one in played}
    st.selectbox(
        "Go through a game again",
        list(titles),
        index=None,
        key=chosen.key,
        format_func=lambda name: titles.get(name, name),
        placeholder=f"{len(played):,} games, the latest first",
        on_change=chosen.calls(review.open_played),
    )


def _draw_all(known: History, played: Sequence[PlayedGame]) -> None:
    with st.container(key="review_history", horizontal=True, vertical_alignment="center"):
        st.download_button(
            "All games as PGN",
            lambda: all_pgn(played[::-1]),
            "stylemate-games.pgn",
            "application/x-chess-pgn",
            key="review_history_pgn",
            icon=":material/download:",
            on_click="ignore",
        )
        if not review.asks_to_forget():
            st.button(
                "Delete",
                key="review_history_delete",
                icon=":material/delete:",
                type="tertiary",
                on_click=review.ask_to_forget,
                args=(True,),
            )
            return
        count = len(known.games)
        st.markdown(f"Delete all {count:,} games from this browser?", width="content")
        st.button(
            "Yes, delete all", key="review_history_yes", type="primary", on_click=review.forget_all
        )
        st.button(
            "Keep them", key="review_history_no", on_click=review.ask_to_forget, args=(False,)
        )


def scores_html(found: Sequence[OpponentRecord]) -> str:
    """Return a table of the score against each opponent."""
    rows = "".join(
        f"<tr><th>{escape(score.opponent)}</th><td>{score.games}</td>"
        f"<td>+{score.won} ={score.drawn} −{score.lost}</td>"
        f"<td><b>{score.points:g}</b></td></tr>"
        for score in found[:SCORES_SHOWN]
    )
    rest = len(found) - SCORES_SHOWN
    more = f"<p>and {rest} more opponents</p>" if rest > 0 else ""
    return (
        '<table class="review-summary" data-testid="review-scores"><thead><tr><th>Opponent</th>'
        "<th>Games</th><th>Won, drawn, lost</th><th>Points</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>{more}"
    )


def _title(played: PlayedGame) -> str:
    end = ending(played.game)
    result = {1.0: "won", 0.5: "drawn", 0.0: "lost"}[played.points]
    reason = f" {end.how}" if end is not None and end.reason else ""
    moves = (played.game.length + 1) // 2
    return f"{full_name(played.opponent.recipe)}: {result}{reason}, {moves} moves, {played.day}"
