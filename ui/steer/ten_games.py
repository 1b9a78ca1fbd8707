"""A strip of fast games on the Steer page: how often what is steered happens, game by game."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from engine.attributes.figure_registry import OWN_FIGURES, Figure
from engine.attributes.game_figures import game_figures
from engine.play.fixtures import BLACK_WON, WHITE_WON, Contestant, duel
from engine.play.opponents import OpponentRegistry
from engine.play.selfplay import play_games
from engine.style.style import Routing
from ui.shared.jobs import Job, draw_progress, submit
from ui.shared.markdown import plain, show_problem
from ui.shared.opponent import short_name
from ui.shared.opponents import opponents, shared_opponents
from ui.shared.text import minus
from ui.steer.game_strip import FinishedGame, GameStrip
from ui.steer.session import SteerSession, action, current_session, pushed

GAMES = 10
TEMPERATURE = 1.0
"""As often as the style would play each move: what the shipped figures are measured at."""
_PAIR = 2


def draw_ten_games(session: SteerSession) -> None:
    """Draw the button, the games that are finished, and their totals."""
    figure = OWN_FIGURES.get(session.attribute)
    if figure is None:
        return
    st.header(f"{GAMES} fast games", anchor=False)
    strip = session.strip
    if strip is None or strip.job is None or strip.job.is_done:
        with st.container(key="steer_ten", horizontal=True, vertical_alignment="center"):
            st.button(
                f"Play {GAMES} games",
                key="steer_ten_games",
                icon=":material/bolt:",
                disabled=session.amount == 0,
                on_click=play_ten,
            )
            st.caption(
                "Move the slider first: the steered copy plays the style as it is."
                if session.amount == 0
                else "The steered copy against the same style as it is, with either colour in turn."
            )
    if strip is None:
        return
    if strip.job is not None and not strip.job.is_done:
        draw_progress(strip.job, details=lambda: _draw_strip(strip))
        return
    if strip.job is not None and strip.job.error:
        show_problem(strip.job.error)
    _draw_strip(strip)


@action
def play_ten() -> None:
    """Play the games in the background; those of before are forgotten."""
    session = current_session()
    if session.amount == 0 or session.attribute not in OWN_FIGURES:
        return
    registry, base = opponents(), pushed(session.recipe, session.attribute, 0.0)
    name = short_name(session.recipe)
    strip = GameStrip(
        str(session.recipe),
        str(base),
        session.attribute,
        (f"{name} {minus(f'{session.amount:+g}')}", f"{name} as is"),
    )
    styles = [registry.space.style(recipe.style).z for recipe in (session.recipe, base)]
    shared, seed = shared_opponents(), int(np.random.default_rng().integers(1 << 31))
    strip.job = submit("steer_ten", lambda job: play_strip(strip, shared, styles, seed, job))
    session.strip = strip


def play_strip(
    strip: GameStrip,
    registry: OpponentRegistry,
    styles: Sequence[Routing],
    seed: int,
    job: Job[None],
) -> None:
    """Play the games, a pair with both colours at a time, and show each pair when it is finished.

    Args:
        strip: where finished games go.
        registry: with the model whose styles play.
        styles: the steered one and the other, float32 (heads, modules) each.
        seed: of the games.
        job: told how far it is; it stops the games when it should.
    """
    figure = OWN_FIGURES[strip.attribute]
    contestants = [Contestant(z, TEMPERATURE) for z in styles]
    for pair in range(GAMES // _PAIR):
        job.report(pair * _PAIR / GAMES, f"{pair * _PAIR} of {GAMES} games are finished …")
        fixtures = duel(0, 1, _PAIR, (seed, pair))
        played = play_games(
            registry.model, contestants, fixtures, progress=lambda count: job.report(job.progress)
        )
        steered_black = np.array([fixture.black == 0 for fixture in fixtures])
        own = game_figures(played, steered_black).column(figure.key)
        others = game_figures(played, ~steered_black).column(figure.key)
        strip.games += tuple(
            FinishedGame(
                pair * _PAIR + number + 1,
                not steered_black[number],
                _result(int(played.results[number])),
                int(played.lengths[number]),
                (float(own[number]), float(others[number])),
            )
            for number in range(_PAIR)
        )


def strip_html(strip: GameStrip) -> str:
    """Return the finished games as a row of cells, and their totals."""
    figure = OWN_FIGURES[strip.attribute]
    cells = "".join(_cell(game, figure) for game in strip.games)
    rows = "".join(
        f"<li><b>{escape(name)}</b>: {escape(words)}</li>"
        for name, words in zip(strip.names, total_words(strip), strict=True)
        if words
    )
    return (
        f'<div class="ten-games" data-testid="ten-games" data-count="{len(strip.games)}">'
        f'<div class="cells">{cells}</div><ul>{rows}</ul></div>'
    )


def total_words(strip: GameStrip) -> tuple[str, str]:
    """Return what both copies did in the finished games; empty where nothing was counted."""
    figure = OWN_FIGURES[strip.attribute]
    found = []
    for side in (0, 1):
        values = [game.figures[side] for game in strip.games]
        known = [value for value in values if not np.isnan(value)]
        if not known:
            found.append("")
        elif figure.is_share_of_games:
            found.append(f"{figure.label.lower()} in {sum(known):.0f} of {len(known)} games")
        else:
            found.append(figure.say(float(np.mean(known))))
    return found[0], found[1]


def _draw_strip(strip: GameStrip) -> None:
    if strip.games:
        st.html(strip_html(strip))
        label = OWN_FIGURES[strip.attribute].label.lower()
        st.caption(
            plain(
                f"Each cell is a game: {label} of {strip.names[0]}, and of {strip.names[1]} in "
                "brackets. Ten games show what is large; the curve above tells what is sure."
            )
        )


def _cell(game: FinishedGame, figure: Figure) -> str:
    own, other = (_number(value, figure) for value in game.figures)
    side = "White" if game.steered_is_white else "Black"
    title = f"Game {game.number}: steered as {side}, {game.result}, {(game.plies + 1) // 2} moves"
    is_more = game.figures[0] > game.figures[1]
    return (
        f'<span class="cell{" more" if is_more else ""}" title="{escape(title)}"><b>{own}</b>'
        f"<small>({other})</small><em>{game.result}</em></span>"
    )


def _number(value: float, figure: Figure) -> str:
    if np.isnan(value):
        return "–"
    if figure.is_share_of_games:
        return "yes" if value else "no"
    return minus(figure.number(value))


def _result(result: int) -> str:
    return {WHITE_WON: "1–0", BLACK_WON: "0–1"}.get(result, "½–½")
