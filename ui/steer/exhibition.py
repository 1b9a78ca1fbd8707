"""Two steered copies that play each other on the page."""

from dataclasses import replace

import chess
import streamlit as st

from engine.assets import assets_directory
from engine.attributes.registry import BY_KEY, MOVE_KEYS
from engine.errors import StylemateError
from engine.play.exhibition import Exhibition
from engine.style.recipe import Recipe
from engine.style.recipe_parser import parse_recipe
from ui.board.board import BoardView, Strip, show_board
from ui.moves.moves import MoveList, chosen_count, show_moves
from ui.shared import watched_game
from ui.shared.markdown import plain
from ui.shared.material import material
from ui.shared.openings import opening_book
from ui.shared.opponent import DEFAULT_TEMPERATURE, Opponent, describe_opponent, short_name
from ui.shared.opponents import opponents
from ui.shared.temperature import draw_temperature
from ui.shared.text import minus
from ui.shared.watched_game import BURST, TICK
from ui.shared.widgets import draw_choice, kept, kept_value
from ui.steer.game_lines import show_game_line
from ui.steer.session import SteerSession, action, current_session, pushed

BOARD, MOVES, FOLLOWED = "steer_board", "steer_moves", "steer_followed"
AGAINST, COLOR, PACE, TEMPERATURE = (
    "steer_against",
    "steer_color",
    "steer_pace",
    "steer_temperature",
)
OTHER_WAY, NOT_STEERED, AVERAGE_PLAYER = (
    "steered the other way",
    "not steered",
    "the average player",
)
OPPONENTS = (OTHER_WAY, NOT_STEERED, AVERAGE_PLAYER)
COLORS = ("White", "Black")
CALM, FAST = "Calm", "Fast"
FOLLOWED_AT_MOST = 3


def draw_exhibition(session: SteerSession) -> None:
    """Draw the section."""
    st.header("Two copies play each other", anchor=False)
    _draw_settings(session)
    if not session.amount and kept_value(AGAINST, OPPONENTS[0]) != AVERAGE_PLAYER:
        st.caption("The slider above stands at 0: move it first, or both play the same.")
    _draw_controls(session)
    st.fragment(_draw_game, run_every=TICK if session.is_running else None)()


def copies(session: SteerSession, against: str, steered_is_white: bool) -> tuple[str, str]:
    """Return the recipes of White and Black.

    Args:
        session: its style is one of the two.
        against: what the other is: the same style steered the other way or not at all, or the
            average player.
        steered_is_white: which colour the session's own style plays.
    """
    others = {
        OTHER_WAY: pushed(session.recipe, session.attribute, -session.amount),
        NOT_STEERED: replace(session.recipe, steering=()),
        AVERAGE_PLAYER: Recipe(elo=session.recipe.elo),
    }
    pair = (str(session.recipe), str(others[against]))
    return pair if steered_is_white else (pair[1], pair[0])


def _draw_settings(session: SteerSession) -> None:
    name = short_name(session.recipe)
    with st.container(key="steer_settings", horizontal=True, vertical_alignment="bottom"):
        against = kept(AGAINST, OPPONENTS[0])
        st.selectbox(
            plain(f"{name} as steered above, against {name} …"),
            OPPONENTS,
            index=OPPONENTS.index(against.start),
            key=against.key,
            on_change=against.keep,
        )
        color = kept(COLOR, COLORS[0])
        draw_choice("The steered copy plays", COLORS, color, color.keep)
        pace = kept(PACE, CALM)
        draw_choice("Pace", [CALM, FAST], pace, pace.keep)
        temperature = kept(TEMPERATURE, DEFAULT_TEMPERATURE)
        draw_temperature(
            temperature,
            temperature.keep,
            "0 plays the likeliest move always, so that every game is the same",
        )


def _draw_controls(session: SteerSession) -> None:
    game = session.exhibition
    is_over = game is not None and game.ending is not None
    with st.container(key="steer_controls", horizontal=True):
        if session.is_running:
            st.button(
                "Stop",
                key="steer_stop",
                icon=":material/stop:",
                type="primary",
                on_click=stop,
            )
        else:
            st.button(
                "Play to the end" if game is None or not game.moves else "Play on to the end",
                key="steer_run",
                icon=":material/play_arrow:",
                type="primary",
                disabled=is_over,
                on_click=run,
            )
        st.button(
            "One move",
            key="steer_step",
            icon=":material/skip_next:",
            disabled=is_over or session.is_running,
            on_click=step,
        )
        st.button(
            "New game",
            key="steer_again",
            icon=":material/replay:",
            help="With the style and settings as they stand now",
            disabled=game is None,
            on_click=begin_again,
        )


@action
def run() -> None:
    """Let the game play on by itself."""
    session = current_session()
    _require_game(session)
    session.is_running, session.shown = True, None


@action
def stop() -> None:
    """Hold the game where it is."""
    current_session().is_running = False


@action
def step() -> None:
    """Play one move."""
    session = current_session()
    session.shown = None
    _require_game(session).step()
    session.revision += 1


@action
def begin_again() -> None:
    """Set the pieces up for another game with the style and settings of now."""
    session = current_session()
    session.exhibition, session.is_running = None, False
    _require_game(session)


@action
def go_to_chosen() -> None:
    """Show the position chosen in the list of moves."""
    session, count = current_session(), chosen_count(MOVES)
    if session.exhibition is None or count is None:
        return
    length = len(session.exhibition.moves)
    session.shown = None if count >= length else max(count, 0)
    session.revision += 1


def play_on(session: SteerSession, is_fast: bool) -> None:
    """Play one move of a running game, or as many as fit between two drawings.

    The game stops running when it ends, and when an engine cannot play.
    """
    game = session.exhibition
    if game is None:
        session.is_running = False
        return
    try:
        session.revision += watched_game.play_on(game, BURST if is_fast else 0.0)
    except StylemateError as error:
        session.problems, session.is_running = (str(error),), False
    if game.ending is not None:
        session.is_running = False


def _require_game(session: SteerSession) -> Exhibition:
    """Return the game on the page, a new one if there is none."""
    if session.exhibition is None:
        temperature = kept_value(TEMPERATURE, DEFAULT_TEMPERATURE)
        is_white = kept_value(COLOR, COLORS[0]) == COLORS[0]
        session.sides = copies(session, kept_value(AGAINST, OPPONENTS[0]), is_white)
        registry = opponents()
        white, black = (registry.bot(recipe, temperature) for recipe in session.sides)
        session.exhibition = Exhibition(white, black)
        session.shown = None
        session.revision += 1
    return session.exhibition


def _draw_game() -> None:
    session = current_session()
    was_running = session.is_running
    if was_running:
        play_on(session, kept_value(PACE, CALM) == FAST)
        if not session.is_running:
            st.rerun()  # the buttons above change, and the clock stops
    game = session.exhibition
    if game is None:
        st.caption("Press a button: the board and the lines of their habits appear here.")
        return
    table, panel = st.columns([54, 46], gap="large")
    count = len(game.moves) if session.shown is None else min(session.shown, len(game.moves))
    with table, st.container(key="steer_table"):
        _draw_board(session, game, count)
    with panel, st.container(gap="small"):
        end = game.ending
        if end is not None:
            st.html(
                f'<div class="ending drawn" data-testid="steer-ending"><div class="result">'
                f"{end.result.replace('1/2-1/2', '½–½').replace('-', '–')}</div>"
                f"<div>{end.words}</div></div>"
            )
        keys = _followed(session)
        white, black = (parse_recipe(recipe) for recipe in session.sides)
        names = (_short(white, session), _short(black, session))
        for key in keys:
            show_game_line(game.moves, key, names, count)
        opening = opening_book(assets_directory()).find([m.move for m in game.moves[:count]])
        sans = [played.san for played in game.moves]
        show_moves(MoveList(chess.STARTING_FEN, sans, count, opening), go_to_chosen, MOVES)


def _followed(session: SteerSession) -> list[str]:
    first = session.attribute if session.attribute in MOVE_KEYS else MOVE_KEYS[0]
    followed = kept(FOLLOWED, [first])
    chosen: list[str] = st.multiselect(
        "Follow",
        MOVE_KEYS,
        default=followed.start,
        key=followed.key,
        on_change=followed.keep,
        max_selections=FOLLOWED_AT_MOST,
        format_func=lambda key: BY_KEY[key].label,
        help="What their moves are measured by. Strength needs an engine's judgement of every "
        "move, and is measured on the fixed positions only.",
    )
    return chosen


def _short(recipe: Recipe, session: SteerSession) -> str:
    amounts = {push.attribute: push.amount for push in recipe.steering}
    amount = minus(f"{amounts.get(session.attribute, 0.0):+g}")
    return f"{short_name(recipe)} {amount}"


def _draw_board(session: SteerSession, game: Exhibition, count: int) -> None:
    board = game.board(count)
    show_board(
        BoardView(
            board=board,
            orientation=chess.WHITE,
            mover=None,
            arrows=(),
            top=_strip(session, game, board, chess.BLACK),
            bottom=_strip(session, game, board, chess.WHITE),
            revision=session.revision,
            session="",
            count=count,
            said=game.moves[count - 1].san if count else "",
        ),
        _nothing,
        key=BOARD,
    )


def _nothing() -> None:
    """Nobody moves pieces on this board."""


def _strip(
    session: SteerSession, game: Exhibition, board: chess.Board, color: chess.Color
) -> Strip:
    recipe = parse_recipe(session.sides[0 if color == chess.WHITE else 1])
    won = material(board, chess.Board(), color)
    return Strip(
        name=_short(recipe, session),
        detail=describe_opponent(Opponent(recipe), opponents().space),
        color=chess.COLOR_NAMES[color],
        captured=won.captured,
        ahead=won.ahead,
        to_move=game.ending is None and board.turn == color,
    )
