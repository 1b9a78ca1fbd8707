"""The Arena page: styles play one game, a match or a small tournament, and people watch."""

from pathlib import Path

import streamlit as st

from engine.evaluation.matches.loop import ADJUDICATION
from engine.style.space import StyleSpace
from ui.arena import markup
from ui.arena import session as arena
from ui.arena.run import ArenaRun
from ui.arena.session import ArenaSession, current_session
from ui.arena.watch_panel import draw_watched
from ui.shared.frame import page, speak_title
from ui.shared.markdown import plain, show_problem
from ui.shared.opponents import opponents
from ui.shared.player_picker import player_labels
from ui.shared.widgets import held

_FOLDER = Path(__file__).parent
TICK = 1.0
"""Seconds between two looks at a match that goes on."""
GAMES_SHOWN = 40


@page
def arena_page() -> None:
    """Draw the page."""
    session = current_session()
    st.html(_FOLDER / "arena.css")
    speak_title("A match between styles")
    _write_address(session)
    for problem in session.problems:
        show_problem(problem)
    _draw_choices(session)
    if session.watched is not None:
        draw_watched(session.watched)
    run = session.run
    if run is None:
        st.caption(
            "Choose who plays, or take one of the pairs above. Watch one game of the first two "
            "move by move, or start a match, in which every opening is played with both colours. "
            f"{ADJUDICATION}"
        )
        return
    st.fragment(_draw_run, run_every=None if run.is_over else TICK)(run)
    st.download_button(
        "All games as PGN",
        run.pgn,
        file_name="stylemate-arena.pgn",
        mime="application/x-chess-pgn",
        key="arena_pgn",
        icon=":material/download:",
        on_click="ignore",
    )


def _write_address(session: ArenaSession) -> None:
    values = {arena.MATCH_QUERY: session.run.name} if session.run is not None else {}
    if st.query_params.to_dict() != values:
        st.query_params.from_dict(values)


def _draw_choices(session: ArenaSession) -> None:
    space = opponents().space
    _draw_presets(space)
    _draw_players(session, space)
    with st.container(key="arena_settings", horizontal=True, vertical_alignment="bottom"):
        _draw_settings(session)


def _draw_presets(space: StyleSpace) -> None:
    with st.container(key="arena_presets", horizontal=True, gap="small"):
        for place, name in enumerate(arena.presets(space)):
            st.button(
                plain(name),
                key=f"arena_preset_{place}",
                on_click=arena.use_preset,
                args=(name,),
            )


def _draw_players(session: ArenaSession, space: StyleSpace) -> None:
    labels = player_labels(space)
    players = held("arena_players", list(session.players))
    st.multiselect(
        "Who plays",
        list(dict.fromkeys([*players.start, *session.players, *labels])),
        default=players.start,
        key=players.key,
        format_func=lambda name: labels.get(name, name),
        max_selections=arena.MOST_PLAYERS,
        accept_new_options=True,
        filter_mode="contains",  # it keeps the order, and so puts the best known first
        select_all=False,
        placeholder="Type a name or a recipe",
        help="Two to six players. A recipe may say more than a name, for example "
        "`Tal, Mikhail | king_danger +1 | elo 1500`.",
        on_change=players.calls(arena.choose_players),
    )


def _draw_settings(session: ArenaSession) -> None:
    games = held("arena_games", session.games)
    st.selectbox(
        "Games of each pair",
        arena.GAMES,
        index=arena.GAMES.index(games.start) if games.start in arena.GAMES else 0,
        key=games.key,
        on_change=games.calls(arena.choose_games),
    )
    elo = held("arena_elo", session.elo)
    st.selectbox(
        "Strength",
        arena.LEVELS_OFFERED,
        index=arena.LEVELS_OFFERED.index(elo.start),
        key=elo.key,
        format_func=lambda elo: f"about {elo}" if elo else "as learned",
        help="Of all whose recipe names none. A chosen strength looks ahead and takes longer.",
        on_change=elo.calls(arena.choose_strength),
    )
    goes_on = session.run is not None and not session.run.is_over
    st.button(
        "Start anew" if goes_on else "Start",
        key="arena_start",
        icon=":material/play_arrow:",
        disabled=len(session.players) < 2,
        help="Play a match in the background",
        on_click=arena.start,
    )
    st.button(
        "Watch one game",
        key="arena_watch_start",
        icon=":material/visibility:",
        type="primary",
        disabled=len(session.players) < 2,
        help="The first two, move by move",
        on_click=arena.watch,
    )


def _draw_run(run: ArenaRun) -> None:
    was_over = run.is_over
    run.keep_going()
    _draw_progress(run)
    if run.error is not None:
        show_problem(run.error)
    labels = markup.labels_of(run.match.names)
    going = run.going()
    if going:
        names = run.match.names
        boards = "".join(
            markup.board_html(
                names[live.game.white],
                names[live.game.black],
                live.game.opening.name,
                list(live.moves),
                labels,
            )
            for live in going
        )
        st.html(f'<div class="arena-boards" data-testid="arena-boards">{boards}</div>')
    view = run.view
    if view is not None and view.count:
        st.html(
            f'<div data-testid="arena-table">{markup.table_html(view.table, labels)}</div>'
            "<h2 class=arena-head>What their games are like</h2>"
            f"{markup.figures_html(run.match.names, view.figures, labels, _usual())}"
        )
    _draw_games(run, labels)
    if run.is_over and not was_over:
        st.rerun()  # as a whole: that ends the ticking


def _usual() -> dict[str, float]:
    """Return the means over real players of the figures in the table."""
    table = opponents().space.player_games
    spreads = {} if table is None else {key: table.spread(key) for key in markup.FIGURES}
    return {key: spread.mean for key, spread in spreads.items() if spread is not None}


def _draw_progress(run: ArenaRun) -> None:
    done = len(run.games())
    words = f"{done} of {run.total} games"
    if run.is_over:
        st.caption(plain(f"{words}. " + ("Ended." if done < run.total else "The match is over.")))
        return
    if run.job is not None and not run.job.is_running and not run.going():
        words += ", waiting for other work to finish"
    bar, button = st.columns([5, 1], vertical_alignment="bottom")
    bar.progress(done / run.total, text=words)
    button.button("Stop", key="arena_stop", on_click=arena.end, width="stretch")


def _draw_games(run: ArenaRun, labels: dict[str, str]) -> None:
    games = run.games()
    if not games:
        return
    rows = "".join(
        markup.game_row(game.white, game.black, game.result, game.reason, game.moves, labels)
        for game in games[: -GAMES_SHOWN - 1 : -1]
    )
    more = f", the last {GAMES_SHOWN}" if len(games) > GAMES_SHOWN else ""
    st.html(
        f"<h2 class=arena-head>Games{more}</h2>"
        f'<div class="arena-games" data-testid="arena-games">{rows}</div>'
    )
