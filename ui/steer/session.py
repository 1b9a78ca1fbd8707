"""What one browser tab remembers about the Steer page, and every change to it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import streamlit as st
from cachetools import LRUCache

from engine.analysis.shipped_measurements import shipped_response
from engine.analysis.sweep import Sweep, sweep
from engine.assets import assets_directory
from engine.attributes.fixed_positions import STRENGTH, FixedPosition
from engine.errors import StylemateError
from engine.play.exhibition import Exhibition
from engine.style.recipe import AVERAGE, Component, Recipe, RecipeError, Steering
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from engine.style.steering.dose_response import DoseResponse
from engine.style.style import Routing, Style
from ui.shared.actions import action_of
from ui.shared.handover import ask_to_play, playing
from ui.shared.jobs import Job, submit
from ui.shared.measures import fixed_positions_meter, spreads
from ui.shared.opponent import (
    OLD_STRENGTH,
    Opponent,
    check_opponent,
    first_opponent,
    without_old_strength,
)
from ui.shared.opponents import opponents, shared_opponents
from ui.shared.player_picker import SLIDER_REACH, SLIDER_STEP, player_meant
from ui.shared.state import tab
from ui.shared.widgets import kept_value
from ui.steer.dial import Offer, sent_amount, sent_position
from ui.steer.game_strip import GameStrip

STATE, SAMPLE = "steer", "steer_sample"
STYLE_QUERY, ATTRIBUTE_QUERY = "style", "attribute"
SWEEPS_KEPT = 64
SAMPLED_STYLES = 16
THIS_STYLE, MANY_STYLES = "This style", f"{SAMPLED_STYLES} players"
action = action_of(STATE)


@dataclass(slots=True)
class SteerSession:
    """What the page remembers.

    Attributes:
        recipe: the style with everything it is pushed along, players' full names.
        attribute: key of the attribute on the dial.
        position: number of the position on the board, None for the most telling one.
        problems: what to tell the person, until the next action.
        recipe_error: what is wrong with the recipe that was typed, if it is.
        measuring: the measurement that was started last.
        measured: what was measured here, by the style before the push, attribute and sample.
        sample: styles on which the last measurement was made.
        exhibition: the game between two copies, None before the first.
        sides: their recipes, White's first.
        is_running: whether the game plays on by itself.
        shown: number of half-moves after which the position on the game's board stands; None for
            the last.
        revision: counts the changes of that board.
        sweeps: chances of moves worked out lately.
        strip: fast games that were asked for, None before the first.
    """

    recipe: Recipe
    attribute: str
    position: int | None = None
    problems: tuple[str, ...] = ()
    recipe_error: RecipeError | None = None
    measuring: Job[DoseResponse] | None = None
    measured: dict[tuple[str, str], DoseResponse] = field(default_factory=dict)
    exhibition: Exhibition | None = None
    sides: tuple[str, str] = ("", "")
    is_running: bool = False
    shown: int | None = None
    revision: int = 0
    sweeps: LRUCache[tuple[str, str, int, tuple[float, ...]], Sweep] = field(
        default_factory=lambda: LRUCache(SWEEPS_KEPT)
    )
    strip: GameStrip | None = None

    @property
    def amount(self) -> float:
        """Where the slider stands."""
        amounts = {push.attribute: push.amount for push in self.recipe.steering}
        return amounts.get(self.attribute, 0.0)

    @property
    def running_measurement(self) -> Job[DoseResponse] | None:
        """The measurement that goes on, None if none does."""
        is_over = self.measuring is None or self.measuring.is_done
        return None if is_over else self.measuring

    @property
    def base(self) -> Recipe:
        """The recipe without the push on the dial."""
        return pushed(self.recipe, self.attribute, 0.0)


def current_session() -> SteerSession:
    """Return this tab's session; the first call reads the address, or takes the Play page's style.

    Raises:
        StylemateError: the assets are missing or damaged, or no attribute can be steered.
    """
    if STATE not in tab():
        tab()[STATE] = _first_session(opponents().space, st.query_params)
    session: SteerSession = tab()[STATE]
    _drop_unknown(session, opponents().space)
    return session


# ---- the style ----


@action
def choose_player(name: str | None) -> None:
    """Steer the chosen player, with the pushes that are set."""
    if name is not None:
        session = current_session()
        name = player_meant(name, opponents().space)
        _accept(session, replace(session.recipe, components=(Component(name),)))


@action
def set_intensity(intensity: float) -> None:
    """Turn the habits of the style's players up or down."""
    session = current_session()
    _accept(session, replace(session.recipe, intensity=intensity))


@action
def choose_attribute(key: str | None) -> None:
    """Put another attribute on the dial; the push along the last one goes."""
    session = current_session()
    if key is None or key == session.attribute:
        return
    recipe = session.base
    session.attribute, session.position = key, None
    _accept(session, recipe)


@action
def move_slider() -> None:
    """Push the style as far as the dial's slider says."""
    session, amount = current_session(), sent_amount()
    if amount is not None:
        _accept(session, pushed(session.recipe, session.attribute, amount))


@action
def choose_position() -> None:
    """Put another position on the dial's board."""
    index = sent_position()
    if index is not None and 0 <= index < len(fixed_positions_meter().positions):
        current_session().position = index


@action
def use_recipe(text: str) -> None:
    """Steer the style of a recipe, or remember what is wrong with it."""
    session = current_session()
    space = opponents().space
    try:
        recipe = check_opponent(Opponent(space.resolve(parse_recipe(text), text)), space).recipe
    except RecipeError as error:
        session.recipe_error = error
        return
    recipe, session.problems = without_old_strength(recipe)
    keys = [push.attribute for push in recipe.steering]
    if keys and session.attribute not in keys:
        session.attribute, session.position = keys[0], None
    _accept(session, recipe)


@action
def play_this() -> None:
    """Hand the style to the Play page."""
    ask_to_play(str(current_session().recipe))


def pushed(recipe: Recipe, key: str, amount: float) -> Recipe:
    """Return a recipe whose push along an attribute is this one; the others stay."""
    amounts = {push.attribute: push.amount for push in recipe.steering} | {key: amount}
    return replace(recipe, steering=tuple(Steering(k, a) for k, a in amounts.items()))


def slider_amounts(amount: float) -> tuple[float, ...]:
    """Return the places of the slider; the present amount is one of them wherever it is."""
    reach = max(SLIDER_REACH, math.ceil(abs(amount)))
    steps = round(reach / SLIDER_STEP)
    return tuple(sorted({step * SLIDER_STEP for step in range(-steps, steps + 1)} | {amount}))


# ---- what the dial shows ----


def base_style(session: SteerSession) -> Style:
    """Return the style without the push on the dial."""
    return opponents().space.style(session.base)


def offers(session: SteerSession) -> list[Offer]:
    """Return the positions in which the attribute on the dial matters most for the style."""
    meter, key = fixed_positions_meter(), session.attribute
    if key not in meter.keys:
        return []
    delta = shared_opponents().space.deltas[key]
    found = meter.telling_positions(base_style(session), key, delta)
    return [Offer(index, meter.positions[index].board, change) for index, change in found]


def position_on_dial(session: SteerSession, offered: list[Offer]) -> tuple[int, FixedPosition]:
    """Return the position on the dial's board and its number."""
    first = offered[0].index if offered else 0
    index = first if session.position is None else session.position
    return index, fixed_positions_meter().positions[index]


def chances(session: SteerSession, index: int, position: FixedPosition) -> Sweep:
    """Return the chances of a position's moves at every place of the slider, remembered."""
    style = base_style(session)
    amounts = slider_amounts(session.amount)
    key = (style.fingerprint, session.attribute, index, amounts)
    if key not in session.sweeps:
        registry = opponents()
        delta = registry.space.deltas[session.attribute]
        session.sweeps[key] = sweep(registry.networks, position.board, style.z, delta, amounts)
    return session.sweeps[key]


def move_values(position: FixedPosition, found: Sweep, key: str) -> npt.NDArray[np.float32] | None:
    """Return an attribute of a sweep's moves, float32 (moves,); None where it is not measured."""
    if key not in position.attributes:
        return None
    place = {move: number for number, move in enumerate(position.moves)}
    return position.attributes[key][[place[move] for move in found.moves]]


def is_measured_here(session: SteerSession) -> bool:
    """Whether the figures on the dial were measured in this session."""
    return (base_style(session).fingerprint, session.attribute) in session.measured


def response(session: SteerSession) -> DoseResponse | None:
    """Return what was measured of the slider: here if it was, else what the assets say."""
    here = session.measured.get((base_style(session).fingerprint, session.attribute))
    if here is not None:
        return here
    shared = shared_opponents()
    directory = assets_directory()
    return shipped_response(directory, shared.space, session.attribute, shared.fingerprint)


# ---- measuring now ----


@action
def measure() -> None:
    """Measure the slider in the background, on this style or on some players'."""
    session, meter = current_session(), fixed_positions_meter()
    style, key, units = base_style(session), session.attribute, spreads()
    space = shared_opponents().space
    many = kept_value(SAMPLE, THIS_STYLE) == MANY_STYLES
    styles = sample_of_players(space) if many else style.z[None]
    where = (style.fingerprint, key)

    def work(job: Job[DoseResponse]) -> DoseResponse:
        job.report(0.0, "Measuring on the fixed positions …")
        found = meter.respond(styles, key, space.deltas[key], units, job.report)
        session.measured[where] = found
        return found

    session.measuring = submit("steer_measure", work)


def sample_of_players(space: StyleSpace) -> Routing:
    """Return the styles of some players, the same ones every time."""
    rows = np.random.default_rng(0).permutation(len(space.population))[:SAMPLED_STYLES]
    return space.population[np.sort(rows)]


@action
def forget_measurement() -> None:
    """Show the shipped figures again."""
    session = current_session()
    session.measured.pop((base_style(session).fingerprint, session.attribute), None)


# ---- the session ----


def _first_session(space: StyleSpace, query: Mapping[str, str]) -> SteerSession:
    if not space.sliders:
        raise StylemateError(
            "This style space has no attributes to steer. `stylemate styles build` measures them."
        )
    problems: list[str] = []
    recipe = _recipe_of_play(space)
    if STYLE_QUERY in query:
        try:
            opponent = Opponent(parse_recipe(query[STYLE_QUERY]))
            recipe = check_opponent(opponent, space).recipe
        except StylemateError as error:
            problems.append(f"The style in the address cannot be used. {error}")
    recipe, said = without_old_strength(recipe)
    problems += said
    known = [attribute.key for attribute in space.sliders]
    steered = [push.attribute for push in recipe.steering]
    key = query.get(ATTRIBUTE_QUERY, "")
    if key not in known:
        if key:
            problems.append(
                OLD_STRENGTH
                if key == STRENGTH
                else f"There is no attribute '{key[:40]}' to steer, as the address asks."
            )
        key = (steered or known)[0]
    return SteerSession(recipe, key, problems=tuple(problems))


def _recipe_of_play(space: StyleSpace) -> Recipe:
    seen = playing()
    return (first_opponent(space) if seen is None else seen.opponent).recipe


def _drop_unknown(session: SteerSession, space: StyleSpace) -> None:
    """Take another style when a guest who is part of this one was sent away."""
    names = {AVERAGE, *space.names}

    def missing(recipe: Recipe) -> list[str]:
        return [c.name for c in recipe.components if c.name not in names]

    if session.exhibition is not None and any(missing(parse_recipe(s)) for s in session.sides):
        session.exhibition, session.is_running = None, False
    gone = missing(session.recipe)
    if gone:
        first = first_opponent(space).recipe.components
        session.recipe = replace(session.recipe, components=first)
        session.problems = (f"'{gone[0]}' was removed, so another style stands here.",)


def _accept(session: SteerSession, recipe: Recipe) -> None:
    session.recipe = recipe
    session.recipe_error = None
