"""What a first visit sees: what this is, and three opponents to begin with."""

import streamlit as st

from engine.style.presets import available_presets
from engine.style.space import StyleSpace
from ui.play import opponent_actions
from ui.play.state import PlaySession, action
from ui.shared.frame import speak_title
from ui.shared.handover import FAMOUS_PAIR, ask_to_watch, is_playable
from ui.shared.markdown import plain
from ui.shared.opponent import SEEN, first_name_first, full_name

PORTRAITS = 3


def draw_heading(session: PlaySession) -> None:
    """Draw what the page is, in one sentence, or for screen readers alone where that is known.

    It stays as long as the page does: under a hand that plays, the board must not move.
    """
    if session.is_first:
        st.html(
            '<div class="welcome"><h1>Play chess against a style</h1><p>An opponent who makes the '
            "moves that a great player, a blend of several, or you yourself would make.</p></div>"
        )
        return
    speak_title(f"Play against {full_name(session.opponent.recipe)}")


def draw_portraits(session: PlaySession, space: StyleSpace) -> None:
    """Offer three opponents to who has not done anything yet."""
    presets = available_presets(space)[:PORTRAITS]
    if not session.welcomes or not presets:
        return
    players = {preset.label: preset.player for preset in presets}
    with st.container(key="play_portraits", gap="small"):
        for number, preset in enumerate(presets):
            with st.container(
                key=f"play_portrait_card_{number}",
                border=True,
                horizontal=True,
                vertical_alignment="center",
            ):
                st.markdown(
                    f"**{plain(first_name_first(preset.player))}**  \n{plain(preset.character)}",
                    width="stretch",
                )
                st.button(
                    f"Play {preset.label}",
                    key=f"play_portrait_{number}",
                    on_click=_begin,
                    args=(preset.label, players, space),
                )
        if space.intensifier is not None:
            st.caption(
                f"Their habits are turned up to be seen (intensity {SEEN:g}); at 1 they play as "
                "learned."
            )
        if is_playable(FAMOUS_PAIR, space):
            st.button(
                "Watch Tal against Petrosian",
                key="play_watch",
                icon=":material/visibility:",
                type="tertiary",
                help="A game that runs by itself, with what shows of either style",
                on_click=_watch,
            )


def _begin(label: str, players: dict[str, str], space: StyleSpace) -> None:
    """Take a portrait's player, so that a first game shows who it is."""
    opponent_actions.choose_preset(label, players)
    if space.game_habits_of(players[label]) is not None:
        opponent_actions.set_intensity(SEEN)


@action
def _watch() -> None:
    """Open the game that shows most at once what styles are."""
    ask_to_watch(FAMOUS_PAIR)
