"""What one browser tab remembers about the Review page, and every change to it."""

import random
from dataclasses import dataclass, field, replace

import chess
import streamlit as st

from engine.errors import StylemateError
from engine.games.records import GameRecord
from engine.games.uploads import UploadedGames, UploadLimits
from engine.position.moves import decode_move
from engine.style.recipe import AVERAGE, Component, Recipe
from engine.style.recipe_parser import parse_recipe
from engine.style.space import StyleSpace
from ui.moves.moves import chosen_count
from ui.plots.moving import chosen_place
from ui.review import background
from ui.review.background import Answers, GameLine, Judged
from ui.shared import game as games
from ui.shared.actions import action_of
from ui.shared.game import Game
from ui.shared.game_address import MOVES, read_address
from ui.shared.handover import ask_to_play_on, end_review_wish, playing, review_wish
from ui.shared.history import forget_games, history, sides
from ui.shared.jobs import Job, submit
from ui.shared.opponent import check_opponent, first_opponent, full_name
from ui.shared.opponents import opponents
from ui.shared.player_picker import player_meant
from ui.shared.state import tab
from ui.shared.text import YOU

STATE = "review"
MOVE_LIST, GRAPH, PASTED = "review_moves", "review_graph", "review_pasted"
LIMITS = UploadLimits(text_bytes=16 << 20, games=200)
action = action_of(STATE)


@dataclass(slots=True)
class ReviewSession:
    """What the page remembers.

    Attributes:
        recipe: the style that the game is held against.
        game: the game, None before there is one; its person is whose moves are looked at.
        names: of both sides.
        judging: the work of going through the game.
        answering: the work of asking the style.
        offered: games that a person brought, to choose one.
        uploads: counts files, so that none stays in the field once it was read.
        revision: counts every change of what is on the board.
        problems: what to tell the person, until the next action.
        asks_to_forget: whether to ask if all games are to be deleted.
        asks_to_play: whether to ask if the game on Play is to end for this one.
    """

    recipe: Recipe
    game: Game | None = None
    names: dict[chess.Color, str] = field(default_factory=dict)
    judging: Job[Judged] | None = None
    answering: Job[Answers] | None = None
    offered: tuple[GameRecord, ...] = ()
    uploads: int = 0
    revision: int = field(default_factory=lambda: random.randrange(1, 1_000_000_000))
    problems: tuple[str, ...] = ()
    asks_to_forget: bool = False
    asks_to_play: bool = False

    @property
    def line(self) -> GameLine:
        """The moves of the game."""
        assert self.game is not None
        return GameLine(self.game.start, self.game.moves)


def current_session() -> ReviewSession:
    """Return this tab's session; the first call looks for a game in the address, then on Play.

    Raises:
        StylemateError: the assets are missing or damaged.
    """
    if STATE not in tab():
        tab()[STATE] = _first_session(opponents().space)
    session: ReviewSession = tab()[STATE]
    wanted = review_wish()
    if wanted is not None:
        session.recipe, session.problems = wanted.recipe, ()
        _open(session, wanted.game, wanted.white, wanted.black)
        end_review_wish()
    _drop_unknown(session, opponents().space)
    return session


def on_play() -> Game | None:
    """Return the game on the Play page, None if it has not begun."""
    seen = playing()
    return seen.game if seen is not None and seen.game.moves else None


def keep_answers(session: ReviewSession) -> None:
    """Ask the style anew where it, or what a guest's label means, has changed."""
    if session.game is not None and session.answering is None:
        line, recipe, registry = session.line, session.recipe, opponents()
        session.answering = submit(
            "review_answers",
            lambda job: background.answers(line, recipe, registry, job),
            brief=True,
        )


@action
def open_playing() -> None:
    """Go through the game on the Play page."""
    session, seen = current_session(), playing()
    if seen is not None and seen.game.moves:
        session.recipe = seen.opponent.recipe
        _open(session, seen.game, *_names(seen.game, full_name(seen.opponent.recipe)))


@action
def read_pasted() -> None:
    """Read the games that were pasted."""
    text = st.session_state.get(PASTED, "")
    _offer(current_session(), str(text).encode(), "the pasted text")


@action
def read_file() -> None:
    """Read the games of the file that was chosen."""
    session = current_session()
    file = st.session_state.get(file_key(session))
    if file is not None:
        session.uploads += 1
        _offer(session, file.getvalue(), file.name)


@action
def open_offered(place: int) -> None:
    """Go through one of the games that were brought."""
    session = current_session()
    record = session.offered[place]
    game = games.replayed(Game(), [decode_move(int(code)) for code in record.moves])
    _open(session, game, record.white, record.black)


@action
def open_played(name: str | None) -> None:
    """Go through a game of the person's history."""
    session, played = current_session(), history().games.get(name or "")
    if played is None:
        return
    recipe = played.opponent.recipe
    try:
        found = replace(first_opponent(opponents().space), recipe=recipe)
        session.recipe = check_opponent(found, opponents().space).recipe
    except StylemateError as error:
        session.problems = (f"The opponent of that game is not there any more. {error}",)
    _open(session, played.game, *sides(played))


def asks_to_forget() -> bool:
    """Return whether to ask if all games are to be deleted."""
    return current_session().asks_to_forget


@action
def ask_to_forget(asks: bool) -> None:
    """Ask whether all games are to be deleted, or do so no longer."""
    current_session().asks_to_forget = asks


@action
def forget_all() -> None:
    """Delete all games of the person's history."""
    forget_games(history().games)
    current_session().asks_to_forget = False


@action
def go_to_chosen() -> None:
    """Show the position chosen in the list of moves."""
    _show(current_session(), chosen_count(MOVE_LIST))


@action
def go_to_place() -> None:
    """Show the position chosen in the graph."""
    _show(current_session(), chosen_place(GRAPH))


@action
def go_to(count: int) -> None:
    """Show the position after so many moves."""
    _show(current_session(), count)


@action
def flip() -> None:
    """Turn the board."""
    session = current_session()
    if session.game is not None:
        session.game = games.flip(session.game)
        session.revision += 1


@action
def play_on() -> None:
    """Play on from the position on screen, against the style; ask first if a game goes on."""
    session, other = current_session(), on_play()
    if session.game is None:
        return
    goes_on = other is not None and games.ending(other) is None
    if goes_on and not session.asks_to_play:
        session.asks_to_play = True
        return
    session.asks_to_play = False
    game = session.game
    first = games.new_game(game.person, "" if game.start == chess.STARTING_FEN else game.start)
    begun = games.replayed(first, game.moves[: game.shown])
    if games.ending(begun) is not None:
        raise StylemateError("The game is over in that position.")
    ask_to_play_on(session.recipe, begun)


@action
def keep_playing() -> None:
    """Leave the game on Play as it is."""
    current_session().asks_to_play = False


@action
def choose_side(color: chess.Color) -> None:
    """Look at the moves of one side."""
    session = current_session()
    if session.game is not None:
        session.game = replace(session.game, person=color)
        session.revision += 1


@action
def choose_style(typed: str | None) -> None:
    """Hold the game against another style: a player, or a recipe that was typed."""
    session, space = current_session(), opponents().space
    if typed is None:
        return
    opponent = replace(first_opponent(space), recipe=recipe_meant(typed, space))
    session.recipe = check_opponent(opponent, space).recipe
    session.answering = None


def file_key(session: ReviewSession) -> str:
    """Return the key of the field for files."""
    return f"review_file_{session.uploads}"


def recipe_meant(typed: str, space: StyleSpace) -> Recipe:
    """Return the style that a person means: a player, however the name is typed, or a recipe.

    Raises:
        StylemateError: nobody fits.
    """
    if typed == AVERAGE:
        return Recipe()
    if typed not in space.names:
        try:
            return space.resolve(parse_recipe(typed), typed)
        except StylemateError:
            typed = player_meant(typed, space)
    return Recipe((Component(typed),))


def _show(session: ReviewSession, count: int | None) -> None:
    if count is not None and session.game is not None:
        session.game = games.show(session.game, count)
        session.revision += 1


def _open(session: ReviewSession, game: Game, white: str, black: str) -> None:
    """Take a game in, and begin to go through it."""
    known = session.game is not None and session.line == GameLine(game.start, game.moves)
    session.game = games.show(game, game.length)
    session.names = {chess.WHITE: white, chess.BLACK: black}
    session.revision += 1
    session.answering = None
    if known and session.judging is not None and not session.judging.was_stopped:
        return
    line, registry = session.line, opponents()
    session.judging = submit("review_judge", lambda job: background.judge_game(line, registry, job))


@action
def judge_again() -> None:
    """Begin anew to go through the game, after it was stopped."""
    session = current_session()
    if session.game is not None:
        session.judging = None
        _open(session, session.game, session.names[chess.WHITE], session.names[chess.BLACK])


def _offer(session: ReviewSession, content: bytes, name: str) -> None:
    upload = UploadedGames(content, name, LIMITS)
    found = tuple(record for record in upload if len(record.moves))
    if not found:
        reasons = [f"{reason}" for reason, _ in upload.summary.skipped_by_count()]
        why = f" Left out: {', '.join(reasons)}." if reasons else ""
        raise StylemateError(f"There is no game with moves in {name}.{why}")
    session.offered = found
    if len(found) == 1:
        open_offered(0)


def _names(game: Game, opponent: str) -> tuple[str, str]:
    return (YOU, opponent) if game.person == chess.WHITE else (opponent, YOU)


def _first_session(space: StyleSpace) -> ReviewSession:
    session = ReviewSession(first_opponent(space).recipe)
    if st.query_params.get(MOVES):
        address = read_address(st.query_params)
        session.problems = address.problems
        if address.recipe is not None:
            try:
                opponent = replace(first_opponent(space), recipe=address.recipe)
                session.recipe = check_opponent(opponent, space).recipe
            except StylemateError as error:
                session.problems += (f"The style in the address cannot be used. {error}",)
        if address.game.moves:
            names = _names(address.game, full_name(session.recipe))
            _open(session, address.game, *names)
    elif review_wish() is None:
        seen = playing()
        if seen is not None and seen.game.moves:
            session.recipe = seen.opponent.recipe
            _open(session, seen.game, *_names(seen.game, full_name(seen.opponent.recipe)))
    return session


def _drop_unknown(session: ReviewSession, space: StyleSpace) -> None:
    """Hold the game against another style when the one it was is not there any more."""
    try:
        space.style(session.recipe)
    except StylemateError as error:
        session.recipe = first_opponent(space).recipe
        session.answering = None
        session.problems = (str(error),)
