"""The Steer page: a style, an attribute, what the slider does, and two copies that play."""

from pathlib import Path

import streamlit as st

from engine.attributes.fixed_positions import STRENGTH, FixedPosition
from engine.style.recipe import AVERAGE
from engine.style.space import StyleSpace
from engine.style.steering.dose_response import DoseResponse
from ui.shared.frame import page, speak_title
from ui.shared.intensity_field import draw_intensity
from ui.shared.jobs import Job, draw_progress
from ui.shared.markdown import show_problem
from ui.shared.measures import slider_games, spreads
from ui.shared.opponent import short_name
from ui.shared.opponents import opponents
from ui.shared.player_picker import draw_player_picker, player_labels
from ui.shared.recipe_field import draw_recipe_error, draw_recipe_field
from ui.shared.widgets import draw_choice, held, kept
from ui.steer import session as steer
from ui.steer.dial import DialView, show_dial
from ui.steer.exhibition import draw_exhibition
from ui.steer.session import SteerSession, current_session
from ui.steer.ten_games import draw_ten_games

_FOLDER = Path(__file__).parent


@page
def steer_page() -> None:
    """Draw the page."""
    session, space = current_session(), opponents().space
    st.html(_FOLDER / "steer.css")
    speak_title("Steer a style")
    _write_address(session)
    for problem in session.problems:
        show_problem(problem)
    _draw_style(session, space)
    _draw_attributes(session, space)
    # Looked at before the dial, which would not show a measurement that ends between the two.
    running = session.running_measurement
    _draw_dial(session, space)
    _draw_measuring(session, running)
    draw_ten_games(session)
    draw_exhibition(session)


def _write_address(session: SteerSession) -> None:
    values = {steer.STYLE_QUERY: str(session.recipe), steer.ATTRIBUTE_QUERY: session.attribute}
    if st.query_params.to_dict() != values:
        st.query_params.from_dict(values)


def _draw_style(session: SteerSession, space: StyleSpace) -> None:
    labels = player_labels(space)
    components = session.recipe.components
    name = components[0].name if len(components) == 1 else AVERAGE if not components else None
    error = session.recipe_error
    player = held("steer_player", name)
    left, middle, right = st.columns([40, 44, 16], vertical_alignment="bottom")
    draw_player_picker(
        left,
        "Style",
        list(labels),
        player,
        labels,
        player.calls(steer.choose_player),
        placeholder="A blend: see the recipe",
    )
    draw_recipe_field(middle, "steer_recipe", session.recipe, error, steer.use_recipe)
    right.button(
        "Play this",
        key="steer_play",
        icon=":material/swords:",
        type="primary",
        width="stretch",
        help="Make this style your opponent on the Play page",
        on_click=steer.play_this,
    )
    draw_recipe_error(error, "steer_suggestion", steer.use_recipe)
    draw_intensity(session.recipe, space, "steer_intensity", steer.set_intensity)


def _draw_attributes(session: SteerSession, space: StyleSpace) -> None:
    labels = {attribute.key: attribute.label for attribute in space.sliders}
    chip = held("steer_attribute", session.attribute)
    st.pills(
        "Attribute",
        list(labels),
        default=chip.start,
        key=chip.key,
        format_func=lambda key: labels.get(key, key),
        required=True,
        label_visibility="collapsed",
        on_change=chip.calls(steer.choose_attribute),
    )
    st.caption(space.attribute(session.attribute).description)


def _draw_dial(session: SteerSession, space: StyleSpace) -> None:
    offered = steer.offers(session)
    index, position = steer.position_on_dial(session, offered)
    sweep = steer.chances(session, index, position)
    show_dial(
        DialView(
            name=short_name(session.recipe),
            attribute=space.attribute(session.attribute),
            amount=session.amount,
            board=position.board,
            caption=_caption(position),
            sweep=sweep,
            values=steer.move_values(position, sweep, session.attribute),
            offers=offered,
            chosen=index,
            response=steer.response(session),
            sliders=[attribute.key for attribute in space.sliders],
            strength_unit=spreads().get(STRENGTH),
            in_games=slider_games().get(session.attribute),
        ),
        steer.move_slider,
        steer.choose_position,
    )


def _caption(position: FixedPosition) -> str:
    board = position.board
    mover = "White" if board.turn else "Black"
    phase = {"opening": "opening", "middlegame": "middle game", "endgame": "end game"}
    return f"{mover} to move, move {board.fullmove_number}, {phase[position.phase]}"


def _draw_measuring(session: SteerSession, running: Job[DoseResponse] | None) -> None:
    if running is not None:
        draw_progress(running)
        return
    with st.container(key="steer_measuring", horizontal=True, vertical_alignment="bottom"):
        sample = kept(steer.SAMPLE, steer.THIS_STYLE)
        draw_choice(
            "Measure on",
            [steer.THIS_STYLE, steer.MANY_STYLES],
            sample,
            sample.keep,
            help="This style alone takes seconds; a sample of players also shows how much the "
            "slider differs from style to style.",
        )
        st.button(
            "Measure now",
            key="steer_measure_now",
            icon=":material/straighten:",
            help="Work the figures out again on the fixed positions",
            on_click=steer.measure,
        )
        if steer.is_measured_here(session):
            st.button(
                "Back to the shipped figures",
                key="steer_forget",
                type="tertiary",
                on_click=steer.forget_measurement,
            )
    if session.measuring is not None and session.measuring.error:
        show_problem(session.measuring.error)
