"""The part of the You page in which games come in and their player is chosen."""

import datetime

import streamlit as st

from engine.games.online.archive import CLOCK_SPEEDS, MOST_GAMES
from engine.games.selection import Selection, Speed
from engine.style.style_file import LONGEST_NAME
from engine.training.few_shot_fit import FEW_GAMES
from ui.shared.jobs import time_words
from ui.shared.kept_work import kept_work
from ui.shared.markdown import plain
from ui.shared.opponents import guest_styles
from ui.you import session as you
from ui.you.background import seconds_to_learn
from ui.you.session import Choice, YouSession

MOST_OFFERED = (100, 300, 500, 1000, 2000, MOST_GAMES)
GOOD_GAMES = 100


def draw_kept() -> None:
    """Draw the person's own styles, which the browser keeps, with a way to delete each."""
    styles, unusable = guest_styles(), kept_work().unusable
    if not styles and not unusable:
        return
    st.header("Your styles", anchor=False)
    for label, style in styles.items():
        _draw_kept(label, f"{style.games:,} games of {style.player}, learned {style.created}", True)
    for label, reason in unusable.items():
        _draw_kept(label, reason, False)
    st.caption(
        "This browser keeps them, and nobody else."
        if kept_work().keeps
        else "This browser keeps nothing for this page: download what you want to have again."
    )


def _draw_kept(label: str, words: str, is_usable: bool) -> None:
    with st.container(key=f"you_kept_{label}", horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(label)}** · {plain(words)}", width="stretch")
        if is_usable:
            st.button(
                "Open",
                key=f"you_open_{label}",
                help=f"Show the style {plain(label)}",
                on_click=you.show_kept,
                args=(label,),
            )
        st.button(
            "Delete",
            key=f"you_delete_{label}",
            icon=":material/delete:",
            help=f"Delete the style {plain(label)} from this browser",
            on_click=you.delete_kept,
            args=(label,),
        )


def draw_bring(session: YouSession) -> None:
    """Draw the ways in which games or a style can come."""
    upload, paste, online, style = st.tabs(
        ["Upload", "Paste", "Lichess · chess.com", "Style file"],
        key="you_ways",
        on_change=you.look_elsewhere,
    )
    with upload:
        st.file_uploader(
            "PGN files, also compressed (.gz, .bz2, .zst); several at once",
            type=["pgn", "gz", "bz2", "zst", "txt"],
            accept_multiple_files=True,
            key=you.upload_key(session, you.UPLOAD),
            on_change=you.read_uploads,
        )
    with paste:
        st.text_area(
            "Games as PGN text",
            key=you.PASTED,
            height=160,
            placeholder='[White "You"]\n[Black "Somebody"]\n\n1. e4 e5 2. Nf3 …',
        )
        st.button("Read these games", on_click=you.read_pasted, icon=":material/input:")
    with online:
        _draw_online()
    with style:
        st.file_uploader(
            "A .style file that you kept",
            type=["style"],
            key=you.upload_key(session, you.STYLE_FILE),
            on_change=you.load_style_file,
        )


def _draw_online() -> None:
    site, user, most = st.columns([3, 4, 3], vertical_alignment="bottom")
    site.selectbox("Site", you.site_names(), key=you.SITE)
    user.text_input("Your user name", key=you.USER, max_chars=100)
    most.selectbox("Newest games, at most", MOST_OFFERED, index=2, key=you.MOST)
    st.pills(
        "Time controls",
        [speed.value for speed in CLOCK_SPEEDS],
        selection_mode="multi",
        key=you.ONLINE_SPEEDS,
        help="None chosen means all.",
    )
    st.button("Get my games", type="primary", icon=":material/download:", on_click=you.fetch_online)
    st.caption(
        "Only your user name goes to the site you choose, and only when you press this. "
        "Lichess sends about 20 games a second."
    )


def draw_choose(session: YouSession) -> None:
    """Draw who the person is in their games, which games count, and the button that fits."""
    loaded = session.loaded
    assert loaded is not None
    with st.container(horizontal=True, vertical_alignment="center", key="you_games_head"):
        st.markdown(f"**{len(loaded.records):,} games read**", width="stretch")
        st.button("Other games", icon=":material/undo:", type="tertiary", on_click=you.drop_games)
    if loaded.notes:
        with st.expander(f"{len(loaded.notes)} remarks on the files", icon=":material/info:"):
            st.text("\n".join(loaded.notes))
    chosen = _draw_player(session)
    selection = _draw_selection(chosen)
    games = selection.of(chosen.games)
    for note in chosen.notes:
        st.info(plain(note), icon=":material/group:")
    _draw_number(len(games))
    name, button = st.columns([1, 1], vertical_alignment="bottom")
    name.text_input(
        "Call the style",
        value=you.free_label(),
        key=you.LABEL,
        max_chars=LONGEST_NAME,
        help="What recipes call it, as in `0.5 Me + 0.5 Tal, Mikhail`.",
    )
    button.button(
        "Learn my style",
        type="primary",
        icon=":material/psychology:",
        width="stretch",
        disabled=len(games) < 2 or session.fitting is not None,
        on_click=you.start_fit,
        args=(chosen, selection),
    )


def _draw_player(session: YouSession) -> Choice:
    counts = dict(session.names)
    names = list(counts)
    first = you.first_player(session)
    who, also = st.columns(2)
    name = who.selectbox(
        "Which player is you?",
        names,
        index=names.index(first),
        format_func=lambda known: f"{known} · {counts[known]:,} games",
        key=you.PLAYER,
    )
    alone = you.choice(session, (name,))
    similar = [known for known, _ in alone.player.similar]
    others = also.multiselect(
        "Also you, under other names",
        [known for known in [*similar, *names] if known not in alone.player.spellings],
        key=you.ALSO,
        placeholder="None" if not similar else f"Perhaps {similar[0]}?",
    )
    return you.choice(session, (name, *sorted(others))) if others else alone


def _draw_selection(chosen: Choice) -> Selection:
    speeds: frozenset[Speed] | None = None
    since = until = None
    known = [speed for speed in Speed if chosen.speeds[speed]]
    if len(known) > 1:
        picked = st.pills(
            "Time controls",
            known,
            selection_mode="multi",
            format_func=lambda speed: f"{speed.value} {chosen.speeds[speed]:,}",
            key=you.SPEEDS,
            help="None chosen means all.",
        )
        speeds = frozenset(picked) if picked else None
    if chosen.days is not None and chosen.days[0] != chosen.days[1]:
        since, until = _draw_days(*chosen.days)
    return Selection(speeds, since, until)


def _draw_days(
    first: datetime.date, last: datetime.date
) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the bounds that were set; None where they are those of all games."""
    left, right = st.columns(2)
    since = left.date_input("From", first, min_value=first, max_value=last, key=you.SINCE)
    until = right.date_input("To", last, min_value=first, max_value=last, key=you.UNTIL)
    # With the whole span, games whose day is unknown count too.
    return (None if since == first else since), (None if until == last else until)


def _draw_number(games: int) -> None:
    if games < 2:
        st.warning("A style needs two games at least.", icon=":material/warning:")
    elif games < FEW_GAMES:
        st.warning(
            f"**{games} games are too few.** The style will say more about chance than about you: "
            f"from {FEW_GAMES} on it means something, {GOOD_GAMES} are good.",
            icon=":material/warning:",
        )
    else:
        quality = "good" if games >= GOOD_GAMES else f"enough; {GOOD_GAMES} would be good"
        time = time_words(seconds_to_learn(games)).lower()
        st.caption(f"{games:,} games count: {quality}. Learning takes {time} on an idle machine.")
