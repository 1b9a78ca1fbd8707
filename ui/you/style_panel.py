"""The part of the You page that shows a person's style and lets them play with it."""

import math

import streamlit as st

from engine.analysis.habit_likeness import alike_in_games
from engine.analysis.identification import CosineRange, CosineStatistics
from engine.analysis.neighbours import best_of_strangers
from engine.style.game_habits import told_in_games
from engine.style.presets import available_presets
from engine.style.recipe import Component, Recipe, Steering
from engine.style.space import StyleSpace
from engine.style.style_file import SUFFIX, style_bytes
from engine.training.few_shot_fit import FEW_GAMES
from ui.plots.theme import CONFIG
from ui.shared.habit_list import draw_habits
from ui.shared.kept_work import kept_work
from ui.shared.markdown import plain
from ui.shared.opponent import first_name_first
from ui.shared.opponents import shared_opponents
from ui.shared.style_map import style_map
from ui.shared.text import as_likeness
from ui.you import session as you
from ui.you.background import Me
from ui.you.cards import match_rows, move_cards
from ui.you.figures import attribute_radar, likelihood_curve, small_map

MATCHES_SHOWN = 8
SHARERS_SHOWN = 5
DANGER = "king_danger"
STEADY, SKETCHY = 0.5, 0.2
"""Cosines of the halves from which on a style is steady, and below which it is mostly chance."""
GOAL = 0.7
"""Cosine between two styles of one person that is worth telling how many games it takes."""
PUSH = 1.5


def draw_style(me: Me, is_whole: bool = True) -> None:
    """Draw everything about a style.

    Args:
        me: the style.
        is_whole: whether all of it is known; if not, the person's moves are still looked at.
    """
    space = shared_opponents().space
    _draw_head(me)
    _draw_play(me, space)
    _draw_stability(me)
    left, right = st.columns(2, gap="large")
    with left:
        st.header("Where you are on the map", anchor=False)
        figure = small_map(style_map(), me.style, me.portrait.matches)
        st.plotly_chart(figure, key="you_map", config=CONFIG)
        st.caption("Every dot is a player. Near means alike; the Explore page has the whole map.")
    with right:
        st.header(plain(_peers_title(me)), anchor=False)
        figure = attribute_radar(me.style.label, me.portrait.standings)
        st.plotly_chart(figure, key="you_radar", config=CONFIG)
        st.caption(_peers_words(me))
    _draw_habits(me, space)
    st.header("Whom you resemble", anchor=False)
    _draw_matches(me, space)
    if is_whole:
        _draw_moves(me)
    else:
        st.header("Your most typical moves", anchor=False)


def _draw_head(me: Me) -> None:
    style = me.style
    with st.container(key="you_head", horizontal=True, vertical_alignment="bottom"):
        years = {year for year in (style.first_year, style.last_year) if year}
        parts = [
            f"{style.games:,} games",
            f"{style.positions:,} moves",
            "–".join(str(year) for year in sorted(years)),
            f"rated {style.rating:.0f}" if style.rating else "",
        ]
        with st.container(gap="small", width="stretch"):
            st.title(f"The style of {plain(first_name_first(style.player))}", anchor=False)
            st.caption(" · ".join(part for part in parts if part))
            st.caption(
                f"Kept in this browser as “{plain(style.label)}”, for every page here."
                if kept_work().keeps
                else "This browser keeps nothing here: download the style to have it again."
            )
        with st.container(key="you_actions", horizontal=True, width="content"):
            st.download_button(
                "Download",
                style_bytes(style),
                file_name=_file_name(style.label),
                mime="application/json",
                icon=":material/download:",
                help="A small file that this page, the shell and other installs can load.",
                on_click="ignore",
            )
            st.button(
                "Delete",
                icon=":material/delete:",
                help="Delete the style from this browser, and forget the games.",
                on_click=you.delete,
            )
            st.button("Other games", icon=":material/undo:", on_click=you.other_games)


def _draw_play(me: Me, space: StyleSpace) -> None:
    recipes = {"Play yourself": Recipe((Component(me.style.label),))}
    presets = available_presets(space)
    if presets:
        blend = Recipe((Component(me.style.label, 0.5), Component(presets[0].player, 0.5)))
        recipes[f"Play you × {presets[0].label}"] = blend
    if DANGER in space.deltas:
        recipes["You, with more king danger"] = Recipe(
            (Component(me.style.label),), (Steering(DANGER, PUSH),)
        )
    with st.container(key="you_play", horizontal=True):
        for number, (words, recipe) in enumerate(recipes.items()):
            st.button(
                words,
                key=f"you_play_{number}",
                type="primary" if number == 0 else "secondary",
                icon=":material/swords:",
                help=plain(str(recipe)),
                on_click=you.play_with,
                args=(str(recipe),),
            )


def _draw_stability(me: Me) -> None:
    style = me.style
    show = st.warning if style.games < FEW_GAMES else st.info
    for note in me.notes:
        show(plain(note), icon=":material/warning:" if show is st.warning else ":material/info:")
    words, curve = st.columns([55, 45], gap="large", vertical_alignment="center")
    with words:
        st.header("How much of it is you?", anchor=False)
        verdict, _ = stability_words(style.stability, style.games)
        first, second = st.columns(2, wrap=False)
        first.metric("Halves agree", f"{as_likeness(style.stability)} of 100")
        second.metric("Your moves foreseen better by", f"{100 * math.expm1(style.gain):+.1f} %")
        st.markdown(verdict)
        if style.gain <= 0:
            st.markdown(
                "Moves that it has not seen are no likelier in it than in the average style: what "
                "sets it apart is small, and as an opponent it will feel average."
            )
        st.caption(
            "Your games are dealt into two halves, and your signature, how you open, is learnt "
            "from each. 100 would mean that both learn the same, 0 that they share nothing. "
            "The second number is about moves that were not learnt from, against the average style."
        )
    if me.fitted is not None and len(me.fitted.curve) > 1:
        with curve:
            figure = likelihood_curve(me.fitted.curve)
            st.plotly_chart(figure, key="you_curve", config=CONFIG)
            st.caption("Chance that the style gives to your moves in games it has not seen.")


def stability_words(stability: float, games: int) -> tuple[str, float]:
    """Return what the agreement of halves means, and the cosine that all games would reach.

    By Spearman and Brown's formula: how well the style from all games would agree with one from as
    many other games of the same person.
    """
    whole = 2 * stability / (1 + stability) if stability > -1 else -1.0
    if stability < SKETCHY:
        return (
            f"**Too few games to tell.** With {games:,} games this style is mostly chance: another "
            "set of your games would give another style. More games will help.",
            whole,
        )
    needed = games * GOAL * (1 - whole) / (whole * (1 - GOAL))
    more = (
        f" About {_rounded(needed):,} games would bring that to {as_likeness(GOAL)}."
        if whole < GOAL
        else ""
    )
    kind = "**A steady portrait.**" if stability >= STEADY else "**A sketch.**"
    return (
        f"{kind} As many other games of yours would give a style of likeness {as_likeness(whole)} "
        f"to this one; 100 would be the same.{more}",
        whole,
    )


def _draw_habits(me: Me, space: StyleSpace) -> None:
    """Draw what tells the person's games from others', and who shares it."""
    in_games, chosen = me.style.game_habits, me.style.habits
    if in_games is None and chosen is None:
        return
    st.header("Your habits", anchor=False)
    draw_habits(in_games, space.player_games, chosen, space.habit_scale)
    if in_games is None or space.player_games is None:
        return
    if told_in_games(in_games, space.player_games):
        alike = alike_in_games(in_games, space.player_games, SHARERS_SHOWN)
        names = ", ".join(first_name_first(name) for name, _ in alike)
        st.caption(plain(f"Players in whose games the same things happen: {names}."))


def _draw_matches(me: Me, space: StyleSpace) -> None:
    matches = me.portrait.matches[:MATCHES_SHOWN]
    scale = you.surroundings().scale
    typical = scale.nearest(me.style.games)
    st.markdown(match_words(me, typical, len(space.population)))
    st.html(match_rows(matches, space, typical.same, typical.strangers))
    origin = (
        f"measured with {typical.games:,} games each on {typical.players:,} players"
        if typical.players
        else "assumed: they were not measured for this model"
    )
    st.caption(
        "Confidence supposes that you are one of these players. Bands: where nine in ten players "
        f"find themselves ({_span(typical.same)}) and strangers ({_span(typical.strangers)}), "
        f"{origin}."
    )


def match_words(me: Me, typical: CosineStatistics, known: int) -> str:
    """Return what the best match is worth, against the best that strangers reach by chance."""
    best = me.portrait.matches[0]
    by_chance = best_of_strangers(typical.strangers, known)
    name = f"**{plain(first_name_first(best.name))}**"
    if best.cosine <= by_chance:
        return (
            f"Nobody stands out. {name} is nearest, but among {known:,} players a likeness of "
            f"about {as_likeness(by_chance)} comes by chance."
        )
    return (
        f"You play most like {name}: a likeness of {as_likeness(best.cosine)}, where the "
        f"best of {known:,} strangers reaches about {as_likeness(by_chance)} by chance."
    )


def _draw_moves(me: Me) -> None:
    moves = me.portrait.moves
    if moves is None or not moves.moves:
        return
    others = _opponents_words(me)
    if moves.typical:
        st.header("Your most typical moves", anchor=False)
        st.caption(f"You play them more often than {others} would.")
        st.html(move_cards(moves.typical, "they"))
    st.header("Your most unusual moves", anchor=False)
    st.caption(f"Hardly anybody else would have played them: here against {others}.")
    st.html(move_cards(moves.unusual, "they"))
    st.caption(
        f"Out of {moves.moves:,} moves after the opening in {moves.games:,} games, one a game. "
        "Orange is your move, blue what they would rather play."
    )


def _opponents_words(me: Me) -> str:
    peers = me.portrait.opponents
    if peers.rating is None:
        return "the average player"
    return f"players rated {peers.rating - peers.width:.0f} to {peers.rating + peers.width:.0f}"


def _peers_title(me: Me) -> str:
    if me.portrait.peers.rating is None:
        return "Your attributes among all players"
    return "Your attributes among players of your rating"


def _peers_words(me: Me) -> str:
    peers = me.portrait.peers
    ring = "Percentiles; the dotted ring is the middle."
    if peers.rating is not None:
        low, high = peers.rating - peers.width, peers.rating + peers.width
        return f"{ring} Compared with {len(peers):,} players rated {low:.0f} to {high:.0f}."
    if me.style.rating is None:
        return f"{ring} Your games do not say your rating, so these are all {len(peers):,} players."
    return (
        f"{ring} Too few known players are rated about {me.style.rating:.0f}, so these are all "
        f"{len(peers):,}."
    )


def _span(span: CosineRange) -> str:
    return f"{as_likeness(span.low)} to {as_likeness(span.high)}"


def _rounded(games: float) -> int:
    """Return a number of games with one or two telling digits."""
    step: int = 10 ** max(len(str(int(games))) - 2, 1)
    return max(round(games / step), 1) * step


def _file_name(label: str) -> str:
    words = "".join(c if c.isalnum() and c.isascii() else "-" for c in label.casefold())
    return f"{'-'.join(part for part in words.split('-') if part)[:40] or 'me'}{SUFFIX}"
