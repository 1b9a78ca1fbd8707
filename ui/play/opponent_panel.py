"""The panel in which a person chooses, blends and steers the opponent."""

import math
from collections.abc import Sequence

import streamlit as st

from engine.play.strength.table import StrengthTable
from engine.style.presets import available_presets
from engine.style.recipe import AVERAGE, Component
from engine.style.records import AttributeInfo
from engine.style.space import StyleSpace
from ui.play import opponent_actions
from ui.play.guest_panel import draw_guests
from ui.play.manners_panel import draw_manners
from ui.play.state import PlaySession
from ui.play.strength_panel import draw_strength
from ui.shared.intensity_field import draw_intensity
from ui.shared.markdown import plain
from ui.shared.measures import level_percentile, slider_games
from ui.shared.opponent import (
    MAXIMUM_PLAYERS,
    SMALLEST_SHARE,
    describe_amount,
    is_primary,
    measured_level,
    short_name,
)
from ui.shared.player_picker import SLIDER_REACH, SLIDER_STEP, draw_player_picker, player_labels
from ui.shared.recipe_field import draw_recipe_error, draw_recipe_field
from ui.shared.temperature import draw_temperature
from ui.shared.widgets import held


def draw_opponent(session: PlaySession, space: StyleSpace, table: StrengthTable) -> None:
    """Draw the panel.

    Args:
        session: whose opponent it is.
        space: the players there are.
        table: what each strength is worth.
    """
    _draw_presets(session, space)
    _draw_players(session, space)
    draw_guests(session)
    draw_strength(session, table)
    draw_manners(session)
    draw_intensity(session.opponent.recipe, space, "play_intensity", opponent_actions.set_intensity)
    if session.opponent.recipe.elo is None:
        _draw_temperature(session)
    _draw_steering(session, space)
    _draw_recipe(session)


def _draw_presets(session: PlaySession, space: StyleSpace) -> None:
    presets = available_presets(space)
    if not presets:
        return
    components = session.opponent.recipe.components
    alone = components[0].name if len(components) == 1 else None
    chosen = next((preset for preset in presets if preset.player == alone), None)
    chip = held("play_preset", chosen.label if chosen else None)
    st.pills(
        "Famous opponents",
        [preset.label for preset in presets],
        default=chip.start,
        key=chip.key,
        label_visibility="collapsed",
        on_change=chip.calls(
            opponent_actions.choose_preset, {preset.label: preset.player for preset in presets}
        ),
    )
    if chosen:
        st.caption(chosen.character)


def _draw_players(session: PlaySession, space: StyleSpace) -> None:
    labels = player_labels(space)
    components = session.opponent.recipe.components or (Component(AVERAGE),)
    for slot in range(max(session.slots, len(components))):
        component = components[slot] if slot < len(components) else None
        _draw_player(slot, component, labels, len(components))
    if session.slots <= len(components) < MAXIMUM_PLAYERS:
        st.button(
            "Blend in another player",
            key="play_blend",
            icon=":material/add:",
            type="tertiary",
            on_click=opponent_actions.add_slot,
        )


def _draw_player(
    slot: int, component: Component | None, labels: dict[str, str], count: int
) -> None:
    player = held(f"play_player_{slot}", component.name if component else None)
    row = st.container(
        key=f"play_row_{slot}", horizontal=True, vertical_alignment="bottom", gap="small"
    )
    with row:
        draw_player_picker(
            row,
            "Opponent" if slot == 0 else "Blended with",
            list(labels),
            player,
            labels,
            player.calls(opponent_actions.choose_player, slot),
        )
        if count > 1 or component is None:
            st.button(
                "",
                key=f"play_remove_{slot}",
                icon=":material/close:",
                help="Take out of the blend",
                type="tertiary",
                on_click=opponent_actions.remove_player,
                args=(slot,),
            )
    if component is not None and count > 1:
        smallest = round(SMALLEST_SHARE * 100)
        percent = min(max(round(component.weight * 100), smallest), 100 - smallest)
        share = held(f"play_share_{slot}", percent)
        st.slider(
            f"Share of {plain(component.name)}",
            smallest,
            100 - smallest,
            share.start,
            key=share.key,
            format="%d%%",
            label_visibility="collapsed",
            on_change=share.calls(opponent_actions.set_share, slot),
        )


def _draw_temperature(session: PlaySession) -> None:
    temperature = held("play_temperature", session.opponent.temperature)
    with st.container(key="play_temperature_row", gap=None):
        draw_temperature(
            temperature,
            temperature.calls(opponent_actions.set_temperature),
            "0 plays the likeliest move always; 1 plays each move as often as the style would",
        )
        st.caption(_temperature_words(session.opponent.temperature))


def _draw_steering(session: PlaySession, space: StyleSpace) -> None:
    if not space.sliders:
        return
    recipe = session.opponent.recipe
    amounts = {push.attribute: push.amount for push in recipe.steering}
    with st.container(key="play_steering_head", horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**Steer {plain(short_name(recipe))}**",
            help=(
                "Each slider turns one habit up or down. 0 is the style as it was learned, and the "
                "ends are as far as the habit can be turned while the play stays sane. What is "
                "said of games was measured on the average player."
            ),
            width="stretch",
        )
        st.button(
            "Reset",
            key="play_reset",
            icon=":material/restart_alt:",
            type="tertiary",
            disabled=not amounts,
            on_click=opponent_actions.reset_steering,
        )
    reach = max(SLIDER_REACH, *(math.ceil(abs(amount)) for amount in amounts.values()), 0.0)
    main = [a for a in space.sliders if is_primary(a)]
    others = [a for a in space.sliders if not is_primary(a)]
    _draw_sliders(main, session, space, reach)
    if others:
        is_used = any(attribute.key in amounts for attribute in others)
        with st.expander("More habits", expanded=is_used, key="play_more"):
            _draw_sliders(others, session, space, reach)


def _draw_sliders(
    attributes: Sequence[AttributeInfo], session: PlaySession, space: StyleSpace, reach: float
) -> None:
    recipe = session.opponent.recipe
    amounts = {push.attribute: push.amount for push in recipe.steering}
    columns = st.columns(2, gap="medium", wrap=False)  # side by side on a phone too
    for index, attribute in enumerate(attributes):
        with columns[index % 2]:
            level = measured_level(recipe, space, attribute.key)
            standing = None if level is None else level_percentile(attribute.key, level)
            _draw_slider(attribute, amounts.get(attribute.key, 0.0), standing, reach)


def _draw_slider(
    attribute: AttributeInfo, amount: float, standing: float | None, reach: float
) -> None:
    slider = held(f"play_steer_{attribute.key}", amount)
    with st.container(key=f"play_attribute_{attribute.key}", gap=None):
        st.slider(
            attribute.label,
            -reach,
            reach,
            slider.start,
            step=SLIDER_STEP,
            format="%+.2f",
            key=slider.key,
            help=(f"{attribute.description}\n\nLeft: {attribute.low}. Right: {attribute.high}."),
            on_change=slider.calls(opponent_actions.steer, attribute.key),
        )
        st.caption(
            plain(describe_amount(attribute, amount, standing, slider_games().get(attribute.key)))
        )


def _draw_recipe(session: PlaySession) -> None:
    error = session.recipe_error
    draw_recipe_field(
        st.container(),
        "play_recipe",
        session.opponent.recipe,
        error,
        opponent_actions.use_recipe,
        "opponent",
        " | elo 1500",
    )
    draw_recipe_error(error, "play_suggestion", opponent_actions.use_recipe)


def _temperature_words(temperature: float) -> str:
    if temperature == 0:
        return "always plays its favourite move"
    if temperature < 0.4:
        return "mostly plays its favourite moves"
    if temperature < 0.9:
        return "keeps to its better moves, with variety"
    if temperature <= 1.1:
        return "plays each move as often as the style would"
    return "tries moves the style rarely would"
